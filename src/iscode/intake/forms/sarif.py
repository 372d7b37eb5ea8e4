"""The text of a SARIF log -> a row for each run of a tool: what it is, when it ran, and what it found by level.

A log that does not say that the tool ran is refused: without runs or results, or where the tool tells that it failed.
So is one that keeps what decides in another file, or whose results lead by place or guid to a rule that it does not
have: nobody could say how grave they are. An id alone that no rule has is a warning, as SARIF 2.1.0 has it (3.27.10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iscode.intake.forms.facts import at, figures, first_and_last, listed
from iscode.intake.forms.json_value import UnfitError, loaded, unfit
from iscode.intake.forms.sarif_rules import LEVELS, Rules
from iscode.intake.rows import Row

_VERSION: Final = "2.1.0"
_UNDECIDED: Final = ("open", "review")
_DECIDING: Final = ("results", "driver", "extensions", "invocations")
"""What says whether the tool ran, what it found, and how grave that is; in another file, nobody here reads it."""
_AGAIN: Final = "run the tool again and look at what it says"


def runs(path: str, text: str) -> Iterator[Row]:
    """A row for each run. Raises ConfigError for what is no log of a scan that ran."""
    log = loaded(path, text)
    if at(log, str, "version") != _VERSION:
        raise unfit(path, f"the file is no SARIF log of version {_VERSION}", f"have the tool write SARIF {_VERSION}")
    found = at(log, list, "runs")
    if not found:
        raise unfit(path, "the log has no run: nothing was scanned", _AGAIN)
    for number, run in enumerate(found, 1):
        try:
            _usable(run)
            yield Row(number, _cells(run))
        except UnfitError as reason:
            raise unfit(path, f"run {number} {reason}", _AGAIN) from None


def _usable(run: Any) -> None:
    """Raise UnfitError where a run says nothing of what was scanned."""
    if not at(run, str, "tool", "driver", "name"):
        raise UnfitError("names no tool")
    elsewhere = run.get("externalPropertyFileReferences") or {}
    if not isinstance(elsewhere, dict):
        raise UnfitError("refers to other files in a way that SARIF does not know")
    for part in _DECIDING:
        if elsewhere.get(part):
            raise UnfitError(f"keeps its {part} in another file")
    if at(run, list, "results") is None:
        raise UnfitError("has no list of results: the scan did not happen, or was cut off")
    for invocation in listed(run, "invocations"):
        if invocation.get("executionSuccessful") is False:
            raise UnfitError("says that the tool did not run to its end")
        told = listed(invocation, "toolExecutionNotifications") + listed(invocation, "toolConfigurationNotifications")
        if any(notification.get("level") == "error" for notification in told):
            raise UnfitError("tells of an error of the tool itself")


def _cells(run: dict[str, Any]) -> dict[str, Any]:
    driver = run["tool"]["driver"]
    invocations = listed(run, "invocations")
    rules = Rules(run)
    counts = _counts(run, rules)
    started, ended = first_and_last(
        invocation.get(key) for invocation in invocations for key in ("startTimeUtc", "endTimeUtc")
    )
    sources = listed(run, "versionControlProvenance")
    return {
        "tool.name": driver["name"],
        "tool.version": at(driver, str, "semanticVersion") or at(driver, str, "version"),
        "ran": bool(invocations) and all(one.get("executionSuccessful") is True for one in invocations),
        "started": started,
        "ended": ended,
        "automation": at(run, str, "automationDetails", "id"),
        "revision": at(sources[0], str, "revisionId") if sources else None,
        "repository": at(sources[0], str, "repositoryUri") if sources else None,
        "rules": rules.count,
        "failures": sum(counts[level] for level in LEVELS),
        **{level: counts[level] for level in (*LEVELS, "undecided", "suppressed")},
        "figures": figures((name, counts[name]) for name in (*LEVELS, "undecided", "suppressed")),
    }


def _counts(run: dict[str, Any], rules: Rules) -> Counter[str]:
    """How many results have each level, are not decided, or are suppressed."""
    counts: Counter[str] = Counter()
    for number, result in enumerate(listed(run, "results"), 1):
        kind = result.get("kind", "fail")
        suppressions = listed(result, "suppressions")
        if result.get("baselineState") == "absent" or kind in ("pass", "notApplicable", "informational"):
            continue
        if suppressions and all(one.get("status", "accepted") == "accepted" for one in suppressions):
            counts["suppressed"] += 1
        elif kind in _UNDECIDED:
            counts["undecided"] += 1
        else:
            counts[rules.level(number, result)] += 1
    return counts
