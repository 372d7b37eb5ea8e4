"""What an emission gathers on its way: source, the values it is bound to, functions for what nests too deep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from iscode.expr.shapes import SCALARS
from iscode.expr.types import DYN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from iscode.expr.typed import Part

    Ways = Mapping[type[Part], Callable[["Emitter", Any], str]]
    Emitted = TypeVar("Emitted")
    Seen = Callable[[Part, bool, Callable[[], Any]], Any]

NESTED = 24
"""Parts within parts before one becomes a function of its own: Python refuses 200 brackets in brackets."""


class Emitter:
    """The emission of one expression in one form: text by `emit`, the rest gathered on the way.

    With `seen` the emitted function works every part out by seen(part, held, work): `held` tells that what `work`
    gives is the content of the optional that the part is.
    """

    def __init__(self, ways: Ways, arguments: Sequence[str], *, exact: bool, seen: Seen | None = None) -> None:
        self.ways = ways
        self.exact = exact
        self.seen = seen
        self.bound: dict[str, object] = {} if seen is None else {"seen": seen}
        self.constants: dict[tuple[type, object], str] = {}
        self.functions: list[str] = []
        self.names = ["context", *arguments]
        self.once: set[str] = set()
        self.known: set[str] = set()
        """Lazy variables whose value stands in a plain one."""
        self.height = 0
        self.assigns = False
        self.temporaries = 0

    def emit(self, part: Part) -> str:
        """The Python expression that works out `part`."""
        outside = self.enter()
        return self.leave(self.noted(part, self.ways[type(part)](self, part)), outside)

    def noted(self, part: Part, text: str, *, held: bool = False) -> str:
        """The text that works out a part, or its content where `held`, as somebody watches it."""
        return text if self.seen is None else f"seen({self.bind(part)}, {self.bind(held)}, lambda: {text})"

    def enter(self) -> tuple[int, bool]:
        """Begin a part: what is known of the text around it, for `leave`."""
        outside = self.height, self.assigns
        self.height, self.assigns = 0, False
        return outside

    def leave(self, text: str, outside: tuple[int, bool]) -> str:
        """The text of a part that is done, or a call of a function that returns it where it nests too deep."""
        self.height += 1
        if self.height > NESTED:
            text = self.apart(text)
        self.height, self.assigns = max(outside[0], self.height), outside[1] or self.assigns
        return text

    def apart(self, text: str) -> str:
        """A call of a new function that returns what `text` does."""
        name, names = f"f{len(self.functions)}", ", ".join(self.names)
        self.functions.append(f"def {name}({names}):\n    return {text}\n")
        self.height, self.assigns = 1, False
        return f"{name}({names})"

    def iterable(self, part: Part) -> str:
        """The part as the source of a comprehension, where Python allows no `:=`."""
        assigns, self.assigns = self.assigns, False
        text = self.emit(part)
        if self.assigns:
            text = self.apart(text)
        self.assigns = assigns
        return text

    def bind(self, value: object) -> str:
        """The name that a value has in the emitted function."""
        key = (type(value), value if type(value) in (str, int, bool) else id(value))
        if key not in self.constants:
            name = self.constants[key] = f"c{len(self.constants)}"
            self.bound[name] = value
        return self.constants[key]

    def temporary(self) -> str:
        """A new name for a value that is needed twice."""
        self.temporaries += 1
        self.assigns = True
        return f"t{self.temporaries}"

    def as_read(self, text: str, convert: Callable[[Any], object] | None) -> str:
        """The stored value that `text` gives, as it reads; a list or map costs its length."""
        if convert is None:
            return text
        return f"{self.bind(convert)}({text if convert in SCALARS.values() else f'context.walk({text})'})"

    def test(self, part: Part) -> str:
        """The part as a condition."""
        text = self.emit(part)
        return f"boolean({text})" if part.type == DYN else text

    def within(self, names: Sequence[str], part: Part, emit: Callable[[Part], Emitted]) -> Emitted:
        """The part, emitted where `names` are known too."""
        self.names.extend(names)
        emitted = emit(part)
        del self.names[len(self.names) - len(names) :]
        return emitted
