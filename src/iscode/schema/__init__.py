"""The shelf schemas/: documents -> valid records; the types that rules and editors see."""

from iscode.schema.fields import Path, type_of
from iscode.schema.kinds import Kind, Kinds, known, load

__all__ = ["Kind", "Kinds", "Path", "known", "load", "type_of"]
