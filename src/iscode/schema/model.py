"""A document of iscode's own making (rule, profile, catalog, config) -> a frozen model, or a located error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, dataclass_transform

from msgspec import Meta, Struct, ValidationError, convert, field

from iscode.document import Document, Limits, known, read
from iscode.errors import IscodeError, PolicyError


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """The base of iscode's own models: frozen, no unknown key, no coercion of one type into another."""


M = TypeVar("M")
Values = Mapping[str, dict[str, Any]]
"""SHA-256 of a file's bytes, in hex -> what they hold, where that is known: then nothing is read."""


def says(words: str) -> Meta:
    """What a key is for, as editors tell it."""
    return Meta(description=words)


def form(pattern: str, longest: int | None = None) -> Meta:
    """The form of a whole text, as a regular expression, and its most characters."""
    return Meta(pattern=rf"^(?:{pattern})\Z" if "|" in pattern else rf"^{pattern}\Z", max_length=longest)


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
        return convert(document.value, model)
    except ValidationError as refused:
        from iscode.schema import faults  # what only words a refusal is read when there is one

        fault = faults.first(document, model, str(refused))
        raise error(fault.message, place=document.place(fault.pointer), hint=fault.hint) from None


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


D = TypeVar("D", bound=_Identified)


def described(
    files: Iterable[tuple[str, bytes]], model: type[D], noun: str, values: Values = MappingProxyType({})
) -> Iterator[tuple[Document, D]]:
    """The document and the model of each file of a shelf, (path, content), of which no two have one id.

    Raises PolicyError with the place of what is broken; `noun` is what messages call one of them.
    """
    paths: dict[str, str] = {}
    for path, data in files:
        found = parse(path, data, PolicyError, values=values)
        one = bind(found, model, PolicyError)
        if paths.setdefault(one.id, path) != path:
            message = f"the {noun} {one.id!r} is described twice, in {paths[one.id]} too"
            raise PolicyError(message, place=found.place(("id",)), hint="give it another id")
        yield found, one
