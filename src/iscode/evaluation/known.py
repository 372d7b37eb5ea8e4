"""Results, the tip of the base and the baseline -> which results are known: shown and counted, and none of this change.

A result is known by its fingerprint, its clause and its words. The words name the values, so what got worse is new.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from iscode.errors import ConfigError, Place, PolicyError
from iscode.evaluation import builtin, waivers
from iscode.evaluation.ground import Base, Ground, prepare
from iscode.evaluation.judge import judged
from iscode.evaluation.result import Result, led, told_apart, worded
from iscode.inventory import Problem
from iscode.policy.baseline import Baseline, Entry, path_below


def identity(result: Result) -> Entry:
    """What a failing result is known by."""
    basis = None if result.basis is None else f"sha256:{sha256(_canonical(result.basis)).hexdigest()}"
    return Entry(result.fingerprint, result.clause, result.message, basis)


def identities(result: Result) -> frozenset[Entry]:
    """What a failing result and all behind it are known by."""
    return frozenset(identity(each) for each in result.whole)


def nameable(results: Iterable[Result]) -> Baseline:
    """The entries of a baseline that is made of these results: what blocks, but not what is said of what softens."""
    return frozenset(
        entry
        for result in results
        if result.blocking and result.rule != builtin.POLICY and not unfathomed(result)
        for entry in identities(result)
    )


def unfathomed(result: Result) -> bool:
    """Whether nobody can say that it is the same as before: a file of which nothing was read, and an error of another
    record than its subject, for what became of any of them may stand behind it.
    """
    document = result.origin.document
    if result.rule in builtin.UNJUDGED and document is None:
        return True
    value = (document.value if document else None) or {}
    of_another = result.cause == "invalid" and result.clause is not None  # without a clause the subject is refused
    return result.outcome == "error" and (of_another or result.subject != f"{value.get('kind')}:{value.get('id')}")


class Memory:
    """What was found out for one head after another under one policy, on one day, against one tip."""

    def __init__(self) -> None:
        self.before: dict[tuple[str, str], frozenset[Entry]] = {}
        """Rule and subject -> what fails of them in the tip."""
        self.baseline: Baseline = frozenset()
        self.told: dict[int, tuple[Result, bool, Result]] = {}
        """By the identity of a result: the result, whether its rule was looked up in the tip, and what it became."""


def told(
    results: Iterable[Result],
    ground: Ground,
    tip: Callable[[], Ground | None],
    baseline: Baseline,
    memory: Memory | None = None,
) -> tuple[Result, ...]:
    """The results in the same order, those that are known marked; what a waiver keeps from blocking stays as it is.

    `tip` is asked for what `tip_of` gives where anything fails. What the tip of the base has too does not block unless
    the policy says that it does. What the baseline names does not block, except what is said of what softens: no
    baseline covers for itself. A failure that is not known is told in place of a known one that it stands behind.
    `memory` is of other heads against the same tip.
    """
    listed = tuple(results)
    memory = memory or Memory()
    wanted = _wanted(listed)
    before = _of_tip(wanted, tip, memory.before)
    if not before and not baseline:
        return listed
    if baseline != memory.baseline:
        memory.told, memory.baseline = {}, baseline
    agreed, then = before | baseline, memory.told
    memory.told = {}
    for result in listed:
        held, asked = then.get(id(result)), result.rule in wanted
        if held is None or held[0] is not result or held[1] != asked:
            held = result, asked, _told(result, ground, before if result.rule == builtin.POLICY else agreed, baseline)
        memory.told[id(result)] = held
    return tuple(memory.told[id(result)][2] for result in listed)


def growth(ground: Ground, written: Baseline, agreed: Baseline) -> Iterator[Result]:
    """The failure of a baseline that names what the base's does not: an entry that was removed never returns."""
    if more := len(written - agreed):
        path = path_below(ground.root)
        words = f"the baseline grew: {more} of its entries are none of the base's"
        hint = "take them out, and mend or waive what they name"
        yield builtin.failure(Problem(builtin.POLICY, f"File:{path}", None, Place(path), words, hint))


