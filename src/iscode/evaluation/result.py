"""What one rule says of one subject (and item): the result, its identity, and where it points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal, NamedTuple

from iscode.document import Document, Pointer, canonical
from iscode.document.secrets import masked, masked_line
from iscode.errors import Place
from iscode.inventory import Related
from iscode.policy import CONFIG_NAME

Outcome = Literal["pass", "fail", "not_applicable", "error"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("pass", "fail", "not_applicable", "error")

Cause = Literal[
    "violated", "missing", "unresolved", "invalid", "failed", "cost",
    "condition", "empty", "no_base", "no_history", "excluded", "not_due",
]  # fmt: skip
UNJUDGED: Final[frozenset[Cause | None]] = frozenset({"no_base", "no_history"})
"""Causes of a result that says only that something was missing to judge by."""


class Origin(NamedTuple):
    """Where a result points: keys into a document, made a line only when somebody asks."""

    document: Document | None
    pointer: Pointer
    fixed: Place | None = None
    """The place itself, where it is finer than the pointer, or where there is no document."""

    @property
    def path(self) -> str:
        """The file alone, which costs no search for a line."""
        if self.fixed is not None or self.document is None:
            return self.place.path
        return self.document.path

    @property
    def place(self) -> Place:
        """Path, line and column."""
        if self.fixed is not None or self.document is None:
            return self.fixed or Place(CONFIG_NAME)
        return self.document.place(self.pointer)

    @property
    def excerpt(self) -> str:
        """The source line, as written but for secrets; empty where there is none."""
        return masked_line(self.document.line(self.place.line)) if self.document is not None else ""


class Waived(NamedTuple):
    """A waiver that keeps a failing result from blocking: its reference, its reason, and its last day."""

    record: str
    reason: str
    expires: str


class Result(NamedTuple):
    """Rule x subject (x item). `message` is empty where nothing is wrong."""

    rule: str
    subject: str
    item: str | None
    outcome: Outcome
    cause: Cause | None
    clause: str | None
    severity: str
    blocking: bool
    message: str
    origin: Origin
    related: tuple[Related, ...] = ()
    twin: tuple[str, ...] = ()
    """What tells it from another result of the same rule, subject and item: its file, how many came before in it."""
    waiver: Waived | None = None
    known: bool = False
    """Whether the base has it too, or the baseline names it: it is shown, and no doing of this change."""
    basis: object = None
    """What must be the same for it to be known and stands in no message: an item that no key names, a record behind an
    error, a message before it was cut, the rest of a list."""
    behind: tuple[Result, ...] = ()
    """What else is wrong there by the same rule, and would be said were this mended: it is known only with all that."""

    @property
    def fingerprint(self) -> str:
        """32 hex digits that name the result over commits: of rule, subject and item, never of a line.

        Nor of a file, unless two claim the subject.
        """
        return _fingerprint((self.rule, self.subject, self.item, *self.twin))

    @property
    def whole(self) -> tuple[Result, ...]:
        """All that is wrong there, what is told first, each as a result of the same files with nothing behind it."""
        behind = (each for other in self.behind for each in other._replace(twin=self.twin).whole)
        return self._replace(behind=()), *behind

    @property
    def adverse(self) -> bool:
        """Whether it is a failure or an error."""
        return self.outcome in ("fail", "error")

    @property
    def order(self) -> tuple[str, str, str, str, tuple[str, ...]]:
        """The order of results in every report."""
        return self.subject, self.rule, self.item or "", self.clause or "", self.twin


@lru_cache(maxsize=1 << 16)  # a history tells the same failures of one commit after the other
def _fingerprint(names: tuple[str | None, ...]) -> str:
    return sha256(canonical.dumps(list(names))).hexdigest()[:32]


def at(document: Document, pointer: Pointer) -> Origin:
    """The origin that is this pointer into a document, built without names."""
    return tuple.__new__(Origin, (document, pointer, None))


def passed(rule: str, subject: str, item: str | None, severity: str, origin: Origin, basis: object = None) -> Result:
    """A pass. Nearly all results are; without names they are built in a third of the time."""
    return tuple.__new__(
        Result,
        (rule, subject, item, "pass", None, None, severity, False, "", origin, (), (), None, False, basis, ()),
    )


def spared(rule: str, subject: str, why: Cause, severity: str, origin: Origin) -> Result:
    """What is not applicable, built likewise."""
    return tuple.__new__(
        Result,
        (rule, subject, None, "not_applicable", why, None, severity, False, "", origin, (), (), None, False, None, ()),
    )


def led(wrong: Sequence[Result], first: Result) -> Result:
    """One of several results that are wrong in one place, with the others behind it."""
    return first._replace(behind=tuple(each for each in wrong if each is not first))


def worded(result: Result, longest: int) -> Result:
    """The result with messages of at most `longest` characters, in which no secret stands."""
    if not result.message:
        return result
    related = tuple(Related(other.place, bounded(other.message, longest)) for other in result.related)
    message = bounded(result.message, longest)
    basis = result.basis if message == result.message else [result.basis, result.message]
    behind = tuple(worded(other, longest) for other in result.behind)
    return result._replace(message=message, related=related, basis=basis, behind=behind)


def bounded(text: str, longest: int) -> str:
    """The text at most `longest` characters long, in which no secret stands."""
    text = masked(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def told_apart(results: Iterable[Result]) -> Iterator[Result]:
    """The results in the same order; those that would share a fingerprint, as two files with one id do, as twins."""
    listed = list(results)
    named = Counter(result[:3] for result in listed)
    files: dict[tuple[object, ...], dict[str, int]] = {name: {} for name, count in named.items() if count > 1}
    for result in listed:
        if result[:3] in files:
            files[result[:3]].setdefault(result.origin.path, 0)
    for result in listed:
        before = files.get(result[:3])
        if before is None:
            yield result
            continue
        path = result.origin.path
        twin = (path,) if len(before) > 1 else ()
        yield result._replace(twin=(*twin, str(before[path])) if before[path] else twin)
        before[path] += 1
