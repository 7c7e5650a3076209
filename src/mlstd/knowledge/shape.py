"""Where exactly does parsed TOML depart from the types of the schema? Asked only after msgspec has refused it.

msgspec names the first mistake and leaves the keys of tables out; people want all of them, with their full path.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect

from mlstd.knowledge.load import allowed


def shape_problems(data: object, type_: Any) -> list[str]:
    """One line for each departure, starting with the path of its key."""
    found: list[str] = []
    _walk(data, inspect.type_info(type_), "", found)
    return found


def _walk(data: object, info: inspect.Type, path: str, found: list[str]) -> None:
    match info:
        case inspect.StructType():
            _struct(data, info, path, found)
        case inspect.DictType() if isinstance(data, dict):
            for key, value in data.items():
                _walk(value, info.value_type, _join(path, key), found)
        case inspect.VarTupleType() if isinstance(data, (list, tuple)):
            for number, item in enumerate(data, start=1):
                _walk(item, info.item_type, f"{path}[{number}{_called(item)}]", found)
        case inspect.LiteralType():
            if data not in info.values:
                found.append(f"{path}: {data!r} is no word for this; {allowed(str(data), map(str, info.values))}")
        case inspect.UnionType() if len(structured := [t for t in info.types if not isinstance(t, inspect.NoneType)]) == 1:
            if data is not None:
                _walk(data, structured[0], path, found)
        case _:
            _plain(data, info, path, found)


def _struct(data: object, info: inspect.StructType, path: str, found: list[str]) -> None:
    if not isinstance(data, dict):
        found.append(f"{path}: must be a table of {', '.join(field.name for field in info.fields)}")
        return
    fields = {field.name: field for field in info.fields}
    for key, value in data.items():
        if key in fields:
            _walk(value, fields[key].type, _join(path, key), found)
        else:
            found.append(f"{_join(path, key)}: unknown key; {allowed(key, fields)}")
    for field in info.fields:
        if field.required and field.name not in data:
            found.append(f"{_join(path, field.name)}: is missing")


def _plain(data: object, info: inspect.Type, path: str, found: list[str]) -> None:
    try:
        msgspec.convert(data, _python(info))
    except msgspec.ValidationError as error:
        found.append(f"{path}: {error}".replace("`", "'"))


def _python(info: inspect.Type) -> Any:
    """A Python type for the few plain types that the schema uses."""
    match info:
        case inspect.StrType():
            return str
        case inspect.BoolType():
            return bool
        case inspect.DictType():
            return dict
        case inspect.VarTupleType():
            return tuple
        case inspect.UnionType():
            return str | int | float | bool | None
    return Any


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _called(item: object) -> str:
    """The first name of an entry of `classes` or `calls`: easier to find in a file than its number."""
    names = item.get("names") if isinstance(item, dict) else None
    return f": {names[0]}" if isinstance(names, list) and names else ""
