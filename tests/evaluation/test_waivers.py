"""Records that waive rules: one that holds keeps a result from blocking, one that does not changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.change.forecast import forecast
from iscode.document import write
from iscode.errors import SchemaError
from iscode.evaluation import Base, Evaluation, Result, evaluate, waivers
from iscode.evaluation.known import nameable
from iscode.evaluation.renewals import Terms
from iscode.facts import content_digest
from iscode.policy import baseline
from iscode.report import REPORTERS, Options
from iscode.rule.hints import COMPARISONS, Guesses
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
DATE = {"type": "string", "format": "date"}
PERSON = {"type": "string", "x-ref": ["Fellow"]}
KEYS: dict[str, Any] = {
    "waives": TEXTS,
    "subjects": TEXTS,
    "reason": TEXT,
    "requested_by": PERSON,
    "approved_by": PERSON,
    "starts": DATE,
    "expires": DATE,
}
APPROVAL = {
    "type": "object",
    "required": ["by", "date", "digest"],
    "properties": {"by": PERSON, "date": DATE, "digest": TEXT},
    "additionalProperties": False,
}
GOOD: dict[str, Any] = {
    "kind": "Leave",
    "id": "w",
    "status": "active",
    "waives": ["test-rule"],
    "subjects": ["Box:b"],
    "reason": "It must be",
    "requested_by": "Fellow:one",
    "approved_by": "Fellow:two",
    "starts": "2026-11-01",
    "expires": "2026-12-31",
}
FELLOWS = [{"kind": "Fellow", "id": name, "status": "active"} for name in ("one", "two")]


def schema(kind: str, more: dict[str, Any], required: list[str], **keywords: Any) -> str:
    usual = {"kind": {"type": "string", "const": kind}, "id": {"type": "string", "minLength": 1}}
    status = {"status": {"type": "string", "enum": ["active", "retired"]}}
    return json.dumps(
        {
            "$id": f"{kind.lower()}.schema.json",
            "type": "object",
            "required": ["kind", "id", "status", *required],
            "properties": usual | status | more,
            "additionalProperties": False,
        }
        | keywords
    )


@pytest.fixture
def waiving(world: Any) -> Any:
    """The world with a kind of waivers of its own name, a kind of persons, and a rule that only `good` passes."""
    world = world.file("schemas/fellow.schema.json", schema("Fellow", {}, []))
    world = world.file(
        "schemas/leave.schema.json",
        schema(
            "Leave", KEYS | {"clause": TEXT, "messages": TEXTS, "approval": APPROVAL}, [*KEYS], **{"x-waiver": True}
        ),
    )
    return world.rule(that="self.id == 'good'")


def waiver(**keys: Any) -> dict[str, Any]:
    return GOOD | keys


def judge(waiving: Any, *records: dict[str, Any], **options: Any) -> Evaluation:
    return waiving.judge(waiving.box(), waiving.box("good"), *FELLOWS, *records, **options)  # type: ignore[no-any-return]


def of(evaluation: Evaluation, rule: str = "test-rule", subject: str = "Box:b") -> Result:
    [result] = [each for each in evaluation.results if (each.rule, each.subject) == (rule, subject)]
    return result


def said(evaluation: Evaluation) -> list[dict[str, Any]]:
    """All that a report says of the results, but those about waivers."""
    listed = json.loads(REPORTERS["json"]([evaluation], Options(all_results=True)))["results"]
    return [each for each in listed if not each["subject"].startswith("Leave:")]


def outcomes(evaluation: Evaluation) -> dict[tuple[Any, ...], str]:
    """What every result says but those about waivers."""
    return {each[:3]: each.outcome for each in evaluation.results if not each.subject.startswith("Leave:")}


def test_a_waiver_that_holds_keeps_a_failure_from_blocking_and_changes_nothing_else(waiving: Any) -> None:
    before, after = judge(waiving), judge(waiving, waiver())
    assert (False, True) == (before.verdict.passed, after.verdict.passed)
    assert (1, 0, 0, 1) == (
        before.verdict.blocking,
        before.verdict.waived,
        after.verdict.blocking,
        after.verdict.waived,
    )
    assert ("Leave:w", "It must be", "2026-12-31") == of(after).waiver
    assert said(before) == [
        each | {"blocking": each["blocking"] or bool(each["waiver"]), "waiver": None} for each in said(after)
    ]
    assert outcomes(before) == outcomes(after)
    assert "not_satisfied" == after.findings[0].state


def test_the_reports_tell_what_is_waived_by_what_and_until_when(waiving: Any) -> None:
    evaluation = judge(waiving, waiver())
    document = json.loads(REPORTERS["json"]([evaluation], Options()))
    [result] = document["results"]
    assert {"record": "Leave:w", "reason": "It must be", "expires": "2026-12-31"} == result["waiver"]
    assert (False, 1, 1) == (result["blocking"], *(document["verdict"]["counts"][word] for word in ("waived", "fail")))
    text = REPORTERS["text"]([evaluation], Options()).decode()
    assert "bad (waived until 2026-12-31)" in text
    assert "waiver: Leave:w until 2026-12-31: test-rule for Box:b\n        because It must be\n" in text
    assert "PASSED; 1 requirement not satisfied without blocking" in text


def test_a_waiver_of_nothing_that_fails_is_told_and_does_not_block(waiving: Any) -> None:
    evaluation = judge(waiving, waiver(subjects=["Box:good"]))
    assert [("in force", ())] == [(each.state, each.hides) for each in evaluation.waivers]
    assert "pass" == of(evaluation, "policy", "Leave:w").outcome
    told = REPORTERS["text"]([evaluation], Options()).decode()
    assert (
        "waiver: Leave:w until 2026-12-31: nothing\n        because It must be\n"
        "        unused: nothing that it is for fails\n" in told
    )
    assert of(evaluation).blocking


def test_ignored_waivers_let_everything_block(waiving: Any) -> None:
    files = {f"c/{n}.yaml": write(each).encode() for n, each in enumerate([waiving.box(), *FELLOWS, waiver()])}
    policy = replace(waiving.policy(records=["c/**"]), ignore_waivers=True)
    evaluation = evaluate(MemorySnapshot(files), "", policy, DAY)
    assert (1, 0, None) == (evaluation.verdict.blocking, evaluation.verdict.waived, of(evaluation).waiver)
    assert json.loads(REPORTERS["json"]([evaluation], Options()))["options"]["ignore_waivers"]
    told = REPORTERS["text"]([evaluation], Options()).decode()
    words = "waiver: Leave:w is ignored; until 2026-12-31 it would keep from blocking: test-rule for Box:b\n"
    assert words in told


@pytest.mark.parametrize("day", ["2026-11-01", "2026-12-31"])
def test_the_first_and_the_last_day_belong_to_a_waiver(waiving: Any, day: str) -> None:
    assert judge(waiving, waiver(), day=day).verdict.passed


FLAWS = [
    ({"waives": ["tset-rule"]}, "/waives/0 rule", "there is no rule 'tset-rule': did you mean \"test-rule\"?"),
    ({"waives": ["test-rule", "*"]}, "/waives/1 rule", "there is no rule '*'"),
    ({"waives": ["test-*"]}, "/waives/0 rule", "there is no rule 'test-*'"),
    ({"waives": ["other"]}, "/waives/0 rule", "there is no rule 'other'"),
    ({"waives": ["test-rule", "schema"]}, "/waives/1 builtin", "schema holds for every repository and is never waived"),
    ({"waives": ["test-rule", "policy"]}, "/waives/1 builtin", "policy holds for every repository and is never waived"),
    ({"waives": ["test-rule", "hard"]}, "/waives/1 waivable", "hard is no rule that can be waived"),
    ({"subjects": ["Box:b", "Box:*"]}, "/subjects/1 pattern", "a waiver names each subject, it has no patterns"),
    ({"subjects": ["Box:b", "Box:?"]}, "/subjects/1 pattern", "a waiver names each subject, it has no patterns"),
    ({"subjects": ["Box:b", "Leave:w"]}, "/subjects/1 waiver", "what is asked of waivers cannot be waived"),
    ({"reason": " \t"}, "/reason empty", "it gives no reason"),
    ({"approved_by": "Fellow:one"}, "/approved_by same", "who asked for it approved it"),
    ({"approved_by": "Fellow:six"}, "/approved_by unknown", "approved_by leads to nobody"),
    ({"requested_by": "Fellow:six"}, "/requested_by unknown", "requested_by leads to nobody"),
    ({"expires": "2026-11-23"}, "/expires expired", "it expired on 2026-11-23"),
    ({"expires": "2027-05-01"}, "/expires length", "it lasts 181 days, and a waiver lasts 180 at most"),
    ({"starts": "2026-12-31", "expires": "2026-12-30"}, "/expires order", "it ends on 2026-12-30, before it starts"),
]


@pytest.mark.parametrize(("keys", "item", "words"), FLAWS)
def test_a_waiver_with_one_flaw_changes_nothing_and_says_why(
    waiving: Any, keys: dict[str, Any], item: str, words: str
) -> None:
    waiving = waiving.rule(id="hard", waivable=False)
    before, after = judge(waiving), judge(waiving, waiver(**keys))
    assert said(before) == said(after)
    assert ["refused"] == [each.state for each in after.waivers]
    flaw = of(after, "policy", "Leave:w")
    assert (item, "fail", "blocker", True) == (flaw.item, flaw.outcome, flaw.severity, flaw.blocking)
    assert f"the waiver does not hold: {words}" in flaw.message


def test_one_day_is_long_enough(waiving: Any) -> None:
    assert judge(waiving, waiver(starts=DAY, expires=DAY)).verdict.passed


def test_a_person_whose_record_is_refused_is_nobody(waiving: Any) -> None:
    evaluation = judge(waiving, {"kind": "Fellow", "id": "bad", "status": "gone"}, waiver(approved_by="Fellow:bad"))
    assert "/approved_by unknown" == of(evaluation, "policy", "Leave:w").item


def test_180_days_are_not_too_long_and_a_profile_may_allow_fewer(waiving: Any) -> None:
    longest = waiver(expires="2027-04-30")
    assert judge(waiving, longest).verdict.passed
    less = 'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\ngate: {waiver_days: 179}\n'
    evaluation = judge(waiving.file("policies/profiles/all.yaml", less), longest)
    assert "it lasts 180 days, and a waiver lasts 179 at most" in of(evaluation, "policy", "Leave:w").message


def remarks(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What is said of the waivers."""
    return [tuple(remark) for each in evaluation.waivers for remark in each.remarks]  # type: ignore[misc]


