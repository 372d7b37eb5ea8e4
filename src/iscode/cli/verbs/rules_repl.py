"""rules repl: expressions that somebody types, one after the other -> what each comes to, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from iscode.cli import asking, day, output
from iscode.cli.asking import Session
from iscode.cli.door import NO_VERDICT, PASSED

if TYPE_CHECKING:
    from iscode.errors import IscodeError

LONGEST: Final = 65_536
"""Bytes of a line with its end; the language has a lower limit of its own."""
SHOWN: Final = 1_000
"""Characters of a line that is printed again, or of an error."""


@click.command("repl", short_help="Try expressions, one after the other.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--subject", metavar="WHOM", help="What `self` is: Kind:id, a Kind, or Repository, which is the default.")
@click.option("--as-of", type=day.Day(), help="What `today` is; default is today in UTC.")
def command(path: Path, *, subject: str | None, as_of: str | None) -> int:
    """Read expressions line by line, and print type, value and what each came from, on the records of the root at or
    above PATH. They may name `self` and `today`, and call what rules call; `:help` lists what else there is.

    Lines come from a terminal, which completes words, or from a pipe: then the exit code is 2 where one has no value.
    """
    session = Session(path, as_of)
    session.choose(subject or asking.WHOLE)
    if sys.stdin is None or not sys.stdin.isatty():
        return _played(session)
    _complete(session)
    for line in _typed(session):
        try:
            _answer(session, line)
        except EOFError:
            break
    return PASSED


def _played(session: Session) -> int:
    """Answer each line of standard input, and print it before, so that what comes out can be read alone."""
    from iscode.errors import UsageError

    code = PASSED
    for line, whole in _piped():
        output.write(f"> {_escaped(line)}\n".encode())
        if not whole:
            code = NO_VERDICT
            _refuse(UsageError(f"the line is longer than {LONGEST // 1024} KiB"))
            continue
        try:
            code = code if _answer(session, line) else NO_VERDICT
        except EOFError:
            break
    return code


def _answer(session: Session, line: str) -> bool:
    """Print what a line comes to, or why that is nothing. Returns whether it came to something."""
    from iscode.errors import IscodeError

    try:
        for part in session.answer(line):
            output.write(part)
    except IscodeError as error:
        _refuse(error)
        return False
    return True


def _refuse(error: IscodeError) -> None:
    """Print why there is no answer."""
    from iscode.document.secrets import masked

    lines = [f"error: {error}", *(f"  {one}" for one in (error.hint or "").splitlines())]
    output.write("".join(f"{_escaped(masked(one))}\n" for one in lines).encode())


def _piped() -> Iterator[tuple[str, bool]]:
    """Each line of standard input, and whether that is all of it: of one that is too long it is the beginning alone.

    What is no text is in it as surrogates, which an answer refuses.
    """
    stream = sys.stdin.buffer if sys.stdin is not None else None
    while stream is not None and (data := stream.readline(LONGEST)):
        part, whole = data, True
        while not part.endswith(b"\n") and (part := stream.readline(LONGEST)):
            whole = False  # what is cut off is read, so that the next line is one
        yield data.decode("utf-8", "surrogateescape").rstrip("\r\n"), whole


def _typed(session: Session) -> Iterator[str]:
    """The lines that somebody types at a prompt."""
    while True:
        try:
            yield input(f"{_escaped(session.subject)}> ")
        except EOFError:
            output.write(b"\n")
            return


def _complete(session: Session) -> None:
    """Let the terminal complete words, where Python was built with what does so."""
    try:
        import readline
    except ImportError:
        return

    def complete(_: str, number: int) -> str | None:
        found = session.completions(readline.get_line_buffer()[: readline.get_endidx()])
        return found[number] if number < len(found) else None

    readline.set_completer_delims(" \t\n()[]{},!=<>&|+*/%\"'")
    readline.set_completer(complete)
    edited = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if edited else "tab: complete")


def _escaped(text: str) -> str:
    from iscode.report.escape import terminal

    return terminal(text, SHOWN)
