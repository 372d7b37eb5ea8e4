"""The own functions of the language: their types from the kinds, their meaning from the context.

Kinds, paths and scales are literals wherever they are arguments, so what a rule reads is known before it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from iscode.expr import NOT_LITERAL, Bound, Call, Function, Overload, types
from iscode.expr.shapes import union
from iscode.expr.time import duration_of_days, start_of_day
from iscode.inventory import reference_to
from iscode.rule import implementations
from iscode.rule.hints import nearest
from iscode.rule.implementations import unbound
from iscode.rule.paths import missing_step
from iscode.rule.subject import REQUIREMENT
from iscode.schema import Kinds, fields


def table(kinds: Kinds) -> dict[str, Function]:
    """The own functions by name, typed by these kinds. Built once for a set of kinds."""
    typing = _Typing(kinds)
    functions = (
        Function("days", (Overload((types.INT,), types.DURATION, duration_of_days),)),
        Function("day", (Overload((types.TIMESTAMP,), types.TIMESTAMP, start_of_day),)),
        Function("ref", (Overload((types.ANY,), typing.ref, reference_to),)),
        Function("refs", (Overload((types.ANY,), typing.refs, unbound),)),
        Function("get", (Overload((types.ANY,), typing.get, unbound, context=True),)),
        Function("find", (Overload((types.STRING, types.STRING), typing.find, unbound, context=True),)),
        Function("records", (Overload((types.STRING,), typing.records, unbound, context=True),)),
        Function("referrers", (Overload((types.ANY, types.STRING), typing.referrers, unbound, context=True),)),
        Function("closure", (Overload((types.ANY, types.STRING), typing.closure, unbound, context=True),)),
        Function("marked", (Overload((types.ANY, types.STRING), typing.marked, unbound),)),
        Function(
            "texts",
            (
                Overload((types.ANY,), typing.texts, unbound, context=True),
                Overload((types.ANY, types.STRING), typing.texts, unbound, context=True),
            ),
        ),
        Function("text", (Overload((types.ANY,), typing.text, unbound, context=True),)),
        Function("group", (Overload((types.ANY, types.STRING), typing.group, unbound, context=True),)),
        Function("rank", (Overload((types.STRING, types.STRING), typing.rank, unbound),)),
        Function("sum", (Overload((types.ANY,), typing.sum, unbound, context=True),)),
    )
    return {function.name: function for function in functions}


class _Typing:
    """What each call comes to, given the kinds."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def kind(self, call: Call, argument: int, name: object) -> types.ObjectType:
        if not isinstance(name, str):
            call.fail(argument, "the kind must be a literal", 'write it in quotes: "Role"')
        if name not in self.kinds:
            call.fail(argument, f"{name!r} is no kind", nearest(name, self.kinds))
        return self.kinds[name].type

    def path(self, call: Call, argument: int) -> tuple[str, fields.Path, fields.Schema]:
        """The kind, the path and the schema at its end of a literal `Kind.path`."""
        text = call.literals[argument]
        if not isinstance(text, str) or "." not in text:
            call.fail(argument, "the path must be a literal", 'write kind and path in quotes: "Kind.path"')
        name, _, dotted = text.partition(".")
        kind = self.kind(call, argument, name)
        found = fields.resolve(self.kinds[name].schema, dotted)
        if found is None:
            lost = missing_step(kind, dotted.split("."), through=True)
            call.fail(argument, f"{name} has no {dotted!r}", lost[1] if lost else "")
        return name, *found

    def union(self, call: Call, argument: int, reference: types.Type) -> types.Type:
        """The type of the record that a reference leads to."""
        if not isinstance(reference, types.RefString):
            call.fail(
                argument,
                f"this is {reference}, and only a reference leads to a record",
                'use find("Kind", id) for a plain text',
            )
        return union(self.kinds[name].type for name in reference.kinds)

    def ref(self, call: Call) -> types.Type:
        kind = call.types[0]
        if not isinstance(kind, types.ObjectType) or not kind.record:
            call.fail(0, f"this is {kind}, and only a record has a reference")
        return types.RefString(tuple(shape.name for shape in kind.shapes or (kind,)))

    def refs(self, call: Call) -> Bound:
        found = sorted(_kinds(call.types[0]))
        if not found:
            call.fail(0, f"there are no references in {call.types[0]}")
        try:
            route = _route(call.types[0])
        except TypeError as error:
            call.fail(0, str(error), 'tell the kinds apart first: r.kind == "Role"')
        return Bound(types.ListType(types.RefString(tuple(found))), partial(implementations.refs, route))

    def get(self, call: Call) -> Bound:
        kind = call.types[0]
        reference = kind.element if isinstance(kind, types.ListType) else kind
        record = self.union(call, 0, reference)
        kinds = reference.kinds if isinstance(reference, types.RefString) else ()
        if reference is kind:
            return Bound(record, partial(implementations.get, dict.fromkeys(kinds)))
        return Bound(types.ListType(record), partial(implementations.get_all, kinds))

    def find(self, call: Call) -> Bound:
        kind = self.kind(call, 0, call.literals[0])
        name, of = str(call.literals[0]), call.types[1]
        if isinstance(of, types.RefString) and name not in of.kinds:
            call.fail(1, f"this is {of}, which never leads to a {name}", f"one of: {', '.join(of.kinds)}")
        return Bound(types.OptionalType(kind), partial(implementations.find, name), (1,))

    def records(self, call: Call) -> Bound:
        kind = self.kind(call, 0, call.literals[0])
        name = str(call.literals[0])
        return Bound(types.ListType(kind), partial(implementations.records, name), ())

    def referrers(self, call: Call) -> Bound:
        name, path, node = self.path(call, 1)
        of = call.types[0]
        wanted: set[str] = set()
        implementation: Callable[..., Any] = implementations.referrers_of_record
        if isinstance(of, types.ObjectType) and of.name == REQUIREMENT:
            implementation = implementations.referrers_of_requirement
        elif isinstance(of, types.ObjectType) and of.record:
            wanted = {shape.name for shape in of.shapes or (of,)}
        elif isinstance(of, types.RefString):
            wanted, implementation = set(of.kinds), implementations.referrers_of_text
        elif isinstance(of, types.StringType):
            implementation = implementations.referrers_of_text
        else:
            call.fail(0, f"nothing refers to {of}", "give a record, a reference, or the id of a requirement")
        if not (wanted.intersection(node.get("x-ref", ())) if wanted else node.get("x-requirement")):
            whom = " or ".join(sorted(wanted)) or "a requirement"
            call.fail(1, f"{call.literals[1]} never refers to {whom}", "name a path that holds such references")
        return Bound(types.ListType(self.kinds[name].type), partial(implementation, name, path), (0,))

    def closure(self, call: Call) -> Bound:
        name, path, node = self.path(call, 1)
        of = call.types[0]
        start = of.element if isinstance(of, types.ListType) else of
        if not isinstance(of, types.ListType) or not isinstance(start, types.RefString):
            call.fail(0, f"this is {of}, and only a list of references leads on", "give e.g. self.data")
        if "x-ref" not in node:
            call.fail(1, f"{call.literals[1]} holds no references", "name a path that leads to other records")
        reached = tuple(dict.fromkeys((*start.kinds, *node["x-ref"])))
        bound = partial(implementations.closure, name, path, reached)
        return Bound(types.ListType(types.RefString(reached)), bound, (0,))

    def marked(self, call: Call) -> Bound:
        of, keyword = call.types[0], call.literals[1]
        if not isinstance(of, types.ObjectType) or not of.record or not of.fields:
            call.fail(0, f"this is {of}, and only a record has marked fields")
        if not isinstance(keyword, str) or not keyword.startswith("x-"):
            call.fail(1, "the keyword must be a literal", 'write it in quotes: "x-past"')
        paths = {
            shape.name: tuple(path for path, _ in self.kinds[shape.name].marked(keyword))
            for shape in of.shapes or (of,)
        }
        held = {fields.leaf(self.kinds[kind].schema, path) for kind, marks in paths.items() for path in marks}
        if len(held) != 1:
            call.fail(1, f"the fields marked {keyword} of {of} have {'several types' if held else 'no place'}")
        row = types.ObjectType(
            keyword, {"path": types.Field(types.STRING, True), "value": types.Field(held.pop(), True)}
        )
        marks = {kind: tuple(map(_mark, listed)) for kind, listed in paths.items()}
        return Bound(types.ListType(row), partial(implementations.marked, marks), (0,))

    def texts(self, call: Call) -> Bound:
        self.readable(call)
        text = types.Field(types.STRING, True)
        row = types.ObjectType("text", {"path": text, "value": text})
        found = implementations.texts if len(call.types) == 1 else implementations.texts_with
        return Bound(types.ListType(row), found)

    def text(self, call: Call) -> Bound:
        self.readable(call)
        return Bound(types.STRING, implementations.text)

    def readable(self, call: Call) -> None:
        """Refuse what has no texts."""
        of = call.types[0]
        if not isinstance(of, types.ObjectType) or not of.record or not of.fields:
            call.fail(0, f"this is {of}, and only a record is read for its texts")

    def group(self, call: Call) -> Bound:
        listed, text = call.types[0], call.literals[1]
        if not isinstance(listed, types.ListType) or not isinstance(listed.element, types.ObjectType):
            call.fail(0, f"this is {listed}, and only a list of records or items can be grouped")
        if not isinstance(text, str):
            call.fail(1, "the path must be a literal", "write it in quotes")
        keys = tuple(text.split("."))
        kind: types.Type = listed.element
        for key in keys:
            if not isinstance(kind, types.ObjectType):
                call.fail(1, f"{kind} has no {key!r}", "name a path through maps, to a text")
            if key not in kind.fields:
                call.fail(1, f"{kind} has no {key!r}", nearest(key, kind.fields))
            kind = kind.fields[key].type
        if not isinstance(kind, types.StringType):
            call.fail(1, f"{text} is {types.as_read(kind)}, and groups are named by text")
        return Bound(types.MapType(types.STRING, listed), partial(implementations.group, keys), (0,))

    def rank(self, call: Call) -> Bound:
        scale = call.literals[0]
        if not isinstance(scale, str) or scale not in self.kinds.scales:
            message = f"{scale!r} is no scale" if isinstance(scale, str) else "the scale must be a literal"
            call.fail(0, message, nearest(str(scale), self.kinds.scales))
        words = self.kinds.scales[scale]
        word, of = call.literals[1], call.types[1]
        possible = of.words if isinstance(of, types.EnumString) else () if word is NOT_LITERAL else (str(word),)
        for other in possible:
            if other not in words:
                call.fail(1, f"{other!r} is no word of the scale {scale!r}", nearest(other, words))
        positions = {name: index for index, name in enumerate(words)}
        return Bound(types.INT, partial(implementations.rank, scale, positions), (1,))

    def sum(self, call: Call) -> Bound:
        listed = call.types[0]
        kind = types.as_read(listed.element) if isinstance(listed, types.ListType) else types.NEVER
        if kind not in (types.INT, types.DOUBLE):
            call.fail(0, f"this is {listed}, and only a list of numbers has a sum")
        return Bound(kind, implementations.sum_of_ints if kind == types.INT else implementations.sum_of_doubles)


