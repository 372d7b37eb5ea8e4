"""Keys -> JSON values that were kept under them, each with a code that only this user's key can make.

The file lies below the Git directory, the key in the user's state folder: who can write into the one cannot vouch for
what it says. Whatever is wrong with either, there is no cache, and all is worked out again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import rfc8785

FOLDER: Final = "iscode"
FILE: Final = "cache.sqlite3"
KEY: Final = "cache.key"
KEY_BYTES: Final = 32
MOST_BYTES: Final = 512 * 1024 * 1024
"""Of the file: one that has grown beyond is begun anew."""
SECONDS: Final = 2.0
"""How long another process may keep the file to itself before it is done without."""
_RUN: Final = 500
_TABLE: Final = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL, code BLOB NOT NULL)"


class Cache:
    """What is kept. Without a file nothing is known, and nothing is kept."""

    def __init__(self, file: sqlite3.Connection | None = None, secret: bytes = b"") -> None:
        self._file, self._secret = file, secret

    def known(self, names: Collection[str]) -> dict[str, Any]:
        """The values of those names that are known and were kept by this user."""
        found: dict[str, Any] = {}
        wanted = list(names)
        for start in range(0, len(wanted) if self._file is not None else 0, _RUN):
            run = wanted[start : start + _RUN]
            with suppress(sqlite3.Error):
                found |= dict(self._read(run))
        return found

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep some values, as far as that is possible now."""
        if self._file is None or not values:
            return
        held = ((name, rfc8785.dumps(value)) for name, value in values.items())
        rows = [(name, data, self._code(name, data)) for name, data in held]
        with suppress(sqlite3.Error), self._file:
            self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)

    def _read(self, names: list[str]) -> Iterator[tuple[str, Any]]:
        assert self._file is not None  # noqa: S101 - nobody asks without one
        marks = ",".join("?" * len(names))
        for name, data, code in self._file.execute(
            f"SELECT name, value, code FROM kept WHERE name IN ({marks})",  # noqa: S608 - marks alone
            names,
        ):
            whole = isinstance(name, str) and isinstance(data, bytes) and isinstance(code, bytes)
            if whole and hmac.compare_digest(code, self._code(name, data)):
                yield name, json.loads(data)

    def _code(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._secret, f"{name}\0".encode() + data, hashlib.sha256)


@contextmanager
def open_cache(common_dir: Path | None) -> Iterator[Cache]:
    """The cache of a repository, whose common Git directory this is; None: one that knows and keeps nothing.

    Never an error: at worst it knows nothing either.
    """
    secret = _secret() if common_dir is not None else None
    file = _opened(common_dir / FOLDER / FILE) if common_dir is not None and secret is not None else None
    try:
        yield Cache(file, secret or b"")
    finally:
        if file is not None:
            file.close()


def _opened(path: Path) -> sqlite3.Connection | None:
    """The file, made where there is none, begun anew where it is damaged or too large; None where that cannot be."""
    for _ in range(2):
        try:
            path.parent.mkdir(exist_ok=True)
            if path.parent.is_symlink() or (os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode)):
                return None
            if path.exists() and path.stat().st_size > MOST_BYTES:
                path.unlink()
            file = sqlite3.connect(path, timeout=SECONDS)
        except (OSError, sqlite3.Error):
            return None
        try:
            file.execute("PRAGMA trusted_schema = OFF")
            with file:
                file.execute(_TABLE)
            file.execute("SELECT name, value, code FROM kept LIMIT 1").fetchall()
        except sqlite3.OperationalError:
            file.close()
            return None  # somebody else holds it, or the disk is full or read-only
        except sqlite3.DatabaseError:
            file.close()
            with suppress(OSError):
                path.unlink()
        else:
            return file
    return None


def _secret() -> bytes | None:
    """The user's key, made at first need; None where there can be none, or others could have written it."""
    try:
        folder = _state_folder()
        path = folder / KEY
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "wb") as file:
                file.write(os.urandom(KEY_BYTES))
        held = path.lstat()
        foreign = hasattr(os, "getuid") and (held.st_uid != os.getuid() or held.st_mode & 0o077)
        if not stat.S_ISREG(held.st_mode) or foreign:
            return None
        secret = path.read_bytes()
    except (OSError, RuntimeError):  # there may be no home
        return None
    return secret if len(secret) == KEY_BYTES else None


def _state_folder() -> Path:
    """Where programs keep what is this user's and this machine's."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / FOLDER
    given = os.environ.get("XDG_STATE_HOME", "")
    return (Path(given) if given.startswith("/") else Path.home() / ".local" / "state") / FOLDER
