"""What the example's records show over time, to the byte. `make golden` writes it anew; read the difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iscode.cli import example

HERE = Path(__file__).parent
DAY = "2026-11-24"


def hold(request: pytest.FixtureRequest, golden: Path, text: str) -> None:
    """The report is the golden one."""
    if request.config.getoption("--update-golden"):
        golden.write_bytes(text.encode())
    # Without the escape of an assertion: two reports are many lines, and `make golden` with `git diff` shows them.
    assert golden.exists(), "run `make golden`"
    assert golden.read_bytes() == text.encode(), "run `make golden` and read what changed"


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("md", "md")])
def test_what_the_story_of_the_demonstration_breaks_is_told_as_it_was(
    request: pytest.FixtureRequest, firm: Any, iscode: Any, form: str, suffix: str
) -> None:
    breaking = example.story().breaking
    firm.change(breaking.path, breaking.line, breaking.becomes)
    firm.commit()
    done = iscode("diff", "HEAD~1", "HEAD", "--as-of", DAY, "-f", form)
    assert (1, "") == (done.code, done.err)
    hold(request, HERE / f"acme-diff.{suffix}", done.out)


def test_the_comment_on_the_story_says_what_it_did_and_what_turns_red_as_it_did(
    request: pytest.FixtureRequest, firm: Any, iscode: Any
) -> None:
    breaking = example.story().breaking
    firm.change(breaking.path, breaking.line, breaking.becomes)
    firm.commit()
    asked = ("--rev", "HEAD", "--base", "HEAD~1", "--soon", "320", "--links", "https://host.example/acme/blob/main")
    done = iscode("check", *asked, "--as-of", DAY, "-f", "comment")
    assert (1, "") == (done.code, done.err)
    hold(request, HERE / "acme.comment.md", done.out)


def test_what_of_the_example_lapses_within_a_year_is_foreseen_as_it_was(
    request: pytest.FixtureRequest, firm: Any, iscode: Any
) -> None:
    done = iscode("forecast", "--rev", "HEAD", "--as-of", DAY, "--days", "330")
    assert (0, "") == (done.code, done.err)
    hold(request, HERE / "acme-forecast.txt", done.out)
