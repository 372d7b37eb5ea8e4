"""From an empty folder to a commit that the hook refuses, as a person does it: how much is typed, how long it takes."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.clients, pytest.mark.slow]

HOME = Path(__file__).resolve().parents[2]
MACHINE = 60
"""Seconds that the machine may take, the installation included."""
COMMANDS = 10
"""Commands that a person may have to type; at half a minute each that is five minutes."""


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """The wheel that a release would bring."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(HOME)]
    subprocess.run(command, check=True, timeout=600)
    [found] = tmp_path.glob("iscode-*.whl")
    return found


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person with Git set up, and nothing of this checkout."""
    (tmp_path / "gitconfig").write_text("[user]\nname = Ann\nemail = ann@example.org\n")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "VIRTUAL", "COV"))
    }
    return kept | {"GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}


def test_an_empty_folder_becomes_a_refused_commit_in_five_minutes_of_a_person_and_one_of_the_machine(
    wheel: Path, environment: dict[str, str], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder, typed, spent = tmp_path / "empty", [], {}
    folder.mkdir()

    def do(words: str, code: int = 0) -> str:
        begun = time.monotonic()
        done = subprocess.run(
            shlex.split(words), cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
        typed.append(words)
        spent[words] = time.monotonic() - begun
        assert code == done.returncode, f"$ {words}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    do(f"{sys.executable} -m venv .venv")
    do(f".venv/bin/python -m pip install --quiet --disable-pip-version-check {shlex.quote(str(wheel))}")
    (folder / ".gitignore").write_text(".venv/\n")
    do("git init --quiet")
    assert "drafts, on which nothing rests until you fill them in" in do(".venv/bin/iscode init")
    do("git add --all")
    do('git commit --quiet --message "Begin"')
    begin = do("git rev-parse HEAD")

    scope = folder / "compliance/scope/management-system.yaml"
    scope.write_text(scope.read_text().replace("status: draft", "status: active").replace("kind: Scope", "kind: Scpe"))
    said = do('git commit --all --message "Put the scope into force"', code=1)
    assert ("compliance/scope/management-system.yaml" in said, "did you mean `Scope`" in said) == (True, True), said
    scope.write_text(scope.read_text().replace("kind: Scpe", "kind: Scope"))
    said = do('git commit --all --message "Put the scope into force again"', code=1)
    assert "no-placeholders-in-force" in said
    assert begin == do("git rev-parse HEAD")

    typed = [words for words in typed if "rev-parse" not in words]
    record_property("seconds", round(sum(spent.values()), 1))
    sys.stdout.write("".join(f"{seconds:6.1f} s  {words}\n" for words, seconds in spent.items()))
    assert len(typed) <= COMMANDS
    assert sum(spent.values()) < MACHINE, spent
