"""Each document that a standard demands is missed: the example without it fails with the requirement named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from iscode.cli import example
from iscode.document import Limits, read
from iscode.evaluation import evaluate
from iscode.policy import BoundRule, Config, Policy, bind_rules, shipped
from iscode.source import MemorySnapshot

RULE = "documents-demanded-there"
DAY = "2026-11-24"


@cache
def policy() -> Policy:
    """The integrated profile with the one rule."""
    whole = bind_rules(Config(version=1, profile="integrated"), shipped())
    return replace(whole, bound=(rule(whole),))


def rule(policy: Policy) -> BoundRule:
    [bound] = [bound for bound in policy.bound if bound.id == RULE]
    return bound


@cache
def firm() -> dict[str, tuple[str, bytes]]:
    """The files of the example: path -> kind of record ("" for other files) and bytes."""
    return {path: (_kind(path, data), data) for path, data in example.files("acme").items()}


def _kind(path: str, data: bytes) -> str:
    if not path.startswith("compliance/"):
        return ""
    document = read(path, data, Limits())
    return str(document.value["kind"])


def demanded() -> Iterator[tuple[str, str]]:
    """Each requirement with each document that it demands: kinds of record, joined by `or`."""
    for requirement, documents in rule(policy()).params["documents"].items():
        for document in documents:
            yield requirement, document


@cache
def failing(*without: str) -> set[str]:
    """The requirements that fail when the example has no record of these kinds."""
    files = {path: data for path, (kind, data) in firm().items() if kind not in without}
    results = evaluate(MemorySnapshot(files), "", policy(), DAY).results
    return {result.subject for result in results if result.rule == RULE and result.outcome == "fail"}


def test_the_example_has_every_document() -> None:
    assert set() == failing()


def test_the_documents_of_both_standards_are_named() -> None:
    named = [requirement.partition(":")[0] for requirement, _ in demanded()]
    assert (27, 49) == (named.count("iso27001"), named.count("iso42001"))


@pytest.mark.parametrize(("requirement", "document"), list(demanded()))
def test_a_document_that_is_missing_fails_the_requirement_that_demands_it(requirement: str, document: str) -> None:
    # without the statement every control applies, also one that was left out
    statement = ["StatementOfApplicability"] if ":A." in requirement else []
    assert requirement in failing(*statement, *document.split(" or "))
