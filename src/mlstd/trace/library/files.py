"""What has this run written to a file? It comes back as it was when the run reads the file again."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from mlstd.lower import ir
from mlstd.trace.library.site import Site, file_of, models_in
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Const, Entries, Ref, Tuple, Value

WRITTEN = "written"
HELD = frozenset(("rows", "prediction"))
APPENDS = ("a", "ab", "a+")


def write(site: Site, values: Iterable[Value]) -> None:
    """Rows or models go to a file, in place of what the file held. A name that is known in part may stand for many files: rows
    are in that which was written once, below a known folder."""
    machine, path = site.machine, _path(site)
    if not path:
        return
    arrays = _arrays(site)
    files: dict[str, Value] = machine.notes.setdefault(WRITTEN, {})
    held = [arrays] if arrays is not None else [v for v in values if _tells(machine, v, _is_one(machine, path))]
    if held and site.value("mode") not in [Const(mode) for mode in APPENDS]:
        files[path] = held[0] if len(held) == 1 else Tuple(tuple(held))
    else:
        files.pop(path, None)


def _is_one(machine: Machine, path: str) -> bool:
    """Is it one file that is written, as far as its name is known (`out/*/train.csv`, in a folder named after the hour)?"""
    if "*" not in path:
        return True
    times: dict[str, int] = machine.notes.setdefault("times written", {})
    times[path] = times.get(path, 0) + 1
    return times[path] == 1 and not machine.loops and not path.startswith("*")


def read(site: Site) -> Value | None:
    """What the run itself has put into the file that a call reads; None for a file that was there before."""
    path, machine = _path(site), site.machine
    saved: Value | None = machine.notes.get(WRITTEN, {}).get(path) if path else None
    owner = site.node.func.value if isinstance(site.node, ir.Call) and isinstance(site.node.func, ir.Attribute) else None
    if saved is not None and site.receiver is not None and isinstance(owner, (ir.Name, ir.Attribute)):
        machine.verbs.assign(owner, saved)  # `model.load_model(path)`: from now on it is the one that was saved
    return saved


def _path(site: Site) -> str:
    found = file_of(site.machine, site.value(site.effect.path)) if site.effect.path else ""
    return posixpath.normpath(found.replace("\\", "/")) if found else ""


def _tells(machine: Machine, value: Value, rows: bool) -> bool:
    return bool(models_in(machine, value)) or any(
        rows and d.kind in HELD and "item" not in d.traits for d in data_in(machine, value)
    )


def _arrays(site: Site) -> Value | None:
    """`np.savez(path, X=X, y=y)` is read as a dict of its arrays."""
    arrays = {name: value for name, value in site.arguments.named.items() if name in site.bound}
    if "arrays" not in site.effect.what or not arrays:
        return None
    made = site.machine.allocate("dict", site.node, key="arrays")
    site.machine.store(made.address, "{}", Entries(tuple(arrays.items())))
    return Ref(made.address)
