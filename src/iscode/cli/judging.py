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
    from iscode.policy.profile import Existing
    from iscode.rule.model import Severity
    from iscode.source import Repository


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
) -> Evaluation:
    """Judge the root at or above `path`: its work tree, its index if `staged`, or a commit. Default day: today."""
    from iscode.evaluation import evaluate

    if staged and rev is not None:
        raise click.UsageError("--staged and --rev name two things to judge; give one")
    return evaluate(**_asked(path, staged, rev, git_dir, profile, as_of, fail_on, ignore_waivers, existing))


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
) -> dict[str, Any]:
    """The arguments of an evaluation."""
    from iscode.errors import UsageError
    from iscode.policy import bind_rules, root, shipped, with_packs
    from iscode.source import discover
    from iscode.source.history import RepositoryHistory
    from iscode.source.plain import show

    searched = not staged and rev is None
    if searched and not path.is_dir():
        raise UsageError(f"{path} is no folder", hint="name a folder at or below one that holds iscode.yaml")
    repository = discover(path, git_dir)
    snapshot = repository.index() if staged else repository.commit(rev) if rev is not None else repository.worktree()
    found = root.find(snapshot, show(repository.prefix), search=searched)
    config = found.config if profile is None else found.config.model_copy(update={"profile": profile})
    place = found.document.place(("profile",)) if profile is None else None
    shelves = with_packs(shipped(), snapshot, found)
    policy = bind_rules(config, shelves, place=place)
    policy = replace(policy, fail_on=fail_on, ignore_waivers=ignore_waivers, existing=existing)
    history = RepositoryHistory(repository, snapshot.revision.commit)
    return {
        "snapshot": snapshot,
        "root": found.path,
        "policy": policy,
        "as_of": as_of or day.today(),
        "base": _head(repository, history) if rev is None else None,
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
