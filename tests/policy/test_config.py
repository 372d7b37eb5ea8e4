"""iscode.yaml -> what is judged; what does not fit is refused at its line."""

from __future__ import annotations

import pytest

from iscode.document import CEILING, Limits
from iscode.errors import ConfigError
from iscode.policy import Config, config
from iscode.policy.config import DEFAULT_RECORDS, FileLimits
from iscode.schema.model import parse
from iscode.source import patterns


def read(text: str) -> Config:
    return config.read(parse("iscode.yaml", text.encode(), ConfigError))


def test_two_lines_are_enough() -> None:
    found = read("version: 1\nprofile: all\n")
    assert (list(DEFAULT_RECORDS), [], Limits()) == (found.records, found.exclude, found.document_limits())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("compliance/a.yaml", True),
        ("compliance/deep/er/a.YmL", True),
        ("compliance/a.yaml.html", False),
        ("Compliance/a.yaml", False),
        ("a.yaml", False),
    ],
)
def test_records_are_yaml_files_below_compliance_unless_told_otherwise(path: str, expected: bool) -> None:
    assert expected == patterns.compile(DEFAULT_RECORDS)(path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file holds no record"),
        ("profile: all\n", 1, "`version` is missing"),
        ("version: 1\n", 1, "`profile` is missing"),
        ("version: 2\nprofile: all\n", 1, "`version`"),
        ("version: true\nprofile: all\n", 1, "`version`"),
        ("version: 1.0\nprofile: all\n", 1, "`version`"),
        ("version: 1\nprofile: 3\n", 2, "`profile`"),
        ('version: 1\nprofile: ""\n', 2, "`profile`"),
        ("version: 1\nprofile: all\nrecord: [a]\n", 3, "unknown key `record`"),
        ("version: 1\nprofile: all\nrecords: []\n", 3, "`records`"),
        ("version: 1\nprofile: all\nrecords: a\n", 3, "`records`"),
        ("version: 1\nprofile: all\nrecords:\n  - a\n  - a[z-a]\n", 5, "a[z-a]"),
        ("version: 1\nprofile: all\nexclude:\n  - '#a'\n", 4, "#a"),
        ("version: 1\nprofile: all\nlimits: {depth: 129}\n", 3, "`limits.depth`"),
        ("version: 1\nprofile: all\nlimits: {deep: 6}\n", 3, "`limits.deep`"),
        ("version: 1\nprofile: all\nrequires: newest\n", 3, "'newest' is no version range"),
        ("version: 1\nprofile: all\nrequires: '>=99'\n", 3, "the repository requires >=99"),
        ("version: 1\nprofile: all\nprofile: other\n", 3, "profile"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(text)
    assert refused.value.place is not None
    assert ("iscode.yaml", line) == (refused.value.place.path, refused.value.place.line)
    assert words in refused.value.message


def test_a_mistyped_key_gets_the_right_one_as_a_hint() -> None:
    with pytest.raises(ConfigError) as refused:
        read("version: 1\nprofile: all\nrecord: [a]\n")
    assert "did you mean `records`?" == refused.value.hint


def test_this_version_satisfies_its_own_range() -> None:
    assert ">=0.1,<0.2" == read("version: 1\nprofile: all\nrequires: '>=0.1,<0.2'\n").requires


def test_limits_are_lowered_and_raised_one_by_one() -> None:
    found = read("version: 1\nprofile: all\nlimits: {depth: 64, nodes: 5}\n")
    assert Limits(depth=64, nodes=5) == found.document_limits()


@pytest.mark.parametrize("name", FileLimits.__struct_fields__)
def test_a_limit_may_be_raised_to_the_ceiling_of_the_reader_and_no_further(name: str) -> None:
    most = getattr(CEILING, name)
    assert Limits(**{name: most}) == read(f"version: 1\nprofile: all\nlimits: {{{name}: {most}}}\n").document_limits()
    for beyond in (most + 1, 0):
        with pytest.raises(ConfigError, match=name):
            read(f"version: 1\nprofile: all\nlimits: {{{name}: {beyond}}}\n")