def _told(result: Result, ground: Ground, agreed: Baseline, baseline: Baseline) -> Result:
    """A result as it is told; `agreed` is what the tip has and, but for what is said of what softens, the baseline."""
    if not result.adverse or result.waiver is not None or unfathomed(result):
        return result
    whole = result.whole
    names = [identity(each) for each in whole]
    if result.rule != builtin.POLICY and baseline.issuperset(names):
        return result._replace(known=True, blocking=False)
    fresh = [each for each, name in zip(whole, names, strict=True) if name not in agreed]
    loud = next((each for each in fresh if each.blocking), None)
    if loud is not None:
        return led(whole, loud)
    if whole[0] in fresh:
        return result
    return result._replace(known=True, blocking=result.blocking and ground.policy.known_blocks)


def _wanted(results: Iterable[Result]) -> dict[str, set[str]]:
    """Each rule that blocks somewhere, with all whom it fails."""
    adverse = [result for result in results if result.adverse]
    rules = {result.rule for result in adverse if result.blocking}
    wanted: dict[str, set[str]] = defaultdict(set)
    for result in adverse:
        if result.rule in rules:
            wanted[result.rule].add(result.subject)
    return wanted


def _of_tip(
    wanted: Mapping[str, Collection[str]],
    prepared: Callable[[], Ground | None],
    found: dict[tuple[str, str], frozenset[Entry]],
) -> frozenset[Entry]:
    """What fails in the tip and is not waived there, by rules that block in the head, of whom fails them there.

    What is `found` of a rule and a subject stays so, and is not looked for again.
    """
    pairs = [(rule, subject) for rule, subjects in wanted.items() for subject in subjects]
    new: dict[str, set[str]] = defaultdict(set)
    for rule, subject in pairs:
        if (rule, subject) not in found:
            new[rule].add(subject)
    tip = prepared() if new else None
    if tip is not None:
        said = (worded(result, tip.policy.config.message) for result in _judged(tip, new))
        ordered = sorted(told_apart(said), key=lambda result: result.order)
        disposed, _ = waivers.applied(ordered, waivers.read(tip))
        by_pair: dict[tuple[str, str], set[Entry]] = defaultdict(set)
        for result in disposed:
            if result.adverse and result.waiver is None:
                by_pair[result.rule, result.subject] |= identities(result)
        found |= {pair: frozenset(by_pair[pair]) for pair in pairs if pair not in found}
    return frozenset(entry for pair in pairs for entry in found.get(pair, ()))


def tip_of(head: Ground, base: Base | None) -> Ground | None:
    """The tip under the policy of the head; None where there is no tip, no such root in it, or nothing to judge.

    Its records are those that it calls so itself: what a head's limits and patterns refuse in it is not known there. It
    has no base of its own: what compares records speaks of the change, and is never known.
    """
    if base is None or base.tip is None:
        return None
    if not any(entry.path == head.place.path and entry.kind == "file" for entry in base.tip.entries):
        return None
    try:
        return prepare(base.tip, head.root, head.policy.of_base, head.as_of, None, base.history, head.memo)
    except (ConfigError, PolicyError):
        return None


def _judged(tip: Ground, wanted: Mapping[str, Collection[str]]) -> Iterator[Result]:
    """What the tip's rules say of the subjects that are asked about."""
    rules = {rule.id for rule in builtin.RULES}.intersection(wanted)
    if rules - {builtin.POLICY}:
        found = builtin.problems_of(tip.world.inventory, tip.policy.catalogs)
        yield from (builtin.failure(problem) for problem in found if problem.rule in rules)
    if builtin.POLICY in rules:
        yield from waivers.results(waivers.read(tip))
    yield from judged(tip, wanted)


def _canonical(value: object) -> bytes:
    return json.dumps(_plain(value)).encode("ascii")


def _plain(value: Any) -> Any:
    """A value of a record or an expression as JSON; maps by their keys, whatever these are."""
    match value:
        case str() | bool() | int() | float() | None:
            return value
        case dict() | Mapping():
            entries = [(str(key), _plain(held)) for key, held in value.items()]
            return {"map": sorted(entries, key=lambda entry: entry[0])}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return str(value)
