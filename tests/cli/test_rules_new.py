"""rules new: two files to fill in, which compile, and which neither lint nor the cases let pass before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iscode.cli.run import run

ASKED = ["--subject", "Asset", "--requirement", "iso27001:A.8.8"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty root that names a pack in which there is nothing yet; it is the current folder."""
    assert run(["init", str(tmp_path / "own")]) == 0
    monkeypatch.chdir(tmp_path / "own")
    with Path("iscode.yaml").open("a") as config:
        config.write("packs:\n  - path: house\n")
    return tmp_path / "own"


def draft(own: Path, name: str) -> tuple[Path, Path]:
    """The rule of that name and its cases."""
    [rule] = own.glob(f"house/rules/*/{name}.yaml")
    return rule, rule.with_suffix(".test.yaml")


def test_a_draft_stands_beside_the_rules_on_its_kind_with_the_phase_of_what_it_serves(
    own: Path, iscode: Callable[..., Any]
) -> None:
    assert 0 == iscode("rules", "new", "scanned-weekly", *ASKED, "--severity", "high").code
    rule, cases = draft(own, "scanned-weekly")
    assert "technical" == rule.parent.name
    assert cases.is_file()
    head = "id: scanned-weekly\ntitle: Scanned weekly\nseverity: high\nrequirements:\n  - iso27001:A.8.8\nphase: do\n"
    assert rule.read_text().startswith(head + "subject: Asset\n")


@pytest.mark.parametrize(
    "subject", [["Asset"], ["AISystem", "Model"], ["Record"], ["Repository"], ["Requirement"]], ids=" ".join
)
def test_a_draft_of_any_subject_compiles_and_its_failing_case_holds_and_its_passing_one_does_not(
    own: Path, iscode: Callable[..., Any], subject: list[str]
) -> None:
    named = [word for kind in subject for word in ("--subject", kind)]
    assert 0 == iscode("rules", "new", "drafted", *named, "--requirement", "iso42001:A.9.*").code
    done = iscode("rules", "test")
    assert 1 == done.code
    assert "1 cases hold, 1 do not" == done.out.splitlines()[-1]
    assert ": all is well: expected pass, but it said: fail for " in done.out


def test_lint_names_all_that_is_still_to_be_written(own: Path, iscode: Callable[..., Any]) -> None:
    iscode("rules", "new", "drafted", *ASKED)
    done = iscode("rules", "lint")
    assert 1 == done.code
    remarks = [line.partition(": ")[2] for line in done.out.splitlines() if line.startswith("house/")]
    assert [
        "this is always false, so it always fails",
        "the rationale is still to be written",
        "the remediation is still to be written",
    ] == remarks


def test_a_draft_that_is_filled_in_passes(own: Path, iscode: Callable[..., Any]) -> None:
    iscode("rules", "new", "drafted", *ASKED)
    rule, cases = draft(own, "drafted")
    text = rule.read_text().replace('that: "false"', "that: self.?malware_protection.orValue(false)")
    rule.write_text(re.sub(r"^(rationale|remediation): .*$", r"\1: because", text, flags=re.MULTILINE))
    cases.write_text(cases.read_text().replace("id: well", "id: well\n        malware_protection: true"))
    assert 0 == iscode("rules", "lint").code
    assert 0 == iscode("rules", "test", "--mutate").code


def test_a_draft_fails_for_everybody_until_it_is_written(firm: Any, iscode: Callable[..., Any]) -> None:
    firm.write("iscode.yaml", (firm.top / "iscode.yaml").read_text() + "packs:\n  - path: house\n")
    iscode("rules", "new", "drafted", "--subject", "AISystem", "--requirement", "iso42001:A.9.2", "--severity", "high")
    done = iscode("check", "--as-of", "2026-11-24", "--existing", "block")
    assert 1 == done.code
    assert 3 == done.out.count("nobody has written yet what")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--subject", "Asst", "--requirement", "iso27001:A.8.8"], 'did you mean "Asset"?'),
        (["x", "--subject", "Asset", "--requirement", "iso27001:A.8.99"], "did you mean iso27001:A.8.9?"),
        (["x", "--subject", "Commit", "--requirement", "iso27001:A.8.8"], "a rule about commits is not drafted"),
        (["X y", *ASKED], "does not have its form"),
        (["../x", *ASKED], "does not have its form"),
        (["x", "--family", "../..", *ASKED], "is no path of a file below the folder"),
        (["x", "--pack", "../other", *ASKED], "'../other' is no folder below the root"),
        (["x", "--pack", "house/../..", *ASKED], "'house/../..' is no folder below the root"),
        (["x", "--pack", "/house", *ASKED], "write the path from the root, e.g. policy-pack"),
        (["x", "--pack", ".", *ASKED], "'.' is no folder below the root"),
        (["x", "--pack", "package:boats", *ASKED], "is an installed package, which is not written to"),
        (["licence-suffices", *ASKED], "licence-suffices is there already: rules/assets/licence-suffices.yaml"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    own: Path, iscode: Callable[..., Any], words: list[str], message: str
) -> None:
    done = iscode("rules", "new", *words)
    assert 2 == done.code
    assert message in done.err
    assert not (own / "house").exists()
    assert not (own.parent / "other").exists()


