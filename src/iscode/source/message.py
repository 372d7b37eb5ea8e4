"""The message of a commit -> its trailers, and whom it names as co-authors: claims of who wrote it."""

from __future__ import annotations

import re
from typing import Final

_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")
_TRAILER: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_COAUTHOR: Final = re.compile(
    r"^[ \t]*co-authored-by[ \t]*:[ \t]*(?:.*<([^<>\n]*)>|(.*))", re.IGNORECASE | re.MULTILINE
)


def trailers(message: str) -> dict[str, tuple[str, ...]]:
    """What the last paragraph of a message says line by line: name -> values, in order. A title is no trailer."""
    found: list[tuple[str, str]] = []
    paragraphs = _PARAGRAPH.split(message.replace("\r\n", "\n").strip())
    for line in paragraphs[-1].split("\n") if len(paragraphs) > 1 else ():
        trailer = _TRAILER.fullmatch(line)
        if trailer:
            found.append((trailer[1].capitalize(), trailer[2].strip()))
        elif found and line[:1] in (" ", "\t"):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in found:
        grouped[name] = (*grouped.get(name, ()), value)
    return grouped


def coauthors(message: str) -> tuple[str, ...]:
    """The addresses of those that a message names as co-authors, wherever it does: one that is missed is not asked."""
    if "co-authored-by" not in message.lower():  # the pattern tries every line
        return ()
    found = ((match[1] or match[2] or "").strip() for match in _COAUTHOR.finditer(message))
    return tuple(dict.fromkeys(address for address in found if address))
