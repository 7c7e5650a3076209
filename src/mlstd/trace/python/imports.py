"""What does an import bind, and when does the imported module run?"""

from __future__ import annotations

import re

from mlstd.errors import Problem
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import BlindSpot, Hidden
from mlstd.trace.machine import Frame, Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Address, Const, External, ModuleValue, Value


def run(machine: Machine, node: ir.Import) -> None:
    """`import a.b as c`, `from a import b`."""
    if node.names is None:
        _plain(machine, node)
    else:
        _names(machine, node)


def _bind(machine: Machine, name: str, value: Value) -> None:
    machine.store(machine.frame.names.get(name, machine.frame.scope), name, value)


def _resolve(machine: Machine, module: str, level: int) -> str | None:
    path = machine.linker.resolve(machine.frame.path, machine.entry, module, level)
    if path is not None and level == 0 and _is_described(machine, module.partition(".")[0], path):
        return None
    return path


def _is_described(machine: Machine, root: str, path: str) -> bool:
    """Is this the source of a library that the knowledge describes (the examples of a library live in its own repository)? Its
    description tells more than its inside, at a thousandth of the cost."""
    key = ("described", root)
    if key not in machine.notes:
        above = f"/{path}".partition(f"/{root}/")[0].removesuffix("/src").lstrip("/")
        files = [f"{above}/{name}".lstrip("/") for name in ("pyproject.toml", "setup.py", "setup.cfg")]
        names = re.compile(rf"""^\s*name\s*=\s*["']?{re.escape(root)}["']?,?\s*$""", re.MULTILINE)
        described = machine.knowledge.framework(root) != ""
        machine.notes[key] = described and any(names.search(machine.linker.text(file) or "") for file in files)
    return bool(machine.notes[key])


def _plain(machine: Machine, node: ir.Import) -> None:
    """`import a.b.c` runs every package on the way and binds the first, or the last under its alias."""
    path = _resolve(machine, node.module, 0)
    if path is None:
        machine.libraries.add(node.module)
        name = node.module if node.alias else node.module.partition(".")[0]
        _bind(machine, node.alias or name, External(name))
        return
    first = _resolve(machine, node.module.partition(".")[0], 0)
    load(machine, path, node=node)
    if node.alias or first is None:
        _bind(machine, node.alias or node.module.partition(".")[0], ModuleValue(path))
        return
    load(machine, first, node=node)
    _bind(machine, node.module.partition(".")[0], ModuleValue(first))


def _names(machine: Machine, node: ir.Import) -> None:
    path = _resolve(machine, node.module, node.level)
    for name, alias in node.names or ():
        if path is None:
            _external(machine, node, name, alias)
        elif name == "*":
            _star(machine, path, node)
        else:
            _bind(machine, alias or name, member(machine, path, name, node))


def _external(machine: Machine, node: ir.Import, name: str, alias: str | None) -> None:
    """A name of a library, or of a module that is not in the repository."""
    module = "." * node.level + node.module
    machine.libraries.add(f"{module}.{name}" if name != "*" else module)
    if node.level == 0 and name != "*" and (inner := _resolve(machine, f"{node.module}.{name}", 0)) is not None:
        load(machine, inner, node=node)
        _bind(machine, alias or name, ModuleValue(inner))
    elif name == "*":
        key = ("star", machine.frame.path)
        machine.notes[key] = (*machine.notes.get(key, ()), module)
    else:
        _bind(machine, alias or name, External(f"{module}.{name}"))


def _star(machine: Machine, path: str, node: ir.Node) -> None:
    scope = load(machine, path, node=node)
    for name, value in machine.slots(scope).items():
        if not name.startswith("_"):
            _bind(machine, name, value)
    key = ("star", path)
    if key in machine.notes:
        mine = ("star", machine.frame.path)
        machine.notes[mine] = (*machine.notes.get(mine, ()), *machine.notes[key])


def member(machine: Machine, path: str, name: str, node: ir.Node) -> Value:
    """A name of a project module: what it binds, or a module below it."""
    scope = load(machine, path, node=node)
    value = machine.load(scope, name)
    if value is not None:
        return value
    inner = (
        machine.linker.resolve(path, machine.entry, name, 1)
        if path.endswith("__init__.py") or not path.endswith((".py", ".ipynb"))
        else None
    )
    if inner is not None:
        load(machine, inner, node=node)
        return ModuleValue(inner)
    for starred in reversed(machine.notes.get(("star", path), ())):
        return External(f"{starred}.{name}")
    return machine.unknown(node, "a name that its module does not define", name)


