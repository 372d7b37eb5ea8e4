"""What a head changes -> GitHub's Markdown for a comment: the verdict on the change, what got worse, the rest."""

from __future__ import annotations

from collections.abc import Iterator

from iscode.change.difference import Became, Difference
from iscode.report.difference import Section as Moved
from iscode.report.difference import deciding, heading, last, moving, sections
from iscode.report.escape import code, markdown
from iscode.report.fitting import MOST, WIDTH, Section, fitted, size
from iscode.report.options import Options


def report(found: Difference, options: Options) -> bytes:  # noqa: ARG001 - as every report
    """One page, UTF-8, MOST bytes at most: what does not fit is counted, and said to be missing."""
    root = f" {code(found.head.root, WIDTH)}" if found.head.root else ""
    page = f"## iscode diff{root}: {markdown(last(found))}\n\n{markdown(heading(found), WIDTH)}\n"
    for section in _sections(found):
        page += fitted(section, MOST - size(page))
    return page.encode("utf-8")


def became(found: Difference, *asked: Became) -> Iterator[Section]:
    """The results of which one of these became, where there are any; unfolded what somebody should look at."""
    for moved in sections(found):
        if moved.became in asked:
            title = f"{moved.title.capitalize()}: {len(moved.moves)}"
            folded = moved.became not in ("broken", "no_longer_asked")
            yield Section(title, "result", list(_moves(moved)), folded=folded)


def requirements(found: Difference) -> Iterator[Section]:
    """The requirements that moved, and the decisions on them that did."""
    for title, rows in (("Requirements that moved", moving(found)), ("Decisions on requirements", deciding(found))):
        entries = [f"| {' | '.join(markdown(cell, WIDTH) for cell in row)} |\n" for row in rows]
        if entries:
            yield Section(
                f"{title}: {len(rows)}", "row", entries, "| requirement | before | after | |\n|---|---|---|---|\n"
            )


def _sections(found: Difference) -> Iterator[Section]:
    yield from became(found, "broken", "still_failing", "no_longer_asked", "mended")
    weakened = [f"- {code(one.path, WIDTH)} {markdown(one.effect, WIDTH)}\n" for one in found.weakened]
    if weakened:
        yield Section(f"Weakened: {len(weakened)}", "change", weakened, folded=False)
    yield from requirements(found)


def _moves(moved: Moved) -> Iterator[str]:
    for move in moved.moves:
        result, place = move.result, move.result.origin.place
        where = f"{place.path}:{place.line}" if moved.of_head else result.subject
        note = moved.note(move)
        behind = f"; *{markdown(note, WIDTH)}*" if note else ""
        said = f"{code(result.rule, WIDTH)} ({result.severity}) {markdown(result.message, WIDTH)}"
        yield f"- {code(where, WIDTH)} {said}{behind}\n"
