"""Tokens -> the tree of an expression, macros recognised, chains flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr import macros
from iscode.expr.errors import ExpressionError
from iscode.expr.lexer import RESERVED, Token, tokens
from iscode.expr.syntax import (
    Call,
    Chain,
    Compare,
    Conditional,
    Entries,
    Index,
    Items,
    Literal,
    Logic,
    Name,
    Node,
    Select,
    Unary,
)
from iscode.expr.values import UInt

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN_BRACKETS = 40
RELATIONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
CONSTANTS = {"true": True, "false": False, "null": None}
CLOSING = {"(": ")", "[": "]", "{": "}"}
SHOWN = {"end": "the end of the expression", "name": "a name", "value": "a value"}


def parse(text: str, *, with_macros: bool = True) -> Node:
    """The tree of `text`; raises `ExpressionError` for every text that is no expression."""
    try:
        return Parser(tokens(text), with_macros).whole()
    except ExpressionError as error:
        raise error.within(text) from None


class Parser:
    """Recursive descent over the tokens of one expression; brackets are the only recursion."""

    def __init__(self, found: tuple[Token, ...], with_macros: bool) -> None:
        self.tokens = found
        self.position = 0
        self.open = 0
        self.with_macros = with_macros

    def whole(self) -> Node:
        """The expression that all tokens together are."""
        node = self.expression()
        if self.tokens[self.position].kind != "end":
            raise self.unexpected("an operator or the end of the expression")
        return node

    def unexpected(self, wanted: str) -> ExpressionError:
        """What to say where another token was wanted."""
        kind, value, offset = self.tokens[self.position]
        shown = f'"{value}"' if kind == "name" else SHOWN.get(kind, f'"{kind}"')
        hint = ""
        if value in ("and", "or", "not"):
            hint = f'write "{ {"and": "&&", "or": "||", "not": "!"}[str(value)] }"'
        return ExpressionError(f"{shown} where {wanted} should be", offset, hint)

    def accept(self, kind: str) -> Token | None:
        """The next token if it is of `kind`; it is then taken."""
        token = self.tokens[self.position]
        if token.kind != kind:
            return None
        self.position += 1
        return token

    def expect(self, kind: str) -> Token:
        """The next token, which must be of `kind`."""
        token = self.accept(kind)
        if token is None:
            raise self.unexpected(SHOWN.get(kind, f'"{kind}"'))
        return token

    def expression(self) -> Node:
        """`a ? b : c ? d : e` and all that binds tighter."""
        branches: list[tuple[Node, Node]] = []
        node = self.logic("||", lambda: self.logic("&&", self.relation))
        start = node.offset
        while self.accept("?"):
            value = self.logic("||", lambda: self.logic("&&", self.relation))
            if self.tokens[self.position].kind == "?":
                raise ExpressionError(
                    "a choice within a choice",
                    self.tokens[self.position].offset,
                    "put the inner one in parentheses",
                )
            self.expect(":")
            branches.append((node, value))
            node = self.logic("||", lambda: self.logic("&&", self.relation))
        return Conditional(start, tuple(branches), node) if branches else node

    def logic(self, word: str, operand: Callable[[], Node]) -> Node:
        """Operands joined by `&&`, or by `||`."""
        first = operand()
        offset = self.tokens[self.position].offset
        if not self.accept(word):
            return first
        operands = [first, operand()]
        while self.accept(word):
            operands.append(operand())
        return Logic(offset, word, tuple(operands))

    def relation(self) -> Node:
        """Sums compared with one another."""
        left = self.chain(("+", "-"), lambda: self.chain(("*", "/", "%"), self.unary))
        while True:
            token = self.tokens[self.position]
            word = "in" if token.value == "in" and token.kind == "name" else token.kind
            if word not in RELATIONS and word != "in":
                return left
            self.position += 1
            left = Compare(
                token.offset,
                word,
                left,
                self.chain(("+", "-"), lambda: self.chain(("*", "/", "%"), self.unary)),
            )

    def chain(self, words: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        """Operands with operators of one strength between them."""
        first = operand()
        if self.tokens[self.position].kind not in words:
            return first
        found: list[tuple[str, int]] = []
        operands = [first]
        while (token := self.tokens[self.position]).kind in words:
            self.position += 1
            found.append((token.kind, token.offset))
            operands.append(operand())
        return Chain(found[0][1], tuple(found), tuple(operands))

    def unary(self) -> Node:
        """Any run of `!` and `-` before a member; a minus before a number is part of the number."""
        found: list[tuple[str, int, int]] = []
        while (token := self.tokens[self.position]).kind in ("!", "-"):
            self.position += 1
            if found and found[-1][0] == token.kind:
                found[-1] = (token.kind, found[-1][1], found[-1][2] + 1)
            else:
                found.append((token.kind, token.offset, 1))
        if not found:
            return self.member()
        word, offset, count = found[-1]
        if word == "-" and token.kind == "value" and type(token.value) in (int, float):
            self.position += 1
            negative = -token.value  # type: ignore[operator]
            node = self.suffixes(Literal(token.offset - 1, whole_number(negative, token.offset)))
            found[-1] = (word, offset, count - 1)
        else:
            node = self.member()
        for word, offset, count in reversed(found):
            node = Unary(offset, word, count, node) if count else node
        return node

    def member(self) -> Node:
        """A primary with what hangs on it: fields, indexes, calls."""
        return self.suffixes(self.primary())

    def suffixes(self, node: Node) -> Node:
        """`node` with the fields, indexes and calls that follow it."""
        while True:
            token = self.tokens[self.position]
            if token.kind == ".":
                self.position += 1
                node = self.field(node)
            elif token.kind == "[":
                self.enter("[")
                optional = self.accept("?") is not None
                node = Index(token.offset, node, self.expression(), optional)
                self.leave("]")
            elif token.kind == "{" and isinstance(node, Name | Select):
                raise ExpressionError("messages are not part of this language", token.offset, 'a map is {"key": value}')
            else:
                return node

    def field(self, node: Node) -> Node:
        """What follows a dot: a field, an optional field or a call."""
        if self.accept("?"):
            token = self.name("a field")
            return Select(token.offset, node, str(token.value), optional=True)
        token = self.name("a field")
        if token.kind == "name" and self.tokens[self.position].kind == "(":
            return self.call(token, node)
        return Select(token.offset, node, str(token.value))

    def name(self, wanted: str) -> Token:
        """The name of a field: reserved words are allowed, constants are not."""
        token = self.accept("name") or self.accept("quoted")
        if token is None or (token.kind == "name" and (token.value in CONSTANTS or token.value == "in")):
            self.position -= token is not None
            raise self.unexpected(wanted)
        return token

    def enter(self, bracket: str) -> None:
        """Take an opening bracket."""
        token = self.expect(bracket)
        self.open += 1
        if self.open > OPEN_BRACKETS:
            raise ExpressionError(
                f"more than {OPEN_BRACKETS} brackets are open", token.offset, "use let or a definition"
            )

    def leave(self, bracket: str) -> None:
        """Take the closing bracket."""
        self.expect(bracket)
        self.open -= 1

    def call(self, name: Token, receiver: Node | None) -> Node:
        """A call with its arguments, or the macro of that name."""
        self.enter("(")
        arguments: list[Node] = []
        while self.tokens[self.position].kind != ")":
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.leave(")")
        call = Call(name.offset, str(name.value), receiver, tuple(arguments))
        return macros.expand(call) if self.with_macros else call

    def primary(self) -> Node:
        """A name, a value, or something in brackets."""
        token = self.tokens[self.position]
        if token.kind == "value":
            self.position += 1
            value = token.value
            return Literal(token.offset, whole_number(value, token.offset) if type(value) is int else value)
        if token.kind == "(":
            self.enter("(")
            node = self.expression()
            self.leave(")")
            return node
        if token.kind in ("[", "{"):
            return self.items(token.offset) if token.kind == "[" else self.entries(token.offset)
        root = self.accept(".") is not None
        token = self.tokens[self.position]
        if token.kind != "name" or token.value == "in":
            raise self.unexpected("a value")
        self.position += 1
        name = str(token.value)
        if name in CONSTANTS and not root:
            return Literal(token.offset, CONSTANTS[name])
        if name in RESERVED:
            raise ExpressionError(f'"{name}" is reserved and cannot be a name', token.offset)
        if self.tokens[self.position].kind == "(":
            return self.call(token, None)
        return Name(token.offset, name, root)

    def items(self, offset: int) -> Node:
        """`[a, ?b]`"""
        self.enter("[")
        found: list[tuple[bool, Node]] = []
        while self.tokens[self.position].kind != "]":
            found.append((self.accept("?") is not None, self.expression()))
            if not self.accept(","):
                break
        self.leave("]")
        return Items(offset, tuple(found))

    def entries(self, offset: int) -> Node:
        """`{a: b, ?c: d}`"""
        self.enter("{")
        found: list[tuple[bool, Node, Node]] = []
        while self.tokens[self.position].kind != "}":
            optional = self.accept("?") is not None
            key = self.expression()
            self.expect(":")
            found.append((optional, key, self.expression()))
            if not self.accept(","):
                break
        self.leave("}")
        return Entries(offset, tuple(found))


def whole_number(value: object, offset: int) -> object:
    """The value, if it is no int beyond 64 bits."""
    if type(value) is int and not isinstance(value, UInt) and not -(2**63) <= value < 2**63:
        raise ExpressionError("the number is too large for an integer of 64 bits", offset)
    return value
