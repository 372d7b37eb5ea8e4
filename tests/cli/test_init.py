"""init: what it writes, and that it changes nothing that is there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from iscode.cli.run import run

Captured = pytest.CaptureFixture[str]

AS_OF = "2026-11-24"


def test_the_example_passes_from_the_first_moment(tmp_path: Path) -> None:
    assert run(["init", "--example", str(tmp_path / "firm")]) == 0
    assert run(["check", "--as-of", AS_OF, str(tmp_path / "firm")]) == 0


def test_a_start_passes_with_drafts_on_which_nothing_rests_and_says_so(tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "own"
    assert run(["init", str(own)]) == 0
    told = capsys.readouterr().err
    assert run(["check", str(own)]) == 0

    said = capsys.readouterr().out
    assert "in force: 0 of 5 records; nothing rests on the others\n" in said
    assert "requirements: 0 satisfied" in said
    drafts = sorted(
        path.relative_to(tmp_path / "own").as_posix() for path in (tmp_path / "own/compliance").rglob("*.*")
    )
    assert f"drafts, on which nothing rests until you fill them in: {', '.join(drafts)}\n" in told
    for path in drafts:
        assert "\nstatus: draft\n" in (own / path).read_text()


def test_a_draft_that_is_put_into_force_as_it_is_is_refused(tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "own"
    assert run(["init", str(own)]) == 0
    for path in (own / "compliance").rglob("*.yaml"):
        path.write_text(path.read_text().replace("status: draft", "status: active"))
    capsys.readouterr()

    assert run(["check", str(own)]) == 1
    said = capsys.readouterr().out
    assert "no-placeholders-in-force  Scope:management-system is in force and still to be filled in: statement" in said
    assert "no-placeholders-in-force  Policy:ai is in force and still to be filled in: title" in said
    assert said.count("role-has-holder") == 2


def test_the_first_person_and_role_come_into_force_without_somebody_else(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert run(["init", str(own)]) == 0
    for name in ("top-management", "management-system-lead"):
        role = own / f"compliance/roles/{name}.yaml"
        text = role.read_text().replace("status: draft", "status: active")
        role.write_text(text.replace("holders: []", 'holders: [{person: Person:ann, from: "2026-01-01"}]'))
    settings = ["owner=Role:top-management", "status=active", "employment=employee", "joined=2020-01-01"]
    words = [word for setting in settings for word in ("--set", setting)]
    assert run(["new", "Person", "ann", "--root", str(own), *words]) == 0

    assert run(["check", str(own), "--as-of", AS_OF]) == 0


def test_it_writes_what_git_editors_hooks_and_pull_requests_need(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert run(["init", str(own)]) == 0
    settings = json.loads((own / ".vscode/settings.json").read_text())
    assert {".iscode/schemas/record.schema.json": ["compliance/**/*.yaml", "compliance/**/*.yml"]} == (
        settings["yaml.schemas"]
    )
    assert (own / ".iscode/schemas/record.schema.json").is_file()
    assert "*.yaml text eol=lf\n" in (own / ".gitattributes").read_text()
    assert "check --staged" in (own / ".git/hooks/pre-commit").read_text()
    assert 'with: {path: "."}' in (own / ".github/workflows/iscode.yml").read_text()
    assert run(["doctor", str(own)]) == 0
    for path in (own / "compliance").rglob("*.yaml"):
        line = path.read_text().splitlines()[0]
        assert (path.parent / line.removeprefix("# yaml-language-server: $schema=")).resolve().is_file()


def test_hook_and_workflow_can_be_left_out(tmp_path: Path) -> None:
    assert run(["init", "--no-hook", "--no-workflow", str(tmp_path)]) == 0
    assert [False, False] == [(tmp_path / ".git/hooks/pre-commit").exists(), (tmp_path / ".github").exists()]


def test_a_hook_that_is_there_stays_and_is_no_error_unless_ours_was_asked_for(tmp_path: Path, capsys: Captured) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    assert run(["init", str(tmp_path)]) == 0
    assert "no hook installed" in capsys.readouterr().err
    (tmp_path / "iscode.yaml").unlink()
    assert run(["init", "--hook", str(tmp_path)]) == 2
    assert "#!/bin/sh\n" == hook.read_text()


def test_every_file_that_is_there_stays_and_what_it_lacks_is_told(tmp_path: Path, capsys: Captured) -> None:
    mine = {
        ".gitattributes": "*.png binary\n*.yaml text eol=lf\n",
        ".vscode/settings.json": "{}\n",
        ".github/workflows/iscode.yml": "mine\n",
        "docs/policies/ai.md": "mine\n",
    }
    for path, text in mine.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    assert run(["init", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert mine == {path: (tmp_path / path).read_text() for path in mine}
    assert ".gitattributes is there already and stays as it is; add to it:\nartifacts/** -text\n" in said
    assert '"yaml.schemas": {' in said
    assert "no drafts are written, for something else is there: docs/policies/ai.md" in said
    assert not (tmp_path / "compliance").exists()


def test_a_file_that_git_ignores_is_there_as_well(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode/settings.json").write_text("{}\n")
    (tmp_path / ".gitignore").write_text(".vscode/\n")
    assert run(["init", str(tmp_path)]) == 0
    assert ".vscode/settings.json is there already and stays as it is; add to it:\n" in capsys.readouterr().err
    assert "{}\n" == (tmp_path / ".vscode/settings.json").read_text()


def test_a_link_in_the_way_is_an_error_and_nothing_is_written_behind_it(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/.vscode").symlink_to(tmp_path / "elsewhere")
    assert run(["init", str(tmp_path / "own")]) == 2
    assert ([], False) == (list((tmp_path / "elsewhere").iterdir()), (tmp_path / "own/iscode.yaml").exists())


def test_records_that_are_there_are_taken_in_and_what_is_none_is_left_out(tmp_path: Path, capsys: Captured) -> None:
    role = "kind: Role\nid: {}\ntitle: T\nowner: Role:{}\nstatus: draft\nauthorities: []\nholders: []\n"
    files = {
        "governance/roles/a.yaml": role.format("a", "a"),
        "deploy/role.yaml": "apiVersion: v1\nkind: Role\nmetadata: {name: x}\n",
        "compliance/b.yaml": role.format("b", "b"),
        "compliance/values.yaml": "replicas: 2\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    assert run(["init", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert files == {path: (tmp_path / path).read_text() for path in files}
    assert "2 records found, so no drafts are written: compliance/b.yaml, governance/roles/a.yaml\n" in said
    assert "records: governance/**/*.yaml\n" in said
    assert "exclude, for they are no records: compliance/values.yaml\n" in said
    config = (tmp_path / "iscode.yaml").read_text()
    assert ("governance/**/*.yaml" in config, "/compliance/values.yaml" in config) == (True, True)
    assert run(["check", str(tmp_path)]) == 0
    assert "judged: 2 records by 22 rules of profile starter" in capsys.readouterr().out


def test_a_root_below_the_top_has_its_workflow_at_the_top(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert run(["init", str(tmp_path / "services/a")]) == 0
    assert 'with: {path: "services/a"}' in (tmp_path / ".github/workflows/iscode.yml").read_text()
    assert run(["check", str(tmp_path / "services/a")]) == 0


def test_ai_in_use_that_nobody_registered_is_told_and_does_not_refuse_the_first_commit(
    tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "requirements.txt").write_text("openai==1.0\n")
    assert run(["init", str(tmp_path)]) == 0
    assert run(["check", str(tmp_path)]) == 0
    assert "ai-use-is-registered" in capsys.readouterr().out


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
