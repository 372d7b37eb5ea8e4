"""approve: files of the last commit and a key -> an envelope in the repository that approves what they hold."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED


@click.command("approve", short_help="Sign what files hold, as an approval.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A private SSH key, or the public half of one that an agent or a device holds.",
)
@click.option("--base", metavar="REV", help="Approve what becomes of them since this commit: for a change of policy.")
@click.option("--as-of", type=day.Day(), help="The day on which key and person must count; default is today in UTC.")
def command(files: tuple[Path, ...], *, key: Path, base: str | None, as_of: str | None) -> int:
    """Sign what each FILE holds in the last commit, and write the approval below `approvals/` of the root.

    A record is approved by its content, any other file byte by byte. Keys and people are those of the base, or of the
    last commit where no base is named. Commit what is written; `iscode verify` says what it is worth.
    """
    from iscode.cli import signing
    from iscode.errors import UsageError
    from iscode.policy.trust import below
    from iscode.report.escape import terminal
    from iscode.source import discover
    from iscode.source.files import write_new
    from iscode.source.plain import show

    places = [discover(file.parent) for file in files]
    found = places[0]
    if any(place.top != found.top for place in places):
        raise UsageError("the files lie in several repositories", hint="approve those of each by themselves")
    named = ((place.prefix, file.name.encode()) for place, file in zip(places, files, strict=True))
    paths = [show(b"/".join(part for part in parts if part)) for parts in named]
    repository, ground, head, tip = judging.held(files[0].parent, base, as_of)
    signing.require_shown(repository, head, paths)
    trust = ground.approvals.trust if ground.approvals else None
    if trust is None:
        raise UsageError("the base has no such root, so it lists no keys", hint="merge the root and its keys first")
    statement = signing.approved(head, tip, ground, paths)
    person, name, data = signing.signed(repository, statement, key, trust)
    write_new(found.top, {below(ground.root, name): data}, replace=True)
    lines = [f"{person} approves, in {below(ground.root, name)}:"]
    for each in statement.files:
        what = "is removed" if each.after is None else each.record or "as it stands"
        lines.append(f"  {each.path}  {what}  {'' if each.after is None else f'sha256:{each.after}'}".rstrip())
    output.write("".join(f"{terminal(line)}\n" for line in lines).encode())
    return PASSED
