"""lsp: an editor on standard input and output -> what `check` says of its buffers, and help with writing them."""

from __future__ import annotations

import importlib

import click

from iscode.cli import day, judging
from iscode.cli.door import PASSED


@click.command("lsp", short_help="Serve an editor: diagnostics, completion, edits.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day as of which is judged; default is today in UTC.")
def command(*, profile: str | None, as_of: str | None) -> int:
    """Speak the language server protocol on standard input and output, for each root that the editor opens a file of.

    Buffers are judged as they are typed, over the work tree as it was saved. Editors start this; docs/how-to/editor.md
    says how.
    """
    from iscode.errors import UsageError

    try:
        server = importlib.import_module("iscode.lsp.server")  # a door beside this one: no room of its imports another
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        hint = "run: python -m pip install 'iscode[lsp]'"
        raise UsageError("the language server needs pygls, which is not installed", hint=hint) from None
    server.serve(
        lambda folder: judging.asked(folder, profile=profile, as_of=as_of),
        lambda: day.today() if as_of is None else as_of,
    )
    return PASSED
