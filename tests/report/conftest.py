"""What the tests of several formats look at: a verdict with a waiver in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from msgspec import structs

from iscode.cli import example
from iscode.document import write
from iscode.evaluation import Evaluation, evaluate
from iscode.evaluation.waivers import Remark
from iscode.policy import Config, bind_rules, shipped
from iscode.source import MemorySnapshot

WAIVER: dict[str, Any] = {
    "kind": "Leave",
    "id": "w",
    "status": "active",
    "waives": ["test-rule"],
    "subjects": ["Box:b"],
    "reason": "a | b must be",
    "requested_by": "Shelf:one",
    "approved_by": "Shelf:two",
    "starts": "2026-11-01",
    "expires": "2026-12-31",
}
SHAPES: dict[type, dict[str, Any]] = {str: {"type": "string"}, list: {"type": "array", "items": {"type": "string"}}}


@pytest.fixture
def waiving(world: Any) -> Any:
    """The world with a rule that nothing passes, and with a kind of waivers of its own name."""
    properties = {key: SHAPES[type(value)] for key, value in WAIVER.items()}
    properties |= {key: {"type": "string", "format": "date"} for key in ("starts", "expires")}
    properties |= {"kind": {"type": "string", "const": "Leave"}, "id": {"type": "string", "minLength": 1}}
    schema = {
        "$id": "leave.schema.json",
        "type": "object",
        "required": [*WAIVER],
        "properties": properties | {"status": {"type": "string", "enum": ["active", "retired"]}},
        "additionalProperties": False,
        "x-waiver": True,
    }
    return world.rule(that="false").file("schemas/leave.schema.json", json.dumps(schema))


@pytest.fixture
def waived(waiving: Any) -> Evaluation:
    """A verdict that passes because what fails is waived."""
    return waiving.judge(waiving.box(), waiving.stand("one"), waiving.stand("two"), WAIVER)  # type: ignore[no-any-return]


@pytest.fixture
def ignored(waiving: Any) -> Evaluation:
    """The same records, judged as if no waiver held: what fails blocks."""
    records = (waiving.box(), waiving.stand("one"), waiving.stand("two"), WAIVER)
    files = {f"c/{index}.yaml": write(record).encode() for index, record in enumerate(records)}
    policy = replace(waiving.policy(records=["c/**"]), ignore_waivers=True)
    return evaluate(MemorySnapshot(files), "", policy, "2026-11-24")


@pytest.fixture
def unused(waived: Evaluation) -> Evaluation:
    """The same verdict with a waiver that hides nothing, and that said."""
    remark = Remark("unused", "nothing that it is for fails")
    waivers = (structs.replace(waiver, hides=(), remarks=(remark,)) for waiver in waived.waivers)
    return replace(waived, waivers=tuple(waivers))


@cache
def judged(changes: tuple[tuple[str, str], ...], profile: str, *, alone: bool) -> Evaluation:
    """The records of the example, or none, with these beside them, under the shipped shelves."""
    files = ({} if alone else example.files("acme")) | {path: text.encode() for path, text in changes}
    return evaluate(MemorySnapshot(files), "", bind_rules(Config(version=1, profile=profile), shipped()), "2026-11-24")


@pytest.fixture
def acme() -> Callable[..., Evaluation]:
    """The example as it is judged in memory, where each path may hold something else."""

    def judge(
        changes: Mapping[str, str] = MappingProxyType({}), *, profile: str = "integrated", alone: bool = False
    ) -> Evaluation:
        return judged(tuple(changes.items()), profile, alone=alone)

    return judge
