"""Literals, operators and choices: the rules that hold between the types of their operands."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from iscode.expr.calls import resolve
from iscode.expr.errors import ExpressionError, did_you_mean
from iscode.expr.joins import join_parts
from iscode.expr.operators import OPERATORS
from iscode.expr.presence import NOTHING, holds
from iscode.expr.runtime import (
    equal_exactly,
    equal_lists,
    in_list,
    in_list_exactly,
    negate_any,
    unequal_exactly,
    unequal_lists,
)
from iscode.expr.shapes import comparable, exact_equality
from iscode.expr.typed import Choose, Connect, Constant, Fold, Invoke, MakeList, Not, Part
from iscode.expr.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    INT,
    NEVER,
    NULL,
    STRING,
    UINT,
    EnumString,
    ListType,
    MapType,
    ObjectType,
    RefString,
    StringType,
    Type,
)
from iscode.expr.values import UInt

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscode.expr.scope import Checker
    from iscode.expr.syntax import Chain, Compare, Conditional, Literal, Logic, Unary

LITERALS = {bool: BOOL, int: INT, UInt: UINT, float: DOUBLE, str: STRING, bytes: BYTES, type(None): NULL}
EQUALITIES: dict[tuple[str, bool, bool], Callable[..., object]] = {
    ("==", True, False): operator.eq,
    ("!=", True, False): operator.ne,
    ("==", True, True): equal_lists,
    ("!=", True, True): unequal_lists,
    ("==", False, True): equal_exactly,
    ("!=", False, True): unequal_exactly,
}
"""(operator, whether Python's equality is right, whether it is charged) -> implementation."""
FOLDED = 8
"""Operands from which a chain is folded in a loop, not nested in the emitted text."""


def literal(checker: Checker, node: Literal) -> Part:
    """A value written out."""
    if node.value is None and not checker.unchecked:
        raise ExpressionError("records have no null", node.offset, "ask whether a field is there: has(a.b)")
    kind = LITERALS[type(node.value)]
    return Constant(DYN if checker.unchecked else kind, node.offset, None, node.value)


def condition(part: Part) -> Part:
    """The part, which must be a bool."""
    if part.type not in (BOOL, DYN, NEVER):
        hint = "compare it with something: ==, <, in"
        raise ExpressionError(f"a bool should be here, not {part.type}", part.offset, hint)
    return part


def logic(checker: Checker, node: Logic) -> Part:
    """`a && b`, `a || b`: what the left says holds for the right."""
    facts = NOTHING
    operands = []
    for operand in node.operands:
        part = condition(checker.visit_knowing(operand, facts))
        facts |= holds(part, node.word == "&&")
        operands.append(part)
    return Connect(DYN if checker.unchecked else BOOL, node.offset, None, node.word, tuple(operands))


def unary(checker: Checker, node: Unary) -> Part:
    """`!a`, `-a`"""
    part = checker.visit(node.operand)
    if node.word == "-":
        negated = resolve(checker, "-", OPERATORS["negate"], (part,), node.offset)
        if node.count == 1:
            return negated
        step = (negated.implementation, False) if isinstance(negated, Invoke) else (negate_any, False)
        return Fold(part.type, node.offset, None, (step,) * node.count, (part,))
    part = condition(part)
    for _ in range(node.count % 2 or 2):
        part = Not(part.type, node.offset, None, part)
    return part


def chain(checker: Checker, node: Chain) -> Part:
    """`a + b - c`"""
    part = checker.visit(node.operands[0])
    operands = [part]
    steps = []
    for (word, offset), operand in zip(node.words, node.operands[1:], strict=True):
        right = checker.visit(operand)
        operands.append(right)
        part = resolve(checker, word, OPERATORS[word], (part, right), offset)
        if isinstance(part, Invoke):
            steps.append((part.implementation, part.context))
    if len(operands) > FOLDED and len(steps) == len(operands) - 1:
        return Fold(part.type, node.offset, None, tuple(steps), tuple(operands))
    return part


def compare(checker: Checker, node: Compare) -> Part:
    """`a == b`, `a < b`, `a in b`"""
    left, right = checker.visit(node.left), checker.visit(node.right)
    if node.word == "in":
        return membership(checker, node, left, right)
    if node.word not in ("==", "!="):
        ordered(left)
        ordered(right)
        return resolve(checker, node.word, OPERATORS[node.word], (left, right), node.offset)
    equal_types(left, right, node.offset, node.word)
    plain = exact_equality(left.type) and exact_equality(right.type) and not checker.unchecked
    listed = isinstance(left.type, ListType)
    implementation = EQUALITIES[node.word, plain, listed or not plain]
    kind = DYN if checker.unchecked else BOOL
    return Invoke(kind, node.offset, None, node.word, implementation, (left, right), context=listed or not plain)


def ordered(part: Part) -> None:
    """Refuse to order the words of an enum, which the alphabet would."""
    if isinstance(part.type, EnumString):
        scale = part.type.scale or "scale"
        raise ExpressionError("the words have no order of their own", part.offset, f'compare rank("{scale}", …)')


def equal_types(left: Part, right: Part, offset: int, word: str) -> None:
    """Refuse a comparison that cannot be true, or that means nothing."""
    for part, other in ((left, right), (right, left)):
        if isinstance(part, Constant) and isinstance(part.value, str):
            known_word(part, other.type)
    match left.type, right.type:
        case EnumString(words=ours), EnumString(words=theirs) if not set(ours) & set(theirs):
            raise ExpressionError("the two have no word in common, so they are never equal", offset)
        case RefString(kinds=ours), RefString(kinds=theirs) if not set(ours) & set(theirs):
            raise ExpressionError(f"{left.type} is never {right.type}", offset)
    if comparable(left.type, right.type):
        return
    whole = next((part for part in (left, right) if isinstance(part.type, ObjectType | MapType)), None)
    if whole is not None:
        raise ExpressionError(
            f'"{word}" does not compare {whole.type} with anything',
            offset,
            "compare their fields, or their ref()",
        )
    hint = "compare values of one type"
    raise ExpressionError(f'"{word}" does not compare {left.type} with {right.type}', offset, hint)


def known_word(part: Constant, kind: Type) -> None:
    """Refuse a literal that the other side can never be."""
    word = str(part.value)
    if isinstance(kind, EnumString) and word not in kind.words:
        raise ExpressionError(f'"{word}" is none of its words', part.offset, did_you_mean(word, kind.words))
    if isinstance(kind, RefString) and word.partition(":")[0] not in kind.kinds:
        raise ExpressionError(
            f'"{word}" is no {kind}', part.offset, f'write "{kind.kinds[0]}:id"' if kind.kinds else ""
        )


def membership(checker: Checker, node: Compare, left: Part, right: Part) -> Part:
    """`a in list`, `key in map`"""
    kind = DYN if checker.unchecked else BOOL
    match right.type:
        case ListType(element=element):
            items = literal_items(right)
            for item in items:
                equal_types(left, item, item.offset, "in")
            if not items:
                equal_types(left, Constant(element, right.offset, None, None), node.offset, "in")
            plain = all(exact_equality(ListType(part)) for part in (element, left.type))
            implementation = in_list if plain else in_list_exactly
            return Invoke(kind, node.offset, None, "in", implementation, (left, right), context=True)
        case MapType(key=key) if comparable(key, left.type):
            return Invoke(kind, node.offset, None, "in", operator.contains, (right, left))
        case ObjectType() if isinstance(left.type, StringType):
            return Invoke(kind, node.offset, None, "in", operator.contains, (right, left))
    if checker.unchecked or right.type == NEVER:
        return Invoke(kind, node.offset, None, "in", in_list_exactly, (left, right), context=True)
    raise ExpressionError(f'"in" does not look for {left.type} in {right.type}', node.offset)


def literal_items(part: Part) -> list[Part]:
    """The items of a list that is written out, all of them known; else none."""
    if isinstance(part, MakeList):
        return [item for optional, item in part.items if not optional]
    return []


def conditional(checker: Checker, node: Conditional) -> Part:
    """`a ? b : c`"""
    facts = NOTHING
    branches: list[tuple[Part, Part]] = []
    for test, value in node.branches:
        condition_part = condition(checker.visit_knowing(test, facts))
        branches.append((condition_part, checker.visit_knowing(value, facts | holds(condition_part, True))))
        facts |= holds(condition_part, False)
    otherwise = checker.visit_knowing(node.otherwise, facts)
    values = [*(value for _, value in branches), otherwise]
    return Choose(join_parts(values), node.offset, None, tuple(branches), otherwise)
