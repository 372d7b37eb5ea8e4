"""The steps of action.yml that tell a verdict elsewhere, run with a `gh` that writes down what it was asked."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).resolve().parents[2]
STEPS = {
    step["id"]: step for step in yaml.safe_load((HOME / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
}
BOT = "github-actions[bot]"
HIDDEN = "<!-- iscode 1 -->"
MERGE, PROPOSED = "a" * 40, "1" * 40
GH = f"""#!{sys.executable} -I
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
asked = {{"method": "GET", "cwd": os.getcwd(), "host": os.environ["GH_HOST"], "fields": {{}}}}
assert words.pop(0) == "api"
while words:
    word = words.pop(0)
    if word in ("--paginate", "--silent"):
        pass
    elif word in ("--method", "--jq"):
        asked[word[2:]] = words.pop(0)
    elif word in ("-f", "-F"):
        key, _, value = words.pop(0).partition("=")
        reads = word == "-F" and value.startswith("@")
        asked["fields"][key] = Path(value[1:]).read_text() if reads else value
    else:
        asked["place"] = word
here = Path(__file__).parent
with (here / "asked").open("a") as stream:
    stream.write(json.dumps(asked) + "\\n")
if asked["method"] in os.environ["REFUSED"]:
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
if asked["method"] == "GET":
    for one in json.loads((here / "comments").read_text()):
        first = one["body"].split("\\n")[0].replace("\\\\", "\\\\\\\\").replace("\\t", "\\\\t")
        print(one["id"], one["login"], first, sep="\\t")
"""
"""Of what is asked only a list of comments has an answer: id, author and first line, as `@tsv` writes them."""


@dataclass
class Runner:
    """A job for a pull request after a verdict; `ran` runs one of its steps, `asked` is what GitHub was asked."""

    folder: Path
    comments: list[dict[str, Any]] = field(default_factory=list)
    summary: str = ""
    log: str = ""

    def ran(self, step: str, refused: str = "", **changed: str) -> list[dict[str, Any]]:
        """Run a step, which never fails: what it asked for, in order."""
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "gh").write_text(GH)
        (programs / "gh").chmod(0o755)
        (programs / "comments").write_text(json.dumps(self.comments))
        (programs / "asked").touch()
        for name in ("temp", "judged"):
            (self.folder / name).mkdir()
        (self.folder / "judged" / "gh").write_text("#!/bin/sh\ntouch owned\n")
        (self.folder / "judged" / "gh").chmod(0o755)
        (self.folder / "judged" / "out.sarif").write_text('{"version": "2.1.0"}')
        (self.folder / "comment.md").write_text(f"{HIDDEN}\n## iscode: PASSED $(touch owned)\n")
        given = {
            "COMMENT": str(self.folder / "comment.md"), "SARIF": "out.sarif", "COMMIT": MERGE, "NUMBER": "7",
            "PROPOSED": PROPOSED, "FROM": "o/r", "GH_TOKEN": "t", "GH_ENTERPRISE_TOKEN": "t",
        }  # fmt: skip
        job = {
            "GITHUB_REPOSITORY": "o/r", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_SHA": MERGE,
            "GITHUB_REF": "refs/pull/7/merge", "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"), "RUNNER_TEMP": str(self.folder / "temp"),
        }  # fmt: skip
        path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "REFUSED": refused}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]],
            cwd=self.folder / "judged",
            env=path | {name: given[name] for name in STEPS[step]["env"]} | job | changed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout
        assert not list(self.folder.rglob("owned"))
        summary = self.folder / "summary"
        self.summary, self.log = summary.read_text() if summary.exists() else "", done.stdout
        return [json.loads(line) for line in (programs / "asked").read_text().splitlines()]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A job whose repository has a pull request without comments."""
    return Runner(tmp_path)


def comment(number: int, login: str, body: str) -> dict[str, Any]:
    return {"id": number, "login": login, "body": body}


def test_the_first_verdict_of_a_pull_request_is_a_comment(runner: Runner) -> None:
    listed, written = runner.ran("comment")
    assert "repos/o/r/issues/7/comments?per_page=100" == listed["place"]
    assert ("POST", "repos/o/r/issues/7/comments") == (written["method"], written["place"])
    assert {"body": f"{HIDDEN}\n## iscode: PASSED $(touch owned)\n"} == written["fields"]
    assert (str(runner.folder / "temp"), "github.com", "") == (written["cwd"], written["host"], runner.summary)


