"""The steps of action.yml, run as a runner does: for each event, and for each trick of an author."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((HOME / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION = re.compile(r"\$\{\{ (inputs|steps\.(\w+)\.outputs|github[\w.]*)\.([\w-]+) \}\}")
OUTPUT = re.compile(r"([\w-]+)<<(\w+)\n(.*?)\n\2\n", re.DOTALL)
DAY = "2026-11-24"
ZEROS = "0" * 40

BOAT = {
    "type": "object",
    "required": ["kind", "id", "status"],
    "properties": {
        "kind": {"type": "string", "const": "Boat"},
        "id": {"type": "string", "minLength": 1},
        "status": {"type": "string", "enum": ["active"]},
        "length": {"type": "integer"},
        "title": {"type": "string"},
    },
    "additionalProperties": False,
}
RULE = """\
id: boat-long
title: A boat is long
severity: high
requirements: ["sea:1"]
phase: check
subject: Boat
check: [{that: "self.?length.orValue(0) > 3", message: "{self.id} is short: {self}", at: self.length}]
rationale: Short boats sink.
remediation: Build a longer one.
"""
FILES = {
    "pack/schemas/boat.schema.json": json.dumps(BOAT),
    "pack/rules/sea/boat-long.yaml": RULE,
    "pack/policies/profiles/harbour.yaml": "id: harbour\ntitle: Harbour\nselect: {requirements: ['sea:*']}\n",
    "pack/policies/catalogs/sea.yaml": "id: sea\ntitle: Sea\nedition: E\nrequirements:\n"
    "  - {id: '1', kind: clause, label: Boats float, phase: do}\n",
    "iscode.yaml": "version: 1\nprofile: harbour\nrecords: ['c/**', '*.boat']\npacks: [{path: pack}]\n",
    "c/a.yaml": "kind: Boat\nid: a\nstatus: active\nlength: 5\n",
}
SHORT = "kind: Boat\nid: b\nstatus: active\nlength: 2\n"
LONG = "kind: Boat\nid: b\nstatus: active\nlength: 9\n"


@dataclass(frozen=True)
class Ran:
    """What a job's step left behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def report(self) -> Any:
        """The JSON report that the outputs name."""
        return json.loads(Path(self.outputs["report"]).read_bytes())

    @property
    def base(self) -> str | None:
        """The id of the base that judged."""
        base = self.report["base"]
        return None if base is None else str(base["commit"])

    @property
    def obeyed(self) -> list[tuple[str, str]]:
        """The commands that a runner obeys among the lines of the log: name and message."""
        found, stopped = [], None
        for line in self.log.splitlines():
            command = re.match(r"\s*::([\w-]+)(?: [^:]*)?::(.*)", line) or re.search(r"##\[([\w-]+)[^\]]*\](.*)", line)
            if command is None or stopped not in (None, command[1]):
                continue
            stopped = command[2] if command[1] == "stop-commands" else None
            if command[1] != "stop-commands" and not re.fullmatch(r"[0-9a-f]{32}", command[1]):
                found.append((command[1], command[2]))
        return found


