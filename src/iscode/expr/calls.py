"""Calls: which function, which overload, what it gives; definitions put in place of their calls."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from iscode.expr.environment import NOT_LITERAL, Bound, Overload
from iscode.expr.environment import Call as CallView
from iscode.expr.errors import EvaluationError, ExpressionError, did_you_mean
from iscode.expr.joins import join_parts
from iscode.expr.library import UNWRAPS
from iscode.expr.macros import NAMES
from iscode.expr.parser import parse
from iscode.expr.presence import Unguarded, call_path
from iscode.expr.shapes import accepts
from iscode.expr.syntax import Call, Name, Node
from iscode.expr.typed import Constant, Dispatch, Invoke, Let, Local, Part, Read, Unwrap
from iscode.expr.types import BOOL, DYN, NEVER, EnumString, OptionalType, RefString, Type

if TYPE_CHECKING:
    from iscode.expr.environment import Definition
    from iscode.expr.scope import Checker

SHORT_PATH = 3


def call(checker: Checker, node: Call) -> Part:
    """A function, a definition, or a question to an optional."""
    if isinstance(node.receiver, Name) and not checker.names(node.receiver.name):
        function = f"{node.receiver.name}.{node.function}"
        overloads = overloads_of(checker, function, receiver=False)
        if overloads:
            arguments = tuple(map(checker.visit, node.arguments))
            return folded(resolve(checker, function, overloads, arguments, node.offset))
    if node.receiver is None and node.function in checker.environment.definitions:
        return inline(checker, node, checker.environment.definitions[node.function])
    receiver = () if node.receiver is None else (checker.visit(node.receiver),)
    if receiver and UNWRAPS.get(node.function) == len(node.arguments):
        return unwrap(checker, node, receiver[0])
    overloads = overloads_of(checker, node.function, receiver=bool(receiver))
    if not overloads:
        raise unknown(checker, node)
    arguments = receiver + tuple(map(checker.visit, node.arguments))
    return folded(resolve(checker, node.function, overloads, arguments, node.offset))


def folded(part: Part) -> Part:
    """The value of a call whose arguments are all known, unless it is an error: that one waits for its turn."""
    if isinstance(part, Invoke) and not part.context:
        known = [argument.value for argument in part.arguments if isinstance(argument, Constant)]
        if len(known) == len(part.arguments):
            with suppress(EvaluationError):
                return Constant(part.type, part.offset, None, part.implementation(*known))
    return part


def overloads_of(checker: Checker, name: str, *, receiver: bool) -> tuple[Overload, ...]:
    """The ways to call `name`, of the host and of the language."""
    own, standard = checker.environment.functions.get(name), checker.library.get(name)
    return tuple(
        overload
        for function in (own, standard)
        if function is not None
        for overload in function.overloads
        if overload.receiver is receiver
    )


def unknown(checker: Checker, node: Call) -> ExpressionError:
    """What to say of a call that nothing answers to."""
    other = overloads_of(checker, node.function, receiver=node.receiver is None)
    if other and node.receiver is None:
        return ExpressionError(f"{node.function} is called on a value", node.offset, f"write x.{node.function}(…)")
    if other:
        return ExpressionError(f"{node.function} is not called on a value", node.offset, f"write {node.function}(x, …)")
    known = {
        *checker.environment.functions,
        *checker.library,
        *checker.environment.definitions,
        *NAMES,
        *UNWRAPS,
    }
    if node.function in NAMES:
        return ExpressionError(f"{node.function} is not called with these arguments", node.offset)
    return ExpressionError(f'no function is called "{node.function}"', node.offset, did_you_mean(node.function, known))


def resolve(
    checker: Checker, name: str, overloads: tuple[Overload, ...], arguments: tuple[Part, ...], offset: int
) -> Part:
    """The call of the overload that takes these arguments."""
    if checker.unchecked:
        return Dispatch(DYN, offset, None, name, overloads, arguments)
    chosen = next((overload for overload in overloads if takes(overload, arguments)), None)
    if chosen is None:
        raise mismatch(name, overloads, arguments, offset)
    if any(argument.type == DYN for argument in arguments):  # what it is shows at run time alone
        taking = tuple(overload for overload in overloads if takes(overload, arguments))
        results: set[Type] = {overload.result if isinstance(overload.result, Type) else DYN for overload in taking}
        if len(taking) > 1:
            return Dispatch(results.pop() if len(results) == 1 else DYN, offset, None, name, taking, arguments)
    kind, implementation, context = chosen.result, chosen.implementation, chosen.context
    kept = arguments
    if not isinstance(kind, Type):
        view = CallView(
            name,
            tuple(argument.type for argument in arguments),
            tuple(map(known_value, arguments)),
            tuple(argument.offset for argument in arguments),
        )
        outcome = kind(view)
        if isinstance(outcome, Bound):
            kind, implementation = outcome.type, outcome.implementation
            if outcome.arguments is not None:
                kept = tuple(arguments[position] for position in outcome.arguments)
        else:
            kind = outcome
    path = call_path(name, arguments)
    return Invoke(checker.narrow(kind, path), offset, path, name, implementation, kept, context)


def known_value(part: Part) -> object:
    """The value of an argument, if it is known while compiling."""
    if isinstance(part, Constant):
        return part.value
    if isinstance(part.type, EnumString) and len(part.type.words) == 1:
        return part.type.words[0]
    return NOT_LITERAL


def takes(overload: Overload, arguments: tuple[Part, ...]) -> bool:
    """Whether the overload can be called with these arguments."""
    return len(overload.parameters) == len(arguments) and all(map(fits, overload.parameters, arguments))


def fits(parameter: Type, argument: Part) -> bool:
    """Whether the argument may be handed to the parameter; a literal may be a word or a reference."""
    if accepts(parameter, argument.type):
        return True
    if isinstance(argument, Constant) and isinstance(argument.value, str):
        if isinstance(parameter, EnumString):
            return argument.value in parameter.words
        if isinstance(parameter, RefString):
            return argument.value.partition(":")[0] in parameter.kinds
    return False


def mismatch(name: str, overloads: tuple[Overload, ...], arguments: tuple[Part, ...], offset: int) -> ExpressionError:
    """What to say of arguments that no overload takes: at the first that none takes, if there is one."""
    given = ", ".join(str(argument.type) for argument in arguments) or "nothing"
    ways = [overload for overload in overloads if len(overload.parameters) == len(arguments)]
    wanted = dict.fromkeys(", ".join(map(str, overload.parameters)) for overload in ways or overloads)
    hint = f"it takes ({'), ('.join(list(wanted)[:4])})"
    for position, argument in enumerate(arguments):
        ways = [overload for overload in ways if fits(overload.parameters[position], argument)]
        if not ways and any(len(overload.parameters) == len(arguments) for overload in overloads):
            at = offset if position == 0 or not name[0].isalpha() else argument.offset
            word = next((o.parameters[position] for o in overloads if len(o.parameters) > position), None)
            if isinstance(word, EnumString) and isinstance(argument, Constant):
                return ExpressionError(
                    f'"{argument.value}" is none of its words',
                    argument.offset,
                    did_you_mean(str(argument.value), word.words),
                )
            return ExpressionError(f"{name} does not take ({given})", at, hint)
    return ExpressionError(f"{name} does not take ({given})", offset, hint)


def unwrap(checker: Checker, node: Call, operand: Part) -> Part:
    """`hasValue`, `value`, `orValue` and `or` of an optional."""
    if not isinstance(operand.type, OptionalType) and operand.type not in (DYN, NEVER):
        raise ExpressionError(
            f"{node.function} is asked of an optional, not of {operand.type}",
            node.offset,
            "read it as a.?b or a[?b]",
        )
    of = operand.type.of if isinstance(operand.type, OptionalType) else operand.type
    otherwise = checker.visit(node.arguments[0]) if node.arguments else None
    kind: Type = of
    path = operand.path
    if node.function == "hasValue":
        kind = BOOL
    elif node.function == "or":
        kind = operand.type
    if otherwise is not None:
        of_optional = Part(operand.type if node.function == "or" else of, operand.offset, None)
        kind = join_parts((of_optional, otherwise))
        path = None
    if checker.unchecked:
        kind = DYN
    return Unwrap(kind, node.offset, path, node.function, operand, otherwise)


@lru_cache(maxsize=512)
def body_of(definition: Definition) -> Node:
    """The parsed body of a definition."""
    return parse(definition.body)


def inline(checker: Checker, node: Call, definition: Definition) -> Part:
    """The body of a definition, with its parameters standing for the arguments."""
    name = definition.name
    if name in checker.definitions:
        raise ExpressionError(f"the definition {name} calls itself", node.offset)
    if len(node.arguments) != len(definition.parameters):
        raise ExpressionError(
            f"{name} takes {len(definition.parameters)} arguments, not {len(node.arguments)}",
            node.offset,
            f"{name}({', '.join(parameter for parameter, _ in definition.parameters)})",
        )
    arguments = list(map(checker.visit, node.arguments))
    names: dict[str, Part] = {}
    kept: list[tuple[Local, Part]] = []
    for (parameter, kind), argument in zip(definition.parameters, arguments, strict=True):
        if not fits(kind, argument):
            raise ExpressionError(
                f'the parameter "{parameter}" of {name} is {kind}, not {argument.type}', argument.offset
            )
        if parameter in checker.environment.variables:
            raise ExpressionError(f'the parameter "{parameter}" of {name} would hide a variable', node.offset)
        names[parameter] = argument
        if not is_short(argument):
            local = checker.local(argument.type, argument.offset, argument.path)
            names[parameter] = local
            kept.append((local, argument))
    before, noted = (checker.scope, checker.definitions), set(checker.unguarded)
    checker.scope, checker.definitions = names, (*checker.definitions, name)
    try:
        body = checker.visit(body_of(definition))
    except ExpressionError as error:
        raise ExpressionError(f"in {name}: {error.message}", node.offset, error.hint) from None
    finally:
        checker.scope, checker.definitions = before
    for shown in checker.unguarded.keys() - noted:
        checker.unguarded[shown] = Unguarded(shown, node.offset)
    for local, argument in reversed(kept):
        body = Let(body.type, node.offset, body.path, local.name, argument, body)
    return body


def is_short(part: Part) -> bool:
    """Whether the part is so cheap to work out that it may stand in several places."""
    return isinstance(part, Constant | Local) or (
        isinstance(part, Read)
        and not part.optional
        and len(part.path or ()) in range(1, SHORT_PATH + 1)
        and isinstance(part.key, Constant)
        and is_short(part.operand)
    )
