"""What the author of a hostile pull request tried, who controls every byte of the head: none of it passes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

CONFIG, PROFILE, RULE = "iscode.yaml", "policy/policies/profiles/mine.yaml", "policy/rules/small.yaml"
SMALL = {"that": "self.?size.orValue(0) <= 3", "message": "{self.id} is {self.size}"}
LABEL = {"that": '"label" in self', "message": "{self.id} has no label"}
Files = dict[str, str | None]


def box(change: Any, **keys: Any) -> str:
    return str(change.record("Box", "b", **keys))


def refused(verdict: Any, *wanted: tuple[str, str]) -> None:
    """A verdict was given, it is a refusal, and these are among what blocks."""
    assert (1, set()) == (verdict.code, set(wanted) - verdict.blocking), verdict.err


def no_verdict(verdict: Any, words: str) -> None:
    assert (2, {}, True) == (verdict.code, verdict.report, words in verdict.err), verdict.err


# Behind what is known.

KNOWN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "a check that broke": ({"check": [LABEL, SMALL]}, {}, {"size": 9}, "b is 9"),
    "a check behind a key that is missing": ({"needs": ["label"], "check": [SMALL]}, {}, {"size": 9}, "b is 9"),
    "another key": ({"needs": ["label", "tags"], "check": [SMALL]}, {"tags": ["x"]}, {}, "Box:b has no tags"),
    "an item behind a key that is missing": (
        {"needs": ["label"], "each": "self.?tags.orValue([])", "check": [{"that": "item != 'x'", "message": "{item}"}]},
        {"tags": ["a"]},
        {"tags": ["a", "x"]},
        "x",
    ),
    "a list of which the message counts some": (
        {"check": [{"that": "size(self.?tags.orValue([])) == 0", "message": "{self.tags}"}]},
        {"tags": list("abcdefg")},
        {"tags": list("abcdefz")},
        "a, b, c, d, e and 2 more",
    ),
}


@pytest.mark.parametrize("way", KNOWN)
def test_a_failure_that_stands_behind_a_known_one_is_told_and_blocks(change: Any, way: str) -> None:
    keys, before, after, words = KNOWN[way]
    asked = change.rule("asked", "true", **keys)
    change.base({"policy/rules/asked.yaml": asked, "policy/rules/not-grown.yaml": None, RULE: None})
    change.base({"c/b.yaml": box(change, **before)})
    same = change.propose({"readme": "said\n"})
    assert (0, True) == (same.code, same.result("asked")["known"])
    verdict = change.propose({"c/b.yaml": box(change, **after)})
    refused(verdict, ("asked", "Box:b"))
    assert words == verdict.result("asked")["message"]


def test_one_of_two_known_failures_may_be_mended_first(change: Any) -> None:
    """What stands behind a failure is known with it: to mend one of them is no new failure."""
    both = {"policy/rules/asked.yaml": change.rule("asked", "true", check=[LABEL, SMALL])}
    change.base({**both, RULE: None, "policy/rules/not-grown.yaml": None, "c/b.yaml": box(change, size=9)})
    for mended in (box(change, size=1), box(change, size=9, label="b")):
        verdict = change.propose({"c/b.yaml": mended})
        assert (0, True) == (verdict.code, verdict.result("asked")["known"])


def test_a_baseline_covers_no_failure_behind_the_one_it_names(change: Any) -> None:
    asked = change.rule("asked", "true", check=[LABEL, SMALL])
    change.base({"policy/rules/asked.yaml": asked, RULE: None, "policy/rules/not-grown.yaml": None})
    done = change.call("baseline", "create", "--as-of", "2026-11-24", ".")
    assert 0 == done.code, done.err
    change.base({})
    assert 0 == change.judge("--existing", "block").code
    refused(change.propose({"c/b.yaml": box(change, size=9)}), ("asked", "Box:b"))


def test_a_waiver_of_a_clause_covers_no_failure_behind_it(change: Any) -> None:
    text, day = {"type": "string"}, {"type": "string", "format": "date"}
    texts, person = {"type": "array", "items": text}, {"type": "string", "x-ref": ["Fellow"]}
    keys = {"waives": texts, "subjects": texts, "reason": text, "requested_by": person, "approved_by": person}
    keys |= {"starts": day, "expires": day}
    pardon = change.schema("Pardon", *keys, marked={"x-waiver": True}, **keys, clause=text)
    waiver = change.leave.replace("kind: Leave", "kind: Pardon").replace("- small", "- asked") + "clause: label\n"
    asked = change.rule("asked", "true", check=[LABEL | {"id": "label"}, SMALL])
    change.base({"policy/rules/asked.yaml": asked, RULE: None, "policy/rules/not-grown.yaml": None})
    change.base({"policy/schemas/pardon.schema.json": pardon, "c/w.yaml": waiver})
    assert "Pardon:w" == change.propose({"readme": "said\n"}).result("asked")["waiver"]["record"]
    verdict = change.propose({"c/b.yaml": box(change, size=9)})
    refused(verdict, ("asked", "Box:b"))
    assert "b is 9" == verdict.result("asked")["message"]
    change.base({})
    refused(change.propose({"c/w.yaml": None}), ("asked", "Box:b"))


def test_a_mild_check_that_fails_hides_no_harder_one(change: Any) -> None:
    asked = change.rule("asked", "true", severity="low", check=[LABEL, SMALL | {"severity": "high"}])
    change.base({"policy/rules/asked.yaml": asked, RULE: None, "policy/rules/not-grown.yaml": None})
    assert 0 == change.propose({"readme": "said\n"}).code
    verdict = change.propose({"c/b.yaml": box(change, size=9)})
    refused(verdict, ("asked", "Box:b"))


def test_a_file_that_nobody_could_read_is_known_only_as_long_as_it_stays(change: Any) -> None:
    """Behind a refusal nothing was judged: whoever touches the file mends it."""
    twice, odd = "size: {0}\nsize: {0}\n", "kind: Bxo\nid: z\nstatus: active\nsize: {}\n"
    change.base({"c/x.yaml": twice.format(2), "c/z.yaml": odd.format(2)})
    assert 0 == change.propose({"readme": "said\n"}).code
    refused(change.propose({"c/x.yaml": twice.format(9)}), ("yaml", "File:c/x.yaml"))
    refused(change.propose({"c/z.yaml": odd.format(9)}), ("record", "File:c/z.yaml"))


def test_a_file_that_is_too_large_to_be_read_is_never_known(change: Any) -> None:
    large = change.record("Box", "z", size=9) + "#" * 600
    change.base({CONFIG: change.files[CONFIG] + "limits: {file_bytes: 600}\n", "c/z.yaml": large})
    refused(change.propose({"c/z.yaml": large + "#"}), ("yaml", "File:c/z.yaml"))


def test_behind_a_broken_record_no_good_one_goes_away_unseen(change: Any) -> None:
    """A rule that meets a refused record judges nothing: who knows what became of the others."""
    change.base({"policy/rules/kept.yaml": None, "c/t2.yaml": change.record("Trial", "t2", of="Box:b", held="soon")})
    refused(change.propose({"c/t.yaml": None}), ("tried", "Box:b"))


# Records that step aside.

ASIDE: dict[str, tuple[Files, tuple[str, str]]] = {
    "an id in another case": ({"c/b2.yaml": "Box B 2"}, ("identity", "Box:b")),
    "an id that is the same to people": ({"c/b2.yaml": "Box \uff42 2"}, ("identity", "Box:b")),
    "an id with a letter that nobody sees": ({"c/b2.yaml": "Box b\u200b 2"}, ("identity", "Box:b")),
    "a path in another case": ({"c/B.yaml": "Box other 2"}, ("identity", "Box:other")),
    "a kind in another case": ({"c/b.yaml": "box b 9"}, ("record", "File:c/b.yaml")),
    "a second document": ({"c/b.yaml": "Box b 2\n---\nkind: Box\n"}, ("yaml", "File:c/b.yaml")),
    "a name that is an option": ({"c/--help.yaml": "Box odd 9"}, ("small", "Box:odd")),
    "a name over two lines": ({"c/x\n.yaml": "Box odd 9"}, ("small", "Box:odd")),
    "evidence that leaves the records": ({"c/t.yaml": None, "d/t.yaml": ""}, ("tried", "Box:b")),
    "evidence that only has a comment": ({"c/t.yaml": "# gone\n"}, ("tried", "Box:b")),
    "a root around the record": (
        {"c/in/iscode.yaml": "version: 1\nprofile: all\n", "c/b.yaml": None, "c/in/b.yaml": "Box b 9"},
        ("small", "Box:b"),
    ),
}


@pytest.mark.parametrize("way", ASIDE)
def test_no_record_steps_aside(change: Any, way: str) -> None:
    files, wanted = ASIDE[way]
    change.base({"policy/rules/kept.yaml": None})
    made: Files = {}
    for path, text in files.items():
        kind, name, rest = text.split(" ", 2) if text and text[0] in "Bb" else ("", "", "")
        size, _, more = rest.partition("\n")
        made[path] = change.record(kind, name, size=int(size)) + more if kind else text
    refused(change.propose(made), wanted)


def test_a_file_whose_name_is_no_text_is_judged(change: Any) -> None:
    name = os.fsdecode(b"c/\xff.yaml")
    refused(change.propose({name: change.record("Box", "odd", size=9)}), ("small", "Box:odd"))


# Policy that wears another's name.

NAMED: dict[str, tuple[Files, str]] = {
    "a kind that ships": ({"policy/schemas/leave.schema.json": "Leave"}, "the kind 'Leave' is described twice"),
    "a kind in another case": ({"policy/schemas/x.schema.json": "box"}, "'box' is no name of a kind"),
    "a kind in wide letters": ({"policy/schemas/x.schema.json": "\uff22ox"}, "'\uff22ox' is no name of a kind"),
    "a profile that ships": (
        {"policy/policies/profiles/all.yaml": "id: all\ntitle: x\nselect: {rules: [small]}\n"},
        "the profile 'all' is described twice",
    ),
    "a profile that extends itself": ({PROFILE: "id: mine\ntitle: x\nextends: mine\n"}, "extend one another"),
    "a rule by its alias": ({"policy/rules/lax.yaml": "lax"}, "'small' already names the rule"),
}


@pytest.mark.parametrize("way", NAMED)
def test_no_policy_of_the_head_takes_the_name_of_another(change: Any, way: str) -> None:
    files, words = NAMED[way]
    made: Files = {"c/b.yaml": change.broken}
    for path, text in files.items():
        schema = path.endswith(".json")
        lax = change.rule("lax", "true", aliases=["small"])
        made[path] = change.schema(text) if schema else lax if text == "lax" else text
    no_verdict(change.propose(made), words)


def test_a_scale_that_the_head_turns_round_is_no_verdict(change: Any) -> None:
    def kind(name: str, *words: str) -> str:
        return str(change.schema(name, tier={"type": "string", "enum": list(words), "x-scale": "tier"}))

    change.base({"policy/schemas/case.schema.json": kind("Case", "low", "high")})
    no_verdict(change.propose({"policy/schemas/a.schema.json": kind("Aaa", "high", "low")}), "two orders")


# Trees and commits that git itself would not write.


def tree(change: Any, *more: tuple[str, str, str]) -> Any:
    """A commit of the head's tree with entries more (mode, object, name), judged against `main`."""
    listed = [tuple(line.replace("\t", " ").split(" ")) for line in change.git("ls-tree", "HEAD").splitlines()]
    entries = [(mode, oid, name) for mode, _, oid, name in listed if name not in {name for *_, name in more}]
    data = b"".join(
        f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(oid)
        for mode, oid, name in sorted([*entries, *more], key=lambda entry: entry[2])
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
        input=data, cwd=change.top, capture_output=True, check=True,
    )  # fmt: skip
    return change.judge(rev=change.git("commit-tree", made.stdout.decode().strip(), "-p", "main", "-m", "x"))


