"""Patterns in the language of `.gitignore` -> a function of a path, in linear time on hostile input."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import re2

from iscode.errors import ConfigError

MOST_PATTERNS = 256
"""Patterns in one list."""
LONGEST_PATTERN = 256
"""Characters of one pattern."""

# A comment, a blank, a doubled slash, `**/` or a space at an end: it would not mean what it seems to.
_MISLEADING = re.compile(r"\A#|\A\s|\s\Z|//|\*\*/\Z|\A!?/?\Z|[\x00-\x1f\x7f]")
MOST_PATHS = 65_536
"""Answers of one list that are kept."""
TRANSLATED: Final = {
    "**": "[^/]",
    "compliance/**/*.[yY][aA][mM][lL]": r"^compliance(?:/.+)?/[^/]*\.[yY][aA][mM][lL](?:/|$)",
    "compliance/**/*.[yY][mM][lL]": r"^compliance(?:/.+)?/[^/]*\.[yY][mM][lL](?:/|$)",
}
"""What nearly every repository asks for and no more, as a search of RE2: a check need not import the library then."""

# `.` of RE2 does not match a line feed, and a folder may have one in its name. No pattern holds a control
# character, so any other one stands in for it.
_LINE_FEED, _STAND_IN = "\n", "\x01"


class Patterns:
    """A compiled list, as in `.gitignore`: the last match decides, `!` takes out; and case counts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        _require_bounds(patterns)
        self._patterns = tuple(patterns)
        self._match = _compile(self._patterns)

    def __call__(self, path: str) -> bool:
        """Say whether a file of this path is meant."""
        return self._match(path.replace(_LINE_FEED, _STAND_IN))

    def could_hold(self, path: str) -> bool:
        """Say whether this path, or one below it if it were a folder, could be meant. Never a wrong no."""
        text = path.replace(_LINE_FEED, _STAND_IN)
        heads = _heads(self._patterns, text.count("/") + 1)
        return heads is None or self._match(text) or _compile(heads)(text + "/_")


def compile(patterns: Sequence[str]) -> Patterns:  # noqa: A001
    """Compile a list of patterns. ConfigError for one that matches nothing by its form, or passes a limit."""
    return Patterns(patterns)


def _require_bounds(patterns: Sequence[str]) -> None:
    if len(patterns) > MOST_PATTERNS:
        raise ConfigError(f"more than {MOST_PATTERNS} patterns")
    for pattern in patterns:
        if len(pattern) > LONGEST_PATTERN or _MISLEADING.search(pattern):
            raise _invalid(pattern)


@lru_cache(maxsize=64)
def _compile(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    # A history asks for the same paths at each commit.
    keep = lru_cache(maxsize=MOST_PATHS)
    if TRANSLATED.keys() >= set(patterns):
        searches = [re2.compile(TRANSLATED[pattern]).search for pattern in patterns]
        return keep(lambda path: any(search(path) for search in searches))
    spec = _spec(patterns)
    # No separators: a backslash in a path is a character of it, on Windows too.
    return keep(lambda path: spec.match_file(path, separators=()))


def _spec(patterns: tuple[str, ...]) -> Any:
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(patterns, backend="re2")
    except Exception as error:
        # pathspec, Python's re and google-re2 each refuse with exceptions of their own.
        raise _invalid(", ".join(patterns)) from error
    for pattern, compiled in zip(patterns, spec.patterns, strict=True):
        if compiled.include is None:
            raise _invalid(pattern)
    return spec


def _heads(patterns: tuple[str, ...], depth: int) -> tuple[str, ...] | None:
    """Return patterns for the folders `depth` names deep that could hold a match; None: all of them could."""
    heads = []
    for pattern in patterns:
        if pattern.startswith("!"):
            continue
        parts = pattern.rstrip("/").split("/")
        if "**" in parts[:1] or len(parts) == 1:
            return None
        parts = parts[1:] if parts[0] == "" else parts
        wild = parts.index("**") if "**" in parts else len(parts)
        if wild == 0:
            return None
        heads.append("/".join(["", *parts[: min(wild, depth)], "**"]))
    return tuple(heads)


def _invalid(pattern: str) -> ConfigError:
    hint = f"patterns are those of .gitignore, of at most {LONGEST_PATTERN} characters"
    return ConfigError(f"the pattern {pattern[:LONGEST_PATTERN]!r} cannot be used", hint=hint)
