"""What is offered where a record is being written."""

from __future__ import annotations

import asyncio

import pytest

from iscode.lsp.completion import MOST, completion
from iscode.lsp.text import Text

from .conftest import Laid, at, editing

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
HEAD = "kind: AISystem\nid: x\ntitle: X\n"
WAIVER = "kind: Waiver\nid: x\n"
NEW = "compliance/new.yaml"


def offered(laid: Laid, text: str, path: str = NEW) -> dict[str, str]:
    """Label -> what would be written of what is offered where the `|` stands."""
    source, point = at(text)
    view = laid.view({path: source})
    found = completion(view, path, Text(source), point)
    return {item.label: item.text_edit.new_text for item in (found.items if found else ())}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "label", "written"),
    [
        (f"{HEAD}owner: |\n", "Role:credit-officer", "Role:credit-officer"),
        (f"{HEAD}owner: Ro|\n", "Role:credit-officer", "Role:credit-officer"),
        (f"{HEAD}owner:|\n", "Role:credit-officer", " Role:credit-officer"),
        (f"{HEAD}owner: cred|\nstatus: draft\n", "Role:credit-officer", "Role:credit-officer"),
        (f"{HEAD}data: |\n", "DataResource:loan-history", "[DataResource:loan-history]"),
        (f"{HEAD}data: [|\nstatus: draft\n", "DataResource:loan-history", "DataResource:loan-history"),
        (f"{HEAD}data:\n  |\n", "DataResource:loan-history", "- DataResource:loan-history"),
        (f"{HEAD}data:\n  - |\n", "DataResource:loan-history", "DataResource:loan-history"),
        (f"{HEAD}stage: |\n", "monitoring", "monitoring"),
        (f"{HEAD}oversight: {{can_stop: t|\n", "true", "true"),
        (f"{HEAD}|", "owner", "owner: "),
        (f"{HEAD}over|\nstatus: draft\n", "oversight", "oversight:\n  "),
        (f"{HEAD}own|er: Role:x\n", "owner", "owner"),
        (f"{HEAD}stage_gates:\n  - |\n", "date", "date: "),
        ("|", "kind", "kind: "),
        ("kind: AIS|\n", "AISystem", "AISystem"),
        ("kind: Evidence\nid: x\ncovers: [iso42001:A.5|\n", "iso42001:A.5.2", "iso42001:A.5.2"),
        (f"{WAIVER}waives: [ai-over|\n", "ai-oversight-drilled", "ai-oversight-drilled"),
        ("kind: AISystem\nid: |\n", "new", "new"),
    ],
)
def test_what_may_stand_there_is_offered(laid: Laid, text: str, label: str, written: str) -> None:
    assert written == offered(laid, text)[label]


def test_only_what_the_field_may_lead_to_and_what_the_map_lacks_is_offered(laid: Laid) -> None:
    assert {"Role"} == {label.partition(":")[0] for label in offered(laid, f"{HEAD}owner: |\n")}
    keys = offered(laid, f"{HEAD}|")
    assert keys.keys().isdisjoint({"kind", "id", "title"})
    assert {"owner", "status", "purpose"} <= keys.keys()


def test_prose_comments_and_what_no_schema_knows_get_nothing(laid: Laid) -> None:
    assert {} == offered(laid, f"{HEAD}purpose: Rank |\n")
    assert {} == offered(laid, f"{HEAD}# owner: |\n")
    assert {} == offered(laid, f"{HEAD}unheard: |\n")
    assert {} == offered(laid, "owner: |\n")
    assert {} == offered(laid, f"{HEAD}owner: |\n", "elsewhere/x.yaml")


def test_what_is_required_and_what_a_title_says_comes_with_an_offer(laid: Laid) -> None:
    source, point = at(f"{HEAD}owner: |\n")
    view = laid.view({NEW: source})
    items = completion(view, NEW, Text(source), point).items  # type: ignore[union-attr]
    titles = {record.reference: record.value["title"] for record in view.inventory.of_kind("Role")}
    assert titles == {item.label: item.detail for item in items}


def test_a_long_list_is_cut_and_the_editor_told_to_ask_again(laid: Laid) -> None:
    record = "kind: Role\nid: r-{0}\ntitle: R\nowner: Role:r-{0}\nstatus: draft\n"
    others = {f"compliance/roles/r-{number}.yaml": record.format(number) for number in range(MOST + 1)}
    source, point = at(f"{HEAD}owner: |\n")
    found = completion(laid.view({NEW: source, **others}), NEW, Text(source), point)
    assert found is not None
    assert (True, MOST) == (found.is_incomplete, len(found.items))


def test_an_editor_is_offered_a_reference_in_a_line_that_is_being_typed(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text()
            await editor.open(SYSTEM)
            number, line = next((n, one) for n, one in enumerate(text.split("\n")) if one.startswith("owner: "))
            editor.type(SYSTEM, text.replace(line, "owner: Ro"))
            items = await editor.complete(SYSTEM, number, len("owner: Ro"))
            assert line.removeprefix("owner: ") in [item.label for item in items]

    asyncio.run(run())
