"""A repository whose policy is a pack of its own, under shelves that fit on a page: `main` the base, `topic` the head.

Git is real. The shelves that ship are replaced by one standard and the kinds that soften, so that a check is quick.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from iscode.document import write
from iscode.policy import Shelves

DAY = "2026-11-24"
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
DATE = {"type": "string", "format": "date"}


def schema(kind: str, *required: str, marked: dict[str, Any] | None = None, **properties: Any) -> str:
    """The schema of a kind with the usual keys and these."""
    usual = {
        "kind": {"type": "string", "const": kind},
        "id": {"type": "string", "minLength": 1},
        "status": {"type": "string", "enum": ["active", "retired"]},
    }
    return json.dumps(
        {
            "$id": f"{kind.lower()}.schema.json",
            "type": "object",
            "required": [*usual, *required],
            "properties": usual | properties,
            "additionalProperties": False,
        }
        | (marked or {})
    )


def rule(name: str, that: str, **keys: Any) -> str:
    """A rule about boxes with one check, unless `keys` say otherwise."""
    return write(
        {
            "id": name,
            "title": f"What {name} asks",
            "severity": "high",
            "requirements": ["std:1.1"],
            "phase": "check",
            "subject": "Box",
            "check": [{"that": that, "message": f"{{self.id}} is not {name}"}],
            "rationale": "why",
            "remediation": "mend it",
        }
        | keys
    )


def catalog(name: str, *ids: str) -> str:
    """A standard of clauses."""
    entries = [{"id": each, "kind": "clause", "label": f"Label of {each}", "phase": "do"} for each in ids]
    return write({"id": name, "title": name, "edition": name, "requirements": entries})


def record(kind: str, name: str, **keys: Any) -> str:
    """A record in force."""
    return write({"kind": kind, "id": name, "status": "active", **keys})


PERSON = {"type": "string", "x-ref": ["Fellow"]}
ENTRY = {
    "type": "object",
    "required": ["requirement", "applicable"],
    "properties": {
        "requirement": {"type": "string", "x-requirement": True},
        "applicable": {"type": "boolean", "x-applicable": True},
        "target": DATE | {"x-target": True},
    },
    "additionalProperties": False,
}
HELD = {
    "type": "object",
    "required": ["who"],
    "properties": {"who": PERSON, "since": DATE | {"x-since": True}, "until": DATE | {"x-until": True}},
    "additionalProperties": False,
}
WAIVER = {"waives": TEXTS, "subjects": TEXTS, "reason": TEXT, "requested_by": PERSON, "approved_by": PERSON} | {
    "starts": DATE,
    "expires": DATE,
}
SHIPPED = {
    "schemas/fellow.schema.json": schema(
        "Fellow",
        mail=TEXTS | {"x-identity": True},
        since=DATE | {"x-since": True},
        until=DATE | {"x-until": True},
    ),
    "schemas/post.schema.json": schema(
        "Post",
        "held_by",
        held_by={"type": "array", "items": HELD, "x-holders": True},
        may=TEXTS | {"x-authorities": True},
    ),
    "schemas/leave.schema.json": schema("Leave", *WAIVER, marked={"x-waiver": True}, **WAIVER),
    "schemas/statement.schema.json": schema(
        "Statement",
        "entries",
        entries={"type": "array", "items": ENTRY, "x-key": ["requirement"], "x-applicability": True},
    ),
    "policies/catalogs/std.yaml": write(
        {
            "id": "std",
            "title": "A standard",
            "edition": "STD 1",
            "requirements": [
                {"id": "1.1", "kind": "clause", "label": "A clause", "phase": "do"},
                {"id": "A.1", "kind": "annex", "label": "Small boxes", "phase": "do"},
                {"id": "A.2", "kind": "annex", "label": "Tried boxes", "phase": "do"},
            ],
        }
    ),
    "policies/profiles/all.yaml": 'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\n',
}
PROFILE = 'id: mine\ntitle: Mine\nselect: {requirements: ["std:*"]}\n'
CONFIG = 'version: 1\nprofile: mine\nrecords: ["c/**/*.yaml"]\npacks: [{path: policy}]\n'
SMALL = rule("small", "self.?size.orValue(0) <= params.most", params={"most": 3}, requirements=["std:A.1"])
FILES = {
    "iscode.yaml": CONFIG,
    "policy/policies/profiles/mine.yaml": PROFILE,
    "policy/schemas/box.schema.json": schema("Box", size={"type": "integer"}, label=TEXT, tags=TEXTS),
    "policy/schemas/trial.schema.json": schema(
        "Trial", "of", "held", of={"type": "string", "x-ref": ["Box"]}, held=DATE
    ),
    "policy/rules/small.yaml": SMALL,
    "policy/rules/tried.yaml": rule(
        "tried", 'referrers(self, "Trial.of").exists(t, t.held + days(365) >= today)', requirements=["std:A.2"]
    ),
    "policy/rules/current.yaml": rule("current", "self.held + days(365) >= today", subject="Trial"),
    "policy/rules/not-grown.yaml": rule(
        "not-grown", "self.?size.orValue(0) <= old.?size.orValue(0)", compare="changed"
    ),
    "policy/rules/kept.yaml": rule("kept", "false", subject="Trial", compare="removed"),
    "c/one.yaml": record("Fellow", "one"),
    "c/two.yaml": record("Fellow", "two"),
    "c/b.yaml": record("Box", "b", size=2),
    "c/t.yaml": record("Trial", "t", of="Box:b", held="2026-10-01"),
    "c/s.yaml": record(
        "Statement",
        "s",
        entries=[{"requirement": "std:A.1", "applicable": True}, {"requirement": "std:A.2", "applicable": True}],
    ),
}
"""What `main` holds: all of it passes."""
LEAVE = record(
    "Leave", "w", waives=["small"], subjects=["Box:b"], reason="It must be", requested_by="Fellow:one"
) + write({"approved_by": "Fellow:two", "starts": "2026-11-01", "expires": "2026-12-31"})
"""A waiver of `small` for the one box."""
BROKEN = record("Box", "b", size=9)
"""The one box, too large: `small` fails, and `not-grown`."""


@dataclass(frozen=True)
class Verdict:
    """What a check ended with."""

    code: int
    report: dict[str, Any]
    err: str

    @property
    def blocking(self) -> set[tuple[str, str]]:
        """(rule, subject) of each result that blocks."""
        return {(each["rule"], each["subject"]) for each in self.report["results"] if each["blocking"]}

    @property
    def changes(self) -> dict[str, list[str]]:
        """The effects of each change of policy, by path."""
        found: dict[str, list[str]] = {}
        for change in self.report["policy_changes"]:
            found.setdefault(change["path"], []).append(change["effect"])
        return found

    def result(self, rule: str) -> dict[str, Any]:
        """The one listed result of a rule."""
        [found] = [each for each in self.report["results"] if each["rule"] == rule]
        return found  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Change:
    """A repository in which a change is made on the branch `topic`, and the command that judges it."""

    top: Path
    call: Callable[..., Any]

    files: ClassVar[dict[str, str | None]] = dict(FILES)
    leave: ClassVar[str] = LEAVE
    broken: ClassVar[str] = BROKEN
    catalog = staticmethod(catalog)
    record = staticmethod(record)
    rule = staticmethod(rule)
    schema = staticmethod(schema)

    def git(self, *arguments: str, folder: Path | None = None, **variables: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder or self.top,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **variables},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: dict[str, str | None] | None = None) -> None:
        """Write files, or remove those that are None."""
        for path, text in (files or {}).items():
            file = self.top / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)

    def commit(self, files: dict[str, str | None] | None = None) -> str:
        """Write files and commit all there is."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        text = (self.top / path).read_text()
        assert old in text
        (self.top / path).write_text(text.replace(old, new))

    def base(self, files: dict[str, str | None]) -> str:
        """Commit these to `main`, and let `topic` start from there."""
        self.git("checkout", "--quiet", "main")
        found = self.commit(files)
        self.git("checkout", "--quiet", "-B", "topic")
        return found

    def judge(self, *arguments: str, base: str = "main", path: str = ".", rev: str | None = "HEAD") -> Verdict:
        """Check what is committed on `topic`, or the work tree where `rev` is None, against the base."""
        head = () if rev is None else ("--rev", rev)
        done = self.call("check", *head, "--base", base, "--as-of", DAY, "-f", "json", *arguments, path)
        return Verdict(done.code, json.loads(done.out) if done.out else {}, done.err)

    def propose(self, files: dict[str, str | None], *arguments: str, path: str = ".") -> Verdict:
        """Commit a change to `topic` and check it."""
        self.commit(files)
        return self.judge(*arguments, path=path)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the machine's configuration reaches a test; Git knows who commits and when."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    home = str(tmp_path_factory.mktemp("home"))
    for name, value in (("HOME", home), ("XDG_CONFIG_HOME", home), ("GIT_CONFIG_NOSYSTEM", "1")):
        monkeypatch.setenv(name, value)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.invalid")
        monkeypatch.setenv(f"GIT_{who}_DATE", f"{DAY}T12:00:00Z")


@pytest.fixture
def change(alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, iscode: Callable[..., Any]) -> Change:
    """`main` with all of FILES, and `topic` on it, checked out; the repository is the current folder."""
    shelves = Shelves({path: text.encode() for path, text in sorted(SHIPPED.items())})
    for place in ("iscode.view.shelf.shipped", "iscode.policy.shipped", "iscode.policy.gate.shipped"):
        monkeypatch.setattr(place, lambda: shelves)
    found = Change(tmp_path / "work", iscode)
    found.top.mkdir()
    found.git("init", "--quiet", "--template=", "--initial-branch=main")
    found.commit(found.files)
    found.git("checkout", "--quiet", "-b", "topic")
    monkeypatch.chdir(found.top)
    return found
