"""AI systems, controls and decisions on applicability -> component definition, and the system security plan.

The plan is the statement of applicability: each requirement with whether it applies and why, what carries it out, and
what shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from iscode.report.escape import markup
from iscode.report.exported import Row, more
from iscode.report.oscal.catalog import PROFILE
from iscode.report.oscal.source import NAME, Source, control_id, line, props, statement_id, token

PLAN: Final = f"../../system-security-plans/{NAME}/system-security-plan.json"
SYSTEM: Final = "software"
CONTROL: Final = "process-procedure"
"""What OSCAL calls an AI system, and a control of the organisation."""
_KNOWN: Final = frozenset({"title", "description", "owner", "operation", "implementation", "satisfies"})
"""Columns that have a place of their own."""
_ELSEWHERE: Final = frozenset({"concerns", "figures"})
"""Columns with parts, which other formats have a place for."""


def components(source: Source) -> dict[str, Any] | None:
    """Each AI system with the requirements that controls satisfy which apply to it; None where there is no system."""
    systems = source.lists["systems"]
    if not systems:
        return None
    return {
        "metadata": source.metadata(f"AI systems of {source.title}", roles=_owners(systems)),
        "components": [_defined(source, row) for row in systems],
    }


def _defined(source: Source, row: Row) -> dict[str, Any]:
    found = _component(source, SYSTEM, row)
    carried: dict[str, list[Row]] = {}
    for control in source.lists["controls"]:
        if row["reference"] in control["applies_to"]:
            for name in source.covered(control["satisfies"]):
                carried.setdefault(name, []).append(control)
    if carried:
        found["control-implementations"] = [
            {
                "uuid": source.uuid("implementations", row["reference"]),
                "source": PROFILE,
                "description": "What the controls that apply to it satisfy.",
                "implemented-requirements": [
                    {
                        "uuid": source.uuid("implementation", row["reference"], name),
                        "control-id": control_id(name),
                        "description": "\n\n".join(markup(control["description"]) for control in controls),
                        "props": props([("control", control["reference"]) for control in controls]),
                    }
                    for name, controls in carried.items()
                ],
            }
        ]
    return found


def _component(source: Source, kind: str, row: Row) -> dict[str, Any]:
    return {
        "uuid": source.uuid("component", row["reference"]),
        "type": kind,
        "title": line(row["title"]),
        "description": line(row.get("description") or row["title"]),
        "props": props(more(row, _KNOWN | _ELSEWHERE)),
        "responsible-roles": [{"role-id": token(row["owner"])}],
    }


def plan(source: Source) -> dict[str, Any]:
    """The statement of applicability as a plan for the system that the organisation with its AI systems is."""
    controls, systems = source.lists["controls"], source.lists["systems"]
    return {
        "metadata": source.metadata(
            f"Statement of applicability of {source.title}", roles=_owners([*systems, *controls])
        ),
        "import-profile": {"href": PROFILE},
        "system-characteristics": _characteristics(source),
        "system-implementation": {
            "components": [
                _itself(source),
                *(_running(source, SYSTEM, row) for row in systems),
                *(_running(source, CONTROL, row) for row in controls),
            ]
        },
        "control-implementation": {
            "description": "Each requirement with whether it applies, what carries it out, and what shows it.",
            "implemented-requirements": [
                _implemented(source, row) for row in source.lists["decisions"] if row["reference"] in source.selected
            ],
        },
        **source.resources(row for name in source.evaluation.policy.selected for row in source.evidence.get(name, ())),
    }


def _characteristics(source: Source) -> dict[str, Any]:
    scope = "\n\n".join(_scopes(source)) or "No scope is recorded."
    return {
        "system-ids": [{"id": source.uuid("system"), "identifier-type": "http://ietf.org/rfc/rfc4122"}],
        "system-name": source.title,
        "description": scope,
        "system-information": {
            "information-types": [
                {
                    "uuid": source.uuid("information", row["reference"]),
                    "title": line(row["title"]),
                    "description": line(row.get("description") or row["title"]),
                    "props": props(more(row, _KNOWN)),
                }
                for row in source.lists["datasets"]
            ]
            or [{"title": "Not recorded", "description": "No record says which information there is."}]
        },
        "status": {"state": "other", "remarks": "How far each part runs stands with its component."},
        "authorization-boundary": {"description": scope},
    }


def _scopes(source: Source) -> Iterator[str]:
    for row in source.lists["scopes"]:
        yield markup(row["statement"])
        for left in row["exclusions"]:
            yield markup(f"Left out: {left['what']}: {left['reason']}")


def _itself(source: Source) -> dict[str, Any]:
    return {
        "uuid": source.uuid("itself"),
        "type": "this-system",
        "title": line(source.title),
        "description": "The organisation with its management system.",
        "status": {"state": "other"},
    }


def _running(source: Source, kind: str, row: Row) -> dict[str, Any]:
    return _component(source, kind, row) | {"status": {"state": row["operation"]}}


def _implemented(source: Source, row: Row) -> dict[str, Any]:
    name, applicable = row["reference"], row.get("applicable")
    shown = source.evidence.get(name, [])
    parts = list(_parts(source, row))
    said = {True: "yes", False: "no", None: "undecided"}[applicable]
    statement: dict[str, Any] = {"statement-id": statement_id(name), "uuid": source.uuid("statement", name)}
    if parts:
        statement["by-components"] = parts
    else:
        statement["remarks"] = "No control of the organisation is recorded for it."
    found: dict[str, Any] = {
        "uuid": source.uuid("requirement", name),
        "control-id": control_id(name),
        "props": props([("applicable", said)]),
        "statements": [statement],
    }
    if shown:
        found["links"] = source.links(shown)
    if "justification" in row:
        found["remarks"] = markup(row["justification"])
    return found


def _parts(source: Source, row: Row) -> Iterator[dict[str, Any]]:
    """What carries a requirement out; one that does not apply is answered for by the organisation itself."""
    name = row["reference"]
    if row.get("applicable") is False:
        yield {
            "component-uuid": source.uuid("itself"),
            "uuid": source.uuid("by", name),
            "description": line(row.get("justification", "It does not apply.")),
            "implementation-status": {"state": "not-applicable"},
        }
        return
    for control in source.controls.get(name, ()):
        yield {
            "component-uuid": source.uuid("component", control["reference"]),
            "uuid": source.uuid("by", name, control["reference"]),
            "description": markup(control["description"]),
            "implementation-status": {"state": control["implementation"]},
        }


def _owners(rows: Iterable[Row]) -> set[str]:
    return {row["owner"] for row in rows}
