"""A small world for the tests of expressions: one kind of record, and values that fit it."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.expr import Definition, Environment, Variable
from iscode.expr.types import (
    ANY,
    BOOL,
    DATE,
    DURATION,
    INT,
    INTEGER,
    NUMBER,
    STRING,
    TIMESTAMP,
    EnumString,
    Field,
    ListType,
    MapType,
    ObjectType,
    RefString,
)

LEVEL = EnumString(("low", "medium", "high"), "level")
REVIEW = ObjectType(
    "System.review",
    {
        "last": Field(DATE, True),
        "by": Field(RefString(("Person",)), False),
        "days": Field(INTEGER, False),
    },
)
METRIC = ObjectType(
    "System.metrics",
    {"name": Field(STRING, True), "value": Field(NUMBER, True), "slice": Field(STRING, False)},
)
SYSTEM = ObjectType(
    "System",
    {
        "id": Field(STRING, True),
        "stage": Field(EnumString(("design", "deployment", "monitoring"), "stage"), True),
        "tier": Field(LEVEL, False),
        "owner": Field(RefString(("Role",)), True),
        "review": Field(REVIEW, False),
        "dates": Field(ListType(DATE), False),
        "metrics": Field(ListType(METRIC), False),
        "score": Field(NUMBER, False),
        "count": Field(INTEGER, True),
        "tags": Field(ListType(STRING), True),
        "marks": Field(MapType(STRING, DATE), False),
        "open": Field(BOOL, True),
    },
    record=True,
)
PARAMS = ObjectType(
    "params",
    {
        "limit": Field(INT, True),
        "ages": Field(ObjectType("params.ages", {word: Field(INT, True) for word in LEVEL.words}), True),
        "some": Field(ObjectType("params.some", {"low": Field(INT, True)}), True),
    },
)


@pytest.fixture
def environment() -> Environment:
    """self, today, params and a few definitions."""
    return Environment(
        {"self": Variable(SYSTEM), "today": Variable(TIMESTAMP), "params": Variable(PARAMS)},
        definitions={
            "recent": Definition("recent", (("t", TIMESTAMP), ("n", DURATION)), "t <= today && today - t <= n"),
            "twice": Definition("twice", (("n", INT),), "n + n"),
            "any_of": Definition("any_of", (("words", ListType(STRING)), ("w", STRING)), "words.exists(t, t == w)"),
            "endless": Definition("endless", (("n", INT),), "endless(n)"),
            "wrong": Definition("wrong", (("n", ANY),), "twice(n) + twice(n.x)"),
            "when_reviewed": Definition("when_reviewed", (("r", ANY),), "has(r.review) && r.review.last < today"),
        },
    )


@pytest.fixture
def record() -> dict[str, Any]:
    """A record with every field."""
    return {
        "id": "credit",
        "stage": "deployment",
        "tier": "high",
        "owner": "Role:lead",
        "review": {"last": "2026-09-01", "by": "Person:p", "days": 180.0},
        "dates": ["2026-01-02", "2025-01-02", "2026-11-30"],
        "metrics": [{"name": "a", "value": 1}, {"name": "b", "value": 2.5, "slice": "test"}],
        "score": 3,
        "count": 7,
        "tags": ["x", "y"],
        "marks": {"a": "2026-01-01"},
        "open": True,
    }


@pytest.fixture
def params() -> dict[str, Any]:
    """The parameters that go with it."""
    return {"limit": 3, "ages": {"low": 1, "medium": 2, "high": 3}, "some": {"low": 1}}
