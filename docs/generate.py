"""The code and the shelves -> the files that are written by nobody: schemas of our own formats, the page of kinds.

`python docs/generate.py` writes them; with `--check` it only says which are stale and ends 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from iscode.policy.config import Config
from iscode.policy.profile import Profile
from iscode.policy.shelves import shipped
from iscode.rule.model import Rule
from iscode.schema import Kind, load
from iscode.schema.expansion import ANNOTATIONS, ASSERTIONS, EXTENSIONS
from iscode.testing.cases import Cases

HOME = Path(__file__).resolve().parents[1]
NOTE = "Made by docs/generate.py; do not edit."
FORMATS: dict[str, type[BaseModel]] = {"rule": Rule, "rule-test": Cases, "profile": Profile, "config": Config}
"""Format of our own -> the model that reads it."""


def generated() -> dict[str, str]:
    """Path from the top -> content of each generated file."""
    files = {f"schemas/{name}.schema.json": _schema(name, model) for name, model in FORMATS.items()}
    return {**files, "docs/kinds.md": "\n".join(_kinds()) + "\n"}


def _schema(name: str, model: type[BaseModel]) -> str:
    body = model.model_json_schema(mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{name}.schema.json", "$comment": NOTE}
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"


def _kinds() -> Iterator[str]:
    kinds = load(shipped().below("schemas/", ".schema.json"))
    yield f"<!-- {NOTE} -->"
    yield "# Kinds of records"
    yield ""
    yield "A record is one YAML file of a kind. The schema gives its shape; rules say what is complete."
    for kind in kinds.values():
        yield from _kind(kind)
    yield from _subset()


def _kind(kind: Kind) -> Iterator[str]:
    yield ""
    yield f"## {kind.name}"
    yield ""
    yield str(kind.schema.get("markdownDescription") or kind.schema.get("description", ""))
    yield ""
    yield "| key | holds | required | meaning |"
    yield "|---|---|---|---|"
    for name, field in kind.type.fields.items():
        node: dict[str, Any] = kind.schema["properties"][name]
        yield f"| `{name}` | {_holds(node)} | {'yes' if field.required else ''} | {node.get('description', '')} |"


def _holds(node: dict[str, Any]) -> str:
    match node["type"]:
        case "array":
            return f"list of {_holds(node['items'])}"
        case "object" if "properties" in node:
            return ", ".join(f"`{key}`" for key in node["properties"])
        case "object":
            return f"map to {_holds(node['additionalProperties'])}"
    if "x-ref" in node:
        return "reference to " + " or ".join(node["x-ref"])
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{word}`" for word in node["enum"])
    return (
        "day"
        if node.get("format") == "date"
        else {"string": "text", "boolean": "true or false"}.get(node["type"], node["type"])
    )


def _subset() -> Iterator[str]:
    yield ""
    yield "## Keywords that a kind may use"
    yield ""
    yield "A schema must be typed, so that rules and editors know what a key holds. Another keyword is refused."
    yield ""
    for title, words in (("judged", ASSERTIONS), ("read by editors", ANNOTATIONS), ("iscode's own", EXTENSIONS)):
        yield f"- {title}: {', '.join(f'`{word}`' for word in sorted(words))}"


def main() -> int:
    """Write or check the files; the exit code."""
    stale = [path for path, text in generated().items() if not _is_fresh(HOME / path, text)]
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path} is stale: run `make generate`\n")
        return 1 if stale else 0
    for path in stale:
        (HOME / path).write_text(generated()[path], encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
