"""Evaluation -> text for the engineer whose commit was refused: where, what, which requirement, what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from iscode.errors import Place
from iscode.evaluation import OUTCOMES, Evaluation, Result
from iscode.evaluation.findings import State
from iscode.report.escape import cells, terminal
from iscode.report.options import Options
from iscode.rule import SEVERITIES

EXCERPT: Final = 120
"""Characters of a source line."""
LABELS: Final = 4
"""Requirements that are named behind a result; the rest is counted."""

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
COLOURS: Final = {"blocker": RED, "high": RED, "medium": YELLOW, "low": CYAN}


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """The report of each root, one after the other, UTF-8."""
    parts = ("\n".join(_Page(evaluation, options).lines()) for evaluation in evaluations)
    return ("\n\n".join(parts) + "\n").encode("utf-8")


class _Page:
    """One root's report."""

    def __init__(self, evaluation: Evaluation, options: Options) -> None:
        self.evaluation, self.options = evaluation, options
        self.rules = {bound.id: bound for bound in evaluation.policy.bound}
        self.refused = {
            result.origin.place for result in evaluation.results if result.rule == "schema" and result.adverse
        }
        self.silent = Counter(filter(None, map(self.refusal, evaluation.results)))
        """Where a record is refused -> how many results only follow from that; each is told once, there."""

    def lines(self) -> Iterator[str]:
        listed = [
            result
            for result in self.evaluation.results
            if (result.adverse or self.options.all_results) and self.refusal(result) is None
        ]
        most = self.evaluation.policy.config.printed
        yield from self.files(sorted(listed, key=_rank)[:most])
        if len(listed) > most:
            yield f"… and {len(listed) - most} more results: `-f json` has them all"
            yield ""
        yield from self.summary()

    def refusal(self, result: Result) -> Place | None:
        """The refusal of a record from which the result only follows."""
        if result.cause != "invalid":
            return None
        return next((related.place for related in result.related if related.place in self.refused), None)

    def files(self, results: Iterable[Result]) -> Iterator[str]:
        """The results grouped by file, worst first."""
        grouped: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            grouped[result.origin.place.path].append(result)
        for path in sorted(grouped):
            yield self.paint(BOLD, terminal(path))
            for result in sorted(grouped[path], key=lambda result: (_rank(result), result.origin.place, result.order)):
                yield from self.result(result)
            yield ""

    def result(self, result: Result) -> Iterator[str]:
        place = result.origin.place
        word = result.severity if result.adverse else result.outcome.replace("_", " ")
        colour = COLOURS[result.severity] if result.adverse else GREEN
        said = result.message if result.adverse else f"{result.subject} {result.item or ''}".rstrip()
        softened = "does not block" if result.waiver is None else f"waived until {result.waiver.expires}"
        blocks = "" if result.blocking or not result.adverse else self.paint(DIM, f" ({softened})")
        position = f"{place.line}:{place.column}"
        head = f"  {position:<7} {self.paint(colour, f'{word:<8}')} {self.paint(BOLD, result.rule)}"
        yield f"{head}  {terminal(said, self.evaluation.policy.config.message)}{blocks}"
        if result.adverse:
            yield from self.details(result)

    def details(self, result: Result) -> Iterator[str]:
        place, excerpt = result.origin.place, result.origin.excerpt
        if excerpt.strip():
            yield self.note("|", terminal(excerpt, EXCERPT))
            if place.column < EXCERPT:
                before = cells(terminal(excerpt[: place.column - 1]))
                yield self.note("|", " " * before + self.paint(RED, "^"))
        bound = self.rules.get(result.rule)
        if bound is not None:
            yield self.note("serves", self.requirements(bound.requirements))
        for related in sorted(set(result.related)):
            yield self.note("see", terminal(f"{related.place} {related.message}"))
        if bound is not None:
            yield self.note("fix", terminal(" ".join(bound.file.rule.remediation.split())))
        if result.rule == "schema" and (silent := self.silent.pop(place, 0)):
            yield self.note("so", f"{_count(silent, 'result')} could not be judged")

    def note(self, label: str, text: str) -> str:
        return f"          {self.paint(DIM, f'{label:<6}')} {text}"

    def requirements(self, names: Sequence[str]) -> str:
        """The requirements that a rule serves, with our labels."""
        labelled = [f"{name} ({self.evaluation.policy.catalogs[name].label})" for name in names[:LABELS]]
        return terminal(", ".join(labelled)) + (f" and {len(names) - LABELS} more" if len(names) > LABELS else "")

    def summary(self) -> Iterator[str]:
        """What was judged, what was not, and the verdict."""
        evaluation = self.evaluation
        counts = evaluation.verdict.counts
        rules, profile = _count(len(evaluation.policy.bound), "rule"), terminal(evaluation.policy.profile.profile.id)
        excluded = f", {_count(evaluation.excluded, 'file')} excluded" if evaluation.excluded else ""
        records = _count(evaluation.records, "record")
        yield f"judged: {records} by {rules} of profile {profile} as of {evaluation.as_of}{excluded}"
        if evaluation.nested:
            yield f"not judged: roots of their own: {terminal(', '.join(evaluation.nested))}"
        if evaluation.not_judged:
            lacking, named = _count(len(evaluation.not_judged), "rule"), ", ".join(evaluation.not_judged)
            yield f"not judged: {lacking} for want of a base or of history: {named}"
        silent = [name for name in self.rules if not sum(evaluation.counts[name].values())]
        if silent:
            yield f"not judged: {_count(len(silent), 'rule')} met no record: {', '.join(silent)}"
        if evaluation.outside:
            outside = _count(evaluation.outside, "record")
            yield f"not judged: {outside} outside the scope of profile {profile}, but by the built-in rules"
        yield from self.waivers()
        yield "results: " + ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
        states = Counter(finding.state for finding in evaluation.findings)
        yield "requirements: " + ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in get_args(State))
        yield self.verdict(states["not_satisfied"])

    def waivers(self) -> Iterator[str]:
        """The waivers in force and what they hide."""
        for waiver in self.evaluation.waivers:
            name, value = terminal(waiver.record.reference), waiver.record.value
            if not waiver.in_force:
                continue
            if self.evaluation.policy.ignore_waivers:
                yield f"waiver: {name} is ignored"
            elif not waiver.hides:
                yield f"waiver: {name} is unused: nothing that it is for fails"
            else:
                hidden = ", ".join(dict.fromkeys(f"{result.rule} for {result.subject}" for result in waiver.hides))
                yield f"waiver: {name} until {value['expires']}: {terminal(hidden, EXCERPT)}"
                yield f"        because {terminal(value['reason'], EXCERPT)}"

    def verdict(self, unmet: int) -> str:
        blocking = self.evaluation.verdict.blocking
        if self.evaluation.verdict.passed:
            note = f"; {_count(unmet, 'requirement')} not satisfied without blocking" if unmet else ""
            return self.paint(GREEN, "PASSED") + note
        return self.paint(RED, "FAILED") + f": {_count(blocking, 'result')} {'blocks' if blocking == 1 else 'block'}"

    def paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.options.colour else text


def _rank(result: Result) -> int:
    """Worst first; what is no failure last."""
    return SEVERITIES.index(result.severity) if result.adverse else len(SEVERITIES)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
