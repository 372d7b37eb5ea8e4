"""Files that records name: only a regular file of the judged snapshot is evidence, and only with its digest."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document import write
from iscode.expr import EvaluationError
from iscode.facts import Artifact, Artifacts, Facts
from iscode.facts.artifacts import is_safe
from iscode.source import MemorySnapshot, Snapshot

DATA = b"evidence"
DIGEST = sha256(DATA).hexdigest()
THERE = Artifact("intact", DIGEST, len(DATA))
SNAPSHOTS = ("worktree", "index", "commit")


def held(archive, snapshot: Snapshot) -> Artifacts:
    return Facts(snapshot, archive.root, archive.inventory(snapshot)).artifacts


def snapshot_of(archive, kind: str) -> Snapshot:
    repository = archive.open()
    return repository.commit("HEAD") if kind == "commit" else getattr(repository, kind)()


def state(archive, kind: str, path: str) -> str:
    return held(archive, snapshot_of(archive, kind)).of_path(path).state


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"path": "f", "sha256": DIGEST, "size": 8}, THERE),
        ({"path": "f", "sha256": DIGEST}, THERE),
        ({"path": "f"}, THERE),
        ({"path": "f", "uri": "https://x", "sha256": DIGEST}, THERE),
        ({"path": "f", "sha256": "0" * 64}, Artifact("changed", DIGEST, 8)),
        ({"path": "f", "sha256": DIGEST, "size": 9}, Artifact("changed", DIGEST, 8)),
        ({"path": "g", "sha256": DIGEST}, Artifact("missing")),
        ({"path": "../f", "sha256": DIGEST}, Artifact("unsafe")),
        ({"uri": "https://x", "sha256": DIGEST}, Artifact("remote")),
        ({"sha256": DIGEST}, Artifact("missing")),
        ({}, Artifact("missing")),
    ],
)
def test_a_block_is_held_against_the_file(archive, block: dict, expected: Artifact) -> None:
    assert expected == held(archive, MemorySnapshot({"f": DATA})).of_block(block)


def test_the_map_of_an_artifact_leaves_out_what_is_not_known() -> None:
    assert {"state": "missing"} == Artifact("missing").row
    assert {"state": "intact", "sha256": DIGEST, "size": 8} == THERE.row


@pytest.mark.parametrize(
    "path",
    ["", "/f", "../f", "a/../f", "./f", "a//f", "f/", "~/f", "~", "C:f", "C:/f", "\\f", "a\\f", "f\0", "f\n",
     ".git/HEAD", "a/.GIT/f", "https://x/f", "file:///f", "a/.", "\x7ff"],
)  # fmt: skip
def test_a_path_that_leaves_the_tree_is_unsafe(archive, path: str) -> None:
    snapshot = MemorySnapshot({"f": DATA, "x/f": DATA, ".git/HEAD": DATA, path or "x": DATA})
    assert Artifact("unsafe") == held(archive, snapshot).of_path(path)


@pytest.mark.parametrize("path", ["f", "a/b.txt", "..f", "a/...", ".gitignore", "a/.github/f", "ab:c", "é ~"])
def test_an_ordinary_name_is_safe(path: str) -> None:
    assert True is is_safe(path)


@given(st.lists(st.sampled_from(["..", "a", ".", "", ".git", "~", "/", "C:", "https:", "\\", "b"]), max_size=6))
def test_a_safe_path_names_something_inside(steps: list[str]) -> None:
    path = "/".join(steps)
    if is_safe(path):
        assert not set(path.split("/")) & {"", ".", "..", ".git"}
        assert path[0] not in "/~\\"


@pytest.mark.parametrize("kind", SNAPSHOTS)
def test_only_a_regular_file_of_the_snapshot_is_evidence(archive, kind: str) -> None:
    archive.write("f", DATA)
    archive.write("folder/f", DATA)
    archive.write(
        "pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + DIGEST.encode() + b"\nsize 8\n"
    )
    (archive.top / "link").symlink_to("f")
    (archive.top / "linked").symlink_to("folder")
    archive.git("init", "-q", "module")
    archive.git("-C", "module", "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "--allow-empty", "-m", "m")
    archive.git("-c", "advice.addEmbeddedRepo=false", "add", "-A")
    archive.commit()
    archive.write("module/f", DATA)
    expected = {"f": "intact", "folder/f": "intact"} | dict.fromkeys(
        ("pointer", "link", "linked/f", "module", "module/f", "folder", "F"), "missing"
    )
    found = held(archive, snapshot_of(archive, kind))
    assert expected == {path: found.of_path(path).state for path in expected}


@pytest.mark.parametrize(
    ("kind", "ignored", "untracked", "edited"),
    [("worktree", "missing", "intact", "changed"), ("index", "missing", "missing", "intact"),
     ("commit", "missing", "missing", "intact")],
)  # fmt: skip
def test_what_is_not_of_the_snapshot_is_no_evidence(
    archive, kind: str, ignored: str, untracked: str, edited: str
) -> None:
    archive.write("f", DATA)
    archive.write(".gitignore", b"ignored\n")
    archive.commit()
    archive.write("ignored", DATA)
    archive.write("untracked", DATA)
    archive.write("f", b"tampered")
    found = held(archive, snapshot_of(archive, kind))
    block = {"path": "f", "sha256": DIGEST}
    assert (ignored, untracked, edited) == (
        found.of_path("ignored").state, found.of_path("untracked").state, found.of_block(block).state
    )  # fmt: skip


def test_what_is_deleted_is_missing_where_it_is_deleted(archive) -> None:
    archive.write("f", DATA)
    archive.commit()
    (archive.top / "f").unlink()
    archive.git("rm", "-q", "--cached", "f")
    assert ["missing", "missing", "intact"] == [state(archive, kind, "f") for kind in SNAPSHOTS]


def test_a_path_is_below_the_root(archive) -> None:
    archive.root = "sub"
    found = held(archive, MemorySnapshot({"sub/f": DATA, "g": DATA}))
    assert ["intact", "missing"] == [found.of_path(path).state for path in ("f", "g")]


@pytest.mark.parametrize("kind", SNAPSHOTS)
def test_a_file_beyond_the_limit_is_not_hashed_and_nobody_takes_it_for_missing(archive, kind: str) -> None:
    archive.write("f", DATA)
    archive.write("big", DATA + b"!")
    archive.commit()
    snapshot = snapshot_of(archive, kind)
    found = Artifacts(snapshot, archive.root, archive.inventory(snapshot), len(DATA))
    assert THERE == found.of_path("f")
    with pytest.raises(EvaluationError, match="big is larger than 8 bytes, so it is not hashed") as refused:
        found.of_path("big")
    assert "cost" == refused.value.cause


def test_every_file_that_records_name_is_read_in_one_pass(archive, values) -> None:
    files = {"f": DATA, "g": b"", "h": b""}
    records = {"c/p.yaml": values.paper(file="f", artifact={"path": "g"}), "c/q.yaml": values.paper(name="q", file="~")}

    reads: list[list[str]] = []

    class Counting(MemorySnapshot):
        def digests(self, entries, limit):
            reads.append([entry.path for entry in entries])
            return super().digests(entries, limit)

    snapshot = Counting(files | {path: write(value).encode() for path, value in records.items()})
    inventory = archive.inventory(snapshot)
    reads.clear()
    found = Artifacts(snapshot, "", inventory)
    for path in ("f", "g", "~", "h", "h"):
        found.of_path(path)
    assert [["f", "g"], ["h"]] == reads
