"""A place in a record -> what an editor shows of it: a field, a reference, a requirement, a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from iscode.document import Pointer
from iscode.document.spots import Point
from iscode.lsp.text import Text
from iscode.lsp.view import Here, Schema, View, here
from iscode.policy import BoundRule
from iscode.report.escape import code, markdown
from iscode.rule.compiled import ITEM
from iscode.schema import Kind

VALUE: Final = "value"
"""By what an expression reads an entry of a map that is walked."""
RULES: Final = 12
"""Rules that are listed of a requirement or a field; the rest is counted."""


def hover(view: View, path: str, text: Text, point: Point) -> Hover | None:
    """What stands at a point of a buffer; None where nothing is known of it."""
    found = here(view, text, point) if path in view.records else None
    if found is None:
        return None
    lines = list(_field(view, found) if found.spot.key else _value(view, found))
    if not lines:
        return None
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n".join(lines)), text.range(found.spot.start, found.spot.end))


def of_requirement(view: View, name: str) -> Iterator[str]:
    """A requirement: its label, how it stands, and the rules that serve it."""
    requirement = view.policy.catalogs.get(name)
    if requirement is None:
        return
    yield f"**{markdown(name)}** {markdown(requirement.label)}"
    if requirement.entry.intent:
        yield markdown(requirement.entry.intent)
    stands = view.judged.requirements.get(name)
    yield f"state: {stands.state.replace('_', ' ')}" if stands else "not of a standard that is selected here"
    yield from _listed([bound for bound in view.policy.bound if name in bound.requirements])


def of_reference(view: View, reference: str) -> Iterator[str]:
    """A record that a reference leads to: its title, who owns it, its status, where it stands."""
    record = view.judged.ground.world.inventory.find(reference)
    if record is None:
        yield f"{code(reference)} leads to no record"
        return
    value = record.value
    yield f"**{markdown(str(value.get('title', reference)))}**"
    yield f"{code(reference)} · owner {code(str(value.get('owner', 'nobody')))} · {markdown(str(record.status))}"
    yield code(record.document.path)
    wrong = sum(result.subject == reference for result in view.judged.failing)
    if wrong:
        yield f"{wrong} {'rule says' if wrong == 1 else 'rules say'} that something is wrong with it"


def of_rule(view: View, name: str) -> Iterator[str]:
    """A rule: what holds when it passes, how hard it binds, what it serves, and why."""
    file = view.policy.rules.by_id.get(name)
    if file is None:
        return
    bound = next((bound for bound in view.policy.bound if bound.id == name), None)
    yield f"**{markdown(name)}** {markdown(file.rule.title)}"
    yield f"severity {bound.severity}" if bound else "the profile does not select it"
    yield "serves " + ", ".join(code(one) for one in (bound.requirements if bound else file.rule.requirements)[:RULES])
    yield markdown(file.rule.rationale)
    failing = sum(result.rule == name for result in view.judged.failing)
    yield f"{failing} of its results fail" if failing else "none of its results fails"


def _field(view: View, found: Here) -> Iterator[str]:
    path = tuple(step for step in found.spot.pointer if isinstance(step, str))
    yield f"**{markdown('.'.join((found.kind.name, *path)))}**"
    yield from described(view, found.kind, found.node)
    yield from _listed([bound for bound in view.policy.bound if _needs(bound, found.kind.name, found.spot.pointer)])


def described(view: View, kind: Kind, node: Schema) -> Iterator[str]:
    """What a schema says of a field, and the words that it may hold. Markdown is taken from what ships alone."""
    shipped = not any(pack.holds(kind.path) for pack in view.policy.packs)
    if shipped and "markdownDescription" in node:
        yield node["markdownDescription"]
    elif "description" in node or "markdownDescription" in node:
        yield markdown(node.get("description") or node["markdownDescription"])
    items = node.get("items", node)
    for word, words in zip(items.get("enum", ()), items.get("enumDescriptions", ()), strict=False):
        yield f"- {code(str(word))}: {markdown(words)}"
    if "enum" in items and "enumDescriptions" not in items:
        yield "one of " + ", ".join(code(str(word)) for word in items["enum"])
    if "x-ref" in items:
        yield "leads to " + " or ".join(code(kind) for kind in items["x-ref"])


def _value(view: View, found: Here) -> Iterator[str]:
    if "x-ref" in found.node:
        yield from of_reference(view, found.spot.text)
    elif "x-requirement" in found.node:
        yield from of_requirement(view, found.spot.text)
    elif found.spot.text in view.policy.rules.by_id:
        yield from of_rule(view, found.spot.text)
    elif found.spot.pointer == ("kind",):
        yield from described(view, found.kind, found.kind.schema)
    elif found.spot.text in found.node.get("enum", ()):
        at = found.node["enum"].index(found.spot.text)
        yield from (markdown(words) for words in found.node.get("enumDescriptions", ())[at : at + 1])


def _needs(bound: BoundRule, kind: str, pointer: Pointer) -> bool:
    """Whether a rule that binds demands a field."""
    return kind in bound.subjects and any(_leads(bound, need.split("."), pointer) for need in bound.file.rule.needs)


def _leads(bound: BoundRule, need: Sequence[str], pointer: Pointer) -> bool:
    """Whether what a rule demands stands there: in the record, or in an item where the rule says that these stand."""
    if need[0] != ITEM:
        return (*need,) == pointer
    items = bound.compiled.each_pointer if need[-1] in (*pointer[-1:], VALUE) else None
    if items is None or pointer[: len(items)] != items:
        return False
    step, below = pointer[len(items) : len(items) + 1], pointer[len(items) + 1 :]
    inside = need[1:] if step and isinstance(step[0], int) else need[2:] if need[1:2] == [VALUE] else None
    return bool(step) and inside is not None and (*inside,) == below


def _listed(bound: list[BoundRule]) -> Iterator[str]:
    if bound:
        rules = "\n".join(f"- {code(one.id)} {markdown(one.file.rule.title)}" for one in bound[:RULES])
        more = f"\n- and {len(bound) - RULES} more" if len(bound) > RULES else ""
        yield f"rules:\n\n{rules}{more}"
