"""Each record of the example is left out in turn: docs/left-out.md says what then fails. `make golden` writes it.

With a record goes what refers to it, as when somebody never had it: the key, or the entry of a list that cannot be
without it. What is approved is approved anew. One inventory serves all: a file that did not change is read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from iscode.cli import example
from iscode.document import Limits, read, write
from iscode.evaluation import Evaluation, Result, evaluate
from iscode.facts.approvals import content_digest
from iscode.policy import Config, Policy, bind_rules, shipped
from iscode.source import MemorySnapshot

HOME = Path(__file__).resolve().parents[2]
PAGE = HOME / "docs" / "left-out.md"
DAY = "2026-11-24"
RISEN = ["blocker", "high", "medium", "low", "info"]
GONE = object()

HEAD = """\
<!-- Made by tests/house/test_left_out.py (`make golden`); do not edit. -->
# What is missed when it is left out

[Acme Lending](../examples/acme/README.md) is green with all its records. Here each is left out in turn, with all
that refers to it, as if it had never been written; what is approved is approved anew. Either nobody misses it, because
no standard asks for it or another record does the same, or something fails, for the reason that is given.

What passes is of four sorts: what happened and nobody wrote down (an incident, a finding), what a firm need not have or
nobody else can know of (an asset, a supplier, a law), who has left, and what another record says as well.

"""


class Missed(NamedTuple):
    """What is said when a record is left out; empty where nothing is."""

    record: str
    blocking: int
    others: int
    rule: str
    message: str


@cache
def policy() -> Policy:
    return bind_rules(Config(version=1, profile="integrated"), shipped())


@cache
def schemas() -> dict[str, Any]:
    """Kind -> its schema; before them the parts that they share, by name."""
    held = [json.loads(data) for path, data in shipped().files.items() if path.startswith("schemas/")]
    kinds = {schema.get("properties", {}).get("kind", {}).get("const"): schema for schema in held}
    return {name: part for schema in held for name, part in schema.get("$defs", {}).items()} | kinds


@cache
def firm() -> dict[str, bytes]:
    """The files of the example by path."""
    return example.files("acme")


@cache
def records() -> dict[str, Mapping[str, Any]]:
    """The records of the example by path."""
    held = {path: data for path, data in firm().items() if path.startswith("compliance/")}
    return {path: read(path, data, Limits()).value for path, data in held.items()}


@cache
def whole() -> Evaluation:
    """The example as it is."""
    return evaluate(MemorySnapshot(firm()), "", policy(), DAY)


def without(value: Any, reference: str, schema: Mapping[str, Any]) -> Any:
    """The value without what leads to a record: GONE where nothing is left that its schema takes."""
    schema = schemas()[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(value, list):
        kept = [left for item in value if (left := without(item, reference, schema.get("items", {}))) is not GONE]
        return kept if kept or not value else GONE
    if isinstance(value, Mapping):
        keys = schema.get("properties", {})
        left = {key: without(part, reference, keys.get(key, {})) for key, part in value.items()}
        lost = {key for key, part in left.items() if part is GONE}
        return GONE if lost.intersection(schema.get("required", ())) else {k: left[k] for k in left if k not in lost}
    return GONE if value == reference else value


def left_out(path: str) -> MemorySnapshot:
    """The example without a record. One that cannot be without it keeps its reference, which then leads nowhere."""
    reference = f"{records()[path]['kind']}:{records()[path]['id']}"
    files = {other: data for other, data in firm().items() if other != path}
    for other, record in records().items():
        if other == path or (left := without(record, reference, schemas()[record["kind"]])) in (GONE, record):
            continue
        if "approval" in left and "approval" in record:
            left["approval"] |= {"digest": content_digest(left)}
        files[other] = write(left).encode()
    return MemorySnapshot(files)


def weight(result: Result) -> tuple[bool, bool, bool, int]:
    """What is said first: what blocks, of what is asked for rather than of what broke, the worst before the rest."""
    return (
        not result.blocking,
        result.outcome == "error",
        result.rule == "reference",
        RISEN.index(result.severity),
    )


def missed(path: str) -> Missed:
    """What is said when a record is left out."""
    found = evaluate(left_out(path), "", policy(), DAY, memo=whole().ground.memo).results
    wrong = sorted((result for result in found if result.outcome in ("fail", "error")), key=weight)
    blocking = sum(result.blocking for result in wrong)
    record = f"{records()[path]['kind']}:{records()[path]['id']}"
    rule, message = (wrong[0].rule, wrong[0].message) if wrong else ("", "")
    return Missed(record, blocking, len(wrong) - blocking, rule, message)


@cache
def table() -> tuple[Missed, ...]:
    """A line for each record, in order of paths."""
    return tuple(missed(path) for path in sorted(records()))


def lines() -> Iterator[str]:
    """The page, line by line."""
    green, told = ([row for row in table() if not row.blocking and bool(row.others) is said] for said in (False, True))
    failing = [row for row in table() if row.blocking]
    yield from HEAD.splitlines()
    yield f"Of {len(table())} records {len(green)} are missed by nobody, {len(told)} are missed without blocking, and"
    yield f"without any of the other {len(failing)} the check fails."
    yield ""
    yield "| without | check | first of what is said | and more |"
    yield "|---|---|---|---|"
    for row in table():
        verdict = "fails" if row.blocking else "passes, and tells" if row.others else "passes"
        link = f"[`{row.rule}`](rules/{row.rule}.md): " if (HOME / f"docs/rules/{row.rule}.md").exists() else ""
        more = row.blocking + row.others - 1
        said = row.message.replace("|", "\\|").replace("<", "&lt;")
        yield f"| `{row.record}` | {verdict} | {link}{said} | {more if more > 0 else ''} |"


def test_the_page_says_what_is_missed(request: pytest.FixtureRequest) -> None:
    text = "\n".join(lines()) + "\n"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run `make golden` and read what changed"


def test_the_whole_example_lacks_nothing() -> None:
    assert [] == [result.message for result in whole().results if result.outcome in ("fail", "error")]


UNMISSED = {"Incident", "Waiver"}
"""What happened and was never written, and what softens nothing any more: the rest tells of neither."""


def test_of_each_kind_some_record_is_missed_but_for_what_only_people_can_know() -> None:
    kinds = {row.record.partition(":")[0] for row in table()}
    assert UNMISSED == kinds - {row.record.partition(":")[0] for row in table() if row.rule}
