"""Rule files -> rules by id; what is wrong in one is refused at its line, with the next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iscode.errors import RuleError
from iscode.rule import Rules
from iscode.rule.compilation import compile_rule

Shelf = Callable[..., Rules]
SUBJECT = "subject: Machine"
THAT = 'that: self.id != ""'

MISTAKES: list[tuple[str, list[tuple[str, str]], str, str, str]] = [
    ("an unknown key", [("severity", "severty")], "3:1", "unknown key `severty`", "did you mean `severity`?"),
    ("an unknown key of a check", [("message:", "mesage:")], "9:5", "unknown key `check[0].mesage`", "mean `message`?"),
    ("no rationale", [("rationale: Because.\n", "")], "1:1", "`rationale` is missing", "add `rationale:`"),
    ("an unknown severity", [("high", "hihg")], "3:1", '`severity` is "hihg", which is none', "did you mean `high`?"),
    ("an unknown phase", [("phase: do", "phase: doing")], "5:1", '`phase` is "doing"', "one of: act, check, do, plan"),
    ("an unknown stability", [("phase", "stability: solid\nphase")], "5:1", '`stability` is "solid"', "one of:"),
    ("no requirement", [("[s:1]", "[]")], "4:1", "`requirements` is empty", "write something"),
    ("one requirement without a list", [("[s:1]", "s:1")], "4:1", "`requirements` must be a list", ""),
    (
        "no check",
        [(f'check:\n  - {THAT}\n    message: "{{self.id}} is not kept"', "check: []")],
        "7:1",
        "`check` is empty",
        "",
    ),
    (
        "an id with capitals",
        [("id: machine-kept", "id: Machine")],
        "1:1",
        '`id` is "Machine", which does not',
        "must match",
    ),
    (
        "an id of another file",
        [("id: machine-kept", "id: machine")],
        "1:1",
        "the rule 'machine' stands in a file of another",
        "name the file machine.yaml",
    ),
    ("a number as title", [("A machine is kept", "5")], "2:1", "`title` must be text", "put quotes around"),
    (
        "a condition that YAML reads as truth",
        [(THAT, "that: true")],
        "8:5",
        "`check[0].that` must be text",
        "put quotes",
    ),
    (
        "a condition that YAML reads as a list",
        [("check:", "when: [self.id]\ncheck:")],
        "7:1",
        "`when` must be text",
        "put quotes",
    ),
    (
        "a negation that YAML reads as a tag",
        [(THAT, "that: !self.open")],
        "8:11",
        "a tag",
        "put an expression into quotes",
    ),
    (
        "a choice that YAML reads as a map",
        [(THAT, "that: self.a ? 1 : 2")],
        "8:22",
        "a colon where",
        "put an expression into quotes",
    ),
    (
        "an index that ends a list in brackets",
        [("check:", "let: {a: self.tags[0] == 1}\ncheck:")],
        "7:",
        "",
        "put an expression into quotes",
    ),
    (
        "a product that YAML reads as an alias",
        [(THAT, "that: *self")],
        "8:11",
        "an alias",
        "put an expression into quotes",
    ),
    ("a key twice", [("phase: do", "phase: do\nphase: do")], "6:1", "the key `phase`", "keep one of the two"),
    (
        "a key without value",
        [("check:", "when:\ncheck:")],
        "7:1",
        "the key `when` has no value",
        "write one or remove it",
    ),
    ("an unknown kind", [(SUBJECT, "subject: Machin")], "6:1", "'Machin' is no kind", 'did you mean "Machine"?'),
    ("no kind", [(SUBJECT, "subject: []")], "6:1", "`subject` is empty", "write something"),
    ("a kind twice", [(SUBJECT, "subject: [Machine, Team, Machine]")], "6:26", "'Machine' is named twice", "once"),
    (
        "the repository beside a kind",
        [(SUBJECT, "subject: [Machine, Repository]")],
        "6:20",
        "'Repository' stands alone",
        "its own",
    ),
    ("every kind beside a kind", [(SUBJECT, "subject: [Record, Machine]")], "6:11", "'Record' stands alone", "its own"),
    (
        "a status that no record of the kind has",
        [(SUBJECT, "subject: Team\nstatus: [retired]")],
        "7:10",
        "'retired' is no status of Team",
        "one of: draft, active",
    ),
    (
        "a mistyped status",
        [(SUBJECT, f"{SUBJECT}\nstatus: [activ]")],
        "7:10",
        "'activ' is no status of Machine",
        "one of: draft",
    ),
    (
        "a status of the repository",
        [(SUBJECT, "subject: Repository\nstatus: [active]")],
        "7:1",
        "a repository is no record",
        "",
    ),
    (
        "two checks of one name",
        [(f"  - {THAT}", f"  - {{id: a, that: a, message: m}}\n  - {THAT}\n    id: a")],
        "10:5",
        "two checks are called 'a'",
        "another id",
    ),
    (
        "a check called like an index",
        [(f"  - {THAT}", f"  - {THAT}\n    id: check:1")],
        "9:5",
        "`check[0].id`",
        "must match",
    ),
    (
        "an alias of its own id",
        [("phase", "aliases: [a, machine-kept]\nphase")],
        "5:14",
        "'machine-kept' already names the rule at",
        "another name",
    ),
]


@pytest.mark.parametrize(
    ("changes", "place", "message", "hint"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_rule_file_that_is_wrong_is_refused_at_its_line_with_a_hint(
    shelf: Shelf, changes: list[tuple[str, str]], place: str, message: str, hint: str
) -> None:
    with pytest.raises(RuleError) as refused:
        shelf(*changes)
    assert str(refused.value.place).startswith(f"rules/machine-kept.yaml:{place}")
    assert refused.value.message.startswith(message)
    assert hint in refused.value.hint
    assert ("put an expression into quotes" in hint) == ("put an expression into quotes" in refused.value.hint)


EXPRESSIONS: list[tuple[str, list[tuple[str, str]], str, str, str]] = [
    (
        "an unknown field",
        [(THAT, "that: self.ownr != ''")],
        "8:5",
        'Machine has no field "ownr"',
        'did you mean "owner"?',
    ),
    (
        "an unknown variable",
        [(THAT, "that: slef.id != ''")],
        "8:5",
        'no variable is called "slef"',
        'did you mean "self"?',
    ),
    (
        "an unknown function",
        [(THAT, "that: recods('Team').size() > 0")],
        "8:5",
        'no function is called "recods"',
        "records",
    ),
    ("a text where truth is wanted", [(THAT, "that: self.id")], "8:5", "the expression gives string, not bool", ""),
    ("a word that no enum has", [(THAT, "that: self.status == 'activ'")], "8:5", "activ", ""),
    ("a date beside a text", [(THAT, "that: today == '2026-01-01'")], "8:5", "", ""),
    (
        "an optional that nothing guards",
        [(THAT, "that: self.built <= today")],
        "8:5",
        "self.built may be absent",
        "guard it",
    ),
    (
        "an optional part of an optional",
        [("check:", "needs: [review]\ncheck:"), (THAT, "that: self.review.by == self.owner")],
        "9:5",
        "self.review.by may be absent",
        "guard it",
    ),
    (
        "an optional guarded by another",
        [(THAT, "that: has(self.level) && self.built <= today")],
        "8:5",
        "self.built may be",
        "guard it",
    ),
    (
        "an optional in `when` that only `needs` guards",
        [("check:", "when: self.built <= today\nneeds: [built]\ncheck:")],
        "7:1",
        "self.built may be absent",
        "guard it",
    ),
    (
        "an optional in a let that `when` reaches",
        [("check:", "when: old_one\nneeds: [built]\nlet: {old_one: self.built < today}\ncheck:")],
        "9:7",
        "self.built may be absent",
        "guard it",
    ),
    (
        "an optional of the item in a let that `where` reaches",
        [
            (
                "check:",
                "each: self.?parts.orValue([])\nneeds: [item.made]\nlet: {m: item.made}\nwhere: m < today\ncheck:",
            )
        ],
        "9:7",
        "item.made may be absent",
        "guard it",
    ),
    (
        "an optional in the item",
        [("check:", "needs: [parts]\neach: self.parts\ncheck:"), (THAT, "that: item.made <= today")],
        "10:5",
        "item.made may be absent",
        "guard it",
    ),
    ("an optional of a list", [("check:", "each: self.parts\ncheck:")], "7:1", "self.parts may be absent", "guard it"),
    (
        "a need that is no path",
        [("check:", "needs: [review..last]\ncheck:")],
        "7:9",
        "'review..last' is no path",
        "e.g. review.last",
    ),
    (
        "a need that does not exist",
        [("check:", "needs: [tags, reviw]\ncheck:")],
        "7:15",
        "there is no `reviw` in",
        'mean "review"?',
    ),
    (
        "a need in a list",
        [("check:", "needs: [parts.name]\ncheck:")],
        "7:9",
        "there is no `name` in `parts.name`",
        "read its items with `each`",
    ),
    (
        "a need of an item without each",
        [("check:", "needs: [item.made]\ncheck:")],
        "7:9",
        "there is no item without `each`",
        "add",
    ),
    (
        "a need of an item that does not exist",
        [("check:", "each: self.?parts.orValue([])\nneeds: [item.mad]\ncheck:")],
        "8:9",
        "there is no `mad`",
        'mean "made"?',
    ),
    (
        "a where without each",
        [("check:", "where: true == true\ncheck:")],
        "7:1",
        "there is no item without `each`",
        "add `each`",
    ),
    (
        "an item in `when`",
        [("check:", "when: item.made < today\neach: self.?parts.orValue([])\ncheck:")],
        "7:1",
        "`when` is asked before there is an item",
        "say it in `where`",
    ),
    (
        "each of a text",
        [("check:", "each: self.id\ncheck:")],
        "7:1",
        "`each` gives string, which has no items",
        "a list or a map",
    ),
    ("each of a record", [("check:", "each: get(self.owner)\ncheck:")], "7:1", "`each` gives", "a list or a map"),
    ("an item without each", [(THAT, "that: item.made < today")], "8:5", 'no variable is called "item"', ""),
    (
        "a let that hides a variable",
        [("check:", "let: {today: self.id}\ncheck:")],
        "7:7",
        "`today` already means something",
        "another name",
    ),
    (
        "a let that hides a function",
        [("check:", "let: {records: self.id}\ncheck:")],
        "7:7",
        "`records` already means",
        "another name",
    ),
    (
        "a let that reads a later one",
        [("check:", "let:\n  a: b\n  b: self.id\ncheck:")],
        "8:3",
        'no variable is called "b"',
        "",
    ),
    ("a let that reads itself", [("check:", "let: {a: a + 1}\ncheck:")], "7:7", 'no variable is called "a"', ""),
    (
        "a let that nobody reads and that is wrong",
        [("check:", "let: {a: self.x}\ncheck:")],
        "7:7",
        'has no field "x"',
        "",
    ),
    (
        "a variable of a walk that hides a let",
        [("check:", "let: {a: self.id}\ncheck:"), (THAT, "that: '[1].exists(a, a > 0)'")],
        "9:5",
        'the variable "a" would hide',
        "something else",
    ),
    (
        "a path of `at` that does not exist",
        [(THAT, f"{THAT}\n    at: self.ownr")],
        "9:5",
        "there is no `ownr`",
        'mean "owner"?',
    ),
    (
        "an `at` from elsewhere",
        [(THAT, f"{THAT}\n    at: owner")],
        "9:5",
        "'owner' is no path from self or item",
        "e.g. self.",
    ),
    (
        "an `at` of an item without each",
        [(THAT, f"{THAT}\n    at: item.made")],
        "9:5",
        "there is no `item` here",
        "self",
    ),
    (
        "a hole that does not exist",
        [("{self.id}", "{self.idd}")],
        "9:5",
        "there is no `idd` in `idd`",
        'did you mean "id"?',
    ),
    (
        "a hole for an unknown name",
        [("{self.id}", "{slef.id}")],
        "9:5",
        "there is no `slef` here",
        'did you mean "self"?',
    ),
    ("a hole for an unknown param", [("{self.id}", "{params.limit}")], "9:5", "there is no `limit`", ""),
    ("an expression in a hole", [("{self.id}", "{size(self.id)}")], "9:5", "the message has {size(self.id)} is no", ""),
    ("a single brace", [("{self.id}", "{self.id")], "9:5", "the message has a single '{'", ""),
    (
        "a list of params of several types",
        [("check:", "params: {b: 1, a: [1, x]}\ncheck:")],
        "7:16",
        "the items of params.a have several types",
        "give them one type",
    ),
    (
        "an unknown param",
        [("check:", "params: {limit: 1}\ncheck:"), (THAT, "that: params.limt > 0")],
        "9:5",
        'params has no field "limt"',
        'did you mean "limit"?',
    ),
    (
        "a table read by a word it may not have",
        [("check:", "params: {ages: {low: 1}}\nneeds: [level]\ncheck:"), (THAT, "that: params.ages[self.level] > 0")],
        "10:5",
        'has no key "high"',
        "[?key]",
    ),
    (
        "a table read by any text",
        [("check:", "params: {ages: {low: 1}}\ncheck:"), (THAT, "that: params.ages[self.id] > 0")],
        "9:5",
        "has known keys",
        "[?key]",
    ),
    (
        "whole numbers and parts of one",
        [("check:", "params: {limit: 1}\ncheck:"), (THAT, "that: params.limit + 0.5 > 1.0")],
        "9:5",
        "",
        "",
    ),
    ("null", [(THAT, "that: self.id == null")], "8:5", "", ""),
    ("an expression that ends too early", [(THAT, "that: self.id ==")], "8:5", "", "^"),
    ("the record as a whole beside another", [(THAT, "that: self == self")], "8:5", "", ""),
]


@pytest.mark.parametrize(
    ("changes", "place", "message", "hint"), [case[1:] for case in EXPRESSIONS], ids=[case[0] for case in EXPRESSIONS]
)
def test_a_rule_that_does_not_compile_is_refused_at_its_key_with_a_hint(
    shelf: Shelf, changes: list[tuple[str, str]], place: str, message: str, hint: str
) -> None:
    rules = shelf(*changes)
    file = rules.named("machine-kept")
    with pytest.raises(RuleError) as refused:
        compile_rule(file, file.rule.params, rules)
    assert f"rules/machine-kept.yaml:{place}" == str(refused.value.place)
    assert message in refused.value.message
    assert hint in refused.value.hint
    assert not refused.value.hint.startswith("\n")


def test_the_hint_shows_the_line_of_the_expression_with_the_place_marked(shelf: Shelf) -> None:
    rules = shelf((THAT, "that: |\n      self.id != ''\n      && self.idd != ''"))
    with pytest.raises(RuleError) as refused:
        compile_rule(rules.files[0], {}, rules)
    assert "did you mean \"id\"?\n&& self.idd != ''\n        ^" == refused.value.hint


@pytest.mark.parametrize("aliases", ["aliases: [machine-kept]\n", "aliases: [K-1, K-1]\n"])
def test_two_rules_of_one_name_are_refused_with_both_places(shelf: Shelf, aliases: str) -> None:
    other = {"id": "other", "title": "Other", "severity": "low", "requirements": "[s:1]", "phase": "do"}
    text = "".join(f"{key}: {value}\n" for key, value in other.items())
    text += aliases + "subject: Team\ncheck: [{that: self.id != '', message: m}]\nrationale: r\nremediation: r\n"
    with pytest.raises(RuleError, match="already names the rule at rules/") as refused:
        shelf(other=text)
    assert refused.value.place is not None
    assert ("rules/other.yaml", 6) == (refused.value.place.path, refused.value.place.line)


def test_rules_are_found_by_id_or_alias_and_a_mistyped_name_gets_a_hint(shelf: Shelf) -> None:
    rules = shelf(("phase", "aliases: [KEEP-001]\nphase"))
    assert rules.named("machine-kept") is rules.named("KEEP-001") is rules.by_id["machine-kept"]
    with pytest.raises(RuleError, match="there is no rule 'machine-kep'") as refused:
        rules.named("machine-kep")
    assert 'did you mean "machine-kept"?' == refused.value.hint


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("subject: Machine", ("Machine",)),
        ("subject: [Team, Machine]", ("Team", "Machine")),
        ("subject: Record", ("Machine", "Person", "Team")),
        ("subject: Repository", ()),
        ("subject: Record\nstatus: [draft, retired]", ("Machine", "Person", "Team")),
    ],
)
def test_a_subject_is_a_kind_several_every_kind_or_the_repository(
    shelf: Shelf, subject: str, expected: tuple[str, ...]
) -> None:
    rules = shelf((SUBJECT, subject))
    assert expected == rules.files[0].subjects


def test_cases_beside_a_rule_are_no_rules(shelf: Shelf) -> None:
    rules = shelf(**{"machine-kept.test": "rule: machine-kept"})
    assert ["machine-kept"] == [file.rule.id for file in rules.files]
    assert "rules/machine-kept.test.yaml" == rules.files[0].cases_path


RECENT = "recent: {of: [date: timestamp, age: duration], is: 'date <= today && today - date <= age', doc: D}\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a: {of: [], iss: x, doc: D}", "1:13", "unknown key `a.iss`", "did you mean `is`?"),
        ("a: {of: [], is: x}", "1:1", "`a.doc` is missing", "add `doc:`"),
        ("a: {of: [x], is: x, doc: D}", "1:10", "`a.of[0]` must be a map", ""),
        ("a: {of: [{x: int, y: int}], is: x, doc: D}", "1:10", "a parameter is one name with its type", "[date:"),
        ("a: {of: [x: intt], is: x, doc: D}", "1:10", "'intt' is no type", 'did you mean "int"?'),
        ("a: {of: [x: Machin], is: x, doc: D}", "1:10", "'Machin' is no type", 'did you mean "Machine"?'),
        ("a: {of: [x: ref(Persn)], is: x, doc: D}", "1:10", "'ref(Persn)' is no type", ""),
        ("a: {of: [x: list()], is: x, doc: D}", "1:10", "'list()' is no type", ""),
        (f"a: {{of: [x: {'list(' * 99}], is: x, doc: D}}", "1:10", "`a.of[0].x`", ""),
        ("a: {of: [x: int, x: int], is: x, doc: D}", "1:18", "`x` already means something", "another name"),
        ("a: {of: [self: Machine], is: self, doc: D}", "1:10", "`self` already means something", "another name"),
        ("a: {of: [item: Machine], is: item, doc: D}", "1:10", "`item` already means something", "another name"),
        ("records: {of: [], is: x, doc: D}", "1:1", "`records` already means something", "another name"),
        ("size: {of: [x: int], is: x, doc: D}", "1:1", "`size` already means something", "another name"),
        ("exists: {of: [x: int], is: x, doc: D}", "1:1", "`exists` already means something", "another name"),
        ("today: {of: [], is: x, doc: D}", "1:1", "`today` already means something", "another name"),
        ("a: {of: [], is: 'x ==', doc: D}", "1:13", "", "x ==\n    ^"),
        ("a: {of: [], is: !x, doc: D}", "1:17", "a tag", "put an expression into quotes"),
        ("A: {of: [], is: x, doc: D}", "1:1", '`A` is "A", which does not have its form', "must match"),
    ],
)
def test_a_definition_that_is_wrong_is_refused_at_its_line_with_a_hint(
    shelf: Shelf, text: str, place: str, message: str, hint: str
) -> None:
    with pytest.raises(RuleError) as refused:
        shelf(definitions=text)
    assert f"rules/definitions.yaml:{place}" == str(refused.value.place)
    assert refused.value.message.startswith(message)
    assert hint in refused.value.hint


def test_a_definition_that_another_file_gives_too_is_refused_with_both_places(shelf: Shelf) -> None:
    with pytest.raises(RuleError) as refused:
        shelf(definitions=f"# shared\n{RECENT}", **{"pack/definitions": RECENT})
    assert "rules/definitions.yaml:2:1: `recent` is defined at rules/pack/definitions.yaml:1:1 already" == str(
        refused.value
    )
    assert "choose another name" in refused.value.hint


@pytest.mark.parametrize(
    ("definitions", "that", "message"),
    [
        ("a: {of: [x: int], is: a(x), doc: D}\n", "a(1)", "in a: the definition a calls itself"),
        (
            "a: {of: [], is: b(), doc: D}\nb: {of: [], is: a(), doc: D}\n",
            "a()",
            "in a: in b: the definition a calls itself",
        ),
        ("a: {of: [x: string], is: x + 1, doc: D}\n", "a('') == ''", "in a: "),
        ("a: {of: [x: Machine], is: x.built <= today, doc: D}\n", "a(self)", "self.built may be absent"),
        ("a: {of: [x: int], is: x > 0, doc: D}\n", "a('x')", 'the parameter "x" of a is int, not string'),
        ("a: {of: [x: int], is: x > 0, doc: D}\n", "a()", "a takes 1 arguments, not 0"),
        (
            "a: {of: [x: ref(Person)], is: 'get(x).name != \"\"', doc: D}\n",
            "a(self.owner)",
            'the parameter "x" of a is ref(Person)',
        ),
        (RECENT, "let_it(1)", 'no function is called "let_it"'),
    ],
)
def test_a_definition_is_typed_where_it_is_called(shelf: Shelf, definitions: str, that: str, message: str) -> None:
    rules = shelf((THAT, f'that: "{that}"'), definitions=definitions)
    with pytest.raises(RuleError) as refused:
        compile_rule(rules.files[0], {}, rules)
    assert "rules/machine-kept.yaml:8:5" == str(refused.value.place)
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("any", "self"),
        ("bool", "true"),
        ("int", "1"),
        ("double", "1.5"),
        ("string", "self.id"),
        ("timestamp", "today"),
        ("duration", "days(1)"),
        ("Machine", "self"),
        ("list(int)", "[1]"),
        ("optional(string)", "self.?level"),
        ("ref(Person|Team)", "self.owner"),
        ("list(ref(Person))", "get(self.owner).?members.orValue([])"),
        ("list( list(int) )", "[[1]]"),
    ],
)
def test_a_parameter_takes_a_value_of_its_type(shelf: Shelf, kind: str, argument: str) -> None:
    owner = "when: self.owner in [self.owner]\ncheck:"
    rules = shelf(
        (THAT, f"that: '[takes({argument})].size() > 0'"),
        ("check:", owner),
        definitions=f"takes: {{of: [x: '{kind}'], is: 'true', doc: D}}\n",
    )
    found: Any = compile_rule(rules.files[0], {}, rules)
    assert "bool" == str(found.checks[0].that.expression.type)
