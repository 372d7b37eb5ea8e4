"""What a head changes -> text for who reviews it: what got worse first, in one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from iscode.change.difference import Difference, Move
from iscode.report.difference import Section, deciding, heading, last, moving, sections
from iscode.report.escape import terminal
from iscode.report.listing import weakening
from iscode.report.options import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Options
from iscode.report.table_text import aligned

COLOURS: Final = {"broken": RED, "mended": GREEN, "still_failing": YELLOW, "no_longer_asked": YELLOW}


def report(found: Difference, options: Options) -> bytes:
    """The report, UTF-8. The last line is the verdict on the change."""
    return "".join(f"{line}\n" for line in _lines(found, options)).encode("utf-8")


def _lines(found: Difference, options: Options) -> Iterator[str]:
    most = found.head.policy.config.printed
    for section in sections(found):
        yield options.paint(COLOURS[section.became], f"{section.title}: {len(section.moves)}")
        yield from _moves(section, section.moves[:most], found.head.policy.config.message, options)
        if len(section.moves) > most:
            yield f"  … and {len(section.moves) - most} more: `-f json` has them all"
        yield ""
    if found.weakened:
        weak = weakening(found.head)
        yield options.paint(RED, f"weakened: {len(found.weakened)}") + (f"; {weak}" if weak else "")
        yield from (f"  {terminal(change.path)}: {terminal(change.effect)}" for change in found.weakened)
        yield ""
    yield from _table("requirements that moved", moving(found), options)
    yield from _table("decisions on requirements", deciding(found), options)
    yield heading(found)
    yield options.paint(RED if found.worse else GREEN, last(found))


def _moves(section: Section, moves: Iterable[Move], longest: int, options: Options) -> Iterator[str]:
    for move in moves:
        result, place = move.result, move.result.origin.place
        stands = f"{terminal(place.path)}:{place.line}:{place.column}" if section.of_head else terminal(result.subject)
        note = section.note(move)
        behind = options.paint(DIM, f" ({terminal(note, longest)})") if note else ""
        yield f"  {result.severity:<8} {options.paint(BOLD, result.rule)}  {stands}"
        yield f"           {terminal(result.message, longest)}{behind}"


def _table(title: str, rows: list[tuple[str, str, str, str]], options: Options) -> Iterator[str]:
    if rows:
        yield options.paint(CYAN, f"{title}: {len(rows)}")
        yield from (f"  {line}" for line in aligned(list(_arrows(rows))))
        yield ""


def _arrows(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, ...]]:
    for name, before, after, more in rows:
        yield terminal(name), before, f"-> {after}", terminal(more)
