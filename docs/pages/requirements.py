"""The catalogs and the rules -> the page of requirements: who serves each, and where nobody does yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from iscode.policy import Policy, Requirement
from iscode.policy.catalog import Catalog
from pages.markdown import flat, page, section, table

NOBODY = "no rule yet"


def anchor(requirement: str) -> str:
    """The name under which other pages reach the line of a requirement."""
    return requirement.replace(":", "-")


def linked(requirement: Requirement, page_of: str = "") -> str:
    """A link to the line of a requirement, with our label; `page_of` leads to the page from where the link stands."""
    return f"[{requirement.id}]({page_of}#{anchor(requirement.id)}) {flat(requirement.label)}"


def requirements_page(policy: Policy) -> str:
    """docs/requirements.md."""
    serving: dict[str, list[str]] = defaultdict(list)
    for bound in policy.bound:
        for name in bound.requirements:
            serving[name].append(bound.id)
    return page("Requirements of the standards", _lines(policy, serving))


def _lines(policy: Policy, serving: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield "Every clause and control in the order of its standard, and the rules that serve it. The ids are those of the"
    yield "standards, every label is in our own words. A requirement without a rule is never shown as satisfied."
    yield "Unseen is what may be so in the world, and no record in a repository can show."
    for catalog in policy.catalogs.standards.values():
        found = [entry for entry in policy.catalogs.values() if entry.standard == catalog.id]
        served = sum(entry.id in serving for entry in found)
        yield from section(f"{catalog.id}: {flat(catalog.edition)}")
        yield f"{served} of {len(found)} requirements are served by a rule."
        yield from _groups(catalog, found, serving)


def _groups(catalog: Catalog, found: Iterable[Requirement], serving: Mapping[str, Sequence[str]]) -> Iterator[str]:
    labels = {group.id: group.label for group in catalog.groups}
    for group, members in groupby(found, lambda requirement: requirement.entry.attributes["group"][0]):
        yield from section(f"{group} {flat(labels[group])}", 3)
        yield from table(("id", "label", "phase", "unseen", "rules"), (_row(member, serving) for member in members))


def _row(requirement: Requirement, serving: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    rules = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in serving.get(requirement.id, ()))
    name = f'<a id="{anchor(requirement.id)}"></a>`{requirement.id}`'
    return name, flat(requirement.label), requirement.entry.phase, flat(requirement.entry.unseen), rules or NOBODY
