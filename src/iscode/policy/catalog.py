"""The catalog files -> every requirement of every standard by its long id, in catalog order."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from msgspec import Meta, Struct

from iscode.errors import PolicyError
from iscode.rule.requirement import fits
from iscode.schema.model import Model, Values, described, form

Phase = Literal["plan", "do", "check", "act"]


class Entry(Model):
    """One requirement as a catalog writes it. `id` is the standard's own number; label and intent are our words."""

    id: Annotated[str, form(r"[A-Z0-9][A-Za-z0-9.]*")]
    kind: Literal["clause", "annex"]
    label: str
    phase: Phase
    intent: str = ""
    unseen: str = ""
    """What of it no record can show: a sentence."""
    attributes: dict[str, list[str]] = {}
    max_evidence_age_days: Annotated[int, Meta(ge=1)] | None = None


class Group(Model):
    """A heading under which requirements stand."""

    id: str
    label: str


class Catalog(Model, kw_only=True):
    """The requirements of one standard."""

    id: Annotated[str, form(r"[a-z][a-z0-9-]*")]
    title: str
    edition: str
    notice: str = ""
    groups: list[Group] = []
    requirements: Annotated[list[Entry], Meta(min_length=1)]


class Requirement(Struct, frozen=True):
    """A clause or Annex A control of a standard, e.g. `iso42001:A.5.2`."""

    id: str
    standard: str
    entry: Entry

    @property
    def label(self) -> str:
        """Our own short words for it."""
        return self.entry.label


class Catalogs(Mapping[str, Requirement]):
    """Every requirement by its long id, in the order of the catalogs."""

    def __init__(self, catalogs: Iterable[Catalog]) -> None:
        self.standards = {catalog.id: catalog for catalog in sorted(catalogs, key=lambda catalog: catalog.id)}
        self._requirements = {
            f"{catalog.id}:{entry.id}": Requirement(f"{catalog.id}:{entry.id}", catalog.id, entry)
            for catalog in self.standards.values()
            for entry in catalog.requirements
        }
        self._positions = {name: position for position, name in enumerate(self._requirements)}

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The ids that a pattern names, in catalog order; `*` crosses dots. Empty when none does."""
        if "*" not in pattern:  # nearly every rule names its requirements one by one
            return (pattern,) if pattern in self._requirements else ()
        return tuple(name for name in self._requirements if fits(name, pattern))

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Known ids in catalog order."""
        return tuple(sorted(names, key=self._positions.__getitem__))

    def nearest(self, pattern: str) -> str:
        """A hint at the id that a mistyped one may mean."""
        close = difflib.get_close_matches(pattern, list(self._requirements), 1, 0.7)
        return f"did you mean {close[0]}?" if close else "`iscode requirements list` names them all"

    def __getitem__(self, name: str) -> Requirement:
        return self._requirements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._requirements)

    def __len__(self) -> int:
        return len(self._requirements)


def load(files: Iterable[tuple[str, bytes]], values: Values = MappingProxyType({})) -> Catalogs:
    """The catalogs of a shelf: (path, content) of each file. Raises PolicyError with the place."""
    catalogs: dict[str, Catalog] = {}
    for document, catalog in described(files, Catalog, "catalog", values):
        ids = [entry.id for entry in catalog.requirements]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                raise PolicyError(f"{name} is listed twice", place=document.place(("requirements", index)))
        catalogs[catalog.id] = catalog
    if not catalogs:
        raise PolicyError("there is no catalog, so nothing can be required", hint="install iscode again")
    return Catalogs(catalogs.values())
