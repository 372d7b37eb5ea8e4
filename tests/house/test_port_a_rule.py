"""The page for those who come from another engine: each shape that people write there, short, and with its cases.

That the page's commands and cases do what it says is played with the other pages; here it is counted.
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any

import pytest
import yaml

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "port-a-rule.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHAPES = (
    "Required-if",
    "A threshold with a default and an override",
    "The newest of a list",
    "Exists inside for-all",
    "A scalar or a list",
    "Two severities from one date",
    "A join over files",
    "Symmetric references",
    "Uniqueness over files",
    "A parameter from another record",
    "An exception",
)
MOST_LINES, WIDTH = 12, 120
SECTIONS = dict(re.findall(r"^## \d+\. (.+?)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL))


def files(shape: str) -> dict[str, str]:
    """The files that a reader writes for a shape, by path."""
    return dict(FILE.findall(SECTIONS[shape]))


def rule(shape: str) -> tuple[str, str]:
    """The path of the rule of a shape, and its text."""
    [found] = [(path, text) for path, text in files(shape).items() if "/rules/" in path and ".test." not in path]
    return found


def lines(text: str) -> list[str]:
    """What somebody has to write of a file."""
    return [line for line in text.splitlines() if line.strip()]


def test_the_page_has_each_shape_once() -> None:
    assert SHAPES == tuple(SECTIONS)


def test_half_of_the_rules_have_twelve_lines_or_fewer_and_no_line_is_longer_than_others() -> None:
    counts = {shape: len(lines(rule(shape)[1])) for shape in SHAPES}
    assert statistics.median(counts.values()) <= MOST_LINES, counts
    assert [] == [line for shape in SHAPES for line in lines(rule(shape)[1]) if len(line) > WIDTH]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_a_rule_with_cases_that_pass_and_that_fail_by_a_clause(shape: str) -> None:
    path, text = rule(shape)
    written: Any = yaml.safe_load(text)
    cases: Any = yaml.safe_load(files(shape)[path.replace(".yaml", ".test.yaml")])
    assert (path.rpartition("/")[2], cases["rule"]) == (f"{written['id']}.yaml", written["id"])
    expected = [
        one
        for case in cases["cases"]
        for one in ([case["expect"]] * (not isinstance(case["expect"], list)) or case["expect"])
    ]
    passing = [one for one in expected if one == "pass" or "pass" in one]
    failing = [one["fail"] for one in expected if isinstance(one, dict) and "fail" in one]
    assert passing
    assert failing
    assert [] == [one for one in failing if "clause" not in one]


def test_no_shape_needs_python() -> None:
    assert {"yaml", "console"} == set(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE))
    assert "python" not in PAGE.lower().replace("none\nneeds python", "")


def test_the_page_runs_every_case_and_sees_that_no_change_of_a_rule_goes_unnoticed() -> None:
    cases = sum(
        len(yaml.safe_load(text)["cases"])
        for shape in SHAPES
        for path, text in files(shape).items()
        if path.endswith(".test.yaml")
    )
    assert f"$ iscode rules test --mutate\n{cases} cases hold, 0 do not; " in PAGE
    assert re.search(r"; (\d+) of \1 changes noticed\n", PAGE)
