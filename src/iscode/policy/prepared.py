"""The shipped shelves as they were prepared: what their files hold, their kinds expanded, and their rules compiled.

Each start would otherwise parse, check, type and compile the same files anew. All is found by the digest of the very
bytes that it was made of, so what is stale or a repository's own is never taken for it. The file comes with iscode and
has the trust of its code; no repository can bring one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from iscode import __version__
from iscode.errors import ContentError

NAME: Final = "rules/prepared.json"
"""Where it stands in the content's home. It is no content itself: `tool.content` names what it was made of."""
LIMIT: Final = 16 * 1024 * 1024
"""Bytes of it."""


class Prepared(msgspec.Struct, frozen=True):
    """By the SHA-256 of a file's bytes, in hex: what a good YAML file holds, and the compiled form of a rule.

    `kinds` are the expanded schemas of all kinds by the paths of their files.
    """

    values: Mapping[str, dict[str, Any]]
    rules: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, Mapping[str, Any]]


NOTHING: Final = Prepared({}, {}, {})


def read(data: bytes, language: str) -> Prepared:
    """What was prepared; without the compiled rules and the kinds where these were made for another language.

    Raises ContentError for what is no prepared form.
    """
    if not data:
        return NOTHING
    try:
        found = msgspec.json.decode(data)  # several times as fast as the reader that Python brings
        same = found["language"] == language
        return Prepared(found["values"], found["rules"] if same else {}, found.get("kinds", {}) if same else {})
    except (msgspec.DecodeError, KeyError, TypeError):
        raise ContentError(f"{NAME} is broken", hint="install iscode again") from None


def language_of(files: Iterable[tuple[str, bytes]]) -> str:
    """What names the language that rules are compiled in: this engine with these schemas and definitions."""
    total = sha256(f"{__version__}\n".encode())
    for path, data in files:
        total.update(f"{path}\0{sha256(data).hexdigest()}\n".encode())
    return total.hexdigest()
