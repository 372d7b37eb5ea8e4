"""demo: the main job on the example, played as a person would do it, in a repository that is thrown away."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli.door import FAILED, NO_VERDICT, PASSED

if TYPE_CHECKING:
    from iscode.cli.example import Story


@click.command("demo", short_help="Show the main job on an example, in a throw-away repository.")
def command() -> int:
    """Commit a whole management system, see it pass; break one record, see it fail and why; mend it.

    Ends 0 when each verdict is the one that the story expects, else 2.
    """
    from iscode.cli import example
    from iscode.source import files, porcelain

    story = example.story()
    with tempfile.TemporaryDirectory(prefix="iscode-demo-") as made:
        folder = Path(made).resolve() / story.example
        good = example.files(story.example)
        files.write_new(folder, good)
        porcelain.initialise(folder)
        return _play(story, folder, good)


def _play(story: Story, folder: Path, good: dict[str, bytes]) -> int:
    from iscode.source import files

    broken = story.breaking
    old = good[broken.path].decode("utf-8")
    new = old.replace(broken.line, broken.becomes)
    steps = (
        ("A firm keeps its records in Git.", None, story.begin, PASSED),
        (broken.story, new, broken.message, FAILED),
        (story.mend.story, old, story.mend.message, PASSED),
    )
    shown = old
    for words, text, message, expected in steps:
        click.echo(click.style(words, bold=True))
        if text is not None:
            files.write_new(folder, {broken.path: text.encode("utf-8")}, replace=True)
            _show_change(broken.path, shown, text)
            shown = text
        if _commit_and_check(folder, message, story.as_of) != expected:
            click.echo("iscode: the demonstration did not go as expected", err=True)
            return NO_VERDICT
    return PASSED


def _commit_and_check(folder: Path, message: str, as_of: str) -> int:
    """Commit everything and judge the commit; the exit code of the verdict."""
    from iscode.cli.run import run
    from iscode.source import porcelain

    click.echo(f'$ git add --all && git commit --message "{message}"')
    porcelain.commit_all(folder, message)
    click.echo(f"$ iscode check --rev HEAD --as-of {as_of}\n")
    sys.stdout.flush()
    code = run(["check", "--rev", "HEAD", "--as-of", as_of, str(folder)])
    click.echo(f"exit {code}\n")
    return code


def _show_change(path: str, before: str, after: str) -> None:
    click.echo(path)
    for old, new in zip(before.splitlines(), after.splitlines(), strict=True):
        if old != new:
            click.echo(click.style(f"- {old}", fg="red"))
            click.echo(click.style(f"+ {new}", fg="green"))
