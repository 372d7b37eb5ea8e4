"""Catalogs, a profile and crosswalks -> their OSCAL documents: catalogs, a profile, a mapping collection.

Labels and intents are our own words: no document holds the text of a standard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from iscode.policy.catalog import Catalog, Entry
from iscode.report.escape import markup
from iscode.report.exported import Row, standards
from iscode.report.oscal.source import NAME, Source, control_id, line, props, statement_id

CATALOG: Final = "../../catalogs/{}/catalog.json"
"""Where a document finds the catalog of a standard."""
PROFILE: Final = f"../../profiles/{NAME}/profile.json"


def catalog(source: Source, standard: Catalog) -> dict[str, Any]:
    """The catalog of a standard: each requirement a control, in our own words, below the headings that there are."""
    headings = {group.id: group.label for group in standard.groups}
    below: dict[str, list[Entry]] = {}
    for entry in standard.requirements:
        named = next((name for name in entry.attributes.get("group", ()) if name in headings), "")
        below.setdefault(named, []).append(entry)
    metadata = source.metadata(standard.title, standard.edition)
    if standard.notice:
        metadata["remarks"] = markup(standard.notice)
    found: dict[str, Any] = {"metadata": metadata}
    if "" in below:
        found["controls"] = [_control(standard, entry) for entry in below.pop("")]
    if below:
        found["groups"] = [
            {
                "id": f"{standard.id}-{name}",
                "title": line(headings[name]),
                "controls": [_control(standard, entry) for entry in entries],
            }
            for name, entries in below.items()
        ]
    return found


def _control(standard: Catalog, entry: Entry) -> dict[str, Any]:
    name = f"{standard.id}:{entry.id}"
    parts: list[dict[str, str]] = [
        {"id": statement_id(name), "name": "statement", "prose": markup(entry.intent or entry.label)}
    ]
    if entry.unseen:
        parts.append({"id": f"{control_id(name)}_gdn", "name": "guidance", "prose": markup(entry.unseen)})
    return {
        "id": control_id(name),
        "class": entry.kind,
        "title": line(entry.label),
        "props": [{"name": "label", "value": entry.id}, *props([("phase", entry.phase)])],
        "parts": parts,
    }


def profile(source: Source) -> dict[str, Any]:
    """The requirements that the profile selects, of each standard."""
    chosen = source.evaluation.policy.profile.profile
    return {
        "metadata": source.metadata(chosen.title),
        "imports": [
            {
                "href": CATALOG.format(standard.id),
                "include-controls": [{"with-ids": [control_id(name) for name in _of(source, standard)]}],
            }
            for standard in standards(source.evaluation)
        ],
        "merge": {"as-is": True},
    }


def mappings(source: Source) -> dict[str, Any] | None:
    """What requirements of one standard give those of another; None where no crosswalk is about these standards."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in source.lists["mappings"]:
        if {row["from"], row["to"]} <= source.selected:
            pairs.setdefault((_standard(row["from"]), _standard(row["to"])), []).append(row)
    if not pairs:
        return None
    return {
        "metadata": source.metadata("What requirements of one standard give those of another"),
        "provenance": {
            "method": "human",
            "matching-rationale": "semantic",
            "status": "complete",
            "mapping-description": "A pair suggests; evidence and the decisions on applicability decide.",
        },
        "mappings": [
            {
                "uuid": source.uuid("mapping", *standards),
                "source-resource": {"type": "catalog", "href": CATALOG.format(standards[0])},
                "target-resource": {"type": "catalog", "href": CATALOG.format(standards[1])},
                "maps": list(_maps(source, rows)),
            }
            for standards, rows in pairs.items()
        ],
    }


def _maps(source: Source, rows: Iterable[Row]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows):
        yield {
            "uuid": source.uuid("map", str(number), row["from"], row["to"], row["relation"]),
            "relationship": row["oscal"],
            "sources": [{"type": "control", "id-ref": control_id(row["from"])}],
            "targets": [{"type": "control", "id-ref": control_id(row["to"])}],
            "confidence-score": {"category": row["confidence"]},
            "props": props([("relation", row["relation"]), ("verified", row["verified"])]),
            "remarks": markup(row["reason"]),
        }


def _of(source: Source, standard: Catalog) -> list[str]:
    return [name for name in source.evaluation.policy.selected if _standard(name) == standard.id]


def _standard(requirement: str) -> str:
    return requirement.partition(":")[0]
