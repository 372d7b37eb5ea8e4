"""Files of scanners and cards become rows; what was cut off, failed or never ran becomes an error with a place."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.errors import ConfigError
from iscode.intake import FORMATS, read_rows

TOOL = {"driver": {"name": "Scan", "version": "1", "rules": [{"id": "R", "defaultConfiguration": {"level": "error"}}]}}


def log(**run: Any) -> bytes:
    whole = {"tool": TOOL, "results": [], "invocations": [{"executionSuccessful": True}], **run}
    present = {key: value for key, value in whole.items() if value is not None}
    return json.dumps({"version": "2.1.0", "runs": [present]}).encode()


def test_results_are_counted_by_the_level_that_they_or_their_rule_have() -> None:
    results = [
        {"ruleId": "R"},
        {"ruleIndex": 0},
        {"ruleId": "other"},
        {"ruleId": "R", "level": "note"},
        {"ruleId": "R", "kind": "pass"},
        {"ruleId": "R", "kind": "review"},
        {"ruleId": "R", "suppressions": [{"kind": "external"}]},
        {"ruleId": "R", "suppressions": [{"kind": "external", "status": "rejected"}]},
    ]
    (row,) = read_rows("sarif", "s", log(results=results))
    counted = {key: row.cells[key] for key in ("error", "warning", "note", "undecided", "suppressed", "failures")}
    assert {"error": 3, "warning": 1, "note": 1, "undecided": 1, "suppressed": 1, "failures": 5} == counted


@pytest.mark.parametrize(("invocations", "ran"), [([{"executionSuccessful": True}], True), (None, False), ([], False)])
def test_a_clean_log_says_that_the_tool_ran_only_where_the_tool_said_so(invocations: Any, ran: bool) -> None:
    (row,) = read_rows("sarif", "s", log(invocations=invocations))
    assert (ran, 0) == (row.cells["ran"], row.cells["failures"])


EXTENDED = {
    "driver": {"name": "Scan", "rules": [{"id": "A", "defaultConfiguration": {"level": "note"}}, {"id": "B"}]},
    "extensions": [
        {"name": "core", "rules": [{"id": "C", "guid": "g-1", "defaultConfiguration": {"level": "error"}}]},
        {"name": "more", "rules": [{"id": "D"}, {"id": "E", "defaultConfiguration": {"level": "Error"}}]},
    ],
}


@pytest.mark.parametrize(
    ("result", "level"),
    [
        ({"ruleIndex": 0}, "note"),
        ({"ruleIndex": 1}, "warning"),
        ({"ruleIndex": -1, "ruleId": "A"}, "note"),
        ({"ruleId": "C"}, "error"),
        ({"ruleId": "C/sub/part"}, "error"),
        ({"ruleId": "unknown"}, "warning"),
        ({"rule": {"index": 0, "toolComponent": {"index": 0}}}, "error"),
        ({"ruleIndex": 0, "rule": {"toolComponent": {"index": 0}}}, "error"),
        ({"ruleIndex": 0, "rule": {"toolComponent": {"name": "core"}}}, "error"),
        ({"rule": {"guid": "g-1"}}, "error"),
        ({"rule": {"index": 1, "toolComponent": {"index": 1}}}, "error"),
        ({"ruleIndex": 0, "rule": {"toolComponent": {"index": 0}}, "level": "none"}, "none"),
        ({"level": "grave"}, "error"),
    ],
)
def test_a_result_without_a_level_has_that_of_its_rule_wherever_the_rule_stands(
    result: dict[str, Any], level: str
) -> None:
    (row,) = read_rows("sarif", "s", log(tool=EXTENDED, results=[result]))
    assert [level] == [name for name in ("error", "warning", "note", "none") if row.cells[name]]
    assert 5 == row.cells["rules"]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ({"results": [{"ruleIndex": 2}]}, "run 1 has a result, number 1, that names rule 2"),
        ({"results": [{"rule": {"index": 0, "toolComponent": {"index": 2}}}]}, "names extension 2"),
        ({"results": [{"ruleId": "A", "rule": {"toolComponent": {"name": "gone"}}}]}, "'gone' as a part of the tool"),
        ({"results": [{"rule": {"guid": "g-2"}}]}, "a rule 'g-2' that the log does not have"),
        ({"results": ["text"]}, "something else than objects in its list `results`"),
        ({"results": [{"suppressions": [None]}]}, "in its list `suppressions`"),
        ({"tool": {"driver": {"name": "Scan", "rules": [None, {"id": "A"}]}}}, "in its list `rules`"),
        ({"tool": {"driver": {"name": "Scan"}, "extensions": [1]}}, "in its list `tool.extensions`"),
        ({"invocations": [1, {"executionSuccessful": True}]}, "in its list `invocations`"),
        *(
            ({"externalPropertyFileReferences": {part: there}}, f"run 1 keeps its {part} in another file")
            for part, there in (
                ("results", [{"location": {"uri": "a"}}]),
                ("driver", {"location": {"uri": "a"}}),
                ("extensions", [{"location": {"uri": "a"}}]),
                ("invocations", [{"guid": "g"}]),
            )
        ),
        ({"externalPropertyFileReferences": [{"driver": {}}]}, "in a way that SARIF does not know"),
        (
            {"invocations": [{"ruleConfigurationOverrides": [{"descriptor": {"index": 9}}]}]},
            "run 1 names rule 9, counted from 0",
        ),
    ],
)
def test_a_log_whose_results_lead_to_no_rule_that_is_in_it_is_refused(run: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_rows("sarif", "s", log(**{"tool": EXTENDED, **run}))
    assert message in str(raised.value)


def test_an_override_counts_where_it_is_worse_and_names_its_rule_by_place() -> None:
    override = {"descriptor": {"index": 1}, "configuration": {"level": "error"}}
    ran = [{"executionSuccessful": True, "ruleConfigurationOverrides": [override]}]
    (row,) = read_rows("sarif", "s", log(tool=EXTENDED, invocations=ran, results=[{"ruleId": "B"}, {"ruleIndex": 1}]))
    assert (2, 0) == (row.cells["error"], row.cells["warning"])


COVERED = '<coverage lines-valid="8" lines-covered="6" version="5" timestamp="1700000000000"/>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("form", "data", "message"),
    [
        ("sarif", b"{}", "no SARIF log"),
        ("sarif", b'{"version": "2.1.0", "runs": []}', "no run"),
        ("sarif", log(results=None), "no list of results"),
        ("sarif", log(invocations=[{"executionSuccessful": False}]), "did not run to its end"),
        ("sarif", log(invocations=[{"toolExecutionNotifications": [{"level": "error"}]}]), "an error of the tool"),
        ("sarif", log()[:-3], "s:1:"),
        ("junit", b"<testsuite/>", "no case of the report ran"),
        ("junit", b"<testsuite tests='1'><testcase><skipped/></testcase></testsuite>", "no case of the report ran"),
        ("junit", b"<testsuite tests='2'><testcase/></testsuite>", "counts 2 cases and has 1"),
        (
            "junit",
            b"<testsuites><testsuite/><testsuite tests='1'/></testsuites>",
            "1 cases and has 0",
        ),
        ("junit", b"<testsuite tests='1'><testcase/>", "ends in the middle"),
        ("junit", b"<testsuite failures='1'><testcase/></testsuite>", "1 cases are said to have failed"),
        ("junit", b"<testsuites errors='2'><testsuite><testcase/></testsuite></testsuites>", "2 cases are said"),
        ("junit", b"<testsuites tests='9'><testsuite><testcase/></testsuite></testsuites>", "counts 9 cases and has 1"),
        ("junit", b"<testsuite><testcase status='notrun' result='suppressed'/></testsuite>", "no case of the report"),
        (
            "junit",
            b"<testsuite tests='2' failures='0'><testsuite failures='2'><testcase/><testcase/></testsuite></testsuite>",
            "2 cases are said to have failed, and none shows it",
        ),
        ("junit", b"<testsuite><testsuite tests='2'><testcase/></testsuite></testsuite>", "counts 2 cases and has 1"),
        (
            "junit",
            b"<testsuite tests='3'><testcase/><testcase/><testsuite><testcase/><testcase/></testsuite></testsuite>",
            "counts 3 cases and has 4",
        ),
        (
            "junit",
            b"<testsuite failures='5'><testcase><failure/></testcase><testcase/></testsuite>",
            "5 cases are said to have failed, and 1 shows it",
        ),
        ("junit", b"<testsuite tests='3' skipped='3'>" + b"<testcase/>" * 3 + b"</testsuite>", "have been left out"),
        ("junit", b"<testsuite skipped='1' disabled='1'><testcase/><testcase><skipped/></testcase></testsuite>", "2 c"),
        ("junit", b"<testsuite failures='1.0'><testcase/></testsuite>", "'1.0' as its failures, which is no number"),
        ("junit", b"<testsuite><failure message='before all'/><testcase/></testsuite>", "a failure outside its cases"),
        ("junit", b"<testsuite><testcase/><x><error/></x></testsuite>", "an error outside its cases"),
        ("junit", b"<testsuite><testcase/><skipped/></testsuite>", "something left out outside its cases"),
        ("junit", b"<testsuite><testcase status='odd'/></testsuite>", "'odd', which says neither that it passed"),
        ("junit", f"{ENTITIES}<testsuite><testcase/></testsuite>".encode(), "declares an entity"),
        ("junit", b"<testsuite>" + b"<a>" * 200, "deeper than 100"),
        ("junit", b"<html/>", "no JUnit report"),
        ("coverage", b'<coverage lines-valid="0" lines-covered="0"/>', "measured nothing"),
        ("coverage", b'{"meta": {}, "totals": {}}', "does not say how many lines"),
        ("sbom", b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}', "no components"),
        ("cyclonedx", b"{}", "no CycloneDX"),
        ("sbom", b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [1]}', "in its list `components`"),
        (
            "sbom",
            b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}], "vulnerabilities": ["CVE-1"]}',
            "in its list `vulnerabilities`",
        ),
        (
            "sbom",
            b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}], "compositions": {"aggregate": "x"}}',
            "in its list `compositions`",
        ),
        (
            "sbom",
            b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}], "vulnerabilities": [{"ratings":1}]}',
            "in its list `ratings`",
        ),
        ("metrics", b'{"metrics": []}', "nothing was measured"),
        ("metrics", b'{"metrics": [{"name": "a", "value": NaN}]}', "no number"),
        ("metrics", b'{"metrics": [{"name": "a", "value": 1, "threshold": 1}]}', "without a comparator"),
        ("model-card", b"# Title\n", "does not begin with a block"),
        ("model-card", b"---\na: *b\n---\n", "s:2:4"),
        ("yaml", b"a: 1\na: 2\n", "s:2:1"),
    ],
)
def test_what_is_cut_off_failed_or_empty_is_refused(form: str, data: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_rows(form, "s", data)
    assert message in str(raised.value)
    assert raised.value.hint


def test_cases_of_a_test_report_are_counted_once_each() -> None:
    data = (
        b"<testsuites><testsuite name='unit' tests='4' timestamp='2026-11-20T10:00:00'><testcase/>"
        b"<testcase><failure/><error/></testcase><testcase><failure/></testcase><testcase><skipped/></testcase>"
        b"</testsuite></testsuites>"
    )
    (row,) = read_rows("junit", "s", data)
    assert (4, 3, 2, 1) == tuple(row.cells[key] for key in ("cases", "ran", "failures", "skipped"))
    assert ("unit", "2026-11-20") == (row.cells["name"], row.cells["ended"])


@pytest.mark.parametrize("key", ["status", "result"])
@pytest.mark.parametrize(("word", "failures"), [("passed", 0), ("run", 0), ("failed", 1), ("Error", 1), ("failure", 1)])
def test_a_case_failed_where_its_tool_says_so_in_a_word(key: str, word: str, failures: int) -> None:
    data = f"<testsuites><testsuite tests='2'><testcase/><testcase {key}='{word}'/></testsuite></testsuites>"
    (row,) = read_rows("junit", "s", data.encode())
    assert (2, failures) == (row.cells["ran"], row.cells["failures"])


AS_TOOLS_WRITE_THEM = {
    "the end of a case counted as another, by pytest": (
        "<testsuites><testsuite tests='2' errors='1' failures='0' skipped='0'><testcase><error/></testcase>"
        "</testsuite></testsuites>",
        (1, 1, 0),
    ),
    "a case that failed and did not end well, by pytest": (
        "<testsuites><testsuite tests='1' errors='1' failures='1' skipped='0'><testcase><failure/></testcase>"
        "<testcase><error/></testcase></testsuite></testsuites>",
        (2, 2, 0),
    ),
    "what failed before the first test, by gotestsum": (
        "<testsuites tests='0' failures='0' errors='1'><testsuite tests='0' failures='1'><testcase name='TestMain'>"
        "<failure/></testcase></testsuite></testsuites>",
        (1, 1, 0),
    ),
    "suites that count those in them too, by PHPUnit": (
        "<testsuites><testsuite tests='3' failures='1' errors='0' skipped='1'><testsuite tests='2' failures='1'>"
        "<testcase/><testcase><failure/></testcase></testsuite><testsuite tests='1' skipped='1'><testcase><skipped/>"
        "</testcase></testsuite></testsuite></testsuites>",
        (3, 1, 1),
    ),
    "suites that count their own alone": (
        "<testsuite tests='1' failures='0'><testcase/><testsuite tests='2' failures='1'><testcase/><testcase>"
        "<failure/></testcase></testsuite></testsuite>",
        (3, 1, 0),
    ),
    "sums on the outermost alone": (
        "<testsuites tests='2' failures='1' disabled='0'><testsuite><testcase/><testcase><failure/></testcase>"
        "</testsuite></testsuites>",
        (2, 1, 0),
    ),
    "a failure for each thing that does not hold, by Catch2": (
        "<testsuite failures='2' tests='2'><testcase/><testcase><failure/><failure/></testcase></testsuite>",
        (2, 1, 0),
    ),
    "cases that are disabled, by GoogleTest": (
        "<testsuites tests='3' failures='0' disabled='1' errors='0'><testsuite tests='3' failures='0' disabled='1' "
        "skipped='1' errors='0'><testcase status='run' result='completed'/><testcase status='notrun' "
        "result='suppressed'/><testcase status='run' result='skipped'><skipped/></testcase></testsuite></testsuites>",
        (3, 0, 2),
    ),
    "a case that passed when it ran again, by Surefire": (
        "<testsuite tests='1' errors='0' skipped='0' failures='0' flakes='1'><testcase><flakyFailure/></testcase>"
        "</testsuite>",
        (1, 0, 0),
    ),
}


@pytest.mark.parametrize("name", AS_TOOLS_WRITE_THEM)
def test_a_report_is_read_as_its_tool_counts(name: str) -> None:
    text, counts = AS_TOOLS_WRITE_THEM[name]
    (row,) = read_rows("junit", "s", text.encode())
    assert counts == tuple(row.cells[key] for key in ("cases", "failures", "skipped"))


COUNT = st.one_of(st.none(), st.integers(0, 3))
CASE = st.sampled_from(["", "<failure/>", "<error/>", "<skipped/>"])
SUITE: st.SearchStrategy[Any] = st.recursive(
    st.tuples(COUNT, COUNT, COUNT, st.lists(CASE, max_size=3), st.just([])),
    lambda inner: st.tuples(COUNT, COUNT, COUNT, st.lists(CASE, max_size=3), st.lists(inner, max_size=2)),
    max_leaves=4,
)


def suite_of(made: Any) -> tuple[str, list[str], bool]:
    """A suite as text, its cases with those of the suites in it, and whether any tells of more than it has."""
    tests, failures, skipped, cases, inner = made
    below = [suite_of(one) for one in inner]
    held = [*cases, *(case for _, more, _ in below for case in more)]
    bad = sum(case in ("<failure/>", "<error/>") for case in held)
    more = (tests or 0) > len(held) + bad or (failures or 0) > bad or (skipped or 0) > held.count("<skipped/>")
    told = {"tests": tests, "failures": failures, "skipped": skipped}
    attributes = "".join(f" {key}='{value}'" for key, value in told.items() if value is not None)
    inside = "".join(f"<testcase>{case}</testcase>" for case in cases) + "".join(text for text, _, _ in below)
    return f"<testsuite{attributes}>{inside}</testsuite>", held, more or any(told for _, _, told in below)


@given(SUITE)
def test_a_report_is_read_only_where_each_suite_shows_what_it_tells_of(made: Any) -> None:
    text, held, more = suite_of(made)
    try:
        (row,) = read_rows("junit", "s", text.encode())
    except ConfigError:
        return
    assert not more
    assert Counter(held) == Counter(
        {case: figure["value"] for case, figure in zip(NAMED, row.cells["figures"], strict=True)}
    )


NAMED = ("", "<skipped/>", "<failure/>", "<error/>")


def test_lines_that_ran_are_a_share_of_those_that_can() -> None:
    data = {"meta": {"version": "7.6", "timestamp": "2026-11-20T08:00:00"}, "totals": {"num_statements": 8}}
    data["totals"]["covered_lines"] = 6
    for text in (json.dumps(data), COVERED):
        (row,) = read_rows("coverage", "s", text.encode())
        assert (8, 6, 75) == tuple(row.cells[key] for key in ("lines", "covered", "percent"))


def test_a_bill_without_weaknesses_does_not_say_that_somebody_looked() -> None:
    bill: dict[str, Any] = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a"}]}
    (clean,) = read_rows("sbom", "s", json.dumps(bill | {"vulnerabilities": []}).encode())
    found = [{"ratings": [{"severity": "low"}, {"severity": "high"}]}, {"analysis": {"state": "not_affected"}}]
    (looked,) = read_rows("sbom", "s", json.dumps(bill | {"vulnerabilities": found}).encode())
    assert (False, 0) == (clean.cells["looked"], clean.cells["weaknesses"])
    assert (True, 1, 1, 1) == tuple(looked.cells[key] for key in ("looked", "weaknesses", "high", "settled"))


WHOLE_BILL: dict[str, Any] = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a"}]}


@pytest.mark.parametrize(
    ("ratings", "severity"),
    [
        ([], "unknown"),
        ([{"severity": "info"}, {"score": 9.8, "method": "CVSSv31"}], "critical"),
        ([{"severity": "info", "score": 7, "method": "CVSSv4"}], "high"),
        ([{"severity": "unknown", "score": 6.9, "method": "CVSSv3"}], "medium"),
        ([{"score": 0.1, "method": "CVSSv3"}], "low"),
        ([{"score": 0, "method": "CVSSv3"}], "none"),
        ([{"score": 9.8, "method": "CVSSv2"}], "high"),
        ([{"severity": "info", "score": 98, "method": "CVSSv3"}], "unknown"),
        ([{"severity": "info", "score": "9.8", "method": "CVSSv3"}], "unknown"),
        ([{"severity": "info"}, {"score": 9.8}], "unknown"),
        ([{"severity": "info"}, {"score": 0.1, "method": "OWASP"}], "unknown"),
        ([{"severity": "low"}, {"severity": "unknown"}], "unknown"),
        ([{"severity": "low"}, {"severity": "Critical"}], "unknown"),
        ([{"severity": "low"}, {"severity": ["critical"]}], "unknown"),
        ([{"severity": "unknown"}, {"severity": "high"}], "high"),
        ([{"severity": "none"}, {"severity": "info"}], "info"),
        ([{"severity": "none"}], "none"),
    ],
)
def test_a_weakness_is_as_grave_as_its_worst_rating_and_one_without_a_word_is_no_mild_one(
    ratings: Any, severity: str
) -> None:
    (row,) = read_rows("sbom", "s", json.dumps(WHOLE_BILL | {"vulnerabilities": [{"ratings": ratings}]}).encode())
    named = ("critical", "high", "medium", "low", "info", "none", "unknown", "settled")
    assert [severity] == [name for name in named if row.cells[name]]


@pytest.mark.parametrize(
    ("aggregate", "incomplete"), [("complete", False), ("incomplete_first_party_only", True), (None, True)]
)
def test_a_bill_is_whole_only_where_no_part_of_it_is_called_otherwise(aggregate: Any, incomplete: bool) -> None:
    bill = WHOLE_BILL | {"compositions": [{"aggregate": "complete"}, {"aggregate": aggregate}]}
    (row,) = read_rows("sbom", "s", json.dumps(bill).encode())
    assert incomplete == row.cells["incomplete"]


def test_measures_are_held_against_their_bounds() -> None:
    metrics = [
        {"name": "ratio", "slice": "under 25", "value": 0.7, "comparator": ">=", "threshold": 0.8},
        {"name": "ratio", "value": 0.9, "comparator": ">=", "threshold": 0.8},
        {"name": "free", "value": 1},
    ]
    (row,) = read_rows("metrics", "s", json.dumps({"metrics": metrics}).encode())
    assert (3, 2, 1) == tuple(row.cells[key] for key in ("measures", "bounded", "broken"))
    assert {"name": "ratio, under 25 >= 0.8", "value": 0.7} == row.cells["figures"][0]


def test_the_command_line_knows_each_form_that_is_read() -> None:
    from iscode.cli.verbs import importing

    assert tuple(FORMATS) == importing.FORMATS


def test_a_card_has_its_front_matter_and_first_heading() -> None:
    data = b"---\r\nlicense: mit\r\nlanguage: no\r\ndatasets: [squad]\r\nthumbnail:\r\n---\r\n# My model\r\ntext\r\n"
    (row,) = read_rows("model-card", "s", data)
    expected = {"license": "mit", "language": "no", "datasets": ["squad"], "thumbnail": "", "(heading)": "My model"}
    assert expected == dict(row.cells)


def test_an_include_of_a_card_is_named_and_not_read() -> None:
    (row,) = read_rows("yaml", "s", b"name: A\nmodels:\n  - !include models/m.yaml\n")
    assert [{"!include": "models/m.yaml"}] == row.cells["models"]


def test_a_model_that_the_whole_bill_is_of_is_a_component_of_it() -> None:
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    model = {"type": "machine-learning-model", "name": "m", "version": "1"}
    (row,) = read_rows("cyclonedx", "s", json.dumps(bill | {"metadata": {"component": model}}).encode())
    expected = ("m", [{"name": "m", "version": "1"}], None)
    assert expected == tuple(row.cells[key] for key in ("name", "bill.models", "bill.subject"))
    with pytest.raises(ConfigError, match="no components"):
        read_rows(
            "cyclonedx", "s", json.dumps(bill | {"metadata": {"component": model | {"type": "library"}}}).encode()
        )


def test_a_component_that_is_referred_to_is_named() -> None:
    model = {"name": "m", "modelCard": {"modelParameters": {"datasets": [{"ref": "d"}]}}}
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [model, {"bom-ref": "d", "name": "data"}]}
    rows = read_rows("cyclonedx", "s", json.dumps(bill).encode())
    assert [{"ref": "d", "name": "data"}] == rows[0].cells["modelCard.modelParameters.datasets"]


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("data", [b"\xff", b"[" * 100_000, b"<a>" * 5000, b"null", b"\x00"])
def test_hostile_bytes_end_in_an_error_or_in_rows(form: str, data: bytes) -> None:
    try:
        known = all(row.number for row in read_rows(form, "s", data))
    except ConfigError as error:
        known = error.place is not None
    assert known