def _mark(path: fields.Path) -> implementations.Mark:
    """A path, parted where it first comes to a list."""
    size = path.index(fields.EACH) if fields.EACH in path else len(path)
    return path[:size], ".".join(path[:size]), path[size:]


def _kinds(*of: types.Type) -> set[str]:
    """The kinds that the references below some types lead to."""
    found: set[str] = set()
    for kind in of:
        match kind:
            case types.RefString(kinds=kinds):
                found.update(kinds)
            case types.ListType(element=inner) | types.MapType(value=inner) | types.OptionalType(of=inner):
                found |= _kinds(inner)
            case types.ObjectType(fields=inside, shapes=shapes):
                found |= _kinds(*shapes, *(field.type for field in inside.values()))
            case types.ConflictType(types=several):
                found |= _kinds(*several)
    return found


def _route(kind: types.Type) -> implementations.Route:
    """How to reach the references in a value of a type that has some, in document order.

    Raises TypeError where the kind of the record decides whether a field holds one.
    """
    match kind:
        case types.RefString():
            return ("reference",)
        case types.ListType(element=inner):
            return ("items", _route(inner))
        case types.MapType(value=inner):
            return ("values", _route(inner))
        case types.OptionalType(of=inner):
            return ("content", _route(inner))
        case types.ObjectType(record=True, shapes=shapes) if shapes:
            return ("kind", {shape.name: _route(shape) for shape in shapes})
        case types.ObjectType(fields=inside, shapes=shapes):
            if _kinds(*shapes) - _kinds(*(field.type for field in inside.values())):
                raise TypeError(f"a reference hides in what may be {kind}")
            return ("fields", {key: _route(field.type) for key, field in inside.items() if _kinds(field.type)})
        case _:
            raise TypeError(f"a reference hides in what may be {kind}")
