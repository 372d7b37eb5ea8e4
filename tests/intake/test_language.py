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
