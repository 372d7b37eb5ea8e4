"""An evaluation -> what an auditor asks for: lists that expressions find, coverage, phases, roadmaps, cascades."""

from iscode.view.shelf import EXPORTS, SHEETS, ViewFile, load, named, shelves_of
from iscode.view.table import Column, Table, Unknown
from iscode.view.tabulation import UntoldError, tabulate
from iscode.view.tracing import Origin, Traced, trace

__all__ = [
    "EXPORTS",
    "SHEETS",
    "Column",
    "Origin",
    "Table",
    "Traced",
    "Unknown",
    "UntoldError",
    "ViewFile",
    "load",
    "named",
    "shelves_of",
    "tabulate",
    "trace",
]
