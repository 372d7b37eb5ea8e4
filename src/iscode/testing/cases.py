"""A .test.yaml file -> the cases of one rule: records, a day, and what the rule must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, field, structs

from iscode.document import Document, Pointer
from iscode.errors import RuleError
from iscode.policy import BoundRule, Shelves
from iscode.rule import Rules
from iscode.rule.shelf import TEST_SUFFIX
from iscode.schema.fields import is_day
from iscode.schema.model import Model, bind, form, parse, says
from iscode.source.history import Signed

Day = Annotated[str, form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Word = Literal["pass", "fail", "not_applicable", "error"]


class Details(Model):
    """What an expected result is about; what is not given is not asked."""

    subject: str | None = None
    item: str | None = None
    clause: str | None = None
    cause: str | None = None
    at: Annotated[str | None, says("the path that the result points at, e.g. holders[0].person")] = None
    message: Annotated[str | None, says("a part of the message")] = None


Expectation = Word | Annotated[dict[Word, Details], Meta(min_length=1, max_length=1)]
"""One result that must be there, as it is written: `pass`, or `{fail: {subject: …}}`."""


class Expected(NamedTuple):
    """One result that must be there."""

    outcome: Word
    details: Details

    @property
    def asked(self) -> dict[str, str]:
        """The details that are given."""
        return {name: value for name, value in structs.asdict(self.details).items() if value is not None}


class CaseCommit(Model):
    """A made-up commit. A record is set as it is given in the case, but for the keys named here."""

    date: Day
    by: Annotated[str, says("the author's address")]
    with_: Annotated[list[str], says("the addresses of co-authors")] = field(name="with", default_factory=list)
    set: Annotated[dict[str, dict[str, Any]], says("reference -> keys that differ from the given record")] = {}
    delete: Annotated[list[str], says("references of records that go")] = []
    trailers: dict[str, list[str]] = {}
    signed: Annotated[Signed, says("what its signature is worth, as `signed` of a commit tells it")] = "none"


class CaseApproval(Model):
    """Who approved a given record, and when; the digest is worked out."""

    by: str
    date: Day


class Case(Model):
    """One case. `given` needs only what the rule reads, unless `partial` is false."""

    name: str
    as_of: Day
    given: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    expect: Expectation | Annotated[list[Expectation], Meta(min_length=1)]
    params: dict[str, Any] = {}
    partial: bool = True
    soa: Annotated[dict[str, dict[str, Any]], says("requirement -> what the statement of applicability says")] = {}
    files: Annotated[dict[str, str], says("path -> text of further files of the snapshot")] = {}
    history: Annotated[list[CaseCommit], says("the commits that led here, oldest first")] = []
    approvals: Annotated[dict[str, CaseApproval], says("reference -> an approval that fits the given record")] = {}
    base: Annotated[
        int | list[dict[str, Any]] | None,
        says("what records are compared with: the index of a commit of `history`, or records"),
    ] = None
    base_day: Annotated[Day | None, says("the day of a base without history; default is as_of")] = None

    @property
    def expected(self) -> list[Expected]:
        """The results that must be there, in the order written."""
        listed = self.expect if isinstance(self.expect, list) else [self.expect]
        named = ({one: Details()} if isinstance(one, str) else one for one in listed)
        return [Expected(outcome, details) for one in named for outcome, details in one.items()]

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
    cases: Annotated[list[Case], Meta(min_length=1)]


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


def without_rule(rules: Rules, shelves: Shelves) -> Iterator[str]:
    """The paths of files of cases that stand beside no rule: nobody would run them, and nobody would notice."""
    beside = {file.cases_path for file in rules.files}
    return (path for path, _ in shelves.below("rules/", TEST_SUFFIX) if path not in beside)


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
