"""The default of a param -> the type that expressions see."""

from __future__ import annotations

from iscode.expr import types


def type_of(default: object, name: str) -> types.Type:
    """The type of a param; `name` is what messages call a table in it, e.g. `params.limits`.

    Raises TypeError for a list whose items have several types. An empty list is one of text.
    """
    match default:
        case bool():
            return types.BOOL
        case int():
            return types.INTEGER
        case float():
            return types.NUMBER
        case list():
            found = {type_of(item, name) for item in default} or {types.STRING}
            if found == {types.INTEGER, types.NUMBER}:
                return types.ListType(types.NUMBER)
            if len(found) > 1:
                raise TypeError(f"the items of {name} have several types")
            return types.ListType(found.pop())
        case dict():
            return types.ObjectType(
                name, {key: types.Field(type_of(value, f"{name}.{key}"), True) for key, value in default.items()}
            )
        case _:
            return types.STRING
