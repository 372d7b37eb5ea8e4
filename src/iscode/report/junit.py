"""Evaluation -> JUnit XML as Jenkins and GitLab read it: a suite for each rule, a case for each result.

Red is what blocks, and nothing else: the suites have a failure or an error where the verdict failed, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree

from iscode.evaluation import Evaluation, Result
from iscode.evaluation.result import UNJUDGED
from iscode.report.escape import terminal
from iscode.report.listing import Listing, listing, standing
from iscode.report.options import Options

_COUNTS: Final = (("tests", "case"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
"""Attribute of a suite -> what is counted in it."""
NOTHING: Final = "nothing"
"""The case of a rule that applied to nothing: without it a reader would show the rule as if it held."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """Passes too; what is waived, known, too mild to block or not judged is skipped, with why. UTF-8."""
    suites = ElementTree.Element("testsuites", name="iscode")
    total = Counter[str]()
    for evaluation in evaluations:
        for suite, counts in _suites(evaluation):
            suites.append(suite)
            total += counts
    suites.attrib |= {name: str(total[kind]) for name, kind in _COUNTS if kind != "skipped"}
    ElementTree.indent(suites)
    data: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suites(evaluation: Evaluation) -> Iterator[tuple[ElementTree.Element, Counter[str]]]:
    """A suite for each rule, by id, and what is in it."""
    found = listing(evaluation)
    by_rule: dict[str, list[Result]] = {rule: [] for rule in evaluation.counts}
    for result in evaluation.results:
        if result.adverse or result.outcome == "pass" or result.cause in UNJUDGED:
            by_rule[result.rule].append(result)
    for rule, results in by_rule.items():
        cases = [_case(result, found) for result in results] or [_silent(rule)]
        counts = Counter(kind.tag for case in cases for kind in case)
        counts["case"] = len(cases)
        suite = ElementTree.Element("testsuite", name=rule)
        suite.attrib |= {name: str(counts[kind]) for name, kind in _COUNTS}
        if evaluation.root:
            suite.set("package", terminal(evaluation.root))
        suite.extend(cases)
        yield suite, counts


def _silent(rule: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=rule, name=NOTHING)
    ElementTree.SubElement(case, "skipped", message="nothing is there that the rule applies to, so it says nothing")
    return case


def _case(result: Result, found: Listing) -> ElementTree.Element:
    """A result: its name is subject, item and what else tells it from others."""
    name = " ".join(filter(None, (result.subject, result.item, *result.twin)))
    case = ElementTree.Element("testcase", classname=result.rule, name=terminal(name))
    if result.outcome == "pass":
        return case
    if not result.adverse:
        ElementTree.SubElement(case, "skipped", message="not judged for want of a base or of history")
        return case
    tag, message = "skipped", result.message
    if result.blocking:
        tag = "error" if result.outcome == "error" else "failure"
    else:
        message = f"{standing(result) or 'fails without blocking'}: {message}"
    told = ElementTree.SubElement(case, tag, message=terminal(message), type=f"{result.severity}:{result.cause}")
    place = result.origin.place
    at = f"{place.path}:{place.line}:{place.column}"
    told.text = "".join(f"\n{line}" for line in map(terminal, [at, *found.lines(result)])) + "\n"
    return case
