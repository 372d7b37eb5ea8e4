"""The text of a SARIF log -> a row for each run of a tool: what it is, when it ran, and what it found by level.

A log that does not say that the tool ran is refused: without runs or results, or where the tool tells that it failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iscode.intake.forms.facts import at, figures, first_and_last, objects
from iscode.intake.forms.json_value import loaded, unfit
from iscode.intake.rows import Row

_VERSION: Final = "2.1.0"
_LEVELS: Final = ("error", "warning", "note", "none")
_UNDECIDED: Final = ("open", "review")
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
        if reason := _unusable(run):
            raise unfit(path, f"run {number} {reason}", _AGAIN)
        yield Row(number, _cells(run))


def _unusable(run: Any) -> str:
    """Why a run says nothing of what was scanned; empty where it does."""
    if not at(run, str, "tool", "driver", "name"):
        return "names no tool"
    results = at(run, list, "results")
    if at(run, dict, "externalPropertyFileReferences", "results") or at(
        run, list, "externalPropertyFileReferences", "results"
    ):
        return "keeps its results in another file"
    if results is None or not all(isinstance(result, dict) for result in results):
        return "has no list of results: the scan did not happen, or was cut off"
    for invocation in objects(run, "invocations"):
        if invocation.get("executionSuccessful") is False:
            return "says that the tool did not run to its end"
        told = objects(invocation, "toolExecutionNotifications") + objects(invocation, "toolConfigurationNotifications")
        if any(notification.get("level") == "error" for notification in told):
            return "tells of an error of the tool itself"
    return ""


def _cells(run: dict[str, Any]) -> dict[str, Any]:
    driver = run["tool"]["driver"]
    invocations = objects(run, "invocations")
    counts = _counts(run)
    started, ended = first_and_last(
        invocation.get(key) for invocation in invocations for key in ("startTimeUtc", "endTimeUtc")
    )
    sources = objects(run, "versionControlProvenance")
    return {
        "tool.name": driver["name"],
        "tool.version": at(driver, str, "semanticVersion") or at(driver, str, "version"),
        "ran": bool(invocations) and all(one.get("executionSuccessful") is True for one in invocations),
        "started": started,
        "ended": ended,
        "automation": at(run, str, "automationDetails", "id"),
        "revision": at(sources[0], str, "revisionId") if sources else None,
        "repository": at(sources[0], str, "repositoryUri") if sources else None,
        "rules": len(objects(driver, "rules")) + sum(len(objects(one, "rules")) for one in _extensions(run)),
        "failures": sum(counts[level] for level in _LEVELS),
        **{level: counts[level] for level in (*_LEVELS, "undecided", "suppressed")},
        "figures": figures((name, counts[name]) for name in (*_LEVELS, "undecided", "suppressed")),
    }


def _counts(run: dict[str, Any]) -> Counter[str]:
    """How many results have each level, are not decided, or are suppressed."""
    levels = _levels(run)
    counts: Counter[str] = Counter()
    for result in run["results"]:
        kind = result.get("kind", "fail")
        suppressions = objects(result, "suppressions")
        if result.get("baselineState") == "absent" or kind in ("pass", "notApplicable", "informational"):
            continue
        if suppressions and all(one.get("status", "accepted") == "accepted" for one in suppressions):
            counts["suppressed"] += 1
        elif kind in _UNDECIDED:
            counts["undecided"] += 1
        else:
            rule = at(result, str, "ruleId") or at(result, str, "rule", "id") or _by_index(run, result)
            level = result.get("level") or levels.get(rule or "") or "warning"
            counts[level if level in _LEVELS else "error"] += 1
    return counts


def _levels(run: dict[str, Any]) -> dict[str, str]:
    """Rule -> the level of its results that name none: the worst that the log gives it anywhere."""
    found: dict[str, str] = {}
    stated = [
        (at(rule, str, "id"), at(rule, str, "defaultConfiguration", "level"))
        for component in (run["tool"]["driver"], *_extensions(run))
        for rule in objects(component, "rules")
    ]
    stated += [
        (at(override, str, "descriptor", "id"), at(override, str, "configuration", "level"))
        for invocation in objects(run, "invocations")
        for override in objects(invocation, "ruleConfigurationOverrides")
    ]
    for rule, level in stated:
        if rule and level in _LEVELS:
            found[rule] = min(found.get(rule, level), level, key=_LEVELS.index)
    return found


def _by_index(run: dict[str, Any], result: dict[str, Any]) -> str | None:
    index = at(result, int, "ruleIndex")
    rules = objects(run, "tool", "driver", "rules")
    return at(rules[index], str, "id") if index is not None and 0 <= index < len(rules) else None


def _extensions(run: dict[str, Any]) -> list[dict[str, Any]]:
    return objects(run, "tool", "extensions")
