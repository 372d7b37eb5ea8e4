"""The policy of a base and that of a head -> each difference, with what it softens or hardens and when it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iscode.facts.signatures import FOLDER as SIGNATURES
from iscode.policy.binding import BoundRule, Policy
from iscode.policy.config import CONFIG_NAME
from iscode.policy.profile import Gate
from iscode.policy.together import Named, Together, bounds
from iscode.rule.model import SEVERITIES
from iscode.rule.shelf import DEFINITIONS

NOW: Final = "counts now"
LATER: Final = "counts after the merge"
TEXT: Final = "the base's text judges until the merge"
EITHER: Final = "until the merge what either names is judged"
SHOWN: Final = 3
"""Names that an effect lists; the rest is counted."""


class Change(NamedTuple):
    """A difference of policy: the file it stands in, and its effect in our words.

    `rules` are those that it is about; None: it may be about any. `softens`: it may let something pass. `requirements`:
    those that it weakens itself, where they are others than its rules serve.
    """

    path: str
    effect: str
    rules: tuple[str, ...] | None = ()
    softens: bool = False
    requirements: tuple[str, ...] = ()

    @property
    def worded(self) -> Change:
        """The same change, which says that it may soften where nothing proves that it hardens."""
        said = not self.softens or self.effect.startswith("softens: ")
        return self if said else self._replace(effect=f"may soften: {self.effect}")


def changes(base: Policy, head: Policy, both: Together, root: str) -> tuple[Change, ...]:
    """Every difference, by path; `root` is the root's path in the repository."""
    found = [
        *_of_config(base, head, f"{root}/{CONFIG_NAME}" if root else CONFIG_NAME),
        *_of_packs(base, head),
        *_of_profile(base, head),
        *_of_rules(base, head, both.later),
        *_of_definitions(base, head),
        *_of_kinds(base, head, both.later),
        *_of_catalogs(base, head),
        *_of_signatures(base, head),
    ]
    return tuple(sorted((change.worded for change in found), key=lambda change: change[:2]))


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _of_config(base: Policy, head: Policy, path: str) -> Iterator[Change]:
    one, other = base.config, head.config
    if one.requires != other.requires:
        words = f"requires iscode {other.requires or 'of any version'} instead of {one.requires or 'of any version'}"
        yield Change(path, f"{words}: {NOW}")
    if one.profile != other.profile:
        effect = f"the profile is {other.profile} instead of {one.profile}: until the merge what either binds is judged"
        yield Change(path, effect, None, True)
    if one.records != other.records:
        yield Change(
            path, f"`records` is {listed(other.records)} instead of {listed(one.records)}: {EITHER}", None, True
        )
    if one.exclude != other.exclude:
        yield Change(
            path,
            f"`exclude` is {listed(other.exclude) or 'empty'} instead of {listed(one.exclude) or 'empty'}: "
            "until the merge only what both leave out is left out",
            None,
            True,
        )
    before, after = bounds(one), bounds(other)
    for name, value in after.items():
        if value != before[name]:
            effect = f"hardens: lowers limits.{name} from {before[name]} to {value}: {NOW}"
            if value > before[name]:
                effect = f"softens: raises limits.{name} from {before[name]} to {value}: {LATER}"
            yield Change(path, effect, None, value > before[name])
    pins = {pack.name: pack.digest for pack in one.packs}
    for pack in other.packs:
        if pins.get(pack.name, pack.digest) == pack.digest:
            continue
        effect = f"pins the pack {pack.name} to {pack.digest or 'no digest'}: {NOW}"
        if pack.package is None:
            yield Change(path, effect)
        else:  # what the base named is not installed any more, so nobody can say what it asked
            yield Change(path, f"{effect}, for both: what {pins[pack.name]} asked cannot be read here", None, True)


def _of_packs(base: Policy, head: Policy) -> Iterator[Change]:
    before, after = ({pack.path: pack.digest for pack in policy.packs} for policy in (base, head))
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            yield Change(path, f"hardens: the pack {after[path]} comes in: what fits the base {NOW}")
        elif path not in after:
            yield Change(path, f"softens: the pack {before[path]} goes: {TEXT}", None, True)
        elif before[path] != after[path]:
            yield Change(path, f"the pack is {after[path]} instead of {before[path]}")


def _of_profile(base: Policy, head: Policy) -> Iterator[Change]:
    """The gate and the scope; rules that a profile binds or not are told of with the rules."""
    one, other, path = base.profile.profile, head.profile.profile, head.profile.document.path
    for severity in SEVERITIES:
        before, after = (severity in profile.gate.block for profile in (one, other))
        if before and not after:
            yield Change(path, f"softens: {severity} no longer blocks: {LATER}", None, True)
        elif after and not before:
            yield Change(path, f"hardens: {severity} blocks too: {NOW}")
    yield from _of_gate(one.gate, other.gate, path)
    if one.scope != other.scope:
        yield Change(path, "the scope is another: until the merge what either covers is judged", None, True)


def _of_gate(before: Gate, after: Gate, path: str) -> Iterator[Change]:
    if before.existing != after.existing:
        softer = after.existing == "report"
        words = "softens: known results no longer block" if softer else "hardens: known results block too"
        yield Change(path, f"{words}: {LATER if softer else NOW}", None, softer)
    if before.policy_change != after.policy_change:
        softer = before.policy_change != "report"
        words = f"a change of policy is {after.policy_change} instead of {before.policy_change}"
        effect = f"softens: {words}: {LATER}" if softer else f"hardens: {words}: {NOW}"
        yield Change(path, effect, None, softer)
    yield from _of_waiving(before, after, path)


