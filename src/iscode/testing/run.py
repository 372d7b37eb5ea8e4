"""A rule and its cases -> for each case whether the rule said what is expected, and if not, what it said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from iscode.document import Document, Pointer, write
from iscode.errors import Place, PolicyError, RuleError
from iscode.evaluation import Base, Result, evaluate
from iscode.facts.approvals import APPROVAL, content_digest
from iscode.policy import BoundRule, Policy, set_params
from iscode.rule.hints import nearest
from iscode.rule.requirement import applicabilities
from iscode.schema.wording import fields_path
from iscode.source import MemorySnapshot
from iscode.testing.cases import Case, CaseFile, Expected
from iscode.testing.completion import completed
from iscode.testing.past import CasePast

BASE_SHA: Final = "0" * 40
"""The id of a commit that no repository holds."""
REFUSING: Final = ("schema", "yaml", "record")
"""The built-in rules that say of a record that it is none."""


@dataclass(frozen=True)
class CaseOutcome:
    """One case after it ran. `failure` says what differs; empty when all is as expected."""

    case: Case
    place: Place
    failure: str


def run_cases(policy: Policy, bound: BoundRule, file: CaseFile) -> Iterator[CaseOutcome]:
    """Run each case of a rule under a policy that binds this rule alone.

    Raises RuleError where a case is broken: at the parameter or record that is, else at the name of the case.
    """
    for index, case in enumerate(file.cases, file.first):
        pointer: Pointer = ("cases", index)
        place = file.document.place((*pointer, "name"))
        try:
            _require_kinds(policy, case, file.document, pointer)
            tried = set_params(bound, case.params, file.document, (*pointer, "params"))
            results = _results(policy, tried, case)
            _require_valid(results, case, file.document, pointer)
        except (RuleError, PolicyError) as error:
            raise RuleError(error.message, place=error.place or place, hint=error.hint) from None
        of_rule = [result for result in results if result.rule == bound.id]
        yield CaseOutcome(case, place, _difference(case.expected, of_rule))


def _require_kinds(policy: Policy, case: Case, document: Document, pointer: Pointer) -> None:
    for index, record in enumerate(case.given):
        name = str(record.get("kind"))
        if name not in policy.kinds:
            place = document.place((*pointer, "given", index, "kind"))
            raise RuleError(f"{name!r} is no kind", place=place, hint=nearest(name, policy.kinds))


def _require_valid(results: Iterable[Result], case: Case, document: Document, pointer: Pointer) -> None:
    broken = next((result for result in results if result.adverse and result.rule in REFUSING), None)
    if broken is not None:
        given = [f"{record.get('kind')}:{record.get('id')}" for record in case.given]
        at = ("given", given.index(broken.subject)) if broken.subject in given else ("name",)
        words, place = f"{broken.subject} is no valid record: {broken.message}", document.place((*pointer, *at))
        raise RuleError(words, place=place, hint="mend it; rules judge valid records alone")


def _results(policy: Policy, bound: BoundRule, case: Case) -> tuple[Result, ...]:
    alone = replace(policy, bound=(bound,))
    given = [_approved(policy, case, record) for record in (*case.given, *_decisions(policy, case))]
    files = _files(policy, case, given) | {path: text.encode("utf-8") for path, text in case.files.items()}
    past = CasePast(case.history, given, lambda record: _file(policy, case, record))
    base = _base(policy, case, past)
    history = past if case.history else None
    return evaluate(MemorySnapshot(files), "", alone, case.as_of, base=base, history=history).results


def _base(policy: Policy, case: Case, past: CasePast) -> Base | None:
    if case.base is None:
        return None
    if isinstance(case.base, int):
        commit = past.commits[-1 - case.base]
        return Base(MemorySnapshot(past.states[case.base]), commit.oid, commit.day)
    return Base(MemorySnapshot(_files(policy, case, case.base)), BASE_SHA, case.base_day or case.as_of)


def _decisions(policy: Policy, case: Case) -> Iterator[dict[str, Any]]:
    """A record that decides on requirements as the case says, of the first kind that can."""
    for where in applicabilities(policy.kinds) if case.soa else ():
        entries = [{where.requirement: name, where.applicable: True, **entry} for name, entry in case.soa.items()]
        nested: Any = entries
        for step in reversed(where.path):
            nested = {step: nested}
        yield {"kind": where.kind, "id": "soa-of-the-case", **nested}
        return


def _approved(policy: Policy, case: Case, record: dict[str, Any]) -> dict[str, Any]:
    """A given record with the approval that the case says it has; the digest is that of the completed record."""
    name = f"{record.get('kind')}:{record.get('id')}"
    if name not in case.approvals:
        return record
    approval = case.approvals[name]
    whole = _whole(policy, case, record)
    return {**record, APPROVAL: {"by": approval.by, "date": approval.date, "digest": content_digest(whole)}}


def _files(policy: Policy, case: Case, records: Sequence[dict[str, Any]]) -> dict[str, bytes]:
    files = dict(_file(policy, case, record) for record in records)
    if len(files) != len(records):
        raise RuleError(f"two records of the case {case.name!r} have one kind and id", hint="give one another id")
    return files


def _file(policy: Policy, case: Case, record: Mapping[str, Any]) -> tuple[str, bytes]:
    whole = _whole(policy, case, record)
    return f"compliance/{whole['kind']}/{whole.get('id')}.yaml", write(whole).encode()


def _whole(policy: Policy, case: Case, record: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(record.get("kind"))
    if name not in policy.kinds:
        raise RuleError(f"{name!r} in the case {case.name!r} is no kind", hint=nearest(name, policy.kinds))
    return completed(record, policy.kinds[name]) if case.partial else record


def _difference(expected: Sequence[Expected], results: Sequence[Result]) -> str:
    """What is not as expected; empty when all is.

    Each failing or erring result must be named, others may go unnamed; but where nothing is to apply, nothing passes.
    """
    left = list(results)
    for wanted in sorted(expected, key=lambda wanted: -len(wanted.asked)):  # else a vague one takes what another names
        match = next((result for result in left if _matches(wanted, result)), None)
        if match is None:
            said = "; ".join(_told(result) for result in results) or "nothing, for it met no subject"
            return f"expected {_wanted(wanted)}, but it said: {said}"
        left.remove(match)
    only = {wanted.outcome for wanted in expected} == {"not_applicable"}
    surplus = [result for result in left if result.adverse or (only and result.outcome == "pass")]
    return f"not expected: {_told(surplus[0])}" if surplus else ""


def _matches(wanted: Expected, result: Result) -> bool:
    said = {
        "subject": result.subject,
        "item": result.item,
        "clause": result.clause,
        "cause": result.cause,
        "at": fields_path(result.origin.pointer),
    }
    return (
        result.outcome == wanted.outcome
        and (wanted.details.message or "") in result.message
        and all(said[key] == value for key, value in wanted.asked.items() if key != "message")
    )


def _told(result: Result) -> str:
    where = f" at {fields_path(result.origin.pointer)}" if result.adverse else ""
    item = f" ({result.item})" if result.item else ""
    words = f" [{result.clause or result.cause}]{where}: {result.message}" if result.adverse else ""
    return f"{result.outcome} for {result.subject}{item}{words}"


def _wanted(expected: Expected) -> str:
    details = ", ".join(f"{key} {value}" for key, value in expected.asked.items())
    return f"{expected.outcome} ({details})" if details else expected.outcome
