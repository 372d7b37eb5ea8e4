"""A message and a key -> an SSH signature, or whether one is good, by a hardened call of ssh-keygen.

What a key may sign, and whose it is, is decided elsewhere: here it is only told whether the mathematics hold.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from iscode.errors import SigningError
from iscode.source.git import find_program

SECONDS: Final = 20.0
"""How long it may take to look at a signature."""
SIGNING: Final = 180.0
"""How long it may take to make one: somebody types a passphrase, or touches a device."""
LARGEST: Final = 64 * 1024
"""Bytes of a signature."""
_BAD: Final = 255
_SIGNER: Final = "signer"
# Variables that lead to an agent, a home or a terminal. None that names a program or a library: SSH_ASKPASS,
# SSH_SK_PROVIDER and SSH_SK_HELPER are left out on purpose.
_KEPT: Final = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TEMP", "TMP", "TERM", "SSH_AUTH_SOCK")


@dataclass(frozen=True)
class Keygen:
    """One ssh-keygen; the process sees only `environment`."""

    executable: str
    environment: Mapping[str, str] = field(repr=False)

    def sign(self, message: bytes, key: Path, namespace: str) -> bytes:
        """The armoured signature of a message. `key` is a private key, or the public half of one that an agent holds.

        What ssh-keygen asks its user goes to the terminal. SigningError where no signature comes back.
        """
        arguments = ("-Y", "sign", "-n", namespace, "-f", str(key.absolute()))
        code, printed = self._call(arguments, message, SIGNING, said=None)
        if code or not printed:
            hint = "name a private key, or the public half of one that an agent holds: --key ~/.ssh/id_ed25519"
            raise SigningError(f"ssh-keygen made no signature with {key}", hint=hint)
        return printed

    def verifies(self, message: bytes, signature: bytes, key: str, namespace: str) -> bool:
        """Whether an armoured signature of a message is good and by `key`, a public key as text (`type base64`).

        SigningError where ssh-keygen gives no answer.
        """
        import tempfile  # most starts verify nothing

        with tempfile.TemporaryDirectory(prefix="iscode-") as folder:
            signers, signed = Path(folder) / "signers", Path(folder) / "signature"
            signers.write_text(f'{_SIGNER} namespaces="{namespace}" {key}\n', encoding="ascii")
            signed.write_bytes(signature)
            arguments = ("-Y", "verify", "-n", namespace, "-I", _SIGNER, "-f", str(signers), "-s", str(signed))
            code, printed = self._call(arguments, message, SECONDS, said=subprocess.DEVNULL)
        if code not in (0, _BAD):
            raise SigningError(f"ssh-keygen ended with {code}, so nobody knows whether a signature is good")
        # Both must say so: a program that is none of ours may end with 0 and say nothing.
        return code == 0 and printed.startswith(f'Good "{namespace}" signature for {_SIGNER} '.encode())

    def _call(self, arguments: Sequence[str], message: bytes, seconds: float, said: int | None) -> tuple[int, bytes]:
        try:
            done = subprocess.run(
                [self.executable, *arguments],
                env=self.environment,
                input=message,
                stdout=subprocess.PIPE,
                stderr=said,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SigningError(f"ssh-keygen took more than {seconds:.0f} seconds") from error
        except OSError as error:
            raise SigningError(f"ssh-keygen cannot be started: {error.strerror or error}") from error
        if len(done.stdout) > LARGEST:
            raise SigningError(f"ssh-keygen printed more than {LARGEST} bytes")
        return done.returncode, done.stdout


def keygen(outside: Path) -> Keygen:
    """The ssh-keygen of the machine, never one that lies below `outside`. SigningError where there is none."""
    found = find_program("ssh-keygen", outside)
    if found is None:
        hint = "install OpenSSH 8.9 or newer and put its folder, as an absolute path, on PATH"
        raise SigningError("there is no ssh-keygen outside the repository", hint=hint)
    kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    return Keygen(found, {**kept, "LC_ALL": "C"})
