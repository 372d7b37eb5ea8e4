"""Packs: a folder of the repository with shelves of its own, read from the snapshot that is judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.errors import ConfigError, IscodeError, PolicyError
from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, Pack, Policy, Shelves, bind_rules, root, with_packs
from iscode.policy.config import PackSource
from iscode.source import MemorySnapshot
from iscode.source.snapshot import entry

BOAT = json.dumps(
    {
        "type": "object",
        "required": ["kind", "id", "status"],
        "properties": {
            "kind": {"type": "string", "const": "Boat"},
            "id": {"type": "string", "minLength": 1},
            "status": {"type": "string", "enum": ["active"]},
            "length": {"type": "integer"},
        },
        "additionalProperties": False,
    }
).encode()
RULE = b"""id: boat-long
title: A boat is long
severity: high
requirements: ["std:1.1"]
phase: check
subject: Boat
check: [{that: "long(self.?length.orValue(0))", message: short}]
rationale: why
remediation: mend it
"""
FILES: dict[str, bytes] = {
    "pack/schemas/boat.schema.json": BOAT,
    "pack/rules/sea/boat-long.yaml": RULE,
    "pack/rules/definitions.yaml": b"long: {of: [metres: int], is: metres > 3, doc: a long one}\n",
    "pack/policies/profiles/harbour.yaml": b"id: harbour\ntitle: H\nextends: all\nseverity: {boat-long: blocker}\n",
    "pack/policies/catalogs/sea.yaml": b"id: sea\ntitle: T\nedition: E\nrequirements:\n"
    b"  - {id: '1', kind: clause, label: L, phase: do}\n",
    "pack/README.md": b"# What this is\n",
    "c/b.yaml": b"kind: Boat\nid: b\nstatus: active\nlength: 2\n",
    "iscode.yaml": b"version: 1\nprofile: harbour\nrecords: ['**/*.yaml', '!/iscode.yaml']\npacks: [{path: pack}]\n",
}


ZERO = f"sha256:{'0' * 64}"
BOATS = f"{{package: boats, digest: '{ZERO}'}}"


def bind(world: Any, files: dict[str, bytes], snapshot: Any = None, folder: str = "") -> tuple[Policy, Any, str]:
    snapshot = snapshot or MemorySnapshot(files)
    found = root.find(snapshot, folder, search=False)
    policy = bind_rules(found.config, with_packs(world.rule().shelves, snapshot, found))
    return policy, snapshot, found.path


def judge(world: Any, files: dict[str, bytes], folder: str = "") -> Evaluation:
    policy, snapshot, path = bind(world, files, folder=folder)
    return evaluate(snapshot, path, policy, "2026-11-24")


def refused(world: Any, files: dict[str, bytes], snapshot: Any = None) -> IscodeError:
    with pytest.raises(IscodeError) as error:
        bind(world, files, snapshot)
    return error.value


def test_kind_rule_definition_profile_and_catalog_of_a_pack_join_the_shipped_ones(world: Any) -> None:
    evaluation = judge(world, FILES)
    assert {"Boat", "Box", "Shelf"} == set(evaluation.policy.kinds)
    assert "sea:1" in evaluation.policy.catalogs
    assert ["boat-long", "test-rule"] == [bound.id for bound in evaluation.policy.bound]
    [result] = [each for each in evaluation.results if each.rule == "boat-long"]
    assert ("Boat:b", "fail", "blocker", "c/b.yaml") == (
        result.subject,
        result.outcome,
        result.severity,
        result.origin.place.path,
    )


def test_the_files_of_a_pack_are_no_records_although_the_patterns_name_them(world: Any) -> None:
    evaluation = judge(world, FILES)
    assert (1, {"c/b.yaml"}) == (evaluation.records, {each.origin.place.path for each in evaluation.results})


def test_a_pack_stands_below_its_root(world: Any) -> None:
    files = {f"deep/er/{path}": data for path, data in FILES.items()}
    evaluation = judge(world, files, "deep/er")
    assert ["deep/er/pack"] == [pack.path for pack in evaluation.policy.packs]
    assert [False, 1] == [evaluation.verdict.passed, evaluation.verdict.blocking]
    assert "deep/er/pack/rules/sea/boat-long.yaml" in evaluation.policy.rules.by_id["boat-long"].document.path


def config(text: str) -> dict[str, bytes]:
    return FILES | {"iscode.yaml": f"version: 1\nprofile: all\n{text}\n".encode()}


def test_the_digest_names_content_and_not_the_place(world: Any) -> None:
    [pack] = bind(world, FILES)[0].packs
    moved = {path.replace("pack/", "other/"): data for path, data in FILES.items()}
    moved["iscode.yaml"] = FILES["iscode.yaml"].replace(b"pack}", b"other}")
    assert pack.digest == bind(world, moved)[0].packs[0].digest
    assert pack.digest == bind(world, FILES | {"pack/README.md": b"other"})[0].packs[0].digest
    assert pack.digest != bind(world, FILES | {"pack/rules/sea/boat-long.yaml": RULE + b"#\n"})[0].packs[0].digest
    assert bind(world, config(f"packs:\n  - {{path: pack, digest: '{pack.digest}'}}"))[0].packs == (pack,)


def test_another_digest_than_the_one_named_is_refused_and_the_right_one_told(world: Any) -> None:
    right = bind(world, FILES)[0].packs[0].digest
    error = refused(world, config(f"packs:\n  - path: pack\n    digest: sha256:{'0' * 64}"))
    assert isinstance(error, ConfigError)
    words = f"the pack pack has the digest {right}, and sha256:{'0' * 64} is named"
    assert ("iscode.yaml:5:5", words) == (str(error.place), error.message)
    assert "`iscode policy pack update pack --write`" in error.hint


def test_the_command_that_accepts_a_digest_runs_nothing_that_stands_in_the_name_of_a_pack(world: Any) -> None:
    files = {path.replace("pack/", "$(id)/"): data for path, data in FILES.items()}
    files["iscode.yaml"] = f"version: 1\nprofile: all\npacks: [{{path: $(id), digest: '{ZERO}'}}]\n".encode()
    assert "`iscode policy pack update '$(id)' --write`" in refused(world, files).hint


def test_the_digest_of_the_profile_covers_packs_and_that_of_the_content_does_not(world: Any) -> None:
    one, other = (bind(world, FILES | {"pack/rules/sea/boat-long.yaml": RULE + more})[0] for more in (b"", b"#\n"))
    assert (one.content, True) == (other.content, one.digest != other.digest)
    assert one.content == bind_rules(Config(version=1, profile="all"), world.rule().shelves).content


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("packs: [{path: none}]", "3:10", "the pack none holds no policy"),
        ("packs: [{path: c}]", "", "stands on no shelf"),
        ("packs: [{path: .}]", "3:10", "'.' is no folder below the root"),
        ("packs: [{path: ../pack}]", "3:10", "'../pack' is no folder below the root"),
        ("packs: [{path: a/../pack}]", "3:10", "is no folder below the root"),
        ("packs: [{path: .GIT/x}]", "3:10", "is no folder below the root"),
        ("packs: [{path: /pack}]", "3:10", "`packs[0].path`"),
        ("packs: [{path: pack/}]", "3:10", "`packs[0].path`"),
        ("packs: [{path: 'pack\\x'}]", "3:10", "`packs[0].path`"),
        ("packs: [{path: ''}]", "3:10", "`packs[0].path`"),
        ("packs: [{path: pack}, {path: pack}]", "3:24", "the packs 'pack' and 'pack' overlap"),
        ("packs: [{path: pack}, {path: pack/rules}]", "3:24", "the packs 'pack' and 'pack/rules' overlap"),
        ("packs: [{path: pack, digest: 'sha256:1'}]", "3:22", "`packs[0].digest`"),
        ("packs: [{}]", "3:9", "a pack is one folder or one package"),
        ("packs: [{path: pack, package: boats}]", "3:22", "a pack is one folder or one package"),
        ("packs: [{package: boats}]", "3:10", "package:boats has no digest"),
        (f"packs: [{{package: boats, digest: '{ZERO}'}}]", "3:10", "the package boats is not installed here"),
        (f"packs: [{BOATS}, {BOATS}]", "3:111", "package:boats is named twice"),
        ("packs: [{package: Boats}]", "3:10", "`packs[0].package`"),
        ("packs: [{package: ../boats}]", "3:10", "`packs[0].package`"),
        ("packs: [{package: boats/pack}]", "3:10", "`packs[0].package`"),
        ("packs: [{path: 'package:boats'}]", "3:10", "is no folder below the root"),
        ("packs: [{name: boats}]", "3:10", "unknown key `packs[0].name`"),
        ("packs: pack", "3:1", "`packs` must be a list"),
    ],
)
def test_a_pack_that_is_none_is_refused_where_it_is_named(world: Any, text: str, place: str, words: str) -> None:
    error = refused(world, config(text))
    assert words in error.message
    if place:
        assert f"iscode.yaml:{place}" == str(error.place)


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("pack/rules/sea/a.yml", RULE, "stands on no shelf"),
        ("pack/rules/sea/a.YAML", RULE, "stands on no shelf"),
        ("pack/Rules/a.yaml", RULE, "stands on no shelf"),
        ("pack/rules/a.json", b"{}", "stands on no shelf"),
        ("pack/a.yaml", RULE, "stands on no shelf"),
        ("pack/policies/a.yaml", RULE, "stands on no shelf"),
        ("pack/schemas/a.json", BOAT, "stands on no shelf"),
        ("pack/iscode.yaml", b"version: 1\nprofile: all\n", "stands on no shelf"),
        ("pack/schemas/common.schema.json", b'{"$defs": {}}', "what all kinds share is the shipped one"),
        ("pack/schemas/a.schema.json", b'{"type": "object"}', "the schema describes no kind"),
        ("pack/schemas/a.schema.json", b"{", "the schema is no JSON"),
        ("pack/rules/sea/a.yaml", b"id: b\n", "is missing"),
        ("pack/rules/sea/a.yaml", b"id: [\n", ""),
        ("pack/policies/profiles/a.yaml", b"id: a\ntitel: A\n", "unknown key `titel`"),
        ("pack/policies/catalogs/a.yaml", b"id: a\n", "is missing"),
    ],
)
def test_what_is_broken_in_a_pack_is_refused_at_its_path(world: Any, path: str, data: bytes, words: str) -> None:
    error = refused(world, FILES | {path: data})
    assert error.place is not None
    assert (path, True) == (error.place.path, words in error.message)


@pytest.mark.parametrize(
    ("path", "shipped", "text"),
    [
        ("pack/schemas/a.schema.json", "schemas/box.schema.json", None),
        ("pack/policies/profiles/a.yaml", "policies/profiles/all.yaml", None),
        ("pack/policies/catalogs/a.yaml", "policies/catalogs/std.yaml", None),
        ("pack/rules/test-rule.yaml", "rules/x/test-rule.yaml", None),
    ],
)
def test_no_pack_replaces_what_is_shipped_and_both_places_are_told(
    world: Any, path: str, shipped: str, text: bytes | None
) -> None:
    error = refused(world, FILES | {path: text or world.rule().shelves.files[shipped]})
    assert {path, shipped} == {
        str(error.place).split(":")[0],
        *(word for word in (path, shipped) if word in error.message),
    }


def test_a_definition_of_a_pack_has_a_name_of_its_own(world: Any) -> None:
    files = FILES | {"pack/rules/more/definitions.yaml": FILES["pack/rules/definitions.yaml"]}
    error = refused(world, files)
    assert "`long` is defined at pack/rules/definitions.yaml:1:1 already" == error.message
    assert error.place is not None
    assert error.place.path.startswith("pack/rules/")


@pytest.mark.parametrize(
    "name", ["pack", "pack/rules", "pack/policies", "pack/policies/profiles", "pack/rules/a.yaml", "pack/x.json"]
)
@pytest.mark.parametrize("kind", ["symlink", "gitlink", "other"])
def test_a_link_or_submodule_in_the_place_of_policy_is_refused(world: Any, name: str, kind: Any) -> None:
    files = {path: data for path, data in FILES.items() if not path.startswith(f"{name}/")}
    snapshot = MemorySnapshot(files)
    snapshot.entries = tuple(sorted((*snapshot.entries, entry(name.encode(), kind)), key=lambda item: item.name))
    error = refused(world, files, snapshot)
    assert name == str(error.place).split(":")[0]


def test_a_link_outside_of_the_shelves_does_not_matter(world: Any) -> None:
    snapshot = MemorySnapshot(FILES)
    snapshot.entries = tuple(sorted((*snapshot.entries, entry(b"pack/docs", "symlink")), key=lambda item: item.name))
    assert 1 == len(bind(world, FILES, snapshot)[0].packs)


def test_a_file_that_is_too_large_and_a_pack_of_too_many_are_refused(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("iscode.policy.pack.MOST_FILES", 4)
    assert "more than 4 files" in refused(world, FILES).message
    monkeypatch.setattr("iscode.policy.pack.MOST_FILES", 5)
    monkeypatch.setattr("iscode.policy.pack.FILE_LIMIT", len(RULE) - 1)
    error = refused(world, FILES)
    assert isinstance(error, PolicyError)
    assert "larger than" in error.message


def test_packs_that_were_not_read_are_never_left_out(world: Any) -> None:
    configured = Config(version=1, profile="all", packs=[PackSource(path="pack")])
    with pytest.raises(PolicyError, match="were not read"):
        bind_rules(configured, world.rule().shelves)


def test_shelves_give_the_shipped_files_first_then_each_pack_in_order() -> None:
    packs = tuple(Pack(path, {"rules/a.yaml": path.encode()}) for path in ("z", "b"))
    shelves = Shelves({"rules/x.yaml": b"x"}, packs)
    expected = [("rules/x.yaml", b"x"), ("z/rules/a.yaml", b"z"), ("b/rules/a.yaml", b"b")]
    assert expected == shelves.below("rules/", ".yaml")
    assert sorted(expected) == sorted(shelves.everything.items())
