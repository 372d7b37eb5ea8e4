"""Results -> what a page tells of them: each failure below its rule with what proves it; of the others only whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from iscode.errors import Place
from iscode.evaluation import RULES, Evaluation, Result
from iscode.evaluation.builtin import SEVERITY
from iscode.evaluation.explanation import explain
from iscode.report import proof
from iscode.report.listing import Listing, Told, standing
from iscode.report.options import Options

EXCERPT: Final = 200
"""Characters of a source line."""
PROVEN: Final = 24
"""Results that are proven step by step: of each rule the first, for the others fail alike; the worst rules first."""


class Failure(NamedTuple):
    """One failing or erring result; `before` and `from_here` are the source line, cut where the result points."""

    result: Result
    fingerprint: str
    place: Place
    before: str
    from_here: str
    standing: str | None
    silent: int
    """Results that could not be judged because of it."""
    proof: str
    """The steps, as `iscode explain` prints them; empty where it has to be asked."""


class Group(NamedTuple):
    """The results of one rule, the worst first."""

    rule: str
    severity: str
    about: Told
    told: tuple[Failure, ...]


class Silence(NamedTuple):
    """Those to whom a rule does not apply, or who could not be judged, and why."""

    why: str
    results: tuple[Result, ...]


class Account(NamedTuple):
    """What a rule came to: how many results of each outcome, who passes, and whom it says nothing of."""

    rule: str
    title: str
    severity: str
    requirements: tuple[str, ...]
    counts: Mapping[str, int]
    passing: tuple[Result, ...]
    silent: tuple[Silence, ...]


def groups(evaluation: Evaluation, found: Listing, parts: Iterable[Sequence[Result]]) -> Iterator[tuple[Group, ...]]:
    """For each of several lists of failures: its results by rule, the worst rules first."""
    proven: set[str] = set()
    for part in parts:
        ordered = groupby(found.worst_first(part), key=lambda one: (one.rule, one.severity))
        yield tuple(
            Group(rule, severity, found.rules[rule], tuple(_failures(evaluation, found, results, proven)))
            for (rule, severity), results in ordered
        )


def accounts(evaluation: Evaluation) -> Iterator[Account]:
    """Each rule, built-in ones too, by id."""
    described: dict[str, tuple[str, str, tuple[str, ...]]] = {one.id: (one.title, SEVERITY, ()) for one in RULES} | {
        one.id: (one.file.rule.title, one.severity, one.requirements) for one in evaluation.policy.bound
    }
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in evaluation.results:
        by_rule[result.rule].append(result)
    for rule, counts in evaluation.counts.items():
        causes: dict[str, list[Result]] = defaultdict(list)
        for result in by_rule[rule]:
            if result.outcome == "not_applicable":
                causes[proof.CAUSES.get(str(result.cause), str(result.cause))].append(result)
        passing = tuple(result for result in by_rule[rule] if result.outcome == "pass")
        silent = tuple(Silence(why, tuple(results)) for why, results in sorted(causes.items()))
        yield Account(rule, *described[rule], counts, passing, silent)


def _failures(evaluation: Evaluation, found: Listing, results: Iterable[Result], proven: set[str]) -> Iterator[Failure]:
    for result in results:
        fingerprint, place, line = result.fingerprint, result.origin.place, result.origin.excerpt
        text = ""
        if result.rule not in proven and len(proven) < PROVEN:
            proven.add(result.rule)
            text = proof.report(evaluation, explain(evaluation, result), Options()).decode("utf-8")
        column = place.column - 1
        yield Failure(
            result, fingerprint, place, line[:column][-EXCERPT:], line[column : column + EXCERPT], standing(result),
            found.silent.get(fingerprint, 0), text,
        )  # fmt: skip
