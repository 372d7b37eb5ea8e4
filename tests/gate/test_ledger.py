"""The ledger: results that are recorded, signed and chained, and every way in which somebody may have tampered."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from iscode.facts import envelope
from iscode.facts import ledger as chain
from iscode.facts.signature import from_armour
from iscode.source import discover, ledger

DAY = "2026-11-24"
KEYGEN = str(shutil.which("ssh-keygen"))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ci", "rogue"):
        command = [KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, timeout=60)
    return folder


@dataclass
class Book:
    """Three commits of main, each recorded."""

    change: Any
    keys: Path

    def record(self, *arguments: str, key: str = "ci", day: str = DAY) -> Any:
        return self.change.call("record", *arguments, "--key", str(self.keys / key), "--as-of", day)

    def verify(self, *arguments: str) -> tuple[int, str]:
        done = self.change.call("ledger", "verify", *arguments)
        return done.code, done.out + done.err

    def next(self, size: int, **options: str) -> str:
        """One more commit, recorded."""
        sha = str(self.change.commit({"c/b.yaml": self.change.record("Box", "b", size=size)}))
        done = self.record(**options)
        assert 0 == done.code, done.err
        return sha

    @property
    def entries(self) -> list[bytes]:
        return ledger.read(discover(self.change.top))

    def write(self, entries: Sequence[bytes]) -> None:
        """A ledger of these entries in place of the one there is."""
        self.change.git("update-ref", "-d", ledger.REF)
        repository, after = discover(self.change.top), None
        for entry in entries:
            after = ledger.append(repository, entry, after, DAY)

    def forged(self, entry: bytes, key: str, namespace: str = chain.NAMESPACE, **said: Any) -> bytes:
        """An entry that says something else, signed anew."""
        payload = json.loads(envelope.read(entry).payload)
        payload["predicate"][chain.CHAIN] |= {name: value for name, value in said.items() if name != "result"}
        payload["predicate"]["result"] = said.get("result", payload["predicate"]["result"])
        data = json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()
        command = [KEYGEN, "-q", "-Y", "sign", "-n", namespace, "-f", str(self.keys / key)]
        done = subprocess.run(command, input=envelope.encoded(data), capture_output=True, check=True, timeout=60)
        return envelope.write(data, [from_armour(done.stdout)])


@pytest.fixture
def book(change: Any, keys: Path) -> Book:
    found = Book(change, keys)
    public = " ".join((keys / "ci.pub").read_text().split()[:2])
    trust = f"{change.files['iscode.yaml']}trust: {{allowed_signers: signers}}\n"
    change.git("checkout", "--quiet", "main")
    change.commit({"iscode.yaml": trust, "signers": f'ci@x.example namespaces="iscode-ledger" {public}\n'})
    for size in (1, 2, 3):
        found.next(size)
    return found


def test_what_was_recorded_is_whole_and_comes_out_again(book: Book) -> None:
    assert (0, "WHOLE: 3 entries, 3 judged again with the same report\n") == book.verify()


def test_an_entry_is_a_test_result_of_the_commit(book: Book) -> None:
    tree = json.loads(envelope.read(book.entries[-1]).payload)
    assert "https://in-toto.io/attestation/test-result/v0.1" == tree["predicateType"]
    assert [{"name": "commit", "digest": {"gitCommit": book.change.git("rev-parse", "main")}}] == tree["subject"]
    predicate = tree["predicate"]
    assert ("PASSED", [], []) == (predicate["result"], predicate["failedTests"], predicate["warnedTests"])
    assert {"small", "tried"} <= set(predicate["passedTests"])
    report = book.change.call("check", "--rev", "main", "--as-of", DAY, "-f", "json").out
    assert sha256(report.encode()).hexdigest() == predicate["iscode"]["report"]


def test_a_failed_verdict_is_recorded_as_one(book: Book) -> None:
    book.next(9)
    tree = json.loads(envelope.read(book.entries[-1]).payload)
    assert ("FAILED", ["small"]) == (tree["predicate"]["result"], tree["predicate"]["failedTests"])
    assert 0 == book.verify()[0]


def dropped(book: Book) -> str:
    book.write([book.entries[0], book.entries[2]])
    return "entry 1: it says to be number 2: one was dropped, or two changed places"


def dropped_at_the_beginning(book: Book) -> str:
    book.write(book.entries[1:])
    return "entry 0: it is the first, and names one before it: the beginning was cut off"


def swapped(book: Book) -> str:
    one, two, three = book.entries
    book.write([one, three, two])
    return "entry 2: it says to be number 1"


def edited(book: Book) -> str:
    one, two, three = book.entries
    text = json.loads(two)
    payload = envelope.read(two).payload.replace(b'"PASSED"', b'"FAILED"')
    text["payload"] = json.loads(envelope.write(payload, []))["payload"]
    book.write([one, json.dumps(text).encode(), three])
    return "entry 1: its signature is not good"


def edited_and_signed_anew(book: Book) -> str:
    one, two, three = book.entries
    book.write([one, book.forged(two, "ci", result="FAILED"), three])
    return "entry 2: it follows another entry than the one before it"


def signed_by_nobody_who_may(book: Book) -> str:
    one, two, three = book.entries
    book.write([one, two, book.forged(three, "rogue")])
    return "entry 2: its key is not listed"


def signed_for_something_else(book: Book) -> str:
    one, two, three = book.entries
    book.write([one, two, book.forged(three, "ci", "file")])
    return "entry 2: its signature is not good"


def cut_off(book: Book) -> str:
    last = book.change.git("rev-parse", "main")
    book.write(book.entries[:2])
    return f"commit {last} was never recorded"


def left_out(book: Book) -> str:
    missed = book.change.commit({"readme": "x\n"})
    book.next(1)
    return f"commit {missed} was never recorded"


def dated_back(book: Book) -> str:
    book.next(1, day="2026-11-20")
    return "entry 3: its day 2026-11-20 lies before that of the entry before it"


def a_report_that_never_was(book: Book) -> str:
    one, two, three = book.entries
    book.write([one, two, book.forged(three, "ci", report="0" * 64)])
    return "entry 2: judged again, the commit gives another report"


def a_commit_of_another_line(book: Book) -> str:
    book.change.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    sha = book.next(1)
    book.change.git("checkout", "--quiet", "main")
    return f"commit {sha} is recorded, and is not on the line that is asked for"


TAMPERED: list[Callable[[Book], str]] = [
    dropped, dropped_at_the_beginning, swapped, edited, edited_and_signed_anew, signed_by_nobody_who_may,
    signed_for_something_else, cut_off, left_out, dated_back, a_report_that_never_was, a_commit_of_another_line,
]  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_a_ledger_that_was_tampered_with_is_broken_with_the_reason(book: Book, tamper: Callable[[Book], str]) -> None:
    reason = tamper(book)
    code, out = book.verify()
    assert (1, True, True) == (code, reason in out, "BROKEN" in out), out


def test_a_fork_and_a_cut_show_against_a_copy(book: Book) -> None:
    book.change.git("update-ref", "refs/copy", ledger.REF)
    assert 0 == book.verify("--copy", "refs/copy")[0]
    assert 2 == book.verify("--copy", "refs/none")[0]
    one, two, three = book.entries
    book.write([one, two])
    code, out = book.verify("--copy", "refs/copy")
    assert (1, True) == (code, "the copy has 3 entries, and the ledger 2: its end was cut off" in out)
    book.write([one, two, book.forged(three, "ci", root="elsewhere")])
    code, out = book.verify("--copy", "refs/copy")
    assert (1, True) == (code, "entry 2 is another than in the copy: the ledger was forked" in out)


def test_a_merge_of_two_ledgers_is_none(book: Book) -> None:
    tree, tip = (book.change.git("rev-parse", f"{ledger.REF}{end}") for end in ("^{tree}", ""))
    both = book.change.git("commit-tree", tree, "-p", tip, "-p", f"{tip}~1", "-m", "m")
    book.change.git("update-ref", ledger.REF, both)
    code, out = book.verify()
    assert (2, True) == (code, "is no entry of a ledger" in out)


def test_nothing_is_ever_replaced(book: Book) -> None:
    """Two that record at once: the one that comes second must look again."""
    repository = discover(book.change.top)
    earlier = book.change.git("rev-parse", f"{ledger.REF}~1")
    with pytest.raises(Exception, match="git update-ref"):
        ledger.append(repository, book.entries[0], earlier, DAY)
    assert 3 == len(book.entries)


def test_a_key_that_the_commit_does_not_list_records_nothing(book: Book) -> None:
    done = book.record(key="rogue")
    assert (2, 3, True) == (done.code, len(book.entries), "its key is not listed" in done.err)


def test_without_a_ledger_nothing_was_verified(book: Book) -> None:
    book.change.git("update-ref", "-d", ledger.REF)
    assert (2, True) == (book.verify()[0], "so nothing was verified" in book.verify()[1])


def test_a_ledger_that_tells_of_other_roots_alone_is_not_whole_for_this_one() -> None:
    assert ["no entry is about this root"] == list(chain.gaps([], ["a" * 40], "services/a"))


def test_where_no_entry_could_be_judged_again_the_verdict_says_so(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "repeated", lambda *_: None)
    assert (0, "WHOLE: 3 entries, none judged again\n") == book.verify()
