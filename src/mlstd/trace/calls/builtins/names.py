"""What do the functions give that go by a name: getattr, super, partial, import_module, paths and the environment?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace import fields
from mlstd.trace.library import modes, paths
from mlstd.trace.machine import Handler, Machine
from mlstd.trace.objects import ancestry, note_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.join import everything
from mlstd.trace.values.kinds import (
    NONE,
    ClassValue,
    Const,
    Entries,
    External,
    FunctionValue,
    ModuleValue,
    Partial,
    Ref,
    Tuple,
    Unknown,
    Value,
)


def _getattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`getattr(object, "name", default)`; a name from an option means that another run may take another one."""
    owner, name = arguments.get(0), arguments.get(1)
    if owner is None:
        return machine.unknown(node, "getattr of nothing")
    if isinstance(name, Const) and isinstance(name.value, str):
        found = machine.verbs.attribute(owner, name.value, node)
        if name.option:
            note_method(machine, name.option, node, found)
        if isinstance(found, Unknown) and len(arguments.positional) > 2:
            return arguments.positional[2]
        return found
    if isinstance(owner, (ModuleValue, External)):
        found = _any_member(machine, owner, node)
        note_method(machine, (name.hint if isinstance(name, Unknown) else "") or "a name", node, found)
        return found
    return machine.unknown(node, "an attribute whose name is not known")


def _any_member(machine: Machine, owner: Value, node: ir.Node) -> Value:
    """Some class or function of a module, when the name is not known."""
    if isinstance(owner, ModuleValue):
        scope = machine.verbs.run_module(owner.path)
        members = [
            v for n, v in machine.slots(scope).items() if isinstance(v, (ClassValue, FunctionValue)) and not n.startswith("_")
        ]
        if members:
            return everything(members) or NONE
    return machine.unknown(node, "an attribute whose name is not known")


def _setattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    owner, name, value = arguments.get(0), arguments.get(1), arguments.get(2)
    if isinstance(owner, Ref) and isinstance(name, Const) and value is not None:
        machine.store(owner.address, str(name.value), value)
    elif isinstance(owner, Ref) and value is not None:
        modes.register(machine, owner.address, value)
    return NONE


def _hasattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    return machine.unknown(node, "hasattr")


def _own_types(machine: Machine, value: Value | None) -> set[str]:
    """The names of the built-in types that a value has, as far as the run tells them apart; none where it does not."""
    match value:
        case Const(value=None):
            return set()
        case Const(value=bool()):
            return {"builtins.bool", "builtins.int"}
        case Const(value=known):
            return {f"builtins.{type(known).__name__}"}
        case Tuple():
            return {"builtins.tuple"}
        case Ref(address=address) if machine.heap[address].kind in ("list", "dict") and machine.heap[address].cls is None:
            return {"builtins.list", "builtins.set"} if machine.heap[address].kind == "list" else {"builtins.dict"}
        case _:
            return set()


def _isinstance(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    value, cls = arguments.get(0), arguments.get(1)
    asked = {c.name for c in (cls.items if isinstance(cls, Tuple) else (cls,)) if isinstance(c, External)}
    if asked and all(name.startswith("builtins.") for name in asked) and (own := _own_types(machine, value)):
        return Const(bool(asked & own), value.option if isinstance(value, Const) else "")
    made = machine.object(value) if value is not None else None
    if made is not None and made.cls is not None and isinstance(cls, ClassValue):
        return Const(cls in ancestry(made.cls))
    return machine.unknown(node, "a type test")


def _type(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """The class of a project's object; of anything else only that it is a class, which tells nothing of the value."""
    made = machine.object(arguments.get(0) or NONE)
    return made.cls if made is not None and made.cls is not None else machine.unknown(node, "a class")


def _super(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`super()`: the receiver of the running method and the class that defined it."""
    for frame in reversed(machine.frames):
        if frame.function is not None and frame.function.owner is not None and frame.receiver is not None:
            owner = machine.notes.get(("class", frame.function.owner))
            if owner is not None:
                return Partial(External("builtins.super"), (frame.receiver, owner))
    return machine.unknown(node, "super() outside a method")


def _partial(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    if not arguments.positional:
        return machine.unknown(node, "a partial of nothing")
    return Partial(arguments.positional[0], tuple(arguments.positional[1:]), tuple(arguments.named.items()))


def _import_module(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    name = arguments.get(0)
    if isinstance(name, Const) and isinstance(name.value, str):
        path = machine.linker.resolve(
            machine.frame.path, machine.entry, name.value.lstrip("."), len(name.value) - len(name.value.lstrip("."))
        )
        if path is not None:
            machine.verbs.run_module(path)
            return ModuleValue(path)
        return External(name.value)
    return machine.unknown(node, "a module whose name is not known")


def _globals(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`globals()`: the module that the code stands in."""
    return ModuleValue(machine.here(node).path)


def _vars(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`vars(args)`, `asdict(config)`: the attributes as a dict."""
    first = arguments.get(0)
    if isinstance(first, Ref):
        held = {k: v for k, v in machine.slots(first.address).items() if not k.startswith(("#", "@", "[", "{"))}
        made = machine.allocate("dict", node)
        machine.store(made.address, "{}", Entries(tuple(held.items())))
        return Ref(made.address)
    return machine.unknown(node, "the attributes of something")


def _environment(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`os.environ.get("NAME", default)`, `os.getenv`: an option like any other."""
    name, default = arguments.get(0), arguments.get(1, "default")
    label = str(name.value) if isinstance(name, Const) else "an environment variable"
    if isinstance(default, Const):
        return Const(default.value, label)
    return default if default is not None else Const(None, label)


def _nothing(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    return NONE


def _exit(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`sys.exit()` on a branch ends that branch; elsewhere it is the end of the script anyway."""
    if machine.conditions:
        machine.state = None
    return NONE


GROUPS: dict[Handler, tuple[str, ...]] = {
    _getattr: ("builtins.getattr",),
    _setattr: ("builtins.setattr",),
    _hasattr: (
        "builtins.hasattr",
        "builtins.callable",
        "builtins.issubclass",
        "os.path.exists",
        "os.path.isfile",
        "os.path.isdir",
    ),
    _isinstance: ("builtins.isinstance",),
    _type: ("builtins.type",),
    _super: ("builtins.super",),
    _partial: ("functools.partial",),
    _import_module: ("importlib.import_module", "builtins.__import__"),
    _globals: ("builtins.globals",),
    _vars: ("builtins.vars", "dataclasses.asdict"),
    paths.path: ("os.path.join", "pathlib.Path", "pathlib.PurePath", "os.path.normpath", "pathlib.PosixPath"),
    paths.folder: ("os.path.dirname",),
    paths.here: ("os.getcwd", "pathlib.Path.cwd", "hydra.utils.get_original_cwd"),
    _environment: ("os.getenv", "os.environ.get", "os.environ.setdefault"),
    fields.declared: (
        "dataclasses.field",
        "pydantic.Field",
        "attrs.field",
        "attr.field",
        "attr.ib",
        "attr.attrib",
        "msgspec.field",
    ),
    _exit: ("sys.exit", "builtins.exit", "builtins.quit", "os._exit"),
    _nothing: (
        "mlstd.nothing",
        "warnings.filterwarnings",
        "warnings.simplefilter",
        "os.makedirs",
        "os.mkdir",
        "sys.path.append",
        "sys.path.insert",
        "builtins.input",
    ),
}
