"""Open buffers over a work tree -> diagnostics, hover, completion and edits: the language server."""
