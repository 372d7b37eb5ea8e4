"""What a run touches, as the interpreter itself reports it: no code of the tree, no network, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
MODES = ((), ("--staged",), ("--rev", "HEAD"))

WATCHED = """
import json, os, sys
found = []
def hook(event, arguments):
    if event.partition(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "ctypes", "pty", "pickle"):
        found.append([event, repr(arguments)[:200]])
    elif event in ("subprocess.Popen", "os.exec", "os.system", "os.posix_spawn", "os.fork", "os.remove",
                   "os.rename", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.truncate", "os.utime", "os.rmdir"):
        found.append([event, arguments[0] if event == "subprocess.Popen" else repr(arguments)[:200]])
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        if arguments[0] != os.devnull and not isinstance(arguments[0], int):
            found.append(["write", repr(arguments[0])])
    elif event == "import":
        found.append([event, str(arguments[1])])
sys.addaudithook(hook)
from iscode.cli.door import leave
try:
    leave(sys.argv[1:])
finally:
    sys.stderr.write(json.dumps(found, default=str))
"""
"""A run in which every event is noted that leaves the interpreter."""

PLANTED = (
    *("yaml.py", "click.py", "git.py", "re2.py", "json.py", "sitecustomize.py", "usercustomize.py", "conftest.py"),
    *("iscode/__init__.py", "iscode/__main__.py", "_yaml.py", "msgspec/__init__.py"),
    *("evil.pth", "evil-1.dist-info/entry_points.txt", "setup.py", "pyproject.toml"),
)
ENTRY_POINTS = "[pytest11]\niscode = evil\n[iscode.packs]\nevil = evil\n[console_scripts]\ngit = evil:main\n"


@pytest.fixture
def planted(small: Any, outside: Path) -> Any:
    """A repository that passes, full of files that Python would run, each of which would leave a marker."""
    firm = small()
    for name in PLANTED:
        code = f"import os; os.mkdir({str(outside / 'ran')!r})\n"
        firm.write(name, ENTRY_POINTS if name.endswith(".txt") else code)
        firm.write(f"pack/{name}", ENTRY_POINTS if name.endswith(".txt") else code)
    firm.write("evil.py", f"import os; os.mkdir({str(outside / 'ran')!r})\n")
    firm.commit()
    return firm


def watched(*arguments: str) -> tuple[int, list[tuple[str, Any]]]:
    """The exit code of a command line, and each event."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", WATCHED, *arguments], capture_output=True, check=False, timeout=120
    )
    return done.returncode, [(event, said) for event, said in json.loads(done.stderr)]


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
def test_a_run_opens_no_connection_writes_nothing_and_starts_only_git(planted: Any, mode: tuple[str, ...]) -> None:
    code, events = watched("check", *mode, *DAY)
    assert 0 == code
    started = {said for event, said in events if event == "subprocess.Popen"}
    assert 1 == len(started)
    [git] = started
    assert (True, "git") == (Path(git).is_absolute(), Path(git).name)
    assert not Path(git).is_relative_to(planted.top)
    imported = [said for event, said in events if event == "import" and said.startswith(str(planted.top))]
    assert [] == imported
    assert [] == [(event, said) for event, said in events if event not in {"subprocess.Popen", "import"}]


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
def test_code_in_the_tree_and_on_the_python_path_is_not_run(planted: Any, outside: Path, mode: tuple[str, ...]) -> None:
    tree = str(planted.top)
    poisoned = os.environ | {
        "PYTHONPATH": tree,
        "PYTHONSTARTUP": f"{tree}/evil.py",
        "PYTHONUSERBASE": tree,
        "PYTHONHOME": "/nonexistent",
        "PYTHONINSPECT": "1",
        "PYTHONBREAKPOINT": "evil.x",
        "PYTHONWARNINGS": "error::evil.X",
        "PYTHONPLATLIBDIR": tree,
        "PYTHONPYCACHEPREFIX": f"{tree}/cache",
        "GIT_PYTHON_GIT_EXECUTABLE": f"{tree}/evil.py",
    }
    command = [sys.executable, "-I", "-m", "iscode", "check", *mode, *DAY]
    done = subprocess.run(command, env=poisoned, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert (0, b"") == (done.returncode, done.stderr)
    assert not (outside / "ran").exists()
    assert [] == list(planted.top.rglob("__pycache__"))


def test_the_same_files_are_code_to_a_python_that_is_not_isolated(planted: Any, outside: Path) -> None:
    subprocess.run([sys.executable, "-m", "iscode", "check", *DAY], capture_output=True, check=False, timeout=60)
    assert (outside / "ran").exists()


def test_a_run_needs_no_network_even_where_records_and_schemas_name_addresses(firm: Any) -> None:
    firm.change("compliance/people/p-001.yaml", "status: active", "status: active\nnotes: https://evil.invalid/x")
    code, events = watched("check", *DAY)
    assert code in (0, 1)
    assert [] == [event for event, _ in events if event.startswith(("socket.", "urllib.", "http."))]
