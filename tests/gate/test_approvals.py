"""A change of policy that needs an approval: who signed it, and every way in which a signature counts for nothing."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from iscode.facts import envelope
from iscode.facts.attestation import Approved, Statement, statement_of
from iscode.facts.signature import Signature, from_armour

DAY = "2026-11-24"
KEYGEN = str(shutil.which("ssh-keygen"))
RULE, PROFILE = "policy/rules/small.yaml", "policy/policies/profiles/mine.yaml"
SIGNERS, REVOKED = "trust/signers", "trust/revoked"
DEMAND = "gate: {policy_change: {level: attested, roles: ['Post:owner']}}\n"
WHO = {"one": "one@x.example", "spare": "one@x.example", "two": "two@x.example"}
"""Key -> the address that the base lists it for; `rogue` is a key that nobody lists."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with real keys."""
    folder = tmp_path_factory.mktemp("keys")
    for name in (*WHO, "rogue"):
        command = [KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, timeout=60)
    return folder


@dataclass
class Desk:
    """A base that demands an approval, and a head that lets larger boxes pass."""

    change: Any
    keys: Path

    def public(self, name: str) -> str:
        return " ".join((self.keys / f"{name}.pub").read_text().split()[:2])

    def line(self, name: str, options: str = 'namespaces="iscode-approval"', principal: str | None = None) -> str:
        return f"{principal or WHO[name]} {options} {self.public(name)}\n"

    def people(self, **until: str) -> dict[str, str]:
        record = self.change.record
        ends = {name: {"until": day} for name, day in until.items()}
        mail = [WHO["one"], "uno@x.example"]
        return {
            "c/one.yaml": record("Fellow", "one", mail=mail, since="2020-01-01", **ends.get("one", {})),
            "c/two.yaml": record("Fellow", "two", mail=[WHO["two"]], **ends.get("two", {})),
            "c/owner.yaml": record("Post", "owner", held_by=[{"who": "Fellow:one", "since": "2026-01-01"}]),
        }

    def base(self, files: dict[str, str | None] | None = None) -> str:
        """Commit the base with these on top of what it has, and weaken the rule in the head."""
        for name in ("iscode.yaml", PROFILE):
            files = {name: self.change.files[name], **(files or {})}
        files["iscode.yaml"] = f"{files['iscode.yaml']}trust: {{allowed_signers: {SIGNERS}, revoked_keys: {REVOKED}}}\n"
        files[PROFILE] = str(files[PROFILE]) + (DEMAND if "gate:" not in str(files[PROFILE]) else "")
        usual = {SIGNERS: "".join(map(self.line, WHO)), REVOKED: "# none\n", "other.txt": "x\n", **self.people()}
        found = str(self.change.base({**usual, **files}))
        self.weaken()
        return found

    def weaken(self, most: int = 30) -> None:
        self.change.edit(RULE, "most: 3", f"most: {most}")
        self.change.commit()

    def approve(self, key: str, *files: str, base: str | None = "main", code: int = 0) -> Any:
        """Approve by the command line, and commit what it wrote."""
        against = ("--base", base) if base else ()
        done = self.change.call("approve", *(files or (RULE,)), "--key", str(self.keys / key), *against, "--as-of", DAY)
        assert code == done.code, done.err
        self.change.commit()
        return done

    def statement(self, path: str = RULE) -> Statement:
        """What an honest approval of the change says."""
        texts = (self.change.git("show", f"{rev}:{path}") + "\n" for rev in ("main", "HEAD"))
        before, after = (sha256(text.encode()).hexdigest() for text in texts)
        return Statement(self.change.git("rev-parse", "main"), (Approved(path, before, after, None),))

    def sign(self, key: str, payload: bytes, namespace: str = "iscode-approval") -> Signature:
        command = [KEYGEN, "-q", "-Y", "sign", "-n", namespace, "-f", str(self.keys / key)]
        done = subprocess.run(command, input=envelope.encoded(payload), capture_output=True, check=True, timeout=60)
        return from_armour(done.stdout)

    def put(self, data: bytes, name: str = "x") -> None:
        self.change.commit({f"approvals/{name}.dsse.json": data.decode()})

    def forge(self, key: str = "one", namespace: str = "iscode-approval", payload: bytes | None = None) -> bytes:
        payload = self.statement().payload if payload is None else payload
        return envelope.write(payload, [self.sign(key, payload, namespace)])


@pytest.fixture
def desk(change: Any, keys: Path) -> Desk:
    return Desk(change, keys)


