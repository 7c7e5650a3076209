"""How are functions and classes defined, instances made, attributes found and set, contexts entered?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace import fields
from mlstd.trace.library import making, setting, things
from mlstd.trace.library.frameworks import flows
from mlstd.trace.machine import Frame, Machine, Object
from mlstd.trace.objects import ancestry, find, framework_kind
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import (
    Bound,
    ClassValue,
    External,
    FunctionValue,
    Partial,
    Ref,
    Stream,
    Unknown,
    Value,
)
from mlstd.trace.values.text import source


def define_function(machine: Machine, node: ir.Function) -> None:
    """`def`: the name holds the function, wrapped by its decorators."""
    defaults = tuple((p.name, machine.verbs.evaluate(p.default)) for p in node.parameters if p.default is not None)
    scope = machine.heap[machine.frame.scope]
    inside_class = scope.kind == "class"
    enclosing = scope.parent if inside_class and scope.parent is not None else scope.address
    function: Value = FunctionValue(
        node, machine.frame.path, machine.frame.cell, enclosing, defaults, scope.address if inside_class else None
    )
    for decorator in reversed(node.decorators):
        function = _decorated(machine, function, decorator)
    machine.store(machine.frame.names.get(node.name, scope.address), node.name, function)


def _decorated(machine: Machine, wrapped: Value, decorator: ir.Expr) -> Value:
    """What a decorator makes of a function or class: a library's leaves its name on it, the project's own is called."""
    arguments: Arguments | None = None
    if isinstance(decorator, ir.Call):
        function = machine.verbs.evaluate(decorator.func)
        arguments = evaluated(machine, decorator)
        name = _name_of(function)
        if name is None:
            result = machine.verbs.call(machine.verbs.call(function, arguments, decorator), Arguments([wrapped]), decorator)
            return result if _is_code(result) else wrapped
    else:
        function = machine.verbs.evaluate(decorator)
        name = _name_of(function)
    if name is not None and isinstance(wrapped, (FunctionValue, ClassValue)):
        machine.notes.setdefault(("decorated", wrapped.path, wrapped.node.at), []).append((name, arguments))
        if isinstance(function, Bound):
            things.decorated(machine, function, arguments, wrapped, decorator)
        return _wrapped(wrapped, name)
    if name is None and isinstance(function, (FunctionValue, ClassValue, Bound, Partial)):
        result = machine.verbs.call(function, Arguments([wrapped]), decorator)
        return result if _is_code(result) else wrapped
    return wrapped


def evaluated(machine: Machine, call: ir.Call) -> Arguments:
    """The plain arguments of a decorator's call."""
    result = Arguments()
    for argument in call.arguments:
        value = machine.verbs.evaluate(argument.value)
        if argument.name:
            result.named[argument.name] = value
        else:
            result.positional.append(value)
    return result


def _name_of(function: Value) -> str | None:
    if isinstance(function, External):
        return function.name
    if isinstance(function, Bound) and function.function is None:
        return f".{function.name}"
    return "?" + function.hint if isinstance(function, Unknown) else None


def _is_code(value: Value) -> bool:
    return isinstance(value, (FunctionValue, ClassValue, Bound, Partial))


def _wrapped(value: FunctionValue | ClassValue, name: str) -> Value:
    wrappers = (*value.wrappers, name)
    if isinstance(value, FunctionValue):
        return FunctionValue(value.node, value.path, value.cell, value.scope, value.defaults, value.owner, wrappers)
    return ClassValue(value.node, value.path, value.cell, value.address, value.bases, wrappers)


def define_class(machine: Machine, node: ir.Class) -> None:
    """`class`: its body runs in a scope of its own."""
    bases = tuple(machine.verbs.evaluate(b.value) for b in node.bases if b.name is None)
    scope = machine.frame.scope
    made = machine.allocate("class", node)
    made.parent = scope
    for name in made.names:
        machine.now().drop((made.address, name))
    cls: Value = ClassValue(node, machine.frame.path, machine.frame.cell, made.address, bases)
    frame = Frame(made.address, machine.frame.path, machine.frame.cell, machine.frame.calls)
    machine.frames.append(frame)
    machine.verbs.execute(node.body)
    machine.frames.pop()
    for decorator in reversed(node.decorators):
        cls = _decorated(machine, cls, decorator)
    machine.notes[("class", made.address)] = cls
    machine.store(machine.frame.names.get(node.name, scope), node.name, cls)


def construct(machine: Machine, cls: ClassValue, arguments: Arguments, node: ir.Node) -> Value:
    """A new instance of a project's class."""
    made = machine.allocate("instance", node, cls, key=str(cls.address))  # one of several classes, an object each
    for name in made.names:
        machine.now().drop((made.address, name))
    known = framework_kind(machine, cls)
    instance = Ref(made.address)
    made.base = known[1] if known else None
    made.info = machine.knowledge.cls(known[0]) if known else None
    label = _label(node)
    if known:
        making.describe_instance(machine, made, cls.node.name, known[1], node, label)
    if fields.is_dataclass(machine, cls):
        fields.fill(machine, cls, made.address, arguments)
    method = find(machine, cls, "__init__")
    if isinstance(method, FunctionValue):
        machine.verbs.call(Bound(instance, "__init__", method), arguments, node)
    elif known:
        making.initialise(machine, made, arguments, node)
    making.keep_arguments(machine, made.address, arguments)
    if not known:
        flows.start_flow(machine, instance, node)
    return instance