def test_a_tree_that_names_one_thing_twice_is_no_verdict(change: Any) -> None:
    good = change.git("rev-parse", "main:c")
    change.commit({"c/b.yaml": change.broken})
    bad = change.git("rev-parse", "HEAD:c")
    no_verdict(tree(change, ("40000", good, "c"), ("40000", bad, "c")), "malformed")
    no_verdict(tree(change, ("40000", good, "c/x")), "malformed")


@pytest.mark.parametrize("where", ["c", "policy"])
def test_a_folder_that_becomes_a_submodule_is_refused(change: Any, where: str) -> None:
    verdict = tree(change, ("160000", change.git("rev-parse", "main"), where))
    assert (1 if where == "c" else 2) == verdict.code, verdict.err


def test_a_branch_of_the_name_head_is_not_taken_for_the_head(change: Any) -> None:
    change.commit({"c/b.yaml": change.broken})
    change.git("update-ref", "refs/heads/HEAD", "main")
    refused(change.judge(), ("small", "Box:b"))


def test_a_merge_that_drops_what_the_base_mended_is_refused(change: Any) -> None:
    change.base({"c/b.yaml": change.broken})
    change.git("checkout", "--quiet", "main")
    change.commit({"c/b.yaml": box(change, size=1)})
    change.git("checkout", "--quiet", "topic")
    change.git("merge", "--quiet", "--strategy", "ours", "--message", "merge", "main")
    refused(change.judge(), ("small", "Box:b"), ("not-grown", "Box:b"))


