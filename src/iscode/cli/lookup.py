"""An evaluation and a word -> what the word names in it: one result, or the overview of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iscode.errors import UsageError
from iscode.evaluation import Evaluation, Result, builtin
from iscode.expr import did_you_mean
from iscode.report.overview import Overview, of_record, of_requirement, of_rule

SHORTEST: Final = 8
"""Digits of a fingerprint that may name a result."""


def named(evaluation: Evaluation, what: str) -> Result | Overview:
    """What a word names: a result, else a requirement, a rule, or whom results are about.

    Raises UsageError for a word that names nothing, and for the beginning of several fingerprints.
    """
    digits = len(what) >= SHORTEST and set(what) <= set("0123456789abcdef")
    results = [result for result in evaluation.results if digits and result.fingerprint.startswith(what)]
    if results:
        return _only(results, what)
    for finding in evaluation.findings:
        if finding.requirement == what:
            return of_requirement(evaluation, finding)
    rule = _rule(evaluation, what)
    if rule is not None:
        return of_rule(evaluation, rule)
    if what in _subjects(evaluation):
        return of_record(evaluation, what)
    raise _unknown(evaluation, what)


def about(evaluation: Evaluation, what: str, subject: str, item: str | None) -> Result | Overview:
    """The result of a rule about a subject; all of them where there are several and no item is named.

    Raises UsageError where there is none.
    """
    rule = _rule(evaluation, what)
    if rule is None:
        raise _unknown(evaluation, what)
    known = [result for result in evaluation.results if (result.rule, result.subject) == (rule, subject)]
    results = [result for result in known if item in (None, result.item)]
    if not results:
        items = ", ".join(sorted(str(result.item) for result in known if result.item is not None)[:8])
        hint = f"it has results about the items {items}" if items else f"`iscode explain {rule}` lists its results"
        raise UsageError(f"{rule} has no result about {subject}{f' {item}' if item else ''}", hint=hint)
    return results[0] if len(results) == 1 else Overview(f"{rule} about {subject}", (), tuple(results))


def _only(results: Sequence[Result], what: str) -> Result:
    if len(results) > 1:
        named = ", ".join(result.fingerprint for result in results[:4])
        raise UsageError(f"{what} begins the fingerprints of {len(results)} results", hint=f"write more of it: {named}")
    return results[0]


def _rule(evaluation: Evaluation, what: str) -> str | None:
    """The id of the rule of that id or alias, among those that gave the verdict."""
    if what in evaluation.counts:
        return what
    if (known := builtin.named(what)) is not None:
        return known.id
    return next((bound.id for bound in evaluation.policy.bound if what in bound.file.rule.aliases), None)


def _subjects(evaluation: Evaluation) -> set[str]:
    held = {record.reference for record in evaluation.ground.world.inventory.all}
    return held | {result.subject for result in evaluation.results}


def _unknown(evaluation: Evaluation, what: str) -> UsageError:
    """The refusal of a word that names nothing, with the nearest that does."""
    aliases = (alias for bound in evaluation.policy.bound for alias in bound.file.rule.aliases)
    requirements = (finding.requirement for finding in evaluation.findings)
    near = did_you_mean(what, {*evaluation.counts, *aliases, *requirements, *_subjects(evaluation)})
    hint = near or "name a fingerprint of `check -f json`, a rule, a requirement, or a record as Kind:id"
    return UsageError(f"{what!r} is no result, rule, requirement or record here", hint=hint)
