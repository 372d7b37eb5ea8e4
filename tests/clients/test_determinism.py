"""One commit of the example, judged wherever and by whomever: the same bytes of reports and of the archive of all."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]
DAY = "2026-11-24"
PROGRAM = (sys.executable, "-P", "-m", "iscode")
"""Not in isolation: variables that steer Python must have their chance."""
LOCKED = 0o777
"""A mask that leaves nobody any right."""
NAMES = ("report.", *("catalog", "profile", "mapping", "component", "system", "assessment", "plan"))
"""How the files begin that reports are written to."""


@dataclass(frozen=True)
class Run:
    """One way of judging the commit: who is called, where, on which folder, and in which environment."""

    top: Path
    folder: Path
    commit: str
    base: str
    program: tuple[str, ...] = PROGRAM
    paths: tuple[str, ...] = ()
    mask: int = 0o022
    environment: dict[str, str] = field(default_factory=dict)

    def reports(self, place: Path) -> tuple[int, bytes, dict[str, bytes]]:
        """Exit code, standard error, and the reports by their names below `place`; the text is `text`."""
        files = [place / f"report.{form}" for form in ("json", "sarif")]
        forms = [word for file in files for word in ("-f", f"{file.suffix[1:]}:{file}")]
        if self.mask != LOCKED:  # nobody but root writes into a folder that may not be entered
            forms += ["-f", f"oscal:{place / 'oscal'}/"]
        what = ("--rev", self.commit, "--base", self.base, "--as-of", DAY)
        done = self.call("check", *forms, "-f", "text", "--all-results", *what, *self.paths)
        for file in files:
            file.chmod(0o600)
        found = sorted(path for path in place.rglob("*") if path.is_file() and path.name.startswith(NAMES))
        written = {path.relative_to(place).as_posix(): path.read_bytes() for path in found}
        return done.returncode, done.stderr, written | {"text": done.stdout}

    def archive(self, file: Path) -> bytes:
        """The archive for an auditor."""
        done = self.call("export", "auditor-pack", "--rev", self.commit, "--as-of", DAY, "-o", str(file), *self.paths)
        assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)
        return file.read_bytes()

    def call(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run the program."""
        return subprocess.run(
            [*self.program, *arguments],
            cwd=self.folder,
            env=os.environ | self.environment,
            umask=self.mask,
            capture_output=True,
            check=False,
            timeout=120,
        )


