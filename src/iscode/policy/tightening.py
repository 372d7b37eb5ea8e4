"""What a command line asks for in place of a policy -> whether that is provably no softer; with a base only then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iscode.errors import UsageError
from iscode.policy.binding import BoundRule, Policy
from iscode.policy.profile import Gate, Scope
from iscode.rule.model import SEVERITIES, Severity


def require_tighter(named: Policy, given: Policy) -> None:
    """That a profile given on the command line asks all that the named one does. Raises UsageError otherwise."""
    flaw = next(_softer(named, given), None)
    if flaw is not None:
        one, other = given.profile.profile.id, named.profile.profile.id
        raise UsageError(
            f"with --base a profile may only tighten, and {one} {flaw}",
            hint=f"{other} is the profile of the base; let one that extends it be named",
        )


def require_tighter_options(policy: Policy) -> None:
    """That options of the command line leave nothing out that would block without them. Raises UsageError otherwise."""
    gate = policy.profile.profile.gate
    if policy.existing == "report" and gate.existing == "block":
        raise UsageError(
            "with --base --existing may only tighten, and the profile has known results block", hint="leave it out"
        )
    if policy.fail_on is not None:
        _require_blocking(gate.block, policy.fail_on)


def _require_blocking(block: Iterable[Severity], fail_on: Severity) -> None:
    mildest = max(block, key=SEVERITIES.index)
    if SEVERITIES.index(mildest) > SEVERITIES.index(fail_on):
        raise UsageError(
            f"with --base --fail-on may only tighten, and {fail_on} lets {mildest} pass",
            hint=f"write --fail-on {mildest}, or leave it out",
        )


def _softer(named: Policy, given: Policy) -> Iterator[str]:
    """Each way in which one policy asks less than another, or may."""
    others = {bound.id: bound for bound in given.bound}
    for bound in named.bound:
        other = others.get(bound.id)
        if other is None:
            yield f"leaves out {bound.id}"
        elif any(now > before for now, before in zip(_ranks(other), _ranks(bound), strict=True)):
            yield f"takes {bound.id} less seriously"
        elif other.params != bound.params:
            yield f"gives {bound.id} other parameters"
        elif not set(other.requirements).issuperset(bound.requirements):
            yield f"asks {bound.id} about fewer requirements"
    yield from _softer_gate(named.profile.profile.gate, given.profile.profile.gate)
    if given.profile.profile.scope not in (named.profile.profile.scope, Scope()):
        yield "has another scope"


def _softer_gate(one: Gate, other: Gate) -> Iterator[str]:
    """Each way in which one gate asks less than another."""
    if not set(other.block).issuperset(one.block):
        yield "blocks fewer severities"
    if one.existing == "block" and other.existing != "block":
        yield "lets known results pass"
    if one.policy_change not in ("report", other.policy_change):
        yield "asks for another approval of changes of policy"
    if other.waiver_days > one.waiver_days:
        yield "lets waivers last longer"
    if other.waiver_renewals > one.waiver_renewals:
        yield "lets waivers be renewed more often"
    if one.waiver_authority not in (None, other.waiver_authority):
        yield "lets others approve waivers"


def _ranks(bound: BoundRule) -> list[int]:
    """How far each check is from the worst severity."""
    return [SEVERITIES.index(bound.severity_of(check.severity)) for check in bound.file.rule.check]
