"""What iscode prints never claims what an audit alone may say: the golden reports, and every text of the shelves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
CLAIM = re.compile(r"\bcertified\b|\bcompliant with iso\b|\biso[ -]compliant\b", re.IGNORECASE)
PRINTED = ["tests/golden/*.*", "rules/**/*.yaml", "policies/**/*.yaml", "docs/rules/*.md", "examples/**/*.*"]


@pytest.mark.parametrize("pattern", PRINTED)
def test_nothing_that_is_printed_says_that_somebody_is_certified(pattern: str) -> None:
    paths = [path for path in HOME.glob(pattern) if path.suffix != ".py" and path.is_file()]
    assert paths
    assert [] == [str(path) for path in paths if CLAIM.search(path.read_text(encoding="utf-8", errors="ignore"))]
