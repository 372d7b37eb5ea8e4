"""Evaluation -> reviewdog's diagnostics: what fails as comments at its lines, columns in bytes."""

from __future__ import annotations

import json
from typing import Any

from iscode.report import REPORTERS, Options


def diagnostics(*evaluations: Any) -> list[Any]:
    document = json.loads(REPORTERS["rdjson"](evaluations, Options()))
    assert {"name": "iscode"} == document["source"]
    return document["diagnostics"]  # type: ignore[no-any-return]


def test_a_failure_is_a_comment_with_requirements_and_remedy(world: Any) -> None:
    evaluation = world.rule(that="false", message="{self.id} is bad", at="self.label").judge(world.box(label="x"))
    expected = {
        "message": "b is bad\nserves std:1.1 (Label of 1.1)\nfix: mend it",
        "severity": "ERROR",
        "code": {"value": "test-rule"},
        "location": {"path": "c/0.yaml", "range": {"start": {"line": 4, "column": 1}}},
        "related_locations": [],
    }
    assert [expected] == diagnostics(evaluation)


def test_a_column_counts_bytes(world: Any) -> None:
    flow = '{kind: Box, id: "b\u00fc\U0001f600", status: active, size: 3}\n'
    [found] = diagnostics(world.rule(that="false", at="self.size").judge(flow))
    before = flow.partition("size")[0]
    assert {"line": 1, "column": len(before.encode()) + 1} == found["location"]["range"]["start"]


def test_a_failure_without_a_document_has_a_line_alone(world: Any) -> None:
    world = world.rule(subject="Repository", check=[{"that": "false", "message": "nothing there"}])
    [found] = diagnostics(world.judge(world.box()))
    assert {"path": "iscode.yaml", "range": {"start": {"line": 1}}} == found["location"]


def test_other_places_are_related(world: Any) -> None:
    found = diagnostics(world.rule().judge(world.box("b"), world.box("b", label="x")))
    assert ["c/1.yaml", "c/0.yaml"] == [each["related_locations"][0]["location"]["path"] for each in found]


def test_what_is_too_mild_warns_and_what_is_waived_informs(world: Any, waived: Any) -> None:
    assert ["WARNING"] == [
        each["severity"] for each in diagnostics(world.rule(that="false", severity="low").judge(world.box()))
    ]
    assert ["INFO"] == [each["severity"] for each in diagnostics(waived)]
