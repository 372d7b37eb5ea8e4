"""The rules of a run of SARIF, of the tool and of its extensions -> the level that a result of one of them has."""

from __future__ import annotations

from typing import Any, Final

from iscode.intake.forms.facts import at, listed
from iscode.intake.forms.json_value import UnfitError

LEVELS: Final = ("error", "warning", "note", "none")
"""The worst first."""
_UNSTATED: Final = "warning"
"""The level of a result where neither it nor its rule says one."""


class Rules:
    """The rules of one run, as its results refer to them: by index, by id, by guid, of the tool or of an extension.

    Raises UnfitError where a list of them holds something else than objects: an index would lead to another rule.
    """

    def __init__(self, run: dict[str, Any]) -> None:
        self._extensions = listed(run, "tool", "extensions")
        self._components: list[dict[str, Any]] = [run["tool"]["driver"], *self._extensions]
        self._worst: dict[str, str] = {}
        """Rule -> the worst level that the log gives it anywhere, of those that state one."""
        for component in self._components:
            for rule in listed(component, "rules"):
                self._state(at(rule, str, "id"), at(rule, dict, "defaultConfiguration"))
        for invocation in listed(run, "invocations"):
            for override in listed(invocation, "ruleConfigurationOverrides"):
                descriptor = at(override, dict, "descriptor") or {}
                rule = self._named(descriptor, _place(descriptor.get("index"))) or descriptor
                self._state(at(rule, str, "id"), at(override, dict, "configuration"))

    @property
    def count(self) -> int:
        """How many rules the log describes."""
        return sum(len(listed(component, "rules")) for component in self._components)

    def level(self, number: int, result: dict[str, Any]) -> str:
        """The level of a result, the `number`th of its run: its own, or that of its rule.

        A level that SARIF does not know counts as the worst. Raises UnfitError where the result leaves its level to a
        rule that the log does not have at that place.
        """
        if "level" in result:
            return _known(result["level"])
        reference = at(result, dict, "rule") or {}
        place = _place(result.get("ruleIndex"))
        try:
            rule = self._named(reference, _place(reference.get("index")) if place is None else place)
        except UnfitError as reason:
            raise UnfitError(f"has a result, number {number}, that {reason}") from None
        if rule is not None:
            own = at(rule, dict, "defaultConfiguration") or {}
            return self._worst.get(at(rule, str, "id") or "") or _known(own.get("level", _UNSTATED))
        name = at(result, str, "ruleId") or at(reference, str, "id") or ""
        while name not in self._worst and "/" in name:  # a part of a rule is named below it
            name = name.rpartition("/")[0]
        return self._worst.get(name, _UNSTATED)

    def _state(self, name: str | None, configuration: dict[str, Any] | None) -> None:
        if name and configuration and "level" in configuration:
            level = _known(configuration["level"])
            self._worst[name] = min(self._worst.get(name, level), level, key=LEVELS.index)

    def _named(self, reference: dict[str, Any], place: int | None) -> dict[str, Any] | None:
        """The rule that a reference leads to by its place or its guid; None where it names an id alone."""
        rules = listed(self._component(reference.get("toolComponent")), "rules")
        if place is not None:
            if place >= len(rules):
                raise UnfitError(f"names rule {place}, counted from 0, where the log has {len(rules)}")
            return rules[place]
        if (guid := at(reference, str, "guid")) is None:
            return None
        for component in self._components:
            for rule in listed(component, "rules"):
                if at(rule, str, "guid") == guid:
                    return rule
        raise UnfitError(f"names a rule {guid[:40]!r} that the log does not have")

    def _component(self, reference: Any) -> dict[str, Any]:
        """The part of the tool that a reference names; the tool itself where it names none."""
        place = _place(reference.get("index")) if isinstance(reference, dict) else None
        if place is not None:
            if place >= len(self._extensions):
                raise UnfitError(f"names extension {place}, counted from 0, where the log has {len(self._extensions)}")
            return self._extensions[place]
        for key in ("guid", "name"):
            if (named := at(reference, str, key)) is not None:
                for component in self._components:
                    if at(component, str, key) == named:
                        return component
                raise UnfitError(f"names {named[:40]!r} as a part of the tool, which the log does not have")
        return self._components[0]


def _place(value: Any) -> int | None:
    """A place in a list, counted from 0; None for -1, which is how SARIF writes none, and for what is no place."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _known(level: Any) -> str:
    return level if isinstance(level, str) and level in LEVELS else LEVELS[0]
