"""The files below rules/ -> every rule by id, and the definitions that they share. Nothing is compiled yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from iscode.document import Document, Pointer, read
from iscode.errors import Place, RuleError
from iscode.expr import Definition, Function
from iscode.rule import definitions, language, subject
from iscode.rule.hints import nearest
from iscode.rule.model import Rule
from iscode.schema import Kinds
from iscode.schema.model import bind

DEFINITIONS: Final = "definitions.yaml"
TEST_SUFFIX: Final = ".test.yaml"
_CUT: Final = frozenset({"tag", "anchor", "alias", "colon", "no-colon", "bracket", "key-type", "syntax"})
"""What YAML says of an expression that it took for something of its own."""


@dataclass(frozen=True, eq=False)
class RuleFile:
    """A rule and the document it stands in, for the place of each of its keys."""

    rule: Rule
    document: Document
    subjects: tuple[str, ...]
    """The kinds whose records it judges; none for a rule about no record."""

    @property
    def cases_path(self) -> str:
        """Where the rule's cases stand: beside it."""
        return self.document.path.removesuffix(".yaml") + TEST_SUFFIX


@dataclass(frozen=True)
class Rules:
    """A shelf: its rules in the order of their ids, the definitions they share, and the kinds they judge."""

    files: tuple[RuleFile, ...]
    definitions: Mapping[str, Definition]
    kinds: Kinds

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The own functions of the language, typed by the kinds."""
        return language.table(self.kinds)

    @cached_property
    def by_id(self) -> dict[str, RuleFile]:
        """The rules by id, in order."""
        return {file.rule.id: file for file in self.files}

    def named(self, name: str) -> RuleFile:
        """The rule of that id or alias. Raises RuleError with a hint when there is none."""
        aliases = {alias: file for file in self.files for alias in file.rule.aliases}
        found = self.by_id.get(name) or aliases.get(name)
        if found is None:
            raise RuleError(f"there is no rule {name!r}", hint=nearest(name, [*self.by_id, *aliases]))
        return found


def load(files: Iterable[tuple[str, bytes]], kinds: Kinds) -> Rules:
    """The rules of a shelf: (path, content) of each file, cases left out. Raises RuleError with the place."""
    rules: list[RuleFile] = []
    shared: dict[str, Definition] = {}
    places: dict[str, Place] = {}
    for path, data in files:
        name = path.rsplit("/", 1)[-1]
        if name.endswith(TEST_SUFFIX):
            continue
        document = _parse(path, data)
        if name == DEFINITIONS:
            found = definitions.read(document, kinds, places)
            shared |= found
            places |= {word: document.place((word,)) for word in found}
        else:
            rules.append(_rule(document, name.removesuffix(".yaml"), kinds))
    _told_apart(rules)
    return Rules(tuple(sorted(rules, key=lambda file: file.rule.id)), shared, kinds)


def _parse(path: str, data: bytes) -> Document:
    document = read(path, data)
    if document.value is None:
        refusal = document.refusals[0]
        hint = f"{refusal.hint}; put an expression into quotes" if refusal.keyword in _CUT else refusal.hint
        raise RuleError(refusal.message, place=refusal.place, hint=hint)
    return document


def _rule(document: Document, stem: str, kinds: Kinds) -> RuleFile:
    rule = bind(document, Rule, RuleError)
    if rule.id != stem:
        message, hint = f"the rule {rule.id!r} stands in a file of another name", f"name the file {rule.id}.yaml"
        raise RuleError(message, place=document.place(("id",)), hint=hint)
    clauses = [check.id for check in rule.check]
    for index, clause in enumerate(clauses):
        if clause is not None and clause in clauses[:index]:
            place = document.place(("check", index, "id"))
            raise RuleError(f"two checks are called {clause!r}", place=place, hint="give one of them another id")
    return RuleFile(rule, document, subject.kinds_of(rule, document, kinds))


def _told_apart(rules: Iterable[RuleFile]) -> None:
    seen: dict[str, Place] = {}
    for file in rules:
        names: list[tuple[Pointer, str]] = [(("id",), file.rule.id)]
        names += [(("aliases", index), alias) for index, alias in enumerate(file.rule.aliases)]
        for pointer, name in names:
            place = file.document.place(pointer)
            if name in seen:
                message, hint = f"{name!r} already names the rule at {seen[name]}", "give one of them another name"
                raise RuleError(message, place=place, hint=hint)
            seen[name] = place
