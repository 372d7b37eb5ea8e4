"""policy pack add, update: a pack -> the difference that names it in iscode.yaml as it is now, printed or written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import output
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.document import Document
    from iscode.policy.root import Root
    from iscode.source import Repository, Snapshot

_root = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    help="The root at or above this folder; default is the current one.",
)
_write = click.option("--write", is_flag=True, help="Write iscode.yaml; without it the difference is only shown.")


@click.command("add")
@click.argument("pack")
@_root
@_write
def add(pack: str, root: Path, *, write: bool) -> int:
    """Name PACK, a folder below the root or `package:NAME`, in iscode.yaml, with the digest of what it holds now."""
    from iscode.policy.pinning import added

    repository, snapshot, found = _found(root)
    made = added(snapshot, found, pack)
    return _told(repository, found.document, made.document, [f"{pack}  {made.pack.digest}"], write=write)


@click.command("update")
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@_root
@_write
def update(packs: tuple[str, ...], root: Path, *, write: bool) -> int:
    """Accept what each PACK holds now: write its digest into iscode.yaml; default is every pack that is named there.

    Look at what changed first: with the digest you answer for it.
    """
    from iscode.policy.pinning import updated

    repository, snapshot, found = _found(root)
    made, pinned = updated(snapshot, found, packs)
    lines = [f"{one.pack.path}  {one.pack.digest} instead of {one.before or 'no digest'}" for one in pinned]
    return _told(repository, found.document, made.document, lines, write=write)


def _found(folder: Path) -> tuple[Repository, Snapshot, Root]:
    """The work tree, and the root in it at or above a folder."""
    from iscode.policy import root
    from iscode.source import discover
    from iscode.source.plain import show

    repository = discover(folder)
    snapshot = repository.worktree()
    return repository, snapshot, root.find(snapshot, show(repository.prefix), search=True)


def _told(repository: Repository, before: Document, after: Document, lines: list[str], *, write: bool) -> int:
    """Print the difference of a file and what it comes to; write the file where that is asked for."""
    from iscode.cli.differing import difference
    from iscode.report.escape import terminal
    from iscode.source.files import write_new

    if before.source == after.source:
        output.write_table([("every digest is that of what is there",)])
        return PASSED
    if write:
        write_new(repository.top, {after.path: after.source}, replace=True)
    said = [*difference(before, after), *(terminal(line) for line in lines)]
    said += [] if write else ["nothing is written yet: give --write"]
    output.write("".join(f"{line}\n" for line in said).encode("utf-8"))
    return PASSED
