"""diff: what a change breaks, mends, leaves, weakens and decides otherwise; 1 only where what blocks got worse."""

from __future__ import annotations

import json
from typing import Any

import pytest

DAY = "2026-11-24"
LISTS = ("broken", "mended", "still_failing", "no_longer_asked")


def diff(change: Any, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of a diff from `main` to what is committed, unless `arguments` say otherwise."""
    done = change.call("diff", *(arguments or ("main", "HEAD")), "--as-of", DAY, "-f", "json")
    assert "" == done.err
    return done.code, json.loads(done.out)


def told(report: dict[str, Any]) -> dict[str, set[tuple[str, str]]]:
    """(rule, subject) of what stands in each list that is not empty."""
    found = {
        name: {((held := each.get("result", each))["rule"], held["subject"]) for each in report[name]} for name in LISTS
    }
    return {name: listed for name, listed in found.items() if listed}


def test_a_break_is_told_with_what_was_there_and_ends_with_1(change: Any) -> None:
    change.commit({"c/b.yaml": change.broken})
    code, report = diff(change)
    assert (1, {"broken": {("small", "Box:b"), ("not-grown", "Box:b")}}) == (code, told(report))
    assert {"small": "pass", "not-grown": "not_applicable"} == {
        each["result"]["rule"]: each["was"] for each in report["broken"]
    }
    assert {"requirement": "std:A.1", "before": "satisfied", "after": "not_satisfied"} in report["requirements"]
    assert (2, change.git("rev-parse", "main")) == (report["worse"], report["base"]["commit"])


def test_what_the_base_has_too_is_still_failing_and_no_worse(change: Any) -> None:
    change.base({"c/b.yaml": change.broken})
    change.commit({"c/extra.yaml": change.record("Fellow", "three")})
    assert (0, {"still_failing": {("small", "Box:b")}}) == (*(found := diff(change))[:1], told(found[1]))


def test_a_failure_that_got_worse_is_broken_anew(change: Any) -> None:
    rule = change.rule("small", "self.?size.orValue(0) <= 3", requirements=["std:A.1"])
    named = rule.replace("{self.id} is not small", "{self.size} is too much")
    change.base({"c/b.yaml": change.broken, "policy/rules/small.yaml": named})
    change.commit({"c/b.yaml": change.record("Box", "b", size=10)})
    code, report = diff(change)
    assert (1, "other") == (code, next(each["was"] for each in report["broken"] if each["result"]["rule"] == "small"))


def test_what_passes_again_is_mended_and_what_nobody_asks_any_more_is_not(change: Any) -> None:
    change.base({"c/b.yaml": change.broken, "c/d.yaml": change.record("Box", "d", size=7)})
    change.commit({"c/b.yaml": change.record("Box", "b", size=1), "c/d.yaml": None})
    code, report = diff(change)
    assert (0, {("small", "Box:b")}) == (code, told(report)["mended"])
    assert {("small", "Box:d"), ("tried", "Box:d")} == told(report)["no_longer_asked"]


def test_a_refused_record_that_is_accepted_again_is_mended(change: Any) -> None:
    change.base({"c/b.yaml": "kind: Box\nid: b\nstatus: active\nsize: much\n"})
    change.commit({"c/b.yaml": change.record("Box", "b", size=1)})
    assert ("schema", "Box:b") in told(diff(change)[1])["mended"]


def test_a_waiver_that_is_taken_away_leaves_a_broken_result(change: Any) -> None:
    change.base({"c/b.yaml": change.broken, "c/w.yaml": change.leave})
    assert {"still_failing": {("small", "Box:b")}} == told(diff(change)[1])
    change.commit({"c/w.yaml": None})
    code, report = diff(change)
    assert (1, "waived") == (code, report["broken"][0]["was"])


def test_nothing_is_live_in_the_reason_of_a_waiver(change: Any) -> None:
    hostile = change.leave.replace("It must be", '"so \\e]0;x\\a\\n::error::x"')
    change.base({"c/b.yaml": change.broken, "c/w.yaml": hostile})
    done = change.call("diff", "main", "HEAD", "--as-of", DAY)
    assert "waived by Leave:w until 2026-12-31: so \\x1b]0;x\\x07" in done.out
    assert not {"\x1b", "\x07"} & set(done.out)
    assert not any(line.lstrip().startswith("::") for line in done.out.splitlines())


def test_a_weaker_policy_is_listed_and_changes_no_verdict(change: Any) -> None:
    change.commit({"policy/rules/small.yaml": None})
    code, report = diff(change)
    assert (0, {}) == (code, told(report))
    assert ["softens: the rule small goes: it judges until the merge"] == [
        each["effect"] for each in report["weakened"]
    ]
    out = change.call("diff", "main", "HEAD", "--as-of", DAY).out
    assert "weakened: 1; this change weakens 1 requirement: std:A.1\n" in out


def test_a_requirement_is_newly_covered_when_a_rule_meets_its_first_record(change: Any) -> None:
    change.base({"c/b.yaml": None, "c/t.yaml": None, "c/x.yaml": change.record("Fellow", "x")})
    assert [] == diff(change)[1]["newly_covered"]
    change.commit({"c/b.yaml": change.files["c/b.yaml"], "c/t.yaml": change.files["c/t.yaml"]})
    assert ["std:A.1", "std:A.2"] == [name for name in diff(change)[1]["newly_covered"] if name != "std:1.1"]


def test_decisions_on_requirements_are_compared_as_they_stand_in_each(change: Any) -> None:
    change.edit("c/s.yaml", "applicable: true", "applicable: false")
    change.commit()
    [first, second] = diff(change)[1]["soa"]
    assert ("std:A.1", True, False) == (
        first["requirement"],
        first["before"]["applicable"],
        first["after"]["applicable"],
    )
    assert "std:A.2" == second["requirement"]


def test_without_a_head_the_work_tree_is_compared_and_staged_the_index(change: Any) -> None:
    change.write({"c/b.yaml": change.broken})
    assert (1, "worktree") == ((found := diff(change, "main"))[0], found[1]["revision"]["kind"])
    assert (0, "index") == ((found := diff(change, "main", "--staged"))[0], found[1]["revision"]["kind"])


def test_a_base_without_such_a_root_had_nothing_so_all_that_fails_is_the_heads_doing(change: Any) -> None:
    change.git("checkout", "--quiet", "main")
    change.git("rm", "--quiet", "iscode.yaml")
    change.commit({"other.txt": "x"})
    change.git("checkout", "--quiet", "-B", "topic")
    change.commit({"iscode.yaml": change.files["iscode.yaml"], "c/b.yaml": change.broken})
    code, report = diff(change)
    assert (1, False, {"nothing"}) == (code, report["base_judged"], {each["was"] for each in report["broken"]})


def test_the_same_commit_twice_differs_in_nothing_whatever_is_wrong_with_it(change: Any) -> None:
    change.base({"c/b.yaml": change.broken, "c/link.yaml": "kind: Box\nid: x\nowner: Nobody:z\n", "c/e.yaml": ""})
    code, report = diff(change)
    assert (0, {"still_failing"}) == (code, set(told(report)))
    assert [[]] * 4 == [report[name] for name in ("weakened", "requirements", "soa", "newly_covered")]


@pytest.mark.parametrize(("form", "heading"), [("text", "broken: 2"), ("md", "### Broken: 2")])
def test_people_read_the_same_and_hostile_text_stays_text(change: Any, form: str, heading: str) -> None:
    change.edit("policy/rules/small.yaml", "is not small", "is not {self.label}")
    change.base({"policy/rules/small.yaml": (change.top / "policy/rules/small.yaml").read_text()})
    change.commit({"c/b.yaml": change.record("Box", "b", size=9, label="\x1b[31m<b>@all")})
    done = change.call("diff", "main", "HEAD", "--as-of", DAY, "-f", form)
    assert (1, True) == (done.code, heading in done.out)
    assert "\x1b" not in done.out
    assert (form == "text") == ("<b>@all" in done.out)
    assert "WORSE: 2 broken results block" in done.out


def test_a_base_that_is_none_is_no_verdict(change: Any) -> None:
    done = change.call("diff", "nowhere", "HEAD")
    assert (2, "") == (done.code, done.out)
