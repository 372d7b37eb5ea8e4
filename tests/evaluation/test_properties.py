"""Whatever the records are: a verdict, the same in any order, and never better for a record that fails."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.document import Limits, read, write
from iscode.evaluation import OUTCOMES, Evaluation, evaluate
from iscode.evaluation.frame import Frames
from iscode.evaluation.ground import prepare
from iscode.evaluation.judge import judged
from iscode.policy import Config, Policy, bind_rules, shipped
from iscode.report import EXPORTS, FOLDER_EXPORTS, FOLDERS, REPORTERS, Options
from iscode.source import MemorySnapshot, Revision

ACME = Path(__file__).resolve().parents[2] / "examples" / "acme" / "compliance"
DAY = "2026-11-24"
FEW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def policy() -> Policy:
    """The shipped rules, every one of them."""
    return bind_rules(Config(version=1, profile="integrated"), shipped())


@cache
def examples() -> tuple[dict[str, Any], ...]:
    """The records of the example: some of each kind that it shows."""
    texts = [path.read_bytes() for path in sorted(ACME.rglob("*.yaml"))]
    return tuple(read("x", text, Limits()).value or {} for text in texts)


def judge(files: Mapping[str, bytes], day: str = DAY) -> Evaluation:
    return evaluate(MemorySnapshot(files), "", policy(), day)


def as_json(evaluation: Evaluation) -> bytes:
    return REPORTERS["json"]([evaluation], Options(all_results=True))


JUNK = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8),
    st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", "Role:none", "Person:p-001", "active", "", "a:b:c"]),
)
VALUES = st.recursive(
    JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)


@st.composite
def record(draw: st.DrawFn) -> dict[str, Any]:
    """A record of the example, whole or changed somewhere."""
    value = copy.deepcopy(draw(st.sampled_from(examples())))
    for _ in range(draw(st.integers(0, 2))):
        node: Any = value
        while True:
            key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
            if not isinstance(node[key], dict | list) or not node[key] or draw(st.booleans()):
                break
            node = node[key]
        if draw(st.booleans()):
            del node[key]
        else:
            node[key] = draw(VALUES)
        if not value:
            break
    return value


@st.composite
def text(draw: st.DrawFn) -> bytes:
    """The text of such a record, sometimes damaged."""
    data = write(draw(record())).encode()
    if draw(st.integers(0, 4)) == 0:
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=6)) + data[start + draw(st.integers(0, 6)) :]
    return data


FILES = st.dictionaries(st.sampled_from([f"compliance/{name}.yaml" for name in "abcdefgh"]), text(), min_size=1)


@FEW
@given(FILES, st.sampled_from([DAY, "0001-01-01", "9999-12-31"]))
def test_any_records_have_a_verdict_and_every_report(files: dict[str, bytes], day: str) -> None:
    evaluation = judge(files, day)
    assert evaluation.verdict.passed == (not any(result.blocking for result in evaluation.results))
    assert {result.outcome for result in evaluation.results} <= set(OUTCOMES)
    assert set(files) == {result.origin.place.path for result in evaluation.results} - {"iscode.yaml"}
    fingerprints = [result.fingerprint for result in evaluation.results]
    assert len(set(fingerprints)) == len(fingerprints)
    for result in evaluation.results:
        assert result.outcome != "error" or result.blocking
        assert bool(result.message) == result.adverse
        assert result.origin.place.line >= 1
    committed = replace(evaluation, revision=Revision("commit", "a" * 40, "b" * 40))
    for name, reporter in REPORTERS.items():
        assert reporter([committed], Options(all_results=True)), name


@settings(FEW, max_examples=20)  # each makes a dozen documents
@given(FILES)
def test_any_records_can_be_told_to_other_tools(files: dict[str, bytes]) -> None:
    evaluation = judge(files)
    for name, reporter in (FOLDERS | EXPORTS | FOLDER_EXPORTS).items():
        assert reporter([evaluation], Options(all_results=True)), name


@FEW
@given(FILES, st.sampled_from([DAY, "0001-01-01", "9999-12-31"]))
def test_what_a_rule_says_at_once_its_expressions_say(files: dict[str, bytes], day: str) -> None:
    ground = prepare(MemorySnapshot(files), "", policy(), day, None, None)
    at_once = list(judged(ground))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Frames, "asked", lambda *_, **__: None)
        assert list(judged(ground)) == at_once


@FEW
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_files_changes_no_byte(files: dict[str, bytes], random: Any) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)
    assert as_json(judge(files)) == as_json(judge(dict(shuffled)))


@FEW
@given(FILES, text())
def test_a_record_that_fails_never_makes_a_verdict_pass(files: dict[str, bytes], added: bytes) -> None:
    whole = judge(files | {"compliance/z.yaml": added})
    own = [result for result in whole.results if result.origin.place.path == "compliance/z.yaml"]
    if any(result.blocking for result in own):
        assert not whole.verdict.passed
    if not judge(files).verdict.passed and whole.verdict.passed:
        # Only a record that is sound itself can mend something.
        assert not any(result.adverse for result in own)


@settings(FEW, max_examples=10)
@given(st.data())
def test_a_broken_record_makes_no_result_of_another_better(data: st.DataObject) -> None:
    files = {f"compliance/{index}.yaml": write(value).encode() for index, value in enumerate(examples())}
    broken = data.draw(st.sampled_from(sorted(files)))
    before = judge(files)
    after = judge(files | {broken: data.draw(st.sampled_from([b"", b"kind: Evidnce\n", b"a: [\n", b"\xff"]))})
    assert not after.verdict.passed
    reference = {(result.rule, result.subject, result.item): result for result in before.results}
    for result in after.results:
        if result.outcome == "pass" and result.origin.place.path != "iscode.yaml":
            assert reference[result.rule, result.subject, result.item].outcome in ("pass", "not_applicable")
