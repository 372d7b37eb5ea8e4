"""What a log may hold of a file: a line of it, cut, escaped and without secrets; of what is broken, the key alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document.secrets import masked, masked_line

DAY = ("--as-of", "2026-11-24")
SECRETS = (
    "AKIA" + "ABCDEFGH23456789",
    "AIza" + "x" * 35,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "npm_" + "a1B2" * 9,
    "xoxb-" + "123456789012-abcdefghij",
    "sk-" + "proj-" + "a1B2" * 9,
    "sk_" + "live_" + "a1B2" * 9,
    "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9m",
    "-----BEGIN RSA " + "PRIVATE KEY-----",
)
"""One of each form, put together here so that no scanner takes this file for a leak."""
ORDINARY = (
    "Role:lending-lead", "a description of what is kept secret", "sha256: " + "0" * 64, "https://example.org/a@b",
    "ghp_short", "skill-based-review-of-everything", "https://example.org:8443/path", "task-force-on-information",
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_of_a_known_form_is_masked_wherever_it_stands(secret: str) -> None:
    for before, after in (("", ""), ("token is ", ", rotate it"), ('"', '"'), ("x: [", "]")):
        text = f"{before}{secret}{after}"
        assert f"{before}{'*' * len(secret)}{after}" == masked(text)


def test_the_password_of_an_address_is_masked() -> None:
    assert "see https://**********@host.invalid/x" == masked("see https://user:passw@host.invalid/x")


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_no_secret_stays(text: str) -> None:
    assert text == masked(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("password: hunter2", "password: *******"),
        ("  api_key: 'abc def'", "  api_key: **** def'"),
        ("{secret: a, other: b}", "{secret: *, other: b}"),
        ('"db_password" : "x"', '"db_password" : ***'),
        ("TOKEN=abc", "TOKEN=***"),
        ("title: The secret of good management", "title: The secret of good management"),
    ],
)
def test_the_value_of_a_key_that_says_what_it_keeps_is_masked(line: str, expected: str) -> None:
    assert expected == masked_line(line)


@given(st.text(max_size=200), st.sampled_from(SECRETS), st.text(max_size=200))
def test_masking_keeps_the_length_and_leaves_no_secret(before: str, secret: str, after: str) -> None:
    text = f"{before} {secret} {after}"
    assert (len(text), False) == (len(masked(text)), secret in masked(text))
    assert len(text[:4096]) == len(masked_line(text))


def test_a_line_of_a_megabyte_is_masked_at_once() -> None:
    for piece in ("password:", "eyJa.", "://a:", "ghp_", "-----BEGIN ", "sk-", "token=\t"):
        assert len(masked(piece * 20_000)) == len(piece) * 20_000
        assert 4096 == len(masked_line(piece * 20_000))


@pytest.mark.parametrize("secret", SECRETS)
def test_no_report_and_no_error_shows_a_secret(small: Any, world: Any, iscode: Any, secret: str) -> None:
    firm = small(world.rule(id="told", that="self.id != 'x'", message="it says {self.label}", at="self.label"))
    firm.write("c/x.yaml", f"kind: Box\nid: x\nstatus: active\nlabel: {json.dumps(secret)}\n")
    firm.write("c/y.yaml", f"kind: Box\nid: y\nstatus: {json.dumps(secret)}\n")
    for arguments in (
        ("check",),
        ("check", "-f", "json"),
        ("explain", "Box:x"),
        ("explain", "told", "--subject", "Box:x"),
    ):
        done = iscode(*arguments, *DAY)
        assert done.code in (0, 1)
        assert secret not in done.out + done.err
    firm.write("iscode.yaml", f"version: 1\nprofile: {json.dumps(secret)}\nrequires: '>=0'\n")
    done = iscode("check", *DAY)
    assert (2, False) == (done.code, secret in done.err)


def test_a_source_line_is_cut_and_escaped(small: Any, iscode: Any) -> None:
    firm = small()
    firm.write("c/x.yaml", "kind: Box\nid: x\nstatus: active\nsize: ['\u202e\x9b" + "é" * 5000 + "']\n")
    firm.write("c/y.yaml", "kind: Box\nid: y\nstatus: active\nsize: ['\u202e" + "é" * 5000 + "']\n")
    done = iscode("check", *DAY)
    shown = [line.partition("| ")[2].strip() for line in done.out.splitlines() if " | " in line]
    assert (1, set()) == (done.code, set(done.out) & {"\u202e", "\x9b"})
    assert max(map(len, shown)) <= 120 + len("\\u202e\\x9b")
    assert any(line.startswith("size: ['\\u202e") for line in shown)


@pytest.mark.parametrize("path", ["iscode.yaml", "pack/rules/x/test-rule.yaml", "pack/policies/profiles/all.yaml"])
def test_an_error_shows_one_cut_line_of_what_is_broken_and_nothing_alive(small: Any, iscode: Any, path: str) -> None:
    firm = small()
    text = (firm.top / path).read_text()
    for line in [line for line in text.splitlines() if ": " in line]:
        firm.write(path, text.replace(line, f'{line.partition(": ")[0]}: "{"q" * 5000}\\e[31m\\n::error::x"'))
        done = iscode("check", *DAY)
        assert done.code in (0, 1, 2)
        assert all(len(said) <= 420 for said in done.err.splitlines()), done.err
        assert not any(said.lstrip().startswith("::") or "\x1b" in said for said in done.err.splitlines())
