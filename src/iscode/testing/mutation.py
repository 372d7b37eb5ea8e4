"""A rule -> rules that are wrong in one place. Cases that none of them breaks do not hold the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from iscode.errors import RuleError
from iscode.policy import BoundRule, Policy
from iscode.rule import RuleFile
from iscode.rule.model import Rule
from iscode.testing.cases import CaseFile
from iscode.testing.run import run_cases


@dataclass(frozen=True)
class Mutant:
    """A rule with one change, and whether a case notices."""

    change: str
    noticed: bool


def mutants(policy: Policy, bound: BoundRule, file: CaseFile) -> Iterator[Mutant]:
    """Each condition made true and false, each whole-numbered bound moved by one; tried against the cases."""
    for change, rule in _changed(bound.file.rule):
        wrong = replace(bound, file=RuleFile(rule, bound.file.document), params=rule.params)
        yield Mutant(change, _noticed(policy, wrong, file))


def _noticed(policy: Policy, wrong: BoundRule, file: CaseFile) -> bool:
    """A mutant that no longer compiles is noticed by whoever compiles it."""
    try:
        return any(outcome.failure for outcome in run_cases(policy, wrong, file))
    except RuleError:
        return True


def _changed(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for word in ("true", "false"):
        for key in ("when", "where"):
            if getattr(rule, key) is not None:
                yield f"{key} made {word}", rule.model_copy(update={key: word})
        for index, check in enumerate(rule.check):
            checks = list(rule.check)
            checks[index] = check.model_copy(update={"that": word})
            yield f"check {check.id or index} made {word}", rule.model_copy(update={"check": checks})
    for name, value in rule.params.items():
        for label, moved in _moved(value):
            yield f"params.{name}{label}", rule.model_copy(update={"params": {**rule.params, name: moved}})


def _moved(value: Any) -> Iterator[tuple[str, Any]]:
    """A whole number one lower and one higher; each number of a table in turn."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield " - 1", value - 1
        yield " + 1", value + 1
    elif isinstance(value, dict):
        for key, inner in value.items():
            for label, moved in _moved(inner):
                yield f".{key}{label}", {**value, key: moved}
