"""A cascade and an evaluation -> what records rest on, down to requirements, with the worst state on the way up.

A record stands as the results about it do; it is shown as the worst of all that it rests on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from iscode.errors import UsageError
from iscode.evaluation import Evaluation, Result
from iscode.expr import did_you_mean
from iscode.inventory import Inventory, Record
from iscode.schema import fields
from iscode.view.cascade import Cascade

State = Literal["not_satisfied", "not_assessed", "satisfied"]
WORST_FIRST: Final[tuple[State, ...]] = ("not_satisfied", "not_assessed", "satisfied")


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement that rules serve which judged a record, with how they came out on that record."""

    requirement: str
    state: State
    failing: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A record: how it stands by itself, the worst of all it rests on, what it rests on, and which requirements."""

    record: Record
    state: State
    worst: State
    rests_on: tuple[str, ...]
    requirements: tuple[Served, ...]


class Branch(NamedTuple):
    """A record in a tree, how deep it stands, and whether it stood there before, with all below it."""

    name: str
    depth: int
    again: bool


@dataclass(frozen=True)
class Web:
    """Every record below the tops, by reference; `tops` are the references at which to begin."""

    title: str
    tops: tuple[str, ...]
    nodes: Mapping[str, Node]

    def below(self, top: str) -> list[str]:
        """The references that a record reaches, itself first, nearest first."""
        found = {top: None}
        for name in (order := [top]):
            for further in self.nodes[name].rests_on:
                if further not in found:
                    found[further] = None
                    order.append(further)
        return list(found)

    def tree(self, top: str, *, whole: bool) -> Iterator[Branch]:
        """A record and what it rests on, the first that leads somewhere first; `whole`: what is satisfied too.

        What a record rests on stands below it once, where it is first met.
        """
        seen: set[str] = set()
        waiting = [(top, 0)]
        while waiting:
            name, depth = waiting.pop()
            yield Branch(name, depth, again=name in seen)
            if name not in seen:
                seen.add(name)
                further = self.nodes[name].rests_on
                further = tuple(one for one in further if whole or self.nodes[one].worst != WORST_FIRST[-1])
                waiting += [(one, depth + 1) for one in reversed(further)]

    def documents(self) -> Iterator[dict[str, Any]]:
        """Each record once, as JSON holds it; those at the top first."""
        tops = set(self.tops)
        for name in dict.fromkeys((*self.tops, *sorted(self.nodes))):
            yield {"record": name, "top": name in tops, **_document(self.nodes[name])}


def web(cascade: Cascade, evaluation: Evaluation, top: str | None = None) -> Web:
    """What each record at the top rests on; with a reference, what that record does, whatever its kind.

    Raises UsageError for a reference that leads nowhere.
    """
    return _Weaving(cascade, evaluation).web(top)


def _document(node: Node) -> dict[str, Any]:
    return {
        "state": node.state,
        "worst": node.worst,
        "rests_on": list(node.rests_on),
        "requirements": [
            {
                "requirement": served.requirement,
                "state": served.state,
                "failing": [{"rule": result.rule, "message": result.message} for result in served.failing],
            }
            for served in node.requirements
        ],
    }


class _Weaving:
    """One web on its way."""

    def __init__(self, cascade: Cascade, evaluation: Evaluation) -> None:
        self.cascade, self.evaluation = cascade, evaluation
        self.inventory: Inventory = evaluation.ground.world.inventory

    def web(self, top: str | None) -> Web:
        if top is None:
            tops = [record.reference for kind in self.cascade.start for record in self.inventory.active(kind)]
        elif self.inventory.find(top) is None:
            hint = did_you_mean(top, [record.reference for record in self.inventory.all])
            raise UsageError(f"there is no record {top}", hint=hint)
        else:
            tops = [top]
        edges = self.edges(tops)
        own = {name: self.state(self.results.get(name, ())) for name in edges}
        worst = _worst(edges, own)
        nodes = {
            name: Node(self.record(name), own[name], worst[name], further, tuple(self.served(name)))
            for name, further in edges.items()
        }
        return Web(self.cascade.title, tuple(tops), nodes)

    def record(self, name: str) -> Record:
        found = self.inventory.find(name)
        assert found is not None  # noqa: S101 only records are walked to
        return found

    @cached_property
    def results(self) -> Mapping[str, list[Result]]:
        """The results about each subject."""
        found: dict[str, list[Result]] = defaultdict(list)
        for result in self.evaluation.results:
            found[result.subject].append(result)
        return found

    @cached_property
    def serves(self) -> Mapping[str, tuple[str, ...]]:
        return {bound.id: bound.requirements for bound in self.evaluation.policy.bound}

    def edges(self, tops: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Each record that is reached, with those that it rests on. A reference that leads nowhere is a result."""
        found: dict[str, tuple[str, ...]] = {}
        waiting = list(tops)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = tuple(dict.fromkeys(self.further(self.record(name))))
                waiting += found[name]
        return found

    def further(self, record: Record) -> Iterator[str]:
        for kind, path in self.cascade.follow:
            if record.kind.name == kind:
                for _, target in fields.values(record.value, path):
                    if isinstance(target, str) and self.inventory.find(target) is not None:
                        yield target
        for kind, path in self.cascade.back:
            yield from (other.reference for other in self.inventory.referrers(kind, path, record.reference))

    def state(self, results: Iterable[Result]) -> State:
        """Any failure counts; a pass only of a rule that serves a requirement: to be readable shows nothing."""
        found = list(results)
        if any(result.adverse for result in found):
            return "not_satisfied"
        passed = any(result.outcome == "pass" and result.rule in self.serves for result in found)
        return "satisfied" if passed else "not_assessed"

    def served(self, name: str) -> Iterator[Served]:
        """The requirements that rules serve which judged the record, in catalog order."""
        by_requirement: dict[str, list[Result]] = defaultdict(list)
        for result in self.results.get(name, ()):
            for requirement in self.serves.get(result.rule, ()):
                if result.outcome != "not_applicable":
                    by_requirement[requirement].append(result)
        for requirement in self.evaluation.policy.catalogs:
            if requirement in by_requirement:
                results = by_requirement[requirement]
                failing = tuple(result for result in results if result.adverse)
                yield Served(requirement, self.state(results), failing)


def _worst(edges: Mapping[str, tuple[str, ...]], own: Mapping[str, State]) -> dict[str, State]:
    """The worst state of all that each rests on, itself included: from the worst on, up to whoever rests on them."""
    above: dict[str, list[str]] = defaultdict(list)
    for name, further in edges.items():
        for below in further:
            above[below].append(name)
    found: dict[str, State] = {}
    for state in WORST_FIRST:
        waiting = [name for name, held in own.items() if held == state]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = state
                waiting += above[name]
    return found
