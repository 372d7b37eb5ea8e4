"""Two policies and the records that soften -> every change of policy, with what it would flip once it is merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from iscode.evaluation import builtin
from iscode.evaluation.applicability import Applicability, Decision
from iscode.evaluation.ground import Ground
from iscode.evaluation.result import Result
from iscode.evaluation.waivers import Waiver
from iscode.inventory.record import ACTIVE
from iscode.policy import Policy
from iscode.policy.baseline import Baseline, path_below
from iscode.policy.changes import LATER, NOW, Change, listed


def waiting(result: Result, policy: Policy) -> Result:
    """A refusal by the schema of the base; where the head's own would accept the record, its words say so."""
    document = result.origin.document
    if policy.also is None or result.rule != builtin.SCHEMA or not result.adverse or document is None:
        return result
    kind = policy.also.kinds.get(str((document.value or {}).get("kind")))
    if kind is None or kind.refusals(document):
        return result
    words = "the schema of the head accepts it after the merge: a new field and its first use are two pull requests"
    return result._replace(message=f"{result.message}; {words}")


def of_records(ground: Ground, read: Iterable[Waiver], before: Iterable[Waiver]) -> Iterator[Change]:
    """What became of the waivers and of the decisions on requirements since the tip of the base.

    `read` are the waivers of the head, `before` those of the tip.
    """
    yield from _of_waivers(_active(read), _active(before))
    if ground.tip is not None:
        one, other = ground.tip.world.applicability, Applicability(ground.world.inventory)
        for name in ground.policy.catalogs:
            serving = tuple(bound.id for bound in ground.policy.bound if name in bound.requirements)
            yield from _of_decision(name, one.decision(name), other.decision(name), serving)


def of_baseline(root: str, before: Baseline, after: Baseline) -> Iterator[Change]:
    """What became of the baseline of a root."""
    path = path_below(root)
    if more := len(after - before):
        yield Change(path, f"softens: {more} results more are called known: refused", None, True)
    if fewer := len(before - after):
        yield Change(path, f"hardens: {fewer} results fewer are called known: {NOW}")


def with_flips(changes: Iterable[Change], judged: Iterable[Result], own: Iterable[Result]) -> tuple[Change, ...]:
    """The changes in the order of their paths, each that may soften with what it would flip.

    `judged` are the results of the verdict, `own` those under the head's own policy.
    """
    blocking = {result.fingerprint: result.rule for result in judged if result.blocking}
    after = {result.fingerprint: result.rule for result in own if result.blocking}
    passing = Counter(rule for name, rule in blocking.items() if name not in after)
    failing = Counter(rule for name, rule in after.items() if name not in blocking)
    told = sorted(set(changes), key=lambda change: change[:2])
    apart = {rule for change in told for rule in change.rules or ()}
    return tuple(change._replace(effect=change.effect + _flips(change, passing, failing, apart)) for change in told)


def _flips(change: Change, passing: Counter[str], failing: Counter[str], apart: set[str]) -> str:
    """What is added to an effect; a change that may be about any rule answers for those that no other one names."""
    if not change.softens:
        return ""
    parts = []
    for counted, words in ((passing, "would no longer block"), (failing, "would newly block")):
        names = [name for name in sorted(counted) if (name in change.rules if change.rules else name not in apart)]
        if names:
            number = sum(counted[name] for name in names)
            parts.append(f"{number} {'result' if number == 1 else 'results'} of {listed(names)} {words}")
    return f"; then {' and '.join(parts)}" if parts else ""


def _active(waivers: Iterable[Waiver]) -> dict[str, Waiver]:
    return {
        waiver.record.reference: waiver for waiver in waivers if waiver.record.valid and waiver.record.status == ACTIVE
    }


def _of_waivers(after: Mapping[str, Waiver], before: Mapping[str, Waiver]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if new is None and old is not None:
            yield Change(old.record.document.path, f"hardens: takes back {name}: {NOW}")
        elif new is not None and (old is None or old.record.value != new.record.value):
            value = new.record.value
            words = f"{'brings' if old is None else 'changes'} {name}, which waives {listed(value['waives'])}"
            path = new.record.document.path
            yield Change(path, f"softens: {words}: refused, for no approval is attested", tuple(value["waives"]), True)


def _of_decision(
    name: str, before: Decision | None, after: Decision | None, rules: tuple[str, ...]
) -> Iterator[Change]:
    """What became of the decision on one requirement: where nothing decides, it applies and is due at once."""
    where = after or before
    if where is None:
        return
    path = where.record.document.path
    was, excluded = (decision is not None and not decision.applicable for decision in (before, after))
    then, due = ((decision.target or "") if decision is not None else "" for decision in (before, after))
    if excluded and not was:
        yield Change(path, f"softens: excludes {name}: {LATER}", rules, True)
    elif was and not excluded:
        yield Change(path, f"hardens: {name} applies again: {NOW}")
    elif due > then:
        yield Change(path, f"softens: {name} is due on {due} instead of {then or 'at once'}: {LATER}", rules, True)
    elif due < then:
        yield Change(path, f"hardens: {name} is due {f'on {due}' if due else 'at once'} instead of on {then}: {NOW}")
