"""What an evaluation says -> the functions that views call beside those of rules: states, assurance, failures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, get_args

from msgspec import to_builtins

from iscode.evaluation import Finding, Result
from iscode.evaluation.findings import State
from iscode.expr import NONE, Call, Context, Function, Optional, Overload, types
from iscode.inventory import reference_to
from iscode.policy import Policy, crosswalk
from iscode.rule import functions_of_requirements
from iscode.rule.model import SEVERITIES, Phase
from iscode.rule.subject import REQUIREMENT
from iscode.schema import Kinds
from iscode.view.shelf import shelves_of

_TEXT: Final = types.Field(types.STRING, True)
_MAYBE: Final = types.Field(types.STRING, False)
FAILURE: Final = types.ObjectType(
    "Failure",
    {
        "rule": _TEXT,
        "title": _TEXT,
        "subject": _TEXT,
        "item": _MAYBE,
        "outcome": types.Field(types.EnumString(("fail", "error"), None), True),
        "severity": types.Field(types.EnumString(SEVERITIES, None), True),
        "phase": types.Field(types.EnumString(get_args(Phase), None), False),
        "requirements": types.Field(types.ListType(types.STRING), True),
        "message": _TEXT,
    },
)
"""What expressions see of a failing or erring result; one of a built-in rule has no phase and no requirements."""

PAIR: Final = types.ObjectType(
    "Pair", dict.fromkeys(("from", "to", "relation", "reason", "verified", "confidence"), _TEXT)
)
"""What expressions see of what a crosswalk says of two requirements."""


class Told:
    """What the evaluation says, as the functions ask for it."""

    def __init__(self, policy: Policy, findings: Iterable[Finding], results: Iterable[Result]) -> None:
        self.policy = policy
        self.findings = {finding.requirement: finding for finding in findings}
        self.adverse = [result for result in results if result.adverse]

    @cached_property
    def failures(self) -> list[dict[str, Any]]:
        """Every failing or erring result, in report order."""
        bound = {one.id: one for one in self.policy.bound}
        found = []
        for result in self.adverse:
            row: dict[str, Any] = {
                "rule": result.rule,
                "title": result.rule,
                "subject": result.subject,
                "outcome": result.outcome,
                "severity": result.severity,
                "requirements": [],
                "message": result.message,
            }
            if result.item is not None:
                row["item"] = result.item
            if result.rule in bound:
                rule = bound[result.rule]
                row |= {"title": rule.file.rule.title, "phase": rule.file.rule.phase}
                row["requirements"] = list(rule.requirements)
            found.append(row)
        return found

    @cached_property
    def _by_subject(self) -> Mapping[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.failures:
            found[row["subject"]].append(row)
        return found

    def all(self, context: Context) -> list[dict[str, Any]]:
        """`failures()`."""
        context.charge(len(self.failures))
        return self.failures

    def about(self, context: Context, subject: Any) -> list[dict[str, Any]]:
        """`failures(subject)`: those about a record, a requirement, or what a reference names."""
        name = subject if isinstance(subject, str) else reference_to(subject) if "status" in subject else subject["id"]
        found = self._by_subject.get(name, [])
        context.charge(len(found))
        return found

    @cached_property
    def _by_result(self) -> Mapping[int, dict[str, Any]]:
        return {id(result): row for result, row in zip(self.adverse, self.failures, strict=True)}

    def deciding(self, context: Context, requirement: Mapping[str, Any]) -> list[dict[str, Any]]:
        """`failures_for(requirement)`: those that decide it, whomever they are about."""
        finding = self.findings.get(requirement["id"])
        results = () if finding is None else finding.results
        context.charge(len(results))
        return [self._by_result[id(result)] for result in results if id(result) in self._by_result]

    @cached_property
    def pairs(self) -> list[dict[str, str]]:
        """What the crosswalks say, in the order written. Raises PolicyError where one of a pack is broken."""
        files = shelves_of(self.policy).below("policies/crosswalks/", ".yaml")
        return [to_builtins(pair) for pair in crosswalk.load(files, self.policy.catalogs)]

    def crosswalk(self, context: Context) -> list[dict[str, str]]:
        """`crosswalk()`."""
        context.charge(len(self.pairs))
        return self.pairs

    def state(self, _: Context, requirement: Mapping[str, Any]) -> Optional:
        """`state(requirement)`; none where the profile does not select its standard."""
        finding = self.findings.get(requirement["id"])
        return NONE if finding is None else Optional(finding.state)

    def assurance(self, _: Context, requirement: Mapping[str, Any]) -> Optional:
        """`assurance(requirement)`; none where no step is reached."""
        finding = self.findings.get(requirement["id"])
        step = None if finding is None else finding.assurance
        return NONE if step is None else Optional(step)


def only(items: list[Any]) -> Optional:
    """`only(list)`: the item of a list that has just one; none where nothing says which of several it is."""
    return Optional(items[0]) if len(items) == 1 else NONE


def table(kinds: Kinds, told: Told) -> dict[str, Function]:
    """The functions by name, over what was told."""
    requirement, failures = functions_of_requirements.type_of(kinds), types.ListType(FAILURE)
    state = types.OptionalType(types.EnumString(get_args(State), None))

    def subject(call: Call) -> types.Type:
        of = call.types[0]
        known = isinstance(of, types.StringType) or (
            isinstance(of, types.ObjectType) and (of.record or of.name == REQUIREMENT)
        )
        if not known:
            call.fail(0, f"this is {of}, and no result is about it", "give a record, a reference or a requirement")
        return failures

    def item(call: Call) -> types.Type:
        of = call.types[0]
        if not isinstance(of, types.ListType):
            call.fail(0, f"this is {of}, and only a list has items")
        return types.OptionalType(of.element)

    return {
        name: Function(name, overloads)
        for name, overloads in {
            "only": (Overload((types.ANY,), item, only),),
            "state": (Overload((requirement,), state, told.state, context=True),),
            "assurance": (Overload((requirement,), types.OptionalType(types.STRING), told.assurance, context=True),),
            "crosswalk": (Overload((), types.ListType(PAIR), told.crosswalk, context=True),),
            "failures": (
                Overload((), failures, told.all, context=True),
                Overload((types.ANY,), subject, told.about, context=True),
            ),
            "failures_for": (Overload((requirement,), failures, told.deciding, context=True),),
        }.items()
    }
