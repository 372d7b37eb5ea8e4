"""definitions.yaml -> named expressions with typed parameters, which rules call like functions."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field, RootModel

from iscode.document import Document
from iscode.errors import RuleError
from iscode.expr import Definition, types
from iscode.rule.model import Name, Text
from iscode.schema import Kinds
from iscode.schema.model import Model, bind

WORDS: Final = {
    "any": types.ANY, "bool": types.BOOL, "int": types.INT, "double": types.DOUBLE, "string": types.STRING,
    "timestamp": types.TIMESTAMP, "duration": types.DURATION,
}  # fmt: skip

_COMPOUND: Final = re.compile(r"(list|optional|ref)\((.+)\)")


class DefinitionModel(Model):
    """One definition as its author wrote it."""

    of: list[dict[Name, Text]]
    expression: Text = Field(alias="is")
    doc: Text


class DefinitionsModel(RootModel[dict[Name, DefinitionModel]]):
    """A file of definitions."""


def read(document: Document, kinds: Kinds) -> dict[str, Definition]:
    """The definitions of a file. Raises RuleError with the place of what does not fit."""
    found: dict[str, Definition] = {}
    for name, model in bind(document, DefinitionsModel, RuleError).root.items():
        parameters: list[tuple[str, types.Type]] = []
        for index, parameter in enumerate(model.of):
            place = document.place((name, "of", index))
            if len(parameter) != 1:
                raise RuleError(
                    "a parameter is one name with its type",
                    place=place,
                    hint="write [date: timestamp, age: duration]",
                )
            [(parameter_name, text)] = parameter.items()
            kind = type_named(text, kinds)
            if kind is None:
                hint = f"one of {', '.join(WORDS)}, list(T), optional(T), ref(Kind), or a kind"
                raise RuleError(f"{text!r} is no type", place=place, hint=hint)
            parameters.append((parameter_name, kind))
        found[name] = Definition(name, tuple(parameters), model.expression)
    return found


def type_named(text: str, kinds: Kinds) -> types.Type | None:
    """The type that a definition's author names; None when there is none of that name."""
    text = text.strip()
    if text in WORDS:
        return WORDS[text]
    if text in kinds:
        return kinds[text].type
    compound = _COMPOUND.fullmatch(text)
    if compound is None:
        return None
    word, inner = compound.groups()
    if word == "ref":
        named = tuple(part.strip() for part in inner.split("|"))
        return types.RefString(named) if all(name in kinds for name in named) else None
    of = type_named(inner, kinds)
    if of is None:
        return None
    return types.ListType(of) if word == "list" else types.OptionalType(of)
