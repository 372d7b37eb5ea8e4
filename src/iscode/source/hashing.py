"""A file's bytes, part by part -> what tells it apart, without ever holding it whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct

PART = 1024 * 1024
"""Bytes that are held at once."""
_HEAD = 64


class Digest(Struct, frozen=True):
    """What a file is: `sha256` in hex, `size` in bytes, `head` its first bytes, to tell what kind of file it is."""

    sha256: str
    size: int
    head: bytes


def digest_of(parts: Iterable[bytes]) -> Digest:
    """The digest of a file that comes in parts."""
    total, size, head = hashlib.sha256(), 0, b""
    for part in parts:
        total.update(part)
        size += len(part)
        head += part[: _HEAD - len(head)]
    return Digest(total.hexdigest(), size, head)
