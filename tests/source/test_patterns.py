"""Patterns mean what they mean to Git, and cost no more than the length of a path."""

from __future__ import annotations

import subprocess
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iscode.errors import ConfigError
from iscode.source import patterns

RECORDS = ["compliance/**/*.[yY][aA][mM][lL]", "compliance/**/*.[yY][mM][lL]"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("compliance/a.yaml", True),
        ("compliance/deep/er/a.YML", True),
        ("compliance/deep/a.YaMl", True),
        ("compliance/new\nline/a.yaml", True),
        ("compliance/a\n.yaml", True),
        ("compliance/a.yaml\n", False),
        ("compliance/\\xff.yaml", True),
        ("compliance\\a.yaml", False),
        ("compliance\\x5cdeep/a.yaml", False),
        ("Compliance/a.yaml", False),
        ("compliance/report.yaml.html", False),
        ("other/compliance/a.yaml", False),
        ("compliance.yaml", False),
        ("compliance/a.yaml/inside", True),
    ],
)
def test_the_default_patterns_take_records(path, meant):
    assert meant is patterns.compile(RECORDS)(path)


def test_the_last_pattern_that_matches_decides():
    match = patterns.compile(["docs/**", "!docs/kept/**", "docs/kept/not.yaml"])
    assert [True, False, True, False] == [match(p) for p in ("docs/a", "docs/kept/a", "docs/kept/not.yaml", "b")]


def test_no_pattern_means_no_file():
    assert not patterns.compile([])("a")
    assert not patterns.compile([]).could_hold("a")


@pytest.mark.parametrize(
    "pattern",
    ["", " ", "# note", "/", "[z-a]", "a[", "a\\", "!", "a\nb", "a\0", " a", "a ", "a" * 257, "!/", "//"],
)
def test_a_pattern_that_can_mean_no_file_is_refused(pattern):
    with pytest.raises(ConfigError, match="cannot be used"):
        patterns.compile(["ok", pattern])


def test_there_is_an_end_to_the_number_of_patterns():
    with pytest.raises(ConfigError, match="more than 256 patterns"):
        patterns.compile(["a"] * 257)


def test_a_pattern_that_makes_a_backtracker_sweat_takes_no_time():
    match = patterns.compile(["*a" * 100 + "b", "**/" * 60 + "*x*x*x*x*x*x*x*x*x*x*x*x*y"])
    start = time.perf_counter()
    assert not match("a" * 4000)
    assert not match("x/" * 1000 + "x" * 2000)
    assert 1.0 > time.perf_counter() - start


@pytest.mark.parametrize(
    ("pattern", "path", "could"),
    [
        ("compliance/**/*.yaml", "compliance", True),
        ("compliance/**/*.yaml", "compliance/any/depth", True),
        ("compliance/**/*.yaml", "complianc", False),
        ("compliance/**/*.yaml", "docs", False),
        ("/compliance/*.yaml", "compliance", True),
        ("/compliance/*.yaml", "compliance/deep", False),
        ("/compliance/*.yaml", "compliance/x.yaml", True),
        ("a/*/c/d.yaml", "a/b", True),
        ("a/*/c/d.yaml", "a/b/c", True),
        ("a/*/c/d.yaml", "a/b/x", False),
        ("*.yaml", "anything", True),
        ("**/x.yaml", "anything", True),
        ("/**/x.yaml", "anything", True),
        ("/top", "top/inner", True),
        ("/top", "other", False),
        ("compliance/new*/**", "compliance/new\nline", True),
    ],
)
def test_a_link_or_submodule_is_seen_where_a_record_could_lie(pattern, path, could):
    assert could is patterns.compile([pattern]).could_hold(path)


_PART = st.sampled_from(["a", "b", "*", "?", "a*", "**", "[ab]", "!a", "\\!", "c d"])
_PATTERN = st.builds(lambda lead, parts, tail: lead + "/".join(parts) + tail, st.sampled_from(["", "/", "!"]),
                     st.lists(_PART, min_size=1, max_size=4), st.sampled_from(["", "/"]))  # fmt: skip
_PATH = st.lists(st.sampled_from(["a", "b", "ab", "!", "!a", "c d", "\n"]), min_size=1, max_size=3).map("/".join)


@settings(max_examples=500)
@example(["!\\!", "/\\!"], "!/!", "a")
@given(st.lists(_PATTERN, max_size=3), _PATH, _PATH)
def test_a_place_that_holds_a_match_is_never_denied(texts, path, below):
    try:
        match = patterns.compile(texts)
    except ConfigError:
        return
    if match(path) or match(f"{path}/{below}"):
        assert match.could_hold(path)


@settings(max_examples=500)
@given(st.lists(st.text(alphabet="ab*?[]!-\\/ .^$(){}|+#", max_size=12), max_size=4), st.text(max_size=20))
def test_any_text_is_a_pattern_or_is_refused(texts, path):
    try:
        match = patterns.compile(texts)
    except ConfigError:
        return
    assert match(path) in {True, False}
    assert match.could_hold(path) in {True, False}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_PATTERN.filter(lambda text: text[0] != "!"), max_size=3),
    st.lists(_PATH, min_size=1, unique=True),
)
def test_git_takes_the_same_paths(tmp_path_factory, texts, paths):
    top = tmp_path_factory.getbasetemp() / "ignoring"
    if not top.exists():
        subprocess.run(["git", "init", "-q", str(top)], check=True)
    try:
        match = patterns.compile(texts)
    except ConfigError:
        return
    (top / ".git/info/exclude").write_text("".join(f"{text}\n" for text in texts))
    asked = "".join(f"./{path}\0" for path in paths)
    said = subprocess.run(
        ["git", "check-ignore", "-z", "--no-index", "--stdin"],
        cwd=top,
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    ignored = {line.removeprefix("./") for line in said.stdout.split("\0")[:-1]}
    assert ignored == {path for path in paths if match(path)}


@given(
    st.sampled_from(sorted(patterns.TRANSLATED)),
    st.lists(
        st.sampled_from(["compliance", "a", ".yaml", "x.yml", "b.YaMl", "c.yaml.d", "\n", ".", "d.yaml\n"]),
        min_size=1, max_size=5,
    ).map("/".join),
)  # fmt: skip
def test_what_is_translated_beforehand_means_what_it_means_to_the_library(pattern, path):
    assert patterns._spec((pattern,)).match_file(path.replace("\n", "\x01"), separators=()) is patterns.compile(
        [pattern]
    )(path)
