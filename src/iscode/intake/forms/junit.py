"""The text of a JUnit report -> one row: what was tested, when, and how many cases failed, erred or were left out.

A report without a case that ran is refused, and so is one of which a suite tells of more, or worse, than its cases
show: it is not whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from iscode.intake.forms.facts import figures, first_and_last
from iscode.intake.forms.json_value import unfit
from iscode.intake.forms.xml_events import walk
from iscode.intake.rows import Row

_ROOTS: Final = ("testsuites", "testsuite")
_AGAIN: Final = "run the tests again and keep the whole report"
_BAD: Final = ("error", "failure", "skipped")
"""What a case may hold, the worst first: a case counts once."""
_OUTSIDE: Final = {"error": "an error", "failure": "a failure", "skipped": "something left out"}
_PASSED: Final = frozenset(
    {"", "passed", "pass", "success", "successful", "succeeded", "ok", "fixed", "xfail"}
    | {"run", "ran", "completed", "complete", "executed", "finished", "done"}
)
_FAILED: Final = frozenset(
    {"failed", "fail", "failure", "error", "errored", "broken", "regression"}
    | {"aborted", "crashed", "interrupted", "panicked", "timedout", "timeout"}
)
_NOT_RUN: Final = frozenset(
    {"notrun", "disabled", "suppressed", "skipped", "skip", "ignored", "pending", "untested", "undefined", "todo"}
    | {"inconclusive"}
)
"""How some tools mark a case as its status or its result, without an element for it: in order, left out, not run."""


@dataclass(slots=True)
class _Case:
    """A case that is open: how it ended, and how often it tells of a failure."""

    depth: int
    ends: set[str]
    told: int = 0


@dataclass(slots=True)
class _Tally:
    """What some cases come to; `told` counts their failures, of which a case may tell several."""

    cases: int = 0
    failed: int = 0
    told: int = 0
    skipped: int = 0

    def take(self, other: _Tally) -> None:
        self.cases += other.cases
        self.failed += other.failed
        self.told += other.told
        self.skipped += other.skipped


@dataclass(slots=True)
class _Suite:
    """A suite that is open, or the element around all: what it says of itself, and what was found in it so far."""

    name: str
    depth: int
    line: int
    tests: int | None
    bad: int
    skipped: int
    own: _Tally = field(default_factory=_Tally)
    """Of the cases that stand in it themselves."""
    whole: _Tally = field(default_factory=_Tally)
    """Of those in its suites too."""


@dataclass(slots=True)
class _Report:
    """What was read: names and moments of suites, and cases by how they ended."""

    path: str
    names: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    suites: list[_Suite] = field(default_factory=list)
    """Those that are open, the outermost first."""
    case: _Case | None = None

    def begin(self, above: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        """Take an element in."""
        if above[0] not in _ROOTS:
            raise unfit(self.path, "the file is no JUnit report", "its root is testsuites or testsuite", line)
        name, depth = above[-1], len(above)
        self.close(depth)
        if name in _ROOTS:
            self.moments.append(attributes.get("timestamp", ""))
            self.names.append(attributes.get("name", ""))
            self.suites.append(
                _Suite(
                    name,
                    depth,
                    line,
                    self._number(attributes, "tests", line),
                    sum(self._number(attributes, word, line) or 0 for word in ("failures", "errors")),
                    sum(self._number(attributes, word, line) or 0 for word in ("skipped", "disabled")),
                )
            )
        elif name == "testcase":
            self._close_case()
            self.case = _Case(depth, self._end(attributes, line))
        elif name in _BAD:
            if self.case is None:
                message = f"a suite tells of {_OUTSIDE[name]} outside its cases"
                raise unfit(self.path, message, _AGAIN, line)
            self.case.ends.add(name)
            self.case.told += name != "skipped"

    def close(self, depth: int) -> None:
        """End what is as deep as this or deeper: something beside it or above it begins, or the file ends."""
        if self.case is not None and self.case.depth >= depth:
            self._close_case()
        while self.suites and self.suites[-1].depth >= depth:
            suite = self.suites.pop()
            suite.whole.take(suite.own)
            if self.suites:
                self.suites[-1].whole.take(suite.whole)
            _held(self.path, suite)

    def _close_case(self) -> None:
        """Count the case that is open, if one is."""
        if (case := self.case) is None:
            return
        self.case = None
        failed = bool(case.ends & {"error", "failure"})
        self.ends[next((bad for bad in _BAD if bad in case.ends), "passed")] += 1
        self.suites[-1].own.take(_Tally(1, failed, max(case.told, failed), "skipped" in case.ends))

    def _end(self, attributes: dict[str, str], line: int) -> set[str]:
        """How a case says that it ended, in its attributes. Raises ConfigError for a word that nobody knows."""
        said = {attributes.get(key, "").strip().lower() for key in ("status", "result")}
        if unknown := said - _PASSED - _FAILED - _NOT_RUN:
            message = f"a case ended as {min(unknown)[:40]!r}, which says neither that it passed nor that it failed"
            raise unfit(self.path, message, "have the tool write passed, failed or skipped", line)
        return ({"failure"} if said & _FAILED else set()) | ({"skipped"} if said & _NOT_RUN else set())

    def _number(self, attributes: dict[str, str], key: str, line: int) -> int | None:
        """A count that a suite tells of; None for none. Raises ConfigError for one that is no number."""
        digits = attributes.get(key, "").strip()
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            raise unfit(self.path, f"a suite counts {digits[:20]!r} as its {key}, which is no number", _AGAIN, line)
        return int(digits)


def report(path: str, text: str) -> Iterator[Row]:
    """The row of the report. Raises ConfigError for what is no report of tests that ran."""
    read = _Report(path)
    walk(path, text, read.begin)
    read.close(0)
    cases = read.ends.total()
    ran = cases - read.ends["skipped"]
    if not ran:
        raise unfit(path, "no case of the report ran: it tests nothing", _AGAIN)
    started, ended = first_and_last(read.moments)
    yield Row(
        1,
        {
            "name": next((name for name in read.names if name.strip()), None),
            "started": started,
            "ended": ended,
            "cases": cases,
            "ran": ran,
            "failures": read.ends["failure"] + read.ends["error"],
            "skipped": read.ends["skipped"],
            "figures": figures((name, read.ends[name]) for name in ("passed", *reversed(_BAD))),
        },
    )


def _held(path: str, suite: _Suite) -> None:
    """Raise ConfigError where a suite tells of more, or worse, than its cases show: then something was cut out.

    It may count its own cases alone, or those of the suites in it too.
    """
    found = suite.whole
    if suite.tests is not None and not _is_count(suite.tests, suite):
        what = "the report" if suite.name == "testsuites" else "a suite"
        raise unfit(path, f"{what} counts {suite.tests} cases and has {found.cases}", _AGAIN, suite.line)
    if suite.bad > found.told:
        message = f"{suite.bad} cases are said to have failed, and {found.told or 'none'} shows it"
        raise unfit(path, message, _AGAIN, suite.line)
    if suite.skipped > found.skipped:
        message = f"{suite.skipped} cases are said to have been left out, and {found.skipped or 'none'} shows it"
        raise unfit(path, message, _AGAIN, suite.line)


def _is_count(tests: int, suite: _Suite) -> bool:
    """Whether a number is that of the cases.

    One that failed may count twice or not at all: pytest counts a test anew where what it set up does not end well,
    and gotestsum writes a case for what failed before the first. The element around all may count less than it holds.
    """
    if suite.name == "testsuites" and tests < suite.whole.cases:
        return True
    return any(abs(tests - tally.cases) <= tally.failed for tally in (suite.own, suite.whole))
