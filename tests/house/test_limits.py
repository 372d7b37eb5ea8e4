"""Every limit, held by a whole run: what is as large as may be passes, one more is told with its file and line.

A repository of one pack with one kind, one rule and one record; each row makes it as large as a number says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isqrt
from pathlib import Path
from typing import Any, Final

import pytest

from iscode.document import Limits, write
from iscode.expr import lexer, parser, scope
from iscode.expr.environment import MOST_STEPS, STEPS
from iscode.facts import artifacts
from iscode.inventory import memo
from iscode.policy import pack, root, shelves
from iscode.policy.config import MESSAGE, PRINTED, Bounds
from iscode.rule.message import LIMIT
from iscode.source import commit, patterns

DAY: Final = ("--as-of", "2026-11-24")
CONFIG: Final = {"version": 1, "profile": "all", "records": ["c/**"], "packs": [{"path": "pack"}]}
RULE: Final = {
    "id": "bounded",
    "title": "A rule",
    "severity": "high",
    "requirements": ["std:1"],
    "phase": "check",
    "subject": "Crate",
    "check": [{"that": "true", "message": "bad"}],
    "rationale": "why",
    "remediation": "mend it",
}
"""What binds; a row changes what it is about."""


def nested(levels: int) -> dict[str, Any]:
    """The schema of lists in each other."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


SCHEMA: Final = {
    "$id": "crate.schema.json",
    "title": "Crate",
    "description": "One crate.",
    "type": "object",
    "required": ["kind", "id", "status"],
    "properties": {
        "kind": {"type": "string", "const": "Crate"},
        "id": {"type": "string", "minLength": 1},
        "status": {"type": "string", "enum": ["active"]},
        "label": {"type": "string"},
        "words": {"type": "array", "items": {"type": "string"}},
        "named": {"type": "object", "additionalProperties": {"type": "string"}},
        "deep": nested(100),
    },
    "additionalProperties": False,
}


@dataclass
class Yard:
    """The repository in the making: what its files hold before they are written."""

    top: Path
    record: dict[str, Any] = field(default_factory=lambda: {"kind": "Crate", "id": "c", "status": "active"})
    rule: dict[str, Any] = field(default_factory=lambda: dict(RULE))
    schema: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(SCHEMA)))
    config: dict[str, Any] = field(default_factory=lambda: dict(CONFIG))
    files: dict[str, bytes] = field(default_factory=dict)

    def written(self) -> Mapping[str, bytes]:
        """Path -> bytes of every file."""
        catalog = {"id": "std", "title": "A standard", "edition": "S 1"}
        requirement = {"id": "1", "kind": "clause", "label": "One", "phase": "do"}
        return {
            "iscode.yaml": write(self.config).encode(),
            "c/c.yaml": write(self.record).encode(),
            "pack/schemas/crate.schema.json": json.dumps(self.schema).encode(),
            "pack/policies/catalogs/std.yaml": write({**catalog, "requirements": [requirement]}).encode(),
            "pack/policies/profiles/all.yaml": b'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\n',
            "pack/rules/x/bounded.yaml": write(self.rule).encode(),
        } | self.files

    def write(self) -> None:
        for path, data in self.written().items():
            (self.top / path).parent.mkdir(parents=True, exist_ok=True)
            (self.top / path).write_bytes(data)


Size = Callable[[Yard, int], None]
"""Makes what is bounded that large."""


@dataclass(frozen=True)
class Bound:
    """One limit: what makes it large, the largest that passes, and what one more ends in.

    `words` has `{}` where the limit is named; of a result (code 1) the place is that of the result.
    """

    size: Size
    most: int
    code: int
    place: str
    words: str


# What makes a repository large


def file_bytes(yard: Yard, size: int) -> None:
    text = write(yard.record).encode()
    yard.files["c/c.yaml"] = text + b"#" * (size - len(text))