def _label(node: ir.Node) -> str:
    return source(node.func) if isinstance(node, ir.Call) else ""


def attribute_of_instance(machine: Machine, instance: Ref, made: Object, name: str, node: ir.Node) -> Value:
    """An attribute of an instance: its own, its class's, what the framework base gives it."""
    own = machine.load(instance.address, name)
    if own is not None:
        return own
    assert made.cls is not None
    value = find(machine, made.cls, name)
    if value is not None:
        return bound_to(machine, instance, made.cls, name, value, node)
    if name == "__class__":
        return made.cls
    if name == "__dict__":
        return instance
    if made.base is not None:
        return things.attribute(machine, instance, made.base, name, node)
    externals = [b for b in ancestry(made.cls) if isinstance(b, External) and b.name != "builtins.object"]
    getter = find(machine, made.cls, "__getattr__")
    if isinstance(getter, FunctionValue):
        return machine.unknown(node, "an attribute made up at run time", name)
    return Bound(instance, name) if externals else machine.unknown(node, "an attribute that nothing sets", name)


def bound_to(machine: Machine, instance: Ref, cls: ClassValue, name: str, value: Value, node: ir.Node) -> Value:
    """A class attribute as an instance sees it."""
    if not isinstance(value, FunctionValue):
        return value
    wrappers = {w.rpartition(".")[2] for w in value.wrappers}
    if "staticmethod" in wrappers:
        return value
    if "classmethod" in wrappers:
        return Bound(cls, name, value)
    method = Bound(instance, name, value)
    if wrappers & {"property", "cached_property"}:
        return machine.verbs.call(method, Arguments(), node)
    return method


def attribute_of_class(machine: Machine, cls: ClassValue, name: str, node: ir.Node) -> Value:
    """An attribute of a class itself."""
    value = find(machine, cls, name)
    if isinstance(value, FunctionValue) and any(w.endswith("classmethod") for w in value.wrappers):
        return Bound(cls, name, value)
    if value is not None:
        return value
    for base in ancestry(cls):
        if isinstance(base, External):
            return Bound(cls, name) if machine.knowledge.base(base.name) is not None else External(f"{base.name}.{name}")
    return machine.unknown(node, "an attribute that nothing sets", name)


def attribute_of_super(machine: Machine, partial: Partial, name: str, node: ir.Node) -> Value:
    """`super().name`: behind the class that the running method was defined in."""
    instance, owner = partial.arguments
    made = machine.object(instance)
    cls = made.cls if made is not None else instance if isinstance(instance, ClassValue) else None
    if cls is None or not isinstance(owner, ClassValue):
        return machine.unknown(node, "super() outside a class", name)
    value = find(machine, cls, name, after=owner.address)
    if value is not None:
        return bound_to(machine, instance, cls, name, value, node) if isinstance(instance, Ref) else Bound(instance, name, value)
    if name == "__init__":
        runs = made is not None and made.base is not None and (made.base.role == "trainer" or made.base.init.effect == "load")
        return Bound(instance, name) if runs else Partial(External("mlstd.nothing"))
    if made is not None and made.base is not None:
        return things.attribute(machine, Ref(made.address), made.base, name, node)
    return Partial(External("mlstd.nothing")) if name.startswith("__") else Bound(instance, name)


def set_attribute(machine: Machine, owner: Ref, name: str, value: Value, node: ir.Node) -> None:
    """`owner.name = value`; libraries have a say in it (`run.summary["x"] = ...`, `wandb.config.lr = ...`)."""
    made = machine.heap[owner.address]
    if made.cls is not None:
        setter = find(machine, made.cls, "__setattr__")
        if isinstance(setter, FunctionValue):
            machine.store(owner.address, name, value)
            return
    machine.store(owner.address, name, value)
    setting.attribute_set(machine, owner, name, value, node)


def enter_context(machine: Machine, value: Value, node: ir.Expr) -> Value:
    """`with value as result`."""
    if isinstance(value, Stream):
        return value.element
    made = machine.object(value)
    if made is not None and made.cls is not None:
        method = find(machine, made.cls, "__enter__")
        if isinstance(method, FunctionValue):
            return machine.verbs.call(Bound(value, "__enter__", method), Arguments(), node)
    return value


def exit_context(machine: Machine, value: Value, node: ir.Expr) -> None:
    """The end of a `with` block."""
    made = machine.object(value)
    if made is not None and made.cls is not None:
        method = find(machine, made.cls, "__exit__")
        if isinstance(method, FunctionValue):
            machine.verbs.call(Bound(value, "__exit__", method), Arguments(), node)
