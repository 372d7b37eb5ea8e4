"""What audits, incidents and reviews found, and what is done about it -> plan of action and milestones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iscode.report.escape import markup
from iscode.report.exported import MIDNIGHT, Row, more
from iscode.report.oscal.source import Source, control_id, line, props, token
from iscode.report.oscal.system import PLAN

_KNOWN: Final = frozenset({"title", "statement", "owner", "raised", "closed", "against", "cause", "actions"})


def poam(source: Source) -> dict[str, Any] | None:
    """Each finding that a record tells, open or closed; None where there is none."""
    rows = source.lists["actions"]
    if not rows:
        return None
    roles = {row["owner"] for row in rows} | {action["owner"] for row in rows for action in row["actions"]}
    return {
        "metadata": source.metadata(f"Corrective actions of {source.title}", roles=roles),
        "import-ssp": {"href": PLAN},
        "risks": [_risk(source, row) for row in rows],
        "poam-items": [_item(source, row) for row in rows],
    }


def _item(source: Source, row: Row) -> dict[str, Any]:
    against = [("against", control_id(name)) for name in row["against"]]
    facts = [("raised", row["raised"]), ("closed", row.get("closed", "")), *against, *more(row, _KNOWN)]
    return {
        "uuid": source.uuid("action", row["reference"]),
        "title": line(row["title"]),
        "description": markup(row["statement"]),
        "props": props(facts),
        "related-risks": [{"risk-uuid": source.uuid("risk of", row["reference"])}],
    }


def _risk(source: Source, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uuid": source.uuid("risk of", row["reference"]),
        "title": line(row["title"]),
        "description": markup(row["statement"]),
        "statement": markup(row.get("cause", "No cause is recorded.")),
        "status": "closed" if "closed" in row else "remediating" if row["actions"] else "open",
    }
    due = [action["due"] for action in row["actions"] if action["done"] is None]
    if due:
        found["deadline"] = f"{max(due)}{MIDNIGHT}"
    if row["actions"]:
        found["remediations"] = list(_remediations(source, row))
    return found


def _remediations(source: Source, row: Row) -> Iterator[dict[str, Any]]:
    for number, action in enumerate(row["actions"]):
        names = (row["reference"], str(number), action["id"])
        yield {
            "uuid": source.uuid("remediation", *names),
            "lifecycle": "planned" if action["done"] is None else "completed",
            "title": line(action["text"]),
            "description": markup(action["text"]),
            "tasks": [
                {
                    "uuid": source.uuid("milestone", *names),
                    "type": "milestone",
                    "title": line(action["text"]),
                    "props": props([("done", action["done"] or "not yet")]),
                    "timing": {"on-date": {"date": f"{action['due']}{MIDNIGHT}"}},
                    "responsible-roles": [{"role-id": token(action["owner"])}],
                }
            ],
        }
