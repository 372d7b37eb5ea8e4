"""A document of iscode's own making (rule, profile, catalog, config) -> a pydantic model, or a located error."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from iscode.document import Document, Limits, Pointer, known, read
from iscode.errors import IscodeError, Place
from iscode.schema.wording import fields_path, show


class Model(BaseModel):
    """The base of iscode's own models: frozen, no unknown key, no coercion of one type into another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


M = TypeVar("M", bound=BaseModel)

_TYPES: Final = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
}
"""pydantic's word for a value of the wrong type -> what should stand there."""
_HINTS: Final = {
    "text": "put quotes around what is written",
    "a list": "put it into a list: [a, b], or a line with `- ` for each",
    "a map": "write its keys below it, each with its value",
    "true or false": "write true or false, without quotes",
    "a whole number": "write digits alone: no quotes, no point",
    "a number": "write it in digits, without quotes",
}
"""What should stand there -> what its author does."""


Values = Mapping[str, dict[str, Any]]
"""SHA-256 of a file's bytes, in hex -> what they hold, where that is known: then nothing is read."""


def document(path: str, data: bytes, values: Values, limits: Limits | None = None) -> Document:
    """The document of a file, by what is known of its bytes, or as it reads."""
    value = values.get(sha256(data).hexdigest()) if values else None
    return read(path, data, limits or Limits()) if value is None else known(path, data, value)


def parse(
    path: str,
    data: bytes,
    error: type[IscodeError],
    limits: Limits | None = None,
    values: Values = MappingProxyType({}),
) -> Document:
    """The document of a file that must be good YAML; raises `error` at its first refusal otherwise."""
    found = document(path, data, values, limits)
    if found.value is None:
        refusal = found.refusals[0]
        raise error(refusal.message, place=refusal.place, hint=refusal.hint)
    return found


def bind(document: Document, model: type[M], error: type[IscodeError]) -> M:
    """The model that a document describes. Raises `error` at the first thing that does not fit, with its place."""
    try:
        return model.model_validate(document.value)
    except ValidationError as refused:
        faults = [(_pointer(document.value, fault), fault) for fault in refused.errors(include_url=False)]
        above = {pointer[:size] for pointer, _ in faults for size in range(len(pointer))}

        def rank(found: tuple[Pointer, Any]) -> tuple[bool, bool, bool, Place]:
            # A mistyped key is unknown, and missing under its right name: its author sees the first. Of a union each
            # member has its faults: those of the one that fits best lie deepest.
            pointer, fault = found
            return fault["type"] == "missing", pointer in above, fault["type"] in _TYPES, document.place(pointer)

        pointer, first = min(faults, key=rank)
        message, hint = _words(pointer, first, model)
        raise error(message, place=document.place(pointer), hint=hint) from None


def _pointer(value: Any, fault: Any) -> Pointer:
    """Where a fault is in the document: pydantic also names the members of a union that it tried."""
    pointer: Pointer = ()
    for step in fault["loc"]:
        if isinstance(value, dict | list) and (step in value if isinstance(value, dict) else isinstance(step, int)):
            pointer, value = (*pointer, step), value[step]
    return (*pointer, fault["loc"][-1]) if fault["type"] == "missing" else pointer


def _words(pointer: Pointer, fault: Any, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong, and what to do; a fault that is none of ours to word keeps the library's sentence."""
    path, value, context = fields_path(pointer), fault["input"], fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            known = sorted(_keys(model, pointer[:-1]))
            close = difflib.get_close_matches(str(pointer[-1]), known, 1)
            return (
                f"unknown key `{path}`",
                f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}",
            )
        case "missing":
            return f"`{path}` is missing", f"add `{pointer[-1]}:`"
        case "literal_error":
            words = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(", ")]
            close = difflib.get_close_matches(str(value), words, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"one of: {', '.join(words)}"
            return f"`{path}` is {show(value)}, which is none of its words", hint
        case "string_pattern_mismatch":
            return f"`{path}` is {show(value)}, which does not have its form", f"it must match {context['pattern']}"
        case "string_too_short" | "too_short":
            return f"`{path}` is empty", "write something, or remove the key"
        case kind if kind in _TYPES:
            return f"`{path}` must be {_TYPES[kind]}", _HINTS[_TYPES[kind]]
        case _:
            return f"`{path}`: {fault['msg'][:1].lower()}{fault['msg'][1:]}", ""


def _keys(kind: Any, above: Pointer) -> list[str]:
    """The keys that the map at a pointer may have, by the annotations on the way down."""
    if isinstance(kind, type) and issubclass(kind, RootModel):
        return _keys(kind.model_fields["root"].annotation, above)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
        return _keys(fields.get(str(above[0])), above[1:]) if above else list(fields)
    if get_origin(kind) in (list, dict):
        return _keys(get_args(kind)[-1], above[1:])
    return [key for part in get_args(kind) for key in _keys(part, above)]
