"""A path and what the command line says of it -> the evaluation of the root that holds it, or its ground alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import day

if TYPE_CHECKING:
    from pathlib import Path

    from iscode.evaluation import Base, Evaluation
    from iscode.evaluation.ground import Ground
    from iscode.facts import History
    from iscode.policy.gate import Judging
    from iscode.policy.profile import Existing
    from iscode.rule.model import Severity
    from iscode.source import Repository, Snapshot


def evaluation(
    path: Path,
    *,
    staged: bool = False,
    rev: str | None = None,
    git_dir: Path | None = None,
    profile: str | None = None,
    as_of: str | None = None,
    fail_on: Severity | None = None,
    ignore_waivers: bool = False,
    existing: Existing | None = None,
    base: str | None = None,
) -> Evaluation:
    """Judge the root at or above `path`: its work tree, its index if `staged`, or a commit. Default day: today.

    With a `base`, or a commit or the index to judge, `path` is the root itself.
    """
    from iscode.evaluation import evaluate

    if staged and rev is not None:
        raise click.UsageError("--staged and --rev name two things to judge; give one")
    return evaluate(**_asked(path, staged, rev, git_dir, profile, as_of, fail_on, ignore_waivers, existing, base))


def alone(path: Path, *, profile: str | None, as_of: str | None) -> tuple[Repository, str, Evaluation]:
    """Judge the work tree of the root at or above `path` by itself; with its repository and its path from the top."""
    from iscode.evaluation import evaluate
    from iscode.source import discover

    asked = _asked(path, False, None, None, profile, as_of, None, False, None) | {"base": None}
    return discover(path), asked["root"], evaluate(**asked)


def ground(path: Path, *, profile: str | None = None, as_of: str | None = None) -> Ground:
    """What rules would be asked about in the work tree of the root at or above `path`; no rule is."""
    from iscode.evaluation.ground import prepare

    return prepare(**_asked(path, False, None, None, profile, as_of, None, False, None))


def _asked(
    path: Path,
    staged: bool,
    rev: str | None,
    git_dir: Path | None,
    profile: str | None,
    as_of: str | None,
    fail_on: Severity | None,
    ignore_waivers: bool,
    existing: Existing | None,
    base: str | None = None,
) -> dict[str, Any]:
    """The arguments of an evaluation."""
    from iscode.errors import UsageError
    from iscode.policy import root, shipped, with_packs
    from iscode.policy.gate import bind_root, judging
    from iscode.policy.tightening import require_tighter_options
    from iscode.source import discover
    from iscode.source.history import RepositoryHistory
    from iscode.source.plain import show

    searched = not staged and rev is None and base is None
    if searched and not path.is_dir():
        raise UsageError(f"{path} is no folder", hint="name a folder at or below one that holds iscode.yaml")
    repository = discover(path, git_dir)
    snapshot = repository.index() if staged else repository.commit(rev) if rev is not None else repository.worktree()
    history = RepositoryHistory(repository, snapshot.revision.commit)
    folder = show(repository.prefix)
    if base is None:
        found = root.find(snapshot, folder, search=searched)
        where, policy = found.path, bind_root(found, with_packs(shipped(), snapshot, found), profile)
        held = _head(repository, history) if rev is None else None
    else:
        tip = repository.commit(base)
        judged = judging(tip, snapshot, folder, profile)
        where, policy, held = judged.root, judged.policy, _against(repository, snapshot, tip, judged)
    policy = replace(policy, fail_on=fail_on, ignore_waivers=ignore_waivers, existing=existing)
    if held is not None and held.judges:
        require_tighter_options(policy)
    return {
        "snapshot": snapshot,
        "root": where,
        "policy": policy,
        "as_of": as_of or day.today(),
        "base": held,
        "history": history,
    }


def _head(repository: Repository, history: History) -> Base | None:
    """What a work tree and an index are held against: the commit that is checked out, if there is one."""
    from iscode.evaluation import Base
    from iscode.source.history import committed_on

    sha = repository.head()
    if sha is None:
        return None
    snapshot = repository.commit(sha)
    return Base(snapshot, sha, committed_on(repository, sha), snapshot, history)


def _against(repository: Repository, head: Snapshot, tip: Snapshot, judged: Judging) -> Base:
    """What a head is held against that has a base: its tip, and the commit at which the head left it."""
    from iscode.errors import RepositoryError
    from iscode.evaluation import Base
    from iscode.policy import baseline
    from iscode.source.history import RepositoryHistory, committed_on

    of_tip, of_head = tip.revision.commit, head.revision.commit or repository.head()
    if of_tip is None or of_head is None:
        raise RepositoryError("the branch has no commit yet, so nothing leads back to the base", hint="commit first")
    left = repository.merge_bases(of_tip, of_head)
    sha = left[0] if len(left) == 1 else of_tip
    return Base(
        snapshot=tip if sha == of_tip else repository.commit(sha),
        sha=sha,
        day=committed_on(repository, sha),
        tip=tip,
        history=RepositoryHistory(repository, of_tip),
        baseline=None if judged.adopted else baseline.read(tip, judged.root),
        judges=not judged.adopted,
        adopted=judged.adopted,
        changes=judged.changes,
        left=left,
    )
