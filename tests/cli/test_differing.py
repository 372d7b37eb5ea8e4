"""Two documents -> the lines by which they differ: of plain text a patch that applies, and nothing live or secret."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.cli.differing import UNENDED, difference
from iscode.document import Document, read

LINES = st.lists(st.sampled_from(["a: 1", "b: 2", "c: 3", "# d", "e: 'x\u2028y'", "f: 'x\x85y'"]), max_size=12)


def document(text: str) -> Document:
    return read("c/x.yaml", text.encode())


def between(old: str, new: str) -> list[str]:
    return list(difference(document(old), document(new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: 1\nb: 2\n", "a: 1\nb: 3\n"),
        ("a: 1\nb: 2", "a: 1\nb: 2\n"),
        ("a: 1\nb: 2\n", "a: 1\nb: 2"),
        ("a: 1\nb: 2", "a: 3\nb: 2"),
        ("a: 1", "a: 1\nb: 2"),
    ],
)
def test_what_is_plain_is_a_patch_that_git_applies(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/x.yaml").write_bytes(old.encode())
    patch = "".join(f"{line}\n" for line in between(old, new)).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, check=True, capture_output=True)
    assert new.encode() == (tmp_path / "c/x.yaml").read_bytes()


@given(LINES, LINES, st.booleans(), st.booleans())
def test_what_is_kept_taken_and_added_makes_both_texts_and_every_hunk_counts_lines_at_line_feeds(
    old: list[str], new: list[str], old_ends: bool, new_ends: bool
) -> None:
    texts = ["\n".join(lines) + ("\n" if ends and lines else "") for lines, ends in ((old, old_ends), (new, new_ends))]
    told = between(*texts)
    hunks = [line.split() for line in told if line.startswith("@@")]
    body = [line for line in told[2:] if not line.startswith("@@") and line != UNENDED]
    for side, sign in ((1, "-"), (2, "+")):
        counted = sum(int(hunk[side].partition(",")[2] or 1) for hunk in hunks)
        assert counted == sum(line[0] in (" ", sign) for line in body)
    assert (texts[0] == texts[1]) == (told == [])


def test_a_carriage_return_is_left_out_where_all_lines_have_one_and_shown_where_that_is_the_difference() -> None:
    assert ["-a: 1", "+a: 2"] == between("a: 1\r\n", "a: 2\r\n")[3:]
    assert ["-a: 1\\x0d", "+a: 1"] == between("a: 1\r\n", "a: 1\n")[3:]


def test_secrets_are_masked_and_what_a_terminal_would_obey_is_escaped() -> None:
    shown = between("a: 1\n", "a: 1\npassword: hunter2hunter2\nb: '\u202e'\n")
    assert "+b: '\\u202e'" == shown[-1]
    assert "hunter2" not in "".join(shown)
