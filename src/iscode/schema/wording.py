"""A record that its schema refuses -> refusals in our own words, one for each thing to mend.

jsonschema-rs has decided that the record is refused; jsonschema only finds every reason (patterns by RE2, days and
repeated items as the decider has them). Should it find none, the reason of the decider is worded: never silence.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from iscode.document import Document, Pointer, Refusal
from iscode.expr.patterns import pattern_of
from iscode.schema import fields

Schema = Mapping[str, Any]

LIMIT: Final = 50
"""Refusals of one record; the rest is not looked for, so that a hostile record costs no more than a careless one."""
_UNITS: Final = {"Length": "characters", "Items": "items", "Properties": "entries"}
SHOWN: Final = 60
"""Characters of a value in a message: who reads it knows the place, and a secret does not travel."""


class Reason(NamedTuple):
    """One reason of a validator: where in the record, and which keyword refuses it."""

    pointer: Pointer
    keyword: str


def refusals(document: Document, name: str, schema: Schema, decided: tuple[Pointer, str]) -> tuple[Refusal, ...]:
    """Why `document` is refused by `schema` (the kind `name`), ordered by place; never empty."""
    decider = Reason(*decided)
    found = dict.fromkeys(islice(_reasons(document.value, schema), LIMIT * 4)) or {decider: None}
    typed = {reason.pointer for reason in found if reason.keyword == "type"}
    told = (reason for reason in found if reason.keyword == "type" or reason.pointer not in typed)
    worded = (refusal for reason in told for refusal in _worded(document, name, schema, reason))
    first = _folded(list(islice(worded, LIMIT)))
    if not first:
        words = f"{name} is refused by {decider.keyword!r}"
        first = [Refusal(decider.pointer, document.place(decider.pointer), decider.keyword, words, "")]
    if next(worded, None) is not None:
        hint = "mend the others first, then look again"
        first.append(Refusal((), document.place(()), "refusals", f"{name} is refused for further reasons", hint))
    return tuple(sorted(first, key=lambda refusal: (refusal.place, refusal.keyword, refusal.message)))


def repeated_items(document: Document, lists: Iterable[tuple[fields.Path, tuple[str, ...]]]) -> Iterator[Refusal]:
    """Items of one list that share the name that their `x-key` gives them."""
    for path, keys in lists:
        for pointer, items in fields.values(document.value, path):
            seen: set[str] = set()
            for index, item in enumerate(items):
                name = item_name(item, keys)
                if name in seen:
                    words = f"{show(name)} names two items of `{fields_path(pointer)}`"
                    hint = f"make {' and '.join(f'`{key}`' for key in keys)} tell the items apart"
                    yield _refusal(document, (*pointer, index), "x-key", words, hint)
                seen.add(name)


def item_name(item: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """The name of a list's item by its `x-key`, which the schema requires in it: the values joined by `/`."""
    return str(item[keys[0]]) if len(keys) == 1 else "/".join(str(item[key]) for key in keys)


def show(value: object) -> str:
    """A value as a message shows it: one line, cut at 60 characters."""
    return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str) -> str:
    """A text as a message shows it: no longer than 60 characters."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


@lru_cache(maxsize=4096)
def fields_path(pointer: Pointer) -> str:
    """A pointer as people write it: `holders[0].person`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in pointer)
    return text.removeprefix(".")


def _reasons(value: Any, schema: Schema) -> Iterator[Reason]:
    for error in _validator_class()(schema, format_checker=_formats()).iter_errors(value):
        yield Reason(tuple(error.absolute_path), str(error.validator))


@cache
def _validator_class() -> Any:
    """jsonschema's validator with what it does otherwise, or in n² steps. Imported here: only a refusal needs it."""
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and pattern_of(pattern).search(instance) is None:
            yield ValidationError("pattern")

    def unique(_: Any, wanted: bool, instance: Any, __: Any) -> Iterator[ValidationError]:
        if wanted and isinstance(instance, list) and _repeated(instance) is not None:
            yield ValidationError("uniqueItems")

    return extend(Draft202012Validator, {"pattern": pattern, "uniqueItems": unique})  # type: ignore[no-untyped-call]


@cache
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date")(lambda value: not isinstance(value, str) or fields.is_day(value))
    return checker


def _repeated(items: list[Any]) -> int | None:
    """The index of the first item that equals an earlier one, as JSON Schema has it: 1 is 1.0 and not true."""
    seen: set[object] = set()
    for index, item in enumerate(items):
        same = _same(item)
        if same in seen:
            return index
        seen.add(same)
    return None


def _same(value: Any) -> object:
    """What can be hashed, and is equal exactly where two values of JSON are."""
    match value:
        case bool():
            return bool, value
        case dict():
            return frozenset((key, _same(inner)) for key, inner in value.items())
        case list():
            return tuple(map(_same, value))
        case _:
            return value


