"""Trees and commits are parsed from bytes that someone else wrote."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.source import commit
from iscode.source.objects import digest, open_objects
from iscode.source.tree import Listed, hash_tree, parse_tree, to_entries

OID = "ab" * 20
RAW = bytes.fromhex(OID)


def test_a_tree_is_parsed_into_names_modes_and_ids():
    data = b"100644 a\0" + RAW + b"40000 b\0" + RAW + b"160000 c \xff\0" + RAW
    expected = [Listed(b"a", 0o100644, OID), Listed(b"b", 0o40000, OID), Listed(b"c \xff", 0o160000, OID)]
    assert expected == parse_tree(data, OID)


@pytest.mark.parametrize(
    "data",
    [
        b"100644 a\0" + RAW[:-1],
        b"100644 a",
        b"100644",
        b" a\0" + RAW,
        b"100648 a\0" + RAW,
        b"+10644 a\0" + RAW,
        b"100644 a/b\0" + RAW,
        b"100644 b\0" + RAW + b"100644 a\0" + RAW,
        b"100644 a\0" + RAW + b"100644 a\0" + RAW,
        b"100644 a\0" + RAW + b"100644 a.b\0" + RAW + b"40000 a\0" + RAW,
        b"40000 a\0" + RAW + b"100644 a-\0" + RAW,
    ],
)
def test_a_tree_that_git_would_not_write_is_refused(data):
    with pytest.raises(RepositoryError, match=f"tree {OID} is malformed"):
        parse_tree(data, OID)


@given(st.binary(max_size=80))
@example(b"100644 a\0" + RAW)
def test_any_bytes_are_a_tree_or_are_refused(data):
    try:
        found = parse_tree(data, OID)
    except RepositoryError:
        return
    assert data == b"".join(b"%o %s\0%s" % (item.mode, item.name, bytes.fromhex(item.oid)) for item in found)


@pytest.mark.parametrize(
    "name", [b"", b".", b"..", b".git", b".GIT/config", b"a/.git/x", b"a/../b", b"a/", b"/a", b"a//b", b"x" * 4097]
)
def test_a_name_that_no_checkout_would_write_is_refused(name):
    with pytest.raises(RepositoryError, match="no work tree can have the name"):
        to_entries([Listed(name, 0o100644, OID)])


def test_names_that_only_look_like_those_are_taken():
    names = [b".a", b"...", b".gitignore", b"a.git", b"a/.gitmodules"]
    assert sorted(names) == [entry.name for entry in to_entries(Listed(name, 0o100644, OID) for name in names)]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *((0o100644, "file"), (0o100755, "file"), (0o100664, "file")),
        *((0o120000, "symlink"), (0o160000, "gitlink"), (0o10000, "other")),
    ],
)
def test_modes_become_kinds(mode, kind):
    assert kind == to_entries([Listed(b"a", mode, OID)])[0].kind


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(["a", "b", "a-", "a.b", "ab", "ü"]), min_size=1, max_size=4), max_size=8))
def test_the_id_of_a_tree_is_the_one_that_git_gives(empty, parts):
    blob = empty.git("hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    names = {"/".join(part).encode() for part in parts}
    names = {name for name in names if not any(other.startswith(name + b"/") for other in names)}
    listing = [Listed(name, 0o100755, blob) for name in names]
    empty.git("read-tree", "--empty")
    lines = b"".join(b"%o %s\t%s\0" % (item.mode, blob.encode(), item.name) for item in listing)
    empty.git("update-index", "-z", "--add", "--index-info", stdin=lines)
    assert empty.text("write-tree") == hash_tree(listing, "sha1")


def tree_of(checkout, *lines: tuple[str, str, str]) -> str:
    kinds = {"040000": "tree", "160000": "commit"}
    text = "".join(f"{mode} {kinds.get(mode, 'blob')} {oid}\t{name}\0" for mode, oid, name in lines)
    return checkout.git("mktree", "-z", "--missing", stdin=text.encode()).decode().strip()


def test_a_tree_that_names_billions_of_files_is_refused(empty):
    oid = empty.git("hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    mode = "100644"
    for _ in range(10):
        oid = tree_of(empty, *((mode, oid, f"n{number}") for number in range(10)))
        mode = "040000"
    bomb = empty.text("commit-tree", "-m", "bomb", oid)
    with pytest.raises(RepositoryError, match="the commit names more than 500000 files"):
        empty.open().commit(bomb)


def test_a_tree_without_an_end_of_folders_is_refused(empty):
    data = b""
    for _ in range(2050):
        oid = digest("tree", data, "sha1")
        path = empty.top / ".git/objects" / oid[:2] / oid[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(b"tree %d\0" % len(data) + data, 1))
        data = b"40000 d\0" + bytes.fromhex(oid)
    deep = empty.text("commit-tree", "-m", "deep", oid)
    with pytest.raises(RepositoryError, match="a name of more than 4096 bytes"):
        empty.open().commit(deep)


def test_an_empty_folder_holds_nothing(empty, contents):
    oid = tree_of(empty, ("040000", tree_of(empty), "empty"))
    assert {} == contents(empty.open().commit(empty.text("commit-tree", "-m", "x", oid)))


def test_a_name_that_leaves_the_tree_is_refused(empty, monkeypatch):
    blob = empty.git("hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    data = b"40000 ..\0" + bytes.fromhex(tree_of(empty, ("100644", blob, "a")))
    oid = empty.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=data).decode().strip()
    with pytest.raises(RepositoryError, match=r"no work tree can have the name \.\./a"):
        empty.open().commit(empty.text("commit-tree", "-m", "x", oid))


@pytest.mark.parametrize("kind", ["commit", "tag", "tree"])
def test_an_object_that_is_malformed_is_refused(empty, kind):
    oid = empty.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=b"what").decode().strip()
    if kind == "tree":
        oid = empty.text("commit-tree", "-m", "x", oid)
    with pytest.raises(RepositoryError, match="is malformed"):
        empty.open().commit(oid)


def test_a_tree_in_the_place_of_a_blob_is_refused(checkout, contents):
    folder = checkout.text("rev-parse", "HEAD:compliance")
    odd = checkout.text(
        "commit-tree", "-m", "x", tree_of(checkout, ("100644", checkout.text("rev-parse", "HEAD:iscode.yaml"), "a"))
    )
    assert {"a": b"version: 1\n"} == contents(checkout.open().commit(odd))
    data = b"100644 a\0" + bytes.fromhex(folder)
    oid = checkout.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=data).decode().strip()
    with pytest.raises(RepositoryError, match=r"a: object .* is a tree, not a blob"):
        contents(checkout.open().commit(checkout.text("commit-tree", "-m", "x", oid)))


def test_commits_and_folders_beyond_reason_are_not_read(checkout, monkeypatch):
    for number in range(20):
        checkout.write(f"{number}/file", b"%d" % number)
    checkout.commit()
    lines = checkout.text("ls-tree", "-r", "-t", "-d", "HEAD").splitlines()
    trees = ["HEAD^{tree}", *(line.split()[2] for line in lines)]
    total = sum(int(checkout.text("cat-file", "-s", tree)) for tree in trees)
    repository = checkout.open()
    monkeypatch.setattr(commit, "_MOST_BYTES", total)
    assert 23 == len(repository.commit("HEAD").entries)
    for room in (total - 1, 50):
        monkeypatch.setattr(commit, "_MOST_BYTES", room)
        with pytest.raises(RepositoryError, match=f"the commit and its folders take more than {room} bytes"):
            repository.commit("HEAD")


def test_a_repository_of_sha256_is_read(tmp_path, empty, contents):
    top = tmp_path / "sha256"
    empty.git("init", "-q", "--object-format=sha256", str(top))
    other = type(empty)(top)
    other.write("compliance/a.yaml", b"x")
    head = other.commit()
    assert 64 == len(head)
    expected = {"compliance/a.yaml": b"x"}
    repository = other.open()
    assert "sha256" == repository.object_format
    assert expected == contents(repository.commit(head)) == contents(repository.index())
    assert (
        other.text("rev-parse", "HEAD^{tree}")
        == repository.index().revision.tree
        == repository.commit("main").revision.tree
    )


def test_contents_are_read_in_runs_and_stay_in_order(checkout, contents, monkeypatch):
    from iscode.source import objects

    for number in range(20):
        checkout.write(f"many/{number}", b"%d" % number * (number + 1))
    checkout.commit()
    expected = contents(checkout.open().commit("HEAD"), 30)
    monkeypatch.setattr(objects, "_CHUNK_BYTES", 25)
    monkeypatch.setattr(objects, "_CHUNK_OBJECTS", 3)
    assert expected == contents(checkout.open().commit("HEAD"), 30)
    assert None is expected["many/19"]
    assert b"2" * 3 == expected["many/2"]


def test_a_reader_that_stops_early_leaves_no_process(checkout):
    snapshot = checkout.open().commit("HEAD")
    reader = snapshot.read(snapshot.entries, 100)
    next(reader)
    reader.close()
    with open_objects(checkout.open().git, "sha1") as opened:
        process = opened._process
    assert 0 == process.returncode
