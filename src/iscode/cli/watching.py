"""Files that somebody edits -> what is done with them, done again each time that one of them is another."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import click

State = dict[str, tuple[int, int, int]]
"""Path -> time of the last change, size and number of each file that is there."""
PAUSE = 0.3
"""Seconds between two looks."""


def watch(
    once: Callable[[], object], watched: Callable[[], list[Path]], wait: Callable[[float], None] = time.sleep
) -> NoReturn:
    """Do `once`, and again whenever a file at or below the `watched` paths is another, until somebody interrupts.

    What is wrong in the files is said, and the next change waited for. What changes meanwhile is not missed.
    """
    from iscode.cli.run import explain
    from iscode.errors import IscodeError

    while True:
        paths = watched()
        seen = state(paths)
        try:
            once()
        except IscodeError as error:
            explain(str(error), error.hint)
        click.echo("waiting for a change; an interrupt ends it", err=True)
        while state(paths) == seen:
            wait(PAUSE)


def state(paths: list[Path]) -> State:
    """How the files at and below some paths are; links are not followed."""
    return dict(_stated(paths))


def _stated(paths: list[Path]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for path in paths:
        below = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
        for file in (path, *below):
            try:
                found = file.lstat()
            except OSError:
                continue
            yield str(file), (found.st_mtime_ns, found.st_size, found.st_ino)
