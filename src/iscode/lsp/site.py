"""A root as an editor has it open -> the files in it and their addresses, written as the editor writes them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pygls import uris

from iscode.policy import CONFIG_NAME


@dataclass(frozen=True)
class Site:
    """Where a root lies. An editor knows a file again only by the words that it opened it by, links and all.

    `folder`: the root as the editor writes it. `top`: the work tree that it is in, as it lies there. `below`: the
    root's path from the top, empty at the top.
    """

    folder: Path
    top: Path
    below: str = ""

    @property
    def config(self) -> str:
        """The path of the configuration from the top."""
        return f"{self.below}/{CONFIG_NAME}" if self.below else CONFIG_NAME

    def file(self, path: str) -> Path:
        """The file at a path from the top."""
        prefix = f"{self.below}/" if self.below else ""
        return self.folder / path.removeprefix(prefix) if path.startswith(prefix) else self.top / path

    def uri(self, path: str) -> str | None:
        """The address of a file; None where its name cannot be written as text."""
        return None if "\\" in path else _uri(str(self.file(path)))


def above(file: Path) -> Path | None:
    """The folder of the root that a file belongs to, by its words; None outside of every root."""
    return next((folder for folder in file.parents if os.path.exists(folder / CONFIG_NAME)), None)  # noqa: PTH110 it never raises


@lru_cache(maxsize=8192)
def _uri(file: str) -> str | None:
    found: str | None = uris.from_fs_path(file)
    return found
