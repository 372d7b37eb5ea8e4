"""schema migrate: records of an older schema become records of this one; everything else in their files stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.test_migration import boat, shelf

from iscode.document import Limits, read
from iscode.intake.migrating import migrated
from iscode.policy import migration
from iscode.source import MemorySnapshot

STEPS = """\
id: boat-2
title: A boat has metres, a class, and its harbour with its berth
kind: Boat
steps:
  - {rename: length, to: metres}
  - {move: harbour, to: berth.harbour}
  - {set: class, value: pleasure}
  - {replace: status, words: {idle: laid_up}}
  - {replace: tags, words: {idle: laid_up}}
  - {rename: crew.since, to: joined}
  - {drop: colour}
"""
BEFORE = """\
# yaml-language-server: $schema=x
kind: Boat
id:   'b'          # as painted on it
status: idle       # since the storm
length: 7 # over all

harbour: North     # where it belongs
colour: red
tags: [active, "idle"] # both
berth:
    # seen from land
    pier: "4"
crew:
- {id: a, name: Ann, since: "2026-01-01"} # first
-   id: b
    since: "2026-02-01"
    name: Bob
"""
AFTER = """\
# yaml-language-server: $schema=x
kind: Boat
id:   'b'          # as painted on it
status: laid_up       # since the storm
metres: 7 # over all

tags: [active, "laid_up"] # both
berth:
    # seen from land
    pier: "4"
    harbour: North     # where it belongs
crew:
- {id: a, name: Ann, joined: "2026-01-01"} # first
-   id: b
    joined: "2026-02-01"
    name: Bob
