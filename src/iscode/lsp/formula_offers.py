"""What is known at a place of an expression -> the names that may follow there, and what a name means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lsprotocol.types import CompletionItemKind

from iscode.expr import Function, Overload, types
from iscode.expr.library import LIBRARY, UNWRAPS
from iscode.expr.macros import WALKS
from iscode.expr.shapes import accepts
from iscode.lsp.formula import Scope, in_text, opened, receiver
from iscode.lsp.hover import described
from iscode.lsp.offers import Offer
from iscode.lsp.view import View
from iscode.report.escape import code
from iscode.schema import fields

_MEMBER: Final = re.compile(r"\.\??(\w*)\Z")
_BARE: Final = re.compile(r"\w*\Z")
_COMPARED: Final = re.compile(r"\s*(?:==|!=)\s*\Z|\s+in\s*\[[^\]]*\Z")
_LITERAL_WORD: Final = re.compile(r"[\w-]*\Z")


def offered(view: View, scope: Scope, before: str) -> tuple[str, list[Offer]]:
    """The word that ends an expression so far, and what it may become."""
    start = in_text(before)
    if start is not None:
        inside = before[start + 1 :]
        word = _LITERAL_WORD.search(inside)
        return (word[0] if word else ""), list(_in_text(view, scope, before[:start], inside))
    member = _MEMBER.search(before)
    if member is not None:
        kind = scope.type(receiver(before[: member.start()]))
        return member[1], [] if kind is None else list(members(view, scope, kind))
    bare = _BARE.search(before)
    return (bare[0] if bare else ""), list(names(scope))


def names(scope: Scope) -> Iterator[Offer]:
    """What stands alone: variables, definitions, functions."""
    for name, variable in scope.environment.variables.items():
        about = code(scope.texts[name]) if name in scope.texts else ""
        yield Offer(name, str(variable.type), CompletionItemKind.Variable, about, first=True)
    for name, definition in scope.environment.definitions.items():
        parameters = ", ".join(f"{word}: {kind}" for word, kind in definition.parameters)
        yield Offer(name, f"{name}({parameters})", CompletionItemKind.Function, code(definition.body))
    for name, function in {**LIBRARY, **scope.environment.functions}.items():
        if shown := [_signature(name, one) for one in function.overloads if not one.receiver and name[0].isalpha()]:
            yield Offer(name, shown[0], CompletionItemKind.Function, "\n".join(map(code, shown)))
    yield Offer("has", "has(a.b): whether a field is there", CompletionItemKind.Keyword)


def members(view: View, scope: Scope, kind: types.Type) -> Iterator[Offer]:
    """What may follow the dot behind a value of a type."""
    match kind:
        case types.ObjectType():
            yield from _fields(view, kind)
        case types.OptionalType(of=of):
            yield from (Offer(name, "of an optional", CompletionItemKind.Method) for name in UNWRAPS)
            yield from (Offer(name, "of an optional", CompletionItemKind.Method) for name in ("optMap", "optFlatMap"))
            if isinstance(of, types.ObjectType):
                yield from _fields(view, of)
        case types.ListType() | types.MapType():
            walked = f"walks {kind}"
            yield from (Offer(name, walked, CompletionItemKind.Method) for name in WALKS)
    for name, function in {**LIBRARY, **scope.environment.functions}.items():
        if shown := [_signature(name, one) for one in function.overloads if one.receiver and _takes(one, kind)]:
            yield Offer(name, shown[0], CompletionItemKind.Method)


def said(view: View, scope: Scope, before: str) -> str:
    """Markdown about the name that ends an expression so far; empty where nothing is known of it."""
    if in_text(before) is not None:
        return ""
    word, listed = offered(view, scope, before)
    return next((_about(one) for one in listed if word and one.text == word), "")


def _about(offer: Offer) -> str:
    return "\n\n".join(part for part in (f"**{offer.text}** {code(offer.detail)}", offer.about) if part)


def _takes(overload: Overload, kind: types.Type) -> bool:
    return bool(overload.parameters) and accepts(overload.parameters[0], kind)


def _signature(name: str, overload: Overload) -> str:
    parameters = [str(kind) for kind in overload.parameters]
    on = f"{parameters.pop(0)}." if overload.receiver and parameters else ""
    gives = f" -> {overload.result}" if isinstance(overload.result, types.Type) else ""
    return f"{on}{name}({', '.join(parameters)}){gives}"


def _fields(view: View, kind: types.ObjectType) -> Iterator[Offer]:
    for name, held in kind.fields.items():
        about = "" if held.required else "may be absent"
        shape = kind.shapes[0] if kind.shapes else kind
        root, _, inside = shape.name.partition(".")
        if root in view.policy.kinds:
            of = view.policy.kinds[root]
            found = fields.resolve(of.schema, f"{inside}.{name}" if inside else name)
            about = "\n\n".join(filter(None, (about, *(described(view, of, found[1]) if found else ()))))
        yield Offer(name, str(held.type), CompletionItemKind.Field, about, first=held.required)


def _in_text(view: View, scope: Scope, before: str, inside: str) -> Iterator[Offer]:
    """What a text may be: a word of what it is compared with, a kind, a path of one, a scale."""
    compared = _COMPARED.search(before)
    kind = scope.type(receiver(before[: compared.start()])) if compared is not None else None
    if isinstance(kind, types.EnumString):
        yield from (Offer(word, "", CompletionItemKind.EnumMember) for word in kind.words)
    call = opened(before)[-1:]
    if not call or not isinstance(scope.environment.functions.get(call[0].name), Function) or compared is not None:
        return
    scale = call[0].arguments[0].strip().strip("'\"") if len(call[0].arguments) > 1 else ""
    yield from (Offer(word, scale, CompletionItemKind.EnumMember) for word in view.policy.kinds.scales.get(scale, ()))
    if "." in inside:
        yield from _paths(view, inside.rpartition(".")[0])
        return
    yield from (Offer(one, "kind", CompletionItemKind.Class) for one in view.policy.kinds)
    yield from (Offer(one, "scale", CompletionItemKind.Enum) for one in view.policy.kinds.scales)


def _paths(view: View, above: str) -> Iterator[Offer]:
    """What may follow `Kind` or `Kind.path`."""
    root, _, inside = above.partition(".")
    kind = view.policy.kinds.get(root)
    if kind is None:
        return
    node = kind.schema if not inside else (fields.resolve(kind.schema, inside) or ((), {}))[1]
    for name, held in node.get("properties", {}).items():
        yield Offer(name, str(held.get("type", "")), CompletionItemKind.Field, "\n\n".join(described(view, kind, held)))