def depth(yard: Yard, size: int) -> None:
    value: Any = "x"
    for _ in range(size - 1):
        value = [value]
    schema: dict[str, Any] = yard.schema["properties"]
    schema["deep"] = nested(size - 1)
    text = write(yard.record).encode()
    yard.files["c/c.yaml"] = text + b"deep: " + json.dumps(value).encode() + b"\n"


def nodes(yard: Yard, size: int) -> None:
    text = write(yard.record) + "words: [" + "w," * (size - 4) + "]\n"
    yard.files["c/c.yaml"] = text.encode()


def scalar(yard: Yard, size: int) -> None:
    yard.files["c/c.yaml"] = f"{write(yard.record)}label: {'é' * size}\n".encode()


def key(yard: Yard, size: int) -> None:
    yard.files["c/c.yaml"] = f"{write(yard.record)}named: {{{'é' * size}: x}}\n".encode()


def artifact(yard: Yard, size: int) -> None:
    yard.record["label"] = "proof.bin"
    yard.rule |= {"needs": ["label"], "check": [{"that": 'artifact(self.label).state == "intact"', "message": "lost"}]}
    with (yard.top / "proof.bin").open("wb") as file:
        file.truncate(size)


def message(yard: Yard, size: int) -> None:
    yard.record["label"] = "é" * size
    yard.rule |= {"needs": ["label"], "check": [{"that": "false", "message": "{self.label}"}]}


def printed(yard: Yard, size: int) -> None:
    yard.record["words"] = [f"w{number}" for number in range(size)]
    yard.rule |= {"each": "self.?words.orValue([])", "check": [{"that": "item == self.id", "message": "found {item}"}]}


def steps(yard: Yard, size: int) -> None:
    """A walk of n words in a walk of n costs n + n² steps, and one over m others m more."""
    side = isqrt(size) - 1
    yard.record |= {"words": ["w"] * side, "named": {f"k{number}": "w" for number in range(size - side - side * side)}}
    that = "self.words.all(a, self.words.all(b, b == a)) && self.named.all(k, k != '')"
    yard.rule |= {"needs": ["words", "named"], "check": [{"that": that, "message": "bad"}]}


def expression(yard: Yard, size: int) -> None:
    frame = "self.id != ''"
    yard.rule["check"] = [{"that": f"self.id != '{'x' * (size - len(frame))}'", "message": "bad"}]


def brackets(yard: Yard, size: int) -> None:
    yard.rule["check"] = [{"that": "(" * size + "self.id != ''" + ")" * size, "message": "bad"}]


def parts(yard: Yard, size: int) -> None:
    """A call of `ten` has 13 parts, a literal one; the list, what it is compared with and so on have 5."""
    ten = {"of": [{"x": "int"}], "is": f"[{', '.join(['x'] * 10)}]", "doc": "Ten of it."}
    yard.files["pack/rules/definitions.yaml"] = write({"ten": ten}).encode()
    calls = (size - 6) // 13
    lists = ["ten(1)"] * calls + [f"[{','.join(['1'] * (size - 5 - 13 * calls))}]"]
    yard.rule["check"] = [{"that": f"[{','.join(lists)}].size() > 0", "message": "bad"}]


def levels(yard: Yard, size: int) -> None:
    yard.rule["check"] = [{"that": f"self.id{'.trim()' * (size - 3)} != ''", "message": "bad"}]


def lets(yard: Yard, size: int) -> None:
    """Each reads the one before it."""
    names = ["self.id", *(f"l{number}" for number in range(size))]
    yard.rule["let"] = {name: before for before, name in pairwise(names)}
    yard.rule["check"] = [{"that": f"{names[-1]} != ''", "message": "bad"}]


def checks(yard: Yard, size: int) -> None:
    yard.rule["check"] = [{"id": f"c{number}", "that": "self.id != ''", "message": "bad"} for number in range(size)]


def config_bytes(yard: Yard, size: int) -> None:
    text = write(yard.config).encode()
    yard.files["iscode.yaml"] = text + b"#" * (size - len(text))


def shelf_bytes(yard: Yard, size: int) -> None:
    text = json.dumps(yard.schema).encode()
    yard.files["pack/schemas/crate.schema.json"] = text + b" " * (size - len(text))


