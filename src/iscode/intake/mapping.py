"""A mapping file -> what becomes of each column of a register; or where the file is wrong.

```yaml
format: csv                         # what the register is exported as; of an xlsx, `sheet:` names the sheet
kind: Widget                        # the kind of the records
folder: records/widgets             # where they go, from the root of the repository
id: "{dept}-{code|name}"            # columns in braces, of some the first that is filled; folded to a-z, 0-9 and -
fields:                             # path in the record: where its value comes from
  title: name                       # the text of a column, intact
  use.purpose: {first: [goal, summary]}
  use.context: {join: [summary, details]}
  stage: {column: state, values: {Live: deployment}, default: design}
  owner: {reference: "Team:{dept}"}
  status: {constant: active}
  people: {column: members, split: ","}
  since: {column: start, dates: ["%d-%m-%Y"]}
  use.many: {of: {people: {column: users, type: integer}}, is: "people.orValue(0) > 99"}
when: {of: {sort: type}, is: 'sort.orValue("widget") == "widget"'}  # which rows become such a record
needs: ["@owner", [state, "@state"]]  # without one of each there is none
derive:                             # further records, one for each different id
  - {kind: Team, folder: records/teams, id: "{dept}", fields: {title: dept}}
  - {each: parts, kind: Part, folder: records/parts, id: "{item.name}", fields: {title: item.name}}
given:                              # columns `@…`: what the file does not say, and whoever imports it does
  owner: who answers for the records
  state: what the widgets are in, where the register is silent
ignore:
  internal_no: means nothing outside the tool it comes from
```

An expression is CEL over optionals: each name of `of` is a column, absent where its cell is empty; what is nested in a
row may be named as a whole. `each` makes a row of every item of a list, whose cells are `item` or `item.…`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, ValidationError, convert
from msgspec import field as named

from iscode.document import Document, Pointer
from iscode.errors import ConfigError
from iscode.intake import formula
from iscode.schema.model import Model, form

_HOLE: Final = re.compile(r"\{([^{}]+)\}")
_KIND: Final = r"[A-Z][A-Za-z0-9]*"

Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1)]
Kind = Annotated[str, form(_KIND)]
Pattern = Annotated[str, form(r"[^{}]*(\{[^{}]+\}[^{}]*)+")]
Folder = Annotated[str, form(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")]
Target = Annotated[str, form(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")]
DateFormat = Annotated[str, form(r"([^%]|%[dmYHMS])+")]
Name = Annotated[str, form(r"[a-z_][a-z0-9_]*")]

GIVEN: Final = "@"
"""What the name of a column begins with whose cell is none of the file."""


class Field(Model):
    """Where one value of a record comes from: exactly one of the first six, and what is done to it."""

    column: Text | None = None
    """The cell of this column."""
    first: Texts | None = None
    """The first cell of these columns that is not empty."""
    join: Texts | None = None
    """The different texts of these columns, a blank line between them."""
    constant: Any = None
    """This value, in every record."""
    reference: Annotated[str, form(rf"{_KIND}:[^{{}}]*(\{{[^{{}}]+\}}[^{{}}]*)+")] | None = None
    """`Kind:` and an id pattern: a reference to the record that has this id."""
    formula: Annotated[str, Meta(min_length=1)] | None = named(name="is", default=None)
    """What this expression gives, over the names of `of`."""
    of: dict[Name, str | Field] = {}
    """Name in the expression -> the column that it stands for."""
    values: dict[str, Any] | None = None
    """What each word of the cell means; case and outer blanks do not count. Another word is reported."""
    default: Any = None
    """The value where there is none; that it was taken is reported."""
    split: Text | None = None
    """What separates the items of a list."""
    list: bool = False
    """Whether the value is the only item of a list."""
    dates: tuple[DateFormat, ...] = ()
    """How days are written, in the order they are tried: `%d %m %Y` and, if need be, `%H %M %S`."""
    type: Literal["text", "integer", "number"] | None = None
    """What a cell shall be that is written otherwise, such as a number in a CSV file."""

    @property
    def fault(self) -> str:
        """What no type can say is wrong; empty where nothing is."""
        sources = (self.column, self.first, self.join, self.constant, self.reference, self.formula)
        if sum(source is not None for source in sources) != 1:
            return "needs one of: column, first, join, constant, reference, is"
        if self.formula is None and self.of:
            return "names columns in `of` and has no expression `is`"
        if any(inner.fault or inner.formula is not None for inner in self.names.values()):
            return "has a name in `of` that is neither a column nor what is done to one"
        if self.formula is not None and (wrong := formula.fault(self.formula, tuple(self.of))):
            return wrong
        if any(set("dmY") - set(re.findall("%(.)", form)) for form in self.dates):
            return "has a date format without day, month or year: it would invent one"
        words = [word.strip().casefold() for word in self.values or ()]
        return "has a word twice in its value table, but for its case" if len(set(words)) < len(words) else ""

    @property
    def names(self) -> dict[str, Field]:
        """Where the value of each name of its expression comes from."""
        return {name: whole(source) for name, source in self.of.items()}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the value is read from."""
        one = (self.column,) if self.column else ()
        inner = (column for source in self.names.values() for column in source.columns)
        return (*one, *(self.first or ()), *(self.join or ()), *holes(self.reference or ""), *inner)


