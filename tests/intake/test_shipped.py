"""Each format that says what is in its files becomes records by the mapping that ships, and never a false pass."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import read, write
from iscode.errors import ConfigError, IscodeError
from iscode.intake import FORMATS, Intake, columns_given, convert, read_mapping, read_rows
from iscode.policy import Config, bind_rules, shipped

HERE = Path(__file__).parent
KINDS = bind_rules(Config(version=1, profile="integrated"), shipped()).kinds
MAPPINGS = {path.stem: read_mapping(read(path.name, path.read_bytes())) for path in HERE.parents[1].glob("mappings/*")}
GENERIC = {"csv", "json", "yaml"}
BESIDE = {"@file.name": "x", "@file.path": "artifacts/x", "@file.sha256": "0" * 64, "@file.size": 7}
PROVEN = ("owner=Role:ml-lead", "covers=iso27001:A.8.28, iso27001:A.8.29")
RAN = "2026-11-19"


class Sample(NamedTuple):
    """A file, the mapping that it goes by, what is given beside it, and what becomes of it."""

    mapping: str
    file: str
    given: tuple[str, ...]
    made: tuple[str, ...]
    unplaced: tuple[str, ...] = ()


SAMPLES = (
    Sample("sarif", "scan.sarif", PROVEN, (f"evidence/codewatch-{RAN}",)),
    Sample("junit", "tests.xml", PROVEN, (f"evidence/scoring-{RAN}",)),
    Sample("coverage", "coverage.json", (*PROVEN, "at_least=90"), (f"evidence/coverage-py-{RAN}",)),
    Sample("coverage", "coverage.xml", (*PROVEN, "at_least=90", "name=unit"), (f"evidence/unit-{RAN}",)),
    Sample("metrics", "metrics.json", PROVEN, ("evidence/fair-report-2026-10-31",)),
    Sample("sbom", "sbom.cdx.json", PROVEN, (f"evidence/scoring-bill-{RAN}",)),
    Sample(
        "model-card",
        "model-card.md",
        (PROVEN[0], "version=9f3c2a1", "origin=open_weights"),
        ("models/helpdesk-7b-9f3c2a1",),
        (
            "@personal_data", "@personal_data", "language", "model-index",
            "co2_eq_emissions.emissions", "co2_eq_emissions.source",
        ),
    ),
    Sample(
        "model-card",
        "model-card.md",
        (
            PROVEN[0], "version=1", "origin=open_weights", "personal_data=none", "system=Help desk",
            "purpose=Answer questions", "stage=testing",
        ),
        ("models/helpdesk-7b-1", "data/squad", "data/example-org-helpdesk-2025", "ai-systems/help-desk"),
        ("language", "model-index", "co2_eq_emissions.emissions", "co2_eq_emissions.source"),
    ),
    Sample(
        "cyclonedx",
        "ml-bom.cdx.json",
        (
            PROVEN[0], "origin=third_party", "criticality=high", "personal_data=personal", "data_purpose=training,test",
            "purpose=Rank claims", "stage=deployment",
        ),
        (
            "models/claims-ranker-3-0", "suppliers/example-models-b-v", "data/named/public-claims",
            "ai-systems/claims-triage", "data/claims-2025-1",
        ),
        (
            "supplier.url", "modelCard.modelParameters.task", "modelCard.modelParameters.architectureFamily",
            "modelCard.quantitativeAnalysis.performanceMetrics", "modelCard.considerations.users",
            "modelCard.modelParameters.datasets[2].type", "data", "bill.subject", "bill.subject_version", "bill.models",
            "(row)",
        ),
    ),
    Sample(
        "nl-system-card",
        "system-card.yaml",
        (PROVEN[0], "criticality=low"),
        ("ai-systems/voorrang-van-meldingen", "suppliers/voorbeeld-software"),
        (
            "ai_act_profile.risk_category", "owners", "ai_act_profile.type", "ai_act_profile.open_source",
            "assessments", "models",
        ),
    ),
)  # fmt: skip


def imported(mapping: str, data: bytes, *given_words: str) -> Intake:
    chosen = MAPPINGS[mapping]
    known = columns_given(given_words, chosen.given) | BESIDE
    return convert([row.with_known(known) for row in read_rows(chosen.format, "x", data)], chosen)


def sample(name: str) -> bytes:
    return (HERE / "samples" / name).read_bytes()


def concluded(mapping: str, data: bytes, *more: str) -> list[str]:
    made = imported(mapping, data, *PROVEN, "collected_on=2026-11-19", "name=x", *more)
    return [record["conclusion"] for _, record in made.records]


def test_each_format_that_says_what_is_in_it_has_a_mapping_of_its_own() -> None:
    assert set(FORMATS) - GENERIC == {name for name, mapping in MAPPINGS.items() if name == mapping.format}


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: f"{one.mapping} {len(one.given)}")
def test_a_sample_becomes_records_that_their_schemas_take(one: Sample) -> None:
    made = imported(one.mapping, sample(one.file), *one.given)
    assert tuple(f"compliance/{name}.yaml" for name in one.made) == tuple(path for path, _ in made.records)
    assert one.unplaced == tuple(cell.column for cell in made.unplaced)
    for path, record in made.records:
        document = read(path, write(record).encode())
        assert record == document.value
        assert () == tuple(refusal.message for refusal in KINDS[record["kind"]].refusals(document))


def test_a_reference_that_an_import_makes_leads_to_a_record_that_it_makes() -> None:
    for one in SAMPLES[6:]:
        records = [record for _, record in imported(one.mapping, sample(one.file), *one.given).records]
        there = {f"{record['kind']}:{record['id']}" for record in records} | {"Role:ml-lead"}
        assert set() == {text for text in texts(records) if ":" in text and text.partition(":")[0] in KINDS} - there


def texts(value: Any) -> list[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, str) else [text for one in inner for text in texts(one)]


def test_evidence_is_bound_to_its_file_its_days_and_what_it_speaks_for() -> None:
    [(_, record)] = imported("sarif", sample("scan.sarif"), *PROVEN, "subjects=Asset:scoring-repository").records
    names = ("error", "warning", "note", "none", "undecided", "suppressed")
    assert {
        "kind": "Evidence",
        "id": f"codewatch-{RAN}",
        "title": f"Findings of codewatch, {RAN}",
        "owner": "Role:ml-lead",
        "status": "active",
        "covers": ["iso27001:A.8.28", "iso27001:A.8.29"],
        "subjects": ["Asset:scoring-repository"],
        "type": "test_result",
        "source": "https://git.example.org/scoring at f38cf7f0a7ede6be2cfe6082f0541bc199aef980",
        "method": "A scan; rules that its log describes: 2",
        "artifact": {"path": "artifacts/x", "sha256": "0" * 64, "size": 7},
        "collected_on": RAN,
        "collected_with": "codewatch 2.4.0, nightly/2026-11-19",
        "period": {"from": RAN, "to": RAN},
        "figures": [{"name": name, "value": 0} for name in names],
        "conclusion": "effective",
    } == record


@pytest.mark.parametrize("mapping", ["sarif", "junit", "coverage", "metrics", "sbom"])
@pytest.mark.parametrize("missing", ["@owner", "@covers", "@file.path"])
def test_evidence_without_an_owner_a_requirement_or_a_file_is_refused(mapping: str, missing: str) -> None:
    file = next(one.file for one in SAMPLES if one.mapping == mapping)
    chosen = MAPPINGS[mapping]
    known = {"@owner": "Role:r", "@covers": "iso27001:9.1", "@name": "n", **BESIDE, missing: None}
    rows = [row.with_known(known) for row in read_rows(chosen.format, "x", sample(file))]
    with pytest.raises(IscodeError) as raised:
        convert(rows, chosen)
    assert missing in str(raised.value)
    assert "--set " in raised.value.hint


def changed(file: str, **more: Any) -> bytes:
    """The only run of a log, or the whole document, with other values; None takes one away."""
    value = json.loads(sample(file))
    whole = value["runs"][0] if "runs" in value else value
    for key, inner in more.items():
        whole.pop(key, None)
        if inner is not None:
            whole[key] = inner
    return json.dumps(value).encode()


def suite(*cases: str, more: str = "") -> bytes:
    inner = "".join(f"<testcase name='{number}'>{case}</testcase>" for number, case in enumerate(cases))
    return f"<testsuite name='s' timestamp='2026-11-19T02:00:00' {more}>{inner}</testsuite>".encode()


BARE = {"driver": {"name": "codewatch"}}
BOUND = {"name": "rate", "value": 0.5, "comparator": ">=", "threshold": 0.8}


@pytest.mark.parametrize(
    ("mapping", "data", "conclusion"),
    [
        ("sarif", changed("scan.sarif"), "effective"),
        ("sarif", changed("scan.sarif", results=[{"ruleId": "CW1"}]), "not_effective"),
        ("sarif", changed("scan.sarif", results=[{"ruleId": "PY7"}]), "partly"),
        ("sarif", changed("scan.sarif", results=[{"ruleId": "PY7", "kind": "review"}]), "partly"),
        ("sarif", changed("scan.sarif", results=[{"ruleId": "PY7", "level": "note"}]), "effective"),
        ("sarif", changed("scan.sarif", invocations=None), "informational"),
        ("sarif", changed("scan.sarif", invocations=[{}]), "informational"),
        ("sarif", changed("scan.sarif", tool=BARE), "informational"),
        ("sarif", changed("scan.sarif", tool=BARE, invocations=None, results=[{"level": "error"}]), "not_effective"),
        ("junit", suite("", ""), "effective"),
        ("junit", suite("", "<failure/>"), "not_effective"),
        ("junit", suite("", "<error/>"), "not_effective"),
        ("junit", suite("", "<skipped/>"), "effective"),
        ("junit", suite("", "<skipped/>", "<skipped/>"), "partly"),
        ("coverage", sample("coverage.json"), "informational"),
        ("metrics", sample("metrics.json"), "effective"),
        ("metrics", changed("metrics.json", metrics=[BOUND]), "not_effective"),
        ("metrics", changed("metrics.json", metrics=[{"name": "rate", "value": 1}]), "informational"),
        ("sbom", sample("sbom.cdx.json"), "effective"),
        ("sbom", changed("sbom.cdx.json", vulnerabilities=None), "informational"),
        ("sbom", changed("sbom.cdx.json", vulnerabilities=[]), "informational"),
        ("sbom", changed("sbom.cdx.json", compositions=[{"aggregate": "incomplete"}]), "informational"),
        ("sbom", changed("sbom.cdx.json", vulnerabilities=[{"id": "a"}]), "not_effective"),
        ("sbom", changed("sbom.cdx.json", vulnerabilities=[{"ratings": [{"severity": "low"}]}]), "partly"),
        ("sbom", changed("sbom.cdx.json", vulnerabilities=[{"ratings": [{"severity": "critical"}]}]), "not_effective"),
    ],
)
def test_what_was_found_decides_and_silence_never_passes(mapping: str, data: bytes, conclusion: str) -> None:
    assert [conclusion] == concluded(mapping, data)


@pytest.mark.parametrize(
    ("least", "conclusion"),
    [("90", "effective"), ("90.5", "not_effective"), ("much", "informational"), ("-1", "effective")],
)
def test_a_share_suffices_only_where_somebody_said_how_much_does(least: str, conclusion: str) -> None:
    for file in ("coverage.json", "coverage.xml"):
        assert [conclusion] == concluded("coverage", sample(file), f"at_least={least}")


def test_a_conclusion_that_the_file_does_not_decide_is_reported() -> None:
    made = imported("sarif", changed("scan.sarif", invocations=None), *PROVEN, "collected_on=2026-11-19")
    assert [("ran", False)] == [(cell.column, cell.value) for cell in made.unplaced]
    assert "`conclusion`: the file does not decide it; the default 'informational' was taken" in (
        made.unplaced[0].reason
    )


def test_what_the_file_says_itself_is_not_given_away() -> None:
    made = imported("metrics", sample("metrics.json"), *PROVEN, "to=2026-12-31")
    assert {"from": "2026-10-01", "to": "2026-10-31"} == made.records[0][1]["period"]
    assert ["@to"] == [cell.column for cell in made.unplaced]


LEVEL = st.sampled_from([None, "error", "warning", "note", "none", "odd"])
RESULT = st.fixed_dictionaries(
    {},
    optional={
        "level": LEVEL.filter(bool),
        "ruleId": st.sampled_from(["CW1", "PY7", "CW1/part", "other"]),
        "ruleIndex": st.sampled_from([-1, 0]),
        "kind": st.sampled_from(["fail", "pass", "review", "open", "odd"]),
        "suppressions": st.lists(
            st.fixed_dictionaries({"status": st.sampled_from(["accepted", "rejected"])}), max_size=2
        ),
    },
)


@given(st.lists(RESULT, max_size=4), st.sampled_from([None, [], [{}], [{"executionSuccessful": True}]]))
def test_a_log_passes_only_if_the_tool_ran_and_left_nothing_graver_than_a_note(results: Any, ran: Any) -> None:
    made = imported(
        "sarif", changed("scan.sarif", results=results, invocations=ran), *PROVEN, "collected_on=2026-11-19"
    )
    [(_, record)] = made.records
    found = {figure["name"]: figure["value"] for figure in record["figures"]}
    if record["conclusion"] == "effective":
        assert [{"executionSuccessful": True}] == ran
        assert 0 == found["error"] + found["warning"] + found["undecided"]
    stated = sum(one.get("level") == "error" and one.get("kind", "fail") in ("fail", "odd") for one in results)
    assert found["error"] + found["suppressed"] >= stated


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.sampled_from(["2026-11-19"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "version", "type", "ref", "id", "level", "rules", "value", "index", "severity"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


def paths(value: Any) -> list[tuple[Any, ...]]:
    """Where everything stands in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *path) for key, one in inner for path in paths(one))]


