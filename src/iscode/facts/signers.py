"""The files of keys that a base trusts -> each key with the one address it is for, its namespaces and its days.

The format of the first is OpenSSH's `allowed_signers`, so that Git reads the same file; of what that allows, only what
names exactly one address and its namespaces is taken. The second lists public keys that count no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from iscode.errors import ConfigError, Place
from iscode.facts.signature import KEY_TYPES, RefusedError, Signature, key_type, unbased
from iscode.schema.fields import is_day

NAMESPACE: Final = "iscode-approval"
"""What an approval is signed for."""
COMMITS: Final = "git"
"""What Git signs commits for."""
MOST: Final = 10_000
"""Lines of a file of keys."""

_EXACT: Final = re.compile(r"[^\s\"*?!,\\]+")
_OPTION: Final = re.compile(r'([a-z-]+)(?:="([^"\\]*)")?(?:,|$)')
_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})Z?")
_VALUED: Final = ("namespaces", "valid-after", "valid-before")
_UNTOUCHED: Final = "no-touch-required"
"""As in OpenSSH's `authorized_keys`. Its `allowed_signers` know no such option: it asks for no touch there."""


class Key(Struct, frozen=True):
    """A key of the list: in its wire form, the address it is for, what it may sign, and its days `YYYY-MM-DD`.

    `before` is the first day on which it no longer counts; empty: without end. `untouched`: it counts also where nobody
    touched the device that holds it.
    """

    key: bytes
    principal: str
    namespaces: tuple[str, ...]
    after: str = ""
    before: str = ""
    untouched: bool = False


class Signers(Struct, frozen=True):
    """All that a base says of keys. Nothing is listed where it names no files."""

    listed: tuple[Key, ...] = ()
    revoked: frozenset[bytes] = frozenset()

    @property
    def approve(self) -> bool:
        """Whether any key may sign approvals."""
        return any(NAMESPACE in line.namespaces for line in self.listed)

    def knows(self, key: bytes) -> bool:
        """Whether it says anything of a key."""
        return key in self.revoked or any(line.key == key for line in self.listed)

    def admitted(self, signature: Signature, namespace: str, day: str) -> list[str]:
        """The addresses for which a signature's key may sign in a namespace on a day.

        Raises RefusedError where there are none.
        """
        if signature.key in self.revoked:
            raise RefusedError("its key is revoked")
        found = [line for line in self.listed if line.key == signature.key]
        if not found:
            raise RefusedError("its key is not listed")
        fitting = [line for line in found if namespace in line.namespaces]
        if not fitting:
            raise RefusedError(f"its key is not listed for {namespace}")
        valid = [line for line in fitting if line.after <= day and (not line.before or day < line.before)]
        if not valid:
            line = fitting[0]
            expired = line.before and day >= line.before
            raise RefusedError(f"its key expired on {line.before}" if expired else f"its key counts from {line.after}")
        touched = [line for line in valid if signature.touched or line.untouched]
        if not touched:
            raise RefusedError("nobody touched the device that holds its key")
        return [line.principal for line in touched]


def read_signers(path: str, data: bytes) -> tuple[Key, ...]:
    """The keys of a file of allowed signers. Raises ConfigError at the first line that is not exact."""
    return tuple(key for number, line in _lines(path, data) for key in _signer(line, Place(path, number)))


def read_revoked(path: str, data: bytes) -> frozenset[bytes]:
    """The keys of a file of revoked keys, one a line. Raises ConfigError at the first line that is none."""
    return frozenset(_key(line.split(), Place(path, number)) for number, line in _lines(path, data))


def _lines(path: str, data: bytes) -> Iterator[tuple[int, str]]:
    """Each line that says something, with its number."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        hint = "list public keys as text, one a line"
        raise ConfigError("it is no text", place=Place(path), hint=hint) from None
    if len(lines) > MOST:
        raise ConfigError(f"it has more than {MOST} lines", place=Place(path))
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def _signer(line: str, place: Place) -> Iterator[Key]:
    named, *rest = line.split(maxsplit=1)
    hint = 'write: address namespaces="iscode-approval" ssh-ed25519 AAAA…'
    if not rest:
        raise ConfigError("the line names no key", place=place, hint=hint)
    words = rest[0]
    options: dict[str, str] = {}
    if words.split()[0] not in KEY_TYPES:
        options, words = _options(words, place)
    key = _key(words.split(), place)
    namespaces = options.get("namespaces", "").split(",")
    if not all(map(_EXACT.fullmatch, namespaces)):
        raise ConfigError("a key is listed for exact namespaces", place=place, hint=hint)
    after, before = (_day(options.get(name, ""), place) for name in ("valid-after", "valid-before"))
    for principal in named.split(","):
        if _EXACT.fullmatch(principal) is None:
            raise ConfigError("a key is listed for exact addresses, not for a pattern", place=place, hint=hint)
        yield Key(key, principal, tuple(namespaces), after, before, _UNTOUCHED in options)


def _options(words: str, place: Place) -> tuple[dict[str, str], str]:
    """The options before a key, and what follows them; a text in quotes has no blank in a list that is exact."""
    written, _, following = words.partition(" ")
    options: dict[str, str] = {}
    at = 0
    while at < len(written):
        found = _OPTION.match(written, at)
        known = found is not None and (found[1] == _UNTOUCHED if found[2] is None else found[1] in _VALUED)
        if found is None or not known or found[1] in options:
            hint = f"the options are {', '.join((*_VALUED, _UNTOUCHED))}, each once: certificates are not taken"
            raise ConfigError("the options of the key are not known", place=place, hint=hint)
        options[found[1]] = found[2] or ""
        at = found.end()
    return options, following


def _key(words: list[str], place: Place) -> bytes:
    try:
        key = unbased(words[1]) if len(words) > 1 and words[0] in KEY_TYPES else b""
    except RefusedError:
        key = b""
    if not key or key_type(key) != words[0]:
        hint = f"a public key is one of {', '.join(sorted(KEY_TYPES))}, a blank, and base64"
        raise ConfigError("the line has no public key where one should be", place=place, hint=hint)
    return key


def _day(text: str, place: Place) -> str:
    """A day as records write it; empty where there is none."""
    found = _DAY.fullmatch(text)
    day = "-".join(found.groups()) if found else ""
    if text and not is_day(day):
        raise ConfigError(f"{text[:40]!r} is no day", place=place, hint='write it as in valid-before="20271231"')
    return day
