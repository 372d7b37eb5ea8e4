"""A pack from an installed package: only the digest that is named binds, on the base, in a change, and years later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iscode.policy import Pack
from iscode.source import installed

DAY = "2026-11-24"
NAME = "iscode-pack-boxes"
INFO = "iscode_pack_boxes-1.dist-info"
CONFIG = "iscode.yaml"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: Any) -> Path:
    """Where the interpreter of the test has its packages."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(installed.site, "getsitepackages", lambda: [str(folder)])
    return folder


def install(site: Path, change: Any, most: int, name: str = "boxes_pack") -> str:
    """Install the pack with a rule that lets a box be `most` large; its digest."""
    rule = change.rule("low", f"self.?size.orValue(0) <= {most}")
    files = {
        f"{name}/__init__.py": "raise SystemExit(0)\n",
        f"{name}/rules/low.yaml": rule,
        f"{name}/policies/profiles/apart.yaml": 'id: apart\ntitle: A\nselect: {requirements: ["std:*"]}\n',
        f"{INFO}/RECORD": f"{name}/rules/low.yaml,,\n",
    }
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    pack = {path.removeprefix(f"{name}/"): text.encode() for path, text in files.items() if path.endswith(".yaml")}
    return Pack("", dict(sorted(pack.items()))).digest


def named(change: Any, digest: str) -> str:
    """The iscode.yaml that names the package too."""
    text: str = change.files[CONFIG]
    return text.replace("{path: policy}", f'{{path: policy}}, {{package: {NAME}, digest: "{digest}"}}')


def test_the_rules_of_a_package_judge_and_its_code_never_runs(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 1))})
    done = change.call("check", ".", "--as-of", DAY, "--existing", "block", "-f", "json")
    blocking = {(each["rule"], each["subject"]) for each in json.loads(done.out)["results"] if each["blocking"]}
    assert (1, {("low", "Box:b")}) == (done.code, blocking)


def test_a_change_that_names_the_package_first_binds_it_at_once(change: Any, site: Path) -> None:
    verdict = change.propose({CONFIG: named(change, install(site, change, 1))})
    assert ["hardens: the pack sha256:"] == [effect[:25] for effect in verdict.changes[f"package:{NAME}"]]
    assert "low" in {rule["id"] for rule in verdict.report["rules"]}


def test_another_digest_than_the_one_named_is_no_verdict_and_names_both(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 3))})
    assert 0 == change.judge().code
    before = install(site, change, 3)
    after = install(site, change, 99)
    verdict = change.judge()
    assert 2 == verdict.code
    assert before != after
    assert f"package:{NAME} has the digest {after}, and {before} is named" in verdict.err
    assert f"`iscode policy pack update package:{NAME} --write`" in verdict.err


def test_a_change_that_names_the_newer_digest_is_judged_by_it_and_told_as_one_that_may_soften(
    change: Any, site: Path
) -> None:
    before = install(site, change, 1)
    change.base({CONFIG: named(change, before)})
    after = install(site, change, 9)
    verdict = change.propose({CONFIG: named(change, after)})
    assert 0 == verdict.code
    [effect] = [effect for effect in verdict.changes[CONFIG] if "pins the pack" in effect]
    assert f"may soften: pins the pack package:{NAME} to {after}: counts now, for both: what {before} asked" in effect


def test_a_newer_package_needs_the_approval_that_a_change_of_policy_does(change: Any, site: Path) -> None:
    profile = "policy/policies/profiles/mine.yaml"
    asked = f"{change.files[profile]}gate: {{policy_change: {{level: attested, roles: [Post:head]}}}}\n"
    post = change.record("Post", "head", held_by=[{"who": "Fellow:one"}])
    change.base({CONFIG: named(change, install(site, change, 3)), profile: asked, "c/p.yaml": post})
    assert 0 == change.judge().code
    verdict = change.propose({CONFIG: named(change, install(site, change, 9))})
    assert (1, {"policy"}) == (verdict.code, {rule for rule, _ in verdict.blocking})


def test_a_change_that_drops_the_package_is_judged_by_it_until_the_merge(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 3))})
    verdict = change.propose({CONFIG: change.files[CONFIG], "c/b.yaml": change.record("Box", "b", size=5)})
    assert ("low", "Box:b") in verdict.blocking
    assert 1 == verdict.code


def test_a_change_may_not_name_what_is_not_installed(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 3))})
    verdict = change.propose({CONFIG: named(change, f"sha256:{'0' * 64}")})
    assert (2, True) == (verdict.code, f"sha256:{'0' * 64} is named" in verdict.err)


def test_a_commit_of_years_ago_whose_package_is_gone_is_no_verdict(change: Any, site: Path) -> None:
    sha = change.base({CONFIG: named(change, install(site, change, 3))})
    change.base({CONFIG: change.files[CONFIG]})
    (site / INFO / "RECORD").unlink()
    (site / INFO).rmdir()
    done = change.call("check", str(change.top), "--rev", sha, "--as-of", DAY)
    assert 2 == done.code
    assert f"{CONFIG}:4" in done.err
    assert f"the package {NAME} is not installed here" in done.err


def test_a_history_in_which_the_package_is_another_says_so_of_each_such_commit(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 2))})
    after = install(site, change, 9)
    change.base({CONFIG: named(change, after)})
    done = change.call("history", "-f", "json")
    assert [True, None, True] == [one["passed"] for one in json.loads(done.out)]
    assert f"package:{NAME} has the digest {after}" in json.loads(done.out)[1]["reason"]
    install(site, change, 2)
    done = change.call("history", "-f", "json")
    assert [True, True] == [one["passed"] for one in json.loads(done.out)[:2]], "and what was no verdict is not kept"


@pytest.mark.parametrize("where", ["rules", "rules/low.yaml", "policies/profiles"])
def test_a_link_in_a_package_in_the_place_of_policy_is_refused(change: Any, site: Path, where: str) -> None:
    digest = install(site, change, 3)
    change.base({CONFIG: named(change, digest)})
    (site / "boxes_pack" / where).rename(site / "elsewhere")
    (site / "boxes_pack" / where).symlink_to(site / "elsewhere")
    verdict = change.judge()
    assert 2 == verdict.code
    assert f"package:{NAME}/{where}:1:1: it is no regular file" in verdict.err


def test_a_file_of_another_case_beside_the_shelves_of_a_package_is_refused(change: Any, site: Path) -> None:
    change.base({CONFIG: named(change, install(site, change, 3))})
    (site / "boxes_pack" / "Rules").mkdir()
    (site / "boxes_pack" / "Rules" / "x.YAML").write_text("id: x\n")
    verdict = change.judge()
    assert (2, True) == (verdict.code, f"package:{NAME}/Rules/x.YAML:1:1: it stands on no shelf" in verdict.err)


def test_a_package_named_in_a_change_is_never_looked_for_in_the_repository(change: Any, site: Path) -> None:
    digest = install(site, change, 99)
    (site / "boxes_pack").rename(change.top / "boxes_pack")
    (site / INFO).rename(change.top / INFO)
    verdict = change.propose({CONFIG: named(change, digest)})
    assert (2, True) == (verdict.code, f"the package {NAME} is not installed here" in verdict.err)
