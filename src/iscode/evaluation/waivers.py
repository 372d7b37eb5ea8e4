"""The records that waive rules -> which of them hold, and the failing results that they keep from blocking.

A waiver changes no outcome: what fails still fails, its requirement is not satisfied, and both say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from iscode.document.secrets import masked
from iscode.errors import Place, SchemaError
from iscode.evaluation import builtin, flaws
from iscode.evaluation.consent import Consents
from iscode.evaluation.ground import Ground
from iscode.evaluation.renewals import Terms
from iscode.evaluation.result import Result, Waived, led
from iscode.inventory import Problem, Record
from iscode.inventory.record import ACTIVE
from iscode.rule.hints import Guesses
from iscode.schema import Kind

_TEXT, _TEXTS, _DAY = ("string", None, None), ("array", "string", None), ("string", None, "date")
SHAPE: Final = {
    "waives": _TEXTS, "subjects": _TEXTS, "reason": _TEXT, "requested_by": _TEXT, "approved_by": _TEXT,
    "starts": _DAY, "expires": _DAY,
}  # fmt: skip
"""Each key that a waiver must have -> its type, that of its items, its format."""


class Remark(NamedTuple):
    """What is to be said of a waiver that holds: one word, and what it is about."""

    word: Literal["unused", "stale", "too broad", "not judged"]
    words: str


class Waiver(Struct, frozen=True, eq=False):
    """A record that waives rules. `flaws` are what keeps it from holding, `hides` the results that it waives.

    Where waivers are ignored, `hides` are those that it would waive.
    """

    record: Record
    flaws: tuple[Problem, ...] = ()
    hides: tuple[Result, ...] = ()
    later: bool = False
    """Whether its first day is still to come."""
    renewals: int = 0
    """How often it was renewed; not counted where it does not hold for another reason."""
    remarks: tuple[Remark, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether it holds on the day of the verdict."""
        return self.asked and not self.flaws and not self.later

    @property
    def asked(self) -> bool:
        """Whether it claims to hold, now or later."""
        return self.record.valid and self.record.status == ACTIVE

    @property
    def state(self) -> str:
        """One word for people: in force, later, refused, invalid, or the record's own status."""
        if not self.record.valid:
            return "invalid"
        if self.record.status != ACTIVE:
            return str(self.record.status)
        return "refused" if self.flaws else "later" if self.later else "in force"

    @property
    def reason(self) -> str:
        """Why it is there, as reports may tell it: nobody looks for a secret in it, so none may travel with it."""
        return masked(self.record.value["reason"]) if self.record.valid else ""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that it is for, each once; none of an invalid record. With each of the `subjects` one is a pair:
        they are asked for, and never listed, for a short file has a million of them.
        """
        return tuple(dict.fromkeys(self.record.value["waives"] if self.record.valid else ()))

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that it is for, each once; none of an invalid record."""
        return tuple(dict.fromkeys(self.record.value["subjects"] if self.record.valid else ()))

    def means(self, result: Result) -> bool:
        """Whether it is for this failure of its rule and subject: its clause and its words, where it names them."""
        value = self.record.value
        return value.get("clause", result.clause) == result.clause and (
            "messages" not in value or result.message in value["messages"]
        )


def read(ground: Ground) -> tuple[Waiver, ...]:
    """The waivers among the records, in force or not, by reference.

    Where the ground has the base's tip, one holds that holds there too, word for word. Raises SchemaError for a kind
    that is marked as one of waivers and cannot be read as one.
    """
    inventory = ground.world.inventory
    kinds = [kind for kind in ground.policy.kinds.values() if flaws.is_of_waivers(kind)]
    for kind in kinds:
        _require_shape(kind)
    names, guesses = frozenset(kind.name for kind in kinds), Guesses()
    listed = tuple(_waiver(record, ground, names, guesses) for kind in kinds for record in inventory.of_kind(kind.name))
    if ground.tip is None:
        return listed
    before = {waiver.record.reference: waiver for waiver in read(ground.tip)}
    return tuple(_agreed(waiver, before.get(waiver.record.reference), ground.consents) for waiver in listed)


def results(waivers: Iterable[Waiver]) -> Iterator[Result]:
    """What the built-in rule on policy says of the waivers that claim to hold."""
    for waiver in waivers:
        yield from map(builtin.failure, waiver.flaws)
        if waiver.in_force:
            yield builtin.passed(builtin.POLICY, waiver.record)


