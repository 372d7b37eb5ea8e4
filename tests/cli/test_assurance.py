"""requirements show and explain: what a requirement asks, what stays unseen, and how far the root shows it."""

from __future__ import annotations

from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")


def notes(text: str, *labels: str) -> list[str]:
    """The texts of the lines that have one of these labels, with it."""
    rows = (line.split(maxsplit=1) for line in text.splitlines())
    return [" ".join(row) for row in rows if row and row[0] in labels]


@pytest.mark.parametrize("command", [("requirements", "show"), ("explain",)])
def test_in_a_root_a_requirement_has_its_step_why_and_what_the_next_asks_for(
    firm: Any, iscode: Any, command: tuple[str, ...]
) -> None:
    told = notes(iscode(*command, "iso27001:A.8.16", *DAY).out, "assurance", "why", "next")
    assert ["assurance approved", "why declared:", "why present:", "why fresh:", "why approved:", "next measured:"] == [
        " ".join(line.split()[:2]) for line in told
    ]
    assert "Control:network-and-logs" in told[-1]


def test_a_requirement_that_is_left_out_has_none(firm: Any, iscode: Any) -> None:
    done = iscode("requirements", "show", "iso27001:A.7.12", *DAY)
    assert ["assurance none is asked: it is declared not to apply"] == notes(done.out, "assurance", "why", "next")


def test_what_no_record_shows_is_said_in_a_root_and_outside(iscode: Any, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    done = iscode("requirements", "show", "iso27001:A.7.1")
    assert ["unseen Walls, fences, doors and locks themselves; a fence is not in Git."] == notes(done.out, "unseen")
    assert [] == notes(done.out, "assurance", "why", "next")


def test_a_requirement_can_be_read_in_a_root_that_cannot_be_judged(firm: Any, iscode: Any) -> None:
    firm.change("iscode.yaml", "profile: integrated", "profile: none")
    done = iscode("requirements", "show", "iso27001:A.7.1", "--root", str(firm.top))
    assert 0 == done.code
    [told] = notes(done.out, "assurance")
    assert told.startswith("assurance not judged: iscode.yaml:")
