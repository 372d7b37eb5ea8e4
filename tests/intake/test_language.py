"""Expressions, conditions, items of lists and what is given: what a mapping can say beside its columns."""

from typing import Any

import pytest

from iscode.document import read
from iscode.errors import ConfigError, UsageError
from iscode.intake import Intake, Row, convert, read_mapping


def intake(text: str, *cells: dict[str, Any], known: dict[str, Any] | None = None) -> Intake:
    head = 'format: json\nkind: Widget\nfolder: w\nid: "{name}"\nsparse: true\n'
    mapping = read_mapping(read("m.yaml", (head + text).encode()))
    return convert([Row(number, row, known or {}) for number, row in enumerate(cells, 1)], mapping)


def told(made: Intake) -> list[tuple[str, Any]]:
    return [(cell.column, cell.value) for cell in made.unplaced]


def test_an_expression_sees_columns_as_optionals() -> None:
    text = "fields: {title: name, x: {of: {n: n}, is: 'n.orValue(0) > 1 ? optional.of(\"many\") : optional.none()'}}"
    made = intake(text, {"name": "a", "n": 2}, {"name": "b", "n": 1}, {"name": "c"})
    assert ["many", None, None] == [record.get("x") for _, record in made.records]
    assert [] == told(made)


def test_an_expression_that_errs_is_reported_with_its_cell() -> None:
    made = intake("fields: {title: name, x: {of: {n: n}, is: 'n.value() > 1'}}", {"name": "a", "n": "text"})
    assert "x" not in made.records[0][1]
    assert [("n", "text")] == told(made)


def test_what_an_expression_never_mentions_of_a_nested_cell_is_reported() -> None:
    text = "fields: {title: name, x: {of: {h: hashes}, is: 'h.orValue([]).map(e, e.content)'}}"
    made = intake(text, {"name": "a", "hashes": [{"content": "ff", "alg": "x"}]})
    assert ["ff"] == made.records[0][1]["x"]
    assert [("hashes[1].alg", "x")] == told(made)


def test_each_item_of_a_list_becomes_a_record_and_its_rest_is_reported() -> None:
    text = (
        "fields: {title: name}\n"
        'derive: [{each: parts, kind: Part, folder: p, id: "{item.name}", fields: {title: item.name, of: name}}]'
    )
    made = intake(text, {"name": "a", "parts": [{"name": "b", "size": 3}, {"name": "c"}]})
    assert ["w/a.yaml", "p/b.yaml", "p/c.yaml"] == [path for path, _ in made.records]
    assert [("parts[1].size", 3)] == told(made)


def test_a_row_that_no_condition_takes_is_reported_once() -> None:
    text = 'fields: {title: name}\nwhen: {of: {t: type}, is: \'t.orValue("") == "w"\'}\nignore: {type: chosen by}'
    made = intake(text, {"name": "a", "type": "w"}, {"name": "b", "type": "v", "rest": 1})
    assert ["w/a.yaml"] == [path for path, _ in made.records]
    assert [("(row)", "b")] == told(made)


GIVEN = 'fields: {title: name, owner: "@owner"}\nneeds: ["@owner"]\ngiven: {owner: who answers, spare: nothing}'


def test_a_record_without_what_must_be_given_is_refused_with_the_next_step() -> None:
    with pytest.raises(UsageError) as raised:
        intake(GIVEN, {"name": "a", "@owner": "Role:from-the-file"})
    assert "give who answers: --set owner=…" == raised.value.hint


def test_what_was_given_and_not_taken_is_reported() -> None:
    made = intake(GIVEN, {"name": "a"}, known={"@owner": "Role:r", "@spare": "x"})
    assert "Role:r" == made.records[0][1]["owner"]
    assert [("@spare", "x")] == told(made)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields: {x: {is: 'y'}}", "is no expression"),
        ("fields: {x: {of: {a: b}, column: c}}", "has no expression"),
        ("fields: {x: '@owner'}", "reads @owner"),
        ("fields: {x: a}\nwhen: {column: a}", "`when` needs an expression"),
    ],
)
def test_a_mapping_with_a_broken_condition_or_expression_says_where(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        intake(text, {"name": "a"})


def test_an_id_takes_the_first_column_of_a_hole_that_is_filled_and_what_was_given_has_its_place_there() -> None:
    text = (
        'format: json\nkind: Widget\nfolder: w\nid: "{@name|code|name}-{code}"\nsparse: true\n'
        "fields: {title: name}\ngiven: {name: a name}\nignore: {code: in the id}"
    )
    mapping = read_mapping(read("m.yaml", text.encode()))
    rows = [
        Row(1, {"name": "a", "code": "7"}, {"@name": "Mine"}),
        Row(2, {"name": "b", "code": " "}),
        Row(3, {"name": "c", "code": "8"}),
    ]
    made = convert(rows, mapping)
    assert ["w/mine-7.yaml", "w/b.yaml", "w/8-8.yaml"] == [path for path, _ in made.records]
    assert () == made.unplaced


@pytest.mark.parametrize(
    ("text", "cells", "value"),
    [
        ("'n: ' + string(a.value())", {"a": 5}, "n: 5"),
        ("int(a.value()) + 1", {"a": "41"}, 42),
        ("a.value() + b.value()", {"a": "x", "b": "y"}, "xy"),
        ("a.value() + b.value()", {"a": [1], "b": [2]}, [1, 2]),
        ("a.value() >= b.value()", {"a": 75, "b": 70.5}, True),
        ("size(a.value())", {"a": "four"}, 4),
    ],
)
def test_what_an_expression_does_to_a_cell_depends_on_what_the_cell_holds(
    text: str, cells: dict[str, Any], value: Any
) -> None:
    made = intake(f'fields: {{title: name, x: {{of: {{a: a, b: b}}, is: "{text}"}}}}', {"name": "n", **cells})
    assert value == made.records[0][1]["x"]
    assert type(value) is type(made.records[0][1]["x"])


def test_a_cell_that_a_call_does_not_take_is_reported_and_not_passed_on() -> None:
    made = intake("fields: {title: name, x: {of: {a: a}, is: 'a.value() > 1'}}", {"name": "n", "a": "9"})
    assert "x" not in made.records[0][1]
    assert "> does not take str, int" in made.unplaced[0].reason


def test_what_an_expression_reads_of_the_items_of_a_list_has_its_place() -> None:
    text = (
        "fields: {title: name, x: {of: {p: parts}, is: 'p.optMap(l, l.map(e, e.name))'}}\n"
        'derive: [{each: parts, kind: Part, folder: p, id: "{item.id}", fields: {title: item.id}}]'
    )
    made = intake(text, {"name": "a", "parts": [{"name": "b", "size": 3}]})
    assert [("parts[1].size", 3)] == told(made)
