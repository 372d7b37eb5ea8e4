"""demo: the story holds, and its data fits the example."""

import subprocess
import sys

import pytest
from msgspec import structs

from iscode.cli import example
from iscode.cli.run import run


def test_the_demonstration_shows_a_pass_a_refusal_with_its_remedy_and_a_pass() -> None:
    done = subprocess.run([sys.executable, "-I", "-m", "iscode", "demo"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    verdicts = [line for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED"))]
    assert verdicts == ["PASSED", "FAILED: 1 result blocks", "PASSED"]
    refused = done.stdout.split("exit 0")[1]
    for part in ("compliance/ai-systems/", "38:1", "ai-oversight-drilled", "iso42001:A.9.2", "fix", "exit 1"):
        assert part in refused


def test_a_story_that_breaks_nothing_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    story = example.story()
    harmless = structs.replace(story.breaking, becomes=story.breaking.line)
    monkeypatch.setattr(example, "story", lambda: structs.replace(story, breaking=harmless))

    assert run(["demo"]) == 2


def test_the_line_that_the_story_breaks_stands_once_in_the_record() -> None:
    story = example.story()

    assert example.files(story.example)[story.breaking.path].decode().count(story.breaking.line) == 1
