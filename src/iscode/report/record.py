"""Evaluation -> what a ledger keeps of it: its verdict, and the digest of the report."""

from __future__ import annotations

from hashlib import sha256

from iscode import __version__
from iscode.evaluation import Evaluation
from iscode.facts.ledger import Recorded
from iscode.report import json
from iscode.report.options import Options


def digest(evaluation: Evaluation) -> str:
    """The SHA-256 in hex of the report as `check --rev -f json` gives it."""
    return sha256(json.report([evaluation], Options())).hexdigest()


def recorded(evaluation: Evaluation, number: int, previous: str | None) -> Recorded:
    """What a ledger says of the evaluation of a commit, at a place of its chain."""
    return Recorded(
        number=number,
        previous=previous,
        commit=evaluation.revision.commit or "",
        root=evaluation.root,
        as_of=evaluation.as_of,
        tool=__version__,
        content=evaluation.policy.content,
        report=digest(evaluation),
        passed=evaluation.verdict.passed,
    )
