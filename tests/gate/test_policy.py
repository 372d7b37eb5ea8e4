"""Policy of a base and of a head: what softens counts where both say so, what hardens where either does."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

CONFIG, PROFILE, RULE = "iscode.yaml", "policy/policies/profiles/mine.yaml", "policy/rules/small.yaml"
DAY = "2026-11-01"
BREAKS = {("small", "Box:b"), ("not-grown", "Box:b")}
Edit = tuple[str, str, str]


def edit(change: Any, *edits: Edit) -> None:
    for path, old, new in edits:
        change.edit(path, old, new)


def titled(text: str) -> Edit:
    """An edit of the profile that adds keys to it."""
    return PROFILE, "title: Mine", f"title: Mine\n{text}"


def test_a_change_that_keeps_all_rules_passes(change: Any) -> None:
    verdict = change.propose({"c/b.yaml": change.record("Box", "b", size=1)})
    assert (0, []) == (verdict.code, verdict.report["policy_changes"])


def test_a_break_is_refused(change: Any) -> None:
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)


WEAKER: dict[str, list[Edit]] = {
    "the rule asks less": [(RULE, "most: 3", "most: 30")],
    "the rule asks nothing": [(RULE, "self.?size.orValue(0) <= params.most", "params.most > 0")],
    "the rule binds later": [(RULE, "severity: high", 'severity: high\neffective_on: "2099-01-01"')],
    "the rule is milder": [(RULE, "severity: high", "severity: low")],
    "the rule is about others": [(RULE, "severity: high", "severity: high\nstatus: [retired]")],
    "the profile has another parameter": [titled("params: {small: {most: 30}}")],
    "the profile has it milder": [titled("severity: {small: low}")],
    "the profile leaves it out": [(PROFILE, '["std:*"]', '["std:*"], without: [small]')],
    "the profile selects less": [(PROFILE, '["std:*"]', '["std:1.1"]')],
    "the profile blocks less": [titled("gate: {block: [blocker]}")],
    "the profile has a scope by path": [titled("scope: {paths: [c/o*]}")],
    "the profile has a scope by tag": [titled("scope: {tags: [checked]}")],
    "another profile is named": [(CONFIG, "profile: mine", "profile: lax")],
    "the pack is another": [(CONFIG, "{path: policy}", "{path: lax}"), (CONFIG, "profile: mine", "profile: apart")],
    "the record is excluded": [(CONFIG, "packs:", "exclude: [c/b.yaml]\npacks:")],
    "the records are others": [(CONFIG, "c/**/*.yaml", "c/[ot]*.yaml")],
}


@pytest.mark.parametrize("way", WEAKER)
def test_no_weaker_policy_of_the_head_lets_its_break_pass(change: Any, way: str) -> None:
    change.base(
        {
            "policy/policies/profiles/lax.yaml": "id: lax\ntitle: Lax\nselect: {rules: [tried]}\n",
            "lax/policies/profiles/apart.yaml": "id: apart\ntitle: Apart\nselect: {rules: [mild]}\n",
            "lax/rules/mild.yaml": change.rule("mild", "true", subject="Fellow"),
            "c/tagged.yaml": change.record("Box", "tagged", tags=["checked"]),
            "c/trial.yaml": change.record("Trial", "tagged", of="Box:tagged", held="2026-10-01"),
        }
    )
    edit(change, *WEAKER[way])
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, True) == (verdict.code, ("small", "Box:b") in verdict.blocking)
    assert any("would no longer block" in effect for effects in verdict.changes.values() for effect in effects)


def test_a_rule_that_the_head_deletes_judges_until_the_merge(change: Any) -> None:
    verdict = change.propose({RULE: None, "c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)
    effect = (
        "softens: the rule small goes: it judges until the merge; once merged, 1 result of small would no longer block"
    )
    assert [effect] == verdict.changes[RULE]


def test_a_policy_that_only_softens_passes_and_is_told(change: Any) -> None:
    """`gate.policy_change` reports; two pull requests can weaken and then break."""
    edit(change, (RULE, "most: 3", "most: 30"), titled("gate: {block: [blocker]}"))
    verdict = change.propose({})
    assert 0 == verdict.code
    assert {
        "policy": [effect for effect in verdict.changes["policy"] if effect.startswith("the pack is sha256:")],
        RULE: [
            "may soften: changes the rule small: the base's text judges until the merge",
            "may soften: params.most of small is 30 instead of 3: the base's value counts until the merge",
        ],
        PROFILE: ["softens: high no longer blocks: counts after the merge"],
    } == verdict.changes


def test_a_change_says_how_many_requirements_it_weakens_and_which(change: Any) -> None:
    change.commit(dict.fromkeys(f"policy/rules/{name}.yaml" for name in ("small", "tried", "kept")))
    for form, words in (
        ("text", "changes of policy: this change weakens 3 requirements: std:1.1, std:A.1, std:A.2\n"),
        ("markdown", "**This change weakens 3 requirements: std:1.1, std:A.1, std:A.2.**\n"),
    ):
        assert words in change.call("check", "--rev", "HEAD", "--base", "main", "--as-of", DAY, "-f", form, ".").out


def test_a_change_that_only_hardens_weakens_nothing(change: Any) -> None:
    edit(change, titled("gate: {waiver_days: 30}"))
    change.commit()
    out = change.call("check", "--rev", "HEAD", "--base", "main", "--as-of", DAY, ".").out
    assert "changes of policy\n" in out
    assert "weaken" not in out


def test_an_exclusion_weakens_the_one_requirement_and_a_raised_bound_any(change: Any) -> None:
    change.edit("c/s.yaml", "A.1\n    applicable: true", "A.1\n    applicable: false")
    change.commit()
    asked = ("check", "--rev", "HEAD", "--base", "main", "--as-of", DAY, ".")
    assert "changes of policy: this change weakens 1 requirement: std:A.1\n" in change.call(*asked).out
    edit(change, titled("gate: {waiver_renewals: 9}"))
    change.commit()
    assert "this change weakens 1 requirement, and any other: std:A.1\n" in change.call(*asked).out


DEMAND = titled("gate: {policy_change: {level: attested, roles: [Role:owner]}}")


def test_where_an_approval_is_demanded_what_softens_is_refused_before_it_can_be_used(change: Any) -> None:
    """A weakening and a break in two pull requests: the first does not pass."""
    edit(change, DEMAND)
    change.base({})
    edit(change, (RULE, "most: 3", "most: 30"))
    verdict = change.propose({})
    assert (1, {("policy", f"File:{RULE}")}) == (verdict.code, verdict.blocking)
    said = "a change of policy needs an approval (attested by Role:owner), and none is attested: "
    assert verdict.result("policy")["message"].startswith(said)
    assert 0 == change.propose({RULE: change.files[RULE], "policy/rules/named.yaml": change.rule("named", "true")}).code


def test_the_command_that_approves_a_file_runs_nothing_that_stands_in_its_name(change: Any) -> None:
    odd = "policy/rules/of $(id)/small.yaml"
    edit(change, DEMAND)
    change.base({RULE: None, odd: change.files[RULE]})
    edit(change, (odd, "most: 3", "most: 30"))
    said = change.propose({}).result("policy")["message"]
    assert said.endswith(f"iscode approve --base BASE {shlex.quote(odd)}")


def test_the_demand_for_an_approval_counts_where_either_has_it(change: Any) -> None:
    edit(change, DEMAND, (RULE, "most: 3", "most: 30"))
    assert {("policy", f"File:{RULE}")} == change.propose({}).blocking
    change.base({PROFILE: (change.top / PROFILE).read_text()})
    verdict = change.propose({PROFILE: change.files[PROFILE]})
    assert {("policy", f"File:{PROFILE}")} == verdict.blocking
    [effect] = verdict.changes[PROFILE]
    said = "softens: a change of policy is report instead of attested by Role:owner: counts after the merge; "
    assert f"{said}once merged, 1 result of policy would no longer block" == effect


HARDER: dict[str, tuple[list[Edit], str]] = {
    "a rule named": ([(PROFILE, "without: [mild]", "rules: [mild]")], "the rule mild binds: counts now"),
    "a severity": ([titled("severity: {milder: blocker}")], "milder is blocker instead of low: counts now"),
    "a severity that blocks": ([titled("gate: {block: [blocker, high, low]}")], "low blocks too: counts now"),
}


@pytest.mark.parametrize("way", HARDER)
def test_what_hardens_counts_at_once(change: Any, way: str) -> None:
    edits, effect = HARDER[way]
    change.base(
        {
            "policy/rules/mild.yaml": change.rule("mild", '"label" in self'),
            "policy/rules/milder.yaml": change.rule("milder", '"label" in self', severity="low"),
            PROFILE: 'id: mine\ntitle: Mine\nselect: {requirements: ["std:*"], without: [mild]}\n',
            "c/b.yaml": change.record("Box", "b", size=2, label="b"),
        }
    )
    unlabelled = {"c/b.yaml": change.record("Box", "b", size=2)}
    assert 0 == change.propose(unlabelled).code
    edit(change, *edits)
    verdict = change.propose({})
    assert (1, 1) == (verdict.code, len(verdict.blocking))
    assert [f"hardens: {effect}"] == [
        text for effects in verdict.changes.values() for text in effects if text.startswith("hardens")
    ]


def test_a_rule_that_only_the_head_has_judges_at_once(change: Any) -> None:
    change.base({"c/b.yaml": change.record("Box", "b", size=2, label="b")})
    labelled = {"policy/rules/labelled.yaml": change.rule("labelled", '"label" in self')}
    verdict = change.propose({**labelled, "c/b.yaml": change.record("Box", "b", size=2)})
    assert (1, {("labelled", "Box:b")}) == (verdict.code, verdict.blocking)
    assert ["hardens: the rule labelled binds: counts now"] == verdict.changes["policy/rules/labelled.yaml"]


def test_a_rule_that_reads_a_field_the_base_does_not_know_binds_after_the_merge(change: Any) -> None:
    wider = change.schema("Box", size={"type": "integer"}, label={"type": "string"}, colour={"type": "string"})
    verdict = change.propose(
        {
            "policy/schemas/box.schema.json": wider,
            "policy/rules/painted.yaml": change.rule("painted", 'self.?colour.orValue("") != ""'),
        }
    )
    assert 0 == verdict.code
    [effect] = verdict.changes["policy/rules/painted.yaml"]
    assert effect.startswith("hardens: the rule painted binds: it binds after the merge: ")


def test_a_rule_that_does_not_even_compile_under_the_head_is_no_verdict(change: Any) -> None:
    verdict = change.propose({"policy/rules/painted.yaml": change.rule("painted", 'self.?colour.orValue("") != ""')})
    assert (2, True) == (verdict.code, "policy/rules/painted.yaml" in verdict.err)


def test_a_new_field_and_its_first_use_are_two_pull_requests(change: Any) -> None:
    wider = change.schema("Box", size={"type": "integer"}, label={"type": "string"}, colour={"type": "string"})
    verdict = change.propose({"policy/schemas/box.schema.json": wider})
    assert 0 == verdict.code
    assert ["may soften: changes the kind Box: the base's schema judges until the merge"] == verdict.changes[
        "policy/schemas/box.schema.json"
    ]
    verdict = change.propose({"c/b.yaml": change.record("Box", "b", size=2, colour="red")})
    assert (1, "a new field and its first use are two pull requests") == (
        verdict.code,
        verdict.result("schema")["message"].rpartition(": ")[2],
    )
    change.git("branch", "--force", "main", "HEAD~1")
    assert 0 == change.judge().code


def test_a_kind_that_only_the_head_has_is_known_at_once_and_judged_by_rules_for_every_kind(change: Any) -> None:
    change.base({"policy/rules/short.yaml": change.rule("short", "self.id.size() < 9", subject="Record")})
    lid = {"policy/schemas/lid.schema.json": change.schema("Lid")}
    assert 0 == change.propose({**lid, "c/lid.yaml": change.record("Lid", "l")}).code
    verdict = change.propose({"c/lid.yaml": change.record("Lid", "much-too-long")})
    assert (1, {("short", "Lid:much-too-long")}) == (verdict.code, verdict.blocking)
    effect = "hardens: the kind Lid comes in: counts now"
    assert [effect] == verdict.changes["policy/schemas/lid.schema.json"]


def test_a_kind_whose_records_would_soften_waits_for_the_merge(change: Any) -> None:
    keys = ("waives", "subjects", "reason", "requested_by", "approved_by", "starts", "expires")
    texts, day = {"type": "array", "items": {"type": "string"}}, {"type": "string", "format": "date"}
    types = (texts, texts, {"type": "string"}, {"type": "string"}, {"type": "string"}, day, day)
    pardon = change.schema("Pardon", *keys, marked={"x-waiver": True}, **dict(zip(keys, types, strict=True)))
    verdict = change.propose(
        {
            "policy/schemas/pardon.schema.json": pardon,
            "c/pardon.yaml": change.leave.replace("Leave", "Pardon"),
            "c/b.yaml": change.broken,
        }
    )
    assert (1, {*BREAKS, ("record", "File:c/pardon.yaml")}) == (verdict.code, verdict.blocking)
    [effect] = verdict.changes["policy/schemas/pardon.schema.json"]
    assert effect.startswith("hardens: the kind Pardon comes in: it counts after the merge: its records soften")


def test_a_definition_that_the_head_loosens_counts_after_the_merge(change: Any) -> None:
    path, text = "policy/rules/definitions.yaml", 'fits: {{of: [{{size: int}}], is: "size <= {}", doc: It fits.}}\n'
    change.base(
        {path: text.format(3), "policy/rules/fitting.yaml": change.rule("fitting", "fits(self.?size.orValue(0))")}
    )
    verdict = change.propose({path: text.format(30), "c/b.yaml": change.broken})
    assert ("fitting", "Box:b") in verdict.blocking
    [effect] = verdict.changes[path]
    assert effect.startswith(
        "may soften: changes definitions (fits): those of the base count until the merge; "
        "once merged, 1 result of fitting"
    )


def test_a_limit_that_the_head_lowers_counts_at_once_and_one_that_it_raises_after_the_merge(change: Any) -> None:
    change.base({"iscode.yaml": change.files["iscode.yaml"] + "limits: {scalar: 200}\n"})
    long = {"c/b.yaml": change.record("Box", "b", size=1, label="x" * 150)}
    edit(change, (CONFIG, "scalar: 200", "scalar: 100"))
    verdict = change.propose(long)
    assert (1, {"yaml"}) == (verdict.code, {rule for rule, _ in verdict.blocking} - {"tried", "reference"})
    assert "hardens: lowers limits.scalar from 200 to 100: counts now" in verdict.changes[CONFIG]
    edit(change, (CONFIG, "scalar: 100", "scalar: 2000"))
    verdict = change.propose({"c/b.yaml": change.record("Box", "b", size=1, label="x" * 300)})
    assert 1 == verdict.code
    [effect] = verdict.changes[CONFIG]
    assert effect.startswith("softens: raises limits.scalar from 200 to 2000: counts after the merge")


def test_records_that_either_names_are_judged_and_none_that_both_exclude(change: Any) -> None:
    change.base({"iscode.yaml": change.files["iscode.yaml"] + "exclude: [c/x*]\n", "c/x.yaml": "no: kind\n"})
    edit(change, (CONFIG, '["c/**/*.yaml"]', '["c/**/*.yaml", "d/*.yaml"]'), (CONFIG, "c/x*", "'[cd]/x*'"))
    verdict = change.propose({"d/x.yaml": "no: kind\n"})
    assert (1, {("record", "File:d/x.yaml")}) == (verdict.code, verdict.blocking)
    assert 1 == verdict.report["excluded"]


def test_a_record_is_judged_that_one_of_two_scopes_covers(change: Any) -> None:
    edit(change, titled("scope: {paths: ['c/*']}"))
    change.base({PROFILE: (change.top / PROFILE).read_text()})
    edit(change, (PROFILE, "c/*", "c/[bot]*"))
    verdict = change.propose({"c/new.yaml": change.record("Box", "new", size=9)})
    assert (1, {("small", "Box:new"), ("tried", "Box:new")}) == (verdict.code, verdict.blocking)


def test_a_pack_that_only_the_head_has_cuts_out_no_record(change: Any) -> None:
    """What looks like the cases of a rule is read by nobody in a pack."""
    place = "c/pack/rules/x.test.yaml"
    change.base(
        {place: change.record("Box", "x", size=2), "c/x.yaml": change.record("Trial", "x", of="Box:x", held=DAY)}
    )
    edit(change, (CONFIG, "{path: policy}", "{path: policy}, {path: c/pack}"))
    verdict = change.propose({place: change.record("Box", "x", size=9)})
    assert ("small", "Box:x") in verdict.blocking
    assert ["hardens: the pack sha256:"] == [effect[:25] for effect in verdict.changes["c/pack"]]


def test_the_version_that_is_required_is_the_heads(change: Any) -> None:
    old = {"iscode.yaml": "requires: '==0.0.1'\n" + str(change.files["iscode.yaml"])}
    change.git("checkout", "--quiet", "main")
    change.commit(old)
    change.git("checkout", "--quiet", "-B", "topic")
    assert 2 == change.judge().code
    edit(change, (CONFIG, "'==0.0.1'", "'>=0.0.1'"))
    verdict = change.propose({})
    assert (0, ["requires iscode >=0.0.1 instead of ==0.0.1: counts now"]) == (verdict.code, verdict.changes[CONFIG])


def test_a_base_whose_policy_does_not_compile_is_no_verdict(change: Any) -> None:
    change.base({RULE: "id: small\nnonsense: true\n"})
    verdict = change.propose({RULE: change.files[RULE]})
    assert (2, True) == (verdict.code, f"{RULE}:" in verdict.err)


def test_the_digest_of_a_pack_is_held_in_base_and_head(change: Any) -> None:
    edit(change, (CONFIG, "{path: policy}", f"{{path: policy, digest: 'sha256:{'0' * 64}'}}"))
    verdict = change.propose({})
    assert (2, True) == (verdict.code, f"sha256:{'0' * 64} is named" in verdict.err)


def test_a_base_whose_pack_is_not_the_one_it_names_is_no_verdict(change: Any) -> None:
    change.base(
        {CONFIG: change.files[CONFIG].replace("{path: policy}", f"{{path: policy, digest: 'sha256:{'0' * 64}'}}")}
    )
    verdict = change.propose({CONFIG: change.files[CONFIG]})
    assert (2, True) == (verdict.code, f"sha256:{'0' * 64} is named" in verdict.err)


def test_waivers_may_last_as_long_as_the_stricter_says(change: Any) -> None:
    change.base({"c/w.yaml": change.leave, "c/b.yaml": change.broken})
    assert 0 == change.judge().code
    edit(change, titled("gate: {waiver_days: 30}"))
    verdict = change.propose({})
    assert "hardens: waivers last 30 days at most instead of 180: counts now" in verdict.changes[PROFILE]
    assert not verdict.result("small")["waiver"]


def test_the_digest_of_the_profile_names_both_policies(change: Any) -> None:
    before = change.judge().report["profile"]["digest"]
    edit(change, titled("gate: {block: [blocker]}"))
    assert before != change.propose({}).report["profile"]["digest"]


def test_a_check_with_a_severity_of_its_own_is_as_hard_as_the_harder_profile_has_it(change: Any) -> None:
    text = change.rule(
        "small", "", severity="low", check=[{"that": "false", "message": "never", "severity": "blocker"}]
    )
    change.base({"policy/rules/never.yaml": text.replace("small", "never"), "c/b.yaml": change.broken})
    edit(change, titled("severity: {never: low}"))
    verdict = change.propose({})
    assert "blocker" == verdict.result("never")["severity"]
    [effect] = verdict.changes[PROFILE]
    assert effect.startswith("softens: never is low instead of blocker: counts after the merge")


def test_a_rule_is_asked_about_the_requirements_of_each_standard_that_either_selects(change: Any) -> None:
    rule = change.rule("decided", "self.id != 'two:1'", subject="Requirement", requirements=["std:A.1", "two:1"])
    narrow = 'id: mine\ntitle: Mine\nselect: {requirements: ["std:*"]}\n'
    catalog = {"policy/policies/catalogs/two.yaml": change.catalog("two", "1")}
    change.base({**catalog, "policy/rules/decided.yaml": rule, PROFILE: narrow})
    assert 0 == change.judge().code
    verdict = change.propose({PROFILE: narrow.replace('"std:*"', '"std:*", "two:*"')})
    assert ("decided", "two:1") in {(each["rule"], each["subject"]) for each in verdict.report["results"]}
