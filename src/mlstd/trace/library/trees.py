"""What do the methods of a tree of settings do, as yacs has them: `cfg.merge_from_file(path)`, `cfg.freeze()`, `cfg.clone()`?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library import configs
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import NONE, Entries, Ref, Value

SILENT = frozenset(("freeze", "defrost", "merge_from_list", "set_new_allowed", "register_deprecated_key"))


def method(machine: Machine, owner: Ref, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """A method of such a tree; None for any other."""
    if name == "merge_from_file":
        _take(machine, owner, configs.load(machine, arguments, node))
        return NONE
    if name == "merge_from_other_cfg":
        _take(machine, owner, arguments.get(0))
        return NONE
    if name == "clone":
        return owner
    return NONE if name in SILENT else None


def _take(machine: Machine, owner: Ref, other: Value | None) -> None:
    """Settings overwrite those of the same name, branch by branch."""
    held = machine.load(other.address, "{}") if isinstance(other, Ref) else None
    for key, value in held.items if isinstance(held, Entries) else ():
        old = machine.load(owner.address, str(key))
        if isinstance(old, Ref) and isinstance(value, Ref) and isinstance(machine.load(value.address, "{}"), Entries):
            _take(machine, old, value)
        else:
            machine.store(owner.address, str(key), value)