def load(machine: Machine, path: str, name: str = "", node: ir.Node | None = None) -> Address:
    """Run a project module once; the address of its scope. `name` is its `__name__`, "__main__" for the entry."""
    if path in machine.modules:
        return _again(machine, path)
    module = machine.linker.module(path)
    key = f"module {path}"
    scope = machine.allocate("scope", None, key=key)
    machine.modules[path] = scope.address
    machine.store(scope.address, "__name__", Const(name or path.removesuffix(".py").replace("/", ".")))
    machine.store(scope.address, "__file__", Const(path))
    calls = machine.frame.calls if machine.frames else ()
    if node is not None:
        calls = (*calls, machine.here(node))
    muted, machine.tape.muted = machine.tape.muted, 0  # a module runs once, so what it does is never only rehearsed
    broken = {p.cell: p for p in module.problems}
    for unit in module.units:
        if unit.cell is not None and unit.cell in broken:
            _unread(machine, path, unit, broken[unit.cell])
        machine.frames.append(Frame(scope.address, path, unit.cell, calls))
        machine.verbs.execute(unit.body)
        frame = machine.frames.pop()
        if machine.state is None and frame.raises:
            machine.state = frame.raises[-1]
    machine.tape.muted = muted
    if machine.state is not None:
        made = {slot: value for slot, value in machine.state.data.items() if slot[0] >= scope.address}
        machine.notes["loaded", path] = made
    return scope.address


def _again(machine: Machine, path: str) -> Address:
    """A module that ran already. If that was on another branch, what it made there holds here, too."""
    address = machine.modules[path]
    if machine.load(address, "__name__") is None and machine.state is not None:
        for slot, value in machine.notes.get(("loaded", path), {}).items():
            if machine.state.get(slot) is None:
                machine.state.put(slot, value)
    return address


HIDDEN_BY_WORDS: tuple[tuple[Hidden, str], ...] = (
    ("fit", r"fit|train"),
    ("score", r"predict|score|report|accuracy|metric|evaluat"),
    ("baseline", r"fit|predict|score|report"),
    ("record", r"log|save|dump|to_csv|write"),
    ("seed", r"seed|random_state"),
    ("split", r"split|fold"),
)
"""What a cell that cannot be parsed may do, by the words in it."""


def _unread(machine: Machine, path: str, unit: ir.Unit, problem: Problem) -> None:
    """A cell of a notebook that cannot be parsed, which its author may have run in another version of Python."""
    hides = frozenset(what for what, words in HIDDEN_BY_WORDS if re.search(words, unit.text))
    at = Place(path, unit.cell, problem.line, 1, problem.line, 2)
    if hides:
        spot = BlindSpot(at, "this cell", "cannot be read", hides, order=machine.tape.next(), sure=machine.certainty)
        machine.tape.cannot_see(spot)


def run_file(machine: Machine, node: ir.RunFile) -> None:
    """`%run other`: its names arrive in this notebook."""
    path = machine.linker.resolve(machine.frame.path, machine.entry, node.path, -1)
    if path is None:
        machine.cannot_see(
            node, f"%run {node.path}", "the file is not in the repository", frozenset(("fit", "score", "seed", "record"))
        )
        return
    if path in machine.modules:
        return
    scope = load(machine, path, "__main__", node)
    for name, value in machine.slots(scope).items():
        if not name.startswith("__"):
            _bind(machine, name, value)


def member_of_module(machine: Machine, value: Value, index: ir.Expr, key: Value | None, node: ir.Node) -> Value | None:
    """`sys.modules[__name__]` is the module that the code stands in, `globals()[name]` one of its names; None for all others."""
    if value == External("sys.modules") and isinstance(index, ir.Name) and index.id == "__name__":
        return ModuleValue(machine.here(node).path)
    if isinstance(value, ModuleValue) and key is not None:
        return machine.verbs.call(External("builtins.getattr"), Arguments([value, key]), node)
    return None
