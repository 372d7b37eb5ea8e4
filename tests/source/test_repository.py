"""A folder leads to the repository that holds it, and to no other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from iscode.errors import RepositoryError
from iscode.source import discover, git


def test_a_repository_is_found_from_its_top_and_from_below(checkout, monkeypatch):
    top = discover(checkout.top)
    expected = (checkout.top, checkout.top / ".git", checkout.top / ".git", b"", "sha1", False)
    assert expected == (top.top, top.git_dir, top.common_dir, top.prefix, top.object_format, top.bare)
    monkeypatch.chdir(checkout.top / "compliance")
    assert (checkout.top, b"compliance/deep") == (discover(Path("deep")).top, discover(Path("deep")).prefix)
    assert b"compliance" == discover(Path()).prefix
    assert b"services/only/in/a/commit" == discover(checkout.top / "services/only/in/a/commit").prefix


def test_a_link_inside_keeps_the_words_of_the_path(checkout):
    (checkout.top / "link").symlink_to("compliance")
    assert b"link" == discover(checkout.top / "link").prefix


def test_a_link_from_outside_leads_in(checkout, tmp_path):
    (tmp_path / "link").symlink_to(checkout.top / "compliance")
    found = discover(tmp_path / "link")
    assert (checkout.top, b"compliance") == (found.top, found.prefix)


def test_a_folder_without_a_repository_is_refused(tmp_path):
    with pytest.raises(RepositoryError, match="is in no Git repository") as caught:
        discover(tmp_path)
    assert "git init" == caught.value.hint


def test_a_work_tree_that_lies_elsewhere_is_refused_in_its_own_words(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(checkout.top / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(RepositoryError, match="is in no Git repository") as caught:
        discover(tmp_path / "elsewhere")
    assert "GIT_DIR with a foreign work tree is not supported" == caught.value.hint


def test_a_linked_work_tree_has_a_head_and_an_index_of_its_own(checkout, tmp_path, contents, monkeypatch):
    checkout.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    linked = type(checkout)(tmp_path / "linked")
    linked.write("compliance/a.yaml", b"linked\n")
    linked.git("add", "-A")
    found = linked.open()
    assert (tmp_path / "linked", checkout.top / ".git") == (found.top, found.common_dir)
    assert found.git_dir == checkout.top / ".git/worktrees/linked"
    for variable in (None, str(found.git_dir)):
        if variable:
            monkeypatch.setenv("GIT_DIR", variable)
        assert b"linked\n" == contents(linked.open().index())["compliance/a.yaml"]
        assert b"linked\n" == contents(linked.open().worktree())["compliance/a.yaml"]
        assert checkout.text("rev-parse", "main") == linked.open().head()
    monkeypatch.delenv("GIT_DIR")
    assert b"kind: Thing\nid: one\n" == contents(checkout.open().index())["compliance/a.yaml"]


def test_a_submodule_is_a_repository_of_its_own(checkout, tmp_path, contents):
    checkout.git("clone", "-q", ".", str(tmp_path / "other"))
    checkout.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "other"), "sub")
    found = discover(checkout.top / "sub/compliance")
    assert (checkout.top / "sub", b"compliance") == (found.top, found.prefix)
    assert b"version: 1\n" == contents(found.worktree())["iscode.yaml"]


def test_a_bare_repository_is_read_where_it_is_named(checkout, tmp_path, contents):
    checkout.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(RepositoryError, match="is in a bare repository") as caught:
        discover(tmp_path / "bare.git")
    assert "--git-dir" in caught.value.hint
    bare = discover(tmp_path, git_dir=tmp_path / "bare.git")
    assert (True, b"") == (bare.bare, bare.prefix)
    assert contents(checkout.open().commit("HEAD")) == contents(bare.commit("main"))
    assert checkout.text("rev-parse", "HEAD") == bare.head()
    for mode in (bare.worktree, bare.index):
        with pytest.raises(RepositoryError, match="a bare repository has no work tree"):
            mode()


def test_a_named_folder_that_is_no_repository_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RepositoryError):
            discover(tmp_path, git_dir=folder)


@pytest.mark.parametrize(
    "make", [Path.mkdir, Path.touch, os.mkfifo, lambda path: path.write_text("gitdir: ../other/.git\n")]
)
def test_a_git_folder_that_is_none_does_not_lead_to_the_repository_around_it(checkout, make):
    inner = checkout.top / "compliance/inner"
    inner.mkdir()
    make(inner / ".git")
    with pytest.raises(RepositoryError):
        discover(inner)


def test_a_repository_of_another_owner_is_refused_as_git_refuses_it(checkout, contents):
    if os.geteuid():
        pytest.skip("only root gives files away")
    os.chown(checkout.top, 12345, 12345)
    with pytest.raises(RepositoryError, match="dubious ownership") as caught:
        checkout.open()
    assert "safe.directory" in caught.value.hint
    checkout.git("config", "--global", "safe.directory", str(checkout.top))
    assert "compliance/a.yaml" in contents(checkout.open().worktree())


def test_a_path_with_a_line_end_is_refused_and_not_misread(tmp_path, empty):
    empty.git("init", "-q", str(tmp_path / "two\nlines"))
    with pytest.raises(RepositoryError, match="does not describe"):
        discover(tmp_path / "two\nlines")


def test_without_git_there_is_a_hint(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}relative")
    with pytest.raises(RepositoryError, match="no git program") as caught:
        checkout.open()
    assert "PATH" in caught.value.hint


def test_an_older_git_is_named_as_the_cause():
    assert "2.39.4" in git.failure("cat-file", 129, b"error: unknown option `batch-command'\n").hint


def test_what_git_says_is_one_line_without_control_characters():
    error = git.failure("ls-files", 128, b"fatal: \x1b[31mred\x07 \xff" + b"x" * 500 + b"\nsecond\n")
    assert "git ls-files ended with 128: fatal:  [31mred  \\xff" + "x" * 99 == error.message
    assert "git ls-files was killed by signal 9" == git.failure("ls-files", -9).message


def test_the_environment_of_git_is_clean_whatever_the_case_of_a_name(monkeypatch):
    monkeypatch.setenv("git_dir", "x")
    monkeypatch.setenv("Git_Trace", "x")
    found = {name for name in git.environment() if name.upper().startswith("GIT_")}
    assert {
        *("GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL", "GIT_GRAFT_FILE", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT"),
    } == found


def test_few_processes_are_started_and_each_is_hardened(checkout, contents, monkeypatch):
    calls = []
    real = subprocess.Popen.__init__
    hardened = [
        *("--no-replace-objects", "--no-optional-locks", "--no-pager"),
        *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external="),
        *("-c", "core.attributesFile=/dev/null", "-c", "core.excludesFile=/dev/null"),
        *("-c", "core.commitGraph=false", "-c", "safe.bareRepository=explicit"),
    ]

    def count(self, words, *rest, **options):
        start = words.index("--no-replace-objects")
        assert hardened == words[start : start + len(hardened)]
        assert checkout.top == options["cwd"]
        calls.append(next(word for word in words[1:] if word.islower() and word[0] != "-" and "." not in word))
        real(self, words, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", count)
    for mode, expected in {
        "commit": ["rev-parse", "rev-parse", "cat-file", "cat-file"],
        "index": ["rev-parse", "ls-files", "cat-file"],
        "worktree": ["rev-parse", "ls-files"],
    }.items():
        calls.clear()
        repository = checkout.open()
        contents(repository.commit("HEAD") if mode == "commit" else getattr(repository, mode)())
        assert expected == calls
