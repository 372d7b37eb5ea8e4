"""baseline: a firm with old failures begins with a gate that judges what is new, and works the list off."""

from __future__ import annotations

import json
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
NAME = "iscode-baseline.json"
DRILL = "compliance/control-tests/oversight-drill-2026-11.yaml"
PERSON = "compliance/people/p-001.yaml"


@pytest.fixture
def old(firm: Any) -> Any:
    """The firm with a failure that is committed: the drill of its stop button lies too far back."""
    firm.change(DRILL, 'performed_on: "2026-11-12"', 'performed_on: "2025-11-12"')
    firm.commit()
    return firm


def verdict(iscode: Any, *arguments: str) -> tuple[int, int, int]:
    """The exit code of a check, what blocks and what is known."""
    done = iscode("check", *DAY, "-f", "json", *arguments)
    found = json.loads(done.out)["verdict"]
    return done.code, found["blocking"], found["counts"]["known"]


def test_a_commit_that_fails_passes_with_its_baseline_and_fails_again_with_something_new(old: Any, iscode: Any) -> None:
    assert (1, 1, 0) == verdict(iscode, "--rev", "HEAD")
    done = iscode("baseline", "create", *DAY)
    assert (0, f"{NAME}: 1 written; nothing else blocks\n", "") == (done.code, done.out, done.err)
    old.commit()
    assert (0, 0, 1) == verdict(iscode, "--rev", "HEAD")
    assert (0, 0, 1) == verdict(iscode, "--rev", "HEAD", "--existing", "block")
    old.change(PERSON, "status: active", "status: actve")
    old.commit()
    code, blocking, known = verdict(iscode, "--rev", "HEAD")
    assert (1, True, 1) == (code, blocking > 0, known)


def test_what_is_mended_leaves_the_baseline_and_nothing_enters_it(old: Any, iscode: Any) -> None:
    iscode("baseline", "create", *DAY)
    before = (old.top / NAME).read_bytes()
    old.change(PERSON, "status: active", "status: actve")
    done = iscode("baseline", "shrink", *DAY)
    assert f"{NAME}: 0 removed, 1 left; " in done.out
    assert "block: `iscode check` says why" in done.out
    assert before == (old.top / NAME).read_bytes()
    old.change(DRILL, 'performed_on: "2025-11-12"', 'performed_on: "2026-11-12"')
    done = iscode("baseline", "shrink", *DAY)
    assert (0, True) == (done.code, done.out.startswith(f"{NAME}: 1 removed, 0 left; "))
    assert [] == json.loads((old.top / NAME).read_bytes())["entries"]
    assert 1 == iscode("check", *DAY).code


@pytest.mark.parametrize("firm", ["harbor"], indirect=True)
def test_what_is_named_blocks_no_more_however_much_stands_behind_a_failure(firm: Any, iscode: Any) -> None:
    (firm.top / NAME).unlink()
    firm.commit()
    code, blocking, _ = verdict(iscode, "--rev", "HEAD")
    done = iscode("baseline", "create", *DAY)
    entries = json.loads((firm.top / NAME).read_bytes())["entries"]
    assert (1, True) == (code, len(entries) > blocking)
    assert f"{NAME}: {len(entries)} written; nothing else blocks\n" == done.out


def test_a_baseline_is_created_once(old: Any, iscode: Any) -> None:
    iscode("baseline", "create", *DAY)
    before = (old.top / NAME).read_bytes()
    done = iscode("baseline", "create", *DAY)
    assert (2, "") == (done.code, done.out)
    assert "iscode baseline shrink" in done.err
    assert before == (old.top / NAME).read_bytes()


def test_a_baseline_that_the_last_commit_has_does_not_begin_anew(old: Any, iscode: Any) -> None:
    iscode("baseline", "create", *DAY)
    old.commit()
    (old.top / NAME).unlink()
    assert 2 == iscode("baseline", "create", *DAY).code
    assert not (old.top / NAME).exists()


def test_where_nothing_blocks_no_baseline_is_written(firm: Any, iscode: Any) -> None:
    done = iscode("baseline", "create", *DAY)
    assert (0, "nothing to name; nothing else blocks\n") == (done.code, done.out)
    assert not (firm.top / NAME).exists()


def test_without_a_baseline_there_is_nothing_to_shrink(firm: Any, iscode: Any) -> None:
    done = iscode("baseline", "shrink", *DAY)
    assert (2, "") == (done.code, done.out)
    assert "iscode baseline create" in done.err
    assert not (firm.top / NAME).exists()


