"""Texts of the shelves -> the few forms of Markdown that the pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

NOTE: Final = "Made by docs/generate.py; do not edit."
"""What each generated file says of itself."""


def page(title: str, lines: Iterable[str]) -> str:
    """A whole page: the note, the title, the lines."""
    return "\n".join([f"<!-- {NOTE} -->", f"# {title}", "", *lines]) + "\n"


def flat(text: str) -> str:
    """A text on one line, its angle brackets as they are and not as HTML."""
    return " ".join(text.split()).replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; a cell is Markdown on one line."""
    for row in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def fence(language: str, text: str, indent: str = "") -> Iterator[str]:
    """A block of code."""
    yield f"{indent}```{language}"
    yield from (f"{indent}{line}".rstrip() for line in text.strip("\n").splitlines())
    yield f"{indent}```"


def section(title: str, level: int = 2) -> Iterator[str]:
    """A heading with the blank lines around it."""
    yield from ("", f"{'#' * level} {title}", "")
