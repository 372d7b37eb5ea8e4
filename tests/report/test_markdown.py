"""Evaluation -> Markdown: the verdict, what blocks by rule, waivers, the rest folded; it fits where it is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from iscode.change.difference import Difference, Move, Shift
from iscode.change.forecast import Forecast, Turn
from iscode.errors import Place
from iscode.evaluation import Base, evaluate
from iscode.evaluation.verdict import decide
from iscode.policy.changes import Change
from iscode.report import REPORTERS, Options, markdown
from iscode.source import MemorySnapshot, Revision


def page(*evaluations: Any, **asked: Any) -> str:
    return REPORTERS["markdown"](evaluations, Options(**asked)).decode("utf-8")


def changed(evaluation: Any, **moves: Any) -> Difference:
    """What a head changes: nothing but these moves."""
    nothing: dict[str, Any] = dict.fromkeys(("broken", "mended", "still_failing", "no_longer_asked", "weakened"), ())
    return Difference(evaluation, judged=True, **{**nothing, "shifts": (), "decided": (), **moves})


def many(world: Any, number: int, **rule: Any) -> Any:
    """A verdict with so many failures."""
    world = world.rule(each="self.?words.orValue([])", that="false", message="{item}", at="item", **rule)
    return world.judge(world.box("a", words=[f"w{index}" for index in range(number)]))


def test_a_failure_stands_below_its_rule_with_requirements_and_remedy(world: Any) -> None:
    world = world.rule(that="false", message="{self.id} is *bad*", at="self.label", requirements=["std:1.*"])
    expected = """\
## iscode: FAILED, 2 results block

- Judged: 2 records by 1 rule of profile `all` as of 2026-11-24
- Results: 10 pass, 2 fail, 0 not applicable, 0 error; 0 waived, 0 known
- Requirements: 0 satisfied, 3 not satisfied, 0 not applicable, 1 not assessed

### What blocks: 2


#### `test-rule` (high)

A rule.
Serves `std:1.1` Label of 1.1, `std:1.2` Label of 1.2, `std:1.10` Label of 1.10.
**Fix:** mend it

- `c/0.yaml:4` b is &#42;bad&#42;
- `c/1.yaml:2` c is &#42;bad&#42;
"""
    assert expected == page(world.judge(world.box(label="x"), world.box("c")))


def test_what_fails_links_to_its_line_where_the_host_shows_it(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box())
    [result] = [one for one in evaluation.results if one.adverse]
    found = page(evaluation, links="https://host/o/r/blob/a/")
    assert "- [`c/0.yaml:2`](https://host/o/r/blob/a/c/0.yaml#L2) bad\n" in found
    odd = result.origin._replace(fixed=Place("c/a)[x](y) \\xff|\u00e9.yaml", 7))
    moved = replace(evaluation, results=(result._replace(origin=odd),))
    address = "https://host/o/r/blob/a/c/a%29%5Bx%5D%28y%29%20%FF%7C%C3%A9.yaml#L7"
    assert f"]({address}) bad\n" in page(moved, links="https://host/o/r/blob/a/")


def test_what_the_head_broke_says_what_was_there_and_what_it_mended_is_listed(world: Any) -> None:
    world = world.rule(that="false").rule(id="mild", that="false", severity="low")
    evaluation = world.judge(world.box("a"))
    hard, mild = sorted((one for one in evaluation.results if one.adverse), key=lambda one: one.rule != "test-rule")
    change = changed(
        evaluation,
        broken=(Move(hard, "pass"), Move(mild, "nothing")),
        mended=(Move(hard._replace(subject="Box:m"), "other"),),
        no_longer_asked=(Move(hard._replace(subject="Box:gone"), "other"),),
        shifts=(Shift("std:1.1", "satisfied", "not_satisfied"),),
    )
    found = page(evaluation, change=lambda one: change if one is evaluation else None)
    line = "- This change: breaks 2 results (1 blocks), mends 1, leaves 0 failing; of 1 failure nobody asks any more\n"
    assert line in found
    assert "- `c/0.yaml:2` bad; *passed before*\n" in found
    assert "- `c/0.yaml:2` bad; *nothing was there*\n" in found
    assert "\n### Failed before, and nobody asks any more: 1\n\n- `Box:gone` `test-rule` (high) bad\n" in found
    assert "<summary>Mended: 1</summary>\n\n- `Box:m` `test-rule` (high) bad\n" in found
    assert "| std:1.1 | satisfied | not satisfied |  |\n" in found
    assert "This change" not in page(evaluation)


def test_what_turns_red_soon_is_told_by_day_and_only_what_will_block(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box("a"))
    [result] = [one for one in evaluation.results if one.adverse]
    later, mild = result._replace(message="old | older"), result._replace(message="mild", blocking=False)
    turns = (Turn("2026-12-06", later, failed=False), Turn("2026-12-06", mild, failed=False))
    ahead = Forecast(evaluation, "2026-12-24", turns, {})
    found = page(evaluation, ahead=lambda _: ahead, links="https://host/")
    assert "- Ahead: red in 12 days, 1 result begins to block until 2026-12-24\n" in found
    row = "| 12 days, 2026-12-06 | `test-rule` | [`c/0.yaml:2`](https://host/c/0.yaml#L2) | old &#124; older |\n"
    assert f"\n### What turns red soon: 1\n\n| in | rule | where | why |\n|---|---|---|---|\n{row}" in found
    assert "mild" not in found
    quiet = Forecast(evaluation, "2026-12-24", (), {})
    assert "- Ahead: nothing begins to block by the calendar alone until 2026-12-24\n" in page(
        evaluation, ahead=lambda _: quiet
    )


def test_a_pass_is_short(world: Any) -> None:
    expected = """\
