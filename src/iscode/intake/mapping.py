"""A mapping file -> what becomes of each column of a register; or where the file is wrong.

```yaml
format: csv                         # what the register is exported as
kind: Widget                        # the kind of the records
folder: records/widgets             # where they go, from the root of the repository
id: "{dept}-{name}"                 # columns in braces; folded to a-z, 0-9 and -
fields:                             # path in the record: where its value comes from
  title: name                       # the text of a column, intact
  use.purpose: {first: [goal, summary]}
  use.context: {join: [summary, details]}
  stage: {column: state, values: {Live: deployment}, default: design}
  owner: {reference: "Team:{dept}"}
  status: {constant: active}
  people: {column: members, split: ","}
  since: {column: start, dates: ["%d-%m-%Y"]}
derive:                             # further records, one for each different id
  - {kind: Team, folder: records/teams, id: "{dept}", fields: {title: dept}}
ignore:
  internal_no: means nothing outside the tool it comes from
```
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field as Setting
from pydantic import StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from iscode.document import Document
from iscode.errors import ConfigError
from iscode.schema.model import Model

_HOLE: Final = re.compile(r"\{([^{}]+)\}")
_KIND: Final = r"[A-Z][A-Za-z0-9]*"

Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Annotated[tuple[Text, ...], Setting(strict=False, min_length=1)]
Kind = Annotated[str, StringConstraints(pattern=f"^{_KIND}$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^[^{}]*(\{[^{}]+\}[^{}]*)+$")]
Folder = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]
Target = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$")]
DateFormat = Annotated[str, StringConstraints(pattern=r"^([^%]|%[dmYHMS])+$")]


class Field(Model):
    """Where one value of a record comes from: exactly one of the first five, and what is done to it."""

    column: Text | None = None
    """The cell of this column."""
    first: Texts = ()
    """The first cell of these columns that is not empty."""
    join: Texts = ()
    """The different texts of these columns, a blank line between them."""
    constant: Any = None
    """This value, in every record."""
    reference: Annotated[str, StringConstraints(pattern=rf"^{_KIND}:[^{{}}]*(\{{[^{{}}]+\}}[^{{}}]*)+$")] | None = None
    """`Kind:` and an id pattern: a reference to the record that has this id."""
    values: dict[str, Any] | None = None
    """What each word of the cell means; case and outer blanks do not count. Another word is reported."""
    default: Any = None
    """The value where there is none; that it was taken is reported."""
    split: Text | None = None
    """What separates the items of a list."""
    list: bool = False
    """Whether the value is the only item of a list."""
    dates: Annotated[tuple[DateFormat, ...], Setting(strict=False)] = ()
    """How days are written, in the order they are tried: `%d %m %Y` and, if need be, `%H %M %S`."""
    type: Literal["text", "integer", "number"] | None = None
    """What a cell shall be that is written otherwise, such as a number in a CSV file."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = (self.column, self.first, self.join, self.constant, self.reference)
        if sum(source is not None and source != () for source in sources) != 1:
            raise PydanticCustomError("source", "needs one of: column, first, join, constant, reference")
        if any(set("dmY") - set(re.findall("%(.)", form)) for form in self.dates):
            raise PydanticCustomError("dates", "has a date format without day, month or year: it would invent one")
        words = [word.strip().casefold() for word in self.values or ()]
        if len(set(words)) < len(words):
            raise PydanticCustomError("values", "has a word twice in its value table, but for its case")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the value is read from."""
        return (*((self.column,) if self.column else ()), *self.first, *self.join, *holes(self.reference or ""))


class Records(Model):
    """How the records of one kind are made: the id and the fields of each."""

    kind: Kind
    folder: Folder
    id: Pattern
    fields: dict[Target, Field]

    @model_validator(mode="after")
    def _separate_targets(self) -> Self:
        for target in self.fields:
            if target in ("kind", "id"):
                raise PydanticCustomError("target", "sets kind or id among its fields: they have keys of their own")
            if any(other.startswith(f"{target}.") for other in self.fields):
                raise PydanticCustomError("target", "sets a field and a part of it")
        return self

    def columns(self) -> tuple[str, ...]:
        """The columns that its id and its fields are read from."""
        return (*holes(self.id), *(column for field in self.fields.values() for column in field.columns))


class RegisterMapping(Records):
    """What becomes of a register: a record of `kind` a row, what is derived beside it, what is left out."""

    format: Text
    derive: Annotated[tuple[Records, ...], Setting(strict=False)] = ()
    ignore: dict[str, Text] = Setting({})
    """Columns that are left out, each with the reason."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({records.folder for records in self.all()}) < 1 + len(self.derive):
            raise PydanticCustomError("folder", "puts two kinds of records into one folder")
        used = {column for records in self.all() for field in records.fields.values() for column in field.columns}
        if used & set(self.ignore):
            raise PydanticCustomError("ignore", "ignores a column that a field uses")
        return self

    def all(self) -> tuple[Records, ...]:
        """The records of each row, then the derived ones."""
        return (self, *self.derive)


def holes(pattern: str) -> tuple[str, ...]:
    """The columns that an id pattern or a reference names."""
    return tuple(_HOLE.findall(pattern))


def filled(pattern: str, cells: dict[str, str]) -> str:
    """The pattern with the text of `cells` in its holes; a column without text leaves nothing."""
    return _HOLE.sub(lambda hole: cells.get(hole[1], ""), pattern)


def read_mapping(document: Document) -> RegisterMapping:
    """The mapping that a file holds. Raises ConfigError, with the place and the next step, where it is wrong."""
    for refusal in document.refusals:
        raise ConfigError(refusal.message, place=refusal.place, hint=refusal.hint)
    try:
        return RegisterMapping.model_validate(document.value)
    except ValidationError as error:
        raise _located(document, error) from None


_EXPECTED: Final = {
    "kind": "a kind begins with a capital letter and has letters and digits only",
    "folder": "a folder below the root of the repository, with forward slashes",
    "id": "write a text that names at least one column in braces",
    "reference": "write `Kind:` and a text that names at least one column in braces",
    "dates": "write numbers only: %d %m %Y, and %H %M %S",
    "[key]": "write a path in the record: lower-case keys joined by dots",
    "ignore": "give each ignored column a reason",
}


def _located(document: Document, error: ValidationError) -> ConfigError:
    """The first thing that is wrong, in our words, at its place."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    steps = first["loc"]
    name = ".".join(str(step) for step in steps if step != "[key]")
    hint = next((_EXPECTED[str(step)] for step in reversed(steps) if step in _EXPECTED), "see the shipped mappings")
    match first["type"]:
        case "extra_forbidden":
            message = f"the mapping has an unknown key `{name}`"
            hint = _meant(steps)
        case "missing":
            message = f"the mapping has no `{name}`"
        case "source" | "dates" | "values" | "target" | "folder" | "ignore":
            message = f"`{name}` {first['msg']}" if name else f"the mapping {first['msg']}"
        case _:
            message = f"`{name}` of the mapping has no fitting value"
    return ConfigError(message, place=document.place(steps), hint=hint)


def _meant(steps: tuple[int | str, ...]) -> str:
    """The known key that is nearest to the last of `steps`; else all that may stand beside it."""
    model = Field if "fields" in steps else Records if "derive" in steps else RegisterMapping
    close = difflib.get_close_matches(str(steps[-1]), model.model_fields, 1)
    return f"did you mean `{close[0]}`?" if close else f"known keys: {', '.join(model.model_fields)}"
