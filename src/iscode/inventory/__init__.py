"""Records -> an index with resolved references, both directions."""
