"""Config, profile, rules, catalogs -> the policy: each rule that binds, how hard, with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from iscode.document import Document, Pointer
from iscode.errors import Place, PolicyError, RuleError, SchemaError
from iscode.facts import Signatures
from iscode.facts.signatures import FOLDER as SIGNATURES
from iscode.policy import assurance, catalog, profile
from iscode.policy.assurance import Assurance
from iscode.policy.catalog import Catalogs
from iscode.policy.config import Config
from iscode.policy.profile import Chain, Existing, Scope
from iscode.policy.shelves import Pack, Shelves, digest_of_digests
from iscode.rule import CompiledRule, Rules
from iscode.rule import load as load_rules
from iscode.rule.model import SEVERITIES, Severity
from iscode.rule.shelf import RuleFile
from iscode.rule.subject import COMMIT, REQUIREMENT
from iscode.rule.written import made
from iscode.schema import Kinds
from iscode.schema import known as known_kinds
from iscode.schema import load as load_kinds

EVERY_RULE: Final = b'id: every-rule\ntitle: Every rule as it stands\nselect: {requirements: ["*"]}\n'


@dataclass(frozen=True)
class BoundRule:
    """A rule as a profile binds it. `requirements` are long ids in catalog order; `params` has every parameter."""

    file: RuleFile
    severity: Severity
    params: Mapping[str, Any]
    requirements: tuple[str, ...]
    capped: bool
    """Whether the profile set the severity: then no check of the rule may be harder."""
    rules: Rules

    @cached_property
    def compiled(self) -> CompiledRule:
        """The rule with its expressions as functions, made at first need. Raises RuleError with the place."""
        if self.file.written is not None and self.file.kinds is self.rules.kinds:
            return made(self.file.written, self.params, self._compile)
        return self._compile()

    def _compile(self) -> CompiledRule:
        from iscode.rule.compilation import compile_rule

        return compile_rule(self.file, self.params, self.rules)

    def severity_of(self, check: Severity | None) -> Severity:
        """The severity of a check that has its own or none, capped by what the profile set for the rule."""
        if check is None or not self.capped:
            return check or self.severity
        return max(check, self.severity, key=SEVERITIES.index)

    @property
    def needs_base(self) -> bool:
        """Whether it judges what became of records, or commits: nothing without a base to start from."""
        return self.file.rule.compare is not None or self.file.rule.subjects == (COMMIT,)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The kinds whose records it judges; none for a rule about the repository."""
        return self.file.subjects

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.file.rule.id


