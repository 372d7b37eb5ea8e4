"""Text that somebody else wrote -> text that a terminal only shows: nothing in it moves, colours or reorders."""

from __future__ import annotations

import unicodedata


def terminal(text: str, width: int | None = None) -> str:
    """The text on one line with each live character as `\\xNN` or `\\uNNNN`; cut to `width` characters if given.

    Live is what Unicode does not call printable: controls, line ends, bidirectional and invisible marks, what is
    unpaired, private or unassigned. A space of another width is only a space.
    """
    if width is not None and len(text) > width:
        text = f"{text[: width - 1]}…"
    return text if text.isprintable() else "".join(map(_shown, text))


def cells(text: str) -> int:
    """How many columns of a terminal an escaped text takes: two for a wide character, none for one that combines."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
