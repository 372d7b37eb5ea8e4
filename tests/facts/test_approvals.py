"""What an approval is worth: of which content, at which level, and who wrote what it approves."""

from __future__ import annotations

from hashlib import sha256

import pytest

from iscode.expr import EvaluationError, timestamp_of_day
from iscode.facts import Approval, content_digest


def approval(archive, reference: str = "Paper:p", snapshot=None) -> Approval:
    facts, record = archive.judged(snapshot)
    return facts.approval(record(reference))


def test_the_digest_is_of_the_canonical_record_without_approval_and_review() -> None:
    value = {"kind": "Paper", "id": "p", "text": "é"}
    canonical = '{"id":"p","kind":"Paper","text":"é"}'
    expected = f"sha256:{sha256(canonical.encode()).hexdigest()}"
    assert expected == content_digest(value)
    assert expected == content_digest({**value, "approval": {"by": "x"}, "review": {"last": "y"}})
    assert expected != content_digest({**value, "text": "e"})


def test_a_record_without_an_approval_has_none(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    assert Approval("none", False, ("Person:ann",)) == approval(archive)
    archive.write("c/q.yaml", values.paper(name="q"))
    assert Approval("none", False, ()) == approval(archive, "Paper:q")


def test_an_approval_that_the_approver_commits_is_committed(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    day = timestamp_of_day("2026-01-20")
    assert Approval("committed", True, ("Person:ann",), "Person:bob", day) == approval(archive)


def test_an_approval_that_another_commits_is_only_claimed(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("ann", p=values.approved(values.paper()))
    assert "claimed" == approval(archive).level


def test_a_co_author_does_not_commit_an_approval(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    message = "t\n\nCo-authored-by: B <bob@example.invalid>"
    archive.commit("ann", message, p=values.approved(values.paper()))
    assert "claimed" == approval(archive).level


def test_who_edits_a_committed_approval_makes_it_a_claim(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    archive.commit("ann", p=values.approved(values.paper(), day="2026-02-20"))
    assert "claimed" == approval(archive).level


def test_an_approval_stays_committed_when_others_move_the_file_or_review_it(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    (archive.top / "c/p.yaml").rename(archive.top / "c/z.yaml")
    archive.commit("eve")
    archive.commit("eve", z={**values.approved(values.paper()), "review": {"last": "2026-01-01"}})
    found = approval(archive)
    assert ("committed", True, ("Person:ann",)) == (found.level, found.fits, found.authors)


def test_an_edit_voids_an_approval_and_makes_its_author_one(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    signed = values.approved(values.paper())
    archive.commit("bob", p=signed)
    archive.commit("eve", p={**signed, "text": "two"})
    found = approval(archive)
    assert (False, ("eve@example.invalid",), "committed") == (found.fits, found.authors, found.level)


def test_authors_are_those_since_the_approval_before(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    archive.commit("carol", p=values.paper("two"))
    archive.commit("bob", p=values.approved(values.paper("two")))
    assert ("Person:carol",) == approval(archive).authors


def test_what_was_approved_once_stays_covered_when_the_block_goes(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    archive.commit("eve", p=values.paper())
    archive.commit("carol", p=values.approved(values.paper("two")))
    assert ("Person:carol",) == approval(archive).authors


def test_who_writes_and_approves_in_one_commit_is_an_author(archive, values) -> None:
    archive.commit("bob", p=values.approved(values.paper()))
    assert ("Person:bob",) == approval(archive).authors


def test_a_self_approval_covers_nothing_for_the_next_one(archive, values) -> None:
    archive.commit("bob", p=values.approved(values.paper()))
    archive.commit("carol", p=values.approved(values.paper("typo")))
    archive.commit("bob", p=values.approved(values.paper("typo")))
    assert ("Person:bob", "Person:carol") == approval(archive).authors


def test_an_approval_of_other_content_covers_nothing(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    other = values.approved(values.paper("other"))["approval"]
    archive.commit("bob", p={**values.paper(), "approval": other})
    archive.commit("carol", p=values.approved(values.paper("two")))
    assert ("Person:ann", "Person:carol") == approval(archive).authors


def test_a_co_author_is_an_author(archive, values) -> None:
    archive.commit("ann", "t\n\nCo-authored-by: B <bob@example.invalid>", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    assert ("Person:ann", "Person:bob") == approval(archive).authors


def test_an_approval_on_one_branch_covers_no_edit_on_the_other(archive, values) -> None:
    archive.commit("carol", p=values.paper())
    archive.git("checkout", "-q", "-b", "side")
    archive.commit("ann", p=values.paper("side"))
    archive.git("checkout", "-q", "main")
    archive.commit("bob", p=values.approved(values.paper()))
    archive.made("merge", "-q", "-s", "ours", "--no-commit", "side")
    archive.commit("eve", p={**values.approved(values.paper()), "text": "side"})
    archive.commit("carol", p=values.paper("three"))
    assert ("Person:ann", "Person:carol") == approval(archive).authors


def test_an_approval_given_at_the_desk_is_a_claim_until_it_is_committed(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.write("c/p.yaml", values.approved(values.paper()))
    found = approval(archive)
    assert ("claimed", True, ("Person:ann",)) == (found.level, found.fits, found.authors)


def test_nobody_knows_who_wrote_what_no_commit_holds(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    for name in ("p", "q"):
        archive.write(f"c/{name}.yaml", values.approved(values.paper("new", name=name)))
        with pytest.raises(EvaluationError) as raised:
            approval(archive, f"Paper:{name}")
        assert "no_history" == raised.value.cause


def test_an_edit_at_the_desk_voids_an_approval(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    signed = values.approved(values.paper())
    archive.commit("bob", p=signed)
    archive.write("c/p.yaml", {**signed, "text": "two"})
    assert False is approval(archive).fits


def test_a_comment_voids_no_approval(archive, values) -> None:
    archive.commit("ann", p=values.paper())
    archive.commit("bob", p=values.approved(values.paper()))
    text = (archive.top / "c/p.yaml").read_bytes()
    archive.commit("eve", p=b"# a comment\r\n" + text)
    found = approval(archive)
    assert (True, ("Person:ann",), "committed") == (found.fits, found.authors, found.level)
