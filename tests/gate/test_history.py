"""history: each commit as `check --rev` judges it, however little of it is judged anew, with and without the cache."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from iscode.document import write
from iscode.facts import content_digest

START = date(2026, 11, 1)
LAST = "2027-02-01"
GAS = """id: gas
title: Gas
topic: gas
signatures: [{id: neon, title: Neon, names: {word: [neon]}}]
words: [{id: word, title: Word, confidence: high}]
readers: [{words: word, files: ["*.txt", "notes/*"], pattern: "([a-z]+)"}]
"""
COUNTED = ("passed", "blocking", "counts", "not_judged")


@pytest.fixture
def busy(change: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The repository with rules that read in every way there is: lists, referrers, files, what Git tells, the day."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    rule, days = change.rule, 'records("Trial").map(t, t.held).sort()'
    rules = {
        "any-box": rule(
            "any-box",
            "true",
            subject="Repository",
            check=[{"that": 'records("Box").size() > 0', "message": "there is no box"}],
        ),
        "few": rule("few", "total <= 3", let={"total": 'records("Box").size()'}),
        "lately": rule("lately", "size(held) == 0 || today - held[0] <= days(400)", let={"held": days}),
        "of-box": rule(
            "of-box", 'get(self.of).?size.orValue(0) < 9 && get(self.of).status == "active"', subject="Trial"
        ),
        "known": rule("known", 'find("Box", "b").hasValue()', subject="Fellow"),
        "file": rule("file", 'artifact("notes/" + self.id).state != "missing" || self.id == "b"'),
        "young": rule("young", "git(self).changed.day + days(20) >= today"),
        "settled": rule("settled", 'history(self, "size").size() < 4'),
        "by-one": rule("by-one", "authors(self, today - days(30)).size() <= 1"),
        "each-word": rule("each-word", "size(item) < 4", each="self.?tags.orValue([])"),
        "decided": rule(
            "decided", "!has(self.soa) || self.soa.applicable", subject="Requirement", requirements=["std:A.*"]
        ),
        "unused": rule(
            "unused",
            "true",
            subject="Repository",
            each='traces("gas")',
            check=[{"that": "item.value.spots.size() < 2", "message": "{item.value.title}"}],
        ),
        "from-january": rule("from-january", 'self.?label.orValue("") != "x"', effective_on="2027-01-01"),
    }
    files = {f"policy/rules/{name}.yaml": text for name, text in rules.items()}
    change.base(files | {"policy/policies/signatures/gas.yaml": GAS})
    return change


def edits(change: Any, dice: random.Random) -> dict[str, str | None]:
    """What one commit writes: anything that a firm, or somebody who means harm, may."""
    name = dice.choice(["b", "d", "e", "f"])
    day = (START + timedelta(dice.randrange(-400, 60))).isoformat()
    record = change.record
    tags = dice.sample(["a", "long word", "x", "x"], 2)
    choices: list[dict[str, str | None]] = [
        {f"c/{name}.yaml": record("Box", name, size=dice.randrange(12), label=dice.choice("xy"), tags=tags)},
        {f"c/{name}.yaml": record("Box", name, size=dice.randrange(12), label="y")},
        {f"c/t{name}.yaml": record("Trial", f"t{name}", of=f"Box:{dice.choice('bde')}", held=day)},
        {f"c/moved/{name}.yaml": record("Box", name, size=dice.randrange(5))},
        {f"c/{name}.yaml": dice.choice(["kind: Box\nid: b\nsize: much\nstatus: active\n", "", "kind: None\n"])},
        {f"c/{name}.yaml": record("Box", name).replace("active", "retired")},
        {f"notes/{dice.choice('bd')}": str(dice.random())},
        {"c/t.yaml": record("Trial", "t", of=f"Box:{dice.choice('bd')}", held=day)},
        {"c/w.yaml": change.leave},
        {"c/two.yaml": record("Fellow", "two").replace("active", dice.choice(["active", "retired"]))},
        {
            "c/s.yaml": record(
                "Statement",
                "s",
                entries=[
                    {"requirement": "std:A.1", "applicable": dice.choice([True, False])},
                    {"requirement": "std:A.2", "applicable": True, "target": day},
                ],
            )
        },
        {"policy/rules/few.yaml": change.rule("few", f'records("Box").size() <= {dice.randrange(4)}')},
        {"iscode.yaml": dice.choice([change.files["iscode.yaml"]] * 3 + ["version: 1\nprofile: none\n"])},
        {"other.txt": dice.choice(["neon", str(dice.random())])},
        {f"notes/{dice.choice('bd')}": dice.choice(["neon", "argon"])},
    ]
    gone = ("c/b.yaml", "c/d.yaml", "c/td.yaml", "c/w.yaml", "c/moved/b.yaml", "notes/b")
    choices += [{path: None} for path in gone if (change.top / path).exists()]
    return {path: text for one in dice.sample(choices, dice.choice([1, 1, 2])) for path, text in one.items()}


def evolve(change: Any, dice: random.Random, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random commits, of several people, on days that mostly go on; now and then a merge."""
    day = START
    for number in range(count):
        day += timedelta(dice.choice([0, 0, 1, 3, 9, -4]))
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day.isoformat()}T12:00:00Z")
        monkeypatch.setenv("GIT_AUTHOR_EMAIL", dice.choice(["a@example.invalid", "b@example.invalid"]))
        if number and dice.random() < 0.15:
            change.git("checkout", "--quiet", "-b", f"side-{number}")
            change.commit(edits(change, dice))
            change.git("checkout", "--quiet", "topic")
            change.git("merge", "--quiet", "--no-ff", "--message", "merge", f"side-{number}")
        else:
            change.commit(edits(change, dice))


