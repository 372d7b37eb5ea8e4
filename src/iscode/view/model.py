"""A view file -> a view as its author wrote it: rows that an expression finds, and columns that are asked of each."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from iscode.rule.model import Name, Slug, Text
from iscode.schema.model import Model
from iscode.view.table import Place, Show


class Parts(Model):
    """A cell that holds several things of several fields, such as evidence with its age."""

    each: Text = Field(description="a list that is asked of `self`")
    fields: Annotated[dict[Name, Text], Field(min_length=1)] = Field(
        description="key -> what is asked of each `item` of the list"
    )


Cell = Text | Parts
"""An expression, or several fields for each of several things."""


class ColumnModel(Model):
    """One column, asked of each row, which expressions call `self`."""

    id: Name = Field(description="the key in JSON")
    title: Text = Field(description="the heading for people")
    value: Cell = Field(description="an expression, or parts: a list with fields of each item")
    place: Place = Field("row", description="where text shows it: in the row, below it, or not at all (data)")
    show: Show = Field(
        "text",
        description="how a page draws it: text; tone or path, for words that have an order; grid, for parts of a "
        "heading, such a word and what is counted there; name, for whom the page is of",
    )


class More(Model):
    """Rows of another type, below the others."""

    rows: Text
    where: Text | None = None
    values: dict[Name, Cell] = Field(description="column -> its cell; a column that is not named has nothing")


class View(Model):
    """A list that is found by expressions, one row below the other."""

    id: Slug = Field(description="equals the file's name")
    title: Text = Field(description="what the list is called")
    about: Text = Field(description="what it answers, in a sentence")
    rows: Text = Field(description="an expression that gives a list; each item is a row")
    where: Text | None = Field(None, description="false leaves a row out")
    sort: list[Text] = Field(
        [], description="what rows are ordered by, first of all the first; else as they were found"
    )
    columns: list[ColumnModel] = Field(min_length=1)
    more: list[More] = Field([])
    page: Annotated[int, Field(ge=0)] | None = Field(
        None, description="its place on the page of a report, behind all smaller numbers; without one it is not there"
    )
