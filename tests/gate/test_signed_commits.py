"""A rule that demands signed commits: none passes that another key signed, or one that counts no more."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

ANN, BOB = "ann@example.invalid", "bob@example.invalid"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(made)], check=True, timeout=60)
    return made


def judged(change: Any, key: Path, *, options: str = "", address: str = ANN, revoked: bool = False) -> Any:
    """Ann's commit, signed and dated back to May, held against a base that lists the key as the options say."""
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    signed = change.rule("signed", 'self.signed == "trusted"', subject="Commit")
    change.base(
        {
            "policy/rules/signed.yaml": signed.replace("{self.id} is", "{self.signed} is"),
            "iscode.yaml": change.files["iscode.yaml"] + "trust: {allowed_signers: keys, revoked_keys: lost}\n",
            "keys": f'{address} namespaces="git"{options} {public}\n',
            "lost": f"{public}\n" if revoked else "# none\n",
            "c/one.yaml": change.record("Fellow", "one", mail=[ANN]),
            "c/two.yaml": change.record("Fellow", "two", mail=[BOB]),
        }
    )
    change.write({"other.txt": "x\n"})
    change.git("add", "--all")
    options_of_git = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    day = {f"GIT_{who}_DATE": "2026-05-01T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    change.git(*options_of_git, "commit", "-q", "-S", "-m", "x", "--author", f"Ann <{ANN}>", **day)
    return change.judge()


def test_a_commit_by_its_authors_key_passes(change: Any, key: Path) -> None:
    assert 0 == judged(change, key).code


@pytest.mark.parametrize(
    ("worth", "of"),
    [
        ("refused", {"options": ',valid-before="20260601"'}),
        ("refused", {"options": ',valid-after="20270101"'}),
        ("refused", {"revoked": True}),
        ("other", {"address": BOB}),
        ("refused", {"address": "nobody@example.invalid"}),
    ],
    ids=["expired, and dated back", "not yet", "revoked", "under another name", "of nobody"],
)
def test_a_commit_by_a_key_that_does_not_count_fails(change: Any, key: Path, worth: str, of: dict[str, Any]) -> None:
    verdict = judged(change, key, **of)
    assert (1, f"{worth} is not signed") == (verdict.code, verdict.result("signed")["message"])


def test_a_key_that_nobody_lists_fails(change: Any, key: Path, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "x")], check=True, timeout=60)
    judged(change, key)
    change.git(
        "-c", "gpg.format=ssh", "-c", f"user.signingkey={tmp_path / 'x'}", "commit", "-q", "-S", "--amend", "-m", "y"
    )
    verdict = change.judge()
    assert (1, "unknown is not signed") == (verdict.code, verdict.result("signed")["message"])
