"""One management system for information security and AI, as YAML in Git, judged on every commit."""

__version__ = "0.1.0"
