"""What action.yml runs: outputs say false until there is a verdict, and a verdict is what report and exit agree on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from iscode.cli import action
from iscode.cli.verbs import check

NO_VERDICT = {"passed": "false", "blocking": "", "report": "", "sarif": "", "commit": "", "comment": ""}


def command(passed: bool, code: int) -> click.Command:
    """A check whose report says one thing and whose exit may say another."""

    @click.command("check", context_settings={"ignore_unknown_options": True})
    @click.argument("words", nargs=-1)
    def run(words: tuple[str, ...]) -> int:
        for name, _, file in (word.partition(":") for word in words):
            if name in ("json", "markdown", "comment", "github"):
                Path(file).write_text(
                    json.dumps({"verdict": {"passed": passed, "blocking": 7}, "revision": {"commit": "a"}})
                )
        return code

    return run


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    """A job's files; what is called gives the outputs as a later step reads them."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    monkeypatch.setattr(action, "checked_out", lambda path, base: ("a" * 40, action.Against("b" * 40)))

    def outputs() -> dict[str, str]:
        found = re.findall(r"(\w+)<<(\w+)\n(.*)\n\2\n", (tmp_path / "output").read_text())
        return {name: value for name, _, value in found}

    return outputs


@pytest.mark.parametrize(("passed", "code", "word"), [(True, 0, "true"), (False, 1, "false")])
def test_the_outputs_are_those_of_the_report(
    iscode: Any, job: Any, monkeypatch: pytest.MonkeyPatch, passed: bool, code: int, word: str
) -> None:
    monkeypatch.setattr(check, "command", command(passed, code))
    assert code == iscode("gate-action").code
    assert (word, "7", "report.json") == (job()["passed"], job()["blocking"], Path(job()["report"]).name)


@pytest.mark.parametrize(("passed", "code"), [(False, 0), (True, 1), (True, 2), (False, 2), ("yes", 0), (1, 0)])
def test_a_report_and_an_exit_that_do_not_agree_are_no_verdict(
    iscode: Any, job: Any, monkeypatch: pytest.MonkeyPatch, passed: Any, code: int
) -> None:
    monkeypatch.setattr(check, "command", command(passed, code))
    done = iscode("gate-action")
    assert (2, NO_VERDICT) == (done.code, job() | {"comment": ""})
    assert "\n## iscode: no verdict\n" in Path(job()["comment"]).read_text()
    assert "the report of check and its exit do not agree" in done.err


def test_the_outputs_say_false_where_the_run_ends_in_between(
    iscode: Any, job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(path: Path, base: str | None) -> Any:
        raise MemoryError

    monkeypatch.setattr(action, "checked_out", die)
    with pytest.raises(MemoryError):
        iscode("gate-action")
    assert NO_VERDICT == job() | {"comment": ""}
    assert "\n## iscode: no verdict\n" in Path(job()["comment"]).read_text()


def test_a_log_that_cannot_be_written_is_no_verdict(process: Any, job: Any, firm: Any) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process("gate-action", "--base=HEAD", "--as-of=2026-11-24", stdout=full, capture_output=False)
    assert (2, NO_VERDICT) == (done.returncode, job() | {"comment": ""})
    assert "\n## iscode: no verdict\n" in Path(job()["comment"]).read_text()


def test_without_the_files_of_a_job_there_is_a_verdict_all_the_same(
    iscode: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "RUNNER_TEMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(action, "checked_out", lambda path, base: ("a" * 40, action.Against(None)))
    monkeypatch.setattr(check, "command", command(True, 0))
    assert 0 == iscode("gate-action").code


def test_no_person_is_shown_the_verb_that_a_program_calls(iscode: Any) -> None:
    assert "gate-action" not in iscode("--help").out
    assert "--sarif-file" in iscode("gate-action", "--help").out
