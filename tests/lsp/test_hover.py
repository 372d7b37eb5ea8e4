"""What is shown of a place in a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iscode.lsp.hover import described, hover
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.policy.shelves import Pack

from .conftest import Laid, at

OWN = "rules/own/ai-oversight-drilled.yaml"
NEW = "compliance/new.yaml"
HEAD = "kind: AISystem\nid: x\ntitle: X\n"
PINNED = "ai-tools-pinned"
"""A rule that demands the `version` of each of the `tools`."""


def shown(view: View, source: str) -> str:
    """What is shown at the sign in a text that the view has without it."""
    text, point = at(source)
    found = hover(view, NEW, Text(text), point)
    return found.contents.value if found is not None else ""  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "demanded"), [("tools: [{name: a, vers|ion: 1}]\n", True), ("vers|ion: 1\n", False)])
def test_a_field_of_an_item_names_the_rules_that_demand_it_there(laid: Laid, text: str, demanded: bool) -> None:
    source = HEAD + text
    said = shown(laid.view({NEW: source.replace("|", "")}), source)
    assert ("**AISystem." in said, demanded) == (True, PINNED in said)


def under(view: View, name: str) -> View:
    """The view of a root that has a pack in a folder of this name at its top."""
    ground = view.judged.ground
    packs = (Pack(name, {OWN: b"id: x\n"}),)
    policy = replace(ground.policy, packs=packs)
    return replace(view, judged=view.judged._replace(ground=replace(ground, policy=policy)))


def test_a_kind_that_ships_is_described_as_it_is_written_also_beside_a_pack_called_schemas(laid: Laid) -> None:
    view = laid.view({})
    kind, node = view.policy.kinds["AISystem"], {"markdownDescription": "`a` *b*"}
    assert ["`a` *b*"] == list(described(view, kind, node)) == list(described(under(view, "schemas"), kind, node))


def test_a_file_of_a_pack_is_known_by_its_whole_path_alone(laid: Laid) -> None:
    view = under(laid.view({}), "own")
    assert ("id: x\n", "") == (view.text(f"own/{OWN}").source, view.text(OWN).source)
