"""An evaluation -> what a page shows first: the themes of each standard, bars of phases and of assurance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from iscode.evaluation import Evaluation
from iscode.evaluation.findings import State
from iscode.policy.catalog import Catalog, Requirement
from iscode.view.pdca import Cycle

LENGTH: Final = 1000
"""Units of a bar."""
LEAST: Final = 8
"""Units of a part of it, so that whatever there is at all is seen."""


class Part(NamedTuple):
    """A part of a bar: what it is, how many, where it begins and how long it is."""

    mark: str
    label: str
    number: int
    start: int
    length: int


class Tile(NamedTuple):
    """One requirement of a theme; `state` is None where the profile does not select it."""

    requirement: Requirement
    state: State | None


class Theme(NamedTuple):
    """The requirements under one heading of their catalog, how many apply, and how many of these are satisfied."""

    label: str
    tiles: tuple[Tile, ...]
    satisfied: int
    applying: int


class Standard(NamedTuple):
    """A standard: its catalog, its themes, and a bar for each phase of its rules: (phase, parts)."""

    catalog: Catalog
    themes: tuple[Theme, ...]
    phases: tuple[tuple[str, tuple[Part, ...]], ...]


def standards(evaluation: Evaluation, cycle: Cycle) -> Iterator[Standard]:
    """Each standard of which at least one requirement is selected, in catalog order."""
    findings = {finding.requirement: finding for finding in evaluation.findings}
    by_standard: dict[str, list[Tile]] = defaultdict(list)
    for name, requirement in evaluation.policy.catalogs.items():
        finding = findings.get(name)
        by_standard[requirement.standard].append(Tile(requirement, finding.state if finding else None))
    for name, catalog in evaluation.policy.catalogs.standards.items():
        if any(tile.state for tile in by_standard[name]):
            yield Standard(catalog, tuple(_themes(catalog, by_standard[name])), phases(cycle, name))


def phases(cycle: Cycle, standard: str) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """(phase, parts) of the rules that serve a standard."""
    return tuple(
        (
            one.phase,
            bar(
                [
                    ("satisfied", "pass", one.passing),
                    ("not_satisfied", "fail", one.failing),
                    ("not_assessed", "not assessed", one.not_assessed),
                ]
            ),
        )
        for one in cycle.bars
        if one.standard == standard
    )


def bar(counts: Iterable[tuple[str, str, int]]) -> tuple[Part, ...]:
    """(mark, label, count) of each part -> the parts that are there, side by side over the whole length."""
    listed = [one for one in counts if one[2]]
    total, start, parts = sum(count for *_, count in listed), 0, []
    lengths = [max(LEAST, count * LENGTH // total) for *_, count in listed]
    if lengths:
        lengths[lengths.index(max(lengths))] += LENGTH - sum(lengths)
    for (mark, label, count), length in zip(listed, lengths, strict=True):
        parts.append(Part(mark, label, count, start, length))
        start += length
    return tuple(parts)


def assurance(evaluation: Evaluation) -> tuple[Part, ...]:
    """How many of the requirements that apply stand on which step, none first."""
    steps = evaluation.policy.assurance.steps if evaluation.policy.assurance else ()
    counts = Counter(finding.assurance for finding in evaluation.findings if finding.asked)
    named: list[tuple[str, str, int]] = [("step-none", "none", counts[None])]
    named += [(f"step-{min(number, 5)}", step.id, counts[step.id]) for number, step in enumerate(steps)]
    return bar(named) if steps else ()


def _themes(catalog: Catalog, tiles: Iterable[Tile]) -> Iterator[Theme]:
    """The headings of a catalog that have requirements; those that stand under none are last, under its title."""
    labels: Mapping[str, str] = {group.id: group.label for group in catalog.groups}
    by_group: dict[str, list[Tile]] = {name: [] for name in (*labels, "")}
    for tile in tiles:
        named = tile.requirement.entry.attributes.get("group", ())
        by_group[next((name for name in named if name in labels), "")].append(tile)
    for name, held in by_group.items():
        if held:
            counts = Counter(tile.state for tile in held)
            applying = len(held) - counts["not_applicable"] - counts[None]
            yield Theme(labels.get(name, catalog.title), tuple(held), counts["satisfied"], applying)
