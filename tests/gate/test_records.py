"""Records of a base and of a head: what a change breaks, waives, excludes, deletes or hides is refused, and why."""

from __future__ import annotations

from typing import Any

BREAKS = {("small", "Box:b"), ("not-grown", "Box:b")}
LAPSED = "2025-01-01"


def test_a_waiver_that_only_the_head_has_is_refused_and_waives_nothing(change: Any) -> None:
    verdict = change.propose({"c/b.yaml": change.broken, "c/w.yaml": change.leave})
    assert (1, {*BREAKS, ("policy", "Leave:w")}) == (verdict.code, verdict.blocking)
    assert verdict.result("policy")["message"].startswith(
        "the waiver does not hold: only the head has it: it holds once its approver has signed it"
    )
    [effect] = verdict.changes["c/w.yaml"]
    assert effect.startswith(
        "softens: brings Leave:w, which waives small: refused, for it does not hold; once merged, "
    )


def test_a_waiver_that_both_have_holds(change: Any) -> None:
    change.base({"c/w.yaml": change.leave, "policy/rules/not-grown.yaml": None})
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (0, "Leave:w") == (verdict.code, verdict.result("small")["waiver"]["record"])


def test_a_waiver_that_the_head_widens_is_refused(change: Any) -> None:
    change.base({"c/w.yaml": change.leave.replace("Box:b", "Box:other"), "policy/rules/not-grown.yaml": None})
    verdict = change.propose({"c/b.yaml": change.broken, "c/w.yaml": change.leave})
    assert (1, {("small", "Box:b"), ("policy", "Leave:w")}) == (verdict.code, verdict.blocking)
    assert "the base has it with another content" in verdict.result("policy")["message"]


def test_a_waiver_that_the_head_completes_with_a_person_is_refused(change: Any) -> None:
    """It has the same words in both, but nobody in the base approved it."""
    change.base({"c/w.yaml": change.leave.replace("Fellow:two", "Fellow:three"), "policy/rules/not-grown.yaml": None})
    three = {"c/three.yaml": change.record("Fellow", "three")}
    verdict = change.propose({"c/b.yaml": change.broken, **three})
    assert (1, {("small", "Box:b"), ("policy", "Leave:w")}) == (verdict.code, verdict.blocking)
    assert "in the base it does not hold either" in verdict.result("policy")["message"]


def test_a_break_together_with_the_deletion_of_its_waiver_is_refused(change: Any) -> None:
    change.base({"c/w.yaml": change.leave, "policy/rules/not-grown.yaml": None, "c/b.yaml": change.broken})
    assert 0 == change.judge().code
    verdict = change.propose({"c/w.yaml": None})
    assert (1, {("small", "Box:b")}) == (verdict.code, verdict.blocking)
    assert ["hardens: takes back Leave:w: counts now"] == verdict.changes["c/w.yaml"]


def test_an_exclusion_that_only_the_head_has_silences_no_rule(change: Any) -> None:
    change.edit("c/s.yaml", "requirement: std:A.1\n    applicable: true", "requirement: std:A.1\n    applicable: false")
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)
    [effect] = verdict.changes["c/s.yaml"]
    assert (
        effect
        == "softens: excludes std:A.1: counts after the merge; once merged, 1 result of small would no longer block"
    )


def test_an_exclusion_that_both_have_silences_a_rule(change: Any) -> None:
    statement = change.files["c/s.yaml"].replace("A.1\n    applicable: true", "A.1\n    applicable: false")
    change.base({"c/s.yaml": statement, "policy/rules/not-grown.yaml": None})
    assert 0 == change.propose({"c/b.yaml": change.broken}).code


def test_an_exclusion_that_the_head_takes_back_counts_at_once(change: Any) -> None:
    statement = change.files["c/s.yaml"].replace("A.1\n    applicable: true", "A.1\n    applicable: false")
    change.base({"c/s.yaml": statement, "policy/rules/not-grown.yaml": None})
    verdict = change.propose({"c/b.yaml": change.broken, "c/s.yaml": change.files["c/s.yaml"]})
    assert (1, {("small", "Box:b")}) == (verdict.code, verdict.blocking)
    assert ["hardens: std:A.1 applies again: counts now"] == verdict.changes["c/s.yaml"]


def test_a_day_that_only_the_head_puts_off_silences_no_rule(change: Any) -> None:
    statement = change.files["c/s.yaml"].replace(
        "A.1\n    applicable: true", 'A.1\n    applicable: true\n    target: "{}"'
    )
    change.base({"c/s.yaml": statement.format("2026-11-01"), "policy/rules/not-grown.yaml": None})
    verdict = change.propose({"c/b.yaml": change.broken, "c/s.yaml": statement.format("2099-01-01")})
    assert (1, {("small", "Box:b")}) == (verdict.code, verdict.blocking)
    [effect] = verdict.changes["c/s.yaml"]
    assert effect.startswith(
        "softens: std:A.1 is due on 2099-01-01 instead of 2026-11-01: counts after the merge; once merged, "
    )


