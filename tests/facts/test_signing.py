"""What keys prove: approvals at the level that signatures give them, commits by whoever signed them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.errors import ConfigError, SigningError
from iscode.expr import EvaluationError
from iscode.facts import Facts, content_digest, envelope
from iscode.facts.attestation import SPENT, Approvals, Approved, Statement, Trust, statement_of
from iscode.facts.signature import MOST_FAILED, RefusedError, Signature, from_armour, key_text, parse
from iscode.facts.signers import COMMITS, NAMESPACE, Key, Signers, read_revoked, read_signers
from iscode.source.history import RepositoryHistory
from iscode.source.keygen import Keygen, keygen

DAY = "2026-11-24"
KEYGEN = str(shutil.which("ssh-keygen"))
PEOPLE = ("ann", "bob")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in PEOPLE:
        command = [KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def wire(keys: Path, name: str) -> bytes:
    return base64.b64decode((keys / f"{name}.pub").read_text().split()[1])


def judged(archive: Any, keys: Path, *files: tuple[str, bytes]) -> tuple[Facts, Callable[[str], Any]]:
    """The facts of the last commit, which trusts the keys of Ann and Bob, with these envelopes."""
    repository = archive.open()
    snapshot = repository.commit("HEAD")
    inventory = archive.inventory(snapshot)
    history = RepositoryHistory(repository, snapshot.revision.commit)
    names = [(name, f"{name}@example.invalid") for name in PEOPLE]
    listed = tuple(Key(wire(keys, name), address, (NAMESPACE, COMMITS)) for name, address in names)
    trust = Trust(Signers(listed), inventory, DAY, "")
    approvals = Approvals(lambda: files, lambda: trust, history.verifies)
    wanted = lambda path: path.startswith("c/")  # noqa: E731
    return Facts(snapshot, "", inventory, history, wanted, approvals=approvals), inventory.find


def signed(keys: Path, value: dict[str, Any], *names: str, path: str = "c/p.yaml", of: str = "Paper:p") -> bytes:
    digest = content_digest(value).removeprefix("sha256:")
    payload = Statement(None, (Approved(path, None, digest, of),)).payload
    program = keygen(Path("/nowhere"))
    armoured = [program.sign(envelope.encoded(payload), keys / name, NAMESPACE) for name in names]
    return envelope.write(payload, [from_armour(each) for each in armoured])


def level(archive: Any, keys: Path, *files: bytes) -> str:
    facts, find = judged(archive, keys, *((f"approvals/{at}.dsse.json", data) for at, data in enumerate(files)))
    return facts.approval(find("Paper:p")).level


@pytest.fixture
def approved(archive: Any, values: Any) -> dict[str, Any]:
    """A paper by Ann that says that Bob approved it; Ann wrote that too."""
    found: dict[str, Any] = values.approved(values.paper())
    archive.commit("ann", p=found)
    return found


def test_an_approval_that_its_approver_signed_is_attested(archive: Any, keys: Path, approved: dict[str, Any]) -> None:
    assert "claimed" == level(archive, keys)
    assert "attested" == level(archive, keys, signed(keys, approved, "bob"))


def test_with_the_signature_of_another_beside_it_it_is_witnessed(
    archive: Any, keys: Path, approved: dict[str, Any]
) -> None:
    assert "witnessed" == level(archive, keys, signed(keys, approved, "bob"), signed(keys, approved, "ann"))
    assert "witnessed" == level(archive, keys, signed(keys, approved, "ann", "bob"))


def test_a_signature_attests_no_other_name_content_path_or_record(
    archive: Any, keys: Path, approved: dict[str, Any]
) -> None:
    for file in (
        signed(keys, approved, "ann"),
        signed(keys, {**approved, "text": "two"}, "bob"),
        signed(keys, approved, "bob", path="c/q.yaml"),
        signed(keys, approved, "bob", of="Desk:p"),
        signed(keys, approved, "bob").replace(b'"sig": "', b'"sig": "A'),
    ):
        assert "claimed" == level(archive, keys, file)


def test_comments_and_a_review_void_no_signature(archive: Any, keys: Path, approved: dict[str, Any]) -> None:
    reviewed = {**approved, "review": {"last": "2026-01-01"}}
    archive.commit("ann", p=reviewed)
    (archive.top / "c/p.yaml").write_text("# seen\n" + (archive.top / "c/p.yaml").read_text())
    archive.commit("ann")
    assert "attested" == level(archive, keys, signed(keys, approved, "bob"))


def thousand(keys: Path, verify: Callable[..., bool]) -> Approvals:
    """A thousand envelopes about as many files, each signed by Ann for all that can be told without a look."""
    key = wire(keys, "ann")
    blob = b"SSHSIG\0\0\0\1" + b"".join(
        len(part).to_bytes(4, "big") + part for part in (key, NAMESPACE.encode(), b"", b"sha512", b"x")
    )
    files = (Statement(None, (Approved(f"c/{at}.yaml", None, f"{at:064x}", None),)).payload for at in range(1000))
    written = [(f"{at:03}", envelope.write(payload, [parse(blob)])) for at, payload in enumerate(files)]
    trust = Trust(Signers((Key(key, "a", (NAMESPACE,)),)), Present(), DAY, "")  # type: ignore[arg-type]
    return Approvals(lambda: written, lambda: trust, verify)


def test_of_a_thousand_envelopes_only_so_many_are_looked_at_in_vain(keys: Path) -> None:
    calls: list[bytes] = []
    found = thousand(keys, lambda *asked: bool(calls.append(asked[0]))).all()
    assert ({frozenset()}, MOST_FAILED) == ({each.people for each in found}, len(calls))
    assert [(SPENT,)] * (1000 - MOST_FAILED) == [each.flaws for each in found[MOST_FAILED:]]


def test_good_signatures_and_what_others_asked_leave_an_approval_its_look(keys: Path) -> None:
    assert {frozenset({"a"})} == {each.people for each in thousand(keys, lambda *_: True).all()}
    last = thousand(keys, lambda message, *_: f'"{999:064x}"'.encode() in message)
    last.all()
    assert frozenset({"a"}) == last.naming("c/999.yaml")[0].people


class Present:
    """An inventory that has everybody."""

    all = ()

    def find(self, _reference: str) -> Any:
        kind = type("Kind", (), {"marked": lambda _, keyword: [((), True)] if keyword == "x-identity" else []})()
        return type("Record", (), {"kind": kind, "valid": True, "status": "active", "value": {}})()


def commit_state(archive: Any, keys: Path, by: str, author: str) -> str:
    options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={keys / by}", "commit", "-q", "-S", "--allow-empty")
    sha = archive.made(*options, "-m", "signed\n\nwith a body", by=author)
    facts, _ = judged(archive, keys)
    found = facts.commit(sha)
    assert found is not None
    return found.signed


def test_a_commit_is_trusted_where_the_key_is_that_of_its_author(archive: Any, keys: Path) -> None:
    assert "trusted" == commit_state(archive, keys, "ann", "ann")


def test_a_listed_key_under_another_name_is_said(archive: Any, keys: Path) -> None:
    assert "other" == commit_state(archive, keys, "bob", "ann")


def rewritten(archive: Any, keys: Path, write: Callable[[str], str]) -> str:
    """What the signature of the last commit is worth once somebody wrote another one with its text changed so."""
    text = write(archive.git("cat-file", "commit", "HEAD") + "\n")
    done = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=archive.top, input=text.encode(), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    archive.git("reset", "-q", "--hard", done.stdout.decode().strip())
    found = judged(archive, keys)[0].commit(archive.git("rev-parse", "HEAD"))
    assert found is not None
    return found.signed


def test_a_signature_that_does_not_fit_its_commit_is_bad(archive: Any, keys: Path) -> None:
    commit_state(archive, keys, "ann", "ann")
    assert "bad" == rewritten(archive, keys, lambda text: text.replace("with a body", "with another"))


@pytest.mark.parametrize(
    "header",
    [
        "gpgsig no signature at all",
        "gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----",
        "gpgsig -----BEGIN PGP SIGNATURE\n \n =\n -----END PGP SIGNATURE-----",
        "gpgsig -----BEGIN PGP SIGNATURE-----\n -----END PGP SIGNATURE-----\ngpgsig -----BEGIN PGP SIGNATURE-----\n -",
    ],
    ids=["words", "an armour around nothing", "almost OpenPGP", "two"],
)
def test_what_only_stands_where_a_signature_would_is_bad(archive: Any, keys: Path, header: str) -> None:
    archive.commit("ann")
    assert "bad" == rewritten(archive, keys, lambda text: text.replace("\n\n", f"\n{header}\n\n", 1))


def test_a_signature_by_a_key_of_another_kind_is_unknown(archive: Any, keys: Path) -> None:
    archive.commit("ann")
    block = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    assert "unknown" == rewritten(archive, keys, lambda text: text.replace("\n\n", f"\n{block}\n\n", 1))


def test_a_key_that_nobody_lists_is_unknown_and_no_signature_is_none(archive: Any, keys: Path, tmp_path: Path) -> None:
    subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "x")], check=True, timeout=60)
    assert "unknown" == commit_state(archive, keys, str(tmp_path / "x"), "ann")
    sha = archive.commit("ann")
    found = judged(archive, keys)[0].commit(sha)
    assert found is not None
    assert "none" == found.signed


def forge(archive: Any, count: int) -> None:
    """On top of a signed commit, so many with its signature, which fits none of them."""
    for number in range(count):
        text = archive.git("cat-file", "commit", "HEAD")
        header, _, message = text.partition("\n\n")
        lines = [line for line in header.split("\n") if not line.startswith("parent ")]
        lines.insert(1, f"parent {archive.git('rev-parse', 'HEAD')}")
        data = "\n".join(lines) + f"\n\n{number} {message}\n"
        done = subprocess.run(
            ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
            cwd=archive.top, input=data.encode(), capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        archive.git("reset", "-q", "--soft", done.stdout.decode().strip())


def test_behind_many_bad_signatures_a_bad_one_is_an_error_and_a_good_one_is_not(
    archive: Any, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever writes enough of them first would have the next one taken for that of an unknown key."""
    monkeypatch.setattr("iscode.facts.facts.MOST_FAILED", 2)
    first = archive.git("rev-parse", "HEAD")
    for _ in range(4):
        assert "trusted" == commit_state(archive, keys, "ann", "ann")
    left = archive.git("rev-parse", "HEAD")
    forge(archive, 2)
    facts, _ = judged(archive, keys)
    assert ["bad", "bad", *["trusted"] * 4] == [each.signed for each in facts.since(first)]
    forge(archive, 1)
    facts, _ = judged(archive, keys)
    for since in (left, first):
        with pytest.raises(EvaluationError) as raised:
            facts.since(since)
        assert "cost" == raised.value.cause
    one = facts.commit(archive.git("rev-parse", "HEAD"))
    assert one is not None
    assert "bad" == one.signed


