"""The base: what is judged against it, where the head left it, and which words name it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

DAY = "2026-11-24"
BREAKS = {("small", "Box:b"), ("not-grown", "Box:b")}


def test_work_tree_index_and_commit_are_judged_against_the_base(change: Any) -> None:
    """The commit is good, the index is broken, the work tree is good again."""
    change.write({"c/b.yaml": change.broken})
    change.git("add", "c/b.yaml")
    change.write({"c/b.yaml": change.files["c/b.yaml"]})
    tree = change.judge(rev=None)
    index = change.judge("--staged", rev=None)
    commit = change.judge()
    assert [0, 1, 0] == [tree.code, index.code, commit.code]
    assert ["worktree", "index", "commit"] == [each.report["revision"]["kind"] for each in (tree, index, commit)]
    assert BREAKS == index.blocking
    assert [None, None, change.git("rev-parse", "HEAD")] == [
        each.report["revision"]["commit"] for each in (tree, index, commit)
    ]
    assert change.git("write-tree") == index.report["revision"]["tree"]


def test_without_a_base_nothing_is_said_of_one(change: Any) -> None:
    for head in ((), ("--staged",), ("--rev", "HEAD")):
        report = json.loads(change.call("check", *head, "--as-of", DAY, "-f", "json").out)
        assert (None, []) == (report["base"], report["policy_changes"])


def test_a_commit_without_a_base_is_not_compared_and_that_is_counted(change: Any) -> None:
    report = json.loads(change.call("check", "--rev", "HEAD", "--as-of", DAY, "-f", "json").out)
    assert 2 == report["verdict"]["not_judged"]
    assert 0 == change.judge().report["verdict"]["not_judged"]


def test_the_policy_is_that_of_the_tip_and_records_are_compared_with_where_the_head_left(change: Any) -> None:
    left = change.git("rev-parse", "main")
    change.commit({"c/b.yaml": change.record("Box", "b", size=3)})
    change.git("checkout", "--quiet", "main")
    labelled = change.rule("labelled", 'self.?label.orValue("") != ""', status=["active"])
    tip = change.commit(
        {"policy/rules/labelled.yaml": labelled, "c/b.yaml": change.record("Box", "b", size=3, label="b")}
    )
    change.git("checkout", "--quiet", "topic")
    verdict = change.judge()
    assert {"commit": tip, "merge_base": left, "adopted": False} == verdict.report["base"]
    assert {("labelled", "Box:b"), ("not-grown", "Box:b")} == verdict.blocking


def test_a_record_that_is_moved_to_another_file_is_compared_with_itself(change: Any) -> None:
    """It is neither removed nor new: what grew on the way is told, and what stayed as it was has not changed."""
    moved = change.propose({"c/b.yaml": None, "c/far/other.yaml": change.files["c/b.yaml"]}, "--all-results")
    grown = change.propose({"c/far/other.yaml": change.broken})
    found = [each.result("not-grown") for each in (moved, grown)]
    assert [("not_applicable", "condition"), ("fail", "violated")] == [
        (each["outcome"], each["cause"]) for each in found
    ]
    assert "c/far/other.yaml" == found[1]["location"]["path"]


def test_a_record_of_another_is_gone_also_where_its_file_stays(change: Any) -> None:
    change.propose({"c/t.yaml": change.record("Trial", "u", of="Box:b", held="2026-10-01")})
    assert {("kept", "Trial:t")} == change.judge().blocking


def test_what_the_base_went_on_to_do_is_not_taken_for_the_heads_doing(change: Any) -> None:
    """A record that the base got after the head left is not removed by the head."""
    change.git("checkout", "--quiet", "main")
    change.commit({"c/t2.yaml": change.record("Trial", "t2", of="Box:b", held="2026-10-02")})
    change.git("checkout", "--quiet", "topic")
    assert 0 == change.judge().code


def test_of_several_merge_bases_none_is_taken_but_the_tip(change: Any) -> None:
    one = change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "main")
    other = change.commit({"c/b.yaml": change.record("Box", "b", size=1)})
    change.git("merge", "--quiet", "--no-edit", one)
    tip = change.git("rev-parse", "main")
    change.git("checkout", "--quiet", "topic")
    change.git("merge", "--quiet", "--no-edit", other)
    assert {one, other} == set(change.git("merge-base", "--all", "main", "topic").split())
    verdict = change.propose({"c/b.yaml": change.record("Box", "b", size=2)})
    assert {"commit": tip, "merge_base": tip, "adopted": False} == verdict.report["base"]
    assert {("not-grown", "Box:b")} == verdict.blocking


def test_each_commit_that_the_base_does_not_have_is_judged_also_where_the_two_met_several_times(change: Any) -> None:
    signed = change.rule("signed", 'self.signed == "trusted"', subject="Commit")
    change.base({"policy/rules/signed.yaml": signed.replace("{self.id}", "{self.sha}")})
    one = change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "main")
    other = change.commit({"c/four.yaml": change.record("Fellow", "four")})
    change.git("merge", "--quiet", "--no-edit", one)
    change.git("checkout", "--quiet", "topic")
    change.git("merge", "--quiet", "--no-edit", other)
    merged, last = change.git("rev-parse", "HEAD"), change.commit({"c/five.yaml": change.record("Fellow", "five")})
    assert {("signed", f"Commit:{sha}") for sha in (merged, last)} == change.judge().blocking


def test_a_base_that_is_missing_or_never_met_the_head_is_no_verdict(change: Any) -> None:
    change.git("checkout", "--quiet", "--orphan", "alone")
    change.commit({"c/three.yaml": change.record("Fellow", "three")})
    for base, words in (("nowhere", "no commit is called nowhere"), ("main", "have no commit in common")):
        verdict = change.judge(base=base)
        assert (2, True) == (verdict.code, words in verdict.err), verdict.err
    verdict = change.judge(base="0" * 39 + "1")
    assert (2, True) == (verdict.code, "is missing" in verdict.err)


def test_a_branch_without_a_commit_has_no_base(change: Any) -> None:
    change.git("checkout", "--quiet", "--orphan", "alone")
    for head in ((), ("--staged",)):
        verdict = change.judge(*head, rev=None)
        assert (2, True) == (verdict.code, "the branch has no commit yet" in verdict.err)


def test_a_tag_of_the_name_of_the_base_is_no_verdict(change: Any) -> None:
    change.commit({"policy/rules/small.yaml": None, "c/b.yaml": change.broken})
    change.git("tag", "main", "HEAD")
    verdict = change.judge()
    assert (2, True) == (verdict.code, "main is a branch and a tag" in verdict.err)
    assert 1 == change.judge(base="refs/heads/main").code


def test_a_file_of_the_name_of_the_base_is_none(change: Any) -> None:
    verdict = change.propose({"main": "x", "c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)


def test_a_reference_and_its_id_as_base_give_the_same_bytes(change: Any) -> None:
    change.commit({"c/b.yaml": change.broken})
    named = [change.git("rev-parse", "main"), "main", "refs/heads/main", "HEAD^", "HEAD~1"]
    assert 1 == len({json.dumps(change.judge(base=base).report) for base in named})


def clone(change: Any, folder: Path, depth: int) -> None:
    words = ["git", "clone", "--quiet", f"--depth={depth}", "--branch=pull", f"file://{change.top}", str(folder)]
    subprocess.run(words, check=True, capture_output=True)


def test_a_merge_commit_at_depth_two_is_judged_against_its_first_parent(change: Any, tmp_path: Path) -> None:
    """What a CI runner fetches for a pull request."""
    change.commit({"c/b.yaml": change.broken})
    change.git("checkout", "--quiet", "-B", "pull", "main")
    change.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    clone(change, tmp_path / "clone", 2)
    verdict = change.judge(base="HEAD^1", path=str(tmp_path / "clone"))
    assert (1, BREAKS) == (verdict.code, verdict.blocking)
    assert change.git("rev-parse", "main") == verdict.report["base"]["merge_base"]


def test_a_head_with_two_commits_is_not_judged_by_its_own_first_one(change: Any) -> None:
    """The first commit weakens, the second breaks: the parent of the head is its author's own."""
    change.commit({"policy/rules/small.yaml": change.rule("small", "true")})
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)


