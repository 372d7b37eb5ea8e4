"""doctor: what is in order is said to be, what is not is told with the next step, and nothing is changed."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from iscode.cli.health import Reading, examine, tool
from iscode.cli.run import run
from iscode.policy import shipped

ME = Path(sys.executable).as_posix()


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hooks of the person who runs the tests; every library as it was asked for."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(metadata, "requires", lambda _: ["click>=8", "pyyaml>=6", "pytest>=99; extra == 'dev'"])


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """The example in a repository, with its hooks."""
    assert run(["init", "--example", "--hook", str(tmp_path / "firm")]) == 0
    return tmp_path / "firm"


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def look(folder: Path, name: str) -> Reading:
    """The first reading of that name."""
    return next(reading for reading in examine(folder) if reading.name == name)


def hook(firm: Path, line: str) -> Reading:
    """What is said of a hook with this line."""
    path = firm / ".git" / "hooks" / "pre-commit"
    path.write_text(f"#!/bin/sh\n{line}\n")
    return look(firm, "pre-commit")


def test_a_whole_repository_is_well_and_ends_0(firm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", str(firm)]) == 0
    said = capsys.readouterr().out
    assert f"content {shipped().digest}" in said
    assert "nothing to mend" in said
    assert {reading.state for reading in examine(firm)} == {"well"}
    names = [reading.name for reading in examine(firm)]
    assert names == [
        *("python", "click", "pyyaml", "iscode", "git", "repository", "root", "profile", "records", "line ends"),
        *("pre-commit", "pre-merge-commit"),
    ]


def test_looking_changes_nothing(firm: Path) -> None:
    def held() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in firm.rglob("*") if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = held()
    assert len(list(examine(firm))) > 10
    assert before == held()


def test_the_json_is_one_array_of_readings(firm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (firm / "iscode.yaml").unlink()
    capsys.readouterr()
    assert run(["doctor", "-f", "json", str(firm)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [list(reading) for reading in found] == [["name", "state", "says", "next"]] * len(found)
    assert [("root", "`iscode init` starts one")] == [
        (row["name"], row["next"]) for row in found if row["state"] == "mend"
    ]


def test_a_path_that_is_no_folder_cannot_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().out == ""


def test_a_damaged_index_cannot_be_looked_at(firm: Path) -> None:
    (firm / ".git" / "index").write_bytes(b"no index")
    assert run(["doctor", str(firm)]) == 2


def test_a_folder_outside_of_any_repository_is_told_to_start_one(tmp_path: Path) -> None:
    assert ("mend", "git init") == (look(tmp_path, "repository").state, look(tmp_path, "repository").next)


def test_a_bare_repository_is_told_how_its_commits_are_judged(tmp_path: Path) -> None:
    git(tmp_path, "init", "--bare", "--quiet", "bare.git")
    found = look(tmp_path / "bare.git", "repository")
    assert ("note", f"iscode check --git-dir {tmp_path / 'bare.git'} --rev REV") == (found.state, found.next)
    assert run(["doctor", str(tmp_path / "bare.git")]) == 0


def test_a_shallow_clone_is_told_how_it_becomes_whole(firm: Path, tmp_path: Path) -> None:
    git(firm, "add", "--all")
    author = ("-c", "user.name=r", "-c", "user.email=r@example.org", "-c", "core.hooksPath=/dev/null")
    for _ in range(2):
        git(firm, *author, "commit", "--allow-empty", "--message", "one")
    assert "at " in look(firm, "repository").says
    git(tmp_path, "clone", "--depth", "1", f"file://{firm}", "shallow")
    found = look(tmp_path / "shallow", "repository")
    assert ("note", "git fetch --unshallow; in CI: fetch-depth: 0") == (found.state, found.next)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("git version 2.39.4", "well"),
        ("git version 2.50.1.windows.1", "well"),
        ("git version 3.0", "well"),
        ("git version 2.39.3 (Apple Git-146)", "mend"),
        ("git version 2.4.11", "mend"),
        ("git, version unknown", "mend"),
    ],
)
def test_the_version_of_git_is_compared_as_numbers(
    said: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iscode.source.git.Git.run", lambda *_: said.encode())
    [reading] = tool.git(tmp_path)
    assert (state, state == "mend") == (reading.state, "Git 2.39.4 or newer" in reading.next)


def test_a_machine_without_git_is_told_so(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    readings = list(examine(firm))
    assert ("git", "mend") == (readings[-1].name, readings[-1].state)
    assert "install Git" in readings[-1].next


def test_a_git_that_lies_in_the_repository_is_not_run(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = firm / "git"
    program.write_text(f"#!/bin/sh\ntouch {firm}/ran\necho git version 2.50.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(firm))
    assert "mend" == look(firm / "compliance", "git").state
    assert not (firm / "ran").exists()


@pytest.mark.parametrize(
    ("requirement", "says", "step"),
    [
        ("click>=999", "is not >=999", "python -m pip install 'click>=999'"),
        ("no-such-library>=1", "is missing", "python -m pip install 'no-such-library>=1'"),
    ],
)
def test_a_library_that_does_not_fit_ends_the_look_with_its_remedy(
    requirement: str, says: str, step: str, firm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: [requirement])
    last = list(examine(firm))[-1]
    assert ("mend", True, step) == (last.state, says in last.says, last.next)
    assert run(["doctor", str(firm)]) == 1


def test_a_library_whose_machine_code_does_not_load_is_told(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    found = look(firm, "pyyaml")
    assert "mend" == found.state
    assert "--only-binary :all: 'pyyaml>=6'" in found.next


def test_doctor_itself_runs_where_a_library_of_the_reports_is_missing(firm: Path) -> None:
    script = (
        "import sys; sys.modules['rfc8785'] = sys.modules['msgspec'] = None\n"
        f"from iscode.cli.run import run; sys.exit(run(['doctor', {str(firm)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "cannot be loaded" in done.stdout
    assert "to mend" in done.stdout


def test_a_broken_configuration_is_placed_and_the_hooks_are_looked_at_still(firm: Path) -> None:
    (firm / "iscode.yaml").write_text("version: 1\nprofil: integrated\n")
    found = look(firm, "root")
    assert ("mend", True, "did you mean `profile`?") == (found.state, "iscode.yaml:2:1" in found.says, found.next)
    assert "well" == look(firm, "pre-commit").state


def test_a_profile_that_does_not_exist_is_to_mend(firm: Path) -> None:
    (firm / "iscode.yaml").write_text("version: 1\nprofile: integratd\n")
    assert ["well", "mend"] == [reading.state for reading in examine(firm) if reading.name == "root"]


def test_a_root_without_records_is_to_mend(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "own")]) == 0
    shutil.rmtree(tmp_path / "own" / "compliance")
    assert run(["doctor", str(tmp_path / "own")]) == 1
    assert (
        "no file holds a record" in [reading for reading in examine(tmp_path / "own") if reading.name == "root"][1].says
    )


def test_records_that_are_refused_are_counted_and_left_to_check(firm: Path) -> None:
    (firm / "compliance" / "broken.yaml").write_text("kind: Nothing\n")
    found = look(firm, "records")
    assert ("note", "iscode check says why") == (found.state, found.next)


def test_records_whose_line_ends_git_may_change_are_to_mend(firm: Path) -> None:
    (firm / ".gitattributes").unlink()
    found = look(firm, "line ends")
    assert ("mend", "add to .gitattributes: *.yaml text eol=lf") == (found.state, found.next)
    assert found.says.count(".yaml") == 3
    assert " more, " in found.says


def test_a_schema_that_an_editor_is_sent_to_is_told_to_be_missing_stale_or_fresh(firm: Path) -> None:
    record = next((firm / "compliance" / "roles").glob("*.yaml"))
    target = firm / ".iscode" / "schemas" / "role.schema.json"
    line = "# yaml-language-server: $schema=../../.iscode/schemas/role.schema.json\n"
    record.write_text(line + record.read_text())

    missing = look(firm, "schemas")
    assert ("note", f"iscode schema export --root {os.path.relpath(firm)}") == (missing.state, missing.next)
    target.parent.mkdir(parents=True)
    target.write_text("{}")
    assert ("note", True) == (look(firm, "schemas").state, "is not that of this version" in look(firm, "schemas").says)
    assert run(["schema", "export", "--root", str(firm)]) == 0
    assert "well" == look(firm, "schemas").state
    assert run(["doctor", str(firm)]) == 0


@pytest.mark.parametrize(
    ("here", "step"),
    [
        (".", "iscode schema export --root 'my sub'"),
        ("my sub", "iscode schema export"),
        ("my sub/compliance", "iscode schema export --root .."),
    ],
)
def test_the_next_step_can_be_typed_in_the_folder_that_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], here: str, step: str
) -> None:
    git(tmp_path, "init")
    monkeypatch.chdir(tmp_path)
    assert run(["init", "my sub"]) == 0
    assert capsys.readouterr().err.endswith(" iscode check 'my sub'\n")
    (tmp_path / "my sub/.iscode/schemas/role.schema.json").unlink()
    monkeypatch.chdir(here)
    found = look(tmp_path / "my sub", "schemas")
    assert step == found.next
    assert run(shlex.split(step)[1:]) == 0
    assert "well" == look(tmp_path / "my sub", "schemas").state


def test_a_schema_at_an_address_elsewhere_or_outside_of_the_repository_is_not_read(firm: Path) -> None:
    first, second = sorted((firm / "compliance" / "roles").glob("*.yaml"))[:2]
    first.write_text("# yaml-language-server: $schema=https://example.org/role.json\n" + first.read_text())
    assert "schemas" not in [reading.name for reading in examine(firm)]
    second.write_text("# yaml-language-server: $schema=../../../outside.json\n" + second.read_text())
    (firm.parent / "outside.json").write_text("{}")
    assert "which is not there" in look(firm, "schemas").says


@pytest.mark.parametrize(
    ("line", "state", "says"),
    [
        (f"exec {ME} -I -m iscode check --staged", "well", "judges what is staged"),
        ("python3 -I -m iscode check --staged --as-of 2026-11-24 ./sub", "well", "judges what is staged"),
        ("make lint && iscode check --staged # the gate", "well", "judges what is staged"),
        (f"exec {ME} -Im iscode check --staged", "well", "judges what is staged"),
        (f"exec {ME} -m iscode check --staged", "mend", "without -I"),
        ("python3 -sm iscode check --staged", "mend", "without -I"),
        (f"exec {ME} -I -m iscode check", "mend", "not what is staged"),
        ("/no/such/python -I -m iscode check --staged", "mend", "/no/such/python, which is not there"),
        ("/bin/sh -I -m iscode check --staged", "note", "another iscode: /bin/sh"),
        ("# iscode check --staged", "note", "does not call iscode"),
        ("echo 'unclosed", "note", "does not call iscode"),
        ("", "note", "does not call iscode"),
    ],
)
def test_a_hook_is_judged_by_what_it_calls(firm: Path, line: str, state: str, says: str) -> None:
    found = hook(firm, line)
    assert (state, True) == (found.state, says in found.says), found
    assert (state == "well") == (found.next == "")


def test_the_remedy_of_a_missing_hook_names_the_root_and_runs_as_it_stands(firm: Path) -> None:
    (firm / ".git" / "hooks" / "pre-commit").unlink()
    found = look(firm / "compliance", "pre-commit")
    assert ("note", f"let it run: {ME} -I -m iscode check --staged") == (found.state, found.next)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_a_hook_that_git_passes_over_is_to_mend(firm: Path) -> None:
    path = firm / ".git" / "hooks" / "pre-commit"
    path.chmod(0o644)
    assert ("mend", f"chmod +x {path}") == (look(firm, "pre-commit").state, look(firm, "pre-commit").next)


@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_hooks_are_looked_for_where_git_takes_them_from(firm: Path, scope: str) -> None:
    git(firm, "config", scope, "core.hooksPath", ".githooks")
    assert f"no hook judges here: {firm}/.githooks/pre-commit" == look(firm, "pre-commit").says


@pytest.mark.parametrize(
    ("listed", "state"), [("iscode-check", "well"), ("'iscode-check'  # ours", "well"), ("x", "note")]
)
def test_a_hook_of_pre_commit_is_judged_by_its_configuration(firm: Path, listed: str, state: str) -> None:
    (firm / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: local\n    hooks:\n      - id: {listed}\n")
    assert state == hook(firm, "# File generated by pre-commit: https://pre-commit.com").state
