"""An expression asked of many records -> a page whose sums hold: errors are told apart from values."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.evaluation.question import survey
from iscode.report.answer import surveyed


@pytest.mark.parametrize(
    ("values", "summary"),
    [
        (0, "records: 6 an error\n"),
        (2, "records: 1 1, 1 2, 4 an error\n"),
        (5, "records: 5 with 5 values, 1 an error\n"),
        (6, "records: 6 with 6 values\n"),
    ],
)
def test_records_without_a_value_are_counted_apart_however_many_values_there_are(
    world: Any, values: int, summary: str
) -> None:
    records = [world.box(str(number), size=number if number <= values else 0) for number in range(1, 7)]
    ground = world.rule().judge(*records).ground
    found = survey(ground, "self.size / (self.size == 0 ? 0 : 1)", "Box")
    assert surveyed(found).decode().endswith(summary)
