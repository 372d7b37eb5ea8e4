"""How far requirements are shown -> a line of the text, a value of the JSON, the notes of one requirement."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.document import write
from iscode.evaluation import Evaluation
from iscode.evaluation.assurance import Assured, Next, Reached
from iscode.policy.assurance import PATH, Step
from iscode.report import REPORTERS, Options, assurance, overview

STEPS = {
    "title": "Steps",
    "let": {"boxes": 'referrers(self, "Box.proves")', "large": "boxes.filter(b, b.?size.orValue(0) > 3)"},
    "steps": [
        {"id": "named", "title": "A box is there", "reached": "size(boxes) > 0", "next": "a box"},
        {"id": "large", "title": "A large one is", "reached": "size(large) > 0", "next": "a larger one than {boxes}"},
    ],
}
STEP = Step(id="named", title="A box is there", reached="true", next="a box")


@pytest.fixture
def judged(world: Any) -> Evaluation:
    """One requirement on each step, two on none."""
    world = world.rule().file(PATH, write(STEPS))
    found: Evaluation = world.judge(world.box("a", proves="std:1.1", size=4), world.box("b", proves="std:1.2", size=3))
    return found


def test_the_text_counts_requirements_by_step(judged: Evaluation) -> None:
    assert "assurance: 2 none, 1 named, 1 large" in REPORTERS["text"]([judged], Options()).decode().splitlines()


def test_the_text_says_nothing_where_there_are_no_steps(world: Any) -> None:
    assert "assurance" not in REPORTERS["text"]([world.rule().judge(world.box())], Options()).decode()


def test_the_json_names_the_step_of_each_finding(judged: Evaluation) -> None:
    found = json.loads(REPORTERS["json"]([judged], Options()))["findings"]
    assert ["large", "named", None, None] == [finding["assurance"] for finding in found]


def test_of_one_requirement_each_step_is_told_with_why_and_the_next_with_what(judged: Evaluation) -> None:
    [_, finding, *_] = judged.findings
    told = [note for note in overview.of_requirement(judged, finding).notes if note[0] in ("assurance", "why", "next")]
    assert [
        ("assurance", "named"),
        ("why", "named: A box is there (Box:b)"),
        ("next", "large: a larger one than Box:b"),
    ] == told


def test_the_first_records_are_named_and_the_others_counted() -> None:
    found = Assured((Reached(STEP, tuple(f"Box:{name}" for name in "abcdef")),))
    assert ("why", "named: A box is there (Box:a, Box:b, Box:c, Box:d and 2 more)") in list(assurance.notes(found))


def test_a_step_that_no_record_shows_names_none() -> None:
    assert [("assurance", "named"), ("why", "named: A box is there")] == list(
        assurance.notes(Assured((Reached(STEP, ()),)))
    )


def test_none_and_not_asked_are_two_things() -> None:
    assert [("assurance", "none"), ("next", "named: a box")] == list(
        assurance.notes(Assured((), Next("named", "a box")))
    )
    assert [("assurance", "none is asked: it is declared not to apply")] == list(assurance.notes(Assured()))
