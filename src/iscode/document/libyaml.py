"""Bytes -> the events of libyaml, PyYAML's parser in C, without the time that its parser in Python takes.

That one compiles patterns as it is imported, three quarters of the whole, which nothing here asks for. They are
compiled when they are first used instead: the package is whole for whoever else in the process reads YAML with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from iscode.errors import ContentError


class _Later:
    """A pattern that is compiled when something is first asked of it."""

    def __init__(self, *words: Any) -> None:
        self._words = words

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._words), name)  # which keeps what it compiled


_compile, re.compile = re.compile, _Later  # type: ignore[assignment]
try:
    import yaml
finally:
    re.compile = _compile

YAMLError = yaml.YAMLError
AliasEvent, ScalarEvent = yaml.AliasEvent, yaml.ScalarEvent
MappingStartEvent, MappingEndEvent = yaml.MappingStartEvent, yaml.MappingEndEvent
SequenceStartEvent, SequenceEndEvent = yaml.SequenceStartEvent, yaml.SequenceEndEvent
DocumentStartEvent, DocumentEndEvent, StreamEndEvent = (
    yaml.DocumentStartEvent,
    yaml.DocumentEndEvent,
    yaml.StreamEndEvent,
)


def events(data: bytes) -> Callable[[], Any]:
    """What gives the next event of a stream each time, and raises YAMLError or UnicodeDecodeError where none follows.

    Raises ContentError where PyYAML was installed without libyaml: its parser in Python reads tabs and surrogates
    otherwise, and two readings are two verdicts.
    """
    if not yaml.__with_libyaml__:
        raise ContentError(
            "PyYAML is installed without its C parser (libyaml)",
            hint="run: python -m pip install --force-reinstall --only-binary :all: pyyaml",
        )
    from yaml._yaml import CParser  # not there without libyaml

    following: Callable[[], Any] = CParser(data).get_event
    return following