## iscode: PASSED

- Judged: 1 record by 1 rule of profile `all` as of 2026-11-24
- Results: 6 pass, 0 fail, 0 not applicable, 0 error; 0 waived, 0 known
- Requirements: 1 satisfied, 0 not satisfied, 0 not applicable, 3 not assessed
"""
    assert expected == page(world.rule().judge(world.box()))


def test_what_fails_without_blocking_is_said_with_the_verdict_and_folded(world: Any) -> None:
    found = page(world.rule(that="false", severity="low").judge(world.box()))
    assert found.startswith("## iscode: PASSED\n\n**1 requirement not satisfied without blocking.**\n")
    folded = found.partition("<details><summary>What fails without blocking: 1</summary>\n\n")[2]
    assert "- `c/0.yaml:2` bad\n" in folded
    assert folded.endswith("\n</details>\n")
    assert "What blocks" not in found


def test_the_worst_rules_stand_first_and_built_in_ones_before_others(world: Any) -> None:
    world = world.rule(that="false").rule(id="z-worse", that="false", severity="blocker")
    found = page(world.judge(world.box("a"), world.box("b", size="x")))
    assert ["schema", "z-worse", "test-rule"] == re.findall(r"^#### `([^`]+)`", found, re.MULTILINE)


def test_what_only_follows_from_a_refusal_is_counted_there(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).id != ''")
    found = page(world.judge(world.box(shelf="Shelf:s"), world.stand(height="tall")))
    assert "## iscode: FAILED, 2 results block\n" in found
    assert "### What blocks: 1, and 1 that only follow from what is refused\n" in found
    assert "; *1 result could not be judged because of this*\n" in found


def test_a_waiver_in_force_is_a_row_with_what_it_hides_and_why(waived: Any) -> None:
    found = page(waived)
    row = "| `Leave:w` | 2026-12-31 | `test-rule` for `Box:b` | a &#124; b must be | - |\n"
    assert (
        "### Waivers in force: 1\n\n"
        f"| waiver | until | keeps from blocking | because | note |\n|---|---|---|---|---|\n{row}" in found
    )
    assert "<summary>What is known or waived: 1</summary>" in found
    assert "- `c/0.yaml:2` bad; *waived by Leave:w until 2026-12-31: a &#124; b must be*\n" in found
    assert "; 1 waived, 0 known\n" in found
    assert not re.search("What blocks|What fails", found)


def test_what_is_known_is_said_with_the_verdict_and_folded(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box("a"), world.box("b"))
    known = tuple(result._replace(known=result.adverse, blocking=False) for result in evaluation.results)
    found = page(replace(evaluation, results=known, verdict=decide(known)))
    assert found.startswith("## iscode: PASSED\n\n**2 known or waived results do not block.**\n")
    assert "; 0 waived, 2 known\n" in found
    folded = found.partition("<summary>What is known or waived: 2</summary>")[2]
    assert "- `c/0.yaml:2` bad; *known: this change did not bring it*\n" in folded


def test_what_is_known_and_blocks_is_among_what_blocks(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box())
    found = page(
        replace(evaluation, results=tuple(result._replace(known=result.adverse) for result in evaluation.results))
    )
    assert "- `c/0.yaml:2` bad; *known, and blocks all the same*\n" in found
    assert not re.search("What is known|not block", found)


def test_a_waiver_of_nothing_and_one_that_is_ignored_say_so(waived: Any, unused: Any) -> None:
    assert "| nothing | a &#124; b must be | **unused**: nothing that it is for fails |" in page(unused)
    assert "| ignored: `test-rule` for `Box:b` |" in page(
        replace(waived, policy=replace(waived.policy, ignore_waivers=True))
    )
    retired = replace(waived, waivers=tuple(structs.replace(waiver, later=True) for waiver in waived.waivers))
    assert "Waivers in force" not in page(retired)


def test_a_waiver_of_much_names_the_first_and_counts_the_rest(waived: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    [waiver] = waived.waivers
    hidden = tuple(waiver.hides[0]._replace(subject=f"Box:{name}") for name in "abc")
    monkeypatch.setattr(markdown, "LABELS", 2)
    found = page(replace(waived, waivers=(structs.replace(waiver, hides=hidden),)))
    assert "| `test-rule` for `Box:a`, `test-rule` for `Box:b` and 1 more |" in found


def test_the_base_and_what_the_head_changes_of_policy_are_told(world: Any) -> None:
    tip = MemorySnapshot({})
    tip.revision = Revision("commit", "b" * 40, "c" * 40)
    base = Base(tip, "b" * 40, "2026-11-24", tip=tip, judges=True)
    changes = (Change("iscode.yaml", "softens: `records` names less"), Change("r|x.yaml", "hardens: *now*"))
    evaluation = replace(world.rule().judge(world.box()), base=base, policy_changes=changes)
    found = page(evaluation)
    assert f"- Base: `{'b' * 40}`, whose policy judges too\n" in found
    listed = "- `iscode.yaml` softens: `records` names less\n- r&#124;x.yaml hardens: &#42;now&#42;\n"
    assert found.endswith(f"\n### Changes of policy: 2\n\n{listed}")
    adopted = page(replace(evaluation, base=replace(base, judges=False, adopted=True)))
    assert f"- Base: `{'b' * 40}`, which has no such root: the head's own policy judges\n" in adopted
    assert "Base:" not in page(replace(evaluation, base=replace(base, judges=False)))
    assert "Base:" not in page(replace(evaluation, base=None))


def test_many_requirements_are_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "LABELS", 2)
    found = page(world.rule(that="false", requirements=["*"]).judge(world.box()))
    assert "Serves `std:1.1` Label of 1.1, `std:1.2` Label of 1.2 and 2 more.\n" in found


def test_what_was_not_judged_is_named(world: Any) -> None:
    files = {
        "compliance/a.yaml": b"kind: Box\nid: b\nstatus: active\n",
        "compliance/b.yaml": b"",
        "compliance/sub/iscode.yaml": b"",
    }
    policy = world.rule().rule(id="silent", subject="Shelf").policy(exclude=["b.yaml"])
    found = page(evaluate(MemorySnapshot(files), "", policy, "2026-11-24"))
    assert "as of 2026-11-24, 1 file excluded\n" in found
    assert "<details><summary>What was not judged</summary>\n\n" in found
    assert "- roots of their own: 1: `compliance/sub`\n- rules that met no record: 1: `silent`\n" in found


def test_several_roots_have_a_page_each(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    assert f"{page(evaluation)}\n{page(evaluation)}" == page(evaluation, evaluation)
    assert "## iscode `a/b`: PASSED\n" in page(replace(evaluation, root="a/b"))


def test_five_thousand_failures_fit_and_what_does_not_is_counted(world: Any) -> None:
    found = page(many(world, 5000, remediation="x" * 390))
    assert len(found.encode()) < markdown.MOST
    assert 5000 == len(re.findall(r"^- `c/0", found, re.MULTILINE))
    long = world.rule(each="self.?words.orValue([])", that="false", message="{item}" + "ä" * 380, at="item")
    found = page(long.judge(long.box("a", words=[f"w{index}" for index in range(5000)])))
    assert markdown.MOST - 3000 < len(found.encode()) <= markdown.MOST
    shown = len(re.findall(r"^- `c/0", found, re.MULTILINE))
    assert f"\n**{5000 - shown} results did not fit here.** The JSON report has all of them.\n" in found


def test_a_fold_is_closed_where_its_entries_are_cut(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MOST", 3000)
    found = page(many(world, 200, severity="low"))
    assert len(found.encode()) <= 3000
    assert found.endswith(" results did not fit here.** The JSON report has all of them.\n\n</details>\n")


def test_roots_share_the_room(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MOST", 20_000)
    first, second = page(*[many(world, 500)] * 2).split("\n## ")
    assert first.count("\n- `c/0") > 50
    assert second.count("\n- `c/0") > 50


def test_roots_that_do_not_fit_are_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MOST", 3000)
    evaluation = many(world, 5)
    found = page(*[evaluation] * 50)
    assert len(found.encode()) <= 3000
    pages = found.count("## iscode: FAILED")
    assert found.endswith(f"\n**{50 - pages} roots did not fit here.** The JSON report has all of them.\n")


@pytest.mark.parametrize("number", [1, 40, 400])
@pytest.mark.parametrize("roots", [1, 2, 9])
@pytest.mark.parametrize("most", [2500, 5000, 40_000])
def test_a_report_never_takes_more_than_there_is_room_for(
    world: Any, monkeypatch: pytest.MonkeyPatch, number: int, roots: int, most: int
) -> None:
    monkeypatch.setattr(markdown, "MOST", most)
    assert len(page(*[many(world, number)] * roots).encode()) <= most
