"""The text of a JUnit report -> one row: what was tested, when, and how many cases failed, erred or were left out.

A report without a case that ran, or whose counts are not those of its cases, is refused: it is not whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from iscode.intake.forms.facts import figures, first_and_last
from iscode.intake.forms.json_value import unfit
from iscode.intake.forms.xml_events import walk
from iscode.intake.rows import Row

_ROOTS: Final = ("testsuites", "testsuite")
_AGAIN: Final = "run the tests again and keep the whole report"
_BAD: Final = ("error", "failure", "skipped")
"""What a case may hold, the worst first: a case counts once."""
_NOT_RUN: Final = frozenset({"notrun", "disabled", "suppressed", "skipped"})
"""How some tools mark a case that was left out, as its status or its result, without an element for it."""


class _Told(NamedTuple):
    """What an outermost suite, or all together, say of themselves, the line, and the cases before it."""

    tests: str
    bad: int
    line: int
    before: int


@dataclass(slots=True)
class _Report:
    """What was read: names and moments of suites, cases by how they ended, and what suites say of themselves."""

    path: str
    names: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    cases: list[set[str]] = field(default_factory=list)
    told: list[_Told] = field(default_factory=list)
    """Of each outermost suite."""
    whole: _Told | None = None
    """Of all suites together, where the report has such an element."""

    def begin(self, above: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        """Take an element in."""
        if above[0] not in _ROOTS:
            raise unfit(self.path, "the file is no JUnit report", "its root is testsuites or testsuite", line)
        name = above[-1]
        if name in _ROOTS:
            self.moments.append(attributes.get("timestamp", ""))
            self.names.append(attributes.get("name", ""))
            bad = sum(_number(attributes.get(word, "")) for word in ("failures", "errors"))
            told = _Told(attributes.get("tests", "").strip(), bad, line, len(self.cases))
            if name == "testsuites":
                self.whole = self.whole or told
            elif "testsuite" not in above[:-1]:
                self.told.append(told)
        elif name == "testcase":
            left_out = {attributes.get("status", "").lower(), attributes.get("result", "").lower()} & _NOT_RUN
            self.cases.append({"skipped"} if left_out else set())
        elif name in _BAD and above[-2] == "testcase":
            self.cases[-1].add(name)
        elif name == "error" and above[-2] in _ROOTS:
            raise unfit(self.path, "a suite tells of an error outside its cases", _AGAIN, line)


def report(path: str, text: str) -> Iterator[Row]:
    """The row of the report. Raises ConfigError for what is no report of tests that ran."""
    read = _Report(path)
    walk(path, text, read.begin)
    _counted(read)
    counts = Counter(next((bad for bad in _BAD if bad in case), "passed") for case in read.cases)
    ran = len(read.cases) - counts["skipped"]
    if not ran:
        raise unfit(path, "no case of the report ran: it tests nothing", _AGAIN)
    started, ended = first_and_last(read.moments)
    yield Row(
        1,
        {
            "name": next((name for name in read.names if name.strip()), None),
            "started": started,
            "ended": ended,
            "cases": len(read.cases),
            "ran": ran,
            "failures": counts["failure"] + counts["error"],
            "skipped": counts["skipped"],
            "figures": figures((name, counts[name]) for name in ("passed", *reversed(_BAD))),
        },
    )


def _counted(read: _Report) -> None:
    """Raise ConfigError where a suite tells of more, or worse, than its cases show: then something was cut out."""
    ends = [told.before for told in read.told[1:]] + [len(read.cases)]
    for told, end in zip(read.told, ends, strict=False):
        cases = read.cases[told.before : end]
        if told.tests and told.tests != str(len(cases)):
            raise unfit(read.path, f"a suite counts {told.tests} cases and has {len(cases)}", _AGAIN, told.line)
        _shown(read, told, cases)
    if read.whole is not None:
        if _number(read.whole.tests) > len(read.cases):
            message = f"the report counts {read.whole.tests} cases and has {len(read.cases)}"
            raise unfit(read.path, message, _AGAIN, read.whole.line)
        _shown(read, read.whole, read.cases)


def _shown(read: _Report, told: _Told, cases: list[set[str]]) -> None:
    if told.bad and not any(case & {"failure", "error"} for case in cases):
        raise unfit(read.path, f"{told.bad} cases are said to have failed, and none shows it", _AGAIN, told.line)


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
