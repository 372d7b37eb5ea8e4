"""init: a folder -> a repository that iscode can judge."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from iscode.cli.door import PASSED

ATTRIBUTES: Final = (
    b"# Digests are taken over bytes: no line end may change on the way.\n*.yaml text eol=lf\nartifacts/** -text\n"
)


@click.command("init", short_help="Start a repository, empty or with the example.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--example", is_flag=True, help="Write the records of a whole made-up firm, which pass.")
@click.option("--profile", metavar="ID", default="integrated", show_default=True, help="The profile that binds.")
@click.option("--hook", is_flag=True, help="Install the Git hooks that judge what is staged.")
def command(folder: Path, *, example: bool, profile: str, hook: bool) -> int:
    """Write an iscode.yaml into DIR, default this folder; make it a Git repository where it is none.

    Nothing that is there already is changed: a file in the way is an error.
    """
    from iscode.cli import example as shipped
    from iscode.source import files, porcelain

    story = shipped.story() if example else None
    written = files.write_new(folder, shipped.files(story.example) if story else _start(profile))
    if not _is_inside_repository(folder):
        porcelain.initialise(folder)
    day = ("--as-of", story.as_of) if story else ()
    hooks = porcelain.install_hook(folder, day) if hook else []
    click.echo(f"{len(written)} files written to {folder}", err=True)
    for path in hooks:
        click.echo(f"hook installed: {path}", err=True)
    step = (
        "judge it" if example else "write a record with `iscode new KIND ID`, see `iscode schema list`, then judge it"
    )
    click.echo(f"next: {step}: {' '.join(('iscode', 'check', *day, str(folder)))}", err=True)
    return PASSED


def _is_inside_repository(folder: Path) -> bool:
    from iscode.errors import RepositoryError
    from iscode.source import discover

    try:
        discover(folder)
    except RepositoryError:
        return False
    return True


def _start(profile: str) -> dict[str, bytes]:
    """The files of a repository without records. Raises PolicyError for a profile that does not exist."""
    from iscode import __version__
    from iscode.document import write
    from iscode.policy import CONFIG_NAME, Config, bind_rules, shipped

    bind_rules(Config(version=1, profile=profile), shipped())
    major, minor, _ = __version__.split(".")
    requires = f">={major}.{minor},<{major}.{int(minor) + 1}"
    config = write({"version": 1, "requires": requires, "profile": profile})
    return {CONFIG_NAME: config.encode("utf-8"), ".gitattributes": ATTRIBUTES}
