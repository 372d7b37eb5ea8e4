"""A mapping -> YAML text in block style that the strict profile and a reader of YAML 1.1 read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iscode.document.model import CEILING
from iscode.document.reader import read
from iscode.document.scalar import LARGEST
from iscode.errors import IscodeError

_LONG: Final = 100
_SIMPLE_KEY: Final = 1000
"""libyaml looks at most 1,024 characters ahead for the colon of a key."""

_PLAIN: Final = re.compile(r"[^\W\d](?:[^\x00-\x1f#:]|:(?=[^ ])|(?<! )#)*(?<! )").fullmatch
_WORD: Final = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)").fullmatch
"""What YAML 1.1 or 1.2 reads as no text although it begins with a letter."""

_ESCAPED: Final = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]'
)
_UNPRINTED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
).search
"""Refused by the strict profile, or turning the direction of text around: never written as they are."""

_SHORT: Mapping[str, str] = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write(value: Mapping[str, Any], modeline: str | None = None) -> str:
    """The text of a file that `read` turns into `value` again, keys in their order.

    `modeline` is the text of a comment for the first line, without the `# `. Texts are quoted wherever a
    reader of YAML 1.1 or 1.2 would make anything else of them; long and multi-line ones are literal blocks.
    Raises IscodeError for what no record can hold: null, numbers that are not finite, keys that are not text,
    lone surrogates, whatever passes a default limit.
    """
    lines = [] if modeline is None else [f"# {modeline}"]
    lines += _block(value, 0) if value else ["{}"]
    text = "\n".join(lines) + "\n"
    document = read("", text.encode("utf-8", "replace"))
    if document.value != value:
        reason = document.refusals[0].message if document.refusals else "it holds what YAML cannot carry"
        raise IscodeError(f"this cannot be written as a record: {reason}", hint="change the value")
    return text


def _block(value: Mapping[str, Any] | list[Any], column: int) -> Iterator[str]:
    if column > 2 * CEILING.depth:
        raise IscodeError("this cannot be written as a record: it is too deep", hint="flatten it")
    return _entries(value, column) if isinstance(value, Mapping) else _items(value, column)


def _entries(value: Mapping[str, Any], column: int) -> Iterator[str]:
    for key, inner in value.items():
        name = scalar(key)
        head = f"? {name}\n{' ' * column}:" if len(name) > _SIMPLE_KEY else f"{name}:"
        yield from node(" " * column + head, inner, column)


def _items(value: list[Any], column: int) -> Iterator[str]:
    for inner in value:
        if isinstance(inner, Mapping | list) and inner:
            lines = _block(inner, column + 2)
            yield f"{' ' * column}- {next(lines)[column + 2 :]}"
            yield from lines
        else:
            yield from node(" " * column + "-", inner, column)


def node(head: str, value: Any, column: int) -> Iterator[str]:
    """The lines of an entry or item: its head, which begins at `column`, and what it holds."""
    if isinstance(value, Mapping | list) and value:
        yield head
        yield from _block(value, column + 2)
    elif isinstance(value, str) and _literal(value):
        kept = value.removesuffix("\n")
        chomping = "-" if kept == value else "+" if kept.endswith("\n") else ""
        indicator = "2" if value[0] in " \t\n" else ""
        yield f"{head} |{indicator}{chomping}"
        for line in kept.split("\n"):
            yield " " * (column + 2) + line if line else ""
    else:
        yield f"{head} {scalar(value)}"


def _literal(text: str) -> bool:
    return ("\n" in text or len(text) > _LONG) and text.strip("\n") != "" and not _UNPRINTED(text)


def scalar(value: Any) -> str:
    """A text, a number or truth on one line outside brackets, in double quotes wherever it needs quotes."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if abs(value) <= LARGEST else "null"
        case float():
            digits = repr(value)
            return digits.replace("e", ".0e") if "e" in digits and "." not in digits else digits
        case str():
            plain = _PLAIN(value) and not _WORD(value) and not _UNPRINTED(value)
            return value if plain else quoted(value)
        case {} if not value:
            return "{}"
        case []:
            return "[]"
    return "null"


def quoted(text: str) -> str:
    """A text in double quotes."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _SHORT.get(found[0]) or (f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}")
