"""What tests of several rooms share: a small world that does not ship, the example as a repository, the command line.

The world has two kinds, one standard and one profile: what holds there holds for any data.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from msgspec import convert

from iscode.cli import example
from iscode.cli.run import run as call
from iscode.document import write
from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, Policy, Shelves, bind_rules
from iscode.rule.model import Severity
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
SETTINGS = "_hypothesis_internal_use_settings"
"""Where hypothesis keeps the settings of a property."""
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # how fast a machine is today is no property: bench/ measures


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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make golden`, `make clients` and `make fuzz` ask for."""
    parser.addoption("--update-golden", action="store_true", help="write the golden reports instead of comparing them")
    parser.addoption("--clients", action="store_true", help="fail where a program of `make clients` is not installed")
    parser.addoption("--fuzz", type=int, metavar="N", help="try every property on N examples: `make fuzz`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each property the number of examples that `--fuzz` asks for, and leave out what is no property."""
    examples = config.getoption("--fuzz")
    if examples is None:
        return
    properties = [item for item in items if hasattr(getattr(item, "obj", None), SETTINGS)]
    for item in properties:
        asked = getattr(item.obj, SETTINGS)  # type: ignore[attr-defined]
        setattr(item.obj, SETTINGS, settings(asked, max_examples=examples))  # type: ignore[attr-defined]
    items[:] = properties


def schema(kind: str, **properties: Any) -> bytes:
    """The schema of a kind with the usual keys and these."""
    usual = {
        "kind": {"type": "string", "const": kind},
        "id": {"type": "string", "minLength": 1},
        "status": {"type": "string", "enum": ["active", "retired"]},
    }
    return json.dumps(
        {
            "$id": f"{kind.lower()}.schema.json",
            "title": kind,
            "description": f"One {kind}.",
            "type": "object",
            "required": [*usual],
            "properties": {**usual, **properties},
            "additionalProperties": False,
        }
    ).encode()


PART = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "weight": {"type": "integer"}, "note": {"type": "string"}},
    "additionalProperties": False,
}

SHELF: dict[str, bytes] = {
    "schemas/box.schema.json": schema(
        "Box",
        size={"type": "integer"},
        label={"type": "string"},
        made={"type": "string", "format": "date"},
        words={"type": "array", "items": {"type": "string"}},
        parts={"type": "array", "items": PART, "x-key": ["name"]},
        shelf={"type": "string", "x-ref": ["Shelf"]},
        proves={"type": "string", "x-requirement": True},
    ),
    "schemas/shelf.schema.json": schema("Shelf", height={"type": "integer"}),
    "policies/catalogs/std.yaml": write(
        {
            "id": "std",
            "title": "A standard",
            "edition": "STD 1",
            "requirements": [
                {"id": name, "kind": "clause", "label": f"Label of {name}", "phase": "do"}
                for name in ("1.1", "1.2", "1.10", "2.1")
            ],
        }
    ).encode(),
    "policies/profiles/all.yaml": b'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\n',
}


@dataclass(frozen=True)
class World:
    """Shelves in memory, and what they make of records."""

    files: Mapping[str, bytes]

    def file(self, path: str, text: str) -> World:
        """The world with this file too."""
        return World({**self.files, path: text.encode()})

    def rule(self, that: str = "true", message: str = "bad", at: str = "self.id", **keys: Any) -> World:
        """The world with one more rule for a Box: `test-rule` with one check, unless `keys` say otherwise."""
        rule = {
            "id": "test-rule",
            "title": "A rule",
            "severity": "high",
            "requirements": ["std:1.1"],
            "phase": "check",
            "subject": "Box",
            "check": [{"that": that, "message": message, "at": at}],
            "rationale": "why",
            "remediation": "mend it",
        } | keys
        return self.file(f"rules/x/{rule['id']}.yaml", write(rule))

    @property
    def shelves(self) -> Shelves:
        """The shelves."""
        return Shelves(dict(sorted(self.files.items())))

    def policy(self, *, fail_on: Severity | None = None, **config: Any) -> Policy:
        """The policy of a repository with this configuration; its profile is `all` unless another is named."""
        return replace(
            bind_rules(convert({"version": 1, "profile": "all"} | config, Config), self.shelves), fail_on=fail_on
        )

    @staticmethod
    def box(name: str = "b", **keys: Any) -> dict[str, Any]:
        """A Box in force."""
        return {"kind": "Box", "id": name, "status": "active", **keys}

    @staticmethod
    def stand(name: str = "s", **keys: Any) -> dict[str, Any]:
        """A Shelf in force."""
        return {"kind": "Shelf", "id": name, "status": "active", **keys}

    def judge(self, *records: str | dict[str, Any], day: str = DAY, **config: Any) -> Evaluation:
        """The evaluation of these records, each in a file of its own: c/0.yaml, c/1.yaml, … (as text or as a value)."""
        texts = [record if isinstance(record, str) else write(record) for record in records]
        files = {f"c/{index}.yaml": text.encode() for index, text in enumerate(texts)}
        return evaluate(MemorySnapshot(files), "", self.policy(records=["c/**"], **config), day)


