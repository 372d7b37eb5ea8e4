"""What ships as data holds together: ids resolve, counts hold, shapes can be typed, rules have cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import rfc8785

from iscode.document import Limits, read
from iscode.evaluation import evaluate
from iscode.policy import Config, Policy, Shelves, bind_every_rule, bind_rules, catalog, shipped
from iscode.schema import expansion, fields, kinds
from iscode.source import discover
from iscode.source.history import RepositoryHistory
from iscode.testing import gaps, mutants, read_cases

HOME = Path(__file__).resolve().parents[2]
ACME = HOME / "examples" / "acme"
RULES = sorted(path for path in (HOME / "rules").glob("*/*.yaml") if not path.name.endswith(".test.yaml"))
GENERATED = {
    f"{name}.schema.json"
    for name in [
        "rule",
        "rule-test",
        "profile",
        "config",
        "assurance",
        "cascade",
        "crosswalk",
        "migration",
        "pointers",
        "roadmap",
        "signatures",
        "view",
    ]
}
SCHEMAS = sorted(path for path in (HOME / "schemas").glob("*.schema.json") if path.name not in GENERATED)
CROSSWALK = HOME / "policies" / "crosswalks" / "iso27001-iso42001.yaml"

KEYWORDS = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "const", "format",
    "pattern", "minimum", "maximum", "minLength", "minItems", "maxItems", "uniqueItems", "$schema", "$id",
    "title", "description", "markdownDescription", "enumDescriptions", "defaultSnippets", "x-ref", "x-key",
    "x-requirement", "x-path", "x-artifact", "x-scale", "x-identity", "x-past",
    "x-applicability", "x-applicable", "x-target", "x-waiver", "x-holders", "x-authorities", "x-since", "x-until",
    "x-folder",
}  # fmt: skip
ENVELOPE = {
    "kind", "id", "title", "owner", "status", "classification", "version", "tags", "standards", "review",
    "approval", "sources", "retired_reason",
}  # fmt: skip


def load(path: Path) -> Any:
    """The value of a YAML file, as strictly as records are read."""
    document = read(str(path), path.read_bytes(), Limits())
    assert document.refusals == ()
    return document.value


def files(folder: str, pattern: str) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted((HOME / folder).glob(pattern))]


def nodes(schema: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema below a schema, with where it stands."""
    yield where, schema
    for key, child in (schema.get("properties", {}) | schema.get("$defs", {})).items():
        yield from nodes(child, f"{where}/{key}")
    if "items" in schema:
        yield from nodes(schema["items"], f"{where}/*")


@pytest.fixture(scope="module")
def catalogs() -> catalog.Catalogs:
    return catalog.load(files("policies/catalogs", "*.yaml"))


@pytest.fixture(scope="module")
def shelf() -> kinds.Kinds:
    return kinds.load(files("schemas", "*.schema.json"))


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    return shipped()


@pytest.fixture(scope="module")
def every_rule(shelves: Shelves) -> Policy:
    return bind_every_rule(shelves)


@pytest.fixture(scope="module")
def acme() -> dict[str, dict[str, Any]]:
    """The records of the example by reference."""
    records = [load(path) for path in sorted((ACME / "compliance").rglob("*.yaml"))]
    return {f"{record['kind']}:{record['id']}": record for record in records}


@pytest.mark.parametrize(("standard", "clauses", "annex"), [("iso27001", 30, 93), ("iso42001", 32, 38)])
def test_a_catalog_holds_every_requirement_of_its_standard(
    catalogs: catalog.Catalogs, standard: str, clauses: int, annex: int
) -> None:
    found = [requirement.entry.kind for requirement in catalogs.values() if requirement.standard == standard]
    assert (clauses, annex) == (found.count("clause"), found.count("annex"))


def test_each_requirement_stands_in_a_group_of_its_catalog(catalogs: catalog.Catalogs) -> None:
    for requirement in catalogs.values():
        groups = {group.id for group in catalogs.standards[requirement.standard].groups}
        assert set(requirement.entry.attributes["group"]) <= groups, requirement.id


