"""A compiled rule -> what its author most likely did not mean, though it types.

Each remark is a way in which a rule of this language passes where nothing was shown, or never speaks at all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iscode.document import Pointer
from iscode.errors import Place
from iscode.expr import Context, EvaluationError, Expression, ExpressionError, typed, types
from iscode.expr.typed import Part, Path
from iscode.rule.compiled import ITEM, PARAMS, SELF, TODAY, CompiledRule, Formula
from iscode.rule.draft import UNWRITTEN
from iscode.rule.hints import pointed
from iscode.rule.shelf import RuleFile

NOT_EMPTY: Final = {(">", 0), ("!=", 0), (">=", 1)}
"""Comparisons of a size with a number that say that something is there."""
MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to change, where it stands, and how."""

    place: Place
    message: str
    hint: str
    pointer: Pointer | None = None
    """The key of the expression that it is about, where it is about a part of one: from `offset` on in its text."""
    offset: int = 0


def remarks(file: RuleFile, compiled: CompiledRule, *, covered: bool) -> Iterator[Remark]:
    """What is suspicious in a rule, in the order of its clauses.

    `covered`: a rule about the repository serves one of its requirements, so that an empty shelf does not pass.
    """
    return _Look(file, compiled, covered=covered).remarks()


class _Look:
    """One rule under the lamp. `known` grows: the lists that an earlier clause showed not to be empty."""

    def __init__(self, file: RuleFile, compiled: CompiledRule, *, covered: bool) -> None:
        self.file, self.compiled, self.covered = file, compiled, covered
        self.known: set[Path] = {(SELF, *keys) for keys in compiled.needs} | {
            (ITEM, *keys) for keys in compiled.item_needs
        }

    def remarks(self) -> Iterator[Remark]:
        for key, formula in (("when", self.compiled.when), ("where", self.compiled.where)):
            if formula is not None:
                yield from self.condition((key,), formula, never=False)
                self.known |= _shown_not_empty(formula.expression.tree)
        for let in self.compiled.lets:
            yield from self.everywhere(("let", let.name), let.formula.expression)
        for index, check in enumerate(self.compiled.checks):
            pointer: Pointer = ("check", index, "that")
            yield from self.condition(pointer, check.that, never=True)
            yield from self.vacuous(pointer, check.that.expression)
            self.known |= _shown_not_empty(check.that.expression.tree)
            yield from self.itemless(pointer, check.that)
        yield from self.unread()
        yield from self.unwritten()

    def condition(self, pointer: Pointer, formula: Formula, *, never: bool) -> Iterator[Remark]:
        """A condition that no record changes, and what is suspicious anywhere in it."""
        expression = formula.expression
        yield from self.everywhere(pointer, expression)
        word = _constant(formula)
        if word is not None and (never or word != "true"):
            what = "it never fails" if word == "true" else "it always fails" if never else "it never applies"
            yield self.remark(
                pointer, expression, 0, f"this is always {word}, so {what}", "say what the record must have"
            )

    def everywhere(self, pointer: Pointer, expression: Expression) -> Iterator[Remark]:
        """Divisions of whole numbers, and ages that the future passes."""
        guarded = {_mirror(part) for part in _parts(expression.tree) if _is_comparison(part)}
        for part in _parts(expression.tree):
            match part:
                case typed.Invoke(name="/", type=kind) if kind == types.INT:
                    hint = "divide doubles: double(a) / double(b), or compare products"
                    yield self.remark(
                        pointer, expression, part.offset, "19 / 20 is 0: whole numbers lose the rest", hint
                    )
                case typed.Invoke(
                    name=("<" | "<=") as name, arguments=(typed.Invoke(name="-", arguments=(now, day)), _)
                ):
                    if now.path == (TODAY,) and day.path is not None and ("<=", day.path, now.path) not in guarded:
                        words = f"a day in the future is younger than any age ({name})"
                        yield self.remark(pointer, expression, part.offset, words, "use recent(day, age)")
                case _:
                    pass

    def vacuous(self, pointer: Pointer, expression: Expression) -> Iterator[Remark]:
        """What decides the check and is true of nothing: `all` over nothing, `!exists` over records."""
        known = self.known | _shown_not_empty(expression.tree)
        for part in _conjuncts(expression.tree):
            match part:
                case typed.Comprehend(macro="all", operand=operand) if (
                    operand.path is None or operand.path not in known
                ):
                    hint = "use `each`, name the list in `needs`, or check its size first"
                    yield self.remark(pointer, expression, part.offset, "`all` is true of an empty list", hint)
                case typed.Not(operand=typed.Comprehend(macro="exists", operand=typed.Invoke(name="records"))) if (
                    not self.covered
                ):
                    hint = "write a rule about the Repository that fails where there is no record"
                    yield self.remark(
                        pointer, expression, part.offset, "this is true where there is no record at all", hint
                    )
                case _:
                    pass

    def itemless(self, pointer: Pointer, formula: Formula) -> Iterator[Remark]:
        """A check under `each` that says the same of every item."""
        reads = formula.expression.reads
        of_item = {let.name for let in self.compiled.lets if let.of_item}
        if self.compiled.each is not None and ITEM not in reads and not reads & of_item:
            hint = "read item, or move the check into a rule without `each`"
            yield self.remark(pointer, formula.expression, 0, "the check does not read the item", hint)

    def unread(self) -> Iterator[Remark]:
        """Lets and params that nothing reads: most often a name that was mistyped elsewhere."""
        formulas = [formula for formula in (self.compiled.when, self.compiled.where, self.compiled.each) if formula]
        formulas += [let.formula for let in self.compiled.lets] + [check.that for check in self.compiled.checks]
        read = {name for formula in formulas for name in formula.expression.reads}
        holes = [hole for check in self.compiled.checks for hole in check.message.holes]
        read |= {hole.name for hole in holes}
        for let in self.compiled.lets:
            if let.name not in read:
                yield Remark(
                    self.file.document.place(("let", let.name)), f"nothing reads `{let.name}`", "use it, or remove it"
                )
        params = {name for formula in formulas for part in _parts(formula.expression.tree) for name in _param(part)}
        params |= {hole.keys[0] for hole in holes if hole.name == PARAMS and hole.keys}
        for name in self.file.rule.params:
            if name not in params:
                place = self.file.document.place(("params", name))
                yield Remark(place, f"nothing reads params.{name}", "use it, or remove it")

    def unwritten(self) -> Iterator[Remark]:
        """Texts that stand there since the rule was drafted: whom it refuses would read them."""
        for key in ("rationale", "remediation"):
            if getattr(self.file.rule, key) in UNWRITTEN:
                yield Remark(self.file.document.place((key,)), f"the {key} is still to be written", "write it")

    def remark(self, pointer: Pointer, expression: Expression, offset: int, message: str, hint: str) -> Remark:
        marked = pointed(expression.text, ExpressionError(message, offset, hint, text=expression.text))
        return Remark(self.file.document.place(pointer), message, marked, pointer, offset)


