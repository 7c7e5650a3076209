"""What does the team's own library mean? `[[tool.mlstd.calls]]` and `[[tool.mlstd.classes]]` as library knowledge."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

import msgspec

from mlstd.config.tables import Table
from mlstd.knowledge.load import KnowledgeError, convert
from mlstd.knowledge.schema import Calls, Classes, Effect, EffectName

S = TypeVar("S", bound=msgspec.Struct)


def team_library(top: Table) -> tuple[Calls | Classes, ...]:
    """The library knowledge written in the configuration."""
    calls = [_calls(table) for table in top.tables("calls")]
    classes = [_classes(table) for table in top.tables("classes")]
    return tuple(entry for entry in (*calls, *classes) if entry is not None)


def _calls(table: Table) -> Calls | None:
    table.only(["name", "names", "module", *Effect.__struct_fields__])
    names = _names(table)
    if "effect" not in table.data:
        table.complain("effect", "is missing: it says what the call does")
    elif table.word("effect", get_args(EffectName), "") == "":
        return None
    effect = _convert(table, {k: v for k, v in table.data.items() if k in Effect.__struct_fields__}, Effect)
    return Calls(names=names, does=effect, module=table.text("module")) if effect is not None and names else None


def _classes(table: Table) -> Classes | None:
    table.only(["name", *Classes.__struct_fields__])
    names = _names(table)
    if not (table.text("kind", needed=True) and names):
        return None
    fields = {k: v for k, v in table.data.items() if k in Classes.__struct_fields__} | {"names": list(names)}
    return _convert(table, fields, Classes)


def _names(table: Table) -> tuple[str, ...]:
    names = table.strings("names") if "names" in table.data else ()
    if "name" in table.data:
        names = (table.text("name"), *names)
    if not names:
        table.complain("name", 'is missing: write the full name of the call, as in "acme.registry.publish"')
    for name in names:
        if name and "module" not in table.data and "." not in name:
            table.complain("name", f'"{name}" needs its module: write "package.{name}", or add module = "package"')
    return tuple(name for name in names if name)


def _convert(table: Table, fields: dict[str, Any], kind: type[S]) -> S | None:
    try:
        return convert(fields, kind, "")
    except KnowledgeError as error:
        for problem in error.problems:
            key, divider, what = problem.removeprefix(":").strip().partition(": ")
            table.complain(key if divider else "", what or key)
        return None
