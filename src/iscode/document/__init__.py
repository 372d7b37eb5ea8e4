"""Bytes -> YAML that knows the line and column of every key and item, or why it was refused."""

from iscode.document.editing import edited
from iscode.document.model import CEILING, Document, Limits, Pointer, Refusal, value_at
from iscode.document.reader import known, read
from iscode.document.reshaping import appended, moved, renamed
from iscode.document.writer import write

__all__ = [
    "CEILING", "Document", "Limits", "Pointer", "Refusal",
    "appended", "edited", "known", "moved", "read", "renamed", "value_at", "write",
]  # fmt: skip
