"""Checked parts, one of which will be the value -> the type of that value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr.errors import ExpressionError
from iscode.expr.shapes import join
from iscode.expr.typed import Constant
from iscode.expr.types import NEVER, EnumString, RefString, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscode.expr.typed import Part


def join_parts(parts: Sequence[Part]) -> Type:
    """The type of a value that is one of the parts."""
    met: Type = NEVER
    kinds = [part.type for part in parts]
    for part in parts:
        kind = join(met, word_type(part, kinds))
        if kind is None:
            raise ExpressionError(f"{met} and {part.type} do not go together", part.offset, "give both one type")
        met = kind
    return met


def word_type(part: Part, kinds: Sequence[Type]) -> Type:
    """The type of the part; a literal among enums is one more word, among references a fitting reference."""
    if isinstance(part, Constant) and isinstance(part.value, str):
        for kind in kinds:
            if isinstance(kind, EnumString):
                return EnumString((part.value,), kind.scale if part.value in kind.words else None)
            start = part.value.partition(":")[0]
            if isinstance(kind, RefString) and start in kind.kinds:
                return RefString((start,))
    return part.type
