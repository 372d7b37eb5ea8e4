"""A failing commit stays failing, whatever lies around it, and a poisoned repository reports what a clean one does."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
JUDGED = ("check", "-f", "json", "--rev", "refs/heads/main", *DAY)
BAD, GOOD = "label: bad", "label: good"


@pytest.fixture
def broken(small: Any) -> Any:
    """Two commits: a good one, and one whose record is bad."""
    firm = small()
    firm.change("c/b.yaml", GOOD, BAD)
    firm.commit()
    return firm


def planted(firm: Any, kind: str, data: bytes) -> str:
    """An object that the repository holds and nobody refers to."""
    place = firm.top.parent / "object"
    place.write_bytes(data)
    oid: str = firm.git("hash-object", "-t", kind, "-w", "--literally", str(place))
    return oid


def replaced_blob(firm: Any) -> None:
    """git replace: the bad record reads as the good one."""
    firm.git("replace", "HEAD:c/b.yaml", "HEAD~1:c/b.yaml")


def replaced_commit(firm: Any) -> None:
    firm.git("replace", "HEAD", "HEAD~1")


def graft(firm: Any) -> None:
    (firm.top / ".git/info").mkdir(exist_ok=True)
    (firm.top / ".git/info/grafts").write_text(f"{firm.git('rev-parse', 'HEAD')}\n")


def commit_graph(firm: Any) -> None:
    firm.git("commit-graph", "write", "--reachable")
    graph = firm.top / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-40] + b"\0" * 40)


def tag_named_like_the_branch(firm: Any) -> None:
    firm.git("tag", "main", "HEAD~1")
    firm.git("tag", "refs/heads/main", "HEAD~1")
    firm.git("tag", "HEAD", "HEAD~1")


def file_named_like_the_branch(firm: Any) -> None:
    for name in ("main", "HEAD", "refs/heads/main"):
        firm.write(name, firm.git("rev-parse", "HEAD~1") + "\n")
    (firm.top / ".git/main").write_text(firm.git("rev-parse", "HEAD~1") + "\n")


def alternates(firm: Any) -> None:
    other = firm.top.parent / "other.git"
    firm.git("clone", "--quiet", "--bare", ".", str(other))
    (firm.top / ".git/objects/info").mkdir(exist_ok=True)
    (firm.top / ".git/objects/info/alternates").write_text(f"{other}/objects\n")


def encoding_and_keywords(firm: Any) -> None:
    (firm.top / ".git/info").mkdir(exist_ok=True)
    (firm.top / ".git/info/attributes").write_text(
        "*.yaml ident working-tree-encoding=UTF-16 text eol=crlf filter=lfs diff=x merge=ours export-ignore\n"
    )


def sparse(firm: Any) -> None:
    firm.git("sparse-checkout", "set", "--no-cone", "/*", "!/c")


def configured(firm: Any) -> None:
    for name, value in {
        "core.worktree": str(firm.top.parent),
        "core.bare": "true",
        "core.sparseCheckout": "true",
        "core.ignoreCase": "true",
        "core.useReplaceRefs": "true",
        "core.quotePath": "true",
        "core.untrackedCache": "true",
        "core.alternateRefsCommand": "touch /tmp/ran",
        "uploadpack.packObjectsHook": "touch /tmp/ran",
        "index.skipHash": "true",
        "status.showUntrackedFiles": "no",
    }.items():
        firm.git("config", name, value)


SHADOWS = (
    *(replaced_blob, replaced_commit, graft, commit_graph, tag_named_like_the_branch, file_named_like_the_branch),
    *(alternates, encoding_and_keywords, sparse, configured),
)


@pytest.mark.parametrize("shadow", SHADOWS, ids=lambda shadow: shadow.__name__)
def test_nothing_beside_a_commit_changes_what_it_is(broken: Any, iscode: Any, shadow: Callable[[Any], None]) -> None:
    expected = iscode(*JUDGED)
    assert 1 == expected.code
    shadow(broken)
    found = iscode(*JUDGED)
    assert expected == found or (found.code == 2 and found.out == "")


def test_a_branch_that_a_tag_shadows_is_never_taken_for_either(broken: Any, iscode: Any) -> None:
    broken.git("tag", "main", "HEAD~1")
    done = iscode("check", "--rev", "main", *DAY)
    assert (2, True) == (done.code, "main is a branch and a tag" in done.err)
    assert [1, 0] == [iscode("check", "--rev", f"refs/{kind}/main", *DAY).code for kind in ("heads", "tags")]


def test_an_object_with_other_content_is_no_verdict(broken: Any, iscode: Any) -> None:
    oid, good = broken.git("rev-parse", "HEAD:c/b.yaml"), broken.git("cat-file", "blob", "HEAD~1:c/b.yaml") + "\n"
    path = broken.top / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob %d\0" % len(good) + good.encode()))
    for mode in ("--staged", "--rev=HEAD"):
        done = iscode("check", mode, *DAY)
        assert (2, "") == (done.code, done.out)
        assert oid in done.err


@pytest.mark.parametrize("folder", ["c", ""])
def test_a_folder_that_is_a_repository_itself_does_not_answer(broken: Any, iscode: Any, folder: str) -> None:
    """The change brings `HEAD objects/ refs/ config`: git, asked inside, would read that repository, which is good."""
    inner = broken.top.parent / "inner"
    broken.git("clone", "--quiet", "--bare", ".", str(inner))
    (inner / "HEAD").write_text(broken.git("rev-parse", "HEAD~1") + "\n")
    for path in inner.rglob("*"):
        if path.is_file() and "hooks" not in path.parts:
            target = broken.top / folder / path.relative_to(inner)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    broken.write("c/worse.yaml", "kind: Box\nid: w\nstatus: active\nlabel: bad\n")
    assert 1 == iscode("check", *DAY).code
    assert 1 == iscode("check", *DAY, "c").code
    broken.git("add", "--all")
    assert 1 == iscode("check", "--staged", *DAY).code
    broken.commit()
    assert 1 == iscode("check", "--rev", "HEAD", *DAY).code


def as_link(firm: Any, path: Path) -> None:
    path.rename(firm.top / "elsewhere")
    path.symlink_to(firm.top / "elsewhere")


def as_pipe(firm: Any, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(firm: Any, path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_other_case(firm: Any, path: Path) -> None:
    path.rename(path.with_name("IsCode.YAML"))


def as_nothing(firm: Any, path: Path) -> None:
    path.unlink()


ROOTS = (as_link, as_pipe, as_folder, as_other_case, as_nothing)


@pytest.mark.parametrize("become", ROOTS, ids=lambda become: become.__name__)
def test_a_root_that_is_no_file_any_more_is_no_verdict(
    broken: Any, iscode: Any, become: Callable[[Any, Path], None]
) -> None:
    become(broken, broken.top / "iscode.yaml")
    done = iscode("check", *DAY)
    assert (2, "") == (done.code, done.out)
    if become is not as_pipe:  # git keeps no pipe
        broken.git("add", "--all")
        assert 2 == iscode("check", "--staged", *DAY).code


@pytest.mark.parametrize("become", [as_link, as_pipe], ids=lambda become: become.__name__)
def test_a_record_that_is_no_file_fails(small: Any, iscode: Any, become: Callable[[Any, Path], None]) -> None:
    firm = small()
    firm.write("c/new.yaml", "kind: Box\nid: n\nstatus: active\n")
    become(firm, firm.top / "c/new.yaml")
    done = iscode("check", *DAY)
    assert (1, True) == (done.code, "c/new.yaml" in done.out)


def test_a_list_of_ignored_files_that_is_the_users_own_hides_nothing(small: Any, iscode: Any) -> None:
    firm = small()
    (firm.top.parent / "excludes").write_text("*\n")
    firm.git("config", "--global", "core.excludesFile", str(firm.top.parent / "excludes"))
    firm.git("config", "core.excludesFile", str(firm.top.parent / "excludes"))
    firm.write("c/x.yaml", "kind: Bx\n")
    done = iscode("check", *DAY)
    assert (1, True) == (done.code, "c/x.yaml" in done.out)


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_a_flag_of_the_index_hides_no_bad_record_of_the_commit(broken: Any, iscode: Any, flag: str) -> None:
    broken.git("update-index", flag, "c/b.yaml")
    broken.change("c/b.yaml", BAD, GOOD)
    assert 1 == iscode("check", "--rev", "HEAD", *DAY).code


@pytest.mark.parametrize(
    "name", ["-x.yaml", "a\nb.yaml", "a\x1b[2Jb.yaml", " .yaml", "é\u202e.yaml", "%n%s.yaml", "::error::x.yaml"]
)
def test_a_name_is_only_a_name(small: Any, iscode: Any, name: str) -> None:
    firm = small()
    firm.write(f"c/{name}", "kind: Bx\n")
    firm.git("add", "--all")
    for mode in ([], ["--staged"]):
        done = iscode("check", *mode, *DAY)
        assert (1, "") == (done.code, done.err)
        assert not set(done.out) & {"\x1b", "\u202e"}
        assert not any(line.startswith("::") for line in done.out.splitlines())