@dataclass
class Hub:
    """A repository at its host, with a branch `main`, and jobs that check it out."""

    folder: Path
    environment: dict[str, str]
    jobs: int = 0
    top: Path = field(init=False)

    def __post_init__(self) -> None:
        self.top = self.folder / "hub"

    def git(self, *arguments: str, top: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=top or self.top, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"git {arguments}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def commit(self, files: dict[str, str | None]) -> str:
        """Commit files, None to delete one; the id of the commit."""
        for path, text in files.items():
            file = self.top / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def propose(self, *changes: dict[str, str | None], branch: str = "change") -> str:
        """A branch off main with a commit for each change; the id of its head."""
        self.git("checkout", "--quiet", "-b", branch, "main")
        return [self.commit(change) for change in changes][-1]

    def merged(self, head: str) -> str:
        """What the host would make of main with a head."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--no-edit", head)
        return self.git("rev-parse", "HEAD")

    def checkout(self, commit: str, depth: int) -> Path:
        """A clone as actions/checkout makes it; depth 0 is the whole history."""
        self.jobs += 1
        clone = self.folder / f"work-{self.jobs}"
        self.git("init", "--quiet", str(clone))
        wanted = (f"--depth={depth}", "origin", f"+{commit}:refs/remotes/pull/1/merge")
        self.git("remote", "add", "origin", self.top.as_uri(), top=clone)
        self.git(
            "fetch",
            "--quiet",
            "--no-tags",
            *(wanted if depth else (*wanted[1:], "+refs/heads/*:refs/remotes/origin/*")),
            top=clone,
        )
        self.git("checkout", "--quiet", "--detach", commit, top=clone)
        return clone

    def run(self, clone: Path, name: str, event: Any, started_for: str, **inputs: str) -> Ran:
        """Run the step that judges, in a job for an event."""
        self.jobs += 1
        place = self.folder / f"runner-{self.jobs}"
        (place / "temp").mkdir(parents=True)
        (place / "event.json").write_text(event if isinstance(event, str) else json.dumps(event))
        given = {key.replace("_", "-"): value for key, value in {"as_of": DAY, **inputs}.items()}
        assert given.keys() <= ACTION["inputs"].keys()
        known = {f"inputs.{key}": value["default"] for key, value in ACTION["inputs"].items()}
        known |= {f"inputs.{key}": value for key, value in given.items()}
        known |= {"github.server_url": "https://host.example", "github.repository": "o/r", "github.sha": started_for}
        known |= {"github.event.pull_request.head.sha": "", "steps.install.outputs.python": sys.executable}
        if isinstance(event, dict) and "pull_request" in event:
            known["github.event.pull_request.head.sha"] = event["pull_request"]["head"]["sha"]
        step = STEPS["judge"]
        environment = {
            key: EXPRESSION.sub(lambda found: known[f"{found[1]}.{found[3]}"], value)
            for key, value in step["env"].items()
        }
        (place / "step.sh").write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(place / "step.sh")],
            cwd=clone,
            env=self.environment | environment | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(HOME),
                "GITHUB_EVENT_NAME": name,
                "GITHUB_EVENT_PATH": str(place / "event.json"),
                "GITHUB_OUTPUT": str(place / "output"),
                "GITHUB_SHA": started_for,
                "GITHUB_STEP_SUMMARY": str(place / "summary"),
                "RUNNER_TEMP": str(place / "temp"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )  # fmt: skip
        outputs = OUTPUT.findall((place / "output").read_text())
        ends = [end for _, end, _ in outputs]
        assert len(set(ends)) == len(ends)
        summary = (place / "summary").read_text()
        return Ran(done.returncode, done.stdout, {key: value for key, _, value in outputs}, summary)

    def pull(self, clone: Path, head: str, merge: str, **inputs: str) -> Ran:
        """Run the step in a job for a pull request from a fork into main."""
        repository = {"full_name": "somebody/fork", "fork": True}
        event = {
            "pull_request": {
                "title": "x `touch marker` $(touch marker)",
                "head": {"sha": head, "ref": "$(touch marker)", "repo": repository},
                "base": {"sha": self.git("rev-parse", "main"), "ref": "main"},
            }
        }
        return self.run(clone, "pull_request", event, merge, **inputs)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A repository with one root and one boat, which passes; its author has no token and no configuration."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    who = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    found = Hub(tmp_path, kept | who | {"GIT_CONFIG_NOSYSTEM": "1"})
    found.top.mkdir()
    found.git("init", "--quiet", "--initial-branch=main")
    found.git("config", "uploadpack.allowAnySHA1InWant", "true")
    found.commit(dict(FILES))
    return found


def test_a_pull_request_is_judged_by_the_first_parent_of_its_merge(hub: Hub) -> None:
    main = hub.git("rev-parse", "main")
    head = hub.propose({"c/b.yaml": LONG})
    merge = hub.merged(head)
    ran = hub.pull(hub.checkout(merge, depth=2), head, merge)
    assert (0, "true", "0", "") == (ran.code, *(ran.outputs[name] for name in ("passed", "blocking", "sarif"))), ran.log
    assert (main, merge) == (ran.base, ran.report["revision"]["commit"])
    assert ran.summary.startswith("## iscode: PASSED\n")
    assert [] == ran.obeyed


def test_the_summary_says_what_the_change_did_and_links_to_the_lines_of_what_was_judged(hub: Hub) -> None:
    hub.commit({"c/old.yaml": SHORT.replace("id: b", "id: old")})
    head = hub.propose({"c/b b.yaml": SHORT, "c/old.yaml": LONG.replace("id: b", "id: old")})
    merge = hub.merged(head)
    for commit in (merge, head):
        ran = hub.pull(hub.checkout(commit, depth=0), head, merge)
        assert "- This change: breaks 1 result (1 blocks), mends 1, leaves 0 failing\n" in ran.summary
        link = f"[`c/b b.yaml:4`](https://host.example/o/r/blob/{commit}/c/b%20b.yaml#L4) b is short"
        assert link in ran.summary
        assert link in Path(ran.outputs["comment"]).read_text("utf-8")
        assert "<summary>Mended: 1</summary>" in ran.summary


def test_what_the_host_may_not_have_is_not_linked(hub: Hub) -> None:
    main = hub.git("rev-parse", "main")
    head = hub.propose({"c/b.yaml": SHORT})
    ran = hub.pull(hub.checkout(head, depth=0), main, main, base=main)
    assert "- `c/b.yaml:4` b is short" in ran.summary


@pytest.mark.parametrize(("soon", "said"), [("", False), ("0", False), ("7", True)])
def test_the_summary_looks_as_far_ahead_as_the_workflow_asks(hub: Hub, soon: str, said: bool) -> None:
    main = hub.git("rev-parse", "main")
    ran = hub.run(hub.checkout(main, depth=0), "schedule", {}, main, soon=soon)
    ahead = "- Ahead: nothing begins to block by the calendar alone until 2026-12-01\n"
    assert (0, said) == (ran.code, ahead in ran.summary), ran.log


def test_what_a_pull_request_breaks_is_annotated_summed_up_and_fails(hub: Hub) -> None:
    head = hub.propose({"c/b.yaml": SHORT})
    merge = hub.merged(head)
    ran = hub.pull(hub.checkout(merge, depth=2), head, merge)
    assert (1, "false", "1") == (ran.code, ran.outputs["passed"], ran.outputs["blocking"]), ran.log
    assert "::error file=c/b.yaml,line=4,col=1,title=boat-long (high)::b is short" in ran.log
    assert ["error"] == [name for name, _ in ran.obeyed]
    assert ran.summary.startswith("## iscode: FAILED, 1 result blocks\n")
    assert "- [`c/b.yaml:4`](https://host.example/o/r/blob/" in ran.summary
    assert f"iscode check --rev={merge} --base=" in ran.log
    assert "FAILED: 1 result blocks" in ran.log
    hidden, comment = Path(ran.outputs["comment"]).read_text().split("\n", 1)
    assert re.fullmatch(r"<!-- iscode [0-9a-f]{64} -->", hidden)
    assert (f"{ran.summary}", merge) == (comment, ran.outputs["commit"])


def test_a_merge_without_its_parents_is_no_verdict_and_names_the_depth(hub: Hub) -> None:
    head = hub.propose({"c/b.yaml": LONG})
    merge = hub.merged(head)
    ran = hub.pull(hub.checkout(merge, depth=1), head, merge)
    assert (2, "false", "", "") == (ran.code, *(ran.outputs[name] for name in ("passed", "blocking", "report")))
    assert "give actions/checkout `fetch-depth: 2`" in ran.log
    assert [("error", f"the base {hub.git('rev-parse', 'main')} is not in this clone")] == ran.obeyed
    assert ran.summary.startswith("## iscode: no verdict\n\nthe base ")
    hidden, comment = Path(ran.outputs["comment"]).read_text().split("\n", 1)
    assert (ran.summary, "") == (comment, ran.outputs["commit"])
    fine = hub.pull(hub.checkout(merge, depth=2), head, merge, path="./")
    assert hidden == Path(fine.outputs["comment"]).read_text().split("\n", 1)[0], "one comment, verdict or none"


def test_what_goes_to_code_scanning_has_a_file_where_the_workflow_names_none(hub: Hub) -> None:
    commit = hub.git("rev-parse", "main")
    ran = hub.run(hub.checkout(commit, depth=0), "schedule", {}, commit, upload_sarif="true")
    assert "2.1.0" == json.loads(Path(ran.outputs["sarif"]).read_bytes())["version"]


def test_two_commits_of_a_head_that_is_checked_out_itself_are_judged_by_the_base_of_the_event(hub: Hub) -> None:
    weak = RULE.replace("> 3", "> 0").replace("severity: high", "severity: low")
    head = hub.propose({"pack/rules/sea/boat-long.yaml": weak}, {"c/b.yaml": SHORT})
    ran = hub.pull(hub.checkout(head, depth=0), head, hub.merged(head))
    assert (1, hub.git("rev-parse", "main")) == (ran.code, ran.base), ran.log
    assert "boat-long" in ran.log
    ran = hub.pull(hub.checkout(head, depth=2), head, hub.merged(head))
    assert (2, "false") == (ran.code, ran.outputs["passed"])
    assert "give actions/checkout `fetch-depth: 0`" in ran.log


def test_a_merge_that_an_author_made_is_not_taken_for_the_host_s(hub: Hub) -> None:
    head = hub.propose({"c/b.yaml": SHORT})
    weak = hub.propose({"pack/rules/sea/boat-long.yaml": RULE.replace("> 3", "> 0")}, branch="weak")
    hub.git("merge", "--quiet", "--no-ff", "--no-edit", head)
    made = hub.git("rev-parse", "HEAD")
    assert f"{weak} {head}" == hub.git("show", "--no-patch", "--format=%P", made)
    ran = hub.pull(hub.checkout(made, depth=0), head, hub.merged(head))
    assert (1, hub.git("rev-parse", "main")) == (ran.code, ran.base), ran.log


def test_a_job_that_checked_out_the_base_gets_no_verdict(hub: Hub) -> None:
    head = hub.propose({"c/b.yaml": SHORT})
    ran = hub.pull(hub.checkout(hub.git("rev-parse", "main"), depth=0), head, hub.merged(head))
    assert (2, "false") == (ran.code, ran.outputs["passed"])
    assert "is neither the head of the pull request nor its merge" in ran.log


def test_a_merge_group_is_judged_by_its_base(hub: Hub) -> None:
    main = hub.git("rev-parse", "main")
    merge = hub.merged(hub.propose({"c/b.yaml": SHORT}))
    event = {"merge_group": {"head_sha": merge, "base_sha": main, "head_ref": "refs/heads/gh-readonly-queue/main/x"}}
    ran = hub.run(hub.checkout(merge, depth=0), "merge_group", event, merge)
    assert (1, main) == (ran.code, ran.base), ran.log


def push(hub: Hub, before: str, depth: int, forced: bool = False, **inputs: str) -> Ran:
    after = hub.git("rev-parse", "main")
    event = {"before": before, "after": after, "forced": forced, "ref": "refs/heads/main"}
    return hub.run(hub.checkout(after, depth), "push", event, after, **inputs)


def test_a_push_is_judged_by_what_was_there_before_and_what_is_known_blocks(hub: Hub) -> None:
    before = hub.commit({"c/b.yaml": SHORT})
    hub.commit({"c/d.yaml": LONG.replace("id: b", "id: d")})
    ran = push(hub, before, depth=2)
    assert (1, before, "block") == (ran.code, ran.base, ran.report["options"]["existing"]), ran.log
    ran = push(hub, before, depth=2, existing="report")
    assert (0, "true", before) == (ran.code, ran.outputs["passed"], ran.base), ran.log
    assert ["notice"] == [name for name, _ in ran.obeyed]


def test_a_push_of_several_commits_names_the_whole_history(hub: Hub) -> None:
    before = hub.git("rev-parse", "main")
    for name in "bcd":
        hub.commit({f"c/{name}.yaml": LONG.replace("id: b", f"id: {name}")})
    ran = push(hub, before, depth=2)
    assert (2, "false") == (ran.code, ran.outputs["passed"])
    assert "give actions/checkout `fetch-depth: 0`" in ran.log
    ran = push(hub, before, depth=0)
    assert (0, before) == (ran.code, ran.base), ran.log


@pytest.mark.parametrize(("before", "forced"), [(ZEROS, False), ("f" * 40, True)])
def test_a_new_branch_and_a_rewritten_one_have_no_base(hub: Hub, before: str, forced: bool) -> None:
    ran = push(hub, before, depth=1, forced=forced)
    assert (0, None) == (ran.code, ran.base), ran.log
    hub.commit({"c/b.yaml": SHORT})
    assert 1 == push(hub, before, depth=1, forced=forced).code


def test_the_calendar_judges_what_is_there(hub: Hub) -> None:
    commit = hub.git("rev-parse", "main")
    ran = hub.run(hub.checkout(commit, depth=1), "schedule", {"schedule": "0 5 * * *"}, commit)
    assert (0, None, "block") == (ran.code, ran.base, ran.report["options"]["existing"]), ran.log


def test_the_inputs_are_those_of_check(hub: Hub) -> None:
    main = hub.git("rev-parse", "main")
    soft = RULE.replace("severity: high", "severity: low")
    hub.commit({"pack/rules/sea/boat-long.yaml": soft, "c/b.yaml": SHORT})
    clone = hub.checkout(hub.git("rev-parse", "main"), depth=0)
    inputs = {"path": "./", "fail_on": "low", "formats": "text:out.txt  github:out.github", "profile": "harbour"}
    ran = hub.run(clone, "schedule", {}, hub.git("rev-parse", "main"), **inputs)
    assert (1, "low", DAY) == (ran.code, ran.report["options"]["fail_on"], ran.report["as_of"]), ran.log
    assert "FAILED" in (clone / "out.txt").read_text()
    assert "::error file=c/b.yaml" in (clone / "out.github").read_text()
    ran = hub.run(clone, "issue_comment", {}, "", base=main, existing="block")
    assert (main, "block") == (ran.base, ran.report["options"]["existing"]), ran.log


def test_a_sarif_report_lies_where_it_is_asked_for_and_the_output_names_it(hub: Hub) -> None:
    hub.commit({"c/b.yaml": SHORT})
    commit = hub.git("rev-parse", "main")
    clone = hub.checkout(commit, depth=1)
    ran = hub.run(clone, "schedule", {}, commit, sarif_file="for scanning.sarif")
    assert (1, "for scanning.sarif") == (ran.code, ran.outputs["sarif"]), ran.log
    [sarif] = json.loads((clone / ran.outputs["sarif"]).read_bytes())["runs"]
    assert ["boat-long"] == [result["ruleId"] for result in sarif["results"]]


GITLAB = HOME / "docs" / "how-to" / "gitlab-ci.yml"


def test_the_template_for_gitlab_judges_a_merge_request_by_its_target_and_a_push_as_it_stands(hub: Hub) -> None:
    weak = RULE.replace("> 3", "> 0")
    head = hub.propose({"pack/rules/sea/boat-long.yaml": weak, "c/b.yaml": SHORT})
    clone = hub.checkout(head, depth=0)
    [script] = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["iscode"]["script"]
    iscode = str(Path(sys.executable).parent / "iscode")
    for target, code in ({"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, 1), ({}, 0):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=clone,
            env=hub.environment | {"ISCODE": iscode, "ISCODE_ROOT": "."} | target,
            capture_output=True,
            text=True,
            check=False,
        )
        assert code == done.returncode, done.stdout + done.stderr
        quality = json.loads((clone / "iscode-quality.json").read_bytes())
        assert ["boat-long"] * code == [issue["check_name"] for issue in quality]
        assert (clone / "iscode-junit.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"sarif_file": "link/out.sarif"}, "link/out.sarif lies behind a link"),
        ({"sarif_file": "x:y", "formats": "sarif:x:y"}, "two reports for one place"),
        ({"formats": "srif:x"}, "'srif' is no format"),
        ({"formats": "json"}, "`formats` asks for json and names no file"),
        ({"formats": "json:link/out.json"}, "link/out.json lies behind a link"),
        ({"formats": "json:c/../link/out.json"}, "lies behind a link"),
        ({"profile": "nobody"}, "nobody"),
        ({"as_of": "today"}, "'today' is no day"),
        ({"fail_on": "x; touch marker"}, "Invalid value for '--fail-on'"),
        ({"existing": "--help"}, "Invalid value for '--existing'"),
        ({"path": '"; touch marker; "'}, "touch marker"),
        ({"path": "--staged"}, "--staged"),
        ({"base": "$(touch marker)"}, "no commit is called $(touch marker)"),
        ({"profile": "`touch marker`\n::error::x"}, "touch marker"),
    ],
)
def test_an_input_that_is_wrong_is_no_verdict_and_starts_nothing(
    hub: Hub, inputs: dict[str, str], message: str
) -> None:
    (hub.top / "link").symlink_to(hub.folder)
    commit = hub.commit({})
    clone = hub.checkout(commit, depth=0)
    ran = hub.run(clone, "schedule", {}, commit, **inputs)
    assert (2, "false", "") == (ran.code, ran.outputs["passed"], ran.outputs["report"]), ran.log
    assert message in ran.log
    assert ["error"] == [name for name, _ in ran.obeyed]
    assert not (clone / "marker").exists()
    assert not (hub.folder / "out.json").exists()


@pytest.mark.parametrize("event", ["", "{", "[]", "[" * 100_000, '{"pull_request": {"head": {"sha": "x"}}}'])
def test_an_event_that_is_not_understood_is_no_verdict(hub: Hub, event: str) -> None:
    commit = hub.git("rev-parse", "main")
    ran = hub.run(hub.checkout(commit, depth=0), "pull_request", event, commit)
    assert (2, "false") == (ran.code, ran.outputs["passed"]), ran.log
    assert "event" in ran.log


def test_a_clone_without_a_commit_is_no_verdict(hub: Hub, tmp_path: Path) -> None:
    hub.git("init", "--quiet", str(tmp_path / "empty"))
    ran = hub.run(tmp_path / "empty", "schedule", {}, ZEROS)
    assert (2, "false") == (ran.code, ran.outputs["passed"])
    assert "has no commit to judge" in ran.log


HOSTILE = [
    "::error::owned", "%0A::error::owned", "x\n::set-output name=passed::true", "##[error]owned", "##[stop-commands]x",
    "::stop-commands::x\n", "\u001b[2K::error::owned", "EOF\npassed=true\n", "`touch marker` $(touch marker)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_titles_ids_and_file_names_command_nothing(hub: Hub, text: str) -> None:
    name = text.replace("\n", "").replace("/", "")
    record = f"kind: Boat\nid: {json.dumps(text)}\nstatus: active\ntitle: {json.dumps(text)}\n"
    broken = f"kind: {json.dumps(text)}\n"
    files: dict[str, str | None] = {f"c/{name}.yaml": record, f"{name}.boat": broken, f"c/{name}": text}
    branch = "x-$(touch${IFS}marker)-::error::owned".replace(":", "")
    head = hub.propose(files, branch=branch)
    merge = hub.merged(head)
    clone = hub.checkout(merge, depth=2)
    ran = hub.pull(clone, head, merge)
    assert (1, "false") == (ran.code, ran.outputs["passed"]), ran.log
    assert {"error"} == {command for command, _ in ran.obeyed}
    assert int(ran.outputs["blocking"]) >= len(ran.obeyed)
    assert not any(message.startswith("owned") for _, message in ran.obeyed)
    assert {"passed", "blocking", "report", "sarif", "commit", "comment"} == set(ran.outputs)
    assert not (clone / "marker").exists()


def test_python_files_of_the_judged_commit_are_not_imported(hub: Hub, tmp_path: Path) -> None:
    marker = tmp_path / "imported"
    code = f"open({str(marker)!r}, 'w')\n"
    names = ("iscode/__init__.py", "iscode/__main__.py", "yaml.py", "click.py", "json.py", "sitecustomize.py")
    head = hub.propose(dict.fromkeys(names, code))
    merge = hub.merged(head)
    ran = hub.pull(hub.checkout(merge, depth=2), head, merge)
    assert (0, False) == (ran.code, marker.exists()), ran.log


def pins(path: str) -> set[str]:
    """Each `name==version` of a file of requirements, written alike."""
    found = re.findall(r"^([\w.-]+==[\w.]+)", (HOME / path).read_text(encoding="utf-8"), re.MULTILINE)
    return {pin.lower().replace("_", "-") for pin in found}


def test_what_the_action_installs_has_the_versions_that_the_tests_run_on() -> None:
    assert pins(".github/action-requirements.txt") <= pins("constraints.txt")
    needed = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {pin.partition("==")[0] for pin in pins(".github/action-requirements.txt")}
    assert {re.split(r"[>=<\[]", need)[0].lower() for need in needed} <= names


@pytest.mark.clients
def test_the_action_installs_itself_from_its_own_checkout_and_what_it_needs_by_hash(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key == "PATH" or key.startswith(("PIP_", "SSL_"))}
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'evil'\nversion = '1'\n")
    (tmp_path / "hatchling").mkdir()
    (tmp_path / "temp").mkdir()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS["install"]["run"]],
        cwd=tmp_path,
        env=environment | {
            "HOME": str(tmp_path),
            "PYTHON": sys.executable,
            "GITHUB_ACTION_PATH": str(HOME),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "RUNNER_TEMP": str(tmp_path / "temp"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    name, _, python = (tmp_path / "output").read_text().strip().partition("=")
    assert ("python", True) == (name, Path(python).is_relative_to(tmp_path / "temp"))
    listed = subprocess.run([python, "-I", "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    installed = {line for line in listed.splitlines() if not line.startswith("iscode ")}
    assert pins(".github/action-requirements.txt") == {line.lower().replace("_", "-") for line in installed}
    shown = subprocess.run([python, "-I", "-m", "iscode", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("iscode ")


def test_no_step_puts_an_expression_into_a_shell_and_each_names_its_shell() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert ("run" in step) == (step.get("shell") == "bash")
    assert {"id", "uses", "with"} == set(STEPS["python"])


def test_every_input_reaches_the_step_that_judges() -> None:
    found = [found for value in STEPS["judge"]["env"].values() for found in EXPRESSION.finditer(value)]
    assert {*ACTION["inputs"]} == {one[3] for one in found if one[1] == "inputs"} | {"comment"}
    judging = {"path", "profile", "base", "as-of", "formats", "sarif-file", "fail-on", "existing", "soon"}
    assert judging | {"comment", "upload-sarif"} == set(ACTION["inputs"])
    assert {"passed", "blocking", "report", "sarif"} == set(ACTION["outputs"])