class: pleasure
"""
CONFIG = 'version: 1\nprofile: mine\nrecords: ["c/**"]\npacks: [{path: pack}]\n'
RULE = """\
id: boat-named
title: T
severity: low
requirements: [iso27001:A.5.9]
phase: check
subject: Boat
check: [{that: self.id != "", message: m}]
rationale: R
remediation: R
"""


@pytest.fixture
def harbour(firm: Any) -> Any:
    """A repository whose pack has the new schema and the migration; its one record is of the old one."""
    firm.write("pack/schemas/boat.schema.json", boat())
    firm.write("pack/policies/migrations/boat-2.yaml", STEPS)
    firm.write("pack/policies/profiles/mine.yaml", "id: mine\ntitle: M\nselect: {rules: [boat-named]}\n")
    firm.write("pack/rules/boat-named.yaml", RULE)
    firm.write("c/b.yaml", BEFORE)
    firm.write("iscode.yaml", CONFIG)
    return firm


def test_the_difference_is_shown_then_written_and_a_second_run_finds_nothing(harbour: Any, iscode: Any) -> None:
    assert 1 == iscode("check", ".").code
    shown = iscode("schema", "migrate")
    assert (0, BEFORE) == (shown.code, (harbour.top / "c/b.yaml").read_text())
    assert "-length: 7 # over all" in shown.out
    assert "+metres: 7 # over all" in shown.out
    assert "7 changes of 1 record to write, 1 looked at\nnothing is written yet: give --write\n" in shown.out
    written = iscode("schema", "migrate", "--write")
    assert (0, AFTER) == (written.code, (harbour.top / "c/b.yaml").read_text())
    assert 0 == iscode("check", ".").code
    again = iscode("schema", "migrate", "--write")
    assert (0, "0 changes of 0 records written, 1 looked at\n") == (again.code, again.out)
    assert AFTER == (harbour.top / "c/b.yaml").read_text()


def test_json_names_each_change(harbour: Any, iscode: Any) -> None:
    told = json.loads(iscode("schema", "migrate", "-f", "json").out)
    assert (False, 1, [], []) == (told["written"], told["records"], told["conflicts"], told["refused"])
    forms = [(one["form"], one["at"]) for one in told["changes"]]
    assert 7 <= len(forms)
    assert {"path": "c/b.yaml", "migration": "boat-2", "form": "rename", "at": "length"} in told["changes"]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("colour: red\n", "metres: 8\n", "c/b.yaml:5:1", "both length and metres are there"),
        ('    pier: "4"\n', '    harbour: South\n    pier: "4"\n', "c/b.yaml:7:1", "move harbour to berth.harbour"),
        ('berth:\n    # seen from land\n    pier: "4"\n', "berth: North\n", "c/b.yaml:7:1", "move harbour"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_its_place_and_nothing_is_written(
    harbour: Any, iscode: Any, old: str, new: str, place: str, words: str
) -> None:
    harbour.write("c/a.yaml", BEFORE.replace("'b'", "'a'"))
    harbour.write("c/b.yaml", BEFORE.replace(old, new))
    done = iscode("schema", "migrate", "--write")
    assert 1 == done.code
    [line] = [line for line in done.out.splitlines() if words in line]
    assert line.startswith(place)
    assert "cannot be made, so nothing is written" in done.out
    assert BEFORE.replace("'b'", "'a'") == (harbour.top / "c/a.yaml").read_text()
    assert BEFORE.replace(old, new) == (harbour.top / "c/b.yaml").read_text()


def test_what_the_schema_refuses_after_it_too_is_told_and_what_is_no_record_as_well(harbour: Any, iscode: Any) -> None:
    harbour.write("c/b.yaml", BEFORE.replace("colour: red", "depth: 2"))
    harbour.write("c/x.yaml", "kind: Ship\n")
    harbour.write("c/y.yaml", "kind: [\n")
    done = iscode("schema", "migrate", "--write")
    assert 0 == done.code
    assert "c/b.yaml:7:1: the schema still refuses it; `iscode check` says why" in done.out
    assert "c/x.yaml: no record of a known kind, so it was not looked at" in done.out
    assert "c/y.yaml: no record of a known kind, so it was not looked at" in done.out


PLAIN = st.text("abc xyz", min_size=1, max_size=8).map(str.strip).filter(bool)
COMMENTS = st.one_of(st.just(""), PLAIN.map(lambda text: f"   # {text}"))


@st.composite
def records(draw: st.DrawFn) -> str:
    """A record of the old schema, its keys in any order, with comments and blank lines between."""
    lines = {
        "status": f"status: {draw(st.sampled_from(['idle', 'active', 'retired']))}",
        "length": f"length: {draw(st.integers(0, 99))}",
        "harbour": f"harbour: {json.dumps(draw(PLAIN))}",
        "berth": "berth:\n" + " " * (width := draw(st.integers(1, 4))) + "pier: 'x'" + f"\n{' ' * width}# inside",
        "crew": "crew: [{id: a, since: '2026-01-01'}]",
        "tags": f"tags: [{', '.join(draw(st.lists(st.sampled_from(['idle', 'active']), max_size=3)))}]",
    }
    names = draw(st.permutations(sorted(lines)))
    kept = [name for name in names if name in ("status", "berth") or draw(st.booleans())]
    text = ["kind: Boat", "id: b" + draw(COMMENTS)]
    for name in kept:
        text += draw(st.lists(st.sampled_from(["", "# between"]), max_size=2))
        text.append(lines[name] + ("" if name == "berth" else draw(COMMENTS)))
    return draw(st.sampled_from(["\n", "\r\n"])).join([*text, ""])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_every_line_that_no_step_speaks_of_is_kept_byte_for_byte_and_a_second_run_does_nothing(text: str) -> None:
    new = shelf()
    changes = migration.load([("m.yaml", STEPS.encode())], new)
    snapshot = MemorySnapshot({"b.yaml": text.encode()})
    found = migrated(snapshot, snapshot.entries, new, changes, Limits())
    assert ((), ()) == (found.conflicts, found.refused)
    after = found.documents["b.yaml"][1].source.decode()
    touched = ("status:", "length:", "harbour:", "crew:", "tags:")
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(touched)]
    others = [line for line in after.splitlines(keepends=True) if line in kept]
    assert kept == others
    assert text.count("#") == after.count("#")
    before = read("b.yaml", text.encode()).value
    value = read("b.yaml", after.encode()).value
    assert before is not None
    assert value is not None
    assert (before.get("length"), before.get("harbour")) == (value.get("metres"), value["berth"].get("harbour"))
    snapshot = MemorySnapshot({"b.yaml": after.encode()})
    assert {} == migrated(snapshot, snapshot.entries, new, changes, Limits()).documents