FILES = [(one.mapping, one.file) for one in SAMPLES if one.file.endswith((".json", ".sarif"))]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_a_file_with_other_values_anywhere_gives_records_or_a_loud_error(named: tuple[str, str], data: Any) -> None:
    mapping, file = named
    value = json.loads(sample(file))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(value)))
        if path:
            inner = value
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = data.draw(JSON)
        else:
            value = data.draw(JSON)
    loud_or_whole(mapping, json.dumps(value).encode())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([(one.mapping, one.file) for one in SAMPLES]), st.data())
def test_a_file_with_other_bytes_anywhere_gives_records_or_a_loud_error(named: tuple[str, str], data: Any) -> None:
    mapping, file = named
    whole = sample(file)
    at = data.draw(st.integers(0, len(whole)))
    loud_or_whole(mapping, whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 40)) :])


@pytest.mark.parametrize("depth", [20, 200, 300, 600, 990, 5000])
@pytest.mark.parametrize("opening", ["[", '{"name":'])
@pytest.mark.parametrize(
    ("mapping", "file", "old"),
    [
        ("metrics", "metrics.json", "4120,"),
        ("sarif", "scan.sarif", '"nightly/2026-11-19"'),
        ("sbom", "sbom.cdx.json", '[{"severity": "high"}]'),
        ("cyclonedx", "ml-bom.cdx.json", '[{"license": {"id": "Apache-2.0"}}]'),
        ("cyclonedx", "ml-bom.cdx.json", '["short texts rank low"]'),
        ("coverage", "coverage.json", "450,"),
    ],
)
def test_a_file_of_any_depth_gives_records_or_a_loud_error(
    mapping: str, file: str, old: str, opening: str, depth: int
) -> None:
    text = sample(file).decode()
    assert old in text
    nested = opening * depth + "1" + {"[": "]"}.get(opening, "}") * depth
    loud_or_whole(mapping, text.replace(old, nested + "," * old.endswith(",")).encode())


GIVEN: dict[str, Callable[[str], str]] = {
    "owner": lambda _: "Role:r",
    "covers": lambda _: "iso27001:9.1",
    "collected_on": lambda _: "2026-11-19",
    "stage": lambda _: "testing",
}


def loud_or_whole(mapping: str, data: bytes) -> None:
    """Import what may be anything: each record has its kind, each refusal a next step, and nothing else is raised."""
    words = (f"{name}={GIVEN.get(name, operator.itemgetter(slice(None)))(name)}" for name in MAPPINGS[mapping].given)
    try:
        made = imported(mapping, data, *words)
        stands = all(record["kind"] in KINDS and record["id"] for _, record in made.records)
    except IscodeError as error:
        stands = error.hint != "" and (error.place is not None or not isinstance(error, ConfigError))
    assert stands
