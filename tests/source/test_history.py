"""The commits that led to one: what they say, which files they changed, and that half an answer is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from iscode.errors import RepositoryError
from iscode.source import discover, history
from iscode.source.history import Change, LoggedCommit, RepositoryHistory
from iscode.source.message import coauthors, trailers

DAY = "2026-03-01T12:00:00+02:00"
WHO = {"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.invalid", "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
       "GIT_COMMITTER_DATE": DAY}  # fmt: skip


def commits(checkout, name: str | None = None) -> tuple[LoggedCommit, ...]:
    return RepositoryHistory(checkout.open(), name).commits


def record(checkout, message: str = "change", **variables: str) -> str:
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "--allow-empty", "-m", message, **{**WHO, **variables})
    return checkout.text("rev-parse", "HEAD")


def blob(checkout, name: str) -> str:
    return checkout.text("rev-parse", f"HEAD:{name}")


def test_a_commit_tells_who_made_it_and_what_it_changed(checkout) -> None:
    (first,) = commits(checkout)
    before = blob(checkout, "compliance/a.yaml")
    checkout.write("compliance/a.yaml", b"kind: Other\n")
    oid = record(checkout, "Title\n\nText\n\nReviewed-by: Bob <bob@example.invalid>")
    after = blob(checkout, "compliance/a.yaml")
    assert (
        LoggedCommit(
            oid=oid,
            parents=(first.oid,),
            position=1,
            author="ann@example.invalid",
            coauthors=(),
            day="2026-03-01",
            trailers={"Reviewed-by": ("Bob <bob@example.invalid>",)},
            signed=False,
            changes=(Change("compliance/a.yaml", before, after),),
            files=("compliance/a.yaml",),
        ),
        first,
    ) == commits(checkout)


def test_the_first_commit_adds_every_file(checkout) -> None:
    (first,) = commits(checkout)
    assert (0, ()) == (first.position, first.parents)
    assert ["compliance/a.yaml", "compliance/deep/b.yaml", "iscode.yaml"] == [change.path for change in first.changes]
    assert {None} == {change.before for change in first.changes}


def test_a_repository_without_a_commit_has_no_history(empty) -> None:
    assert () == commits(empty)


def test_a_named_commit_has_its_own_history(checkout) -> None:
    first = checkout.text("rev-parse", "HEAD")
    record(checkout)
    assert [first] == [commit.oid for commit in commits(checkout, first)]


def test_an_empty_commit_changes_nothing(checkout) -> None:
    record(checkout)
    assert ((), ()) == (commits(checkout)[0].changes, commits(checkout)[0].files)


def test_the_day_is_the_committers_in_utc(checkout) -> None:
    record(checkout, GIT_COMMITTER_DATE="2026-03-01T23:30:00-02:00")
    assert "2026-03-02" == commits(checkout)[0].day


def test_only_regular_files_have_blobs(checkout) -> None:
    checkout.write("link")
    record(checkout)
    (checkout.top / "link").unlink()
    (checkout.top / "link").symlink_to("iscode.yaml")
    record(checkout)
    (change,) = commits(checkout)[0].changes
    assert ("link", None) == (change.path, change.after)
    assert change.before is not None


def test_a_rename_is_a_removal_and_an_addition(checkout) -> None:
    oid = blob(checkout, "compliance/a.yaml")
    checkout.git("mv", "compliance/a.yaml", "compliance/z.yaml")
    record(checkout)
    expected = (Change("compliance/a.yaml", oid, None), Change("compliance/z.yaml", None, oid))
    assert expected == commits(checkout)[0].changes


@pytest.fixture
def merged(checkout):
    """A merge of two branches that each added a file; it edits a third itself."""
    checkout.git("checkout", "-q", "-b", "side")
    checkout.write("side.yaml")
    record(checkout, "side")
    checkout.git("checkout", "-q", "main")
    checkout.write("main.yaml")
    record(checkout, "main")
    checkout.git("merge", "-q", "--no-ff", "--no-commit", "side")
    checkout.write("iscode.yaml", b"version: 2\n")
    record(checkout, "merge")
    return checkout


def test_a_merge_changes_against_its_first_parent_and_edits_what_no_parent_has(merged) -> None:
    log = commits(merged)
    merge = log[0]
    assert ["iscode.yaml", "side.yaml"] == [change.path for change in merge.changes]
    assert ("iscode.yaml",) == merge.files
    assert {"main.yaml", "side.yaml"} == {name for commit in log[1:3] for name in commit.files}


def test_the_position_grows_along_every_line_of_descent(merged) -> None:
    log = commits(merged)
    assert [2, 1, 1, 0] == [commit.position for commit in log]
    seen: set[str] = set()
    for commit in reversed(log):
        assert set(commit.parents) <= seen
        seen.add(commit.oid)


def test_a_clean_merge_edits_nothing(checkout) -> None:
    checkout.git("checkout", "-q", "-b", "side")
    checkout.write("side.yaml")
    record(checkout)
    checkout.git("checkout", "-q", "main")
    checkout.git("merge", "-q", "--no-ff", "-m", "merge", "side", **WHO)
    assert () == commits(checkout)[0].files


def test_a_name_that_is_no_text_is_shown(checkout) -> None:
    (checkout.top / os.fsdecode(b"\xff:\n.yaml")).write_bytes(b"x")
    record(checkout)
    assert ("\\xff:\n.yaml",) == commits(checkout)[0].files


def test_contents_come_in_the_order_asked_for(checkout) -> None:
    found = RepositoryHistory(checkout.open())
    oids = [blob(checkout, name) for name in ("iscode.yaml", "compliance/a.yaml", "iscode.yaml")]
    assert [b"version: 1\n", None, b"version: 1\n"] == list(found.contents(oids, 11))


def test_a_signature_that_nobody_verified_is_seen(checkout) -> None:
    text = checkout.git("cat-file", "commit", "HEAD").replace(b"\n\n", b"\ngpgsig -----BEGIN\n end\n\n", 1)
    oid = checkout.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text).decode().strip()
    assert (True, False) == (commits(checkout, oid)[0].signed, commits(checkout)[0].signed)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"committer ", b"comitter "), (b" <test@example.invalid> ", b" "), (b"\nauthor ", b"\nauthor <<\nauthor ")],
)
def test_a_commit_that_git_would_not_make_is_refused(checkout, old: bytes, new: bytes) -> None:
    text = checkout.git("cat-file", "commit", "HEAD").replace(old, new)
    oid = checkout.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=text).decode().strip()
    with pytest.raises(RepositoryError):
        commits(checkout, oid)


def test_a_day_beyond_the_calendar_is_refused(checkout) -> None:
    oid = record(checkout, GIT_COMMITTER_DATE="@253402300800 +0000")
    with pytest.raises(RepositoryError, match=f"commit {oid} is malformed"):
        commits(checkout)


def test_a_shallow_clone_names_the_remedy(checkout, tmp_path: Path) -> None:
    record(checkout)
    checkout.git("clone", "-q", "--depth=1", f"file://{checkout.top}", str(tmp_path / "clone"))
    found = RepositoryHistory(discover(tmp_path / "clone"))
    with pytest.raises(RepositoryError, match="this clone is shallow") as raised:
        _ = found.commits
    assert "fetch-depth: 0" in raised.value.hint


def test_grafts_and_replacements_change_no_history(checkout) -> None:
    first = checkout.text("rev-parse", "HEAD")
    oid = record(checkout)
    expected = commits(checkout)
    (checkout.top / ".git/info/grafts").write_text(f"{oid}\n")
    assert "1" == checkout.text("-c", "advice.graftFileDeprecated=false", "rev-list", "--count", "HEAD")
    other = checkout.text("commit-tree", "HEAD^{tree}", "-m", "other", **WHO)
    checkout.git("replace", "-f", first, other)
    assert expected == commits(checkout)


def test_what_a_file_of_the_repository_configures_changes_no_history(checkout) -> None:
    checkout.write("compliance/a.yaml", b"kind: Other\n")
    record(checkout)
    expected = commits(checkout)
    marker = checkout.top.parent / "marker"
    program = checkout.top.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    checkout.write(".gitattributes", b"*.yaml diff=evil\n")
    for name in ("diff.evil.command", "diff.evil.textconv", "diff.external", "core.pager"):
        checkout.git("config", name, str(program))
    assert expected == commits(checkout)
    assert not marker.exists()
    checkout.git("diff", "--ext-diff", "HEAD~1", "HEAD", "--", "compliance")
    assert marker.exists()


CUTTER = """#!{python} -ISE
import os, subprocess, sys
if "{verb}" not in sys.argv:
    os.execv("{real}", ["{real}", *sys.argv[1:]])
