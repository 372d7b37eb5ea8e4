"""The verbs as click knows them -> the page of the command line: each verb, argument and option, but hidden ones."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from inspect import cleandoc

import click

from iscode.cli.run import HELP, VERBS
from pages.markdown import fence, flat, page, section, table


def cli_page() -> str:
    """docs/cli.md."""
    return page("The command line", _lines())


def _lines() -> Iterator[str]:
    yield cleandoc(HELP)
    yield "`iscode --version` names the version; `-h` or `--help` behind any verb says what follows here."
    yield ""
    rows = ((f"[`{verb}`](#iscode-{verb})", flat(does)) for verb, (_, does) in VERBS.items())
    yield from table(("verb", "does"), rows)
    for verb, (module, _) in VERBS.items():
        command: click.Command = importlib.import_module(f"iscode.cli.verbs.{module}").command
        with click.Context(click.Group("iscode"), info_name="iscode") as context:
            yield from _command(verb, command, context, 2)


def _command(name: str, command: click.Command, parent: click.Context, level: int) -> Iterator[str]:
    """One verb and what stands below it. Nothing depends on the width of a terminal."""
    with click.Context(command, info_name=name, parent=parent) as context:
        yield from section(context.command_path, level)
        yield from fence("sh", " ".join([context.command_path, *command.collect_usage_pieces(context)]))
        yield ""
        yield cleandoc(command.help or command.short_help or "")
        options = (option for option in command.params if isinstance(option, click.Option) and not option.hidden)
        rows = [_row(option, context) for option in options]
        if rows:
            yield ""
            yield from table(("option", "meaning"), rows)
        for below in command.commands.items() if isinstance(command, click.Group) else ():
            yield from _command(*below, context, level + 1)


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    names, meaning = option.get_help_record(context) or (", ".join(option.opts), "")
    return f"`{names}`", flat(meaning)
