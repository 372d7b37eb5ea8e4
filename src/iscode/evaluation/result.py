"""What one rule says of one subject (and item): the result, its identity, and where it points."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Literal, NamedTuple

import rfc8785

from iscode.document import Document, Pointer
from iscode.errors import Place
from iscode.inventory import Related
from iscode.policy import CONFIG_NAME

Outcome = Literal["pass", "fail", "not_applicable", "error"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("pass", "fail", "not_applicable", "error")

Cause = Literal["violated", "missing", "unresolved", "invalid", "failed", "cost", "condition", "empty"]


class Origin(NamedTuple):
    """Where a result points: keys into a document, made a line only when somebody asks."""

    document: Document | None
    pointer: Pointer
    fixed: Place | None = None
    """The place itself, where it is finer than the pointer, or where there is no document."""

    @property
    def place(self) -> Place:
        """Path, line and column."""
        if self.fixed is not None or self.document is None:
            return self.fixed or Place(CONFIG_NAME)
        return self.document.place(self.pointer)

    @property
    def excerpt(self) -> str:
        """The source line, as written; empty where there is none."""
        return self.document.line(self.place.line) if self.document is not None else ""


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

    @property
    def fingerprint(self) -> str:
        """32 hex digits that name the result over commits: of rule, subject and item, never of a line or a file."""
        return sha256(rfc8785.dumps([self.rule, self.subject, self.item])).hexdigest()[:32]

    @property
    def adverse(self) -> bool:
        """Whether it is a failure or an error."""
        return self.outcome in ("fail", "error")

    @property
    def order(self) -> tuple[str, str, str, str]:
        """The order of results in every report."""
        return self.subject, self.rule, self.item or "", self.clause or ""
