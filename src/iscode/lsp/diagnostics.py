"""What fails in a root -> the diagnostics of its files, where an editor shows them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import is_
from typing import Final, NamedTuple

from lsprotocol.types import Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Range

from iscode.errors import IscodeError, Place
from iscode.evaluation import Result
from iscode.evaluation.builtin import SCHEMA
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report.escape import terminal

SOURCE: Final = "iscode"
FILES: Final = 100
"""Files that are told of beside the open ones; `iscode check` tells of all."""
MOST: Final = 200
"""Diagnostics of one file."""
_TOKEN: Final = re.compile(r"[^\s,\[\]{}#:]+(?::[^\s,\[\]{}#:]+)*")


class Held(NamedTuple):
    """What was told of a file: its text where it is open, the results, and their diagnostics."""

    text: Text | None
    results: list[Result]
    diagnostics: list[Diagnostic]


def diagnostics(view: View, held: dict[str, Held]) -> dict[str, list[Diagnostic]]:
    """Path -> its diagnostics: of each open file, none if all is well there, and of the first others that fail.

    `held` is what was told before, of which nothing is worded again that stays as it was; it is kept up.
    """
    found: dict[str, list[Result]] = defaultdict(list)
    for result in view.judged.failing:
        found[result.origin.path].append(result)
    for path, listed in found.items():
        found[path] = list(_told(path, listed))
    others = [path for path in sorted(found) if path not in view.buffers]
    told = [*view.buffers, *others[:FILES]]
    now = {path: _held(view, path, found.get(path, [])[:MOST], held.get(path)) for path in told}
    held.clear()
    held.update(now)
    return {path: one.diagnostics for path, one in now.items()}


def _held(view: View, path: str, results: list[Result], before: Held | None) -> Held:
    """What is told of a file: as before, where its text is the same and so is each result."""
    text = view.buffers.get(path)
    if before is not None and before.text == text and len(before.results) == len(results):
        others = {one.place.path for result in results for one in result.related}
        if others.isdisjoint(view.buffers) and all(map(is_, before.results, results)):
            return before
    return Held(text, results, [_diagnostic(view, each) for each in results])


def _told(path: str, listed: list[Result]) -> Iterator[Result]:
    """The results of a file, but for those that say no more than that its record must be valid first."""
    refused = any(result.rule == SCHEMA for result in listed)
    for result in listed:
        if not (refused and result.cause == "invalid" and any(one.place.path == path for one in result.related)):
            yield result


def of_error(view_text: Text, error: IscodeError) -> Diagnostic:
    """What keeps a root from being judged, where it stands in a text."""
    place = error.place or Place("")
    return Diagnostic(
        range=span(view_text, place),
        message=terminal(error.message) + "".join(f"\n{terminal(line)}" for line in error.hint.splitlines()),
        severity=DiagnosticSeverity.Error,
        source=SOURCE,
    )


def span(text: Text, place: Place) -> Range:
    """From a place to the end of the word that stands there."""
    line, column = place.line - 1, place.column - 1
    word = _TOKEN.match(text.line(line), column)
    return text.range((line, column), (line, word.end() if word else column + 1))


def _diagnostic(view: View, result: Result) -> Diagnostic:
    place = result.origin.place
    return Diagnostic(
        range=span(view.text(place.path), place),
        message=_message(view, result),
        severity=_severity(result),
        code=result.rule,
        source=SOURCE,
        related_information=[
            DiagnosticRelatedInformation(Location(uri, span(view.text(other.place.path), other.place)), words)
            for other in result.related
            if (uri := view.uri(other.place.path)) is not None and (words := terminal(other.message))
        ],
        data={"fingerprint": result.fingerprint},
    )


def _severity(result: Result) -> DiagnosticSeverity:
    if result.blocking:
        return DiagnosticSeverity.Error
    shown = result.known or result.waiver is not None
    return DiagnosticSeverity.Information if shown else DiagnosticSeverity.Warning


def _message(view: View, result: Result) -> str:
    """What is wrong, why it does not block if it does not, and what to do."""
    lines = [result.message]
    if result.waiver is not None:
        lines.append(f"waived until {result.waiver.expires} by {result.waiver.record}")
    elif result.known:
        lines.append("known: the last commit or the baseline has it too")
    rule = view.policy.rules.by_id.get(result.rule)
    if rule is not None and result.outcome == "fail":
        lines.append(rule.rule.remediation)
    return "\n".join(terminal(line) for line in lines)


def fresh(now: Mapping[str, list[Diagnostic]], before: Mapping[str, list[Diagnostic]]) -> dict[str, list[Diagnostic]]:
    """What an editor must be told: what differs from what it was told before, and an empty list for what is gone."""
    gone: dict[str, list[Diagnostic]] = {path: [] for path in before if path not in now and before[path]}
    return gone | {path: listed for path, listed in now.items() if listed != before.get(path)}
