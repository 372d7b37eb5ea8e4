"""ledger: the recorded results of a repository -> whether they are an unbroken chain that comes out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import judging, output
from iscode.cli.door import FAILED, PASSED

if TYPE_CHECKING:
    from iscode.evaluation.ground import Ground
    from iscode.facts.ledger import Entry, Recorded
    from iscode.source import Repository
    from iscode.source.history import RepositoryHistory


@click.group("ledger", no_args_is_help=False, short_help="Verify the ledger of results.")
def command() -> None:
    """The results of commits, signed and chained, in refs/iscode/ledger. `iscode record` appends one."""


@command.command("verify")
@click.argument("rev", default="HEAD", metavar="[REV]")
@click.option("--copy", metavar="REF", help="An earlier copy of the ledger, which this one may only go on from.")
@click.option("--sample", default=3, type=click.IntRange(0, 1000), help="Entries to judge again.", show_default=True)
@click.option("--path", default=".", type=click.Path(path_type=Path), help="The root, where it is not this folder.")
def verify(rev: str, *, copy: str | None, sample: int, path: Path) -> int:
    """Say whether the ledger is whole: signed by keys that REV lists, in order, without gaps along REV's first parents.

    A cut at its end shows as commits that were never recorded, or against a --copy.
    """
    from iscode.errors import UsageError
    from iscode.facts import ledger as chain
    from iscode.report.escape import terminal
    from iscode.source import ledger
    from iscode.source.history import RepositoryHistory

    repository, ground, snapshot, _ = judging.held(path, None, None, rev=rev)
    entries = ledger.read(repository)
    if not entries:
        raise UsageError(
            "there is no ledger, so nothing was verified", hint="iscode record, or fetch refs/iscode/ledger"
        )
    trust = ground.approvals.trust if ground.approvals else None
    if trust is None or not trust.signers.listed:
        raise UsageError(f"{rev} lists no keys, so nobody can have signed", hint="trust: {allowed_signers: FILE}")
    history = RepositoryHistory(repository, snapshot.revision.commit)
    found = list(chain.faults(entries, trust.signers, history.verifies))
    if copy is not None:
        if not (earlier := ledger.read(repository, copy)):
            raise UsageError(f"there is no copy of the ledger at {copy}", hint="fetch it to a full name: refs/…")
        found += chain.departures(entries, earlier)
    again = 0
    if not found:
        read = [chain.read(each) for each in entries]
        found += chain.gaps(read, _line(history), ground.root)
        for fault in _judged_again(repository, ground, chain.sample(read, sample)):
            again += not fault
            found += [fault] if fault else []
    for fault in found:
        output.write(f"{terminal(fault)}\n".encode())
    word = "BROKEN" if found else "WHOLE"
    told = f"{again} judged again with the same report" if again or not sample else "none judged again"
    counted = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
    output.write(f"{word}: {counted}, {told}\n".encode())
    return FAILED if found else PASSED


def _line(history: RepositoryHistory) -> list[str]:
    """A commit and its first parents, newest first."""
    by_name = {commit.oid: commit for commit in history.commits}
    line, commit = [], history.commits[0] if history.commits else None
    while commit is not None:
        line.append(commit.oid)
        commit = by_name[commit.parents[0]] if commit.parents else None
    return line


def _judged_again(repository: Repository, ground: Ground, entries: list[Entry]) -> Iterator[str]:
    """Of each entry why it does not come out again, empty where it does; those of another version are left out."""
    from iscode import __version__
    from iscode.facts import ledger as chain
    from iscode.report import json
    from iscode.report.options import Options

    def judge(said: Recorded) -> bytes:
        place = repository.top / said.root
        return json.report([judging.evaluation(place, rev=said.commit, as_of=said.as_of)], Options())

    for entry in entries:
        fault = chain.repeated(entry, ground.policy.content, __version__, judge)
        if fault is not None:
            yield fault
