"""A number of the day that is asked about -> the same number, which notes how long what was asked of it stays true.

An instant whose seconds are such a number moves on by a day each day. Every sum, difference and comparison that the
engine makes of it is exact for all days to come, so that it is known on which day a comparison first turns. Whatever
else is asked of it (to be shown, to be a key, to be a reading of the calendar) may be another thing on the next day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from iscode.expr.time import DAY, Timestamp

NEVER: Final = 10**9
"""Days until something turns that never does."""


class Watch:
    """How many days what was asked stays as it was: on the day `until` days ahead some answer may be another."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until = NEVER

    def turns(self, days: int) -> None:
        """Note that an answer turns in so many days."""
        self.until = min(self.until, days)


class Moving(int):
    """A whole number that is `self` today and grows by `pace` a day; it tells `watch` when an answer turns."""

    pace: int
    watch: Watch

    def __new__(cls, value: int, pace: int, watch: Watch) -> Moving:
        """The number; `pace` is not 0."""
        made = super().__new__(cls, value)
        made.pace, made.watch = pace, watch
        return made

    def __hash__(self) -> int:
        return hash(_still(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, int):
            return False
        gap, pace = _gap(self, other)
        if pace and (gap == 0 or (-gap % pace == 0 and -gap // pace > 0)):
            self.watch.turns(-gap // pace if gap else 1)
        return gap == 0

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: int) -> bool:
        return self._below(other, 0)

    def __le__(self, other: int) -> bool:
        return self._below(other, 1)

    def __gt__(self, other: int) -> bool:
        return not self._below(other, 1)

    def __ge__(self, other: int) -> bool:
        return not self._below(other, 0)

    def __bool__(self) -> bool:
        return self != 0

    def __neg__(self) -> int:
        return Moving(-int.__int__(self), -self.pace, self.watch)

    def __pos__(self) -> int:
        return self

    def __abs__(self) -> int:
        return -self if self < 0 else self

    def __add__(self, other: int) -> int:
        return _moving(int.__add__(self, other), self.pace + _pace(other), self.watch)

    __radd__ = __add__

    def __sub__(self, other: int) -> int:
        return _moving(int.__sub__(self, other), self.pace - _pace(other), self.watch)

    def __rsub__(self, other: int) -> int:
        return _moving(int.__rsub__(self, other), _pace(other) - self.pace, self.watch)

    def __mul__(self, other: int) -> int:
        if isinstance(other, Moving):
            product: int = _still(self) * _still(other)
            return product
        return _moving(int.__mul__(self, other), self.pace * other, self.watch)

    __rmul__ = __mul__

    def __divmod__(self, other: int) -> tuple[int, int]:
        if isinstance(other, Moving) or not other or self.pace % other:
            parts: tuple[int, int] = divmod(_still(self), _still(other))
            return parts
        whole, rest = int.__divmod__(self, other)
        return _moving(whole, self.pace // other, self.watch), rest

    def __floordiv__(self, other: int) -> int:
        return divmod(self, other)[0]

    def __mod__(self, other: int) -> int:
        return divmod(self, other)[1]

    def _below(self, other: int, by: int) -> bool:
        """Whether this is less than the other by less than `by`, or less than it; a whole number is."""
        gap, pace = _gap(self, other)
        gap -= by
        if pace > 0 > gap:
            self.watch.turns(-(gap // pace))
        elif pace < 0 <= gap:
            self.watch.turns(gap // -pace + 1)
        return gap < 0


def _plain(name: str) -> Callable[..., Any]:
    """An operation on the number as it is today alone."""
    done = getattr(int, name)

    def operation(self: Moving, *others: Any) -> Any:
        return done(_still(self), *map(_still, others))

    operation.__name__ = name
    return operation


for _name in (
    "__int__", "__index__", "__float__", "__trunc__", "__round__", "__floor__", "__ceil__", "__invert__",
    "__truediv__", "__rtruediv__", "__rfloordiv__", "__rmod__", "__rdivmod__", "__pow__", "__rpow__",
    "__lshift__", "__rlshift__", "__rshift__", "__rrshift__",
    "__and__", "__rand__", "__or__", "__ror__", "__xor__", "__rxor__", "__str__", "__repr__", "__format__",
):  # fmt: skip
    setattr(Moving, _name, _plain(_name))


def today(day: Timestamp, watch: Watch) -> Timestamp:
    """The day at 00:00Z as an instant that moves on by a day each day."""
    return Timestamp(Moving(day.seconds, DAY, watch), day.nanos)


def _moving(value: int, pace: int, watch: Watch) -> int:
    return Moving(value, pace, watch) if pace else value


def _pace(value: int) -> int:
    return value.pace if isinstance(value, Moving) else 0


def _gap(one: Moving, other: int) -> tuple[int, int]:
    """How much more the one is today, and how that grows a day."""
    return int.__sub__(one, other), one.pace - _pace(other)


def _still(value: Any) -> Any:
    """A number as it is today; of a moving one nobody knows what will come of it tomorrow."""
    if isinstance(value, Moving):
        value.watch.turns(1)
        return int.__add__(value, 0)
    return value
