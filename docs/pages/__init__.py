"""The shelves and the code -> the pages that are written by nobody: one module a page."""
