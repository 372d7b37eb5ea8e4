"""Foreign registers -> records, and a report of each cell that could not be placed."""

from iscode.intake.conversion import Intake, Unplaced, convert
from iscode.intake.mapping import Field, Records, RegisterMapping, read_mapping
from iscode.intake.rows import FORMATS, Row, read_rows

__all__ = [
    "FORMATS",
    "Field",
    "Intake",
    "Records",
    "RegisterMapping",
    "Row",
    "Unplaced",
    "convert",
    "read_mapping",
    "read_rows",
]
