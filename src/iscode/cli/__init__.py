"""Words -> calls of what is below: one verb, one file."""
