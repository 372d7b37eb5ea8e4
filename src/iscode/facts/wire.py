"""JSON that other programs sign and exchange -> values of exactly the form it must have, or why it has not.

The forms are pydantic models, strict and closed: what is signed is never read loosely. They are imported where there is
an envelope to read, so that a check of a repository without one does not pay for them.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from iscode.facts.signature import RefusedError

MOST_SIGNATURES: Final = 16

_WORDS: Final = {
    "missing": "it has no {at}",
    "extra_forbidden": "it has a key {at}, which has no place there",
    "too_short": "its {at} is empty",
    "too_long": f"its {{at}} are more than {MOST_SIGNATURES}",
}
"""What is wrong, by pydantic's word for it, in ours."""
_OTHER: Final = {
    "payloadType": "its payload is of another type",
    "_type": "what was signed is no statement of in-toto",
    "predicateType": "what was signed is a statement about something else",
}
"""What a key says that has another word than the one it must have."""
_SHOWN: Final = 60


class Form(BaseModel):
    """Exactly these keys, exactly these types, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Signature(Form):
    """A signature in base64. `keyid` helps a person to find a key, and nobody here reads it."""

    keyid: str
    sig: str


class Envelope(Form):
    """DSSE: a payload in base64, and who signed it."""

    payload_type: Literal["application/vnd.in-toto+json"] = Field(alias="payloadType")
    payload: str
    signatures: Annotated[list[Signature], Field(max_length=MOST_SIGNATURES)]


class Sha256(Form):
    """The digest of a file's content."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class GitCommit(Form):
    """The id of a commit."""

    git_commit: Annotated[str, Field(alias="gitCommit", pattern="^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]


D = TypeVar("D", Sha256, GitCommit)


class Subject(Form, Generic[D]):
    """What a statement is about."""

    name: str
    digest: D


class Statement(Form, Generic[D]):
    """The part that every statement of in-toto has."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: Annotated[list[Subject[D]], Field(min_length=1)]


class ApprovalPredicate(Form):
    """What an approval says beside its subjects: the commit it speaks of, and by path what was there, and of whom."""

    base: str | None
    before: dict[str, str | None]
    records: dict[str, str]
    removed: list[str]


class Approval(Statement[Sha256]):
    """The statement of an approval: `attestation.PREDICATE` is its type."""

    predicate_type: Literal["urn:iscode:approval:v1"] = Field(alias="predicateType")
    predicate: ApprovalPredicate


def _day(value: Any) -> Any:
    """A day of the calendar, still as a text: what the ledger compares are texts."""
    if isinstance(value, str):
        datetime.date.fromisoformat(value)
    return value


class Chain(Form):
    """What makes a chain of test results."""

    number: int
    previous: str | None
    root: str
    as_of: Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), BeforeValidator(_day)]
    tool: str
    content: str
    report: str


class TestResultPredicate(Form):
    """A test result of in-toto. It may hold more than is read here."""

    model_config = ConfigDict(extra="ignore")

    result: Literal["PASSED", "FAILED"]
    chain: Chain = Field(alias="iscode")


class TestResult(Statement[GitCommit]):
    """The statement of an entry of the ledger: `ledger.PREDICATE` is its type."""

    predicate_type: Literal["https://in-toto.io/attestation/test-result/v0.1"] = Field(alias="predicateType")
    predicate: TestResultPredicate


F = TypeVar("F", bound=Form)


def formed(tree: dict[str, Any], form: type[F]) -> F:
    """The value of a JSON object. Raises RefusedError at the first thing that has another form."""
    try:
        return form.model_validate(tree)
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_context=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))
        told = _OTHER if first["type"] == "literal_error" else {}
        words = told.get(at) or _WORDS.get(first["type"], "its {at} is none").format(at=at[:_SHOWN])
        raise RefusedError(words) from None
