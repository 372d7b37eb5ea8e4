"""A repository to read, made by the real git in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from iscode.source import Repository, Snapshot, discover

GOOD = b"kind: Thing\nid: one\n"
LIMIT = 1 << 20
ROLES = ("AUTHOR", "COMMITTER")
GIT = str(shutil.which("git"))


@dataclass(frozen=True)
class Checkout:
    """A work tree and the plain git that its author uses: no hardening, so that a poison works."""

    top: Path

    def git(self, *arguments: str, stdin: bytes = b"", check: bool = True, **variables: str) -> bytes:
        done = subprocess.run(
            [GIT, *arguments],
            cwd=self.top,
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, **variables},
            timeout=20,
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr!r}")
        return done.stdout

    def text(self, *arguments: str, **variables: str) -> str:
        return self.git(*arguments, **variables).decode().strip()

    def write(self, name: str, data: bytes = GOOD) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def commit(self, message: str = "change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.text("rev-parse", "HEAD")

    def open(self) -> Repository:
        return discover(self.top)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the machine's or the developer's configuration reaches a test."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\nname = Test\nemail = test@example.invalid\n[init]\ndefaultBranch = main\n"
        '[advice]\ndetachedHead = false\n[protocol "file"]\nallow = always\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def empty(tmp_path: Path) -> Checkout:
    """A repository without a commit."""
    top = tmp_path / "work"
    top.mkdir()
    checkout = Checkout(top)
    checkout.git("init", "-q")
    return checkout


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that `checkout` copies: made once."""
    checkout = Checkout(tmp_path_factory.mktemp("mould"))
    author = {f"GIT_{role}_{what}": "test@example.invalid" for role in ROLES for what in ("NAME", "EMAIL")}
    checkout.git("init", "-q", "--template=", "--initial-branch=main")
    checkout.write("iscode.yaml", b"version: 1\n")
    checkout.write("compliance/a.yaml")
    checkout.write("compliance/deep/b.yaml", b"kind: Thing\nid: two\n")
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "first", **author)
    return checkout.top


@pytest.fixture
def checkout(mould: Path, tmp_path: Path) -> Checkout:
    """A repository with one commit of three files."""
    shutil.copytree(mould, tmp_path / "work")
    for folder in ("hooks", "info"):
        (tmp_path / "work/.git" / folder).mkdir(exist_ok=True)
    return Checkout(tmp_path / "work")


@pytest.fixture
def contents() -> Callable[..., dict[str, bytes | str | None]]:
    """What a snapshot holds: path -> bytes of a file, or the kind of what is none."""

    def read(snapshot: Snapshot, limit: int = LIMIT) -> dict[str, bytes | str | None]:
        files = [entry for entry in snapshot.entries if entry.kind == "file"]
        others = {entry.path: entry.kind for entry in snapshot.entries if entry.kind != "file"}
        return {entry.path: data for entry, data in snapshot.read(files, limit)} | others

    return read
