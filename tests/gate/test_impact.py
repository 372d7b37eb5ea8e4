"""rules impact: what rules on trial would have said of each commit is what they would have said had they been there."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.gate.conftest import WAIVER
from tests.gate.test_history import LAST, busy, evolve

from iscode.change import impact

__all__ = ["busy"]
DAY = "2026-11-24"
RULE = "policy/rules/labelled.yaml"


@pytest.fixture
def owned(change: Any) -> Any:
    """The repository with a box that two people own after each other, once labelled, and one that never was."""
    text = {"type": "string"}
    schema = change.schema("Box", size={"type": "integer"}, label=text, owner=text)
    record = change.record
    change.base({"policy/schemas/box.schema.json": schema, "c/b.yaml": record("Box", "b", size=2, owner="Post:a")})
    change.commit({"c/d.yaml": record("Box", "d", label="x", owner="Post:b")})
    change.commit({"c/b.yaml": record("Box", "b", size=2, label="x", owner="Post:a")})
    change.commit({"c/d.yaml": record("Box", "d", owner="Post:c")})
    change.write({RULE: change.rule("labelled", "has(self.label)")})
    return change


def tried(change: Any, *words: str, code: int = 0) -> dict[str, Any]:
    done = change.call("rules", "impact", *words, "--as-of", DAY, "-f", "json")
    assert code == done.code, done.err
    return json.loads(done.out)  # type: ignore[no-any-return]


def said(change: Any, *words: str) -> str:
    done = change.call("rules", "impact", *words, "--as-of", DAY)
    assert 0 == done.code, done.err
    return str(done.out)


def test_a_new_rule_says_whom_it_fails_now_and_at_which_commits_and_who_answers_for_them(owned: Any) -> None:
    ids = owned.git("log", "--format=%H", "--reverse").split()
    found = tried(owned)
    [rule] = found["rules"]
    assert ("labelled", "new", True, None) == (rule["id"], rule["revision"], rule["selected"], rule["before"])
    assert None is rule["before_reason"]
    assert ids == [row["commit"] for row in found["commits"]]
    assert [(0, 1), (0, 1), (1, 1), (2, 0), (1, 1)] == [
        (row["rules"]["labelled"]["pass"], row["rules"]["labelled"]["fail"]) for row in found["commits"]
    ]
    assert {"total": 5, "judged": 5, "failed": 4} == rule["commits"]
    assert (1, 1, 1) == (rule["now"]["pass"], rule["now"]["fail"], rule["now"]["blocking"])
    assert [("Box:d", "Post:c", [ids[4]]), ("Box:b", "Post:a", ids[:3])] == [
        (row["subject"], row["owner"], row["commits"]) for row in rule["subjects"]
    ]
    assert ("fail", None) == (rule["subjects"][0]["now"]["outcome"], rule["subjects"][1]["now"])
    assert [
        {"owner": "Post:a", "fail": 0, "error": 0, "blocking": 0, "earlier": 1},
        {"owner": "Post:c", "fail": 1, "error": 0, "blocking": 1, "earlier": 0},
    ] == rule["owners"]


def test_the_text_says_the_same(owned: Any) -> None:
    text = said(owned)
    for words in (
        "labelled  high, new, bound by the profile",
        "now      1 pass, 1 fail, 0 not applicable, 0 error; 1 block",
        "earlier  failed somebody at 4 of 5 commits",
        "Post:c: 1 fail now, 1 block",
        "high     Box:d  fails now and at 1 of 5 commits, first at ",
        "c/d.yaml:2:1",
        "Post:a: 1 failed earlier",
        "passes   Box:b  failed at 3 of 5 commits, last at ",
        "judged: the work tree as of 2026-11-24 and 5 of 5 commits",
    ):
        assert words in text


CASCADE = """id: racks
title: What stands in a rack
start: [Rack]
follow: [Rack.holds]
"""


def test_whom_a_rule_fails_is_counted_for_each_system_that_it_hangs_on(owned: Any) -> None:
    holds = {"type": "array", "items": {"type": "string", "x-ref": ["Box"]}}
    rack = {"type": "string", "x-ref": ["Rack"]}
    size, label, owner = {"type": "integer"}, {"type": "string"}, {"type": "string"}
    files = {
        "policy/schemas/box.schema.json": owned.schema("Box", size=size, label=label, owner=owner, rack=rack),
        "policy/schemas/rack.schema.json": owned.schema("Rack", holds=holds),
        "policy/policies/cascades/racks.yaml": CASCADE,
        "c/r.yaml": owned.record("Rack", "r", holds=["Box:b", "Box:d"]),
        "c/s.yaml": owned.record("Rack", "s"),
        "c/b.yaml": owned.record("Box", "b", owner="Post:a"),
        "c/d.yaml": owned.record("Box", "d", owner="Post:c", rack="Rack:s"),
        "c/e.yaml": owned.record("Box", "e", owner="Post:c"),
    }
    owned.write(files)
    [rule] = tried(owned, "labelled")["rules"]
    assert [(None, 1), ("Rack:r", 2), ("Rack:s", 1)] == [(row["system"], row["fail"]) for row in rule["systems"]]
    assert {"Box:b": ["Rack:r"], "Box:d": ["Rack:r", "Rack:s"], "Box:e": []} == {
        row["subject"]: row["systems"] for row in rule["subjects"]
    }
    text = said(owned, "labelled")
    assert "  Rack:r: 2 fail now, 2 block" in text
    assert "  hangs on none of them: 1 fail now, 1 block" in text


def test_the_text_leaves_rows_out_by_owner_and_says_so_only_where_it_does(owned: Any) -> None:
    words = "are left out: `-f json` has them all"
    owned.write({"iscode.yaml": owned.files["iscode.yaml"] + "limits: {printed: 1}\n"})
    assert [1, 1] == [row["fail"] + row["earlier"] for row in tried(owned)["rules"][0]["owners"]]
    assert words not in said(owned)
    owned.write({"c/e.yaml": owned.record("Box", "e", owner="Post:c")})
    text = said(owned)
    assert f"  … more than 1 for an owner {words}" in text
    assert ["Box:b", "Box:d"] == [
        line.split()[1] for line in text.splitlines() if "Box:" in line and line.startswith("    ")
    ]


def test_what_may_be_a_system_is_read_once_however_many_a_rule_fails(owned: Any, monkeypatch: Any) -> None:
    holds = {"type": "array", "items": {"type": "string", "x-ref": ["Box"]}}
    racks = {f"c/r{number}.yaml": owned.record("Rack", f"r{number}", holds=["Box:b"]) for number in range(3)}
    shelves = {
        "policy/schemas/rack.schema.json": owned.schema("Rack", holds=holds),
        "policy/policies/cascades/racks.yaml": CASCADE,
    }
    owned.commit(shelves | racks)
    read = Counter[str]()
    plain = impact._referred

    def counted(record: Any) -> set[str]:
        read[record.reference] += 1
        return plain(record)

    monkeypatch.setattr(impact, "_referred", counted)
    tried(owned, "labelled", "--commits", "1")
    few = {name: number for name, number in read.items() if name.startswith("Rack:")}
    owned.commit({f"c/x{number}.yaml": owned.record("Box", f"x{number}") for number in range(9)})
    read.clear()
    [rule] = tried(owned, "labelled", "--commits", "1")["rules"]
    assert 10 == rule["now"]["fail"]
    assert few == {name: number for name, number in read.items() if name.startswith("Rack:")}
    assert {"Rack:r0": 3, "Rack:r1": 3, "Rack:r2": 3} == few  # of the work tree under both wordings, of the commit


def test_a_range_and_a_number_say_which_commits_are_looked_at(owned: Any) -> None:
    ids = owned.git("log", "--format=%H", "--reverse").split()
    assert ids[3:] == [row["commit"] for row in tried(owned, "--commits", "2")["commits"]]
    assert ids[2:4] == [row["commit"] for row in tried(owned, f"{ids[1]}..{ids[3]}")["commits"]]
    assert [3, 3, 3] == [len(tried(owned, *words)["commits"]) for words in (["HEAD~3.."],) * 3]


def test_a_changed_rule_is_held_against_the_wording_of_the_last_commit(owned: Any) -> None:
    owned.commit()
    owned.edit(RULE, "has(self.label)", "self.?label.orValue('') != 'x'")
    [rule] = tried(owned)["rules"]
    assert ("changed", {"pass": 1, "fail": 1}) == (
        rule["revision"],
        {key: rule["before"][key] for key in ("pass", "fail")},
    )
    assert [("Box:b", False, "fail"), ("Box:d", True, None)] == [
        (row["subject"], row["before"], row["now"] and row["now"]["outcome"]) for row in rule["subjects"]
    ]
    text = said(owned)
    assert "before   1 pass, 1 fail, 0 not applicable, 0 error; 1 block by the wording of the last commit" in text
    assert "; not before the rule was changed" in text


def test_an_old_wording_that_cannot_be_judged_says_why(owned: Any) -> None:
    shelf = "policy/schemas/grant.schema.json"
    grants = [
        owned.schema("Grant", *WAIVER, marked={"x-waiver": True}, **WAIVER, clause={"type": word})
        for word in ("integer", "string")
    ]
    owned.commit({shelf: grants[0]})
    owned.write({shelf: grants[1]})
    owned.edit(RULE, "has(self.label)", "self.?label.orValue('') != 'x'")
    [rule] = tried(owned, "labelled")["rules"]
    assert ("changed", None) == (rule["revision"], rule["before"])
    assert "`clause` of a kind of waivers is a text" in rule["before_reason"]
    assert "before   not judged: " in said(owned, "labelled")


def test_what_a_profile_asks_otherwise_counts_as_a_change_of_the_rule(owned: Any) -> None:
    owned.git("checkout", "--quiet", "--", ".")
    (owned.top / RULE).unlink()
    profile = "policy/policies/profiles/mine.yaml"
    owned.write({profile: owned.files[profile] + "params: {small: {most: 1}}\n"})
    [rule] = tried(owned)["rules"]
    assert ("small", "changed", 0, 1) == (rule["id"], rule["revision"], rule["before"]["fail"], rule["now"]["fail"])


def test_another_scope_is_a_change_of_each_rule_that_judges_records_and_is_held_against_the_former_one(
    owned: Any,
) -> None:
    owned.commit()
    profile = "policy/policies/profiles/mine.yaml"
    owned.write({profile: owned.files[profile] + "scope: {paths: [c/b.yaml]}\n"})
    rules = {rule["id"]: rule for rule in tried(owned)["rules"]}
    assert {"changed"} == {rule["revision"] for rule in rules.values()}
    assert [(1, 1, 0), (1, 0, 1)] == [
        tuple(rules["labelled"][when][word] for word in ("pass", "fail", "not_applicable"))
        for when in ("before", "now")
    ]
    assert [("Box:d", True, "not_applicable")] == [
        (row["subject"], row["before"], row["outcome"]) for row in rules["labelled"]["subjects"] if row["before"]
    ]


def test_a_scope_narrows_no_rule_that_judges_no_records(owned: Any) -> None:
    every = {"subject": "Requirement", "requirements": ["std:*"]}
    owned.commit({"policy/rules/told.yaml": owned.rule("told", "self.id != ''", **every), RULE: None})
    profile = "policy/policies/profiles/mine.yaml"
    owned.write({profile: owned.files[profile] + "scope: {paths: [c/b.yaml]}\n"})
    assert "told" not in {rule["id"] for rule in tried(owned)["rules"]}


def test_a_rule_about_requirements_is_tried_on_those_of_the_standards_that_the_profile_selects(owned: Any) -> None:
    every = {"subject": "Requirement", "requirements": ["std:*", "sea:*"]}
    profile = "policy/policies/profiles/mine.yaml"
    owned.commit(
        {
            "policy/policies/catalogs/sea.yaml": owned.catalog("sea", "1"),
            "policy/rules/told.yaml": owned.rule("told", "self.id != ''", **every),
            profile: "id: mine\ntitle: Mine\nselect: {requirements: ['std:*']}\n",
            RULE: None,
        }
    )
    owned.write({profile: "id: mine\ntitle: Mine\nselect: {requirements: ['std:*', 'sea:*']}\n"})
    [rule] = tried(owned)["rules"]
    assert ("told", "changed", 1) == (rule["id"], rule["revision"], rule["now"]["pass"] - rule["before"]["pass"])


def test_a_commit_that_cannot_be_judged_is_said_and_is_no_pass(owned: Any) -> None:
    config = owned.files["iscode.yaml"]
    broken = owned.commit({"iscode.yaml": "version: 1\nprofle: mine\n", RULE: None})
    owned.commit({"iscode.yaml": config})
    without = owned.commit({"iscode.yaml": None})
    owned.commit({"iscode.yaml": config})
    owned.write({RULE: owned.rule("labelled", "has(self.label)")})
    found = tried(owned)
    reasons = {row["commit"]: row["reason"] for row in found["commits"] if row["reason"]}
    assert {broken, without} == set(reasons)
    assert "profle" in reasons[broken]
    assert [None, None] == [row["rules"]["labelled"] for row in found["commits"] if row["reason"]]
    [rule] = found["rules"]
    assert {"total": 9, "judged": 7, "failed": 6} == rule["commits"]
    text = said(owned)
    assert "failed somebody at 6 of 9 commits; 2 not judged, or in part" in text
    assert f"not judged: {broken[:12]} of {DAY}: " in text
    assert "and 7 of 9 commits" in text


def test_records_that_a_commit_had_broken_err_and_do_not_pass(owned: Any) -> None:
    owned.commit({"c/b.yaml": "kind: Box\nid: b\nsize: much\nstatus: active\n", RULE: None})
    owned.commit({"c/b.yaml": owned.record("Box", "b", label="x")})
    owned.write({RULE: owned.rule("labelled", "has(self.label)")})
    assert [0, 0, 0, 0, 0, 1, 0] == [row["rules"]["labelled"]["error"] for row in tried(owned)["commits"]]


def test_a_rule_that_compares_holds_each_commit_against_the_one_before(owned: Any) -> None:
    (owned.top / RULE).unlink()
    owned.write({"policy/rules/steady.yaml": owned.rule("steady", "has(self.label)", compare="changed")})
    found = tried(owned)
    assert [True, False, False, False, False] == [row["rules"]["steady"]["lacking"] for row in found["commits"]]
    assert [(0, 0), (0, 1), (0, 0), (1, 0), (0, 1)] == [
        (row["rules"]["steady"]["pass"], row["rules"]["steady"]["fail"]) for row in found["commits"]
    ]
    assert 4 == found["rules"][0]["commits"]["judged"]


def test_whom_a_rule_is_not_asked_about_any_more_does_not_pass(owned: Any) -> None:
    label = owned.record("Box", "d", label="x", owner="Post:c")
    owned.write({"c/b.yaml": None, "c/d.yaml": label, "c/t.yaml": owned.record("Trial", "t", of="Box:d", held=DAY)})
    assert {"Box:b": None, "Box:d": "pass"} == {
        row["subject"]: row["outcome"] for row in tried(owned)["rules"][0]["subjects"]
    }
    assert "gone     Box:b  failed at 3 of 5 commits" in said(owned)
    owned.write({RULE: owned.rule("labelled", "has(self.label)", when="!has(self.label)")})
    assert ("not_applicable", "n/a      Box:d") == (
        tried(owned)["rules"][0]["subjects"][1]["outcome"],
        next(line for line in said(owned).splitlines() if "Box:d" in line).strip()[:14],
    )


def test_a_rule_about_commits_is_asked_about_each_of_them(owned: Any) -> None:
    owned.write(
        {
            RULE: None,
            "policy/rules/mine.yaml": owned.rule(
                "mine",
                "self.author == 'me'",
                subject="Commit",
                check=[{"that": "self.author == 'me'", "message": "{self.sha}"}],
            ),
        }
    )
    ids = owned.git("log", "--format=%H", "--reverse").split()
    found = tried(owned)
    assert [f"Commit:{oid}" for oid in sorted(ids[1:])] == [row["subject"] for row in found["rules"][0]["subjects"]]
    assert [True, False, False, False, False] == [row["rules"]["mine"]["lacking"] for row in found["commits"]]


def test_where_the_last_commit_binds_no_policy_nobody_knows_what_is_new(owned: Any) -> None:
    config = owned.files["iscode.yaml"]
    owned.commit({"iscode.yaml": "version: 1\nprofile: lost\n"})
    owned.write({"iscode.yaml": config})
    done = owned.call("rules", "impact", "labelled", "--as-of", DAY)
    assert 0 == done.code
    assert "the last commit binds no policy, so nobody knows which rules differ from it: " in done.err
    assert "labelled  high, the last commit has who knows what, bound by the profile" in done.out


def test_a_rule_that_applied_to_nobody_shows_nothing_and_that_is_said(owned: Any) -> None:
    owned.write({RULE: owned.rule("labelled", "has(self.label)", when="self.?size.orValue(0) > 99")})
    assert "it applied to nobody, neither now nor at a commit: this shows nothing" in said(owned)
    assert not tried(owned)["rules"][0]["met"]


def test_a_rule_that_no_profile_selects_is_tried_all_the_same_and_that_is_said(owned: Any) -> None:
    profile = "policy/policies/profiles/mine.yaml"
    owned.commit({profile: "id: mine\ntitle: Mine\nselect: {requirements: ['std:A.*']}\n", RULE: None})
    owned.write({RULE: owned.rule("labelled", "has(self.label)")})
    [rule] = tried(owned)["rules"]
    assert (False, 1) == (rule["selected"], rule["now"]["fail"])
    assert "not bound by the profile" in said(owned)


def test_a_waiver_keeps_what_a_rule_on_trial_says_from_blocking(owned: Any) -> None:
    leave = owned.leave.replace("small", "labelled").replace("Box:b", "Box:d")
    owned.write({"c/w.yaml": leave})
    [rule] = tried(owned)["rules"]
    assert (1, 0) == (rule["now"]["fail"], rule["now"]["blocking"])
    assert "waived by Leave:w until 2026-12-31: It must be" in said(owned)


@pytest.mark.parametrize(
    ("words", "files", "message"),
    [
        ([], {RULE: None}, "no rule differs from the last commit"),
        (["lost"], {}, "lost"),
        (["HEAD~1..HEAD", "HEAD~2..HEAD"], {}, "are two ranges"),
        (["..HEAD"], {}, "has no beginning"),
        (["none..HEAD"], {}, "none"),
        ([], {RULE: "id: labelled\n"}, "policy/rules/labelled.yaml"),
        ([], {"iscode.yaml": "version: 1\nprofile: lost\n"}, "lost"),
    ],
)
def test_what_cannot_be_tried_has_no_report(owned: Any, words: list[str], files: Any, message: str) -> None:
    owned.write(files)
    done = owned.call("rules", "impact", *words, "--as-of", DAY)
    assert (2, "") == (done.code, done.out)
    assert message in done.err


def test_a_clone_that_is_cut_off_has_no_report(owned: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owned.commit()
    owned.git("clone", "--quiet", "--depth=2", f"file://{owned.top}", str(tmp_path / "cut"))
    monkeypatch.chdir(tmp_path / "cut")
    done = owned.call("rules", "impact", "labelled")
    assert (2, "") == (done.code, done.out)
    assert "shallow" in done.err


@pytest.mark.parametrize("seed", range(3))
def test_each_commit_gets_the_results_that_check_gives_it_where_the_policy_was_the_same(
    busy: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    evolve(busy, random.Random(seed), 16, monkeypatch)  # noqa: S311
    wanted = ("few", "lately", "of-box", "known", "file", "young", "settled", "by-one", "each-word", "decided", "small")
    if busy.git("diff", "--name-only", "main", "--", "policy", "iscode.yaml"):
        busy.git("checkout", "--quiet", "main", "--", "policy", "iscode.yaml")
    done = busy.call("rules", "impact", *wanted, "main~1..HEAD", "--as-of", LAST, "-f", "json")
    assert 0 == done.code, done.err
    compared = 0
    for row in json.loads(done.out)["commits"]:
        if busy.git("diff", "--name-only", "main", row["commit"], "--", "policy", "iscode.yaml"):
            continue
        judged = busy.call("check", "--rev", row["commit"], "--as-of", row["as_of"], "-f", "json", "--all-results")
        report = json.loads(judged.out)
        for rule in wanted:
            mine = [one for one in report["results"] if one["rule"] == rule]
            counts = {word: row["rules"][rule][word] for word in ("pass", "fail", "not_applicable", "error")}
            assert counts == {word: sum(one["outcome"] == word for one in mine) for word in counts}, (rule, row)
            assert row["rules"][rule]["blocking"] == sum(one["blocking"] for one in mine)
        compared += 1
    assert compared >= 2
