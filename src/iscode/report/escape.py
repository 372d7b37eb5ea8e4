"""Text that somebody else wrote -> the same where it is only shown: on a terminal, in a log, Markdown, HTML, a sheet.

The one place of escaping. Each function takes text as it was written and gives text for one kind of reader; what it
gives is never escaped again, and nothing that is not from here or from our own code reaches a report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_COMMAND: Final = re.compile(r"^(\s*):(?=:)|##\[")
"""What the runner of a CI job takes for an order to itself: `::` where a line begins, `##[` anywhere in it."""

_BREAK: Final = "\u200b"
"""Between two characters that together would be a link or a picture, once a host looks at the text that is rendered.
No text holds it before: `terminal` shows one that somebody wrote as an escape."""
_JOINED: Final = re.compile(
    r"[@#](?=\S)"  # mentions, numbers of issues, addresses
    r"|:(?=//|[\w+-]+:)"  # addresses, names of pictures
    r"|www(?=\.)"
    r"|\bgh-(?=\d)"
    r"|[0-9a-f]{6}(?=[0-9a-f])",  # names of commits
    re.IGNORECASE,
)
"""What a break must follow."""
_LIVE: Final = re.compile(rf"{_JOINED.pattern}|[<&](?=\S)|\](?=[(\[:])", re.IGNORECASE)
"""What a break must follow where the text may be read as Markdown and may be read as it is: HTML and references too."""
_MARKDOWN: Final = {ord(live): f"&#{ord(live)};" for live in "\\`*_~[]<>&|$#" + _BREAK}
"""What Markdown reads anywhere in a line -> the reference that it shows as that character."""
_OPENING: Final = re.compile(r"^(\d*)([ +=:.)-])")
"""What would make the text a list, a heading, a rule, code or a table where it stands first in its line."""

_MARKUP: Final = re.compile(r"[\\<*~^\[]|^[#>]|&(?=#?\w+;)|\{(?=\{)|(?<=\{)\{|(?<![^\W_])_|_(?![^\W_])")
"""What CommonMark, or OSCAL beside it, may read as markup: emphasis, links, HTML, headings, quotes, insertions."""

_FORMULA: Final = re.compile(r"(^|;)([\s\"']*)(?=[=+@\uff1d\uff0b\uff0d\uff20-])")
"""Before what a spreadsheet reads as the beginning of a formula, in either width; to some a `;` begins a cell."""

_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""Bytes that stand for themselves anywhere in the path of an address."""
_BYTE: Final = re.compile(rb"\\x([0-9a-f]{2})")
_CALENDAR: Final = re.compile(r"[\\;,]")
"""What separates values in a calendar."""


def terminal(text: str, width: int | None = None) -> str:
    """The text on one line with each live character as `\\xNN` or `\\uNNNN`; cut to `width` characters if given.

    Live is what Unicode does not call printable: controls, line ends, bidirectional and invisible marks, what is
    unpaired, private or unassigned; and what begins a command to the runner of a CI job, whose log is a terminal too.
    A space of another width is only a space.
    """
    if width is not None and len(text) > width:
        text = f"{text[: width - 1]}…"
    shown = text if text.isprintable() else "".join(map(_shown, text))
    return _COMMAND.sub(_disarmed, shown) if ":" in shown or "#" in shown else shown


