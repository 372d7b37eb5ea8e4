"""A folder -> readings: what is installed, what the repository is, what guards it, and what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iscode.cli.health import tool
from iscode.cli.health.reading import Reading

__all__ = ["Reading", "examine"]


def examine(folder: Path) -> Iterator[Reading]:
    """Look at the tool, then at the repository that holds `folder`; nothing is changed.

    What hangs on something that has to be mended first is not looked at. Raises IscodeError where no look is possible.
    """
    installed = [*tool.python(), *tool.libraries()]
    yield from installed
    if any(reading.state == "mend" for reading in installed):
        return  # the rest cannot even be imported
    from iscode.cli.health import repository

    yield from tool.content()
    git = [*tool.git(folder)]
    yield from git
    if all(reading.state != "mend" for reading in git):
        yield from repository.readings(folder)
