"""Attacks on the end of a waiver by real commits: who moves it, under which approval, how often, with whose say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iscode.document import read
from iscode.facts import content_digest

DAY = "2026-11-24"
WAIVER = "compliance/waivers/credit-scoring-first-drill.yaml"
"""The one waiver of the example: it ended in June and is retired."""


def approved(text: str) -> str:
    """The text of a waiver with an approval of exactly what it says, given today by who may."""
    value = read(WAIVER, text.encode()).value
    assert value is not None
    digest = content_digest(value)
    return f'{text}approval: {{by: Person:p-002, date: "{DAY}", digest: "{digest}"}}\n'


def without_approval(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("approval:"))


def longer(text: str, until: str, renewals: int) -> str:
    """The retired waiver of the example in force again."""
    text = without_approval(text).replace("status: retired", "status: active").replace("2026-06-30", until)
    text = text.replace('starts: "2026-03-09"', 'starts: "2026-11-01"').replace("renewals: 0", f"renewals: {renewals}")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("retired_reason:"))


@pytest.mark.parametrize(
    ("signs", "clause"),
    [("this", None), ("another", "fits"), ("nothing", "fits"), ("none", "needs:approval")],
)
def test_a_waiver_is_extended_only_by_an_approval_of_exactly_what_it_says_now(
    firm: Any, iscode: Callable[..., Any], signs: str, clause: str | None
) -> None:
    file = Path(firm.top) / WAIVER
    before = firm.git("rev-parse", "HEAD")
    text = longer(file.read_text(), "2026-12-20", 1)
    whole = {
        "this": approved(text),
        "another": approved(text).replace("2026-12-20", "2027-03-20"),
        "nothing": f'{text}approval: {{by: Person:p-002, date: "{DAY}", digest: "sha256:{"2" * 64}"}}\n',
        "none": text,
    }[signs]
    file.write_text(whole)
    firm.commit()
    done = iscode("check", "--rev", "HEAD", "--base", before, "--as-of", DAY, "-f", "json", "--all-results", ".")
    [found] = [each for each in json.loads(done.out)["results"] if each["rule"] == "waiver-not-extended"]
    assert (clause, "pass" if clause is None else "fail") == (found["clause"], found["outcome"])


PROFILE = "policy/policies/profiles/mine.yaml"
MINE = 'id: mine\ntitle: Mine\nselect: {requirements: ["std:*"]}\n'


def until(change: Any, day: str, name: str = "w", starts: str = "2026-11-01") -> str:
    """The text of a waiver of the one box, by that id, to a last day."""
    text = change.leave.replace("id: w", f"id: {name}").replace("2026-12-31", day).replace("2026-11-01", starts)
    return str(text)


def capped(number: int) -> str:
    return f"{MINE}gate: {{waiver_renewals: {number}}}\n"


def test_an_end_that_commits_move_on_is_counted_and_past_the_cap_holds_no_more(change: Any) -> None:
    change.git("checkout", "--quiet", "main")
    change.commit({"c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    days = ["2026-11-26", "2026-11-27"]
    for day in days:
        change.commit({"c/w.yaml": until(change, day)})
    change.git("checkout", "--quiet", "-B", "topic")
    held = change.judge("-f", "text:held.txt")
    assert "Leave:w" == held.result("small")["waiver"]["record"]
    change.base({"c/w.yaml": until(change, "2026-11-28")})
    refused = change.judge("--existing", "block")
    assert {("small", "Box:b"), ("policy", "Leave:w")} == refused.blocking
    words = "that of small for Box:b was renewed 3 times, and 2 are allowed"
    assert words in refused.result("policy")["message"]


def alone(change: Any, path: str = ".") -> tuple[int, set[tuple[str, str]], list[str]]:
    """The exit code of a check of the last commit by itself, what blocks, and what is said of waivers."""
    done = change.call("check", "--rev", "HEAD", "--as-of", DAY, "-f", "json", path)
    results = json.loads(done.out)["results"]
    blocking = {(each["rule"], each["subject"]) for each in results if each["blocking"]}
    return done.code, blocking, [each["message"] for each in results if each["rule"] == "policy"]


@pytest.mark.parametrize("way", ["the same file", "another id", "another file", "away for a commit", "retired between"])
def test_no_other_name_or_pause_hides_a_renewal(change: Any, way: str) -> None:
    change.commit({PROFILE: capped(0), "c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    assert (0, set(), []) == alone(change)
    if way == "away for a commit":
        change.commit({"c/w.yaml": None})
    if way == "retired between":
        change.commit({"c/w.yaml": until(change, "2026-11-25").replace("status: active", "status: retired")})
    gone = {"c/w.yaml": None} if way in ("another id", "another file") else {}
    name, path = ("v" if way == "another id" else "w"), ("c/v.yaml" if gone else "c/w.yaml")
    change.commit({**gone, path: until(change, "2026-11-26", name)})
    code, blocking, said = alone(change)
    assert (1, {("small", "Box:b"), ("policy", f"Leave:{name}")}) == (code, blocking)
    assert "was renewed 1 times, and 0 are allowed" in said[0]


def moved(change: Any, way: str) -> str:
    """Let the root or what is in it go on under another name or at another place. Returns the path of the root."""
    if way == "the folder of its records":
        change.git("mv", "c", "d")
        change.edit("iscode.yaml", "c/**/*.yaml", "d/**/*.yaml")
    elif way == "the rule":
        change.git("mv", "policy/rules/small.yaml", "policy/rules/little.yaml")
        change.edit("policy/rules/little.yaml", "id: small", "id: little\naliases: [small]")
        change.edit("c/w.yaml", "small", "little")
    else:
        (change.top / "s").mkdir()
        change.git("mv", "iscode.yaml", "policy", "c", "s")
        return "s"
    return "."


@pytest.mark.parametrize("way", ["the folder of its records", "the rule", "the root"])
@pytest.mark.parametrize("kind", ["kind: Leave", 'kind: "L\\x65ave"', 'kind: "\\u004ceave"', 'kind: "Le\\\n  ave"'])
def test_no_move_hides_a_renewal(change: Any, way: str, kind: str) -> None:
    for day in ("2026-11-25", "2026-11-26"):
        text = until(change, day).replace("kind: Leave", kind)
        change.commit({PROFILE: capped(1), "c/b.yaml": change.broken, "c/w.yaml": text})
    assert (0, set(), []) == alone(change)
    root = moved(change, way)
    change.commit()
    assert (0, set(), []) == alone(change, root)
    path = {"s": "s/c", ".": "d" if way == "the folder of its records" else "c"}[root]
    rule = "little" if way == "the rule" else "small"
    change.commit({f"{path}/w.yaml": until(change, "2026-11-27").replace("small", rule)})
    code, blocking, said = alone(change, root)
    assert (1, {(rule, "Box:b"), ("policy", "Leave:w")}) == (code, blocking)
    assert f"that of {rule} for Box:b was renewed 2 times, and 1 are allowed" in said[0]


@pytest.mark.parametrize("own", ["s/b", "s/a/b", ""])
@pytest.mark.parametrize("there", [True, False], ids=["still there", "gone"])
def test_what_lies_in_another_root_is_no_renewal_here_unless_the_root_around_gave_it_away(
    change: Any, own: str, there: bool
) -> None:
    root = {path: text for path, text in change.files.items() if path != PROFILE} | {PROFILE: capped(0)}
    for folder in ("s/a", own):
        change.commit({f"{folder}/{path}".lstrip("/"): text for path, text in root.items()})
    change.commit({"s/a/c/b.yaml": change.broken, "s/a/c/w.yaml": until(change, "2026-11-25")})
    if not there:
        change.commit({"s/a/c/w.yaml": None})
    files = {"c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-26")}
    change.commit({f"{own}/{path}".lstrip("/"): text for path, text in files.items()})
    code, _, said = alone(change, own or ".")
    given = own == "s/a/b" and not there
    assert (int(given), int(given)) == (code, len(said))


def test_a_branch_that_tries_several_ends_before_it_is_merged_renews_once(change: Any) -> None:
    change.git("checkout", "--quiet", "main")
    change.commit({PROFILE: capped(1), "c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    change.git("checkout", "--quiet", "-B", "topic")
    for day in ("2026-11-26", "2026-11-27", "2026-11-28"):
        change.commit({"c/w.yaml": until(change, day)})
    assert 1 == alone(change)[0]
    change.git("checkout", "--quiet", "main")
    change.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    assert (0, set(), []) == alone(change)


def test_a_merge_that_puts_the_base_second_hides_none_of_its_renewals(change: Any) -> None:
    change.git("checkout", "--quiet", "main")
    change.commit({PROFILE: capped(1), "c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    for day in ("2026-11-26", "2026-11-27"):
        change.commit({"c/w.yaml": until(change, day)})
    change.git("checkout", "--quiet", "--orphan", "aside")
    change.git("rm", "--quiet", "-r", "--cached", ".")
    change.commit({"c/w.yaml": until(change, "2026-11-27")})
    change.git("merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-X", "theirs", "-m", "merge", "main")
    assert (0, set(), []) == alone(change)  # by itself a head tells its own story
    verdict = change.judge("--existing", "block")
    assert {("small", "Box:b"), ("policy", "Leave:w")} == verdict.blocking
    assert "was renewed 2 times, and 1 are allowed" in verdict.result("policy")["message"]


def test_a_shallow_clone_cannot_count_renewals_and_says_so(change: Any, tmp_path: Path) -> None:
    change.commit({"c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    change.commit({"c/w.yaml": until(change, "2026-11-26")})
    change.git("clone", "--quiet", "--depth=1", f"file://{change.top}", str(tmp_path / "shallow"))
    done = change.call("check", "--as-of", DAY, "-f", "json", str(tmp_path / "shallow"))
    assert (2, "") == (done.code, done.out)
    assert "a rule or a waiver asks for the history, and this clone is shallow" in done.err
    assert "fetch-depth: 0" in done.err


def test_what_the_base_caps_a_head_cannot_raise_and_the_report_tells_it(change: Any) -> None:
    change.base({PROFILE: capped(1), "c/b.yaml": change.broken, "c/w.yaml": until(change, "2026-11-25")})
    verdict = change.propose({PROFILE: capped(3)})
    told = "softens: waivers are renewed 3 times at most instead of 1: counts after the merge"
    assert told in verdict.changes[PROFILE]
    verdict = change.propose({PROFILE: capped(0)})
    assert "hardens: waivers are renewed 0 times at most instead of 1: counts now" in verdict.changes[PROFILE]


# Who may approve

SAY = f"{MINE}gate: {{waiver_authority: {{authority: let_go}}}}\n"
ROLE = f"{MINE}gate: {{waiver_authority: {{roles: [Post:lead]}}}}\n"


def post(change: Any, since: str = "2026-01-01", **more: str) -> str:
    held = {"who": "Fellow:two", "since": since, **more}
    return str(change.record("Post", "lead", held_by=[held], may=["let_go"]))


@pytest.mark.parametrize("profile", [SAY, ROLE])
@pytest.mark.parametrize(
    ("since", "more", "holds"),
    [
        ("2026-11-01", {}, True),
        ("2026-11-02", {}, False),
        ("2026-01-01", {"until": "2026-11-01"}, True),
        ("2026-01-01", {"until": "2026-10-31"}, False),
    ],
)
def test_the_approver_must_hold_the_role_on_the_day_of_the_approval(
    change: Any, profile: str, since: str, more: dict[str, str], holds: bool
) -> None:
    lead = post(change, since, **more)
    change.commit({PROFILE: profile, "c/b.yaml": change.broken, "c/w.yaml": change.leave, "c/lead.yaml": lead})
    code, blocking, said = alone(change)
    assert (0 if holds else 1, set() if holds else {("small", "Box:b"), ("policy", "Leave:w")}) == (code, blocking)
    assert holds or "Fellow:two approved it and on 2026-11-01 did not hold " in said[0]


@pytest.mark.parametrize(
    ("since", "until_day", "holds"), [("2026-01-01", "2026-11-01", True), ("2026-11-02", "", False)]
)
def test_the_approver_must_have_been_there_on_that_day(change: Any, since: str, until_day: str, holds: bool) -> None:
    two = change.record("Fellow", "two", since=since, **({"until": until_day} if until_day else {}))
    files = {PROFILE: SAY, "c/b.yaml": change.broken, "c/w.yaml": change.leave, "c/lead.yaml": post(change)}
    change.commit({**files, "c/two.yaml": two})
    assert holds == (alone(change)[0] == 0)


def test_a_head_cannot_appoint_who_approved_its_waiver(change: Any) -> None:
    waived = {"c/b.yaml": change.broken, "c/w.yaml": change.leave}
    change.base({PROFILE: SAY, **waived})
    verdict = change.propose({"c/lead.yaml": post(change)}, "--existing", "block")
    assert {("small", "Box:b"), ("policy", "Leave:w")} == verdict.blocking
    assert "by the records of the base, did not hold a role with let_go" in verdict.result("policy")["message"]
    assert 0 == alone(change)[0]  # after the merge it counts


def test_who_may_approve_is_hardened_at_once_and_softened_after_the_merge(change: Any) -> None:
    waived = {"c/b.yaml": change.broken, "c/w.yaml": change.leave}
    change.base({**waived})
    verdict = change.propose({PROFILE: SAY}, "--existing", "block")
    hardens = "hardens: a waiver is approved by a role with let_go instead of by anybody: counts now"
    assert ([hardens], True) == (verdict.changes[PROFILE], ("small", "Box:b") in verdict.blocking)
    change.git("checkout", "--quiet", "main")
    change.base({PROFILE: SAY})
    verdict = change.propose({PROFILE: MINE}, "--existing", "block")
    assert verdict.changes[PROFILE][0].startswith(
        "softens: a waiver is approved by anybody instead of by a role with let_go: counts after the merge"
    )
    assert ("small", "Box:b") in verdict.blocking


@pytest.mark.parametrize("where", ["head", "base"])
def test_two_records_of_one_human_are_not_two_people(change: Any, where: str) -> None:
    waived = {"c/b.yaml": change.broken, "c/w.yaml": change.leave}
    alias = {
        "c/one.yaml": change.record("Fellow", "one", mail=["Ann@x.example"]),
        "c/two.yaml": change.record("Fellow", "two", mail=["ann.private@y.example", "ann@X.example"]),
    }
    change.base({**waived, **(alias if where == "base" else {})})
    apart = {path: change.files[path] for path in alias}
    verdict = change.propose(alias if where == "head" else apart, "--existing", "block")
    assert {("small", "Box:b"), ("policy", "Leave:w")} == verdict.blocking
    assert (
        "Fellow:one asked for it and Fellow:two approved it, and both are ann@x.example"
        in (verdict.result("policy")["message"])
    )
