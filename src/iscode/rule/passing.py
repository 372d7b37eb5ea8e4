"""A compiled rule -> the source of one Python function that says of a subject whether it plainly passes.

Nearly every result is a pass, which says nothing but that. The function asks `when`, `needs`, `each`, `where` and the
checks in one go, with the lets in plain variables. `compiled.Passing` says what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from iscode.expr.linker import link
from iscode.expr.statements import UNSAID, Statements
from iscode.expr.types import DYN
from iscode.rule.compiled import ITEM, OLD_ITEM, CompiledRule, Passing

if TYPE_CHECKING:
    from iscode.expr.typed import Part
    from iscode.rule.compiled import Formula

NOT_MEANT: Final = ("return False if met is {other} else None",)
"""What it does where `when` is not true."""
LEFT_OUT: Final = ("if met is {other}: continue", *UNSAID)
"""What it does where `where` is not true."""


def passing(rule: CompiledRule) -> Passing | None:
    """The function of a rule, emitted when it is first called; None where there is none.

    What an item was is told by its name, which is no matter of expressions.
    """
    if OLD_ITEM in rule.names or any(formula.expression.type == DYN for formula in _formulas(rule)):
        return None
    return Passing(_given(rule), lambda: _made(rule), ready=False)


def _made(rule: CompiledRule) -> Callable[..., Any]:
    """The function; of lets upon lets that are too many for Python one that says nothing."""
    try:
        return link(*emitted(rule))
    except (RecursionError, MemoryError):
        return lambda *_: None


def emitted(rule: CompiledRule) -> tuple[str, dict[str, object]]:
    """The source of the function, and the values that it is bound to."""
    argument = {name: f"v{index}" for index, name in enumerate(rule.names)}
    lazy = {argument[let.name]: let.formula.expression.tree for let in rule.lets if let.of_self or let.of_item}
    script = Statements([f"v{index}" for index in _given(rule)], lazy)
    if rule.when is not None:
        script.unless(rule.when.expression.tree, True, NOT_MEANT)
    _need(script, "v0", rule.needs)
    if rule.each is None:
        _check(script, rule)
        script.write("return True")
        return script.source()
    rows = script.value(rule.each.expression.tree)
    script.share(_asked(rule), {argument[let.name] for let in rule.lets if let.of_item})
    script.write("passed = []")
    with script.block(f"for key, {argument[ITEM]} in rows({rows}):", argument[ITEM]):
        if rule.where is not None:
            script.unless(rule.where.expression.tree, True, LEFT_OUT)
        _need(script, argument[ITEM], rule.item_needs)
        _check(script, rule)
        script.write(f"passed.append((key, {argument[ITEM]}))")
    script.write("return passed")
    return script.source()


def _given(rule: CompiledRule) -> tuple[int, ...]:
    """The indexes of the values of a frame that are known before a subject is asked about, but for the subject."""
    later = {ITEM, OLD_ITEM, *(let.name for let in rule.lets if let.of_self or let.of_item)}
    return tuple(index for index, name in enumerate(rule.names) if name not in later)


def _formulas(rule: CompiledRule) -> Iterator[Formula]:
    yield from (formula for formula in (rule.when, rule.each, rule.where) if formula is not None)
    yield from (let.formula for let in rule.lets)
    yield from (check.that for check in rule.checks)


def _asked(rule: CompiledRule) -> list[Part]:
    """What is asked of each item."""
    where = [] if rule.where is None else [rule.where]
    return [formula.expression.tree for formula in (*where, *(check.that for check in rule.checks))]


def _need(script: Statements, root: str, paths: tuple[tuple[str, ...], ...]) -> None:
    """What is needed must be there. Of zero and false, which are, the function says nothing."""
    for keys in paths:
        *above, last = map(script.emitter.bind, keys)
        holder = "".join([root, *(f".get({key}, EMPTY)" for key in above)])
        script.write(f"if not {holder}.get({last}): return None")


def _check(script: Statements, rule: CompiledRule) -> None:
    for check in rule.checks:
        script.unless(check.that.expression.tree, True, UNSAID)
