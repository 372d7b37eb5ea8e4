"""What is offered and said inside of the expressions of a rule that is being written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.lsp.formula import in_text, opened, receiver
from iscode.lsp.rule_features import rule_completion, rule_hover
from iscode.lsp.text import Text

from .conftest import RULE, RULE_PATH, Copied, Laid, at

CHECK = "  - that: size(purpose) > params.words\n"


def typed(expression: str) -> str:
    """The rule with an expression in the place of its first check's."""
    assert CHECK in RULE
    return RULE.replace(CHECK, f"  - that: {expression}\n")


def offered(authored: Laid, text: str) -> dict[str, str | None]:
    source, point = at(text)
    view = authored.view({RULE_PATH: source})
    found = rule_completion(view, RULE_PATH, Text(source), point)
    return {item.label: item.detail for item in (found.items if found else ())}


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("|", {"self": "AISystem", "params": "params", "today": "timestamp", "purpose": "string", "size": None}),
        ("pur|", {"purpose": "string"}),
        ("self.|", {"oversight": "AISystem.oversight", "owner": "ref(Role)", "stage": "string"}),
        ("self.?oversight.|", {"orValue": "of an optional", "can_stop": "bool"}),
        ("params.|", {"words": "integer"}),
        ("tests.|", {"filter": None, "exists": None, "size": None}),
        ("tests.exists(t, t.|", {"performed_on": "date", "result": "string"}),
        ("tests.filter(t, t.result == 'fail').exists(u, tests.all(v, v.performed_on > u.|", {"performed_on": "date"}),
        ("'tests.exists(t, get(self.owner).|", {"holders": "list(Role.holders)"}),
        ('self.stage == "|', {"design": None, "monitoring": None}),
        ('\'self.stage in ["design", "|', {"monitoring": None}),
        ("records('|", {"ControlTest": "kind"}),
        ("referrers(self, 'ControlTest.|", {"targets": "array"}),
        ("recent(|", {"self": "AISystem"}),
        ("has(self.oversight) && self.oversight.|", {"can_stop": "bool"}),
        ("'|", {"recent": "recent(date: timestamp, age: duration)"}),
        ("cel.bind(x, self.oversight, x.|", {"can_stop": "bool"}),
        ("purpose.|", {"startsWith": "string.startsWith(string) -> bool"}),
    ],
)
def test_what_may_follow_is_offered_with_its_type(
    authored: Laid, expression: str, wanted: dict[str, str | None]
) -> None:
    found = offered(authored, typed(expression))
    assert wanted.keys() <= found.keys()
    assert wanted == {name: found[name] if kind is not None else None for name, kind in wanted.items()}


def test_a_let_knows_those_beside_it_and_prose_knows_nothing(authored: Laid) -> None:
    assert {"purpose", "self"} <= offered(authored, RULE.replace("  tests: '", "  other: |\n  tests: '")).keys()
    assert {} == offered(authored, RULE.replace("rationale: Nobody", "rationale: self.|Nobody"))
    assert {} == offered(authored, RULE.replace("severity: low", "severity: |"))


def test_an_item_is_known_where_there_is_one(authored: Laid) -> None:
    each = "each: self.?stage_gates.orValue([])\ncheck:\n"
    whole = typed("item.|").replace("check:\n", each)
    assert {"date", "decision"} <= offered(authored, whole).keys()
    assert "item" not in offered(authored, typed("|"))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("self.over|sight.can_stop", "**oversight** `AISystem.oversight`"),
        ("self.oversight.can_|stop", "**can_stop** `bool`"),
        ("siz|e(purpose) > 1", "**size**"),
        ("size(pur|pose) > 1", "`self.purpose`"),
        ("rec|ent(today, days(1))", "**recent** `recent(date: timestamp"),
    ],
)
def test_a_name_says_what_it_means(authored: Laid, expression: str, said: str) -> None:
    source, point = at(typed(expression))
    found = rule_hover(authored.view({RULE_PATH: source}), RULE_PATH, Text(source), point)
    assert found is not None
    assert said in found.contents.value  # type: ignore[union-attr]


def test_a_text_and_what_is_unknown_say_nothing(authored: Laid) -> None:
    for expression in ('self.stage == "des|ign"', "self.nev|er", "|", "unhe|ard"):
        source, point = at(typed(expression))
        assert rule_hover(authored.view({RULE_PATH: source}), RULE_PATH, Text(source), point) is None


def test_the_operand_that_ends_a_text_is_found_whole() -> None:
    cases = {"a && b.c": "b.c", "f(x, [1]).g": "f(x, [1]).g", "x[?'(']": "x[?'(']", "!(a": "a", "a + (b.c)": "(b.c)"}
    assert cases == {text: receiver(text) for text in cases}


@pytest.mark.parametrize("call", ["a(", "a.b(c, "])
def test_no_call_that_is_open_has_the_text_before_it_looked_at_again(call: str) -> None:
    text = Copied(call * 200)
    assert 200 == len(opened(text))
    assert 0 == text.heads


def test_a_call_has_its_name_and_what_it_is_called_on() -> None:
    cases = {
        "f(": ("f", ""),
        "a.b (": ("b", "a"),
        "g(x.f(1).h[2].k(": ("k", "x.f(1).h[2]"),
        "1ab(": ("ab", ""),
        "é1_x(": ("_x", ""),
        "1(": ("", ""),
        "(": ("", ""),
        "'a.'.b(": ("b", "'a.'"),
        "x.?y.z(": ("z", "x.?y"),
        ".f(": ("f", ""),
    }
    assert cases == {text: (opened(text)[-1].name, opened(text)[-1].receiver) for text in cases}


@given(st.text(alphabet="ab.?()[]{},'\" ", max_size=30))
def test_any_text_can_be_looked_at(before: str) -> None:
    in_text(before)
    assert before.endswith(receiver(before))
    for call in opened(before):
        assert call.arguments
