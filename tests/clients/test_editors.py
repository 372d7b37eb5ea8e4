"""Records as the YAML language server of editors and check-jsonschema see them, by the schemas that iscode exports.

Shape is judged three times: what all three say of each record of the examples, of each mistake of mistakes.yaml and of
each mistake that the schema of a kind can see is held, and the table of it stands in docs/editors.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from iscode.cli.run import run
from iscode.document import read, write
from iscode.intake.filling import Examples
from iscode.policy import Config, bind_rules, shipped
from iscode.report import editors
from iscode.schema import Kind, expansion

from .editor import Editor

pytestmark = pytest.mark.clients

HOME = Path(__file__).resolve().parents[2]
PAGE = HOME / "docs" / "editors.md"
SERVER = "node/node_modules/yaml-language-server/bin/yaml-language-server"
POLICY = bind_rules(Config(version=1, profile="integrated"), shipped())
BATCH = 250
"""Files that one server gets: it looks at each again when it hears of another."""
HEAD = "kind: Role\nid: a\ntitle: A\nowner: Role:a\nstatus: draft\n"
ROLE = f"{HEAD}authorities: []\nholders: []\n"
PIECES = {
    "head": HEAD,
    "role": ROLE,
    "person": HEAD.replace("Role\n", "Person\n", 1) + 'employment: employee\njoined: "2026-01-01"\n',
    "crlf": ROLE.replace("\n", "\r\n"),
    "deep": f"duties: {'[' * 40}{']' * 40}\n",
    "long": "x" * 70_000,
}


class Said(NamedTuple):
    """Whether each of the three takes a file for a record that is whole."""

    iscode: bool
    server: bool
    check: bool


class Mistake(NamedTuple):
    """A file with a name of what is odd about it, and why the three do not agree on it."""

    name: str
    data: bytes
    why: str = ""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that `init` began, under the profile with every rule."""
    folder = tmp_path_factory.mktemp("editors") / "own"
    assert run(["init", "--profile", "integrated", str(folder)]) == 0
    return folder


@pytest.fixture
def start(tool: Callable[[str], Path], own: Path) -> Callable[[], Editor]:
    """What starts an editor with that repository open."""
    settings = json.loads((own / ".vscode" / "settings.json").read_text())
    return lambda: Editor(tool(SERVER), own, {**settings, "yaml.schemaStore.enable": False})


@pytest.fixture
def editor(start: Callable[[], Editor]) -> Iterator[Editor]:
    """Such an editor."""
    with start() as found:
        yield found


def mistakes() -> list[Mistake]:
    """Those of mistakes.yaml."""
    made = []
    for one in yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8")):
        text = one.get("text", "")
        for name, piece in PIECES.items():
            text = text.replace(f"{{{name}}}", piece)
        data = bytes.fromhex(one["hex"]) if "hex" in one else text.encode("utf-8", "surrogatepass")
        made.append(Mistake(one["name"], data, one.get("why", "")))
    return made


