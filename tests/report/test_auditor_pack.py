"""The archive of an auditor: reports, what was judged, digests of all, the same bytes; nothing leads out of it."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from typing import Any

DAY = ("--as-of", "2026-11-24")


def packed(firm: Any, iscode: Any, *words: str, name: str = "pack.zip") -> dict[str, bytes]:
    done = iscode("export", "auditor-pack", *DAY, *words, "-o", name)
    assert (0, "", "") == (done.code, done.out, done.err)
    with zipfile.ZipFile(firm.top / name) as archive:
        assert {((1980, 1, 1, 0, 0, 0), 0o100644 << 16)} == {
            (one.date_time, one.external_attr) for one in archive.infolist()
        }
        assert sorted(archive.namelist()) == archive.namelist()
        return {part: archive.read(part) for part in archive.namelist()}


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
    assert f"--rev {firm.git('rev-parse', 'HEAD')} --as-of 2026-11-24" in found["VERIFY.txt"].decode()
    assert found == packed(firm, iscode, "--rev", "HEAD", name="again.zip")
    assert (firm.top / "pack.zip").read_bytes() == (firm.top / "again.zip").read_bytes()


def test_what_leads_elsewhere_is_left_out_and_named(firm: Any, iscode: Any) -> None:
    (firm.top / "compliance/roles/link.yaml").symlink_to("/etc/passwd")
    found = packed(firm, iscode)
    text = found["VERIFY.txt"].decode()
    assert "- compliance/roles/link.yaml" in text
    assert "No commit holds" in text
    assert "files/compliance/roles/link.yaml" not in found
    assert not any(".." in name.split("/") or name.startswith("/") for name in found)


def test_an_archive_needs_a_file(firm: Any, iscode: Any) -> None:
    done = iscode("export", "auditor-pack", *DAY)
    assert (2, "") == (done.code, done.out)
    assert "-o pack.zip" in done.err
