"""init: a folder -> a repository that iscode can judge."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.cli.starting import Start


@click.command("init", short_help="Start a repository: drafts to fill in, or the example.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--example", is_flag=True, help="Write the records of a whole made-up firm, which pass.")
@click.option("--profile", metavar="ID", default="starter", show_default=True, help="The profile that binds.")
@click.option(
    "--hook/--no-hook",
    default=None,
    help="Install the Git hooks that judge what is staged; by default where none is, but not with --example.",
)
@click.option(
    "--workflow/--no-workflow",
    default=None,
    help="Write the workflow that judges pull requests on GitHub; by default, but not with --example.",
)
def command(folder: Path, *, example: bool, profile: str, hook: bool | None, workflow: bool | None) -> int:
    """Begin a root in DIR, default this folder; make it a Git repository where it is none.

    Writes an iscode.yaml, drafts of roles, scope and policies to fill in, the schemas and settings of editors, the line
    ends that Git keeps, the hooks and a workflow. Nothing that is there already is changed: iscode.yaml takes in the
    YAML files that are records and names those that are none, and what another file lacks is printed. An iscode.yaml
    that is there is an error.
    """
    from iscode.cli import example as shipped
    from iscode.cli import shell
    from iscode.source import files, porcelain

    story = shipped.story() if example else None
    if story:
        written = files.write_new(folder, shipped.files(story.example))
        if not _is_inside_repository(folder):
            porcelain.initialise(folder)
        notes: list[str] = []
    else:
        begun = _begin(folder, profile, workflow=workflow is not False)
        from iscode.source import discover

        written, notes = files.write_new(discover(folder).top, begun.files), begun.notes
    day = ("--as-of", story.as_of) if story else ()
    _say(f"{len(written)} files written to {folder}", *notes)
    _hook(folder, day, hook if hook is not None or not example else False)
    step = "judge it" if example else "fill in what is a draft, `iscode new KIND ID` writes more, and judge it"
    _say(f"next: {step}: {' '.join(('iscode', 'check', *day, shell.word(folder)))}")
    return PASSED


def _begin(folder: Path, profile: str, *, workflow: bool) -> Start:
    """What begins a root in the folder, which is made, and made a repository. Before that: IscodeError where one is
    there, PolicyError for a profile that does not exist.
    """
    from iscode.cli import starting
    from iscode.errors import IscodeError
    from iscode.policy import CONFIG_NAME, Config, bind_rules, shipped
    from iscode.source import discover, porcelain
    from iscode.source.plain import show

    policy = bind_rules(Config(version=1, profile=profile), shipped())
    if os.path.lexists(folder / CONFIG_NAME):
        raise IscodeError(f"{folder / CONFIG_NAME} is there already", hint="this is a root; `iscode check` judges it")
    if not _is_inside_repository(folder):
        porcelain.initialise(folder)
    folder.mkdir(parents=True, exist_ok=True)
    repository = discover(folder)

    def taken(path: str) -> bool:
        return os.path.lexists(repository.top / path)

    return starting.start(repository.worktree(), show(repository.prefix), profile, policy, taken, workflow=workflow)


def _hook(folder: Path, day: tuple[str, ...], wanted: bool | None) -> None:
    """Install the hooks; what stands in their way is an error where they were asked for, else a note."""
    from iscode.errors import RepositoryError
    from iscode.source import porcelain

    if wanted is False:
        return
    try:
        _say(*(f"hook installed: {path}" for path in porcelain.install_hook(folder, day)))
    except RepositoryError as error:
        if wanted:
            raise
        _say(f"no hook installed: {error.message}", error.hint)


def _is_inside_repository(folder: Path) -> bool:
    from iscode.errors import RepositoryError
    from iscode.source import discover

    here = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    try:
        discover(here)
    except RepositoryError:
        return False
    return True


def _say(*notes: str) -> None:
    """Print notes, each line of them safe for a terminal: they may name files that somebody else put there."""
    from iscode.report.escape import terminal

    for note in notes:
        for line in note.splitlines():
            click.echo(terminal(line), err=True)
