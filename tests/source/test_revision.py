"""A word names a commit in an order of our own: what shadows a branch is refused, what is unclear is unknown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.source.revision import head


@pytest.fixture
def history(checkout):
    """main: first, second, and a merge of side; side: one commit beside the second."""
    checkout.git("checkout", "-q", "-b", "side")
    checkout.write("side.txt")
    checkout.commit("side")
    checkout.git("checkout", "-q", "main")
    checkout.write("main.txt")
    checkout.commit("second")
    checkout.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    checkout.git("update-ref", "refs/remotes/origin/main", "main~1")
    checkout.git("tag", "-a", "-m", "release", "v1", "side")
    checkout.git("tag", "-a", "-m", "release of a release", "v2", "v1")
    return checkout


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("HEAD", "HEAD"),
        ("HEAD^", "HEAD^"),
        ("HEAD^0", "HEAD"),
        ("HEAD^2", "HEAD^2"),
        ("HEAD~2", "HEAD~2"),
        ("HEAD^2~1^0", "HEAD^2~1"),
        ("HEAD~0", "HEAD"),
        ("main", "refs/heads/main"),
        ("main^", "refs/heads/main^"),
        ("refs/heads/side", "refs/heads/side"),
        ("origin/main", "refs/remotes/origin/main"),
        ("refs/tags/v1", "refs/tags/v1^{commit}"),
        ("refs/tags/v2", "refs/tags/v1^{commit}"),
    ],
)
def test_a_word_names_the_commit_that_git_means_by_the_full_name(history, word, same):
    revision = history.open().commit(word).revision
    expected = ("commit", history.text("rev-parse", same), history.text("rev-parse", f"{same}^{{tree}}"))
    assert expected == (revision.kind, revision.commit, revision.tree)


def test_a_full_id_is_itself_even_where_a_branch_has_that_name(history):
    side, main = history.text("rev-parse", "side"), history.text("rev-parse", "main")
    history.git("update-ref", f"refs/heads/{side}", main)
    assert side == history.open().commit(side).revision.commit
    assert history.text("rev-parse", f"{side}^") == history.open().commit(f"{side}^").revision.commit


@pytest.mark.parametrize("word", ["main", "origin/main"])
def test_a_tag_with_the_name_of_a_branch_is_refused_and_full_names_still_work(history, word):
    history.git("tag", word, "side")
    with pytest.raises(RepositoryError, match=f"{word} is a branch and a tag") as caught:
        history.open().commit(word)
    assert f"write refs/heads/{word}" in caught.value.hint
    full = "refs/heads/main" if word == "main" else "refs/remotes/origin/main"
    assert history.text("rev-parse", full) == history.open().commit(full).revision.commit
    assert history.text("rev-parse", "side") == history.text("rev-parse", word)


def test_a_tag_with_the_name_of_a_full_reference_is_refused(history):
    history.git("update-ref", "refs/tags/refs/heads/main", "side")
    with pytest.raises(RepositoryError, match="refs/heads/main is a branch and a tag"):
        history.open().commit("refs/heads/main")
    history.git("update-ref", "-d", "refs/heads/side")
    history.git("update-ref", "refs/tags/refs/heads/side", "main")
    with pytest.raises(RepositoryError, match="no commit is called refs/heads/side"):
        history.open().commit("refs/heads/side")
    assert history.text("rev-parse", "main") == history.text("rev-parse", "refs/heads/side")


@pytest.mark.parametrize(
    "word",
    [
        *("v1", "nothing", "", "^", "~1", "HEAD~99", "HEAD^3", "HEAD^{tree}", "HEAD^{/side}", ":/side", "main@{0}"),
        *("@", "HEAD:iscode.yaml", "main..side", "-n", "--all", "refs/heads/*", "refs/heads/mai?", "refs/heads/"),
        *("FETCH_HEAD", "heads/main", "refs/", "refs", "main\n", " main", "main\0", "origin", "0" * 40, "f" * 64),
    ],
)
def test_anything_else_names_nothing(history, word):
    with pytest.raises(RepositoryError) as caught:
        history.open().commit(word)
    assert caught.value.hint or "parents" in caught.value.message


def test_a_tag_alone_is_named_in_full_in_the_hint(history):
    with pytest.raises(RepositoryError, match="no commit is called v1") as caught:
        history.open().commit("v1")
    assert "write refs/tags/v1" == caught.value.hint


def test_an_abbreviated_id_names_nothing(history):
    with pytest.raises(RepositoryError):
        history.open().commit(history.text("rev-parse", "HEAD")[:12])


def test_a_file_with_the_name_of_a_branch_is_not_taken_for_it(history):
    history.write("main", b"a file\n")
    history.write("side/file", b"a file\n")
    (history.top / ".git/side").write_text(history.text("rev-parse", "main") + "\n")
    assert history.text("rev-parse", "refs/heads/side") == history.open().commit("side").revision.commit
    assert history.text("rev-parse", "main") == history.text("rev-parse", "side")


def test_a_tree_or_a_blob_is_no_commit(history):
    for name in ("HEAD^{tree}", "HEAD:iscode.yaml"):
        with pytest.raises(RepositoryError, match="not a commit"):
            history.open().commit(history.text("rev-parse", name))


def test_a_commit_beyond_the_edge_of_a_shallow_clone_names_the_remedy(history, tmp_path):
    history.git("clone", "-q", "--depth=1", f"file://{history.top}", str(tmp_path / "shallow"))
    shallow = type(history)(tmp_path / "shallow")
    assert history.text("rev-parse", "HEAD") == shallow.open().commit("HEAD").revision.commit
    with pytest.raises(RepositoryError, match="is missing") as caught:
        shallow.open().commit("HEAD^")
    assert "fetch-depth: 0" in caught.value.hint


def test_packed_references_and_objects_are_read(history, contents):
    expected = contents(history.open().commit("main"))
    history.git("gc", "-q")
    assert not (history.top / ".git/refs/heads/main").exists()
    assert expected == contents(history.open().commit("main"))


def test_the_head_is_a_commit_or_there_is_none_yet(empty):
    assert None is empty.open().head()
    with pytest.raises(RepositoryError) as caught:
        empty.open().commit("HEAD")
    assert "no commit yet" in caught.value.hint
    head = empty.commit()
    assert head == empty.open().head()
    empty.git("checkout", "-q", "--detach")
    assert head == empty.open().head()
    empty.git("checkout", "-q", "--orphan", "fresh")
    assert None is empty.open().head()


@pytest.mark.parametrize("damage", ["", "garbage\n", "0" * 40 + "\n"])
def test_a_branch_that_is_broken_is_not_one_without_a_commit(checkout, damage):
    (checkout.top / ".git/refs/heads/main").write_text(damage)
    with pytest.raises(RepositoryError):
        checkout.open().head()


class Forgiving:
    """A git that sees nothing wrong in a branch that is there but cannot be read."""

    def call(self, *arguments, codes):
        return 1, b""

    def run(self, *arguments):
        return b"refs/heads/main\n" if arguments[0] == "symbolic-ref" else b""


def test_a_broken_branch_is_noticed_where_git_says_nothing_of_it(tmp_path):
    assert None is head(Forgiving(), tmp_path, "sha1")
    (tmp_path / "refs/heads").mkdir(parents=True)
    (tmp_path / "refs/heads/main").write_text("garbage\n")
    with pytest.raises(RepositoryError, match="no commit is called HEAD"):
        head(Forgiving(), tmp_path, "sha1")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="HEADmain/refsorg^~12-@{}.:*\\ \n", max_size=12))
def test_any_word_names_a_commit_or_is_refused(checkout, word):
    try:
        revision = checkout.open().commit(word).revision
    except RepositoryError:
        return
    assert checkout.text("rev-parse", "HEAD") == revision.commit
