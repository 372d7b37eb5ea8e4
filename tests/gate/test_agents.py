"""Keys that no file holds: an agent has them, or a FIDO device behind it. Approvals and the ledger take them alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-11-24"
RULE, PROFILE = "policy/rules/small.yaml", "policy/policies/profiles/mine.yaml"
SIGNERS = "trust/signers"
DEMAND = "gate: {policy_change: {level: attested, roles: ['Post:owner']}}\n"
SPACES = 'namespaces="iscode-approval,iscode-ledger,git"'
SOURCE = Path(__file__).with_name("authenticator.c")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authenticator in software, compiled from its source beside this file."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: the authenticator in software was not built, so no FIDO key was tried")
    made = tmp_path_factory.mktemp("device") / "authenticator.so"
    command = [compiler, "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "openssl/evp.h" in done.stderr:
        pytest.skip("no headers of OpenSSL (libssl-dev): the authenticator was not built, so no FIDO key was tried")
    assert done.returncode == 0, done.stderr
    return made


class Agent:
    """An ssh-agent that alone holds the keys; of each, the public half lies in `folder`."""

    def __init__(self, folder: Path, devices: str) -> None:
        self.folder, self.socket = folder, str(folder / "agent")
        command = ["ssh-agent", "-D", "-a", self.socket, "-P", devices]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.socket in self.process.stdout.readline()

    def ends(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)

    def run(self, *command: str) -> None:
        environment = {**os.environ, "SSH_AUTH_SOCK": self.socket}
        done = subprocess.run(command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stderr

    def takes(self, name: str, *options: str, device: Path | None = None) -> Path:
        """Make a key, hand it over, and delete its file; return where its public half lies."""
        file = self.folder / name
        provided = ("-w", str(device)) if device else ()
        kind = "ed25519-sk" if device else "ed25519"
        self.run("ssh-keygen", "-q", "-t", kind, *provided, *options, "-N", "", "-C", "", "-f", str(file))
        self.run("ssh-add", "-q", *(("-S", str(device)) if device else ()), str(file))
        file.unlink()
        return file.with_suffix(".pub")


@pytest.fixture
def agent(change: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    """An agent that the commands find. Its folder has a short name: that of a socket must not be long."""
    with tempfile.TemporaryDirectory(prefix="agent-") as folder:
        found = Agent(Path(folder), f"{folder}/*,{tempfile.gettempdir()}/*")
        monkeypatch.setenv("SSH_AUTH_SOCK", found.socket)
        try:
            yield found
        finally:
            found.ends()


def base(change: Any, public: Path, options: str = SPACES) -> None:
    """A base that lists the key for its owner and demands an approval, and a head that weakens a rule."""
    line = f"one@x.example {options} {' '.join(public.read_text().split()[:2])}\n"
    change.base(
        {
            SIGNERS: line,
            "iscode.yaml": f"{change.files['iscode.yaml']}trust: {{allowed_signers: {SIGNERS}}}\n",
            PROFILE: change.files[PROFILE] + DEMAND,
            "c/one.yaml": change.record("Fellow", "one", mail=["one@x.example"]),
            "c/owner.yaml": change.record("Post", "owner", held_by=[{"who": "Fellow:one"}]),
        }
    )
    change.edit(RULE, "most: 3", "most: 30")
    change.commit()


def approve(change: Any, public: Path) -> Any:
    done = change.call("approve", RULE, "--key", str(public), "--base", "main", "--as-of", DAY)
    change.commit()
    return done


def test_a_key_that_an_agent_alone_holds_approves_and_records(change: Any, agent: Agent) -> None:
    public = agent.takes("key")
    base(change, public)
    assert 1 == change.judge().code
    done = approve(change, public)
    assert (0, True) == (done.code, done.out.startswith("Fellow:one approves")), done.err
    assert 0 == change.judge().code
    recorded = change.call("record", "--key", str(public), "--as-of", DAY)
    assert 0 == recorded.code, recorded.err
    assert "WHOLE: 1 entry, 1 judged again" in change.call("ledger", "verify").out


def test_without_the_agent_its_public_half_signs_nothing(
    change: Any, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = agent.takes("key")
    base(change, public)
    monkeypatch.delenv("SSH_AUTH_SOCK")
    done = approve(change, public)
    assert (2, True) == (done.code, "ssh-keygen made no signature" in done.err), done.err


def test_a_key_in_a_device_approves_records_and_signs_commits(change: Any, agent: Agent, provider: Path) -> None:
    public = agent.takes("key", device=device(agent, provider))
    assert public.read_text().startswith("sk-ssh-ed25519@openssh.com ")
    base(change, public)
    assert 0 == approve(change, public).code
    assert 0 == change.judge().code
    recorded = change.call("record", "--key", str(public), "--as-of", DAY)
    assert 0 == recorded.code, recorded.err
    assert "WHOLE: 1 entry, 1 judged again" in change.call("ledger", "verify").out


def device(agent: Agent, provider: Path) -> Path:
    """The authenticator where the agent takes one from."""
    return Path(shutil.copy(provider, agent.folder / provider.name))


def test_a_signature_that_no_touch_confirmed_counts_only_where_the_base_takes_it(
    change: Any, agent: Agent, provider: Path
) -> None:
    """ssh-keygen takes it, whoever asks: whether there was a touch is no question to it."""
    public = agent.takes("key", "-O", "no-touch-required", device=device(agent, provider))
    base(change, public)
    done = approve(change, public)
    words = "this signature would count for nobody: nobody touched the device that holds its key"
    assert (2, True) == (done.code, words in done.err), done.err
    forged = change.call("record", "--key", str(public), "--as-of", DAY)
    assert (2, True) == (forged.code, words in forged.err), forged.err
    base(change, public, f"{SPACES},no-touch-required")
    assert 0 == approve(change, public).code
    assert 0 == change.judge().code
    change.git("checkout", "--quiet", "main")
    change.commit({SIGNERS: change.git("show", f"HEAD:{SIGNERS}").replace(",no-touch-required", "") + "\n"})
    change.git("checkout", "--quiet", "topic")
    verdict = change.judge()
    [message] = [each["message"] for each in verdict.report["results"] if each["subject"] == f"File:{RULE}"]
    assert (1, True) == (verdict.code, "nobody touched the device that holds its key" in message)


def test_a_commit_signed_by_a_device_is_its_authors_once_somebody_touched_it(
    change: Any, agent: Agent, provider: Path
) -> None:
    told = change.rule("signed", 'self.signed == "trusted"', subject="Commit").replace(
        "{self.id} is", "{self.signed} is"
    )
    for name, options, expected in (("a", (), 0), ("b", ("-O", "no-touch-required"), 1)):
        public = agent.takes(name, *options, device=device(agent, provider))
        base(change, public)
        change.base({"policy/rules/signed.yaml": told})
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={public}")
        change.git(*signing, "commit", "-q", "-S", "--allow-empty", "-m", "x", "--author", "One <one@x.example>")
        verdict = change.judge()
        assert expected == verdict.code, verdict.err
    assert "refused is not signed" == verdict.result("signed")["message"]