IDLE = {"subject": "Shelf", "check": [{"that": "true", "message": "never"}]}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, []),
        ({"subjects": ["Box:good"]}, [("unused", "nothing that it is for fails")]),
        ({"subjects": ["Box:b", "Box:good"]}, [("too broad", "nothing fails of test-rule for Box:good")]),
        ({"waives": ["test-rule", "idle"]}, [("too broad", "nothing fails of idle for Box:b")]),
        (
            {"subjects": ["Box:b", "Box:gone"]},
            [("stale", "there is no Box:gone"), ("too broad", "nothing fails of test-rule for Box:gone")],
        ),
        (
            {"subjects": ["Box:gone"]},
            [("stale", "there is no Box:gone"), ("unused", "nothing that it is for fails")],
        ),
        ({"messages": ["bad"]}, []),
        ({"messages": ["bad", "worse"]}, [("stale", "no failure says any more: worse")]),
        (
            {"messages": ["mild"]},
            [
                ("stale", "no failure says any more: mild"),
                ("stale", "test-rule for Box:b says what was not approved: bad"),
                ("unused", "what it is for fails otherwise, or another waiver keeps it from blocking"),
            ],
        ),
        (
            {"clause": "none"},
            [("unused", "what it is for fails otherwise, or another waiver keeps it from blocking")],
        ),
    ],
)
def test_what_is_unused_stale_or_too_broad_is_said(
    waiving: Any, keys: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    evaluation = judge(waiving.rule(id="idle", **IDLE), waiver(**keys))
    assert said == remarks(evaluation)
    for form in ("text", "markdown", "json"):
        report = REPORTERS[form]([evaluation], Options()).decode()
        for word, words in said:
            assert (word in report or word.capitalize() in report, words in report) == (True, True)


CHECKS = [{"that": "self.id == 'good'", "message": "bad"}, {"that": "self.id == 'good'", "message": "worse"}]


def test_a_failure_behind_another_is_not_called_gone(waiving: Any) -> None:
    for messages, unapproved in ((["bad"], "worse"), (["worse"], "bad")):
        said = remarks(judge(waiving.rule(check=CHECKS), waiver(messages=messages)))
        assert ("stale", f"test-rule for Box:b says what was not approved: {unapproved}") in said
        assert [] == [words for _, words in said if words.startswith("no failure says any more")]


STRANGE = {"check": [{"that": '!git(self).created.author.contains("@")', "message": "by a stranger"}]}


@pytest.mark.parametrize(
    ("check", "keys", "said"),
    [
        (STRANGE, {}, [("not judged", "test-rule for Box:b")]),
        (STRANGE, {"messages": ["by a stranger"]}, [("not judged", "test-rule for Box:b")]),
        (STRANGE, {"waives": ["idle"]}, [("unused", "nothing that it is for fails")]),
        (STRANGE, {"waives": ["idle", "test-rule"]}, [("not judged", "test-rule for Box:b")]),
        ({"compare": "changed"}, {}, [("not judged", "test-rule for Box:b")]),
        ({"compare": "removed"}, {}, [("not judged", "test-rule for Box:b")]),
        (
            {"compare": "removed"},
            {"subjects": ["Box:b", "Box:good", "Box:c", "Box:d", "Box:e"]},
            [("not judged", "test-rule for Box:b, test-rule for Box:good, test-rule for Box:c and 2 more")],
        ),
        (
            {"compare": "removed"},
            {"waives": ["test-rule", "other"], "subjects": ["Box:b", "Box:good"]},
            [
                ("not judged", "test-rule for Box:b, test-rule for Box:good"),
                ("too broad", "nothing fails of other for Box:good"),
            ],
        ),
    ],
)
def test_what_nobody_could_judge_is_not_called_unused_or_too_broad_or_stale(
    waiving: Any, check: dict[str, Any], keys: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    judged = waiving.rule(id="idle", **IDLE).rule(id="other", that="self.id == 'good'").rule(**check)
    found = [remark for remark in remarks(judge(judged, waiver(**keys))) if not remark[1].startswith("there is no")]
    words = "nobody could tell whether anything fails of {}: a base or a history was missing"
    assert [(word, words.format(text) if word == "not judged" else text) for word, text in said] == found


def test_the_pairs_of_which_nothing_fails_are_counted_and_the_first_are_named(waiving: Any) -> None:
    many = waiver(waives=["idle", "test-rule"], subjects=["Box:good", "Box:b", "Box:good"])
    said = "nothing fails of idle for Box:good, idle for Box:b, test-rule for Box:good"
    assert [("too broad", said)] == remarks(judge(waiving.rule(id="idle", **IDLE), many))
    many["waives"] = ["idle", "rest", "test-rule"]
    said = "nothing fails of idle for Box:good, idle for Box:b, rest for Box:good and 2 more"
    assert [("too broad", said)] == remarks(judge(waiving.rule(id="idle", **IDLE).rule(id="rest", **IDLE), many))


def test_what_waivers_ever_said_is_put_together_once_for_all_days(
    waiving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[waivers.Terms]()

    def counted(*given: Any) -> waivers.Terms:
        made.append(Terms(*given))
        return made[-1]

    monkeypatch.setattr(waivers, "Terms", counted)
    forecast(judge(waiving, waiver(), waiver(id="v", starts="2026-12-10")), 30)
    assert 1 == len(made)


def test_names_that_nobody_knows_are_compared_up_to_a_bound() -> None:
    guesses, known = Guesses(), [f"rule-{number}" for number in range(1000)]
    hints = [guesses.nearest(f"rule-{number}-x", known) for number in range(COMPARISONS // 1000 + 2)]
    assert COMPARISONS // 1000 == sum(hint.startswith("did you mean") for hint in hints)
    assert ["", ""] == hints[-2:]


def test_a_rule_that_no_longer_binds_makes_a_waiver_of_it_stale(waiving: Any) -> None:
    less = 'id: all\ntitle: All\nselect: {requirements: ["std:*"], without: [test-rule]}\n'
    waiving = waiving.rule(id="idle", **IDLE).file("policies/profiles/all.yaml", less)
    said = [("stale", "test-rule does not bind"), ("unused", "nothing that it is for fails")]
    assert said == remarks(judge(waiving, waiver()))


def test_of_two_waivers_of_the_same_the_second_is_unused_and_one_that_does_not_hold_is_refused(waiving: Any) -> None:
    evaluation = judge(waiving, waiver(id="a"), waiver(id="z"), waiver(id="x", reason=" ", subjects=["Box:good"]))
    said = [("unused", "what it is for fails otherwise, or another waiver keeps it from blocking")]
    assert said == remarks(evaluation)


def test_a_waiver_that_starts_later_changes_nothing_yet_and_is_no_failure(waiving: Any) -> None:
    evaluation = judge(waiving, waiver(starts="2026-11-25"))
    assert ["later"] == [each.state for each in evaluation.waivers]
    assert "waiver: Leave:w holds from 2026-11-25 on" in REPORTERS["text"]([evaluation], Options()).decode()
    assert (1, 0) == (evaluation.verdict.blocking, evaluation.verdict.waived)


@pytest.mark.parametrize(
    ("keys", "state"), [({"status": "retired", "expires": "2026-01-01"}, "retired"), ({"starts": "soon"}, "invalid")]
)
def test_a_waiver_out_of_force_or_refused_by_its_schema_changes_nothing(
    waiving: Any, keys: dict[str, Any], state: str
) -> None:
    evaluation = judge(waiving, waiver(**keys))
    assert [state] == [each.state for each in evaluation.waivers]
    assert of(evaluation).blocking
    assert [] == [each for each in evaluation.results if each.rule == "policy"]


def test_a_waiver_of_one_clause_waives_no_other(waiving: Any) -> None:
    checks = [
        {"that": "self.size < 9", "message": "large"},
        {"id": "small", "that": "self.size > 3", "message": "small"},
    ]
    waiving = waiving.rule(needs=["size"], check=checks)
    records = [waiving.box("b", size=2), waiving.box("c", size=10), waiving.box("d"), *FELLOWS]
    for clause, subject in (("small", "Box:b"), ("check:0", "Box:c"), ("needs:size", "Box:d")):
        evaluation = waiving.judge(*records, waiver(clause=clause, subjects=["Box:b", "Box:c", "Box:d"]))
        assert [subject] == [each.subject for each in evaluation.results if each.waiver]


def test_a_waiver_of_words_waives_what_says_them_and_no_other_failure(waiving: Any) -> None:
    waiving = waiving.rule(check=[{"that": "self.?size.orValue(0) < 3", "message": "{self.id} is {self.size} large"}])
    for size, waived in ((5, True), (6, False)):
        evaluation = waiving.judge(waiving.box("b", size=size), *FELLOWS, waiver(messages=["b is 5 large", "other"]))
        assert waived == evaluation.verdict.passed == (of(evaluation).waiver is not None)


FIRST, TOO_OLD = "2026-05-05", "2026-05-04"
"""180 days before the waiver starts, and one more."""


def sworn(day: str = "2026-11-02", by: str = "Fellow:two", **keys: Any) -> dict[str, Any]:
    """The waiver with an approval of what it says without `keys`."""
    return waiver(approval={"by": by, "date": day, "digest": content_digest(waiver())}) | keys


@pytest.mark.parametrize(
    ("record", "item", "words"),
    [
        (sworn(), "", ""),
        (sworn(day=DAY), "", ""),
        (sworn(expires="2026-12-30"), "/approval/digest edited", "it was edited after its approval of 2026-11-02"),
        (sworn(subjects=["Box:b", "Box:c"]), "/approval/digest edited", "it was edited after its approval"),
        (sworn(day="2026-11-25"), "/approval/date early", "it is approved only on 2026-11-25"),
        (sworn(day=FIRST), "", ""),
        (sworn(day=TOO_OLD), "/approval/date old", f"on {TOO_OLD}, more than 180 days before it starts"),
        (sworn(by="Fellow:one"), "/approval/by other", "Fellow:two is to have approved it, and its approval is by "),
    ],
)
def test_a_waiver_with_an_approval_holds_as_it_was_approved(
    waiving: Any, record: dict[str, Any], item: str, words: str
) -> None:
    evaluation = judge(waiving, record)
    flaw = of(evaluation, "policy", "Leave:w")
    assert (item or None, not item) == (flaw.item, evaluation.verdict.passed)
    assert words in flaw.message


def test_every_item_of_a_subject_is_waived_and_no_other_subject(waiving: Any) -> None:
    parts = [{"name": "x"}, {"name": "y"}]
    waiving = waiving.rule(each="self.?parts.orValue([])", check=[{"that": "item.name == 'z'", "message": "bad"}])
    evaluation = judge(waiving, waiving.box("c", parts=parts), waiver(subjects=["Box:c", "box:b", "Box:b "]))
    waiving_b = judge(waiving, waiving.box("c", parts=parts), waiver(subjects=["Box:d"]))
    assert [("Box:c", "x"), ("Box:c", "y")] == [(each.subject, each.item) for each in evaluation.results if each.waiver]
    assert [] == [each for each in waiving_b.results if each.waiver]


def test_the_repository_and_a_requirement_can_be_waived_by_name(waiving: Any) -> None:
    waiving = waiving.rule(
        id="whole", subject="Repository", check=[{"that": "size(records('Shelf')) > 0", "message": "none"}]
    )
    evaluation = judge(waiving, waiver(waives=["whole"], subjects=["Repository"]))
    assert ["Repository"] == [each.subject for each in evaluation.results if each.waiver]


def test_an_error_can_be_waived_and_stays_an_error(waiving: Any) -> None:
    evaluation = judge(waiving.rule(that="1 / size(self.id.replace('b', '')) > 0"), waiver())
    assert ("error", False) == (of(evaluation).outcome, of(evaluation).blocking)


def test_of_two_waivers_the_first_by_reference_is_named(waiving: Any) -> None:
    evaluation = judge(waiving, waiver(id="z"), waiver(id="a"))
    assert "Leave:a" == of(evaluation).waiver.record  # type: ignore[union-attr]
    assert [1, 0] == [len(each.hides) for each in evaluation.waivers]


@pytest.mark.parametrize("key", list(KEYS))
def test_a_kind_of_waivers_that_cannot_be_read_as_one_is_a_broken_schema(world: Any, key: str) -> None:
    for keys, required in (
        ({**KEYS, key: {"type": "integer"}}, [*KEYS]),
        (KEYS, [each for each in KEYS if each != key]),
    ):
        text = schema("Leave", keys, required, **{"x-waiver": True})
        broken = world.file("schemas/fellow.schema.json", schema("Fellow", {}, []))
        broken = broken.file("schemas/leave.schema.json", text).rule()
        with pytest.raises(SchemaError, match=f"`{key}`") as refused:
            broken.judge(broken.box())
        assert "schemas/leave.schema.json:1:1" == str(refused.value.place)


def test_the_clause_of_a_kind_of_waivers_is_a_text(world: Any) -> None:
    text = schema("Leave", KEYS | {"clause": {"type": "integer"}}, [*KEYS], **{"x-waiver": True})
    broken = world.file("schemas/fellow.schema.json", schema("Fellow", {}, [])).file("schemas/leave.schema.json", text)
    with pytest.raises(SchemaError, match="`clause` of a kind of waivers is a text"):
        broken.rule().judge(broken.box())


def test_the_words_of_a_kind_of_waivers_are_a_list_of_texts(world: Any) -> None:
    text = schema("Leave", KEYS | {"messages": TEXT}, [*KEYS], **{"x-waiver": True})
    broken = world.file("schemas/fellow.schema.json", schema("Fellow", {}, [])).file("schemas/leave.schema.json", text)
    with pytest.raises(SchemaError, match="`messages` of a kind of waivers is a list of texts"):
        broken.rule().judge(broken.box())


def test_a_mark_inside_of_a_kind_makes_no_kind_of_waivers(waiving: Any) -> None:
    inner = {"type": "object", "properties": {}, "additionalProperties": False, "x-waiver": True}
    waiving = waiving.file("schemas/crate.schema.json", schema("Crate", {"inner": inner}, []))
    assert judge(waiving, waiver()).verdict.passed


WORDS = st.sampled_from(["test-rule", "other", "*", "schema", "test-*"])
SUBJECTS = st.sampled_from(["Box:b", "Box:good", "Box:*", "Repository", "File:c/0.yaml", "Leave:w"])
DAYS = st.sampled_from(["2026-01-01", "2026-11-23", DAY, "2026-11-25", "2027-12-31", "9999-12-31"])
PEOPLE = st.sampled_from(["Fellow:one", "Fellow:two", "Fellow:six", ""])
WAIVERS = st.fixed_dictionaries(
    {
        "waives": st.lists(WORDS, max_size=2),
        "subjects": st.lists(SUBJECTS, max_size=2),
        "reason": st.sampled_from(["", " ", "why"]),
        "requested_by": PEOPLE,
        "approved_by": PEOPLE,
        "starts": DAYS,
        "expires": DAYS,
        "status": st.sampled_from(["active", "retired"]),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WAIVERS, max_size=3))
def test_no_waiver_ever_changes_an_outcome(waiving: Any, drawn: list[dict[str, Any]]) -> None:
    before = judge(waiving)
    after = judge(waiving, *(waiver(id=f"w{index}", **keys) for index, keys in enumerate(drawn)))
    assert outcomes(before) == outcomes(after)
    assert [(each.requirement, each.state) for each in before.findings] == [
        (each.requirement, each.state) for each in after.findings
    ]
    assert after.verdict.waived == sum(each.waiver is not None for each in after.results)
    assert after.verdict.passed == (not any(each.blocking for each in after.results))


ALWAYS = [keys for keys, item, _ in FLAWS if item not in ("/expires expired", "/waives/1 waivable")]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ALWAYS), DAYS)
def test_a_waiver_with_a_flaw_waives_nothing_on_any_day(waiving: Any, keys: dict[str, Any], day: str) -> None:
    evaluation = judge(waiving, waiver(**keys), day=day)
    assert said(judge(waiving, day=day)) == said(evaluation)
    assert not evaluation.verdict.passed


# Beside what is known


def held(waiving: Any, head: list[dict[str, Any]], tip: list[dict[str, Any]], **options: Any) -> Evaluation:
    """The evaluation of a head that is held against a tip."""
    head_files, tip_files = (
        {"iscode.yaml": b""} | {f"c/{record['id']}.yaml": write(record).encode() for record in (*records, *FELLOWS)}
        for records in (head, tip)
    )
    policy = replace(waiving.policy(records=["c/**"]), **options)
    before = MemorySnapshot(tip_files)
    return evaluate(MemorySnapshot(head_files), "", policy, DAY, base=Base(before, "0" * 40, DAY, tip=before))


def test_what_a_waiver_covers_in_the_tip_is_new_once_the_waiver_is_gone(waiving: Any) -> None:
    box, good = waiving.box(), waiving.box("good")
    without, ended = (
        held(waiving, [box, good], [box, waiver()]),
        held(waiving, [box, waiver(status="retired")], [box, waiver()]),
    )
    assert [(False, True)] * 2 == [(of(each).known, of(each).blocking) for each in (without, ended)]


def test_what_is_waived_is_not_called_known_and_blocks_where_waivers_are_ignored(waiving: Any) -> None:
    records = [waiving.box(), waiver()]
    waived, ignored = held(waiving, records, records), held(waiving, records, records, ignore_waivers=True)
    assert [(False, False), (False, True)] == [(of(each).known, of(each).blocking) for each in (waived, ignored)]


def test_a_flaw_of_a_waiver_that_the_tip_has_too_is_known(waiving: Any) -> None:
    records = [waiving.box("good"), waiver(reason=" ")]
    found = held(waiving, records, records)
    assert (True, True) == (of(found, "policy", "Leave:w").known, found.verdict.passed)
    other = held(waiving, [waiving.box("good"), waiver(reason=" ", approved_by="Fellow:one")], records)
    assert not other.verdict.passed


def test_what_is_waived_stays_so_where_a_baseline_names_it(waiving: Any) -> None:
    entries = nameable(judge(waiving).results)
    texts = [write(record) for record in (waiving.box(), waiver(), *FELLOWS)]
    files = {f"c/{index}.yaml": text.encode() for index, text in enumerate(texts)}
    snapshot = MemorySnapshot(files | {"iscode-baseline.json": baseline.write(entries)})
    found = of(evaluate(snapshot, "", waiving.policy(records=["c/**"]), DAY))
    assert (1, False, "Leave:w") == (len(entries), found.known, found.waiver and found.waiver.record)


TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize("form", sorted({*REPORTERS} - {"html", "intoto", "intoto-predicate", "xlsx"}))
def test_no_report_tells_a_secret_or_anything_live_of_a_reason(waiving: Any, form: str) -> None:
    found = judge(waiving, waiver(reason=f"as {TOKEN}\n::error::x \x9b2J"))
    assert ("w" in str(of(found).waiver), TOKEN in str(of(found).waiver)) == (True, False)
    told = REPORTERS[form]([found], Options()).decode()
    assert TOKEN not in told
    assert "\n::error::x" not in told
    assert form == "json" or "\x9b" not in told