@pytest.fixture
def usual(firm: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commit, with a failure, a name beyond ASCII and a fresh file in it, judged in its work tree."""
    for name in [name for name in os.environ if name.startswith(("PYTHON", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    firm.change("compliance/people/p-001.yaml", "status: active", "status: actve")
    firm.write("compliance/ü\u0301 \u65e5\u672c.yaml", 'kind: "\u65e5\u672c\u202e"\n')
    base = firm.git("rev-parse", "HEAD")
    firm.git("branch", "base")
    return Run(firm.top, firm.top, firm.commit(), base)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which a wheel of this checkout is unpacked."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(HOME)]
    subprocess.run(command, check=True, timeout=300)
    [built] = place.glob("iscode-*.whl")
    zipfile.ZipFile(built).extractall(place / "unpacked")
    return place / "unpacked"


def another_zone(run: Run, _: Any) -> Run:
    return replace(run, environment={"TZ": "Pacific/Kiritimati"})


def another_language(run: Run, _: Any) -> Run:
    return replace(run, environment={"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"})


def no_language(run: Run, _: Any) -> Run:
    return replace(run, environment={"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})


def another_seed_of_hashes(run: Run, _: Any) -> Run:
    return replace(run, environment={"PYTHONHASHSEED": "4711"})


def optimised_python(run: Run, _: Any) -> Run:
    return replace(run, environment={"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"})


def another_current_folder(run: Run, _: Any) -> Run:
    return replace(run, folder=Path("/"), paths=(str(run.top),))


def another_mask(run: Run, _: Any) -> Run:
    return replace(run, mask=LOCKED)


def a_fresh_clone(run: Run, _: Any) -> Run:
    place = run.top.parent / "a fresh clone"
    subprocess.run(["git", "clone", "--quiet", "--no-local", run.top, place], check=True)
    return replace(run, top=place, folder=place)


def a_bare_clone(run: Run, _: Any) -> Run:
    place = run.top.parent / "bare.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", run.top, place], check=True)
    return replace(run, folder=run.top.parent, paths=("--git-dir", "bare.git"))


def a_linked_work_tree(run: Run, _: Any) -> Run:
    place = run.top.parent / "linked"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", place, "HEAD~1"], cwd=run.top, check=True)
    return replace(run, top=place, folder=place)


def packed_objects(run: Run, _: Any) -> Run:
    subprocess.run(["git", "gc", "--quiet", "--aggressive", "--prune=now"], cwd=run.top, check=True)
    return run


def other_times_of_files(run: Run, _: Any) -> Run:
    for path in run.top.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (1, 1))
    return run


def another_home(run: Run, _: Any) -> Run:
    home = run.top.parent / "another home"
    home.mkdir()
    (home / "excludes").write_text("*\n")
    (home / ".gitconfig").write_text(
        f"[core]\nautocrlf = true\nquotePath = false\nprecomposeUnicode = true\nexcludesFile = {home}/excludes\n"
        "[i18n]\nlogOutputEncoding = latin1\n[log]\ndate = relative\n[color]\nui = always\n[diff]\nrenames = copies\n"
    )
    return replace(run, environment={"HOME": str(home), "XDG_CONFIG_HOME": str(home), "USER": "nobody"})


def another_state_of_the_work_tree(run: Run, _: Any) -> Run:
    (run.top / "iscode.yaml").write_text("version: 9\n")
    (run.top / "compliance/new.yaml").write_text("kind: Persn\n")
    subprocess.run(["git", "rm", "--quiet", "--cached", "-r", "compliance"], cwd=run.top, check=True)
    return run


def a_terminal_that_is_none(run: Run, _: Any) -> Run:
    return replace(run, environment={"TERM": "dumb", "COLUMNS": "20", "LINES": "2", "PAGER": "false"})


def a_name_for_the_commit(run: Run, _: Any) -> Run:
    return replace(run, commit="refs/heads/main")


def a_name_for_the_base(run: Run, _: Any) -> Run:
    return replace(run, base="base")


def a_wheel(run: Run, request: pytest.FixtureRequest) -> Run:
    unpacked = request.getfixturevalue("wheel")
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r}); from iscode import __main__, __file__ as here; "
    code += f"assert here.startswith({str(unpacked)!r}); __main__.main()"
    return replace(run, program=(sys.executable, "-I", "-c", code))


ELSEWHERE: list[Callable[[Run, Any], Run]] = [
    *(another_zone, another_language, no_language, another_seed_of_hashes, optimised_python, another_current_folder),
    *(another_mask, a_fresh_clone, a_bare_clone, a_linked_work_tree, packed_objects, other_times_of_files),
    *(
        another_home,
        another_state_of_the_work_tree,
        a_terminal_that_is_none,
        a_name_for_the_commit,
        a_name_for_the_base,
    ),
]


@pytest.fixture(scope="module")
def known() -> dict[str, tuple[int, bytes, dict[str, bytes]]]:
    """Commit -> its reports where nothing is unusual: the same commit is made anew for each test."""
    return {}


@pytest.mark.parametrize(
    "elsewhere",
    [*ELSEWHERE, pytest.param(a_wheel, marks=pytest.mark.clients)],
    ids=lambda elsewhere: elsewhere.__name__,
)
def test_the_same_commit_gives_the_same_bytes(
    usual: Run,
    elsewhere: Callable[[Run, Any], Run],
    request: pytest.FixtureRequest,
    known: dict[str, tuple[int, bytes, dict[str, bytes]]],
    tmp_path: Path,
) -> None:
    for name in ("usual", "elsewhere"):
        (tmp_path / name).mkdir()
    if usual.commit not in known:
        known[usual.commit] = usual.reports(tmp_path / "usual")
    [(code, errors, expected)] = known.values()
    assert (1, b"") == (code, errors)
    assert [True, True] == [b"actve" in expected[name] for name in ("report.json", "text")]
    assert len(expected) > 10
    code, errors, found = elsewhere(usual, request).reports(tmp_path / "elsewhere")
    assert (1, b"") == (code, errors)
    assert len(found) in (3, len(expected))
    assert [] == [name for name, data in found.items() if expected[name] != data]


def test_the_same_commit_gives_the_same_archive_where_everything_else_is_other(usual: Run, tmp_path: Path) -> None:
    other = another_home(other_times_of_files(a_fresh_clone(usual, None), None), None)
    for unusual in (another_zone, another_language, another_seed_of_hashes, optimised_python):
        other = replace(other, environment=other.environment | unusual(usual, None).environment)
    assert 9 == len(other.environment)
    assert usual.archive(tmp_path / "one.zip") == other.archive(tmp_path / "two.zip")
