"""The text of an XML file -> its elements as they begin and end, without entities, and no deeper than people nest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from iscode.intake.forms.json_value import unfit

_DEEPEST: Final = 100
_LOOK: Final = "mend it or export it again"

Begin = Callable[[tuple[str, ...], dict[str, str], int], None]
"""Called with the names from the root to the element, its attributes and its line."""


def walk(path: str, text: str, begin: Begin) -> None:
    """Tell `begin` of each element in the order of the file, names without their namespace.

    Raises ConfigError, with the place, for what is no XML, ends too early, declares an entity (which may name a file
    or grow without end) or nests deeper than 100.
    """
    parser = ParserCreate(namespace_separator=" ")
    above: list[str] = []

    def refuse(message: str, hint: str) -> NoReturn:
        raise unfit(path, message, hint, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(name: str, attributes: dict[str, str]) -> None:
        above.append(name.rpartition(" ")[2])
        if len(above) > _DEEPEST:
            refuse(f"the file nests deeper than {_DEEPEST}", _LOOK)
        begin(tuple(above), attributes, parser.CurrentLineNumber)

    def entity(*_: Any) -> None:
        refuse("the file declares an entity", "export it without: reports need none")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: above.pop()
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text, True)
    except ExpatError as error:
        ended = bool(text.strip()) and error.lineno >= text.rstrip().count("\n") + 1 and bool(above)
        message = "the file ends in the middle" if ended else "the file is not XML"
        raise unfit(path, message, _LOOK, error.lineno, error.offset + 1) from None
