"""The HTML page in a real browser: three widths, light and dark, by axe-core, with an eye on console and network."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
pytestmark = [pytest.mark.clients, pytest.mark.slow]


def met(page: Path, tool: Callable[[str], Path]) -> dict[str, Any]:
    """What a reader of the page meets."""
    tool("chromium"), tool("chromedriver")
    axe = tool("node/node_modules/axe-core/axe.min.js")
    command = [tool("page/bin/python"), HERE / "look.py", page, axe]
    done = subprocess.run(command, capture_output=True, check=False, timeout=900)
    assert 0 == done.returncode, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


PAGE, TABLE = ("report", "html", "--rev", "HEAD", "--history", "9"), ("soa", "-f", "html", "--rev", "HEAD")
LINE, CHECK = ("history", "-f", "html"), ("check", "-f", "html", "--rev", "HEAD")


@pytest.mark.parametrize(
    ("firm", "words", "mended"),
    [
        *(("acme", words, mended) for words in (PAGE, TABLE) for mended in (True, False)),
        ("acme", LINE, False),
        *((firm, words, True) for firm in ("harbor", "nova") for words in (CHECK, PAGE)),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
    indirect=["firm"],
)
def test_a_reader_meets_no_barrier_no_error_and_no_request(
    tool: Callable[[str], Path], firm: Any, iscode: Any, words: tuple[str, ...], mended: bool, tmp_path: Path
) -> None:
    if not mended:
        firm.change("compliance/control-tests/oversight-drill-2026-11.yaml", '"2026-11-12"', '"2025-11-12"')
        firm.commit()
    page = tmp_path / "page.html"
    done = iscode(*words, "--as-of", "2026-11-24")
    assert (0, "") == (done.code, done.err)
    page.write_text(done.out, encoding="utf-8")
    found = met(page, tool)
    assert 6 == len(found["looks"])
    assert [] == [
        look for look in found["looks"] if look["wide"] > look["width"] or look["violations"] or look["console"]
    ]
    assert [page.as_uri()] == found["requests"]
    assert [] == found["astray"]
    assert (words != LINE) == (found["searches"] >= 1)


def test_what_would_be_a_barrier_is_found(tool: Callable[[str], Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>x</title><p style='color: #ccc; width: 5000px'>pale<img src='http://127.0.0.1:9/a.png'>")
    found = met(page, tool)
    assert all(look["wide"] > look["width"] and look["violations"] for look in found["looks"])
    assert "http://127.0.0.1:9/a.png" in found["requests"]
