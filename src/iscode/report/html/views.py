"""Cascades, phases and roadmaps -> an HTML page of their own each, in the style of the page of a root."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.report.html import overview
from iscode.report.html.document import rendered
from iscode.report.html.page import tree
from iscode.report.html.sheet import sheet
from iscode.view.pdca import Cycle
from iscode.view.roadmap import Way
from iscode.view.web import Web


def cascades(webs: Sequence[Web]) -> bytes:
    """What records rest on, UTF-8. Raises UsageError where jinja2 is not installed, as all of these do."""
    parts = [(web, [tree(web, top) for top in web.tops]) for web in webs]
    return rendered("cascades", title="What rests on what", parts=parts)


def phases(cycle: Cycle) -> bytes:
    """How plan, do, check and act stand, and the checks that fail."""
    standards = dict.fromkeys(bar.standard for bar in cycle.bars)
    parts = [(name, overview.phases(cycle, name)) for name in standards]
    return rendered("phases", title="Plan, do, check, act", parts=parts, checks=sheet(cycle.checks))


def roadmaps(ways: Sequence[Way]) -> bytes:
    """The stages of each roadmap, and what is missing in the first that is not reached."""
    return rendered("roadmaps", title="Roadmaps", ways=ways)
