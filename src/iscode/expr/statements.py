"""Checked conditions over lazy variables -> the statements of one Python function that asks them in order.

Each variable is worked out at most once on a way: in a statement of its own before the first condition that surely
reads it, or, where only some ways through a condition do, when it is first asked. All is in the fast form: right as
long as nothing raises. No fewer steps are spent than by the expressions one by one.
"""

from __future__ import annotations

import operator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from iscode.expr import runtime, typed
from iscode.expr.emit import INLINE, WAYS
from iscode.expr.emitter import Emitter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from iscode.expr.typed import Part

UNSAID: Final = ("return None",)
"""What a function does that cannot say."""
MET = "met"
"""What the last condition came to, in the function."""
DEEPEST = 8
"""Blocks within blocks before the rest of a condition is worked out as one expression."""
WIDEST = 8
"""Operands of a connective that become blocks within blocks."""
LIGHT = (typed.Constant, typed.Local, typed.Read, typed.HasKey, typed.Not, typed.Choose, typed.Unwrap, typed.Invoke)
"""Parts that take less time than to put them off."""
LIGHTEST = 12
"""How many of them at most."""
NEXT = ("continue",)
"""What leads on to the next item."""
FIRST_ALONE = (typed.Connect, typed.Choose, typed.Comprehend, typed.Unwrap, typed.MapOptional)
"""Parts of which only the first below is worked out for sure."""


