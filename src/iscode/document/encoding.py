"""Bytes -> the first thing that keeps them from being parsed at all: size, encoding, characters."""

from __future__ import annotations

import re
from typing import Final

from iscode.document.model import LINE_END, Limits, Refusal
from iscode.document.wording import worded
from iscode.errors import Place

_PLAIN: Final = bytes([9, 10, 13, *range(0x20, 0x7F)])
_LINE_SEPARATORS: Final = "\x85\u2028\u2029"
_CONTROL: Final = "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_CONFLICT: Final = re.compile(r"(?:^|(?<=[\r\n]))(?:<{7}|>{7})(?: |[\r\n]|\Z)").search
_DIRECTIVE: Final = re.compile(r"(?:[ \t]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n))*+%").match


def barrier(path: str, data: bytes, limits: Limits) -> Refusal | None:
    """Why `data` is not given to the parser; None if it may be. `path` only names the place."""
    if len(data) > limits.file_bytes:
        return refused(path, "", 0, "file-size", str(limits.file_bytes))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return refused(path, before, len(before), "encoding")
    if text.startswith("\ufeff"):
        return refused(path, text, 0, "bom")
    return _characters(path, text, data) or _marker(path, text)


def _characters(path: str, text: str, data: bytes) -> Refusal | None:
    if not data.translate(None, _PLAIN):
        return None
    found = re.search(_CONTROL, text)  # compiled where it is needed first: it takes as long as forty files
    if found is None:
        return None
    keyword = "line-separator" if found[0] in _LINE_SEPARATORS else "control"
    return refused(path, text, found.start(), keyword, f"U+{ord(found[0]):04X}")


def _marker(path: str, text: str) -> Refusal | None:
    if ("<<<<<<<" in text or ">>>>>>>" in text) and (found := _CONFLICT(text)):
        return refused(path, text, found.start(), "conflict")
    if "%" in text and (found := _DIRECTIVE(text)):
        return refused(path, text, found.end() - 1, "directive")
    return None


def refused(path: str, text: str, offset: int, keyword: str, detail: str = "") -> Refusal:
    """The refusal of what stands at `offset` of `text`."""
    line, start = 1, 0
    for end in LINE_END.finditer(text, 0, offset):
        line, start = line + 1, end.end()
    return Refusal((), Place(path, line, offset - start + 1), keyword, *worded(keyword, detail))
