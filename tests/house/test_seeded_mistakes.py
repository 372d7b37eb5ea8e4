"""A mistake in a sound rule, record, profile or configuration -> one complaint, at its line and column, with a hint.

One small harbour, sound as it stands. Each row of seeded-mistakes.yaml breaks one file in one place, as people do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from iscode.errors import IscodeError
from iscode.evaluation import evaluate
from iscode.evaluation.ground import Ground
from iscode.inventory import problems
from iscode.policy import Policy, Shelves, bind_every_rule, bind_rules, check_overrides, root, with_packs
from iscode.rule.lint import remarks
from iscode.source import MemorySnapshot
from iscode.testing import cases_of, run_cases

DAY: Final = "2026-11-24"
CONFIG, PROFILE, DEFINITIONS = "iscode.yaml", "pack/policies/profiles/harbour.yaml", "pack/rules/definitions.yaml"
RULE, CASES = "pack/rules/sea/boat-checked.yaml", "pack/rules/sea/boat-checked.test.yaml"
BOAT, CREW, PERSON = "fleet/boat.yaml", "fleet/crew.yaml", "fleet/eve.yaml"
FILES: Final = {
    "RULE": RULE, "CASES": CASES, "DEFINITIONS": DEFINITIONS, "BOAT": BOAT, "CREW": CREW, "PERSON": PERSON,
    "PROFILE": PROFILE, "CONFIG": CONFIG,
}  # fmt: skip
"""What the table calls each file."""

TEXT: Final = {"type": "string"}
ENVELOPE: Final = {
    "id": TEXT | {"pattern": "^[a-z0-9-]+$", "description": "Lower-case letters, digits and hyphens."},
    "title": TEXT,
    "status": TEXT | {"enum": ["draft", "active"]},
}
A_PERSON: Final = TEXT | {"x-ref": ["Person"]}
DATE: Final = TEXT | {"format": "date"}
PART: Final = {"name": TEXT, "weight": {"type": "number", "minimum": 0}, "by": A_PERSON, "made": DATE}
SCALE: Final = ["low", "high", "extreme"]


def kind(name: str, *required: str, **properties: Any) -> str:
    """The schema of a kind."""
    keys = {"kind": TEXT | {"const": name}, **ENVELOPE, **properties}
    needed = ["kind", *ENVELOPE, *required]
    return json.dumps({"type": "object", "required": needed, "additionalProperties": False, "properties": keys})


def closed(*required: str, **properties: Any) -> dict[str, Any]:
    """The schema of a part of a record."""
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


SOUND: Final[dict[str, str]] = {
    "pack/schemas/boat.schema.json": kind(
        "Boat",
        "owner",
        owner=TEXT | {"x-ref": ["Person", "Crew"]},
        crew=TEXT | {"x-ref": ["Crew"]},
        risk=TEXT | {"enum": SCALE, "x-scale": "risk"},
        length={"type": "integer", "minimum": 1, "maximum": 400},
        afloat={"type": "boolean"},
        checked=DATE,
        tags={"type": "array", "items": TEXT, "uniqueItems": True, "minItems": 1},
        parts={"type": "array", "items": closed("name", "weight", **PART), "x-key": ["name"]},
        review=closed("last", last=DATE, by=A_PERSON),
        proves={"type": "array", "items": TEXT | {"x-requirement": True}},
    ),
    "pack/schemas/crew.schema.json": kind("Crew", lead=A_PERSON, members={"type": "array", "items": A_PERSON}),
    "pack/schemas/person.schema.json": kind("Person", born=DATE),
    CONFIG: """\
version: 1
requires: ">=0.1"
profile: harbour
records: ["fleet/**"]
exclude: ["fleet/drafts/**"]
packs:
  - path: pack
""",
    PROFILE: """\
id: harbour
title: Harbour
select:
  requirements: ["sea:*"]
  without: []
severity:
  boat-checked: blocker
params:
  boat-checked:
    days: 60
    ages: {low: 20}
scope:
  paths: ["fleet/**"]
gate:
  block: [blocker, high]
""",
    "pack/policies/catalogs/sea.yaml": """\
id: sea
title: Seamanship
edition: E
requirements:
  - {id: "1.1", kind: clause, label: Boats checked, phase: check}
  - {id: "1.2", kind: clause, label: Crews led, phase: do}
""",
    DEFINITIONS: """\
recent:
  of: [date: timestamp, age: duration]
  is: date <= today && today - date <= age
  doc: A day that has come and is no older than this.
heavy:
  of: [parts: list(any), least: double]
  is: parts.exists(p, p.weight >= least)
  doc: Some part weighs this much.
""",
    RULE: """\
id: boat-checked
title: A boat in service is checked
severity: high
requirements: ["sea:1.1"]
phase: check
aliases: [SEA-1]
subject: Boat
params:
  days: 90
  ages: {low: 10, high: 20, extreme: 5}
when: self.?afloat.orValue(true)
needs: [checked, parts, risk, review.by]
let:
  worn: self.parts.filter(p, has(p.made) && !recent(p.made, days(params.days)))
each: self.parts
where: item.weight > 0.0
check:
  - that: recent(item.?made.orValue(self.checked), days(params.days))
    at: self.checked
    message: "{self.id} was checked on {self.checked}, {params.days} days are allowed"
  - id: worn
    that: size(worn) < params.ages[self.risk] || item.weight > 9.0
    severity: medium
    at: item.name
    message: "{item.name} is among {worn}"
