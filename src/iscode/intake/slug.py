"""Any text -> a name of lower-case letters, digits and hyphens that can be an id."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

_LONGEST: Final = 96
_LETTERS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"}
)
_WORD: Final = re.compile(r"[a-z0-9]+")


def slug(text: str) -> str:
    """`text` in 1 to 96 of the characters a-z, 0-9 and -; the same text always gives the same name.

    Letters lose their accents. Where anything had to be left out, a letter of another script or an end that is
    too long, a digest of the whole text follows, so that two texts do not become one name.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(sign for sign in folded if not unicodedata.combining(sign)).translate(_LETTERS)
    name = "-".join(_WORD.findall(kept))
    if name and len(name) <= _LONGEST and all(sign.isascii() or not sign.isalnum() for sign in kept):
        return name
    digest = hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
    return f"{name[: _LONGEST - 9].rstrip('-')}-{digest[:8]}".lstrip("-")
