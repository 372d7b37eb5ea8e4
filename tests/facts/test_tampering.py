"""Random edits of an envelope that somebody signed: whatever is edited, nobody has signed anything else by it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from iscode.facts import envelope
from iscode.facts.attestation import Approvals, Approved, Statement, Trust
from iscode.facts.signature import from_armour
from iscode.facts.signers import NAMESPACE, Key, Signers
from iscode.source.keygen import Keygen, keygen

KEYGEN = str(shutil.which("ssh-keygen"))
DAY = "2026-11-24"
FILES = tuple(Approved(path, "1" * 64, digest * 64, None) for path, digest in (("a.yaml", "2"), ("b.yaml", "3")))
PAYLOAD = Statement("4" * 40, FILES).payload


class Everybody:
    """An inventory in which each address is that of a person who is there."""

    all = ()

    def find(self, _reference: str) -> Any:
        kind = type("Kind", (), {"marked": lambda _, keyword: [((), True)] if keyword == "x-identity" else []})()
        return type("Record", (), {"kind": kind, "valid": True, "status": "active", "value": {}})()


class Desk:
    """An envelope that Ann signed with a real key, and the base that lists it."""

    def __init__(self, folder: Path) -> None:
        file = folder / "ann"
        subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)], check=True, timeout=60)
        self.program: Keygen = keygen(Path("/nowhere"))
        signature = from_armour(self.program.sign(envelope.encoded(PAYLOAD), file, NAMESPACE))
        self.written = envelope.write(PAYLOAD, [signature])
        self.trust = Trust(
            Signers((Key(signature.key, "ann", (NAMESPACE,)),)),
            Everybody(),  # type: ignore[arg-type]
            DAY,
            "",
        )

    def approvals(self, data: bytes) -> Approvals:
        return Approvals(lambda: [("x", data)], lambda: self.trust, self.program.verifies)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("keys"))


@st.composite
def edits(draw: Callable[..., Any]) -> Callable[[bytes], bytes]:
    """Some bytes put in, taken out, changed or moved, at up to three places."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["put", "cut", "set", "flip", "move"]),
                st.floats(0, 0.999),
                st.floats(0, 0.999),
                st.integers(1, 8),
                st.binary(min_size=1, max_size=4) | st.sampled_from([b"2", b"3", b"a", b"A", b"=", b'"', b" ", b"\n"]),
            ),
            min_size=1,
            max_size=3,
        )
    )

    def edit(data: bytes) -> bytes:
        for way, first, second, size, text in steps:
            at, to = int(first * len(data)), int(second * len(data))
            match way:
                case "put":
                    data = data[:at] + text + data[at:]
                case "cut":
                    data = data[:at] + data[at + size :]
                case "set":
                    data = data[:at] + text + data[at + len(text) :]
                case "flip" if data:
                    data = data[:at] + bytes([data[at] ^ (1 << size - 1)]) + data[at + 1 :]
                case _:
                    piece, rest = data[at : at + size], data[:at] + data[at + size :]
                    data = rest[:to] + piece + rest[to:]
        return data

    return edit


def within(data: bytes, edit: Callable[[bytes], bytes], *keys: str | int) -> bytes:
    """The envelope with an edit of what a base64 text in it stands for."""
    tree = held = json.loads(data)
    for key in keys[:-1]:
        held = held[key]
    held[keys[-1]] = base64.b64encode(edit(base64.b64decode(held[keys[-1]]))).decode()
    return json.dumps(tree).encode()


PLACES: dict[str, Callable[[bytes, Callable[[bytes], bytes]], bytes]] = {
    "the envelope": lambda data, edit: edit(data),
    "what was signed": lambda data, edit: within(data, edit, "payload"),
    "the signature": lambda data, edit: within(data, edit, "signatures", 0, "sig"),
}


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edit=edits())
def test_no_edit_makes_a_signature_good_for_anything_else(
    desk: Desk, place: str, edit: Callable[[bytes], bytes]
) -> None:
    approvals = desk.approvals(PLACES[place](desk.written, edit))
    [found] = approvals.all()
    event("it still counts" if found.people else "; ".join(found.flaws)[:60])
    if found.people:
        assert (frozenset({"ann"}), PAYLOAD) == (found.people, found.payload)
    for path, digest in (("a.yaml", "3" * 64), ("b.yaml", "2" * 64), ("c.yaml", "2" * 64)):
        assert frozenset() == approvals.of_record(path, "Box:b", digest)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 63), st.sampled_from("0123456789abcdef")), min_size=1))
def test_no_other_digest_is_signed(desk: Desk, steps: list[tuple[int, int, str]]) -> None:
    """The statement is as well formed as ever, so each of these is looked at by ssh-keygen."""
    digests = [list(str(each.after)) for each in FILES]
    for file, at, digit in steps:
        digests[file][at] = digit
    files = tuple(each._replace(after="".join(digest)) for each, digest in zip(FILES, digests, strict=True))
    payload = Statement("4" * 40, files).payload
    [found] = desk.approvals(within(desk.written, lambda _: payload, "payload")).all()
    assert (frozenset({"ann"}) if files == FILES else frozenset()) == found.people


def test_what_nobody_edited_counts(desk: Desk) -> None:
    """Else nothing above would say anything."""
    [found] = desk.approvals(desk.written).all()
    assert (frozenset({"ann"}), ()) == (found.people, found.flaws)