rationale: A boat that nobody checks sinks.
remediation: Check it, and write down the day.
""",
    CASES: """\
rule: boat-checked
cases:
  - name: checked yesterday
    as_of: "2026-11-24"
    given:
      - {kind: Boat, id: b, risk: low, checked: "2026-11-23", review: {by: Person:p},
         parts: [{name: mast, weight: 3}]}
      - {kind: Person, id: p}
    expect: pass
  - name: checked last year
    as_of: "2026-11-24"
    params: {days: 30}
    given:
      - {kind: Boat, id: b, risk: low, checked: "2025-11-23", review: {by: Person:p},
         parts: [{name: mast, weight: 3}]}
      - {kind: Person, id: p}
    expect: {fail: {clause: check:0, at: checked}}
""",
    BOAT: """\
kind: Boat
id: albatross
title: Albatross
status: active
owner: Person:ann
crew: Crew:night
risk: high
length: 12
afloat: true
checked: "2026-11-20"
tags: [wood, sail]
parts:
  - {name: mast, weight: 80.5, by: Person:ann}
  - {name: rudder, weight: 9, made: "2026-01-31"}
review:
  last: "2026-10-01"
  by: Person:bob
proves: ["sea:1.1"]
""",
    CREW: """\
kind: Crew
id: night
title: Night crew
status: active
lead: Person:ann
members: [Person:ann, Person:bob]
""",
    "fleet/ann.yaml": "kind: Person\nid: ann\ntitle: Ann\nstatus: active\n",
    "fleet/bob.yaml": "kind: Person\nid: bob\ntitle: Bob\nstatus: active\n",
    PERSON: "kind: Person\nid: eve\ntitle: Eve\nstatus: active\n",
}


class Complaint(NamedTuple):
    """What is said of a mistake."""

    place: str
    message: str
    hint: str


def complaints(files: dict[str, str]) -> list[Complaint]:
    """All that is said of a repository, by whoever says it first: the shelves, lint, the cases, the records."""
    snapshot = MemorySnapshot({path: text.encode() for path, text in files.items()})
    try:
        found = root.find(snapshot, "", search=False)
        shelves = with_packs(Shelves({}), snapshot, found)
        said = [*_of_rules(bind_every_rule(shelves), shelves)]
        policy = bind_rules(found.config, shelves, place=found.document.place(("profile",)))
        evaluation = evaluate(snapshot, "", policy, DAY)
    except IscodeError as error:
        return [Complaint(str(error.place), error.message, error.hint)]
    told = {(str(result.origin.place), result.blocking) for result in evaluation.results if result.adverse}
    for problem in _problems(evaluation.ground):
        assert (str(problem.place), True) in told, "a problem that no result tells"
        said.append(Complaint(str(problem.place), problem.message, problem.hint))
    return said


def _of_rules(policy: Policy, shelves: Shelves) -> Iterator[Complaint]:
    check_overrides(shelves, policy)
    for bound in policy.bound:
        for remark in remarks(bound.file, bound.compiled, covered=False):
            yield Complaint(str(remark.place), remark.message, remark.hint)
        cases = cases_of(bound, shelves)
        for outcome in run_cases(policy, bound, cases) if cases else ():
            if outcome.failure:
                yield Complaint(str(outcome.place), "a case does not hold", outcome.failure)


def _problems(ground: Ground) -> Iterator[problems.Problem]:
    inventory = ground.world.inventory
    yield from inventory.problems
    yield from problems.references(inventory, ground.policy.catalogs)
    yield from problems.identities(inventory)


def test_the_harbour_is_sound_and_its_boat_passes() -> None:
    assert [] == complaints(SOUND)


class Mistake(NamedTuple):
    """A row of the table: what it is, what stands there, what is written instead, and what must be said of it where."""

    file: str
    what: str
    sound: str
    broken: str
    place: str
    hint: str


def table() -> list[Mistake]:
    """The rows of the table, in order."""
    rows = yaml.safe_load(Path(__file__).with_name("seeded-mistakes.yaml").read_text(encoding="utf-8"))
    return [Mistake(FILES[name], *row) for name, found in rows.items() for row in found]


MISTAKES: Final = table()


def test_the_table_has_a_hundred_mistakes_and_more_of_them_forty_in_records() -> None:
    assert len(MISTAKES) >= 100
    assert len([mistake for mistake in MISTAKES if mistake.file.startswith("fleet/")]) >= 40
    assert len(MISTAKES) == len({mistake[:4] for mistake in MISTAKES})
    assert [] == [mistake for mistake in MISTAKES if len(mistake.hint) < len("quote it")]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{mistake.file}: {mistake.what}" for mistake in MISTAKES])
def test_a_mistake_is_found_at_its_place_and_the_hint_leads_on(mistake: Mistake) -> None:
    assert 1 == SOUND[mistake.file].count(mistake.sound), "the row does not name one place"
    said = complaints(SOUND | {mistake.file: SOUND[mistake.file].replace(mistake.sound, mistake.broken)})
    first, *others = [each for each in said if each.place.startswith(f"{mistake.file}:")]
    assert f"{mistake.file}:{mistake.place}" == first.place, said
    assert mistake.hint in first.hint, said
    if mistake.file.startswith("fleet/"):
        assert [] == others, "one mistake in a record is one complaint"
