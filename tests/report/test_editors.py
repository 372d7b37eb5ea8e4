"""The schemas that editors read: they say what the kinds say, in more words, and nothing of a pack is live in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from msgspec import structs

from iscode.policy import Policy, bind_rules, shipped
from iscode.policy.config import Config
from iscode.policy.shelves import Pack
from iscode.report import editors
from iscode.schema import expansion


@pytest.fixture(scope="module")
def policy() -> Policy:
    return bind_rules(Config(version=1, profile="integrated"), shipped())


@pytest.fixture(scope="module")
def files(policy: Policy) -> dict[str, Any]:
    return {path: json.loads(data) for path, data in editors.files(policy, shipped().files).items()}


def asserted(node: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema judges, without its words."""
    kept = {word: value for word, value in node.items() if word in expansion.ASSERTIONS}
    if "properties" in kept:
        kept["properties"] = {key: asserted(child) for key, child in kept["properties"].items()}
    for word in ("items", "additionalProperties"):
        if isinstance(kept.get(word), dict):
            kept[word] = asserted(kept[word])
    return kept


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


def test_each_kind_and_each_format_of_a_file_has_a_schema_and_all_of_them_are_schemas(
    policy: Policy, files: Mapping[str, Any]
) -> None:
    kinds = {f"{kind.slug}.schema.json" for kind in policy.kinds.values()}
    formats = {f"{name}.schema.json" for name in editors.FORMATS}
    assert {f".iscode/schemas/{name}" for name in kinds | formats | {"record.schema.json"}} == set(files)
    for schema in files.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_of_a_kind_judges_what_the_kind_judges_and_the_form_of_days(
    policy: Policy, files: Mapping[str, Any]
) -> None:
    for kind in policy.kinds.values():
        exported = asserted(files[f".iscode/schemas/{kind.slug}.schema.json"])
        for node in nodes(exported):
            if node.get("format") == "date":
                assert editors.DAY == node.pop("pattern")
        assert asserted(kind.schema) == exported


def test_each_field_says_what_it_is_for_and_which_rules_ask_for_it(files: Mapping[str, Any]) -> None:
    system = files[".iscode/schemas/ai-system.schema.json"]
    assert "Asked for by\n\n- `ai-facts-stated` The facts" in system["properties"]["nature"]["markdownDescription"]
    role = files[".iscode/schemas/role.schema.json"]["properties"]["holders"]["items"]["properties"]["person"]
    assert "Leads to `Person:id`" in role["markdownDescription"]
    for path, schema in files.items():
        for key, node in schema.get("properties", {}).items() if path != editors.ANY_KIND else ():
            assert node.get("markdownDescription") or node.get("description"), (path, key)


def test_the_schema_of_any_record_asks_that_of_its_kind(files: Mapping[str, Any]) -> None:
    whole = dict(files[".iscode/schemas/record.schema.json"])
    whole["allOf"] = [
        {"if": one["if"], "then": files[f".iscode/schemas/{one['then']['$ref']}"]} for one in whole["allOf"]
    ]
    decider = jsonschema_rs.Draft202012Validator(whole)
    role = {"kind": "Role", "id": "a", "title": "A", "owner": "Role:a", "status": "draft", "authorities": []}
    assert [False, True, False, False] == [
        decider.is_valid(record)
        for record in (role, role | {"holders": []}, {"kind": "Rolle"}, role | {"kind": "Person", "holders": []})
    ]


def test_a_snippet_of_a_kind_writes_each_key_that_it_must_have(policy: Policy, files: Mapping[str, Any]) -> None:
    for kind in policy.kinds.values():
        snippet = files[f".iscode/schemas/{kind.slug}.schema.json"]["defaultSnippets"][-1]
        assert set(kind.schema["required"]) == set(snippet["body"]), kind.name
        stops = json.dumps(snippet["body"]).split("${")[1:]
        assert list(range(1, len(stops) + 1)) == [int(part.split("|")[0].split(":")[0].split("}")[0]) for part in stops]


def test_what_a_pack_writes_into_a_description_is_no_markdown(policy: Policy) -> None:
    kind = policy.kinds["Role"]
    live = "[click](https://example.org) <img src=x>"
    schema = {**kind.schema, "description": live, "markdownDescription": live}
    theirs = structs.replace(kind, path="pack/schemas/role.schema.json", schema=schema)
    pack = Pack("pack", {"schemas/role.schema.json": b"{}"})
    assert live == editors.of_kind(policy, structs.replace(theirs, path=kind.path))["markdownDescription"]

    from types import SimpleNamespace

    other: Any = SimpleNamespace(packs=(pack,), bound=policy.bound)
    told = editors.of_kind(other, theirs)["markdownDescription"]
    assert ("](" in told, "<img" in told) == (False, False)


def test_the_line_of_a_record_leads_from_its_folder_to_the_schema(policy: Policy) -> None:
    role = policy.kinds["Role"]
    assert "yaml-language-server: $schema=../../.iscode/schemas/role.schema.json" == editors.modeline(
        role, "compliance/roles/a.yaml"
    )
    assert "yaml-language-server: $schema=.iscode/schemas/role.schema.json" == editors.modeline(role, "a.yaml")
