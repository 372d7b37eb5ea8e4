"""The files below rules/ -> every rule by id, and the definitions that they share. Nothing is compiled yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from iscode.document import Document, Pointer
from iscode.errors import RuleError
from iscode.rule import subject
from iscode.rule.hints import nearest
from iscode.rule.model import Rule
from iscode.schema import Kinds
from iscode.schema.fields import is_day
from iscode.schema.model import Values, bind, document

if TYPE_CHECKING:
    from iscode.expr import Definition, Function

DEFINITIONS: Final = "definitions.yaml"
TEST_SUFFIX: Final = ".test.yaml"
_CUT: Final = frozenset(
    {"tag", "anchor", "alias", "colon", "no-colon", "bracket", "key-type", "syntax", "block-header", "trailing"}
)
"""What YAML says of an expression that it took for something of its own."""


@dataclass(frozen=True, eq=False)
class RuleFile:
    """A rule and the document it stands in, for the place of each of its keys."""

    rule: Rule
    document: Document
    subjects: tuple[str, ...]
    """The kinds whose records it judges; none for a rule about no record."""
    kinds: Kinds | None = field(default=None, repr=False)
    written: Mapping[str, Any] | None = field(default=None, repr=False)
    """The rule compiled for these very kinds, as it was written down; None where it is yet to be compiled."""

    @property
    def cases_path(self) -> str:
        """Where the rule's cases stand: beside it."""
        return self.document.path.removesuffix(".yaml") + TEST_SUFFIX


@dataclass(frozen=True)
class Rules:
    """A shelf: its rules in the order of their ids, the definitions they share, and the kinds they judge."""

    files: tuple[RuleFile, ...]
    define: Callable[[], Mapping[str, Definition]]
    kinds: Kinds

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """What rules call like functions, by name."""
        return self.define()

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The own functions of the language, typed by the kinds."""
        from iscode.rule.language import table

        return table(self.kinds)

    @cached_property
    def by_id(self) -> dict[str, RuleFile]:
        """The rules by id, in order."""
        return {file.rule.id: file for file in self.files}

    @cached_property
    def former(self) -> dict[str, str]:
        """Each alias that is no id -> the id of its rule."""
        return {alias: file.rule.id for file in self.files for alias in file.rule.aliases if alias not in self.by_id}

    def named(self, name: str) -> RuleFile:
        """The rule of that id or alias. Raises RuleError with a hint when there is none."""
        found = self.by_id.get(self.former.get(name, name))
        if found is None:
            raise RuleError(f"there is no rule {name!r}", hint=nearest(name, [*self.by_id, *self.former]))
        return found


def load(
    files: Iterable[tuple[str, bytes]],
    kinds: Kinds,
    values: Values = MappingProxyType({}),
    written: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Rules:
    """The rules of a shelf: (path, content) of each file, cases left out. Raises RuleError with the place.

    `values` and `written` are what is known of files by their SHA-256: what they hold, and the rule compiled.
    """
    rules: list[RuleFile] = []
    shared: list[Document] = []
    for path, data in files:
        name = path.rsplit("/", 1)[-1]
        if name.endswith(TEST_SUFFIX):
            continue
        found = _parse(path, data, values)
        if name == DEFINITIONS:
            shared.append(found)
        else:
            compiled = written.get(sha256(data).hexdigest()) if written else None
            rules.append(_rule(found, name.removesuffix(".yaml"), kinds, compiled))
    _told_apart(rules)
    define = cache(lambda: _defined(shared, kinds))
    if len(shared) > 1 or not written:  # the shipped ones alone were read when the rules were compiled
        define()
    return Rules(tuple(sorted(rules, key=lambda file: file.rule.id)), define, kinds)


def alone(path: str, data: bytes, kinds: Kinds) -> RuleFile:
    """The rule of one file, as it would stand on a shelf. Raises RuleError with the place."""
    return _rule(_parse(path, data, {}), path.rsplit("/", 1)[-1].removesuffix(".yaml"), kinds, None)


def _defined(shared: list[Document], kinds: Kinds) -> Mapping[str, Definition]:
    from iscode.rule.definitions import together  # types and parses, which what was prepared does without

    return together(shared, kinds)


def _parse(path: str, data: bytes, values: Values) -> Document:
    found = document(path, data, values)
    if found.value is None:
        refusal = found.refusals[0]
        hint = f"{refusal.hint}; put an expression into quotes" if refusal.keyword in _CUT else refusal.hint
        raise RuleError(refusal.message, place=refusal.place, hint=hint)
    return found


def _rule(document: Document, stem: str, kinds: Kinds, written: Mapping[str, Any] | None) -> RuleFile:
    rule = bind(document, Rule, RuleError)
    if rule.id != stem:
        message, hint = f"the rule {rule.id!r} stands in a file of another name", f"name the file {rule.id}.yaml"
        raise RuleError(message, place=document.place(("id",)), hint=hint)
    if rule.effective_on is not None and not is_day(rule.effective_on):
        message, hint = f"{rule.effective_on} is no day of the calendar", 'write one, as "2026-11-24"'
        raise RuleError(message, place=document.place(("effective_on",)), hint=hint)
    clauses = [check.id for check in rule.check]
    for index, clause in enumerate(clauses):
        if clause is not None and clause in clauses[:index]:
            place = document.place(("check", index, "id"))
            raise RuleError(f"two checks are called {clause!r}", place=place, hint="give one of them another id")
    return RuleFile(rule, document, subject.kinds_of(rule, document, kinds), kinds, written)


def _told_apart(rules: Iterable[RuleFile]) -> None:
    seen: dict[str, tuple[RuleFile, Pointer]] = {}
    for file in rules:
        names: list[tuple[Pointer, str]] = [(("id",), file.rule.id)]
        names += [(("aliases", index), alias) for index, alias in enumerate(file.rule.aliases)]
        for pointer, name in names:
            other, there = seen.setdefault(name, (file, pointer))
            if (other, there) != (file, pointer):
                message = f"{name!r} already names the rule at {other.document.place(there)}"
                raise RuleError(message, place=file.document.place(pointer), hint="give one of them another name")
