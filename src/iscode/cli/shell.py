"""A path -> the word for it in a command that is printed as a next step, to be typed in the current folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path


def word(path: Path | str) -> str:
    """A path as it was given, as one word of a shell, which no program takes for an option."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def from_here(path: Path) -> str:
    """A path of the disk from the current folder, as one word of a shell; on another drive of Windows the whole."""
    try:
        return word(os.path.relpath(path))
    except ValueError:
        return word(path.absolute())
