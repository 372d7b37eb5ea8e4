"""init: what it writes, and that it changes nothing that is there."""

import subprocess
import sys
from pathlib import Path

from iscode.cli.run import run

AS_OF = "2026-11-24"


def test_the_example_passes_from_the_first_moment(tmp_path: Path) -> None:
    assert run(["init", "--example", str(tmp_path / "firm")]) == 0
    assert run(["check", "--as-of", AS_OF, str(tmp_path / "firm")]) == 0


def test_a_start_without_records_is_no_verdict(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "own")]) == 0
    assert run(["check", str(tmp_path / "own")]) == 2


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "iscode.yaml").write_text("mine")

    assert run(["init", str(tmp_path)]) == 2
    assert (tmp_path / "iscode.yaml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["iscode.yaml"]


def test_an_unknown_profile_writes_nothing(tmp_path: Path) -> None:
    assert run(["init", "--profile", "integrate", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_repository_around_the_folder_is_used(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)

    assert run(["init", str(tmp_path / "inside")]) == 0
    assert not (tmp_path / "inside" / ".git").exists()


def test_the_hook_runs_this_very_tool_without_the_folder_it_judges(tmp_path: Path) -> None:
    assert run(["init", "--example", "--hook", str(tmp_path / "firm")]) == 0

    hook = (tmp_path / "firm" / ".git" / "hooks" / "pre-commit").read_text()
    assert f"exec {Path(sys.executable).as_posix()} -I -m iscode check --staged --as-of {AS_OF}" in hook
