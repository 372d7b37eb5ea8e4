"""Each command of the README and the how-to pages runs, in order, as a reader would run it, and says what they show."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block that begins with a path is a file that the reader writes."""
JSON = re.compile(r"^```json (\S+\.json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""JSON has no comments: the path stands behind the name of the language."""
EXIT = re.compile(r"\s+# exit (\d+)$")


PAGES = [
    *sorted((HOME / "docs" / "how-to").glob("*.md")),
    *(HOME / "docs" / f"{name}.md" for name in ("examples", "gate", "html-report", "tutorial")),
]


def blocks() -> list[str]:
    """The console blocks of the README."""
    return BLOCK.findall((HOME / "README.md").read_text(encoding="utf-8"))


def commands(block: str) -> Iterator[tuple[str, int, list[str]]]:
    """Each command with the exit code it announces and the lines it shows."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    for part in parts:
        command, *shown = part.rstrip("\n").split("\n")
        announced = EXIT.search(command)
        yield EXIT.sub("", command), int(announced[1]) if announced else 0, [line for line in shown if line]


def play(block: str, folder: Path, environment: dict[str, str]) -> Path:
    """Run a block's commands in one shell session's manner: `cd` moves the reader. The folder at its end."""
    for command, expected, shown in commands(block):
        if command.startswith("cd "):
            folder = (folder / command.removeprefix("cd ")).resolve()
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        output = done.stdout + done.stderr
        assert done.returncode == expected, f"$ {command}\n{output}"
        for line in shown:
            assert line.strip() in output, f"$ {command}\nshould show: {line}\n{output}"
    return folder


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody with Git set up and iscode installed."""
    binaries = Path(sys.executable).parent
    return {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "ISCODE_CLONE": str(HOME),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{role}_{what}": f"reader{at}"
            for role in ("AUTHOR", "COMMITTER")
            for what, at in (("NAME", ""), ("EMAIL", "@example.org"))
        },
        **{key: value for key, value in os.environ.items() if key.startswith("PIP_")},
    }


def test_the_commands_after_the_installation_do_what_the_readme_says(tmp_path: Path, reader: dict[str, str]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    played = blocks()[1:]
    assert len(played) >= 5
    for block in played:
        folder = play(block, folder, reader)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_files_and_commands_of_a_how_to_page_do_what_it_says(
    page: Path, tmp_path: Path, reader: dict[str, str]
) -> None:
    text = page.read_text(encoding="utf-8")
    found = sorted([*FILE.finditer(text), *JSON.finditer(text), *BLOCK.finditer(text)], key=lambda match: match.start())
    assert len(found) == len(re.findall(r"^```\w*(?: \S+)?\n.*?^```$", text, re.MULTILINE | re.DOTALL)) - text.count(
        "```lua\n"
    ), "a block is neither a file nor a session, nor the settings of an editor"
    folder = tmp_path / "work"
    folder.mkdir()
    for match in found:
        if match.re is BLOCK:
            folder = play(match[1], folder, reader)
            continue
        (folder / match[1]).parent.mkdir(parents=True, exist_ok=True)
        head = f"# {match[1]}\n" if match.re is FILE else ""
        (folder / match[1]).write_text(head + match[2], encoding="utf-8")


@pytest.mark.clients
def test_a_wheel_built_from_the_clone_installs_and_plays_the_demonstration(
    tmp_path: Path, reader: dict[str, str]
) -> None:
    play(blocks()[0], tmp_path, reader)

    installed = tmp_path / "iscode-venv" / "bin" / "iscode"
    done = subprocess.run([installed, "demo"], cwd=tmp_path, env=reader, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED: 1 result blocks" in done.stdout


def test_ci_runs_the_commands_that_the_readme_names() -> None:
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    script = (HOME / ".ci" / "run").read_text(encoding="utf-8")
    for command in ("make demo", "make test", "make clients"):
        assert command in readme
        assert re.search(rf"^{command}(?: CLIENTS='clients and not slow')?$", script, re.MULTILINE)
