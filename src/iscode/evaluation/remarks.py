"""Waivers and the results of an evaluation -> what is to be said of each that holds: unused, stale, or too broad."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from iscode.document.secrets import masked
from iscode.evaluation.ground import Ground
from iscode.evaluation.renewals import Pair
from iscode.evaluation.result import Result
from iscode.evaluation.waivers import Remark, Waiver

SHOWN = 3
"""Names that a remark lists; the rest is counted."""


def remarked(waivers: Iterable[Waiver], results: Iterable[Result], ground: Ground) -> tuple[Waiver, ...]:
    """The waivers in the same order, each in force with what is to be said of it.

    `results` are those that fail or err, whether a waiver keeps them from blocking or not.
    """
    held = tuple(waivers)
    failing: dict[Pair, list[Result]] = {}
    for result in results if any(waiver.in_force for waiver in held) else ():
        if result.adverse:
            failing.setdefault((result.rule, result.subject), []).append(result)
    return tuple(
        replace(waiver, remarks=tuple(_said(waiver, failing, ground))) if waiver.in_force else waiver for waiver in held
    )


def _said(waiver: Waiver, failing: dict[Pair, list[Result]], ground: Ground) -> Iterator[Remark]:
    """Stale: gone, or it says otherwise. Too broad: it is for more than fails. Unused: it hides nothing."""
    hidden = {(result.rule, result.subject) for result in waiver.hides}
    idle = [pair for pair in _pairs(waiver) if pair not in hidden]
    gone = list(_gone(idle, ground))
    yield from (Remark("stale", words) for words in gone)
    yield from (Remark("stale", words) for words in _otherwise(waiver, failing))
    quiet = [pair for pair in idle if pair not in failing]
    if quiet and hidden:
        yield Remark("too broad", f"nothing fails of {_listed(f'{rule} for {subject}' for rule, subject in quiet)}")
    elif not hidden and len(quiet) == len(idle):
        yield Remark("unused", "nothing that it is for fails")
    elif not hidden:
        yield Remark("unused", "what it is for fails otherwise, or another waiver keeps it from blocking")


def _gone(idle: Sequence[Pair], ground: Ground) -> Iterator[str]:
    """The rules that do not bind, and the records that are not there."""
    bound = {rule.id for rule in ground.policy.bound}
    for rule in dict.fromkeys(rule for rule, _ in idle):
        if rule not in bound:
            yield f"{rule} does not bind"
    for subject in dict.fromkeys(subject for _, subject in idle):
        kind = subject.partition(":")[0]
        if kind in ground.policy.kinds and ground.world.inventory.find(subject) is None:
            yield f"there is no {subject}"


def _otherwise(waiver: Waiver, failing: dict[Pair, list[Result]]) -> Iterator[str]:
    """What failures say now that said something else when it was approved, and what they say no more."""
    messages = waiver.record.value.get("messages")
    if messages is None:
        return
    said = [each.message for pair in _pairs(waiver) for result in failing.get(pair, ()) for each in result.whole]
    for message in messages:
        if message not in said:
            yield f"no failure says any more: {masked(message)}"
    for pair in _pairs(waiver):
        for result in failing.get(pair, ()):
            if result.waiver is None and result.message not in messages:
                yield f"{result.rule} for {result.subject} says what was not approved: {result.message}"


def _listed(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    found = list(names)
    more = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _pairs(waiver: Waiver) -> Iterator[Pair]:
    return ((rule, subject) for rule in waiver.rules for subject in waiver.subjects)
