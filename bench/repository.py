"""A number of records -> a made-up repository of that size, the same bytes each time: what the benchmarks judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROLES = 20
CONFIG = b"version: 1\nprofile: bench\npacks: [{path: policy-pack}]\n"
RULES = (
    "access-review-held", "ai-known-risks-recorded", "ai-legal-basis-recorded", "ai-oversight-described",
    "ai-oversight-drilled", "ai-stage-gates", "ai-systems-registered", "evidence-dates-plausible",
    "role-has-holder", "training-is-valid",
)  # fmt: skip
PROFILE = f"id: bench\ntitle: Ten rules\nselect: {{rules: [{', '.join(RULES)}]}}\n".encode()

_HEAD = re.compile(r"kind: (\S+)\nid: (\S+)")
_NAME = re.compile(r"[A-Za-z]+:[a-z0-9][a-z0-9-]*")


def files(records: int) -> dict[str, bytes]:
    """Path -> content of a green repository with `records` records: roles, people, systems, data, tests, evidence."""
    policy = {"iscode.yaml": CONFIG, "policy-pack/policies/profiles/bench.yaml": PROFILE}
    return {**policy, **{f"compliance/{path}": text.encode() for path, text in _records(records)}}


def copies(example: Path, records: int) -> dict[str, bytes]:
    """Path -> content of an example with its records as often as it takes to have so many.

    Each copy refers to its own, so it stands as the example does, but for what is unique and approvals of what was.
    """
    found = {path.relative_to(example).as_posix(): path.read_bytes() for path in example.rglob("*") if path.is_file()}
    held = {
        path: data.decode() for path, data in found.items() if path.endswith(".yaml") and _HEAD.match(data.decode())
    }
    names = {":".join(_HEAD.match(text).groups()) for text in held.values()}  # type: ignore[union-attr]
    for copy in range(1, -(-records // len(held))):
        for path, text in held.items():
            own = _NAME.sub(lambda name, copy=copy: f"{name[0]}-{copy}" if name[0] in names else name[0], text)
            head = _HEAD.match(own)[0]  # type: ignore[index]
            found[f"{path.removesuffix('.yaml')}-{copy}.yaml"] = f"{head}-{copy}{own[len(head) :]}".encode()
    return found


def _records(total: int) -> Iterator[tuple[str, str]]:
    for number in range(ROLES):
        yield f"roles/role-{number}.yaml", _role(number)
        yield f"people/p-{number}.yaml", _person(number)
    for number in range((total - 2 * ROLES) // 4):
        yield f"ai-systems/s-{number}.yaml", _system(number)
        yield f"data-resources/d-{number}.yaml", _data(number)
        yield f"control-tests/t-{number}.yaml", _test(number)
        yield f"evidence/e-{number}.yaml", _evidence(number)


def _head(kind: str, name: str, number: int) -> str:
    return (
        f"kind: {kind}\nid: {name}\ntitle: {kind} number {number}\nowner: Role:role-{number % ROLES}\nstatus: active\n"
    )


def _role(number: int) -> str:
    return (
        _head("Role", f"role-{number}", number)
        + "duties: [answers for what it owns]\nauthorities: [stop_ai_system]\ncovers: [aims]\n"
        + f'holders:\n  - {{person: Person:p-{number}, from: "2024-01-01"}}\n'
    )


def _person(number: int) -> str:
    return (
        _head("Person", f"p-{number}", number)
        + f'employment: employee\njoined: "2023-04-01"\ngit_identities: [p{number}@bench.example]\n'
        + "trainings:\n"
        + '  - {topic: security, course: Basics, completed: "2026-02-03", valid_until: "2027-02-28", effective: true}\n'
        + '  - {topic: ai, course: Models, completed: "2026-02-03", valid_until: "2027-02-28", effective: true}\n'
    )


def _system(number: int) -> str:
    return (
        _head("AISystem", f"s-{number}", number)
        + "purpose: Rank cases so that a person decides sooner\n"
        + f"stage: {'design' if number == 0 else 'monitoring'}\nrisk_tier: high\n"
        + "legal_basis: contract with the customer\nknown_risks: people may follow the rank unread\n"
        + f"data: [DataResource:d-{number}]\n"
        + "nature:\n  interacts_with_people: false\n  generates_content: false\n  decides_about_individuals: true\n"
        + "  agentic: false\n  continues_learning: false\n"
        + f"oversight:\n  mode: human_in_loop\n  role: Role:role-{number % ROLES}\n  description: a person decides\n"
        + "  can_override: true\n  can_stop: true\n"
        + "stage_gates:\n"
        + "".join(
            f'  - {{to: {stage}, date: "2026-0{month}-01", approved_by: Person:p-{number % ROLES}, decision: go}}\n'
            for month, stage in enumerate(("training", "testing", "deployment", "monitoring"), start=1)
        )
    )


def _data(number: int) -> str:
    return (
        _head("DataResource", f"d-{number}", number)
        + "purpose: [training]\npersonal_data: pseudonymous\nabout_people: true\ncategories: [payments]\n"
        + "retention_days: 1095\ndeletion_method: overwritten\n"
    )


def _test(number: int) -> str:
    return (
        _head("ControlTest", f"t-{number}", number)
        + f"type: {'access_review' if number == 0 else 'oversight_drill'}\ntargets: [AISystem:s-{number}]\n"
        + f'performed_on: "2026-10-01"\nperformed_by: Person:p-{number % ROLES}\nresult: pass\n'
        + "population: 40\nsample: 40\nexceptions: 0\nremoved: 0\n"
    )


def _evidence(number: int) -> str:
    return (
        _head("Evidence", f"e-{number}", number)
        + f"covers: [iso27001:A.8.{number % 34 + 1}, iso42001:A.9.2]\nsubjects: [AISystem:s-{number}]\ntype: report\n"
        + "source: ticket system\nmethod: all tickets of the period\n"
        + f'artifact: {{uri: s3://bench/{number}.pdf, sha256: "{number:064x}", size: 1000}}\n'
        + f'collected_on: "2026-11-02"\ncollected_by: Person:p-{number % ROLES}\n'
        + 'period: {from: "2026-10-01", to: "2026-10-31"}\nconclusion: effective\n'
    )
