"""The repository around a folder -> readings: Git, the hooks, the root, what binds, the records and their line ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import structs

from iscode.cli import shell
from iscode.cli.health import hooks, modelines
from iscode.cli.health.reading import Reading
from iscode.errors import IscodeError, RepositoryError
from iscode.evaluation.selection import Selected, select
from iscode.inventory import Memo
from iscode.policy import Policy, bind_rules, root, shipped, with_packs
from iscode.policy.root import Root
from iscode.source import Repository, Snapshot, discover
from iscode.source.plain import show

NAMED: Final = 3
"""Paths that are named; the others are counted."""


def readings(folder: Path) -> Iterator[Reading]:
    """All about the repository that holds `folder`. Raises RepositoryError where its work tree cannot be read."""
    try:
        found = discover(folder)
    except RepositoryError as error:
        yield _undiscovered(folder, error)
        return
    yield _described(found)
    snapshot = found.worktree()
    at = found.prefix
    try:
        here = root.find(snapshot, show(at), search=True)
        at = b"/".join(at.split(b"/")[: len(here.path.split("/"))]) if here.path else b""
        yield Reading("root", "well", here.document.path)
        yield from _below(found, snapshot, here)
    except IscodeError as error:
        yield Reading("root", "mend", str(error), error.hint)
    yield from hooks.readings(structs.replace(found, prefix=at), snapshot)


def _undiscovered(folder: Path, error: RepositoryError) -> Reading:
    """Why there is nothing to look at: the folder is a bare repository, or in none."""
    if (folder / "HEAD").is_file():
        try:
            bare = discover(folder, folder)
        except RepositoryError as worse:
            error = worse
        else:
            says = f"{bare.top} is bare: it has commits to judge and nothing else"
            return Reading("repository", "note", says, f"iscode check --git-dir {shell.word(folder)} --rev REV")
    return Reading("repository", "mend", str(error), error.hint)


def _described(found: Repository) -> Reading:
    if (found.common_dir / "shallow").exists():
        says = f"{found.top} is shallow: rules that read history cannot be judged"
        return Reading("repository", "note", says, "git fetch --unshallow; in CI: fetch-depth: 0")
    commit = found.head()
    return Reading("repository", "well", f"{found.top}, {f'at {commit}' if commit else 'no commit yet'}")


def _below(repository: Repository, snapshot: Snapshot, found: Root) -> Iterator[Reading]:
    """What binds and what is judged; the first thing that is broken ends the look. Raises IscodeError for it."""
    policy = bind_rules(found.config, with_packs(shipped(), snapshot, found), place=found.document.place(("profile",)))
    says = f"{found.config.profile} binds {len(policy.bound)} rules for {len(policy.selected)} requirements"
    yield Reading("profile", "well", says)
    selected = select(snapshot, found.path, found.config)
    yield from _records(snapshot, selected, policy, found, repository.top / found.path)
    yield _line_ends(repository, selected)


def _records(snapshot: Snapshot, selected: Selected, policy: Policy, found: Root, top: Path) -> Iterator[Reading]:
    inventory = Memo(policy.kinds, found.config.document_limits()).take(snapshot, selected.entries)
    valid = sum(record.valid for record in inventory.all)
    says = f"{valid} in {len(selected.entries)} files" + (
        f", {selected.excluded} excluded" if selected.excluded else ""
    )
    if valid < len(selected.entries):
        yield Reading("records", "note", f"{says}; the others are refused", "iscode check says why")
    else:
        yield Reading("records", "well", says)
    yield from modelines.readings(snapshot, found.path, inventory, policy, top)


def _line_ends(repository: Repository, selected: Selected) -> Reading:
    """Whether Git keeps the line ends of the records: digests are taken over bytes."""
    names = [entry.name for entry in selected.entries if entry.kind == "file"]
    said = repository.git.call("check-attr", "-z", "--stdin", "eol", codes=(0,), stdin=b"\0".join([*names, b""]))[1]
    fields = said.split(b"\0")
    if fields[:-1:3] != names:
        raise RepositoryError("git check-attr does not answer for each name")
    loose = [show(name) for name, value in zip(fields[::3], fields[2::3], strict=False) if value != b"lf"]
    if not loose:
        return Reading("line ends", "well", f"eol=lf for all {len(names)} files of records")
    says = f"Git may change those of {listed(loose)}, and what is approved is approved by bytes"
    return Reading("line ends", "mend", says, "add to .gitattributes: *.yaml text eol=lf")


def listed(paths: Sequence[str]) -> str:
    """The first few of some paths, and how many more there are."""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(paths[:NAMED]) + more
