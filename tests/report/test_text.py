"""Evaluation -> text: grouped by file, worst first, caret, requirement, remedy, summary."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.change.forecast import Forecast, Turn
from iscode.evaluation import Evaluation, evaluate
from iscode.policy.config import PRINTED
from iscode.report import REPORTERS, Options, text
from iscode.source import MemorySnapshot


def show(evaluation: Evaluation, **options: Any) -> str:
    return REPORTERS["text"]([evaluation], Options(**options)).decode("utf-8")


def lines(evaluation: Evaluation, **options: bool) -> list[str]:
    return show(evaluation, **options).splitlines()


def test_a_failure_shows_place_rule_message_line_requirement_and_remedy(world: Any) -> None:
    world = world.rule(that="false", message="{self.id} is bad", at="self.label", requirements=["std:1.*"])
    expected = """\
c/0.yaml
  4:1     high     test-rule  b is bad
          |      label: x
          |      ^
          serves std:1.1 (Label of 1.1), std:1.2 (Label of 1.2), std:1.10 (Label of 1.10)
          fix    mend it

judged: 1 record by 1 rule of profile all as of 2026-11-24
results: 5 pass, 1 fail, 0 not applicable, 0 error
requirements: 0 satisfied, 3 not satisfied, 0 not applicable, 1 not assessed
FAILED: 1 result blocks
"""
    assert expected == show(world.judge(world.box(label="x")))


def test_a_pass_is_four_lines(world: Any) -> None:
    expected = """\