@pytest.fixture
def world() -> World:
    """A world without any rule."""
    return World(SHELF)


@dataclass(frozen=True)
class Firm:
    """A repository with the records of the example, all committed."""

    top: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.top, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str) -> Path:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def change(self, path: str, old: str, new: str) -> None:
        file = self.top / path
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))


@pytest.fixture
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's or the developer's configuration of Git reaches a test."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def firm(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bare_environment: None
) -> Firm:
    """The example in a fresh repository, which is the current folder; Git knows who commits and when.

    Another one by `parametrize("firm", ["nova"], indirect=True)`.
    """
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.invalid")
        monkeypatch.setenv(f"GIT_{who}_DATE", f"{DAY}T12:00:00Z")
    top = tmp_path / "firm"
    for path, data in example.files(getattr(request, "param", "acme")).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    found = Firm(top)
    found.git("init", "--quiet", "--initial-branch=main")
    found.git("config", "core.autocrlf", "false")
    found.commit()
    monkeypatch.chdir(top)
    return found


@pytest.fixture
def broken(firm: Firm) -> Firm:
    """The example after everything went wrong at once."""
    for path, text in BROKEN.items():
        firm.write(path, text)
    breaking = example.story().breaking
    firm.change(breaking.path, breaking.line, breaking.becomes)
    firm.change("compliance/people/p-004.yaml", "status: active", "status: actve")
    firm.commit()
    return firm


@dataclass(frozen=True)
class Done:
    """What a command ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def iscode(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Run a command line in this process."""

    def run(*arguments: str) -> Done:
        capfdbinary.readouterr()
        code = call(list(arguments))
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command line as a process, as users do; `options` are those of subprocess.run."""

    def run(*arguments: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "-m", "iscode", *arguments]
        return subprocess.run(command, check=False, timeout=60, **({"capture_output": True} | options))  # type: ignore[call-overload]

    return run


FAULTY_GIT = """#!{python} -ISE
import os, signal, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
number = len(os.listdir(here + "/calls"))
log = open(f"{{here}}/calls/{{number:02}}", "wb")
wanted, way, size = open(here + "/plan").read().split(":")
faulty = int(wanted) == number
if faulty and way in ("fails", "killed"):
    if way == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit(int(size))
real = subprocess.Popen(["{real}", *sys.argv[1:]], stdout=subprocess.PIPE)
room = int(size) if faulty else 1 << 40
while room and (part := os.read(real.stdout.fileno(), min(room, 65536))):
    os.write(1, part)
    log.write(part)
    log.flush()
    room -= len(part)
if faulty and way == "cut":
    real.kill()
    sys.exit(0)
sys.exit(real.wait())
"""
"""A git that reads the plan `call:way:bytes` beside itself, counts its calls, and records what the real git printed."""


@dataclass(frozen=True)
class FaultyGit:
    """The first git of PATH, and what it is told to do wrong."""

    folder: Path

    def arm(self, plan: str = "-1:none:0") -> None:
        """Set the plan, by default none, and forget all calls."""
        (self.folder / "plan").write_text(plan)
        for log in (self.folder / "calls").iterdir():
            log.unlink()

    def printed(self) -> list[bytes]:
        """What each call since then printed."""
        return [log.read_bytes() for log in sorted((self.folder / "calls").iterdir())]


@pytest.fixture
def faulty_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaultyGit:
    """The git that a process started from here finds."""
    found = FaultyGit(tmp_path / "wrapper")
    (found.folder / "calls").mkdir(parents=True)
    program = found.folder / "git"
    program.write_text(FAULTY_GIT.format(python=sys.executable, real=shutil.which("git")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{found.folder}{os.pathsep}{os.environ['PATH']}")
    found.arm()
    return found


@pytest.fixture
def hearing() -> Iterator[None]:
    """Interrupts reach what a test starts, also where the tests themselves were started deaf to them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
