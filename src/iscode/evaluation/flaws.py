"""A record that waives rules -> its flaws: each thing that keeps it from holding on the day of the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from iscode.document import Pointer
from iscode.evaluation import builtin
from iscode.evaluation.ground import Ground
from iscode.evaluation.renewals import Pair
from iscode.facts import content_digest
from iscode.facts.approvals import APPROVAL, BY, DAY, DIGEST
from iscode.facts.identity import addresses
from iscode.facts.staff import Staff
from iscode.inventory import Problem, Record
from iscode.inventory.problems import pointer_text
from iscode.policy import Policy
from iscode.rule.hints import Guesses
from iscode.schema import Kind

WILD: Final = frozenset("*?")
"""What would make a pattern of a subject. A waiver names each one."""


def of(record: Record, ground: Ground, guesses: Guesses) -> Iterator[Problem]:
    """What keeps a valid waiver in force from holding; how often it was renewed is another question."""
    yield from _of_rules(record, ground.policy, guesses)
    yield from _of_subjects(record, ground.policy)
    yield from _of_days(record, ground)
    yield from _of_people(record, ground)
    yield from _of_approval(record, ground)


def renewed(record: Record, times: int, most: int, pair: Pair | None) -> Problem:
    """The flaw of a waiver that was renewed more often than the profile allows."""
    where = f"that of {pair[0]} for {pair[1]}" if pair else "by its own words it"
    words = f"{where} was renewed {times} times, and {most} are allowed"
    return flaw(record, ("expires",), "renewals", words, "mend what it waives; it cannot be renewed again")


def is_of_waivers(kind: Kind) -> bool:
    """Whether the records of a kind waive rules."""
    return any(path == () for path, _ in kind.marked("x-waiver"))


def _of_rules(record: Record, policy: Policy, guesses: Guesses) -> Iterator[Problem]:
    builtins = {rule.id for rule in builtin.RULES}
    for index, name in enumerate(record.value["waives"]):
        pointer = ("waives", index)
        file = policy.rules.by_id.get(name)
        if name in builtins:
            hint = "mend what it says"
            yield flaw(record, pointer, "builtin", f"{name} holds for every repository and is never waived", hint)
        elif file is None:
            hint = guesses.nearest(name, policy.rules.by_id) or "name a rule that there is"
            yield flaw(record, pointer, "rule", f"there is no rule {name!r}", hint)
        elif not file.rule.waivable:
            yield flaw(record, pointer, "waivable", f"{name} is no rule that can be waived", "mend what it says")


def _of_subjects(record: Record, policy: Policy) -> Iterator[Problem]:
    for index, subject in enumerate(record.value["subjects"]):
        kind = policy.kinds.get(subject.partition(":")[0])
        if kind is not None and is_of_waivers(kind):
            words = "what is asked of waivers cannot be waived"
            yield flaw(record, ("subjects", index), "waiver", words, "mend the waiver, or retire it")
        if not WILD.isdisjoint(subject):
            words = "a waiver names each subject, it has no patterns"
            yield flaw(record, ("subjects", index), "pattern", words, "write them one by one, as Kind:id")


def _of_days(record: Record, ground: Ground) -> Iterator[Problem]:
    starts, expires = record.value["starts"], record.value["expires"]
    most = ground.policy.profile.profile.gate.waiver_days
    days = (date.fromisoformat(expires) - date.fromisoformat(starts)).days
    if days < 0:
        yield flaw(record, ("expires",), "order", f"it ends on {expires}, before it starts", "correct the days")
    elif days > most:
        words = f"it lasts {days} days, and a waiver lasts {most} at most"
        yield flaw(record, ("expires",), "length", words, "shorten it; whoever needs longer asks again")
    if expires < ground.as_of:
        hint = "retire it, or let another one be approved"
        yield flaw(record, ("expires",), "expired", f"it expired on {expires}", hint)


def _of_people(record: Record, ground: Ground) -> Iterator[Problem]:
    value = record.value
    if not value["reason"].strip():
        yield flaw(record, ("reason",), "empty", "it gives no reason", "say why it must be")
    for key in ("requested_by", "approved_by"):
        person = ground.world.inventory.find(value[key])
        if person is None or not person.valid:
            yield flaw(record, (key,), "unknown", f"{key} leads to nobody", "name the record of a person")
    if value["requested_by"] == value["approved_by"]:
        words = "who asked for it approved it"
        yield flaw(record, ("approved_by",), "same", words, "let somebody else approve it")
    elif shared := _shared(value["requested_by"], value["approved_by"], ground):
        words = f"{value['requested_by']} asked for it and {value['approved_by']} approved it, and both are {shared}"
        yield flaw(record, ("approved_by",), "alias", words, "let another human approve it")


def _shared(one: str, other: str, ground: Ground) -> str:
    """An address that the records of two people claim, here or in the base: then they are one human; else empty."""
    claimed = [
        [
            addresses(record) if (record := where.world.inventory.find(name)) else frozenset[str]()
            for name in (one, other)
        ]
        for where in (ground, ground.tip)
        if where is not None
    ]
    before, after = (frozenset[str]().union(*held) for held in zip(*claimed, strict=True))
    return min(before & after, default="")


def _of_approval(record: Record, ground: Ground) -> Iterator[Problem]:
    """Whether it was approved as it stands, by who had the authority on that day, which is not long ago when it starts:
    else the name of whoever once had it would do.

    Who holds what the records of the base say, where there is one: nobody appoints their own approver.
    """
    value, who = record.value, ground.policy.profile.profile.gate.waiver_authority
    by, block = value["approved_by"], value.get(APPROVAL)
    day = value["starts"]
    if isinstance(block, dict):
        day = str(block.get(DAY))
        if block.get(BY) != by:
            words = f"{by} is to have approved it, and its approval is by {block.get(BY)}"
            yield flaw(record, (APPROVAL, BY), "other", words, "name the one who approved it in both")
        if block.get(DIGEST) != content_digest(value):
            words = f"it was edited after its approval of {day}"
            yield flaw(record, (APPROVAL, DIGEST), "edited", words, "have it approved as it is now")
        if day > ground.as_of:
            yield flaw(record, (APPROVAL, DAY), "early", f"it is approved only on {day}", "approve it first")
        elif day < _before(value["starts"], most := ground.policy.profile.profile.gate.waiver_days):
            words = f"it was approved on {day}, more than {most} days before it starts"
            yield flaw(record, (APPROVAL, DAY), "old", words, "have it approved by who has the authority now")
    if who is None:
        return
    staff = Staff((ground.tip or ground).world.inventory)
    holders = {person for role in who.roles for person in staff.holders(role, day)}
    holders |= staff.entitled(who.authority, day) if who.authority else frozenset()
    if by not in holders or not staff.is_there(by, day):
        where = ", by the records of the base," if ground.tip else ""
        words = f"{by} approved it and on {day}{where} did not hold {who}"
        yield flaw(record, ("approved_by",), "authority", words, "let who has the authority approve it")


def _before(day: str, days: int) -> str:
    """The day that is so many days before another one, or the first of all."""
    return date.fromordinal(max(1, date.fromisoformat(day).toordinal() - days)).isoformat()


def flaw(record: Record, pointer: Pointer, keyword: str, words: str, hint: str) -> Problem:
    """Why a waiver does not hold, at a key of its record; `keyword` tells it from other flaws there."""
    item = f"{pointer_text(pointer)} {keyword}"
    message = f"the waiver does not hold: {words}"
    place = record.document.place(pointer)
    return Problem(builtin.POLICY, record.reference, item, place, message, hint, record.document)
