"""A root on the disk -> a sign of its state that is another one once somebody else changed it: Git, another editor.

Editors tell of files that change where they can watch. What Git itself did (a commit, a checkout) many do not tell, and
some watch nothing: so the state is looked at by itself too. A day that begins changes a root as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from iscode.change.desk import Judged
from iscode.lsp.site import Site

EVERY: Final = 2.0
"""Seconds between two looks."""
_OF_GIT: Final = ("HEAD", "index", "logs/HEAD")
"""What a commit, a checkout, an `add` or a reset changes."""


class State(NamedTuple):
    """The day as of which is judged, and (path, time of the last change in ns, bytes) of all that is looked at."""

    day: str = ""
    signs: frozenset[tuple[str, int, int]] = frozenset()


def state(day: str, files: Iterable[str]) -> State:
    """How files lie there on a day."""
    return State(day, frozenset(map(_sign, files)))


def watched(site: Site, git_dir: Path, judged: Judged | None, asked: Iterable[str], *, told: bool) -> list[str]:
    """The files and folders by which somebody sees that a root changed. `asked`: the files that rules asked about,
    whether they are there or not. `told`: the editor tells of files, so that only Git is left.
    """
    wanted = [str(git_dir / name) for name in _OF_GIT]
    if not told:
        wanted += [f"{site.top}/{path}" for path in {site.config, *_files(judged), *asked}]
    return wanted


def _files(judged: Judged | None) -> set[str]:
    """The records, the files of the packs, and the folders that these are in: a file that comes changes its folder."""
    if judged is None:
        return set()
    ground = judged.ground
    files = {entry.path for entry in ground.selected.entries}
    files |= {f"{pack.path}/{path}" for pack in ground.policy.packs for path in pack.files}
    return files | set(_folders(files))


def _folders(files: Iterable[str]) -> Iterator[str]:
    for folder in {path.rpartition("/")[0] for path in files}:
        parts = folder.split("/")
        yield from ("/".join(parts[:size]) for size in range(1, len(parts) + 1))


def _sign(path: str) -> tuple[str, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 thousands, every other second
    except (OSError, ValueError):  # ValueError: what a record names may be no name of a file at all
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size
