"""discover: what is in use, who names it, and drafts of what nobody wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iscode.cli.run import run
from iscode.facts import traces

SYSTEM = "kind: AISystem\nid: chat\ntitle: Chat\nowner: Role:x\nstatus: {status}\npurpose: x\nstage: design\n{traces}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    root = tmp_path / "own"
    assert run(["init", str(root)]) == 0
    (root / "requirements.txt").write_text("fastapi\nopenai==1\n", encoding="utf-8")
    (root / "data.pkl").write_text("x", encoding="utf-8")
    return root


def found(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """Who names what."""
    capsys.readouterr()
    assert run(["discover", str(root), "-f", "json"]) == 0
    return {row["signature"]: row["named_by"] for row in json.loads(capsys.readouterr().out)}


def system(root: Path, traces: str, status: str = "active") -> None:
    path = root / "compliance/ai-systems/chat.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SYSTEM.format(traces=traces, status=status), encoding="utf-8")


def test_what_is_in_use_is_told_with_its_place_before_there_is_any_record(own, capsys):
    capsys.readouterr()
    assert run(["discover", str(own), "-f", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "topic": "ai", "signature": "openai", "title": "Models of OpenAI", "path": "requirements.txt", "line": 2,
        "name": "openai", "by": "python-package", "confidence": "high", "named_by": [],
    }  # fmt: skip
    assert ("maybe-model", "low") == (second["signature"], second["confidence"])


@pytest.mark.parametrize("below", ["", ", below: [requirements.txt]"])
def test_a_record_in_force_names_what_it_uses(own, capsys, below):
    system(own, f"traces: [{{name: openai{below}}}]\n")
    assert {"openai": ["AISystem:chat"], "maybe-model": []} == found(own, capsys)


def test_a_draft_or_another_folder_names_nothing(own, capsys):
    system(own, "traces: [{name: openai}]\n", status="draft")
    assert [] == found(own, capsys)["openai"]
    system(own, "traces: [{name: openai, below: [require]}]\n")
    assert [] == found(own, capsys)["openai"]


def test_drafts_are_written_of_what_is_sure_and_never_over_a_file(own, capsys):
    words = ["discover", str(own), "--draft", "compliance/ai-systems"]
    assert run(words) == 0
    path = own / "compliance/ai-systems/openai.yaml"
    assert "openai.yaml written; it waits for: owner" in capsys.readouterr().err.replace("\n", "")
    assert [path] == list(path.parent.iterdir())
    assert "traces:\n  - name: openai\n" in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert run(words) == 0
    assert "AISystem:openai is there already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_place_where_no_draft_would_be_judged_is_refused(own, capsys):
    system(own, "")
    assert run(["discover", str(own), "--draft", "elsewhere"]) == 2
    assert "elsewhere/openai.yaml would not be judged" in capsys.readouterr().err
    assert not (own / "elsewhere").exists()


def test_a_file_too_large_to_look_into_is_unknown_and_not_left_out(own, capsys, monkeypatch):
    monkeypatch.setattr(traces, "LIMIT", 10)
    capsys.readouterr()
    assert run(["discover", str(own), "-f", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    [large] = [row for row in rows if row["path"] == "requirements.txt"]
    assert "unknown" in large["confidence"]
