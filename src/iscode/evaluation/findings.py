"""Results and how far each requirement is shown -> one finding for each requirement of the selected standards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from iscode.evaluation.assurance import Assurances, Assured, Next
from iscode.evaluation.ground import Ground
from iscode.evaluation.result import Result
from iscode.rule.subject import REQUIREMENT

State = Literal["satisfied", "not_satisfied", "not_applicable", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the results say of one requirement. `results` are those that decided, in report order."""

    requirement: str
    state: State
    results: tuple[Result, ...]
    assurances: Assurances = field(repr=False, compare=False)

    @property
    def assured(self) -> Assured:
        """How far it is shown, step by step; computed when first asked."""
        return self.assurances[self.requirement]

    @property
    def assurance(self) -> str | None:
        """The id of the last step of assurance that it reached; None where it reached none, or does not apply."""
        return self.assurances.step(self.requirement)

    @property
    def asked(self) -> bool:
        """Whether the steps of assurance say anything of it: it applies, and there are steps."""
        return self.assurances.asks(self.requirement)

    @property
    def next(self) -> Next | None:
        """The step after that and what it asks for; None where all are reached, or it does not apply."""
        return self.assured.next


def roll_up(ground: Ground, results: Iterable[Result]) -> tuple[Finding, ...]:
    """The findings in catalog order.

    Any failure or error, whatever its disposition: not satisfied. Else any pass: satisfied. Else declared not to
    apply: not applicable. Else nothing was assessed: a rule that met no record proves nothing. A result about a
    requirement speaks for that one alone.
    """
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.rule].append(result)
    serving: dict[str, list[Result]] = defaultdict(list)
    for bound in ground.policy.bound:
        alone = bound.file.rule.subject == REQUIREMENT
        for name in bound.requirements:
            serving[name] += [result for result in by_rule[bound.id] if not alone or result.subject == name]
    excluded, assurances = ground.world.applicability.excluded, Assurances(ground)
    return tuple(
        Finding(name, *_decided(serving[name], excluded=excluded(name)), assurances) for name in ground.policy.selected
    )


def _decided(results: list[Result], *, excluded: bool) -> tuple[State, tuple[Result, ...]]:
    """The state of a requirement, and the results that decided."""
    adverse = [result for result in results if result.adverse]
    if adverse:
        return "not_satisfied", tuple(sorted(adverse, key=lambda result: result.order))
    passing = [result for result in results if result.outcome == "pass"]
    state: State = "satisfied" if passing else "not_applicable" if excluded else "not_assessed"
    return state, tuple(sorted(passing, key=lambda result: result.order))
