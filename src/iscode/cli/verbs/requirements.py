"""requirements: the catalogs -> lists and pages of requirements, with the rules that serve them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, day, output
from iscode.cli.door import PASSED
from iscode.cli.shelved import root_option, rooted, shelves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@click.group("requirements", no_args_is_help=False, short_help="List or show the requirements of the standards.")
def command() -> None:
    """The requirements of the standards: ids of the standard, labels in our own words."""


@command.command("list")
@click.option("--standard", metavar="ID", help="Only those of one standard.")
@root_option
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(standard: str | None, root: Path | None, form: str) -> int:
    """Name every requirement with the rules that serve it."""
    from iscode.policy import bind_every_rule

    policy = bind_every_rule(shelves(root))
    if standard is not None and standard not in policy.catalogs.standards:
        raise click.UsageError(f"{standard!r} is no standard, there are {', '.join(policy.catalogs.standards)}")
    rows = [
        {
            "id": requirement.id,
            "standard": requirement.standard,
            "kind": requirement.entry.kind,
            "label": requirement.label,
            "phase": requirement.entry.phase,
            "rules": [bound.id for bound in policy.bound if requirement.id in bound.requirements],
        }
        for requirement in policy.catalogs.values()
        if standard in (None, requirement.standard)
    ]
    if form == "json":
        output.write_json(rows)
    else:
        output.write_table(
            (str(row["id"]), str(row["phase"]), str(row["label"]), ", ".join(row["rules"])) for row in rows
        )
    return PASSED


@command.command("show")
@click.argument("requirement", metavar="ID", shell_complete=candidates.requirements)
@root_option
@click.option("--as-of", type=day.Day(), help="The day of the assurance; default is today in UTC.")
def show(requirement: str, root: Path | None, as_of: str | None) -> int:
    """Say what a requirement asks, in our words, which rules serve it, and in a root how far its records show it."""
    from iscode.errors import UsageError
    from iscode.policy import bind_every_rule

    policy = bind_every_rule(shelves(root))
    found = policy.catalogs.get(requirement)
    if found is None:
        raise UsageError(f"there is no requirement {requirement!r}", hint=policy.catalogs.nearest(requirement))
    rows = [
        ("id", found.id),
        ("label", found.label),
        ("standard", policy.catalogs.standards[found.standard].edition),
        ("kind", found.entry.kind),
        ("phase", found.entry.phase),
        ("intent", found.entry.intent),
        ("unseen", found.entry.unseen),
        *_assurance(requirement, root, as_of),
        *((key, ", ".join(values)) for key, values in found.entry.attributes.items()),
        *(("rule", f"{bound.id}: {bound.file.rule.title}") for bound in policy.bound if found.id in bound.requirements),
    ]
    output.write_table([row for row in rows if row[1]])
    return PASSED


def _assurance(requirement: str, root: Path | None, as_of: str | None) -> Iterator[tuple[str, str]]:
    """How far the root at or above the folder, or above this one, shows a requirement; nothing where there is none."""
    from iscode.cli import judging
    from iscode.errors import IscodeError
    from iscode.evaluation.assurance import Assurances
    from iscode.report import assurance

    folder = root or rooted()
    if folder is None:
        return
    try:
        yield from assurance.notes(Assurances(judging.ground(folder, as_of=as_of))[requirement])
    except IscodeError as error:  # what a requirement asks can be read in a repository that cannot be judged
        yield "assurance", f"not judged: {error}"