judged: 2 records by 1 rule of profile all as of 2026-11-24
results: 11 pass, 0 fail, 0 not applicable, 0 error
requirements: 1 satisfied, 0 not satisfied, 0 not applicable, 3 not assessed
PASSED
"""
    assert expected == show(world.rule().judge(world.box(), world.stand()))


def test_results_are_grouped_by_file_and_the_worst_stand_first(world: Any) -> None:
    world = world.rule(id="mild", that="false", severity="low").rule(id="hard", that="false", at="self.status")
    found = lines(world.judge(world.box("a"), world.box("b", size="x"), world.box("c")))
    heads = [line for line in found if re.match(r"c/|  \d", line)]
    assert [
        "c/0.yaml",
        "  3:1     high     hard  bad",
        "  2:1     low      mild  bad (does not block)",
        "c/1.yaml",
        '  4:1     blocker  schema  `size` must be a whole number, not text ("x"): write it in digits, without quotes',
        "c/2.yaml",
        "  3:1     high     hard  bad",
        "  2:1     low      mild  bad (does not block)",
    ] == heads


@pytest.mark.parametrize("value", ["x", "日本語", "a\u0301e\u0301", "tab\\there", "\\u202eabc"])
def test_the_caret_stands_below_its_character(world: Any, value: str) -> None:
    flow = f'{{kind: Box, id: "{value}", size: 3, status: active}}\n'
    found = lines(world.rule(that="false", at="self.size").judge(flow))
    [source, caret] = [line[17:] for line in found if line.startswith("          | ")]
    assert "^" == caret.strip()
    reached = width = 0
    while width < caret.index("^"):
        character = source[reached]
        combines = unicodedata.category(character) == "Mn"
        width += 0 if combines else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        reached += 1
    assert source[reached:].startswith("size: 3")


def test_a_long_line_is_cut_and_a_place_beyond_it_has_no_caret(world: Any) -> None:
    flow = f'{{kind: Box, status: active, id: b, label: "{"x" * 200}", size: 3}}\n'
    found = lines(world.rule(that="false", at="self.size").judge(flow))
    [source] = [line[17:] for line in found if line.startswith("          | ")]
    assert (text.EXCERPT, "…") == (len(source), source[-1])


def test_many_requirements_are_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LABELS", 2)
    found = show(world.rule(that="false", requirements=["*"]).judge(world.box()))
    assert "serves std:1.1 (Label of 1.1), std:1.2 (Label of 1.2) and 2 more\n" in found
    monkeypatch.setattr(text, "LABELS", 4)
    assert "std:2.1 (Label of 2.1)\n" in show(world.rule(that="false", requirements=["*"]).judge(world.box()))


def test_a_result_about_a_requirement_serves_that_one_alone(world: Any) -> None:
    world = world.rule(subject="Requirement", requirements=["*"], that='self.id != "std:1.2"')
    assert ["          serves std:1.2 (Label of 1.2)"] == [
        line for line in lines(world.judge(world.box())) if "serves" in line
    ]


def test_related_records_are_named(world: Any) -> None:
    world = world.rule(let={"all": "records('Shelf')"}, that="size(all) > 9")
    assert "          see    c/1.yaml:2:1 Shelf:s" in lines(world.judge(world.box(), world.stand()))


def test_what_only_follows_from_a_refusal_is_told_once_beside_it(world: Any) -> None:
    world = (
        world.rule(id="one")
        .rule(id="two", needs=["shelf"], that="get(self.shelf).id != ''")
        .rule(id="three", subject="Shelf", that="true")
    )
    bad = world.stand(height="tall", colour="red")
    found = lines(world.judge(world.box("a", shelf="Shelf:s"), world.box("b", shelf="Shelf:s"), bad))
    assert [] == [line for line in found if "could not be judged:" in line]
    assert ["          so     3 results could not be judged"] == [line for line in found if " so " in line]
    assert "results: 15 pass, 2 fail, 0 not applicable, 3 error" in found
    assert "FAILED: 5 results block" in found


def test_an_error_is_told_beside_the_refusal_and_not_beside_a_sound_record(world: Any) -> None:
    lets = {"first": "get(self.shelf).id", "second": "find('Shelf', self.id).hasValue()"}
    world = world.rule(needs=["shelf"], let=lets, that="first != '' && second")
    found = lines(world.judge(world.box("t", shelf="Shelf:s"), world.stand("s"), world.stand("t", height="tall")))
    assert ["          so     1 result could not be judged"] == [line for line in found if " so " in line]


def test_an_error_that_no_refusal_explains_is_shown(world: Any) -> None:
    found = show(world.rule(needs=["shelf"], that="get(self.shelf).id != ''").judge(world.box(shelf="Shelf:none")))
    assert "Box:b could not be judged: Shelf:none is not in the repository" in found


def test_all_results_lists_passes_and_what_does_not_apply(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="item != ''").rule(id="apart", when="false")
    found = lines(world.judge(world.box(words=["x"])), all_results=True)
    assert "  2:1     not applicable apart  Box:b" in found
    assert "  5:5     pass     test-rule  Box:b x" in found


def test_a_thousand_results_are_printed_the_worst_of_all(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="item == 'last'", severity="low", at="item").rule(
        id="hard", that="self.id != 'z'"
    )
    first = world.box("a", words=[f"w{number}" for number in range(PRINTED + 1)])
    found = lines(world.judge(first, world.box("z")))
    assert PRINTED == len([line for line in found if re.match(r"  \d", line)])
    assert "  2:1     high     hard  bad" in found
    assert "… and 2 more results: `-f json` has them all" in found
    assert f"results: 11 pass, {PRINTED + 2} fail, 1 not applicable, 0 error" in found


def test_a_thousand_results_are_no_more_than_a_thousand(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="false", message="{item}")
    found = lines(world.judge(world.box("a", words=[f"w{number}" for number in range(1000)])))
    assert 1000 == len([line for line in found if re.match(r"  \d", line)])
    assert [] == [line for line in found if line.startswith("…")]


def test_the_summary_says_what_was_not_judged(world: Any) -> None:
    files = {
        "compliance/a.yaml": b"kind: Box\nid: b\nstatus: active\n",
        "compliance/b.yaml": b"",
        "compliance/sub/iscode.yaml": b"",
    }
    policy = world.rule().rule(id="silent", subject="Shelf").policy(exclude=["b.yaml"])
    found = lines(evaluate(MemorySnapshot(files), "", policy, "2026-11-24"))
    assert "judged: 1 record by 2 rules of profile all as of 2026-11-24, 1 file excluded" == found[0]
    assert "not judged: roots of their own: compliance/sub" == found[1]
    assert "not judged: 1 rule met no record: silent" == found[2]


def test_a_pass_says_what_is_not_satisfied_without_blocking(world: Any) -> None:
    found = lines(world.rule(that="false", severity="low").judge(world.box()))
    assert "PASSED; 1 requirement not satisfied without blocking" == found[-1]


def test_several_roots_stand_one_after_the_other(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    both = REPORTERS["text"]([evaluation, evaluation], Options()).decode()
    assert f"{show(evaluation)}\n{show(evaluation)}" == both


def test_colour_is_used_when_asked_for_and_changes_no_word(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box())
    coloured = show(evaluation, colour=True)
    assert "\x1b[31mFAILED\x1b[0m" in coloured
    assert show(evaluation) == re.sub(r"\x1b\[\d+m", "", coloured)
    assert "\x1b" not in show(evaluation)
    assert "\x1b[32mpass    \x1b[0m" in show(evaluation, colour=True, all_results=True)


def test_what_turns_red_soon_is_named_by_day_and_counted(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box("a"))
    [result] = [one for one in evaluation.results if one.adverse]

    def told(*turns: tuple[str, str]) -> list[str]:
        listed = tuple(Turn(day, result._replace(subject=subject), failed=False) for day, subject in turns)
        mild = Turn("2026-11-25", result._replace(blocking=False), failed=False)
        ahead = Forecast(evaluation, "2026-12-24", (mild, *listed), {})
        return show(evaluation, ahead=lambda _: ahead).splitlines()[-5:]

    assert ["red in 1 day: test-rule for Box:b\\x1b"] == told(("2026-11-25", "Box:b\x1b"))[3:4]
    assert ["ahead: nothing begins to block by the calendar alone until 2026-12-24"] == told()[3:4]
    four = [("2026-11-25", f"Box:{name}") for name in ("a", "a", "b", "c", "d")]
    days = [(f"2026-12-0{day}", "Box:z") for day in (1, 2, 3)]
    assert [
        "red in 1 day: test-rule for Box:a, test-rule for Box:b, test-rule for Box:c and 1 more",
        "red in 7 days: test-rule for Box:z",
        "red in 8 days: test-rule for Box:z",
        "ahead: red in 1 day, 8 results begin to block until 2026-12-24",
        "FAILED: 1 result blocks",
    ] == told(*four, *days)
    assert "ahead" not in show(evaluation)


WILD = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(WILD, WILD, WILD, st.binary(max_size=30))
def test_nothing_untrusted_reaches_the_terminal_alive(world: Any, name: str, label: str, path: str, raw: bytes) -> None:
    world = world.rule(
        that="false", message="{self.label} {self}", needs=["label"], let={"all": "records('Box')"}
    ).rule(id="items", each="self.?words.orValue([])", that="size(item) > 99", message="{item}")
    quoted = "".join(f"\\U{ord(character):08x}" for character in label)
    texts = [
        f'kind: Box\nid: "x{quoted}"\nstatus: active\nlabel: "{quoted}"\nwords: ["{quoted}"]\n'.encode(),
        f'kind: "{quoted}"\nid: x\n'.encode(),
        f"kind: Box\nid: {name}\nstatus: active\nlabel: {label}\n".encode(),
        raw,
    ]
    policy = world.policy(records=["**"])
    files = {f"{index}{path}": data for index, data in enumerate(texts)}
    shown = show(evaluate(MemorySnapshot(files), "", policy, "2026-11-24"), all_results=True)
    live = [character for character in shown if not character.isprintable() and character != "\n"]
    assert [] == [character for character in live if unicodedata.category(character) != "Zs"]
