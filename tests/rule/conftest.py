"""A small world to write rules about: people, teams and machines, and an inventory of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from iscode import expr
from iscode.document import Limits, write
from iscode.expr import Environment, Expression, Variable, types
from iscode.expr.shapes import union
from iscode.inventory import File, Inventory, take
from iscode.rule import CompiledRule, Context, Rules, load
from iscode.rule.compilation import compile_rule
from iscode.schema import Kinds
from iscode.schema import load as load_kinds

TEXT: dict[str, Any] = {"type": "string"}
DATE = TEXT | {"format": "date"}
LEVEL = TEXT | {"enum": ["low", "high", "top"], "x-scale": "level"}
PERSON = TEXT | {"x-ref": ["Person"]}


def many(items: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **keywords}


def closed(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


def described(kind: str, *required: str, **properties: Any) -> tuple[str, bytes]:
    """The schema file of a kind."""
    envelope = {
        "kind": TEXT | {"const": kind},
        "id": TEXT | {"minLength": 1},
        "status": TEXT | {"enum": ["draft", "active", "retired"] if kind == "Machine" else ["draft", "active"]},
    }
    return f"{kind}.schema.json", json.dumps(closed(*envelope, *required, **envelope, **properties)).encode()


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    """Person, Team and Machine."""
    part = closed("name", "price", name=TEXT, price={"type": "number"}, made=DATE, by=PERSON)
    return load_kinds(
        [
            described("Person", name=TEXT, joined=DATE, contact=many(TEXT), review=closed(by=TEXT)),
            described("Team", "lead", lead=PERSON, members=many(PERSON), review=closed(by=many(TEXT))),
            described(
                "Machine",
                "owner",
                owner=TEXT | {"x-ref": ["Person", "Team"]},
                keeper=TEXT | {"x-ref": ["Team"]},
                level=LEVEL,
                built=DATE,
                size={"type": "integer"},
                parts=many(part, **{"x-key": ["name", "price"]}),
                review=closed("last", last=DATE, by=PERSON),
                tags=many(TEXT),
                days=many(DATE),
                counts=many({"type": "integer"}),
                scores={"type": "object", "additionalProperties": {"type": "integer"}},
                contact=PERSON,
                proves=many(TEXT | {"x-requirement": True}),
            ),
        ]
    )


RECORDS: list[dict[str, Any]] = [
    {"kind": "Person", "id": "ann", "name": "Ann", "joined": "2020-01-01"},
    {"kind": "Person", "id": "bob", "status": "draft"},
    {"kind": "Person", "id": "eve", "nonsense": 1},
    {"kind": "Team", "id": "ops", "lead": "Person:ann", "members": ["Person:ann", "Person:bob", "Person:ann"]},
    {"kind": "Machine", "id": "m1", "owner": "Team:ops", "built": "2026-01-01", "level": "high", "proves": ["s:1"],
     "parts": [{"name": "a", "price": 1, "by": "Person:bob"}, {"name": "b", "price": 0.1},
               {"name": "a", "price": 0.2}]},
    {"kind": "Machine", "id": "m2", "owner": "Person:ann", "counts": [1, 2.0, 3], "scores": {"x": 1, "y": 2.0}},
    {"kind": "Machine", "id": "m3", "owner": "Person:ann", "status": "retired"},
]  # fmt: skip


@pytest.fixture(scope="session")
def inventory_of(kinds: Kinds) -> Callable[..., Inventory]:
    """Takes records, each in a file of its own, active unless it says otherwise."""

    def taken(*records: dict[str, Any]) -> Inventory:
        whole = [{"status": "active", **record} for record in records]
        files = [File(f"{number}.yaml", True, write(record).encode()) for number, record in enumerate(whole)]
        return take(files, kinds, Limits())

    return taken


@pytest.fixture
def context(inventory_of: Callable[..., Inventory]) -> Context:
    """The evaluation of the small world on 2026-11-24."""
    return Context(inventory_of(*RECORDS), expr.timestamp_of_day("2026-11-24"))


RULE = """\
id: machine-kept
title: A machine is kept
severity: high
requirements: [s:1]
phase: do
subject: Machine
check:
  - that: self.id != ""
    message: "{self.id} is not kept"
rationale: Because.
remediation: Keep it.
"""


@pytest.fixture(scope="session")
def shelf(kinds: Kinds) -> Callable[..., Rules]:
    """Loads a rule file (with some of its text replaced) and definitions as one shelf."""

    def loaded(*changes: tuple[str, str], definitions: str = "", **others: str) -> Rules:
        text = RULE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        files = [("rules/machine-kept.yaml", text), *((f"rules/{name}.yaml", other) for name, other in others.items())]
        files += [("rules/definitions.yaml", definitions)] if definitions else []
        return load([(path, content.encode()) for path, content in files], kinds)

    return loaded


@pytest.fixture(scope="session")
def compiled(shelf: Callable[..., Rules]) -> Callable[..., CompiledRule]:
    """Loads and compiles a rule with its own params."""

    def made(*changes: tuple[str, str], **others: Any) -> CompiledRule:
        rules = shelf(*changes, **others)
        return compile_rule(rules.by_id["machine-kept"], rules.by_id["machine-kept"].rule.params, rules)

    return made


@pytest.fixture(scope="session")
def expression(kinds: Kinds, shelf: Callable[..., Rules]) -> Callable[..., Expression]:
    """Compiles an expression over self (a Machine, or the kind given), any (a record of every kind) and today."""

    def made(text: str, kind: str = "Machine") -> Expression:
        every = union(of.type for of in kinds.values())
        variables = {"self": kinds[kind].type, "any": every, "today": types.TIMESTAMP}
        environment = Environment({name: Variable(of) for name, of in variables.items()}, shelf().functions)
        return expr.compile(text, environment)

    return made


@pytest.fixture
def value(expression: Callable[..., Expression], context: Context) -> Callable[..., Any]:
    """Evaluates an expression with self (and any) as the record of that reference."""

    def had(text: str, reference: str = "Machine:m1") -> Any:
        record = context.inventory.find(reference)
        assert record is not None
        context.begin(whole=False)
        return expression(text, record.kind.name)(context, record.value, record.value, context.today)

    return had
