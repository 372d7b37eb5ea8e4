"""Workflows, action and forms, as their own linters and GitHub's schemas read them; and what the gate must never do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).resolve().parents[2]
GITHUB = HOME / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
START = HOME / "examples" / "start" / ".github" / "workflows" / "iscode.yml"
"""What `iscode init` writes."""
SHOWN = [HOME / "README.md", HOME / "docs" / "how-to" / "gate-in-ci.md"]
"""Pages with a workflow to copy."""
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
USES = re.compile(r"^\s*(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w.-]+(?:/\.github/workflows/[\w.-]+)?@[0-9a-f]{40}")
CALLED = GITHUB / "workflows" / "iscode.yml"


def shown() -> Iterator[str]:
    """The workflows that the pages show."""
    for page in SHOWN:
        found = [block for block in BLOCK.findall(page.read_text(encoding="utf-8")) if "\njobs:\n" in block]
        assert found, page
        yield from found


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A repository with the workflows that the pages show, as a reader would copy them."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, block in enumerate([*shown(), START.read_text(encoding="utf-8")]):
        (folder / f"{number}.yml").write_text(block, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def run(*words: str | Path, cwd: Path = HOME) -> None:
    """Run a linter, which must find nothing."""
    program = Path(sys.executable).parent / words[0]
    done = subprocess.run([program, *words[1:]], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"


def test_actionlint_finds_nothing(copied: Path) -> None:
    run("actionlint", "-no-color", *WORKFLOWS)
    run("actionlint", "-no-color", cwd=copied)


def test_zizmor_finds_nothing(copied: Path) -> None:
    run("zizmor", "--offline", "--no-progress", "--quiet", ".")
    run("zizmor", "--offline", "--no-progress", "--quiet", ".", cwd=copied)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-actions", [HOME / "action.yml"]),
        ("github-issue-forms", sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("gitlab-ci", [HOME / "docs" / "how-to" / "gitlab-ci.yml"]),
    ],
)
def test_each_file_has_the_shape_that_its_host_reads(schema: str, files: list[Path]) -> None:
    assert files
    run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_the_workflows_that_the_pages_show_have_the_shape_that_github_reads(copied: Path) -> None:
    files = sorted(copied.rglob("*.yml"))
    assert len(files) >= 3
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)


def test_each_action_is_pinned_by_its_commit_and_says_its_version() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*WORKFLOWS, HOME / "action.yml", START)]
    found = [use for text in (*texts, *shown()) for use in USES.findall(text) if not use[0].startswith("./")]
    for action, comment in found:
        assert PINNED.fullmatch(action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), (action, comment)
    pins = {action for action, _ in found}
    assert len(pins) == len({action.partition("@")[0] for action in pins}), "one action in two versions"


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def calls(text: str) -> bool:
    return ".github/workflows/" in text.partition("\njobs:\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text(encoding="utf-8") for path in WORKFLOWS if path != CALLED),
        *(text for text in shown() if not calls(text)),
    ],
)
def test_a_workflow_may_only_read_keeps_no_credentials_and_never_runs_for_a_target(text: str) -> None:
    workflow = yaml.safe_load(text)
    assert {"contents": "read"} == workflow["permissions"]
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert {"push", "pull_request", "merge_group"} == set(workflow[True])
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_the_gate_runs_nothing_of_what_it_judges() -> None:
    workflow = yaml.safe_load((GITHUB / "workflows" / "gate.yml").read_text(encoding="utf-8"))
    trusted, judged, gate = steps(workflow)
    base = "${{ github.event.pull_request.base.sha || github.event.merge_group.base_sha || github.sha }}"
    assert (base, None) == (trusted["with"]["ref"], trusted["with"].get("path"))
    assert ("judged", 0, None) == (judged["with"]["path"], judged["with"]["fetch-depth"], judged["with"].get("ref"))
    assert ("./", "judged/examples/acme") == (gate["uses"], gate["with"]["path"])
    assert not any("run" in step for step in (trusted, judged, gate))


def test_the_workflow_to_call_runs_the_action_beside_what_it_judges_with_the_token_of_its_caller() -> None:
    workflow = yaml.safe_load(CALLED.read_text(encoding="utf-8"))
    assert "permissions" not in CALLED.read_text(encoding="utf-8")
    assert {"workflow_call"} == set(workflow[True])
    engine, judged, gate = steps(workflow)
    assert ("engine", "./engine") == (engine["with"]["path"], gate["uses"])
    assert ("judged", 0, None) == (judged["with"]["path"], judged["with"]["fetch-depth"], judged["with"].get("ref"))
    assert [False, False] == [step["with"]["persist-credentials"] for step in (engine, judged)]
    assert not any("run" in step for step in (engine, judged, gate))
    taken = yaml.safe_load((HOME / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert gate["with"].keys() <= taken.keys()
    assert workflow[True]["workflow_call"]["inputs"].keys() == {*gate["with"], "engine", "engine-commit"}


def test_the_caller_that_a_page_shows_judges_at_night_and_gives_what_the_called_workflow_asks_for() -> None:
    (caller,) = (yaml.safe_load(text) for text in shown() if calls(text))
    assert {"push", "pull_request", "merge_group", "schedule"} == set(caller[True])
    assert {} == caller["permissions"]
    (job,) = caller["jobs"].values()
    assert {"contents": "read", "pull-requests": "write", "security-events": "write"} == job["permissions"]
    assert CALLED.name == job["uses"].partition("@")[0].rpartition("/")[2]
    asked = yaml.safe_load(CALLED.read_text(encoding="utf-8"))[True]["workflow_call"]["inputs"]
    assert {name for name, told in asked.items() if told.get("required")} <= job["with"].keys() <= asked.keys()
    assert job["uses"].partition("@")[2] == job["with"]["engine-commit"]
