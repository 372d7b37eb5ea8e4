"""The evaluation of a head that is held against a base -> what became of each result of the base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from iscode.errors import ConfigError, PolicyError
from iscode.evaluation import Evaluation, Result, evaluate
from iscode.evaluation.applicability import Applicability, Decision
from iscode.evaluation.findings import State
from iscode.evaluation.known import identities, unfathomed
from iscode.policy import CONFIG_NAME
from iscode.policy.changes import Change

Became = Literal["broken", "mended", "still_failing", "no_longer_asked"]
Was = Literal["nothing", "pass", "not_applicable", "waived", "other", "same"]
"""What the base had in place of a failure: nothing, a result of that outcome, one that was waived, another failure."""


class Move(NamedTuple):
    """A failure of the head and what the base had there; of what fails no more, the failure of the base."""

    result: Result
    was: Was


class Shift(NamedTuple):
    """A requirement whose state is another than in the base; None: the base had nothing to judge."""

    requirement: str
    before: State | None
    after: State


class Decided(NamedTuple):
    """A requirement on which the records decide otherwise than in the base; None: nothing decided."""

    requirement: str
    before: Decision | None
    after: Decision | None


@dataclass(frozen=True)
class Difference:
    """What a head changes, judged by one policy on one day. Each tuple is in report order."""

    head: Evaluation
    judged: bool
    """Whether the base had something to judge; without, all that fails is the head's doing."""
    broken: tuple[Move, ...]
    mended: tuple[Move, ...]
    still_failing: tuple[Move, ...]
    no_longer_asked: tuple[Move, ...]
    """What failed in the base, and nobody asks in the head: that is no mending."""
    weakened: tuple[Change, ...]
    shifts: tuple[Shift, ...]
    decided: tuple[Decided, ...]

    @property
    def worse(self) -> int:
        """How many results are broken and block."""
        return sum(move.result.blocking for move in self.broken)

    @property
    def covered(self) -> tuple[Shift, ...]:
        """The requirements that rules say something of now, and did not before."""
        return tuple(shift for shift in self.shifts if shift.before in _UNSAID and shift.after not in _UNSAID)


_UNSAID = ("not_assessed", "not_applicable", None)


def differ(head: Evaluation) -> Difference:
    """What became of the results of the base's tip, which the policy of the head's verdict judges too.

    A failure that the base has word for word is still there; so the verdict's gate sees it, and nothing that the gate
    holds to be known is called broken here. Raises what judging the tip may raise.
    """
    before = _tip(head)
    was = {_key(result): result for result in before.results} if before else {}
    sure = before is not None and _same_files(head)
    found: dict[Became, list[Move]] = defaultdict(list)
    for result in head.results:
        if result.adverse:
            move = Move(result, _was(result, was, sure=sure))
            found["still_failing" if move.was == "same" else "broken"].append(move)
    found |= _ended(head.results, was)
    return Difference(
        head=head,
        judged=before is not None,
        broken=tuple(found["broken"]),
        mended=tuple(found["mended"]),
        still_failing=tuple(found["still_failing"]),
        no_longer_asked=tuple(found["no_longer_asked"]),
        weakened=tuple(change for change in head.policy_changes if change.softens),
        shifts=tuple(_shifts(before, head)),
        decided=tuple(_decided(before, head)),
    )


def _tip(head: Evaluation) -> Evaluation | None:
    """The tip under the policy that judged the head; None where it has no such root, or no record in it."""
    base, policy, ground = head.base, head.policy.of_base, head.ground
    path = f"{head.root}/{CONFIG_NAME}" if head.root else CONFIG_NAME
    if base is None or base.tip is None or not any(entry.path == path for entry in base.tip.entries):
        return None
    try:
        return evaluate(base.tip, head.root, policy, head.as_of, history=base.history, memo=ground.memo)
    except (ConfigError, PolicyError):
        return None


def _same_files(head: Evaluation) -> bool:
    """Whether base and head are one tree: then what cannot be compared is the same all the same."""
    base = head.base
    revision = base.tip.revision if base is not None and base.tip is not None else None
    return revision is not None and revision.tree is not None and revision.tree == head.revision.tree


def _key(result: Result) -> tuple[object, ...]:
    return (*result[:3], result.twin)


def _was(result: Result, before: Mapping[tuple[object, ...], Result], *, sure: bool) -> Was:
    """What the base had in place of a failing result: the same counts only as far as the gate would know it again."""
    other = before.get(_key(result)) or before.get((*result[:2], None, ()))
    if other is None:
        return "nothing"
    if not other.adverse:
        return "pass" if other.outcome == "pass" else "not_applicable"
    if other.waiver is not None and result.waiver is None:
        return "waived"
    return "same" if identities(result) <= identities(other) and (sure or not unfathomed(result)) else "other"


def _ended(after: Iterable[Result], before: Mapping[tuple[object, ...], Result]) -> dict[Became, list[Move]]:
    """The failures of the base that are none in the head: mended where the head passes, else no longer asked."""
    now = {_key(result): result for result in after}
    found: dict[Became, list[Move]] = {"mended": [], "no_longer_asked": []}
    for key, result in before.items():
        other = now.get(key) or now.get((*key[:2], None, ()))  # who has nothing against a record passes it whole
        if result.adverse and not (key in now and now[key].adverse):
            passes = other is not None and other.outcome == "pass"
            found["mended" if passes else "no_longer_asked"].append(Move(result, "other"))
    return found


def _shifts(before: Evaluation | None, after: Evaluation) -> Iterator[Shift]:
    were = {finding.requirement: finding.state for finding in before.findings} if before else {}
    for finding in after.findings:
        if were.get(finding.requirement) != finding.state:
            yield Shift(finding.requirement, were.get(finding.requirement), finding.state)


def _decided(before: Evaluation | None, after: Evaluation) -> Iterator[Decided]:
    """What became of the decisions on requirements, as each of the two has them by itself."""
    was = before.ground.world.applicability if before else None
    now = Applicability(after.ground.world.inventory)
    for name in after.policy.catalogs:
        old, new = was.decision(name) if was else None, now.decision(name)
        if _item(old) != _item(new):
            yield Decided(name, old, new)


def _item(decision: Decision | None) -> Mapping[str, Any] | None:
    return None if decision is None else decision.item
