"""Where a branch left its base: one commit, several, none, or not to be known."""

from __future__ import annotations

import subprocess

import pytest

from iscode.errors import RepositoryError
from iscode.source import discover
from iscode.source.ancestry import merge_bases


def forked(checkout) -> tuple[str, str, str]:
    """(where they part, tip of main, tip of the branch)."""
    parted = checkout.text("rev-parse", "HEAD")
    main = checkout.commit("main goes on")
    checkout.git("checkout", "-q", "-b", "branch", parted)
    return parted, main, checkout.commit("the branch goes on")


def crossed(checkout) -> tuple[str, str, set[str]]:
    """Two tips that each merged the other's first commit: (one, other, their merge bases)."""
    _, main, branch = forked(checkout)
    checkout.git("merge", "-q", "--no-edit", main)
    one = checkout.text("rev-parse", "HEAD")
    checkout.git("checkout", "-q", "main")
    checkout.git("merge", "-q", "--no-edit", branch)
    return one, checkout.text("rev-parse", "HEAD"), {main, branch}


def test_a_branch_left_its_base_where_the_two_part(checkout):
    parted, main, branch = forked(checkout)
    assert (parted,) == checkout.open().merge_bases(main, branch)
    assert (parted,) == checkout.open().merge_bases(branch, main)


def test_a_base_behind_the_head_is_where_the_head_left_it(checkout):
    parted, main, _ = forked(checkout)
    assert (parted,) == checkout.open().merge_bases(parted, main)
    assert (main,) == checkout.open().merge_bases(main, main)


def test_histories_that_met_several_times_have_several_merge_bases(checkout):
    one, other, both = crossed(checkout)
    assert tuple(sorted(both)) == checkout.open().merge_bases(one, other)


def test_histories_that_never_met_have_no_merge_base(checkout):
    main = checkout.text("rev-parse", "HEAD")
    checkout.git("checkout", "-q", "--orphan", "alone")
    alone = checkout.commit("alone")
    assert () == merge_bases(checkout.open().git, main, alone)
    with pytest.raises(RepositoryError, match="have no commit in common"):
        checkout.open().merge_bases(main, alone)


def test_a_shallow_clone_knows_a_base_behind_the_head_and_nothing_else(checkout, tmp_path):
    _, main, branch = forked(checkout)
    checkout.git("checkout", "-q", "-B", "pull", main)
    checkout.git("merge", "-q", "--no-edit", branch)
    merged = checkout.text("rev-parse", "HEAD")
    clone = tmp_path / "clone"
    words = ["git", "clone", "-q", "--depth=2", "--branch=pull", f"file://{checkout.top}", str(clone)]
    subprocess.run(words, check=True, capture_output=True)
    assert (main,) == discover(clone).merge_bases(main, merged)
    with pytest.raises(RepositoryError, match="this clone is shallow") as caught:
        discover(clone).merge_bases(main, branch)
    assert "fetch-depth: 0" in caught.value.hint


def test_neither_a_graft_nor_a_replaced_commit_moves_the_merge_base(checkout):
    parted, main, branch = forked(checkout)
    checkout.write(".git/info/grafts", f"{branch} {main}\n".encode())
    checkout.git("replace", branch, main)
    assert main == checkout.text("merge-base", main, branch)
    assert (parted,) == checkout.open().merge_bases(main, branch)
