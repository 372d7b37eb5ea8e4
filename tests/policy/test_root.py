"""A snapshot and a folder -> the root that is judged."""

from __future__ import annotations

import pytest

from iscode.errors import ConfigError
from iscode.policy import root
from iscode.source import MemorySnapshot
from iscode.source.snapshot import entry

GOOD = b"version: 1\nprofile: all\n"


class Linked(MemorySnapshot):
    """A memory snapshot with an entry that is no file."""

    def __init__(self, files: dict[str, bytes], name: str, kind: str) -> None:
        super().__init__(files)
        self.entries = tuple(sorted((*self.entries, entry(name.encode(), kind)), key=lambda item: item.name))


@pytest.mark.parametrize(
    ("folder", "expected"), [("", ""), ("a", ""), ("b", "b"), ("b/c/d", "b"), ("b/e", "b/e"), ("bb", "")]
)
def test_the_nearest_root_at_or_above_is_found(folder: str, expected: str) -> None:
    snapshot = MemorySnapshot({"iscode.yaml": GOOD, "b/iscode.yaml": GOOD, "b/e/iscode.yaml": GOOD})
    found = root.find(snapshot, folder, search=True)
    assert (expected, "all") == (found.path, found.config.profile)


def test_a_commit_is_judged_at_the_folder_named_and_nowhere_above() -> None:
    snapshot = MemorySnapshot({"iscode.yaml": GOOD, "b/iscode.yaml": GOOD})
    assert "b" == root.find(snapshot, "b", search=False).path
    with pytest.raises(ConfigError) as refused:
        root.find(snapshot, "b/c", search=False)
    assert "roots of this repository: ., b" == refused.value.hint


@pytest.mark.parametrize("name", ["iscode.yaml", "ISCODE.yaml", "Iscode.YAML"])
@pytest.mark.parametrize("kind", ["symlink", "gitlink", "other"])
def test_a_configuration_that_is_no_regular_file_is_never_absent(name: str, kind: str) -> None:
    snapshot = Linked({"iscode.yaml": GOOD} if name != "iscode.yaml" else {}, name, kind)
    with pytest.raises(ConfigError, match="no regular file") as refused:
        root.find(snapshot, "deep/er", search=True)
    assert f"{name}:1:1" == str(refused.value.place)


def test_a_file_of_another_name_in_case_is_no_configuration() -> None:
    with pytest.raises(ConfigError, match=r"there is no iscode\.yaml"):
        root.find(MemorySnapshot({"ISCODE.YAML": GOOD}), "", search=True)


def test_no_root_at_all_says_how_to_start_one() -> None:
    with pytest.raises(ConfigError) as refused:
        root.find(MemorySnapshot({"a.yaml": b""}), "x", search=True)
    assert ("there is no iscode.yaml in x or above, so nothing says what to judge", "`iscode init` starts one") == (
        refused.value.message,
        refused.value.hint,
    )


def test_a_configuration_that_is_too_large_is_not_read() -> None:
    with pytest.raises(ConfigError, match="larger than"):
        root.find(MemorySnapshot({"iscode.yaml": b"#" * (root.SIZE + 1)}), "", search=True)
