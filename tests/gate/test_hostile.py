"""What a hostile head, work space or environment brings beside records changes nothing of what is judged."""

from __future__ import annotations

import os
from typing import Any

import pytest

BREAKS = {("small", "Box:b"), ("not-grown", "Box:b")}


def broken(change: Any) -> str:
    return str(change.commit({"c/b.yaml": change.broken}))


def refused(change: Any, *arguments: str, rev: str | None = "HEAD") -> None:
    verdict = change.judge(*arguments, rev=rev)
    assert (1, True) == (verdict.code, verdict.blocking >= BREAKS), verdict.err


def test_a_folder_that_is_itself_a_repository_judges_nothing(change: Any) -> None:
    """`HEAD objects/ refs/ config` in a folder is a bare repository to a git that runs there."""
    change.git("clone", "--quiet", "--bare", ".", "c/inner")
    for folder in ("refs/heads", "objects/info"):
        (change.top / "c/inner" / folder).mkdir(parents=True, exist_ok=True)
        (change.top / "c/inner" / folder / ".keep").write_text("")
    broken(change)
    refused(change)
    done = change.call("check", "--rev", "HEAD", "--base", "main", "--as-of", "2026-11-24", "c/inner")
    assert 2 == done.code


def test_grafts_make_no_base_of_the_head(change: Any) -> None:
    head, base = broken(change), change.git("rev-parse", "main")
    change.write({".git/info/grafts": f"{base} {head}\n"})
    refused(change)


def test_a_replaced_base_and_a_replaced_head_are_read_as_they_are(change: Any) -> None:
    good = change.git("rev-parse", "main")
    head = broken(change)
    change.git("replace", head, good)
    refused(change)
    change.git("replace", "--delete", head)
    change.git("replace", good, head)
    refused(change)


def test_a_commit_graph_that_tells_of_other_parents_is_not_asked(change: Any) -> None:
    broken(change)
    change.git("commit-graph", "write", "--reachable")
    graph = change.top / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes().replace(bytes.fromhex(change.git("rev-parse", "main^{tree}")), b"\x00" * 20))
    refused(change)


def test_a_loose_object_with_another_content_is_no_verdict(change: Any) -> None:
    broken(change)
    bad, good = (change.git("rev-parse", f"{name}:c/b.yaml") for name in ("HEAD", "main"))
    paths = [change.top / ".git/objects" / oid[:2] / oid[2:] for oid in (bad, good)]
    paths[0].chmod(0o644)
    paths[0].write_bytes(paths[1].read_bytes())
    verdict = change.judge()
    assert (2, {}) == (verdict.code, verdict.report)


def test_a_repository_and_a_pipe_among_the_records_fail(change: Any) -> None:
    (change.top / "c/inner").mkdir()
    change.git("init", "--quiet", folder=change.top / "c/inner")
    os.mkfifo(change.top / "c/pipe.yaml")
    verdict = change.judge(rev=None)
    assert (1, {("record", "File:c/inner"), ("record", "File:c/pipe.yaml")}) == (verdict.code, verdict.blocking)


@pytest.mark.parametrize("name", ["c/b.yaml", "c"])
def test_a_record_that_becomes_a_link_is_refused(change: Any, name: str) -> None:
    change.git("rm", "--quiet", "-r", name)
    (change.top / name).symlink_to("elsewhere")
    verdict = change.propose({})
    assert (1, True) == (verdict.code, any(rule == "record" for rule, _ in verdict.blocking)), verdict.err


def test_an_ignore_file_of_the_user_hides_no_record(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change.write({".git/info/exclude": "", "hidden": "c/\n"})
    change.git("config", "core.excludesFile", str(change.top / "hidden"))
    change.write({"c/untracked.yaml": change.record("Box", "untracked", size=9)})
    verdict = change.judge(rev=None)
    assert ("small", "Box:untracked") in verdict.blocking


def test_variables_that_lead_elsewhere_lead_nowhere(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(change)
    for name, value in (("GIT_GRAFT_FILE", "x"), ("GIT_REPLACE_REF_BASE", "x"), ("GIT_OBJECT_DIRECTORY", "x")):
        monkeypatch.setenv(name, value)
    refused(change)


def test_a_git_and_modules_in_the_judged_folder_are_not_run(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(change)
    program = change.top / "git"
    program.write_text(f"#!/bin/sh\ntouch {change.top}/ran\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{change.top}{os.pathsep}{os.environ['PATH']}")
    refused(change)
    assert not (change.top / "ran").exists()


WORDS = ("check", "--rev", "HEAD", "--base", "main", "--as-of", "2026-11-24")


@pytest.fixture
def shipped(change: Any) -> Any:
    """The change under the shelves that ship, for processes; the box is broken."""
    gone = {path: None for path in change.files if "std:" not in change.files[path] and path.startswith("c/")}
    kept = {
        path: text.replace("std:A.", "iso27001:A.5.")
        .replace("std:1.1", "iso27001:4.1")
        .replace("std:*", "iso27001:4.1")
        for path, text in change.files.items()
        if path.startswith("policy/rules/")
    }
    profile = "id: mine\ntitle: Mine\nselect: {rules: [small, tried, not-grown]}\n"
    box = {"c/b.yaml": change.record("Box", "b", size=2), "c/t.yaml": change.files["c/t.yaml"], "c/s.yaml": None}
    change.base({**gone, **kept, **box, "policy/policies/profiles/mine.yaml": profile})
    broken(change)
    return change


def test_modules_in_the_judged_folder_are_not_imported(shipped: Any, process: Any, monkeypatch: Any) -> None:
    marker = f"import pathlib; pathlib.Path({str(shipped.top / 'ran')!r}).touch()\n"
    shipped.commit(dict.fromkeys(("yaml.py", "iscode/__init__.py", "sitecustomize.py", "click.py"), marker))
    monkeypatch.setenv("PYTHONPATH", str(shipped.top))
    done = process(*WORDS)
    assert (1, True) == (done.returncode, b"b is not small" in done.stdout), done.stderr
    assert not (shipped.top / "ran").exists()


def test_a_closed_standard_output_is_no_verdict(shipped: Any, process: Any) -> None:
    assert 1 == process(*WORDS).returncode
    assert 2 == process(*WORDS, capture_output=False, preexec_fn=lambda: os.close(1)).returncode


def plans(printed: list[bytes]) -> list[str]:
    """Every way for every call: it is killed, it fails, it prints nothing, it prints half."""
    ways = ["killed:9", "fails:1", "cut:0"]
    return [
        f"{call}:{way}"
        for call, text in enumerate(printed)
        for way in (*ways, f"cut:{len(text) // 2}")
        if len(text) > 1
    ]


def test_no_call_of_git_that_goes_wrong_passes(change: Any, faulty_git: Any) -> None:
    """The head passes, so a call that is believed although it told half would be seen: the report is the same."""
    change.git("checkout", "--quiet", "main")
    change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "topic")
    change.commit({"c/b.yaml": change.record("Box", "b", size=1)})
    faulty_git.arm()
    whole = change.judge()
    assert 0 == whole.code
    tried = plans(faulty_git.printed())
    for plan in tried:
        faulty_git.arm(plan)
        verdict = change.judge()
        assert (2, {}) == (verdict.code, verdict.report), plan
    assert len(tried) >= 48