def _worded(document: Document, name: str, schema: Schema, reason: Reason) -> Iterator[Refusal]:
    """The refusals of one reason: one for each missing or unknown key, else one."""
    value, node = _follow(document.value, schema, reason.pointer)
    owner = ".".join((name, *(str(step) for step in reason.pointer if not isinstance(step, int))))
    match reason.keyword:
        case "required":
            for key in node["required"]:
                if key not in value:
                    hint = f"add `{key}:`{_described(node['properties'][key])}"
                    yield _refusal(document, reason.pointer, "required", f"{owner} needs `{key}`", hint, key)
        case "additionalProperties":
            known = list(node["properties"])
            for key in value:
                if key not in node["properties"]:
                    words, pointer = f"{owner} has no key `{cut(key)}`", (*reason.pointer, key)
                    yield _refusal(document, pointer, "additionalProperties", words, _guess(key, known))
        case "uniqueItems":
            index = _repeated(value) or 0
            words = f"`{fields_path(reason.pointer)}` holds {show(value[index])} twice"
            yield _refusal(document, (*reason.pointer, index), "uniqueItems", words, "remove the repetition")
        case keyword:
            message, hint = _sentence(keyword, value, node, f"`{fields_path(reason.pointer) or name}`")
            yield _refusal(document, reason.pointer, keyword, message, hint)


def _sentence(keyword: str, value: Any, node: Schema, field: str) -> tuple[str, str]:
    """What is wrong with one value, and what to do."""
    bound = node.get(keyword)
    match keyword:
        case "type":
            return f"{field} must be {TYPES[node['type']]}, not {_kind_of(value)}", _retyped(value, node)
        case "enum":
            return f"{field} is {show(value)}, which is none of its words", _guess(value, list(map(str, node["enum"])))
        case "const":
            return f"{field} must be {show(bound)}, not {show(value)}", ""
        case "format":
            return f"{field} is {show(value)}, which is no day", 'write a day of the calendar as "2026-11-24"'
        case "pattern":
            return f"{field} is {show(value)}, which does not have its form", f"it must match {bound}{_described(node)}"
        case _:
            return bounded(keyword, value, node, field)


def bounded(keyword: str, value: Any, node: Schema, field: str) -> tuple[str, str]:
    """What is wrong with a value that a bound of its schema refuses, and what to do; of another keyword, its name."""
    bound = node.get(keyword)
    match keyword:
        case "minimum" | "maximum":
            side = "least" if keyword == "minimum" else "most"
            hint = f"write {bound} or {'more' if side == 'least' else 'less'}"
            return f"{field} is {show(value)}, the {side} allowed is {bound}", hint
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            side = "least" if keyword.startswith("min") else "most"
            unit = _UNITS[keyword[3:]]
            return f"{field} has {len(value)} {unit}, the {side} allowed is {bound}", f"write at {side} {bound}"
        case _:
            return f"{field} is refused by {keyword!r}", ""


def _folded(found: list[Refusal]) -> list[Refusal]:
    """One mistyped key is one refusal: the unknown key absorbs the missing one that it resembles."""
    missing = [refusal.pointer for refusal in found if refusal.keyword == "required"]
    absorbed: set[Pointer] = set()
    for refusal in found:
        if refusal.keyword == "additionalProperties":
            parent, key = refusal.pointer[:-1], str(refusal.pointer[-1])
            wanted = [str(other[-1]) for other in missing if other[:-1] == parent and other not in absorbed]
            absorbed |= {(*parent, match) for match in difflib.get_close_matches(key, wanted, 1)}
    return [refusal for refusal in found if refusal.keyword != "required" or refusal.pointer not in absorbed]


def _refusal(document: Document, pointer: Pointer, keyword: str, message: str, hint: str, key: str = "") -> Refusal:
    """A refusal; a missing key is placed at its parent and named by its own pointer, so that each has an identity."""
    return Refusal((*pointer, key) if key else pointer, document.place(pointer), keyword, message, hint)


def _follow(value: Any, schema: Schema, pointer: Pointer) -> tuple[Any, Schema]:
    for step in pointer:
        value = value[step]
        child = schema.get("properties", {}).get(step)
        schema = child if child is not None else schema["items" if isinstance(step, int) else "additionalProperties"]
    return value, schema


def _guess(word: object, known: list[str]) -> str:
    close = difflib.get_close_matches(str(word), known, 1)
    return f"did you mean `{close[0]}`?" if close else f"one of: {', '.join(sorted(known)[:20])}"


def _described(node: Schema) -> str:
    return f" ({node['description']})" if "description" in node else ""


TYPES: Final[Mapping[str, str]] = {
    "string": "text",
    "array": "a list",
    "object": "a map",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def _kind_of(value: object) -> str:
    match value:
        case dict():
            return "a map"
        case list():
            return "a list"
        case str():
            return f"text ({show(value)})"
        case _:
            return f"{'true or false' if isinstance(value, bool) else 'a number'} ({show(value)})"


def _retyped(value: object, node: Schema) -> str:
    """What its author most likely has to do with a value of the wrong type."""
    match node["type"], value:
        case "string", bool() | int() | float():
            return "quote it, as it is written"
        case "string", list() | dict():
            return "write one text, without brackets, braces or dashes"
        case "object", _:
            return "write its keys below it, each with its value"
        case "array", str() | bool() | int() | float() | dict():
            return "put it into a list: begin its line with `- `"
        case "integer" | "number", str():
            return "write it in digits, without quotes"
        case "boolean", str():
            return "write true or false, without quotes"
        case wanted, _:
            return f"write {TYPES[wanted]}"