def test_a_shallow_clone_in_which_the_head_left_is_not_found_is_no_verdict(change: Any, tmp_path: Path) -> None:
    change.commit({"c/b.yaml": change.broken})
    change.git("checkout", "--quiet", "main")
    change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "-B", "pull", "topic")
    change.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    clone(change, tmp_path / "clone", 2)
    verdict = change.judge(base="HEAD^2", rev="HEAD^1", path=str(tmp_path / "clone"))
    assert (2, True) == (verdict.code, "fetch-depth: 0" in verdict.err)


def test_a_bare_repository_is_judged_against_a_base(change: Any, tmp_path: Path) -> None:
    change.commit({"c/b.yaml": change.broken})
    change.git("clone", "--quiet", "--bare", str(change.top), str(tmp_path / "bare.git"))
    words = ("check", "--git-dir", str(tmp_path / "bare.git"), "--rev", "topic", "--base", "main", "--as-of", DAY)
    done = change.call(*words, "-f", "json")
    assert 1 == done.code
    assert {"small", "not-grown"} == {each["rule"] for each in json.loads(done.out)["results"] if each["blocking"]}


def test_the_text_names_the_base_where_the_head_left_it_and_the_changes_of_policy(change: Any) -> None:
    left = change.git("rev-parse", "main")
    change.git("checkout", "--quiet", "main")
    tip = change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "topic")
    change.edit("policy/rules/small.yaml", "most: 3", "most: 30")
    change.commit({"c/b.yaml": change.broken})
    lines = change.call("check", "--rev", "HEAD", "--base", "main", "--as-of", DAY).out.splitlines()
    said = f"base: {tip[:12]}, whose policy judges together with the head's; what became of records is asked since"
    assert f"{said} {left[:12]}, where the head left it" in lines
    at = lines.index("changes of policy: this change weakens 1 requirement: std:A.1")
    assert ["  policy", "  policy/rules/small.yaml"] == [line for line in lines[at:] if line.startswith("  policy")]
    assert "FAILED: 2 results block" == lines[-1]
