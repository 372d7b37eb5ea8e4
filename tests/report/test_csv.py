"""Evaluation -> CSV: a row for each result, which any reader gets back as it was; no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.evaluation import evaluate
from iscode.report import REPORTERS, Options
from iscode.source import MemorySnapshot


def rows(evaluation: Any, delimiter: str = ",", **options: bool) -> list[list[str]]:
    text = REPORTERS["csv"]([evaluation], Options(**options)).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_failure_is_a_row(world: Any) -> None:
    evaluation = world.rule(that="false", message='{self.id}, "is" bad', at="self.label").judge(world.box(label="x"))
    [failing] = [result for result in evaluation.results if result.adverse]
    names, row = rows(evaluation)
    expected = {
        "root": "",
        "commit": "memory",
        "as_of": "2026-11-24",
        "rule": "test-rule",
        "severity": "high",
        "subject": "Box:b",
        "item": "",
        "outcome": "fail",
        "cause": "violated",
        "clause": failing.clause,
        "blocking": "true",
        "standing": "",
        "message": 'b, "is" bad',
        "path": "c/0.yaml",
        "line": "4",
        "column": "1",
        "requirements": "std:1.1",
        "remediation": "mend it",
        "fingerprint": failing.fingerprint,
    }
    assert expected == dict(zip(names, row, strict=True))


def test_every_result_is_a_row_where_all_are_asked_for(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    assert 1 == len(rows(evaluation))
    assert 1 + len(evaluation.results) == len(rows(evaluation, all_results=True))


def test_what_is_waived_says_so(waived: Any) -> None:
    names, row = rows(waived)
    assert ("false", "waived by Leave:w until 2026-12-31: a | b must be") == (
        row[names.index("blocking")],
        row[names.index("standing")],
    )


FORMULA = re.compile(r"\s*[=+@\uff1d\uff0b\uff0d\uff20-]")
HOSTILE = st.lists(
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", ";", ",", '"', "'", "|", " ", "\uff1d", "x"])
    | st.text(max_size=2)
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE, HOSTILE, st.sampled_from([",", ";", "\t"]))
def test_no_cell_is_a_formula_whatever_parts_the_cells(world: Any, name: str, label: str, delimiter: str) -> None:
    world = world.rule(that="false", message="{self.label}", remediation=name.strip() or "x")
    quoted = "".join(f"\\U{ord(character):08x}" for character in label)
    data = f'kind: Box\nid: "x{quoted}"\nstatus: active\nlabel: "{quoted}"\n'.encode()
    evaluation = evaluate(MemorySnapshot({f"{name}.yaml": data}), "", world.policy(records=["**"]), "2026-11-24")
    read = rows(evaluation, delimiter)
    if delimiter == ",":
        assert {len(read[0])} == {len(row) for row in read}
    assert [] == [
        cell
        for row in read
        for cell in row
        if FORMULA.match(cell.lstrip("\"'")) and not cell.lstrip('"').startswith("'")
    ]
