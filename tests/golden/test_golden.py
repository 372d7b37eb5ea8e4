"""The reports of the examples, whole and broken, to the byte. `make golden` writes them anew; read the difference.

All but the digest of what was judged: it moves with each word of a rule, where no reader of a report sees a change.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LEAVE = "compliance/waivers/drill-in-december.yaml"
WAIVER = """\
kind: Waiver
id: drill-in-december
title: The drill is held in December
owner: Role:lending-lead
status: active
waives: [ai-oversight-drilled]
subjects: ["AISystem:credit-scoring", "AISystem:credit-scoring-2"]
reason: The drill needs real cases, and the next are there in December
risk: Risk:officers-follow-the-score
compensating: [Control:human-decision]
requested_by: Person:p-003
approved_by: Person:p-002
starts: "2026-11-24"
expires: "2026-12-10"
renewals: 1
"""
"""A waiver that was renewed once, and names a system that is not there."""


@pytest.mark.parametrize(("state", "code"), [("firm", 0), ("broken", 1)])
@pytest.mark.parametrize(
    ("form", "suffix"),
    [
        ("text", "txt"),
        ("json", "json"),
        ("markdown", "md"),
        ("github", "github.txt"),
        ("sarif", "sarif"),
        ("junit", "junit.xml"),
        ("gitlab", "gitlab.json"),
        ("rdjson", "rd.json"),
        ("csv", "csv"),
    ],
)
def test_the_example_is_reported_as_it_was(
    request: pytest.FixtureRequest, state: str, code: int, form: str, suffix: str
) -> None:
    top = request.getfixturevalue(state).top
    hold(request, top, form, code, HERE / f"{'acme' if state == 'firm' else state}.{suffix}")


def test_the_page_of_the_example_is_what_it_was(request: pytest.FixtureRequest, firm: Any) -> None:
    hold(request, firm.top, "html", 0, HERE / "acme.html")


@pytest.mark.parametrize(
    ("form", "suffix"),
    [("text", "txt"), ("markdown", "md"), ("sarif", "sarif"), ("github", "github.txt"), ("csv", "csv")],
)
def test_a_waiver_in_force_is_reported_as_it_was(
    request: pytest.FixtureRequest, firm: Any, form: str, suffix: str
) -> None:
    firm.change("compliance/control-tests/oversight-drill-2026-11.yaml", '"2026-11-12"', '"2025-11-12"')
    firm.write(LEAVE, WAIVER)
    firm.commit()
    firm.change(LEAVE, "2026-12-10", "2026-12-20")
    firm.commit()
    hold(request, firm.top, form, 0, HERE / f"waived.{suffix}")


@pytest.mark.parametrize("firm", ["harbor", "nova"], indirect=True)
def test_a_firm_on_its_way_from_one_standard_to_the_other_is_reported_as_it_was(
    request: pytest.FixtureRequest, firm: Any
) -> None:
    hold(request, firm.top, "text", 0, HERE / f"{request.node.callspec.params['firm']}.txt")


def hold(request: pytest.FixtureRequest, top: Path, form: str, code: int, golden: Path) -> None:
    """The report of the last commit is the golden one, and the exit code is this."""
    command = [sys.executable, "-I", "-m", "iscode", "check", str(top), "--rev", "HEAD", "--as-of", "2026-11-24"]
    done = subprocess.run([*command, "-f", form], capture_output=True, check=False, timeout=60)
    assert (code, b"") == (done.returncode, done.stderr)
    found = re.sub(rb"sha256:[0-9a-f]{64}", "sha256:…".encode(), done.stdout)
    if request.config.getoption("--update-golden"):
        golden.write_bytes(found)
    # Without the escape of an assertion: two reports are many lines, and `make golden` with `git diff` shows them.
    assert golden.exists(), "run `make golden`"
    assert golden.read_bytes() == found, "run `make golden` and read what changed"
