"""Bytes -> YAML that knows the line and column of every key and item, or why it was refused."""

from iscode.document.editing import edited
from iscode.document.model import CEILING, Document, Limits, Pointer, Refusal
from iscode.document.reader import known, read
from iscode.document.writer import write

__all__ = ["CEILING", "Document", "Limits", "Pointer", "Refusal", "edited", "known", "read", "write"]
