"""A folder, named or the current one -> the shipped shelves, with the packs of the root that holds it beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from iscode.policy import BoundRule, Policy, Shelves

root_option = click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="With the packs of the root at or above this folder; default is the current folder, if it is in a root.",
)
"""The option of every verb that shows what stands on the shelves."""
staged_option = click.option(
    "--staged", is_flag=True, help="With the packs as the index has them; the root is --root itself, or this folder."
)
"""The option of the verbs that a hook calls."""


def shelves(folder: Path | None, *, staged: bool = False) -> Shelves:
    """The shelves as the work tree has them, or the index if `staged`; the shipped ones alone where there is no root.

    Raises UsageError where the folder is none, and whatever reading a root and its packs may raise.
    """
    from iscode.errors import UsageError
    from iscode.policy import root, shipped, with_packs
    from iscode.source import discover
    from iscode.source.plain import show

    if folder is None:
        folder = Path() if staged else rooted()
    if folder is None:
        return shipped()
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="name a folder at or below one that holds iscode.yaml")
    repository = discover(folder)
    snapshot = repository.index() if staged else repository.worktree()
    return with_packs(shipped(), snapshot, root.find(snapshot, show(repository.prefix), search=not staged))


def read_from(folder: Path | None) -> list[Path]:
    """What `shelves` reads of the work tree: the iscode.yaml and the packs that it names, or what ships.

    Of one that names no packs that could be read, it is the iscode.yaml alone.
    """
    from iscode import content
    from iscode.errors import IscodeError
    from iscode.policy import CONFIG_NAME, root
    from iscode.source import discover
    from iscode.source.plain import show

    folder = rooted() if folder is None else folder
    if folder is None:
        return [content.home() / shelf for shelf in ("policies", "rules", "schemas")]
    repository = discover(folder)
    try:
        found = root.find(repository.worktree(), show(repository.prefix), search=True)
    except IscodeError:
        return [above / CONFIG_NAME for above in (folder, *folder.absolute().parents)]
    top = repository.top / found.path
    return [top / CONFIG_NAME, *(top / path for path in found.config.folders)]


def chosen(policy: Policy, shelves: Shelves, names: tuple[str, ...], *, asked: bool) -> list[BoundRule]:
    """The rules of these names or aliases; where none is named, those that packs brought.

    Where packs brought none: all, unless a root was `asked` for. Raises UsageError then, for nothing of its own would
    be looked at, and RuleError for a name that no rule has.
    """
    from iscode.errors import UsageError

    wanted = {policy.rules.named(name).rule.id for name in names}
    if not names:
        wanted = {bound.id for bound in policy.bound if bound.file.document.path not in shelves.files}
        if not wanted and asked:
            hint = "name a pack that has rules in iscode.yaml: packs: [{path: policy-pack}]"
            raise UsageError("the root has no rules of its own, so there is nothing to look at", hint=hint)
    return [bound for bound in policy.bound if not wanted or bound.id in wanted]


def rooted() -> Path | None:
    """This folder, if an iscode.yaml (whatever its case and its nature) stands in it or above it in its repository."""
    return Path.cwd() if root_above(Path.cwd()) is not None else None


def root_above(folder: Path) -> Path | None:
    """The nearest folder with an iscode.yaml, whatever its case and its nature: this one, or above in its repository.

    The folder itself need not be there yet.
    """
    from iscode.policy import CONFIG_NAME

    there = folder.resolve()
    for above in (there, *there.parents):
        if above.is_dir() and any(entry.name.casefold() == CONFIG_NAME for entry in above.iterdir()):
            return above
        if (above / ".git").exists():
            break
    return None
