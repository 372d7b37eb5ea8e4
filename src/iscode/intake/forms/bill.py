"""The text of a CycloneDX bill of materials in JSON -> a row for each component, or one for the whole bill.

A bill without components is refused, and one that a tool did not finish is told from one that is whole: what nobody
looked for is not what is not there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iscode.intake.forms.facts import at, day, figures, listed, objects
from iscode.intake.forms.json_value import UnfitError, loaded, unfit
from iscode.intake.rows import Row, flat

_SEVERITIES: Final = ("critical", "high", "medium", "low", "info", "none", "unknown")
_WORST_FIRST: Final = ("critical", "high", "unknown", "medium", "low", "info", "none")
"""What nobody knows may be as grave as what is high: it stands behind no rating that is less."""
_BANDS: Final = ((9, "critical"), (7, "high"), (4, "medium"))
_HIGHEST_SCORE: Final = 10
_SETTLED: Final = ("resolved", "resolved_with_pedigree", "false_positive", "not_affected")
_MODEL: Final = "machine-learning-model"
_MOST_LEVELS: Final = 100
_EXPORT: Final = "export a bill of materials as CycloneDX JSON"


def components(path: str, text: str) -> Iterator[Row]:
    """A row for each component, nested ones too, with `bill.…` for what is said of all.

    Where the bill is that of a model, the model is the first of them. What is named by the reference of another
    component (`{"ref": …}`) gets its name and version. Raises ConfigError for what is no bill, or one without a
    component.
    """
    bill = _bill(path, text)
    try:
        subject = at(bill, dict, "metadata", "component") or {}
        own = [subject] if subject.get("type") == _MODEL else []
        found = _all(path, bill, own)
        named = {one["bom-ref"]: one for one in found if at(one, str, "bom-ref")}
        said = _around(bill) | _listed(found) | ({"subject": None, "subject_version": None} if own else {})
        around = {f"bill.{key}": value for key, value in said.items()}
        for number, one in enumerate(found, 1):
            cells = {key: _resolved(value, named) for key, value in one.items() if key != "components"}
            yield Row(number, flat(cells) | around)
    except UnfitError as error:
        raise unfit(path, str(error), _EXPORT) from None
    except RecursionError:
        raise unfit(path, "the file is nested too deep", _EXPORT) from None


def inventory(path: str, text: str) -> Iterator[Row]:
    """The row of the whole bill: its components, and the weaknesses that it tells of by severity.

    `looked` is whether it tells of any, open or settled: a bill does not say that somebody looked and found none.
    """
    bill = _bill(path, text)
    found = _all(path, bill, [])
    counts = Counter(_severity(path, weakness) for weakness in _objects(path, bill, "vulnerabilities"))
    said = [at(one, str, "aggregate") for one in _objects(path, bill, "compositions")]
    named = (*_SEVERITIES, "settled")
    yield Row(
        1,
        {
            **_around(bill),
            "components": len(found),
            "licensed": sum(bool(objects(one, "licenses")) for one in found),
            "incomplete": any(word is None or "incomplete" in word for word in said),
            "looked": bool(counts),
            "weaknesses": sum(counts[name] for name in _SEVERITIES),
            **{name: counts[name] for name in named},
            "figures": figures([("components", len(found)), *((name, counts[name]) for name in named if counts)]),
        },
    )


def _bill(path: str, text: str) -> dict[str, Any]:
    bill = loaded(path, text)
    if at(bill, str, "bomFormat") != "CycloneDX" or at(bill, str, "specVersion") is None:
        raise unfit(path, "the file is no CycloneDX bill of materials", _EXPORT)
    return dict(bill)


def _all(path: str, bill: dict[str, Any], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Its `own` component, if that counts, and the others in the order of the file, each before those inside it."""
    found: list[dict[str, Any]] = []
    waiting = [(one, 1) for one in reversed([*own, *_objects(path, bill, "components")])]
    while waiting:
        one, level = waiting.pop()
        if level > _MOST_LEVELS:
            raise unfit(path, f"components stand more than {_MOST_LEVELS} deep in each other", _EXPORT)
        found.append(one)
        waiting += ((inner, level + 1) for inner in reversed(_objects(path, one, "components")))
    if not found:
        raise unfit(path, "the bill has no components: nothing was listed", "run the tool where the project was built")
    return found


def _objects(path: str, value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects below a key, none of which may be something else: it would count for nothing."""
    try:
        return listed(value, key)
    except UnfitError as error:
        raise unfit(path, f"the bill {error}", _EXPORT) from None


def _around(bill: dict[str, Any]) -> dict[str, Any]:
    """What the bill says of itself and of what it is of."""
    tools = objects(bill, "metadata", "tools") or objects(bill, "metadata", "tools", "components")
    tool = tools[0] if tools else {}
    return {
        "serial": at(bill, str, "serialNumber"),
        "day": day(at(bill, str, "metadata", "timestamp")),
        "tool.name": at(tool, str, "name"),
        "tool.version": at(tool, str, "version"),
        "subject": at(bill, str, "metadata", "component", "name"),
        "subject_version": at(bill, str, "metadata", "component", "version"),
    }


def _listed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The names and versions of components that are models, or data: what a record of them all can refer to."""
    return {
        word: [
            {key: one[key] for key in ("name", "version") if at(one, str, key)}
            for one in found
            if one.get("type") == kind and at(one, str, "name")
        ]
        or None
        for word, kind in (("models", _MODEL), ("data", "data"))
    }


def _resolved(value: Any, named: dict[str, dict[str, Any]]) -> Any:
    """The value, in which a reference to a component is followed by its name and version."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"ref"} and isinstance(value["ref"], str) and value["ref"] in named:
        component = named[value["ref"]]
        return value | {key: component[key] for key in ("name", "version") if at(component, str, key)}
    return {key: _resolved(inner, named) for key, inner in value.items()}


def _severity(path: str, weakness: dict[str, Any]) -> str:
    """The worst severity that anybody gives a weakness, or that it is settled."""
    if at(weakness, str, "analysis", "state") in _SETTLED:
        return "settled"
    rated = [word for rating in _objects(path, weakness, "ratings") for word in _rated(rating)]
    return min(rated or ["unknown"], key=_WORST_FIRST.index)


def _rated(rating: dict[str, Any]) -> set[str]:
    """The severities that one rating comes to, by its word and by its score; unknown, where by neither."""
    return {word for word in (_of_word(rating), _of_score(rating)) if word} or {"unknown"}


def _of_word(rating: dict[str, Any]) -> str | None:
    word = rating.get("severity")
    if word in (None, "unknown"):
        return None
    return word if isinstance(word, str) and word in _SEVERITIES else "unknown"


def _of_score(rating: dict[str, Any]) -> str | None:
    """The severity of a score on the scale of CVSS, whose second version knows no critical; None for no such score."""
    method, score = at(rating, str, "method") or "", rating.get("score")
    if score is None or not method.startswith("CVSS"):
        return None
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= _HIGHEST_SCORE:
        return "unknown"
    word = next((word for least, word in _BANDS if score >= least), "low" if score else "none")
    return "high" if word == "critical" and method == "CVSSv2" else word
