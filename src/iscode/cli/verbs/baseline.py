"""baseline: what blocks in a root -> the file that names it, so that from then on only new failures block."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.policy.baseline import Baseline
    from iscode.source import Repository

_path = click.argument("path", default=".", type=click.Path(path_type=Path))
_profile = click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
_as_of = click.option("--as-of", type=day.Day(), help="The day of the verdict; default is today in UTC.")


@click.group("baseline", no_args_is_help=False, short_help="Start or shrink the list of old failures.")
def command() -> None:
    """The failures that a repository began with: they are shown and counted, and only new ones block."""


@command.command("create")
@_path
@_profile
@_as_of
def create(path: Path, *, profile: str | None, as_of: str | None) -> int:
    """Write iscode-baseline.json with all that blocks in the work tree of the root at or above PATH.

    Once: where there is a baseline, or the last commit has one, it is only shrunk. What softens a verdict is in none.
    """
    from iscode.errors import UsageError
    from iscode.evaluation import known
    from iscode.policy import baseline

    repository, root, evaluation = judging.alone(path, profile=profile, as_of=as_of)
    name, head = baseline.path_below(root), repository.head()
    if (repository.top / name).exists() or (head is not None and _has(repository, head, name)):
        hint = "`iscode baseline shrink` removes what is mended; nothing is ever added"
        raise UsageError(f"there is a baseline: {name}", hint=hint)
    entries = known.nameable(evaluation.results)
    left = sum(result.blocking and not entries >= known.identities(result) for result in evaluation.results)
    if entries:
        _write(repository, name, entries, replace=False)
    return _say(f"{name}: {len(entries)} written" if entries else "nothing to name", left)


@command.command("shrink")
@_path
@_profile
@_as_of
def shrink(path: Path, *, profile: str | None, as_of: str | None) -> int:
    """Remove from iscode-baseline.json what fails no more in the work tree, or fails in another way; add nothing."""
    from iscode.errors import UsageError
    from iscode.evaluation import known
    from iscode.policy import baseline

    repository, root, evaluation = judging.alone(path, profile=profile, as_of=as_of)
    name = baseline.path_below(root)
    if not (repository.top / name).exists():
        raise UsageError(f"there is no {name}", hint="`iscode baseline create` starts one")
    written = baseline.read(repository.worktree(), root)
    failing = (result for result in evaluation.results if result.adverse)
    kept = written.intersection(entry for result in failing for entry in known.identities(result))
    if kept != written:
        _write(repository, name, kept, replace=True)
    return _say(f"{name}: {len(written - kept)} removed, {len(kept)} left", evaluation.verdict.blocking)


def _has(repository: Repository, commit: str, name: str) -> bool:
    return any(entry.path == name for entry in repository.commit(commit).entries)


def _write(repository: Repository, name: str, entries: Baseline, *, replace: bool) -> None:
    from iscode.policy import baseline
    from iscode.source.files import write_new

    write_new(repository.top, {name: baseline.write(entries)}, replace=replace)


def _say(done: str, blocking: int) -> int:
    from iscode.report.escape import terminal

    left = f"{blocking} more block: `iscode check` says why" if blocking else "nothing else blocks"
    output.write(f"{terminal(done)}; {left}\n".encode())
    return PASSED
