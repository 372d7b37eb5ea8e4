"""policy pack check, add, update: a pack is judged by itself, named with its digest, and accepted when it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iscode.policy.pack import SHELVES
from iscode.source import installed

DAY = "2026-11-24"
FIELDS = {
    key: {"$ref": f"common.schema.json#/$defs/{key}", "description": f"Its {key}."} for key in ("id", "title", "status")
}
BOAT = {
    "$id": "boat.schema.json",
    "title": "Boat",
    "description": "A thing that floats.",
    "type": "object",
    "required": ["kind", "id", "title", "owner", "status"],
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "const": "Boat", "description": "What it is."},
        **FIELDS,
        "owner": {"$ref": "common.schema.json#/$defs/reference", "x-ref": ["Role"], "description": "Who answers."},
        "length": {"type": "integer", "description": "Metres."},
    },
}
RULE = """\
id: boat-long
title: A boat is longer than three metres
severity: medium
requirements: [sea:1]
phase: check
subject: Boat
params: {metres: 3}
needs: [length]
check: [{that: self.length > params.metres, at: self.length, message: "{self.id} has {self.length} m"}]
rationale: A short boat sinks.
remediation: Build a longer one.
"""
CASES = """\
rule: boat-long
cases:
  - {name: long, as_of: "2026-11-24", given: [{kind: Boat, id: b, length: 4}], expect: pass}
  - {name: short, as_of: "2026-11-24", given: [{kind: Boat, id: b, length: 3}], expect: {fail: {clause: "check:0"}}}
  - {name: unknown, as_of: "2026-11-24", given: [{kind: Boat, id: b}], expect: {fail: {clause: "needs:length"}}}