def test_each_later_verdict_stands_in_the_same_comment(runner: Runner) -> None:
    runner.comments = [comment(3, "somebody", "hello"), comment(5, BOT, f"{HIDDEN}\nold"), comment(6, BOT, HIDDEN)]
    written = runner.ran("comment")[-1]
    assert ("PATCH", "repos/o/r/issues/comments/5") == (written["method"], written["place"])


@pytest.mark.parametrize(
    "found",
    [
        comment(1, "somebody", f"{HIDDEN}\nPASSED"),
        comment(2, "my-github-actions[bot]", HIDDEN),
        comment(3, BOT, f"other\n{HIDDEN}"),
        comment(4, BOT, "<!-- iscode 2 -->\nanother path"),
        comment(5, "", f"{BOT}\t{HIDDEN}"),
        comment(6, "$(touch owned)", "`touch owned`"),
    ],
    ids=["author", "like the author", "line", "path", "ghost", "shell"],
)
def test_a_comment_of_another_author_or_another_path_is_left_alone(runner: Runner, found: dict[str, Any]) -> None:
    runner.comments = [found]
    assert ["GET", "POST"] == [asked["method"] for asked in runner.ran("comment")]


@pytest.mark.parametrize("step", ["comment", "upload"])
@pytest.mark.parametrize("origin", ["somebody/r", ""], ids=["fork", "deleted fork"])
def test_for_a_fork_nothing_is_asked_and_the_summary_says_so(runner: Runner, step: str, origin: str) -> None:
    assert [] == runner.ran(step, FROM=origin)
    assert "the token of a fork may only read." in runner.summary
    assert "::notice title=iscode " in runner.log


@pytest.mark.parametrize(
    ("step", "refused", "needs"),
    [
        ("comment", "GET", "pull-requests: write"),
        ("comment", "POST", "pull-requests: write"),
        ("upload", "POST", "security-events: write"),
    ],
)
def test_what_github_refuses_changes_no_verdict_and_the_summary_says_what_it_needs(
    runner: Runner, step: str, refused: str, needs: str
) -> None:
    assert refused == runner.ran(step, refused)[-1]["method"]
    assert needs in runner.summary
    assert needs in runner.log
    assert "Resource not accessible" in runner.log


@pytest.mark.parametrize(
    ("changed", "ref"),
    [
        ({}, "refs/pull/7/merge"),
        ({"COMMIT": PROPOSED}, "refs/pull/7/head"),
        (
            {"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main", "FROM": "", "PROPOSED": ""},
            "refs/heads/main",
        ),
    ],
    ids=["merge", "head", "night"],
)
def test_code_scanning_gets_the_report_whole_with_the_commit_that_was_judged(
    runner: Runner, changed: dict[str, str], ref: str
) -> None:
    (written,) = runner.ran("upload", **changed)
    assert ("POST", "repos/o/r/code-scanning/sarifs") == (written["method"], written["place"])
    packed = written["fields"].pop("sarif")
    assert b'{"version": "2.1.0"}' == gzip.decompress(base64.b64decode(packed, validate=True))
    assert {"commit_sha": changed.get("COMMIT", MERGE), "ref": ref} == written["fields"]
    assert "" == runner.summary


def test_code_scanning_gets_nothing_of_a_commit_that_the_event_is_not_about(runner: Runner) -> None:
    assert [] == runner.ran("upload", COMMIT="c" * 40)
    assert "what was judged is not what the event is about" in runner.summary


def test_only_the_steps_that_tell_have_a_token_and_only_where_they_are_asked_to() -> None:
    assert {"comment", "upload"} == {name for name, step in STEPS.items() if "github.token" in json.dumps(step)}
    assert "inputs.comment == 'true' && github.event_name == 'pull_request'" in STEPS["comment"]["if"]
    assert "inputs.upload-sarif == 'true'" in STEPS["upload"]["if"]
    assert all(STEPS[name]["if"].startswith("always() && ") for name in ("comment", "upload"))
