"""A rule -> rules that are wrong in one place. Cases that none of them breaks do not hold the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import structs

from iscode.errors import RuleError
from iscode.expr.lexer import tokens
from iscode.policy import BoundRule, Policy
from iscode.rule.model import Rule
from iscode.testing.cases import CaseFile
from iscode.testing.run import run_cases

DIGITS: Final = "0123456789abcdefxABCDEFX"
"""What a whole number is written with."""


@dataclass(frozen=True)
class Mutant:
    """A rule with one change, and whether a case notices."""

    change: str
    noticed: bool


def mutants(policy: Policy, bound: BoundRule, file: CaseFile) -> Iterator[Mutant]:
    """Each condition made true and false, each whole number moved by one; tried against the cases."""
    for change, rule in _changed(bound.file.rule):
        wrong = replace(bound, file=replace(bound.file, rule=rule, written=None), params=rule.params)
        yield Mutant(change, _noticed(policy, wrong, file))


def _noticed(policy: Policy, wrong: BoundRule, file: CaseFile) -> bool:
    """A mutant that no longer compiles is noticed by whoever compiles it."""
    try:
        return any(outcome.failure for outcome in run_cases(policy, wrong, file))
    except RuleError:
        return True


def _changed(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for key in ("when", "where", "each"):
        for label, text in _reworded(getattr(rule, key), condition=key != "each"):
            yield f"{key} {label}", structs.replace(rule, **{key: text})
    for index, check in enumerate(rule.check):
        for label, text in _reworded(check.that, condition=True):
            checks = [*rule.check]
            checks[index] = structs.replace(check, that=text)
            yield f"check {check.id or index} {label}", structs.replace(rule, check=checks)
    for name, body in rule.let.items():
        for label, text in _reworded(body, condition=False):
            yield f"let {name} {label}", structs.replace(rule, let={**rule.let, name: text})
    for name, value in rule.params.items():
        for label, moved in _moved(value):
            yield f"params.{name}{label}", structs.replace(rule, params={**rule.params, name: moved})


def _reworded(text: str | None, *, condition: bool) -> Iterator[tuple[str, str]]:
    """A condition made true and false; an expression with each of its whole numbers one lower and one higher."""
    if text is None:
        return
    if condition:
        yield "made true", "true"
        yield "made false", "false"
    for token in tokens(text):
        if type(token.value) is int:
            before, after = text[: token.offset], text[token.offset :]
            written = after[: len(after) - len(after.lstrip(DIGITS))]
            for moved in (token.value - 1, token.value + 1):
                yield f"with {moved} for {written}", f"{before}{moved}{after.removeprefix(written)}"


def _moved(value: Any) -> Iterator[tuple[str, Any]]:
    """A whole number one lower and one higher; each number of a table in turn."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield " - 1", value - 1
        yield " + 1", value + 1
    elif isinstance(value, dict):
        for key, inner in value.items():
            for label, moved in _moved(inner):
                yield f".{key}{label}", {**value, key: moved}
