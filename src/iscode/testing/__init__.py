"""Rule cases -> evaluations of memory snapshots -> did the rule say what its author expects."""
