"""Waivers and the results of an evaluation -> what is to be said of each that holds: unused, stale, or too broad.

Where nobody could look whether anything fails, just that is said: then a waiver may well be needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from msgspec import Struct, field
from msgspec.structs import replace

from iscode.document.secrets import masked
from iscode.evaluation.ground import Ground
from iscode.evaluation.renewals import Pair
from iscode.evaluation.result import UNJUDGED, Result
from iscode.evaluation.waivers import Remark, Waiver

SHOWN = 3
"""Names that a remark lists; the rest is counted."""


class _Found(Struct, frozen=True):
    """What an evaluation found of each subject: what fails by each rule, and which rules could not be judged."""

    failing: dict[str, dict[str, list[Result]]] = field(default_factory=lambda: defaultdict(dict))
    unapproved: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))
    """The results that no waiver keeps from blocking."""
    blind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def remarked(
    waivers: Iterable[Waiver], results: Iterable[Result], disposed: Iterable[Result], ground: Ground
) -> tuple[Waiver, ...]:
    """The waivers in the same order, each in force with what is to be said of it.

    `results` are those of before any was waived, with all that is wrong; `disposed` what waivers made of them.
    """
    held = tuple(waivers)
    if not any(waiver.in_force for waiver in held):
        return held
    found = _Found()
    for result in results:
        if result.adverse:
            found.failing[result.subject].setdefault(result.rule, []).append(result)
        elif result.cause in UNJUDGED:
            found.blind[result.subject].add(result.rule)
    for result in disposed:
        if result.adverse and result.waiver is None:
            found.unapproved[result.subject].append(result)
    return tuple(
        replace(waiver, remarks=tuple(_said(waiver, found, ground))) if waiver.in_force else waiver for waiver in held
    )


def _said(waiver: Waiver, found: _Found, ground: Ground) -> Iterator[Remark]:
    """Stale: gone, or it says otherwise. Too broad: it is for more than fails. Unused: it hides nothing.

    Of its pairs of a rule and a subject those are looked at of which there is a result; the rest is counted.
    """
    rules, subjects, pairs = waiver.rules, waiver.subjects, _Pairs(waiver, found, ground)
    hidden = {(result.rule, result.subject) for result in waiver.hides}
    yield from (Remark("stale", words) for words in _gone(rules, subjects, hidden, ground))
    yield from (Remark("stale", words) for words in _otherwise(waiver, found, whole=not pairs.blind))
    if pairs.blind:
        words = f"nobody could tell whether anything fails of {_listed(pairs.unjudged(), pairs.blind)}"
        yield Remark("not judged", f"{words}: a base or a history was missing")
    if pairs.quiet and hidden:
        yield Remark("too broad", f"nothing fails of {_listed(pairs.idle(), pairs.quiet)}")
    elif not hidden and pairs.failing:
        yield Remark("unused", "what it is for fails otherwise, or another waiver keeps it from blocking")
    elif not hidden and not pairs.blind:
        yield Remark("unused", "nothing that it is for fails")


class _Pairs:
    """The rules and subjects of a waiver, of each whether it fails, could not be judged, or is quiet."""

    def __init__(self, waiver: Waiver, found: _Found, ground: Ground) -> None:
        self._subjects, rules = waiver.subjects, frozenset(waiver.rules)
        lacking = {bound.id for bound in ground.policy.bound if bound.needs_base} if ground.world.past is None else ()
        self._rules = [rule for rule in waiver.rules if rule not in lacking]
        self._lacking = [rule for rule in waiver.rules if rule in lacking]
        """The rules that judge nobody without a base, and then say nothing of most."""
        self.failing = _named(rules, self._subjects, found.failing)
        self._blind = _named(rules.difference(lacking), self._subjects, found.blind) - self.failing
        of_lacking = len(self._lacking) * len(self._subjects) - sum(rule in lacking for rule, _ in self.failing)
        self.blind = of_lacking + len(self._blind)
        self.quiet = len(rules) * len(self._subjects) - len(self.failing) - self.blind

    def unjudged(self) -> Iterator[Pair]:
        """Those that could not be judged."""
        lacking = ((rule, subject) for rule in self._lacking for subject in self._subjects)
        return chain((pair for pair in lacking if pair not in self.failing), sorted(self._blind))

    def idle(self) -> Iterator[Pair]:
        """Those of which nothing fails."""
        judged = ((rule, subject) for rule in self._rules for subject in self._subjects)
        return (pair for pair in judged if pair not in self.failing and pair not in self._blind)


def _named(rules: frozenset[str], subjects: Iterable[str], found: Mapping[str, Iterable[str]]) -> set[Pair]:
    """The pairs of a waiver's rules and subjects of which something was found."""
    return {(rule, subject) for subject in subjects for rule in found.get(subject, ()) if rule in rules}


def _gone(rules: Iterable[str], subjects: Iterable[str], hidden: set[Pair], ground: Ground) -> Iterator[str]:
    """The rules that do not bind, and the records that are not there, but for those of which everything is hidden."""
    bound, listed = {rule.id for rule in ground.policy.bound}, tuple(rules)
    for rule in listed:
        if rule not in bound:
            yield f"{rule} does not bind"
    times = Counter(subject for _, subject in hidden)
    for subject in subjects:
        kind = subject.partition(":")[0]
        idle = times[subject] < len(listed)
        if idle and kind in ground.policy.kinds and ground.world.inventory.find(subject) is None:
            yield f"there is no {subject}"


def _otherwise(waiver: Waiver, found: _Found, *, whole: bool) -> Iterator[str]:
    """What failures say now that said something else when it was approved, and, where all that it is for was judged
    as a whole, what they say no more.
    """
    messages = waiver.record.value.get("messages")
    if messages is None:
        return
    order = {rule: number for number, rule in enumerate(waiver.rules)}
    said = {
        each.message
        for subject in waiver.subjects
        for rule, failing in found.failing.get(subject, {}).items()
        if rule in order
        for result in failing
        for each in result.whole
    }
    for message in messages:
        if whole and message not in said:
            yield f"no failure says any more: {masked(message)}"
    unapproved = [each for name in waiver.subjects for each in found.unapproved.get(name, ()) if each.rule in order]
    for result in sorted(unapproved, key=lambda result: order[result.rule]):
        if result.message not in messages:
            yield f"{result.rule} for {result.subject} says what was not approved: {result.message}"


def _listed(pairs: Iterator[Pair], count: int) -> str:
    """The first pairs, and how many more there are."""
    shown = ", ".join(f"{rule} for {subject}" for rule, subject in islice(pairs, SHOWN))
    return shown + (f" and {count - SHOWN} more" if count > SHOWN else "")
