"""Which attributes has an instance whose class only declares fields (dataclasses, attrs, NamedTuple, pydantic, config
classes)?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Address, ClassValue, Const, External, Partial, Ref, Unknown, Value

DECORATORS = frozenset(("dataclass", "define", "s", "attrs", "frozen", "mutable", "dataclasses"))
BASES = frozenset(
    ("typing.NamedTuple", "pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings", "msgspec.Struct")
)


def is_dataclass(machine: Machine, cls: ClassValue) -> bool:
    """Does the class get its constructor from its fields?"""
    if any(w.rpartition(".")[2] in DECORATORS for w in cls.wrappers):
        return True
    if any(isinstance(b, External) and b.name in BASES for b in cls.bases):
        return True
    return any(isinstance(b, ClassValue) and is_dataclass(machine, b) for b in cls.bases)


def fields(cls: ClassValue) -> list[tuple[ClassValue, ir.Assign, str]]:
    """The declared fields with the class that declares them, inherited ones first."""
    found: list[tuple[ClassValue, ir.Assign, str]] = []
    for base in cls.bases:
        if isinstance(base, ClassValue):
            found += fields(base)
    for statement in cls.node.body:
        if isinstance(statement, ir.Assign) and statement.annotation is not None and isinstance(statement.targets[0], ir.Name):
            found.append((cls, statement, statement.targets[0].id))
    return found


def declared(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`field(default_factory=list)`, `Field(0.1, help="...")`: what stands in the class until an instance is made."""
    made = machine.allocate("thing", node, key="field")
    given = {"@default": arguments.get(0, "default")}
    given["@default_factory"] = next(
        (v for n in ("default_factory", "factory") if (v := arguments.named.get(n)) is not None), None
    )
    for slot, value in given.items():
        if value is not None:
            machine.store(made.address, slot, value)
    return Ref(made.address)


def fill(machine: Machine, cls: ClassValue, address: Address, arguments: Arguments, option: bool = False) -> None:
    """Set the fields from the arguments or their defaults. With `option`, defaults are those of command-line options."""
    given = list(arguments.positional)
    for owner, _, name in fields(cls):
        if name in arguments.named:
            value: Value = arguments.named[name]
        elif given:
            value = given.pop(0)
        else:
            value = default(machine, owner, name, option)
        machine.store(address, name, value)


def default(machine: Machine, owner: ClassValue, name: str, option: bool) -> Value:
    """The default of a field; unknown if it has none."""
    held = machine.load(owner.address, name)
    if held is None:
        return Unknown("a field without a default", None, name)
    if isinstance(held, Ref):
        stands = machine.load(held.address, "@default")
        factory = machine.load(held.address, "@default_factory")
        if factory is not None:
            return machine.verbs.call(factory, Arguments(), owner.node)
        held = stands if stands is not None else held
    if isinstance(held, Partial):
        return Unknown("a field that is made when needed", None, name)
    return Const(held.value, name) if option and isinstance(held, Const) else held