@dataclass(frozen=True)
class Policy:
    """All that decides, but the records and the day."""

    config: Config
    profile: Chain
    kinds: Kinds
    catalogs: Catalogs
    rules: Rules
    selected: tuple[str, ...]
    """The requirements of each standard of which the profile selects any, in catalog order."""
    bound: tuple[BoundRule, ...]
    content: str
    """Digest of the shipped shelves."""
    packs: tuple[Pack, ...] = ()
    signatures: Signatures = field(default_factory=Signatures)
    """What gives topics away in files, of the shelves and the packs."""
    assurance: Assurance | None = None
    """The steps by which it is told how far each requirement is shown; None: nothing says any."""
    fail_on: Severity | None = None
    """When given, failing results of this severity and worse block, whatever the profile says."""
    ignore_waivers: bool = False
    """Whether a failing result that is waived blocks all the same."""
    existing: Existing | None = None
    """When given, what becomes of results that the base has too, whatever the profile says."""
    also: Policy | None = None
    """The head's own policy, where that of its base judges: what softens counts only where both say so."""
    before: Config | None = None
    """The base's own configuration, where it differs: no head may keep the base's records from being read."""
    nested: frozenset[str] | None = None
    """The folders that may be roots of their own below this one; None: each that has an iscode.yaml."""

    @property
    def parts(self) -> tuple[Policy, ...]:
        """The policies that have a say: this one, and the head's own beside it."""
        return (self,) if self.also is None else (self, self.also)

    @property
    def own(self) -> Policy:
        """The head's own policy under the same options: what judges once it is merged."""
        alone = replace(self.also or self, nested=None, fail_on=self.fail_on, existing=self.existing)
        return replace(alone, ignore_waivers=self.ignore_waivers)

    @property
    def of_base(self) -> Policy:
        """The same rules over what the base itself calls its records, within its own limits and scope."""
        return self if self.before is None else replace(self, config=self.before, also=None, before=None)

    @property
    def configs(self) -> tuple[Config, ...]:
        """What each of them says is judged: what one of them names and not each of them leaves out."""
        return tuple(part.config for part in self.parts)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What each of them has the rules judge: what one of them covers."""
        return tuple(part.profile.profile.scope for part in self.parts)

    @property
    def digest(self) -> str:
        """What names all that the repository and its profile brought: each layer of the profile, and each pack."""
        named = []
        for part in self.parts:
            named += [(layer.document.path, layer.digest) for layer in part.profile.layers]
            named += [(pack.path, pack.digest) for pack in part.packs]
        return digest_of_digests(named)

    @property
    def compares(self) -> bool:
        """Whether a rule that binds asks what became of records since the base."""
        return any(bound.needs_base for bound in self.bound)

    @property
    def known_blocks(self) -> bool:
        """Whether a failing result blocks although the base has it too."""
        return (self.existing or self.profile.profile.gate.existing) == "block"

    def blocks(self, severity: str) -> bool:
        """Whether a failing result of that severity blocks."""
        if self.fail_on is not None:
            return SEVERITIES.index(severity) <= SEVERITIES.index(self.fail_on)
        return severity in self.profile.profile.gate.block


def bind_rules(config: Config, shelves: Shelves, *, place: Place | None = None) -> Policy:
    """The policy of a repository under the shipped shelves and its packs.

    `place` is where its profile is named, if in a file. Raises PolicyError, RuleError or SchemaError with the place.
    """
    if len(config.packs) != len(shelves.packs):
        raise PolicyError("the packs of the repository were not read", hint="name the root: --root DIR")
    profiles = profile.load(shelves.below("policies/profiles/", ".yaml"), shelves.prepared.values)
    return _bound(config, shelves, profile.choose(profiles, config.profile, place))


def bind_every_rule(shelves: Shelves) -> Policy:
    """Every rule of the shelves as its author wrote it, whatever a profile would select: for rule tests."""
    profiles = profile.load([("every-rule.yaml", EVERY_RULE)])
    [name] = profiles
    return _bound(Config(version=1, profile=name), shelves, profile.choose(profiles, name, None))


def bind_alone(policy: Policy, name: str) -> BoundRule:
    """A rule of the shelves as the profile of a policy would bind it, whether it selects it or not.

    A rule about each of several requirements asks about those of every standard, selected or not.
    """
    return _bind(policy.rules.by_id[name], policy.profile, policy.rules, policy.catalogs)


def as_bound(policy: Policy, name: str) -> BoundRule:
    """A rule of the shelves as the profile of a policy binds it, or would if it selected it."""
    return next((bound for bound in policy.bound if bound.id == name), None) or bind_alone(policy, name)


def _bound(config: Config, shelves: Shelves, chosen: Chain) -> Policy:
    prepared = shelves.prepared
    kinds = known_kinds(prepared.kinds) if prepared.kinds else load_kinds(shelves.below("schemas/", ".schema.json"))
    _check_schemas(shelves.packs, kinds)
    catalogs = catalog.load(shelves.below("policies/catalogs/", ".yaml"), prepared.values)
    rules = load_rules(shelves.below("rules/", ".yaml"), kinds, prepared.values, prepared.rules)
    for layer in chosen.layers:
        profile.require_rules(layer, rules.by_id)
    wanted = _wanted(chosen, catalogs)
    bound = tuple(_bind(file, chosen, rules, catalogs) for file in _selected(chosen, wanted, rules, catalogs))
    if not bound:
        raise PolicyError(
            f"the profile {chosen.profile.id!r} selects no rule, so nothing would be judged",
            place=chosen.document.place(("select",)),
            hint="widen `select.requirements`, or shorten `select.without`",
        )
    assessed = wanted or {name for one in bound for name in one.requirements}
    standards = {catalogs[name].standard for name in assessed}
    selected = tuple(name for name, requirement in catalogs.items() if requirement.standard in standards)
    bound = tuple(_within(one, selected) for one in bound)
    steps = _assurance(shelves, rules)
    signatures = Signatures(shelves.below(SIGNATURES, ".yaml"), prepared.values)
    return Policy(
        config, chosen, kinds, catalogs, rules, selected, bound, shelves.digest, shelves.packs, signatures, steps
    )


def _assurance(shelves: Shelves, rules: Rules) -> Assurance | None:
    files = shelves.below(assurance.PATH, "")
    found = assurance.load(files, rules.kinds, shelves.prepared.values, shelves.prepared.rules)
    if found is None:
        return None
    steps, file = found
    return Assurance(steps, BoundRule(file, file.rule.severity, file.rule.params, (), capped=False, rules=rules))


def _within(bound: BoundRule, selected: tuple[str, ...]) -> BoundRule:
    """A rule about each of several requirements asks nothing about those of a standard that is not selected."""
    if bound.file.rule.subjects != (REQUIREMENT,):
        return bound
    return replace(bound, requirements=tuple(name for name in bound.requirements if name in selected))


def _check_schemas(packs: tuple[Pack, ...], kinds: Kinds) -> None:
    """A schema of a pack that describes no kind would go unseen."""
    described = {kind.path for kind in kinds.values()}
    for pack in packs:
        for path in pack.files:
            if path.startswith("schemas/") and f"{pack.path}/{path}" not in described:
                hint = "a kind's schema has properties.kind.const"
                raise SchemaError("the schema describes no kind", place=Place(f"{pack.path}/{path}"), hint=hint)


def _wanted(chosen: Chain, catalogs: Catalogs) -> set[str]:
    """The requirements that a profile selects."""
    wanted: set[str] = set()
    for layer in chosen.layers:
        for index, pattern in enumerate(layer.profile.select.requirements):
            named = catalogs.matching(pattern)
            if not named:
                place = layer.document.place(("select", "requirements", index))
                raise PolicyError(f"{pattern} names no requirement", place=place, hint=catalogs.nearest(pattern))
            wanted.update(named)
    return wanted


def _selected(chosen: Chain, wanted: set[str], rules: Rules, catalogs: Catalogs) -> list[RuleFile]:
    """The rules that serve a selected requirement or are named, and are not left out."""
    select = chosen.profile.select
    named, without = frozenset(select.rules), frozenset(select.without)
    return [
        file
        for file in rules.files
        if file.rule.id in named
        or (file.rule.id not in without and wanted.intersection(requirements_of(file, catalogs)))
    ]


def requirements_of(file: RuleFile, catalogs: Catalogs) -> tuple[str, ...]:
    """The requirements that a rule serves, in catalog order. Raises RuleError for an id that no catalog has."""
    served: set[str] = set()
    for index, pattern in enumerate(file.rule.requirements):
        named = catalogs.matching(pattern)
        if not named:
            place = file.document.place(("requirements", index))
            raise RuleError(f"{pattern} names no requirement", place=place, hint=catalogs.nearest(pattern))
        served.update(named)
    return catalogs.in_order(served)


def _bind(file: RuleFile, chosen: Chain, rules: Rules, catalogs: Catalogs) -> BoundRule:
    name = file.rule.id
    override = chosen.profile.severity.get(name)
    severity = override or file.rule.severity
    bound = BoundRule(file, severity, file.rule.params, requirements_of(file, catalogs), override is not None, rules)
    for layer in chosen.layers:
        bound = set_params(bound, layer.profile.params.get(name, {}), layer.document, ("params", name))
    return bound


def set_params(bound: BoundRule, given: Mapping[str, Any], document: Document, pointer: Pointer) -> BoundRule:
    """The rule with the parameters that stand in a document. Raises PolicyError at the one that does not fit."""
    for name, value in given.items():
        try:
            bound = with_params(bound, {name: value})
        except PolicyError as error:
            place = document.place((*pointer, name))
            raise PolicyError(error.message, place=place, hint=error.hint) from None
    return bound


def with_params(bound: BoundRule, given: Mapping[str, Any]) -> BoundRule:
    """The rule with some parameters set, a table key by key. Raises PolicyError for another name or type."""
    known = bound.file.rule.params
    for name, value in given.items():
        if name not in known:
            raise PolicyError(
                f"the rule {bound.id} has no parameter {name!r}", hint=f"it has: {', '.join(known) or 'none'}"
            )
        if not _same_type(known[name], value):
            raise PolicyError(
                f"the parameter {name!r} of {bound.id} has another type",
                hint=f"its default is {known[name]!r}",
            )
    params = {
        name: _merged(default, given[name]) if name in given else default for name, default in bound.params.items()
    }
    return replace(bound, params=params)


def _same_type(default: object, value: object) -> bool:
    """Whether a value may stand for a default: the same type, or a whole number for a double."""
    if isinstance(default, dict) and isinstance(value, dict):
        return all(key in default and _same_type(default[key], item) for key, item in value.items())
    if isinstance(default, list) and isinstance(value, list):
        sample = default[0] if default else ""  # an empty default is a list of text
        return all(_same_type(sample, item) for item in value)
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(default) is type(value)


def _merged(default: Any, value: Any) -> Any:
    """A table of a profile replaces key by key, anything else as a whole."""
    return {**default, **value} if isinstance(default, dict) else value
