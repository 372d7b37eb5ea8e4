"""A rule file of the repository as it is being written -> what its compiler and its lint say, where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lsprotocol.types import Diagnostic, DiagnosticSeverity, Range

from iscode.document import Pointer
from iscode.document.spots import spots
from iscode.document.within import points
from iscode.errors import IscodeError, Place, RuleError
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report.escape import terminal
from iscode.rule import CompiledRule
from iscode.rule.compilation import compile_rule
from iscode.rule.hints import FormulaError
from iscode.rule.lint import remarks
from iscode.rule.shelf import DEFINITIONS, TEST_SUFFIX, RuleFile, alone

SOURCE: Final = "iscode"
_RULES: Final = "rules/"
_WORD: Final = re.compile(r"\w+")


def is_rule(view: View, path: str) -> bool:
    """Whether a file is a rule of a pack of the repository."""
    name = path.rpartition("/")[2]
    shelf = any(path.startswith(f"{pack.path}/{_RULES}") for pack in view.policy.packs)
    return shelf and name.endswith(".yaml") and not name.endswith(TEST_SUFFIX) and name != DEFINITIONS


def rule_diagnostics(view: View, path: str, text: Text) -> list[Diagnostic]:
    """What is wrong with a rule as it is typed, an error; and what its author most likely did not mean, a warning."""
    try:
        file = alone(path, text.data, view.policy.kinds)
        compiled = compile_rule(file, _params(view, file), view.policy.rules)
    except FormulaError as error:
        where = _inside(text, error.pointer, error.offset) or _at(text, error.place)
        return [_diagnostic(where, error.message, error.next_step, DiagnosticSeverity.Error)]
    except RuleError as error:
        return [_diagnostic(_at(text, error.place), error.message, error.hint, DiagnosticSeverity.Error)]
    return list(_remarks(view, text, file, compiled))


def _remarks(view: View, text: Text, file: RuleFile, compiled: CompiledRule) -> Iterator[Diagnostic]:
    covering = {name for bound in view.policy.bound if not bound.subjects for name in bound.requirements}
    covered = any(view.policy.catalogs.matching(name) and name in covering for name in file.rule.requirements)
    for remark in remarks(file, compiled, covered=covered):
        inside = _inside(text, remark.pointer, remark.offset) if remark.pointer is not None else None
        hint = remark.hint.partition("\n")[0]
        yield _diagnostic(inside or _at(text, remark.place), remark.message, hint, DiagnosticSeverity.Warning)


def _params(view: View, file: RuleFile) -> dict[str, object]:
    """The parameters that the profile sets, as far as the rule still has them; else what the rule says."""
    bound = next((bound for bound in view.policy.bound if bound.id == file.rule.id), None)
    known = {} if bound is None else dict(bound.params)
    return {name: known.get(name, value) for name, value in file.rule.params.items()}


def _inside(text: Text, pointer: Pointer, offset: int) -> Range | None:
    """From an offset in the scalar at a pointer to the end of the word there; None where nobody can say."""
    spot = next((spot for spot in spots(text.data) if spot.pointer == pointer and not spot.key), None)
    found = points(text.lines, spot) if spot is not None else None
    if spot is None or found is None or offset >= len(found):
        return None
    word = _WORD.match(spot.text, offset)
    last = found[word.end() - 1] if word is not None else found[offset]
    return text.range(found[offset], (last[0], last[1] + 1))


def _at(text: Text, place: Place | None) -> Range:
    """The rest of the line from a place on."""
    line, column = (place.line - 1, place.column - 1) if place is not None else (0, 0)
    return text.range((line, column), (line, max(len(text.line(line).rstrip()), column + 1)))


def _diagnostic(where: Range, message: str, hint: str, severity: DiagnosticSeverity) -> Diagnostic:
    words = "\n".join(terminal(line) for line in (message, *hint.splitlines()) if line)
    return Diagnostic(where, words, severity=severity, source=SOURCE)


def broken(view: View) -> dict[str, list[Diagnostic]]:
    """Path -> what is wrong with each rule file that is open."""
    found: dict[str, list[Diagnostic]] = {}
    for path, text in view.buffers.items():
        if is_rule(view, path):
            try:
                found[path] = rule_diagnostics(view, path, text)
            except IscodeError as error:
                found[path] = [_diagnostic(_at(text, error.place), error.message, error.hint, DiagnosticSeverity.Error)]
    return found
