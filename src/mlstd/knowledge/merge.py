"""What holds for a kind or a class once what it takes over from other kinds is put in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from mlstd.knowledge.schema import Classes, Effect, Kind

_EFFECT = Effect()
_KIND = Kind()
_Struct = TypeVar("_Struct", Effect, Kind)


def overlay(base: Effect, over: Effect) -> Effect:
    """`base` with every field that `over` sets to something else than the default."""
    return msgspec.structs.replace(base, **_set_fields(over, _EFFECT))


def chain(name: str, kinds: Mapping[str, Kind]) -> list[Kind] | None:
    """The kind and those that it extends, nearest first; None when they go in a circle. Raises KeyError for an unknown one."""
    line: list[Kind] = []
    seen: set[str] = set()
    while name:
        if name in seen:
            return None
        seen.add(name)
        line.append(kinds[name])
        name = line[-1].extends
    return line


def inherit(parent: Kind, child: Kind) -> Kind:
    """`child` with the parent's fields where it sets none; a method or attribute of the same name is replaced as a whole."""
    fields = _set_fields(child, _KIND)
    fields["init"] = overlay(parent.init, child.init)
    fields["methods"] = {**parent.methods, **child.methods}
    fields["attributes"] = {**parent.attributes, **child.attributes}
    return msgspec.structs.replace(parent, **fields)


def specialise(kind: Kind, classes: Classes) -> Kind:
    """The kind as one class has it: its own constructor and learning put in. A deterministic class draws nothing."""
    init = overlay(kind.init, classes.init) if classes.init is not None else kind.init
    deterministic = kind.deterministic if classes.deterministic is None else classes.deterministic
    if deterministic and init.draws:
        init = msgspec.structs.replace(init, draws=(), draws_when={})
    return msgspec.structs.replace(kind, init=init, deterministic=deterministic, learns=classes.learns or kind.learns)


def _set_fields(struct: _Struct, default: _Struct) -> dict[str, object]:
    return {name: value for name in struct.__struct_fields__ if (value := getattr(struct, name)) != getattr(default, name)}
