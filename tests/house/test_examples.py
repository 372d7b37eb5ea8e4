"""Every example passes on its day and ten months later; what its baseline holds still fails, and is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FIRMS = sorted(path.parent.name for path in (Path(__file__).resolve().parents[2] / "examples").glob("*/iscode.yaml"))
KNOWN = {"harbor": 22, "nova": 7}
"""What the firms on their way from one standard to the other have still to do, and agreed on."""


def test_there_are_three_firms() -> None:
    assert ["acme", "harbor", "nova"] == FIRMS


@pytest.mark.parametrize("day", ["2026-11-24", "2027-10-01"])
@pytest.mark.parametrize("firm", FIRMS, indirect=True)
def test_every_example_passes_on_both_days(request: pytest.FixtureRequest, firm: Any, iscode: Any, day: str) -> None:
    done = iscode("check", "--rev", "HEAD", "--as-of", day)
    assert (0, "") == (done.code, done.err), done.out

    known = KNOWN.get(request.node.callspec.params["firm"], 0)
    assert f", 0 error{f'; {known} known' if known else ''}\n" in done.out
