"""Evaluation -> text for the engineer whose commit was refused: where, what, which requirement, what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from iscode.evaluation import OUTCOMES, Evaluation, Result
from iscode.evaluation.findings import State
from iscode.report.escape import cells, terminal
from iscode.report.listing import counted, listing, rank, weakening
from iscode.report.options import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Options
from iscode.schema.kinds import ACTIVE

EXCERPT: Final = 120
"""Characters of a source line."""
ID: Final = 12
"""Digits of the id of a commit."""
LABELS: Final = 4
"""Requirements that are named behind a result; the rest is counted."""
DAYS, NAMED = 3, 3
"""Days on which something turns red that are named, and results of each; the rest is counted."""

COLOURS: Final = {"blocker": RED, "high": RED, "medium": YELLOW, "low": CYAN}


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """The report of each root, one after the other, UTF-8."""
    parts = ("\n".join(_Page(evaluation, options).lines()) for evaluation in evaluations)
    return ("\n\n".join(parts) + "\n").encode("utf-8")


class _Page:
    """One root's report."""

    def __init__(self, evaluation: Evaluation, options: Options) -> None:
        self.evaluation, self.options, self.paint = evaluation, options, options.paint
        self.rules = {bound.id: bound for bound in evaluation.policy.bound}
        self.listing = listing(evaluation, all_results=options.all_results)

    def lines(self) -> Iterator[str]:
        listed = [result for result in self.listing.results if not (result.known and self.options.new_only)]
        most = self.evaluation.policy.config.printed
        yield from self.files(sorted(listed, key=rank)[:most])
        if len(listed) > most:
            yield f"… and {len(listed) - most} more results: `-f json` has them all"
            yield ""
        yield from self.summary()

    def files(self, results: Iterable[Result]) -> Iterator[str]:
        """The results grouped by file, worst first."""
        grouped: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            grouped[result.origin.path].append(result)
        for path in sorted(grouped):
            yield self.paint(BOLD, terminal(path))
            for result in sorted(grouped[path], key=lambda result: (rank(result), result.origin.place, result.order)):
                yield from self.result(result)
            yield ""

    def result(self, result: Result) -> Iterator[str]:
        place = result.origin.place
        word = result.severity if result.adverse else result.outcome.replace("_", " ")
        colour = COLOURS[result.severity] if result.adverse else GREEN
        said = result.message if result.adverse else f"{result.subject} {result.item or ''}".rstrip()
        standing = ", ".join(_standing(result))
        blocks = self.paint(DIM, f" ({standing})") if standing else ""
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
        if served := self.listing.serves(result):
            yield self.note("serves", _labelled(served))
        for related in sorted(set(result.related)):
            yield self.note("see", terminal(f"{related.place} {related.message}"))
        if bound is not None:
            yield self.note("fix", terminal(" ".join(bound.file.rule.remediation.split())))
        if silent := self.listing.silent.get(result.fingerprint):
            yield self.note("so", f"{counted(silent, 'result')} could not be judged")

    def note(self, label: str, text: str) -> str:
        return f"          {self.paint(DIM, f'{label:<6}')} {text}"

    def summary(self) -> Iterator[str]:
        """What was judged, what was not, and the verdict."""
        evaluation = self.evaluation
        counts = evaluation.verdict.counts
        rules, profile = counted(len(evaluation.policy.bound), "rule"), terminal(evaluation.policy.profile.profile.id)
        excluded = f", {counted(evaluation.excluded, 'file')} excluded" if evaluation.excluded else ""
        records = counted(evaluation.records, "record")
        yield from self.policy_changes()
        yield f"judged: {records} by {rules} of profile {profile} as of {evaluation.as_of}{excluded}"
        yield from self.in_force()
        yield from self.base()
        if evaluation.nested:
            yield f"not judged: roots of their own: {terminal(', '.join(evaluation.nested))}"
        if evaluation.not_judged:
            lacking, named = counted(len(evaluation.not_judged), "rule"), ", ".join(evaluation.not_judged)
            yield f"not judged: {lacking} for want of a base or of history: {named}"
        silent = [name for name in self.rules if not sum(evaluation.counts[name].values())]
        if silent:
            yield f"not judged: {counted(len(silent), 'rule')} met no record: {', '.join(silent)}"
        if evaluation.outside:
            outside = counted(evaluation.outside, "record")
            yield f"not judged: {outside} outside the scope of profile {profile}, but by the built-in rules"
        yield from self.waivers()
        known = evaluation.verdict.known
        if known and self.options.new_only:
            yield f"not shown: {counted(known, 'known result')}"
        results = ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
        yield f"results: {results}" + (f"; {known} known" if known else "")
        states = Counter(finding.state for finding in evaluation.findings)
        yield "requirements: " + ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in get_args(State))
        yield from self.assurance()
        yield from self.ahead()
        yield self.verdict(states["not_satisfied"])

    def in_force(self) -> Iterator[str]:
        """How many of the records are in force, where some are not: a firm of drafts must not read as one that does."""
        records = self.evaluation.ground.world.inventory.all
        if drafted := sum(record.status != ACTIVE for record in records):
            known = counted(len(records), "record")
            yield f"in force: {len(records) - drafted} of {known}; nothing rests on the others"

    def assurance(self) -> Iterator[str]:
        """How many of the requirements that apply stand on which step."""
        steps = self.evaluation.policy.assurance.steps if self.evaluation.policy.assurance else ()
        counts = Counter(finding.assurance for finding in self.evaluation.findings if finding.asked)
        if steps:
            yield f"assurance: {counts[None]} none, " + ", ".join(f"{counts[step.id]} {step.id}" for step in steps)

    def ahead(self) -> Iterator[str]:
        """What begins to block by the calendar alone, the next days first."""
        found = self.options.ahead(self.evaluation)
        if found is None:
            return
        from iscode.report.ahead import outlook, reds

        listed = reds(found)
        for red in listed[:DAYS]:
            names = list(dict.fromkeys(f"{result.rule} for {result.subject}" for result in red.results))
            named, more = ", ".join(terminal(name, EXCERPT) for name in names[:NAMED]), len(names) - NAMED
            when = self.paint(YELLOW, f"red in {counted(red.days, 'day')}")
            yield f"{when}: {named}{f' and {more} more' if more > 0 else ''}"
        if len(listed) != 1:
            yield f"ahead: {outlook(found)}"

    def policy_changes(self) -> Iterator[str]:
        """What the head changes of the policy itself, by file."""
        path = None
        for change in self.evaluation.policy_changes:
            if path is None:
                weak = weakening(self.evaluation)
                yield self.paint(BOLD, "changes of policy") + (f": {weak}" if weak else "")
            if change.path != path:
                path = change.path
                yield f"  {terminal(path)}"
            yield f"    {terminal(change.effect)}"
        if path is not None:
            yield ""

    def base(self) -> Iterator[str]:
        """The base that was named, and what it decides."""
        base = self.evaluation.base
        if base is None or base.tip is None or not base.named:
            return
        tip, left = (base.tip.revision.commit or "")[:ID], base.sha[:ID]
        if base.adopted:
            yield f"base: {tip} has no root here, so the policy of the head itself judges (adopted)"
        else:
            where = "" if left == tip else f"; what became of records is asked since {left}, where the head left it"
            yield f"base: {tip}, whose policy judges together with the head's{where}"

    def waivers(self) -> Iterator[str]:
        """The waivers that hold or will, what they hide, and what is to be said of them."""
        ignored = self.evaluation.policy.ignore_waivers
        for waiver in self.evaluation.waivers:
            name, value = terminal(waiver.record.reference), waiver.record.value
            if waiver.state == "later":
                yield f"waiver: {name} holds from {value['starts']} on"
            if not waiver.in_force:
                continue
            hidden = ", ".join(dict.fromkeys(f"{result.rule} for {result.subject}" for result in waiver.hides))
            said = terminal(hidden, EXCERPT) or "nothing"
            until = f"until {value['expires']}"
            verb = f"is ignored; {until} it would keep from blocking" if ignored else until
            yield f"waiver: {name} {verb}: {said}"
            yield f"        because {terminal(waiver.reason, EXCERPT)}"
            if waiver.renewals:
                most = self.evaluation.policy.profile.profile.gate.waiver_renewals
                yield f"        renewed {counted(waiver.renewals, 'time')} of {most}"
            yield from (
                f"        {self.paint(YELLOW, remark.word)}: {terminal(remark.words, 2 * EXCERPT)}"
                for remark in waiver.remarks
            )

    def verdict(self, unmet: int) -> str:
        """The last line: who passes with failures that are known is told how many."""
        blocking = self.evaluation.verdict.blocking
        mild = sum(result.known and not result.blocking for result in self.evaluation.results)
        known = f"; {counted(mild, 'known result')} {'does' if mild == 1 else 'do'} not block" if mild else ""
        if self.evaluation.verdict.passed:
            note = f"; {counted(unmet, 'requirement')} not satisfied without blocking" if unmet else ""
            return self.paint(YELLOW if mild else GREEN, f"PASSED{known}") + note
        says = f": {counted(blocking, 'result')} {'blocks' if blocking == 1 else 'block'}{known}"
        return self.paint(RED, "FAILED") + says


def _labelled(served: Sequence[tuple[str, str]]) -> str:
    """The first requirements with our labels, and how many more there are."""
    more = f" and {len(served) - LABELS} more" if len(served) > LABELS else ""
    return terminal(", ".join(f"{name} ({label})" for name, label in served[:LABELS])) + more


def _standing(result: Result) -> Iterator[str]:
    """What stands in brackets behind a failure: that it is no new one, and why it does not block."""
    if result.known:
        yield "known"
    if result.waiver is not None:
        yield f"waived until {result.waiver.expires}"
    elif result.adverse and not result.blocking:
        yield "does not block"
