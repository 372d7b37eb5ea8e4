"""What a head changes -> what every report on it says, before it is escaped: sections, tables, the last line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.change.difference import Became, Decided, Difference, Move, Was
from iscode.evaluation.applicability import Decision
from iscode.report.listing import counted, standing

ID: Final = 12
"""Digits of the id of a commit."""

TITLES: Final[Mapping[Became, str]] = {
    "broken": "broken",
    "still_failing": "still failing",
    "no_longer_asked": "failed before, and nobody asks any more",
    "mended": "mended",
}
WAS: Final[Mapping[Was, str]] = {
    "nothing": "nothing was there",
    "pass": "passed before",
    "not_applicable": "did not apply before",
    "waived": "was waived before",
    "other": "failed otherwise before",
}
"""What the base had in place of what is broken, in words."""

_HEADS: Final = {"index": "index", "worktree": "work tree", "memory": "memory"}


class Section(NamedTuple):
    """The results of which the same became. `of_head`: the head has the file that they point into."""

    became: Became
    title: str
    moves: tuple[Move, ...]
    of_head: bool

    def note(self, move: Move) -> str:
        """What is said of a result besides its message."""
        if self.became == "broken":
            return f"{WAS[move.was]}; {'blocks' if move.result.blocking else 'does not block'}"
        return (standing(move.result) or "") if self.became == "still_failing" else ""


def sections(found: Difference) -> Iterator[Section]:
    """What became of results, the worst first; nothing of what is empty."""
    for became, title in TITLES.items():
        moves: tuple[Move, ...] = getattr(found, became)
        if moves:
            yield Section(became, title, moves, became in ("broken", "still_failing"))


def moving(found: Difference) -> list[tuple[str, str, str, str]]:
    """A row for each requirement that moved: its id, how it stood and how it stands, and what that means."""
    covered = {shift.requirement for shift in found.covered}
    return [
        (
            shift.requirement,
            (shift.before or "not judged").replace("_", " "),
            shift.after.replace("_", " "),
            "newly covered" if shift.requirement in covered else "",
        )
        for shift in found.shifts
    ]


def deciding(found: Difference) -> list[tuple[str, str, str, str]]:
    """A row for each requirement on which the records decide otherwise: its id, before, after, which keys differ."""
    return [(one.requirement, _decision(one.before), _decision(one.after), _keys(one)) for one in found.decided]


def heading(found: Difference) -> str:
    """What was compared, by whose policy, on which day."""
    head = found.head
    base = head.base.tip.revision.commit if head.base and head.base.tip else None
    after = head.revision.commit[:ID] if head.revision.commit else f"the {_HEADS[head.revision.kind]}"
    nothing = "" if found.judged else "; the base has nothing to judge here"
    profile = head.policy.profile.profile.id
    return f"compared: {(base or '')[:ID]} with {after} by profile {profile} as of {head.as_of}{nothing}"


def last(found: Difference) -> str:
    """The verdict on the change."""
    if found.worse:
        return f"WORSE: {counted(found.worse, 'broken result')} {'blocks' if found.worse == 1 else 'block'}"
    return "NOT WORSE" + (f"; {counted(len(found.broken), 'broken result')} without blocking" if found.broken else "")


def _decision(decision: Decision | None) -> str:
    if decision is None:
        return "not decided"
    due = f", due on {decision.target}" if decision.applicable and decision.target else ""
    return f"{'applies' if decision.applicable else 'does not apply'}{due}"


def _keys(one: Decided) -> str:
    """The keys of the decision that differ, where it is one in both."""
    if one.before is None or one.after is None:
        return ""
    before: Mapping[str, Any] = one.before.item
    after: Mapping[str, Any] = one.after.item
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return f"changes {', '.join(keys)}"
