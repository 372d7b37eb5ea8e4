"""The prepared form of the shelves: it says what the files say, and nothing where they say something else."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from iscode import content
from iscode.document import read, write
from iscode.document.model import pointers
from iscode.errors import ContentError
from iscode.evaluation import evaluate
from iscode.expr import codes
from iscode.expr.written import Written
from iscode.policy import Shelves, bind_every_rule, prepared, shipped
from iscode.policy.preparation import prepare
from iscode.rule.compiled import CompiledRule, Formula
from iscode.source import MemorySnapshot


@cache
def ready() -> Shelves:
    """The shipped shelves with a prepared form of this very code."""
    return replace(shipped(), raw=prepare(shipped())[prepared.NAME])


def formulas(rule: CompiledRule) -> list[Formula]:
    """The expressions of a rule."""
    found = [
        rule.when,
        rule.each,
        rule.where,
        *(let.formula for let in rule.lets),
        *(check.that for check in rule.checks),
    ]
    return [formula for formula in found if formula is not None]


def test_the_prepared_form_that_ships_is_the_one_of_the_shelves() -> None:
    assert ready().raw == shipped().raw


def test_the_module_of_sources_that_ships_is_the_one_of_the_shelves() -> None:
    assert prepare(shipped())[codes.NAME] == (content.home() / codes.NAME).read_bytes()


def test_a_name_that_the_module_does_not_have_has_no_code() -> None:
    assert codes.code_of(codes.name_of("def evaluate(context):\n    return 1\n")) is None


def said_of_a_system() -> list[Any]:
    """What rules say of the fewest keys that a system can have."""
    shown = {"id": "s", "title": "S", "owner": "Role:r", "status": "active", "purpose": "p", "stage": "design"}
    files = {"compliance/s.yaml": write({"kind": "AISystem", **shown}).encode()}
    evaluation = evaluate(MemorySnapshot(files), "", bind_every_rule(ready()), "2026-11-24")
    found = [(result.rule, result.outcome, result.message) for result in evaluation.results]
    assert {"pass", "fail", "not_applicable"} <= {outcome for _, outcome, _ in found}
    return found


@pytest.mark.parametrize("text", [None, "def (", "x = 1"])
def test_without_a_sound_module_every_rule_judges_all_the_same(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = said_of_a_system()
    (tmp_path / "rules").mkdir()
    if text is not None:
        (tmp_path / codes.NAME).write_text(text, encoding="utf-8")
    monkeypatch.setattr(content, "home", lambda: tmp_path)
    monkeypatch.setattr(codes, "functions", cache(codes.functions.__wrapped__))
    assert said_of_a_system() == sound


def test_every_expression_of_every_shipped_rule_is_written_down() -> None:
    bound = bind_every_rule(ready()).bound
    lacking = [
        (rule.id, formula.expression.text)
        for rule in bound
        for formula in formulas(rule.compiled)
        if not isinstance(formula.expression, Written) or codes.code_of(formula.expression._data["code"]) is None
    ]
    assert [] == lacking


def test_every_shipped_rule_passes_at_once_but_those_that_compare_items() -> None:
    bound = bind_every_rule(ready()).bound
    assert all(rule.compiled.passing.ready for rule in bound if rule.compiled.passing is not None)
    lacking = [rule for rule in bound if rule.compiled.passing is None]
    assert all("old_item" in rule.compiled.names for rule in lacking)
    assert 3 == len(lacking)


def test_a_rule_made_again_is_the_one_that_was_compiled() -> None:
    plain = bind_every_rule(replace(shipped(), raw=b"")).bound
    again = bind_every_rule(ready()).bound
    assert [said(one.compiled) for one in plain] == [said(other.compiled) for other in again]


def test_the_kinds_are_those_of_their_schemas() -> None:
    plain, again = (bind_every_rule(replace(shipped(), raw=raw)).kinds for raw in (b"", ready().raw))
    assert ready().prepared.kinds.keys() == {kind.path for kind in again.values()}
    assert list(plain.values()) == list(again.values())
    assert plain.scales == again.scales


def said(rule: CompiledRule) -> Any:
    """All that a rule says, its expressions by what they were compiled from and what they read."""
    texts = [(of.width, of.expression.text, of.expression.reads, str(of.expression.type)) for of in formulas(rule)]
    lets = [(let.name, let.of_self, let.of_item) for let in rule.lets]
    checks = [(check.clause, check.at, check.message, check.severity) for check in rule.checks]
    rest = rule.subjects, rule.names, rule.params, rule.needs, rule.each_pointer, rule.item_keys, rule.item_needs
    return texts, lets, checks, rest


def test_a_document_that_is_known_has_its_places_all_the_same() -> None:
    for file in bind_every_rule(ready()).rules.files:
        path = file.document.path
        fresh = read(path, ready().files[path])
        assert fresh.value == file.document.value
        for pointer in pointers(fresh.value):
            assert fresh.place(pointer) == file.document.place(pointer)


def test_a_file_of_other_bytes_is_read_as_it_is() -> None:
    [path] = [path for path in ready().files if path.endswith("/ai-oversight-drilled.yaml")]
    changed = ready().files[path].replace(b"severity: high", b"severity: low")
    policy = bind_every_rule(replace(ready(), files={**ready().files, path: changed}))
    file = policy.rules.named("ai-oversight-drilled")
    assert "low" == file.rule.severity
    assert file.written is None


@pytest.mark.parametrize("path", ["schemas/role.schema.json", "rules/definitions.yaml"])
def test_with_another_language_every_rule_is_compiled_anew(path: str) -> None:
    shelves = replace(ready(), files={**ready().files, path: ready().files[path] + b"\n"})
    assert ({}, {}) == (shelves.prepared.rules, shelves.prepared.kinds)
    assert shelves.prepared.values


@pytest.mark.parametrize("raw", [b"{", b"[]", b"{}", b"\xff"])
def test_a_broken_form_is_no_content(raw: bytes) -> None:
    with pytest.raises(ContentError, match=prepared.NAME):
        _ = replace(shipped(), raw=raw).prepared


def test_without_a_prepared_form_nothing_is_known() -> None:
    assert prepared.NOTHING == replace(shipped(), raw=b"").prepared


def test_its_lines_are_one_a_file() -> None:
    found = json.loads(ready().raw)
    assert sum(len(found[part]) for part in ("kinds", "rules", "values")) + 9 == ready().raw.count(b"\n")
