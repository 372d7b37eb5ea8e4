"""What the signature of a commit is worth: by whom the base has the key, and when the base first had the commit."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.facts import Facts
from iscode.facts.attestation import Approvals, Trust
from iscode.facts.commit_signatures import first_seen
from iscode.facts.signers import COMMITS, NAMESPACE, Key, Signers
from iscode.source.history import LoggedCommit, RepositoryHistory

KEYGEN = str(shutil.which("ssh-keygen"))
TODAY, EXPIRY = "2026-01-25", "2026-01-10"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "ann"
    subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(made)], check=True, timeout=60)
    return made


def wire(key: Path) -> bytes:
    return base64.b64decode(key.with_suffix(".pub").read_text().split()[1])


class Line:
    """A repository whose base is `main`; each commit is made on a day of January 2026, by Ann and with her key."""

    def __init__(self, archive: Any, key: Path) -> None:
        self.archive, self.key = archive, key

    def signed(self, day: int, author: str = "ann") -> str:
        self.archive.days = day - 1
        options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.key}", "commit", "-q", "-S", "--allow-empty")
        return str(self.archive.made(*options, "-m", f"on {day}", by=author))

    def plain(self, day: int) -> str:
        self.archive.days = day - 1
        return str(self.archive.made("commit", "-q", "--allow-empty", "-m", f"on {day}", by="bob"))

    def branch(self, name: str = "topic") -> None:
        self.archive.git("checkout", "-q", "-b", name)

    def merge(self, day: int, name: str = "topic") -> str:
        self.archive.git("checkout", "-q", "main")
        self.archive.days = day - 1
        return str(self.archive.made("merge", "-q", "--no-ff", "-m", "merge", name, by="bob"))

    def worth(self, sha: str, head: str = "HEAD", base: str = "main", *, day: str = TODAY, **of: Any) -> str:
        """What a commit's signature is worth, in a head whose base has Ann's key in its list."""
        listed = Key(wire(self.key), "ann@example.invalid", of.pop("namespaces", (COMMITS,)), **of.pop("days", {}))
        repository = self.archive.open()
        snapshot, tip = repository.commit(head), self.archive.git("rev-parse", base)
        history, leading = (RepositoryHistory(repository, of) for of in (snapshot.revision.commit, tip))
        inventory = self.archive.inventory(snapshot)
        revoked = frozenset({wire(self.key)}) if of.pop("revoked", False) else frozenset()
        trust = Trust(Signers((listed,), revoked), inventory, day, tip, lambda: leading.commits)
        approvals = Approvals(tuple, lambda: trust, history.verifies)
        found = Facts(snapshot, "", inventory, history, lambda _: False, approvals=approvals).commit(sha)
        assert found is not None
        return found.signed


@pytest.fixture
def line(archive: Any, key: Path) -> Line:
    return Line(archive, key)


UNTIL, SINCE = {"before": EXPIRY}, {"after": EXPIRY}


def test_an_expired_key_signs_no_new_commit_whatever_day_the_commit_claims(line: Line) -> None:
    line.branch()
    sha = line.signed(5)
    assert "trusted" == line.worth(sha, day="2026-01-09", days=UNTIL)
    assert "refused" == line.worth(sha, days=UNTIL)


def test_what_main_had_while_the_key_counted_stays_signed(line: Line) -> None:
    line.branch()
    sha = line.signed(5)
    line.merge(9)
    line.plain(20)
    assert "trusted" == line.worth(sha, days=UNTIL)


def test_what_a_later_merge_brought_is_as_late_as_that(line: Line) -> None:
    line.branch()
    sha = line.signed(5)
    line.merge(11)
    assert "refused" == line.worth(sha, days=UNTIL)


def test_a_commit_dated_back_on_main_itself_is_no_earlier_than_the_one_before_it(line: Line) -> None:
    line.plain(12)
    sha = line.signed(5)
    line.plain(20)
    assert "refused" == line.worth(sha, days=UNTIL)
    assert "trusted" == line.worth(sha, days={"before": "2026-01-13"})


def test_a_merge_dated_back_is_no_earlier_than_the_one_before_it(line: Line) -> None:
    line.branch()
    sha = line.signed(5)
    line.archive.git("checkout", "-q", "main")
    line.plain(12)
    line.merge(6)
    assert "refused" == line.worth(sha, days=UNTIL)


def test_a_key_that_counts_since_today_signed_nothing_before(line: Line) -> None:
    early = line.signed(5)
    late = line.signed(10)
    assert ("refused", "trusted") == tuple(line.worth(sha, days=SINCE) for sha in (early, late))


def test_a_day_to_come_on_main_is_the_day_of_the_verdict(line: Line) -> None:
    sha = line.signed(28)
    assert "refused" == line.worth(sha, days={"after": "2026-01-26"})
    assert "trusted" == line.worth(sha, days={"after": TODAY})


def test_a_base_that_the_head_has_not_is_asked_for_its_own_line(line: Line) -> None:
    line.branch()
    sha = line.signed(5)
    line.merge(9)
    line.plain(20)
    assert "trusted" == line.worth(sha, head="topic", days=UNTIL)
    assert "refused" == line.worth(sha, head="topic", base="main~2", days=UNTIL)


def test_a_revoked_key_counts_on_no_day(line: Line) -> None:
    sha = line.signed(5)
    line.plain(9)
    assert ("trusted", "refused") == (line.worth(sha), line.worth(sha, revoked=True))


def test_a_key_for_something_else_is_refused(line: Line) -> None:
    sha = line.signed(5)
    assert "refused" == line.worth(sha, namespaces=(NAMESPACE,))


def test_a_listed_key_under_another_name_is_somebody_elses(line: Line) -> None:
    assert "other" == line.worth(line.signed(5, author="bob"))


def logged(oid: str, parents: tuple[str, ...], day: int) -> LoggedCommit:
    return LoggedCommit(oid, parents, 0, "a", (), f"2026-01-{day:02}", {}, True, (), ())


@st.composite
def graphs(draw: Callable[..., Any]) -> list[LoggedCommit]:
    """Commits, oldest first, each with up to two parents among those before it."""
    made: list[LoggedCommit] = []
    for number in range(draw(st.integers(1, 12))):
        before = [each.oid for each in made]
        parents = draw(st.lists(st.sampled_from(before), max_size=2, unique=True)) if before else []
        made.append(logged(str(number), tuple(parents), draw(st.integers(1, 28))))
    return made


@given(graphs())
def test_a_commit_is_first_seen_with_the_first_of_the_line_that_leads_to_it(graph: list[LoggedCommit]) -> None:
    commits = {each.oid: each for each in graph}

    def behind(oid: str) -> set[str]:
        return {oid}.union(*(behind(parent) for parent in commits[oid].parents))

    line = [graph[-1].oid]
    while commits[line[0]].parents:
        line.insert(0, commits[line[0]].parents[0])
    days = [max(commits[before].day for before in line[: at + 1]) for at in range(len(line))]
    expected = {
        oid: next(day for day, on in zip(days, line, strict=True) if oid in behind(on)) for oid in behind(line[-1])
    }
    assert expected == first_seen(commits, line[-1])
