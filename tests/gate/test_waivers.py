"""Attacks on the end of a waiver by real commits: who moves it, under which approval, how often, with whose say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iscode.document import read
from iscode.facts import content_digest

DAY = "2026-11-24"
WAIVER = "compliance/waivers/credit-scoring-first-drill.yaml"
"""The one waiver of the example: it ended in June and is retired."""


def approved(text: str) -> str:
    """The text of a waiver with an approval of exactly what it says, given today by who may."""
    value = read(WAIVER, text.encode()).value
    assert value is not None
    digest = content_digest(value)
    return f'{text}approval: {{by: Person:p-002, date: "{DAY}", digest: "{digest}"}}\n'


def without_approval(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("approval:"))


def longer(text: str, until: str, renewals: int) -> str:
    """The retired waiver of the example in force again."""
    text = without_approval(text).replace("status: retired", "status: active").replace("2026-06-30", until)
    text = text.replace('starts: "2026-03-09"', 'starts: "2026-11-01"').replace("renewals: 0", f"renewals: {renewals}")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("retired_reason:"))


@pytest.mark.parametrize(
    ("signs", "clause"),
    [("this", None), ("another", "fits"), ("nothing", "fits"), ("none", "needs:approval")],
)
def test_a_waiver_is_extended_only_by_an_approval_of_exactly_what_it_says_now(
    firm: Any, iscode: Callable[..., Any], signs: str, clause: str | None
) -> None:
    file = Path(firm.top) / WAIVER
    before = firm.git("rev-parse", "HEAD")
    text = longer(file.read_text(), "2026-12-20", 1)
    whole = {
        "this": approved(text),
        "another": approved(text).replace("2026-12-20", "2027-03-20"),
        "nothing": f'{text}approval: {{by: Person:p-002, date: "{DAY}", digest: "sha256:{"2" * 64}"}}\n',
        "none": text,
    }[signs]
    file.write_text(whole)
    firm.commit()
    done = iscode("check", "--rev", "HEAD", "--base", before, "--as-of", DAY, "-f", "json", "--all-results", ".")
    [found] = [each for each in json.loads(done.out)["results"] if each["rule"] == "waiver-not-extended"]
    assert (clause, "pass" if clause is None else "fail") == (found["clause"], found["outcome"])
