"""A document -> the same file with a key of another name, a value in another place, or one more entry in a list.

As in `editing`, nothing else changes and no comment is lost, what was made is read again, and where the file is written
in a way that the cutting does not know, there is no edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from iscode.document.comments import comments
from iscode.document.editing import (
    Node,
    cut,
    edited,
    line_after,
    line_start,
    put_below,
    same_value,
    tree_of,
)
from iscode.document.model import CEILING, Document, Pointer, value_at
from iscode.document.reader import read
from iscode.document.writer import node as lines_of
from iscode.document.writer import quoted, scalar


def renamed(document: Document, pointer: Pointer, key: str) -> Document | None:
    """The document with another key in the place of the last one of a pointer; what stands at it is not touched.

    None where the map has that key already, is not there, or writes its key in a way that cannot be told apart.
    """
    expected, old = deepcopy(document.value), str(pointer[-1])
    held, parent = _at(expected, document, pointer[:-1])
    if not isinstance(held, dict) or parent is None or old not in held or key in held:
        return None
    held[key] = held.pop(old)
    text = document.source.decode("utf-8")
    node = next(inner for inner in parent.inner if inner.step == old)
    for written in (old, f'"{old}"', f"'{old}'"):
        if text.startswith(written, node.at):
            made = text[: node.at] + scalar(key) + text[node.at + len(written) :]
            return _read(document, made, expected)
    return None


def moved(document: Document, pointer: Pointer, target: Pointer) -> Document | None:
    """The document with the value at a pointer at another one: a scalar or a list of scalars, with the comment beside.

    The map that shall hold it is made where it is missing, one level deep, in a file in block style. None where the
    target is there already, where any comment would be lost, and where `edited` gives none.
    """
    value = value_at(document.value, pointer)
    if value is None or value_at(document.value, target) is not None:
        return None
    comment = _comment(document, pointer)
    if comment is None:
        return None
    without = edited(document, pointer, None)
    if without is None:
        return None
    made = edited(without, target, value)
    if made is None and len(target) > 1 and value_at(without.value, target[:-1]) is None:
        in_brackets = tree_of(without.source).flow
        made = None if in_brackets else edited(without, target[:-1], {str(target[-1]): value})
    if made is not None and comment:
        made = _commented(made, target, comment)
    return made if made is not None and sorted(_said(made)) == sorted(_said(document)) else None


def appended(document: Document, key: str, entry: Mapping[str, Any]) -> Document | None:
    """The document with one more entry, a map of scalars, at the end of the list at a key of its top.

    The list is made where it is missing. None where the file is written so that something else would change as well.
    """
    expected = deepcopy(document.value)
    if not isinstance(expected, dict) or not isinstance(expected.setdefault(key, []), list):
        return None
    expected[key].append(dict(entry))
    text = document.source.decode("utf-8")
    for made in _longer(text, tree_of(document.source), key, entry):
        again = _read(document, made, expected)
        if again is not None:
            return again
    return None


def _longer(text: str, top: Node, key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """The texts that the longer list may come to."""
    short = (
        "{"
        + ", ".join(
            f"{name}: {quoted(value) if isinstance(value, str) else scalar(value)}" for name, value in entry.items()
        )
        + "}"
    )
    listed = next((inner for inner in top.inner if inner.step == key), None)
    if listed is None and not top.flow:
        yield put_below(text, top.inner[-1], lines_of(f"{key}:", [dict(entry)], 0))
    elif listed is not None and listed.flow:
        at = listed.inner[-1].end if listed.inner else listed.start + 1
        yield f"{text[:at]}{', ' if listed.inner else ''}{short}{text[at:]}"
    elif listed is not None and listed.inner:
        first = text[line_start(text, listed.inner[0].at) :]
        column = len(first) - len(first.lstrip(" "))
        lines = list(lines_of("", [dict(entry)], column - 2))[1:]
        yield put_below(text, listed.inner[-1], lines)


def _at(value: Any, document: Document, pointer: Pointer) -> tuple[Any, Node | None]:
    """What a pointer leads to, and where that stands; no place where there is none."""
    node: Node | None = tree_of(document.source)
    for step in pointer:
        node = next((inner for inner in node.inner if inner.step == step), None) if node else None
        if node is None:
            return None, None
        value = value[step]
    return value, node


def _comment(document: Document, pointer: Pointer) -> str | None:
    """The comment beside a value, with the blanks before it; "" without one, None for one that stands otherwise."""
    _, parent = _at(document.value, document, pointer[:-1])
    steps = [inner.step for inner in parent.inner] if parent is not None else []
    if parent is None or pointer[-1] not in steps:
        return None
    text, place = document.source.decode("utf-8"), steps.index(pointer[-1])
    gone = cut(text, parent, place, place + 1)
    if gone is None:
        return None
    said = [(at, words) for at, words in comments(document.source) if gone[0] <= at < gone[1]]
    if not said:
        return ""
    [(at, words), *more] = said
    node = parent.inner[place]
    last = node.last(text)
    if more or at < last or "\n" in text[node.at : last]:
        return None
    before = text[last:at]
    return (before[len(before.rstrip(" \t")) :] or " ") + words


def _commented(document: Document, pointer: Pointer, comment: str) -> Document | None:
    """The document with a comment beside the value at a pointer, which stands on one line."""
    _, node = _at(document.value, document, pointer)
    text = document.source.decode("utf-8")
    if node is None or "\n" in text[node.at : node.last(text)]:
        return None
    last = node.last(text)
    if text[last : line_after(text, last)].strip():
        return None
    return _read(document, text[:last] + comment + text[last:], document.value)


def _said(document: Document) -> list[str]:
    return [words for _, words in comments(document.source)]


def _read(document: Document, made: str, expected: Any) -> Document | None:
    """What was made, read again; None where it holds anything else than what was wanted."""
    again = read(document.path, made.encode("utf-8"), CEILING)
    return again if same_value(again.value, expected) else None
