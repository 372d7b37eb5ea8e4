"""A mapping file says what it means, or where it is wrong."""

from pathlib import Path

import pytest

from iscode.document import read
from iscode.errors import ConfigError
from iscode.intake import read_mapping

GOOD = """\
format: csv
kind: Widget
folder: records/widgets
id: "{dept}-{name}"
fields:
  title: name
  use.purpose: {first: [goal, summary]}
derive:
  - {kind: Team, folder: records/teams, id: "{dept}", fields: {title: dept}}
ignore:
  number: means nothing here
"""


def test_a_mapping_names_the_columns_it_reads() -> None:
    mapping = read_mapping(read("m.yaml", GOOD.encode()))
    assert [("dept", "name", "name", "goal", "summary"), ("dept", "dept")] == [r.columns() for r in mapping.all()]


def test_the_example_in_the_description_is_a_mapping() -> None:
    source = Path(__file__).parents[2] / "src/iscode/intake/mapping.py"
    example = source.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    assert "Widget" == read_mapping(read("m.yaml", example.encode())).kind


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("format: csv\n", "", "m.yaml:1:1: the mapping has no `format`", ""),
        ("format: csv", "fromat: csv", "m.yaml:1:1: the mapping has an unknown key `fromat`", "did you mean `format`?"),
        ("ignore:", "ingore:", "m.yaml:10:1: the mapping has an unknown key `ingore`", "did you mean `ignore`?"),
        ("first:", "frist:", "m.yaml:7:17: the mapping has an unknown key `fields.use.purpose.frist`", "`first`"),
        ("{kind: Team,", "{knid: Team,", "m.yaml:9:6: the mapping has an unknown key `derive.0.knid`", "`kind`"),
        ("kind: Widget", "kind: widget", "m.yaml:2:1: `kind` of the mapping has no fitting value", "capital"),
        ("records/widgets", "../widgets", "m.yaml:3:1: `folder` of the mapping has no fitting value", "below"),
        ("records/widgets", "/widgets", "m.yaml:3:1: `folder` of the mapping has no fitting value", "below"),
        ("records/widgets", "a/.git", "m.yaml:3:1: `folder` of the mapping has no fitting value", "below"),
        ('"{dept}-{name}"', "name", "m.yaml:4:1: `id` of the mapping has no fitting value", "braces"),
        ("title: name", "Title: name", "m.yaml:6:3: `fields.Title` of the mapping has no fitting value", "path"),
        ("title: name", "kind: name", "m.yaml:1:1: the mapping sets kind or id among its fields", ""),
        ("title: name", "use: name", "m.yaml:1:1: the mapping sets a field and a part of it", ""),
        ("title: name", "title: {}", "m.yaml:6:3: `fields.title` needs one of: column, first", ""),
        ("title: name", "title: {column: a, constant: b}", "m.yaml:6:3: `fields.title` needs one of", ""),
        ("title: name", "title: {column: a, type: date}", "`fields.title.type` of the mapping", ""),
        ("title: name", "title: {column: a, values: {Yes: 1, yes: 2}}", "has a word twice", ""),
        ("title: name", 'title: {column: a, dates: ["%m-%Y"]}', "would invent one", ""),
        ("title: name", 'title: {column: a, dates: ["%d %b %Y"]}', "`fields.title.dates.0` of", "numbers only"),
        ("title: name", 'title: {reference: "{dept}"}', "`fields.title.reference` of the mapping", "`Kind:`"),
        ("records/teams", "records/widgets", "the mapping puts two kinds of records into one folder", ""),
        ("number:", "name:", "the mapping ignores a column that a field uses", ""),
        ("means nothing here", '""', "m.yaml:11:3: `ignore.number` of the mapping", "reason"),
        ("format: csv", "format: csv\nformat: csv", "m.yaml:2:1: the key `format` (first in line 1)", "keep one"),
        (GOOD, "a list", "m.yaml:1:1: the file is not a mapping", "begin with"),
    ],
)
def test_a_broken_mapping_says_where_and_what_next(old: str, new: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_mapping(read("m.yaml", GOOD.replace(old, new, 1).encode()))
    assert message in str(raised.value)
    assert hint in raised.value.hint
    assert raised.value.hint