def rows(change: Any, *arguments: str) -> tuple[str, list[dict[str, Any]]]:
    done = change.call("history", *arguments, "--as-of", LAST, "-f", "json")
    assert (0, "") == (done.code, done.err)
    return done.out, json.loads(done.out)


def checked(change: Any, row: dict[str, Any]) -> dict[str, Any]:
    """What `check` says of the commit of a row."""
    done = change.call("check", "--rev", row["commit"], "--as-of", row["as_of"], "-f", "json", "--profile", "mine")
    if done.code == 2:
        return {"passed": None}
    report = json.loads(done.out)
    states = [finding["state"] for finding in report["findings"]]
    return {
        **{key: report["verdict"][key] for key in COUNTED},
        "satisfied": states.count("satisfied"),
        "asked": states.count("satisfied") + states.count("not_satisfied"),
        "failing": {each["fingerprint"] for each in report["results"] if each["outcome"] in ("fail", "error")},
    }


@pytest.mark.parametrize("seed", range(6))
def test_each_commit_is_judged_as_check_judges_it_and_the_cache_changes_no_byte(
    busy: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    evolve(busy, random.Random(seed), 24, monkeypatch)  # noqa: S311
    cold, told = rows(busy, "--no-cache", "--profile", "mine")
    assert cold == rows(busy, "--profile", "mine")[0]
    assert cold == rows(busy, "--profile", "mine")[0]
    failing: set[str] = set()
    for row in told:
        expected = checked(busy, row)
        assert expected["passed"] == row["passed"]
        if row["passed"] is not None:
            failing = failing - set(row["mended"]) | set(row["broke"])
            assert expected == {key: row[key] for key in expected if key != "failing"} | {"failing": failing}
    assert sum(row["passed"] is not None for row in told) > 5
    assert failing or any(row["broke"] for row in told)


def test_a_file_that_a_record_names_and_the_past_of_a_record_are_read_anew_when_they_move(
    busy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = {"c/d.yaml": busy.record("Box", "d", size=1), "c/td.yaml": busy.record("Trial", "td", of="Box:d", held=LAST)}
    sizes = [{"c/d.yaml": busy.record("Box", "d", size=size)} for size in (2, 3, 2, 3)]
    for number, files in enumerate((box, {"notes/d": "x"}, {"notes/d": None}, *sizes)):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-11-{25 + number // 3}T12:00:00Z")
        busy.commit(files)
    told, failing = rows(busy, "--no-cache")[1], set[str]()
    for row in told:
        expected = checked(busy, row)
        failing = failing - set(row["mended"]) | set(row["broke"])
        assert expected == {key: row[key] for key in expected if key != "failing"} | {"failing": failing}
    assert {"file", "settled"} <= {result["rule"] for row in told for result in row["results"]}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_of_some_commits_changes_nothing_for_the_others(
    busy: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(100 + seed)  # noqa: S311
    evolve(busy, dice, 5, monkeypatch)
    rows(busy)
    evolve(busy, dice, 5, monkeypatch)
    assert rows(busy, "--no-cache")[0] == rows(busy)[0]
    assert rows(busy, "--no-cache", "--requirements")[0] == rows(busy, "--requirements")[0]


def day_by_day(change: Any, told: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """How requirements stand on each day, by judging each day the last commit that there was."""
    for number in range((date.fromisoformat(LAST) - START).days + 1):
        day = (START + timedelta(number)).isoformat()
        commits = [row for row in told if row["as_of"] == day] or [row for row in told if row["as_of"] < day][-1:]
        found: dict[str, set[str]] = {}
        for row in commits:
            done = change.call("check", "--rev", row["commit"], "--as-of", day, "-f", "json")
            for finding in json.loads(done.out)["findings"]:
                found.setdefault(finding["requirement"], set()).add(finding["state"])
        yield {
            name: "red" if "not_satisfied" in states else "green" if states == {"satisfied"} else "silent"
            for name, states in found.items()
        }


def test_the_days_of_a_requirement_are_what_check_says_on_each_day(
    change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{START.isoformat()}T12:00:00Z")
    change.git("commit", "--amend", "--quiet", "--no-edit", "--date", f"{START.isoformat()}T12:00:00Z")
    for day, files in (
        ("2026-11-03", {"c/b.yaml": change.broken}),
        ("2026-11-03", {"c/b.yaml": change.files["c/b.yaml"]}),
        ("2026-11-10", {"c/b.yaml": change.broken, "c/w.yaml": change.leave}),
        ("2026-12-20", {"c/t.yaml": change.record("Trial", "t", of="Box:b", held="2026-01-20")}),
    ):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        change.commit(files)
    told = rows(change)[1]
    days = list(day_by_day(change, told))
    found = {row["requirement"]: row for row in rows(change, "--requirements")[1]}
    for name, row in found.items():
        states = [day.get(name) for day in days]
        assert (states.count("green"), states.count("green") + states.count("red")) == (row["green"], row["asked"])
    assert found["std:A.1"]["gaps"] == [
        "2026-11-03", "2026-11-10 to 2027-02-01, 84 days, waived by Leave:w"
    ]  # fmt: skip
    assert ["2027-01-21 to 2027-02-01, 12 days"] == found["std:A.2"]["gaps"]


def test_a_day_never_goes_back_and_a_later_claim_counts_as_the_last_day(
    change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2026-12-01", "2020-01-01", "2099-01-01"):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        change.commit({"other.txt": day})
    told = rows(change)[1]
    assert ["2026-11-24", "2026-12-01", "2026-12-01", LAST] == [row["as_of"] for row in told]
    assert ["2026-11-24", "2026-12-01", "2020-01-01", "2099-01-01"] == [row["date"] for row in told]


def test_a_range_is_what_the_second_has_and_the_first_has_not(change: Any) -> None:
    ids = [change.commit({"other.txt": str(number)}) for number in range(4)]
    whole = rows(change)[1]
    assert [change.git("rev-parse", "main"), *ids] == [row["commit"] for row in whole]
    assert ids[2:] == [row["commit"] for row in rows(change, f"{ids[1]}..HEAD")[1]]
    assert ids[2:3] == [row["commit"] for row in rows(change, "HEAD~2..HEAD~1")[1]]
    assert whole[3:] == rows(change, f"{ids[1]}..")[1]


@pytest.mark.parametrize("way", ["dirty", "linked", "sparse", "bare"])
def test_every_kind_of_clone_is_read_and_none_is_touched(change: Any, tmp_path: Path, way: str) -> None:
    change.commit({"c/b.yaml": change.broken})
    expected, folder, more = rows(change, "--no-cache")[0], change.top, ()
    if way == "dirty":
        change.write({"c/b.yaml": "::", "c/new.yaml": "x"})
        change.git("add", "c/new.yaml")
    elif way == "linked":
        folder = tmp_path / "linked"
        change.git("worktree", "add", "--quiet", str(folder), "topic~1")
    elif way == "sparse":
        change.git("sparse-checkout", "set", "policy")
    else:
        bare = tmp_path / "bare.git"
        change.git("clone", "--quiet", "--bare", str(change.top), str(bare))
        folder, more = tmp_path, ("--git-dir", str(bare))
    before = seen(tmp_path)
    for arguments in (("--no-cache",), ()):
        root = () if way == "bare" else ("--root", str(folder))
        assert expected == rows(change, "topic", *root, *more, *arguments)[0]
    assert before == seen(tmp_path)


def seen(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, but for the cache."""
    found = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
    return {str(path): path.read_bytes() for path in found if path.parent.name != "iscode"}


def test_a_shallow_clone_is_no_history(change: Any, tmp_path: Path) -> None:
    change.commit({"other.txt": "x"})
    shallow = tmp_path / "shallow"
    url = f"file://{change.top}"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", url, str(shallow)], check=True, capture_output=True)
    done = change.call("history", "--root", str(shallow))
    assert (2, "") == (done.code, done.out)
    assert "fetch-depth: 0" in done.err


def test_people_read_who_broke_what_and_how_it_went(change: Any) -> None:
    broke = change.commit({"c/b.yaml": change.broken})
    change.commit({"other.txt": "x"})
    change.commit({"iscode.yaml": "version: 1\nprofile: none\x1b[31m\n"})
    change.commit({"iscode.yaml": change.files["iscode.yaml"], "c/b.yaml": change.files["c/b.yaml"]})
    done = change.call("history", "--as-of", "2026-11-24")
    assert (0, "") == (done.code, done.err)
    assert f"{broke[:12]}  2026-11-24  failed: 1 result\n  broke  small  Box:b\n  … 1 commit that changed" in done.out
    assert "no verdict: " in done.out
    assert "\x1b" not in done.out
    assert "  mended small  Box:b\n" in done.out
    assert "blocking   ▁██▁ 0 now\nsatisfied  █▆▆█ 3 of 3 now\n" in done.out
    assert "5 commits: 2 passed, 2 failed, 1 without a verdict; days are what committers claim\n" in done.out


def test_a_picture_and_a_sheet_say_the_same(change: Any) -> None:
    from xml.etree import ElementTree

    change.commit({"c/b.yaml": change.broken})
    picture = change.call("history", "--as-of", "2026-11-24", "-f", "svg").out
    tree = ElementTree.fromstring(picture)  # noqa: S314
    assert "2 commits, 2026-11-24 to 2026-11-24" == tree[0].text
    assert 6 == len(tree.findall("{http://www.w3.org/2000/svg}path"))
    sheet = change.call("history", "--as-of", "2026-11-24", "-f", "csv").out.splitlines()
    assert "commit,date,as_of,verdict,blocking,satisfied,asked,broke,mended,reason" == sheet[0]
    assert sheet[2].endswith(",2026-11-24,2026-11-24,failed,1,2,3,small Box:b,,")
    done = change.call("history", "--requirements", "-f", "svg")
    assert (2, "") == (done.code, done.out)


def test_the_last_commits_alone_are_those_of_the_whole_history(change: Any) -> None:
    from iscode.cli import lookback
    from iscode.source import discover

    change.commit({"c/b.yaml": change.broken})
    change.commit({"other.txt": "x"})
    change.commit({"c/b.yaml": change.files["c/b.yaml"]})
    _, listed = rows(change)
    for number in (1, 2, 3, 4, 9):
        found = lookback.latest(discover(change.top), None, number, root="", profile=None, last=LAST)
        assert listed[-number:] == [
            {**row, "commit": point.commit.oid, "passed": point.verdict.passed, "broke": fingerprints(point.broke)}
            | {"mended": fingerprints(point.mended)}
            for row, point in zip(listed[-number:], found, strict=True)
        ]


def fingerprints(failing: Any) -> list[str]:
    return [one.fingerprint for one in failing]


def test_a_page_of_its_own_says_the_same(change: Any) -> None:
    broke = change.commit({"c/b.yaml": change.broken})
    page = change.call("history", "--as-of", "2026-11-24", "-f", "html").out
    assert f'<th scope="row">{broke[:12]}</th>' in page
    assert '<span class="chip not_satisfied">failed: 1 result</span>' in page
    assert "<div><dt>Broke</dt><dd>small Box:b</dd></div>" in " ".join(page.split())


@pytest.mark.parametrize("whole", [True, False], ids=["keys", "no keys at all"])
def test_a_file_of_keys_is_policy(change: Any, tmp_path: Path, whole: bool) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    config = change.files["iscode.yaml"] + "trust: {allowed_signers: keys}\n"
    rule = change.rule("signed", 'git(self).changed.signed != "trusted"')
    who = change.record("Fellow", "one", mail=["a@example.invalid"])
    change.base({"policy/rules/signed.yaml": rule, "keys": "# none\n", "iscode.yaml": config, "c/one.yaml": who})
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key)), ("commit.gpgsign", "true")):
        change.git("config", name, value)
    change.commit({"c/b.yaml": change.record("Box", "b", size=1)})
    change.commit({"keys": f'a@example.invalid namespaces="git" {public}\n' if whole else "junk\n"})
    change.commit({"other.txt": "y"})
    told = rows(change, "--no-cache")[1][-3:]
    assert [True, False if whole else None, False if whole else None] == [row["passed"] for row in told]
    assert [checked(change, row)["passed"] for row in told] == [row["passed"] for row in told]


def test_a_commit_with_folders_deeper_than_calls_go_is_judged(change: Any) -> None:
    change.commit({"/".join("d" * 700) + "/f": "x"})
    assert [True, True] == [row["passed"] for row in rows(change)[1]]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Name -> a real key, and its public half as a list has it."""
    folder, found = tmp_path_factory.mktemp("keys"), {}
    for name in ("a", "b"):
        key = folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
        found[name] = (key, " ".join(key.with_suffix(".pub").read_text().split()[:2]))
    return found


def trusting(change: Any, keys: dict[str, tuple[Path, str]]) -> None:
    """A base whose rules ask what keys prove: of commits, and of approvals that records hold."""
    block = {"by": {"type": "string", "x-ref": ["Fellow"]}, "date": {"type": "string", "format": "date"}}
    block["digest"] = {"type": "string"}
    approval = {"type": "object", "required": [*block], "properties": block, "additionalProperties": False}
    size, label = {"type": "integer"}, {"type": "string"}
    change.base(
        {
            "policy/schemas/box.schema.json": change.schema("Box", size=size, label=label, approval=approval),
            "policy/rules/signed.yaml": change.rule("signed", 'git(self).changed.signed == "trusted"'),
            "policy/rules/attested.yaml": change.rule("attested", 'approval(self).level == "attested"'),
            "iscode.yaml": change.files["iscode.yaml"] + "trust: {allowed_signers: keys, revoked_keys: lost}\n",
            "keys": listed(keys, "a", ""),
            "lost": "# none\n",
            **{f"c/{who}.yaml": change.record("Fellow", who, mail=[f"{at}@example.invalid"]) for who, at in OWNERS},
        }
    )
    change.git("config", "gpg.format", "ssh")


OWNERS = (("one", "a"), ("two", "b"))


def listed(keys: dict[str, tuple[Path, str]], names: str, options: str) -> str:
    spaces = 'namespaces="git,iscode-approval"'
    return "".join(f"{name}@example.invalid {spaces}{options} {keys[name][1]}\n" for name in names) or "# none\n"


def sign(change: Any, keys: dict[str, tuple[Path, str]], dice: random.Random, day: date) -> None:
    """One commit that signs, approves, lists, lets expire or revokes a key, or leaves all that alone."""
    by, key = dice.choice("ab"), dice.choice("ab")
    signing = ("-c", f"user.signingkey={keys[key][0]}", "-c", f"commit.gpgsign={dice.choice(['true', 'false'])}")
    body = {"kind": "Box", "id": dice.choice("bd"), "status": "active", "size": dice.randrange(3)}
    approved = {**body, "approval": {"by": "Fellow:one", "date": "2026-11-01", "digest": content_digest(body)}}
    expiry = f',valid-before="{(day + timedelta(dice.randrange(-5, 15))):%Y%m%d}"'
    match dice.randrange(5):
        case 0:
            change.write({"keys": listed(keys, dice.choice(["a", "ab", "b", ""]), dice.choice(["", expiry]))})
        case 1:
            change.write({"lost": dice.choice(["# none\n", f"{keys[key][1]}\n"])})
        case 2:
            change.write({"c/two.yaml": change.record("Fellow", "two", mail=dice.choice([[], ["b@example.invalid"]]))})
        case _:
            change.write({f"c/{body['id']}.yaml": write(dice.choice([body, approved]))})
    change.git("add", "--all")
    who = f"{by} <{by}@example.invalid>"
    change.git(*signing, "commit", "--quiet", "--allow-empty", "--author", who, "--message", "x")
    if dice.random() < 0.4:
        change.call("approve", f"c/{body['id']}.yaml", "--key", str(keys[key][0]), "--as-of", day.isoformat())


@pytest.mark.parametrize("seed", range(3))
def test_what_keys_prove_is_told_as_check_tells_it_with_and_without_the_cache(
    change: Any, keys: dict[str, tuple[Path, str]], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    trusting(change, keys)
    dice, day = random.Random(1000 + seed), START  # noqa: S311
    for _ in range(10):
        day += timedelta(dice.choice([0, 1, 3, -2]))
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day.isoformat()}T12:00:00Z")
        sign(change, keys, dice, day)
    cold, told = rows(change, "--no-cache", "--profile", "mine")
    assert cold == rows(change, "--profile", "mine")[0]
    assert cold == rows(change, "--profile", "mine")[0]
    failing: set[str] = set()
    for row in told:
        expected = checked(change, row)
        failing = failing - set(row["mended"]) | set(row["broke"])
        assert expected == {key: row[key] for key in expected if key != "failing"} | {"failing": failing}
    moved = {result["rule"] for row in told for result in row["results"]}
    assert {"signed", "attested"} <= moved


def test_an_expired_key_turns_no_commit_red_that_main_had_before(
    change: Any, keys: dict[str, tuple[Path, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(change, keys)
    change.base({"policy/rules/attested.yaml": None, "keys": listed(keys, "a", ',valid-before="20261125"')})
    signing = ("-c", f"user.signingkey={keys['a'][0]}", "commit", "-q", "-S", "--author", "A <a@example.invalid>")
    for day, size in (("2026-11-24", 1), ("2026-12-01", 2), ("2026-11-24", 3)):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        change.write({"c/b.yaml": change.record("Box", "b", size=size)})
        change.git("add", "--all")
        change.git(*signing, "-m", "x")
    assert [True, False, False] == [row["passed"] for row in rows(change)[1]][-3:]
    change.git("reset", "--quiet", "--hard", "HEAD~2")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-12-20T12:00:00Z")
    change.commit({"other.txt": "x"})
    assert [True, True] == [row["passed"] for row in rows(change)[1]][-2:]
