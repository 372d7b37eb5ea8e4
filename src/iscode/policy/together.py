"""The policy of a base and that of a head -> the one that judges: what softens counts where both say so.

What hardens counts where either says so. Of what both have, the base's text judges: a change cannot grade itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple

from msgspec import Struct, structs

from iscode.errors import RuleError, SchemaError
from iscode.policy.binding import BoundRule, Policy
from iscode.policy.catalog import Catalog, Catalogs
from iscode.policy.config import Bounds, Config
from iscode.policy.profile import Chain, Gate
from iscode.rule import Rules
from iscode.rule.model import SEVERITIES
from iscode.rule.shelf import RuleFile
from iscode.rule.subject import kinds_of
from iscode.schema import Kind, Kinds

SOFTENING: Final = ("x-waiver", "x-applicability")
"""Keywords by which records of a kind soften a verdict: a kind that brings one counts after the merge."""


class Named(NamedTuple):
    """Something of a policy: `kind` is rule, kind or catalog."""

    kind: str
    name: str


class Together(Struct, frozen=True):
    """The policy that judges, and what of the head's must wait for the merge, with the reason."""

    policy: Policy
    later: Mapping[Named, str]


def together(base: Policy, head: Policy) -> Together:
    """Put two policies of one root together. Raises RuleError for a rule that compiles under neither of them."""
    later: dict[Named, str] = {}
    kinds = _kinds(base.kinds, head.kinds, later)
    catalogs = Catalogs([*_new_catalogs(base.catalogs, head.catalogs), *base.catalogs.standards.values()])
    of_base = {bound.id: bound for bound in base.bound}
    fresh = {bound.id: bound for bound in head.bound if bound.id not in of_base}
    texts = {**head.rules.by_id, **base.rules.by_id, **{name: bound.file for name, bound in fresh.items()}}
    files = tuple(texts[name] for name in sorted(texts))
    rules = Rules(files, cache(lambda: {**head.rules.definitions, **base.rules.definitions}), kinds)
    bound = {bound.id: replace(bound, rules=rules) for bound in _harder(base, head, catalogs)}
    bound |= {old.id: wider for old in bound.values() if (wider := _wider(old, kinds, later)) is not None}
    bound |= {new.id: fitting for new in fresh.values() if (fitting := _fitting(new, rules, catalogs, later))}
    named = {*base.selected, *head.selected}
    policy = replace(
        base,
        config=structs.replace(base.config, limits=_limits(base.config, head.config)),
        profile=_chain(base.profile, head.profile),
        kinds=kinds,
        catalogs=catalogs,
        rules=rules,
        selected=tuple(name for name in catalogs if name in named),
        bound=tuple(bound[name] for name in sorted(bound)),
        assurance=base.assurance and structs.replace(base.assurance, bound=replace(base.assurance.bound, rules=rules)),
        also=head,
        before=base.config,
    )
    return Together(policy, later)


def _limits(base: Config, head: Config) -> Bounds:
    """The lower of the two bounds, of each that one of them sets."""
    one, other = bounds(base), bounds(head)
    given = {*base.limits.given, *head.limits.given}
    return Bounds(**{name: min(one[name], other[name]) for name in given})


def bounds(config: Config) -> dict[str, int]:
    """Every bound by name, as it is in force."""
    files = structs.asdict(config.document_limits())
    return {name: files[name] if name in files else getattr(config, name) for name in Bounds.__struct_fields__}


def _kinds(base: Kinds, head: Kinds, later: dict[Named, str]) -> Kinds:
    """The base's kinds, and those that only the head has."""
    fresh = [kind for name, kind in head.items() if name not in base and not _softens(kind, later)]
    try:
        return Kinds([*base.values(), *fresh]) if fresh else base
    except SchemaError as error:
        later |= {Named("kind", kind.name): error.message for kind in fresh}
        return base


def _softens(kind: Kind, later: dict[Named, str]) -> bool:
    marks = [keyword for keyword in SOFTENING if kind.marked(keyword)]
    if marks:
        later[Named("kind", kind.name)] = f"its records soften verdicts ({marks[0]})"
    return bool(marks)


def _new_catalogs(base: Catalogs, head: Catalogs) -> Iterable[Catalog]:
    return (catalog for name, catalog in head.standards.items() if name not in base.standards)


def _harder(base: Policy, head: Policy, catalogs: Catalogs) -> Iterable[BoundRule]:
    """The rules that the base binds, each as hard as the harder of the two has it, for what it serves in either."""
    others = {bound.id: bound for bound in head.bound}
    for bound in base.bound:
        other = others.get(bound.id, bound)
        severity = min(bound.severity, other.severity, key=SEVERITIES.index)
        served = {*bound.requirements, *other.requirements}
        yield replace(
            bound,
            severity=severity,
            capped=bound.capped and other.capped,
            requirements=tuple(name for name in catalogs if name in served),
        )


def _wider(bound: BoundRule, kinds: Kinds, later: dict[Named, str]) -> BoundRule | None:
    """A rule for records of every kind, for those of the head's kinds too; None where it is none or cannot."""
    file = _placed(bound.file, kinds)
    if file.subjects == bound.subjects:
        return None
    wider = replace(bound, file=file)
    try:
        _ = wider.compiled
    except RuleError as error:
        new = set(file.subjects).difference(bound.subjects)
        later |= {Named("kind", name): f"{bound.id} does not fit it: {error.message}" for name in new}
        return None
    return wider


def _fitting(bound: BoundRule, rules: Rules, catalogs: Catalogs, later: dict[Named, str]) -> BoundRule | None:
    """A rule of the head alone, as it judges by the base's kinds; None where it has to wait."""
    unknown = [name for name in bound.requirements if name not in catalogs]
    try:
        fitting = replace(bound, file=_placed(bound.file, rules.kinds), rules=rules)
        _ = fitting.compiled
    except RuleError as error:
        _ = bound.compiled  # one that the head's own kinds refuse too is broken, and no matter of waiting
        later[Named("rule", bound.id)] = error.message
        return None
    if unknown:
        later[Named("rule", bound.id)] = f"{unknown[0]} is no requirement of the base"
        return None
    return fitting


def _placed(file: RuleFile, kinds: Kinds) -> RuleFile:
    """The rule for the kinds that it judges among these; where they are others, it is compiled anew."""
    subjects = kinds_of(file.rule, file.document, kinds)
    return file if subjects == file.subjects else replace(file, subjects=subjects)


def _chain(base: Chain, head: Chain) -> Chain:
    """The base's profile with the harder of the two gates. Both scopes are asked, by the policy."""
    one, other = base.profile.gate, head.profile.gate
    gate = Gate(
        block=[severity for severity in SEVERITIES if severity in {*one.block, *other.block}],
        existing="block" if "block" in (one.existing, other.existing) else "report",
        policy_change=other.policy_change if one.policy_change == "report" else one.policy_change,
        waiver_days=min(one.waiver_days, other.waiver_days),
        waiver_renewals=min(one.waiver_renewals, other.waiver_renewals),
        waiver_authority=other.waiver_authority if one.waiver_authority is None else one.waiver_authority,
    )
    return Chain(base.layers, structs.replace(base.profile, gate=gate))
