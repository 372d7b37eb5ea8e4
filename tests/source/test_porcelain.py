"""Repositories, commits and hooks are made where a command asks for them, and only there."""

from __future__ import annotations

import os
import shlex
import sys

import pytest

from iscode.errors import RepositoryError
from iscode.source import porcelain


def test_a_folder_becomes_a_repository_with_a_commit(tmp_path, checkout):
    folder = tmp_path / "new/folder"
    made = porcelain.initialise(folder)
    assert (folder, None) == (made.top, made.head())
    (folder / "a.yaml").write_bytes(b"x")
    oid = porcelain.commit_all(folder, "-first")
    fresh = type(checkout)(folder)
    assert ["main", "-first", "iscode", "iscode@example.invalid", oid] == fresh.text(
        "log", "--format=%D%n%s%n%an%n%ce%n%H"
    ).replace("HEAD -> ", "").splitlines()
    assert [] == list(folder.glob(".git/hooks/*"))


def test_a_repository_that_is_there_stays_as_it_is(checkout):
    head = checkout.text("rev-parse", "HEAD")
    assert head == porcelain.initialise(checkout.top).head()


def test_a_commit_needs_no_identity_and_no_key_of_the_user(checkout):
    checkout.git("config", "--global", "user.useConfigOnly", "true")
    checkout.git("config", "--global", "--unset", "user.email")
    checkout.git("config", "--global", "commit.gpgSign", "true")
    checkout.write("x", b"x")
    assert porcelain.commit_all(checkout.top, "x") == checkout.text("rev-parse", "HEAD")


def test_a_commit_that_a_hook_refuses_says_what_the_hook_said(checkout):
    hook = checkout.top / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho refused because >&2\nexit 1\n")
    hook.chmod(0o755)
    head = checkout.text("rev-parse", "HEAD")
    checkout.write("x", b"x")
    with pytest.raises(RepositoryError, match="git commit ended with 1: refused because"):
        porcelain.commit_all(checkout.top, "x")
    assert head == checkout.text("rev-parse", "HEAD")


def test_the_hook_is_installed_for_commits_and_merges(checkout):
    expected = [checkout.top / ".git/hooks" / name for name in ("pre-commit", "pre-merge-commit")]
    assert expected == porcelain.install_hook(checkout.top)
    for hook in expected:
        assert os.access(hook, os.X_OK)
        line = hook.read_text().splitlines()[-1]
        assert ["exec", sys.executable, "-I", "-m", "iscode", "check", "--staged"] == shlex.split(line)
    assert expected == porcelain.install_hook(checkout.top)


def test_the_hook_of_a_root_below_the_top_names_it_safely(checkout):
    (checkout.top / "a 'b; $(c)").mkdir()
    hook = porcelain.install_hook(checkout.top / "a 'b; $(c)")[0]
    assert ["--staged", "./a 'b; $(c)"] == shlex.split(hook.read_text().splitlines()[-1])[-2:]


def test_the_hook_of_a_linked_work_tree_lies_with_the_repository(checkout, tmp_path):
    checkout.git("worktree", "add", "-q", str(tmp_path / "linked"))
    assert checkout.top / ".git/hooks/pre-commit" == porcelain.install_hook(tmp_path / "linked")[0]


@pytest.mark.parametrize("name", ["pre-commit", "pre-merge-commit"])
@pytest.mark.parametrize("kind", ["file", "link", "dangling"])
def test_a_foreign_hook_is_left_alone_and_so_is_the_other(checkout, tmp_path, name, kind):
    hook = checkout.top / ".git/hooks" / name
    (tmp_path / "foreign").write_text("#!/bin/sh\n")
    if kind == "file":
        hook.write_text("#!/bin/sh\n")
    else:
        hook.symlink_to(tmp_path / ("foreign" if kind == "link" else "nowhere"))
    with pytest.raises(RepositoryError, match=f"{name} is there already") as caught:
        porcelain.install_hook(checkout.top)
    assert "-I -m iscode check --staged" in caught.value.hint
    assert [name] == [path.name for path in (checkout.top / ".git/hooks").iterdir()]
    assert "#!/bin/sh\n" == (tmp_path / "foreign").read_text()


def test_a_repository_that_takes_its_hooks_from_elsewhere_is_not_told_a_lie(checkout):
    checkout.git("config", "core.hooksPath", ".husky")
    with pytest.raises(RepositoryError, match=r"the hooks of this repository are in .*\.husky") as caught:
        porcelain.install_hook(checkout.top)
    assert "check --staged" in caught.value.hint
    assert [] == list((checkout.top / ".git/hooks").iterdir())


def test_variables_of_git_do_not_reach_what_is_made(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(checkout.top / ".git"))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    porcelain.initialise(tmp_path / "new")
    (tmp_path / "new/a").write_bytes(b"x")
    porcelain.commit_all(tmp_path / "new", "first")
    assert "iscode" == type(checkout)(tmp_path / "new").text("log", "--format=%an")
