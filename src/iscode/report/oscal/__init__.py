"""Evaluation -> one consistent set of OSCAL 1.2 documents, each in the file where compliance-trestle looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from iscode.evaluation import Evaluation
from iscode.report.exported import exported, folders, standards
from iscode.report.options import Options
from iscode.report.oscal import assessment, catalog, poam, system
from iscode.report.oscal.source import NAME, Source, dumps

LISTS: Final = (
    "organizations", "scopes", "roles", "systems", "datasets", "controls", "evidence", "decisions", "actions",
    "mappings",
)  # fmt: skip


def report(evaluations: Sequence[Evaluation], options: Options) -> dict[str, bytes]:
    """Path with `/` -> document; of several roots each in a folder of its own. Raises what `exported` raises."""
    found: dict[str, bytes] = {}
    for folder, evaluation in folders(evaluations):
        source = Source(evaluation, exported(evaluation, LISTS))
        found |= {f"{folder}{path}": dumps(kind, body) for path, kind, body in _documents(source, options)}
    return found


def _documents(source: Source, options: Options) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, kind, document without its uuid) of each there is something to say in."""
    for standard in standards(source.evaluation):
        yield f"catalogs/{standard.id}/catalog.json", "catalog", catalog.catalog(source, standard)
    for folder, kind, body in (
        ("profiles", "profile", catalog.profile(source)),
        ("mapping-collections", "mapping-collection", catalog.mappings(source)),
        ("component-definitions", "component-definition", system.components(source)),
        ("system-security-plans", "system-security-plan", system.plan(source)),
        ("assessment-plans", "assessment-plan", assessment.plan(source)),
        ("assessment-results", "assessment-results", assessment.results(source, options)),
        ("plan-of-action-and-milestones", "plan-of-action-and-milestones", poam.poam(source)),
    ):
        if body is not None:
            yield f"{folder}/{NAME}/{kind}.json", kind, body
