"""Bytes -> YAML that knows the line and column of every key and item, or why it was refused."""
