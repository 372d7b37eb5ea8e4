"""The results of an evaluation -> what each rule came to over all whom it judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal

from iscode.evaluation import Result

Verdict = Literal["fail", "pass", "not_applicable", "not_assessed"]
SETTLED: Final = frozenset({"condition", "empty", "excluded"})
"""Why a rule does not apply to what is there, as far as the records themselves say so."""


def verdicts(results: Iterable[Result]) -> dict[str, Verdict]:
    """Rule -> `fail` with any failure or error, else `pass` with any pass, else whether the records settle that it does
    not apply, or nobody could be judged. A rule without a result is not in it: nobody was there to be judged.
    """
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.rule].append(result)
    return {rule: _verdict(found) for rule, found in by_rule.items()}


def _verdict(results: list[Result]) -> Verdict:
    if any(result.adverse for result in results):
        return "fail"
    if any(result.outcome == "pass" for result in results):
        return "pass"
    return "not_applicable" if all(result.cause in SETTLED for result in results) else "not_assessed"
