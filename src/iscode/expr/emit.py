"""Checked parts -> the source of one Python function, fast or exact, and the values it is bound to.

Names and literals of an expression never enter the source: they are bound as `c0`, `c1` … . The fast form
is plain Python, right as long as nothing raises; the exact form has CEL's error values, by functions that are
handed functions.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iscode.expr import runtime, typed
from iscode.expr.emitter import Emitter
from iscode.expr.linker import link
from iscode.expr.presence import known_items
from iscode.expr.time import timestamp_of_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iscode.expr.emitter import Seen, Ways
    from iscode.expr.typed import Part

BRANCHES = 20
"""Branches of a choice before the rest becomes a function of its own."""


INLINE: dict[Callable[..., object], str] = {
    operator.eq: "({0} == {1})",
    operator.ne: "({0} != {1})",
    operator.lt: "({0} < {1})",
    operator.le: "({0} <= {1})",
    operator.gt: "({0} > {1})",
    operator.ge: "({0} >= {1})",
    operator.contains: "({1} in {0})",
    operator.add: "({0} + {1})",
    operator.sub: "({0} - {1})",
    operator.mul: "({0} * {1})",
    operator.neg: "(-{0})",
    runtime.in_list: "context.among({0}, {1})",
    runtime.equal_lists: "(context.walk({0}) == {1})",
    runtime.unequal_lists: "(context.walk({0}) != {1})",
    len: "len({0})",
}
"""Implementation -> Python that does the same without a call."""
COMPARISONS = frozenset((operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge))


def constant(emitter: Emitter, part: typed.Constant) -> str:
    """A value known now."""
    return emitter.bind(part.value)


def local(emitter: Emitter, part: typed.Local) -> str:
    """A variable."""
    called = part.name in emitter.once or (part.lazy and part.name not in emitter.known)
    text = f"{part.name}()" if called else part.name
    return emitter.as_read(text, part.convert)


def read(emitter: Emitter, part: typed.Read) -> str:
    """`operand[key]` in one of its ways."""
    if part.way in ("field", "dyn"):
        whole = f"{emitter.emit(part.operand)}, {emitter.emit(part.key)}, {emitter.bind(part.way == 'field')}"
        return f"optional(maybe({whole}))" if part.optional else f"anything({whole})"
    if part.optional:
        return f"optional({content(emitter, part)})"
    operand, key = emitter.emit(part.operand), emitter.emit(part.key)
    if part.way == "list":
        known = isinstance(part.key, typed.Constant) and isinstance(part.key.value, int) and part.key.value >= 0
        text = f"{operand}[{key}]" if known and not emitter.exact else f"item({operand}, {key})"
    else:
        text = f"select({operand}, {key})" if emitter.exact else f"{operand}[{key}]"
    return emitter.as_read(text, part.convert)


def content(emitter: Emitter, part: Part, default: str = "ABSENT") -> str:
    """What the optional `part` holds, or `default`, without making the optional."""
    outside = emitter.enter()
    if emitter.seen is not None and default != "ABSENT":  # who watches must not take the default for the content
        return emitter.leave(f"fill({content(emitter, part)}, {default})", outside)
    return emitter.leave(emitter.noted(part, content_text(emitter, part, default), held=True), outside)


def content_text(emitter: Emitter, part: Part, default: str) -> str:
    """The text of `content`, however deep it nests."""
    match part:
        case typed.Read(optional=True, way="object" | "map"):
            operand = content(emitter, part.operand, "EMPTY") if part.chained else emitter.emit(part.operand)
            if part.convert is None:
                return f"{operand}.get({emitter.emit(part.key)}, {default})"
            text = f"{operand}.get({emitter.emit(part.key)}, ABSENT)"
            text = f"converted(context, {text}, {emitter.bind(part.convert)})"
        case typed.Read(optional=True, way="list"):
            operand = content(emitter, part.operand, "()") if part.chained else emitter.emit(part.operand)
            text = f"maybe_item({operand}, {emitter.emit(part.key)})"
            text = f"converted(context, {text}, {emitter.bind(part.convert)})" if part.convert else text
        case typed.Unwrap(way="or", otherwise=typed.Part() as otherwise):
            text = first_of(emitter, part.operand, lambda: content(emitter, otherwise))
        case typed.MapOptional():
            text = mapped(emitter, part)
        case _:
            text = f"content_of({emitter.emit(part)})"
    return text if default == "ABSENT" else f"fill({text}, {default})"


def first_of(emitter: Emitter, part: Part, otherwise: Callable[[], str]) -> str:
    """What the optional holds, else what `otherwise` gives, which is not worked out before."""
    text, name = content(emitter, part), emitter.temporary()
    return f"({name} if ({name} := {text}) is not ABSENT else {otherwise()})"


def mapped(emitter: Emitter, part: typed.MapOptional) -> str:
    """The content of `operand.optMap(name, body)`."""
    operand = content(emitter, part.operand)
    emitter.assigns = True
    body = emitter.within(
        [part.name], part.body, lambda inner: content(emitter, inner) if part.flat else emitter.emit(inner)
    )
    return f"(ABSENT if ({part.name} := {operand}) is ABSENT else {body})"


def as_optional(emitter: Emitter, part: Part) -> str:
    """A part that is worked out as content, as an optional."""
    return f"optional({content(emitter, part)})"


def unwrap(emitter: Emitter, part: typed.Unwrap) -> str:
    """`hasValue`, `value`, `orValue`, `or`"""
    operand, otherwise = part.operand, part.otherwise
    if part.way == "value":
        return f"present({content(emitter, operand)})"
    if part.way == "hasValue":
        return f"({content(emitter, operand)} is not ABSENT)"
    if otherwise is None or part.way == "or":
        return as_optional(emitter, part)
    plain = isinstance(operand, typed.Read) and operand.way in ("object", "map") and operand.convert is None
    if plain and isinstance(otherwise, typed.Constant):
        return content(emitter, operand, emitter.emit(otherwise))
    if plain and emitter.seen is None and isinstance(otherwise, typed.MakeList) and not otherwise.items:
        return content(emitter, operand, "NOTHING")
    return first_of(emitter, operand, lambda: emitter.emit(otherwise))


def has_key(emitter: Emitter, part: typed.HasKey) -> str:
    """`has(operand.key)`"""
    key = emitter.bind(part.key)
    if part.way == "field":
        return f"has_key({emitter.emit(part.operand)}, {key})"
    operand = content(emitter, part.operand, "EMPTY") if part.chained else emitter.emit(part.operand)
    return f"({key} in {operand})"


def invoke(emitter: Emitter, part: typed.Invoke) -> str:
    """A call, or Python that does the same."""
    known = known_items(part.arguments[1]) if part.implementation is runtime.in_list else None
    if known is not None:
        return f"({emitter.emit(part.arguments[0])} in {emitter.bind(frozenset(known))})"
    arguments = [emitter.emit(argument) for argument in compared(emitter, part)]
    template = INLINE.get(part.implementation)
    if template is not None:
        return template.format(*arguments)
    return f"{emitter.bind(part.implementation)}({', '.join((['context'] if part.context else []) + arguments)})"


def compared(emitter: Emitter, part: typed.Invoke) -> Sequence[Part]:
    """The arguments of a call; of a comparison as they are stored, where that compares as what they read as does.

    Days do, whose one form their schema holds them to, and whole numbers, whether they are written as 2 or as 2.0.
    """
    if part.implementation not in COMPARISONS or emitter.exact or emitter.seen is not None:
        return part.arguments
    days = all(getattr(argument, "convert", None) is timestamp_of_day for argument in part.arguments)
    return [
        replace(argument, convert=None)
        if isinstance(argument, typed.Read | typed.Local) and (days or argument.convert is int)
        else argument
        for argument in part.arguments
    ]


def dispatch(emitter: Emitter, part: typed.Dispatch) -> str:
    """A call whose overload the values decide."""
    arguments = "".join(f"{emitter.emit(argument)}, " for argument in part.arguments)
    return f"dispatch(context, {emitter.bind(part.name)}, {emitter.bind(part.overloads)}, ({arguments}))"


def fold(emitter: Emitter, part: typed.Fold) -> str:
    """A long chain of operators."""
    operands = "".join(f"{emitter.emit(operand)}, " for operand in part.operands)
    return f"fold(context, {emitter.bind(part.steps)}, ({operands}))"


def connect(emitter: Emitter, part: typed.Connect) -> str:
    """`&&` and `||`"""
    if emitter.exact:
        thunks = "".join(f"lambda: {emitter.emit(operand)}, " for operand in part.operands)
        return f"connect({emitter.bind(part.word == '||')}, ({thunks}))"
    return f"({(' and ' if part.word == '&&' else ' or ').join(map(emitter.emit, part.operands))})"


def negation(emitter: Emitter, part: typed.Not) -> str:
    """`!operand`"""
    return f"(not {emitter.test(part.operand)})"


def choose(emitter: Emitter, part: typed.Choose) -> str:
    """`a ? b : c`"""
    text = emitter.emit(part.otherwise)
    for position, (condition, value) in enumerate(reversed(part.branches), 1):
        text = f"{emitter.emit(value)} if {emitter.test(condition)} else {text}"
        if position % BRANCHES == 0:
            text = emitter.apart(text)
    return f"({text})"


def make_list(emitter: Emitter, part: typed.MakeList) -> str:
    """A list that is written out."""
    if not any(given for given, _ in part.items):
        return f"[{', '.join(emitter.emit(item) for _, item in part.items)}]"
    items = "".join(f"({emitter.bind(given)}, {emitter.emit(item)}), " for given, item in part.items)
    return f"make_list(({items}))"


def make_map(emitter: Emitter, part: typed.MakeMap) -> str:
    """A map that is written out."""
    entries = "".join(
        f"({emitter.bind(given)}, {emitter.emit(key)}, {emitter.emit(value)}), " for given, key, value in part.entries
    )
    return f"make_map(({entries}))"


def comprehend(emitter: Emitter, part: typed.Comprehend) -> str:
    """A macro over a list or map."""
    source = emitter.iterable(part.operand)
    walked = f"context.walk(collection({source}))" if part.way == "dyn" else f"context.walk({source})"
    names = ", ".join(part.names)
    if len(part.names) == 2:
        walked = {"list": f"enumerate({walked})", "map": f"{walked}.items()", "dyn": f"pairs({walked})"}[part.way]
    test = emitter.within(part.names, part.test, emitter.test) if part.test else ""
    value = emitter.within(part.names, part.value, emitter.emit) if part.value else part.names[0]
    each = f"for {names} in {walked}"
    where = f"{each} if {test}" if test else each
    match part.macro:
        case "all" | "exists" if emitter.exact:
            rows = walked if len(part.names) == 2 else f"[({names},) {each}]"
            return f"{'every' if part.macro == 'all' else 'some'}({rows}, lambda {names}: {test})"
        case "all" | "exists":
            return f"{'all' if part.macro == 'all' else 'any'}({test} {each})"
        case "exists_one":
            return f"(len([({names}) {where}]) == {emitter.bind(1)})"
        case "sortBy":
            return f"order_by(context, [({value}, {names}) {where}])"
    return f"[{value} {where}]"


def let(emitter: Emitter, part: typed.Let) -> str:
    """`body`, in which a name stands for a value."""
    value = emitter.emit(part.value)
    if emitter.exact:
        emitter.once.add(part.name)
        body = emitter.within([part.name], part.body, emitter.emit)
        return f"(lambda {part.name}: {body})(Once(lambda: {value}))"
    body = emitter.within([part.name], part.body, emitter.emit)
    emitter.assigns = True
    return f"({part.name} := {value}, {body})[1]"


def refuse(emitter: Emitter, part: typed.Refuse) -> str:
    """An error value."""
    return f"refuse({emitter.bind(part.message)})"


WAYS: Ways = {
    typed.Constant: constant,
    typed.Local: local,
    typed.Read: read,
    typed.HasKey: has_key,
    typed.Invoke: invoke,
    typed.Dispatch: dispatch,
    typed.Fold: fold,
    typed.Connect: connect,
    typed.Not: negation,
    typed.Choose: choose,
    typed.MakeList: make_list,
    typed.MakeMap: make_map,
    typed.Comprehend: comprehend,
    typed.Let: let,
    typed.Unwrap: unwrap,
    typed.MapOptional: as_optional,
    typed.Refuse: refuse,
}


def emit(
    part: Part, arguments: Sequence[str], *, exact: bool, seen: Seen | None = None
) -> tuple[str, dict[str, object]]:
    """The source of the function `evaluate(context, *arguments)` that works out `part`, and what it is bound to.

    `seen` is told of each part within. What the function raises it hands to `fallback(error, steps, context,
    *arguments)`, whose value is then its own; `steps` is what the context had left at the start.
    """
    emitter = Emitter(WAYS, arguments, exact=exact, seen=seen)
    text = emitter.emit(part)
    names = ", ".join(("context", *arguments))
    source = (
        f"{''.join(emitter.functions)}"
        f"def evaluate({names}):\n"
        f"    steps = context.steps\n"
        f"    try:\n"
        f"        return {text}\n"
        f"    except Exception as error:\n"
        f"        return fallback(error, steps, {names})\n"
    )
    return source, emitter.bound


def function(
    part: Part,
    arguments: Sequence[str],
    *,
    exact: bool,
    fallback: Callable[..., object],
    seen: Seen | None = None,
) -> Callable[..., Any]:
    """The Python function that works out `part`, as `emit` describes it."""
    return link(*emit(part, arguments, exact=exact, seen=seen), fallback)