"""
PACK = {
    "schemas/boat.schema.json": json.dumps(BOAT),
    "rules/sea/boat-long.yaml": RULE,
    "rules/sea/boat-long.test.yaml": CASES,
    "policies/profiles/harbour.yaml": "id: harbour\ntitle: H\nselect: {requirements: ['sea:*']}\n",
    "policies/catalogs/sea.yaml": "id: sea\ntitle: S\nedition: E\ngroups: [{id: a, label: A}]\nrequirements:\n"
    "  - {id: '1', kind: clause, label: L, phase: do, attributes: {group: [a]}}\n",
    "policies/crosswalks/sea.yaml": "id: sea\ntitle: S\nrelations: {supports: S}\nmappings:\n"
    "  - {from: 'sea:1', to: 'iso27001:4.1', relation: supports, reason: R, verified: me, confidence: low}\n",
    "README.md": "# Boats\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_a_pack_that_holds_together_is_sound_and_its_digest_is_told(iscode: Any, tmp_path: Path) -> None:
    done = iscode("policy", "pack", "check", str(write(tmp_path / "boats", PACK)))
    lines = done.out.splitlines()
    assert (0, 3) == (done.code, len(lines)), done
    assert "6 files: 1 rule, 1 kind; 1 requirement served" == lines[0]
    assert lines[1].startswith("3 cases of them hold, ")
    assert lines[2].startswith(f"{tmp_path / 'boats'}  sha256:")
    assert lines[2].endswith("  is sound")


def test_the_same_is_told_as_json(iscode: Any, tmp_path: Path) -> None:
    done = iscode("policy", "pack", "check", str(write(tmp_path / "boats", PACK)), "-f", "json")
    told = json.loads(done.out)
    assert (0, True, ["boat-long"], ["Boat"], 3, []) == (
        done.code,
        told["passed"],
        told["rules"],
        told["kinds"],
        told["cases"],
        told["faults"],
    )


@pytest.mark.parametrize(
    ("path", "old", "new", "words"),
    [
        ("schemas/boat.schema.json", ', "description": "Metres."', "", "Boat.length has no description"),
        (
            "rules/sea/boat-long.test.yaml",
            CASES.splitlines()[-1],
            "",
            "no failing case of boat-long names the clause needs",
        ),
        ("rules/sea/boat-long.test.yaml", "length: 4", "length: 2", "expected pass"),
        ("rules/sea/boat-long.test.yaml", "length: 4", "length: 5", "no case notices boat-long with params.metres + 1"),
        ("rules/sea/boat-long.test.yaml", '{clause: "check:0"}', "{subject: 'Boat:b'}", "names no clause"),
        (
            "rules/sea/boat-long.yaml",
            "params: {metres: 3}",
            "params: {metres: 3, feet: 9}",
            "nothing reads params.feet",
        ),
        ("policies/catalogs/sea.yaml", "group: [a]", "group: [b]", "1 stands in no group of the catalog"),
        (
            "policies/crosswalks/sea.yaml",
            "mappings:\n",
            "mappings:\n  - {from: 'sea:1', to: 'iso27001:4.1', relation: supports, reason: Q, verified: me,"
            " confidence: low}\n",
            "sea:1 and iso27001:4.1 are a pair twice",
        ),
    ],
)
def test_what_is_to_be_mended_is_told_with_its_place(
    iscode: Any, tmp_path: Path, path: str, old: str, new: str, words: str
) -> None:
    assert old in PACK[path]
    done = iscode(
        "policy", "pack", "check", str(write(tmp_path / "boats", PACK | {path: PACK[path].replace(old, new)}))
    )
    assert 1 == done.code
    [line] = [line for line in done.out.splitlines() if words in line]
    assert line.startswith(str(tmp_path / "boats" / path))
    assert done.out.splitlines()[-1].endswith("is not sound")


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("rules/sea/boat-long.yaml", RULE.replace("sea:1", "sea:2"), "sea:2 names no requirement"),
        ("rules/sea/boat-long.yaml", RULE.replace("self.length >", "self.lenght >"), "lenght"),
        ("policies/profiles/harbour.yaml", "id: harbour\ntitle: H\nextends: none\n", "none"),
        ("policies/profiles/harbour.yaml", "id: harbour\ntitle: H\nselect: {rules: [none]}\n", "none"),
        (
            "policies/profiles/harbour.yaml",
            "id: harbour\ntitle: H\nextends: iso27001\nparams: {boat-long: {metres: x}}\n",
            "the parameter 'metres' of boat-long has another type",
        ),
        (
            "policies/roadmaps/r.yaml",
            "id: r\ntitle: R\nstages: [{id: a, title: A, why: W, rules: [none]}]\n",
            "no rule",
        ),
        ("policies/cascades/c.yaml", "id: c\ntitle: C\nstart: [Boot]\nfollow: [Boat.owner]\n", "'Boot' is no kind"),
        ("policies/views/v.yaml", "id: v\ntitle: V\n", "v.yaml"),
        ("rules/x.yml", RULE, "it stands on no shelf of the pack"),
        ("x/y.yaml", "a: b\n", "it stands on no shelf of the pack"),
    ],
)
def test_what_cannot_be_read_as_policy_is_no_verdict(
    iscode: Any, tmp_path: Path, path: str, text: str, words: str
) -> None:
    done = iscode("policy", "pack", "check", str(write(tmp_path / "boats", PACK | {path: text})))
    assert (2, "") == (done.code, done.out)
    assert words in done.err
    assert str(tmp_path / "boats" / path) in done.err


@pytest.mark.parametrize(("shelf", "suffix"), [*SHELVES.items(), ("rules/own/", ".test.yaml")])
def test_no_shelf_of_a_pack_is_counted_and_not_read(iscode: Any, tmp_path: Path, shelf: str, suffix: str) -> None:
    path = write(tmp_path / "boats", {f"{shelf}x{suffix}": "[total: nonsense"}) / f"{shelf}x{suffix}"
    done = iscode("policy", "pack", "check", str(tmp_path / "boats"))
    assert (True, True) == (done.code in (1, 2), str(path) in done.out + done.err), done
    assert "is sound" not in done.out


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("policies/signatures/x.yaml", "id: x\ntitle: X\n", "the file says nothing"),
        ("rules/definitions.yaml", "{}\n", "the file says nothing"),
        ("rules/sea/gone.test.yaml", CASES, "there is no rule beside these cases, so nobody runs them"),
    ],
)
def test_a_file_from_which_nothing_could_be_judged_is_not_sound(
    iscode: Any, tmp_path: Path, path: str, text: str, words: str
) -> None:
    for files in ({path: text}, PACK | {path: text}):
        done = iscode("policy", "pack", "check", str(write(tmp_path / "boats", files)))
        assert (1, True) == (done.code, done.out.splitlines()[-1].endswith("is not sound")), done
        [line] = [line for line in done.out.splitlines() if words in line]
        assert line.startswith(str(tmp_path / "boats" / path))


@pytest.mark.parametrize("name", ["rules", "schemas", "rules/assets"])
def test_a_pack_in_a_folder_that_is_called_like_what_ships_is_not_taken_for_that(
    iscode: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(tmp_path / name, PACK)
    monkeypatch.chdir(tmp_path)
    done = iscode("policy", "pack", "check", name)
    assert (0, "6 files: 1 rule, 1 kind; 1 requirement served") == (done.code, done.out.splitlines()[0])
    told = json.loads(iscode("policy", "pack", "check", name, "-f", "json").out)
    assert (["boat-long"], ["Boat"]) == (told["rules"], told["kinds"])


def test_a_rule_without_cases_is_not_sound(iscode: Any, tmp_path: Path) -> None:
    files = {path: text for path, text in PACK.items() if not path.endswith(".test.yaml")}
    done = iscode("policy", "pack", "check", str(write(tmp_path / "boats", files)))
    assert (1, True) == (done.code, "boat-long has no cases; write " in done.out)


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "is no folder"), ({"README.md": "# Nothing\n"}, "holds no policy, so there is nothing to check")],
)
def test_nothing_to_check_is_no_success(iscode: Any, tmp_path: Path, files: dict[str, str], words: str) -> None:
    write(tmp_path / "boats", files)
    done = iscode("policy", "pack", "check", str(tmp_path / "boats"))
    assert (2, True) == (done.code, words in done.err)


def test_the_whole_disk_is_no_pack_and_is_not_read(iscode: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("iscode.policy.pack.FolderSnapshot", lambda *_, **__: pytest.fail("the disk is read"))
    (tmp_path / "top").symlink_to("/")
    for name in ("/", str(tmp_path / "top")):
        done = iscode("policy", "pack", "check", name)
        assert (2, True) == (done.code, f"{name} is the whole disk, and no pack" in done.err), done


def test_a_link_in_a_pack_is_refused(iscode: Any, tmp_path: Path) -> None:
    write(tmp_path / "boats", PACK)
    (tmp_path / "boats" / "rules" / "link.yaml").symlink_to(tmp_path / "boats" / "rules" / "sea" / "boat-long.yaml")
    done = iscode("policy", "pack", "check", str(tmp_path / "boats"))
    assert (2, True) == (done.code, "it is no regular file" in done.err)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: Any) -> Path:
    """Where the interpreter of the test has its packages: the pack as `boats`."""
    folder = tmp_path / "site-packages"
    write(folder, {f"boats/{path}": text for path, text in PACK.items()})
    write(folder, {"boats-1.0.dist-info/RECORD": "boats/README.md,,\n"})
    monkeypatch.setattr(installed.site, "getsitepackages", lambda: [str(folder)])
    return folder


def test_an_installed_package_is_judged_by_its_name(iscode: Any, site: Path) -> None:
    done = iscode("policy", "pack", "check", "package:boats")
    assert (0, True) == (done.code, "package:boats  sha256:" in done.out), done
    assert 2 == iscode("policy", "pack", "check", "package:ships").code


CONFIG = "# who judges\nversion: 1 # the format\nprofile: integrated\n"


@pytest.mark.parametrize("name", ["policy-pack", "package:boats"])
def test_a_pack_is_named_with_its_digest_then_refused_when_it_changed_then_accepted(
    iscode: Any, firm: Any, site: Path, name: str
) -> None:
    folder = site / "boats" if name.startswith("package:") else firm.top / "policy-pack"
    write(folder, PACK)
    (firm.top / "iscode.yaml").write_text(CONFIG)
    pack = ("policy", "pack")
    at = ("--root", str(firm.top))
    shown = iscode(*pack, "add", name, *at)
    assert (0, CONFIG, True) == (shown.code, (firm.top / "iscode.yaml").read_text(), "give --write" in shown.out)
    assert 0 == iscode(*pack, "add", name, *at, "--write").code
    key = "package: boats" if name.startswith("package:") else "path: policy-pack"
    text = (firm.top / "iscode.yaml").read_text()
    assert text.startswith(f"{CONFIG}packs:\n  - {key}\n    digest: ")
    check = ("check", str(firm.top), "--as-of", DAY)
    assert 0 == iscode(*check).code
    assert "every digest is that of what is there\n" == iscode(*pack, "update", *at).out

    (folder / "rules/sea/boat-long.yaml").write_text(RULE.replace("metres: 3", "metres: 2"))
    refused = iscode(*check)
    assert (2, True) == (refused.code, f"`iscode policy pack update {name} --write` accepts" in refused.err)
    shown = iscode(*pack, "update", name, *at)
    assert (0, text) == (shown.code, (firm.top / "iscode.yaml").read_text())
    assert "nothing is written yet: give --write" in shown.out
    assert 0 == iscode(*pack, "update", name, *at, "--write").code
    new = (firm.top / "iscode.yaml").read_text()
    assert [True, 1] == [new.startswith(CONFIG), sum(a != b for a, b in zip(new.split(), text.split(), strict=True))]
    assert 0 == iscode(*check).code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "policy-pack"), "iscode.yaml names policy-pack already"),
        (("update", "other"), "iscode.yaml names no pack other"),
        (("add", "docs"), "holds no policy"),
        (("add", "../boats"), "'../boats' is no folder below the root"),
        (("add", "./policy-pack/"), "iscode.yaml names policy-pack already"),
        (("add", "/policy-pack"), "'/policy-pack' is no folder below the root"),
        (("add", "./"), "'./' is no folder below the root"),
        (("update", "../policy-pack"), "'../policy-pack' is no folder below the root"),
        (("add", "package:none"), "is not installed here"),
    ],
)
def test_what_cannot_be_named_or_accepted_is_told(iscode: Any, firm: Any, words: tuple[str, str], said: str) -> None:
    write(firm.top / "policy-pack", PACK)
    (firm.top / "iscode.yaml").write_text(f"{CONFIG}packs: [{{path: policy-pack}}]\n")
    done = iscode("policy", "pack", *words, "--root", str(firm.top), "--write")
    assert (2, True) == (done.code, said in done.err), done
