"""Evaluation -> its results as reports list them: what only follows from a refused record is counted at the refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from iscode.errors import Place
from iscode.evaluation import RULES, Evaluation, Result
from iscode.evaluation.builtin import SCHEMA, SEVERITY
from iscode.evaluation.policy_changes import weakened
from iscode.rule import SEVERITIES

Loudness = Literal["error", "warning", "notice"]

LABELS: Final = 4
"""Requirements that are named beside a result; the rest is counted."""


class Told(NamedTuple):
    """What a reader is told of a rule: how hard it is, why, which requirements it serves, by our labels, what to do."""

    title: str
    severity: str
    serves: tuple[tuple[str, str], ...]
    remediation: str
    rationale: str = ""


class Listing(Struct, frozen=True):
    """The results that are told one by one, in report order, and what is said beside them."""

    results: tuple[Result, ...]
    silent: Mapping[str, int]
    """Fingerprint of a refusal -> results that could not be judged because of it."""
    rules: Mapping[str, Told]
    """Each rule that gave the verdict, built-in ones first: what they refuse keeps others from judging."""

    def serves(self, result: Result) -> tuple[tuple[str, str], ...]:
        """The requirement that a result is about, with our label; of any other all that its rule serves."""
        served = self.rules[result.rule].serves
        return tuple(pair for pair in served if pair[0] == result.subject) or served

    def lines(self, result: Result) -> Iterator[str]:
        """What is said of a result where it stands alone: what fails, what it serves, how to mend it; not escaped."""
        yield result.message
        if said := standing(result):
            yield said
        if served := self.serves(result):
            labelled = ", ".join(f"{name} ({label})" for name, label in served[:LABELS])
            more = len(served) - LABELS
            yield f"serves {labelled}" + (f" and {more} more" if more > 0 else "")
        if silent := self.silent.get(result.fingerprint):
            yield f"{counted(silent, 'result')} could not be judged because of this"
        yield f"fix: {self.rules[result.rule].remediation}"

    def worst_first(self, results: Iterable[Result]) -> list[Result]:
        """Results in the order in which they are worth reading."""
        order = {name: number for number, name in enumerate(self.rules)}
        return sorted(results, key=lambda one: (rank(one), order[one.rule], one.origin.place, one.order))


def listing(evaluation: Evaluation, *, all_results: bool = False) -> Listing:
    """The failures and errors of an evaluation; with `all_results` the others too."""
    refusals = _refusals(evaluation.results)
    told, silent = [], Counter[str]()
    for result in evaluation.results:
        refusal = _refusal(result, refusals)
        if refusal is not None:
            silent[refusal.fingerprint] += 1
        elif result.adverse or all_results:
            told.append(result)
    return Listing(tuple(told), silent, _rules(evaluation))


class Unjudged(NamedTuple):
    """What was not judged: why, how many, and their names where each has one."""

    why: str
    number: int
    names: tuple[str, ...]


def unjudged(evaluation: Evaluation) -> Iterator[Unjudged]:
    """What a reader must know that no result says; nothing of what is not so."""
    silent = [bound.id for bound in evaluation.policy.bound if not sum(evaluation.counts[bound.id].values())]
    for why, names in (
        ("roots of their own", evaluation.nested),
        ("for want of a base or of history", evaluation.not_judged),
        ("rules that met no record", tuple(silent)),
    ):
        if names:
            yield Unjudged(why, len(names), names)
    if evaluation.outside:
        why = "outside the scope of the profile, but by the built-in rules"
        yield Unjudged(why, evaluation.outside, ())


def rank(result: Result) -> int:
    """Where it stands among others, worst first: 0 for the hardest severity; what is no failure last."""
    return SEVERITIES.index(result.severity) if result.adverse else len(SEVERITIES)


def disposed(result: Result) -> bool:
    """Whether a failing result is kept from blocking: it is waived, or known."""
    return not result.blocking and (result.known or result.waiver is not None)


def loudness(result: Result) -> Loudness:
    """How loudly a failing result is told: as an error what blocks, as a notice what is kept from blocking."""
    if result.blocking:
        return "error"
    return "notice" if disposed(result) else "warning"


def standing(result: Result) -> str | None:
    """What is said of a failing result beside its message: that it is waived and why, that it is no new one."""
    if result.waiver is not None:
        return f"waived by {result.waiver.record} until {result.waiver.expires}: {result.waiver.reason}"
    if result.known:
        return "known, and blocks all the same" if result.blocking else "known: this change did not bring it"
    return None


def weakening(evaluation: Evaluation) -> str:
    """Which requirements the head's changes of policy may weaken, in words; empty where none does."""
    names, any_other = weakened(evaluation.policy_changes, evaluation.policy)
    if not names:
        return "this change may weaken any requirement" if any_other else ""
    more = f" and {len(names) - LABELS} more" if len(names) > LABELS else ""
    others = ", and any other" if any_other else ""
    said = f"this change weakens {counted(len(names), 'requirement')}{others}"
    return f"{said}: {', '.join(names[:LABELS])}{more}"


def judged(evaluation: Evaluation) -> str:
    """What was judged, in words."""
    words = {"worktree": "the work tree", "index": "the index", "memory": "memory"}
    revision = evaluation.revision
    return f"commit {revision.commit}" if revision.kind == "commit" else words[revision.kind]


def counted(number: int, noun: str) -> str:
    """A number with its noun, which has an s where there are several."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rules(evaluation: Evaluation) -> dict[str, Told]:
    catalogs = evaluation.policy.catalogs
    return {builtin.id: Told(builtin.title, SEVERITY, (), builtin.remediation) for builtin in RULES} | {
        bound.id: Told(
            bound.file.rule.title,
            bound.severity,
            tuple((name, catalogs[name].label) for name in bound.requirements),
            " ".join(bound.file.rule.remediation.split()),
            " ".join(bound.file.rule.rationale.split()),
        )
        for bound in evaluation.policy.bound
    }


def _refusals(results: Iterable[Result]) -> dict[Place, Result]:
    """Where a record is refused -> the first result that says so."""
    found: dict[Place, Result] = {}
    for result in results:
        if result.rule == SCHEMA and result.adverse:
            found.setdefault(result.origin.place, result)
    return found


def _refusal(result: Result, refusals: Mapping[Place, Result]) -> Result | None:
    """The refusal from which the result only follows."""
    if result.cause != "invalid":
        return None
    return next((refusals[related.place] for related in result.related if related.place in refusals), None)
