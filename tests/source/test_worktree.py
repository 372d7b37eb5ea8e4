"""The work tree is judged as it lies: tracked and untracked, through no link, nothing irregular unseen."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from iscode.errors import RepositoryError
from iscode.source import plain


def test_tracked_files_are_read_as_they_lie_and_untracked_ones_with_them(checkout, contents):
    checkout.write("compliance/a.yaml", b"edited\n")
    (checkout.top / "compliance/deep/b.yaml").unlink()
    checkout.write("compliance/new/c.yaml", b"new\n")

    expected = {
        "compliance/a.yaml": b"edited\n",
        "compliance/new/c.yaml": b"new\n",
        "iscode.yaml": b"version: 1\n",
    }
    assert expected == contents(checkout.open().worktree())


def test_the_order_is_that_of_the_names(checkout):
    for name in ("compliance-x", "compliance.d/y", "Compliance", "a/b/c", "a.b"):
        checkout.write(name)
    names = [entry.name for entry in checkout.open().worktree().entries]
    assert sorted(names) == names


def test_the_same_names_are_found_as_by_git_itself(checkout):
    checkout.write(".gitignore", b"*.log\nbuild/\n!keep.log\n/only-top\n")
    checkout.write("compliance/.gitignore", b"drafts/*\n!drafts/good.yaml\n")
    checkout.write(".git/info/exclude", b"secret*\n")
    for name in (
        *(
            "x.log",
            "keep.log",
            "compliance/keep.log",
            "build/x",
            "compliance/build/y",
            "only-top",
            "a/only-top",
        ),
        *(
            "compliance/drafts/bad.yaml",
            "compliance/drafts/good.yaml",
            "secret.yaml",
            "venv/.gitignore",
            "venv/lib/x",
        ),
        *(
            ":(top)x",
            "-dash",
            " space ",
            "a*b",
            "[",
            '"quoted"',
            "new\nline/file\n",
            "back\\slash",
            "ünï/ö",
            "d/#x",
            "!",
        ),
    ):
        checkout.write(name)
    checkout.write("venv/.gitignore", b"*\n")
    checkout.write("compliance/drafts/tracked.yaml")
    checkout.git("add", "-f", "compliance/drafts/tracked.yaml")
    (checkout.top / os.fsdecode(b"raw-\xff")).write_bytes(b"x")

    listed = checkout.git("ls-files", "-z", "-c", "-o", "--exclude-standard").split(b"\0")[:-1]
    assert sorted(listed) == [entry.name for entry in checkout.open().worktree().entries]


def test_a_tracked_file_is_judged_although_it_is_ignored(checkout, contents):
    checkout.write(".gitignore", b"compliance/\n")
    checkout.write("compliance/untracked.yaml")
    found = contents(checkout.open().worktree())
    assert "compliance/a.yaml" in found
    assert "compliance/untracked.yaml" not in found


@pytest.mark.parametrize("name", ["pipe.yaml", "compliance/pipe.yaml", "compliance/alone/pipe.yaml", "fresh/pipe.yaml"])
def test_a_fifo_is_listed_wherever_it_lies(checkout, contents, name):
    path = checkout.top / name
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    assert b"" == checkout.git("ls-files", "-o")
    assert "other" == contents(checkout.open().worktree())[name]


def test_a_socket_is_listed(checkout, contents, monkeypatch):
    monkeypatch.chdir(checkout.top)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("compliance/s.yaml")
        assert "other" == contents(checkout.open().worktree())["compliance/s.yaml"]


def test_a_fifo_in_the_place_of_a_tracked_file_is_listed(checkout, contents):
    (checkout.top / "compliance/a.yaml").unlink()
    os.mkfifo(checkout.top / "compliance/a.yaml")
    assert "other" == contents(checkout.open().worktree())["compliance/a.yaml"]


def test_an_ignored_fifo_is_not_listed(checkout, contents):
    checkout.write(".gitignore", b"*.pipe\nrun/\n")
    (checkout.top / "run").mkdir()
    os.mkfifo(checkout.top / "run/x")
    os.mkfifo(checkout.top / "compliance/x.pipe")
    assert "other" not in contents(checkout.open().worktree()).values()


def test_links_are_listed_and_never_followed(checkout, contents, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.yaml").write_bytes(b"secret\n")
    (checkout.top / "compliance/file.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (checkout.top / "compliance/folder").symlink_to(tmp_path / "outside")
    (checkout.top / "compliance/dangling.yaml").symlink_to("nowhere")
    found = contents(checkout.open().worktree())
    kinds = {name: found[f"compliance/{name}"] for name in ("file.yaml", "folder", "dangling.yaml")}
    assert {"file.yaml": "symlink", "folder": "symlink", "dangling.yaml": "symlink"} == kinds
    assert b"secret\n" not in found.values()


@pytest.mark.parametrize("ignored", [False, True])
def test_a_tracked_folder_that_became_a_link_is_that_link(checkout, contents, tmp_path, ignored):
    (checkout.top / "compliance").rename(tmp_path / "moved")
    (checkout.top / "compliance").symlink_to(tmp_path / "moved")
    if ignored:
        checkout.write(".git/info/exclude", b"compliance\n")
    assert {"compliance": "symlink", "iscode.yaml": b"version: 1\n"} == contents(checkout.open().worktree())


def test_a_tracked_file_that_became_a_folder_is_that_folder(checkout, contents):
    (checkout.top / "compliance/a.yaml").unlink()
    checkout.write("compliance/a.yaml/inner.yaml", b"inner\n")
    found = contents(checkout.open().worktree())
    assert "compliance/a.yaml" not in found
    assert b"inner\n" == found["compliance/a.yaml/inner.yaml"]


def test_a_repository_inside_is_one_entry_and_not_entered(checkout, contents):
    inner = checkout.top / "compliance/inner"
    inner.mkdir()
    checkout.git("init", "-q", "compliance/inner")
    checkout.write("compliance/inner/x.yaml")
    found = contents(checkout.open().worktree())
    assert "gitlink" == found["compliance/inner"]
    assert "compliance/inner/x.yaml" not in found


def test_a_submodule_is_one_entry_and_not_entered(checkout, contents, tmp_path):
    checkout.git("clone", "-q", ".", str(tmp_path / "other"))
    checkout.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(tmp_path / "other"),
        "compliance/sub",
    )
    found = contents(checkout.open().worktree())
    assert "gitlink" == found["compliance/sub"]
    assert not [path for path in found if path.startswith("compliance/sub/")]


def test_a_submodule_that_is_gone_from_the_work_tree_is_absent(checkout, contents):
    commit = checkout.text("rev-parse", "HEAD")
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{commit},compliance/module")
    assert "compliance/module" not in contents(checkout.open().worktree())
    (checkout.top / "compliance/module").mkdir()
    assert "gitlink" == contents(checkout.open().worktree())["compliance/module"]


def test_a_file_that_is_kept_out_on_purpose_is_read_from_the_index(checkout, contents):
    checkout.git("update-index", "--skip-worktree", "compliance/a.yaml")
    checkout.write("compliance/a.yaml", b"not to be seen\n")
    (checkout.top / "compliance/deep/b.yaml").write_bytes(b"edited\n")
    found = contents(checkout.open().worktree())
    assert b"kind: Thing\nid: one\n" == found["compliance/a.yaml"]
    assert b"edited\n" == found["compliance/deep/b.yaml"]


@pytest.mark.parametrize("options", [["--cone"], ["--cone", "--sparse-index"], ["--no-cone"]])
def test_a_sparse_checkout_is_judged_whole(checkout, contents, options):
    checkout.git("status")
    checkout.git("sparse-checkout", "set", *options, "elsewhere")
    assert not (checkout.top / "compliance").exists()
    found = contents(checkout.open().worktree())
    assert b"kind: Thing\nid: two\n" == found["compliance/deep/b.yaml"]


def test_a_repository_without_a_commit_has_a_work_tree(empty, contents):
    empty.write("compliance/a.yaml", b"x")
    empty.write("compliance/b.yaml", b"y")
    empty.git("add", "compliance/b.yaml")
    assert {"compliance/a.yaml": b"x", "compliance/b.yaml": b"y"} == contents(empty.open().worktree())


def test_content_is_not_filtered_and_line_ends_stay(checkout, contents):
    checkout.write(".gitattributes", b"*.yaml text eol=lf ident\n")
    checkout.write("compliance/a.yaml", b"a: $Id$\r\n")
    assert b"a: $Id$\r\n" == contents(checkout.open().worktree())["compliance/a.yaml"]


def test_a_file_beyond_the_limit_is_not_read(checkout, contents):
    checkout.write("compliance/a.yaml", b"12345678")
    checkout.git("add", "-A")
    checkout.commit()
    for snapshot in (checkout.open().worktree(), checkout.open().index(), checkout.open().commit("HEAD")):
        assert b"12345678" == contents(snapshot, 8)["compliance/a.yaml"]
        assert None is contents(snapshot, 7)["compliance/a.yaml"]


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(checkout, monkeypatch):
    real = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"/compliance/closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    (checkout.top / "compliance/closed").mkdir()
    monkeypatch.setattr(plain.os, "scandir", refuse)
    with pytest.raises(RepositoryError, match="compliance/closed cannot be read: Permission denied"):
        checkout.open().worktree()


@pytest.mark.parametrize("way", [plain._each_by_descriptor, plain._each_by_path])
class TestReadingBelowAFolder:
    """Both ways of opening a file keep to the folder."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        top = tmp_path / "top"
        for name in ("a/b/one", "a/b/two", "a/three", "c/four", "five"):
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(name)
        return top

    @pytest.fixture
    def read(self, way):
        return lambda top, names, limit: way(top, names, lambda descriptor: plain._content(descriptor, limit))

    @pytest.fixture
    def top(self, folder: Path) -> bytes:
        return os.fsencode(folder)

    def test_files_come_in_the_order_asked_for(self, top, read):
        names = [b"c/four", b"a/b/two", b"five", b"a/three", b"a/b/one", b"a/b/two"]
        assert names == list(read(top, names, 10))

    def test_a_link_in_the_place_of_a_file_is_refused(self, top, folder, read):
        (folder / "link").symlink_to("five")
        with pytest.raises(RepositoryError, match="link cannot be read"):
            list(read(top, [b"link"], 10))

    def test_a_link_on_the_way_is_refused(self, top, folder, read):
        (folder / "way").symlink_to("a")
        with pytest.raises(RepositoryError, match="way/b/one cannot be read"):
            list(read(top, [b"way/b/one"], 10))

    def test_a_link_on_the_way_is_refused_after_its_folder_was_read(self, top, folder, read):
        (folder / "c/b").symlink_to(folder / "a")
        with pytest.raises(RepositoryError, match="c/b/three cannot be read"):
            list(read(top, [b"a/b/one", b"c/four", b"c/b/three"], 10))

    def test_a_fifo_that_came_after_the_listing_does_not_block(self, top, read):
        os.mkfifo(top + b"/pipe")
        with pytest.raises(RepositoryError, match="pipe cannot be read: it is no regular file"):
            list(read(top, [b"pipe"], 10))

    def test_a_file_that_went_away_is_refused(self, top, read):
        with pytest.raises(RepositoryError, match="gone cannot be read"):
            list(read(top, [b"gone"], 10))

    def test_a_large_file_is_none(self, top, read):
        assert [None, b"c/four"] == list(read(top, [b"a/three", b"c/four"], 6))

    def test_no_descriptor_is_left_open(self, top, read):
        before = len(list(Path("/proc/self/fd").iterdir()))
        reader = read(top, [b"a/b/one", b"gone"], 10)
        next(reader)
        with pytest.raises(RepositoryError):
            next(reader)
        started = read(top, [b"a/b/one", b"five"], 10)
        next(started)
        started.close()
        assert before == len(list(Path("/proc/self/fd").iterdir()))
