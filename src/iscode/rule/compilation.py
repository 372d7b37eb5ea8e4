"""A rule file and its parameters -> the rule, with every expression typed and compiled for its subjects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from iscode import expr
from iscode.document import Pointer
from iscode.errors import RuleError
from iscode.expr import Environment, ExpressionError, Variable, types
from iscode.expr.lexer import tokens
from iscode.expr.presence import Facts
from iscode.expr.shapes import union
from iscode.rule import functions_of_requirements, message, parameters, patch, paths, subject
from iscode.rule.compiled import (
    BASE,
    ITEM,
    OLD,
    OLD_ITEM,
    PARAMS,
    SELF,
    TODAY,
    CompiledCheck,
    CompiledRule,
    Formula,
    Let,
    Target,
)
from iscode.rule.definitions import VARIABLES
from iscode.rule.functions_of_facts import commit_type
from iscode.rule.hints import FormulaError, nearest
from iscode.rule.message import PATH, Message
from iscode.rule.passing import passing
from iscode.rule.shelf import RuleFile, Rules

REPOSITORY: Final = types.ObjectType(subject.REPOSITORY, {}, True)
"""What `self` is in a rule that is about the records together."""
BASE_TYPE: Final = types.ObjectType(
    BASE, {"sha": types.Field(types.STRING, True), "day": types.Field(types.TIMESTAMP, True)}
)
"""The commit that records are compared with."""

_EACH_PATH: Final = re.compile(r"self((\.\??[a-z_][a-z0-9_]*)+)(\.orValue\((\[\]|\{\})\))?", re.ASCII)


def compile_rule(file: RuleFile, params: Mapping[str, Any], rules: Rules) -> CompiledRule:
    """The rule with every parameter given. Raises RuleError at the key that does not compile."""
    rule = _Compilation(file, params, rules).rule()
    return replace(rule, passing=passing(rule))


class _Compilation:
    """One rule on its way: what is known to be present grows clause by clause, the variables let by let."""

    def __init__(self, file: RuleFile, params: Mapping[str, Any], rules: Rules) -> None:
        self.file, self.source, self.params, self.rules = file, file.rule, params, rules
        self.subjects = file.subjects
        self.self_type = self.subject_type()
        self.variables: dict[str, Variable] = {
            SELF: Variable(self.self_type),
            TODAY: Variable(types.TIMESTAMP),
            PARAMS: Variable(self.params_type()),
        }
        if self.source.compare is not None:
            self.variables[BASE] = Variable(BASE_TYPE)
        if self.source.compare == "changed":
            self.variables[OLD] = Variable(self.self_type)
        self.lets: dict[str, Let] = {}
        self.present: Facts = frozenset()

    def subject_type(self) -> types.ObjectType:
        if self.subjects:
            return union(self.rules.kinds[name].type for name in self.subjects)
        match self.source.subjects:
            case (subject.REQUIREMENT,):
                return functions_of_requirements.type_of(self.rules.kinds)
            case (subject.COMMIT,):
                return commit_type(self.rules.kinds)
            case _:
                return REPOSITORY

    def params_type(self) -> types.ObjectType:
        known: dict[str, types.Field] = {}
        for name, default in self.source.params.items():
            try:
                known[name] = types.Field(parameters.type_of(default, f"params.{name}"), True)
            except TypeError as error:
                raise self.fail(("params", name), str(error), "give them one type") from None
        return types.ObjectType(PARAMS, known)

    def rule(self) -> CompiledRule:
        source = self.source
        self.check_names()
        patch.require_fitting(self.file, (self.rules.kinds[name] for name in self.subjects))
        self.add_lets(self.reached(source.when or ""))
        when = self.condition(("when",), source.when)
        needs = [self.needed(need, SELF, self.self_type) for need in source.needs if not need.startswith(f"{ITEM}.")]
        self.present |= _prefixes(SELF, needs) | (when.expression.facts if when else frozenset())
        self.add_lets({name for name in source.let if ITEM not in self.reached(source.let[name])})
        each, pointer = self.items()
        item_needs = [self.needed(need, ITEM, self.item_type()) for need in source.needs if need.startswith(f"{ITEM}.")]
        self.add_lets(self.reached(source.where or ""))
        where = self.condition(("where",), source.where)
        self.present |= _prefixes(ITEM, item_needs) | (where.expression.facts if where else frozenset())
        self.add_lets(set(source.let))
        return CompiledRule(
            subjects=self.subjects,
            names=tuple(self.variables),
            params=self.params,
            when=when,
            needs=tuple(needs),
            each=each,
            each_pointer=pointer,
            item_keys=self.item_keys(),
            item_needs=tuple(item_needs),
            where=where,
            lets=tuple(self.lets.values()),
            checks=tuple(self.checks()),
        )

    def check_names(self) -> None:
        """A let may hide nothing that expressions already know; without `each` nothing may speak of an item."""
        for name in self.source.let:
            if name in VARIABLES or name in self.rules.functions or name in self.rules.definitions:
                message = f"`{name}` already means something in expressions"
                raise self.fail(("let", name), message, "choose another name")
        if self.source.each is None and self.source.where is not None:
            raise self.fail(("where",), "there is no item without `each`", "add `each`, or say it in `when`")
        if self.source.when is not None and ITEM in self.reached(self.source.when):
            raise self.fail(("when",), "`when` is asked before there is an item", "say it in `where`")

    def reached(self, text: str) -> set[str]:
        """The names that a text speaks of, through lets too."""
        found: set[str] = set()
        waiting = [text]
        while waiting:
            names = _names(waiting.pop()) - found
            found |= names
            waiting += [self.source.let[name] for name in names if name in self.source.let]
        return found

    def add_lets(self, names: set[str]) -> None:
        """Compile those of the named lets that are still to come, in the order written."""
        for name in self.source.let:
            if name in self.lets or name not in names:
                continue
            formula = self.formula(("let", name), self.source.let[name], None)
            read = formula.expression.reads
            others = [self.lets[other] for other in read if other in self.lets]
            of_self = not read.isdisjoint((SELF, OLD)) or any(let.of_self for let in others)
            of_item = not read.isdisjoint((ITEM, OLD_ITEM)) or any(let.of_item for let in others)
            self.lets[name] = Let(name, formula, of_self, of_item)
            self.variables[name] = Variable(formula.expression.type, lazy=True)

    def items(self) -> tuple[Formula | None, Pointer | None]:
        """`each` and, if it is a path from self, where its items stand; the item becomes a variable."""
        if self.source.each is None:
            return None, None
        each = self.formula(("each",), self.source.each, None)
        match each.expression.type:
            case types.ListType(element=element):
                item = element
            case types.MapType(key=key, value=value):
                item = types.ObjectType(ITEM, {"key": types.Field(key, True), "value": types.Field(value, True)})
            case other:
                raise self.fail(("each",), f"`each` gives {other}, which has no items", "give a list or a map")
        self.variables[ITEM] = Variable(item)
        if self.source.compare == "changed":
            self.variables[OLD_ITEM] = Variable(types.OptionalType(item))
        path = _EACH_PATH.fullmatch(self.source.each.strip())
        return each, tuple(path[1].replace("?", "").strip(".").split(".")) if path else None

    def item_type(self) -> types.Type:
        return self.variables[ITEM].type if ITEM in self.variables else types.NEVER

    def item_keys(self) -> tuple[str, ...]:
        """The keys that name an item, from the schema of the list it stands in."""
        item = self.item_type()
        return self.rules.kinds.item_keys.get(item.name, ()) if isinstance(item, types.ObjectType) else ()

    def checks(self) -> Iterator[CompiledCheck]:
        for index, check in enumerate(self.source.check):
            at = self.target(index, check.at) if check.at is not None else None
            that = self.formula(("check", index, "that"), check.that, types.BOOL)
            self.present |= that.expression.facts
            clause = check.id or f"check:{index}"
            yield CompiledCheck(clause, that, at, self.message(index, check.message), check.severity)

    def message(self, index: int, text: str) -> Message:
        try:
            parsed = message.parse(text)
        except ValueError as error:
            raise self.fail(("check", index, "message"), f"the message has {error}") from None
        for hole in parsed.holes:
            self.follow(("check", index, "message"), hole.name, hole.keys)
        return parsed

    def target(self, index: int, text: str) -> Target:
        name, *keys = text.split(".")
        if not PATH.fullmatch(text) or name not in (SELF, ITEM):
            message = f"{text!r} is no path from self or item"
            raise self.fail(("check", index, "at"), message, "write e.g. self.oversight")
        self.follow(("check", index, "at"), name, keys)
        return Target(name == ITEM, tuple(keys))

    def follow(self, pointer: Pointer, name: str, keys: Sequence[str]) -> None:
        """That a path exists, from a variable on."""
        if name not in self.variables:
            raise self.fail(pointer, f"there is no `{name}` here", nearest(name, self.variables))
        self.walk(pointer, self.variables[name].type, keys)

    def walk(self, pointer: Pointer, kind: types.Type, keys: Sequence[str]) -> None:
        lost = paths.missing_step(kind, keys)
        if lost is not None:
            raise self.fail(pointer, f"there is no `{lost[0]}` in `{'.'.join(keys)}`", lost[1])

    def needed(self, need: str, root: str, kind: types.Type) -> tuple[str, ...]:
        pointer: Pointer = ("needs", self.source.needs.index(need))
        path = need.removeprefix(f"{ITEM}.") if root == ITEM else need
        if not PATH.fullmatch(path):
            raise self.fail(pointer, f"{need!r} is no path", "write e.g. review.last")
        if kind is types.NEVER:
            raise self.fail(pointer, "there is no item without `each`", "add `each`, or name a path of the record")
        self.walk(pointer, kind, path.split("."))
        return tuple(path.split("."))

    def condition(self, pointer: Pointer, text: str | None) -> Formula | None:
        return None if text is None else self.formula(pointer, text, types.BOOL)

    def formula(self, pointer: Pointer, text: str, expect: types.Type | None) -> Formula:
        environment = Environment(dict(self.variables), self.rules.functions, self.rules.definitions)
        try:
            expression = expr.compile(text, environment, expect=expect, present=self.present)
        except ExpressionError as error:
            raise FormulaError(self.file.document, pointer, text, error) from None
        if expression.unguarded:
            read = expression.unguarded[0]
            hint = "guard it: `needs`, has(…), .? with orValue(…), or [?…]"
            bare = ExpressionError(f"{read.path} may be absent", read.offset, hint, text=text)
            raise FormulaError(self.file.document, pointer, text, bare)
        return Formula(expression, len(self.variables))

    def fail(self, pointer: Pointer, message: str, hint: str = "") -> RuleError:
        return RuleError(message, place=self.file.document.place(pointer), hint=hint)


def _prefixes(root: str, paths: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Each path and all that lead to it: none can be there without the others."""
    return {(root, *keys[:size]) for keys in paths for size in range(1, len(keys) + 1)}


@lru_cache(maxsize=512)
def _names(text: str) -> frozenset[str]:
    """The names in a text, but not those of fields; none where it is no expression, which its compilation says."""
    try:
        found = tokens(text)
    except ExpressionError:
        return frozenset()
    names: set[str] = set()
    before = ("", "")
    for token in found:
        if token.kind == "name" and before[1] != "." and before != (".", "?"):
            names.add(str(token.value))
        before = before[1], token.kind
    return frozenset(names)
