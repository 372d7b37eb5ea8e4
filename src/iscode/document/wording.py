"""A keyword of refusal -> our message and the author's next step; what libyaml says -> a keyword.

libyaml's own sentences never reach a report: they differ between its versions. One that is not known here is
still a refusal, with the message of `syntax`.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "file-size": ("the file is larger than {} bytes", "split it: one record a file"),
    "encoding": ("the file is not UTF-8", "save it as UTF-8"),
    "bom": ("the file begins with a byte order mark", "save it as UTF-8 without BOM"),
    "control": (
        "the control or invisible character {} stands here",
        "remove it, or write it as an escape in double quotes",
    ),
    "line-separator": (
        "{} stands here, which editors do not count as the end of a line and YAML parsers do",
        "write a plain line end, or an escape in double quotes",
    ),
    "conflict": ("a merge conflict is not resolved", "keep one side and remove the marker lines"),
    "directive": ("a % directive", "remove the line: YAML 1.2 is assumed"),
    "empty": ("the file holds no record", "write one, or remove the file"),
    "root": ("the file is not a mapping of keys to values", "begin with `kind:` and `id:` at the left edge"),
    "second-document": ("a second document begins here", "move it to a file of its own"),
    "depth": ("more than {} levels inside each other", "flatten the record, or split it"),
    "nodes": ("more than {} entries in one file", "split it: one record a file"),
    "scalar-size": ("a text longer than {} characters", "keep it in a file of its own and refer to that"),
    "key-size": ("a key longer than {} characters", "use a short key and put the text into its value"),
    "duplicate-key": ("the key {} stands twice", "keep one of the two"),
    "key-variant": (
        "the key {} stands twice, in two Unicode spellings that look alike",
        "keep one of the two",
    ),
    "key-type": ("a key that is not text", "put the key in quotes"),
    "empty-key": ("an empty key", "name the key"),
    "merge-key": ("a merge key `<<`", "write the entries out"),
    "tag": ("a tag {}", "remove it: quotes make a text of anything"),
    "anchor": ("an anchor {}", "write the value out where it is used"),
    "alias": ("an alias {}", "write the value out; a text that begins with * needs quotes"),
    "null": ("{} has no value", "write one or remove it"),
    "integer": ("an integer that not every reader keeps exact (beyond 2^53-1)", "quote it"),
    "non-finite": ("a number that is not finite", "quote it if it is a word, or write a number"),
    "float": ("a number too large for a 64-bit float", "quote it"),
    "tab": ("a tab where only spaces may indent or begin a value", "indent with spaces"),
    "surrogate": (
        "an escape that is no Unicode character",
        "write the character itself, or \\U with eight digits",
    ),
    "escape": ("a backslash in double quotes that begins no escape", "double it, or use single quotes"),
    "quote": ("a quote that is opened and never closed", 'close it; in double quotes write \\" for a quote'),
    "bracket": (
        "a list or mapping in brackets that goes on without a comma or an end",
        "write the comma or close the bracket",
    ),
    "colon": ("a colon where no key can be", "quote the text that holds the colon, or mend the indentation"),
    "no-colon": (
        "a line that is neither `key: value` nor part of the text above",
        "write the colon, or indent the line",
    ),
    "indentation": (
        "a line that fits neither the mapping nor the list around it",
        "indent it like its neighbours",
    ),
    "dash": (
        "a list item where no list can be",
        "begin the list on the line after its key, or quote the dash",
    ),
    "indicator": (
        "a value that begins with a character which YAML keeps for itself",
        "put the value in quotes",
    ),
    "trailing": (
        "text after a value that has ended",
        "put the whole value in quotes, '' for one within single ones",
    ),
    "block-header": (
        "text beside the | or > that begins a block of text",
        "begin it on the next line, or quote it",
    ),
    "syntax": ("this is not YAML", "look at this line and the one above: quotes, brackets, indentation"),
    "refusals": ("more than {} problems: the rest of the file was not read", "mend those above first"),
}
"""`{}` in a message takes one detail: a limit, a quoted key, a code point."""

_PROBLEMS: Mapping[str, str] = {
    "found unexpected end of stream": "quote",
    "found unexpected document indicator": "quote",
    "found unknown escape character": "escape",
    "did not find expected hexdecimal number": "escape",
    "found invalid Unicode character escape code": "surrogate",
    "mapping values are not allowed in this context": "colon",
    "could not find expected ':'": "no-colon",
    "block sequence entries are not allowed in this context": "dash",
    "mapping keys are not allowed in this context": "indicator",
    "found unexpected ':'": "colon",
    "did not find expected comment or line break": "block-header",
    "found an indentation indicator equal to 0": "block-header",
    "exceeded maximum nesting depth": "depth",
    "did not find expected key": "indentation",
    "did not find expected '-' indicator": "indentation",
    "did not find expected ',' or ']'": "bracket",
    "did not find expected ',' or '}'": "bracket",
    "did not find expected node content": "indicator",
    "found a tab character where an indentation space is expected": "tab",
    "found a tab character that violates indentation": "tab",
    "found undefined tag handle": "tag",
    "found character that cannot start any token": "indicator",
    "did not find expected <document start>": "trailing",
}

AT_START = frozenset({"quote", "no-colon"})
"""Syntax errors that libyaml notices late: their place is where the broken thing begins."""

_CONTEXTS: Mapping[str, str] = {
    "while scanning an anchor": "anchor",
    "while scanning an alias": "alias",
    "while scanning a tag": "tag",
    "while parsing a tag": "tag",
}


def syntax_keyword(problem: str | None, context: str | None, before: str, character: str) -> str:
    """The keyword of a syntax error: what libyaml says, what stands before it in the line and at it."""
    if character == "\t":
        return "tab"
    if character == ":" and problem in ("did not find expected key", "did not find expected node content"):
        return "empty-key"
    if problem == "did not find expected key" and before.strip():
        return "trailing"
    return _CONTEXTS.get(context or "") or _PROBLEMS.get(problem or "", "syntax")


def worded(keyword: str, detail: str = "") -> tuple[str, str]:
    """The message, with its detail in place, and the hint."""
    message, hint = WORDS[keyword]
    return message.replace("{}", detail).rstrip(), hint


def quoted(text: str) -> str:
    """A key as messages show it: in backquotes, cut at 60 characters."""
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"