def applied(results: Iterable[Result], waivers: Sequence[Waiver]) -> tuple[tuple[Result, ...], tuple[Waiver, ...]]:
    """The results, in the same order, with those that are waived, and the waivers with what they hide.

    Of two waivers of one result the first by reference is named. One of a clause covers for no failure behind it.
    """
    by_subject: dict[str, list[tuple[frozenset[str], Waiver]]] = defaultdict(list)
    for waiver in waivers:
        rules = frozenset(waiver.rules)
        for subject in waiver.subjects if waiver.in_force else ():
            by_subject[subject].append((rules, waiver))
    if not by_subject:
        return tuple(results), tuple(replace(waiver, hides=()) for waiver in waivers)
    hidden: dict[Waiver, list[Result]] = defaultdict(list)
    disposed: list[Result] = []
    for result in results:
        named = by_subject.get(result.subject, ()) if result.adverse else ()
        listed = [waiver for rules, waiver in named if result.rule in rules]
        holds = _first(listed, result)
        left = [each for each in result.whole if _first(listed, each) is None] if holds else []
        loud = next((each for each in left if each.blocking and each.outcome == "fail"), None)
        if holds is None:
            disposed.append(result)
        elif loud is not None:
            disposed.append(led(left, loud))
        else:
            disposed.append(result._replace(blocking=False, waiver=_told(holds)))
            hidden[holds].append(disposed[-1])
    return tuple(disposed), tuple(replace(waiver, hides=tuple(hidden.get(waiver, ()))) for waiver in waivers)


def _told(waiver: Waiver) -> Waived:
    return Waived(waiver.record.reference, waiver.reason, waiver.record.value["expires"])


def _first(waivers: Iterable[Waiver], result: Result) -> Waiver | None:
    return next((waiver for waiver in waivers if waiver.means(result)), None)


def _waiver(record: Record, ground: Ground, kinds: frozenset[str], guesses: Guesses) -> Waiver:
    if not record.valid or record.status != ACTIVE:
        return Waiver(record)
    found = tuple(flaws.of(record, ground, guesses))
    renewals, pair = (0, None) if found else _terms(kinds, ground).renewals(record.value)
    most = ground.policy.profile.profile.gate.waiver_renewals
    if renewals > most:
        found = (flaws.renewed(record, renewals, most, pair),)
    return Waiver(record, found, later=record.value["starts"] > ground.as_of, renewals=renewals)


def _terms(kinds: frozenset[str], ground: Ground) -> Terms:
    """What waivers ever said, here and in the base: in its commits, and in what is judged. Put together once."""
    inventory, tip = ground.world.inventory, ground.tip
    if (inventory, kinds) not in ground.terms:
        now = (record.value for world in (ground, tip) if world for name in kinds for record in _of_kind(name, world))
        past = () if ground.facts is None else ground.facts.trunk(kinds, None if tip is None else tip.facts)
        ground.terms[inventory, kinds] = Terms((*past, *now), ground.policy.rules.former)
    return ground.terms[inventory, kinds]


def _of_kind(kind: str, ground: Ground) -> Iterator[Record]:
    return (record for record in ground.world.inventory.of_kind(kind) if record.valid)


def _agreed(waiver: Waiver, before: Waiver | None, consents: Consents | None) -> Waiver:
    """A waiver of the head, with the flaw that the base does not have it so and nobody who may signed it."""
    record = waiver.record
    if not record.valid or record.status != ACTIVE or waiver.flaws:
        return waiver
    lack = _unsigned(record, consents) if before is None or before.record.value != record.value else ""
    hint = f"it holds once its approver has signed it, or it stands in the base ({lack})"
    if before is not None and before.record.value == record.value and before.flaws:
        flaw = flaws.flaw(record, ("id",), "base", "in the base it does not hold either", before.flaws[0].message)
    elif not lack:
        return waiver
    elif before is None:
        flaw = flaws.flaw(record, ("id",), "base", "only the head has it", hint)
    else:
        flaw = flaws.flaw(record, ("id",), "base", "the base has it with another content", hint)
    return replace(waiver, flaws=(flaw,))


def _unsigned(record: Record, consents: Consents | None) -> str:
    """Why a waiver of the head is not signed by whom it names and the gate asks for; empty where it is."""
    if consents is None or not consents.grants:
        return "no base says who may approve it"
    people, lack = consents.of(record.document.path)
    if lack or record.value["approved_by"] in people:
        return lack
    return f"{record.value['approved_by']} approved it, and {', '.join(people)} signed it"


def _require_shape(kind: Kind) -> None:
    """That every record of the kind has what a waiver is read by. Raises SchemaError otherwise."""
    known: dict[str, dict[str, Any]] = kind.schema["properties"]
    for key, shape in SHAPE.items():
        node = known.get(key, {})
        found = node.get("type"), node.get("items", {}).get("type"), node.get("format")
        if found != shape or key not in kind.schema["required"]:
            hint = "take the shipped kind, or its keys, as a model"
            raise SchemaError(
                f"a kind of waivers requires `{key}` as the engine reads it", place=Place(kind.path), hint=hint
            )
    for key, words, shape in (("clause", "a text", _TEXT), ("messages", "a list of texts", _TEXTS)):
        node = known.get(key, {"type": shape[0], "items": {"type": shape[1]}})
        if (node["type"], node.get("items", {}).get("type")) != shape[:2]:
            words = f"`{key}` of a kind of waivers is {words}"
            raise SchemaError(words, place=Place(kind.path), hint="correct its type")
