"""A folder -> the names and bytes of its files, never through a link, never out of the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeVar

from iscode.errors import RepositoryError
from iscode.source.hashing import PART, Digest, digest_of

FileKind = Literal["file", "symlink", "other"]
Found = Literal["file", "symlink", "other", "folder"]
Taken = TypeVar("Taken")

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# A file that was swapped for a FIFO or a terminal after it was listed must neither block nor take control.
_FILE = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_FOLDER = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
# On Windows a junction is a folder to `stat` but leads elsewhere.
_ELSEWHERE = [getattr(stat, f"IO_REPARSE_TAG_{tag}", -1) for tag in ("MOUNT_POINT", "SYMLINK")]


def show(name: bytes) -> str:
    r"""Turn the bytes of a name into text: UTF-8, any other byte as `\xNN`.

    A backslash becomes `\x5c`, so two names never look the same.
    """
    return name.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")


def kind_of(status: os.stat_result) -> Found:
    """Name what an `lstat` found."""
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _ELSEWHERE:
        return "symlink"
    if stat.S_ISREG(status.st_mode):
        return "file"
    return "folder" if stat.S_ISDIR(status.st_mode) else "other"


def scan(top: bytes, folder: bytes) -> list[tuple[bytes, Found]]:
    """List one folder: (name relative to `top`, what it is). RepositoryError where it cannot be read."""
    prefix = folder + b"/" if folder else b""
    try:
        with os.scandir(_join(top, folder)) as items:
            return [(prefix + item.name, kind_of(item.stat(follow_symlinks=False))) for item in items]
    except OSError as error:
        raise _unreadable(folder, error) from error


def walk(top: bytes, start: bytes = b"") -> Iterator[tuple[bytes, FileKind]]:
    """Yield everything below `top`/`start` that is no folder, in no order."""
    folders = [start]
    while folders:
        for name, kind in scan(top, folders.pop()):
            if kind == "folder":
                folders.append(name)
            else:
                yield name, kind


def read(top: bytes, names: Sequence[bytes], limit: int) -> Iterator[bytes | None]:
    """Yield the bytes of each regular file below `top`; None for one of more than `limit` bytes.

    RepositoryError where a name, or a folder on the way to it, is missing, a link or no regular file.
    """
    return _each(top, names, lambda descriptor: _content(descriptor, limit))


def digests(top: bytes, names: Sequence[bytes], limit: int) -> Iterator[Digest | None]:
    """Yield the digest of each regular file below `top`, as `read` yields the bytes, and with its errors."""
    return _each(top, names, lambda descriptor: _digest(descriptor, limit))


def _each(top: bytes, names: Sequence[bytes], take: Callable[[int], Taken]) -> Iterator[Taken]:
    """Yield what `take` makes of the descriptor of each file; `take` closes it."""
    if os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW"):
        return _each_by_descriptor(top, names, take)
    return _each_by_path(top, names, take)


def _each_by_descriptor(top: bytes, names: Sequence[bytes], take: Callable[[int], Taken]) -> Iterator[Taken]:
    """Open each name from the descriptor of its folder; folders stay open while the names stay below them."""
    opened: list[tuple[bytes, int]] = []
    try:
        for name in names:
            *folders, leaf = name.split(b"/")
            try:
                if not opened:
                    opened.append((b"", os.open(top, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))))
                same = 0
                while same < min(len(folders), len(opened) - 1) and folders[same] == opened[same + 1][0]:
                    same += 1
                _close(opened, same + 1)
                for part in folders[same:]:
                    opened.append((part, os.open(part, _FOLDER, dir_fd=opened[-1][1])))
                taken = take(os.open(leaf, _FILE, dir_fd=opened[-1][1]))
            except OSError as error:
                raise _unreadable(name, error) from error
            yield taken
    finally:
        _close(opened)


def _close(opened: list[tuple[bytes, int]], keep: int = 0) -> None:
    while len(opened) > keep:
        os.close(opened.pop()[1])


def _each_by_path(top: bytes, names: Sequence[bytes], take: Callable[[int], Taken]) -> Iterator[Taken]:
    """Look at each folder on the way before the file is opened: Windows has no descriptors of folders."""
    folders: set[bytes] = set()
    for name in names:
        try:
            _require_folders(top, name, folders)
            path = _join(top, name)
            if kind_of(os.lstat(path)) != "file":
                raise OSError("it is no regular file")  # noqa: TRY301
            taken = take(os.open(path, _FILE))
        except OSError as error:
            raise _unreadable(name, error) from error
        yield taken


def _require_folders(top: bytes, name: bytes, known: set[bytes]) -> None:
    parts = name.split(b"/")
    for length in range(1, len(parts)):
        folder = b"/".join(parts[:length])
        if folder not in known and kind_of(os.lstat(_join(top, folder))) != "folder":
            raise OSError("a folder on the way is a link")
        known.add(folder)


def _content(descriptor: int, limit: int) -> bytes | None:
    try:
        size = _size(descriptor)
        data = b"".join(_parts(descriptor, size, limit)) if size <= limit else None
        return data if data is not None and len(data) <= limit else None
    finally:
        os.close(descriptor)


def _digest(descriptor: int, limit: int) -> Digest | None:
    try:
        size = _size(descriptor)
        digest = digest_of(_parts(descriptor, size, limit)) if size <= limit else None
        return digest if digest is not None and digest.size <= limit else None
    finally:
        os.close(descriptor)


def _size(descriptor: int) -> int:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is no regular file")
    return status.st_size


def _parts(descriptor: int, size: int, limit: int) -> Iterator[bytes]:
    """Yield what is in a file of `size` bytes, up to one byte beyond the limit: it may grow while it is read."""
    room = limit + 1
    while room and (part := os.read(descriptor, min(room, size + 1, PART))):
        yield part
        room -= len(part)


def _join(top: bytes, name: bytes) -> bytes:
    return top + b"/" + name if name else top


def _unreadable(name: bytes, error: OSError) -> RepositoryError:
    return RepositoryError(
        f"{show(name) or '.'} cannot be read: {error.strerror or error}",
        hint="run again when nothing else changes the folder, and see who may read it",
    )
