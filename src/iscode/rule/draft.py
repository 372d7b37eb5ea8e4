"""What is known of a rule to come -> the text of its file and of its cases.

Both are whole, and neither passes: the check is false of everything, one case says so, and lint names what is still to
be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iscode.document import write
from iscode.rule.model import Phase, Severity
from iscode.rule.subject import ABOUT_NO_RECORD, REQUIREMENT

RATIONALE: Final = "Say why it matters, in your own words: what goes wrong where the rule fails."
REMEDIATION: Final = "Say what to do next, and which key to write."
MESSAGE: Final = "nobody has written yet what {} must have"
WHOLE: Final = "the records"
"""Whom the message is about where the rule judges no record."""
UNWRITTEN: Final = frozenset({RATIONALE, REMEDIATION})
"""Texts that a finished rule does not have."""

_OPTIONAL: Final = """\
# when: 'self.…'   for which the question makes sense; elsewhere the rule does not apply, which is no pass
# needs: [key]     keys that must be there: without them the rule fails, and `check` reads them without a guard
"""
_CHECK: Final = """\
# What must be true. `iscode rules repl` and `iscode rules eval` try an expression; until it is written nothing passes.
"""


class Draft(NamedTuple):
    """A rule to come. `requirements` are ids or globs as its author wrote them."""

    id: str
    title: str
    severity: Severity
    requirements: Sequence[str]
    phase: Phase
    subjects: Sequence[str]

    @property
    def text(self) -> str:
        """The text of its file."""
        one = self.subjects[0] if len(self.subjects) == 1 else list(self.subjects)
        recordless = self.subjects[0] in ABOUT_NO_RECORD
        head = {
            "id": self.id,
            "title": self.title,
            "severity": self.severity,
            "requirements": list(self.requirements),
            "phase": self.phase,
            "subject": one,
        }
        check = {"check": [{"that": "false", "message": MESSAGE.format(WHOLE if recordless else "{self.id}")}]}
        tail = {"rationale": RATIONALE, "remediation": REMEDIATION}
        return write(head) + ("" if recordless else _OPTIONAL) + _CHECK + write(check) + write(tail)

    def cases(self, kind: str, day: str, requirements: Sequence[str]) -> str:
        """The text of its cases as of a day, with a record of a kind that it judges, or that it could meet.

        `requirements` are those that it serves, each by its long id.
        """
        return write({"rule": self.id, "cases": list(self._cases(kind, day, requirements))})

    def _cases(self, kind: str, day: str, requirements: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        each = tuple(self.subjects) == (REQUIREMENT,)
        fails = [{"fail": {"subject": name, "clause": "check:0"}} for name in requirements]
        for name, record, expect in (
            ("all is well", "well", "pass"),
            ("say here what is wrong", "wrong", fails if each else {"fail": {"clause": "check:0"}}),
        ):
            yield {"name": name, "as_of": day, "given": [{"kind": kind, "id": record}], "expect": expect}
