"""The roots of the base decide: no head takes one away, moves it, or cuts files out by one of its own."""

from __future__ import annotations

from typing import Any

import pytest

LOST = "the base has a root in the top of the repository, and the head has none there"


def no_verdict(verdict: Any, words: str) -> None:
    assert (2, {}, True) == (verdict.code, verdict.report, words in verdict.err), verdict.err


def test_a_root_that_the_head_deletes_is_no_verdict(change: Any) -> None:
    no_verdict(change.propose({"iscode.yaml": None, "c/b.yaml": change.broken}), LOST)


def test_a_root_that_the_head_renames_by_case_is_no_verdict(change: Any) -> None:
    change.git("mv", "iscode.yaml", "Iscode.yaml")
    no_verdict(change.propose({"c/b.yaml": change.broken}), LOST)


def test_a_root_that_the_head_moves_into_a_folder_is_no_verdict(change: Any) -> None:
    (change.top / "sub").mkdir()
    change.git("mv", "iscode.yaml", "c", "policy", "sub")
    no_verdict(change.propose({}), LOST)
    no_verdict(change.propose({}, path="sub"), "in the base sub is no root")


def test_a_root_that_becomes_a_link_is_no_verdict(change: Any) -> None:
    text = (change.top / "iscode.yaml").read_text()
    change.write({"iscode.yaml": None, "elsewhere.yaml": text})
    (change.top / "iscode.yaml").symlink_to("elsewhere.yaml")
    no_verdict(change.propose({"c/b.yaml": change.broken}), "iscode.yaml:1:1: it is no regular file")


def test_a_link_of_another_case_beside_the_root_is_no_verdict(change: Any) -> None:
    (change.top / "ISCODE.yaml").symlink_to("iscode.yaml")
    no_verdict(change.propose({}), "ISCODE.yaml:1:1: it is no regular file")


def test_a_base_whose_root_is_a_link_is_no_verdict(change: Any) -> None:
    text = (change.top / "iscode.yaml").read_text()
    change.write({"iscode.yaml": None, "elsewhere.yaml": text})
    (change.top / "iscode.yaml").symlink_to("elsewhere.yaml")
    change.base({})
    no_verdict(change.propose({"iscode.yaml": None}), "iscode.yaml:1:1: it is no regular file")


def test_a_folder_that_only_the_head_roots_is_judged_with_the_root_above(change: Any) -> None:
    change.base({"iscode.yaml": change.files["iscode.yaml"].replace("c/**/*.yaml", "**/[a-z].yaml")})
    root = {"sub/iscode.yaml": "version: 1\nprofile: all\n"}
    verdict = change.propose({**root, "sub/x.yaml": change.record("Box", "x", size=9)})
    assert (1, {("small", "Box:x"), ("tried", "Box:x")}) == (verdict.code, verdict.blocking)


def test_a_root_in_a_root_that_only_the_head_has_cannot_be_judged_alone(change: Any) -> None:
    verdict = change.propose({"sub/iscode.yaml": change.files["iscode.yaml"]}, path="sub")
    no_verdict(verdict, "in the base sub is no root")
    assert "judge the root it belongs to: ." in verdict.err


def nested(change: Any) -> None:
    """A root below the top one, in the base, with a box of its own that no rule has anything against."""
    inner = {f"c/in/{path}": text for path, text in change.files.items() if not path.startswith("c/")}
    records = {f"c/in/{path}": text for path, text in change.files.items() if path.startswith("c/")}
    change.base(inner | records)


def test_a_root_in_a_root_that_both_have_is_judged_on_its_own(change: Any) -> None:
    nested(change)
    broken = {"c/in/c/b.yaml": change.broken}
    assert [0, 1] == [change.propose(broken).code, change.judge(path="c/in").code]
    assert ("small", "Box:b") in change.judge(path="c/in").blocking


def test_a_root_in_a_root_that_the_head_deletes_is_no_verdict(change: Any) -> None:
    nested(change)
    verdict = change.propose({"c/in/iscode.yaml": None})
    no_verdict(verdict, "c/in/iscode.yaml:1:1: the base has a root in c/in, and the head has none there")
    assert "a move is two changes" in verdict.err
    no_verdict(change.judge(path="c/in"), "the base has a root in c/in")


@pytest.mark.parametrize("where", [".", "apart"])
def test_a_root_where_the_base_has_none_at_or_above_is_adopted(change: Any, where: str) -> None:
    change.git("checkout", "--quiet", "--orphan", "bare")
    change.git("rm", "-r", "--quiet", "--force", ".")
    change.commit({"readme": "nothing yet\n"})
    change.git("branch", "--force", "main")
    change.git("checkout", "--quiet", "-B", "topic")
    files = {path if where == "." else f"{where}/{path}": text for path, text in change.files.items()}
    verdict = change.propose(files, path=where)
    tip = change.git("rev-parse", "main")
    assert 0 == verdict.code
    assert {"commit": tip, "merge_base": tip, "adopted": True} == verdict.report["base"]
    broken = "c/b.yaml" if where == "." else f"{where}/c/b.yaml"
    verdict = change.propose({broken: change.broken}, path=where)
    assert {("small", "Box:b")} == verdict.blocking


def test_a_waiver_of_an_adopted_root_holds(change: Any) -> None:
    change.git("checkout", "--quiet", "main")
    change.commit(dict.fromkeys(change.files))
    change.git("checkout", "--quiet", "-B", "topic")
    verdict = change.propose({**change.files, "c/w.yaml": change.leave, "c/b.yaml": change.broken})
    assert (0, "Leave:w") == (verdict.code, verdict.result("small")["waiver"]["record"])


@pytest.mark.parametrize("head", [(), ("--staged",), ("--rev", "HEAD")])
def test_the_path_names_the_root_itself(change: Any, head: tuple[str, ...]) -> None:
    done = change.call("check", *head, "--base", "main", "--as-of", "2026-11-24", "c")
    assert 2 == done.code
    assert "in the base c is no root" in done.err
