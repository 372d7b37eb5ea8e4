"""Whatever is in a buffer, every request about any place of it has an answer, or a refusal with a reason."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from iscode.errors import UsageError
from iscode.lsp.actions import actions
from iscode.lsp.authoring import rule_diagnostics
from iscode.lsp.completion import completion
from iscode.lsp.definition import definition
from iscode.lsp.diagnostics import diagnostics
from iscode.lsp.hover import hover
from iscode.lsp.references import references
from iscode.lsp.rename import prepare_rename, rename
from iscode.lsp.rule_features import rule_completion, rule_hover
from iscode.lsp.text import Text

from .conftest import RULE, RULE_PATH, Laid

RECORDS = (
    "compliance/ai-systems/credit-scoring.yaml",
    "compliance/waivers/credit-scoring-first-drill.yaml",
    "compliance/roles/credit-officer.yaml",
)
TYPED = st.one_of(
    st.text(max_size=6),
    st.text(alphabet="[]{}:,-#'\"|>&*!%@` \n\t", max_size=4),
    st.sampled_from(
        ["owner: Ro", "\n- ", "{a: ", "kind: ", "\ud800", "\u2028", "\ufeff", "<<<<<<< HEAD\n", "? ", "a: &b"]
    ),
)


def edited(data: st.DataObject, source: str) -> str:
    """A text that somebody is changing: something typed, some of it gone, cut at its end or not."""
    at = data.draw(st.integers(0, len(source)))
    text = source[:at] + data.draw(TYPED) + source[at + data.draw(st.integers(0, 60)) :]
    return text[: data.draw(st.one_of(st.none(), st.integers(0, len(text))))]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_request_about_a_record_is_answered(laid: Laid, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(RECORDS))
    source = edited(data, laid.text(path))
    view, text = laid.view({path: source}), Text(source)
    assert path in diagnostics(view, {})
    for _ in range(4):
        row = data.draw(st.integers(0, len(text.lines) + 1))
        point = text.point(lsp.Position(row, data.draw(st.integers(0, 100))))
        position = text.position(point)
        hover(view, path, text, point)
        completion(view, path, text, point)
        definition(view, path, text, point)
        references(view, path, text, point, declared=True)
        actions(view, path, text, lsp.Range(position, lsp.Position(row + 3, 0)))
        with suppress(UsageError):
            prepare_rename(view, path, text, point)
            rename(view, path, text, point, data.draw(st.sampled_from(["other", "Ä b", "1", ""])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_request_about_a_rule_is_answered(authored: Laid, data: st.DataObject) -> None:
    source = edited(data, RULE)
    view, text = authored.view({RULE_PATH: source}), Text(source)
    for one in rule_diagnostics(view, RULE_PATH, text):
        assert (one.range.start.line, one.range.start.character) <= (one.range.end.line, one.range.end.character)
    point = text.point(lsp.Position(data.draw(st.integers(0, len(text.lines))), data.draw(st.integers(0, 100))))
    rule_hover(view, RULE_PATH, text, point)
    rule_completion(view, RULE_PATH, text, point)
    definition(view, RULE_PATH, text, point)
    references(view, RULE_PATH, text, point, declared=False)
