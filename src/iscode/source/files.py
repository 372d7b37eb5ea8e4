"""Bytes -> files on disk, whole or not at all: reports, records and hooks that a command writes."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from iscode.errors import IscodeError

_EXECUTABLE = 0o777
_PLAIN = 0o666


def write_whole(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write a file through a new one beside it: no reader and no crash meets half of it.

    A device or a pipe (`/dev/stdout`) is written to as it is. IscodeError where that fails, and for a link:
    what it leads to is not the file that was named.
    """
    try:
        if _is_stream(path):
            with path.open("wb") as stream:
                stream.write(data)
        else:
            _replace(path, data, _EXECUTABLE if executable else _PLAIN)
    except OSError as error:
        raise IscodeError(f"{path} cannot be written: {error.strerror or error}") from error


def write_new(folder: Path, files: Mapping[str, bytes], *, replace: bool = False) -> list[Path]:
    """Write files below `folder`: path with `/` -> bytes. Folders between are made; return the paths.

    IscodeError, before anything is written, where a path leaves the folder or meets a link, or a file is
    there already; with `replace` the file is replaced.
    """
    targets = {folder.joinpath(*_parts(path)): data for path, data in files.items()}
    for path in targets:
        _require_free(folder, path, replace=replace)
    for path, data in targets.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IscodeError(f"{path.parent} cannot be made: {error.strerror or error}") from error
        write_whole(path, data)
    return list(targets)


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISREG(mode) and path.is_symlink():
        raise OSError("it is a link, name the file itself")
    return not stat.S_ISREG(mode)


def _replace(path: Path, data: bytes, mode: int) -> None:
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" or set(part) & set("\\:\0") for part in parts):
        raise IscodeError(f"{path!r} is no path of a file below the folder")
    return parts


def _require_free(folder: Path, path: Path, *, replace: bool) -> None:
    for parent in path.parents:
        if parent == folder:
            break
        if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
            raise IscodeError(f"{parent} is in the way", hint="it is no folder, or a link to one")
    if path.is_symlink() or (path.exists() and not (replace and path.is_file())):
        raise IscodeError(f"{path} is there already", hint="move it away, or choose another folder")
