"""A compiled rule <-> plain data, fit for JSON, from which it runs again without being parsed and typed.

The data holds for any parameters: their values enter when the rule is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from iscode.expr.written import Written, linked
from iscode.rule.compiled import CompiledCheck, CompiledRule, Formula, Let, Passing, Target
from iscode.rule.message import Hole, Message

if TYPE_CHECKING:
    from iscode.expr import Expression


def written(rule: CompiledRule, sources: set[str]) -> dict[str, Any]:
    """The data of a rule; the sources of its functions are added to `sources`, by which `expr.codes` has them."""
    from iscode.expr.writing import emission
    from iscode.expr.writing import written as written_expression
    from iscode.rule.passing import emitted

    def formula(of: Formula | None) -> list[Any] | None:
        return None if of is None else [of.width, written_expression(of.expression, sources)]

    return {
        "subjects": rule.subjects,
        "names": rule.names,
        "when": formula(rule.when),
        "needs": rule.needs,
        "each": formula(rule.each),
        "each_pointer": rule.each_pointer,
        "item_keys": rule.item_keys,
        "item_needs": rule.item_needs,
        "where": formula(rule.where),
        "lets": [[let.name, formula(let.formula), let.of_self, let.of_item] for let in rule.lets],
        "checks": [
            {
                "clause": check.clause,
                "that": formula(check.that),
                "at": check.at and [check.at.from_item, check.at.keys],
                "message": [part if isinstance(part, str) else [part.name, part.keys] for part in check.message.parts],
                "severity": check.severity,
            }
            for check in rule.checks
        ],
        "given": rule.passing and rule.passing.given,
        "passing": emission(*emitted(rule), sources) if rule.passing else {},
    }


def made(data: Mapping[str, Any], params: Mapping[str, Any], compile_whole: Callable[[], CompiledRule]) -> CompiledRule:
    """The rule of the data, with every parameter given; `compile_whole` compiles it where more is asked of it."""
    whole = cache(compile_whole)

    def formula(of: list[Any] | None, pick: Callable[[CompiledRule], Formula | None]) -> Formula | None:
        return None if of is None else certain(of, pick)

    def certain(of: list[Any], pick: Callable[[CompiledRule], Formula | None]) -> Formula:
        def expression() -> Expression:
            found = pick(whole())
            assert found is not None  # noqa: S101 the data is that of the same rule
            return found.expression

        return Formula(Written(of[1], expression), of[0])

    def passing() -> Callable[..., Any]:
        found = linked(data["passing"])
        if found is None:
            compiled = whole().passing
            assert compiled is not None  # noqa: S101 the data is that of the same rule
            found = compiled.function
        return found

    return CompiledRule(
        subjects=tuple(data["subjects"]),
        names=tuple(data["names"]),
        params=params,
        when=formula(data["when"], lambda rule: rule.when),
        needs=_paths(data["needs"]),
        each=formula(data["each"], lambda rule: rule.each),
        each_pointer=None if data["each_pointer"] is None else tuple(data["each_pointer"]),
        item_keys=tuple(data["item_keys"]),
        item_needs=_paths(data["item_needs"]),
        where=formula(data["where"], lambda rule: rule.where),
        lets=tuple(
            Let(name, certain(of, lambda rule, index=index: rule.lets[index].formula), of_self, of_item)  # type: ignore[misc]
            for index, (name, of, of_self, of_item) in enumerate(data["lets"])
        ),
        checks=tuple(
            CompiledCheck(
                clause=check["clause"],
                that=certain(check["that"], lambda rule, index=index: rule.checks[index].that),  # type: ignore[misc]
                at=check["at"] and Target(check["at"][0], tuple(check["at"][1])),
                message=_message(check["message"]),
                severity=check["severity"],
            )
            for index, check in enumerate(data["checks"])
        ),
        passing=Passing(data["given"], passing, ready=True) if data["passing"] else None,
    )


def _paths(listed: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(tuple, listed))


def _message(parts: list[Any]) -> Message:
    return Message(tuple(part if isinstance(part, str) else Hole(part[0], tuple(part[1])) for part in parts))