def _of_waiving(before: Gate, after: Gate, path: str) -> Iterator[Change]:
    """How long and how often waivers may last, and who may approve one."""
    days, often = after.waiver_days - before.waiver_days, after.waiver_renewals - before.waiver_renewals
    told = []
    if days:
        told.append((days > 0, f"waivers last {after.waiver_days} days at most instead of {before.waiver_days}"))
    if often:
        words = f"waivers are renewed {after.waiver_renewals} times at most instead of {before.waiver_renewals}"
        told.append((often > 0, words))
    if before.waiver_authority != after.waiver_authority:
        now, then = (gate.waiver_authority or "anybody" for gate in (after, before))
        told.append((before.waiver_authority is not None, f"a waiver is approved by {now} instead of by {then}"))
    for softer, words in told:
        yield Change(path, f"softens: {words}: {LATER}" if softer else f"hardens: {words}: {NOW}", None, softer)


def _of_rules(base: Policy, head: Policy, later: Mapping[Named, str]) -> Iterator[Change]:
    before, after = ({bound.id: bound for bound in policy.bound} for policy in (base, head))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            file = head.rules.by_id.get(name)
            words = "goes" if file is None else "no longer binds"
            path = before[name].file.document.path if file is None else head.profile.document.path
            yield Change(path, f"softens: the rule {name} {words}: it judges until the merge", (name,), True)
        elif name not in before:
            waits = later.get(Named("rule", name))
            when = NOW if waits is None else f"it binds after the merge: {waits}"
            yield Change(after[name].file.document.path, f"hardens: the rule {name} binds: {when}", (name,))
        else:
            yield from _of_rule(before[name], after[name], head)


def _of_rule(before: BoundRule, after: BoundRule, head: Policy) -> Iterator[Change]:
    name, path = after.id, after.file.document.path
    if before.file.document.value != after.file.document.value:
        yield Change(path, f"changes the rule {name}: {TEXT}", (name,), True)
    were, are = ([bound.severity_of(check.severity) for check in before.file.rule.check] for bound in (before, after))
    if were != are:
        layer = head.profile.last("severity", name)
        where = path if layer is None else layer.document.path
        softer = any(SEVERITIES.index(now) > SEVERITIES.index(then) for then, now in zip(were, are, strict=True))
        words = f"{'softens' if softer else 'hardens'}: {name} is {_each(are)} instead of {_each(were)}"
        yield Change(where, f"{words}: {LATER if softer else NOW}", (name,), softer)
    for key in sorted(before.params.keys() & after.params.keys()):
        if before.params[key] != after.params[key]:
            layer = head.profile.last("params", name, key)
            where = path if layer is None else layer.document.path
            words = f"params.{key} of {name} is {_short(after.params[key])} instead of {_short(before.params[key])}"
            yield Change(where, f"{words}: the base's value counts until the merge", (name,), True)


def _of_definitions(base: Policy, head: Policy) -> Iterator[Change]:
    one, other = base.rules.definitions, head.rules.definitions
    names = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    effect = f"changes definitions ({listed(names)}): those of the base count until the merge"
    for path in _differing(base, head, "rules/") if names else ():
        if path.rpartition("/")[2] == DEFINITIONS:
            yield Change(path, effect, None, True)


def _differing(base: Policy, head: Policy, shelf: str) -> list[str]:
    """The files of packs on a shelf that are not the same in both."""
    before, after = (
        {
            f"{pack.path}/{path}": data
            for pack in policy.packs
            for path, data in pack.files.items()
            if path.startswith(shelf)
        }
        for policy in (base, head)
    )
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _of_kinds(base: Policy, head: Policy, later: Mapping[Named, str]) -> Iterator[Change]:
    for name in sorted({*base.kinds, *head.kinds}):
        waits = later.get(Named("kind", name))
        if name not in head.kinds:
            effect = f"softens: the kind {name} goes: the base's schema judges until the merge"
            yield Change(base.kinds[name].path, effect, None, True)
        elif name not in base.kinds:
            when = NOW if waits is None else f"it counts after the merge: {waits}"
            yield Change(head.kinds[name].path, f"hardens: the kind {name} comes in: {when}")
        elif base.kinds[name].schema != head.kinds[name].schema:
            effect = f"changes the kind {name}: the base's schema judges until the merge"
            yield Change(head.kinds[name].path, effect, None, True)


def _of_catalogs(base: Policy, head: Policy) -> Iterator[Change]:
    for path in _differing(base, head, "policies/catalogs/"):
        yield Change(path, f"changes a catalog: {TEXT}, and a standard that is new {NOW}", None, True)


def _of_signatures(base: Policy, head: Policy) -> Iterator[Change]:
    for path in _differing(base, head, SIGNATURES):
        effect = "changes what gives a topic away: until the merge what either finds counts"
        yield Change(path, effect, None, True)


def _each(severities: Iterable[str]) -> str:
    """The severities of the checks of a rule, each once."""
    return " or ".join(dict.fromkeys(severities))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