def rule_bytes(yard: Yard, size: int) -> None:
    text = write(yard.rule).encode()
    yard.files["pack/rules/x/bounded.yaml"] = text + b"#" * (size - len(text))


def pattern_list(yard: Yard, size: int) -> None:
    yard.config["records"] = ["c/**", *(f"d{number}/**" for number in range(size - 1))]


def pattern_length(yard: Yard, size: int) -> None:
    yard.config["records"] = ["c/**", "d" * size]


def schema_depth(yard: Yard, size: int) -> None:
    yard.schema["properties"]["deep"] = nested(size)


MEGABYTE: Final = 1024 * 1024
CONFIGURED: Final = {
    "file_bytes": Bound(file_bytes, MEGABYTE, 1, "c/c.yaml:1:1", "larger than {} bytes"),
    "depth": Bound(depth, 32, 1, "c/c.yaml:4:38", "more than {} levels inside each other"),
    "nodes": Bound(nodes, 20_000, 1, "c/c.yaml:4:40001", "more than {} entries in one file"),
    "scalar": Bound(scalar, 65_536, 1, "c/c.yaml:4:8", "a text longer than {} characters"),
    "key": Bound(key, 256, 1, "c/c.yaml:4:9", "a key longer than {} characters"),
    "artifact_bytes": Bound(artifact, 100 * MEGABYTE, 1, "c/c.yaml:2:1", "proof.bin is larger than {} bytes"),
    "steps": Bound(steps, 1_000_000, 1, "c/c.yaml:2:1", "the expression costs more steps than it may"),
}
"""What `limits:` of a repository sets and a verdict depends on; by key."""
FIXED: Final = {
    "expression": Bound(expression, 4096, 2, "pack/rules/x/bounded.yaml:9:5", "the expression is longer than 4 KiB"),
    "brackets": Bound(brackets, 40, 2, "pack/rules/x/bounded.yaml:9:5", "more than {} brackets are open"),
    "parts": Bound(parts, 5000, 2, "pack/rules/x/bounded.yaml:9:5", "the expression has more than {} parts"),
    "levels": Bound(levels, 100, 2, "pack/rules/x/bounded.yaml:9:5", "the expression is more than {} levels deep"),
    "lets": Bound(lets, 64, 2, "pack/rules/x/bounded.yaml:13:1", "`let` has 65 entries, the most allowed is {}"),
    "checks": Bound(checks, 64, 2, "pack/rules/x/bounded.yaml:8:1", "`check` has 65 items, the most allowed is {}"),
    "iscode.yaml": Bound(config_bytes, MEGABYTE, 2, "iscode.yaml:1:1", "larger than {} bytes"),
    "a schema": Bound(shelf_bytes, MEGABYTE, 2, "pack/schemas/crate.schema.json:1:1", "larger than {} bytes"),
    "a rule": Bound(rule_bytes, MEGABYTE, 2, "pack/rules/x/bounded.yaml:1:1", "larger than {} bytes"),
    "patterns": Bound(pattern_list, 256, 2, "iscode.yaml:3:1", "more than {} patterns"),
    "a pattern": Bound(pattern_length, 256, 2, "iscode.yaml:5:5", "cannot be used"),
    "a schema's levels": Bound(schema_depth, 127, 2, "pack/schemas/crate.schema.json:1:1", "larger than any record"),
}
"""What no repository sets."""
BOUNDS: Final = CONFIGURED | FIXED


@pytest.fixture
def yard(firm: Any) -> Yard:
    """The repository, in the place of the example."""
    for path in ("compliance", "iscode.yaml", "artifacts"):
        firm.git("rm", "-r", "--quiet", "--ignore-unmatch", path)
    return Yard(firm.top)


def told(bound: Bound, size: int) -> str:
    """How text and JSON say that a bound of that size is passed."""
    return bound.words.replace("{}", str(size))


