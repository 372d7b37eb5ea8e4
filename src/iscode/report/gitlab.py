"""Evaluation -> GitLab's Code Quality report: an array of what fails, each with a place and a name that lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from iscode.document import canonical
from iscode.evaluation import Evaluation, Result
from iscode.report.escape import inert, terminal
from iscode.report.listing import listing, standing
from iscode.report.options import Options

SEVERITIES: Final[Mapping[str, str]] = {"blocker": "blocker", "high": "critical", "medium": "major", "low": "minor"}
"""How GitLab calls our severities."""
WAIVED: Final = "info"
"""How it calls what a waiver keeps from blocking: it knows no waivers."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The worst first; what the target branch has too GitLab finds by the fingerprints of its report. UTF-8."""
    return canonical.dumps([issue for evaluation in evaluations for issue in _issues(evaluation)])


def _issues(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    found = listing(evaluation)
    for result in found.worst_first(found.results):
        place = result.origin.place
        said = filter(None, [result.message, standing(result)])
        yield {
            "description": "; ".join(map(inert, said)),
            "check_name": result.rule,
            "fingerprint": _fingerprint(evaluation.root, result),
            "severity": WAIVED if result.waiver is not None else SEVERITIES[result.severity],
            "location": {"path": terminal(place.path), "lines": {"begin": place.line}},
        }


def _fingerprint(root: str, result: Result) -> str:
    """That of the result; below the top another one for each root, since GitLab drops what has a name twice."""
    if not root:
        return result.fingerprint
    return sha256(canonical.dumps([root, result.fingerprint])).hexdigest()[:32]