def test_a_change_that_its_approver_signed_passes_and_says_who(desk: Desk) -> None:
    desk.base()
    done = desk.approve("one")
    assert done.out.startswith("Fellow:one approves, in approvals/one-")
    verdict = desk.change.judge()
    assert 0 == verdict.code, verdict.report
    assert all(
        effect.split("; ")[-1].startswith(("approved by Fellow:one", "then")) for effect in verdict.changes[RULE]
    )
    assert any("approved by Fellow:one" in effect for effect in verdict.changes[RULE])
    verified = desk.change.call("verify", "--as-of", DAY, "-f", "json")
    [row] = json.loads(verified.out)
    assert (0, ["Fellow:one"], [RULE]) == (verified.code, row["people"], [each["path"] for each in row["files"]])


def test_what_the_tests_forge_is_what_the_command_writes(desk: Desk) -> None:
    """Else a case below could be refused for another reason than it names."""
    desk.base()
    desk.put(desk.forge())
    assert 0 == desk.change.judge().code


def rewritten(data: bytes, **keys: Any) -> bytes:
    return json.dumps(json.loads(data) | keys).encode()


def predicate(payload: bytes, **keys: Any) -> bytes:
    return json.dumps(json.loads(payload) | keys, sort_keys=True, separators=(",", ":")).encode()


def another_persons_key(desk: Desk) -> str:
    desk.base()
    desk.approve("two")
    return "Fellow:two holds none of the roles"


def a_key_that_only_the_envelope_calls_the_approvers(desk: Desk) -> str:
    desk.base()
    tree = json.loads(desk.forge("rogue"))
    tree["signatures"][0]["keyid"] = WHO["one"]
    desk.put(json.dumps(tree).encode(), "one")
    return "its key is not listed"


