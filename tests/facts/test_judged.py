"""Rules that ask for facts: what is not committed is not judged and counted, what nobody asks for is not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from iscode.document import write
from iscode.errors import RepositoryError
from iscode.evaluation import Evaluation, evaluate
from iscode.source import MemorySnapshot, Repository, discover
from iscode.source.history import RepositoryHistory

ASKS = "git(self).created.position >= 0"


def judged(world, repository: Repository) -> Evaluation:
    snapshot = repository.worktree()
    history = RepositoryHistory(repository, snapshot.revision.commit)
    return evaluate(snapshot, "", world.policy(records=["c/**"]), "2026-11-24", history=history)


def told(evaluation: Evaluation) -> dict[str, tuple[str, str | None]]:
    return {r.subject: (r.outcome, r.cause) for r in evaluation.results if r.rule == "test-rule"}


def test_what_is_not_committed_is_not_judged_and_counted(world, archive) -> None:
    archive.git("rm", "-q", "-r", "c")
    archive.commit(one=world.box("one"))
    archive.write("c/two.yaml", world.box("two"))
    evaluation = judged(world.rule(ASKS), archive.open())
    assert {"Box:one": ("pass", None), "Box:two": ("not_applicable", "no_history")} == told(evaluation)
    assert (("test-rule",), True) == (evaluation.not_judged, evaluation.verdict.passed)


def test_a_shallow_clone_ends_the_evaluation(world, archive, tmp_path: Path) -> None:
    archive.git("rm", "-q", "-r", "c")
    archive.commit(one=world.box("one"))
    archive.git("clone", "-q", "--depth=1", f"file://{archive.top}", str(tmp_path / "clone"))
    clone = discover(tmp_path / "clone")
    assert {"Box:one": ("pass", None)} == told(judged(world.rule("self.id != ''"), clone))
    with pytest.raises(RepositoryError, match="this clone is shallow") as raised:
        judged(world.rule(ASKS), clone)
    assert "fetch-depth: 0" in raised.value.hint


def test_rules_that_ask_for_no_facts_read_none(world) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(name)

    snapshot = MemorySnapshot({"c/one.yaml": write(world.box("one")).encode()})
    policy = world.rule("self.id != ''").policy(records=["c/**"])
    evaluation = evaluate(snapshot, "", policy, "2026-11-24", history=Untouchable())
    assert {"Box:one": ("pass", None)} == told(evaluation)
