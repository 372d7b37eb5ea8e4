"""What is staged is what is judged, whatever lies in the work tree."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.source.index import _parse


def test_the_index_is_read_and_not_the_work_tree(checkout, contents):
    checkout.write("compliance/a.yaml", b"staged\n")
    checkout.git("add", "-A")
    checkout.write("compliance/a.yaml", b"lying about\n")
    (checkout.top / "compliance/deep/b.yaml").unlink()
    checkout.write("compliance/untracked.yaml", b"broken: [\n")

    expected = {
        "compliance/a.yaml": b"staged\n",
        "compliance/deep/b.yaml": b"kind: Thing\nid: two\n",
        "iscode.yaml": b"version: 1\n",
    }
    assert expected == contents(checkout.open().index())


def test_the_tree_of_the_index_is_the_one_that_git_would_write_and_nothing_is_written(checkout):
    checkout.write("compliance-x", b"sorts between the folder and its files\n")
    checkout.write("compliance.d/x.yaml")
    checkout.git("add", "-A")
    before = sorted(checkout.top.glob(".git/objects/??/*"))
    index_before = (checkout.top / ".git/index").stat().st_mtime_ns

    revision = checkout.open().index().revision

    assert before == sorted(checkout.top.glob(".git/objects/??/*"))
    assert index_before == (checkout.top / ".git/index").stat().st_mtime_ns
    assert ("index", None, checkout.text("write-tree")) == (revision.kind, revision.commit, revision.tree)


def test_a_repository_without_a_commit_has_an_index(empty, contents):
    empty.write("compliance/a.yaml", b"first\n")
    empty.git("add", "-A")
    assert {"compliance/a.yaml": b"first\n"} == contents(empty.open().index())


def test_a_repository_without_an_index_file_has_an_empty_index(empty):
    assert () == empty.open().index().entries
    assert empty.text("hash-object", "-t", "tree", "/dev/null") == empty.open().index().revision.tree


def test_an_announced_file_is_not_staged_but_an_empty_one_is(checkout, contents):
    checkout.write("compliance/announced.yaml", b"later\n")
    checkout.git("add", "-N", "compliance/announced.yaml")
    checkout.write("compliance/empty.yaml", b"")
    checkout.git("add", "compliance/empty.yaml")

    found = contents(checkout.open().index())

    assert "compliance/announced.yaml" not in found
    assert b"" == found["compliance/empty.yaml"]
    assert checkout.text("write-tree") == checkout.open().index().revision.tree


def test_an_announced_file_is_not_staged_before_the_first_commit_either(empty):
    empty.write("compliance/announced.yaml", b"later\n")
    empty.git("add", "-N", "compliance/announced.yaml")
    assert () == empty.open().index().entries


@pytest.fixture
def conflict(checkout):
    checkout.git("checkout", "-q", "-b", "other")
    checkout.write("compliance/a.yaml", b"theirs\n")
    checkout.commit()
    checkout.git("checkout", "-q", "main")
    checkout.write("compliance/a.yaml", b"ours\n")
    checkout.commit()
    checkout.git("merge", "other", check=False)
    return checkout


@pytest.mark.parametrize("mode", ["index", "worktree"])
def test_an_unmerged_file_cannot_be_judged(conflict, mode):
    with pytest.raises(RepositoryError, match=r"compliance/a\.yaml is unmerged"):
        getattr(conflict.open(), mode)()


def test_the_index_that_a_hook_is_given_is_read_from_any_folder(checkout, contents, monkeypatch):
    checkout.write("compliance/a.yaml", b"in the other index\n")
    checkout.git("add", "compliance/a.yaml", GIT_INDEX_FILE=str(checkout.top / "other.index"))
    monkeypatch.setenv("GIT_INDEX_FILE", "other.index")
    monkeypatch.chdir(checkout.top / "compliance/deep")

    assert b"in the other index\n" == contents(checkout.open().index())["compliance/a.yaml"]
    assert {"compliance/a.yaml"} == set(contents(checkout.open().index()))
    assert b"kind: Thing\nid: one\n" == contents(checkout.open().commit("HEAD"))["compliance/a.yaml"]


def test_the_index_of_a_hook_does_not_change_what_the_work_tree_tracks(checkout, contents, monkeypatch):
    checkout.write(".gitignore", b"*.yaml\n")
    monkeypatch.setenv("GIT_INDEX_FILE", str(checkout.top / ".git/nothing"))
    assert b"version: 1\n" == contents(checkout.open().worktree())["iscode.yaml"]


def test_an_index_that_is_named_but_missing_is_no_empty_index(checkout, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    with pytest.raises(RepositoryError, match="GIT_INDEX_FILE names no file"):
        checkout.open().index()


_PRINT_TREE = (
    "from pathlib import Path; from iscode.source import discover;print(discover(Path()).index().revision.tree)"
)


@pytest.mark.parametrize("linked", [False, True])
def test_a_partial_commit_is_read_from_its_own_index(checkout, tmp_path, linked):
    hook = checkout.top / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/sh\n"{sys.executable}" -I -c "{_PRINT_TREE}" >{tmp_path}/tree\n')
    hook.chmod(0o755)
    if linked:
        checkout.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
        checkout = type(checkout)(tmp_path / "linked")
    checkout.write("compliance/a.yaml", b"goes in\n")
    checkout.write("compliance/deep/b.yaml", b"stays out\n")
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "part", "compliance/a.yaml")
    assert checkout.text("rev-parse", "HEAD^{tree}") == (tmp_path / "tree").read_text().strip()
    assert checkout.text("write-tree") != (tmp_path / "tree").read_text().strip()


def test_a_file_that_a_sparse_checkout_leaves_out_is_staged_all_the_same(checkout, contents):
    checkout.git("status")
    checkout.git("sparse-checkout", "set", "--sparse-index", "elsewhere")
    assert not (checkout.top / "compliance").exists()
    assert b"kind: Thing\nid: one\n" == contents(checkout.open().index())["compliance/a.yaml"]


def test_a_split_index_is_read_whole(checkout, contents):
    checkout.git("update-index", "--split-index")
    checkout.write("compliance/c.yaml")
    checkout.git("add", "-A")
    assert {"compliance/a.yaml", "compliance/c.yaml", "compliance/deep/b.yaml", "iscode.yaml"} == set(
        contents(checkout.open().index())
    )


def test_links_and_submodules_are_listed_as_what_they_are(checkout, contents):
    (checkout.top / "compliance/link.yaml").symlink_to("a.yaml")
    commit = checkout.text("rev-parse", "HEAD")
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{commit},compliance/module")
    checkout.git("add", "compliance/link.yaml")
    found = contents(checkout.open().index())
    assert ("symlink", "gitlink") == (found["compliance/link.yaml"], found["compliance/module"])


@pytest.mark.parametrize("damage", [b"", b"DIRC", b"nonsense that is long enough"])
def test_a_damaged_index_is_no_empty_index(checkout, damage):
    (checkout.top / ".git/index").write_bytes(damage)
    for mode in ("index", "worktree"):
        with pytest.raises(RepositoryError):
            getattr(checkout.open(), mode)()


def test_names_are_bytes_and_are_shown_as_text(empty):
    name = b"compliance/\xff\n-\xc3\xa9\\.yaml"
    blob = empty.git("hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    empty.git("update-index", "-z", "--add", "--index-info", stdin=b"100644 " + blob.encode() + b"\t" + name + b"\0")
    (entry,) = empty.open().index().entries
    assert (name, "compliance/\\xff\n-é\\x5c.yaml") == (entry.name, entry.path)


@given(st.binary(max_size=90))
@example(b"H 100644 " + b"a" * 40 + b" 0\tname")
def test_any_line_of_the_listing_is_a_name_or_is_refused(line):
    try:
        staged = _parse(line)
    except RepositoryError:
        return
    assert line.endswith(b" 0\t" + staged.listed.name)
