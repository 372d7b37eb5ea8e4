"""The name of an installed package -> its version and its folder, read as files: nothing of it is imported or run.

Only where the interpreter itself has its packages: not the current folder, no variable of the environment and no
setting of a user can put another one in front.
"""

from __future__ import annotations

import csv
import os
import re
import site
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from iscode.errors import ConfigError, RepositoryError
from iscode.source import plain
from iscode.source.snapshot import FolderSnapshot

RECORD: Final = 16 * 1024 * 1024
"""Bytes of the list of files that an installer leaves."""
_WHEEL: Final = ".dist-info"
_OLDER: Final = (".egg-info", ".egg")
_FOLDER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Installed(Struct, frozen=True):
    """A package: its version, the name of the one folder that it brought, and the files below that folder."""

    version: str
    folder: str
    files: FolderSnapshot


def find(name: str, sites: Sequence[str] | None = None) -> Installed | None:
    """The package of a name as indexes write it, e.g. `iscode-pack-boats`; None where it is not installed.

    `sites` are the folders to look in; default: those of the interpreter. Raises ConfigError where it is installed in a
    way that cannot be read as files: zipped, as a link to a checkout, by several folders, twice.
    """
    for top in site.getsitepackages() if sites is None else sites:
        if not Path(top).is_dir():
            continue
        here = {plain.show(raw): kind for raw, kind in plain.scan(os.fsencode(top), b"")}
        found = [(shown, kind) for shown, kind in here.items() if _named(shown) == name]
        if len(found) > 1:
            raise ConfigError(f"{name} is installed twice in {top}", hint="uninstall both, then install one")
        for shown, kind in found:
            if kind != "folder" or not shown.endswith(_WHEEL):
                raise _unreadable(name, f"{shown} is none of what a wheel leaves")
            folder = _folder(name, top, shown)
            if here.get(folder) != "folder":
                raise _unreadable(name, f"its folder {folder} is missing, or a link")
            version = shown.removesuffix(_WHEEL).rpartition("-")[2]
            return Installed(version, folder, FolderSnapshot(Path(top), only=(folder,)))
    return None


def _named(shown: str) -> str | None:
    """The name of a package, as indexes write it, of which something in a folder of packages speaks."""
    for suffix in (_WHEEL, *_OLDER):
        if shown.endswith(suffix):
            bare = shown.removesuffix(suffix)
            if suffix != _WHEEL:
                bare = re.sub(r"-py[0-9.]+$", "", bare)
            return re.sub(r"[-_.]+", "-", bare.rpartition("-")[0] or bare).lower()
    return None


def _folder(name: str, top: str, info: str) -> str:
    """The one folder beside what installers leave of which the list of files speaks."""
    folders = sorted({path.partition("/")[0] for path in _recorded(name, top, info) if "/" in path} - {info, ".."})
    wanted = [folder for folder in folders if _FOLDER.fullmatch(folder) and folder != "__pycache__"]
    if len(wanted) != 1:
        listed = ", ".join(wanted) or "none, as where a checkout is installed"
        raise _unreadable(name, f"a pack is one folder, and this brought: {listed}")
    return wanted[0]


def _recorded(name: str, top: str, info: str) -> Iterator[str]:
    try:
        [data] = plain.read(os.fsencode(top), [os.fsencode(f"{info}/RECORD")], RECORD)
    except RepositoryError as error:
        raise _unreadable(name, error.message) from None
    if data is None:
        raise _unreadable(name, "its list of files is too large")
    try:
        yield from (row[0] for row in csv.reader(data.decode("utf-8", "replace").splitlines()) if row)
    except csv.Error as error:  # a field that is longer than any name
        raise _unreadable(name, f"its list of files is no table: {error}") from None


def _unreadable(name: str, why: str) -> ConfigError:
    hint = "install it from a wheel, with plain files"
    return ConfigError(f"the package {name} cannot be read as files: {why}", hint=hint)