def test_nothing_that_is_there_is_replaced(own: Path, iscode: Callable[..., Any]) -> None:
    assert 0 == iscode("rules", "new", "drafted", *ASKED).code
    rule, _ = draft(own, "drafted")
    before = rule.read_text()
    done = iscode("rules", "new", "drafted", "--severity", "low", *ASKED)
    assert (2, before) == (done.code, rule.read_text())
    assert "drafted is there already: house/rules/technical/drafted.yaml" in done.err


def test_nothing_is_written_beside_a_rule_of_that_id_in_no_family(own: Path, iscode: Callable[..., Any]) -> None:
    assert 0 == iscode("rules", "new", "drafted", *ASKED).code
    rule, cases = draft(own, "drafted")
    moved = rule.rename(own / "house/rules/drafted.yaml")
    cases.unlink()
    done = iscode("rules", "new", "drafted", *ASKED)
    assert (2, [moved]) == (done.code, list(own.glob("house/rules/**/drafted*")))
    assert "drafted is there already: house/rules/drafted.yaml" in done.err


@pytest.mark.parametrize("named", ["house/", "./house", "a/../house"])
def test_a_pack_is_the_one_of_iscode_yaml_however_its_path_is_typed(
    own: Path, iscode: Callable[..., Any], named: str
) -> None:
    done = iscode("rules", "new", "drafted", *ASKED, "--pack", named)
    assert (0, False) == (done.code, "nobody reads it" in done.err), done
    assert "technical" == draft(own, "drafted")[0].parent.name


def test_a_pack_whose_own_name_ends_like_the_shelf_gets_a_rule_where_most_of_its_others_are(
    own: Path, iscode: Callable[..., Any]
) -> None:
    (own / "iscode.yaml").write_text((own / "iscode.yaml").read_text().replace("path: house", "path: house-rules"))
    asked = ["--subject", "Obligation", "--requirement", "iso27001:A.5.31"]
    for name in ("one", "two", "three"):  # two of those that ship judge an obligation
        assert 0 == iscode("rules", "new", f"v-{name}", *asked, "--family", "ours").code
    assert 0 == iscode("rules", "new", "v-four", *asked).code
    assert (own / "house-rules/rules/ours/v-four.yaml").is_file()


def test_a_file_of_a_pack_that_is_no_rule_keeps_no_id_from_a_rule(own: Path, iscode: Callable[..., Any]) -> None:
    (own / "iscode.yaml").write_text((own / "iscode.yaml").read_text().replace("path: house", "path: house-rules"))
    profile = own / "house-rules/policies/profiles/strict.yaml"
    profile.parent.mkdir(parents=True)
    profile.write_text("id: strict\ntitle: Strict\nextends: starter\n")
    done = iscode("rules", "new", "strict", *ASKED)
    assert (0, "") == (done.code, done.out), done


def test_it_is_said_where_no_pack_of_that_name_is_read(own: Path, iscode: Callable[..., Any]) -> None:
    assert 0 == iscode("rules", "new", "first", *ASKED).code
    done = iscode("rules", "new", "drafted", "--pack", "elsewhere", *ASKED)
    assert 0 == done.code
    assert "nobody reads it until iscode.yaml says packs: [{path: elsewhere}]" in done.err
    assert (own / "elsewhere/rules/technical/drafted.test.yaml").is_file()
