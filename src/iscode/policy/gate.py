"""A base, a head and a folder -> the policy that judges the head: of both, or its own where the base has no root."""

from __future__ import annotations

from dataclasses import replace

from msgspec import Struct, structs

from iscode.policy import trust
from iscode.policy.binding import Policy, bind_rules
from iscode.policy.changes import Change, changes
from iscode.policy.config import Config
from iscode.policy.pack import with_packs
from iscode.policy.root import Root, find_both, folders
from iscode.policy.shelves import Shelves, shipped
from iscode.policy.tightening import require_tighter
from iscode.policy.together import Together, together
from iscode.source import Snapshot


class Judging(Struct, frozen=True):
    """The path of a root, the policy that judges it, and what of that the head changed. `adopted`: it is the head's."""

    root: str
    policy: Policy
    adopted: bool
    changes: tuple[Change, ...]


def judging(base: Snapshot, head: Snapshot, folder: str, profile: str | None = None) -> Judging:
    """The policy of the root at `folder`, whose path is relative to the top; `profile` names another than the root's.

    Raises UsageError for a profile that does not provably tighten, ConfigError for roots that do not go together, and
    whatever is wrong with either policy.
    """
    before, after = find_both(base, head, folder)
    shelves = shipped()
    of_head = with_packs(shelves, head, after)
    if before is None:
        return Judging(after.path, bind_root(after, of_head, profile), True, ())
    of_base = with_packs(shelves, base, before, head=after)
    policy = bind_root(after, of_head, profile)
    if _comparable(before.config) == _comparable(after.config) and _digests(of_base) == _digests(of_head):
        both, other = Together(policy, {}), policy
    else:
        other = bind_root(before, of_base, profile)
        both = together(other, policy)
    if profile not in (None, before.config.profile):
        require_tighter(bind_root(before, of_base), other)
    found = changes(replace(other, config=before.config), replace(policy, config=after.config), both, after.path)
    found = (*found, *trust.changes(base, head, before, after))
    return Judging(after.path, replace(both.policy, nested=folders(base) & folders(head)), False, found)


def bind_root(root: Root, shelves: Shelves, profile: str | None = None) -> Policy:
    """The policy of a root under the shelves that its packs stand on; `profile` names another than it does."""
    if profile is None:
        return bind_rules(root.config, shelves, place=root.document.place(("profile",)))
    return bind_rules(structs.replace(root.config, profile=profile), shelves)


def _comparable(config: Config) -> Config:
    """What of a configuration makes a policy: not which version of the tool it wants."""
    return structs.replace(config, requires=None)


def _digests(shelves: Shelves) -> list[tuple[str, str]]:
    return [(pack.path, pack.digest) for pack in shelves.packs]
