"""The views of the three firms, to the byte. `make golden` writes them anew; read the difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("firm", ["acme", "harbor", "nova"], indirect=True)
@pytest.mark.parametrize("verb", ["soa", "risks", "roadmap", "pdca", "cascade", "coverage"])
@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("json", "json")])
def test_the_views_of_each_firm_are_what_they_were(
    request: pytest.FixtureRequest, firm: Any, iscode: Any, verb: str, form: str, suffix: str
) -> None:
    done = iscode(verb, "--rev", "HEAD", "--as-of", "2026-11-24", "-f", form)
    assert (0, "") == (done.code, done.err)
    golden = HERE / f"{request.node.callspec.params['firm']}-{verb}.{suffix}"
    if request.config.getoption("--update-golden"):
        golden.write_text(done.out, encoding="utf-8")
    # Without the escape of an assertion: two reports are many lines, and `make golden` with `git diff` shows them.
    assert golden.exists(), "run `make golden`"
    assert golden.read_text(encoding="utf-8") == done.out, "run `make golden` and read what changed"
