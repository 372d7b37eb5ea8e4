"""Evaluations and views -> text, JSON, Markdown and more: one format, one file, imported when somebody asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from iscode.report.options import Options

if TYPE_CHECKING:
    from iscode.change.difference import Difference
    from iscode.change.forecast import Forecast
    from iscode.change.history import Point
    from iscode.change.impact import Impact
    from iscode.evaluation import Evaluation
    from iscode.view import Table

    Reporter = Callable[[Sequence[Evaluation], Options], bytes]
    """Evaluations, one a root, and what the command line asked for -> the report, whole."""
    FolderReporter = Callable[[Sequence[Evaluation], Options], dict[str, bytes]]
    """The same for a format of several files: the path of each below its folder, with `/`, and what it holds."""
    TableReporter = Callable[[Table], bytes]
    """The table of a view -> the report, whole."""
    DifferenceReporter = Callable[[Difference, Options], bytes]
    """What a head changes -> the report, whole."""
    ForecastReporter = Callable[[Forecast, Options], bytes]
    """What turns red by the calendar -> the report, whole."""
    HistoryReporter = Callable[[Sequence[Point], Options], bytes]
    """The verdicts on a line of commits, oldest first -> the report, whole."""
    ImpactReporter = Callable[[Impact, Options], bytes]
    """What rules on trial say -> the report, whole."""


def _report(name: str, *arguments: object) -> Any:
    return importlib.import_module(f"{__name__}.{name}").report(*arguments)


REPORTERS: Final[dict[str, Reporter]] = {
    name: partial(_report, name.replace("-", "_"))
    for name in (
        "text", "json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown", "comment", "html", "csv", "xlsx",
        "intoto", "intoto-predicate",
    )
}  # fmt: skip
"""Format -> what writes it: the function `report` of the module that is called like it."""
FOLDERS: Final[dict[str, FolderReporter]] = {name: partial(_report, name) for name in ("oscal",)}
"""The same for the formats of several files."""
EXPORTS: Final[dict[str, Reporter]] = {name: partial(_report, name) for name in ("cyclonedx", "xlsx")}
FOLDER_EXPORTS: Final[dict[str, FolderReporter]] = {name: partial(_report, name) for name in ("gemara",)}
"""The same for what `export` writes: documents about the organisation more than about a verdict."""
TABLES: Final[dict[str, TableReporter]] = {
    name: partial(_report, f"table_{module}")
    for name, module in (
        ("text", "text"),
        ("json", "json"),
        ("md", "markdown"),
        ("csv", "csv"),
        ("xlsx", "xlsx"),
        ("html", "html"),
    )
}
"""Format of a table -> what writes it: likewise."""
DIFFERENCES: Final[dict[str, DifferenceReporter]] = {
    name: partial(_report, f"difference_{module}")
    for name, module in (("text", "text"), ("json", "json"), ("md", "markdown"))
}
"""Format of what a head changes -> what writes it: likewise."""
FORECASTS: Final[dict[str, ForecastReporter]] = {
    name: partial(_report, f"forecast_{name}") for name in ("text", "json", "ics")
}
"""Format of what turns red by the calendar -> what writes it: likewise."""
HISTORIES: Final[dict[str, HistoryReporter]] = {
    name: partial(_report, f"history_{name}") for name in ("text", "json", "csv", "svg", "html")
}
"""Format of the verdicts on a line of commits -> what writes it: likewise."""
IMPACTS: Final[dict[str, ImpactReporter]] = {name: partial(_report, f"impact_{name}") for name in ("text", "json")}
"""Format of what rules on trial say -> what writes it: likewise."""

__all__ = [
    "DIFFERENCES",
    "EXPORTS",
    "FOLDERS",
    "FOLDER_EXPORTS",
    "FORECASTS",
    "HISTORIES",
    "IMPACTS",
    "REPORTERS",
    "TABLES",
    "Options",
]
