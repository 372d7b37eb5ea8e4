"""A view file over records: its rows, its cells, and what is refused or cannot be told."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from iscode.document import write
from iscode.errors import PolicyError, UsageError
from iscode.evaluation import Evaluation
from iscode.expr import NONE, Duration, Optional, timestamp_of_day
from iscode.view import Table, Unknown, load, named, tabulate
from iscode.view.plain import plain

DAY = "2026-11-24"


def view(rows: str = 'records("Box")', value: Any = "self.id", **keys: Any) -> dict[str, Any]:
    """A view with one column `name`, unless `keys` say otherwise."""
    columns = [{"id": "name", "title": "Name", "value": value}]
    return {"id": "v", "title": "V", "about": "what there is", "rows": rows, "columns": columns} | keys


def table(world: Any, written: dict[str, Any], evaluation: Evaluation) -> Table:
    shelves = world.file("policies/views/v.yaml", write(written)).shelves
    return tabulate(named(load(shelves), "v"), evaluation)


def cells(world: Any, written: dict[str, Any], *records: Any) -> list[Any]:
    """What stands in the first column."""
    return [row[0] for row in table(world, written, world.rule().judge(*records)).rows]


def refused(world: Any, written: dict[str, Any]) -> PolicyError:
    with pytest.raises(PolicyError) as error:
        cells(world, written, world.box())
    return error.value


def test_each_item_of_the_list_is_a_row_in_its_order(world: Any) -> None:
    assert ["a", "b"] == cells(world, view(), world.box("b"), world.box("a"))


def test_where_leaves_rows_out_and_what_it_asks_for_is_known_to_be_there(world: Any) -> None:
    written = view(where="has(self.size) && self.size > 2", value="self.size")
    assert [3, 4] == cells(world, written, world.box("a", size=3), world.box("b", size=1), world.box("c", size=4))


def test_rows_are_ordered_by_the_first_key_then_by_the_next(world: Any) -> None:
    written = view(sort=["-self.?size.orValue(0)", "self.?label.orValue(self.id)"])
    boxes = [world.box("a", size=1), world.box("b", size=2, label="z"), world.box("c", size=2, label="y")]
    assert ["c", "b", "a"] == cells(world, written, *boxes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("self.?size", 4),
        ("self.?label", None),
        ("self.?made", "2026-11-20"),
        ("self.?made.optMap(m, today - m)", 4),
        ("self", "Box:b"),
        ("self.?words", ["x", "y"]),
        ("self.?parts", [{"name": "p", "weight": 2}]),
        ('{"a": 1.5}', {"a": 1.5}),
        ("true", True),
    ],
)
def test_a_cell_holds_what_json_can_hold(world: Any, value: str, expected: Any) -> None:
    box = world.box(size=4, made="2026-11-20", words=["x", "y"], parts=[{"name": "p", "weight": 2}])
    assert [expected] == cells(world, view(value=value), box)


def test_a_cell_of_parts_has_the_fields_of_each(world: Any) -> None:
    value = {
        "each": "self.?parts.orValue([])",
        "fields": {"name": "item.name", "heavy": "item.?weight", "of": "self.id"},
    }
    box = world.box(parts=[{"name": "p", "weight": 2}, {"name": "q"}])
    expected = [{"name": "p", "heavy": 2, "of": "b"}, {"name": "q", "heavy": None, "of": "b"}]
    assert [expected] == cells(world, view(value=value), box)


def test_rows_of_another_type_stand_below_and_have_nothing_where_no_cell_is_named(world: Any) -> None:
    columns = [{"id": "name", "title": "N", "value": "self.id"}, {"id": "size", "title": "S", "value": "self.?size"}]
    more = [{"rows": 'records("Shelf")', "where": "self.?height.orValue(0) > 1", "values": {"name": "ref(self)"}}]
    found = table(
        world,
        view(columns=columns, more=more),
        world.rule().judge(world.box(size=2), world.stand("low"), world.stand("high", height=2)),
    )
    assert (("b", 2), ("Shelf:high", None)) == found.rows


def test_a_secret_in_a_cell_is_masked(world: Any) -> None:
    [cell] = cells(world, view(value="self.?label"), world.box(label="AKIA" + "A" * 16))
    assert "*" * 20 == cell


def test_a_cell_that_rests_on_a_refused_record_is_unknown_and_counted(world: Any) -> None:
    written = view(value='records("Shelf").map(s, s.id)')
    found = table(world, written, world.rule().judge(world.box(), world.stand(height="tall")))
    assert ((Unknown("Shelf:s is refused by its schema"),),) == found.rows
    assert [{"name": {"unknown": "Shelf:s is refused by its schema"}}] == list(found.documents())
    assert ("cells that cannot be told: 1; `iscode check` says what is wrong in the records",) == found.summary


def test_a_list_that_would_leave_a_refused_record_out_is_not_given(world: Any) -> None:
    with pytest.raises(PolicyError, match="Box:b is refused by its schema"):
        cells(world, view(), world.box(size="big"), world.box("c"))


def test_a_list_that_would_leave_an_unreadable_file_out_is_not_given(world: Any) -> None:
    with pytest.raises(PolicyError, match="cannot be read, so no count is whole"):
        cells(world, view(), world.box(), "kind: Bux\n")


def test_a_list_from_which_an_unreadable_file_cannot_be_missing_says_what_may_be(world: Any) -> None:
    found = table(world, view(rows='requirements("std:1.1")'), world.rule().judge(world.box(), "kind: Bux\n"))
    assert [("std:1.1",)] == list(found.rows)
    assert found.summary[0].startswith("files that cannot be read, so that what they hold is missing: 1; ")


def test_states_and_failures_are_those_of_the_evaluation(world: Any) -> None:
    world = world.rule(that="self.?size.orValue(0) < 3", message="too big", phase="check")
    judged = world.judge(world.box(size=4), world.box("c", size=1))
    columns = [
        {"id": "id", "title": "I", "value": "self.id"},
        {"id": "state", "title": "S", "value": "state(self)"},
        {"id": "assurance", "title": "A", "value": "assurance(self)"},
    ]
    found = table(world, view(rows='requirements("std:1.*")', columns=columns), judged)
    states = [("std:1.1", "not_satisfied"), ("std:1.2", "not_assessed"), ("std:1.10", "not_assessed")]
    assert states == [row[:2] for row in found.rows]

    written = view(rows="failures()", value="self")
    failure = {
        "rule": "test-rule",
        "title": "A rule",
        "subject": "Box:b",
        "outcome": "fail",
        "severity": "high",
        "phase": "check",
        "requirements": ["std:1.1"],
        "message": "too big",
    }
    assert [(failure,)] == list(table(world, written, judged).rows)
    counts = view(value="failures(self).size() + failures(ref(self)).size()")
    assert [(2,), (0,)] == list(table(world, counts, judged).rows)


def test_a_failure_of_a_built_in_rule_has_no_phase(world: Any) -> None:
    columns = [{"id": key, "title": key, "value": f"self.?{key}"} for key in ("rule", "phase", "outcome")]
    written = view(rows='failures("Box:b")', columns=columns)
    found = table(world, written, world.rule(phase="act").judge(world.box(size="big")))
    assert {("schema", None, "fail"), ("test-rule", "act", "error")} == set(found.rows)


def test_a_requirement_that_the_profile_does_not_select_has_no_state(world: Any) -> None:
    catalog = "id: sea\ntitle: T\nedition: E\nrequirements: [{id: '1', kind: clause, label: L, phase: do}]\n"
    world = world.file("policies/catalogs/sea.yaml", catalog)
    written = view(rows='requirements("sea:*")', value="state(self)")
    assert [None] == cells(world, written, world.box())


@pytest.mark.parametrize(("items", "expected"), [([], None), (["x"], "x"), (["x", "y"], None)])
def test_the_only_item_is_one_only_where_there_is_no_other(world: Any, items: list[str], expected: str | None) -> None:
    assert [expected] == cells(world, view(value="only(self.?words.orValue([]))"), world.box(words=items))


@pytest.mark.parametrize(
    ("keys", "pointer", "words"),
    [
        ({"rows": 'records("Bux")'}, "rows", "Bux"),
        ({"rows": "today"}, "rows", "this gives timestamp"),
        ({"value": "self.size"}, "value", "self.size may be absent"),
        ({"value": "self.sise"}, "value", "sise"),
        ({"where": "self.id"}, "where", "bool"),
        ({"sort": ["self.?words"]}, "sort", "rows cannot be ordered by"),
        ({"value": {"each": "self.id", "fields": {"a": "item"}}}, "each", "each row is an item of a list"),
        ({"value": {"each": "[self]", "fields": {"a": "item.sise"}}}, "fields", "sise"),
        ({"value": "failures(3)"}, "value", "no result is about it"),
        ({"value": "only(3)"}, "value", "only a list has items"),
        ({"value": "state(self)"}, "value", "state"),
        ({"colums": []}, "colums", "unknown key"),
        ({"id": "w"}, "id", "stands in a file of another name"),
        ({"more": [{"rows": "[1]", "values": {"nam": "self"}}]}, "nam: self", "there is no column 'nam'"),
        (
            {"columns": [{"id": "a", "title": "A", "value": "1", "place": "data"}]},
            "columns",
            "no column stands in the row",
        ),
        ({"columns": [{"id": "a", "title": "A", "value": "1"}] * 2}, "id: a", "two columns are called 'a'"),
    ],
)
def test_what_is_wrong_in_a_view_is_told_at_its_place(
    world: Any, keys: dict[str, Any], pointer: str, words: str
) -> None:
    error = refused(world, view(**keys))
    assert words in error.message
    assert error.place is not None
    assert "policies/views/v.yaml" == error.place.path
    lines = write(view(**keys)).splitlines()
    assert pointer in "".join(lines[max(error.place.line - 2, 0) : error.place.line])


def test_no_two_views_have_one_id(world: Any) -> None:
    text = write(view())
    with pytest.raises(PolicyError, match=r"described twice, in policies/views/a/v\.yaml too"):
        load(world.file("policies/views/a/v.yaml", text).file("policies/views/b/v.yaml", text).shelves)


def test_a_view_that_there_is_not_is_refused_with_the_nearest(world: Any) -> None:
    with pytest.raises(UsageError) as error:
        named(load(world.file("policies/views/v.yaml", write(view())).shelves), "w")
    assert "there is no view 'w'" == error.value.message
    assert "v" in error.value.hint


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.builds(Duration, st.integers(-(10**9), 10**9), st.integers(0, 10**9 - 1)),
    st.just(timestamp_of_day(DAY)),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner) | inner.map(Optional), max_leaves=8
)


@given(VALUES)
def test_whatever_an_expression_gives_can_be_written_as_json(value: Any) -> None:
    assert rfc8785.dumps(plain(value)) == rfc8785.dumps(plain(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53, "9007199254740992"),
        (-(2**53) + 1, -(2**53) + 1),
        (math.inf, "inf"),
        (Duration(86_400 * 3, 0), 3),
        (Duration(90, 0), "90s"),
        (NONE, None),
        (Optional([Optional(1), NONE]), [1, None]),
        ({"kind": "clause", "id": "std:1"}, {"kind": "clause", "id": "std:1"}),
    ],
)
def test_a_value_is_kept_as_exactly_as_json_can(value: Any, expected: Any) -> None:
    assert expected == plain(value)


def shows(show: str, value: Any) -> dict[str, Any]:
    """A view whose column is drawn so."""
    return view(columns=[{"id": "name", "title": "Name", "value": value, "show": show}])


@pytest.fixture
def tiered(world: Any) -> Any:
    """The world, in which a Box may have a tier of a scale."""
    schema = json.loads(world.files["schemas/box.schema.json"])
    schema["properties"]["tier"] = {"type": "string", "enum": ["low", "high"], "x-scale": "level"}
    return world.file("schemas/box.schema.json", json.dumps(schema))


@pytest.mark.parametrize(
    ("show", "value", "message"),
    [
        ("tone", "self.id", "tone needs words that have an order"),
        ("path", "self.status", "path needs words that have an order"),
        ("grid", {"each": "self.?words.orValue([])", "fields": {"a": "item", "b": "item"}}, "grid needs words that"),
        ("grid", "self.?tier", "a grid needs parts"),
    ],
)
def test_how_a_column_is_drawn_must_fit_what_it_holds(tiered: Any, show: str, value: Any, message: str) -> None:
    error = refused(tiered, shows(show, value))
    assert message in error.message
    assert error.place is not None
    assert "policies/views/v.yaml" == error.place.path


def test_a_column_knows_the_words_of_its_cells_in_their_order(tiered: Any) -> None:
    evaluation = tiered.rule().judge(tiered.box())
    parts = {"each": "[1]", "fields": {"heading": "item", "tier": "self.?tier"}}
    for show, value in (("tone", "self.?tier"), ("path", "self.?tier"), ("grid", parts)):
        [column] = table(tiered, shows(show, value), evaluation).columns
        assert (show, ("low", "high")) == (column.show, column.words)
    [plain_column] = table(tiered, shows("text", "self.?tier"), evaluation).columns
    assert () == plain_column.words
