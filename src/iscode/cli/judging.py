"""A path and what the command line says of it -> the evaluation of the root that holds it, or its ground alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

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


class Words(TypedDict, total=False):
    """What a command line may say of a verdict, by the names of the options of `check`; None is as good as left out."""

    staged: bool
    rev: str | None
    base: str | None
    git_dir: Path | None
    profile: str | None
    as_of: str | None
    fail_on: Severity | None
    ignore_waivers: bool
    existing: Existing | None


def evaluation(path: Path, **words: Unpack[Words]) -> Evaluation:
    """Judge the root at or above `path`: its work tree, its index if `staged`, or a commit. Default day: today.

    With a `base`, or a commit or the index to judge, `path` is the root itself.
    """
    from iscode.evaluation import evaluate

    if words.get("staged") and words.get("rev") is not None:
        raise click.UsageError("--staged and --rev name two things to judge; give one")
    return evaluate(**asked(path, **words))


def alone(path: Path, *, profile: str | None, as_of: str | None) -> tuple[Repository, str, Evaluation]:
    """Judge the work tree of the root at or above `path` by itself; with its repository and its path from the top."""
    from iscode.evaluation import evaluate
    from iscode.source import discover

    arguments = asked(path, profile=profile, as_of=as_of) | {"base": None}
    return discover(path), arguments["root"], evaluate(**arguments)


def unbased(path: Path, **words: Unpack[Words]) -> Evaluation:
    """Judge a work tree or a commit by itself, whatever its last commit or a base has."""
    from iscode.evaluation import evaluate

    return evaluate(**asked(path, **words) | {"base": None})


def ground(path: Path, *, profile: str | None = None, as_of: str | None = None) -> Ground:
    """What rules would be asked about in the work tree of the root at or above `path`; no rule is."""
    from iscode.evaluation.ground import prepare

    return prepare(**asked(path, profile=profile, as_of=as_of))


def asked(path: Path, **words: Unpack[Words]) -> dict[str, Any]:
    """The arguments of the evaluation that `evaluation` would give, by the names that `evaluate` has for them."""
    from iscode.policy import root, shipped, with_packs
    from iscode.policy.gate import bind_root, judging
    from iscode.policy.tightening import require_tighter_options
    from iscode.source.history import RepositoryHistory
    from iscode.source.plain import show

    repository, snapshot, searched = _read(path, words)
    history = RepositoryHistory(repository, snapshot.revision.commit)
    folder, profile, base = show(repository.prefix), words.get("profile"), words.get("base")
    if base is None:
        found = root.find(snapshot, folder, search=searched)
        where, policy = found.path, bind_root(found, with_packs(shipped(), snapshot, found), profile)
        held = _head(repository, history) if words.get("rev") is None else None
    else:
        tip = repository.commit(base)
        judged = judging(tip, snapshot, folder, profile)
        where, policy, held = judged.root, judged.policy, _against(repository, snapshot, tip, judged)
    policy = replace(
        policy,
        fail_on=words.get("fail_on"),
        ignore_waivers=words.get("ignore_waivers", False),
        existing=words.get("existing"),
    )
    if held is not None and held.judges:
        require_tighter_options(policy)
    as_of = words.get("as_of") or day.today()
    return {
        "snapshot": snapshot, "root": where, "policy": policy, "as_of": as_of, "base": held, "history": history,
    }  # fmt: skip


def _read(path: Path, words: Words) -> tuple[Repository, Snapshot, bool]:
    """The repository of a path, what is judged in it, and whether the root may lie above the path."""
    from iscode.errors import UsageError
    from iscode.source import discover

    staged, rev = words.get("staged", False), words.get("rev")
    searched = not staged and rev is None and words.get("base") is None
    if searched and not path.is_dir():
        raise UsageError(f"{path} is no folder", hint="name a folder at or below one that holds iscode.yaml")
    repository = discover(path, words.get("git_dir"))
    if rev is not None:
        return repository, repository.commit(rev), searched
    return repository, repository.index() if staged else repository.worktree(), searched


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


def held(
    path: Path, base: str | None, as_of: str | None, rev: str = "HEAD"
) -> tuple[Repository, Ground, Snapshot, Snapshot | None]:
    """What approvals of a commit rest on, in the root at or above `path`: its ground, its files, those of the base."""
    from iscode.evaluation.ground import prepare
    from iscode.policy.root import find
    from iscode.source import discover
    from iscode.source.plain import show

    repository = discover(path)
    folder = find(repository.commit(rev), show(repository.prefix), search=True).path
    arguments = asked(repository.top / folder, rev=rev, base=base, as_of=as_of)
    return repository, prepare(**arguments), arguments["snapshot"], arguments["base"].tip if base else None
