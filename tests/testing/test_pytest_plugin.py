"""The plugin of pytest: each case of a folder of rules is an item, and nothing that is wrong with them passes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

RULE = """\
id: role-is-titled
title: A role has a title worth reading
severity: low
requirements: [iso27001:5.3]
phase: check
subject: Role
params: {least: 4}
check:
  - {that: 'size(self.title) >= params.least', at: self.title, message: "the title {self.title} is short"}
rationale: Somebody reads it.
remediation: Write a longer one.
"""
CASES = """\
rule: role-is-titled
cases:
  - name: a long title
    as_of: "2026-11-24"
    given: [{kind: Role, id: r, title: Lead}]
    expect: pass
  - name: a short title
    as_of: "2026-11-24"
    given: [{kind: Role, id: r, title: Me}]
    expect: {fail: {at: title, message: Me}}
  - name: a bound of its own
    as_of: "2026-11-24"
    params: {least: 2}
    given: [{kind: Role, id: r, title: Me}]
    expect: pass
"""
pytest_plugins = ["pytester"]

CONFIGURED = "[pytest]\niscode_rules = pack\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder of somebody's own rules, named by the configuration of a project."""
    (tmp_path / "pytest.ini").write_text(CONFIGURED)
    folder = tmp_path / "pack" / "people"
    folder.mkdir(parents=True)
    (folder / "role-is-titled.yaml").write_text(RULE)
    (folder / "role-is-titled.test.yaml").write_text(CASES)
    return folder


