"""An SSH signature -> the key that made it and the namespace it was made for, before anybody looks whether it is good.

The format is that of OpenSSH's PROTOCOL.sshsig: length-prefixed fields behind a magic word.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct

KEY_TYPES: Final = frozenset(
    {
        "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa",
    }
)  # fmt: skip
"""Kinds of keys that may sign; no certificate is among them: who it is for would be its authority's word."""
MOST_FAILED: Final = 256
"""Signatures that do not hold after which a question is given up: each look starts a program, and anybody can write
thousands. Those that hold are not counted, or a large repository would run out of approvals.
"""

_DEVICE: Final = "sk-"
"""How the kinds of keys begin that a FIDO device holds."""
_TOUCHED: Final = 1
"""The flag of FIDO's authenticator data that somebody was there."""
_MAGIC: Final = b"SSHSIG\0\0\0\1"
_HASHES: Final = (b"sha256", b"sha512")
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE: Final = 70


class RefusedError(Exception):
    """Why something that should prove an approval does not; the words go into a result."""


class Signature(Struct, frozen=True):
    """A signature that nobody verified. `key` is the public key in its wire form; `blob` the whole signature.

    `touched`: no device made it, or one that says that somebody touched it; what it says is part of what it signs.
    """

    key: bytes
    namespace: str
    blob: bytes
    touched: bool = True

    @property
    def armoured(self) -> bytes:
        """The signature as ssh-keygen reads it."""
        text = base64.b64encode(self.blob).decode("ascii")
        lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
        return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")


def parse(blob: bytes) -> Signature:
    """The fields of a signature. Raises RefusedError for what is none, or has more in it than one."""
    if not blob.startswith(_MAGIC):
        raise RefusedError("a signature is no SSH signature")
    key, namespace, reserved, hashed, made = _fields(blob[len(_MAGIC) :], 5)
    if reserved or hashed not in _HASHES or key_type(key) not in KEY_TYPES:
        raise RefusedError("a signature is of a form that is not known")
    return Signature(key, namespace.decode("utf-8", "backslashreplace"), blob, _touched(key, made))


def from_armour(text: bytes) -> Signature:
    """The signature in an armoured text. Raises RefusedError for what is none."""
    lines: Sequence[str] = text.decode("ascii", "replace").strip().split("\n")
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise RefusedError("a signature is no SSH signature")
    return parse(unbased("".join(lines[1:-1])))


def unbased(text: str) -> bytes:
    """The bytes that a base64 text stands for. Raises RefusedError unless it is the one text that stands for them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("what should be base64 is none") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise RefusedError("what should be base64 is not written as base64 writes it")
    return data


def key_type(key: bytes) -> str:
    """The kind of a public key in its wire form; empty where it is none."""
    try:
        return _field(key)[0].decode("ascii", "replace")
    except RefusedError:
        return ""


def key_text(key: bytes) -> str:
    """A public key as files write it: its kind and base64."""
    return f"{key_type(key)} {base64.b64encode(key).decode('ascii')}"


def fingerprint(key: bytes) -> str:
    """What people compare keys by, as ssh-keygen prints it."""
    return "SHA256:" + base64.b64encode(sha256(key).digest()).decode("ascii").rstrip("=")


def _touched(key: bytes, made: bytes) -> bool:
    """Whether somebody touched the device that made a signature, where one did.

    A device adds to the kind and the bytes of a signature its flags and the four bytes of a counter.
    """
    if not key_type(key).startswith(_DEVICE):
        return True
    kind, rest = _field(made)
    _, told = _field(rest)
    if kind.decode("ascii", "replace") != key_type(key) or len(told) != 5:
        raise RefusedError("a signature is of a form that is not known")
    return bool(told[0] & _TOUCHED)


def _fields(data: bytes, count: int) -> list[bytes]:
    found = []
    for _ in range(count):
        part, data = _field(data)
        found.append(part)
    if data:
        raise RefusedError("a signature has something behind its end")
    return found


def _field(data: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size or len(data) < 4:
        raise RefusedError("a signature is cut off")
    return data[4 : 4 + size], data[4 + size :]
