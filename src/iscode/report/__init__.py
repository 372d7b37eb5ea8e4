"""Evaluation -> text, JSON, annotations, Markdown: one format, one file, imported when somebody asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from iscode.report.options import Options

if TYPE_CHECKING:
    from iscode.evaluation import Evaluation

    Reporter = Callable[[Sequence[Evaluation], Options], bytes]
    """Evaluations, one a root, and what the command line asked for -> the report, whole."""


def _report(name: str, evaluations: Sequence[Evaluation], options: Options) -> bytes:
    data: bytes = importlib.import_module(f"{__name__}.{name}").report(evaluations, options)
    return data


REPORTERS: Final[dict[str, Reporter]] = {
    name: partial(_report, name) for name in ("text", "json", "github", "markdown")
}
"""Format -> what writes it: the function `report` of the module that is called like it."""

__all__ = ["REPORTERS", "Options"]
