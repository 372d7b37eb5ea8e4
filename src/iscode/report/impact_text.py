"""What rules on trial say -> text: for each rule what it says now and said of commits, and whom it fails, by owner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from iscode.change.impact import Impact, Row, Said, Step, Tried, owners, tops
from iscode.report.escape import terminal
from iscode.report.history import ID
from iscode.report.listing import counted, standing
from iscode.report.options import BOLD, DIM, GREEN, RED, YELLOW, Options

NOBODY: Final = "nobody answers for"
"""Whom the repository, a requirement or a commit has for an owner."""
NOWHERE: Final = "hangs on none of them"
"""Where a record stands that neither refers to a system nor is referred to by one."""


def report(impact: Impact, options: Options) -> bytes:
    """The report, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(impact, options)).encode("utf-8")


def _lines(impact: Impact, options: Options) -> Iterator[str]:
    room = impact.desk.policy.config.printed
    for tried in impact.tried:
        yield from _rule(impact, tried, options, room)
        yield ""
    for step in impact.unjudged:
        yield options.paint(YELLOW, f"not judged: {_named(step)}: {terminal(step.said.reason, 400)}")
    judged = len(impact.steps) - len(impact.unjudged)
    profile = terminal(impact.desk.policy.profile.profile.id)
    yield (
        f"judged: the work tree as of {impact.desk.as_of} and {judged} of {counted(len(impact.steps), 'commit')}, "
        f"by the work tree's policy and profile {profile}; days are what committers claim"
    )


def _rule(impact: Impact, tried: Tried, options: Options, room: int) -> Iterator[str]:
    bound, rows = tried.bound, impact.rows(tried)
    binds = "bound by the profile" if tried.selected else "not bound by the profile"
    begins = bound.file.rule.effective_on
    later = f", from {begins}" if begins is not None and begins > impact.desk.as_of else ""
    yield f"{options.paint(BOLD, bound.id)}  {bound.severity}, {_REVISIONS[tried.revision]}, {binds}{later}"
    yield f"  now      {options.paint(_colour(impact.now, bound.id), _said(impact.now, bound.id))}"
    if tried.before is not None:
        yield f"  before   {_said(impact.before, bound.id)} by the wording of the last commit"
    yield f"  earlier  {_earlier(impact, bound.id)}"
    if not impact.met(bound.id):
        yield options.paint(YELLOW, "  it applied to nobody, neither now nor at a commit: this shows nothing")
    for top, counts in tops(rows) if impact.desk.tops else ():
        yield f"  {terminal(top or NOWHERE)}: {_tally(counts)}"
    held = defaultdict[str | None, list[Row]](list)
    for row in rows:
        held[row.owner].append(row)
    for owner, counts in owners(rows):
        yield f"  {terminal(owner or NOBODY)}: {_tally(counts)}"
        for row in held[owner][:room]:
            yield from _row(impact, row, options)
    if any(len(mine) > room for mine in held.values()):
        yield f"  … more than {room} for an owner are left out: `-f json` has them all"


_REVISIONS: Final = {
    "new": "new",
    "changed": "changed",
    "same": "as the last commit has it",
    "unknown": "the last commit has who knows what",
}
_STANDS: Final[dict[str | None, str]] = {"pass": "passes", "not_applicable": "n/a", None: "gone"}
"""How somebody stands whom a rule does not fail any more: what it is not asked about any more does not pass."""
_WORDS: Final = (("fail", "fail now"), ("error", "err now"), ("blocking", "block"), ("earlier", "failed earlier"))


def _tally(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {told}" for word, told in _WORDS if counts[word])


def _said(said: Said, rule: str) -> str:
    if said.reason:
        return f"not judged: {terminal(said.reason, 400)}"
    counts = said.counts(rule)
    blocking = sum(one.blocking for one in said.results if one.rule == rule)
    words = ", ".join(f"{counts[key]} {key.replace('_', ' ')}" for key in ("pass", "fail", "not_applicable", "error"))
    lacks = "; for want of a base or a history not everybody was judged" if rule in said.lacking else ""
    return f"{words}; {blocking} block{lacks}"


def _colour(said: Said, rule: str) -> str:
    counts = said.counts(rule)
    return (
        RED if counts["fail"] or counts["error"] else GREEN if counts["pass"] and rule not in said.lacking else YELLOW
    )


def _earlier(impact: Impact, rule: str) -> str:
    total, judged, failed = len(impact.steps), impact.judged(rule), impact.failed(rule)
    missing = f"; {total - judged} not judged, or in part" if judged < total else ""
    return f"failed somebody at {failed} of {counted(total, 'commit')}{missing}"


def _row(impact: Impact, row: Row, options: Options) -> Iterator[str]:
    whom = terminal(row.subject + (f" ({row.item})" if row.item else ""), 120)
    times = f"at {len(row.steps)} of {counted(len(impact.steps), 'commit')}"
    if row.now is None:
        when = f"failed {times}, last at {_named(row.steps[-1])}" if row.steps else "failed before the rule was changed"
        yield options.paint(DIM, f"    {_STANDS[row.outcome]:<8} {whom}  {when}")
        return
    word = "errs" if row.now.outcome == "error" else "fails"
    first = f" and {times}, first at {_named(row.steps[0])}" if row.steps else f" and {times}"
    news = "; not before the rule was changed" if row.before is False else ""
    place = row.now.origin.place
    yield f"    {options.paint(RED, f'{row.now.severity:<8}')} {whom}  {word} now{first}{news}"
    yield f"             {terminal(row.now.message, impact.desk.policy.config.message)}"
    if said := standing(row.now):
        yield f"             {terminal(said, 400)}"
    yield f"             {terminal(place.path)}:{place.line}:{place.column}"


def _named(step: Step) -> str:
    return f"{step.commit.oid[:ID]} of {step.as_of}"
