"""What turns red by the calendar -> the JSON that programs rely on, RFC 8785."""

from __future__ import annotations

from typing import Final

from iscode.change.forecast import Forecast
from iscode.document import canonical
from iscode.report.json import header, result_document
from iscode.report.options import Options

SCHEMA: Final = "iscode/forecast/v1"


def report(found: Forecast, options: Options) -> bytes:  # noqa: ARG001 - as every report
    """One object: `turns` by day, and `blocking` for each day on which that number changes."""
    evaluation = found.evaluation
    return canonical.dumps(
        header(SCHEMA, evaluation)
        | {
            "root": evaluation.root,
            "last": found.last,
            "turns": [
                {
                    "day": turn.day,
                    "in_days": found.days(turn.day),
                    "failed_before": turn.failed,
                    "result": result_document(turn.result),
                }
                for turn in found.turns
            ],
            "blocking": [
                {"day": evaluation.as_of, "blocking": evaluation.verdict.blocking},
                *({"day": day, "blocking": count} for day, count in found.blocking.items()),
            ],
        }
    )
