"""Evaluation -> GitHub's Markdown for a job summary or a comment: the verdict, what blocks and why, the rest folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from iscode.change.difference import Difference
from iscode.evaluation import OUTCOMES, Evaluation, Result
from iscode.evaluation.findings import State
from iscode.report.ahead import outlook, reds
from iscode.report.difference import WAS
from iscode.report.difference_markdown import became, requirements
from iscode.report.escape import code, markdown
from iscode.report.fitting import MOST, RESERVED, WIDTH, Section, fitted, line_of, missing, size
from iscode.report.listing import Listing, counted, disposed, listing, standing, unjudged, weakening
from iscode.report.options import Options

SOON: Final = 10
"""Results that turn red soon that are shown at once; more are folded."""
LABELS: Final = 6
"""Requirements that are named behind a rule, and results behind a waiver; the rest is counted."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """A page for each root, UTF-8, MOST bytes at most: what does not fit is counted, and said to be missing."""
    return pages(evaluations, options, MOST)


def pages(evaluations: Sequence[Evaluation], options: Options, most: int) -> bytes:
    """The same in another number of bytes, which must be some thousands."""
    told: list[str] = []
    room = most - RESERVED
    for left, evaluation in zip(range(len(evaluations), 0, -1), evaluations, strict=True):
        page = _page(evaluation, options, room // left)
        room -= size(page) + 1
        if room < 0:
            told.append(missing(left, "root"))
            break
        told.append(page)
    return "\n".join(told).encode("utf-8")


def _page(evaluation: Evaluation, options: Options, room: int) -> str:
    """One root's page: its head is whole, its sections share the room that is left, the urgent ones first."""
    page = "".join(f"{line}\n" for line in _head(evaluation, options))
    for section in _sections(evaluation, options):
        page += fitted(section, room - size(page))
    return page


def _head(evaluation: Evaluation, options: Options) -> Iterator[str]:
    """The verdict, and what it rests on."""
    policy, verdict = evaluation.policy, evaluation.verdict
    failed = f"FAILED, {counted(verdict.blocking, 'result')} {'blocks' if verdict.blocking == 1 else 'block'}"
    of_root = f" {code(evaluation.root, WIDTH)}" if evaluation.root else ""
    yield f"## iscode{of_root}: {'PASSED' if verdict.passed else failed}"
    yield ""
    states = Counter(finding.state for finding in evaluation.findings)
    unmet, mild = states["not_satisfied"], sum(map(disposed, evaluation.results))
    if mild:
        yield from (f"**{counted(mild, 'known or waived result')} {'does' if mild == 1 else 'do'} not block.**", "")
    if verdict.passed and unmet:
        yield from (f"**{counted(unmet, 'requirement')} not satisfied without blocking.**", "")
    revision = f" of commit `{evaluation.revision.commit}`" if evaluation.revision.commit else ""
    excluded = f", {counted(evaluation.excluded, 'file')} excluded" if evaluation.excluded else ""
    yield (
        f"- Judged: {counted(evaluation.records, 'record')}{revision} by {counted(len(policy.bound), 'rule')} "
        f"of profile {code(policy.profile.profile.id, WIDTH)} as of {evaluation.as_of}{excluded}"
    )
    yield from _base(evaluation)
    counts = [f"{verdict.counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES]
    yield f"- Results: {', '.join(counts)}; {verdict.waived} waived, {verdict.known} known"
    yield "- Requirements: " + ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in get_args(State))
    if change := options.change(evaluation):
        yield f"- This change: {_changed(change)}"
    if ahead := options.ahead(evaluation):
        yield f"- Ahead: {outlook(ahead)}"


def _changed(change: Difference) -> str:
    """What became of results, in a line."""
    number, left = len(change.broken), len(change.no_longer_asked)
    block = f" ({change.worse} {'blocks' if change.worse == 1 else 'block'})" if number else ""
    gone = f"; of {counted(left, 'failure')} nobody asks any more" if left else ""
    failing = len(change.still_failing)
    return f"breaks {counted(number, 'result')}{block}, mends {len(change.mended)}, leaves {failing} failing{gone}"


def _base(evaluation: Evaluation) -> Iterator[str]:
    """The base that was named, and what it decides."""
    base = evaluation.base
    if base is None or base.tip is None or not base.named:
        return
    decides = "which has no such root: the head's own policy judges" if base.adopted else "whose policy judges too"
    yield f"- Base: `{base.tip.revision.commit}`, {decides}"


def _sections(evaluation: Evaluation, options: Options) -> Iterator[Section]:
    """What there is to say besides the verdict, the most urgent first; nothing of what is empty."""
    found, change = listing(evaluation), options.change(evaluation)
    was = {id(move.result): WAS[move.was] for move in change.broken} if change else {}

    def told(results: Iterable[Result]) -> list[str]:
        return list(_results(results, found, was, options.links))

    blocking = [result for result in found.results if result.blocking]
    kept = [result for result in found.results if disposed(result)]
    mild = [result for result in found.results if not result.blocking and not disposed(result)]
    sections = (
        Section(_blocks(blocking, evaluation), "result", told(blocking), folded=False),
        _policy_changes(evaluation),
        *(became(change, "no_longer_asked") if change else ()),
        _ahead(evaluation, options),
        _waivers(evaluation),
        *((*became(change, "mended"), *requirements(change)) if change else ()),
        Section(f"What is known or waived: {len(kept)}", "result", told(kept)),
        Section(f"What fails without blocking: {len(mild)}", "result", told(mild)),
        Section("What was not judged", "line", [f"- {line}\n" for line in _not_judged(evaluation)]),
    )
    return (section for section in sections if section.entries)


