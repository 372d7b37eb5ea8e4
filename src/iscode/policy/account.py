"""A policy -> its account: each rule that binds, with what the profile made of it; each that does not, with why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from iscode.policy.binding import BoundRule, Policy


class Setting(NamedTuple):
    """A parameter that a profile changed: its value, the rule's own, and the id of the profile."""

    name: str
    value: Any
    default: Any
    profile: str


class Standing(NamedTuple):
    """How a rule binds. `named_by` and `severity_by` are ids of profiles; None: it is the rule's own doing."""

    bound: BoundRule
    named_by: str | None
    severity_by: str | None
    settings: tuple[Setting, ...]


def standings(policy: Policy) -> Iterator[Standing]:
    """Each rule that binds, by id."""
    for bound in policy.bound:
        severity = policy.profile.last("severity", bound.id)
        yield Standing(
            bound,
            _namer(policy, "rules", bound.id),
            None if severity is None else severity.profile.id,
            tuple(_settings(policy, bound)),
        )


def left_out(policy: Policy) -> Iterator[tuple[str, str]]:
    """(rule, reason) for each rule of the shelves that does not bind, by id."""
    binding = {bound.id for bound in policy.bound}
    for name in policy.rules.by_id:
        if name not in binding:
            layer = _namer(policy, "without", name)
            yield name, f"left out by {layer}" if layer else "serves no requirement that is selected"


def _namer(policy: Policy, key: str, rule: str) -> str | None:
    """The last layer that names the rule in `rules` or `without`, where that is still the last word on it."""
    if rule not in getattr(policy.profile.profile.select, key):
        return None
    layers = reversed(policy.profile.layers)
    return next(layer.profile.id for layer in layers if rule in getattr(layer.profile.select, key))


def _settings(policy: Policy, bound: BoundRule) -> Iterator[Setting]:
    for name, default in bound.file.rule.params.items():
        layer = policy.profile.last("params", bound.id, name)
        if layer is not None and bound.params[name] != default:
            yield Setting(name, bound.params[name], default, layer.profile.id)
