"""What the house forbids, found in the syntax of its modules: the world outside the doors, and data in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from iscode.policy import bind_every_rule, shipped

SOURCE = Path(__file__).resolve().parents[2] / "src" / "iscode"
MODULES = sorted(SOURCE.rglob("*.py"))
WORLD = {"__main__", "cli", "lsp", "fleet", "source", "store"}
"""The doors, and what reads for them."""
INSIDE = [path for path in MODULES if path.relative_to(SOURCE).parts[0].removesuffix(".py") not in WORLD]

FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmtree", "iterdir"}
CLOCK = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCKS = {"datetime", "date", "time"}
ENVIRONMENT = {"environ", "getenv", "environb", "getcwd", "cwd", "expanduser", "gethostname", "getpass"}
RUN = {"eval", "exec", "__import__"}
LINES = 350


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Each call by name: what it is called on (empty for a plain name), its name, its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name):
                    yield "", name, node.lineno
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    yield owner, name, node.lineno
                case ast.Attribute(value=ast.Attribute(attr=owner), attr=name):
                    yield owner, name, node.lineno
                case ast.Attribute(attr=name):
                    yield "…", name, node.lineno


def words(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each text of a module that is no docstring and no name it exports, with its line."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
                pass
            case ast.Constant(value=str(text)):
                yield text, node.lineno
            case _:
                yield from words(node)


@pytest.fixture(scope="module")
def names() -> set[str]:
    """What only data may name: kinds, rules, and requirements by their long ids."""
    policy = bind_every_rule(shipped())
    return {*policy.kinds, *policy.catalogs, *policy.rules.by_id}


@pytest.fixture(scope="module")
def standards() -> set[str]:
    """How the standards are called."""
    return {*bind_every_rule(shipped()).catalogs.standards, "27001", "42001", "iso/iec"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    first = (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
    assert len(first) > 20


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_only_the_doors_and_the_source_touch_files_clock_and_environment(path: Path) -> None:
    tree = parsed(path)
    touched = [
        f"{line}: {owner}.{name}"
        for owner, name, line in calls(tree)
        if name in FILES
        or (name in CLOCK and owner in CLOCKS)
        or name in ENVIRONMENT
        or (owner, name) == ("Path", "home")
        or (owner == "" and name in {"print", "input"})
        or (owner == "sys" and name == "exit")
    ]
    touched += [
        f"{node.lineno}: {node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "stdout", "stderr", "argv"}
    ]
    assert [] == touched


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_text_becomes_code_in_the_room_of_expressions_alone(path: Path) -> None:
    tree = parsed(path)
    run = [line for owner, name, line in calls(tree) if owner in {"", "builtins"} and name in RUN]
    assert [] == run or path.relative_to(SOURCE).parts[0] == "expr"
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert set() == imported & {"pickle", "marshal", "shelve", "dill", "runpy", "code"}


def test_the_engine_has_one_place_that_runs_generated_text() -> None:
    assert 1 == sum(name in RUN for path in MODULES for owner, name, _ in calls(parsed(path)) if owner == "")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_python_names_no_kind_no_rule_no_requirement_and_no_standard(
    path: Path, names: set[str], standards: set[str]
) -> None:
    found = [
        f"{line}: {word}"
        for word, line in words(parsed(path))
        if word in names
        or word.partition(":")[0].partition(".")[0] in names
        or any(standard in word.lower() for standard in standards)
    ]
    assert [] == found
