"""Rows and a mapping become records; what finds no place is reported."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import read, write
from iscode.intake import Intake, Row, Unplaced, convert, read_mapping


def intake(fields: str, *cells: dict[str, Any], extra: str = "", id_pattern: str = "{name}") -> Intake:
    text = f'format: csv\nkind: Widget\nfolder: w\nid: "{id_pattern}"\nfields:\n  title: name\n{fields}\n{extra}'
    mapping = read_mapping(read("m.yaml", text.encode()))
    return convert([Row(number, row) for number, row in enumerate(cells, 1)], mapping)


def placed(field: str, cell: Any) -> tuple[Any, list[str]]:
    """What `x`, made from the column `c`, becomes; and the reasons that are reported."""
    made = intake(f"  x: {field}", {"name": "A", "c": cell})
    return made.records[0][1].get("x"), [unplaced.reason for unplaced in made.unplaced]


def test_a_row_becomes_a_record_whose_keys_follow_the_mapping() -> None:
    made = intake("  use.purpose: goal\n  use.area: {constant: [here]}", {"goal": "To sell ", "name": "Shop 1"})
    record = {"kind": "Widget", "id": "shop-1", "title": "Shop 1", "use": {"purpose": "To sell ", "area": ["here"]}}
    assert Intake((("w/shop-1.yaml", record),), ()) == made
    assert list(record) == list(made.records[0][1])


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("c", " text\r\nstays as it is ", " text\r\nstays as it is "),
        ("c", 3, 3),
        ("c", False, False),
        ("c", None, None),
        ("c", " \xa0", None),
        ("{column: c, values: {Ja: true, Nee: false}}", " JA", True),
        ("{column: c, values: {Ja: true, Nee: false}}", "nee", False),
        ('{column: c, values: {"true": on, "1": one}}', True, "on"),
        ('{column: c, values: {"true": on, "1": one}}', 1, "one"),
        ('{column: c, split: ";"}', "a; b ;;c", ["a", "b", "c"]),
        ('{column: c, split: ";"}', ["a;b", None, 3], ["a;b", 3]),
        ("{column: c, list: true}", "a; b", ["a; b"]),
        ('{column: c, dates: ["%d-%m-%Y", "%Y/%m/%d %H:%M:%S"]}', "01-02-2024", "2024-02-01"),
        ('{column: c, dates: ["%d-%m-%Y", "%Y/%m/%d %H:%M:%S"]}', "2024/02/01 00:00:00", "2024-02-01"),
        ("{column: c, type: integer}", " 12 ", 12),
        ("{column: c, type: integer}", 12, 12),
        ("{column: c, type: number}", "1.50", 1.5),
        ("{column: c, type: text}", 1.5, "1.5"),
        ("{column: c, type: text}", True, "true"),
        ('{column: c, split: ",", type: integer}', "1, 2", [1, 2]),
        ("{constant: {a: 1}}", "", {"a": 1}),
    ],
)
def test_a_cell_becomes_what_its_field_says(field: str, cell: Any, value: Any) -> None:
    found, reasons = placed(field, cell)
    assert (type(value), value, []) == (type(found), found, reasons)


@pytest.mark.parametrize(
    ("field", "cell", "value", "reason"),
    [
        ("{column: c, values: {Ja: true}}", "Jein", None, "`x`: this word is not in the value table"),
        ("{column: c, values: {Ja: a}, default: b}", "Jein", "b", "value table; the default 'b' was taken"),
        ("{column: c, default: b}", "", "b", "`x`: the cell is empty; the default 'b' was taken"),
        ('{reference: "Team:{c}", default: Team:x}', "", "Team:x", "the cell is empty; the default 'Team:x'"),
        ('{column: c, dates: ["%d-%m-%Y"]}', "02-2024", None, "this is no day as the mapping says"),
        ('{column: c, dates: ["%d-%m-%Y"]}', "31-02-2024", None, "this is no day as the mapping says"),
        ("{column: c, type: integer}", "1.5", None, "this is no number"),
        ("{column: c, type: integer}", "9" * 16, None, "this is no number"),
        ("{column: c, type: number}", "1,5", None, "this is no number"),
        ("{column: c, type: number}", True, None, "this is no number"),
        ("c", [1], None, "a nested value has no place in one field"),
        ('{column: c, split: ","}', [{"a": 1}], None, "a nested value has no place in one field"),
        ("c", "x" * 65_537, None, "the text is longer than 65536 characters"),
        ("{constant: 1}", "a", 1, "no field of the mapping takes this cell"),
    ],
)
def test_a_cell_that_does_not_fit_is_reported_whole(field: str, cell: Any, value: Any, reason: str) -> None:
    found, reasons = placed(field, cell)
    assert (value, 1) == (found, len(reasons))
    assert reason in reasons[0]


def test_the_first_filled_column_speaks_and_the_next_is_reported_if_nobody_takes_it() -> None:
    made = intake("  x: {first: [a, b]}", {"name": "A", "a": "", "b": "2"}, {"name": "B", "a": "1", "b": "2"})
    assert ["2", "1"] == [record["x"] for _, record in made.records]
    assert (Unplaced(2, "b", "2", "no field of the mapping takes this cell"),) == made.unplaced


def test_joined_columns_keep_each_different_text_once() -> None:
    made = intake("  x: {join: [a, b, c]}", {"name": "A", "a": "one", "b": "one", "c": "two"})
    assert ("one\n\ntwo", ()) == (made.records[0][1]["x"], made.unplaced)


def test_an_ignored_column_is_not_reported_and_an_unnamed_one_is() -> None:
    made = intake("  x: c", {"name": "A", "c": "1", "d": 0, "e": "y", "f": ""}, extra="ignore: {e: no use}")
    assert (Unplaced(1, "d", 0, "no field of the mapping takes this cell"),) == made.unplaced


def test_a_column_that_no_row_has_is_reported_once() -> None:
    made = intake("  x: colour\n  y: {first: [colour, c]}", {"name": "A", "c": "1"})
    assert (Unplaced(0, "colour", None, "no row has this column"),) == made.unplaced


def test_ids_that_collide_get_a_number_past_every_other_name() -> None:
    names = ["Shop", "shop!", "Shop 2", "SHOP", "Café"]
    made = intake("  x: {constant: 1}", *({"name": name} for name in names))
    assert ["shop", "shop-3", "shop-2", "shop-4", "cafe"] == [record["id"] for _, record in made.records]
    assert (
        Unplaced(2, "{name}", "shop", "this id is taken already: the record is shop-3"),
        Unplaced(4, "{name}", "shop", "this id is taken already: the record is shop-4"),
    ) == made.unplaced


def test_a_row_without_text_for_its_id_is_named_by_its_number() -> None:
    made = intake("  x: c", {"name": " ", "c": "1"}, id_pattern="w-{name}")
    assert {"kind": "Widget", "id": "row-1", "x": "1"} == made.records[0][1]
    assert "an id needs text in one of its columns: the record is row-1" == made.unplaced[0].reason


TEAMS = 'derive: [{kind: Team, folder: t, id: "{dept}", fields: {title: dept, lead: {column: boss}}}]'


def test_one_record_is_derived_for_each_different_id_and_referred_to() -> None:
    rows = [{"name": n, "dept": d, "boss": "x"} for n, d in (("A", "Sales"), ("B", "Café"), ("C", "Sales"))]
    made = intake('  owner: {reference: "Team:{dept}"}', *rows, extra=TEAMS)
    owners = [record["owner"] for _, record in made.records[:3]]
    assert ["Team:sales", "Team:cafe", "Team:sales"] == owners
    team = {"kind": "Team", "id": "sales", "title": "Sales", "lead": "x"}
    assert (("t/sales.yaml", team), ("t/cafe.yaml", team | {"id": "cafe", "title": "Café"})) == made.records[3:]
    assert () == made.unplaced


def test_a_row_that_contradicts_a_derived_record_is_reported() -> None:
    rows = [{"name": "A", "dept": "Sales", "boss": "x"}, {"name": "B", "dept": "Sales", "boss": "y"}]
    rows.append({"name": "C", "dept": "Sales", "boss": ""})
    made = intake("", *rows, extra=TEAMS)
    assert (Unplaced(2, "boss", "y", "an earlier row gave t/sales.yaml another `lead`"),) == made.unplaced


def test_a_row_without_the_columns_of_a_derived_id_derives_and_refers_to_nothing() -> None:
    made = intake('  owner: {reference: "Team:{dept}"}', {"name": "A", "dept": "", "boss": "x"}, extra=TEAMS)
    assert [("w/a.yaml", {"kind": "Widget", "id": "a", "title": "A"})] == list(made.records)
    assert [("boss", "x")] == [(unplaced.column, unplaced.value) for unplaced in made.unplaced]


CELL = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(max_size=3)))


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["name", "c", "dept", "boss", "z"]), CELL), max_size=4))
def test_every_filled_cell_is_in_a_record_or_in_the_report(rows: list[dict[str, Any]]) -> None:
    made = intake("  x: c", *rows, extra=TEAMS)
    paths = [path for path, _ in made.records]
    assert sorted(set(paths)) == sorted(paths)
    said = {(unplaced.row, unplaced.column) for unplaced in made.unplaced}
    for number, row in enumerate(rows, 1):
        record = made.records[number - 1][1]
        derived = [value for _, team in made.records[len(rows) :] for value in team.values()]
        for column, cell in row.items():
            if cell is not None and str(cell).strip() and cell != []:
                kept = [*record.values(), *derived]
                assert (number, column) in said or any(cell is value or cell == value for value in kept)


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_record_with_any_text_can_be_written_and_read(text: str) -> None:
    for path, record in intake("", {"name": text}).records:
        assert record == read(path, write(record).encode()).value
