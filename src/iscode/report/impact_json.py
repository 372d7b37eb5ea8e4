"""What rules on trial say -> the JSON that programs rely on, RFC 8785: each rule with whom it fails, each commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iscode import __version__
from iscode.change.impact import Impact, Row, Said, Tried, owners, tops
from iscode.document import canonical
from iscode.report.json import result_document
from iscode.report.options import Options

SCHEMA: Final = "iscode/impact/v1"


def report(impact: Impact, options: Options) -> bytes:  # noqa: ARG001 - as every report
    """One object. `commits` are oldest first; where `reason` is no null, nothing was judged there.

    `before` of a rule is null where the last commit had no such rule, and where nobody knows what its wording says now:
    `before_reason` then says why.
    """
    policy, revision = impact.desk.policy, impact.desk.snapshot.revision
    rules = [one.bound.id for one in impact.tried]
    return canonical.dumps(
        {
            "schema": SCHEMA,
            "tool": {"name": "iscode", "version": __version__, "content": policy.content},
            "revision": {"kind": revision.kind, "commit": revision.commit, "tree": revision.tree},
            "root": impact.desk.root,
            "as_of": impact.desk.as_of,
            "profile": {"id": policy.profile.profile.id, "digest": policy.digest},
            "rules": [_rule(impact, one) for one in impact.tried],
            "commits": [
                {
                    "commit": step.commit.oid,
                    "date": step.commit.day,
                    "as_of": step.as_of,
                    "reason": step.said.reason or None,
                    "rules": {rule: _counts(step.said, rule) for rule in rules},
                }
                for step in impact.steps
            ],
        }
    )


def _rule(impact: Impact, tried: Tried) -> dict[str, Any]:
    bound = tried.bound
    rows = impact.rows(tried)
    return {
        "id": bound.id,
        "path": bound.file.document.path,
        "revision": tried.revision,
        "selected": tried.selected,
        "severity": bound.severity,
        "effective_on": bound.file.rule.effective_on,
        "met": impact.met(bound.id),
        "now": _counts(impact.now, bound.id),
        "before": None if tried.before is None else _counts(impact.before, bound.id),
        "before_reason": None if tried.before is None else impact.before.reason or None,
        "commits": {
            "total": len(impact.steps),
            "judged": impact.judged(bound.id),
            "failed": impact.failed(bound.id),
        },
        "owners": [{"owner": owner, **_tally(counts)} for owner, counts in owners(rows)],
        "systems": [{"system": top, **_tally(counts)} for top, counts in tops(rows)] if impact.desk.tops else [],
        "subjects": list(map(_row, rows)),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "item": row.item,
        "owner": row.owner,
        "systems": list(row.tops),
        "now": None if row.now is None else result_document(row.now),
        "outcome": row.outcome,
        "before": row.before,
        "commits": [step.commit.oid for step in row.steps],
    }


def _tally(counts: Counter[str]) -> dict[str, int]:
    return {word: counts[word] for word in ("fail", "error", "blocking", "earlier")}


def _counts(said: Said, rule: str) -> dict[str, Any] | None:
    """How often a rule said what, and whether it wanted a base or a history; None where nothing was judged."""
    if said.reason:
        return None
    return dict(_counted(said, rule))


def _counted(said: Said, rule: str) -> Iterator[tuple[str, int | bool]]:
    yield from said.counts(rule).items()
    yield "blocking", sum(one.blocking for one in said.results if one.rule == rule)
    yield "lacking", rule in said.lacking
