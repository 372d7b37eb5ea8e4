"""A roadmap and an evaluation -> how far it was gone, and of each stage what is missing and what can be used again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from iscode.evaluation import Evaluation, Result
from iscode.evaluation.judge import judged
from iscode.policy import BoundRule
from iscode.policy.binding import bind_alone
from iscode.policy.crosswalk import Pair
from iscode.policy.roadmap import Roadmap, Stage
from iscode.view.verdicts import Verdict, verdicts


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule that does not pass yet: what fails in it (nothing where nobody is there to be judged), and the pairs that
    lead from a requirement that it serves to one that is satisfied.
    """

    bound: BoundRule
    failing: tuple[Result, ...]
    reuse: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """How one stage stands. It is reached when nothing is missing in it and in every stage before it."""

    stage: Stage
    reached: bool
    passing: int
    not_applicable: int
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Way:
    """How far a roadmap was gone."""

    roadmap: Roadmap
    stages: tuple[Reached, ...]

    @property
    def reached(self) -> str | None:
        """The id of the last stage that is reached."""
        return next((one.stage.id for one in reversed(self.stages) if one.reached), None)

    def document(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return {
            "roadmap": self.roadmap.id,
            "reached": self.reached,
            "stages": [
                {
                    "id": one.stage.id,
                    "title": one.stage.title,
                    "why": one.stage.why,
                    "reached": one.reached,
                    "passing": one.passing,
                    "not_applicable": one.not_applicable,
                    "missing": [missing.bound.id for missing in one.missing],
                    "failing": [
                        {"rule": result.rule, "subject": result.subject, "item": result.item, "message": result.message}
                        for missing in one.missing
                        for result in missing.failing
                    ],
                    "reuse": [
                        {"rule": missing.bound.id, "from": pair.origin, "to": pair.to}
                        | {"relation": pair.relation, "reason": pair.reason}
                        for missing in one.missing
                        for pair in missing.reuse
                    ],
                }
                for one in self.stages
            ],
        }


def ways(roadmaps: Iterable[Roadmap], evaluation: Evaluation, pairs: Iterable[Pair]) -> tuple[Way, ...]:
    """How far each roadmap was gone. Rules that the profile does not bind are judged here, as it would bind them."""
    listed, linked = tuple(roadmaps), tuple(pairs)
    named = {name for roadmap in listed for stage in roadmap.stages for name in stage.rules}
    bound, results = _judged(evaluation, named)
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.rule].append(result)
    held = {finding.requirement for finding in evaluation.findings if finding.state == "satisfied"}
    found = _Standing(bound, by_rule, verdicts(results), linked, held)
    return tuple(Way(roadmap, tuple(found.stages(roadmap))) for roadmap in listed)


def chosen(roadmaps: Mapping[str, Roadmap], evaluation: Evaluation) -> tuple[Roadmap, ...]:
    """The roadmap that belongs to the profile, or to one that it extends; where none does, all of them."""
    layers = [layer.profile.id for layer in reversed(evaluation.policy.profile.layers)]
    own = next((roadmaps[name] for name in layers if name in roadmaps), None)
    return tuple(roadmaps.values()) if own is None else (own,)


def _judged(evaluation: Evaluation, named: set[str]) -> tuple[dict[str, BoundRule], list[Result]]:
    """The named rules, and the results of all: those that were given already, the others now.

    A profile that selects one standard has a rule about requirements ask nothing of another; a roadmap leads there.
    """
    policy = evaluation.policy
    wanted = {name: bind_alone(policy, name) for name in sorted(named)}
    given = {one.id for one in policy.bound if one.id in named and one.requirements == wanted[one.id].requirements}
    others = tuple(bound for name, bound in wanted.items() if name not in given)
    ground = replace(evaluation.ground, policy=replace(policy, bound=others))
    return wanted, [*(result for result in evaluation.results if result.rule in given), *judged(ground)]


@dataclass(frozen=True)
class _Standing:
    """What the stages are held against."""

    bound: Mapping[str, BoundRule]
    results: Mapping[str, list[Result]]
    verdicts: Mapping[str, Verdict]
    pairs: tuple[Pair, ...]
    held: set[str]

    def stages(self, roadmap: Roadmap) -> Iterator[Reached]:
        reached = True
        for stage in roadmap.stages:
            said = [self.verdicts.get(name, "not_assessed") for name in stage.rules]
            # a stage in which nothing passes shows nothing, even where none of its rules applies
            lacking = {"fail", "not_assessed"} if "pass" in said else {"fail", "not_assessed", "not_applicable"}
            missing = tuple(
                self.missing(name) for name, verdict in zip(stage.rules, said, strict=True) if verdict in lacking
            )
            reached = reached and not missing
            yield Reached(stage, reached, said.count("pass"), said.count("not_applicable"), missing)

    def missing(self, name: str) -> Missing:
        bound = self.bound[name]
        failing = sorted((one for one in self.results.get(name, []) if one.adverse), key=lambda one: one.order)
        served = set(bound.requirements)
        reuse = tuple(
            pair
            for pair in self.pairs
            if (pair.to in served and pair.origin in self.held) or (pair.origin in served and pair.to in self.held)
        )
        return Missing(bound, tuple(failing), reuse)
