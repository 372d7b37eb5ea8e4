"""What a head changes -> the JSON that programs rely on, RFC 8785."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from iscode.change.difference import Difference, Move
from iscode.document import canonical
from iscode.report.json import base_document, header, result_document
from iscode.report.options import Options

SCHEMA: Final = "iscode/diff/v1"


def report(found: Difference, options: Options) -> bytes:  # noqa: ARG001 - as every report
    """One object; each list in the order of the report of a check."""
    head = found.head
    return canonical.dumps(
        header(SCHEMA, head)
        | {
            "root": head.root,
            "base": base_document(head.base),
            "base_judged": found.judged,
            "worse": found.worse,
            "broken": [{"was": move.was, "result": result_document(move.result)} for move in found.broken],
            "mended": _results(found.mended),
            "still_failing": _results(found.still_failing),
            "no_longer_asked": _results(found.no_longer_asked),
            "weakened": [{"path": change.path, "effect": change.effect} for change in found.weakened],
            "newly_covered": [shift.requirement for shift in found.covered],
            "requirements": [shift._asdict() for shift in found.shifts],
            "soa": [
                {
                    "requirement": one.requirement,
                    "before": None if one.before is None else dict(one.before.item),
                    "after": None if one.after is None else dict(one.after.item),
                }
                for one in found.decided
            ],
        }
    )


def _results(moves: Iterable[Move]) -> list[dict[str, Any]]:
    return [result_document(move.result) for move in moves]