def test_a_record_that_the_head_takes_out_of_the_scope_stays_in_it(change: Any) -> None:
    profile = "policy/policies/profiles/mine.yaml"
    change.base(
        {
            profile: str(change.files[profile]) + "scope: {paths: [c/*], tags: [checked]}\n",
            "policy/rules/not-grown.yaml": None,
            "c/b.yaml": change.record("Box", "b", size=2, tags=["checked"]),
            "c/other.yaml": change.record("Box", "other", size=2, tags=["checked"]),
            "c/u.yaml": change.record("Trial", "u", of="Box:other", held="2026-10-01"),
        }
    )
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, {("small", "Box:b")}) == (verdict.code, verdict.blocking)
    moved = change.record("Box", "b", size=9, tags=["checked"])
    assert {("small", "Box:b")} == change.propose({"c/b.yaml": None, "c/deep/b.yaml": moved}).blocking
    fresh = {"c/b.yaml": change.record("Box", "b", size=2, tags=["checked"]), "c/deep/b.yaml": None}
    assert 0 == change.propose({**fresh, "c/new.yaml": change.record("Box", "new", size=9)}).code


def test_evidence_that_is_deleted_behind_a_lapsed_check_is_refused(change: Any) -> None:
    change.base({"c/t.yaml": change.record("Trial", "t", of="Box:b", held=LAPSED)})
    assert 0 == change.judge().code
    verdict = change.propose({"c/t.yaml": None})
    assert (1, {("kept", "Trial:t")}) == (verdict.code, verdict.blocking)


def test_what_the_base_fails_too_is_known_and_what_got_worse_is_not(change: Any) -> None:
    sized = change.rule(
        "sized",
        "self.?size.orValue(0) <= 3",
        check=[{"that": "self.?size.orValue(0) <= 3", "message": "{self.id} has {self.size}"}],
    )
    change.base({"policy/rules/sized.yaml": sized, "policy/rules/not-grown.yaml": None, "c/b.yaml": change.broken})
    verdict = change.propose({"c/one.yaml": change.record("Fellow", "one")})
    assert (0, True) == (verdict.code, verdict.result("sized")["known"])
    verdict = change.propose({"c/b.yaml": change.record("Box", "b", size=10)})
    assert (1, {("sized", "Box:b")}) == (verdict.code, verdict.blocking)


def test_known_results_block_where_either_profile_or_the_command_says_so(change: Any) -> None:
    change.base({"policy/rules/not-grown.yaml": None, "c/b.yaml": change.broken})
    assert [0, 1] == [change.judge().code, change.judge("--existing", "block").code]
    change.edit("policy/policies/profiles/mine.yaml", "title: Mine", "title: Mine\ngate: {existing: block}")
    assert 1 == change.propose({}).code


def test_a_baseline_that_only_the_head_has_is_refused_and_hides_nothing(change: Any) -> None:
    change.commit({"c/b.yaml": change.broken})
    done = change.call("baseline", "create", "--as-of", "2026-11-24", ".")
    assert 0 == done.code, done.err
    verdict = change.propose({})
    assert (1, {*BREAKS, ("policy", "File:iscode-baseline.json")}) == (verdict.code, verdict.blocking)
    assert any("are called known: refused" in effect for effect in verdict.changes["iscode-baseline.json"])


def test_edits_that_a_merge_hides_are_judged(change: Any) -> None:
    """The merge commit itself holds what neither of its parents has."""
    change.commit({"c/three.yaml": change.record("Fellow", "three")})
    change.git("checkout", "--quiet", "main")
    change.commit({"c/four.yaml": change.record("Fellow", "four")})
    change.git("checkout", "--quiet", "topic")
    change.git("merge", "--quiet", "--no-commit", "main")
    verdict = change.propose({"c/b.yaml": change.broken})
    assert (1, BREAKS) == (verdict.code, verdict.blocking)


def test_items_that_the_base_cannot_list_are_an_error_with_its_place(change: Any) -> None:
    entries = [{"requirement": name, "applicable": True} for name in ("std:A.1", "std:A.2")]
    each = "self.entries.filter(e, e.requirement != self.entries[1].requirement)"
    rule = change.rule("plain", "size(item.requirement) > 0", compare="changed", subject="Statement", each=each)
    one = change.record("Statement", "s", entries=entries[:1])
    change.base({"policy/rules/plain.yaml": rule, "c/s.yaml": one})
    verdict = change.propose({"c/s.yaml": change.record("Statement", "s", entries=entries)})
    assert (1, {("plain", "Statement:s")}) == (verdict.code, verdict.blocking)
    assert ("each", "c/s.yaml") == (verdict.result("plain")["clause"], verdict.result("plain")["location"]["path"])