class Statements:
    """The body of a function of `arguments`. `lazy` has the lazy variables that are no arguments, with what they are.

    Lazy variables among the arguments are called, as in any expression.
    """

    def __init__(self, arguments: Sequence[str], lazy: Mapping[str, Part]) -> None:
        self.emitter = Emitter(WAYS, arguments, exact=False)
        self.arguments = arguments
        self.lazy = lazy
        self.later: set[str] = set()
        self.lines: list[str] = []
        self.depth = 0

    def write(self, line: str) -> None:
        """A line of Python, in the block that is open."""
        self.lines.append(f"{'    ' * (self.depth + 1)}{line}\n")

    @contextmanager
    def block(self, head: str, *names: str) -> Iterator[None]:
        """A block below `head` that knows `names` too; what is worked out within is not known behind it."""
        self.write(head)
        known, later, count, size = set(self.emitter.known), set(self.later), len(self.emitter.names), len(self.lines)
        self.emitter.names += names
        self.depth += 1
        yield
        if len(self.lines) == size:
            self.write("pass")
        self.depth -= 1
        self.emitter.known, self.later = known, later
        del self.emitter.names[count:]

    def value(self, part: Part) -> str:
        """The text that works out a part, behind statements for what it surely reads."""
        self.prepare(part)
        return self.emitter.test(part)

    def unless(self, part: Part, wanted: bool, leave: Sequence[str]) -> None:
        """Statements behind which the condition has come out as wanted; else the lines `leave` are run.

        In these `met` is what a part of it came to; it decided where that is `{other}`.
        """
        deep = self.depth > DEEPEST
        listed = _emptied(part) if wanted and leave == UNSAID else None
        match part:
            case _ if listed is not None and not deep:
                self.none(listed)
            case typed.Not(operand=operand):
                self.unless(operand, not wanted, leave)
            case typed.Connect(word=word, operands=operands) if (word == "&&") is wanted:
                for operand in operands:
                    self.unless(operand, wanted, leave)
            case typed.Connect(operands=operands) if not deep and len(operands) <= WIDEST:
                self.either(operands, wanted, leave)
            case typed.Choose(branches=branches) if not deep and len(branches) <= WIDEST:
                self.chosen(part, wanted, leave)
            case typed.Let():
                self.bound(part, wanted, leave)
            case typed.Comprehend(macro="all" | "exists", way="list", names=[_], test=typed.Part() as test) if not deep:
                self.walk(part, test, wanted, leave)
            case _:
                with self.block(f"if ({MET} := {self.value(part)}) is not {wanted}:"):
                    self.leave(leave, not wanted)

    def either(self, operands: Sequence[Part], wanted: bool, leave: Sequence[str]) -> None:
        """One operand that comes out as wanted is enough."""
        first, *others = operands
        if not others:
            self.unless(first, wanted, leave)
            return
        with self.block(f"if ({self.value(first)}) is not {wanted}:"):
            self.either(others, wanted, leave)

    def chosen(self, part: typed.Choose, wanted: bool, leave: Sequence[str]) -> None:
        """The branch whose test is true decides, else the last."""
        (test, value), *others = part.branches
        with self.block(f"if ({self.value(test)}):"):
            self.unless(value, wanted, leave)
        with self.block("else:"):
            if others:
                rest = typed.Choose(part.type, part.offset, part.path, tuple(others), part.otherwise)
                self.chosen(rest, wanted, leave)
            else:
                self.unless(part.otherwise, wanted, leave)

    def bound(self, part: typed.Let, wanted: bool, leave: Sequence[str]) -> None:
        """The body, with a name for a value. No statement of a lazy variable comes in between: it may use the name."""
        self.prepare(part)
        self.write(f"{part.name} = {self.emitter.emit(part.value)}")
        self.emitter.within([part.name], part.body, lambda body: self.unless(body, wanted, leave))

    def walk(self, part: typed.Comprehend, test: Part, wanted: bool, leave: Sequence[str]) -> None:
        """`all` and `exists`, item by item: one item whose test comes out as wanted is enough, or every one must."""
        one = (part.macro == "exists") is wanted
        rows, ready = self.rows(part.operand, test)
        apart = (f"{MET} = {not wanted}", "break") if _jumps(leave) else leave
        with self.block(f"for {part.names[0]} in {rows}:", *part.names, *ready):
            self.emitter.known.update(ready)
            self.unless(test, wanted, NEXT if one else apart)
            if one:
                self.write("break")
        if one:
            with self.block("else:"):
                self.write(f"{MET} = {not wanted}")
                self.leave(leave, not wanted)
        elif apart is not leave:
            with self.block("else:"):
                self.write(f"{MET} = {wanted}")
            with self.block(f"if {MET} is not {wanted}:"):
                self.leave(leave, not wanted)

    def leave(self, lines: Sequence[str], other: bool) -> None:
        """The lines, where a condition came out as the other."""
        for line in lines:
            self.write(line.format(other=other))

    def none(self, part: Part) -> None:
        """Statements behind which a list is empty. What is found in it first is reason enough to say nothing.

        Were a later item's test to err, that would be told, not what was found: so nothing else may be said here.
        """
        match part:
            case typed.Local(name=name) if self.unknown(name):
                self.none(self.lazy[name])
            case typed.MakeList(items=()):
                pass
            case typed.Comprehend(macro="map", test=None):
                self.none(part.operand)
            case typed.Comprehend(macro="map" | "filter", way="list", names=[name], test=typed.Part() as test):
                rows, ready = self.rows(part.operand, test)
                with self.block(f"for {name} in {rows}:", name, *ready):
                    self.emitter.known.update(ready)
                    self.unless(test, False, UNSAID)
            case typed.Choose(branches=[(test, value)]) if self.depth <= DEEPEST:
                with self.block(f"if {self.value(test)}:"):
                    self.none(value)
                with self.block("else:"):
                    self.none(part.otherwise)
            case _:
                self.write(f"if {self.value(part)}: {UNSAID[0]}")

    def rows(self, part: Part, test: Part) -> tuple[str, list[str]]:
        """The name of what is walked, and the lazy variables that have a value if anything is in it.

        These are the ones that a test of the first item surely reads.
        """
        self.prepare(part)
        reads = dict(_reads(test, False))
        sure = {name for name, always in _reads(test, True) if always}
        for name in reads:
            if name not in sure and self.unknown(name):
                self.put_off(name)
        rows = self.emitter.temporary()
        self.write(f"{rows} = context.walk({self.gathered(part)})")
        later = [name for name in reads if self.unknown(name)]
        if not later:
            return rows, []
        with self.block(f"if {rows}:"):
            before = set(self.emitter.known)
            for name in later:
                if self.unknown(name):
                    self.work_out(name)
            return rows, sorted(self.emitter.known - before)

    def gathered(self, part: Part) -> str:
        """The text that works out a list, behind statements for a walk whose test walks too.

        What the part reads is prepared already.
        """
        nested = self.depth <= DEEPEST and _walks_in_walk(part)
        match part:
            case typed.Comprehend(names=[name], value=typed.Part() as value) if nested:
                found = self.gathered(part.operand)
                text = self.emitter.within([name], value, self.emitter.emit)
                return f"[{text} for {name} in context.walk({found})]"
            case typed.Comprehend(names=[name], test=typed.Part() as test) if nested:
                rows, found = self.rows(part.operand, test)[0], self.emitter.temporary()
                self.write(f"{found} = []")
                with self.block(f"for {name} in {rows}:", name):
                    self.unless(test, True, NEXT)
                    self.write(f"{found}.append({name})")
                return found
        return self.emitter.emit(part)

    def share(self, parts: Sequence[Part], apart: Set[str]) -> None:
        """Statements for the lazy variables that parts read, through others too: worked out once for all that follows.

        Those `apart` are not: what follows gives them another value each time.
        """
        waiting, met = list(parts), set[str]()
        while waiting:
            for name in dict(_reads(waiting.pop(), True)):
                if name in apart - met:
                    met.add(name)
                    waiting.append(self.lazy[name])
                elif self.unknown(name) and name not in apart:
                    self.put_off(name)

    def unknown(self, name: str) -> bool:
        """Whether a variable is a lazy one for which no statement is written yet."""
        return name in self.lazy and name not in self.emitter.known and name not in self.later

    def prepare(self, part: Part) -> None:
        """Statements for the lazy variables that a part reads."""
        reads = dict(_reads(part, True))
        reads |= {name: True for name, sure in _reads(part, True) if sure}
        for name, sure in reads.items():
            if self.unknown(name):
                (self.work_out if sure else self.put_off)(name)

    def work_out(self, name: str) -> None:
        """A statement that gives a variable its value."""
        self.assign(name, self.lazy[name])
        self.emitter.known.add(name)
        self.emitter.names.append(name)

    def assign(self, name: str, part: Part) -> None:
        """Statements that give a name the value of a part; of a choice only what the chosen branch reads."""
        if not isinstance(part, typed.Choose) or self.depth > DEEPEST or len(part.branches) > 1:
            self.prepare(part)
            self.write(f"{name} = {self.gathered(part)}")
            return
        [(test, value)] = part.branches
        with self.block(f"if {self.value(test)}:"):
            self.assign(name, value)
        with self.block("else:"):
            self.assign(name, part.otherwise)

    def put_off(self, name: str) -> None:
        """A statement that makes a variable one that is worked out when asked; or at once, where that costs no more."""
        part = self.lazy[name]
        for other in dict(_reads(part, True)):
            if self.unknown(other):
                self.put_off(other)
        if self.light(part):
            self.work_out(name)
            return
        self.write(f"{name} = Once(lambda: {self.emitter.emit(part)})")
        self.later.add(name)
        self.emitter.names.append(name)

    def light(self, part: Part) -> bool:
        """Whether a part is but a few reads and comparisons, over values that are there."""
        parts = list(_within(part))
        return len(parts) <= LIGHTEST and all(
            isinstance(each, LIGHT)
            and not (isinstance(each, typed.Local) and each.lazy and each.name not in self.emitter.known)
            and not (isinstance(each, typed.Invoke) and each.implementation not in INLINE)
            for each in parts
        )

    def source(self) -> tuple[str, dict[str, object]]:
        """The source of the function `evaluate(context, *arguments)` and what it is bound to. It may raise anything."""
        head = f"def evaluate({', '.join(('context', *self.arguments))}):\n"
        return f"{''.join(self.emitter.functions)}{head}{''.join(self.lines)}", self.emitter.bound


