"""export: a document to standard output, a file, or a folder of its own; it prints and never judges."""

from __future__ import annotations

import json
from typing import Any

DAY = ("--as-of", "2026-11-24")


def test_one_document_goes_to_standard_output_or_into_a_file(firm: Any, iscode: Any) -> None:
    firm.change("compliance/people/p-004.yaml", "status: active", "status: actve")
    done = iscode("export", "cyclonedx", *DAY)
    assert (0, "") == (done.code, done.err)
    assert "CycloneDX" == json.loads(done.out)["bomFormat"]
    filed = iscode("export", "cyclonedx", *DAY, "-o", "out.json")
    assert (0, "", "") == (filed.code, filed.out, filed.err)
    assert done.out == (firm.top / "out.json").read_text(encoding="utf-8")


def test_several_documents_go_into_a_folder_of_their_own(firm: Any, iscode: Any) -> None:
    done = iscode("export", "gemara", *DAY, "-o", "gemara")
    assert (0, "", "") == (done.code, done.out, done.err)
    expected = [
        "control-catalog-iso27001.yaml",
        "control-catalog-iso42001.yaml",
        "evaluation-log.yaml",
        "mapping-iso27001-iso42001.yaml",
    ]
    assert expected == sorted(path.name for path in (firm.top / "gemara").iterdir())
    refused = iscode("export", "gemara", *DAY)
    assert (2, "") == (refused.code, refused.out)
    assert "name their folder: -o report/" in refused.err


def test_a_format_that_there_is_not_is_a_mistake_of_usage(firm: Any, iscode: Any) -> None:
    assert 2 == iscode("export", "nothing").code
