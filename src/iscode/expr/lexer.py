"""The text of an expression -> tokens that know where they begin."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from iscode.expr.errors import ExpressionError
from iscode.expr.values import UInt

LONGEST_TEXT = 4096
"""Bytes of UTF-8 in an expression."""

WORDS = "as break const continue else for function if import let loop namespace package return var void while"
RESERVED = frozenset(WORDS.split())


class Token(NamedTuple):
    """`kind` is `name`, `quoted`, `value`, `end` or the operator itself; `value` what it stands for."""

    kind: str
    value: object
    offset: int


TOKEN = re.compile(
    r"""
    (?P<space>(?:[ \t\r\n\f]|//[^\n]*)+)
  | (?P<text>(?:[rR][bB]?|[bB][rR]?)?(?:'''|\"\"\"|'|\"))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<int>0[xX][0-9a-fA-F]+[uU]?|[0-9]+[uU]?)
  | (?P<quoted>`[A-Za-z0-9_.\-/\ ]+`)
  | (?P<mark>&&|\|\||[=!<>]=|[-+*/%!<>?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
STRING_BODY = {
    quote: re.compile(
        rf"(?:{raw}|{plain})*?{quote}" if len(quote) == 3 else rf"(?:{raw}|{plain})*{quote}",
        re.DOTALL,
    )
    for quote, raw, plain in (
        ("'", r"\\[^\r\n]", r"[^'\\\r\n]"),
        ('"', r"\\[^\r\n]", r"[^\"\\\r\n]"),
        ("'''", r"\\.", r"[^\\]"),
        ('"""', r"\\.", r"[^\\]"),
    )
}
ESCAPE = re.compile(r"\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
SIMPLE = dict(zip("abfnrtv\\?\"'`", "\a\b\f\n\r\t\v\\?\"'`", strict=True))


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of the text, a last one of kind `end` included; kept, for a text is asked for its names too."""
    if len(text) * 4 > LONGEST_TEXT and len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
        raise ExpressionError("the expression is longer than 4 KiB", 0, "split it: use let or a definition")
    result: list[Token] = []
    offset = 0
    while offset < len(text):
        match = TOKEN.match(text, offset)
        if match is None:
            raise unexpected(text, offset)
        kind, matched, start, offset = str(match.lastgroup), match[0], offset, match.end()
        if kind == "name":
            result.append(Token("name", matched, start))
        elif kind == "mark":
            result.append(Token(matched, None, start))
        elif kind == "text":
            value, offset = string_literal(text, matched, start, offset)
            result.append(Token("value", value, start))
        elif kind == "quoted":
            result.append(Token("quoted", matched[1:-1], start))
        elif kind != "space":
            result.append(Token("value", number(kind, matched, start), start))
    result.append(Token("end", None, len(text)))
    return tuple(result)


def unexpected(text: str, offset: int) -> ExpressionError:
    """What to say of a character that begins no token."""
    hints = {
        "=": 'compare with "=="',
        "&": 'write "&&"',
        "|": 'write "||"',
        ";": "an expression is one value",
    }
    shown = text[offset] if text[offset].isprintable() else f"U+{ord(text[offset]):04X}"
    return ExpressionError(f'"{shown}" has no meaning here', offset, hints.get(text[offset], ""))


def number(kind: str, text: str, offset: int) -> object:
    """The value of a numeric literal; the range of an int is the parser's to judge: a minus may precede."""
    if kind == "double":
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise ExpressionError("the number is too large for a double", offset)
        return value
    digits = text.rstrip("uU")
    if len(digits) > 40:
        raise ExpressionError("the number is too large", offset)
    whole = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
    if digits == text:
        return whole
    if whole >= 2**64:
        raise ExpressionError("the number is too large for an unsigned integer", offset)
    return UInt(whole)


def string_literal(text: str, opening: str, start: int, offset: int) -> tuple[str | bytes, int]:
    """The value of a string or bytes literal, and the offset behind it."""
    quote = opening.lstrip("rRbB")
    prefix = opening[: -len(quote)].lower()
    match = STRING_BODY[quote].match(text, offset)
    if match is None:
        raise ExpressionError("the text is not closed", start, f"end it with {quote}")
    body = text[offset : match.end() - len(quote)]
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "b" in prefix:
        return bytes_value(body, "r" in prefix, offset), match.end()
    value = body if "r" in prefix or "\\" not in body else ESCAPE.sub(lambda found: character(found, offset), body)
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ExpressionError("a surrogate is no character", start)
    return value, match.end()


def character(found: re.Match[str], offset: int) -> str:
    """The character that an escape in a string stands for."""
    octal, byte, short, long, simple = found.groups()
    if simple is not None:
        if simple not in SIMPLE:
            raise ExpressionError(
                f'"\\{simple}" is no escape', offset + found.start(), 'write "\\\\" for a backslash, or r"…"'
            )
        return SIMPLE[simple]
    point = int(octal, 8) if octal else int(byte or short or long, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise ExpressionError("the escape names no character", offset + found.start())
    return chr(point)


def bytes_value(body: str, raw: bool, offset: int) -> bytes:
    """The bytes of a bytes literal: `\\xhh` and `\\ooo` are bytes, all else is UTF-8."""
    parts: list[bytes] = []
    position = 0
    try:
        for found in () if raw else ESCAPE.finditer(body):
            parts.append(body[position : found.start()].encode())
            octal, byte = found[1], found[2]
            if octal or byte:
                parts.append(bytes((int(octal, 8) if octal else int(byte, 16),)))
            elif found[3] or found[4]:
                raise ExpressionError("bytes know no \\u escapes", offset + found.start())
            else:
                parts.append(character(found, offset).encode())
            position = found.end()
        parts.append(body[position:].encode())
    except UnicodeEncodeError:
        raise ExpressionError("a surrogate is no character", offset) from None
    return b"".join(parts)
