"""The formats that a command line names, and evaluations -> reports in their files or on standard output."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from iscode.cli import output
from iscode.report import FOLDERS, REPORTERS, Options

if TYPE_CHECKING:
    from iscode.change.difference import Difference
    from iscode.change.forecast import Forecast
    from iscode.evaluation import Evaluation

Found = TypeVar("Found")
FORMATS = (*REPORTERS, *FOLDERS)
SOON: Final = 30
"""Days that a check looks ahead where nobody says how many."""
_ADDRESS: Final = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~@%+-]+)*/?", re.ASCII)


def targets(formats: Sequence[str], file: Path | None) -> dict[Path | None, str]:
    """Where each report goes that is asked for, with its format; None is standard output. Raises click.UsageError."""
    found: dict[Path | None, str] = {}
    for text in formats or ("text",):
        name, colon, named = text.partition(":")
        if name not in FORMATS:
            raise click.UsageError(f"{name!r} is no format, there are {', '.join(FORMATS)}")
        if colon and not named:
            raise click.UsageError(f"{text!r} names no file behind the colon")
        where = Path(named) if colon else file
        if name in FOLDERS and where is None:
            raise click.UsageError(f"{name} is several files; name their folder: -f {name}:report/")
        if where in found:
            raise click.UsageError("two reports for one place; name a file for each: -f json:report.json")
        found[where] = name
    if file is not None and file not in found:
        raise click.UsageError("-o names a file, and every report has one of its own")
    return found


def address(text: str) -> str:
    """The address of a folder of files, which ends in `/`; empty for none. Raises click.UsageError for no address."""
    if text and not _ADDRESS.fullmatch(text):
        raise click.UsageError(f"{text!r} is no address of files: https://HOST/PATH/")
    return text and f"{text.removesuffix('/')}/"


def asking(soon: int | None, **shown: Any) -> Options:
    """What reports may ask: what a head changes where a base was named, and what turns red in the next `soon` days.

    None: as many as are usual, as far as the calendar goes. Each is found out when the first report asks, and kept.
    """
    if soon == 0:
        return Options(**shown, change=_kept(_change))
    return Options(**shown, change=_kept(_change), ahead=_kept(lambda evaluation: _ahead(evaluation, soon)))


def write(targets: dict[Path | None, str], evaluations: list[Evaluation], options: Options) -> None:
    """Write each report to its place."""
    from msgspec.structs import replace

    from iscode.source.files import write_whole

    for where, name in targets.items():
        if where is not None and name in FOLDERS:
            output.write_folder(where, FOLDERS[name](evaluations, options))
            continue
        data = REPORTERS[name](evaluations, replace(options, colour=where is None and output.wants_colour()))
        if where is None:
            output.write(data)
        else:
            write_whole(where, data)


def _kept(ask: Callable[[Evaluation], Found]) -> Callable[[Evaluation], Found]:
    """The same answers, each found once."""
    found: dict[int, Found] = {}

    def asked(evaluation: Evaluation) -> Found:
        if id(evaluation) not in found:
            found[id(evaluation)] = ask(evaluation)
        return found[id(evaluation)]

    return asked


def _change(evaluation: Evaluation) -> Difference | None:
    """What a head changes of what its base had; None without a base that judges, or whose own verdict is not known."""
    from iscode.change.difference import differ
    from iscode.errors import RepositoryError

    if evaluation.base is None or not evaluation.base.judges:
        return None
    try:
        found = differ(evaluation)
    except RepositoryError:  # a clone in which only the base is too shallow: a report turns no verdict into none
        return None
    return found if found.judged else None


def _ahead(evaluation: Evaluation, days: int | None) -> Forecast:
    from datetime import date

    from iscode.change.forecast import forecast

    left = (date.max - date.fromisoformat(evaluation.as_of)).days
    return forecast(evaluation, min(SOON, left) if days is None else days)
