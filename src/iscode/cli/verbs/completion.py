"""completion: a shell -> the script that lets it complete verbs, options and ids; and the answers to that script."""

from __future__ import annotations

import re
from typing import Final

import click

from iscode.cli.door import PASSED

SHELLS: Final = ("bash", "zsh", "fish")
PROGRAM: Final = "iscode"
VARIABLE: Final = "_ISCODE_COMPLETE"
COLONS: Final = """
# A colon belongs to a word: the ids of requirements have one.
COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}
"""


@click.command("completion", short_help="Print the script that completes words in a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--answer", is_flag=True, hidden=True, help="Answer what the script asks in COMP_WORDS and COMP_CWORD.")
def command(shell: str, *, answer: bool) -> int:
    """Print the script for SHELL. For bash: `eval "$(iscode completion bash)"` in .bashrc; for zsh the same in .zshrc.

    For fish: `iscode completion fish > ~/.config/fish/completions/iscode.fish`.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    from iscode.errors import UsageError

    kind = get_completion_class(shell) or ShellComplete
    shown = kind(click.get_current_context().find_root().command, {}, PROGRAM, VARIABLE)
    if not answer:
        click.echo(_script(shell, ShellComplete.source(shown)) + (COLONS if shell == "bash" else ""))
        return PASSED
    try:
        click.echo(shown.complete())
    except (KeyError, ValueError):
        raise UsageError("--answer is for the script: COMP_WORDS and COMP_CWORD say nothing that it would") from None
    return PASSED


def _script(shell: str, text: str) -> str:
    """click's script, asking by a verb: a variable in the environment must not turn a check into something else."""
    from iscode.errors import IscodeError

    asked = rf"{VARIABLE}={shell}_complete (.*?\$1|.*?{PROGRAM})\)"
    script, places = re.subn(asked, rf"\1 completion {shell} --answer)", text)
    if places != 1:
        raise IscodeError("the script of this version of click is not understood", hint="install another click")
    return script