def _emptied(part: Part) -> Part | None:
    """The list that a condition says is empty; None where it says something else."""
    match part:
        case typed.Invoke(implementation=operator.eq, arguments=[typed.Invoke() as size, typed.Constant(value=0)]):
            return size.arguments[0] if size.implementation is len else None
        case typed.Invoke(implementation=runtime.equal_lists, arguments=[listed, typed.MakeList(items=())]):
            return listed
    return None


def _walks_in_walk(part: Part) -> bool:
    """Whether a part is a list of what a test keeps that walks something itself, or of what is made of such a list."""
    match part:
        case typed.Comprehend(macro="filter", way="list", names=[_], test=typed.Part() as test):
            return any(isinstance(each, typed.Comprehend) for each in _within(test))
        case typed.Comprehend(macro="map", way="list", names=[_], test=None):
            return _walks_in_walk(part.operand)
    return False


def _within(part: Part) -> Iterator[Part]:
    """A part and all parts below it."""
    yield part
    for below in typed.below(part):
        yield from _within(below)


def _jumps(leave: Sequence[str]) -> bool:
    """Whether lines lead on in the loop around them: in a loop within they would not."""
    return any(line.endswith(("continue", "break")) for line in leave)


def _reads(part: Part, sure: bool) -> Iterator[tuple[str, bool]]:
    """The lazy variables that a part reads, in order, each with whether it does so whenever it is worked out itself."""
    if isinstance(part, typed.Local) and part.lazy:
        yield part.name, sure
    for below, always in _below(part):
        yield from _reads(below, sure and always)


def _below(part: Part) -> Iterator[tuple[Part, bool]]:
    """The parts right below a part, in order, each with whether it is worked out whenever the part is."""
    every = not isinstance(part, FIRST_ALONE)
    yield from ((inner, every or index == 0) for index, inner in enumerate(typed.below(part)))
