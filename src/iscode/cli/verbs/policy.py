"""policy: a root -> what binds in it, how hard, and why."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED
from iscode.cli.verbs import policy_pack


@click.group("policy", no_args_is_help=False, short_help="Show which rules bind, how hard, and why.")
def command() -> None:
    """The policy of a root: its profile, its packs, its waivers."""


command.add_command(policy_pack.command)


@command.command("show")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day on which waivers must hold; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(path: Path, *, profile: str | None, as_of: str | None, form: str) -> int:
    """Say what binds in the work tree of the root at or above PATH: each rule with its severity and with what the
    profile made of it, the rules that do not bind and why, the packs, and the waivers with their state.
    """
    from iscode.evaluation import waivers
    from iscode.report import standing

    ground = judging.ground(path, profile=profile, as_of=as_of)
    held = waivers.read(ground)
    if form == "json":
        output.write_json(standing.document(ground, held))
    else:
        output.write(standing.text(ground, held))
    return PASSED