def check(yard: Yard, iscode: Any) -> tuple[int, str]:
    """The exit code, and everything that was said: reports of both kinds, and errors."""
    yard.write()
    done = iscode("check", "-f", "text", "-f", f"json:{yard.top.parent / 'r.json'}", *DAY)
    return done.code, done.out + done.err


@pytest.mark.parametrize("name", BOUNDS)
def test_what_is_as_large_as_may_be_passes(yard: Yard, iscode: Any, name: str) -> None:
    BOUNDS[name].size(yard, BOUNDS[name].most)
    code, said = check(yard, iscode)
    assert 0 == code, said


@pytest.mark.parametrize("name", BOUNDS)
def test_one_more_is_told_with_its_file_and_line(yard: Yard, iscode: Any, name: str) -> None:
    bound = BOUNDS[name]
    bound.size(yard, bound.most + 1)
    code, said = check(yard, iscode)
    assert (bound.code, True) == (code, told(bound, bound.most) in said), said
    path, _, position = bound.place.partition(":")
    assert bound.place in said if code == 2 else (f"{path}\n" in said and f"  {position} " in said), said


LOWER: Final = {
    "file_bytes": 300,
    "depth": 5,
    "nodes": 9,
    "scalar": 20,
    "key": 30,
    "artifact_bytes": 7,
    "steps": 500,
}


@pytest.mark.parametrize(("name", "lower"), LOWER.items())
def test_a_repository_lowers_each_limit(yard: Yard, iscode: Any, name: str, lower: int) -> None:
    bound = CONFIGURED[name]
    yard.config["limits"] = {name: lower}
    bound.size(yard, lower)
    assert 0 == check(yard, iscode)[0]
    bound.size(yard, lower + 1)
    code, said = check(yard, iscode)
    assert (1, True) == (code, told(bound, lower) in said), said


@pytest.mark.parametrize("name", [name for name in CONFIGURED if name != "artifact_bytes"])
def test_a_repository_raises_each_limit(yard: Yard, iscode: Any, name: str) -> None:
    bound = CONFIGURED[name]
    yard.config["limits"] = {name: bound.most + 1}
    bound.size(yard, bound.most + 1)
    code, said = check(yard, iscode)
    assert 0 == code, said


@pytest.mark.parametrize("name", Bounds.__struct_fields__)
def test_no_repository_raises_a_limit_beyond_its_ceiling_or_to_nothing(yard: Yard, iscode: Any, name: str) -> None:
    assert CEILINGS.keys() == set(Bounds.__struct_fields__)
    for size, code in ((CEILINGS[name], 0), (CEILINGS[name] + 1, 2), (0, 2), (-1, 2)):
        yard.config["limits"] = {name: size}
        found, said = check(yard, iscode)
        assert code == found, said
        assert not code or f"iscode.yaml:8:3: `limits.{name}`" in said, said


CEILINGS: Final = {
    "file_bytes": 16 * MEGABYTE,
    "depth": 128,
    "nodes": 500_000,
    "scalar": MEGABYTE,
    "key": 1000,
    "artifact_bytes": 1024 * MEGABYTE,
    "steps": 10_000_000,
    "message": 4000,
    "printed": 100_000,
}


def documented(yard: Yard) -> dict[str, Any]:
    """The JSON report of the last check."""
    found: dict[str, Any] = json.loads((yard.top.parent / "r.json").read_bytes())
    return found


@pytest.mark.parametrize("most", [400, 40, 4000])
def test_a_message_is_cut(yard: Yard, iscode: Any, most: int) -> None:
    if most != 400:
        yard.config["limits"] = {"message": most}
    for size, expected in ((most, "é" * most), (most + 1, "é" * (most - 1) + "…")):
        message(yard, size)
        assert 1 == check(yard, iscode)[0]
        assert [expected] == [result["message"] for result in documented(yard)["results"]]


def test_the_message_of_a_built_in_rule_is_cut_too(yard: Yard, iscode: Any) -> None:
    yard.schema["properties"]["label"]["pattern"] = "^" + "x" * 900
    yard.record["label"] = "y"
    assert 1 == check(yard, iscode)[0]
    [text] = [result["message"] for result in documented(yard)["results"] if result["rule"] == "schema"]
    assert (400, "…") == (len(text), text[-1])


