"""Real commits, judged by the plain Git hook and by the real pre-commit: what is staged decides, nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from iscode.source import porcelain

pytestmark = pytest.mark.clients

HOME = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-11-24")
REVIEW = "compliance/control-tests/access-review-2026-11.yaml"
DRILL = "compliance/control-tests/oversight-drill-2026-11.yaml"
PERSON = "compliance/people/p-001.yaml"
BROKEN = b"kind: Persn\n"
CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks: [{hook}]
"""


@dataclass(frozen=True)
class Firm:
    """The example as a repository of its own, with a hook."""

    top: Path
    environment: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=self.top, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, f"git {arguments}\n{done.stdout}{done.stderr}"
        return done.stdout.rstrip("\n")

    def write(self, name: str, data: bytes) -> bytes:
        """Write a file and return what it held."""
        path = self.top / name
        before = path.read_bytes() if path.exists() else b""
        path.write_bytes(data)
        return before

    def commit(self, *arguments: str) -> tuple[bool, str]:
        """Whether a commit was made, and what was said."""
        before = self.git("rev-parse", "HEAD")
        done = self.run("git", "commit", "--message", "change", *arguments)
        made = self.git("rev-parse", "HEAD") != before
        assert made == (done.returncode == 0)
        return made, done.stdout + done.stderr


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An author's environment: no variable of Git's but a configuration of its own, and a cache for pre-commit."""
    place = tmp_path_factory.mktemp("author")
    (place / "gitconfig").write_text(
        "[user]\nname = Author\nemail = author@example.org\n[init]\ndefaultBranch = main\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "COV"))}
    return kept | {
        "GIT_CONFIG_GLOBAL": str(place / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(place / "cache"),
        "PRE_COMMIT_COLOR": "never",
    }


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> tuple[Path, str]:
    """This checkout as it lies, as a repository that pre-commit can install from, and its revision."""
    top = tmp_path_factory.mktemp("published")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (HOME / name).is_file():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOME / name, top / name)
    repository = Firm(top, environment)
    repository.git("init", "--quiet")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "published")
    return top, repository.git("rev-parse", "HEAD")


@pytest.fixture(params=["plain", "pre-commit"])
def firm(request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str]) -> Firm:
    """The example with one commit, and the hook of one client installed."""
    firm = Firm(tmp_path / "firm", environment)
    shutil.copytree(HOME / "examples/acme", firm.top)
    firm.git("init", "--quiet")
    firm.git("add", "--all")
    firm.git("commit", "--quiet", "--message", "first")
    if request.param == "plain":
        porcelain.install_hook(firm.top, DAY)
        return firm
    install(firm, *request.getfixturevalue("published"), f"{{id: iscode-check, args: {json.dumps(DAY)}}}")
    return firm


def install(firm: Firm, repository: Path, revision: str, hook: str) -> None:
    """Have the real pre-commit run a hook of ours."""
    firm.write(
        ".pre-commit-config.yaml",
        CONFIG.format(repository=repository.as_posix(), revision=revision, hook=hook).encode(),
    )
    firm.git("add", "--all")
    firm.git("commit", "--quiet", "--message", "name the hook")
    types = ("--hook-type", "pre-commit", "--hook-type", "pre-merge-commit")
    done = firm.run(sys.executable, "-m", "pre_commit", "install", *types)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_bad_staged_record_is_refused_while_the_work_tree_is_good(firm: Firm) -> None:
    good = firm.write(PERSON, BROKEN)
    firm.git("add", "--all")
    firm.write(PERSON, good)
    made, said = firm.commit()
    assert not made
    assert f"{PERSON}" in said
    assert "FAILED" in said
    assert firm.git("status", "--porcelain") == f"MM {PERSON}"


def test_a_good_staged_record_passes_while_the_work_tree_is_broken(firm: Firm) -> None:
    text = (firm.top / DRILL).read_bytes()
    firm.write(DRILL, text.replace(b"2026-11-12", b"2026-11-13"))
    firm.git("add", "--all")
    firm.write(DRILL, BROKEN)
    firm.write("compliance/people/untracked.yaml", BROKEN)
    made, said = firm.commit()
    assert made, said
    assert "2026-11-13" in firm.git("show", f"HEAD:{DRILL}")
    assert firm.git("status", "--porcelain") == f" M {DRILL}\n?? compliance/people/untracked.yaml"


def test_a_commit_that_only_deletes_what_a_rule_needs_is_refused(firm: Firm) -> None:
    firm.git("rm", "--quiet", REVIEW)
    made, said = firm.commit()
    assert not made
    assert "access-review-held" in said


def test_a_bad_record_that_is_committed_lets_another_change_pass_and_is_told(firm: Firm) -> None:
    firm.git("rm", "--quiet", REVIEW)
    firm.git("commit", "--quiet", "--no-verify", "--message", "unjudged")
    text = (firm.top / DRILL).read_bytes()
    firm.write(DRILL, text.replace(b"2026-11-12", b"2026-11-13"))
    firm.git("add", "--all")
    made, said = firm.commit()
    assert made, said
    assert "access-review-held" in said
    assert re.search(r"PASSED; [1-9][0-9]* known results? do(es)? not block", said)
    firm.write(PERSON, BROKEN)
    firm.git("add", "--all")
    assert not firm.commit()[0]


def test_a_commit_of_one_path_is_judged_by_the_index_it_makes(firm: Firm) -> None:
    text = (firm.top / DRILL).read_bytes()
    firm.write(DRILL, text.replace(b"2026-11-12", b"2026-11-13"))
    firm.write(PERSON, BROKEN)
    firm.git("add", "--all")
    assert not firm.commit()[0]
    assert not firm.commit(PERSON)[0]
    made, said = firm.commit(DRILL)
    assert made, said
    assert firm.git("status", "--porcelain") == f"M  {PERSON}"


def test_a_merge_that_brings_a_bad_record_is_refused(firm: Firm) -> None:
    firm.git("checkout", "--quiet", "-b", "bad")
    firm.git("rm", "--quiet", REVIEW)
    firm.git("commit", "--quiet", "--no-verify", "--message", "unjudged")
    firm.git("checkout", "--quiet", "-")
    head = firm.git("rev-parse", "HEAD")
    done = firm.run("git", "merge", "--no-ff", "--no-edit", "bad")
    assert done.returncode != 0
    assert "access-review-held" in done.stdout + done.stderr
    assert firm.git("rev-parse", "HEAD") == head


def test_python_files_of_the_repository_are_not_imported(firm: Firm, tmp_path: Path) -> None:
    marker = tmp_path / "imported"
    # pre-commit itself runs without -I, so there the modules that it imports stay away.
    foreign = () if (firm.top / ".pre-commit-config.yaml").exists() else ("yaml.py", "sitecustomize.py", "click.py")
    for name in ("iscode/__init__.py", "iscode/__main__.py", *foreign):
        (firm.top / name).parent.mkdir(exist_ok=True)
        firm.write(name, f"open({str(marker)!r}, 'w')\n".encode())
    firm.git("add", "--all")
    made, said = firm.commit()
    assert made, said
    assert "PASSED" in said
    assert not marker.exists()
    firm.run(sys.executable, "-m", "iscode", "check", "--staged")
    assert marker.exists()


RULES = "policy-pack/rules/people/role-is-titled.yaml"
CASES = "policy-pack/rules/people/role-is-titled.test.yaml"
PACK = {
    "iscode.yaml": b"version: 1\nprofile: integrated\npacks: [{path: policy-pack}]\n",
    RULES: b"""\
