"""A record that its schema refuses -> refusals in our own words, one for each thing to mend.

jsonschema-rs has decided that the record is refused; jsonschema only finds every reason (patterns by RE2, as the
decision has them). Should it find none, the reason of the decider is worded instead: never silence.
"""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import re2

from iscode.document import Document, Pointer, Refusal
from iscode.schema import fields

Schema = Mapping[str, Any]


class Reason(NamedTuple):
    """One reason of a validator: where in the record, and which keyword refuses it."""

    pointer: Pointer
    keyword: str


def refusals(document: Document, name: str, schema: Schema, decided: tuple[Pointer, str]) -> tuple[Refusal, ...]:
    """Why `document` is refused by `schema` (the kind `name`), ordered by place; never empty."""
    found = dict.fromkeys(_reasons(document.value, schema)) or {Reason(*decided): None}
    worded = [refusal for reason in found for refusal in _worded(document, name, schema, reason)]
    return tuple(sorted(_folded(worded), key=lambda refusal: (refusal.place, refusal.keyword, refusal.message)))


def repeated_items(document: Document, lists: Iterable[tuple[fields.Path, tuple[str, ...]]]) -> Iterator[Refusal]:
    """Items of one list that share the name that their `x-key` gives them."""
    for path, keys in lists:
        for pointer, items in fields.values(document.value, path):
            seen: set[str] = set()
            for index, item in enumerate(items):
                name = item_name(item, keys)
                if name is not None and name in seen:
                    words = f"{show(name)} names two items of `{fields_path(pointer)}`"
                    hint = f"make {' and '.join(f'`{key}`' for key in keys)} tell the items apart"
                    yield _refusal(document, (*pointer, index), "x-key", words, hint)
                elif name is not None:
                    seen.add(name)


def item_name(item: Any, keys: tuple[str, ...]) -> str | None:
    """The name of a list's item by its `x-key`: the values joined by `/`; None when none of the keys is there."""
    if not isinstance(item, dict) or not any(key in item for key in keys):
        return None
    return "/".join(str(item.get(key, "")) for key in keys)


def show(value: object) -> str:
    """A value as a message shows it: one line, cut at 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def fields_path(pointer: Pointer) -> str:
    """A pointer as people write it: `holders[0].person`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in pointer)
    return text.removeprefix(".")


def _reasons(value: Any, schema: Schema) -> Iterator[Reason]:
    for error in _validator_class()(schema, format_checker=_formats()).iter_errors(value):
        yield Reason(tuple(error.absolute_path), str(error.validator))


@cache
def _validator_class() -> Any:
    """jsonschema's validator, its patterns run by RE2. Imported here: only a refused record needs it."""
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and re2.search(pattern, instance) is None:
            yield ValidationError("pattern")

    return extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]


@cache
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())

    @checker.checks("date")
    def _(value: object) -> bool:
        return not isinstance(value, str) or _is_day(value)

    return checker


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and text.isascii() and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


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
                if key not in known:
                    yield _refusal(
                        document,
                        (*reason.pointer, key),
                        "additionalProperties",
                        f"{owner} has no key `{key}`",
                        _guess(key, known),
                        key,
                    )
        case keyword:
            message, hint = _sentence(keyword, value, node, f"`{fields_path(reason.pointer) or name}`")
            yield _refusal(document, reason.pointer, keyword, message, hint)


def _sentence(keyword: str, value: Any, node: Schema, field: str) -> tuple[str, str]:
    """What is wrong with one value, and what to do."""
    bound = node.get(keyword)
    match keyword:
        case "type":
            expected = {
                "string": "text",
                "array": "a list",
                "object": "a map",
                "integer": "a whole number",
                "number": "a number",
                "boolean": "true or false",
            }
            words = f"{field} must be {expected[node['type']]}, not {_kind_of(value)}"
            quotable = node["type"] == "string" and isinstance(value, bool | int | float)
            return words, f"quote it: {json.dumps(str(value))}" if quotable else ""
        case "enum":
            return f"{field} is {show(value)}, which is none of its words", _guess(
                value, [str(word) for word in node["enum"]]
            )
        case "const":
            return f"{field} must be {show(bound)}", ""
        case "format":
            return (
                f"{field} is {show(value)}, which is no {'day' if bound == 'date' else bound}",
                'write a day of the calendar as "2026-11-24"',
            )
        case "pattern":
            return (
                f"{field} is {show(value)}, which does not have its form",
                f"it must match {bound}{_described(node)}",
            )
        case "minimum" | "maximum":
            return (
                f"{field} is {show(value)}, the {'least' if keyword == 'minimum' else 'most'} allowed is {bound}",
                "",
            )
        case "minLength" | "maxLength" | "minItems" | "maxItems":
            side = "least" if keyword.startswith("min") else "most"
            unit = "characters" if keyword.endswith("Length") else "items"
            return (
                f"{field} has {len(value)} {unit}, the {side} allowed is {bound}",
                "",
            )
        case "uniqueItems":
            return f"{field} holds one item twice", "remove the repetition"
        case _:
            return f"{field} is refused by {keyword!r}", ""


def _folded(found: list[Refusal]) -> Iterator[Refusal]:
    """One mistyped key is one refusal: the unknown key absorbs the missing one that it resembles."""
    unknown = [refusal for refusal in found if refusal.keyword == "additionalProperties"]
    missing = {(refusal.pointer, refusal.keyword): refusal for refusal in found if refusal.keyword == "required"}
    absorbed = set()
    for refusal in unknown:
        parent, key = refusal.pointer[:-1], str(refusal.pointer[-1])
        wanted = [str(other.pointer[-1]) for other in missing.values() if other.pointer[:-1] == parent]
        absorbed |= {(*parent, match) for match in difflib.get_close_matches(key, wanted, 1)}
    for refusal in found:
        if refusal.keyword != "required" or refusal.pointer not in absorbed:
            yield refusal


def _refusal(document: Document, pointer: Pointer, keyword: str, message: str, hint: str, key: str = "") -> Refusal:
    """A refusal; a missing key is placed at its parent and named by its own pointer, so that each has an identity."""
    named = (*pointer, key) if keyword == "required" else pointer
    return Refusal(named, document.place(pointer), keyword, message, hint)


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


def _kind_of(value: object) -> str:
    names: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "a map"),
    )
    word = next(name for of, name in names if isinstance(value, of))
    return f"{word} ({show(value)})" if isinstance(value, bool | int | float | str) else word