def cells(text: str) -> int:
    """How many columns of a terminal an escaped text takes: two for a wide character, none for one that combines."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def padded(text: str, width: int) -> str:
    """An escaped text with blanks behind it, so that it takes `width` columns at least."""
    return text + " " * (width - cells(text))


def command_data(text: str, width: int | None = None) -> str:
    """The text as the message of a workflow command, or a line of it: on one line, `%` as `%25`."""
    return terminal(text, width).replace("%", "%25")


def command_property(text: str, width: int | None = None) -> str:
    """The text as a property of a workflow command: as its message, and with neither `:` nor `,`."""
    return command_data(text, width).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str, width: int | None = None) -> str:
    """The text as prose anywhere in GitHub's Markdown, a cell of a table and the start of a line included.

    Nothing in it is markup, HTML, a picture, a mention or a link, not even to a host that looks for these in what
    the Markdown became. What stands between two backticks is code, as our own messages write names.
    """
    return _with_code(terminal(text, width), _prose)


def markup(text: str) -> str:
    """The text as prose in OSCAL's markup, which is CommonMark and a few signs more; on one line, blanks made one.

    Nothing in it is markup, HTML, a picture, a link or the insertion of a parameter, but for code between backticks.
    """
    shown = terminal(" ".join(text.split()))
    return _begun(_plain(shown)) if "{{" in shown else _with_code(shown, _plain)


def code(text: str, width: int | None = None) -> str:
    """The text as code in GitHub's Markdown, which a reader can copy; as prose where code could not hold it.

    That is a text with a backtick or, which would end the cell of a table, a `|`.
    """
    shown = terminal(text, width)
    return f"`{shown}`" if _holds_as_code(shown) else _begun(_prose(shown))


def html(text: str) -> str:
    """The text as text anywhere in an HTML document, the value of a quoted attribute included.

    Lines stay lines; any other live character is shown as `terminal` shows it.
    """
    from html import escape  # of all formats one needs it

    shown = text if text.isprintable() else "".join(one if one == "\n" else _shown(one) for one in text)
    return escape(shown)


def inert(text: str, width: int | None = None) -> str:
    """The text on one line for a reader of whom nobody knows whether it takes Markdown or plain text.

    Marks of emphasis and code stay as written. Nothing is HTML, a picture, a mention, a link or the start of a block.
    """
    shown = _LIVE.sub(rf"\g<0>{_BREAK}", terminal(text, width))
    return shown if shown[:1].isalpha() else f"{_BREAK}{shown}"


def spreadsheet(text: str) -> str:
    """The text as a cell of a sheet, on one line: what a spreadsheet would take for a formula has a `'` before it."""
    return _FORMULA.sub(r"\1'\2", terminal(text))


def typed(text: str) -> str:
    """The text as a cell of a workbook, where a text is a text whatever it begins with: lines stay lines.

    Any other live character is shown as `terminal` shows it.
    """
    return text if text.isprintable() else "".join(one if one == "\n" else _shown(one) for one in text)


def uri(path: str) -> str:
    """A path, whose odd bytes are `\\xNN`, as a relative reference that means the same bytes (RFC 3986)."""
    data = _BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), path.encode("utf-8", "surrogatepass"))
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)


def calendar(text: str) -> str:
    """The text as a value of an iCalendar property (RFC 5545), on one line."""
    return _CALENDAR.sub(r"\\\g<0>", terminal(text))


def _holds_as_code(shown: str) -> bool:
    return bool(shown.strip()) and {"`", "|"}.isdisjoint(shown)


def _with_code(shown: str, prose: Callable[[str], str]) -> str:
    """An escaped text in which what stands between two backticks is code, and the rest is prose."""
    parts = shown.split("`")
    if len(parts) % 2 == 0 or not all(map(_holds_as_code, parts[1::2])) or "" in parts[2:-1:2]:
        parts = [shown]
    return _begun("".join(f"`{part}`" if number % 2 else prose(part) for number, part in enumerate(parts)))


def _plain(shown: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", shown).replace("`", "\\`")


def _prose(shown: str) -> str:
    return _JOINED.sub(rf"\g<0>{_BREAK}", shown).translate(_MARKDOWN)


def _begun(prose: str) -> str:
    """Prose that may stand first in its line."""
    return _OPENING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", prose)


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    point = ord(character)
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _disarmed(found: re.Match[str]) -> str:
    return "##\\x5b" if found[1] is None else f"{found[1]}\\x3a"


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