def an_expired_key(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one", f'namespaces="iscode-approval",valid-before="{DAY.replace("-", "")}"')})
    desk.put(desk.forge())
    return f"its key expired on {DAY}"


def a_key_of_tomorrow(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one", 'valid-after="20261125",namespaces="iscode-approval"')})
    desk.put(desk.forge())
    return "its key counts from 2026-11-25"


def a_revoked_key(desk: Desk) -> str:
    desk.base({REVOKED: f"# left on a train\n{desk.public('one')} comment\n"})
    desk.put(desk.forge())
    return "its key is revoked"


def a_signature_for_something_else(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one", 'namespaces="iscode-approval,file"')})
    desk.put(desk.forge(namespace="file"))
    return "it was signed for 'file', not for iscode-approval"


def a_key_for_commits_alone(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one", 'namespaces="git"')})
    desk.put(desk.forge())
    return "its key is not listed for iscode-approval"


def another_content(desk: Desk) -> str:
    desk.base()
    desk.approve("one")
    desk.change.edit(RULE, "most: 30", "most: 300")
    desk.change.commit()
    return "it approves another content"


def another_path(desk: Desk) -> str:
    desk.base()
    held = desk.statement()
    moved = replace(held, files=(held.files[0]._replace(path="policy/rules/other.yaml"),))
    desk.put(desk.forge(payload=moved.payload))
    return "none is attested: "


def another_base_content(desk: Desk) -> str:
    desk.base()
    desk.approve("one")
    desk.change.git("checkout", "--quiet", "main")
    desk.change.edit(RULE, "most: 3", "most: 2")
    desk.change.commit()
    desk.change.git("checkout", "--quiet", "topic")
    return "it was given when the base had another content there"


def a_base_of_another_repository(desk: Desk) -> str:
    desk.base()
    desk.put(desk.forge(payload=replace(desk.statement(), base="1" * 40).payload))
    return "it is for a base that never led here"


def no_base_at_all(desk: Desk) -> str:
    desk.base()
    desk.approve("one", base=None)
    return "it does not say from which base the change departs"


def rolled_back(desk: Desk) -> str:
    """The weakening was approved and merged, taken back, and comes again with the approval of then."""
    desk.base()
    desk.approve("one")
    desk.change.git("checkout", "--quiet", "main")
    desk.change.git("merge", "--quiet", "topic")
    desk.change.edit(RULE, "most: 30", "most: 3")
    desk.change.commit()
    desk.change.git("checkout", "--quiet", "-B", "topic")
    desk.weaken()
    return "it was for a change that the base has had before"


def another_payload(desk: Desk) -> str:
    desk.base()
    honest = desk.forge()
    other = replace(desk.statement(), files=(Approved("other.txt", None, "0" * 64, None), *desk.statement().files))
    desk.put(rewritten(honest, payload=base64.b64encode(other.payload).decode()))
    return "the signature is not Fellow:one's"


def another_payload_type(desk: Desk) -> str:
    desk.base()
    desk.put(rewritten(desk.forge(), payloadType="application/json"))
    return "its payload is of another type"


def another_predicate(desk: Desk) -> str:
    desk.base()
    payload = predicate(desk.statement().payload, predicateType="https://in-toto.io/attestation/test-result/v0.1")
    desk.put(desk.forge(payload=payload))
    return "what was signed is a statement about something else"


def another_statement(desk: Desk) -> str:
    desk.base()
    desk.put(desk.forge(payload=predicate(desk.statement().payload, _type="https://in-toto.io/Statement/v2")))
    return "what was signed is no statement of in-toto"


def a_payload_that_is_not_canonical(desk: Desk) -> str:
    desk.base()
    desk.put(desk.forge(payload=desk.statement().payload + b"\n"))
    return "what was signed says something twice or otherwise"


def a_key_twice_in_the_envelope(desk: Desk) -> str:
    desk.base()
    text = desk.forge().decode()
    desk.put(text.replace('{\n "payload"', '{\n "payload": "e30=",\n "payload"', 1).encode())
    return "a key stands twice in it"


def no_signature(desk: Desk) -> str:
    desk.base()
    desk.put(rewritten(desk.forge(), signatures=[]))
    return "nobody signed it"


def half_a_character(desk: Desk) -> str:
    """JSON can name one, and no canonical bytes can say it."""
    desk.base()
    payload = desk.statement().payload.replace(b'"name":"', b'"name":"\\ud800')
    desk.put(desk.forge(payload=payload))
    return "it is no JSON, or not in UTF-8"


def nothing_signed(desk: Desk) -> str:
    desk.base()
    return "none is attested: "


def the_authors_own(desk: Desk) -> str:
    """Under another of their addresses: records bind both to one person."""
    desk.base()
    desk.change.git("reset", "--quiet", "--soft", "main")
    desk.change.git("commit", "--quiet", "--message", "mine", "--author", "U <UNO@x.example>")
    desk.approve("one")
    return "Fellow:one wrote the change"


def somebody_who_left(desk: Desk) -> str:
    desk.base(desk.people(one="2026-11-23"))
    desk.put(desk.forge())
    return "Fellow:one is not there on 2026-11-24"


def a_key_of_two_people(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one") + desk.line("one", principal=WHO["two"])})
    desk.put(desk.forge())
    return "its key is listed for Fellow:one and for Fellow:two"


def an_address_of_nobody(desk: Desk) -> str:
    desk.base({SIGNERS: desk.line("one", principal="who@x.example")})
    desk.put(desk.forge())
    return "its key is listed for an address that no person has"


def two_keys_of_one_person(desk: Desk) -> str:
    both = DEMAND.replace("attested", "attested, persons: 2")
    desk.base({PROFILE: desk.change.files[PROFILE] + both})
    payload = desk.statement().payload
    desk.put(envelope.write(payload, [desk.sign("one", payload), desk.sign("spare", payload)]))
    desk.put(desk.forge("spare"), "y")
    return "1 of 2 persons signed"


def two_addresses_of_one_person(desk: Desk) -> str:
    """One key for each: what the base binds to one record is one person."""
    both = DEMAND.replace("attested", "witnessed")
    alias = desk.line("spare", principal="uno@x.example")
    desk.base({PROFILE: desk.change.files[PROFILE] + both, SIGNERS: desk.line("one") + alias})
    payload = desk.statement().payload
    desk.put(envelope.write(payload, [desk.sign("one", payload), desk.sign("spare", payload)]))
    return "Fellow:one signed it, and nobody beside them"


def nobody_beside_the_approver(desk: Desk) -> str:
    desk.base({PROFILE: desk.change.files[PROFILE] + DEMAND.replace("attested", "witnessed")})
    desk.approve("one")
    return "Fellow:one signed it, and nobody beside them"


REFUSED: list[Callable[[Desk], str]] = [
    another_persons_key, a_key_that_only_the_envelope_calls_the_approvers, an_expired_key, a_key_of_tomorrow,
    a_revoked_key, a_signature_for_something_else, a_key_for_commits_alone, another_content, another_path,
    another_base_content, a_base_of_another_repository, no_base_at_all, rolled_back, another_payload,
    another_payload_type, another_predicate, another_statement, a_payload_that_is_not_canonical,
    a_key_twice_in_the_envelope, no_signature, half_a_character,
    nothing_signed, the_authors_own, somebody_who_left, a_key_of_two_people,
    an_address_of_nobody, two_keys_of_one_person, two_addresses_of_one_person, nobody_beside_the_approver,
]  # fmt: skip


@pytest.mark.parametrize("tamper", REFUSED, ids=lambda tamper: tamper.__name__)
def test_an_approval_that_was_tampered_with_is_refused_with_the_reason(
    desk: Desk, tamper: Callable[[Desk], str]
) -> None:
    reason = tamper(desk)
    verdict = desk.change.judge()
    assert (1, True) == (verdict.code, ("policy", f"File:{RULE}") in verdict.blocking), verdict.err
    [message] = [each["message"] for each in verdict.report["results"] if each["subject"] == f"File:{RULE}"]
    assert reason in message


def test_keys_that_the_head_lists_count_for_nothing_and_are_a_change_of_policy_themselves(desk: Desk) -> None:
    desk.base()
    desk.change.commit({SIGNERS: desk.line("one") + desk.line("rogue", principal=WHO["one"])})
    desk.put(desk.forge("rogue"))
    verdict = desk.change.judge()
    assert {("policy", f"File:{RULE}"), ("policy", f"File:{SIGNERS}")} == verdict.blocking
    assert "its key is not listed" in next(each["message"] for each in verdict.report["results"])


@pytest.mark.parametrize("principal", ["*", "*@x.example", "one@x.example,!two@x.example", "on?@x.example"])
def test_a_principal_that_is_a_pattern_is_no_verdict(desk: Desk, principal: str) -> None:
    desk.base({SIGNERS: desk.line("one", principal=principal)})
    desk.put(desk.forge())
    verdict = desk.change.judge()
    assert (2, True) == (verdict.code, f"{SIGNERS}:1:1: a key is listed for exact addresses" in verdict.err)


def test_two_of_two_are_counted_by_person(desk: Desk) -> None:
    both = [{"who": "Fellow:one"}, {"who": "Fellow:two"}]
    owners = {"c/owner.yaml": desk.change.record("Post", "owner", held_by=both)}
    desk.base({**owners, PROFILE: desk.change.files[PROFILE] + DEMAND.replace("attested", "attested, persons: 2")})
    desk.approve("one")
    assert 1 == desk.change.judge().code
    desk.approve("two")
    assert 0 == desk.change.judge().code


def test_a_witness_need_not_hold_the_role(desk: Desk) -> None:
    desk.base({PROFILE: desk.change.files[PROFILE] + DEMAND.replace("attested", "witnessed")})
    desk.approve("one")
    desk.approve("two")
    assert 0 == desk.change.judge().code


def test_who_may_approve_is_a_matter_of_policy_itself(desk: Desk) -> None:
    desk.base()
    desk.change.commit({"c/owner.yaml": desk.change.record("Post", "owner", held_by=[{"who": "Fellow:two"}])})
    desk.approve("two")
    assert {("policy", f"File:{RULE}"), ("policy", "File:c/owner.yaml")} == desk.change.judge().blocking


ONCE = "gate: {policy_change: {level: attested, authority: soften, once_keyed: true}}\n"


def test_a_demand_once_there_are_keys_only_reports_before(desk: Desk) -> None:
    desk.base({PROFILE: desk.change.files[PROFILE] + ONCE, SIGNERS: desk.line("one", 'namespaces="git"')})
    verdict = desk.change.judge()
    assert (0, True) == (verdict.code, RULE in verdict.changes)


def test_a_demand_once_there_are_keys_takes_any_holder_of_the_authority(desk: Desk) -> None:
    held = desk.change.record("Post", "owner", held_by=[{"who": "Fellow:two"}], may=["soften"])
    desk.base({PROFILE: desk.change.files[PROFILE] + ONCE, "c/owner.yaml": held})
    desk.approve("one")
    assert 1 == desk.change.judge().code
    desk.approve("two")
    assert 0 == desk.change.judge().code
    desk.change.commit({SIGNERS: "# none\n"})
    assert {("policy", f"File:{SIGNERS}")} == desk.change.judge().blocking
    desk.change.commit({SIGNERS: desk.change.git("show", f"main:{SIGNERS}") + "\n"})
    assert 0 == desk.change.judge().code
    desk.change.commit({"c/owner.yaml": held.replace("two", "one")})
    assert {("policy", "File:c/owner.yaml")} == desk.change.judge().blocking


def test_an_approval_of_the_base_does_not_go_unnoticed(desk: Desk) -> None:
    """It is spent there; were it gone, it could come back as a new one."""
    desk.base()
    desk.approve("one")
    desk.change.git("checkout", "--quiet", "main")
    desk.change.git("merge", "--quiet", "topic")
    desk.change.git("checkout", "--quiet", "topic")
    desk.change.git("rm", "--quiet", "-r", "approvals")
    verdict = desk.change.propose({})
    assert (1, {"policy"}) == (verdict.code, {rule for rule, _ in verdict.blocking})


def test_whatever_changes_who_may_approve_may_weaken_any_requirement(desk: Desk) -> None:
    desk.base()
    desk.approve("one")
    change = desk.change
    change.git("checkout", "--quiet", "main")
    change.git("merge", "--quiet", "topic")
    change.git("checkout", "--quiet", "topic")
    [approval] = change.git("ls-files", "approvals").split()
    config = (change.top / "iscode.yaml").read_text()
    for files in (
        {SIGNERS: desk.line("one")},
        {"iscode.yaml": config.replace(SIGNERS, "trust/others"), "trust/others": desk.line("one")},
        {approval: None},
        {"c/owner.yaml": change.record("Post", "owner", held_by=[{"who": "Fellow:two"}])},
    ):
        change.commit(files)
        out = change.call("check", "--rev", "HEAD", "--base", "main", "--as-of", DAY).out
        assert "changes of policy: this change may weaken any requirement\n" in out, (files, out)
        change.git("reset", "--quiet", "--hard", "main")


def test_a_waiver_of_the_head_holds_once_its_approver_has_signed_it(desk: Desk) -> None:
    desk.base()
    desk.change.git("reset", "--quiet", "--hard", "main")
    leave = desk.change.leave.replace("requested_by: Fellow:one", "requested_by: Fellow:two").replace(
        "approved_by: Fellow:two", "approved_by: Fellow:one"
    )
    broken = {"policy/rules/not-grown.yaml": None, "c/w.yaml": leave, "c/b.yaml": desk.change.broken}
    desk.change.base({"policy/rules/not-grown.yaml": None})
    verdict = desk.change.propose({name: text for name, text in broken.items() if text})
    assert {("small", "Box:b"), ("policy", "Leave:w"), ("policy", "File:c/w.yaml")} == verdict.blocking
    desk.approve("one", "c/w.yaml")
    verdict = desk.change.judge()
    assert (0, "Leave:w") == (verdict.code, verdict.result("small")["waiver"]["record"])


def test_whoever_the_head_alone_lets_approve_makes_no_waiver_hold(desk: Desk) -> None:
    change = desk.change
    helper = change.record("Post", "helper", held_by=[{"who": "Fellow:two", "since": "2026-01-01"}])
    reported = change.files[PROFILE] + "gate: {policy_change: report}\n"
    desk.base({PROFILE: reported, "policy/rules/not-grown.yaml": None, "c/helper.yaml": helper})
    change.git("reset", "--quiet", "--hard", "main")
    demand = "{policy_change: {level: attested, roles: ['Post:helper']}}"
    change.commit(
        {
            "c/w.yaml": change.leave,
            "c/b.yaml": change.broken,
            PROFILE: reported.replace("{policy_change: report}", demand),
        }
    )
    desk.approve("two", "c/w.yaml")
    verdict = change.judge()
    assert {("policy", "Leave:w"), ("small", "Box:b")} <= verdict.blocking
    assert (1, None) == (verdict.code, verdict.result("small")["waiver"])


def test_a_key_of_nobody_approves_nothing_at_the_desk_either(desk: Desk) -> None:
    desk.base()
    done = desk.approve("rogue", code=2)
    assert "this signature would count for nobody: its key is not listed" in done.err


def test_files_of_two_repositories_are_not_approved_together(desk: Desk, tmp_path: Path) -> None:
    desk.base()
    other = tmp_path / "other"
    subprocess.run(["git", "init", "--quiet", str(other)], check=True, timeout=60)
    (other / "other.txt").write_text("x\n")
    files = (RULE, str(other / "other.txt"))
    done = desk.change.call("approve", *files, "--key", str(desk.keys / "one"), "--base", "main", "--as-of", DAY)
    assert (2, True) == (done.code, "several repositories" in done.err)


def test_what_the_desk_shows_is_what_is_signed(desk: Desk) -> None:
    desk.base()
    desk.change.edit(RULE, "most: 30", "most: 31")
    done = desk.change.call("approve", RULE, "--key", str(desk.keys / "one"), "--base", "main", "--as-of", DAY)
    assert (2, True) == (done.code, f"{RULE} is not what the commit has" in done.err)


def test_a_statement_comes_back_as_it_was_written() -> None:
    files = (Approved("a", "1" * 64, None, None), Approved("b", None, "2" * 64, "Kind:id"))
    for base in ("3" * 40,):
        assert Statement(base, files) == statement_of(Statement(base, files).payload)
