"""A point in an expression of a rule that is being written -> its text up to there, and what is known there by name."""

from __future__ import annotations

import string
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from iscode import expr
from iscode.document import Pointer, read
from iscode.document.model import CEILING
from iscode.document.spots import Point, reached
from iscode.expr import Environment, ExpressionError, Variable, types
from iscode.expr.macros import WALKS
from iscode.expr.shapes import union
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.rule import functions_of_requirements, parameters, subject
from iscode.rule.compilation import BASE_TYPE, REPOSITORY
from iscode.rule.compiled import BASE, ITEM, OLD, OLD_ITEM, PARAMS, SELF, TODAY
from iscode.rule.functions_of_facts import commit_type

_MARK: Final = "\ue000"
_CONDITIONS: Final = (("when",), ("where",), ("each",))
_LETTERS: Final = frozenset(string.ascii_letters + "_")
"""What a name begins with."""
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_MOST: Final = 4096
"""Characters of an expression that are looked at, which is as many as one may have."""


class Written(NamedTuple):
    """An expression up to a point: the key that it stands at, and its text."""

    pointer: Pointer
    before: str


class Open(NamedTuple):
    """A call that is not closed yet: what is called, on what, and the arguments so far, the last one unfinished."""

    name: str
    receiver: str
    arguments: tuple[str, ...]


def written(text: Text, point: Point) -> Written | None:
    """The expression at a point of a rule file; None where none is being written."""
    row, column = point
    head = "\n".join([*text.lines[:row], text.line(row)[:column]])
    for closing in ("", "'", '"') if _MARK not in head else ():
        for spot in reached(f"{head}{_MARK}{closing}".encode("utf-8", "replace")).spots:
            if not spot.key and spot.text.endswith(_MARK) and _is_expression(spot.pointer):
                return Written(spot.pointer, spot.text[: -len(_MARK)][-_MOST:])
    return None


def _is_expression(pointer: Pointer) -> bool:
    return (
        pointer in _CONDITIONS
        or (len(pointer) == 2 and pointer[0] == "let")
        or (len(pointer) == 3 and pointer[::2] == ("check", "that"))
    )


@dataclass(frozen=True)
class Scope:
    """What an expression may name where it stands."""

    environment: Environment
    texts: Mapping[str, str] = field(default_factory=dict)
    """Name of a let -> what it is."""

    def type(self, text: str) -> types.Type | None:
        """The type of an expression; None where it has none."""
        try:
            return types.as_read(expr.compile(text, self.environment).type)
        except (ExpressionError, RecursionError):
            return None

    def knowing(self, **variables: types.Type) -> Scope:
        """The same with more variables."""
        known = {**self.environment.variables, **{name: Variable(kind) for name, kind in variables.items()}}
        return replace(self, environment=replace(self.environment, variables=known))


def scope(view: View, path: str, text: Text, place: Written) -> Scope:
    """What is known by name at a place of a rule: what every rule knows, its lets, and what is walked around it."""
    source = _source(view, path, text)
    rules = view.policy.rules
    known = Scope(Environment(_variables(view, source), rules.functions, rules.definitions))
    lets = source.get("let")
    texts = {str(name): str(value) for name, value in (lets if isinstance(lets, dict) else {}).items()}
    texts = {name: value for name, value in texts.items() if place.pointer != ("let", name)}
    known = _with_lets(replace(known, texts=texts), texts)
    each = source.get("each")
    if isinstance(each, str) and place.pointer not in (("when",), ("each",)):
        known = _with_lets(_with_items(known, each, compare=source.get("compare") == "changed"), texts)
    for call in opened(place.before):
        known = _walked(known, call)
    return known


def opened(before: str) -> list[Open]:
    """The calls that are open at the end of a text, the outermost first."""
    found: list[tuple[str, int, list[int]]] = []
    signs = dict(_signs(before))
    for at, sign in signs.items():
        if sign in "([{":
            found.append((sign, at, [at + 1]))
        elif sign in _CLOSING and found:
            found.pop()
        elif sign == "," and found:
            found[-1][2].append(at + 1)
    return [_call(before, at, commas, signs) for sign, at, commas in found if sign == "("]


def _call(before: str, at: int, starts: list[int], outside: Container[int]) -> Open:
    """The call whose bracket opens at a place. Walked back from there: a text may be nothing but brackets."""
    begin, end = _name(before, at)
    arguments = tuple(
        before[start : stop - 1] for start, stop in zip(starts, [*starts[1:], len(before) + 1], strict=True)
    )
    called_on = _operand(before, begin - 1, outside) if begin and before[begin - 1] == "." else ""
    return Open(before[begin:end], called_on, arguments)


def _name(before: str, at: int) -> tuple[int, int]:
    """From where to where the name stands that ends before a bracket, spaces between them left out."""
    end = at
    while end and before[end - 1].isspace():
        end -= 1
    begin = end
    while begin and (before[begin - 1].isalnum() or before[begin - 1] == "_"):
        begin -= 1
    while begin < end and before[begin] not in _LETTERS:
        begin += 1
    return (begin, end) if begin < end else (at, at)