def whole(source: str | Field) -> Field:
    """A field in full; a text is that of a column alone."""
    return Field(column=source) if isinstance(source, str) else source


class Records(Model):
    """How the records of one kind are made: the id and the fields of each; a text is a field of that column alone."""

    kind: Kind
    folder: Folder
    id: Pattern
    fields: dict[Target, str | Field]
    when: Field | None = None
    """Whether a row becomes such a record: an expression that gives true."""
    needs: tuple[str | Texts, ...] = ()
    """Columns without which there is none; of a list of them, one will do."""

    @property
    def sources(self) -> dict[str, Field]:
        """Where the value at each path comes from."""
        return {target: whole(field) for target, field in self.fields.items()}

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Columns of which one each must be filled."""
        return tuple((need,) if isinstance(need, str) else need for need in self.needs)

    @property
    def faults(self) -> Iterator[tuple[Pointer, str]]:
        """What no type can say is wrong, with where."""
        yield from ((("fields", target), source.fault) for target, source in self.sources.items() if source.fault)
        if self.when is not None and (self.when.fault or self.when.formula is None):
            yield ("when",), self.when.fault or "needs an expression `is`"
        for target in self.fields:
            if target in ("kind", "id"):
                yield (), "sets kind or id among its fields: they have keys of their own"
            if any(other.startswith(f"{target}.") for other in self.fields):
                yield (), "sets a field and a part of it"

    def columns(self) -> tuple[str, ...]:
        """The columns that its id, its fields and its conditions are read from."""
        fields = (*self.sources.values(), *((self.when,) if self.when else ()))
        return (*holes(self.id), *(column for field in fields for column in field.columns), *sum(self.needed, ()))


class Derived(Records, kw_only=True):
    """Records beside those of the rows: one for each different id."""

    each: Text | None = None
    """The column of a list, every item of which is a row."""


class RegisterMapping(Records, kw_only=True):
    """What becomes of a register: a record of `kind` a row, what is derived beside it, what is left out."""

    format: Text
    sheet: Text | None = None
    """The sheet of a workbook; without it, the only one that holds cells."""
    derive: tuple[Derived, ...] = ()
    given: dict[Name, Text] = {}
    """What whoever imports may say beside the file: the name of a column without its @, and what it is."""
    sparse: bool = False
    """Whether a column that no row has is nothing to tell of: files of one document leave out what is not so."""
    ignore: dict[str, Text] = {}
    """Columns that are left out, each with the reason."""

    @property
    def faults(self) -> Iterator[tuple[Pointer, str]]:
        """What no type can say is wrong, with where."""
        yield from super().faults
        for index, records in enumerate(self.derive):
            yield from ((("derive", index, *pointer), words) for pointer, words in records.faults)
        if len({records.folder for records in self.all()}) < 1 + len(self.derive):
            yield (), "puts two kinds of records into one folder"
        used = {column for records in self.all() for field in records.sources.values() for column in field.columns}
        if used & set(self.ignore):
            yield (), "ignores a column that a field uses"
        known = {GIVEN + name for name in self.given} | AROUND
        for column in (column for records in self.all() for column in records.columns()):
            if column.startswith(GIVEN) and column not in known:
                yield (), f"reads {column}, which is not among what may be `given`"

    def all(self) -> tuple[Records, ...]:
        """The records of each row, then the derived ones."""
        return (self, *self.derive)


AROUND: Final = frozenset({"@id", "@file.name", "@file.path", "@file.sha256", "@file.size"})
"""What is known without being given: the id that the row's record has, and the file that is imported."""


