"""Two policies and the records that soften -> every change of policy, with what it would flip once it is merged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from shlex import quote

from iscode.errors import Place
from iscode.evaluation import builtin, waivers
from iscode.evaluation.applicability import Applicability, Decision
from iscode.evaluation.ground import Base, Ground
from iscode.evaluation.result import Result
from iscode.evaluation.waivers import Waiver
from iscode.facts.staff import Staff
from iscode.inventory import Problem
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


def told(ground: Ground, base: Base | None, read: Iterable[Waiver], written: Baseline) -> list[Change]:
    """Every change of policy by path, where a base judges: of its files, of waivers, of decisions, of the baseline.

    `read` are the waivers of the head, `written` its baseline.
    """
    if base is None or ground.tip is None:
        return []
    found = [
        *base.changes,
        *_of_waivers(_active(read), _active(waivers.read(ground.tip))),
        *_of_decisions(ground, ground.tip),
        *_of_authority(ground, ground.tip),
        *_of_baseline(path_below(ground.root), base.baseline or frozenset(), written),
    ]
    return sorted({_approved(change, ground) for change in found}, key=lambda change: change[:2])


def _approved(change: Change, ground: Ground) -> Change:
    """A change that may soften, with who approved it, where the gate asks for that and has it."""
    if not change.softens or ground.consents is None or ground.consents.demand is None:
        return change
    people, lack = ground.consents.of(ground.consents.answering(change.path))
    return change if lack else change._replace(effect=f"{change.effect}; approved by {listed(people)}")


def refused(changes: Iterable[Change], ground: Ground) -> Iterator[Result]:
    """The failures of the files whose changes may soften, where the gate demands an approval and lacks it."""
    consents = ground.consents
    demand = consents.demand if consents is not None else None
    softening: dict[str, list[str]] = defaultdict(list)
    for change in changes if demand is not None else ():
        if change.softens:
            softening[change.path].append(change.effect)
    for path, effects in softening.items():
        assert consents is not None and demand is not None  # noqa: S101, PT018 - else nothing is softening
        file = consents.answering(path)
        lack = consents.of(file).lack
        if lack:
            more = f" and {len(effects) - 1} more" if len(effects) > 1 else ""
            words = f"a change of policy needs an approval ({demand.asked}), and {lack}: {min(effects)}{more}"
            hint = f"take it back, or let somebody who may sign it: iscode approve --base BASE {quote(file)}"
            yield builtin.failure(Problem(builtin.POLICY, f"File:{path}", "change", Place(path), words, hint))


def with_flips(changes: Sequence[Change], judged: Iterable[Result], own: Iterable[Result]) -> tuple[Change, ...]:
    """The changes in the same order, each that may soften with what it would flip.

    `judged` are the results of the verdict, `own` those under the head's own policy.
    """
    blocking = {result.fingerprint: result.rule for result in judged if result.blocking}
    after = {result.fingerprint: result.rule for result in own if result.blocking}
    passing = Counter(rule for name, rule in blocking.items() if name not in after)
    failing = Counter(rule for name, rule in after.items() if name not in blocking)
    apart = {rule for change in changes for rule in change.rules or ()}
    return tuple(change._replace(effect=change.effect + _flips(change, passing, failing, apart)) for change in changes)


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
    return f"; once merged, {' and '.join(parts)}" if parts else ""


def weakened(changes: Iterable[Change], policy: Policy) -> tuple[tuple[str, ...], bool]:
    """The requirements that the changes may weaken, in catalog order, and whether one may be about any other too.

    What softens and names nothing weakens something all the same, and nobody knows what.
    """
    served = {bound.id: bound.requirements for bound in policy.bound}
    soft = [change for change in changes if change.softens]
    named = {
        name
        for change in soft
        for name in change.requirements or (one for rule in change.rules or () for one in served.get(rule, ()))
    }
    return tuple(name for name in policy.catalogs if name in named), any(
        not change.rules and not change.requirements for change in soft
    )


def _of_baseline(path: str, before: Baseline, after: Baseline) -> Iterator[Change]:
    if more := len(after - before):
        yield Change(path, f"softens: {more} results more are called known: refused", None, True)
    if fewer := len(before - after):
        yield Change(path, f"hardens: {fewer} results fewer are called known: {NOW}")


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
            when = NOW if new.in_force or new.later else "refused, for it does not hold"
            yield Change(new.record.document.path, f"softens: {words}: {when}", tuple(value["waives"]), True)


def _of_decisions(head: Ground, tip: Ground) -> Iterator[Change]:
    """What became of the decisions on requirements, as each of the two has them by itself."""
    before, after = tip.world.applicability, Applicability(head.world.inventory)
    for name in head.policy.catalogs:
        for change in _of_decision(name, before.decision(name), after.decision(name)):
            serving = tuple(bound.id for bound in head.policy.bound if name in bound.requirements)
            yield change._replace(rules=serving, requirements=(name,)) if change.softens else change


def _of_authority(head: Ground, tip: Ground) -> Iterator[Change]:
    """What became of the roles that may approve changes of policy, and of the people who are trusted with a key."""
    demand = head.consents.demand if head.consents is not None else None
    if demand is None:
        return
    trust = head.approvals.trust if head.approvals is not None else None
    names = {*demand.roles}
    if trust is not None:
        names |= {trust.identities.name(key.principal) for key in trust.signers.listed}
    if demand.authority:
        names |= {role for ground in (tip, head) for role in Staff(ground.world.inventory).roles(demand.authority)}
    for name in sorted(names):
        before, after = (ground.world.inventory.find(name) for ground in (tip, head))
        place = after or before
        if place is not None and (before and before.value) != (after and after.value):
            yield Change(place.document.path, f"softens: changes {name}, who may approve: {LATER}", None, True)


def _of_decision(name: str, before: Decision | None, after: Decision | None) -> Iterator[Change]:
    """What became of the decision on one requirement: where nothing decides, it applies and is due at once."""
    where = after or before
    if where is None:
        return
    path = where.record.document.path
    was, excluded = (decision is not None and not decision.applicable for decision in (before, after))
    then, due = ((decision.target or "") if decision is not None else "" for decision in (before, after))
    if excluded and not was:
        yield Change(path, f"softens: excludes {name}: {LATER}", softens=True)
    elif was and not excluded:
        yield Change(path, f"hardens: {name} applies again: {NOW}")
    elif due > then:
        yield Change(path, f"softens: {name} is due on {due} instead of {then or 'at once'}: {LATER}", softens=True)
    elif due < then:
        yield Change(path, f"hardens: {name} is due {f'on {due}' if due else 'at once'} instead of on {then}: {NOW}")
