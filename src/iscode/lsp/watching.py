"""A root on the disk -> a sign of its state that is another one once somebody else changed it: Git, another editor.

Editors tell of files that change where they can watch. What Git itself did (a commit, a checkout) many do not tell, and
some watch nothing: so the state is looked at by itself too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from iscode.change.desk import Judged
from iscode.policy import CONFIG_NAME

State = frozenset[tuple[str, int, int]]
"""(path, time of the last change in ns, bytes) of each file and folder that is looked at."""

EVERY: Final = 2.0
"""Seconds between two looks."""
_OF_GIT: Final = ("HEAD", "index", "logs/HEAD")
"""What a commit, a checkout, an `add` or a reset changes."""


def state(git_dir: Path, top: Path, folder: Path, judged: Judged | None, *, told: bool) -> State:
    """What is looked at of a root, as it lies there. `told`: the editor tells of files, so that only Git is left."""
    wanted = [git_dir / name for name in _OF_GIT]
    if not told:
        wanted += [folder / CONFIG_NAME, *(top / path for path in _files(judged))]
    return frozenset(_signs(wanted))


def _files(judged: Judged | None) -> set[str]:
    """The records, the files of the packs, and the folders that these are in: a file that comes changes its folder."""
    if judged is None:
        return set()
    policy = judged.ground.policy
    files = {entry.path for entry in judged.ground.selected.entries}
    files |= {f"{pack.path}/{path}" for pack in policy.packs for path in pack.files}
    parts = (path.split("/")[:-1] for path in files)
    return files | {"/".join(folders[:size]) for folders in parts for size in range(1, len(folders) + 1)}


def _signs(wanted: Iterable[Path]) -> Iterable[tuple[str, int, int]]:
    for path in wanted:
        try:
            found = path.stat()
        except OSError:
            yield str(path), 0, 0
        else:
            yield str(path), found.st_mtime_ns, found.st_size
