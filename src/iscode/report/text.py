"""Evaluation -> text for the engineer whose commit was refused: where, what, which requirement, what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from iscode.evaluation import OUTCOMES, RULES, Evaluation, Result
from iscode.evaluation.findings import State
from iscode.report.escape import terminal
from iscode.report.options import Options
from iscode.rule import SEVERITIES

PRINTED: Final = 1000
"""Results that are printed; all are counted."""
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
        self.remedies = {builtin.id: "" for builtin in RULES} | {
            name: bound.file.rule.remediation for name, bound in self.rules.items()
        }
        self.silent = Counter(result.subject for result in evaluation.results if result.cause == "invalid")
        self.refused = {result.subject for result in evaluation.results if result.rule == "schema" and result.adverse}

    def lines(self) -> Iterator[str]:
        listed = [result for result in self.evaluation.results if self.is_shown(result)]
        yield from self.files(listed[:PRINTED] if len(listed) > PRINTED else listed)
        if len(listed) > PRINTED:
            yield f"… and {len(listed) - PRINTED} more results: `-f json` has them all"
            yield ""
        yield from self.summary()

    def is_shown(self, result: Result) -> bool:
        """Failures and errors; those that only follow from a refused record are told beside its refusal."""
        if result.cause == "invalid" and result.subject in self.refused:
            return False
        return result.adverse or self.options.all_results

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
        blocks = "" if result.blocking or not result.adverse else self.paint(DIM, " (does not block)")
        colour = COLOURS[result.severity] if result.adverse else GREEN
        said = result.message if result.adverse else f"{result.subject}{f' {result.item}' if result.item else ''}"
        position = f"{place.line}:{place.column}"
        head = f"  {position:<7} {self.paint(colour, f'{word:<8}')} {self.paint(BOLD, result.rule)}"
        yield f"{head}  {terminal(said)}{blocks}"
        if result.adverse:
            yield from self.details(result)

    def details(self, result: Result) -> Iterator[str]:
        place, excerpt = result.origin.place, result.origin.excerpt
        if excerpt.strip():
            yield self.note("|", terminal(excerpt, EXCERPT))
            if place.column <= EXCERPT:
                before = len(terminal(excerpt[: place.column - 1]))
                yield self.note("|", " " * before + self.paint(RED, "^"))
        if result.rule in self.rules:
            yield self.note("serves", self.requirements(result.rule))
        for related in sorted(set(result.related)):
            yield self.note("see", terminal(f"{related.place} {related.message}"))
        if self.remedies[result.rule]:
            yield self.note("fix", terminal(" ".join(self.remedies[result.rule].split())))
        silent = self.silent[result.subject] if result.rule == "schema" else 0
        if silent:
            yield self.note("so", f"{_count(silent, 'rule')} could not judge it")

    def note(self, label: str, text: str) -> str:
        return f"          {self.paint(DIM, f'{label:<6}')} {text}".rstrip()

    def requirements(self, rule: str) -> str:
        """The requirements that a rule serves, with our labels."""
        names = self.rules[rule].requirements
        labelled = [f"{name} ({self.evaluation.policy.catalogs[name].label})" for name in names[:LABELS]]
        return ", ".join(labelled) + (f" and {len(names) - LABELS} more" if len(names) > LABELS else "")

    def summary(self) -> Iterator[str]:
        """What was judged, what was not, and the verdict."""
        evaluation = self.evaluation
        counts = evaluation.verdict.counts
        profile, rules = evaluation.policy.profile.profile.id, _count(len(evaluation.policy.bound), "rule")
        excluded = f", {_count(evaluation.excluded, 'file')} excluded" if evaluation.excluded else ""
        records = _count(evaluation.records, "record")
        yield f"judged: {records} by {rules} of profile {profile} as of {evaluation.as_of}{excluded}"
        yield "results: " + ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
        silent = sorted(name for name in self.rules if not sum(evaluation.counts[name].values()))
        if silent:
            yield f"not judged: {_count(len(silent), 'rule')} met no record: {', '.join(silent)}"
        states = Counter(finding.state for finding in evaluation.findings)
        known: tuple[State, ...] = ("satisfied", "not_satisfied", "not_applicable", "not_assessed")
        yield "requirements: " + ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in known)
        yield self.verdict(states["not_satisfied"])

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
