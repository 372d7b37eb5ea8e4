"""roadmap: a root -> the stage that it reached, the rules that are missing in order, and what can be used again."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import output, viewing
from iscode.cli.door import PASSED


@click.command("roadmap", short_help="Print the stage reached on a roadmap, and what is missing.")
@viewing.options(("text", "json", "html"))
@click.option("--roadmap", "name", metavar="ID", help="Default is the one of the profile; without one, all.")
def command(name: str | None, form: str, **asked: Any) -> int:
    """Print how far the root at or above PATH has gone: a stage is reached when its rules pass and all before it are.

    Rules that the profile does not bind yet are judged too.
    """
    from iscode.errors import UsageError
    from iscode.policy import crosswalk, roadmap
    from iscode.report import roadmap as page
    from iscode.report.html import views
    from iscode.rule.hints import nearest
    from iscode.view import shelves_of
    from iscode.view.roadmap import chosen, ways

    found = viewing.evaluation(**asked)
    shelves, policy = shelves_of(found.policy), found.policy
    roadmaps = roadmap.load(shelves.below("policies/roadmaps/", ".yaml"), policy.rules)
    if name is not None and name not in roadmaps:
        raise UsageError(f"there is no roadmap {name!r}", hint=nearest(name, roadmaps))
    wanted = chosen(roadmaps, found) if name is None else (roadmaps[name],)
    pairs = crosswalk.load(shelves.below("policies/crosswalks/", ".yaml"), policy.catalogs)
    gone = ways(wanted, found, pairs)
    if form == "json":
        output.write_json([way.document() for way in gone])
    elif form == "html":
        output.write(views.roadmaps(gone))
    else:
        output.write(page.report(gone))
    return PASSED
