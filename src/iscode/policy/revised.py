"""The policy of a commit and the policy that follows it -> the rules that are new or ask something else."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from iscode.policy.binding import Policy, as_bound
from iscode.policy.shelves import Shelves
from iscode.rule.shelf import RuleFile

Revision = Literal["new", "changed", "same", "unknown"]
SHARED: Final = ("schemas/", "rules/definitions.yaml")
"""What in a pack each of its rules may rest on."""


class Side(NamedTuple):
    """A policy and the shelves that it was bound from."""

    policy: Policy
    shelves: Shelves


def revision(name: str, now: Side, before: Side | None) -> Revision:
    """What became of a rule that the policy of `now` has; without a policy before nobody knows."""
    file = now.policy.rules.by_id[name]
    if before is None:
        return "unknown"
    if name not in before.policy.rules.by_id:
        return "new"
    own = file.document.path not in now.shelves.files
    if _text(file, now) != _text(before.policy.rules.by_id[name], before):
        return "changed"
    if own and _shared(now.shelves) != _shared(before.shelves):
        return "changed"
    return "same" if _terms(name, now.policy) == _terms(name, before.policy) else "changed"


def revised(now: Side, before: Side | None) -> list[str]:
    """The ids of the rules that are new or changed, be it that a profile binds them otherwise: whether, how
    hard, with which parameters, for which requirements and about which records.

    Where nothing is known of before, these are the rules of the packs: what ships was there.
    """
    names = now.policy.rules.by_id
    if before is None:
        return [name for name in names if names[name].document.path not in now.shelves.files]
    return [name for name in names if revision(name, now, before) != "same"]


def _text(file: RuleFile, side: Side) -> bytes:
    return side.shelves.everything[file.document.path]


def _shared(shelves: Shelves) -> dict[str, bytes]:
    """The files of packs on which more than one rule may rest."""
    return {
        f"{pack.path}/{path}": data
        for pack in shelves.packs
        for path, data in pack.files.items()
        if path.startswith(SHARED)
    }


def _terms(name: str, policy: Policy) -> tuple[object, ...]:
    """How a policy binds a rule, if it does, and whom of its subjects the profile has it judge."""
    bound = as_bound(policy, name)
    binds = name in {one.id for one in policy.bound}
    scope = policy.profile.profile.scope if binds and bound.subjects else None  # it narrows only who has a record
    return binds, bound.severity, bound.capped, dict(bound.params), bound.requirements, scope
