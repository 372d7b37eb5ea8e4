"""What records rest on -> a tree for each at the top: the way down to all that is not satisfied, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from iscode.report.escape import terminal
from iscode.report.listing import counted
from iscode.report.shown import fitted
from iscode.report.table_text import WIDTH, wrapped
from iscode.view.web import WORST_FIRST, Node, Web

FIRST: Final = 3
"""Failures that are told of a requirement; the rest is counted."""
DEEPEST: Final = 20
"""Levels that are indented; what lies deeper stands as far to the right."""


def report(webs: Sequence[Web], *, whole: bool = False) -> bytes:
    """The page, UTF-8; `whole` shows what is satisfied too."""
    return "".join(f"{line}\n" for web in webs for line in _lines(web, whole=whole)).encode("utf-8")


def _lines(web: Web, *, whole: bool) -> Iterator[str]:
    yield terminal(web.title)
    yield ""
    if not web.tops:
        yield "nothing"
    for top in web.tops:
        yield from _tree(web, top, whole=whole)
        counts = Counter(web.nodes[name].state for name in web.below(top))
        told = [f"{counts[state]} {_words(state)}" for state in WORST_FIRST if counts[state]]
        yield f"  of {counted(sum(counts.values()), 'record')}: {', '.join(told)}"
        yield ""


def _tree(web: Web, top: str, *, whole: bool) -> Iterator[str]:
    """A record and what it rests on, each once: below the first that leads to it."""
    for branch in web.tree(top, whole=whole):
        node, indent = web.nodes[branch.name], "  " * min(branch.depth, DEEPEST)
        own = "" if node.state == node.worst else f"; itself {_words(node.state)}"
        again = "  (as above)" if branch.again else ""
        yield fitted(f"{indent}{terminal(branch.name)}  {_words(node.worst)}{own}{again}", WIDTH)
        if not branch.again:
            yield from (f"{indent}    {line}" for line in _requirements(node, WIDTH - len(indent) - 4, whole=whole))


def _requirements(node: Node, width: int, *, whole: bool) -> Iterator[str]:
    """The requirements that fail on the record, with why; with `whole` also the others."""
    for served in node.requirements:
        for result in served.failing[:FIRST]:
            yield fitted(terminal(f"{served.requirement}  {result.rule}: {result.message}"), width)
        if len(served.failing) > FIRST:
            yield f"{served.requirement}  and {len(served.failing) - FIRST} more"
    kept = [served.requirement for served in node.requirements if not served.failing]
    if whole and kept:
        yield from wrapped(f"satisfied: {', '.join(kept)}", width)


def _words(state: str) -> str:
    return state.replace("_", " ")