@pytest.mark.parametrize("most", [1000, 3])
def test_no_more_results_are_printed_and_all_are_counted(yard: Yard, iscode: Any, most: int) -> None:
    if most != 1000:
        yard.config["limits"] = {"printed": most}
    for size in (most, most + 1):
        printed(yard, size)
        code, said = check(yard, iscode)
        assert (1, most) == (code, said.count("  found w"))
        assert (size > most) == ("… and 1 more results: `-f json` has them all" in said)
        assert (size, size) == (len(documented(yard)["results"]), documented(yard)["verdict"]["counts"]["fail"])


# What all files of a repository come to: a commit of a few bytes can name one file many times


def test_a_pack_is_no_larger_than_its_bounds(yard: Yard, iscode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = [data for path, data in yard.written().items() if path.startswith("pack/")]
    for name, most, words in (
        ("MOST_BYTES", sum(map(len, own)), "the pack pack takes more than"),
        ("MOST_FILES", len(own), "the pack pack has more than"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(pack, name, most)
            assert 0 == check(yard, iscode)[0]
            patch.setattr(pack, name, most - 1)
            code, said = check(yard, iscode)
            assert (2, True) == (code, f"{words} {most - 1} " in said), said
            assert "pack/" in said


def test_records_take_no_more_than_can_be_held(yard: Yard, iscode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    most = len(yard.written()["c/c.yaml"])
    monkeypatch.setattr(memo, "MOST_BYTES", most)
    assert 0 == check(yard, iscode)[0]
    monkeypatch.setattr(memo, "MOST_BYTES", most - 1)
    code, said = check(yard, iscode)
    assert (2, True) == (code, f"c/c.yaml:1:1: the records take more than {most - 1} bytes" in said), said


def test_a_commit_names_no_more_files_than_can_be_listed(
    yard: Yard, firm: Any, iscode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.write()
    firm.commit()
    names = len(firm.git("ls-tree", "-r", "-t", "--name-only", "HEAD").splitlines())
    monkeypatch.setattr(commit, "MOST_NAMES", names)
    assert 0 == iscode("check", "--rev", "HEAD", *DAY).code
    monkeypatch.setattr(commit, "MOST_NAMES", names - 1)
    done = iscode("check", "--rev", "HEAD", *DAY)
    assert (2, True) == (done.code, f"the commit names more than {names - 1} files" in done.err)


def test_the_page_on_security_has_the_limits_that_hold() -> None:
    page = (Path(__file__).resolve().parents[2] / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    defaults = {name: bound.most for name, bound in CONFIGURED.items()} | {"message": MESSAGE, "printed": PRINTED}
    assert {name: (defaults[name], most) for name, most in CEILINGS.items()} == {
        name: (int(default), int(most)) for name, default, most in rows
    }


def test_the_table_has_the_figures_that_the_documents_promise() -> None:
    reader = Limits()
    assert [bound.most for bound in CONFIGURED.values()] == [
        *(reader.file_bytes, reader.depth, reader.nodes, reader.scalar, reader.key),
        *(artifacts.LARGEST, STEPS),
    ]
    assert (MESSAGE, PRINTED, LIMIT) == (400, 1000, CEILINGS["message"])
    assert (lexer.LONGEST_TEXT, parser.OPEN_BRACKETS, scope.MOST_NODES, scope.DEEPEST) == (4096, 40, 5000, 100)
    assert (root.SIZE, shelves.FILE_LIMIT, patterns.MOST_PATTERNS, patterns.LONGEST_PATTERN) == (
        *(MEGABYTE, MEGABYTE),
        *(256, 256),
    )
    assert (pack.MOST_BYTES, pack.MOST_FILES, commit.MOST_NAMES) == (64 * MEGABYTE, 10_000, 500_000)
    assert MOST_STEPS == CEILINGS["steps"]
