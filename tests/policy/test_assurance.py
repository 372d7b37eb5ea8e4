"""The file of the steps of assurance -> steps and a rule; what is wrong in it is said at its very key."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.document import write
from iscode.errors import IscodeError
from iscode.policy import bind_every_rule, shipped
from iscode.policy.assurance import PATH
from iscode.policy.together import together

STEPS = {
    "title": "Steps",
    "params": {"least": 1},
    "let": {"boxes": 'referrers(self, "Box.proves")'},
    "steps": [
        {"id": "named", "title": "A box", "reached": "size(boxes) >= params.least", "next": "a box for {self.id}"},
        {
            "id": "large",
            "title": "A large one",
            "reached": "boxes.exists(b, b.?size.orValue(0) > 3)",
            "next": "{boxes}",
        },
    ],
}


def told(world: Any, steps: Any, *records: Any) -> list[tuple[str | None, Any]]:
    """What is said of std:1.1 and std:1.2."""
    judged = world.rule().file(PATH, write(steps)).judge(*records)
    return [(finding.assurance, finding.next) for finding in judged.findings[:2]]


def test_any_standard_may_have_any_steps(world: Any) -> None:
    boxes = [world.box("a", proves="std:1.1", size=4), world.box("b", proves="std:1.2", size=3)]
    assert [("large", None), ("named", ("large", "Box:b"))] == told(world, STEPS, *boxes)
    assert [(None, ("named", "a box for std:1.1")), (None, ("named", "a box for std:1.2"))] == told(
        world, STEPS, world.box()
    )


def test_a_list_that_has_no_value_and_was_not_needed_shows_nothing(world: Any) -> None:
    let = {"boxes": 'referrers(self, "Box.proves")', "lost": "get(boxes.filter(b, has(b.shelf)).map(b, b.shelf))"}
    step = {**STEPS["steps"][0], "reached": "size(lost) > 0 || size(boxes) > 0"}  # type: ignore[index]
    world = world.rule().file(PATH, write({"title": "Steps", "let": let, "steps": [step]}))
    [finding, *_] = world.judge(world.box("a", proves="std:1.1", shelf="Shelf:none")).findings
    assert [("Box:a",)] == [reached.by for reached in finding.assured.reached]


def test_it_is_the_same_when_a_base_judges(world: Any) -> None:
    policy = world.rule().file(PATH, write(STEPS)).policy()
    judging = together(policy, policy).policy
    assert judging.assurance is not None
    assert judging.rules is judging.assurance.bound.rules
    assert ["named", "large"] == [check.clause for check in judging.assurance.bound.compiled.checks]


@pytest.mark.parametrize(
    ("step", "line", "words"),
    [
        ({"reached": "size(boxs) > 0"}, 13, "boxs"),
        ({"reached": "size(boxes)"}, 13, "bool"),
        ({"reached": "boxes.exists(b, b.size > 3)"}, 13, "Box.size may be absent"),
        ({"next": "{nobody}"}, 14, "there is no `nobody` here"),
        ({"next": "a { brace"}, 14, "a single '{'"),
        ({"id": "named"}, 11, "two steps are called 'named'"),
        ({"later": "x"}, 15, "unknown key `steps[1].later`"),
    ],
)
def test_what_is_wrong_is_said_at_its_key(world: Any, step: dict[str, str], line: int, words: str) -> None:
    steps = {**STEPS, "steps": [STEPS["steps"][0], {**STEPS["steps"][1], **step}]}  # type: ignore[index]
    with pytest.raises(IscodeError) as refused:
        told(world, steps, world.box())
    assert words in refused.value.message
    assert refused.value.place is not None
    assert (PATH, line) == (refused.value.place.path, refused.value.place.line)


def test_steps_without_a_step_are_none(world: Any) -> None:
    with pytest.raises(IscodeError, match="`steps` is empty"):
        told(world, {**STEPS, "steps": []}, world.box())


def test_the_steps_that_ship_are_prepared() -> None:
    policy = bind_every_rule(shipped())
    assert policy.assurance is not None
    assert policy.assurance.bound.file.written is not None
