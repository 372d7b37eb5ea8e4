"""Options beside a base only tighten: what a command line asks for must block all that the policy blocks without it."""

from __future__ import annotations

from typing import Any

import pytest

DEMAND = "gate: {policy_change: {level: attested, roles: [Role:owner]}}\n"
PROFILE = "id: other\ntitle: Other\nextends: mine\n"
TIGHTER = {
    "the same": "",
    "a severity raised": "severity: {small: blocker}\n",
    "more severities block": "gate: {block: [blocker, high, medium]}\n",
    "known results block": "gate: {existing: block}\n",
    "shorter waivers": "gate: {waiver_days: 30}\n",
    "a rule more": "select: {rules: [mild]}\n",
}
SOFTER = {
    "a rule left out": ("select: {without: [small]}\n", "leaves out small"),
    "a severity lowered": ("severity: {small: low}\n", "takes small less seriously"),
    "another parameter": ("params: {small: {most: 2}}\n", "gives small other parameters"),
    "fewer severities block": ("gate: {block: [blocker]}\n", "blocks fewer severities"),
    "no approval": ("gate: {policy_change: report}\n", "asks for another approval"),
    "a scope": ("scope: {paths: [c/b*]}\n", "has another scope"),
}


def with_profiles(change: Any, text: str, mine: str = "") -> None:
    change.base(
        {
            "policy/policies/profiles/other.yaml": PROFILE + text,
            "policy/policies/profiles/mine.yaml": change.files["policy/policies/profiles/mine.yaml"].replace(
                "]}", "], without: [mild]}"
            )
            + mine,
            "policy/rules/mild.yaml": change.rule("mild", "true", severity="low"),
        }
    )


@pytest.mark.parametrize("way", TIGHTER)
def test_a_profile_that_asks_all_of_the_named_one_judges(change: Any, way: str) -> None:
    with_profiles(change, TIGHTER[way])
    verdict = change.judge("--profile", "other")
    assert (0, "other") == (verdict.code, verdict.report["profile"]["id"])
    assert 1 == change.propose({"c/b.yaml": change.broken}, "--profile", "other").code


@pytest.mark.parametrize("way", SOFTER)
def test_a_profile_that_may_ask_less_is_no_verdict(change: Any, way: str) -> None:
    text, words = SOFTER[way]
    with_profiles(change, text, DEMAND if way == "no approval" else "")
    verdict = change.judge("--profile", "other")
    said = f"with --base a profile may only tighten, and other {words}"
    assert (2, True) == (verdict.code, said in verdict.err), verdict.err


@pytest.mark.parametrize(
    ("mine", "words"), [("existing: block", "lets known results pass"), ("waiver_days: 9", "last")]
)
def test_a_profile_with_a_softer_gate_is_no_verdict(change: Any, mine: str, words: str) -> None:
    with_profiles(change, "gate: {existing: report, waiver_days: 180}\n", f"gate: {{{mine}}}\n")
    verdict = change.judge("--profile", "other")
    assert (2, True) == (verdict.code, words in verdict.err), verdict.err


def test_a_severity_of_a_check_that_a_profile_would_cap_is_softer(change: Any) -> None:
    check = [{"that": "false", "message": "never", "severity": "blocker"}]
    with_profiles(change, "severity: {never: high}\n")
    change.base({"policy/rules/never.yaml": change.rule("never", "", subject="Trial", check=check)})
    assert "takes never less seriously" in change.judge("--profile", "other").err


def test_a_profile_that_only_the_head_has_is_no_verdict(change: Any) -> None:
    verdict = change.propose({"policy/policies/profiles/other.yaml": PROFILE}, "--profile", "other")
    assert (2, True) == (verdict.code, "there is no profile 'other'" in verdict.err)


def test_the_named_profile_may_be_given_again(change: Any) -> None:
    assert 0 == change.judge("--profile", "mine").code


def test_a_severity_given_must_block_what_either_profile_blocks(change: Any) -> None:
    assert [0, 0, 0] == [change.judge("--fail-on", severity).code for severity in ("low", "medium", "high")]
    verdict = change.judge("--fail-on", "blocker")
    assert (2, True) == (verdict.code, "--fail-on may only tighten, and blocker lets high pass" in verdict.err)
    change.edit("policy/policies/profiles/mine.yaml", "title: Mine", "title: Mine\ngate: {block: [blocker, low]}")
    assert "medium lets low pass" in change.propose({}, "--fail-on", "medium").err


def test_known_results_cannot_be_let_pass_where_either_profile_has_them_block(change: Any) -> None:
    assert [0, 0] == [change.judge("--existing", word).code for word in ("report", "block")]
    change.edit("policy/policies/profiles/mine.yaml", "title: Mine", "title: Mine\ngate: {existing: block}")
    verdict = change.propose({}, "--existing", "report")
    assert (2, True) == (verdict.code, "--existing may only tighten" in verdict.err)
    assert 0 == change.judge("--existing", "block").code


def test_waivers_may_be_ignored_and_new_results_alone_shown_without_a_word_on_the_verdict(change: Any) -> None:
    change.base({"c/w.yaml": change.leave, "policy/rules/not-grown.yaml": None})
    assert [0, 1] == [change.propose({"c/b.yaml": change.broken}, *word).code for word in ((), ("--ignore-waivers",))]
    assert 0 == change.judge("--new-only").code


def test_no_variable_of_the_environment_configures(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change.commit({"c/b.yaml": change.broken})
    before = change.judge().report
    for name in ("ISCODE_BASE", "ISCODE_PROFILE", "ISCODE_FAIL_ON", "ISCODE_EXISTING", "CHECK_EXISTING"):
        monkeypatch.setenv(name, "report")
    assert before == change.judge().report


def test_a_profile_that_asks_about_fewer_requirements_is_no_verdict(change: Any) -> None:
    """A rule about requirements asks about those of the standards that a profile selects."""
    second = change.catalog("two", "1")
    rule = change.rule("decided", "true", subject="Requirement", requirements=["std:A.*", "two:1"])
    change.base(
        {
            "policy/policies/catalogs/two.yaml": second,
            "policy/rules/decided.yaml": rule.replace("{self.id} is", "it is"),
            "policy/policies/profiles/mine.yaml": 'id: mine\ntitle: M\nselect: {requirements: ["std:*", "two:*"]}\n',
            "policy/policies/profiles/other.yaml": 'id: other\ntitle: O\nselect: {requirements: ["std:*"]}\n',
        }
    )
    verdict = change.judge("--profile", "other")
    assert (2, True) == (verdict.code, "asks decided about fewer requirements" in verdict.err), verdict.err
