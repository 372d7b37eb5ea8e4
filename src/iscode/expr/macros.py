"""Calls that are macros -> the nodes they stand for."""

from __future__ import annotations

from iscode.expr.errors import ExpressionError
from iscode.expr.syntax import Bind, Call, Has, Name, Node, OptionalMap, Select, Walk

WALKS = {
    "all": (2, 3),
    "exists": (2, 3),
    "exists_one": (2, 3),
    "existsOne": (2, 3),
    "filter": (2,),
    "map": (2, 3),
    "sortBy": (2,),
    "transformList": (3, 4),
}
"""Macro -> how many arguments it takes."""
RENAMED = {"existsOne": "exists_one", "transformList": "map"}
NAMES = frozenset((*WALKS, "has", "bind", "optMap", "optFlatMap"))


def expand(call: Call) -> Node:
    """The node that the call stands for, or the call itself when it is no macro."""
    function, receiver, arguments = call.function, call.receiver, call.arguments
    if receiver is None:
        return has(call) if function == "has" and len(arguments) == 1 else call
    if len(arguments) in WALKS.get(function, ()):
        return walk(call, receiver)
    if function in ("optMap", "optFlatMap") and len(arguments) == 2:
        return OptionalMap(call.offset, receiver, variable(arguments[0]), arguments[1], function == "optFlatMap")
    if function == "bind" and len(arguments) == 3 and isinstance(receiver, Name) and receiver.name == "cel":
        return Bind(call.offset, variable(arguments[0]), arguments[1], arguments[2])
    return call


def has(call: Call) -> Node:
    """`has(a.b)`"""
    argument = call.arguments[0]
    if not isinstance(argument, Select) or argument.optional:
        raise ExpressionError(
            "has() asks for a field: has(a.b)",
            argument.offset,
            'for a key of a map, write "key" in m or m[?"key"]',
        )
    return Has(argument.offset, argument.operand, argument.field)


def walk(call: Call, operand: Node) -> Node:
    """A macro that takes a list or map item by item."""
    function, arguments = call.function, call.arguments
    pair = function.startswith("transform") or (len(arguments) == 3 and function != "map")
    names = tuple(map(variable, arguments[: 2 if pair else 1]))
    if len(set(names)) < len(names):
        raise ExpressionError(f'"{names[0]}" names both variables', arguments[1].offset)
    rest = arguments[len(names) :]
    macro = RENAMED.get(function, function)
    if macro in ("all", "exists", "exists_one", "filter"):
        return Walk(call.offset, macro, operand, names, rest[0], None)
    return Walk(call.offset, macro, operand, names, rest[0] if len(rest) == 2 else None, rest[-1])


def variable(node: Node) -> str:
    """The name that a macro gives to what it walks."""
    if isinstance(node, Name) and not node.root:
        return node.name
    raise ExpressionError("a name for the variable should be here", node.offset)
