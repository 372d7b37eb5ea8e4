"""A profile file and those it extends -> what binds: requirements, rules, severities, parameters, scope and gate."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field, structs

from iscode.document import Document, Pointer
from iscode.errors import ConfigError, Place, PolicyError
from iscode.rule.hints import nearest
from iscode.rule.model import Severity
from iscode.schema.model import Model, Values, bind, parse, says
from iscode.source import patterns

LONGEST: Final = 16
"""Profiles in a row, each extending the next."""
Existing = Literal["report", "block"]
"""What becomes of failing results that the base has too."""
WAIVER_DAYS: Final = 180
"""Days that a waiver may last at most."""
RENEWALS, MOST_RENEWALS = 2, 9
"""How often a waiver may be renewed where no profile says it, and what a profile may say at most."""


class Selection(Model):
    """The rules that bind: those that serve a requirement, those named by `rules`, and none of `without`."""

    requirements: Annotated[list[str], Meta(min_length=1), says("ids or globs of the catalogs; * crosses dots")] = []
    rules: Annotated[list[str], says("rules that bind whatever they serve")] = []
    without: Annotated[list[str], says("rules that do not bind although they serve a requirement")] = []


class Scope(Model):
    """The records that the rules judge; to the others no rule applies, but the built-in ones do."""

    paths: Annotated[list[str], Meta(min_length=1), says("patterns of their files, relative to the root")] = field(
        default_factory=lambda: ["**"]
    )
    tags: Annotated[list[str], says("any of these tags; empty: whatever the tags")] = []

    def covers(self, path: str, tags: object) -> bool:
        """Whether a record is meant. `path` is relative to the root; `tags` is None where they cannot be trusted."""
        if not patterns.compile(self.paths)(path):
            return False
        return not self.tags or tags is None or (isinstance(tags, list) and any(tag in self.tags for tag in tags))


class Demand(Model):
    """The approval that a change needs: signed by holders of the roles, `witnessed`: and by somebody else too."""

    level: Literal["attested", "witnessed"]
    roles: Annotated[
        list[str], Meta(min_length=1), says("roles of the base, as Kind:id; a holder of any of them may sign")
    ] = []
    authority: Annotated[
        Annotated[str, Meta(min_length=1)] | None, says("a holder of any role that has it may sign too")
    ] = None
    once_keyed: Annotated[bool, says("ask only where the base lists a key that may sign approvals")] = False
    persons: Annotated[int, Meta(ge=1, le=9), says("how many holders must sign, counted by person")] = 1

    def __str__(self) -> str:
        return f"{self.asked}{', once the base lists keys' if self.once_keyed else ''}"

    @property
    def asked(self) -> str:
        """The approval itself, whenever it is asked for."""
        many = f"{self.persons} holders of " if self.persons > 1 else ""
        named = [*self.roles, *([f"a role with {self.authority}"] if self.authority else [])]
        return f"{self.level} by {many}{' or '.join(named)}"


class Authority(Model):
    """Who may decide: a holder of one of the roles, or of any role that has the authority."""

    roles: Annotated[list[str], Meta(min_length=1), says("roles as Kind:id; a holder of any of them may decide")] = []
    authority: Annotated[
        Annotated[str, Meta(min_length=1)] | None, says("a holder of any role that has it may decide too")
    ] = None

    def __str__(self) -> str:
        return " or ".join([*self.roles, *([f"a role with {self.authority}"] if self.authority else [])])


class Gate(Model):
    """Which failing results block, and which waiver may keep one from it, how long and how often."""

    block: Annotated[list[Severity], Meta(min_length=1)] = field(default_factory=lambda: ["blocker", "high"])
    existing: Annotated[Existing, says("what becomes of results that the base has too")] = "report"
    policy_change: Annotated[
        Literal["report"] | Demand,
        says("what becomes of a change of the policy that may soften it: told, or what approval it needs"),
    ] = "report"
    waiver_days: Annotated[int, Meta(ge=1, le=WAIVER_DAYS), says("days that a waiver may last")] = WAIVER_DAYS
    waiver_renewals: Annotated[
        int, Meta(ge=0, le=MOST_RENEWALS), says("how often a waiver of a rule and a subject may be renewed")
    ] = RENEWALS
    waiver_authority: Annotated[
        Authority | None, says("who may approve a waiver; without it anybody but who asked")
    ] = None


class Profile(Model):
    """Which rules bind, how hard, with which parameters, for which records."""

    id: str
    title: str
    extends: Annotated[str | list[str], says("profiles whose content this one takes over; later ones win")] = []
    select: Selection = Selection()
    severity: Annotated[dict[str, Severity], says("rule -> another severity")] = {}
    params: Annotated[dict[str, dict[str, Any]], says("rule -> parameter -> value; a table key by key")] = {}
    scope: Scope = Scope()
    gate: Gate = Gate()


class ProfileFile(Struct, frozen=True):
    """A profile as its author wrote it, the document it stands in, and the digest of its bytes."""

    profile: Profile
    document: Document
    digest: str

    @property
    def parents(self) -> tuple[tuple[Pointer, str], ...]:
        """The profiles that it extends, in the order written, each with where it is named."""
        named = self.profile.extends
        if isinstance(named, str):
            return ((("extends",), named),)
        return tuple((("extends", index), name) for index, name in enumerate(named))


class Chain(Struct, frozen=True):
    """A profile with all that it extends.

    `layers` stand in order: each may change what those before it say. `profile` is what they say together, under the
    id and title of the last; parameters alone stay with the layers, since each is held to the rule's own.
    """

    layers: tuple[ProfileFile, ...]
    profile: Profile

    @property
    def document(self) -> Document:
        """The file of the profile itself."""
        return self.layers[-1].document

    def last(self, *path: str) -> ProfileFile | None:
        """The layer that decides on a key, such as ("severity", rule): the last that has it; None where none has."""
        return next((layer for layer in reversed(self.layers) if _has(layer.document.value, path)), None)


def load(files: Iterable[tuple[str, bytes]], values: Values = MappingProxyType({})) -> dict[str, ProfileFile]:
    """The profiles of a shelf by id. Raises PolicyError with the place: broken, or an id that another file has."""
    profiles: dict[str, ProfileFile] = {}
    for path, data in files:
        document = parse(path, data, PolicyError, values=values)
        found = ProfileFile(bind(document, Profile, PolicyError), document, f"sha256:{sha256(data).hexdigest()}")
        other = profiles.setdefault(found.profile.id, found)
        if other is not found:
            message = f"the profile {found.profile.id!r} is described twice, in {other.document.path} too"
            raise PolicyError(
                message, place=document.place(("id",)), hint="give it another id; it may extend the other"
            )
        _check(found)
    return profiles


def choose(profiles: Mapping[str, ProfileFile], name: str, place: Place | None) -> Chain:
    """The profile of that name with what it extends. Raises PolicyError where one is named that there is not, at the
    place where it is named, and for profiles that extend one another in a circle.
    """
    layers: dict[str, ProfileFile] = {}

    def visit(name: str, place: Place | None, trail: tuple[str, ...]) -> None:
        found = _named(profiles, name, place)
        if name in trail:
            circle = " -> ".join([*trail[trail.index(name) :], name])
            raise PolicyError(f"the profiles extend one another: {circle}", place=place, hint="take one of them out")
        if len(trail) == LONGEST:
            hint = "put some of them together"
            raise PolicyError(f"more than {LONGEST} profiles extend one another", place=place, hint=hint)
        if name not in layers:
            for pointer, parent in found.parents:
                visit(parent, found.document.place(pointer), (*trail, name))
            layers[name] = found

    visit(name, place, ())
    return Chain(tuple(layers.values()), _together(tuple(layers.values())))


def require_rules(file: ProfileFile, known: Collection[str]) -> None:
    """Require that there is each rule that a profile names. Raises PolicyError at the first that there is not."""
    written = file.profile
    named: list[tuple[Pointer, str]] = []
    for key, names in (("rules", written.select.rules), ("without", written.select.without)):
        named += ((("select", key, index), name) for index, name in enumerate(names))
    named += ((("severity", name), name) for name in written.severity)
    named += ((("params", name), name) for name in written.params)
    for pointer, name in named:
        if name not in known:
            place = file.document.place(pointer)
            raise PolicyError(f"there is no rule {name!r}", place=place, hint=nearest(name, known))


def _named(profiles: Mapping[str, ProfileFile], name: str, place: Place | None) -> ProfileFile:
    if name not in profiles:
        close = difflib.get_close_matches(name, list(profiles), 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(profiles))}"
        raise PolicyError(f"there is no profile {name!r}", place=place, hint=hint)
    return profiles[name]


def _check(found: ProfileFile) -> None:
    """What no type can say. Raises PolicyError with the place."""
    try:
        patterns.compile(found.profile.scope.paths)
    except ConfigError as error:
        place = found.document.place(("scope", "paths"))
        raise PolicyError(error.message, place=place, hint=error.hint) from None
    demand = found.profile.gate.policy_change
    if demand != "report" and not demand.roles and demand.authority is None:
        place = found.document.place(("gate", "policy_change"))
        raise PolicyError("nobody may give the approval that it asks for", place=place, hint="name `roles`")
    who = found.profile.gate.waiver_authority
    if who is not None and not who.roles and who.authority is None:
        place = found.document.place(("gate", "waiver_authority"))
        raise PolicyError("nobody may approve a waiver", place=place, hint="name `roles` or an `authority`")
    for index, rule in enumerate(found.profile.select.without):
        if rule in found.profile.select.rules:
            place = found.document.place(("select", "without", index))
            raise PolicyError(f"{rule!r} is to bind and not to bind", place=place, hint="remove one of the two")


def _together(files: Sequence[ProfileFile]) -> Profile:
    """What the layers say as one profile: requirements add up, of all else a later word replaces an earlier one."""
    layers = [file.profile for file in files]
    named: dict[str, bool] = {}
    for layer in layers:
        named |= dict.fromkeys(layer.select.rules, True) | dict.fromkeys(layer.select.without, False)
    requirements = dict.fromkeys(name for layer in layers for name in layer.select.requirements)
    select = Selection(
        requirements=list(requirements),
        rules=[rule for rule, binds in named.items() if binds],
        without=[rule for rule, binds in named.items() if not binds],
    )
    severity = {rule: severity for layer in layers for rule, severity in layer.severity.items()}
    scope, gate = Scope(**_written(files, "scope")), Gate(**_written(files, "gate"))
    return structs.replace(layers[-1], select=select, severity=severity, params={}, scope=scope, gate=gate)


def _written(files: Sequence[ProfileFile], part: str) -> dict[str, Any]:
    """What the layers themselves say of a part, the last word for each key; of what none says, the default holds."""
    written = ((getattr(file.profile, part), (file.document.value or {}).get(part, {})) for file in files)
    return {key: getattr(said, key) for said, keys in written for key in keys}


def _has(value: Any, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True
