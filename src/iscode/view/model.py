"""A view file -> a view as its author wrote it: rows that an expression finds, and columns that are asked of each."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from iscode.rule.model import Name, Slug, Text
from iscode.schema.model import Model, says
from iscode.view.table import Place, Show


class Parts(Model):
    """A cell that holds several things of several fields, such as evidence with its age."""

    each: Annotated[Text, says("a list that is asked of `self`")]
    fields: Annotated[dict[Name, Text], Meta(min_length=1), says("key -> what is asked of each `item` of the list")]


Cell = Text | Parts
"""An expression, or several fields for each of several things."""


class ColumnModel(Model):
    """One column, asked of each row, which expressions call `self`."""

    id: Annotated[Name, says("the key in JSON")]
    title: Annotated[Text, says("the heading for people")]
    value: Annotated[Cell, says("an expression, or parts: a list with fields of each item")]
    place: Annotated[Place, says("where text shows it: in the row, below it, or not at all (data)")] = "row"
    show: Annotated[
        Show,
        says(
            "how a page draws it: text; tone or path, for words that have an order; grid, for parts of a "
            "heading, such a word and what is counted there; name, for whom the page is of"
        ),
    ] = "text"


class More(Model, kw_only=True):
    """Rows of another type, below the others."""

    rows: Text
    where: Text | None = None
    values: Annotated[dict[Name, Cell], says("column -> its cell; a column that is not named has nothing")]


class View(Model, kw_only=True):
    """A list that is found by expressions, one row below the other."""

    id: Annotated[Slug, says("equals the file's name")]
    title: Annotated[Text, says("what the list is called")]
    about: Annotated[Text, says("what it answers, in a sentence")]
    rows: Annotated[Text, says("an expression that gives a list; each item is a row")]
    where: Annotated[Text | None, says("false leaves a row out")] = None
    sort: Annotated[list[Text], says("what rows are ordered by, first of all the first; else as they were found")] = []
    columns: Annotated[list[ColumnModel], Meta(min_length=1)]
    more: list[More] = []
    page: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        says("its place on the page of a report, behind all smaller numbers; without one it is not there"),
    ] = None
