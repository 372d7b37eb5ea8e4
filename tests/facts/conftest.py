"""A repository with fixed days and authors, made by the real git, and the facts of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from iscode.document import Limits, write
from iscode.facts import Facts, content_digest
from iscode.inventory import File, Inventory, Record, take
from iscode.schema import Kinds, load
from iscode.source import Repository, Snapshot, discover
from iscode.source.history import RepositoryHistory

GIT = str(shutil.which("git"))
TEXT: dict[str, Any] = {"type": "string"}
PERSON = TEXT | {"x-ref": ["Person"]}


def many(items: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **keywords}


def closed(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


def described(kind: str, **properties: Any) -> tuple[str, bytes]:
    day = TEXT | {"format": "date"}
    envelope = {
        "kind": TEXT | {"const": kind},
        "id": TEXT | {"minLength": 1},
        "status": TEXT | {"enum": ["draft", "active"]},
    }
    block = closed("by", "date", "digest", by=PERSON, date=day, digest=TEXT)
    rest = {"approval": block, "review": closed("last", last=day)}
    return f"{kind}.schema.json", json.dumps(closed(*envelope, **envelope, **rest, **properties)).encode()


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    """Person owns addresses; Paper has a text, a list, a file and an artifact; Desk is of the same shape."""
    artifact = closed(path=TEXT | {"x-path": True}, uri=TEXT, sha256=TEXT, size={"type": "integer"})
    paper = {
        "text": TEXT,
        "parts": many(closed("name", name=TEXT, note=TEXT), **{"x-key": ["name"]}),
        "file": TEXT | {"x-path": True},
        "artifact": artifact | {"x-artifact": True},
    }
    return load(
        [
            described("Person", addresses=many(TEXT, **{"x-identity": True}), alias=TEXT | {"x-identity": True}),
            described("Paper", **paper),
            described("Desk", **paper),
        ]
    )


@dataclass
class Archive:
    """A work tree with records in c/, committed on one day after the other."""

    top: Path
    kinds: Kinds
    root: str = ""
    days: int = field(default=0)

    def git(self, *arguments: str, **variables: str) -> str:
        done = subprocess.run(
            [GIT, *arguments],
            cwd=self.top,
            capture_output=True,
            check=False,
            env={**os.environ, **variables},
            timeout=20,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout.decode().strip()

    def write(self, path: str, content: bytes | dict[str, Any]) -> None:
        """Write a file: bytes as they are, a record as YAML."""
        place = self.top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(write(content).encode() if isinstance(content, dict) else content)

    def commit(self, by: str = "ann", message: str = "change", **files: bytes | dict[str, Any]) -> str:
        """Commit these files of c/ (and what else lies there) in the name of somebody; return the id."""
        for name, content in files.items():
            self.write(f"c/{name}.yaml", content)
        self.git("add", "-A")
        return self.made("commit", "-q", "--allow-empty", "-m", message, by=by)

    def made(self, *arguments: str, by: str = "ann") -> str:
        """Run a command that makes a commit, a day after the last one; return the id of HEAD."""
        self.days += 1
        day = f"2026-01-{self.days:02}T12:00:00Z"
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
               (("NAME", by), ("EMAIL", f"{by}@example.invalid"), ("DATE", day))}  # fmt: skip
        self.git(*arguments, **who)
        return self.git("rev-parse", "HEAD")

    def open(self) -> Repository:
        return discover(self.top)

    def inventory(self, snapshot: Snapshot) -> Inventory:
        prefix = f"{self.root}/" if self.root else ""
        entries = [e for e in snapshot.entries if e.kind == "file" and e.path.startswith(f"{prefix}c/")]
        files = [File(entry.path, True, data) for entry, data in snapshot.read(entries, 1 << 20)]
        return take(files, self.kinds, Limits())

    def judged(self, snapshot: Snapshot | None = None) -> tuple[Facts, Callable[[str], Record]]:
        """The facts of a snapshot (the work tree unless another is given), and its records by reference."""
        repository = self.open()
        found = snapshot or repository.worktree()
        inventory = self.inventory(found)
        history = RepositoryHistory(repository, found.revision.commit)
        prefix = f"{self.root}/" if self.root else ""

        def record(reference: str) -> Record:
            there = inventory.find(reference)
            assert there is not None
            return there

        wanted = lambda path: path.startswith(f"{prefix}c/")  # noqa: E731
        return Facts(found, self.root, inventory, history, wanted), record


@pytest.fixture(autouse=True)
def own_environment(bare_environment: None) -> None:
    """Every test here makes repositories."""


def person(name: str, *addresses: str, **keys: Any) -> dict[str, Any]:
    return {
        "kind": "Person",
        "id": name,
        "status": "active",
        "addresses": list(addresses or [f"{name}@example.invalid"]),
        **keys,
    }


def paper(text: str = "one", kind: str = "Paper", name: str = "p", **keys: Any) -> dict[str, Any]:
    return {"kind": kind, "id": name, "status": "active", "text": text, **keys}


def approved(value: dict[str, Any], by: str = "bob", day: str = "2026-01-20") -> dict[str, Any]:
    return {**value, "approval": {"by": f"Person:{by}", "date": day, "digest": content_digest(value)}}


@pytest.fixture
def archive(tmp_path: Path, kinds: Kinds) -> Archive:
    """A repository whose first commit, by carol, holds Ann, Bob and Carol."""
    top = tmp_path / "work"
    top.mkdir()
    made = Archive(top, kinds)
    made.git("init", "-q", "--template=", "--initial-branch=main")
    made.commit("carol", **{name: person(name) for name in ("ann", "bob", "carol")})
    return made


@pytest.fixture
def values() -> SimpleNamespace:
    """How records of the small world are written."""
    return SimpleNamespace(person=person, paper=paper, approved=approved)
