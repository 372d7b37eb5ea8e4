"""The generated pages say what the shelves and the code hold, whole, and nothing that is gone; links lead somewhere."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import click
import pytest

from iscode.cli.run import VERBS
from iscode.policy import Policy, Shelves, bind_every_rule, shipped

HOME = Path(__file__).resolve().parents[2]
PAGES = sorted([HOME / "README.md", HOME / "SECURITY.md", *(HOME / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """docs/generate.py as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HOME / "docs"))
        yield importlib.import_module("generate")
        for name in [name for name in sys.modules if name == "generate" or name.split(".")[0] == "pages"]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    return shipped()


@pytest.fixture(scope="module")
def policy(shelves: Shelves) -> Policy:
    return bind_every_rule(shelves)


@pytest.fixture(scope="module")
def files(generate: ModuleType, shelves: Shelves) -> dict[str, str]:
    return dict(generate.generated(shelves))


def anchors(text: str) -> set[str]:
    """The names that a link into a page may have behind its `#`, as code hosts make them from headings."""
    headings = HEADING.findall(CODE.sub(lambda block: "" if "\n" in block[0] else block[0], text))
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """A verb and all that stand below it, each with the words that call it."""
    yield path, command
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from leaves(below, f"{path} {name}")


def test_the_index_lists_each_page_once() -> None:
    docs = HOME / "docs"
    listed = re.findall(r"^- \[[^\]]+\]\(([^)]+\.md)\)", (docs / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - {"index.md"}
    assert sorted(listed) == sorted(
        page for page in pages if not page.startswith("rules/") or page == "rules/README.md"
    )


def test_the_committed_pages_are_those_that_the_shelves_make_now(files: Mapping[str, str]) -> None:
    for path, text in files.items():
        assert text == (HOME / path).read_text(encoding="utf-8"), f"{path} is stale: run `make generate`"
    assert {path.name for path in (HOME / "docs" / "rules").iterdir()} == {
        path.rpartition("/")[2] for path in files if path.startswith("docs/rules/")
    }


def test_the_same_shelves_give_the_same_pages_twice(
    generate: ModuleType, shelves: Shelves, files: Mapping[str, str]
) -> None:
    backwards = Shelves(dict(reversed(shelves.files.items())))
    assert files == dict(generate.generated(backwards))


def test_each_rule_has_a_page_with_its_clauses_its_messages_and_both_kinds_of_examples(
    policy: Policy, files: Mapping[str, str]
) -> None:
    for bound in policy.bound:
        page, rule = files[f"docs/rules/{bound.id}.md"], bound.file.rule
        headings = ["What it checks", "Fails", "Passes", "Rationale", "Remediation"]
        assert headings == [heading for heading in re.findall(r"^## (.+)$", page, re.MULTILINE) if heading in headings]
        for index, check in enumerate(rule.check):
            assert f"`{check.id or f'check:{index}'}`" in page
            assert " ".join(check.message.split()).replace("<", "&lt;") in page
        for words in (rule.title, rule.severity, *rule.params, *rule.aliases, *bound.requirements, *rule.needs):
            assert words in page, (bound.id, words)
        fails, passes = page.partition("## Fails")[2].split("## Passes")
        assert "\n- fails" in fails, bound.id
        assert "\n- passes" in passes.partition("## Other cases")[0], bound.id


def test_the_page_of_a_rule_shows_the_records_of_its_cases_as_yaml(files: Mapping[str, str]) -> None:
    page = files["docs/rules/evidence-dates-plausible.md"]
    assert '```yaml\nkind: Evidence\nid: e\nperiod:\n  from: "2026-06-30"\n  to: "2026-06-29"\n' in page


def test_every_requirement_is_listed_once_in_catalog_order_and_none_is_said_to_be_served_that_is_not(
    policy: Policy, files: Mapping[str, str]
) -> None:
    rows = re.findall(r'^\| <a id="[^"]+"></a>`([^`]+)` \|.*\| (.*) \|$', files["docs/requirements.md"], re.MULTILINE)
    assert list(policy.catalogs) == [name for name, _ in rows]
    for name, rules in rows:
        serving = [bound.id for bound in policy.bound if name in bound.requirements]
        assert (serving or ["no rule yet"]) == (re.findall(r"\[([^\]]+)\]", rules) or [rules])


def test_every_verb_and_every_option_is_in_the_page_of_the_command_line(files: Mapping[str, str]) -> None:
    page = files["docs/cli.md"]
    for verb, (module, _) in VERBS.items():
        for path, command in leaves(importlib.import_module(f"iscode.cli.verbs.{module}").command, f"iscode {verb}"):
            [part] = re.findall(rf"^#+ {path}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
            for parameter in command.params:
                argument = parameter.make_metavar(click.Context(command))
                hidden = isinstance(parameter, click.Option) and parameter.hidden
                for name in parameter.opts if isinstance(parameter, click.Option) else (argument,):
                    assert (name in part) is not hidden, (path, name)


def test_the_page_of_a_rule_that_is_gone_is_stale_and_is_removed(
    generate: ModuleType, files: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--check"], tmp_path) == 1
    assert len(files) + 2 == capsys.readouterr().err.count("is stale")
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0

    gone = tmp_path / "docs" / "rules" / "no-such-rule.md"
    gone.write_text("a rule that was")
    capsys.readouterr()
    assert generate.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err == "docs/rules/no-such-rule.md is stale: run `make generate`\n"
    assert generate.main([], tmp_path) == 0
    assert not gone.exists()
    assert generate.main(["--check"], tmp_path) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(HOME).as_posix())
def test_each_link_within_the_docs_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, name = unquote(target).partition("#")
        found = page.parent / path if path else page
        assert found.exists(), target
        assert not name or name in anchors(found.read_text(encoding="utf-8")), target
