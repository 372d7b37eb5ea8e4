"""What Git tells of records and files: who made them, who changed them, and since when."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.expr import EvaluationError, timestamp_of_day
from iscode.facts import Facts
from iscode.facts.past import named_in
from iscode.inventory import Record
from iscode.source import MemorySnapshot
from iscode.source.history import RepositoryHistory

EVER = timestamp_of_day("2000-01-01")


def git(archive, reference: str = "Paper:p"):
    facts, record = archive.judged()
    return facts.git(record(reference))


def shas(archive, *path: str, reference: str = "Paper:p") -> list[str]:
    facts, record = archive.judged()
    return [commit.sha for commit in facts.history(record(reference), path)]


def refused(ask, *arguments) -> EvaluationError:
    with pytest.raises(EvaluationError) as raised:
        ask(*arguments)
    return raised.value


def test_a_commit_tells_what_it_changed_and_by_whom(archive, values) -> None:
    archive.write("other.txt", b"x")
    oid = archive.commit("ann", "t\n\nRefs: 1", p=values.paper(), q=values.paper(name="q"))
    created = git(archive).created
    assert {
        "sha": oid,
        "day": timestamp_of_day("2026-01-02"),
        "position": 1,
        "author": "Person:ann",
        "signed": "none",
        "records": ["Paper:p", "Paper:q"],
        "files": ["c/p.yaml", "c/q.yaml", "other.txt"],
        "trailers": {"Refs": ["1"]},
    } == created.row


def test_the_last_change_is_not_the_last_change_of_content(archive, values) -> None:
    first = archive.commit(p=values.paper())
    second = archive.commit(p=values.paper("two"))
    third = archive.commit(p=values.approved(values.paper("two")))
    fourth = archive.commit(p=values.paper("two", review={"last": "2026-01-01"}))
    archive.commit(q=values.paper(name="q"))
    found = git(archive)
    assert (first, fourth, second, False) == (found.created.sha, found.changed.sha, found.content.sha, found.stale)
    assert third == shas(archive, "approval")[1]


def test_a_comment_or_a_line_end_is_a_change_and_no_change_of_content(archive, values) -> None:
    first = archive.commit(p=values.paper())
    text = (archive.top / "c/p.yaml").read_bytes()
    second = archive.commit(p=b"# a word\r\n" + text)
    found = git(archive)
    assert (second, first) == (found.changed.sha, found.content.sha)


def test_a_record_is_the_same_wherever_its_file_stands(archive, values) -> None:
    first = archive.commit(p=values.paper())
    (archive.top / "c/deep").mkdir()
    (archive.top / "c/p.yaml").rename(archive.top / "c/deep/z.yaml")
    moved = archive.commit()
    found = git(archive)
    assert (first, moved, first) == (found.created.sha, found.changed.sha, found.content.sha)


def test_a_record_that_moves_in_two_commits_keeps_its_past(archive, values) -> None:
    first = archive.commit(p=values.paper())
    archive.commit(z=values.paper())
    (archive.top / "c/p.yaml").unlink()
    archive.commit()
    found = git(archive)
    assert (first, first) == (found.created.sha, found.content.sha)


def test_a_record_that_went_away_and_came_back_was_created_once(archive, values) -> None:
    first = archive.commit(p=values.paper())
    (archive.top / "c/p.yaml").unlink()
    gone = archive.commit("bob")
    back = archive.commit("carol", p=values.paper())
    found = git(archive)
    assert (first, back) == (found.created.sha, found.content.sha)
    assert [back, gone, first] == shas(archive, "text")


def test_another_id_or_kind_in_the_same_file_is_another_record(archive, values) -> None:
    archive.commit(p=values.paper())
    second = archive.commit(p=values.paper(name="q"))
    third = archive.commit(p=values.paper(kind="Desk", name="q"))
    assert third == git(archive, "Desk:q").created.sha
    facts, record = archive.judged()
    assert ("Desk:q", "Paper:q") == facts.git(record("Desk:q")).created.records
    archive.commit(q=values.paper(name="q"))
    assert second == git(archive, "Paper:q").created.sha


def test_a_version_that_cannot_be_read_is_a_gap(archive, values) -> None:
    first = archive.commit(p=values.paper())
    broken = archive.commit(p=b"kind: Paper\nid: [p\n")
    mended = archive.commit(p=values.paper())
    assert [mended, broken, first] == shas(archive, "text")


def test_the_history_of_a_value_leaves_out_what_did_not_change_it(archive, values) -> None:
    first = archive.commit(p=values.paper(parts=[{"name": "a"}]))
    archive.commit(p=values.paper("two", parts=[{"name": "a"}]))
    third = archive.commit(p=values.paper("two", parts=[{"name": "a"}, {"name": "b", "note": "n"}]))
    assert [third, first] == shas(archive, "parts")
    assert [third, first] == shas(archive, "parts", "*", "name")
    assert [third] == shas(archive, "parts", "*", "note")
    assert [] == shas(archive, "file")


def test_true_is_not_one(archive) -> None:
    head = b"kind: Paper\nid: p\nstatus: active\ntext: "
    first = archive.commit(p=head + b"1\n")
    second = archive.commit(p=head + b"true\n")
    archive.write("c/p.yaml", head + b"true\n")
    assert [second, first] == shas(archive, "text")


def fork(archive, values, side: dict, main: dict) -> tuple[str, str]:
    """Two branches that each make a version of the record; main is checked out."""
    archive.git("checkout", "-q", "-b", "side")
    one = archive.commit("bob", p=side)
    archive.git("checkout", "-q", "main")
    return one, archive.commit("ann", p=main)


def test_what_a_merge_leaves_out_is_no_part_of_the_history(archive, values) -> None:
    first = archive.commit("carol", p=values.paper())
    _, main = fork(archive, values, values.paper("side"), values.paper("main"))
    archive.made("merge", "-q", "-s", "ours", "-m", "m", "side")
    assert [main, first] == shas(archive, "text")
    facts, record = archive.judged()
    assert ["Person:ann", "Person:carol"] == facts.authors(record("Paper:p"), EVER)


def test_what_a_merge_takes_from_the_other_side_belongs_to_its_author(archive, values) -> None:
    first = archive.commit("carol", p=values.paper())
    side, _ = fork(archive, values, values.paper("side"), values.paper("main"))
    archive.made("merge", "-q", "-s", "ours", "--no-commit", "side")
    archive.git("checkout", "-q", "side", "--", "c/p.yaml")
    archive.made("commit", "-q", "-m", "m", by="eve")
    assert [side, first] == shas(archive, "text")


def test_an_edit_that_is_made_in_a_merge_is_seen(archive, values) -> None:
    first = archive.commit("carol", p=values.paper())
    side, main = fork(archive, values, values.paper("side"), values.paper("main"))
    archive.made("merge", "-q", "-s", "ours", "--no-commit", "side")
    merge = archive.commit("eve", p=values.paper("mine"))
    assert merge == git(archive).content.sha
    assert (["c/p.yaml"], ["Paper:p"]) == (git(archive).content.row["files"], git(archive).content.row["records"])
    assert {merge, side, main, first} == set(shas(archive, "text"))
    assert (merge, first) == (shas(archive, "text")[0], shas(archive, "text")[-1])


def test_who_made_the_same_change_on_another_side_is_an_author_too(archive, values) -> None:
    archive.commit("carol", p=values.paper())
    fork(archive, values, values.paper("same"), values.paper("same"))
    archive.made("merge", "-q", "--no-ff", "-m", "m", "side")
    facts, record = archive.judged()
    assert ["Person:ann", "Person:bob", "Person:carol"] == facts.authors(record("Paper:p"), EVER)


def test_a_record_that_one_side_adds_is_in_the_merge(archive, values) -> None:
    archive.git("checkout", "-q", "-b", "side")
    added = archive.commit("bob", p=values.paper())
    archive.git("checkout", "-q", "main")
    archive.commit("ann", q=values.paper(name="q"))
    merge = archive.made("merge", "-q", "--no-ff", "-m", "m", "side")
    found = git(archive)
    assert (added, added) == (found.created.sha, found.changed.sha)
    assert merge not in shas(archive, "text")


def test_a_record_that_a_merge_drops_and_somebody_brings_back_was_created_before(archive, values) -> None:
    archive.git("checkout", "-q", "-b", "side")
    added = archive.commit("bob", p=values.paper())
    archive.git("checkout", "-q", "main")
    archive.commit("ann", q=values.paper(name="q"))
    archive.made("merge", "-q", "-s", "ours", "-m", "m", "side")
    archive.commit("eve", p=values.paper())
    assert added == git(archive).created.sha


def test_authors_are_those_of_content_since_a_day_with_co_authors(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", "t\n\nCo-authored-by: C <CAROL@example.invalid>", p=values.paper("two"))
    archive.commit("eve", p=values.approved(values.paper("two")))
    facts, record = archive.judged()
    assert ["Person:ann", "Person:bob", "Person:carol"] == facts.authors(record("Paper:p"), EVER)
    assert ["Person:bob", "Person:carol"] == facts.authors(record("Paper:p"), timestamp_of_day("2026-01-03"))
    assert [] == facts.authors(record("Paper:p"), timestamp_of_day("2026-01-04"))


def test_an_author_whom_no_person_claims_is_an_address(archive, values) -> None:
    archive.commit("eve", p=values.paper())
    assert "eve@example.invalid" == git(archive).created.author


def test_what_is_not_committed_has_no_history(archive, values) -> None:
    archive.commit()
    archive.write("c/p.yaml", values.paper())
    archive.write("f.txt", b"x")
    facts, record = archive.judged()
    for ask in (
        lambda: facts.git(record("Paper:p")),
        lambda: facts.history(record("Paper:p"), ("text",)),
        lambda: facts.authors(record("Paper:p"), EVER),
        lambda: facts.git_of_path("f.txt"),
        lambda: facts.authors_of_path("f.txt", EVER),
    ):
        assert "no_history" == refused(ask).cause


def test_without_a_repository_there_is_no_history(archive, values) -> None:
    snapshot = MemorySnapshot({"c/p.yaml": b"kind: Paper\nid: p\nstatus: active\n", "f": b""})
    inventory = archive.inventory(snapshot)
    facts = Facts(snapshot, "", inventory)
    assert "no_history" == refused(facts.git, inventory.all[0]).cause
    assert "no_history" == refused(facts.git_of_path, "f").cause
    assert "no_history" == refused(facts.commit, "0" * 40).cause


def test_what_changed_since_the_commit_has_its_facts_marked_stale(archive, values) -> None:
    first = archive.commit(p=values.paper())
    text = (archive.top / "c/p.yaml").read_bytes()
    archive.write("c/p.yaml", b"# a comment\n" + text)
    assert (first, False) == (git(archive).content.sha, git(archive).stale)
    archive.write("c/p.yaml", values.paper("two"))
    assert (first, True) == (git(archive).content.sha, git(archive).stale)


def test_a_file_has_the_commits_of_its_path(archive) -> None:
    archive.write("f.txt", b"1")
    first = archive.commit("ann")
    archive.write("f.txt", b"2")
    second = archive.commit("bob")
    archive.write("g.txt", b"2")
    archive.commit("carol")
    facts, _ = archive.judged()
    found = facts.git_of_path("f.txt")
    assert (first, second, second, False) == (
        found.created.sha, found.changed.sha, found.content.sha, found.stale,
    )  # fmt: skip
    assert ["Person:ann", "Person:bob"] == facts.authors_of_path("f.txt", EVER)
    assert ["Person:bob"] == facts.authors_of_path("f.txt", timestamp_of_day("2026-01-03"))
    archive.write("f.txt", b"3")
    assert True is archive.judged()[0].git_of_path("f.txt").stale
    archive.git("add", "-A")
    assert True is archive.judged(archive.open().index())[0].git_of_path("f.txt").stale


def test_a_file_that_is_not_there_is_unresolved_and_not_only_unjudged(archive) -> None:
    archive.write("f.txt", b"1")
    archive.commit()
    (archive.top / "f.txt").unlink()
    facts, _ = archive.judged()
    for path in ("f.txt", "../f.txt", "c"):
        assert "unresolved" == refused(facts.git_of_path, path).cause


def test_records_and_files_are_those_below_the_root(archive, values) -> None:
    archive.write("sub/c/p.yaml", values.paper())
    archive.write("sub/f.txt", b"")
    archive.write("f.txt", b"")
    first = archive.commit(p=values.paper())
    archive.write("sub/f.txt", b"2")
    second = archive.commit(p=values.paper("two"))
    archive.write("sub/c/p.yaml", values.paper("two"))
    third = archive.commit()
    archive.root = "sub"
    facts, record = archive.judged()
    found = facts.git(record("Paper:p"))
    assert (first, third, ("Paper:p",)) == (found.created.sha, found.content.sha, found.created.records)
    assert [third, first] == shas(archive, "text")
    assert second == facts.git_of_path("f.txt").changed.sha


def test_nothing_is_read_before_it_is_asked_for(archive, values, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.commit(p=values.paper())
    snapshot = archive.open().worktree()
    inventory = archive.inventory(snapshot)
    asked: list[str] = []

    class History:
        @property
        def commits(self):
            asked.append("commits")
            return ()

        def contents(self, oids, limit):
            asked.append("contents")
            return iter(())

    facts = Facts(snapshot, "", inventory, History())
    _ = facts.artifacts.of_path("c/p.yaml")
    assert [] == asked
    assert "no_history" == refused(facts.git, inventory.all[0]).cause
    assert ["commits"] == asked


def test_a_history_that_does_not_lead_to_the_judged_commit_is_refused(archive, values) -> None:
    old = archive.commit(p=values.paper())
    archive.commit(p=values.paper("two"))
    repository = archive.open()
    snapshot = repository.commit("HEAD")
    inventory = archive.inventory(snapshot)
    for history in (RepositoryHistory(repository, old), None):
        facts = Facts(snapshot, "", inventory, history)
        expected = RepositoryError if history else EvaluationError
        with pytest.raises(expected):
            facts.git(next(record for record in inventory.all if record.id == "p"))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]), st.sampled_from(["p", "q"]), st.sampled_from(["a", "b"]), st.booleans(),
        st.sampled_from(["ann", "bob", "eve"]),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_facts_of_a_commit_are_the_same_from_work_tree_index_and_commit(
    archive, values, tmp_path_factory, steps
) -> None:
    archive.top = tmp_path_factory.mktemp("work")
    archive.days = 0
    archive.git("init", "-q", "--template=", "--initial-branch=main")
    archive.commit("carol", **{name: values.person(name) for name in ("ann", "bob")})
    for text, name, file, approve, by in steps:
        value = values.paper(text, name=name)
        archive.commit(by, **{file: values.approved(value) if approve else value})
    repository = archive.open()

    def approval(facts: Facts, record: Record) -> object:
        try:
            return facts.approval(record).row
        except EvaluationError as error:  # two files claim the id
            return error.cause

    def told(snapshot) -> list[object]:
        facts, _ = archive.judged(snapshot)
        records: tuple[Record, ...] = archive.inventory(snapshot).all
        return [
            (record.reference, facts.git(record).row, approval(facts, record), facts.authors(record, EVER),
             [commit.row for commit in facts.history(record, ("text",))])
            for record in records
        ]  # fmt: skip

    expected = told(repository.commit("HEAD"))
    assert expected == told(repository.worktree())
    assert expected == told(repository.index())
    assert 3 <= len(expected)


def test_the_commits_since_another_are_those_that_are_not_behind_it_newest_first(archive) -> None:
    first = archive.commit()
    archive.git("checkout", "-q", "-b", "side")
    side = archive.commit("bob")
    archive.git("checkout", "-q", "main")
    base = archive.commit()
    merge = archive.made("merge", "-q", "--no-ff", "-m", "m", "side")
    facts, _ = archive.judged()
    assert [merge, side] == [commit.sha for commit in facts.since(base)]
    assert [merge, base, side] == sorted((c.sha for c in facts.since(first)), key=[merge, base, side].index)
    assert "no_history" == refused(facts.since, "0" * 40).cause


def test_a_commit_is_found_by_its_name_where_the_history_holds_it(archive, values) -> None:
    first = archive.commit()
    archive.commit("bob")
    facts, _ = archive.judged()
    found = facts.commit(first)
    assert (first, first) == (found.sha, facts.commit(first).sha)
    assert facts.commit("0" * 40) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Role\nid: lead\ntitle: x\n", "Role:lead"),
        ("# yaml-language-server: $schema=x\nkind: Role\nid: lead\n", "Role:lead"),
        ("id: lead\ntitle: x\nkind: Role\n", "Role:lead"),
        ("kind: 'Role'\nid: \"lead\"\n", "Role:lead"),
        ("kind: Role # a word\nid: le ad\n", "Role:le ad"),
        ("kind: Role\nid: true\n", None),
        ("kind: Null\nid: lead\n", None),
        ("kind: Role\nid: 12\n", None),
        ("- kind: Role\n", None),
        ("kind: Role\nid: lead\ntitle: [broken\n", "Role:lead"),
    ],
)
def test_a_file_of_the_past_names_its_record(text: str, expected: str | None) -> None:
    assert expected == named_in(text.encode())