def test_a_baseline_in_the_way_that_is_a_link_is_left_alone(old: Any, iscode: Any, tmp_path: Any) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    (old.top / NAME).symlink_to(tmp_path / "elsewhere")
    for verb in ("create", "shrink"):
        assert 2 == iscode("baseline", verb, *DAY).code
    assert "mine" == (tmp_path / "elsewhere").read_text()


def test_the_baseline_is_that_of_the_root_at_or_above_the_path(old: Any, iscode: Any, tmp_path: Any) -> None:
    assert 0 == iscode("baseline", "create", *DAY, "compliance/people").code
    assert 1 == len(json.loads((old.top / NAME).read_bytes())["entries"])


def test_a_flaw_of_a_waiver_enters_no_baseline(old: Any, iscode: Any) -> None:
    waiver = {
        "kind": "Waiver", "id": "w", "title": "Waive it", "owner": "Role:chief-executive", "status": "active",
        "waives": ["there-is-none"], "subjects": ["AISystem:credit-scoring"], "reason": "It must be",
        "requested_by": "Person:p-001", "approved_by": "Person:p-002", "starts": "2026-11-01", "expires": "2026-12-01",
    }  # fmt: skip
    old.write("compliance/waivers/w.yaml", json.dumps(waiver))
    done = iscode("baseline", "create", *DAY)
    assert "more block: `iscode check` says why" in done.out
    said = json.loads(iscode("check", *DAY, "-f", "json").out)["results"]
    assert ("policy", True, False) in {(each["rule"], each["blocking"], each["known"]) for each in said}


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1, "entries": [{}]}'])
def test_a_broken_baseline_is_no_verdict(firm: Any, iscode: Any, text: str) -> None:
    firm.write(NAME, text)
    for command in (("check", *DAY), ("baseline", "shrink", *DAY)):
        done = iscode(*command)
        assert (2, "") == (done.code, done.out)
        assert f"iscode: {NAME}:1:" in done.err


def test_check_never_writes_a_baseline(old: Any, iscode: Any) -> None:
    iscode("baseline", "create", *DAY)
    before = (old.top / NAME).read_bytes()
    old.change(DRILL, 'performed_on: "2025-11-12"', 'performed_on: "2026-11-12"')
    assert (0, 0, 0) == verdict(iscode)
    assert before == (old.top / NAME).read_bytes()


# What is known at the desk and in the hook


def test_a_failure_that_is_committed_is_known_at_the_desk_and_a_commit_is_judged_whole(old: Any, iscode: Any) -> None:
    assert [(0, 0, 1), (0, 0, 1), (1, 1, 0)] == [
        verdict(iscode, *mode) for mode in ([], ["--staged"], ["--rev", "HEAD"])
    ]
    done = iscode("check", *DAY)
    assert done.out.endswith("PASSED; 1 known result does not block; 2 requirements not satisfied without blocking\n")


def test_a_failure_that_is_staged_blocks_beside_one_that_is_committed(old: Any, iscode: Any) -> None:
    old.write("compliance/new.yaml", "kind: Evidnce\n")
    assert (0, 0, 1) == verdict(iscode, "--staged")
    old.git("add", "--all")
    code, blocking, known = verdict(iscode, "--staged")
    assert (1, True, 1) == (code, blocking > 0, known)


def test_what_is_known_blocks_where_the_command_says_so(old: Any, iscode: Any) -> None:
    assert (1, 1, 1) == verdict(iscode, "--existing", "block")
    document = json.loads(iscode("check", *DAY, "-f", "json", "--existing", "block", "--new-only").out)
    assert ("block", True) == (document["options"]["existing"], document["options"]["new_only"])
    assert [True] == [each["known"] for each in document["results"]]


def test_what_is_known_may_be_left_out_of_the_text_and_never_out_of_the_verdict(old: Any, iscode: Any) -> None:
    whole, new = (iscode("check", *DAY, *more) for more in ((), ("--new-only",)))
    assert (True, False) == ("38:1" in whole.out, "38:1" in new.out)
    assert whole.out.splitlines()[-1] == new.out.splitlines()[-1]
    assert 1 == iscode("check", *DAY, "--new-only", "--existing", "block").code


def test_before_the_first_commit_nothing_is_known(firm: Any, iscode: Any) -> None:
    firm.git("update-ref", "-d", "HEAD")
    firm.change(PERSON, "status: active", "status: actve")
    code, blocking, known = verdict(iscode)
    assert (1, True, 0) == (code, blocking > 0, known)
