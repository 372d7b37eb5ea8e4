"""A document and one value for a place in it -> the same file, in which nothing but that value is written anew.

Comments, order, quotes and line ends stay. What was made is read again: it holds what was there and the new value, and
every comment but those of what was taken out, or there is no edit. So the cutting below may be simple: where a file is
written in a way it does not know, it gives up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from iscode.document.comments import comments
from iscode.document.libyaml import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, events
from iscode.document.model import CEILING, Document, Pointer
from iscode.document.reader import read
from iscode.document.writer import node as lines_of
from iscode.document.writer import quoted, scalar

Span = tuple[int, int]
"""From one code point of a text to before another."""
_WIDE: Final = 100
"""Characters of a list that is written into one line."""


@dataclass(slots=True)
class Node:
    """Where a value stands in the text, in code points: `start` to `end`; `at` is where its entry or item begins."""

    what: Literal["map", "list", "scalar"]
    step: str | int
    at: int
    start: int
    end: int
    style: str | None = None
    """The quotes of a scalar, or the sign before a block of text."""
    flow: bool = False
    """Whether it is in brackets, or inside what is."""
    inner: list[Node] = field(default_factory=list)

    def last(self, text: str) -> int:
        """The end of what it says, without the blank lines and comments that a block seems to hold."""
        if self.inner and not self.flow:
            return self.inner[-1].last(text)
        return self.start + len(text[self.start : self.end].rstrip())


def edited(document: Document, pointer: Pointer, value: Any, order: Sequence[str] = ()) -> Document | None:
    """The document with `value`, a scalar or a list of scalars, at a pointer to a key; None takes the entry out.

    A new key stands behind those that come before it in `order`, or last. Gives None where the map that would hold it
    is not there, and where the file is written so that something else would change as well, or lose its comment.
    """
    expected, key = deepcopy(document.value), str(pointer[-1])
    held: Any = expected
    parent = tree_of(document.source)
    for step in pointer[:-1]:
        below = next((inner for inner in parent.inner if inner.step == step), None)
        if below is None or held is None:
            return None
        held, parent = held[step], below
    if not isinstance(held, dict):
        return None
    old = held.pop(key, None)
    if value is not None:
        held[key] = value
    text = document.source.decode("utf-8")
    said = comments(document.source)
    for made, gone in _forms(text, parent, key, old, value, order):
        again = read(document.path, made.encode("utf-8"), CEILING)
        if same_value(again.value, expected):
            kept = [words for at, words in said if not any(begin <= at < end for begin, end in gone)]
            if kept == [words for _, words in comments(again.source)]:
                return again
    return None


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are the same to the type: 1 is not true, and the order of keys is no matter."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def tree_of(source: bytes) -> Node:
    """Where each value of a file stands that was read without a refusal."""
    following = events(source)
    first: Any = next(filter(lambda event: type(event) is MappingStartEvent, iter(following, None)))
    root = Node("map", "", 0, first.start_mark.index, 0, flow=first.flow_style)
    _fill(root, following)
    return root


def _fill(parent: Node, following: Callable[[], Any]) -> None:
    """Read what a map or a list holds, up to its end."""
    while type(event := following()) not in (MappingEndEvent, SequenceEndEvent):
        step: str | int = len(parent.inner)
        at = event.start_mark.index
        if parent.what == "map":
            step, event = event.value, following()
        begin, end = event.start_mark.index, event.end_mark.index
        if type(event) is ScalarEvent:
            parent.inner.append(Node("scalar", step, at, begin, end, event.style, parent.flow))
            continue
        what: Literal["map", "list"] = "map" if type(event) is MappingStartEvent else "list"
        inner = Node(what, step, at, begin, end, flow=event.flow_style)
        parent.inner.append(inner)
        _fill(inner, following)
    parent.end = event.end_mark.index


def _forms(
    text: str, parent: Node, key: str, old: Any, value: Any, order: Sequence[str]
) -> Iterator[tuple[str, list[Span]]]:
    """The texts that the edit may come to, the one that changes least first, each with what was cut out of the old."""
    place = next((number for number, inner in enumerate(parent.inner) if inner.step == key), None)
    if place is None:
        yield from () if value is None else ((made, []) for made in _added(text, parent, key, value, order))
        return
    node = parent.inner[place]
    if value is None:
        if gone := cut(text, parent, place, place + 1):
            yield without(text, gone), [gone]
    elif node.what == "scalar" and not isinstance(value, list):
        yield from ((made, []) for made in _rewritten(text, node, value))
    elif node.what == "list" and isinstance(value, list) and all(inner.what == "scalar" for inner in node.inner):
        yield from _listed(text, node, old, value)


def _rewritten(text: str, node: Node, value: Any) -> Iterator[str]:
    """Another scalar in the place of one, in its quotes if it has some."""
    for form in _scalars(value, node, column_of(text, node.at)):
        yield text[: node.start] + ended(form, text) + text[node.last(text) :]


def _scalars(value: Any, node: Node, column: int) -> Iterator[str]:
    """The ways to write a scalar whose entry begins at a column; one that means something else is found out."""
    if isinstance(value, str):
        if node.style == "'" and value.isprintable():
            yield "'{}'".format(value.replace("'", "''"))
        elif node.style == '"':
            yield quoted(value)
    if not node.flow:
        yield "\n".join(lines_of("", value, column)).removeprefix(" ")
    yield scalar(value)
    if isinstance(value, str):
        yield quoted(value)


def _bracketed(values: Sequence[Any]) -> str:
    """Scalars as they stand in brackets, each in quotes where it needs some there."""
    return ", ".join(
        quoted(value) if isinstance(value, str) and not set(value).isdisjoint(",[]{}") else scalar(value)
        for value in values
    )


def _added(text: str, parent: Node, key: str, value: Any, order: Sequence[str]) -> Iterator[str]:
    """One more entry, behind those that come before it."""
    before = order[: order.index(key)] if key in order else [inner.step for inner in parent.inner]
    places = [number for number, inner in enumerate(parent.inner) if inner.step in before]
    name = scalar(key)
    short = f"{name}: [{_bracketed(value)}]" if isinstance(value, list) else f"{name}: {_bracketed([value])}"
    if parent.flow:
        yield _inserted(text, parent, max(places, default=-1) + 1, short)
        return
    column, place = column_of(text, parent.inner[0].at), max(places, default=0)
    if isinstance(value, list) and column + len(short) <= _WIDE:
        yield put_below(text, parent.inner[place], [" " * column + short])
    yield put_below(text, parent.inner[place], lines_of(f"{' ' * column}{name}:", value, column))


def _listed(text: str, node: Node, old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[str, list[Span]]]:
    """A list with other items: those that stay are not touched. From the back, so that what is in front stays right."""
    known, wanted = (list(map(json.dumps, values)) for values in (old, new))
    cuts: list[Span] = []
    for _, first, last, begin, end in reversed(SequenceMatcher(None, known, wanted, autojunk=False).get_opcodes()):
        both = min(last - first, end - begin)
        if last > first + both:
            gone = cut(text, node, first + both, last)
            if gone is None or ("#" in text[slice(*gone)] and not set(known[first + both : last]).isdisjoint(wanted)):
                return  # one that goes to another place would lose its comment
            text = without(text, gone)
            cuts.append(gone)
        elif end > begin + both:
            text = _more(text, node, first + both, new[begin + both : end])
        for number in reversed(range(both)):
            if known[first + number] != wanted[begin + number]:
                item, value = node.inner[first + number], new[begin + number]
                form = _bracketed([value]) if item.style is None else next(_scalars(value, item, 0))
                text = text[: item.start] + ended(form, text) + text[item.last(text) :]
    yield text, cuts


def without(text: str, gone: Span) -> str:
    """The text with something cut out of it."""
    return text[: gone[0]] + text[gone[1] :]


def cut(text: str, parent: Node, first: int, last: int) -> Span | None:
    """What goes with the entries or items from the one to before the other: what is between them and beside the last.

    In a block that is their lines, in brackets too where nothing else stands on these; else all up to a neighbour, and
    None where a comment of others would go, or their own would stay beside a neighbour.
    """
    inner = parent.inner
    begin, end = inner[first].at, inner[last - 1].last(text)
    if "\r" in text.replace("\r\n", ""):
        return None  # lines end there too, and are not told apart here
    line, below = line_start(text, begin), line_after(text, end)
    if not parent.flow:
        return line, below
    before = inner[first - 1].end if first else parent.start + 1
    after = inner[last].at if last < len(inner) else parent.end - 1
    if before <= line and below <= after:
        comma, sign, _ = text[end:below].partition("#")
        if not text[line:begin].strip() and (last == len(inner) or "," in comma):
            return line, below
        if first and sign:
            return None
    if first:
        return None if "#" in text[before:begin] else (before, end)
    return None if "#" in text[below:after] else (begin, after)


def _more(text: str, node: Node, place: int, values: Sequence[Any]) -> str:
    """Items put in before the one at a place."""
    if node.flow:
        return _inserted(text, node, place, _bracketed(values))
    first = line_start(text, node.inner[0].at)
    column = len(text[first:]) - len(text[first:].lstrip(" "))
    lines = [line for value in values for line in lines_of(f"{' ' * column}-", value, column)]
    if place:
        return put_below(text, node.inner[place - 1], lines)
    return text[:first] + ended("\n".join([*lines, ""]), text) + text[first:]


def _inserted(text: str, parent: Node, place: int, form: str) -> str:
    """What stands in brackets with something more before the entry or item at a place."""
    inner = parent.inner
    if place:
        return f"{text[: inner[place - 1].end]}, {form}{text[inner[place - 1].end :]}"
    at = inner[0].at if inner else parent.start + 1
    return f"{text[:at]}{form}{', ' if inner else ''}{text[at:]}"


def put_below(text: str, node: Node, lines: Iterable[str]) -> str:
    """The text with lines below those of an entry or item."""
    at = line_after(text, node.last(text))
    begin = "" if text[:at].endswith("\n") else "\n"
    return text[:at] + ended(begin + "\n".join([*lines, ""]), text) + text[at:]


def ended(form: str, text: str) -> str:
    """What is put in, with the line ends of the file."""
    return form.replace("\n", "\r\n") if "\r\n" in text else form


def line_start(text: str, at: int) -> int:
    """Where the line begins in which something stands."""
    return text.rfind("\n", 0, at) + 1


def line_after(text: str, at: int) -> int:
    """Where the next line begins."""
    return text.find("\n", at) + 1 or len(text)


def column_of(text: str, at: int) -> int:
    """The column of something in its line, from 0."""
    return at - line_start(text, at)
