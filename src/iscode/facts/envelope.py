"""An envelope file -> what was signed and by which signatures; and back. DSSE around a statement of in-toto.

Nothing is believed here: who may sign, and whether a signature is good, is asked of what comes out.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from msgspec import Struct

from iscode.document import canonical
from iscode.facts.signature import RefusedError, Signature, fingerprint, parse, unbased

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
LARGEST: Final = 256 * 1024
"""Bytes of an envelope file."""


class Envelope(Struct, frozen=True):
    """What a file holds: the bytes that were signed, and the signatures, none of them verified."""

    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """The message of each signature."""
        return encoded(self.payload)


def encoded(payload: bytes) -> bytes:
    """DSSE's encoding before a signature: type and payload with their lengths, so that neither passes for the other."""
    kind = PAYLOAD_TYPE.encode("ascii")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def read(data: bytes | None) -> Envelope:
    """The envelope in a file; None: it is larger than LARGEST. Raises RefusedError for anything but exactly one."""
    from iscode.facts import wire  # only who has an envelope to read pays for the forms

    tree = wire.formed(strict(data), wire.Envelope)
    if not tree.signatures:
        raise RefusedError("nobody signed it")
    return Envelope(unbased(tree.payload), tuple(parse(unbased(each.sig)) for each in tree.signatures))


def write(payload: bytes, signatures: Sequence[Signature]) -> bytes:
    """The file of an envelope; `keyid` helps a person to find a key, and nobody here reads it."""
    listed = [{"keyid": fingerprint(each.key), "sig": _base64(each.blob)} for each in signatures]
    tree = {"payloadType": PAYLOAD_TYPE, "payload": _base64(payload), "signatures": listed}
    return json.dumps(tree, indent=1, sort_keys=True).encode("ascii") + b"\n"


def stated(
    predicate_type: str, subjects: Mapping[str, str], predicate: Mapping[str, Any], digest: str = "sha256"
) -> bytes:
    """The canonical bytes of a statement about subjects: name -> digest in hex, of the kind `digest`."""
    listed = [{"name": name, "digest": {digest: held}} for name, held in sorted(subjects.items())]
    tree: dict[str, Any] = {
        "_type": STATEMENT,
        "subject": listed,
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }
    return canonical.dumps(tree)


def strict(data: bytes | None) -> dict[str, Any]:
    """The object that bytes hold as JSON. Raises RefusedError for what two readers could read differently."""
    if data is None or len(data) > LARGEST:
        raise RefusedError(f"it is larger than {LARGEST} bytes")
    try:
        tree = json.loads(data.decode("utf-8"), object_pairs_hook=_entries, parse_constant=_no_number)
        json.dumps(tree, ensure_ascii=False).encode("utf-8")  # an escape can be half a character, which no bytes say
    except (ValueError, RecursionError):
        raise RefusedError("it is no JSON, or not in UTF-8") from None
    if not isinstance(tree, dict):
        raise RefusedError("it is no JSON object")
    return tree


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise RefusedError("a key stands twice in it")
    return entries


def _no_number(_: str) -> NoReturn:
    raise ValueError
