"""A folder, if one is named -> the shipped shelves, with the packs of the root that holds the folder beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from iscode.policy import Policy, Shelves

root_option = click.option(
    "--root", type=click.Path(path_type=Path), help="With the packs of the root at or above this folder."
)
"""The option of every verb that shows what stands on the shelves."""


def shelves(folder: Path | None) -> Shelves:
    """The shelves as the work tree has them; without a folder the shipped ones alone.

    Raises UsageError where the folder is none, and whatever reading a root and its packs may raise.
    """
    from iscode.errors import UsageError
    from iscode.policy import root, shipped, with_packs
    from iscode.source import discover
    from iscode.source.plain import show

    if folder is None:
        return shipped()
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="name a folder at or below one that holds iscode.yaml")
    repository = discover(folder)
    snapshot = repository.worktree()
    return with_packs(shipped(), snapshot, root.find(snapshot, show(repository.prefix), search=True))


def own_rules(policy: Policy, shelves: Shelves) -> set[str]:
    """The ids of the rules that packs brought; of all rules where packs brought none."""
    brought = {bound.id for bound in policy.bound if bound.file.document.path not in shelves.files}
    return brought or {bound.id for bound in policy.bound}