def test_the_crosswalk_pairs_requirements_that_exist_and_each_pair_once(catalogs: catalog.Catalogs) -> None:
    crosswalk = load(CROSSWALK)
    pairs = [(pair["from"], pair["to"]) for pair in crosswalk["mappings"]]
    assert len(pairs) == len(set(pairs)) == 33 + 91
    for pair in crosswalk["mappings"]:
        assert catalogs[pair["from"]].standard == "iso27001"
        assert catalogs[pair["to"]].standard == "iso42001"
        assert pair["relation"] in crosswalk["relations"]
        assert pair["verified"] in {"scf-composed", "auditor"}
        assert pair["confidence"] in {"high", "medium", "low"}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_valid_and_keeps_to_what_can_be_typed(path: Path) -> None:
    schema = json.loads(path.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)
    assert path.name == schema["$id"]
    common = json.loads((HOME / "schemas" / "common.schema.json").read_bytes())["$defs"]
    for where, node in nodes(schema, path.name):
        assert set(node) <= KEYWORDS | {"$defs"}, where
        if "$defs" in node:
            continue
        assert ("$ref" in node) != ("type" in node), where
        if "$ref" in node:
            assert node["$ref"].rpartition("/")[2] in common, where
        if node.get("type") == "object":
            assert node["additionalProperties"] is False, where
            assert set(node.get("required", ())) <= set(node["properties"]), where
        if node.get("type") == "array" and node["items"].get("type") == "object":
            assert set(node["x-key"]) <= set(node["items"]["required"]), where


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_each_field_says_what_it_is(path: Path) -> None:
    common = json.loads((HOME / "schemas" / "common.schema.json").read_bytes())["$defs"]
    for where, node in nodes(json.loads(path.read_bytes()), path.name):
        if not where.endswith("/*"):
            assert node.get("description") or common[node["$ref"].rpartition("/")[2]]["description"], where


def test_each_kind_has_the_whole_envelope(shelf: kinds.Kinds) -> None:
    for kind in shelf.values():
        assert set(kind.schema["properties"]) >= ENVELOPE, kind.name
        assert {"kind", "id", "title", "owner", "status"} <= set(kind.schema["required"]), kind.name


FIRST_DESCRIPTOR = b"""\
kind: AISystem
id: credit-scoring
title: Retail credit scoring
owner: Role:lending-lead
status: active
purpose: Rank consumer credit applications for a human decision
stage: deployment
risk_tier: high
data: [DataResource:loan-history]
oversight: {mode: human_in_loop, role: Role:credit-officer}
"""


def test_a_first_descriptor_of_an_ai_system_takes_ten_lines(shelf: kinds.Kinds) -> None:
    document = read("first.yaml", FIRST_DESCRIPTOR, Limits())
    assert () == shelf["AISystem"].refusals(document)
    assert len(FIRST_DESCRIPTOR.splitlines()) == 10


def test_an_ai_system_needs_seven_keys_and_no_more(shelf: kinds.Kinds) -> None:
    lines = FIRST_DESCRIPTOR.splitlines(keepends=True)
    needed = ["kind", "id", "title", "owner", "status", "purpose", "stage"]
    for index, line in enumerate(lines):
        document = read("first.yaml", b"".join(lines[:index] + lines[index + 1 :]), Limits())
        refused = {refusal.pointer for refusal in shelf["AISystem"].refusals(document)}
        key = line.decode().partition(":")[0]
        assert ({(key,)} if key in needed[1:] else set()) == refused or key == "kind", key


