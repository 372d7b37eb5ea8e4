"""One verb, one file; each holds its `command` and calls what is below."""
