"""Foreign registers, and what people know of a record -> records; what has no place or no value yet is told."""

from iscode.intake.conversion import Intake, convert
from iscode.intake.draft import Draft, draft
from iscode.intake.mapping import Field, Records, RegisterMapping, read_mapping
from iscode.intake.placing import Unplaced
from iscode.intake.reading import FORMATS, read_rows
from iscode.intake.rows import Row
from iscode.intake.setting import columns_given, settled

__all__ = [
    "FORMATS",
    "Draft",
    "Field",
    "Intake",
    "Records",
    "RegisterMapping",
    "Row",
    "Unplaced",
    "columns_given",
    "convert",
    "draft",
    "read_mapping",
    "read_rows",
    "settled",
]