def seeded(kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A whole record of each kind with every field, and mistakes in it, each by a keyword: (kind, keyword, record).

    A field that several kinds share is tried in the first of them, but each kind has each keyword that it can have.
    """
    examples, tried = Examples(lambda _kinds: []), set[tuple[str, str]]()
    for kind in kinds.values():
        yield kind.name, "whole", {key: examples.of(node) for key, node in kind.schema["properties"].items()}
        had: set[str] = set()
        for keyword, value, node in wrong(kind.schema, examples):
            judged = {word: value for word, value in node.items() if word not in expansion.ANNOTATIONS}
            seen = keyword, json.dumps(judged, sort_keys=True)
            fits = isinstance(value, dict) and value.get("kind", kind.name) == kind.name
            if fits and (keyword not in had or seen not in tried):
                had.add(keyword)
                tried.add(seen)
                yield kind.name, keyword, value


def wrong(node: Mapping[str, Any], examples: Examples) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Values that a schema refuses, each by one keyword of it or of what it holds, and whose keyword that is."""
    good = examples.of(node)
    yield "type", {"a": 1} if node["type"] != "object" else "a", node
    if "enum" in node or "const" in node:
        yield "enum" if "enum" in node else "const", "no such word", node
    if "pattern" in node:
        yield "pattern", "", node
    if node.get("format") == "date":
        yield "format", "2026-13-41", node
    if "minimum" in node:
        yield "minimum", node["minimum"] - 1, node
    if "maximum" in node:
        yield "maximum", node["maximum"] + 1, node
    if node.get("uniqueItems"):
        yield "uniqueItems", [*good, *good], node
    if node["type"] == "array":
        yield from ((keyword, [value], of) for keyword, value, of in wrong(node["items"], examples))
    if "properties" in node:
        full = {key: examples.of(inner) for key, inner in node["properties"].items()}
        yield "additionalProperties", {**full, "colour": "red"}, node
        for key in node.get("required", ()):
            yield "required", {name: value for name, value in full.items() if name != key}, {"required": key, **node}
        for key, inner in node["properties"].items():
            yield from ((keyword, {**full, key: value}, of) for keyword, value, of in wrong(inner, examples))


def by_iscode(data: bytes) -> bool:
    """Whether iscode reads a record of a known kind that its schema accepts."""
    document = read("compliance/x.yaml", data)
    value = document.value
    kind = value.get("kind") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind in POLICY.kinds and not POLICY.kinds[kind].refusals(document)


def by_check(own: Path, files: Mapping[str, bytes], folder: Path) -> set[str]:
    """The names of the files that check-jsonschema accepts."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("check-jsonschema")), "--output-format", "json", "--schemafile",
            str(own / editors.FOLDER / editors.ANY_KIND), *files,
        ],
        cwd=folder, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert done.returncode == (said["status"] != "ok"), done.stderr
    refused = {error["filename"] for error in said.get("errors", ())}
    refused |= {error["filename"] for error in said.get("parse_errors", ())}
    return files.keys() - refused


def by_server(start: Callable[[], Editor], files: Mapping[str, bytes]) -> set[str]:
    """The names of the files that the server has nothing against. What is no UTF-8 reaches it as editors read it."""
    accepted: set[str] = set()
    names = list(files)
    for begin in range(0, len(names), BATCH):
        some = names[begin : begin + BATCH]
        with start() as editor:
            found = editor.open({f"compliance/all/{name}": files[name].decode("utf-8", "replace") for name in some})
        accepted |= {name for name in some if not found[f"compliance/all/{name}"]}
    return accepted


def judge(start: Callable[[], Editor], own: Path, folder: Path, files: Mapping[str, bytes]) -> dict[str, Said]:
    """What all three say of each file."""
    checked, shown = by_check(own, files, folder), by_server(start, files)
    return {name: Said(by_iscode(data), name in shown, name in checked) for name, data in files.items()}


def page(keywords: list[str], said: Mapping[str, Said], kept: list[Mistake]) -> str:
    """docs/editors.md: what the three agree on, and each difference with its reason."""
    word = {True: "takes", False: "refuses"}
    rows = [f"| {one.name} | {' | '.join(word[each] for each in said[one.name])} | {one.why} |" for one in kept]
    listed = ", ".join(f"`{keyword}`" for keyword in keywords)
    differing = sum(len(set(said[one.name])) > 1 for one in kept)
    return "\n".join(
        [
            "<!-- Made by tests/clients/test_editors.py; do not edit. -->",
            "# Editors and the gate",
            "",
            "What an editor says of the shape of a record by the schemas that `iscode schema export` writes, against",
            "what the gate says. Asked are the YAML language server, which VS Code and others start, and",
            "check-jsonschema, which hooks run. What rules say is no matter of shape; [`iscode lsp`](how-to/editor.md)",
            "shows that in an editor.",
            "",
            "- All three take each record of the examples.",
            "- All three refuse each mistake that was made in whole records of every kind, in each field, against",
            f"  {listed}.",
            f"- Of the {len(kept)} files below they differ on {differing}. There iscode is the one that refuses:",
            "  what an editor takes may be refused by the gate, and never the other way round.",
            "",
            "| the file has | iscode | language server | check-jsonschema | why |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


@pytest.mark.slow
def test_the_three_agree_on_the_shape_of_records_but_for_what_the_page_tells(
    start: Callable[[], Editor], own: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    examples = {
        "-".join(path.relative_to(HOME / "examples").parts): path.read_bytes()
        for path in sorted((HOME / "examples").glob("*/compliance/**/*.yaml"))
    }
    assert {Said(True, True, True)} == set(judge(start, own, tmp_path, examples).values())

    made = {
        f"{number}.{kind}.{keyword}.yaml": write(record).encode()
        for number, (kind, keyword, record) in enumerate(seeded(POLICY.kinds))
    }
    said = judge(start, own, tmp_path, made)
    wanted = {name: Said(*[name.endswith(".whole.yaml")] * 3) for name in made}
    assert wanted == said
    keywords = sorted({name.split(".")[2] for name in made} - {"whole"})
    for kind in POLICY.kinds:
        assert {"type", "required", "additionalProperties", "enum", "pattern", "uniqueItems"} <= {
            name.split(".")[2] for name in made if name.split(".")[1] == kind
        }

    kept = mistakes()
    odd = judge(start, own, tmp_path, {f"{one.name}.yaml": one.data for one in kept})
    of_name = {name.removesuffix(".yaml"): each for name, each in odd.items()}
    for one in kept:
        differ = len(set(of_name[one.name])) > 1
        assert not differ or (one.why and not of_name[one.name].iscode), (one.name, of_name[one.name])
    text = page(keywords, of_name, kept)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run this test with --update-golden, and read what changed"


def test_a_mistake_is_shown_where_it_stands_by_the_line_of_the_record_and_by_the_settings(editor: Editor) -> None:
    line = "# yaml-language-server: $schema=../../.iscode/schemas/role.schema.json\n"
    text = f"{HEAD}authorities: [fly]\nholders: []\n"
    found = editor.open({"compliance/roles/a.yaml": line + text, "compliance/roles/b.yaml": text})
    for name, above in (("a", 1), ("b", 0)):
        [diagnostic] = found[f"compliance/roles/{name}.yaml"]
        assert {"line": 5 + above, "character": 14} == diagnostic["range"]["start"]
        assert "approve_policy" in diagnostic["message"]


def test_the_configuration_is_known_by_its_first_line(editor: Editor, own: Path) -> None:
    text = (own / "iscode.yaml").read_text()
    assert [] == editor.open({"iscode.yaml": text})["iscode.yaml"]
    [diagnostic] = editor.open(
        {"nested/iscode.yaml": text.replace("=.iscode", "=../.iscode") + "recrods: []\n"}
    ).popitem()[1]
    assert "recrods" in diagnostic["message"]


def test_hovering_tells_what_a_field_is_and_which_rules_ask_for_it(editor: Editor) -> None:
    text = "kind: AISystem\nid: a\ntitle: A\nowner: Role:a\nstatus: draft\nstage: design\noversight: {mode: advisory}\n"
    editor.open({"compliance/a.yaml": text})
    oversight = editor.hover("compliance/a.yaml", 6, 2)
    assert ("How people oversee the system" in oversight, "`ai-facts-stated`" in oversight) == (True, True)
    mode = editor.hover("compliance/a.yaml", 6, 13)
    assert "`advisory`: people decide, it advises" in mode


def test_kinds_fields_words_and_entries_are_completed(editor: Editor) -> None:
    line = "# yaml-language-server: $schema=../.iscode/schemas/role.schema.json\n"
    editor.open(
        {
            "compliance/empty.yaml": line + "\n",
            "compliance/kind.yaml": "kind: \n",
            "compliance/word.yaml": "kind: Role\nstatus: \n",
            "compliance/field.yaml": "kind: Role\nhol",
            "compliance/item.yaml": f"{line}kind: Role\nholders:\n  - \n",
        }
    )
    whole = [item["insertText"] for item in editor.complete("compliance/empty.yaml", 1, 0) if item["label"] == "Role"]
    assert "kind: Role\nid: ${1}\ntitle: ${2}\nowner: Role:${3:id}\n" in whole[0]
    kinds = {item["label"]: item for item in editor.complete("compliance/kind.yaml", 0, 6)}
    assert set(POLICY.kinds) <= kinds.keys()
    words = {item["label"]: item["documentation"] for item in editor.complete("compliance/word.yaml", 1, 8)}
    assert {"draft": "being written: counts for nothing yet"}.items() <= words.items()
    fields = {item["label"]: item for item in editor.complete("compliance/field.yaml", 1, 3)}
    assert "Who holds the role" in fields["holders"]["documentation"]["value"]
    entries = {item["label"]: item["insertText"] for item in editor.complete("compliance/item.yaml", 3, 4)}
    assert "person: Person:${1:id}\n  from: ${2:YYYY-MM-DD}" == entries["- Who holds the role, and who held it"]
