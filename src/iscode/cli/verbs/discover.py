"""discover: a root -> what is in use in its files, which record names it, and drafts of those that nobody wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import drafting, judging, viewing
from iscode.report import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iscode.facts.signatures import Recorded
    from iscode.view.discovery import Unnamed


@click.command("discover", short_help="Find the AI in use that no record names.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(list(TABLES)), default="text", show_default=True)
@click.option("--draft", "folder", metavar="FOLDER", help="Draft a record for what none names, in FOLDER of the root.")
def command(path: Path, *, form: str, folder: str | None) -> int:
    """Print what gives AI away in the files of the root at or above PATH: where, how sure, and who names it.

    Packages, imports, models, addresses and keys of interfaces, images, actions, clouds. What is of low confidence
    gets no draft. This is a list and no verdict: `check` asks by its rules whether all of it is named.
    """
    from iscode.facts import Traces
    from iscode.view.discovery import Naming, discovery, unnamed

    asked = judging.asked(path)
    there = drafting.standing(asked)
    shelves = [part.signatures for part in asked["policy"].parts]
    records = (there.selected.entries, there.selected.cut) if there else ()
    looked = Traces(asked["snapshot"], asked["root"], shelves, *records).looked
    topics = {topic: recorded for shelf in shelves for topic, recorded in shelf.topics.items()}
    naming = Naming(there.world.inventory if there else None, topics)
    if folder is not None:
        _write(path, asked, folder, unnamed(looked, naming), topics)
    return viewing.print_table(discovery(looked, naming), form)


def _write(
    path: Path, asked: dict[str, Any], folder: str, missing: Iterable[Unnamed], topics: Mapping[str, Recorded | None]
) -> None:
    """Write the drafts, all or none, and say what each waits for."""
    from iscode.errors import PolicyError
    from iscode.report.escape import terminal
    from iscode.source import discover, files

    kinds = asked["policy"].kinds
    there, prefix = drafting.standing(asked), f"{asked['root']}/" if asked["root"] else ""
    made = {}
    for one in missing:
        recorded = topics[one.topic]
        if recorded is not None:
            if recorded.kind not in kinds:
                raise PolicyError(f"{one.topic} is recorded by {recorded.kind}, and there is no such kind")
            if there is not None and there.world.inventory.find(f"{recorded.kind}:{one.signature}") is not None:
                click.echo(terminal(f"{recorded.kind}:{one.signature} is there already"), err=True)
                continue
            known: dict[str, Any] = {"kind": recorded.kind, "id": one.signature, "title": one.title}
            known |= {recorded.list: [{"name": one.signature}]}
            at = f"{prefix}{folder.strip('/')}/{one.signature}.yaml"
            line = drafting.modeline(asked, kinds[recorded.kind], at)
            made[at] = drafting.drafted(asked, kinds[recorded.kind], known, at, line)
    written = files.write_new(discover(path).top, {at: draft.text.encode() for at, draft in made.items()})
    for target, draft in zip(written, made.values(), strict=True):
        waits = f"; it waits for: {', '.join(draft.blanks)}" if draft.blanks else ""
        click.echo(terminal(f"{target} written{waits}"), err=True)