@pytest.mark.parametrize("program", ["exit 0", "echo Good; exit 0", "echo 'Good \"iscode-approval\" signature for x'"])
def test_a_program_that_says_yes_in_other_words_is_not_believed(tmp_path: Path, keys: Path, program: str) -> None:
    assert not faulty(tmp_path, program).verifies(b"m", b"s", key_text(wire(keys, "ann")), NAMESPACE)


@pytest.mark.parametrize("program", ["exit 1", "kill -9 $$", "yes"])
def test_a_program_that_gives_no_answer_is_no_verdict(tmp_path: Path, keys: Path, program: str) -> None:
    with pytest.raises(SigningError):
        faulty(tmp_path, "head -c 100000 /dev/zero" if program == "yes" else program).verifies(
            b"m", b"s", key_text(wire(keys, "ann")), NAMESPACE
        )


def faulty(folder: Path, text: str) -> Keygen:
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return Keygen(str(file), {"PATH": os.environ["PATH"]})


def test_no_ssh_keygen_of_the_repository_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ssh-keygen").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}.{os.pathsep}{Path(KEYGEN).parent}")
    monkeypatch.setenv("SSH_ASKPASS", "/x")
    found = keygen(tmp_path)
    assert (KEYGEN, False) == (found.executable, "SSH_ASKPASS" in found.environment)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="no ssh-keygen outside"):
        keygen(tmp_path)


