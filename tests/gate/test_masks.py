"""What keeps records from being judged, in the head and in the base alike, covers for nothing that the head does."""

from __future__ import annotations

from typing import Any

import pytest

CONFIG = "iscode.yaml"
COUNTED = {
    "policy/rules/counted.yaml": "",
    "policy/rules/not-grown.yaml": None,
    "policy/rules/kept.yaml": None,
    "policy/rules/tried.yaml": None,
}


@pytest.fixture
def counting(change: Any) -> Any:
    """A base with a rule about the repository as a whole: there are trials."""
    rule = change.rule("counted", 'size(records("Trial")) > 0', subject="Repository")
    rule = rule.replace("{self.id} is", "the repository is")
    change.base({**COUNTED, "policy/rules/counted.yaml": rule})
    assert {("counted", "Repository")} == change.propose({"c/t.yaml": None}).blocking
    change.base({})
    return change


@pytest.mark.parametrize("limit", ["file_bytes: 1", "nodes: 1", "depth: 1", "scalar: 1", "key: 1"])
def test_a_limit_that_refuses_every_record_in_both_lets_nothing_pass(change: Any, limit: str) -> None:
    change.write({CONFIG: change.files[CONFIG] + f"limits: {{{limit}}}\n"})
    assert 1 == change.propose({"c/b.yaml": change.broken}).code


def test_a_limit_that_has_every_rule_err_in_both_lets_nothing_pass(counting: Any) -> None:
    counting.write({CONFIG: counting.files[CONFIG] + "limits: {steps: 1}\n"})
    assert 1 == counting.propose({"c/t.yaml": None}).code


def test_files_that_only_the_head_calls_records_keep_no_count_from_failing(counting: Any) -> None:
    counting.base({"d/readme.yaml": "no: kind\n"})
    counting.edit(CONFIG, '["c/**/*.yaml"]', '["c/**/*.yaml", "d/*.yaml"]')
    assert 1 == counting.propose({"c/t.yaml": None}).code


def test_a_file_that_the_base_cannot_read_either_keeps_no_count_from_failing(counting: Any) -> None:
    counting.base({"c/odd.yaml": "no: kind\n"})
    assert 1 == counting.propose({"c/t.yaml": None}).code


def test_a_second_file_that_only_the_head_calls_a_record_is_not_what_a_record_was_before(change: Any) -> None:
    """In the base another folder holds the box in its new size; the head takes that folder in."""
    change.base({"a/b.yaml": change.broken, "policy/rules/small.yaml": None})
    change.edit(CONFIG, '["c/**/*.yaml"]', '["c/**/*.yaml", "a/*.yaml"]')
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, True) == (verdict.code, ("not-grown", "Box:b") in verdict.blocking)
    assert ("identity", "Box:b") in verdict.blocking


def test_evidence_that_is_deleted_while_a_limit_would_hide_it_is_refused(change: Any) -> None:
    trial = change.record("Trial", "t", of="Box:b", held="2026-10-01")
    change.base({"c/t.yaml": trial + "# " + "x" * 100 + "\n"})
    change.write({CONFIG: change.files[CONFIG] + "limits: {file_bytes: 100}\n"})
    assert ("kept", "Trial:t") in change.propose({"c/t.yaml": None}).blocking