def test_one_kind_waives_and_one_list_decides_what_applies(shelf: kinds.Kinds) -> None:
    marked = {
        keyword: [kind.name for kind in shelf.values() if any(keyword in node for node in expansion.walk(kind.schema))]
        for keyword in ("x-waiver", "x-applicability", "x-applicable", "x-target")
    }
    soa = ["StatementOfApplicability"]
    assert {"x-waiver": ["Waiver"], "x-applicability": soa, "x-applicable": soa, "x-target": soa} == marked
    assert shelf["Waiver"].schema["x-waiver"] is True
    entries = shelf["StatementOfApplicability"].schema["properties"]["entries"]
    assert entries["x-applicability"] is True
    assert ["requirement"] == entries["x-key"]
    keywords = {key: set(node) for key, node in entries["items"]["properties"].items()}
    for key, keyword in (("requirement", "x-requirement"), ("applicable", "x-applicable"), ("target_date", "x-target")):
        assert keyword in keywords[key]


def test_each_word_of_an_enum_says_what_it_means(shelf: kinds.Kinds) -> None:
    for kind in shelf.values():
        for node in expansion.walk(kind.schema):
            told = node.get("enumDescriptions", ())
            assert len(node.get("enum", ())) == len(set(told)), (kind.name, node.get("enum"))


def test_no_kind_offers_two_types_for_one_key_or_a_map_with_free_keys(shelf: kinds.Kinds) -> None:
    for kind in shelf.values():
        for node in expansion.walk(kind.schema):
            assert node.get("additionalProperties", False) is False, kind.name


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_serves_requirements_that_exist(path: Path, catalogs: catalog.Catalogs) -> None:
    rule = load(path)
    assert path.stem == rule["id"]
    for pattern in rule["requirements"]:
        assert catalogs.matching(pattern) != (), pattern


@pytest.mark.parametrize("name", [path.stem for path in RULES])
def test_the_cases_of_a_rule_reach_every_outcome_and_clause(name: str, shelves: Shelves, every_rule: Policy) -> None:
    [bound] = [bound for bound in every_rule.bound if bound.id == name]
    assert [] == list(gaps(bound, read_cases(bound.file.cases_path, shelves.files[bound.file.cases_path], name)))


@pytest.mark.parametrize("name", [path.stem for path in RULES])
def test_no_wrong_rule_passes_the_cases_of_a_rule(name: str, shelves: Shelves, every_rule: Policy) -> None:
    [bound] = [bound for bound in every_rule.bound if bound.id == name]
    cases = read_cases(bound.file.cases_path, shelves.files[bound.file.cases_path], name)
    assert [mutant.change for mutant in mutants(every_rule, bound, cases) if not mutant.noticed] == []


def test_the_example_has_valid_records_of_every_kind(shelf: kinds.Kinds) -> None:
    found = set()
    for path in sorted((ACME / "compliance").rglob("*.yaml")):
        document = read(str(path), path.read_bytes(), Limits())
        assert document.value is not None, document.refusals
        kind = shelf[document.value["kind"]]
        assert list(kind.refusals(document)) == [], path
        assert path.stem == document.value["id"]
        found.add(kind.name)
    assert set(shelf) == found


def test_references_and_requirements_of_the_example_resolve(
    shelf: kinds.Kinds, catalogs: catalog.Catalogs, acme: dict[str, dict[str, Any]]
) -> None:
    for name, record in acme.items():
        kind = shelf[record["kind"]]
        for path, targets in kind.references:
            for _, reference in fields.values(record, path):
                assert reference in acme, (name, reference)
                assert reference.partition(":")[0] in targets, (name, reference)
        for path in kind.requirements:
            for _, requirement in fields.values(record, path):
                assert requirement in catalogs, (name, requirement)


def marked(value: Any, node: dict[str, Any], keyword: str) -> Iterator[Any]:
    """Each value of a record whose schema carries the keyword."""
    if keyword in node:
        yield value
    for key, child in node.get("properties", {}).items():
        if key in value:
            yield from marked(value[key], child, keyword)
    if "items" in node:
        for item in value:
            yield from marked(item, node["items"], keyword)


