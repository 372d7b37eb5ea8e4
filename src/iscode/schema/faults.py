"""A document that its model refuses -> what is wrong with it first, in our own words.

msgspec has decided, and tells one thing; jsonschema finds every fault by the schema of the model, so that the one can
be told that its author can use. Should it find none, the words of the decider are told: never silence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from iscode.document import Document, Pointer
from iscode.errors import Place
from iscode.schema.wording import TYPES, bounded, fields_path, show

_HINTS: Final = {
    "text": "put quotes around what is written",
    "a list": "put it into a list: [a, b], or a line with `- ` for each",
    "a map": "write its keys below it, each with its value",
    "true or false": "write true or false, without quotes",
    "a whole number": "write digits alone: no quotes, no point",
    "a number": "write it in digits, without quotes",
}
"""What should stand there -> what its author does."""
_PATH: Final = re.compile(r"(?P<words>.*?)(?: - at `(?:key` in `)?\$(?P<path>.*)`)?", re.DOTALL)
_STEP: Final = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


class Fault(NamedTuple):
    """What is wrong at a pointer, and what to do; `keyword` of the model's schema refuses it."""

    pointer: Pointer
    keyword: str
    message: str
    hint: str


def first(document: Document, model: Any, decided: str) -> Fault:
    """The fault that is told; `decided` are the words of msgspec, as they are."""
    found = dict.fromkeys(faults(document.value, model)) or {_worded(decided): None}
    above = {fault.pointer[:size] for fault in found for size in range(len(fault.pointer))}

    def rank(fault: Fault) -> tuple[bool, bool, bool, Place]:
        # A mistyped key is unknown, and missing under its right name: its author sees the first. Of a union each
        # member has its faults: those of the one that fits best lie deepest.
        return (
            fault.keyword == "required",
            fault.pointer in above,
            fault.keyword == "type",
            document.place(fault.pointer),
        )

    return min(found, key=rank)


def faults(value: object, model: Any) -> Iterator[Fault]:
    """Everything that is wrong with a value by the schema of a model, in no order."""
    validator = _validator_class()(msgspec.json.schema(model))
    for error in _single(validator.iter_errors(value)):
        yield from _told(error)


def schema_of(model: Any) -> dict[str, Any]:
    """The JSON Schema of a model, for editors."""
    schema: dict[str, Any] = _shown(msgspec.json.schema(model))
    return schema


def _shown(node: Any) -> Any:
    """A schema with each pattern as JSON Schema writes it: there the end of a text is `$`."""
    if isinstance(node, dict):
        return {key: _end(inner) if key == "pattern" else _shown(inner) for key, inner in node.items()}
    return [_shown(inner) for inner in node] if isinstance(node, list) else node


def _end(pattern: Any) -> Any:
    return (
        pattern.removesuffix(r"\Z") + "$" if isinstance(pattern, str) and pattern.endswith(r"\Z") else _shown(pattern)
    )


@cache
def _validator_class() -> Any:
    """jsonschema's validator with the numbers of msgspec: 1.0 is no whole number."""
    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    return extend(Draft202012Validator, {"enum": _enum}, type_checker=checker)  # type: ignore[no-untyped-call]


def _enum(_: Any, words: Iterable[object], value: object, __: Any) -> Iterator[ValidationError]:
    if not any(type(word) is type(value) and word == value for word in words):
        yield ValidationError("enum")


def _single(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors, in place of a union's those of each of its members; that nothing may stand there is no advice."""
    for error in errors:
        if error.validator == "anyOf":
            yield from _single(inner for inner in error.context or () if inner.schema != {"type": "null"})
        else:
            yield error


def _told(error: ValidationError) -> Iterator[Fault]:
    """What one error of jsonschema comes to: one fault for each missing or unknown key, else one."""
    pointer, keyword = tuple(error.absolute_path), str(error.validator)
    value: Any = error.instance
    node: Any = error.schema
    if keyword == "required":
        for key in node["required"]:
            if key not in value:
                path = fields_path((*pointer, key))
                yield Fault((*pointer, key), keyword, f"`{path}` is missing", f"add `{key}:`")
    elif keyword == "additionalProperties":
        known = sorted(node["properties"])
        for key in value:
            if key not in known:
                yield Fault(
                    (*pointer, key), keyword, f"unknown key `{fields_path((*pointer, key))}`", _guess(key, known)
                )
    else:
        if "propertyNames" in error.absolute_schema_path:
            pointer = (*pointer, str(value))
        yield Fault(pointer, keyword, *_sentence(keyword, value, node, f"`{fields_path(pointer)}`"))


def _sentence(keyword: str, value: Any, node: Mapping[str, Any], field: str) -> tuple[str, str]:
    """What is wrong with one value, and what to do."""
    match keyword:
        case "type":
            wanted = TYPES[node["type"]]
            return f"{field} must be {wanted}", _HINTS[wanted]
        case "enum":
            words = [str(word) for word in node["enum"]]
            close = difflib.get_close_matches(str(value), words, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"one of: {', '.join(words)}"
            return f"{field} is {show(value)}, which is none of its words", hint
        case "pattern":
            return f"{field} is {show(value)}, which does not have its form", f"it must match {_end(node['pattern'])}"
        case "minLength" | "minItems" | "minProperties" if not value:
            return f"{field} is empty", "write something, or remove the key"
        case _:
            return bounded(keyword, value, node, field)


def _guess(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"


def _worded(decided: str) -> Fault:
    """What msgspec says, as a fault; where it names a key of a map by dots alone, its pointer ends at the map."""
    found = _PATH.fullmatch(decided)
    words, path = (found["words"], found["path"] or "") if found else (decided, "")
    known = path.partition("[...]")[0]
    pointer = tuple(int(number) if number else name for name, number in _STEP.findall(known))
    where = f"`{fields_path(pointer)}`: " if pointer else ""
    return Fault(pointer, "", f"{where}{words[:1].lower()}{words[1:]}", "")