ED = "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"k" * 32).decode()
BAD_LINES = {
    "no key": "a@x",
    "no namespaces": f"a@x {ED}",
    "any namespace": f'a@x namespaces="*" {ED}',
    "an authority": f'a@x cert-authority,namespaces="git" {ED}',
    "an option twice": f'a@x namespaces="git",namespaces="git" {ED}',
    "no day": f'a@x namespaces="git",valid-before="20261332" {ED}',
    "a touch with a value": f'a@x namespaces="git",no-touch-required="yes" {ED}',
    "a day without one": f'a@x namespaces="git",valid-before {ED}',
    "a time": f'a@x namespaces="git",valid-before="202612310000" {ED}',
    "a key of another kind": f'a@x namespaces="git" {ED.replace("ssh-ed25519 ", "ssh-rsa ")}',
    "half a key": f'a@x namespaces="git" {ED[:-1]}',
    "a quoted address": f'"a@x b@x" namespaces="git" {ED}',
}


@pytest.mark.parametrize("way", BAD_LINES)
def test_a_line_of_the_trust_file_that_is_not_exact_is_no_verdict(way: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_signers("trust", f"# keys\n{BAD_LINES[way]}\n".encode())
    assert 2 == (raised.value.place and raised.value.place.line)


def test_a_line_names_addresses_namespaces_and_days() -> None:
    line = f'a@x,b@x namespaces="git,iscode-approval",valid-after="20260101",valid-before="20270101Z" {ED} desk\n'
    key = base64.b64decode(ED.split()[1])
    expected = [Key(key, name, ("git", NAMESPACE), "2026-01-01", "2027-01-01") for name in ("a@x", "b@x")]
    assert expected == list(read_signers("trust", line.encode()))
    assert read_signers("t", f'a@x no-touch-required,namespaces="git" {ED}'.encode())[0].untouched
    assert frozenset({key}) == read_revoked("revoked", f"# lost\n{ED} old\n".encode())


@pytest.mark.parametrize("data", [b"\xff", b"KRL\n", ED.encode()[:-2]])
def test_a_list_of_revoked_keys_that_cannot_be_read_is_no_verdict(data: bytes) -> None:
    with pytest.raises(ConfigError):
        read_revoked("revoked", data)


def of_device(made: bytes, kind: str = "sk-ssh-ed25519@openssh.com") -> bytes:
    """A signature that a device made, with these bytes behind the kind."""
    key = fields(kind.encode(), b"k" * 32, b"ssh:")
    return b"SSHSIG\0\0\0\1" + fields(key, COMMITS.encode(), b"", b"sha512", fields(kind.encode()) + made)


def fields(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@pytest.mark.parametrize("flags", range(0, 256, 3))
def test_a_device_says_in_its_flags_whether_somebody_touched_it(flags: int) -> None:
    assert bool(flags & 1) == parse(of_device(fields(b"s" * 64) + bytes([flags]) + b"\0\0\0\1")).touched


@pytest.mark.parametrize(
    "blob",
    [
        of_device(fields(b"s" * 64)),
        of_device(fields(b"s" * 64) + b"\1\0\0\0"),
        of_device(fields(b"s" * 64) + b"\1\0\0\0\1\0"),
        of_device(b"\0\0"),
        of_device(fields(b"s" * 64) + b"\1\0\0\0\1").replace(
            fields(b"sk-ssh-ed25519@openssh.com") + b"\0\0\0@", fields(b"xk-ssh-ed25519@openssh.com") + b"\0\0\0@"
        ),
    ],
    ids=["no flags", "half a counter", "more behind it", "cut off", "another kind"],
)
def test_a_signature_of_a_device_that_is_not_of_its_form_is_refused(blob: bytes) -> None:
    with pytest.raises(RefusedError):
        parse(blob)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_envelope_and_a_signature_or_are_refused(data: bytes) -> None:
    for reader in (envelope.read, parse, from_armour, statement_of):
        with pytest.raises(RefusedError):
            reader(data)


TEXTS = st.text(max_size=5) | st.just("\ud800")
"""What JSON can hold as a text: half a character too."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["base", "before", "records", "removed"]), JSON), JSON)
def test_a_statement_of_any_shape_is_refused_or_says_what_it_says(predicate: dict[str, Any], name: Any) -> None:
    subject = [{"name": name, "digest": {"sha256": "0" * 64}}]
    tree = {"_type": envelope.STATEMENT, "subject": subject, "predicateType": "urn:iscode:approval:v1"}
    payload = json.dumps({**tree, "predicate": predicate}, sort_keys=True, separators=(",", ":")).encode()
    try:
        assert payload == statement_of(payload).payload
    except RefusedError:
        return


def test_a_signature_comes_back_from_its_armour(keys: Path) -> None:
    armoured = keygen(Path("/nowhere")).sign(b"m", keys / "ann", NAMESPACE)
    found = from_armour(armoured)
    assert Signature(wire(keys, "ann"), NAMESPACE, found.blob) == found
    assert armoured == found.armoured
