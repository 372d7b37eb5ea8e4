"""What an editor is told that runs `iscode lsp`, as it opens files, types into them and asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from .conftest import Editor, editing

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
RULE = "ai-oversight-works"


def during(firm: object, script: Callable[[Editor], Awaitable[None]]) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            await script(editor)

    asyncio.run(run())


def test_a_rule_that_a_keystroke_breaks_is_told_where_it_broke_and_gone_once_it_holds(firm: object) -> None:
    async def script(editor: Editor) -> None:
        text = (editor.top / SYSTEM).read_text()
        assert [] == await editor.open(SYSTEM)
        editor.type(SYSTEM, text.replace("can_stop: true", "can_stop: false"))
        [told] = [one for one in await editor.told(SYSTEM) if one.code == RULE]
        line = next(number for number, one in enumerate(text.split("\n")) if "can_stop: true" in one)
        assert line - 5 <= told.range.start.line <= line + 5
        editor.type(SYSTEM, text)
        assert [] == await editor.told(SYSTEM)

    during(firm, script)


def test_half_typed_yaml_is_a_diagnostic_and_ends_nothing(firm: object) -> None:
    async def script(editor: Editor) -> None:
        text = (editor.top / SYSTEM).read_text()
        await editor.open(SYSTEM)
        editor.type(SYSTEM, text + "review: {la")
        assert "yaml" in [one.code for one in await editor.told(SYSTEM)]
        editor.type(SYSTEM, text)
        assert [] == await editor.told(SYSTEM)

    during(firm, script)


def test_a_record_that_refers_to_nobody_is_told_and_a_reference_shows_whom_it_leads_to(firm: object) -> None:
    async def script(editor: Editor) -> None:
        text = (editor.top / SYSTEM).read_text()
        await editor.open(SYSTEM)
        number, owner = next((n, one) for n, one in enumerate(text.split("\n")) if one.startswith("owner: "))
        shown = await editor.hover(SYSTEM, number, len("owner: R"))
        assert owner.removeprefix("owner: ") in shown
        editor.type(SYSTEM, text.replace(owner, "owner: Role:nobody-at-all"))
        assert "reference" in [one.code for one in await editor.told(SYSTEM)]

    during(firm, script)


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_columns_are_units_of_utf_16(firm: object, letter: str) -> None:
    async def script(editor: Editor) -> None:
        text = (editor.top / SYSTEM).read_text()
        title = next(one for one in text.split("\n") if one.startswith("title: "))
        line = f'title: "{letter}"  # '
        await editor.open(SYSTEM, text.replace(title, f"{line}\ntags: [{letter * 3}, x, x]"))
        [told] = [one for one in await editor.told(SYSTEM) if one.code == "schema" and "twice" in one.message]
        assert len(f"tags: [{letter * 3}, x, ".encode("utf-16-le")) // 2 == told.range.start.character

    during(firm, script)
