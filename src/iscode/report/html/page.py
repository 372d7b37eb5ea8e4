"""An evaluation -> all that its page shows: the values that the templates name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from iscode import __version__
from iscode.change.history import Point
from iscode.evaluation import Evaluation, Finding, Result
from iscode.evaluation.result import UNJUDGED
from iscode.policy import BoundRule
from iscode.report.html import overview
from iscode.report.html.ledger import Account, Group, accounts, groups
from iscode.report.html.sheet import Sheet, sheet
from iscode.report.html.trend import Trend, trend
from iscode.report.listing import Unjudged, counted, disposed, judged, listing, unjudged
from iscode.view import Table, UntoldError, ViewFile, load, named, shelves_of, tabulate
from iscode.view import cascade as cascades
from iscode.view.pdca import CHECKS, cycle
from iscode.view.web import Branch, Web, web

BRANCHES: Final = 200
"""Lines of a tree; the rest is counted."""


class Chapter(NamedTuple):
    """A view on the page, drawn; where it cannot be told which rows it has, `untold` says why and nothing is drawn."""

    file: ViewFile
    table: Table | None
    sheet: Sheet | None
    untold: str = ""

    @property
    def names(self) -> bool:
        """Whether it says whom the page is of, so that it stands in the head and not below."""
        return any(column.show == "name" for column in self.file.view.columns)


class Part(NamedTuple):
    """Failures of one kind: an anchor, a title, and the results by rule."""

    id: str
    title: str
    groups: tuple[Group, ...]
    number: int


class Tree(NamedTuple):
    """What a record rests on: branches, and how many there are beyond them."""

    top: str
    branches: Sequence[Branch]
    more: int


class Entry(NamedTuple):
    """A requirement: the rules that decide it, its finding where it is selected, and what no record can show of it."""

    name: str
    label: str
    rules: tuple[BoundRule, ...]
    finding: Finding | None
    unseen: str


@dataclass(frozen=True, eq=False)
class Page:
    """One root's page. `prefix` stands before each anchor, so that those of several roots differ."""

    evaluation: Evaluation
    prefix: str = ""
    points: Sequence[Point] | None = None
    """The verdicts on the last commits, where somebody asks for them."""
    version: str = __version__

    @cached_property
    def views(self) -> dict[str, ViewFile]:
        """Every view of the shelves and of the packs, by id."""
        return load(shelves_of(self.evaluation.policy))

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The views that stand on the page, in its order."""
        placed = ((file.view.page, name, file) for name, file in self.views.items() if file.view.page is not None)
        return tuple(_chapter(file, self.evaluation) for *_, file in sorted(placed, key=lambda one: one[:2]))

    @cached_property
    def name(self) -> str:
        """Whom the page is of: what a view says, else the folder of the root."""
        tables = (one.table for one in self.chapters if one.names and one.table is not None and one.table.rows)
        for table in tables:
            for column, cell in zip(table.columns, table.rows[0], strict=True):
                if column.show == "name" and isinstance(cell, str):
                    return cell
        return self.evaluation.root or "Management system"

    @property
    def contents(self) -> Iterator[tuple[str, str]]:
        """(anchor, title) of each part, in its order."""
        yield from (("verdict", "Verdict"), ("themes", "Requirements by theme"), ("phases", "Plan, do, check, act"))
        if self.assurance:
            yield "assurance", "How far it is shown"
        if self.points:
            yield "trend", "Over time"
        yield from (("failures", "What does not hold"), ("gaps", "Gaps"))
        yield from ((f"view-{one.file.view.id}", one.file.view.title) for one in self.chapters if not one.names)
        yield from ((f"cascade-{number}", of.title) for number, (of, _) in enumerate(self.webs, 1))
        yield from (("waivers", "Waivers"), ("requirements", "Every requirement"), ("results", "Every result"))
        yield from [("unjudged", "What was not judged")] if self.unjudged else []
        yield "provenance", "What this rests on"

    @property
    def tone(self) -> str:
        """How the verdict is coloured: as one that passed only where nothing fails, waived or mild or not, and where
        nothing that was asked is left open.

        What rules ask of a change is not asked where nothing is compared: there is no change.
        """
        if not self.evaluation.verdict.passed:
            return "failed"
        counts, states = self.evaluation.verdict.counts, self.states
        left = counts["fail"] + counts["error"] + states["not_satisfied"] + states["not_assessed"]
        lacking = {"no_history"} if self.evaluation.base is None else UNJUDGED
        open_ = any(result.cause in lacking for result in self.evaluation.results)
        return "reserved" if left or open_ else "passed"

    @property
    def sentence(self) -> str:
        """What the verdict rests on."""
        blocking = self.evaluation.verdict.blocking
        if not blocking:
            return "Nothing blocks."
        return f"{counted(blocking, 'result')} {'blocks' if blocking == 1 else 'block'}."

    @property
    def applying(self) -> int:
        """How many of the selected requirements apply."""
        return len(self.evaluation.findings) - self.states["not_applicable"]

    @cached_property
    def standards(self) -> tuple[overview.Standard, ...]:
        """The themes and the phases of each standard."""
        return tuple(overview.standards(self.evaluation, cycle(self.evaluation, named(self.views, CHECKS))))

    @cached_property
    def states(self) -> Counter[str]:
        """State -> number of requirements."""
        return Counter(finding.state for finding in self.evaluation.findings)

    @cached_property
    def assurance(self) -> tuple[overview.Part, ...]:
        """How many requirements stand on which step."""
        return overview.assurance(self.evaluation)

    @cached_property
    def trend(self) -> Trend | None:
        """How the verdict went over the last commits."""
        return trend(self.points) if self.points else None

    @cached_property
    def failures(self) -> tuple[Part, ...]:
        """What blocks, what fails without blocking, what is known or waived: each where there is any."""
        found = listing(self.evaluation)
        parts: dict[str, list[Result]] = {"blocks": [], "mild": [], "kept": []}
        for result in found.results:
            parts["blocks" if result.blocking else "kept" if disposed(result) else "mild"].append(result)
        told = groups(self.evaluation, found, parts.values())
        titles = ("What blocks", "What fails without blocking", "What is known or waived")
        return tuple(
            Part(name, title, each, len(parts[name]))
            for name, title, each in zip(parts, titles, told, strict=True)
            if each
        )

    @cached_property
    def kept(self) -> int:
        """How many known or waived results do not block."""
        return sum(map(disposed, self.evaluation.results))

    @cached_property
    def told(self) -> frozenset[str]:
        """The fingerprints of the failures that are told one by one: a link leads to each."""
        return frozenset(one.fingerprint for part in self.failures for group in part.groups for one in group.told)

    @cached_property
    def gaps(self) -> tuple[Finding, ...]:
        """The requirements that are not satisfied, then those that nothing assessed, in catalog order."""
        findings = self.evaluation.findings
        states = ("not_satisfied", "not_assessed")
        return tuple(finding for state in states for finding in findings if finding.state == state)

    @cached_property
    def webs(self) -> tuple[tuple[Web, tuple[Tree, ...]], ...]:
        """Each cascade with its trees."""
        policy = self.evaluation.policy
        found = (web(one, self.evaluation) for one in cascades.load(shelves_of(policy), policy.kinds))
        return tuple((one, tuple(tree(one, top) for top in one.tops)) for one in found)

    @cached_property
    def requirements(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """(title of the standard, its requirements) in catalog order."""
        catalogs, findings = self.evaluation.policy.catalogs, {one.requirement: one for one in self.evaluation.findings}
        serving: dict[str, list[BoundRule]] = {name: [] for name in catalogs}
        for bound in self.evaluation.policy.bound:
            for name in bound.requirements:
                serving[name].append(bound)
        listed: dict[str, list[Entry]] = {}
        for name, one in catalogs.items():
            entry = Entry(name, one.label, tuple(serving[name]), findings.get(name), one.entry.unseen)
            listed.setdefault(catalogs.standards[one.standard].title, []).append(entry)
        return tuple((title, tuple(entries)) for title, entries in listed.items())

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Each rule with the results that are no failures."""
        return tuple(accounts(self.evaluation))

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        """What was not judged."""
        return tuple(unjudged(self.evaluation))

    @property
    def revision(self) -> str:
        """What was judged, in words."""
        return judged(self.evaluation)


def _chapter(file: ViewFile, evaluation: Evaluation) -> Chapter:
    try:
        table = tabulate(file, evaluation)
    except UntoldError as error:
        return Chapter(file, None, None, error.message)
    return Chapter(file, table, sheet(table))


def tree(of: Web, top: str) -> Tree:
    """All that a record rests on, as far as there is room."""
    branches = list(of.tree(top, whole=True))
    return Tree(top, branches[:BRANCHES], max(0, len(branches) - BRANCHES))
