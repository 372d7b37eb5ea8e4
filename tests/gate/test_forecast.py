"""What the calendar decides beside the expressions of rules: waivers, requirements that come due, the baseline."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

DAY = date(2026, 11, 24)
AHEAD = 45
DUE = {
    "requirement": "std:A.2",
    "applicable": True,
    "target": "2026-12-10",
}
STATES = {
    "a waiver ends": {"c/b.yaml": "broken", "c/w.yaml": "leave"},
    "a requirement comes due": {"c/t.yaml": None, "c/s.yaml": [DUE]},
    "evidence ages": {"c/t.yaml": "2025-12-20"},
    "nothing": {},
}


def told(report: dict[str, Any]) -> dict[tuple[str, str, str | None], bool]:
    """Whether each failing result blocks."""
    return {
        (each["rule"], each["subject"], each["item"]): each["blocking"]
        for each in report["results"]
        if each["outcome"] in ("fail", "error")
    }


@pytest.mark.parametrize("state", STATES)
def test_a_forecast_is_what_check_says_day_after_day(change: Any, state: str) -> None:
    for path, held in STATES[state].items():  # type: ignore[attr-defined]
        text = {"broken": change.broken, "leave": change.leave}.get(held) if isinstance(held, str) else held
        if isinstance(held, list):
            text = change.record("Statement", "s", entries=[{"requirement": "std:A.1", "applicable": True}, *held])
        elif isinstance(held, str) and text is None:
            text = change.record("Trial", "t", of="Box:b", held=held)
        change.write({path: text})
    change.commit()
    done = change.call("forecast", "--rev", "HEAD", "--as-of", DAY.isoformat(), "--days", str(AHEAD), "-f", "json")
    assert (0, "") == (done.code, done.err)
    report = json.loads(done.out)
    expected, before = [], None
    for number in range(AHEAD + 1):
        day = (DAY + timedelta(number)).isoformat()
        now = told(json.loads(change.call("check", "--rev", "HEAD", "--as-of", day, "-f", "json").out))
        if before is not None:
            turned = [name for name, blocks in now.items() if name not in before or (blocks and not before[name])]
            expected += [(day, *name, now[name], name in before) for name in turned]
        before = now
    assert expected == [
        (
            turn["day"],
            *(turn["result"][key] for key in ("rule", "subject", "item")),
            turn["result"]["blocking"],
            turn["failed_before"],
        )
        for turn in report["turns"]
    ]
    assert (state == "nothing") == (expected == [])


def test_what_the_baseline_names_turns_no_verdict(change: Any) -> None:
    change.commit({"c/t.yaml": change.record("Trial", "t", of="Box:b", held="2025-12-20")})
    assert 0 == change.call("baseline", "create", "--as-of", "2027-01-01").code
    change.commit()
    done = change.call("forecast", "--rev", "HEAD", "--as-of", DAY.isoformat(), "-f", "json")
    assert {("current", False), ("tried", False)} == {
        (turn["result"]["rule"], turn["result"]["blocking"]) for turn in json.loads(done.out)["turns"]
    }


def test_people_read_when_the_verdict_turns(change: Any) -> None:
    change.commit({"c/t.yaml": change.record("Trial", "t", of="Box:b", held="2025-12-20")})
    done = change.call("forecast", "--as-of", DAY.isoformat())
    assert 0 == done.code
    assert "2026-12-21  red in 27 days\n  high     tried  Box:b\n" in done.out
    assert "RED in 27 days: 2 results on 2026-12-21\n" == done.out.splitlines(keepends=True)[-1]
    assert (
        "GREEN until 2026-12-04\n"
        == change.call("forecast", "--as-of", DAY.isoformat(), "--days", "10").out.splitlines(keepends=True)[-1]
    )