def holes(pattern: str) -> tuple[str, ...]:
    """The columns that an id pattern or a reference names."""
    return tuple(column for hole in _HOLE.findall(pattern) for column in hole.split("|"))


def filling(pattern: str, cells: Container[str]) -> tuple[str, ...]:
    """The columns that fill the holes of a pattern: of each hole the first that is among `cells`."""
    firsts = (next((one for one in hole.split("|") if one in cells), None) for hole in _HOLE.findall(pattern))
    return tuple(first for first in firsts if first is not None)


def filled(pattern: str, cells: Mapping[str, str]) -> str:
    """The pattern with the text of `cells` in its holes; a hole whose columns have none leaves nothing."""
    return _HOLE.sub(lambda hole: "".join(cells[column] for column in filling(hole[0], cells)), pattern)


def read_mapping(document: Document) -> RegisterMapping:
    """The mapping that a file holds. Raises ConfigError, with the place and the next step, where it is wrong."""
    for refusal in document.refusals:
        raise ConfigError(refusal.message, place=refusal.place, hint=refusal.hint)
    try:
        mapping = convert(document.value, RegisterMapping)
    except ValidationError as refused:
        raise _located(document, str(refused)) from None
    for pointer, words in mapping.faults:
        message = f"`{_name(pointer)}` {words}" if pointer else f"the mapping {words}"
        raise ConfigError(message, place=document.place(pointer), hint=_expected(pointer))
    return mapping


_EXPECTED: Final = {
    "kind": "a kind begins with a capital letter and has letters and digits only",
    "folder": "a folder below the root of the repository, with forward slashes",
    "id": "write a text that names at least one column in braces",
    "reference": "write `Kind:` and a text that names at least one column in braces",
    "dates": "write numbers only: %d %m %Y, and %H %M %S",
    "ignore": "give each ignored column a reason",
    "is": "see docs/cel.md; each name of `of` is an optional: name.orValue(0)",
}
_PATH: Final = "write a path in the record: lower-case keys joined by dots"


def _located(document: Document, decided: str) -> ConfigError:
    """The first thing that is wrong, in our words, at its place."""
    from iscode.schema import faults

    first = faults.first(document, RegisterMapping, decided)
    name, hint = _name(first.pointer), _expected(first.pointer)
    match first.keyword:
        case "additionalProperties":
            message, hint = f"the mapping has an unknown key `{name}`", first.hint
        case "required":
            message = f"the mapping has no `{name}`"
        case _:
            message = f"`{name}` of the mapping has no fitting value"
            hint = _PATH if first.keyword == "pattern" and first.pointer[-2:-1] == ("fields",) else hint
    return ConfigError(message, place=document.place(first.pointer), hint=hint)


def _name(pointer: Pointer) -> str:
    return ".".join(map(str, pointer))


def _expected(pointer: Pointer) -> str:
    return next((_EXPECTED[str(step)] for step in reversed(pointer) if step in _EXPECTED), "see the shipped mappings")
