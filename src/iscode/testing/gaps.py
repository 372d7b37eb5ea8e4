"""A rule and its cases -> what no case shows of it: an outcome, or a clause that no case comes to."""

from __future__ import annotations

from collections.abc import Iterator

from iscode.policy import BoundRule
from iscode.testing.cases import CaseFile


def gaps(bound: BoundRule, file: CaseFile) -> Iterator[str]:
    """Each outcome that the rule can have and each clause that can decide it, as far as no case expects it.

    One pass, one fail, with a condition one that does not apply; each check and each need by its own failing case. And
    each clause that a case names and the rule does not have.
    """
    rule = bound.file.rule
    expected = [one for case in file.cases for one in case.expected]
    outcomes = {one.outcome for one in expected}
    for outcome in ("pass", "fail", *(("not_applicable",) if rule.when is not None else ())):
        if outcome not in outcomes:
            yield f"no case of {bound.id} expects {outcome}"
    decided = {one.details.clause for one in expected if one.outcome == "fail"}
    clauses = [check.id or f"check:{index}" for index, check in enumerate(rule.check)]
    clauses += [f"needs:{need}" for need in rule.needs]
    for clause in clauses:
        if clause not in decided:
            yield f"no failing case of {bound.id} names the clause {clause}"
    if None in decided:
        yield f"a failing case of {bound.id} names no clause"
    for clause in sorted(one for one in decided if one is not None and one not in clauses):
        yield f"a case names the clause {clause}, which {bound.id} does not have"
