"""completion: a real bash completes verbs, options and ids; what it asks never turns another verb into an answer."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from iscode.cli import candidates
from iscode.cli.run import VERBS, run
from iscode.cli.verbs import completion
from iscode.policy import bind_every_rule, shipped


def bash(script: str) -> str:
    """What a bash prints that knows iscode and reads no start file."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "--norc", "-c", f'eval "$(iscode completion bash)"\n{script}']
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def complete(*words: str) -> list[str]:
    """What bash offers for the last of the words."""
    listed = " ".join(f"'{word}'" for word in ("iscode", *words))
    script = f"COMP_WORDS=({listed}); COMP_CWORD={len(words)}; _iscode_completion iscode"
    return bash(f'{script}; printf "%s\\n" "${{COMPREPLY[@]}}"').split()


def test_bash_completes_every_verb() -> None:
    assert list(VERBS) == complete("")
    assert ["requirements"] == complete("req")


def test_bash_completes_options() -> None:
    assert "--staged" in complete("check", "--st")


def test_the_rule_to_show_or_to_test_is_completed_with_the_ids_of_the_shelf() -> None:
    every = [bound.id for bound in bind_every_rule(shipped()).bound]
    assert every == complete("rules", "show", "")
    assert [name for name in every if name.startswith("ai-")] == complete("rules", "test", every[0], "ai-")
    assert [] == complete("rules", "show", "definitions")


def test_the_requirement_to_show_is_completed_through_its_colon() -> None:
    found = complete("requirements", "show", "iso42001:A.9.")
    assert ["iso42001:A.9.2", "iso42001:A.9.3", "iso42001:A.9.4"] == found
    assert ":" not in bash('printf %s "$COMP_WORDBREAKS"')


def test_every_requirement_is_offered_in_the_order_of_the_catalogs() -> None:
    context, argument = click.Context(click.Command("show")), click.Argument(["requirement"])
    assert list(bind_every_rule(shipped()).catalogs) == candidates.requirements(context, argument, "")


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_the_script_of_each_shell_asks_by_a_verb_and_by_no_variable_of_its_own(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert script.count(f"completion {shell} --answer)") == 1
    assert "_COMPLETE=" not in script


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_each_shell_is_answered_in_its_own_form(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMP_WORDS", "iscode dem")
    monkeypatch.setenv("COMP_CWORD", "dem" if shell == "fish" else "1")
    assert run(["completion", shell, "--answer"]) == 0
    told = {"bash": "plain,demo\n", "zsh": "plain\ndemo\n", "fish": "plain,demo\t"}
    assert capsys.readouterr().out.startswith(told[shell])


def test_a_variable_in_the_environment_turns_no_verb_into_an_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(completion.VARIABLE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "iscode ")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run(["check", str(tmp_path)]) == 2


@pytest.mark.parametrize(("name", "value"), [("COMP_CWORD", None), ("COMP_CWORD", "first"), ("COMP_WORDS", None)])
def test_an_answer_that_no_script_asked_for_is_a_wrong_use(
    name: str, value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMP_WORDS", "iscode ")
    monkeypatch.setenv("COMP_CWORD", "1")
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    assert run(["completion", "bash", "--answer"]) == 2
    assert "COMP_WORDS and COMP_CWORD" in capsys.readouterr().err


def test_a_script_that_is_not_understood_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click.shell_completion.BashComplete.source_template", "another %(complete_var)s %(prog_name)s")
    assert run(["completion", "bash"]) == 2
    assert "" == capsys.readouterr().out


def test_a_shell_that_is_not_known_is_a_wrong_use() -> None:
    assert run(["completion", "tcsh"]) == 2
