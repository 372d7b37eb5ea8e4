"""new: a kind, an id and what is known -> the file of a record to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import drafting, judging
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.schema import Kinds


@click.command("new", short_help="Write a record to fill in, with the reason for each field.")
@click.argument("kind")
@click.argument("name", metavar="ID")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="A value that is known, e.g. stage=design.")
@click.option("--root", default=".", type=click.Path(path_type=Path), help="The root, or a folder in it.")
@click.option("--file", metavar="PATH", help="Where to write, from the root; default: beside the others of its kind.")
@click.option("--profile", metavar="ID", help="Ask what this profile asks, not the one of iscode.yaml.")
def command(
    kind: str, name: str, *, settings: tuple[str, ...], root: Path, file: str | None, profile: str | None
) -> int:
    """Write a record of KIND with the fields that its schema and the rules that bind ask for as it stands.

    What has no value yet is left blank under a comment that says what it is and which rule asks for it; the schema
    refuses a blank, so that nothing passes before it is filled in.
    """
    from iscode.errors import UsageError
    from iscode.expr import did_you_mean
    from iscode.intake import settled
    from iscode.intake.beside import beside
    from iscode.report.escape import terminal
    from iscode.source import discover, files

    asked = judging.asked(root, profile=profile)
    kinds: Kinds = asked["policy"].kinds
    if kind not in kinds:
        raise UsageError(f"there is no kind {kind!r}", hint=did_you_mean(kind, kinds))
    title = name.replace("-", " ").capitalize()
    known = {"title": title, **settled(kinds[kind], settings), "kind": kind, "id": name}
    known = {key: value for key, value in known.items() if key in kinds[kind].schema["properties"]}
    prefix = f"{asked['root']}/" if asked["root"] else ""
    there = drafting.standing(asked)
    drafting.require_free(there, f"{kind}:{name}")
    others = there.world.inventory.of_kind(kind) if there else ()
    path = prefix + (file or beside(others, kinds[kind], name, prefix))
    made = drafting.drafted(asked, kinds[kind], known, path, drafting.modeline(asked, kinds[kind], path))
    [written] = files.write_new(discover(root).top, {path: made.text.encode()})
    waits = f"; it waits for: {', '.join(made.blanks)}" if made.blanks else ""
    click.echo(terminal(f"{written} written{waits}"), err=True)
    return PASSED