real = subprocess.run(["{real}", *sys.argv[1:]], stdout=subprocess.PIPE)
lines = real.stdout.split({separator})
sys.stdout.buffer.write({separator}.join(lines[:{keep}] if {keep} else []))
sys.exit(real.returncode)
"""


@pytest.mark.parametrize(
    ("verb", "separator", "keep"),
    [("rev-list", b"\n", 0), ("rev-list", b"\n", 1), ("rev-list", b"\n", -2), ("diff-tree", b"\0", 0)]
    + [("diff-tree", b"\0", -number) for number in range(1, 11)],
)
def test_an_answer_that_was_cut_off_is_no_history(
    checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, separator: bytes, keep: int
) -> None:
    record(checkout)
    program = tmp_path / "git"
    real = shutil.which("git")
    program.write_text(CUTTER.format(python=sys.executable, real=real, verb=verb, separator=separator, keep=keep))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = RepositoryHistory(checkout.open())
    with pytest.raises(RepositoryError):
        _ = found.commits


def test_too_long_an_answer_is_refused_while_it_comes(checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 300)
    with pytest.raises(RepositoryError, match="more than 300 bytes"):
        commits(checkout)


def test_too_many_commits_are_refused(checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    record(checkout)
    monkeypatch.setattr(history, "MOST_COMMITS", 1)
    with pytest.raises(RepositoryError, match="more than 1 commits"):
        commits(checkout)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Refs: a title is no trailer", {}),
        ("t\n\nRefs: a\nrefs : b\nSigned-Off-By: c", {"Refs": ("a", "b"), "Signed-off-by": ("c",)}),
        ("t\n\nRefs: a\n  and more\n", {"Refs": ("a and more",)}),
        ("t\n\nRefs: a\n \nNote: b", {"Note": ("b",)}),
        ("t\r\n\r\nRefs: a\r\n", {"Refs": ("a",)}),
        ("t\n\n  indented: no\nno trailer\nRefs: a", {"Refs": ("a",)}),
        ("", {}),
    ],
)
def test_trailers_are_the_last_paragraph(message: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert expected == trailers(message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("t\n\nCo-authored-by: Ann <ann@x>\n\nlast words", ("ann@x",)),
        ("t\n\nCO-AUTHORED-BY : Ann <ann@x>\nco-authored-by: bob@x\nCo-authored-by: A <ann@x>", ("ann@x", "bob@x")),
        ("Co-authored-by: in the title <ann@x>", ("ann@x",)),
        ("t\n\nCo-authored-by:\nnot-Co-authored-by: x", ()),
    ],
)
def test_co_authors_are_found_wherever_they_are_named(message: str, expected: tuple[str, ...]) -> None:
    assert expected == coauthors(message)
