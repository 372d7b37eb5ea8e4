"""The reports of the examples, whole and broken, to the byte. `make golden` writes them anew; read the difference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from iscode.cli import example

HERE = Path(__file__).parent

BROKEN = {
    "compliance/broken/duplicate-key.yaml": "kind: Role\nid: twice\nid: twice\n",
    "compliance/broken/empty.yaml": "",
    "compliance/broken/hostile.yaml": 'kind: Role\nid: hostile\ntitle: "\\e[31m\\u202E{0.__class__}"\nstatus: active\n',
    "compliance/broken/mistyped-key.yaml": (
        "kind: Role\nid: mistyped\ntitle: Mistyped\nowner: Role:nobody\nstatus: active\nholder: []\n"
    ),
    "compliance/broken/mistyped-kind.yaml": "kind: Evidnce\nid: x\n",
    "compliance/broken/no-yaml.yaml": "<<<<<<< HEAD\nkind: Role\n",
    "compliance/broken/twin.yaml": (
        "kind: Role\nid: security-officer\ntitle: Twin\nowner: Role:security-officer\nstatus: active\n"
    ),
}
"""Files that are added; besides, the story of the demonstration is played, and one record gets a status of no kind."""


@pytest.fixture
def broken(firm: Any) -> Any:
    """The example after everything went wrong at once."""
    for path, text in BROKEN.items():
        firm.write(path, text)
    breaking = example.story().breaking
    firm.change(breaking.path, breaking.line, breaking.becomes)
    firm.change("compliance/people/p-004.yaml", "status: active", "status: actve")
    firm.commit()
    return firm


@pytest.mark.parametrize(("state", "code"), [("firm", 0), ("broken", 1)])
@pytest.mark.parametrize(
    ("form", "suffix"), [("text", "txt"), ("json", "json"), ("markdown", "md"), ("github", "github.txt")]
)
def test_the_example_is_reported_as_it_was(
    request: pytest.FixtureRequest, state: str, code: int, form: str, suffix: str
) -> None:
    top = request.getfixturevalue(state).top
    hold(request, top, form, code, HERE / f"{'acme' if state == 'firm' else state}.{suffix}")


def test_the_page_of_the_example_is_what_it_was(request: pytest.FixtureRequest, firm: Any) -> None:
    hold(request, firm.top, "html", 0, HERE / "acme.html")


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
    if request.config.getoption("--update-golden"):
        golden.write_bytes(done.stdout)
    # Without the escape of an assertion: two reports are many lines, and `make golden` with `git diff` shows them.
    assert golden.exists(), "run `make golden`"
    assert golden.read_bytes() == done.stdout, "run `make golden` and read what changed"
