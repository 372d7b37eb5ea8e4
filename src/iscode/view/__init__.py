"""An evaluation -> what an auditor asks for: lists that expressions find, coverage, phases, roadmaps, cascades."""

from iscode.view.shelf import EXPORTS, ViewFile, load, named, shelves_of
from iscode.view.table import Column, Table, Unknown
from iscode.view.tabulation import UntoldError, tabulate

__all__ = [
    "EXPORTS",
    "Column",
    "Table",
    "Unknown",
    "UntoldError",
    "ViewFile",
    "load",
    "named",
    "shelves_of",
    "tabulate",
]
