"""Kinds and the rules that bind -> the schemas that editors read, which nothing is ever judged by.

They say what the kinds say, and more of it in words: what a field is for, which rules ask for it, what a snippet of it
looks like. Editors know neither references nor days, so a day has its form as a pattern too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from iscode.policy import BoundRule, Policy
from iscode.report.escape import code, markdown
from iscode.schema import Kind

FOLDER: Final = ".iscode/schemas"
"""Where they stand below a root."""
ANY_KIND: Final = "record.schema.json"
"""The schema of a record of whatever kind."""
FORMATS: Final = ("config", "profile", "rule", "rule-test", "view")
"""The schemas of files that are no records: iscode.yaml, and what a pack holds."""
SUFFIX: Final = ".schema.json"
DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
RULES: Final = 8
"""Rules that a field names; the rest is counted."""
WORDS: Final = 12
"""Words of an enum that a snippet lets one choose from."""

_ITEMS: Final = re.compile(r"self\.([a-z][a-z0-9_.]*)")
"""An `each` that is a path of the record."""
Schema = Mapping[str, Any]
Keys = tuple[str, ...]


def files(policy: Policy, shelf: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by their path below the root. `shelf` holds the schemas of FORMATS among the shipped files, by path."""
    kinds = list(policy.kinds.values())
    made = {f"{name}{SUFFIX}": json.loads(shelf[f"schemas/{name}{SUFFIX}"]) for name in FORMATS}
    made |= {f"{kind.slug}{SUFFIX}": of_kind(policy, kind) for kind in kinds}
    made[ANY_KIND] = of_any(kinds)
    return {f"{FOLDER}/{name}": _written(schema) for name, schema in sorted(made.items())}


def of_kind(policy: Policy, kind: Kind) -> dict[str, Any]:
    """The schema of one kind, with words and snippets."""
    trusted = not any(pack.holds(kind.path) for pack in policy.packs)
    asking = [bound for bound in policy.bound if kind.name in bound.subjects]
    schema = _told(kind.schema, (), _asked(asking), trusted=trusted)
    schema["defaultSnippets"] = [
        *schema.get("defaultSnippets", ()),
        {"label": kind.name, "description": kind.schema.get("description", kind.name), "body": _body(kind.schema)},
    ]
    return schema


def of_any(kinds: Sequence[Kind]) -> dict[str, Any]:
    """A record of any kind: what `kind` says decides which schema is asked."""
    words = {
        "type": "string",
        "enum": [kind.name for kind in kinds],
        "enumDescriptions": [str(kind.schema.get("description", "")) for kind in kinds],
        "description": "What the record is.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Record",
        "description": "A record of the management system.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": words},
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.name}}},
                "then": {"$ref": f"{kind.slug}{SUFFIX}"},
            }
            for kind in kinds
        ],
    }


def modeline(kind: Kind, path: str) -> str:
    """What the first line of a record at `path`, from its root, says to send an editor to the schema of its kind."""
    up = "../" * path.count("/")
    return f"yaml-language-server: $schema={up}{FOLDER}/{kind.slug}{SUFFIX}"


def _asked(asking: Collection[BoundRule]) -> dict[Keys, list[BoundRule]]:
    """Each path of a record that rules demand, with the rules."""
    found: dict[Keys, list[BoundRule]] = {}
    for bound in asking:
        items = _ITEMS.fullmatch(bound.file.rule.each or "")
        for need in bound.file.rule.needs:
            of_item, keys = need.startswith("item."), tuple(need.removeprefix("item.").split("."))
            if not of_item:
                found.setdefault(keys, []).append(bound)
            elif items:
                found.setdefault((*items[1].split("."), *keys), []).append(bound)
    return found


def _told(node: Schema, path: Keys, asked: Mapping[Keys, list[BoundRule]], *, trusted: bool) -> dict[str, Any]:
    """The schema with the words of each field. Only what ships may bring Markdown; a pack brings text."""
    told = {keyword: value for keyword, value in node.items() if not keyword.startswith("x-")}
    if "properties" in node:
        told["properties"] = {
            key: _told(child, (*path, key), asked, trusted=trusted) for key, child in node["properties"].items()
        }
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            told[keyword] = _told(node[keyword], path, asked, trusted=trusted)
    if node.get("format") == "date":
        told["pattern"] = DAY
    told["markdownDescription"] = "\n\n".join(_words(node, asked.get(path, ()), trusted=trusted))
    if path:
        _offer(told, node)
    return told


def _words(node: Schema, rules: Sequence[BoundRule], *, trusted: bool) -> Iterator[str]:
    if trusted and "markdownDescription" in node:
        yield node["markdownDescription"]
    else:
        yield markdown(str(node.get("description", node.get("markdownDescription", ""))))
    items = node.get("items", node)
    if "x-ref" in items:
        yield "Leads to " + " or ".join(code(f"{kind}:id") for kind in items["x-ref"])
    if rules:
        named = "\n".join(f"- {code(bound.id)} {markdown(bound.file.rule.title)}" for bound in rules[:RULES])
        yield f"Asked for by\n\n{named}" + (f"\n- and {len(rules) - RULES} more" if rules[RULES:] else "")


def _offer(told: dict[str, Any], node: Schema) -> None:
    """A snippet of an object, and of a list of objects with one and of each further one in it."""
    label = " ".join(str(node.get("description", "A new entry")).rstrip(".").split())
    if node["type"] == "array" and "properties" in node["items"]:
        body = _body(node["items"])
        told["items"]["defaultSnippets"] = [{"label": f"- {label}", "body": body}]
        told["defaultSnippets"] = [*told.get("defaultSnippets", ()), {"label": label, "body": [body]}]
    elif "properties" in node and "defaultSnippets" not in told:
        told["defaultSnippets"] = [{"label": label, "body": _body(node)}]


def _body(node: Schema) -> dict[str, Any]:
    """What a snippet writes of an object: the keys that it must have, or else the first, each with a place to type."""
    stops = iter(range(1, 10_000))

    def of(inner: Schema) -> Any:
        if inner["type"] == "object" and "properties" in inner:
            required = inner.get("required") or list(inner["properties"])[:1]
            return {key: of(inner["properties"][key]) for key in inner["properties"] if key in required}
        if inner["type"] == "array":
            return [of(inner["items"])]
        if "const" in inner:
            return inner["const"]
        return _stop(next(stops), inner)

    made: dict[str, Any] = of(node)
    return made


def _stop(number: int, node: Schema) -> str:
    """A place to type in a snippet: what may stand there, or a word of what it is."""
    if "enum" in node:
        return f"${{{number}|{','.join(str(word) for word in node['enum'][:WORDS])}|}}"
    if node["type"] == "boolean":
        return f"${{{number}|true,false|}}"
    if "x-ref" in node:
        return f"{node['x-ref'][0]}:${{{number}:id}}"
    if node.get("format") == "date":
        return f"${{{number}:YYYY-MM-DD}}"
    return f"${{{number}}}"


def _written(schema: Schema) -> bytes:
    """The bytes of a file. Without `$id`, so that references are looked for beside the file and nowhere else."""
    schema = {keyword: value for keyword, value in schema.items() if keyword != "$id"}
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
