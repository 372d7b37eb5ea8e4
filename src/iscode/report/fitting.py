"""Sections of a page of Markdown -> as much of them as fits into a number of bytes; what does not is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from iscode.errors import Place
from iscode.report.escape import code, uri
from iscode.report.listing import counted

MOST: Final = 1_000_000
"""Bytes of a report: GitHub drops a summary of a little more, whole and without a word."""
RESERVED: Final = 1000
"""Bytes that are kept for saying what did not fit, and for closing what is open."""
WIDTH: Final = 400
"""Characters of a path, or of a text of a rule or a record."""


class Section(NamedTuple):
    """A part of a page. Of its entries the last are left out where they do not fit; `noun` is what one is called."""

    title: str
    noun: str
    entries: Sequence[str]
    head: str = ""
    folded: bool = True


def fitted(section: Section, room: int) -> str:
    """A section in `room` bytes: what does not fit is counted."""
    opening, closing = f"\n### {section.title}\n\n{section.head}", ""
    if section.folded:
        opening, closing = f"\n<details><summary>{section.title}</summary>\n\n{section.head}", "\n</details>\n"
    room -= size(opening) + RESERVED
    shown = list[str]()
    for entry in section.entries:
        room -= size(entry)
        if room < 0:
            break
        shown.append(entry)
    left = len(section.entries) - len(shown)
    return "".join([opening, *shown, missing(left, section.noun) if left else "", closing])


def missing(number: int, noun: str) -> str:
    """That so many of something are left out."""
    return f"\n**{counted(number, noun)} did not fit here.** The JSON report has all of them.\n"


def size(text: str) -> int:
    """Bytes of a text."""
    return len(text.encode("utf-8"))


def line_of(place: Place, links: str) -> str:
    """A line of a file as code, which leads to it where `links` is the address of the repository's files."""
    shown = code(f"{place.path}:{place.line}", WIDTH)
    return f"[{shown}]({links}{uri(place.path)}#L{place.line})" if links else shown
