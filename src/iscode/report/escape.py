"""Text that somebody else wrote -> text that a terminal only shows: nothing in it moves, colours or reorders."""

from __future__ import annotations

import re
from typing import Final

LIVE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
"""C0 and C1 controls, line separators, bidirectional marks, invisible and unpaired characters."""


def terminal(text: str, width: int | None = None) -> str:
    """The text on one line with each live character as `\\xNN` or `\\uNNNN`; cut to `width` characters if given."""
    if width is not None and len(text) > width:
        text = f"{text[: width - 1]}…"
    return LIVE.sub(lambda match: _escaped(ord(match[0])), text)


def _escaped(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
