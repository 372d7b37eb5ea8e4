"""A .test.yaml file -> the cases of one rule: records, a day, and what the rule must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from iscode.document import Document, Pointer
from iscode.errors import RuleError
from iscode.policy import BoundRule, Shelves
from iscode.schema.fields import is_day
from iscode.schema.model import Model, bind, parse

Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Word = Literal["pass", "fail", "not_applicable", "error"]


class Details(Model):
    """What an expected result is about; what is not given is not asked."""

    subject: str | None = None
    item: str | None = None
    clause: str | None = None
    cause: str | None = None
    at: str | None = Field(None, description="the path that the result points at, e.g. holders[0].person")
    message: str | None = Field(None, description="a part of the message")


class Expected(Model):
    """One result that must be there."""

    outcome: Word
    details: Details = Details()

    @property
    def asked(self) -> dict[str, str]:
        """The details that are given."""
        return self.details.model_dump(exclude_none=True)

    @model_validator(mode="before")
    @classmethod
    def read(cls, value: Any) -> Any:
        """`pass`, or `{fail: {subject: …}}`."""
        if isinstance(value, str):
            return {"outcome": value}
        if isinstance(value, dict) and len(value) == 1 and "outcome" not in value:
            [(outcome, details)] = value.items()
            return {"outcome": outcome, "details": details}
        return value


class CaseCommit(Model):
    """A made-up commit. A record is set as it is given in the case, but for the keys named here."""

    date: Day
    by: str = Field(description="the author's address")
    with_: list[str] = Field([], alias="with", description="the addresses of co-authors")
    set: dict[str, dict[str, Any]] = Field({}, description="reference -> keys that differ from the given record")
    delete: list[str] = Field([], description="references of records that go")
    trailers: dict[str, list[str]] = Field({})
    signed: bool = Field(False, description="whether it has a signature")


class CaseApproval(Model):
    """Who approved a given record, and when; the digest is worked out."""

    by: str
    date: Day


class Case(Model):
    """One case. `given` needs only what the rule reads, unless `partial` is false."""

    name: str
    as_of: Day
    given: list[dict[str, Any]] = Field(min_length=1)
    expect: list[Expected] = Field(min_length=1)
    params: dict[str, Any] = Field({})
    partial: bool = True
    soa: dict[str, dict[str, Any]] = Field({}, description="requirement -> what the statement of applicability says")
    files: dict[str, str] = Field({}, description="path -> text of further files of the snapshot")
    history: list[CaseCommit] = Field([], description="the commits that led here, oldest first")
    approvals: dict[str, CaseApproval] = Field({}, description="reference -> an approval that fits the given record")
    base: int | list[dict[str, Any]] | None = Field(
        None,
        description="what records are compared with: the index of a commit of `history`, or records",
    )
    base_day: Day | None = Field(None, description="the day of a base without history; default is as_of")

    @model_validator(mode="before")
    @classmethod
    def listed(cls, value: Any) -> Any:
        """One expectation is a list of one."""
        if isinstance(value, dict) and "expect" in value and not isinstance(value["expect"], list):
            return {**value, "expect": [value["expect"]]}
        return value

    @property
    def days(self) -> Iterator[tuple[Pointer, str]]:
        """Each day that the case names, and where."""
        yield ("as_of",), self.as_of
        if self.base_day is not None:
            yield ("base_day",), self.base_day
        yield from ((("history", index, "date"), commit.date) for index, commit in enumerate(self.history))
        yield from ((("approvals", name, "date"), approval.date) for name, approval in self.approvals.items())


class Cases(Model):
    """The file as written."""

    rule: str
    cases: list[Case] = Field(min_length=1)


@dataclass(frozen=True)
class CaseFile:
    """Cases of a rule and the document they stand in; `first` is the index of the first of them there."""

    cases: tuple[Case, ...]
    document: Document
    first: int = 0


def cases_of(bound: BoundRule, shelves: Shelves) -> CaseFile | None:
    """The cases beside a rule, None where it has none. Raises RuleError as `read_cases` does."""
    data = shelves.everything.get(bound.file.cases_path)
    return None if data is None else read_cases(bound.file.cases_path, data, bound.id)


def read_cases(path: str, data: bytes, rule: str) -> CaseFile:
    """The cases beside a rule. Raises RuleError with the place: broken, for another rule, one name twice."""
    document = parse(path, data, RuleError)
    model = bind(document, Cases, RuleError)
    if model.rule != rule:
        raise RuleError(
            f"these are cases of {model.rule!r}",
            place=document.place(("rule",)),
            hint=f"write `rule: {rule}`",
        )
    names = [case.name for case in model.cases]
    for index, case in enumerate(model.cases):
        if case.name in names[:index]:
            place = document.place(("cases", index, "name"))
            raise RuleError(f"two cases are called {case.name!r}", place=place, hint="say what tells them apart")
        _check(case, document, ("cases", index))
    return CaseFile(tuple(model.cases), document)


def _check(case: Case, document: Document, pointer: Pointer) -> None:
    """What no type can say of a case. Raises RuleError with the place."""
    for below, day in case.days:
        if not is_day(day):
            place = document.place((*pointer, *below))
            raise RuleError(f"{day} is no day of the calendar", place=place, hint='write one, as "2026-11-24"')
    if isinstance(case.base, int) and not 0 <= case.base < len(case.history):
        place = document.place((*pointer, "base"))
        words = f"base is {case.base}, and history has {len(case.history)} commits"
        raise RuleError(words, place=place, hint="name the index of a commit of `history`, from 0")
