"""The real Dutch algorithm register becomes records by the mapping that ships."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from iscode.document import read, write
from iscode.intake import Intake, Row, convert, read_mapping, read_rows

HOME = Path(__file__).parents[2]
MAPPING = HOME / "mappings/nl-algorithm-register.yaml"
REGISTER = HOME.parent / "shared/real/nl-algorithm-register/register.json"


def converted(rows: Any) -> Intake:
    return convert(rows, read_mapping(read(MAPPING.name, MAPPING.read_bytes())))


@pytest.fixture(scope="module")
def rows() -> Any:
    if not REGISTER.is_file():
        pytest.skip(f"THE REAL REGISTER IS NOT THERE, its counts are not checked: {REGISTER}")
    return read_rows("json", REGISTER.name, REGISTER.read_bytes())


def test_every_entry_becomes_a_system_and_every_organisation_a_role(rows: Any) -> None:
    made = converted(rows)
    assert {"AISystem": 130, "Role": 18} == Counter(record["kind"] for _, record in made.records)
    roles = {f"Role:{record['id']}" for _, record in made.records if record["kind"] == "Role"}
    assert roles == {record["owner"] for _, record in made.records}
    assert 148 == len({path.casefold() for path, _ in made.records})


def test_what_is_empty_in_the_register_is_absent_in_the_records(rows: Any) -> None:
    systems = [record for _, record in converted(rows).records[:130]]
    absent = {key: sum(key not in record for record in systems) for key in ("oversight", "known_risks", "legal_basis")}
    assert {"oversight": 11, "known_risks": 55, "legal_basis": 73} == absent


def test_the_dutch_text_is_intact_after_writing_and_reading(rows: Any) -> None:
    made = converted(rows)
    for row, (path, record) in zip(rows, made.records, strict=False):
        value = read(path, write(record).encode()).value
        assert record == value
        assert (row.cells["name"], row.cells["human_intervention"], row.cells["risks"], row.cells["lawful_basis"]) == (
            record["title"],
            record.get("oversight", {}).get("description"),
            record.get("known_risks"),
            record.get("legal_basis"),
        )


def test_only_unclear_stages_half_dates_and_one_doubled_name_are_reported(rows: Any) -> None:
    unplaced = converted(rows).unplaced
    assert {"status": 51, "begin_date": 2, "{organization}-{name}": 1} == Counter(cell.column for cell in unplaced)
    assert 47 == sum(cell.value is None for cell in unplaced)


def test_an_entry_of_the_register_becomes_the_record_that_one_expects() -> None:
    cells = {"name": "Brug", "organization": "Gemeente X", "description_short": "Kort", "description": "Lang",
             "status": "gestopt", "human_intervention": "Ja ", "impact": "Wachten", "begin_date": "03-2022",
             "end_date": "31-12-2022", "uuid": "volgt", "new_column": "?"}  # fmt: skip
    made = converted([Row(1, cells)])
    system = {
        "kind": "AISystem",
        "id": "gemeente-x-brug",
        "title": "Brug",
        "owner": "Role:gemeente-x",
        "status": "active",
        "purpose": "Kort",
        "stage": "retirement",
        "intended_use": {"affected": ["Wachten"], "context": "Kort\n\nLang"},
        "oversight": {"description": "Ja "},
        "decommission": {"done_on": "2022-12-31"},
    }
    role = {"kind": "Role", "id": "gemeente-x", "title": "Gemeente X", "owner": "Role:gemeente-x", "status": "active"}
    assert (
        ("compliance/ai-systems/gemeente-x-brug.yaml", system),
        ("compliance/roles/gemeente-x.yaml", role | {"authorities": [], "holders": []}),
    ) == made.records
    assert ["begin_date", "new_column"] == [cell.column for cell in made.unplaced if cell.row]