def run(project: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and the output of pytest in a project."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_each_case_is_an_item_named_by_its_file_and_its_name(tmp_path: Path, pack: Path) -> None:
    code, said = run(tmp_path, "--collect-only", "-q")
    names = ["a long title", "a short title", "a bound of its own"]
    assert (code, [f"pack/people/role-is-titled.test.yaml::{name}" for name in names]) == (0, said.splitlines()[:3])


def test_cases_that_hold_pass_and_one_can_be_chosen(tmp_path: Path, pack: Path) -> None:
    assert (0, True) == ((found := run(tmp_path))[0], "3 passed" in found[1])
    chosen = run(tmp_path, "pack/people/role-is-titled.test.yaml::a short title")
    assert (0, True) == (chosen[0], "1 passed" in chosen[1])


def test_a_case_that_does_not_hold_fails_with_its_place_and_the_difference(tmp_path: Path, pack: Path) -> None:
    cases = pack / "role-is-titled.test.yaml"
    change(cases, "{fail: {at: title, message: Me}}", "pass")
    code, said = run(tmp_path)
    assert code == 1
    assert "role-is-titled: a short title" in said
    assert f"{cases}:7:5: expected pass, but it said: fail for Role:r" in said
    assert "the title Me is short" in said
    assert "1 failed, 2 passed" in said
    assert "Traceback" not in said


def test_a_case_that_is_broken_fails_with_its_own_place_and_the_others_run(tmp_path: Path, pack: Path) -> None:
    cases = pack / "role-is-titled.test.yaml"
    change(cases, "least: 2", "most: 2")
    code, said = run(tmp_path)
    assert code == 1
    assert f"{cases}:13:14: the rule role-is-titled has no parameter 'most'\nit has: least" in said
    assert "1 failed, 2 passed" in said


def test_an_expression_that_does_not_compile_fails_at_the_rule(tmp_path: Path, pack: Path) -> None:
    change(pack / "role-is-titled.yaml", "self.title)", "self.titel)")
    code, said = run(tmp_path)
    assert code == 1
    assert re.search(rf"{re.escape(str(pack))}/role-is-titled\.yaml:9:\d+: .*titel", said)
    assert "did you mean" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("role-is-titled.yaml", "subject: Role", "subject: Rol", "role-is-titled.yaml:6:"),
        ("role-is-titled.yaml", "5.3", "5.33", "role-is-titled.yaml:4:"),
        ("role-is-titled.test.yaml", "expect: pass", "expekt: pass", "role-is-titled.test.yaml:6:5"),
        ("role-is-titled.test.yaml", "rule: role-is-titled", "rule: another", "role-is-titled.test.yaml:1:1"),
        ("role-is-titled.test.yaml", "a short title", "a long title", "role-is-titled.test.yaml:7:5"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(
    tmp_path: Path, pack: Path, file: str, old: str, new: str, told: str
) -> None:
    change(pack / file, old, new)
    code, said = run(tmp_path)
    assert (2, True) == (code, f"{pack}/{told}" in said), said
    assert "Traceback" not in said


def test_a_rule_without_cases_is_an_error(tmp_path: Path, pack: Path) -> None:
    (pack / "role-is-titled.test.yaml").unlink()
    code, said = run(tmp_path)
    assert (2, True) == (code, "the rule has no cases; write role-is-titled.test.yaml beside it" in said), said


def test_cases_without_a_rule_are_an_error(tmp_path: Path, pack: Path) -> None:
    (pack / "role-is-titled.yaml").unlink()
    code, said = run(tmp_path)
    assert (2, True) == (code, "there is no rule beside these cases" in said), said


def test_a_rule_of_a_shipped_name_is_an_error_and_replaces_nothing(tmp_path: Path, pack: Path) -> None:
    change(pack / "role-is-titled.yaml", "phase: check", "phase: check\naliases: [role-has-holder]")
    code, said = run(tmp_path)
    assert (2, True) == (code, "'role-has-holder' already names the rule at" in said), said


def test_a_pack_has_definitions_of_its_own_beside_the_shipped_ones(tmp_path: Path, pack: Path) -> None:
    definition = "long_enough:\n  of: [text: string, least: int]\n  is: size(text) >= least\n  doc: Long enough.\n"
    (pack.parent / "definitions.yaml").write_text(definition)
    change(pack / "role-is-titled.yaml", "size(self.title) >= params.least", "long_enough(self.title, params.least)")
    assert (0, True) == ((found := run(tmp_path))[0], "3 passed" in found[1]), found[1]


def test_a_folder_that_is_not_there_is_a_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(CONFIGURED)
    code, said = run(tmp_path)
    assert (4, True) == (code, f"iscode_rules names {tmp_path}/pack, which is no folder" in said)


def test_without_the_option_no_file_is_collected_and_nothing_of_the_engine_is_imported(
    tmp_path: Path, pack: Path
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert not {'msgspec', 'yaml', 'iscode.testing'} & set(sys.modules)\n"
    )
    assert (0, True) == ((found := run(tmp_path))[0], "1 passed" in found[1]), found[1]


def test_yaml_in_other_folders_is_none_of_its_business(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "other.test.yaml").write_text("not: [ours")
    (tmp_path / "other.yaml").write_text("not: [ours")
    assert (0, True) == ((found := run(tmp_path))[0], "3 passed" in found[1])


OWN: dict[str, str] = {
    "policy-pack/schemas/boat.schema.json": json.dumps(
        {
            "type": "object",
            "required": ["kind", "id", "status"],
            "additionalProperties": False,
            "properties": {
                "kind": {"type": "string", "const": "Boat"},
                "id": {"type": "string", "minLength": 1},
                "status": {"type": "string", "enum": ["active"]},
                "length": {"type": "integer"},
            },
        }
    ),
    "policy-pack/policies/catalogs/harbour.yaml": "id: harbour\ntitle: T\nedition: E\nrequirements:\n"
    "  - {id: '1', kind: clause, label: L, phase: do}\n",
    "policy-pack/rules/definitions.yaml": "long: {of: [metres: int], is: metres > 3, doc: Long enough.}\n",
    "policy-pack/rules/sea/boat-long.yaml": """\
id: boat-long
title: A boat is long
severity: high
requirements: ["harbour:1"]
phase: check
subject: Boat
needs: [length]
check: [{that: long(self.length), at: self.length, message: "{self.id} has {self.length} m"}]
rationale: A short boat sinks.
remediation: Build a longer one.
""",
    "policy-pack/rules/sea/boat-long.test.yaml": """\
rule: boat-long
cases:
  - {name: four metres, as_of: "2026-11-24", given: [{kind: Boat, id: b, length: 4}], expect: pass}
  - {name: three metres, as_of: "2026-11-24", given: [{kind: Boat, id: b, length: 3}], expect: {fail: {at: length}}}
""",
    "policy-pack/README.md": "# Boats\n",
}
CASE_FILE = "policy-pack/rules/sea/boat-long.test.yaml"


@pytest.fixture
def own(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a pack: a kind, a catalog, a definition and a rule of its own."""
    pytester.makeini("[pytest]\niscode_rules = policy-pack\n")
    for path, text in OWN.items():
        (pytester.path / path).parent.mkdir(parents=True, exist_ok=True)
        (pytester.path / path).write_text(text)
    return pytester


def test_a_pack_is_tested_with_the_kinds_catalogs_and_definitions_that_it_brings(own: pytest.Pytester) -> None:
    result = own.runpytest_subprocess("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"{CASE_FILE}::four metres PASSED*", f"{CASE_FILE}::three metres PASSED*"])


def test_a_case_of_a_pack_that_does_not_hold_names_its_file_on_disk(own: pytest.Pytester) -> None:
    change(own.path / CASE_FILE, "length: 4", "length: 2")
    result = own.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*boat-long: four metres*", f"{own.path}/{CASE_FILE}:3:6: expected pass, but it said*"]
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "rules/sea/boat-long.yaml",
            "subject: Boat",
            "subject: Bot",
            "{pack}/rules/sea/boat-long.yaml:6:1: 'Bot' is no",
        ),
        (
            "rules/definitions.yaml",
            "metres: int",
            "metres: itn",
            "{pack}/rules/definitions.yaml:1:13: 'itn' is no type",
        ),
        ("schemas/boat.schema.json", '"integer"', '"integr"', "{pack}/schemas/boat.schema.json:1:"),
        ("policies/catalogs/harbour.yaml", "'1'", "'2'", "{pack}/rules/sea/boat-long.yaml:4:16: harbour:1 names no"),
    ],
)
def test_what_is_broken_in_a_pack_is_told_once_with_its_place(
    own: pytest.Pytester, file: str, old: str, new: str, told: str
) -> None:
    change(own.path / "policy-pack" / file, old, new)
    result = own.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    assert pytest.ExitCode.INTERRUPTED == result.ret
    assert told.format(pack=own.path / "policy-pack") in result.stdout.str()


def test_what_stands_on_no_shelf_of_a_pack_is_an_error_for_nobody_reads_it(own: pytest.Pytester) -> None:
    (own.path / "policy-pack" / "boat-wide.yaml").write_text("id: boat-wide\n")
    result = own.runpytest_subprocess()
    assert pytest.ExitCode.INTERRUPTED == result.ret
    result.stdout.fnmatch_lines(["*policy-pack/boat-wide.yaml:1:1: it stands on no shelf of the pack*"])


def test_a_rule_of_one_pack_may_use_the_kinds_of_another(own: pytest.Pytester) -> None:
    own.makeini("[pytest]\niscode_rules = policy-pack second\n")
    (own.path / "second" / "rules").mkdir(parents=True)
    for name in ("boat-long.yaml", "boat-long.test.yaml"):
        text = (own.path / "policy-pack" / "rules" / "sea" / name).read_text()
        (own.path / "second" / "rules" / name.replace("long", "far")).write_text(text.replace("boat-long", "boat-far"))
    own.runpytest_subprocess().assert_outcomes(passed=4)


def test_a_link_among_the_rules_is_an_error_for_what_it_leads_to_is_not_read(tmp_path: Path, pack: Path) -> None:
    (pack / "role-is-titled.test.yaml").rename(tmp_path / "elsewhere.yaml")
    (pack / "role-is-titled.test.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    code, said = run(tmp_path)
    assert (2, True) == (code, "role-is-titled.test.yaml: it is no regular file" in said), said
