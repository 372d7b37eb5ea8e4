"""A git that fails, prints nothing, prints half or is killed, at any of its calls, ends in an error.

The calls are counted and recorded in a first run; then each is made to go wrong in each way.
"""

from __future__ import annotations

import pytest

from iscode.errors import RepositoryError
from iscode.source import Repository, discover, git, objects


def prepare(checkout) -> None:
    """Give every call of git something to print: announced, skipped, ignored, untracked and empty files."""
    checkout.write(".gitignore", b"*.log\n")
    checkout.write("compliance/empty.yaml", b"")
    checkout.write("last.yaml", b"")
    checkout.commit()
    checkout.git("update-index", "--skip-worktree", "iscode.yaml")
    checkout.write("compliance/announced.yaml")
    checkout.git("add", "-N", "compliance/announced.yaml")
    checkout.write("new/x.log")
    checkout.write("new/untracked.yaml")


READERS = {
    "worktree": Repository.worktree,
    "index": Repository.index,
    "HEAD": lambda repository: repository.commit("HEAD"),
    "branch": lambda repository: repository.commit("main~1"),
}


def plans(logs: list[bytes]) -> list[str]:
    """Every way for every call: cuts go to the start, the middle, the end, and after each of the first records."""
    found = []
    for call, printed in enumerate(logs):
        ends = [at + 1 for at, byte in enumerate(printed) if byte in b"\0\n"][:12]
        cuts = {0, 1, len(printed) // 2, len(printed) - 1, *ends} - {len(printed)}
        found += [f"{call}:killed:9", f"{call}:fails:1", f"{call}:fails:128"]
        found += [f"{call}:cut:{cut}" for cut in sorted(cuts) if 0 <= cut < len(printed)]
    return found


@pytest.mark.parametrize("reader", READERS)
def test_no_fault_of_git_passes_for_a_snapshot(checkout, contents, faulty_git, reader):
    prepare(checkout)

    def read() -> dict[str, object]:
        return contents(READERS[reader](discover(checkout.top)))

    expected = read()
    logs = faulty_git.printed()
    assert expected
    assert 3 <= len(logs) <= 6
    for plan in plans(logs):
        faulty_git.arm(plan)
        with pytest.raises(RepositoryError):
            pytest.fail(f"{plan} passed: {read()}")


def test_no_fault_of_git_moves_the_merge_base(checkout, faulty_git):
    one = checkout.commit("main goes on")
    checkout.git("checkout", "-q", "-b", "branch", "HEAD~1")
    other = checkout.commit("the branch goes on")
    for name, merged in (("branch", one), ("main", other)):
        checkout.git("checkout", "-q", name)
        checkout.git("merge", "-q", "--no-edit", merged)
    tips = checkout.text("rev-parse", "main"), checkout.text("rev-parse", "branch")
    assert 2 == len(discover(checkout.top).merge_bases(*tips))
    logs = faulty_git.printed()
    assert [82, 82] == [len(printed) for printed in logs[1:]]
    for plan in plans(logs):
        if plan.startswith("0:"):  # how a repository is found goes wrong in the tests of its snapshots
            continue
        faulty_git.arm(plan)
        with pytest.raises(RepositoryError):
            pytest.fail(f"{plan} passed: {discover(checkout.top).merge_bases(*tips)}")


@pytest.mark.parametrize("plan", ["1:killed:9", "1:fails:1", "1:fails:128", "1:cut:0", "1:cut:20"])
def test_a_fault_of_git_never_means_that_there_is_no_commit(checkout, faulty_git, plan):
    faulty_git.arm(plan)
    with pytest.raises(RepositoryError):
        checkout.open().head()


def test_a_git_that_does_not_answer_is_given_up(checkout, tmp_path, monkeypatch):
    repository = checkout.open()
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setattr(git, "SECONDS", 0.2)
    slow = git.Git(str(program), checkout.top, repository.git.environment)
    with pytest.raises(RepositoryError, match="git ls-files took more than 0 seconds"):
        slow.run("ls-files")
    with pytest.raises(RepositoryError, match="git cat-file broke off"), objects.open_objects(slow, "sha1") as opened:
        opened.headers(["0" * 40])


def test_a_git_that_cannot_be_started_is_an_error(checkout, tmp_path):
    program = tmp_path / "git"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    broken = git.Git(str(program), checkout.top, {})
    with pytest.raises(RepositoryError, match="git cannot be started"):
        broken.run("ls-files")
    with pytest.raises(RepositoryError, match="git cannot be started"), objects.open_objects(broken, "sha1"):
        pytest.fail("it was started")
