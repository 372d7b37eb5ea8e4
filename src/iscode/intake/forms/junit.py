"""The text of a JUnit report -> one row: what was tested, when, and how many cases failed, erred or were left out.

A report without a case that ran, or whose counts are not those of its cases, is refused: it is not whole.
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


@dataclass(slots=True)
class _Report:
    """What was read: names and moments of suites, cases by how they ended, and what suites say of themselves."""

    path: str
    names: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    cases: list[set[str]] = field(default_factory=list)
    told: list[tuple[str, int, int]] = field(default_factory=list)
    """Of each outermost suite: the cases that it counts, if it does, its line, and the cases before it."""

    def begin(self, above: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        """Take an element in."""
        if above[0] not in _ROOTS:
            raise unfit(self.path, "the file is no JUnit report", "its root is testsuites or testsuite", line)
        name = above[-1]
        if name in _ROOTS:
            self.moments.append(attributes.get("timestamp", ""))
            self.names.append(attributes.get("name", ""))
            if name == "testsuite" and "testsuite" not in above[:-1]:
                self.told.append((attributes.get("tests", ""), line, len(self.cases)))
        elif name == "testcase":
            self.cases.append(set())
        elif name in _BAD and above[-2] == "testcase":
            self.cases[-1].add(name)
        elif name == "error" and above[-2] in _ROOTS:
            raise unfit(self.path, "a suite tells of an error outside its cases", _AGAIN, line)


def report(path: str, text: str) -> Iterator[Row]:
    """The row of the report. Raises ConfigError for what is no report of tests that ran."""
    read = _Report(path)
    walk(path, text, read.begin)
    ends = [before for _, _, before in read.told[1:]] + [len(read.cases)]
    for (count, line, before), end in zip(read.told, ends, strict=False):
        if count and count != str(end - before):
            raise unfit(path, f"a suite counts {count} cases and has {end - before}", _AGAIN, line)
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
