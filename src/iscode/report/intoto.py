"""Evaluation of one commit -> an in-toto Statement with a test-result predicate; `intoto_predicate` gives that alone.

A test is a rule. One that met nobody is in no list: it was not run, so it did not pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from iscode import __version__
from iscode.document import canonical
from iscode.errors import UsageError
from iscode.evaluation import Evaluation
from iscode.report.escape import terminal
from iscode.report.options import Options

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The Statement, RFC 8785. Raises UsageError where it is not one root of one commit that was judged."""
    evaluation = only(evaluations)
    commit = evaluation.revision.commit
    if commit is None:
        raise UsageError("a statement is about a commit, and none is judged", hint="name it: --rev HEAD")
    statement: dict[str, Any] = {
        "_type": STATEMENT,
        "subject": [{"digest": {"gitCommit": commit}}],
        "predicateType": PREDICATE,
        "predicate": predicate(evaluation),
    }
    return canonical.dumps(statement)


def only(evaluations: Sequence[Evaluation]) -> Evaluation:
    """The one root. Raises UsageError for several: a predicate is one result."""
    if len(evaluations) > 1:
        raise UsageError("a predicate is one result, and several roots are judged", hint="name one PATH")
    return evaluations[0]


def predicate(evaluation: Evaluation) -> dict[str, Any]:
    """The predicate: what was judged by, and each rule that said anything, by how it came out."""
    found = tests(evaluation)
    clean = not found["warnedTests"] and not evaluation.not_judged
    word = "FAILED" if not evaluation.verdict.passed else "PASSED" if clean else "WARNED"
    return {"result": word, "configuration": list(_configuration(evaluation)), **found}


def tests(evaluation: Evaluation) -> dict[str, list[str]]:
    """The rules by how they came out: warned is one that passes and was not judged whole; a silent one is in none."""
    found: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    blocking = {result.rule for result in evaluation.results if result.blocking}
    for name, counts in evaluation.counts.items():
        if name in blocking:
            found["failedTests"].append(name)
        elif counts["fail"] + counts["error"] or (counts["pass"] and name in evaluation.not_judged):
            found["warnedTests"].append(name)
        elif counts["pass"]:
            found["passedTests"].append(name)
    return found


def _configuration(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """What decided, each with its digest: profile, shipped content, packs, waivers in force, and each rule's file."""
    policy = evaluation.policy
    asked = {
        "tool": f"iscode {__version__}",
        "as_of": evaluation.as_of,
        "root": terminal(evaluation.root),
        "fail_on": policy.fail_on or "",
        "existing": policy.existing or "",
        "ignore_waivers": "yes" if policy.ignore_waivers else "no",
    }
    yield {"name": f"profile {policy.profile.profile.id}", "digest": _digest(policy.digest), "annotations": asked}
    yield {"name": "content", "digest": _digest(policy.content)}
    for pack in policy.packs:
        yield {"name": f"pack {terminal(pack.path)}", "digest": _digest(pack.digest)}
    for waiver in evaluation.waivers:
        if waiver.in_force:
            file = waiver.record.document
            hides = ", ".join(dict.fromkeys(f"{result.rule} for {result.subject}" for result in waiver.hides))
            yield {
                "name": f"waiver {terminal(waiver.record.reference)}",
                "digest": {"sha256": sha256(file.source).hexdigest()},
                "annotations": {
                    "path": terminal(file.path),
                    "until": waiver.record.value["expires"],
                    "hides": terminal(hides) or "nothing",
                    "ignored": asked["ignore_waivers"],
                },
            }
    for bound in policy.bound:
        file = bound.file.document
        yield {"name": terminal(file.path), "digest": {"sha256": sha256(file.source).hexdigest()}}


def _digest(named: str) -> dict[str, str]:
    algorithm, _, digits = named.partition(":")
    return {algorithm: digits}
