"""What an author is told of a rule while writing it."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types as lsp

from iscode.lsp.authoring import is_rule, rule_diagnostics
from iscode.lsp.text import Text

from .conftest import PACK, RULE, RULE_PATH, Laid, editing


def told(authored: Laid, old: str, new: str) -> list[lsp.Diagnostic]:
    assert old in RULE
    text = RULE.replace(old, new)
    return rule_diagnostics(authored.view({RULE_PATH: text}), RULE_PATH, Text(text))


def test_a_whole_rule_is_told_nothing(authored: Laid) -> None:
    assert [] == [one for one in told(authored, "id: own-rule", "id: own-rule") if one.severity == 1]


@pytest.mark.parametrize(
    ("old", "new", "marked", "words"),
    [
        ("size(purpose)", "size(porpose)", "porpose", "porpose"),
        ("purpose: self.purpose", "purpose: self.prupose", "prupose", "prupose"),
        ("t.performed_on <= today", 't.performed_on <= "x"', "<=", "string"),
        ('t.result != "fail"', 't.result != "fial"', '"fial"', "fial"),
        ("size(purpose) > params.words", "params.words", "params", "gives int, not bool"),
        ("subject: AISystem", "subject: AISytem", "subject: AISytem", "AISytem"),
        ("severity: low", "severity: lo", "severity: lo", "lo"),
        ("rationale: Nobody", "rationael: Nobody", "rationael: Nobody can judge what has no purpose.", "rationael"),
    ],
)
def test_what_does_not_compile_is_told_at_the_word_that_is_wrong(
    authored: Laid, old: str, new: str, marked: str, words: str
) -> None:
    [one] = told(authored, old, new)
    text = Text(RULE.replace(old, new))
    start, end = one.range.start, one.range.end
    shown = text.line(start.line)[start.character : end.character]
    assert (1, True) == (one.severity, words in one.message)
    assert marked.startswith(shown)
    assert shown


def test_what_lint_says_is_a_warning_at_its_place(authored: Laid) -> None:
    listed = told(authored, "params: {words: 3}", "params: {words: 3, never: 1}")
    assert ["nothing reads params.never"] == [
        one.message.partition("\n")[0] for one in listed if "never" in one.message and one.severity == 2
    ]
    [vacuous] = [one for one in listed if "empty list" in one.message]
    line = next(number for number, one in enumerate(Text(RULE).lines) if "tests.all" in one)
    assert line == vacuous.range.start.line


def test_only_rules_of_the_packs_are_rules(authored: Laid) -> None:
    view = authored.view({})
    assert is_rule(view, RULE_PATH)
    beside = ("policy-pack/rules/definitions.yaml", RULE_PATH.replace(".yaml", ".test.yaml"), "rules/x.yaml", *PACK)
    assert [RULE_PATH] == [path for path in beside if is_rule(view, path)]


def test_an_editor_is_told_of_a_rule_that_is_typed_and_of_one_that_was_saved_broken(firm: object) -> None:
    async def run() -> None:
        for path, text in PACK.items():
            firm.write(path, text)  # type: ignore[attr-defined]
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            assert [] == [one for one in await editor.open(RULE_PATH) if one.severity == 1]
            broken = RULE.replace("size(purpose)", "size(porpose)")
            editor.type(RULE_PATH, broken)
            [one] = [one for one in await editor.told(RULE_PATH) if one.severity == 1]
            column = next(line for line in broken.split("\n") if "porpose" in line).index("porpose")
            assert column == one.range.start.character
            (editor.top / RULE_PATH).write_text(broken)
            editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(editor.about(RULE_PATH)))
            editor.type(RULE_PATH, RULE)
            [one] = [one for one in await editor.told(RULE_PATH) if one.severity == 1]
            assert one.message.startswith(f"not judged: {RULE_PATH}:12:5, as it was saved: ")
            (editor.top / RULE_PATH).write_text(RULE)
            editor.client.diagnostics.pop(editor.uri(RULE_PATH))
            editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(editor.about(RULE_PATH)))
            assert [] == [one for one in await editor.told(RULE_PATH) if one.severity == 1]

    asyncio.run(run())