def _parts(tree: object) -> Iterator[Part]:
    """Each part of a tree, parents first."""
    if isinstance(tree, Part):
        yield tree
        for field in dataclasses.fields(tree):
            yield from _parts(getattr(tree, field.name))
    elif isinstance(tree, tuple):
        for inner in tree:
            yield from _parts(inner)


def _constant(formula: Formula) -> str | None:
    """What a condition gives whatever it meets: `true`, `false` or `an error`; None where it reads anything."""
    expression = formula.expression
    if expression.reads or any(isinstance(part, typed.Invoke) and part.context for part in _parts(expression.tree)):
        return None
    try:
        return str(expression(Context(), *[None] * formula.width)).lower()
    except EvaluationError:
        return "an error"


def _conjuncts(tree: Part) -> Iterator[Part]:
    """The parts that must all be true for the whole to be."""
    if isinstance(tree, typed.Connect) and tree.word == "&&":
        for operand in tree.operands:
            yield from _conjuncts(operand)
    else:
        yield tree


def _shown_not_empty(tree: Part) -> set[Path]:
    """The lists that are not empty where the whole is true."""
    found: set[Path] = set()
    for part in _conjuncts(tree):
        match part:
            case typed.Invoke(name=name, arguments=(left, right)) if name in MIRRORED:
                for word, size, bound in ((name, left, right), (MIRRORED[name], right, left)):
                    if isinstance(size, typed.Invoke) and size.name == "size" and isinstance(bound, typed.Constant):
                        path = size.arguments[0].path
                        if (word, bound.value) in NOT_EMPTY and path is not None:
                            found.add(path)
            case typed.Comprehend(macro="exists" | "exists_one", operand=operand) if operand.path is not None:
                found.add(operand.path)
            case _:
                pass
    return found


def _is_comparison(part: Part) -> bool:
    return isinstance(part, typed.Invoke) and part.name in MIRRORED and len(part.arguments) == 2


def _mirror(part: Part) -> tuple[str, Path | None, Path | None]:
    """A comparison as `<=`, whichever way it was written."""
    if not isinstance(part, typed.Invoke):
        return "", None, None
    left, right = part.arguments
    if part.name in (">=", ">"):
        left, right = right, left
    return "<=", left.path, right.path


def _param(part: Part) -> tuple[str, ...]:
    """The parameter that a part reads, if it reads one."""
    return part.path[1:2] if part.path is not None and part.path[0] == PARAMS else ()
