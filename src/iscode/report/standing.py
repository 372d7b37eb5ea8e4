"""What binds in a root, and its waivers -> a page for people, and JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import to_builtins

from iscode.evaluation.ground import Ground
from iscode.evaluation.waivers import Waiver
from iscode.policy.account import Standing, left_out, standings
from iscode.policy.profile import Gate
from iscode.report.escape import terminal
from iscode.report.listing import counted
from iscode.report.shown import fitted, shown

VALUE: Final = 60
"""Columns of a parameter's value."""


def text(ground: Ground, waivers: Sequence[Waiver]) -> bytes:
    """The page, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(ground, waivers)).encode("utf-8")


def document(ground: Ground, waivers: Sequence[Waiver]) -> dict[str, Any]:
    """The same as a value that JSON can hold."""
    policy, profile = ground.policy, ground.policy.profile.profile
    return {
        "root": ground.root,
        "as_of": ground.as_of,
        "profile": {
            "id": profile.id,
            "title": profile.title,
            "extends": [layer.profile.id for layer in policy.profile.layers[:-1]],
            "digest": policy.digest,
        },
        "gate": to_builtins(profile.gate),
        "scope": to_builtins(profile.scope),
        "packs": [{"path": pack.path, "digest": pack.digest, "files": len(pack.files)} for pack in policy.packs],
        "rules": [_rule(ground, standing) for standing in standings(policy)],
        "left_out": [{"id": name, "reason": reason} for name, reason in left_out(policy)],
        "waivers": [_waiver(waiver) for waiver in waivers],
    }


def _rule(ground: Ground, standing: Standing) -> dict[str, Any]:
    bound = standing.bound
    return {
        "id": bound.id,
        "path": bound.file.document.path,
        "severity": bound.severity,
        "severity_by": standing.severity_by,
        "blocks": ground.policy.blocks(bound.severity),
        "effective_on": bound.file.rule.effective_on,
        "named_by": standing.named_by,
        "requirements": list(bound.requirements),
        "params": [setting._asdict() for setting in standing.settings],
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    value = waiver.record.value if waiver.record.valid else {}
    keys = ("waives", "subjects", "clause", "requested_by", "approved_by", "starts", "expires")
    flaws = [flaw.message for flaw in waiver.flaws]
    told = {"record": waiver.record.reference, "state": waiver.state, "flaws": flaws, "reason": waiver.reason or None}
    return told | {key: value.get(key) for key in keys}


def _lines(ground: Ground, waivers: Sequence[Waiver]) -> Iterator[str]:
    policy, profile = ground.policy, ground.policy.profile.profile
    extended = [layer.profile.id for layer in policy.profile.layers[:-1]]
    yield _row("profile", f"{profile.id}: {profile.title}")
    if extended:
        yield _row("extends", ", ".join(extended))
    yield _row("digest", policy.digest)
    yield _row("gate", f"{', '.join(profile.gate.block)} block; existing: {profile.gate.existing}")
    yield _row("", f"a change of policy: {profile.gate.policy_change}")
    yield _row("", f"a waiver {_waiving(profile.gate)}")
    tagged = f" with a tag of {', '.join(profile.scope.tags)}" if profile.scope.tags else ""
    yield _row("scope", f"{', '.join(profile.scope.paths)}{tagged}")
    for pack in policy.packs:
        yield _row("pack", f"{pack.path}  {pack.digest}  {len(pack.files)} files")
    found = list(standings(policy))
    width = max(len(standing.bound.id) for standing in found)
    yield from ("", f"{len(found)} rules bind as of {ground.as_of}:")
    for standing in found:
        bound = standing.bound
        yield f"  {bound.severity:<7}  {bound.id:<{width}}  {terminal('; '.join(_notes(ground, standing)))}".rstrip()
    out = list(left_out(policy))
    if out:
        yield from ("", f"{len(out)} rules do not bind:", *(f"  {name}: {terminal(reason)}" for name, reason in out))
    if waivers:
        yield from ("", "waivers:", *(line for waiver in waivers for line in _told(waiver)))


def _waiving(gate: Gate) -> str:
    """How long and how often a waiver may last, and by whose say."""
    often = (
        "is never renewed"
        if not gate.waiver_renewals
        else f"is renewed {counted(gate.waiver_renewals, 'time')} at most"
    )
    return (
        f"lasts {gate.waiver_days} days at most, {often}, and is approved by {gate.waiver_authority or 'anybody else'}"
    )


def _notes(ground: Ground, standing: Standing) -> Iterator[str]:
    """What differs from the rule as its author wrote it."""
    effective = standing.bound.file.rule.effective_on
    if effective is not None and effective > ground.as_of:
        yield f"blocks from {effective}"
    if standing.named_by is not None:
        yield f"named by {standing.named_by}"
    if standing.severity_by is not None:
        yield f"{standing.bound.file.rule.severity} by itself, {standing.bound.severity} by {standing.severity_by}"
    for setting in standing.settings:
        value, default = (fitted(shown(held), VALUE) for held in (setting.value, setting.default))
        yield f"{setting.name} {value} instead of {default} by {setting.profile}"


def _told(waiver: Waiver) -> Iterator[str]:
    value = waiver.record.value if waiver.record.valid else {}
    days = f" from {value['starts']} to {value['expires']}" if value else ""
    yield terminal(f"  {waiver.record.reference}: {waiver.state}{days}")
    if value:
        yield terminal(f"    {', '.join(value['waives'])} for {', '.join(value['subjects'])}: {waiver.reason}")
    yield from (terminal(f"    {flaw.message}") for flaw in waiver.flaws)


def _row(label: str, words: str) -> str:
    return f"{label:<7}  {terminal(words)}"