def test_the_files_that_the_example_names_are_there_and_what_their_digests_say(
    shelf: kinds.Kinds, acme: dict[str, dict[str, Any]]
) -> None:
    named, bound = set(), set()
    for record in acme.values():
        named |= set(marked(record, dict(shelf[record["kind"]].schema), "x-path"))
        for block in marked(record, dict(shelf[record["kind"]].schema), "x-artifact"):
            if "path" in block:
                data = (ACME / block["path"]).read_bytes()
                assert sha256(data).hexdigest() == block["sha256"], block["path"]
                assert len(data) == block.get("size", len(data)), block["path"]
                bound.add(block["path"])
    found = {path.relative_to(ACME).as_posix() for path in ACME.rglob("*") if path.is_file()}
    assert named <= found
    assert {path for path in found if path.startswith(("artifacts/", "docs/policies/"))} <= bound
    assert {path for path in found if path.startswith("docs/")} <= named


def test_the_approvals_of_the_example_fit_what_they_approve(acme: dict[str, dict[str, Any]]) -> None:
    approved = {name: record for name, record in acme.items() if "approval" in record}
    assert {"Policy:ai", "Scope:integrated", "StatementOfApplicability:iso27001"} <= set(approved)
    for name, record in approved.items():
        content = {key: value for key, value in record.items() if key not in ("approval", "review")}
        assert f"sha256:{sha256(rfc8785.dumps(content)).hexdigest()}" == record["approval"]["digest"], name


def test_the_statements_of_the_example_decide_each_control_of_both_standards(
    catalogs: catalog.Catalogs, acme: dict[str, dict[str, Any]]
) -> None:
    statements = [record for record in acme.values() if record["kind"] == "StatementOfApplicability"]
    decided = [entry["requirement"] for record in statements for entry in record["entries"]]
    annex = [name for name, requirement in catalogs.items() if requirement.entry.kind == "annex"]
    assert sorted(annex) == sorted(decided)
    reasons = [entry["justification"] for record in statements for entry in record["entries"]]
    assert len(set(reasons)) == len(reasons)


WITHOUT_OCCASION = {
    "ai-agent-bounded",
    "ai-customer-needs-answered",
    "ai-use-is-registered",
    "audit-access-agreed",
    "change-commit-touches-targets",
    "control-planned-in-time",
    "drift-followed",
    "duty-to-report-known",
    "emergency-looked-at",
    "outsourced-code-accepted",
    "project-starts-with-risks",
    "serious-incident-taught",
    "shared-secrets-rotated",
    "soa-follows-treatment",
    "supplier-parts-known",
    "waivers-few",
}
"""Rules that the firm gives no occasion for: no serious incident, no outsourced code, no agent, nothing sold, no
program, and all of it in one commit."""


def judged(firm: Any, policy: Policy, day: str) -> tuple[list[str], set[str]]:
    """What is wrong with the example, all of it in one commit, and the rules with nothing to judge in it."""
    repository = discover(firm.top, None)
    snapshot = repository.commit("HEAD")
    history = RepositoryHistory(repository, snapshot.revision.commit)
    results = evaluate(snapshot, "", policy, day, history=history).results
    passed = {result.rule for result in results if result.outcome == "pass"}
    wrong = [result.message for result in results if result.outcome in ("fail", "error")]
    return wrong, {bound.id for bound in policy.bound if bound.id not in passed and not bound.needs_base}


@pytest.mark.parametrize("day", ["2026-11-24", "2027-10-01"])
def test_the_example_is_green_and_each_rule_has_something_to_judge(shelves: Shelves, firm: Any, day: str) -> None:
    policy = bind_rules(Config(version=1, profile="integrated"), shelves)
    assert ([], WITHOUT_OCCASION) == judged(firm, policy, day)


def test_the_example_shows_what_optional_rules_ask_for(shelves: Shelves, firm: Any) -> None:
    policy = bind_rules(Config(version=1, profile="optional"), shelves)
    wrong, idle = judged(firm, policy, "2026-11-24")
    assert {"ai-fundamental-rights-assessed"} == idle - {"model-criteria-before-results"}
    assert all("came with its first evaluation" in message for message in wrong), (
        "one commit holds criteria and results"
    )
