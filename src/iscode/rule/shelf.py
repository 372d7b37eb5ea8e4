"""The files below rules/ -> every rule by id, and the definitions that they share. Nothing is compiled yet."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from iscode.document import Document
from iscode.errors import Place, RuleError
from iscode.expr import Definition, Function
from iscode.rule import definitions, functions
from iscode.rule.model import Rule
from iscode.schema import Kinds
from iscode.schema.model import bind, parse

DEFINITIONS: Final = "definitions.yaml"
TEST_SUFFIX: Final = ".test.yaml"


@dataclass(frozen=True, eq=False)
class RuleFile:
    """A rule and the document it stands in, for the place of each of its keys."""

    rule: Rule
    document: Document

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
        return functions.table(self.kinds)

    @cached_property
    def by_id(self) -> dict[str, RuleFile]:
        """The rules by id, in order."""
        return {file.rule.id: file for file in self.files}

    def named(self, name: str) -> RuleFile:
        """The rule of that id or alias. Raises RuleError with a hint when there is none."""
        aliases = {alias: file for file in self.files for alias in file.rule.aliases}
        found = self.by_id.get(name) or aliases.get(name)
        if found is None:
            close = difflib.get_close_matches(name, [*self.by_id, *aliases], 1)
            hint = f"did you mean {close[0]}?" if close else "`iscode rules list` names them all"
            raise RuleError(f"there is no rule {name!r}", hint=hint)
        return found


def load(files: Iterable[tuple[str, bytes]], kinds: Kinds) -> Rules:
    """The rules of a shelf: (path, content) of each file, cases left out. Raises RuleError with the place."""
    rules: list[RuleFile] = []
    shared: dict[str, Definition] = {}
    for path, data in files:
        name = path.rsplit("/", 1)[-1]
        if name.endswith(TEST_SUFFIX):
            continue
        document = parse(path, data, RuleError)
        if name == DEFINITIONS:
            shared |= definitions.read(document, kinds)
        else:
            rules.append(_rule(document, name.removesuffix(".yaml"), kinds))
    _told_apart(rules)
    return Rules(tuple(sorted(rules, key=lambda file: file.rule.id)), shared, kinds)


def _rule(document: Document, stem: str, kinds: Kinds) -> RuleFile:
    rule = bind(document, Rule, RuleError)
    if rule.id != stem:
        raise RuleError(
            f"the rule {rule.id!r} stands in a file of another name",
            place=document.place(("id",)),
            hint=f"name the file {rule.id}.yaml",
        )
    for word in rule.status:
        if word not in kinds.statuses:
            place = document.place(("status",))
            raise RuleError(
                f"{word!r} is no status of any kind", place=place, hint=f"one of: {', '.join(kinds.statuses)}"
            )
    return RuleFile(rule, document)


def _told_apart(rules: Iterable[RuleFile]) -> None:
    seen: dict[str, Place] = {}
    for file in rules:
        for name in (file.rule.id, *file.rule.aliases):
            place = file.document.place(("aliases",) if name != file.rule.id else ("id",))
            if name in seen:
                raise RuleError(
                    f"{name!r} already names the rule at {seen[name]}",
                    place=place,
                    hint="give one of them another name",
                )
            seen[name] = place
