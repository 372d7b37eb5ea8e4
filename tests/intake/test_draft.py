"""new: what is asked of a record of each kind, and a text that waits for values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from iscode.document import read, write
from iscode.errors import UsageError
from iscode.evaluation.ground import Ground, prepare
from iscode.intake import Draft, draft, settled
from iscode.policy import Config, Policy, bind_rules, shipped
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
POLICY = bind_rules(Config(version=1, profile="integrated"), shipped())


def lay(policy: Policy, *others: Mapping[str, Any]):
    def ground(record: Mapping[str, Any]) -> Ground:
        files = {f"compliance/{number}.yaml": write(held).encode() for number, held in enumerate([*others, record])}
        return prepare(MemorySnapshot(files), "", policy, DAY, None, None)

    return ground


def known(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": "new", **more}


@pytest.mark.parametrize("kind", POLICY.kinds)
def test_a_draft_of_each_kind_is_read_and_is_refused_until_its_blanks_are_filled(kind):
    made = draft(POLICY.kinds[kind], known(kind), lay(POLICY))
    document = read("", made.text.encode())
    assert () == document.refusals
    assert document.value is not None
    refused = {refusal.pointer for refusal in POLICY.kinds[kind].refusals(document)}
    assert refused != set()
    assert {".".join(map(str, pointer)) for pointer in refused} <= set(made.blanks) | {""}


def test_the_fields_of_a_stage_are_those_that_rules_ask_for_in_it(world):
    world = world.rule(when='self.?label.orValue("") == "big"', needs=["size"])
    small = draft(world.policy().kinds["Box"], known("Box", label="small"), lay(world.policy()))
    big = draft(world.policy().kinds["Box"], known("Box", label="big"), lay(world.policy()))
    assert ("kind: Box\nid: new\nstatus: active\nlabel: small\n", ()) == small
    assert ("size",) == big.blanks


def test_each_blank_says_what_it_is_who_asks_and_what_it_may_be(world):
    world = world.rule(needs=["shelf", "made", "words"])
    made = draft(world.policy().kinds["Box"], known("Box"), lay(world.policy(), known("Shelf", status="active")))
    assert (
        "kind: Box\nid: new\nstatus: active\n"
        '# test-rule: A rule\n# -> a day, as "2026-11-24"\nmade: ""\n'
        "# test-rule: A rule\nwords: []\n"
        '# test-rule: A rule\n# -> Shelf:id; here: Shelf:new\nshelf: ""\n'
    ) == made.text


def test_what_is_asked_only_once_another_field_is_there_is_asked_too(world):
    world = world.rule(needs=["label"]).file(
        "rules/second.yaml",
        "id: second\ntitle: Second\nseverity: high\nrequirements: ['std:1.1']\nphase: do\nsubject: Box\n"
        "when: has(self.label)\nneeds: [size]\ncheck: [{that: 'true', at: self.id, message: no}]\n"
        "rationale: r\nremediation: r\n",
    )
    made = draft(world.policy().kinds["Box"], known("Box"), lay(world.policy()))
    assert ("size", "label") == made.blanks


def test_a_value_that_the_schema_refuses_is_no_start(world):
    world = world.rule()
    with pytest.raises(UsageError, match="`size` must be a whole number"):
        draft(world.policy().kinds["Box"], known("Box", size="large"), lay(world.policy()))


def test_settings_are_nested_typed_by_the_schema_and_else_read_as_yaml(world):
    system = POLICY.kinds["AISystem"]
    assert {
        "id": "5.10",
        "oversight": {"can_stop": True, "role": "Role:a"},
        "data": ["DataResource:x"],
        "purpose": "a: b = c",
    } == settled(
        system,
        ["id=5.10", "oversight.can_stop=true", "oversight.role=Role:a", "data=[DataResource:x]", "purpose=a: b = c"],
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("stage", "sets nothing"),
        ("stge=design", "has no stge"),
        ("oversight.rol=x", "has no oversight.rol"),
        ("stage.inner=x", "has no stage.inner"),
        ("data=[", "cannot be set"),
        ("data=a\nother: b", "more than one value"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting, message):
    with pytest.raises(UsageError, match=message):
        settled(POLICY.kinds["AISystem"], [setting])


def test_words_of_several_lines_stay_in_their_comment(world):
    world = world.rule(needs=["size"], title="One\nstatus: active\n\u2028size: 1")
    made = draft(world.policy().kinds["Box"], known("Box"), lay(world.policy()))
    assert '# test-rule: One status: active size: 1\n# -> a number\nsize: ""\n' in made.text
    assert {"kind": "Box", "id": "new", "status": "active", "size": ""} == read("", made.text.encode()).value


CLOSED = {"type": "object", "additionalProperties": False}
DEEP = {
    **CLOSED,
    "description": "Deep.",
    "properties": {
        "mode": {"type": "string", "enum": ["a", "b"]},
        "on": {"type": "boolean"},
        "reason": {"type": "string"},
        "bounds": {**CLOSED, "properties": {"most": {"type": "integer"}, "least": {"type": "integer"}}},
    },
}


def deep(world: Any, that: str, **keys: Any) -> Draft:
    """The draft of a Box that has a field `deep`, under a rule with this check."""
    box = json.loads(world.files["schemas/box.schema.json"])
    box["properties"]["deep"] = DEEP
    policy = world.file("schemas/box.schema.json", json.dumps(box)).rule(that=that, **keys).policy()
    return draft(policy.kinds["Box"], known("Box"), lay(policy))


def test_a_field_that_only_a_check_asks_for_is_asked_for_wherever_it_is_nested(world):
    made = deep(world, "has(self.deep.mode)", needs=["deep"])
    assert ("deep.mode",) == made.blanks
    assert '  # test-rule: A rule\n  # -> one of a, b\n  mode: ""\n' in made.text


def test_a_check_asks_through_the_names_that_it_uses_and_through_each_level(world):
    lets = {"most": "self.?deep.?bounds.?most.orValue(0)", "enough": "most > 0"}
    assert ("deep.bounds.most",) == deep(world, "enough", let=lets).blanks


def test_of_two_fields_that_would_both_do_one_is_asked_for(world):
    assert 1 == len(deep(world, "has(self.size) || has(self.label)").blanks)


def test_a_field_that_a_check_reads_and_that_mends_nothing_is_not_asked_for(world):
    made = deep(world, 'self.?label.orValue("") != "" && false', let={})
    assert () == made.blanks


def test_what_is_asked_only_as_long_as_another_answer_is_open_is_not_written(world):
    made = deep(
        world,
        "!self.?deep.?on.orValue(true) || has(self.deep.reason)",
        needs=["deep"],
    )
    assert ("deep.on",) == made.blanks


def test_an_object_that_is_asked_for_as_a_whole_keeps_its_questions_beside_a_field_that_is_asked_for(world):
    made = deep(world, "has(self.deep.on) && has(self.deep.mode)", needs=["deep"])
    assert ("deep.mode", "deep.on") == made.blanks


def test_a_system_in_design_is_asked_how_people_oversee_it_and_not_for_what_only_other_answers_ask():
    made = draft(POLICY.kinds["AISystem"], known("AISystem", stage="design"), lay(POLICY))
    assert ("oversight.mode" in made.blanks, "nature.agentic" in made.blanks) == (True, True)
    assert [] == [path for path in made.blanks if path.startswith(("agent.", "monitoring.", "deployment."))]
    assert "  # ai-facts-stated: The facts that decide what is asked" in made.text