def _blocks(told: Sequence[Result], evaluation: Evaluation) -> str:
    """How many results block, and how many of them are not listed because they only follow."""
    follow = evaluation.verdict.blocking - len(told)
    return f"What blocks: {len(told)}" + (f", and {follow} that only follow from what is refused" if follow else "")


def _results(results: Iterable[Result], found: Listing, was: Mapping[int, str], links: str) -> Iterator[str]:
    """An entry for each result, the worst first; before the first of a rule what the rule asks.

    `was`: the identity of a result that the head broke -> what the base had in its place.
    """
    before = None
    for result in found.worst_first(results):
        heading = (result.severity, result.rule)
        rule = "" if heading == before else "".join(f"{line}\n" for line in _rule(result, found))
        before = heading
        said = [markdown(result.message, WIDTH)]
        if id(result) in was:
            said.append(f"*{was[id(result)]}*")
        if words := standing(result):
            said.append(f"*{markdown(words, WIDTH)}*")
        if silent := found.silent.get(result.fingerprint):
            said.append(f"*{counted(silent, 'result')} could not be judged because of this*")
        yield f"{rule}- {line_of(result.origin.place, links)} {'; '.join(said)}\n"


def _rule(result: Result, found: Listing) -> Iterator[str]:
    rule = found.rules[result.rule]
    yield from ("", f"#### {code(result.rule, WIDTH)} ({result.severity})", "")
    yield markdown(f"{rule.title}.", WIDTH)
    if rule.serves:
        labelled = [f"{code(name, WIDTH)} {markdown(label, WIDTH)}" for name, label in rule.serves[:LABELS]]
        more = len(rule.serves) - LABELS
        yield f"Serves {', '.join(labelled)}{f' and {more} more' if more > 0 else ''}."
    yield f"**Fix:** {markdown(rule.remediation, 2 * WIDTH)}"
    yield ""


def _policy_changes(evaluation: Evaluation) -> Section:
    """What the head changes of the policy itself."""
    changes = evaluation.policy_changes
    entries = [f"- {code(change.path, WIDTH)} {markdown(change.effect, WIDTH)}\n" for change in changes]
    weak = weakening(evaluation)
    head = f"**{weak[:1].upper()}{markdown(weak[1:], 2 * WIDTH)}.**\n\n" if weak else ""
    return Section(f"Changes of policy: {len(entries)}", "change", entries, head, folded=False)


def _ahead(evaluation: Evaluation, options: Options) -> Section:
    """What begins to block by the calendar alone."""
    found = options.ahead(evaluation)
    rows = [
        f"| {counted(red.days, 'day')}, {red.day} | {code(result.rule, WIDTH)} | "
        f"{line_of(result.origin.place, options.links)} | {markdown(result.message, WIDTH)} |\n"
        for red in (reds(found) if found else ())
        for result in red.results
    ]
    head = "| in | rule | where | why |\n|---|---|---|---|\n"
    return Section(f"What turns red soon: {len(rows)}", "result", rows, head, folded=len(rows) > SOON)


def _waivers(evaluation: Evaluation) -> Section:
    """The waivers in force, what each hides, why, and what is to be said of it."""
    most = evaluation.policy.profile.profile.gate.waiver_renewals
    rows = []
    for waiver in evaluation.waivers:
        if not waiver.in_force:
            continue
        hidden = list(dict.fromkeys((result.rule, result.subject) for result in waiver.hides))
        named = [f"{code(rule, WIDTH)} for {code(subject, WIDTH)}" for rule, subject in hidden[:LABELS]]
        more = f" and {len(hidden) - LABELS} more" if len(hidden) > LABELS else ""
        held = ", ".join(named) + more if hidden else "nothing"
        said = [f"**{remark.word}**: {markdown(remark.words, WIDTH)}" for remark in waiver.remarks]
        if waiver.renewals:
            said.insert(0, f"renewed {counted(waiver.renewals, 'time')} of {most}")
        cells = (
            code(waiver.record.reference, WIDTH),
            waiver.record.value["expires"],
            f"ignored: {held}" if evaluation.policy.ignore_waivers else held,
            markdown(waiver.reason, WIDTH),
            "; ".join(said) or "-",
        )
        rows.append(f"| {' | '.join(cells)} |\n")
    head = "| waiver | until | keeps from blocking | because | note |\n|---|---|---|---|---|\n"
    return Section(f"Waivers in force: {len(rows)}", "waiver", rows, head, folded=False)


def _not_judged(evaluation: Evaluation) -> Iterator[str]:
    for one in unjudged(evaluation):
        yield f"{one.why}: {_listed(one.names) if one.names else counted(one.number, 'record')}"


def _listed(names: Sequence[str]) -> str:
    return f"{len(names)}: {', '.join(code(name, WIDTH) for name in names)}"
