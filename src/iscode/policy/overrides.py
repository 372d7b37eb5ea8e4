"""The profiles of the shelves -> what they set for rules, held against those rules, whether these bind or not."""

from __future__ import annotations

from iscode.policy import profile
from iscode.policy.binding import Policy, set_params
from iscode.policy.shelves import Shelves


def check_overrides(shelves: Shelves, policy: Policy) -> None:
    """Every profile names rules that there are, and gives their parameters values of their type.

    A verdict looks only at what binds; what a profile says of a rule that it leaves out would wait unread until
    somebody lets that rule bind. `policy` binds every rule. Raises PolicyError with the place.
    """
    rules = {bound.id: bound for bound in policy.bound}
    profiles = profile.load(shelves.below("policies/profiles/", ".yaml"))
    for name, file in profiles.items():
        profile.choose(profiles, name, None)
        profile.require_rules(file, rules)
        for rule, given in file.profile.params.items():
            set_params(rules[rule], given, file.document, ("params", rule))
