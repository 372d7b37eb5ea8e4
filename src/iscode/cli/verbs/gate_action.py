"""gate-action: the inputs of action.yml and the event of the job -> check, told as GitHub shows it."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from iscode.cli import job, output
from iscode.cli.door import FAILED, PASSED
from iscode.errors import IscodeError, UsageError

OPTIONS: Final = ("profile", "as-of", "fail-on", "soon")
"""The inputs of the action that are options of check."""
NO_VERDICT: Final = {"passed": "false", "blocking": "", "report": "", "sarif": "", "commit": "", "comment": ""}
"""The outputs until there is a verdict."""
FILES: Final = {"json": "report.json", "markdown": "summary.md", "comment": "comment.md", "github": "annotations"}


def _inputs(command: click.Command) -> click.Command:
    """Give a command an option for each input of the action, and for what the job is about; empty: not given.

    `repository` is the address of the repository on the host, `commits` are those that it knows the job by.
    """
    for name in ("path", *OPTIONS, "base", "formats", "sarif-file", "existing", "repository", "commits"):
        command.params.append(click.Option([f"--{name}"], default=""))
    return command


@_inputs
@click.command("gate-action", short_help="Judge in a GitHub job: what action.yml runs.")
def command(**inputs: str) -> int:
    """Judge what a GitHub job checked out, by the base of the event that started it."""
    job.set_outputs(NO_VERDICT)
    folder = Path(tempfile.mkdtemp(prefix="iscode-", dir=os.environ.get("RUNNER_TEMP")))
    try:
        verdict = _verdict({name.replace("_", "-"): value for name, value in inputs.items() if value}, folder)
    except (IscodeError, click.ClickException) as error:
        job.set_outputs({"comment": _comment(_tell(error), inputs["path"], folder)})
        raise
    except Exception:  # whatever it is the exit door tells of it; the comment of an earlier commit must not stay
        words = "## iscode: no verdict\n\nThe run broke off; the log of the job says why."
        job.set_outputs({"comment": _comment(words, inputs["path"], folder)})
        raise
    output.write((folder / FILES["github"]).read_bytes())
    job.add_summary((folder / FILES["markdown"]).read_text("utf-8"))
    passed, report = json.dumps(verdict["passed"]), str(folder / FILES["json"])
    told = {"passed": passed, "blocking": str(verdict["blocking"]), "report": report, "sarif": inputs["sarif_file"]}
    comment = _comment((folder / FILES["comment"]).read_text("utf-8"), inputs["path"], folder)
    job.set_outputs({**told, "commit": verdict["commit"], "comment": comment})
    return PASSED if verdict["passed"] else FAILED


def _comment(text: str, path: str, folder: Path) -> str:
    """The file with a comment. Its first line, which no reader sees, is the same for each run over a path."""
    file = folder / FILES["comment"]
    of_path = hashlib.sha256(os.path.normpath(path).encode("utf-8", "surrogateescape")).hexdigest()
    file.write_text(f"<!-- iscode {of_path} -->\n{text}\n", encoding="utf-8", newline="\n")
    return str(file)


def _tell(error: IscodeError | click.ClickException) -> str:
    """Say where GitHub shows it that there is no verdict, and why; what the summary says of it."""
    from iscode.document.secrets import masked
    from iscode.report.escape import command_data, markdown

    said = masked(error.format_message() if isinstance(error, click.ClickException) else str(error))
    output.write(f"::error title=iscode gave no verdict::{command_data(said, 400)}\n".encode())
    page = f"## iscode: no verdict\n\n{markdown(said, 400)}"
    job.add_summary(page)
    return page


def _verdict(inputs: dict[str, str], folder: Path) -> dict[str, Any]:
    """The verdict of the JSON report of check and its commit; the text is in the log, other reports are in `folder`.

    Raises IscodeError where the exit of check says something else than its report.
    """
    from iscode.cli.verbs import check
    from iscode.report.escape import terminal

    arguments = list(_arguments(inputs))
    formats = ["text", *(f"{name}:{folder / file}" for name, file in FILES.items()), *_formats(inputs)]
    with job.without_commands():
        output.write(f"iscode check {terminal(shlex.join(arguments))}\n".encode())
        given = [word for name in formats for word in ("-f", name)]
        with check.command.make_context("check", [*given, *arguments]) as context:
            code = check.command.invoke(context)
    told = json.loads((folder / FILES["json"]).read_bytes())
    verdict: dict[str, Any] = told["verdict"] | {"commit": told["revision"]["commit"]}
    if verdict["passed"] is not {PASSED: True, FAILED: False}.get(code):
        raise IscodeError("the report of check and its exit do not agree", hint="please report it")
    return verdict


def _arguments(inputs: dict[str, str]) -> Iterator[str]:
    """The words of check that say what is judged, against what, and how hard."""
    from iscode.cli import action

    path = inputs.get("path", ".")
    head, against = action.checked_out(Path(path), inputs.get("base"))
    yield f"--rev={head}"
    if against.base is not None:
        yield f"--base={against.base}"
    if existing := inputs.get("existing", "block" if against.existing else ""):
        yield f"--existing={existing}"
    yield from (f"--{name}={inputs[name]}" for name in OPTIONS if name in inputs)
    if "repository" in inputs and head in inputs.get("commits", "").split():  # else the host may not have it
        yield f"--links={inputs['repository']}/blob/{head}/"
    yield from ("--", path)


def _formats(inputs: dict[str, str]) -> Iterator[str]:
    """The reports that the workflow asks for, each with a file that no link of the judged commit leads elsewhere."""
    here = Path.cwd().resolve()
    sarif = [f"sarif:{inputs['sarif-file']}"] if "sarif-file" in inputs else []
    for word in [*inputs.get("formats", "").split(), *sarif]:
        name, _, file = word.partition(":")
        if not file:
            raise UsageError(f"`formats` asks for {word} and names no file", hint="write FORMAT:FILE")
        meant = Path(os.path.normpath(here / file))
        if meant.is_relative_to(here) and meant.parent.resolve() != meant.parent:
            raise UsageError(f"{file} lies behind a link", hint="write it into another folder")
        yield f"{name}:{os.path.normpath(file)}"  # not as written: behind a link `..` leads elsewhere
