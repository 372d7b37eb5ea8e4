"""An evaluation -> how plan, do, check and act stand in each standard, and the checks that fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, get_args

from iscode.evaluation import Evaluation
from iscode.rule.model import Phase
from iscode.view.shelf import ViewFile
from iscode.view.table import Table
from iscode.view.tabulation import tabulate
from iscode.view.verdicts import verdicts

CHECKS: Final = "pdca"
"""The view that says which checks fail, and which records count as an open act about each."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of the rules of one phase that serve one standard pass, fail, or judged nobody."""

    standard: str
    phase: Phase
    passing: int
    failing: int
    not_assessed: int


@dataclass(frozen=True)
class Cycle:
    """Four bars a standard, and the checks that fail."""

    bars: tuple[Bar, ...]
    checks: Table

    def document(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        phases = [
            {
                "standard": bar.standard,
                "phase": bar.phase,
                "pass": bar.passing,
                "fail": bar.failing,
                "not_assessed": bar.not_assessed,
            }
            for bar in self.bars
        ]
        return {"phases": phases, "failing_checks": list(self.checks.documents())}


def cycle(evaluation: Evaluation, checks: ViewFile) -> Cycle:
    """The bars of each standard that a rule serves which binds; `checks` is the view of the checks that fail."""
    return Cycle(tuple(_bars(evaluation)), tabulate(checks, evaluation))


def _bars(evaluation: Evaluation) -> Iterator[Bar]:
    catalogs, bound = evaluation.policy.catalogs, evaluation.policy.bound
    found = verdicts(evaluation.results)
    served = {name for one in bound for name in one.requirements}
    for standard in dict.fromkeys(catalogs[name].standard for name in catalogs if name in served):
        for phase in get_args(Phase):
            counts = Counter(
                found.get(one.id)
                for one in bound
                if one.file.rule.phase == phase
                and any(catalogs[name].standard == standard for name in one.requirements)
            )
            rest = counts.total() - counts["pass"] - counts["fail"]
            yield Bar(standard, phase, counts["pass"], counts["fail"], rest)
