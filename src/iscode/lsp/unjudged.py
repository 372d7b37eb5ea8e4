"""What keeps a root from being judged -> a diagnostic in each open file of it: none may look like one that is good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsprotocol.types import Diagnostic, DiagnosticSeverity

from iscode.change.course import is_policy
from iscode.errors import IscodeError
from iscode.lsp.diagnostics import SOURCE, of_error
from iscode.lsp.site import Site
from iscode.lsp.text import Text, Units
from iscode.lsp.view import View
from iscode.report.escape import terminal

DEFECT = "not judged: a defect in iscode, of which the log of the server says more; please report it"


def refused(
    site: Site, buffers: Mapping[str, Text], error: IscodeError, units: Units, before: View | None
) -> dict[str, list[Diagnostic]]:
    """What is told where a root is refused: the cause where it stands, and every open file that it is not judged.

    `before`: the root as it was judged last, if it ever was.
    """
    place = error.place
    known = place is not None and (place.path in buffers or (site.top / place.path).is_file())
    path = place.path if place is not None and known else site.config
    stale = _unsaved(site, path, buffers.get(path), before)
    where = f"{place}, as it was saved" if stale else str(place or site.config)
    words = f"not judged: {where}: {error.message}"
    told = {open_: [_on_first_line(text, words)] for open_, text in buffers.items()}
    text = buffers.get(path, Text("", units))
    return told | {path: [of_error(text, error) if known and not stale else _on_first_line(text, words)]}


def _unsaved(site: Site, path: str, text: Text | None, before: View | None) -> bool:
    """Whether a file counts as it was saved, and is open with something else in it."""
    policy = path == site.config or (before is not None and is_policy(path, before.judged.ground.root, before.policy))
    try:
        return text is not None and policy and text.data != (site.top / path).read_bytes()
    except OSError:
        return False


def defective(site: Site, buffers: Mapping[str, Text], units: Units) -> dict[str, list[Diagnostic]]:
    """What is told where iscode itself fails: every open file that it is not judged; the configuration if none is."""
    return {path: [_on_first_line(text, DEFECT)] for path, text in (buffers or {site.config: Text("", units)}).items()}


def joined(found: Mapping[str, list[Diagnostic]], typed: Mapping[str, list[Diagnostic]]) -> dict[str, list[Diagnostic]]:
    """What is said of files as they count and of some as they are typed. What both say is said where it is typed."""
    return {**found, **{path: _without(found.get(path, ()), listed) for path, listed in typed.items()}}


def _without(found: Iterable[Diagnostic], typed: list[Diagnostic]) -> list[Diagnostic]:
    said = {_head(one) for one in typed}
    return [*(one for one in found if _head(one) not in said), *typed]


def _head(one: Diagnostic) -> tuple[object, str]:
    return one.code, one.message.partition("\n")[0]


def _on_first_line(text: Text, words: str) -> Diagnostic:
    where = text.range((0, 0), (0, max(len(text.line(0)), 1)))
    return Diagnostic(where, terminal(words), severity=DiagnosticSeverity.Error, source=SOURCE)
