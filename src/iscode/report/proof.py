"""Explanation -> a page that an auditor prints and an engineer reads: why a result is what it is, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from iscode.evaluation import RULES, Evaluation, Result
from iscode.evaluation.explanation import Clause, Explanation, Need, Step
from iscode.evaluation.reading import Read
from iscode.report.escape import cells, terminal
from iscode.report.listing import judged
from iscode.report.options import BOLD, DIM, GREEN, RED, YELLOW, Options
from iscode.report.shown import NOTHING, fitted, shown
from iscode.report.steps import VALUE, WIDTH, lines_of, near, outcome
from iscode.schema.wording import fields_path

EXCERPT: Final = 86
"""Columns of a source line and of a message."""
FILES: Final = 8
"""Records that are named as read; the rest is counted, as it is beyond the others here."""
LINES: Final = 12
"""Lines of one record."""
NAMED: Final = 12
"""Requirements that a rule serves, and related places."""

COLOURS: Final = {"pass": GREEN, "fail": RED, "error": RED, "not_applicable": YELLOW}

CAUSES: Final = {
    "condition": "the rule does not apply: its condition is false",
    "empty": "the rule does not apply: there is no item to judge",
    "excluded": "the rule does not apply: each requirement that it serves is declared not to apply",
    "not_due": "the rule does not apply yet: no requirement that it serves is due",
    "no_base": "not judged: there is nothing to compare with",
    "no_history": "not judged: no commit holds this yet",
}
"""Why a rule said neither yes nor no."""
UNCHANGED: Final = "the rule does not apply: what it compares has not changed"
"""The same where not even a condition was asked."""


def report(evaluation: Evaluation, explanation: Explanation, options: Options) -> bytes:
    """The page, UTF-8."""
    return ("\n".join(_Page(evaluation, explanation, options).lines()) + "\n").encode("utf-8")


class _Page:
    """The proof of one result."""

    def __init__(self, evaluation: Evaluation, explanation: Explanation, options: Options) -> None:
        self.evaluation, self.explanation, self.paint = evaluation, explanation, options.paint
        self.result = explanation.result

    def lines(self) -> Iterator[str]:
        yield from self.head()
        for number, step in enumerate(self.explanation.steps, 1):
            yield ""
            yield from self.step(f"{number}.", step, last=number == len(self.explanation.steps))
        for let in self.explanation.lets:
            yield ""
            yield from self.step("let", let, last=False)
        if self.result.outcome == "fail":
            yield ""
            yield from self.amendment()
        if self.explanation.reads:
            yield ""
            yield from self.reads()

    def head(self) -> Iterator[str]:
        result, bound = self.result, self.explanation.bound
        word = self.paint(COLOURS[result.outcome], result.outcome.replace("_", " ").upper())
        item = f" {terminal(result.item)}" if result.item is not None else ""
        yield f"{word}  {self.paint(BOLD, terminal(result.subject) + item)}  by {self.paint(BOLD, result.rule)}"
        title = bound.file.rule.title if bound else next(rule.title for rule in RULES if rule.id == result.rule)
        yield terminal(title)
        yield ""
        yield from self.notes("because", wrap(terminal(self.reason()), EXCERPT, break_on_hyphens=False), NAMED)
        yield self.note("where", terminal(str(result.origin.place)))
        yield from self.excerpt(result)
        if result.adverse:
            yield self.note("severity", result.severity + (", blocks" if result.blocking else ", does not block"))
        if result.waiver is not None:
            waiver = result.waiver
            words = terminal(f"by {waiver.record} until {waiver.expires}: {waiver.reason}")
            yield from self.notes("waived", wrap(words, EXCERPT), NAMED)
        yield self.note("rule", terminal(bound.file.document.path) if bound else "built in")
        catalogs = self.evaluation.policy.catalogs
        served = [f"{name}  {terminal(catalogs[name].label)}" for name in (bound.requirements if bound else ())]
        yield from self.notes("serves", served, NAMED)
        related = [terminal(f"{other.place} {other.message}") for other in sorted(set(result.related))]
        yield from self.notes("see", related, NAMED)
        profile = terminal(self.evaluation.policy.profile.profile.id)
        yield self.note("judged", f"as of {self.evaluation.as_of} by profile {profile}, {judged(self.evaluation)}")
        yield self.note("result", result.fingerprint)

    def reason(self) -> str:
        """What the result says, or why it says neither yes nor no; nothing for a pass."""
        cause = str(self.result.cause or "")
        if cause == "condition" and not self.explanation.steps:
            return UNCHANGED
        return self.result.message or CAUSES.get(cause, cause)

    def excerpt(self, result: Result) -> Iterator[str]:
        """The line that the result points at, and the place in it."""
        line, column = result.origin.excerpt, result.origin.place.column
        if line.strip():
            yield self.note("", f"| {terminal(line, EXCERPT)}")
            if result.adverse and column < EXCERPT:
                yield self.note("", f"| {' ' * cells(terminal(line[: column - 1]))}{self.paint(RED, '^')}")

    def step(self, number: str, step: Step, *, last: bool) -> Iterator[str]:
        """A clause with what it came to and the parts that made it so."""
        if isinstance(step, Need):
            name, said, good = step.clause.replace(":", " ", 1), shown(step.value) if step.met else "missing", step.met
        else:
            name, said, good = step.clause, outcome(step.trace), step.trace.value is not False and not step.trace.error
        decided = "  <- decided" if last and self.result.outcome != "pass" else ""
        where = near(step.place)
        head = f"{number:<3} {terminal(name)}: "
        said = fitted(said, max(WIDTH - cells(head) - len(decided) - cells(where) - 2, VALUE))
        yield f"{head}{self.paint(GREEN if good else RED, said)}{decided}  {self.paint(DIM, where)}"
        if isinstance(step, Clause):
            for line in step.trace.text.strip().splitlines():
                yield f"    {self.paint(DIM, '|')} {terminal(line)}"
            yield from (f"      {line}" for line in lines_of(step.trace, self.explanation.reads.place))

    def amendment(self) -> Iterator[str]:
        """What would turn the failure, and how far that goes."""
        found = self.explanation.amendment
        if found is None:
            yield "No change of one key that it read was found that would make it pass."
            return
        of = f"{self.paint(BOLD, terminal(fields_path(found.pointer)))} of {terminal(found.record.reference)}"
        mended = self.paint(GREEN, shown(found.after))
        if found.before is None:
            yield f"It would pass if {of} were there, for instance as {mended}."
        else:
            yield f"It would pass if {of} were {mended} (it is {shown(found.before)})."
        yield f"  {terminal(str(found.place))}"
        yield "That is how rule and records hang together. A record may say only what is so."

    def reads(self) -> Iterator[str]:
        """Each record that was read, with the lines; the subject first."""
        yield "What was read"
        files: dict[str, list[Read]] = defaultdict(list)
        for read in self.explanation.reads:
            files[read.place.path].append(read)
        for path in sorted(files, key=lambda path: (path != self.result.origin.path, path))[:FILES]:
            yield f"  {self.paint(BOLD, terminal(path))}  {terminal(files[path][0].record.reference)}"
            lines: dict[int, list[str]] = defaultdict(list)
            for read in files[path]:
                lines[read.place.line].append(fields_path(read.pointer) + ("" if read.present else f" ({NOTHING})"))
            told = [f"    {line:>5}  {fitted(terminal(', '.join(keys)), WIDTH - 11)}" for line, keys in lines.items()]
            yield from _first(told, LINES, "lines")
        if len(files) > FILES:
            yield f"  … {len(files) - FILES} more records"

    def note(self, label: str, text: str) -> str:
        return f"  {self.paint(DIM, f'{label:<9}')} {text}".rstrip()

    def notes(self, label: str, texts: Sequence[str], most: int) -> Iterator[str]:
        """Several lines under one label; those beyond `most` are counted."""
        for number, text in enumerate(_first(texts, most, "more")):
            yield self.note("" if number else label, text)


def _first(lines: Sequence[str], most: int, what: str) -> Iterator[str]:
    """The first lines, and how many there are beyond them."""
    yield from lines[:most]
    if len(lines) > most:
        yield f"         … {len(lines) - most} more" + (f" {what}" if what != "more" else "")
