"""A command line -> the verb that it names; verbs are imported when they run, so that help costs nothing."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Final

import click

from iscode import __version__
from iscode.cli.door import PASSED, say
from iscode.errors import IscodeError

VERBS: Final = {
    "approve": ("approve", "Sign what files hold, as an approval."),
    "baseline": ("baseline", "Start or shrink the list of old failures."),
    "cascade": ("cascade", "Show what a record rests on, and how that stands."),
    "check": ("check", "Judge the records of a repository."),
    "completion": ("completion", "Print the script that completes words in a shell."),
    "coverage": ("coverage", "Print which rules decide each requirement, and how it stands."),
    "crosswalk": ("crosswalk", "Print what requirements give another standard, and a law."),
    "demo": ("demo", "Show the main job on an example, in a throw-away repository."),
    "diff": ("diff", "Show what a change breaks, mends and weakens."),
    "discover": ("discover", "Find the AI in use that no record names."),
    "doctor": ("doctor", "Say what is installed and in order, and what to mend."),
    "export": ("export", "Write the records and their state for other tools."),
    "explain": ("explain", "Show why a result is what it is: clauses, values, lines."),
    "forecast": ("forecast", "Show what turns red by the calendar alone."),
    "history": ("history", "Print the verdict on each commit, and who broke what."),
    "import": ("importing", "Turn a foreign register into records."),
    "init": ("init", "Start a repository, empty or with the example."),
    "ledger": ("ledger", "Verify the ledger of results."),
    "lsp": ("lsp", "Serve an editor: diagnostics, completion, edits."),
    "new": ("new", "Write a record to fill in, with the reason for each field."),
    "pdca": ("pdca", "Print how plan, do, check and act stand."),
    "policy": ("policy", "Show which rules bind, how hard, and why."),
    "record": ("record", "Write the signed result of a commit to the ledger."),
    "report": ("report", "Make the page that a board or an auditor reads."),
    "requirements": ("requirements", "List or show the requirements of the standards."),
    "risks": ("risks", "Print the risk register."),
    "roadmap": ("roadmap", "Print the stage reached on a roadmap, and what is missing."),
    "rules": ("rules", "List, show or test the rules."),
    "schema": ("schema", "List, show or export the kinds of records."),
    "soa": ("soa", "Print the statement of applicability."),
    "verify": ("verify", "Say which approvals hold, whose, and why others do not."),
    "view": ("view", "Print any view, own ones of a pack included."),
}
"""Verb -> the module below `iscode.cli.verbs` that holds its `command`, and what it does."""
UNLISTED: Final = {"gate-action": ("gate_action", "Judge in a GitHub job: what action.yml runs.")}
"""Verbs that programs of ours call, and no person."""


class _Verbs(click.Group):
    """The table of verbs as a click group."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        verbs = VERBS | UNLISTED
        if cmd_name not in verbs:
            return None
        module = importlib.import_module(f"iscode.cli.verbs.{verbs[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, words) for verb, (_, words) in VERBS.items()])


HELP: Final = """Judge a management system for information security and AI, kept as YAML in Git.

Exit: 0 the verdict passed, 1 it failed, 2 no verdict could be given, 130 interrupted."""


LONGEST: Final = 400
"""Characters of one line of an error."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; what a person must know went to stderr.

    Not by click's own `main`, which takes a broken pipe for 1 and lets an environment variable complete words.
    """
    group = _Verbs("iscode", help=HELP, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
    click.version_option(__version__, message="iscode %(version)s")(group)
    try:
        with group.make_context("iscode", list(arguments)) as context:
            code = group.invoke(context)
    except click.exceptions.Exit as left:
        code = left.exit_code
    except click.UsageError as error:
        return explain(error.format_message(), f"see `{error.ctx.command_path if error.ctx else 'iscode'} --help`")
    except click.ClickException as error:
        return explain(error.format_message())
    except IscodeError as error:
        return explain(str(error), error.hint)
    return code if isinstance(code, int) else PASSED


def explain(message: str, hint: str = "") -> int:
    """Tell a person what is wrong and what to do. Returns NO_VERDICT."""
    from iscode.document.secrets import masked
    from iscode.report.escape import terminal

    message, hint = masked(message), masked(hint)
    lines = [f"iscode: {terminal(message, LONGEST)}", *(f"  {terminal(line, LONGEST)}" for line in hint.splitlines())]
    return say("\n".join(lines))
