"""The shelf schemas/: documents -> valid records; the types that rules and editors see."""
