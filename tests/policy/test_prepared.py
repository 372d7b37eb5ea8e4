"""The prepared form of the shelves: it says what the files say, and nothing where they say something else."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from iscode.document import read
from iscode.document.model import pointers
from iscode.errors import ContentError
from iscode.expr.written import Written
from iscode.policy import Shelves, bind_every_rule, prepared, shipped
from iscode.policy.preparation import prepare
from iscode.rule.compiled import CompiledRule, Formula


@cache
def ready() -> Shelves:
    """The shipped shelves with a prepared form of this very code."""
    return replace(shipped(), raw=prepare(shipped()))


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


def test_every_expression_of_every_shipped_rule_is_written_down() -> None:
    bound = bind_every_rule(ready()).bound
    lacking = [
        (rule.id, formula.expression.text)
        for rule in bound
        for formula in formulas(rule.compiled)
        if not isinstance(formula.expression, Written) or "source" not in formula.expression._data
    ]
    assert [] == lacking


def test_every_shipped_rule_passes_at_once_but_those_that_compare_items() -> None:
    lacking = [rule for rule in bind_every_rule(ready()).bound if rule.compiled.passing is None]
    assert all("old_item" in rule.compiled.names for rule in lacking)
    assert 3 == len(lacking)


def test_a_rule_made_again_is_the_one_that_was_compiled() -> None:
    plain = bind_every_rule(replace(shipped(), raw=b"")).bound
    again = bind_every_rule(ready()).bound
    assert [said(one.compiled) for one in plain] == [said(other.compiled) for other in again]


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
    assert {} == shelves.prepared.rules
    assert shelves.prepared.values


@pytest.mark.parametrize("raw", [b"{", b"[]", b"{}", b"\xff"])
def test_a_broken_form_is_no_content(raw: bytes) -> None:
    with pytest.raises(ContentError, match=prepared.NAME):
        _ = replace(shipped(), raw=raw).prepared


def test_without_a_prepared_form_nothing_is_known() -> None:
    assert prepared.NOTHING == replace(shipped(), raw=b"").prepared


def test_its_lines_are_one_a_file() -> None:
    found = json.loads(ready().raw)
    assert len(found["values"]) + len(found["rules"]) + 7 == ready().raw.count(b"\n")
