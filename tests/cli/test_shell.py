"""A path as a word of a command that is printed: a shell reads the same path from it, and no program an option."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from iscode.cli import shell

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(NAMES)
def test_a_shell_reads_one_word_that_names_the_same_file_and_is_no_option(name: str) -> None:
    [word] = shlex.split(shell.word(name))
    assert (os.path.normpath(name), False) == (os.path.normpath(word), word.startswith("-"))


@given(st.lists(NAMES.filter(lambda name: "/" not in name and name not in (".", "..")), max_size=3))
def test_what_stands_below_the_current_folder_is_named_from_there(parts: list[str]) -> None:
    [word] = shlex.split(shell.from_here(Path.cwd().joinpath(*parts)))
    assert Path.cwd().joinpath(*parts) == Path(os.path.normpath(Path.cwd() / word))


def test_the_current_folder_is_a_dot() -> None:
    assert "." == shell.from_here(Path.cwd())
