"""Foreign registers, and what people know of a record -> records; what has no place or no value yet is told."""

from iscode.intake.conversion import Intake, Unplaced, convert
from iscode.intake.draft import Draft, draft
from iscode.intake.mapping import Field, Records, RegisterMapping, read_mapping
from iscode.intake.rows import FORMATS, Row, read_rows
from iscode.intake.setting import settled

__all__ = [
    "FORMATS",
    "Draft",
    "Field",
    "Intake",
    "Records",
    "RegisterMapping",
    "Row",
    "Unplaced",
    "convert",
    "draft",
    "read_mapping",
    "read_rows",
    "settled",
]
