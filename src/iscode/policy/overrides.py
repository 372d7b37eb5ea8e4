"""The profiles of the shelves -> what they set for rules, held against those rules, whether these bind or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from iscode.document import Document, Pointer
from iscode.errors import PolicyError
from iscode.policy import profile
from iscode.policy.binding import BoundRule, Policy, with_params
from iscode.policy.profile import Profile
from iscode.policy.shelves import Shelves
from iscode.rule.hints import nearest


def check_overrides(shelves: Shelves, policy: Policy) -> None:
    """Every profile names rules that there are, and gives their parameters values of their type.

    A verdict looks only at what binds; what a profile says of a rule that it leaves out would wait unread until
    somebody lets that rule bind. `policy` binds every rule. Raises PolicyError with the place.
    """
    rules = {bound.id: bound for bound in policy.bound}
    profiles = profile.load(shelves.below("policies/profiles/", ".yaml"))
    for name, file in profiles.items():
        profile.choose(profiles, name, None)
        for pointer, rule in _named(file.profile):
            if rule not in rules:
                place = file.document.place(pointer)
                raise PolicyError(f"there is no rule {rule!r}", place=place, hint=nearest(rule, rules))
        for rule, given in file.profile.params.items():
            set_params(rules[rule], given, file.document, ("params", rule))


def set_params(bound: BoundRule, given: Mapping[str, Any], document: Document, pointer: Pointer) -> BoundRule:
    """The rule with the parameters that stand in a document. Raises PolicyError at the one that does not fit."""
    for name, value in given.items():
        try:
            bound = with_params(bound, {name: value})
        except PolicyError as error:
            place = document.place((*pointer, name))
            raise PolicyError(error.message, place=place, hint=error.hint) from None
    return bound


def _named(written: Profile) -> Iterator[tuple[Pointer, str]]:
    """Each rule that a profile names, and where."""
    for key, listed in (("rules", written.select.rules), ("without", written.select.without)):
        yield from ((("select", key, index), rule) for index, rule in enumerate(listed))
    yield from ((("severity", rule), rule) for rule in written.severity)
    yield from ((("params", rule), rule) for rule in written.params)
