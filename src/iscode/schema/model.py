"""A document of iscode's own making (rule, profile, catalog, config) -> a pydantic model, or a located error."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from iscode.document import Document, Limits, Pointer, read
from iscode.errors import IscodeError
from iscode.schema.wording import fields_path


class Model(BaseModel):
    """The base of iscode's own models: frozen, no unknown key, no coercion of one type into another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


M = TypeVar("M", bound=BaseModel)


def parse(path: str, data: bytes, error: type[IscodeError], limits: Limits | None = None) -> Document:
    """The document of a file that must be good YAML; raises `error` at its first refusal otherwise."""
    document = read(path, data, limits or Limits())
    if document.value is None:
        refusal = document.refusals[0]
        raise error(refusal.message, place=refusal.place, hint=refusal.hint)
    return document


def bind(document: Document, model: type[M], error: type[IscodeError]) -> M:
    """The model that a document describes. Raises `error` at the first thing that does not fit, with its place."""
    try:
        return model.model_validate(document.value)
    except ValidationError as refused:
        first = refused.errors(include_url=False)[0]
        pointer: Pointer = tuple(step for step in first["loc"])
        message, hint = _words(pointer, first, model)
        raise error(message, place=document.place(pointer), hint=hint) from None


def _words(pointer: Pointer, first: Any, model: type[BaseModel]) -> tuple[str, str]:
    path = fields_path(pointer)
    match first["type"]:
        case "extra_forbidden":
            known = sorted(model.model_fields) if len(pointer) == 1 else []
            close = difflib.get_close_matches(str(pointer[-1]), known, 1)
            hint = (
                f"did you mean `{close[0]}`?"
                if close
                else (f"known here: {', '.join(known)}" if known else "remove the key")
            )
            return f"unknown key `{path}`", hint
        case "missing":
            return f"`{path}` is missing", f"add `{path}:`"
        case _:
            return f"`{path}`: {first['msg'][:1].lower()}{first['msg'][1:]}", ""
