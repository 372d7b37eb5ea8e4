"""The `subject` and `status` of a rule -> the kinds whose records it judges."""

from __future__ import annotations

from typing import Final, NoReturn

from iscode.document import Document, Pointer
from iscode.errors import RuleError
from iscode.rule.hints import nearest
from iscode.rule.model import Rule
from iscode.schema import Kinds

REPOSITORY: Final = "Repository"
"""The subject of a rule that is about the records together."""
EVERY_KIND: Final = "Record"
"""The subject of a rule that judges the records of every kind."""
REQUIREMENT: Final = "Requirement"
"""The subject of a rule that judges requirements, one result each."""
COMMIT: Final = "Commit"
"""The subject of a rule that judges each commit since the base."""
ABOUT_NO_RECORD: Final = frozenset({REPOSITORY, REQUIREMENT, COMMIT})
"""Subjects that are no records: one stands alone, has no status and no past of its own."""


def kinds_of(rule: Rule, document: Document, kinds: Kinds) -> tuple[str, ...]:
    """The kinds that a rule judges, in the order written; none for the repository and for requirements.

    Raises RuleError for a kind that is unknown or named twice, and for a status that none of them has.
    """

    def fail(pointer: Pointer, message: str, hint: str) -> NoReturn:
        raise RuleError(message, place=document.place(pointer), hint=hint)

    subjects = rule.subjects
    if len(subjects) == 1 and subjects[0] in ABOUT_NO_RECORD:
        for key in ("status", "compare"):
            if key in (document.value or {}):
                fail((key,), f"a {subjects[0].lower()} is no record, `{key}` says nothing of it", f"remove `{key}`")
        return ()
    for index, name in enumerate(subjects):
        pointer: Pointer = ("subject", index)
        if name in subjects[:index]:
            fail(pointer, f"{name!r} is named twice", "name each kind once")
        if name in (*ABOUT_NO_RECORD, EVERY_KIND) and len(subjects) > 1:
            fail(pointer, f"{name!r} stands alone or not at all", "write a rule of its own for it")
        if name not in kinds and name != EVERY_KIND:
            fail(pointer, f"{name!r} is no kind", nearest(name, [*kinds, EVERY_KIND, *sorted(ABOUT_NO_RECORD)]))
    named = tuple(kinds) if subjects == (EVERY_KIND,) else subjects
    words = dict.fromkeys(word for name in named for word in kinds[name].statuses)
    for index, word in enumerate(rule.status):
        if word not in words:
            fail(("status", index), f"{word!r} is no status of {' or '.join(subjects)}", f"one of: {', '.join(words)}")
    return named