def receiver(before: str) -> str:
    """The whole operand that ends a text: `a.b`, `f(x).c`, `xs[0]`."""
    return _operand(before, len(before), dict(_signs(before)))


def _operand(before: str, stop: int, signs: Container[int]) -> str:
    """The whole operand that ends before a place. `signs`: the places outside of text literals."""
    depth, at = 0, stop
    while at:
        sign = before[at - 1]
        outside = at - 1 in signs
        if outside and sign in ")]}":
            depth += 1
        elif outside and sign in "([{":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and outside and not (sign.isalnum() or sign in "_.?"):
            break
        at -= 1
    return before[at:stop].lstrip("?.")


def in_text(before: str) -> int | None:
    """Where the text literal begins that is open at the end of an expression; None where none is."""
    at = 0
    while at < len(before):
        if before[at] in "'\"":
            end = _literal_end(before, at)
            if end is None:
                return at
            at = end
        at += 1
    return None


def _signs(before: str) -> Iterator[tuple[int, str]]:
    """Each character outside of text literals, with its place; none from a literal on that does not end."""
    at = 0
    while at < len(before):
        if before[at] in "'\"":
            end = _literal_end(before, at)
            if end is None:
                return
            at = end
        else:
            yield at, before[at]
        at += 1


def _literal_end(before: str, start: int) -> int | None:
    at = start + 1
    while at < len(before) and before[at] != before[start]:
        at += 2 if before[at] == "\\" else 1
    return at if at < len(before) else None


def _source(view: View, path: str, text: Text) -> Mapping[str, Any]:
    """As much of a rule as can be read, else as it was saved."""
    tree = read(path, text.data, CEILING).tree
    if tree:
        return tree
    saved = view.policy.rules.by_id.get(path.rpartition("/")[2].removesuffix(".yaml"))
    return saved.document.tree if saved is not None else {}


def _variables(view: View, source: Mapping[str, Any]) -> dict[str, Variable]:
    known = {SELF: Variable(_subject(view, source.get("subject"))), TODAY: Variable(types.TIMESTAMP)}
    params = source.get("params")
    typed: dict[str, types.Field] = {}
    for name, value in (params if isinstance(params, dict) else {}).items():
        try:
            typed[name] = types.Field(parameters.type_of(value, f"params.{name}"), True)
        except TypeError:
            continue  # its own diagnostic says so
    known[PARAMS] = Variable(types.ObjectType(PARAMS, typed))
    if source.get("compare") is not None:
        known[BASE] = Variable(BASE_TYPE)
    if source.get("compare") == "changed":
        known[OLD] = known[SELF]
    return known


def _subject(view: View, named: Any) -> types.ObjectType:
    kinds = view.policy.kinds
    names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    if subject.REQUIREMENT in names:
        return functions_of_requirements.type_of(kinds)
    if subject.COMMIT in names:
        return commit_type(kinds)
    known = [kinds[name].type for name in (kinds if subject.EVERY_KIND in names else names) if name in kinds]
    return union(known) if known else REPOSITORY


def _with_lets(known: Scope, texts: Mapping[str, str]) -> Scope:
    """With each let that compiles, in the order written."""
    for name, text in texts.items():
        kind = known.type(text) if name not in known.environment.variables else None
        if kind is not None:
            known = known.knowing(**{name: kind})
    return known


def _with_items(known: Scope, each: str, *, compare: bool) -> Scope:
    match known.type(each):
        case types.ListType(element=element):
            item: types.Type = element
        case types.MapType(key=key, value=value):
            item = types.ObjectType(ITEM, {"key": types.Field(key, True), "value": types.Field(value, True)})
        case _:
            return known
    return known.knowing(**{ITEM: item, **({OLD_ITEM: types.OptionalType(item)} if compare else {})})


def _walked(known: Scope, call: Open) -> Scope:
    """With the variables that a macro gives to what it walks."""
    names = [argument.strip() for argument in call.arguments[:-1]]
    if not names or not names[0].isidentifier():
        return known
    if (call.receiver, call.name) == ("cel", "bind"):
        kind = known.type(names[1]) if len(names) > 1 else None
        return known if kind is None else known.knowing(**{names[0]: kind})
    match known.type(call.receiver) if call.receiver else None:
        case types.ListType(element=element) if call.name in WALKS:
            pair = len(names) > 1 and names[1].isidentifier() and call.name != "map"
            return known.knowing(**{names[0]: types.INT, names[1]: element} if pair else {names[0]: element})
        case types.MapType(key=key, value=value) if call.name in WALKS:
            pair = len(names) > 1 and names[1].isidentifier()
            return known.knowing(**{names[0]: key, names[1]: value} if pair else {names[0]: key})
        case types.OptionalType(of=of) if call.name in ("optMap", "optFlatMap"):
            return known.knowing(**{names[0]: of})
        case _:
            return known
