"""Evaluation -> annotations of a GitHub job: one a line, of each type the worst ten, whatever others wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.evaluation import evaluate
from iscode.report import REPORTERS, Options, listing
from iscode.report.escape import terminal
from iscode.source import MemorySnapshot
from iscode.source.plain import show

COMMAND = re.compile(r"::(error|warning|notice) file=([^,:]*),line=(\d+),col=(\d+),title=([^,:]*)::(.*)")


class Annotation(NamedTuple):
    """What a runner reads in one line."""

    kind: str
    file: str
    line: int
    column: int
    title: str
    message: str


def unescaped(text: str) -> str:
    for code, character in (("0D", "\r"), ("0A", "\n"), ("3A", ":"), ("2C", ","), ("25", "%")):
        text = text.replace(f"%{code}", character)
    return text


def annotations(*evaluations: Any) -> list[Annotation]:
    """The annotations that a runner would make; every line is one."""
    text = REPORTERS["github"](evaluations, Options()).decode("utf-8")
    read = [COMMAND.fullmatch(line) for line in text.split("\n")[:-1]]
    assert None not in read
    return [
        Annotation(kind, unescaped(file), int(line), int(column), unescaped(title), unescaped(message))
        for kind, file, line, column, title, message in (found.groups() for found in read if found)
    ]


def test_a_failure_says_place_rule_severity_message_requirements_and_remedy(world: Any) -> None:
    world = world.rule(that="false", message="{self.id} is 100% bad", at="self.label", requirements=["std:1.*"])
    message = """\
b is 100% bad
serves std:1.1 (Label of 1.1), std:1.2 (Label of 1.2), std:1.10 (Label of 1.10)
fix: mend it"""
    expected = Annotation("error", "c/0.yaml", 4, 1, "test-rule (high)", message)
    assert [expected] == annotations(world.judge(world.box(label="x")))


def test_what_passes_has_no_annotation(world: Any) -> None:
    assert [] == annotations(world.rule().judge(world.box()))


def test_what_does_not_block_warns_and_what_blocks_is_an_error(world: Any) -> None:
    world = world.rule(id="mild", that="false", severity="low").rule(id="hard", that="false")
    found = annotations(world.judge(world.box()))
    assert [("error", "hard (high)"), ("warning", "mild (low)")] == [(one.kind, one.title) for one in found]


def test_what_is_waived_is_a_notice_that_says_until_when_and_why(waived: Any) -> None:
    [found] = annotations(waived)
    assert "notice" == found.kind
    assert ["bad", "waived by Leave:w until 2026-12-31: a | b must be"] == found.message.split("\n")[:2]


def test_what_is_known_is_a_notice_unless_it_blocks(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box("a"), world.box("b"))
    blocks = {"Box:a": True, "Box:b": False}
    known = [result._replace(known=True, blocking=blocks[result.subject]) for result in evaluation.results]
    found = annotations(replace(evaluation, results=tuple(result for result in known if result.adverse)))
    assert [("error", "known, and blocks all the same"), ("notice", "known: this change did not bring it")] == [
        (one.kind, one.message.split("\n")[1]) for one in found
    ]


def test_many_requirements_are_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LABELS", 3)
    [found] = annotations(world.rule(that="false", requirements=["*"]).judge(world.box()))
    labelled = "std:1.1 (Label of 1.1), std:1.2 (Label of 1.2), std:1.10 (Label of 1.10)"
    assert f"serves {labelled} and 1 more" in found.message.split("\n")


def test_a_result_about_a_requirement_serves_that_one_alone(world: Any) -> None:
    world = world.rule(subject="Requirement", requirements=["*"], that='self.id != "std:1.2"')
    [found] = annotations(world.judge(world.box()))
    assert "serves std:1.2 (Label of 1.2)" in found.message.split("\n")


def test_an_annotation_stands_at_the_column_of_what_fails(world: Any) -> None:
    flow = "{kind: Box, id: b, status: active, size: 3}\n"
    [found] = annotations(world.rule(that="false", at="self.size").judge(flow))
    assert (1, 36) == (found.line, found.column)


def test_what_only_follows_from_a_refusal_is_counted_there(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).id != ''")
    [found] = annotations(world.judge(world.box(shelf="Shelf:s"), world.stand(height="tall")))
    assert "schema (blocker)" == found.title
    assert "1 result could not be judged because of this" in found.message.split("\n")


def test_of_two_hundred_failures_the_ten_worst_are_kept_and_the_last_says_how_many_more(world: Any) -> None:
    world = world.rule(id="mild", that="false", severity="low").rule(that="self.id in ['b7', 'b8']", severity="high")
    world = world.rule(id="worse", that="self.id != 'b9'", severity="blocker")
    found = annotations(world.judge(*(world.box(f"b{number}") for number in range(200))))
    errors = [one for one in found if one.kind == "error"]
    assert ["worse (blocker)", *["test-rule (high)"] * 9] == [one.title for one in errors]
    assert [9, 0, 1, 10, 100, 101, 102, 103, 104, 105] == [int(one.file[2:-5]) for one in errors]
    assert ["and 189 more errors: the whole report has them"] == [
        line for one in errors for line in one.message.split("\n") if "more" in line
    ]
    assert errors[-1].message.endswith("more errors: the whole report has them")
    warnings = [one for one in found if one.kind == "warning"]
    assert (10, True) == (
        len(warnings),
        warnings[-1].message.endswith("and 190 more warnings: the whole report has them"),
    )


def test_ten_failures_are_no_more_than_ten(world: Any) -> None:
    found = annotations(world.rule(that="false").judge(*(world.box(f"b{number}") for number in range(10))))
    assert (10, False) == (len(found), "more" in found[-1].message)


def test_the_worst_of_several_roots_stand_first(world: Any) -> None:
    mild = world.rule(that="false").judge(*(world.box(f"b{number}") for number in range(12)))
    hard = world.rule(that="false", severity="blocker").judge(world.box())
    found = annotations(mild, hard)
    assert (10, "test-rule (blocker)") == (len(found), found[0].title)
    assert found[-1].message.endswith("and 3 more errors: the whole report has them")


def test_what_is_refused_stands_before_what_follows_from_rules(world: Any) -> None:
    world = world.rule(that="false", severity="blocker")
    found = annotations(world.judge(world.box("a"), world.box("b", size="x")))
    assert ["schema (blocker)", "test-rule (blocker)"] == [one.title for one in found]


WILD = st.lists(
    st.sampled_from(["::", "##[", "%0A", "\n", "\r", ",", ":", "%", "\x1b", "x"]) | st.text(max_size=3)
).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(WILD, WILD)
def test_nothing_that_others_wrote_adds_a_line_or_a_property(world: Any, name: str, label: str) -> None:
    world = world.rule(that="false", message="{self.label}", remediation=name or "x")
    quoted = "".join(f"\\U{ord(character):08x}" for character in label)
    data = f'kind: Box\nid: "x{quoted}"\nstatus: active\nlabel: "{quoted}"\n'.encode()
    files = {f"{name}.yaml": data, f"{name}2.yaml": label.encode("utf-8", "surrogatepass")}
    found = annotations(evaluate(MemorySnapshot(files), "", world.policy(records=["**"]), "2026-11-24"))
    assert {"error"} == {one.kind for one in found}
    assert {terminal(show(f"{name}{end}.yaml".encode())) for end in ("", "2")} == {one.file for one in found}
