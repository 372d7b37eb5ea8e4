"""A table of a view -> a table in GitHub's Markdown, in which nothing is live that a record says."""

from __future__ import annotations

from collections.abc import Iterator

from iscode.report.escape import markdown
from iscode.report.table_text import words
from iscode.view import Table


def report(table: Table) -> bytes:
    """The page, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(table)).encode("utf-8")


def _lines(table: Table) -> Iterator[str]:
    yield f"# {markdown(table.title)}"
    yield ""
    yield _row([column.title for column in table.columns])
    yield "|" + "---|" * len(table.columns)
    yield from (_row([words(cell) for cell in row]) for row in table.rows)
    if table.summary:
        yield ""
        yield from (f"- {markdown(note)}" for note in table.summary)


def _row(texts: list[str]) -> str:
    return f"| {' | '.join('<br>'.join(map(markdown, text.split(chr(10)))) for text in texts)} |"
