"""Evaluation -> GitHub's Markdown for a job summary or a comment: the verdict, what blocks and why, the rest folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, get_args

from iscode.evaluation import OUTCOMES, Evaluation, Result
from iscode.evaluation.findings import State
from iscode.report.escape import code, markdown
from iscode.report.listing import Listing, counted, disposed, listing, standing, unjudged
from iscode.report.options import Options

MOST: Final = 1_000_000
"""Bytes of a report: GitHub drops a summary of a little more, whole and without a word."""
RESERVED: Final = 1000
"""Bytes that are kept for saying what did not fit, and for closing what is open."""
LABELS: Final = 6
"""Requirements that are named behind a rule, and results behind a waiver; the rest is counted."""
WIDTH: Final = 400
"""Characters of a path, or of a text of a rule or a record."""


class Section(NamedTuple):
    """A part of a page. Of its entries the last are left out where they do not fit; `noun` is what one is called."""

    title: str
    noun: str
    entries: Sequence[str]
    head: str = ""
    folded: bool = True


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """A page for each root, UTF-8, MOST bytes at most: what does not fit is counted, and said to be missing."""
    return pages(evaluations, MOST)


def pages(evaluations: Sequence[Evaluation], most: int) -> bytes:
    """The same in another number of bytes, which must be some thousands."""
    told: list[str] = []
    room = most - RESERVED
    for left, evaluation in zip(range(len(evaluations), 0, -1), evaluations, strict=True):
        page = _page(evaluation, room // left)
        room -= size(page) + 1
        if room < 0:
            told.append(_missing(left, "root"))
            break
        told.append(page)
    return "\n".join(told).encode("utf-8")


def _page(evaluation: Evaluation, room: int) -> str:
    """One root's page: its head is whole, its sections share the room that is left, the urgent ones first."""
    page = "".join(f"{line}\n" for line in _head(evaluation))
    for section in _sections(evaluation, listing(evaluation)):
        page += fitted(section, room - size(page))
    return page


def fitted(section: Section, room: int) -> str:
    """A section in `room` bytes: what does not fit is counted."""
    opening, closing = f"\n### {section.title}\n\n{section.head}", ""
    if section.folded:
        opening, closing = f"\n<details><summary>{section.title}</summary>\n\n{section.head}", "\n</details>\n"
    room -= size(opening) + RESERVED
    shown = list[str]()
    for entry in section.entries:
        room -= size(entry)
        if room < 0:
            break
        shown.append(entry)
    left = len(section.entries) - len(shown)
    return "".join([opening, *shown, _missing(left, section.noun) if left else "", closing])


def _missing(number: int, noun: str) -> str:
    return f"\n**{counted(number, noun)} did not fit here.** The JSON report has all of them.\n"


def size(text: str) -> int:
    """Bytes of a text."""
    return len(text.encode("utf-8"))


def _head(evaluation: Evaluation) -> Iterator[str]:
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


def _base(evaluation: Evaluation) -> Iterator[str]:
    """The base that was named, and what it decides."""
    base = evaluation.base
    if base is None or base.tip is None or not base.named:
        return
    decides = "which has no such root: the head's own policy judges" if base.adopted else "whose policy judges too"
    yield f"- Base: `{base.tip.revision.commit}`, {decides}"


def _sections(evaluation: Evaluation, found: Listing) -> Iterator[Section]:
    """What there is to say besides the verdict, the most urgent first; nothing of what is empty."""
    blocking = [result for result in found.results if result.blocking]
    kept = [result for result in found.results if disposed(result)]
    mild = [result for result in found.results if not result.blocking and not disposed(result)]
    sections = (
        Section(_blocks(blocking, evaluation), "result", list(_results(blocking, found)), folded=False),
        _policy_changes(evaluation),
        _waivers(evaluation),
        Section(f"What is known or waived: {len(kept)}", "result", list(_results(kept, found))),
        Section(f"What fails without blocking: {len(mild)}", "result", list(_results(mild, found))),
        Section("What was not judged", "line", [f"- {line}\n" for line in _not_judged(evaluation)]),
    )
    return (section for section in sections if section.entries)


def _blocks(told: Sequence[Result], evaluation: Evaluation) -> str:
    """How many results block, and how many of them are not listed because they only follow."""
    follow = evaluation.verdict.blocking - len(told)
    return f"What blocks: {len(told)}" + (f", and {follow} that only follow from what is refused" if follow else "")


def _results(results: Iterable[Result], found: Listing) -> Iterator[str]:
    """An entry for each result, the worst first; before the first of a rule what the rule asks."""
    before = None
    for result in found.worst_first(results):
        heading = (result.severity, result.rule)
        rule = "" if heading == before else "".join(f"{line}\n" for line in _rule(result, found))
        before = heading
        place = result.origin.place
        said = [markdown(result.message, WIDTH)]
        if words := standing(result):
            said.append(f"*{markdown(words, WIDTH)}*")
        if silent := found.silent.get(result.fingerprint):
            said.append(f"*{counted(silent, 'result')} could not be judged because of this*")
        yield f"{rule}- {code(f'{place.path}:{place.line}', WIDTH)} {'; '.join(said)}\n"


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
    return Section(f"Changes of policy: {len(entries)}", "change", entries, folded=False)


def _waivers(evaluation: Evaluation) -> Section:
    """The waivers in force, what each hides, and why."""
    rows = []
    for waiver in evaluation.waivers:
        if not waiver.in_force:
            continue
        hidden = list(dict.fromkeys((result.rule, result.subject) for result in waiver.hides))
        named = [f"{code(rule, WIDTH)} for {code(subject, WIDTH)}" for rule, subject in hidden[:LABELS]]
        more = f" and {len(hidden) - LABELS} more" if len(hidden) > LABELS else ""
        held = ", ".join(named) + more if hidden else "nothing that it is for fails"
        value = waiver.record.value
        cells = (
            code(waiver.record.reference, WIDTH),
            value["expires"],
            "ignored" if evaluation.policy.ignore_waivers else held,
            markdown(waiver.reason, WIDTH),
        )
        rows.append(f"| {' | '.join(cells)} |\n")
    head = "| waiver | until | keeps from blocking | because |\n|---|---|---|---|\n"
    return Section(f"Waivers in force: {len(rows)}", "waiver", rows, head, folded=False)


def _not_judged(evaluation: Evaluation) -> Iterator[str]:
    for one in unjudged(evaluation):
        yield f"{one.why}: {_listed(one.names) if one.names else counted(one.number, 'record')}"


def _listed(names: Sequence[str]) -> str:
    return f"{len(names)}: {', '.join(code(name, WIDTH) for name in names)}"
