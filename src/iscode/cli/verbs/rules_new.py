"""rules new: an id, whom it judges and what it serves -> the files of a rule to write, which do not pass before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, day
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.policy import Policy
    from iscode.policy.root import Root
    from iscode.rule.draft import Draft
    from iscode.rule.model import Severity
    from iscode.source import Snapshot

FOLDER = "policy-pack"
"""Where a root keeps its rules if its iscode.yaml names no pack."""


@click.command("new")
@click.argument("name", metavar="ID")
@click.option("--subject", "subjects", metavar="KIND", multiple=True, required=True, help="Whom it judges.")
@click.option(
    "--requirement",
    "requirements",
    metavar="ID",
    multiple=True,
    required=True,
    shell_complete=candidates.requirements,
    help="What it gives evidence for, by its long id.",
)
@click.option(
    "--severity",
    type=click.Choice(["blocker", "high", "medium", "low"]),
    default="medium",
    show_default=True,
    help="How hard it fails.",
)
@click.option("--title", help="What holds where it passes, as a sentence; default is the id in words.")
@click.option("--family", metavar="FOLDER", help="Its folder below rules/; default: where most rules on the kind are.")
@click.option("--pack", metavar="PATH", help="The pack, from the root; default is the first that iscode.yaml names.")
@click.option("--root", default=".", type=click.Path(path_type=Path), help="The root, or a folder in it.")
def command(
    name: str,
    *,
    subjects: tuple[str, ...],
    requirements: tuple[str, ...],
    severity: Severity,
    title: str | None,
    family: str | None,
    pack: str | None,
    root: Path,
) -> int:
    """Write a rule and its cases into a pack of the root, to be filled in.

    Until then it is no rule that could pass: its check is false, so it fails for everybody; `rules test` says that a
    case does not hold, and `rules lint` names what is still to be written. Nothing that is there is replaced.
    """
    from iscode.errors import UsageError
    from iscode.policy import root as roots
    from iscode.report.escape import terminal
    from iscode.rule.draft import Draft
    from iscode.rule.subject import COMMIT
    from iscode.source import discover, files
    from iscode.source.plain import show

    if COMMIT in subjects:
        raise UsageError("a rule about commits is not drafted", hint="start from one that is there: iscode rules list")
    repository = discover(root)
    snapshot = repository.worktree()
    found = roots.find(snapshot, show(repository.prefix), search=True)
    named = _named(pack) if pack is not None else next(iter(found.config.folders), FOLDER)
    draft = Draft(name, title or _words(name), severity, requirements, "check", subjects)
    policy = _bound(snapshot, found, named, draft)
    served = next(bound.requirements for bound in policy.bound if bound.id == name)
    draft = draft._replace(phase=policy.catalogs[served[0]].entry.phase)
    place = f"{_prefix(found)}{named}/rules/{family or _family(policy, draft)}/{name}"
    kind = next((one for one in subjects if one in policy.kinds), min(policy.kinds))
    texts = {f"{place}.yaml": draft.text, f"{place}.test.yaml": draft.cases(kind, day.today(), served)}
    for path in files.write_new(repository.top, {path: text.encode() for path, text in texts.items()}):
        click.echo(terminal(f"{path} written"), err=True)
    if named not in found.config.folders:
        click.echo(terminal(f"nobody reads it until iscode.yaml says packs: [{{path: {named}}}]"), err=True)
    return PASSED


def _bound(snapshot: Snapshot, found: Root, named: str, draft: Draft) -> Policy:
    """Every rule of the root and its packs, and the draft. Raises UsageError where the draft does not fit."""
    from msgspec import structs

    from iscode.errors import RuleError, UsageError
    from iscode.policy import bind_every_rule, shipped, with_packs
    from iscode.policy.config import PackSource
    from iscode.source import OverlaySnapshot

    path = f"{_prefix(found)}{named}/rules/{draft.id}.yaml"
    packs = [PackSource(path=path) for path in dict.fromkeys([*found.config.folders, named])]
    packs += [one for one in found.config.packs if one.path is None]
    root = structs.replace(found, config=structs.replace(found.config, packs=packs))
    over = OverlaySnapshot(snapshot, {path: draft.text.encode()})
    shelves = with_packs(shipped(), over, root)
    there = [twin for twin, _ in shelves.below("rules/", f"/{draft.id}.yaml") if twin != path]
    there += [entry.path for entry in snapshot.entries if entry.path == path]
    for twin in there:
        raise UsageError(f"{draft.id} is there already: {twin}", hint="choose another id")
    try:
        policy = bind_every_rule(shelves)
        _ = next(bound for bound in policy.bound if bound.id == draft.id).compiled
    except RuleError as error:
        if error.place is None or error.place.path != path:
            raise
        raise UsageError(error.message, hint=error.hint) from None
    return policy


def _family(policy: Policy, draft: Draft) -> str:
    """The folder in which most rules on the same kinds stand; else that of its standard."""
    folders = Counter(
        _folder(policy, bound.file.document.path)
        for bound in policy.bound
        if bound.id != draft.id and set(bound.file.rule.subjects) & set(draft.subjects)
    )
    return max(sorted(filter(None, folders)), key=folders.__getitem__, default="own")


def _folder(policy: Policy, path: str) -> str:
    """The folder of a rule below its shelf, whatever the folder of its pack is called; "" for none."""
    pack = next((pack for pack in policy.packs if pack.holds(path)), None)
    inner = path if pack is None else path.removeprefix(f"{pack.path}/")
    return inner.removeprefix("rules/").rpartition("/")[0]


def _named(pack: str) -> str:
    """The folder of a pack that somebody named. Raises UsageError for one that is no folder below the root."""
    from iscode.errors import UsageError
    from iscode.policy.config import PACKAGE, typed_name

    if pack.startswith(PACKAGE):
        raise UsageError(f"{pack} is an installed package, which is not written to", hint="name a folder of the root")
    return typed_name(pack)


def _prefix(found: Root) -> str:
    return f"{found.path}/" if found.path else ""


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()
