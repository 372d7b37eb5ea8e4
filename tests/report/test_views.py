"""Phases, roadmaps and cascades as text: what is there is seen, the rest is counted, nothing is live."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from iscode.document import write
from iscode.policy import roadmap
from iscode.policy.crosswalk import Pair
from iscode.report import cascade as cascade_page
from iscode.report import pdca as pdca_page
from iscode.report import roadmap as roadmap_page
from iscode.report.escape import cells, terminal
from iscode.report.pdca import LENGTH, MARKS
from iscode.report.table_text import WIDTH
from iscode.view import Column, Table
from iscode.view.cascade import load
from iscode.view.pdca import Bar, Cycle
from iscode.view.roadmap import ways
from iscode.view.web import web

COUNT = st.integers(0, 500)
CHECKS = Table("Checks that fail", (Column("rule", "Rule"),), ())


@given(COUNT, COUNT, COUNT)
def test_a_bar_has_its_length_and_shows_whatever_there_is_at_all(passing: int, failing: int, rest: int) -> None:
    text = pdca_page.report(Cycle((Bar("std", "act", passing, failing, rest),), CHECKS)).decode()
    drawn = text.splitlines()[1][9 : 9 + LENGTH]
    counts = (passing, failing, rest)
    assert [bool(count) for count in counts] == [mark in drawn for mark in MARKS]
    assert (LENGTH if any(counts) else 0) == sum(drawn.count(mark) for mark in MARKS)
    assert f"{failing:>4} fail" in text


def test_the_phases_of_each_standard_stand_together_and_failing_checks_below() -> None:
    bars = tuple(Bar(standard, phase, 1, 0, 0) for standard in ("a", "b") for phase in ("plan", "do", "check", "act"))
    lines = pdca_page.report(Cycle(bars, CHECKS)).decode().splitlines()
    assert ["a", "", "b", "", "Checks that fail"] == [lines[index] for index in (0, 5, 6, 11, 12)]


WAY = {
    "id": "way",
    "title": "The way",
    "stages": [
        {"id": "one", "title": "Small", "why": "because", "rules": ["small"]},
        {"id": "two", "title": "Named", "why": "then", "rules": ["named"]},
        {"id": "three", "title": "High", "why": "last", "rules": ["high"]},
    ],
}


def page(world: Any, *records: Any) -> list[str]:
    """The roadmap page over these records."""
    world = world.rule(id="small", that="self.?size.orValue(0) < 3").rule(
        id="named",
        title="A box has a name",
        that="has(self.label)",
        message="no label on {self.id}",
        requirements=["std:1.2"],
    )
    world = world.rule(id="high", subject="Shelf")
    evaluation = world.judge(*records)
    pair = {
        "from": "std:1.1",
        "to": "std:1.2",
        "relation": "helps",
        "reason": "r",
        "verified": "v",
        "confidence": "low",
    }
    roadmaps = roadmap.load([("way.yaml", write(WAY).encode())], evaluation.policy.rules)
    found = ways(roadmaps.values(), evaluation, [convert(pair, Pair)])
    return roadmap_page.report(found).decode().splitlines()


def test_a_roadmap_tells_the_stage_reached_and_of_the_next_what_fails_and_what_helps(world: Any) -> None:
    expected = """\
way: The way

✓  1  Small  1 of 1 rule pass
→  2  Named  0 of 1 rule pass
   3  High   0 of 1 rule pass

1 of 3 stages reached

next: Named. then
  - named  A box has a name
      Box:b: no label on b
      reuse std:1.1 helps std:1.2: r
"""
    assert expected.splitlines() == page(world, world.box())


def test_a_roadmap_counts_failures_beyond_the_first_and_says_where_nobody_is_judged(world: Any) -> None:
    lines = page(world, *(world.box(f"b{number}") for number in range(5)))
    assert "      and 2 more" in lines
    assert "      nobody is there yet whom it could judge" in page(world, world.box(label="l"))
    assert not any(line.startswith("next:") for line in page(world, world.box(label="l"), world.stand()))


def tree(world: Any, *records: Any, top: str | None = None) -> list[str]:
    """The cascade page over these records."""
    cascade = {"id": "boxes", "title": "What each box rests on", "start": ["Box"], "follow": ["Box.shelf"]}
    world = (
        world.file("policies/cascades/boxes.yaml", write(cascade))
        .rule()
        .rule(
            id="high", subject="Shelf", that="self.?height.orValue(9) > 3", message="too low", requirements=["std:2.1"]
        )
    )
    evaluation = world.judge(*records)
    webs = [web(one, evaluation, top) for one in load(world.shelves, evaluation.policy.kinds)]
    return cascade_page.report(webs, whole=top is not None).decode().splitlines()


def test_a_cascade_shows_the_way_down_to_what_fails_and_counts_the_rest(world: Any) -> None:
    expected = """\
What each box rests on

Box:a  not satisfied; itself satisfied
  Shelf:s  not satisfied
      std:2.1  high: too low
  of 2 records: 1 not satisfied, 1 satisfied

Box:b  satisfied
  of 2 records: 2 satisfied
"""
    records = [
        world.box("a", shelf="Shelf:s"),
        world.box("b", shelf="Shelf:t"),
        world.stand("s", height=1),
        world.stand("t"),
    ]
    assert [*expected.splitlines(), ""] == tree(world, *records)


def test_a_cascade_from_one_record_shows_all_below_it(world: Any) -> None:
    expected = """\
What each box rests on

Box:b  satisfied
    satisfied: std:1.1
  Shelf:s  satisfied
      satisfied: std:2.1
  of 2 records: 2 satisfied
"""
    assert [*expected.splitlines(), ""] == tree(world, world.box(shelf="Shelf:s"), world.stand("s"), top="Box:b")


def test_a_cascade_without_a_record_to_start_from_says_so(world: Any) -> None:
    assert ["What each box rests on", "", "nothing"] == tree(world, world.stand("s"))


def test_no_line_of_a_page_is_live_or_wider_than_a_terminal(world: Any) -> None:
    hostile = "::error::\x1b[31m" + "世" * 90
    for lines in (
        page(world, world.box(hostile)),
        tree(world, world.box("b", shelf="Shelf:x"), world.box(hostile, size=9)),
    ):
        for line in lines:
            assert line == terminal(line)
            assert cells(line) <= WIDTH
