"""Bombs and oddities in records, schemas and rules: told at their place or refused, soon and in little memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.document import write

DAY = ("--as-of", "2026-11-24")
MEGABYTE = 1024 * 1024
SECONDS, MEMORY = 3, 250 * MEGABYTE
"""What one run may take of the processor and of memory."""

RECORD = "kind: Box\nid: {}\nstatus: active\n"
BOMBS: dict[str, bytes] = {
    "30-mb": b"a: 1\n" * (6 * MEGABYTE),
    "alias-bomb": b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a,*a]\n" % (n, n) for n in range(9000)),
    "billion-laughs": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
    "merge-bomb": b"a: &a {}\n" + b"".join(b"b%d: {<<: *a}\n" % n for n in range(9000)),
    "deep-lists": b"a: " + b"[" * 100_000,
    "deep-mappings": b"{a: " * (MEGABYTE // 4),
    "deep-blocks": b"a:\n  " + b"- " * 500_000,
    "deep-questions": b"? " * (MEGABYTE // 2),
    "long-key": b"k" * MEGABYTE + b": 1",
    "long-integer": b"a: " + b"9" * 100_000,
    "many-keys": b"".join(b"k%d: 1\n" % (n % 9000) for n in range(18_000)),
    "many-variants": b"".join(f"é{n}: 1\ne\u0301{n}: 1\n".encode() for n in range(9000)),
    "many-tags": b"a: [" + b"!x 1," * 100_000 + b"1]",
    "nul": b"\0" * MEGABYTE,
}
ODD: dict[str, bytes] = {
    "impossible-day": RECORD.format("odd").encode() + b'made: "2026-02-30"\n',
    "nan": RECORD.format("odd").encode() + b"size: .nan\n",
    "not-finite": RECORD.format("odd").encode() + b"size: .inf\n",
    "beyond-exact": RECORD.format("odd").encode() + b"size: 9007199254740993\n",
    "half-a-character": RECORD.format("odd").encode() + b'label: "\\ud800"\n',
    "surrogate-bytes": RECORD.format("odd").encode() + b"label: \xed\xa0\x80\n",
    "line-separator": RECORD.format("odd").encode() + "label: a\u2028b\n".encode(),
    "next-line": RECORD.format("odd").encode() + "label: a\u0085b\n".encode(),
    "utf-16": RECORD.format("odd").encode("utf-16"),
    "latin-1": RECORD.format("odd").encode() + "label: café\n".encode("latin-1"),
    "byte-order-mark": b"\xef\xbb\xbf" + RECORD.format("odd").encode(),
    "conflict": b"<<<<<<< HEAD\n" + RECORD.format("odd").encode() + b"=======\n>>>>>>> other\n",
    "include": RECORD.format("odd").encode() + b"label: !include /etc/passwd\n",
    "python-object": RECORD.format("odd").encode() + b"label: !!python/object/apply:os.system [id]\n",
    "second-document": RECORD.format("odd").encode() + b"---\n" + RECORD.format("other").encode(),
    "empty": b"",
    "null": RECORD.format("odd").encode() + b"label:\n",
    "twice": RECORD.format("odd").encode() + b"label: a\nlabel: b\n",
    "prototype": RECORD.format("odd").encode() + b"__proto__: {x: 1}\n__class__: {y: 2}\n",
    "unknown-kind": b"kind: Bx\nid: odd\nstatus: active\n",
}


def test_bombs_are_told_in_time_and_memory_all_of_them_together(small: Any, spending: Any) -> None:
    firm = small()
    for name, data in BOMBS.items():
        (firm.top / "c" / f"{name}.yaml").write_bytes(data)
    done = spending("check", "-f", "json", *DAY)
    assert (1, b"") == (done.code, done.err)
    results = json.loads(done.out)["results"]
    told = {result["location"]["path"] for result in results if (result["rule"], result["blocking"]) == ("yaml", True)}
    assert {f"c/{name}.yaml" for name in BOMBS} == told
    assert done.memory < MEMORY, done.memory
    assert done.seconds < SECONDS * len(BOMBS) / 2, done.seconds


@pytest.mark.parametrize("name", ["alias-bomb", "deep-mappings", "many-keys", "many-tags", "many-variants"])
def test_the_worst_bombs_take_three_seconds_at_most(small: Any, spending: Any, name: str) -> None:
    firm = small()
    (firm.top / "c" / "x.yaml").write_bytes(BOMBS[name])
    done = spending("check", *DAY)
    assert (1, b"") == (done.code, done.err)
    assert (True, True) == (done.seconds < SECONDS, done.memory < MEMORY), done


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("suffix", ["yaml", "YAML"])
def test_what_readers_read_differently_is_told_with_file_and_line(
    small: Any, iscode: Any, name: str, suffix: str
) -> None:
    firm = small()
    (firm.top / "c" / f"x.{suffix}").write_bytes(ODD[name])
    done = iscode("check", "-f", "json", *DAY)
    assert (1, "") == (done.code, done.err)
    told = [result for result in json.loads(done.out)["results"] if result["location"]["path"] == f"c/x.{suffix}"]
    assert told
    assert all(result["blocking"] and result["location"]["line"] >= 1 and result["message"] for result in told)


def test_two_files_of_one_id_and_ids_or_paths_that_look_alike_fail(small: Any, iscode: Any) -> None:
    for first, second in (("one", "one"), ("ﬁle", "file"), ("Straße", "STRASSE"), ("a\u200db", "ab"), ("é", "e\u0301")):
        firm = small()
        firm.write("c/1.yaml", RECORD.format(f'"{first}"'))
        firm.write("c/2.yaml", RECORD.format(f'"{second}"'))
        done = iscode("check", *DAY)
        assert (1, True) == (done.code, "identity" in done.out), (first, second, done)
    firm = small()
    firm.write("c/x.yaml", RECORD.format("x"))
    firm.write("c/X.yaml", RECORD.format("y"))
    assert 1 == iscode("check", *DAY).code


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{self.id}", "{{7*7}}", "%s%n", "${HOME}", "`id`", "$(id)", "<%= 1 %>"]
)
def test_text_of_a_record_is_never_a_template(small: Any, world: Any, iscode: Any, text: str) -> None:
    firm = small(world.rule(id="told", that="false", message="{self.label}", each="self.?words.orValue([])"))
    firm.write("c/x.yaml", RECORD.format("x") + f"label: {json.dumps(text)}\nwords: [{json.dumps(text)}]\n")
    done = iscode("check", "-f", "json", *DAY)
    [result] = [result for result in json.loads(done.out)["results"] if result["rule"] == "told"]
    assert (1, text, text) == (done.code, result["message"], result["item"])


# Schemas and rules that a repository brings


def test_a_pattern_takes_linear_time_in_rules_and_in_schemas(small: Any, world: Any, spending: Any) -> None:
    evil = "^(a|a)*(a|aa)+(.*a){12}$"
    schema = json.loads(world.files["schemas/box.schema.json"])
    schema["properties"]["note"] = {"type": "string", "pattern": evil}
    rule = world.file("schemas/box.schema.json", json.dumps(schema)).rule(
        id="slow", that=f'!self.?label.orValue("").matches("{evil}")'
    )
    firm = small(rule)
    text = "a" * 50_000 + "!"
    firm.write("c/x.yaml", RECORD.format("x") + f"note: {text}\nlabel: {text}\n")
    done = spending("check", *DAY)
    assert 1 == done.code
    assert b"/note pattern" in done.out or b"`note`" in done.out
    assert (True, True) == (done.seconds < SECONDS, done.memory < MEMORY), done


def test_lists_of_thousands_of_objects_are_compared_in_time(small: Any, world: Any, spending: Any) -> None:
    schema = json.loads(world.files["schemas/box.schema.json"])
    del schema["properties"]["parts"]["x-key"]
    schema["properties"]["parts"]["uniqueItems"] = True
    firm = small(world.file("schemas/box.schema.json", json.dumps(schema)))
    parts = [{"name": f"p{number}", "weight": number, "note": "n"} for number in range(4900)]
    for name, last in (("unique", "other"), ("twice", "p0")):
        value = {"kind": "Box", "id": name, "status": "active", "parts": [*parts, {**parts[0], "name": last}]}
        firm.write(f"c/{name}.yaml", write(value))
    done = spending("check", *DAY)
    assert (1, True) == (done.code, b"c/twice.yaml" in done.out and b"twice" in done.out)
    assert b"c/unique.yaml" not in done.out
    assert (True, True) == (done.seconds < SECONDS, done.memory < MEMORY), done


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": {"type": "string", "pattern": "(?=a)b"}}, "is none that RE2 runs"),
        ({"label": {"type": "string", "pattern": "(a)\\1"}}, "is none that RE2 runs"),
        ({"label": {"type": "string", "pattern": "(((a{100}){100}){100})"}}, "is none that RE2 runs"),
        ({"label": {"$ref": "https://evil.invalid/x.json"}}, "does not lead into common.schema.json"),
        ({"label": {"$ref": "file:///etc/passwd"}}, "does not lead into common.schema.json"),
        ({"label": {"$ref": "../../../etc/passwd"}}, "does not lead into common.schema.json"),
        ({"label": {"$ref": "#"}}, "does not lead into common.schema.json"),
        ({"label": {"$dynamicRef": "https://evil.invalid/x"}}, ""),
        ({"label": {"type": "string", "$id": "https://evil.invalid/"}}, "belongs to the file"),
        ({"label": {"type": "string", "contentSchema": {"$ref": "https://evil.invalid"}}}, ""),
        ({"label": {"anyOf": [{"type": "string"}]}}, ""),
        ({"label": {"type": "string", "format": "regex"}}, "cannot be typed"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else "",
)
def test_a_schema_that_could_hang_or_fetch_is_refused_at_its_file(
    small: Any, world: Any, iscode: Any, change: dict[str, Any], words: str
) -> None:
    schema = json.loads(world.files["schemas/box.schema.json"])
    schema["properties"] |= change
    small(world.file("schemas/box.schema.json", json.dumps(schema)))
    done = iscode("check", *DAY)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith("iscode: pack/schemas/box.schema.json:")
    assert words in done.err


def test_the_address_of_a_schema_is_a_name_and_nothing_else(small: Any, world: Any, iscode: Any) -> None:
    schema = json.loads(world.files["schemas/box.schema.json"])
    schema |= {"$schema": "https://evil.invalid/meta", "$id": "https://evil.invalid/box"}
    small(world.file("schemas/box.schema.json", json.dumps(schema)))
    assert 0 == iscode("check", *DAY).code


@pytest.mark.parametrize(
    ("that", "code", "words"),
    [
        ("[1,2,3,4,5,6,7,8,9,0].all(a, [1,2,3,4,5,6,7,8,9,0].all(b, [1,2,3,4,5,6,7,8,9,0].all(c, "
         "[1,2,3,4,5,6,7,8,9,0].all(d, [1,2,3,4,5,6,7,8,9,0].all(e, [1,2,3,4,5,6,7,8,9,0].all(f, "
         "[1,2,3,4,5,6,7,8,9,0].all(g, a + b + c + d + e + f + g < 999)))))))", 1, "costs more steps than it may"),
        ("self.id" + " + self.id" * 300 + " != ''", 0, "PASSED"),
        ("(" * 2000 + "true" + ")" * 2000, 2, "brackets are open"),
        ("!" * 4000 + "true", 0, "PASSED"),
        ("self.id", 2, ""),
        ("1", 2, ""),
        ("[]", 2, ""),
        ("optional.of(true)", 2, ""),
        ("self.id.matches('(')", 2, "the pattern is broken"),
        ("self.id.matches('(?=a)')", 2, "the pattern is broken"),
        ("dyn(self).x", 2, ""),
        ("self.__class__", 2, ""),
        ("__import__('os')", 2, ""),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_an_expression_is_bounded_or_refused(
    small: Any, world: Any, spending: Any, that: str, code: int, words: str
) -> None:
    small(world.rule(id="hostile", that=that))
    done = spending("check", "--rev", "HEAD", *DAY)
    assert code == done.code, done
    assert words.encode() in done.out + done.err
    assert code != 2 or done.err.startswith(b"iscode: pack/rules/x/hostile.yaml:")
    assert (True, True) == (done.seconds < SECONDS, done.memory < MEMORY), done
