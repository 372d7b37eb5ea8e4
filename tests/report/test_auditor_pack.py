"""The archive of an auditor: reports, what was judged, digests of all, the same bytes; nothing leads out of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert

from iscode.document import write
from iscode.errors import UsageError
from iscode.evaluation import evaluate
from iscode.policy import Config, bind_rules, shipped
from iscode.policy.shelves import Pack
from iscode.report import auditor_pack
from iscode.report.escape import terminal
from iscode.source import MemorySnapshot

DAY = ("--as-of", "2026-11-24")
COMMAND = re.compile(r"`(iscode [^`]+)`")
EVIDENCE = "compliance/evidence/access-review-2026-11.yaml"


def packed(firm: Any, iscode: Any, *words: str, name: str = "pack.zip") -> dict[str, bytes]:
    done = iscode("export", "auditor-pack", *DAY, *words, "-o", name)
    assert (0, "", "") == (done.code, done.out, done.err)
    with zipfile.ZipFile(firm.top / name) as archive:
        assert {((1980, 1, 1, 0, 0, 0), 0o100644 << 16)} == {
            (one.date_time, one.external_attr) for one in archive.infolist()
        }
        assert sorted(archive.namelist()) == archive.namelist()
        return {part: archive.read(part) for part in archive.namelist()}


def left(found: dict[str, bytes]) -> list[str]:
    """What the guide says is not in the archive."""
    return [line[2:] for line in found["VERIFY.txt"].decode().splitlines() if line.startswith("- ")]


def test_it_holds_reports_what_was_judged_and_the_digest_of_each(firm: Any, iscode: Any) -> None:
    found = packed(firm, iscode, "--rev", "HEAD")
    sums = dict(line.split("  ")[::-1] for line in found["SHA256SUMS"].decode().splitlines())
    assert {name: sha256(data).hexdigest() for name, data in found.items() if name != "SHA256SUMS"} == sums
    assert {"report.html", "workbook.xlsx", "verdict.json", "verdict.txt", "VERIFY.txt", "files/iscode.yaml"} <= set(
        found
    )
    assert any(name.startswith("oscal/assessment-results/") for name in found)
    judged = firm.git("ls-files", "compliance").splitlines()
    assert {f"files/{path}" for path in judged} <= set(found)
    named = {name for name in found if name.startswith("files/artifacts/")}
    assert named
    assert all((firm.top / name.removeprefix("files/")).read_bytes() == found[name] for name in named)
    assert [] == left(found)
    assert found == packed(firm, iscode, "--rev", "HEAD", name="again.zip")
    assert (firm.top / "pack.zip").read_bytes() == (firm.top / "again.zip").read_bytes()


def summed(folder: Path) -> subprocess.CompletedProcess[str]:
    """Step 1 of the guide without iscode."""
    if shutil.which("sha256sum") is None:
        pytest.skip("there is no sha256sum here, so the guide cannot be followed")
    command = ["sha256sum", "--check", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("root", ["", "a/firm of ours"])
def test_the_page_on_how_to_verify_is_followed_to_its_end(firm: Any, iscode: Any, tmp_path: Path, root: str) -> None:
    if root:
        (firm.top / root).mkdir(parents=True)
        for name in ("iscode.yaml", "compliance", "artifacts"):
            firm.git("mv", name, root)
        firm.commit()
    top = firm.top / root
    words = ("--rev", "HEAD", *DAY, "-o", str(tmp_path / "pack.zip"))
    assert 0 == iscode("export", "auditor-pack", str(top), *words).code
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(tmp_path / "pack.zip", folder)
    guide = (folder / "VERIFY.txt").read_text(encoding="utf-8")
    assert f"root {root or '.'}," in guide

    done = summed(folder)
    assert (0, "") == (done.returncode, done.stderr)
    assert len([path for path in folder.rglob("*") if path.is_file()]) - 1 == done.stdout.count(": OK\n")

    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    record = (folder / "files" / root / EVIDENCE).read_text(encoding="utf-8")
    [path], [digest] = re.findall(r"path: (\S+)", record), re.findall(r"sha256: (\w{64})", record)
    assert sums["/".join(("files", *filter(None, [root]), path))] == digest

    commit = firm.git("rev-parse", "HEAD")
    assert f"commit {commit}" in guide
    for file in (path for path in (folder / "files").rglob("*") if path.is_file()):
        name = file.relative_to(folder / "files").as_posix()
        kept = subprocess.run(["git", "show", f"{commit}:{name}"], cwd=firm.top, capture_output=True, check=True)
        assert kept.stdout == file.read_bytes()

    judge, again = (command.split(" ")[1:] for command in COMMAND.findall(guide))
    verdict = iscode(judge[0], str(top), *judge[1:])
    failed = not json.loads((folder / "verdict.json").read_bytes())["verdict"]["passed"]
    assert (int(failed), (folder / "verdict.txt").read_text("utf-8")) == (verdict.code, verdict.out)
    assert ["export", "auditor-pack", "-o", "again.zip"] == [*again[:2], *again[-2:]]
    assert 0 == iscode(*again[:2], str(top), *again[2:-1], str(tmp_path / "again.zip")).code
    assert (tmp_path / "pack.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_who_follows_the_page_sees_what_was_changed_since(firm: Any, iscode: Any, tmp_path: Path) -> None:
    assert 0 == iscode("export", "auditor-pack", "--rev", "HEAD", *DAY, "-o", str(tmp_path / "pack.zip")).code
    shutil.unpack_archive(tmp_path / "pack.zip", tmp_path / "unpacked")
    file = tmp_path / "unpacked" / "files" / EVIDENCE
    file.write_text(file.read_text(encoding="utf-8").replace("effective", "excellent"), encoding="utf-8")
    done = summed(tmp_path / "unpacked")
    assert (1, True) == (done.returncode, f"files/{EVIDENCE}: FAILED\n" in done.stdout)


def test_what_leads_elsewhere_is_left_out_and_named(firm: Any, iscode: Any) -> None:
    (firm.top / "compliance/roles/link.yaml").symlink_to("/etc/passwd")
    found = packed(firm, iscode)
    assert "No commit holds" in found["VERIFY.txt"].decode()
    assert ["compliance/roles/link.yaml"] == left(found)
    assert "files/compliance/roles/link.yaml" not in found


COMPOSED = unicodedata.normalize("NFC", "artifacts/\u00fcber.txt")
HOSTILE = [
    "../outside.txt", "artifacts/../../outside.txt", "C:/windows.txt", "~/home.txt", "artifacts/nul\0.txt",
    "artifacts/line\nend.txt", "artifacts//two.txt", "artifacts/./one.txt", "a/.git/config", "a/.GIT/hooks/x",
    "file:///etc/passwd", "artifacts/turn\u202etxt.exe", "artifacts/c1\x9b31m.txt", "artifacts/zero\u200bwidth.txt",
    "artifacts/##[error]x", ".", "..", "compliance/../up.yaml", "compliance/turn\u202e.yaml", "compliance//two.yaml",
]  # fmt: skip
REFUSED = ["/etc/passwd", "//host/share", "artifacts\\back.txt", "..\\outside.txt", ""]
"""What no valid record names, for the schema refuses it."""
TWINS = [
    "artifacts/a.txt", "artifacts/A.txt", COMPOSED, unicodedata.normalize("NFD", COMPOSED),
    "artifacts/Folder", "artifacts/folder/inside.txt", "artifacts/stra\u00dfe", "artifacts/STRASSE",
]  # fmt: skip
STAYS = "artifacts/folder/inside.txt"
"""The twin of a folder is left out, and what lies in the folder is not."""
PLAIN = ["artifacts/plain.txt", "artifacts/a name: of ours.txt", "artifacts/..three", "artifacts/\u65e5\u672c.txt"]


def record(number: int, path: str) -> str:
    """A piece of evidence that names a file."""
    return write(
        {
            "kind": "Evidence", "id": f"e-{number}", "title": "E", "owner": "Role:r", "status": "active",
            "covers": ["iso27001:A.5.1"], "type": "report", "source": "s", "method": "m",
            "artifact": {"path": path, "sha256": sha256(b"x").hexdigest(), "size": 1},
            "collected_on": "2026-11-02", "collected_by": "Person:p", "conclusion": "effective",
            "period": {"from": "2026-10-01", "to": "2026-10-31"},
        }
    )  # fmt: skip


@pytest.fixture
def unpacked(tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """The archive of made-up files: each path has a file, as no tree of Git could, and a record that names it."""

    def make(paths: Iterable[str], **limits: int) -> dict[str, bytes]:
        policy = bind_rules(convert({"version": 1, "profile": "integrated", "limits": limits}, Config), shipped())
        files = {"iscode.yaml": b"version: 1\n"} | dict.fromkeys(paths, b"xx")
        files |= {f"compliance/{number}.yaml": record(number, path).encode() for number, path in enumerate(paths)}
        snapshot = MemorySnapshot(files)
        evaluation = evaluate(snapshot, "", policy, "2026-11-24")
        file = tmp_path / "pack.zip"
        file.write_bytes(auditor_pack.pack(snapshot, evaluation))
        with zipfile.ZipFile(file) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return make


def artifacts(found: dict[str, bytes]) -> set[str]:
    """The files of it that are no records."""
    return {name for name in found if name.startswith("files/") and not name.startswith("files/compliance/")} - {
        "files/iscode.yaml"
    }


def test_a_name_that_leads_elsewhere_or_shows_as_another_is_left_out(unpacked: Any, tmp_path: Path) -> None:
    found = unpacked([*HOSTILE, *REFUSED, *PLAIN])
    assert {f"files/{path}" for path in PLAIN} == artifacts(found)
    assert sorted(map(terminal, HOSTILE)) == sorted(left(found))
    if shutil.which("unzip") is not None:
        (tmp_path / "deep" / "deeper").mkdir(parents=True)
        command = ["unzip", "-q", tmp_path / "pack.zip", "-d", tmp_path / "deep" / "deeper" / "here"]
        assert 0 == subprocess.run(command, check=False, timeout=60).returncode
        assert ["here"] == [path.name for path in (tmp_path / "deep" / "deeper").iterdir()]
        assert len(found) == sum(path.is_file() for path in (tmp_path / "deep").rglob("*"))


def test_no_file_takes_the_place_of_another_where_case_and_form_count_for_nothing(unpacked: Any) -> None:
    found = unpacked([*TWINS, *PLAIN])
    assert {f"files/{path}" for path in (STAYS, *PLAIN)} == artifacts(found)
    assert sorted(set(TWINS) - {STAYS}) == left(found)


def of_package(files: dict[str, bytes]) -> dict[str, bytes]:
    """The archive where an installed package of these files judged beside the shipped rules."""
    policy = bind_rules(Config(version=1, profile="integrated"), shipped())
    snapshot = MemorySnapshot({"iscode.yaml": b"version: 1\n", "compliance/0.yaml": record(0, "x.txt").encode()})
    evaluation = evaluate(snapshot, "", policy, "2026-11-24")
    judging = replace(evaluation, policy=replace(policy, packs=(Pack("package:boats", files),)))
    with zipfile.ZipFile(BytesIO(auditor_pack.pack(snapshot, judging))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_names_in_a_package_are_held_to_what_those_of_files_are() -> None:
    hostile = ["rules/line\nend.yaml", "rules/turn\u202e.yaml", "../up.yaml", "rules/A.yaml", "rules/a.yaml"]
    found = of_package(dict.fromkeys(["rules/plain.yaml", *hostile], b"x"))
    assert ["packages/boats/rules/plain.yaml"] == [name for name in found if name.startswith("packages/")]
    assert sorted(terminal(f"packages/boats/{path}") for path in hostile) == sorted(
        name for name in left(found) if name.startswith("packages/")
    )
    assert len(found) - 1 == len(found["SHA256SUMS"].decode().splitlines())


def test_what_a_package_holds_counts_for_what_an_archive_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(map(len, of_package({}).values()))
    monkeypatch.setattr(auditor_pack, "MOST", size)
    with pytest.raises(UsageError, match=f"the files are larger than {size} bytes together"):
        of_package({"rules/a.yaml": bytes(size + 1)})


def test_what_is_named_and_not_there_is_named_as_missing(firm: Any, iscode: Any) -> None:
    firm.git("rm", "--quiet", "artifacts/access-review-2026-11.csv")
    firm.commit()
    assert ["artifacts/access-review-2026-11.csv"] == left(packed(firm, iscode, "--rev", "HEAD"))


def test_a_file_beyond_the_limit_is_left_out_and_named(unpacked: Any) -> None:
    assert {"files/x.txt"} == artifacts(unpacked(["x.txt"]))
    found = unpacked(["x.txt"], artifact_bytes=1)
    assert set() == artifacts(found)
    assert "x.txt" in left(found)


def test_more_than_an_archive_holds_is_refused(unpacked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditor_pack, "MOST", 100)
    with pytest.raises(UsageError, match="the files are larger than 100 bytes together"):
        unpacked(["x.txt"])


def test_an_archive_needs_a_file(firm: Any, iscode: Any) -> None:
    done = iscode("export", "auditor-pack", *DAY)
    assert (2, "") == (done.code, done.out)
    assert "-o pack.zip" in done.err
