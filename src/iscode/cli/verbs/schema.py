"""schema: the kinds -> a list, the schema of one, or the files that editors read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from iscode.cli import output
from iscode.cli.door import PASSED
from iscode.cli.shelved import root_option, shelves
from iscode.cli.verbs import schema_migrate


@click.group("schema", no_args_is_help=False, short_help="List, show or export the kinds of records.")
def command() -> None:
    """The kinds of records that iscode knows, each described by a JSON Schema."""


command.add_command(schema_migrate.command)


@command.command("list")
@root_option
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(root: Path | None, form: str) -> int:
    """Name every kind, what it is, and what a record of it must have."""
    from iscode.schema import load

    kinds = load(shelves(root).below("schemas/", ".schema.json"))
    rows = [
        {
            "kind": kind.name,
            "title": kind.schema.get("description", ""),
            "required": list(kind.schema.get("required", ())),
            "path": kind.path,
        }
        for kind in kinds.values()
    ]
    if form == "json":
        output.write_json(rows)
    else:
        output.write_table([(row["kind"], row["title"]) for row in rows])
    return PASSED


@command.command("show")
@click.argument("kind")
@root_option
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(kind: str, root: Path | None, form: str) -> int:
    """Say what a record of a kind may hold; as JSON: its schema, all references resolved."""
    from iscode.errors import UsageError
    from iscode.expr import did_you_mean
    from iscode.schema import load

    kinds = load(shelves(root).below("schemas/", ".schema.json"))
    if kind not in kinds:
        raise UsageError(f"there is no kind {kind!r}", hint=did_you_mean(kind, kinds))
    if form == "json":
        output.write((json.dumps(kinds[kind].schema, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
        return PASSED
    fields = kinds[kind].type.fields
    rows = [
        (
            name,
            str(field.type),
            "required" if field.required else "",
            str(kinds[kind].schema["properties"][name].get("description", "")),
        )
        for name, field in fields.items()
    ]
    output.write_table(rows)
    return PASSED


@command.command("export")
@click.option("--root", default=".", type=click.Path(path_type=Path), help="The root, or a folder in it.")
def export(root: Path) -> int:
    """Write the schemas that editors read into .iscode/schemas/ of the root, in place of those that are there.

    Nothing is ever judged by them: they only tell an editor what fields and words there are, and which rules ask for
    them under the profile that binds. `iscode doctor` says when they are not those of this version any more.
    """
    from iscode.cli import judging
    from iscode.policy import shipped
    from iscode.report import editors
    from iscode.report.escape import terminal
    from iscode.source import discover, files

    asked = judging.asked(root)
    folder = discover(root).top / asked["root"]
    written = files.write_new(folder, editors.files(asked["policy"], shipped().files), replace=True)
    click.echo(terminal(f"{len(written)} schemas written to {folder / editors.FOLDER}"), err=True)
    return PASSED