@pytest.mark.parametrize("day", ["1980-01-01T00:00:00Z", "2090-01-01T00:00:00Z"])
def test_no_date_hides_a_commit(change: Any, day: str) -> None:
    check = [{"that": '"Ticket" in self.trailers', "message": "{self.sha} has no ticket"}]
    change.base({"policy/rules/ticket.yaml": change.rule("ticket", "true", subject="Commit", check=check)})
    change.git(
        "commit", "--quiet", "--allow-empty", "--message", "x", GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day
    )  # fmt: skip
    refused(change.judge(), ("ticket", f"Commit:{change.git('rev-parse', 'HEAD')}"))


def test_a_waiver_with_two_files_waives_by_neither(change: Any) -> None:
    change.base({"c/w.yaml": change.leave, "c/b.yaml": change.broken})
    verdict = change.propose({"c/a.yaml": change.leave.replace("- small", "- tried"), "c/t.yaml": None})
    refused(verdict, ("tried", "Box:b"), ("identity", "Leave:w"))


def test_commits_that_nobody_can_look_at_for_their_number_are_an_error(
    change: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes enough signatures that do not hold makes no later one pass as that of an unknown key."""
    monkeypatch.setattr("iscode.facts.facts.MOST_FAILED", 2)
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    signed = change.rule("signed", 'self.signed != "bad"', subject="Commit")
    change.base(
        {
            "policy/rules/signed.yaml": signed.replace("{self.id}", "{self.sha}"),
            CONFIG: change.files[CONFIG] + "trust: {allowed_signers: keys}\n",
            "keys": f'a@example.invalid namespaces="git" {public}\n',
            "c/one.yaml": change.record("Fellow", "one", mail=["a@example.invalid"]),
        }
    )
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key)), ("commit.gpgsign", "true")):
        change.git("config", name, value)
    change.commit({"other.txt": "x"})
    assert 0 == change.judge().code
    for number in range(3):
        text = change.git("cat-file", "commit", "HEAD") + f"\n{number}\n"
        parent = next(line for line in text.split("\n") if line.startswith("parent "))
        text = text.replace(parent, f"parent {change.git('rev-parse', 'HEAD')}", 1)
        command = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
        made = subprocess.run(command, cwd=change.top, input=text, text=True, capture_output=True, check=True)
        change.git("reset", "--quiet", "--soft", made.stdout.strip())
    verdict = change.judge()
    refused(verdict, ("signed", f"Commit:{change.git('rev-parse', 'main')}"))
    result = verdict.result("signed")
    assert ("error", "cost", "subject") == (result["outcome"], result["cause"], result["clause"])
    assert "could not be judged: more than 2 commits have a signature that does not hold" in result["message"]
