"""definitions.yaml -> named expressions with typed parameters, which rules call like functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, NoReturn

from msgspec import Meta, field

from iscode.document import Document, Pointer
from iscode.errors import Place, RuleError
from iscode.expr import Definition, ExpressionError, types
from iscode.expr.library import vocabulary
from iscode.expr.parser import parse
from iscode.rule.hints import nearest, pointed
from iscode.rule.language import table
from iscode.rule.model import Name, Text
from iscode.schema import Kinds
from iscode.schema.model import Model, bind

WORDS: Final = {
    "any": types.ANY, "bool": types.BOOL, "int": types.INT, "double": types.DOUBLE, "string": types.STRING,
    "timestamp": types.TIMESTAMP, "duration": types.DURATION,
}  # fmt: skip
VARIABLES: Final = frozenset({"self", "old", "item", "old_item", "today", "params", "base"})
"""What expressions know by name; nothing else may be called so."""

_COMPOUND: Final = re.compile(r"(list|optional|ref)\((.+)\)")


class DefinitionModel(Model):
    """One definition as its author wrote it."""

    of: list[dict[Name, Annotated[str, Meta(min_length=1, max_length=200)]]]
    expression: Text = field(name="is")
    doc: Text


DefinitionsModel = dict[Name, DefinitionModel]
"""A file of definitions."""


def read(document: Document, kinds: Kinds, taken: Mapping[str, Place] = MappingProxyType({})) -> dict[str, Definition]:
    """The definitions of a file beside those `taken` elsewhere (name -> where). Raises RuleError with the place of what
    does not fit: a name that means something already, a type that there is not, a text that is no expression.
    """

    def fail(pointer: Pointer, message: str, hint: str) -> NoReturn:
        raise RuleError(message, place=document.place(pointer), hint=hint)

    found: dict[str, Definition] = {}
    language = {*table(kinds), *VARIABLES, *vocabulary()["functions"], *vocabulary()["macros"]}
    for name, model in bind(document, DefinitionsModel, RuleError).items():
        if name in taken:
            fail((name,), f"`{name}` is defined at {taken[name]} already", "choose another name, or remove one of them")
        if name in language:
            fail((name,), f"`{name}` already means something in expressions", "choose another name")
        parameters: dict[str, types.Type] = {}
        for index, parameter in enumerate(model.of):
            pointer = (name, "of", index)
            if len(parameter) != 1:
                fail(pointer, "a parameter is one name with its type", "write [date: timestamp, age: duration]")
            [(word, text)] = parameter.items()
            if word in VARIABLES or word in parameters:
                fail(pointer, f"`{word}` already means something here", "choose another name")
            kind = type_named(text, kinds)
            if kind is None:
                fail(
                    pointer,
                    f"{text!r} is no type",
                    nearest(text, (*WORDS, *kinds, "list(T)", "optional(T)", "ref(Kind)")),
                )
            parameters[word] = kind
        try:
            parse(model.expression)
        except ExpressionError as error:
            fail((name, "is"), error.message, pointed(model.expression, error))
        found[name] = Definition(name, tuple(parameters.items()), model.expression)
    return found


def together(documents: Iterable[Document], kinds: Kinds) -> dict[str, Definition]:
    """The definitions of several files, none of which may name what another has. Raises RuleError as `read` does."""
    defined: dict[str, Definition] = {}
    places: dict[str, Place] = {}
    for document in documents:
        found = read(document, kinds, places)
        defined |= found
        places |= {name: document.place((name,)) for name in found}
    return defined


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