id: role-is-titled
title: A role has a title worth reading
severity: low
requirements: [iso27001:5.3]
phase: check
subject: Role
check: [{that: size(self.title) >= 4, at: self.title, message: "the title {self.title} is short"}]
rationale: Somebody reads it.
remediation: Write a longer one.
""",
    CASES: b"""\
rule: role-is-titled
cases:
  - {name: four letters, as_of: "2026-11-24", given: [{kind: Role, id: r, title: Lead}], expect: pass}
  - {name: two letters, as_of: "2026-11-24", given: [{kind: Role, id: r, title: Me}], expect: {fail: {at: title}}}
""",
}


@pytest.fixture
def author(tmp_path: Path, environment: dict[str, str], published: tuple[Path, str]) -> Firm:
    """A repository with a pack and the hook that tests its rules."""
    author = Firm(tmp_path / "author", environment)
    for name in PACK:
        (author.top / name).parent.mkdir(parents=True, exist_ok=True)
        author.write(name, PACK[name])
    author.git("init", "--quiet")
    install(author, *published, "{id: iscode-rules}")
    return author


def test_a_rule_that_a_case_contradicts_is_refused_and_a_mended_one_is_taken(author: Firm) -> None:
    author.write(RULES, PACK[RULES].replace(b">= 4", b">= 5"))
    author.git("add", "--all")
    author.write(RULES, PACK[RULES])
    made, said = author.commit()
    assert not made
    assert f"{CASES}:3:6: four letters: expected pass, but it said: fail for Role:r" in said
    author.write(RULES, PACK[RULES].replace(b">= 4", b"> 3"))
    author.git("add", "--all")
    made, said = author.commit()
    assert made, said
    assert "2 cases hold, 0 do not" in said


def test_a_rule_that_lint_suspects_or_that_lost_its_cases_is_refused(author: Firm) -> None:
    author.write(RULES, PACK[RULES].replace(b"check:", b"params: {least: 4}\ncheck:"))
    author.git("add", "--all")
    made, said = author.commit()
    assert not made
    assert f"{RULES}:7:10: nothing reads params.least" in said
    author.git("checkout", "--quiet", "HEAD", "--", RULES)
    author.git("rm", "--quiet", CASES)
    made, said = author.commit()
    assert not made
    assert f"{RULES}: role-is-titled has no cases; write {CASES}" in said


def test_a_repository_without_rules_of_its_own_is_told_that_nothing_was_tested(author: Firm) -> None:
    author.git("rm", "--quiet", "-r", "policy-pack")
    author.write("iscode.yaml", b"version: 1\nprofile: integrated\n")
    author.git("add", "--all")
    made, said = author.commit()
    assert not made
    assert "the root has no rules of its own, so there is nothing to look at" in said
    assert "exit code: 2" in said
