"""check: what is judged, by which profile, reported where; what names nothing is exit 2 with a hint."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
PERSON = "compliance/people/p-001.yaml"


def spoil(firm: Any) -> None:
    """Break one record."""
    firm.change(PERSON, "status: active", "status: actve")


# What is judged


def test_the_work_tree_is_judged_with_what_is_not_staged_yet(firm: Any, iscode: Any) -> None:
    assert 0 == iscode("check", *DAY).code
    firm.write("compliance/new.yaml", "kind: Evidnce\n")
    done = iscode("check", *DAY)
    assert 1 == done.code
    assert "compliance/new.yaml" in done.out


def test_what_is_ignored_is_not_judged(firm: Any, iscode: Any) -> None:
    firm.write(".gitignore", "new.yaml\n")
    firm.write("compliance/new.yaml", "kind: Evidnce\n")
    assert 0 == iscode("check", *DAY).code


def test_the_index_is_judged_and_not_the_work_tree(firm: Any, iscode: Any) -> None:
    spoil(firm)
    assert 0 == iscode("check", "--staged", *DAY).code
    firm.git("add", "--all")
    firm.change(PERSON, "actve", "active")
    assert [1, 0] == [iscode("check", *mode, *DAY).code for mode in (["--staged"], [])]


def test_a_commit_is_judged_and_nothing_that_came_later(firm: Any, iscode: Any) -> None:
    good = firm.git("rev-parse", "HEAD")
    spoil(firm)
    bad = firm.commit()
    firm.change(PERSON, "actve", "active")
    assert [0, 1, 1, 0] == [iscode("check", "--rev", rev, *DAY).code for rev in (good, bad, "HEAD", "HEAD~1")]


def test_the_report_names_what_was_judged(firm: Any, iscode: Any) -> None:
    def revision(*mode: str) -> dict[str, str | None]:
        found: dict[str, str | None] = json.loads(iscode("check", "-f", "json", *mode, *DAY).out)["revision"]
        return found

    commit, tree = firm.git("rev-parse", "HEAD"), firm.git("rev-parse", "HEAD^{tree}")
    assert {"kind": "commit", "commit": commit, "tree": tree} == revision("--rev", "HEAD")
    assert {"kind": "index", "commit": None, "tree": tree} == revision("--staged")
    assert {"kind": "worktree", "commit": None, "tree": None} == revision()


def test_a_bare_repository_is_judged_when_it_is_named(firm: Any, iscode: Any, monkeypatch: Any, tmp_path: Any) -> None:
    firm.git("clone", "--quiet", "--bare", str(firm.top), str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path)
    assert 0 == iscode("check", "--git-dir", "bare.git", "--rev", "main", *DAY).code
    assert 2 == iscode("check", "--git-dir", "bare.git", *DAY).code
    assert 2 == iscode("check", "bare.git", *DAY).code


def test_the_root_above_a_folder_is_judged(firm: Any, iscode: Any) -> None:
    whole = iscode("check", *DAY).out
    assert whole == iscode("check", "compliance/people", *DAY).out


def test_each_root_has_a_verdict_and_the_worst_decides(firm: Any, iscode: Any) -> None:
    firm.write("other/iscode.yaml", "version: 1\nprofile: integrated\n")
    firm.write("other/compliance/a.yaml", "kind: Evidnce\n")
    done = iscode("check", ".", "other", "-f", "json", *DAY)
    documents = json.loads(done.out)
    assert (1, [True, False]) == (done.code, [each["verdict"]["passed"] for each in documents])
    assert ["", "other"] == [each["options"]["root"] for each in documents]


# How it is judged


def test_the_day_decides(firm: Any, iscode: Any) -> None:
    assert [0, 1] == [iscode("check", "--rev", "HEAD", "--as-of", day).code for day in ("2026-11-24", "2030-01-01")]
    assert "2030-01-01" == json.loads(iscode("check", "-f", "json", "--as-of", "2030-01-01").out)["as_of"]


def test_fail_on_moves_what_blocks(firm: Any, iscode: Any) -> None:
    document = json.loads(iscode("check", "-f", "json", "--as-of", "2030-01-01", "--fail-on", "blocker").out)
    assert {"blocker"} >= {
        result["severity"] for result in document["results"] if result["blocking"] and result["outcome"] == "fail"
    }
    assert "blocker" == document["options"]["fail_on"]


def test_all_results_lists_the_passes(firm: Any, iscode: Any) -> None:
    few, all_ = (json.loads(iscode("check", "-f", "json", *more, *DAY).out) for more in ([], ["--all-results"]))
    assert ([], True) == (few["results"], len(all_["results"]) > 100)
    assert few["verdict"] == all_["verdict"]


# Where it is reported


def test_several_reports_come_from_one_evaluation(firm: Any, iscode: Any, tmp_path: Any) -> None:
    out = tmp_path / "report.json"
    done = iscode("check", "-f", f"json:{out}", "-f", "text", *DAY)
    assert done.out.endswith("PASSED\n")
    assert json.loads(out.read_bytes())["verdict"]["passed"]
    assert "" == iscode("check", "-f", "json", "-o", str(out), *DAY).out


def test_a_file_is_never_coloured(firm: Any, iscode: Any, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = iscode("check", "-f", "text", "-f", f"text:{tmp_path / 'r.txt'}", *DAY)
    assert "\x1b[" in done.out
    assert "\x1b[" not in (tmp_path / "r.txt").read_text()


def test_checking_changes_nothing(firm: Any, iscode: Any) -> None:
    def everything() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in firm.top.rglob("*") if path.is_file()}

    before = everything()
    for mode in ([], ["--staged"], ["--rev", "HEAD"]):
        assert 0 == iscode("check", *mode, *DAY).code
    assert before == everything()


# What names nothing


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--rev", "nope"], "nope"),
        (["check", "--rev", ""], ""),
        (["check", "--rev", "--all"], ""),
        (["check", "--staged", "--rev", "HEAD"], "give one"),
        (["check", "--profile", "integrate"], "did you mean integrated?"),
        (["check", "--profile", ""], "there is no profile ''"),
        (["check", "--as-of", "2026-02-30"], "is no day"),
        (["check", "--as-of", "20261124"], "is no day"),
        (["check", "--as-of", ""], "is no day"),
        (["check", "--as-of", "2026-1-1"], "is no day"),
        (["check", "--as-of", "\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0664"], "is no day"),
        (["check", "--fail-on", "worst"], "worst"),
        (["check", "-f", "xml"], "'xml' is no format"),
        (["check", "-f", "json:"], "names no file"),
        (["check", "-f", "json", "-f", "text"], "two reports for one place"),
        (["check", "-f", "json:r", "-f", "text:r"], "two reports for one place"),
        (["check", "-f", "json:r", "-o", "s"], "-o names a file"),
        (["check", "--git-dir", "."], "needs --rev"),
        (["check", "--nope"], "--nope"),
        (["check", "nope"], "nope is no folder"),
        (["check", PERSON], "is no folder"),
        (["check", "--rev", "HEAD", "compliance"], "there is no iscode.yaml in compliance"),
        (["check", "-f", "json:no/such/folder/r.json"], "cannot be written"),
        (["check", "-o", "compliance"], "cannot be written"),
        (["chekc"], "chekc"),
        ([], "Missing command"),
        (["rules"], "Missing command"),
        (["rules", "show", "ai-oversight-driled"], 'did you mean "ai-oversight-drilled"?'),
        (["rules", "test", "nope"], "there is no rule 'nope'"),
        (["requirements", "show", "iso42001:A.9.22"], "did you mean"),
        (["requirements", "list", "--standard", "iso9001"], "is no standard"),
        (["schema", "show", "Evidnce"], "Evidence"),
    ],
)
def test_what_names_nothing_is_no_verdict_and_says_what_to_do(
    firm: Any, iscode: Any, arguments: list[str], words: str
) -> None:
    done = iscode(*arguments)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith("iscode: ")
    assert words in done.err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version: 1\nprofile: integrate\n", "iscode.yaml:2:1"),
        ("version: 1\nprofile: integrated\nrecords: ['none/**']\n", "iscode.yaml:1:1"),
        ("version: 1\nprofile: integrated\nexclude: ['*']\n", "iscode.yaml:1:1"),
        ("version: 1\nprofile: integrated\nrecords: ['[z-a].yaml']\n", "iscode.yaml:3:11"),
        ("version: 1\nprofil: integrated\n", "iscode.yaml:"),
        ("version: 1\nprofile: integrated\nrequires: '>=9'\n", "iscode.yaml:3:1"),
        ("version: [\n", "iscode.yaml:"),
        ("", "iscode.yaml:1:1"),
    ],
)
def test_a_configuration_that_does_not_fit_is_no_verdict(firm: Any, iscode: Any, text: str, place: str) -> None:
    firm.write("iscode.yaml", text)
    done = iscode("check", *DAY)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"iscode: {place}")


def test_no_configuration_is_no_verdict(firm: Any, iscode: Any) -> None:
    (firm.top / "iscode.yaml").rename(firm.top / "ISCODE.YAML")
    assert 2 == iscode("check", *DAY).code
    (firm.top / "iscode.yaml").symlink_to("ISCODE.YAML")
    done = iscode("check", *DAY)
    assert (2, True) == (done.code, "no regular file" in done.err)


def test_a_folder_without_a_repository_is_no_verdict(iscode: Any, tmp_path: Any) -> None:
    assert 2 == iscode("check", str(tmp_path)).code


# What is no record


def test_what_is_no_regular_file_fails_the_work_tree_the_index_and_the_commit(firm: Any, iscode: Any) -> None:
    (firm.top / "compliance" / "link.yaml").symlink_to(firm.top / PERSON)
    firm.git("add", "--all")
    assert [1, 1] == [iscode("check", *mode, *DAY).code for mode in ([], ["--staged"])]
    firm.commit()
    assert 1 == iscode("check", "--rev", "HEAD", *DAY).code


def test_a_pipe_among_the_records_fails_and_is_not_waited_for(firm: Any, iscode: Any) -> None:
    os.mkfifo(firm.top / "compliance" / "pipe.yaml")
    done = iscode("check", *DAY)
    assert (1, True) == (done.code, "compliance/pipe.yaml" in done.out)


def test_a_repository_among_the_records_fails(firm: Any, iscode: Any) -> None:
    firm.git("init", "--quiet", "compliance/inner")
    firm.write("compliance/inner/a.yaml", "kind: Evidnce\n")
    assert 1 == iscode("check", *DAY).code


def test_a_name_that_is_not_utf8_is_shown_by_its_bytes(firm: Any, iscode: Any) -> None:
    with open(os.fsencode(firm.top) + b"/compliance/\xff\x1b[31m.yaml", "w") as file:  # noqa: PTH123
        file.write("kind: Evidnce\n")
    done = iscode("check", *DAY)
    assert (1, True, False) == (done.code, r"compliance/\xff\x1b[31m.yaml" in done.out, "\x1b" in done.out)


def test_a_nested_root_is_not_judged_and_named(firm: Any, iscode: Any) -> None:
    firm.write("compliance/people/iscode.yaml", "version: 1\nprofile: integrated\n")
    assert "not judged: roots of their own: compliance/people" in iscode("check", *DAY).out


# What is told beside the verdict


def test_what_turns_red_soon_is_told_of_a_work_tree_and_of_others_where_somebody_asks(firm: Any, iscode: Any) -> None:
    told = "\nahead: nothing begins to block by the calendar alone until 2026-12-24\n"
    assert (True, False) == (told in iscode("check", *DAY).out, "ahead" in iscode("check", *DAY, "--soon", "0").out)
    assert "ahead" not in iscode("check", *DAY, "--staged").out + iscode("check", *DAY, "--rev", "HEAD").out
    assert told.replace("2026-12-24", "9999-12-31") in iscode("check", "--as-of", "9999-12-31").out
    done = iscode("check", *DAY, "--soon", "330")
    assert (0, "") == (done.code, done.err)
    assert "\nred in 319 days: evidence-is-current for Evidence:chat-letter-2026-08, " in done.out
    assert "\n- Ahead: red in 319 days, " in iscode("check", *DAY, "--soon", "330", "-f", "markdown").out
    assert 2 == iscode("check", "--as-of", "9999-12-01", "--soon", "90").code


def test_what_fails_today_and_is_known_is_no_news_of_the_calendar(firm: Any, iscode: Any) -> None:
    firm.change("compliance/control-tests/oversight-drill-2026-11.yaml", '"2026-11-12"', '"2025-11-12"')
    firm.commit()
    done = iscode("check", *DAY, "--soon", "20", "--base", "HEAD", "--rev", "HEAD")
    assert (0, True) == (done.code, "\nahead: nothing begins to block by the calendar alone" in done.out)


@pytest.mark.parametrize(
    "text", ["x", "file:///etc/", "javascript:x", "https://h/a)(b/", "https://h/a b/", "https://h/?a", "https://"]
)
def test_what_is_no_address_is_refused(firm: Any, iscode: Any, text: str) -> None:
    done = iscode("check", *DAY, "-f", "markdown", "--links", text)
    assert (2, "") == (done.code, done.out)
    assert "is no address of files" in done.err


def test_the_slash_at_the_end_of_an_address_is_as_good_as_none(firm: Any, iscode: Any) -> None:
    spoil(firm)
    told = {iscode("check", *DAY, "-f", "markdown", "--links", f"https://h:1/o/r{end}").out for end in ("", "/")}
    assert [True] == [f"](https://h:1/o/r/{PERSON}#L5) " in page for page in told]
