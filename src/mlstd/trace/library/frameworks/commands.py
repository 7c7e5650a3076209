"""How is a program started that a command line or a pipeline library starts? Flags, commands, experiments, flows.

Flags of absl and TensorFlow have their defaults; the commands of an app, the main function of a sacred experiment, the steps of a
flow are project functions that run when the app does.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace import fields
from mlstd.trace.events import Certainty
from mlstd.trace.library import options
from mlstd.trace.library.frameworks import flows, hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.objects import ancestry
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import (
    NONE,
    Bound,
    Choice,
    Const,
    Entries,
    External,
    FunctionValue,
    Partial,
    Ref,
    Tuple,
    Unknown,
    Value,
)

CODE = (FunctionValue, Bound, Partial)
FLAGS = (
    "absl.flags.FLAGS",
    "tensorflow.flags.FLAGS",
    "tensorflow.app.flags.FLAGS",
    "tensorflow.compat.v1.flags.FLAGS",
    "tensorflow.compat.v1.app.flags.FLAGS",
    "gflags.FLAGS",
)


class Commands(Framework):
    """Apps with commands, sacred experiments."""

    def decorated(self, machine: Machine, owner: Ref, name: str, given: Arguments | None, wrapped: Value, node: ir.Node) -> None:
        """`@app.command()`, `@experiment.config`, `@experiment.automain`."""
        if not isinstance(wrapped, FunctionValue):
            return
        if ("app", owner.address) in machine.notes and name in ("command", "callback", "default"):
            machine.notes[("app", owner.address)].append(wrapped)
        elif _is_experiment(machine, owner):
            if name in ("config", "named_config"):
                _configure(machine, wrapped, node)
            elif name in ("main", "automain"):
                machine.notes["sacred main"] = wrapped
                if name == "automain" and machine.frame.path == machine.entry:
                    _start(machine, wrapped, node)

    def method(self, site: Site, name: str) -> Value | None:
        """`experiment.run()`, `experiment.add_config(...)`."""
        machine, owner = site.machine, site.receiver
        if owner is None or not _is_experiment(machine, owner):
            return None
        main = machine.notes.get("sacred main")
        if name in ("run", "run_commandline") and isinstance(main, FunctionValue):
            return _start(machine, main, site.node)
        if name == "add_config":
            _add(machine, site)
            return NONE
        return None


def _is_experiment(machine: Machine, owner: Ref) -> bool:
    return hooks.kind_name(machine, owner).startswith("sacred_experiment")


def _configure(machine: Machine, function: FunctionValue, node: ir.Node) -> None:
    """A function whose local names are the configuration."""
    machine.verbs.call(function, Arguments(), node)
    scope = machine.allocate("scope", node, key=f"{function.path}:{function.node.at}")
    config = machine.notes.setdefault("sacred config", {})
    for name, value in machine.slots(scope.address).items():
        config[name] = Const(value.value, name) if isinstance(value, Const) else value


def _add(machine: Machine, site: Site) -> None:
    given = site.arguments.get(0)
    held = machine.load(given.address, "{}") if isinstance(given, Ref) else None
    items = {str(k): v for k, v in held.items} if isinstance(held, Entries) else {}
    for name, value in {**items, **site.arguments.named}.items():
        machine.notes.setdefault("sacred config", {})[name] = Const(value.value, name) if isinstance(value, Const) else value


def _start(machine: Machine, function: FunctionValue, node: ir.Node) -> Value:
    return machine.verbs.call(function, Arguments(), node)


def injected(machine: Machine, function: FunctionValue, arguments: Arguments) -> Arguments:
    """A function captured by sacred gets the configuration for the parameters that nothing is passed for."""
    config = machine.notes.get("sacred config")
    if not config:
        return arguments
    decorators = [name for name, _ in machine.notes.get(("decorated", function.path, function.node.at), ())]
    if not any(name in (".capture", ".main", ".automain", ".command") for name in decorators):
        return arguments
    taken = {p.name for p in function.node.parameters[: len(arguments.positional)]} | arguments.named.keys()
    more = {p.name: config[p.name] for p in function.node.parameters if p.name in config and p.name not in taken}
    return Arguments(arguments.positional, {**arguments.named, **more}, arguments.rest, arguments.named_rest)


# ------------------------------------------------------------------ apps


def app(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`typer.Typer()`: an object that commands are registered with."""
    made = machine.allocate("thing", node, key="app")
    machine.notes.setdefault(("app", made.address), [])
    return Ref(made.address)


def run_app(machine: Machine, value: Ref, node: ir.Node) -> Value:
    """An app is called: its only command runs; of several, each may be the one."""
    return one_of(machine, list(machine.notes[("app", value.address)]), node)


def register(machine: Machine, group: FunctionValue, name: str, wrapped: Value) -> None:
    """`@cli.command()`: a command of a click group."""
    if name == "command" and isinstance(wrapped, FunctionValue):
        machine.notes.setdefault(("group", group.path, group.node.at), []).append(wrapped)


def of_group(machine: Machine, group: FunctionValue, arguments: Arguments, node: ir.Node) -> None:
    """A click group was called from the command line: one of its commands runs."""
    commands = machine.notes.get(("group", group.path, group.node.at))
    if commands and not arguments.positional:
        one_of(machine, list(commands), node)


def one_of(machine: Machine, functions: list[Value], node: ir.Node) -> Value:
    """One of several commands, by the choice of who calls the program."""
    if not functions:
        return NONE
    functions = [options.with_options(f) for f in functions]
    if len(functions) == 1:
        return machine.verbs.call(functions[0], Arguments(), node)
    with machine.under(Certainty.PERHAPS, chosen="the command"):
        return machine.verbs.call(Choice(tuple(functions)), Arguments(), node)


# ------------------------------------------------------------------ flags


def define(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`flags.DEFINE_string("name", default, "help")`."""
    name, value = arguments.get(0, "name"), arguments.get(1, "default")
    if not (isinstance(name, Const) and isinstance(name.value, str)):
        return None
    kept: Value = (
        Const(value.value, name.value) if isinstance(value, Const) else value if value is not None else Const(None, name.value)
    )
    machine.notes[("flag", name.value)] = kept
    made = machine.allocate("thing", node, key="flag")
    machine.store(made.address, "value", kept)
    return Ref(made.address)


def define_config(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`config_flags.DEFINE_config_file("config", "configs/default.py")`: what that file's `get_config()` gives."""
    name, path = arguments.get(0, "name"), arguments.get(1, "default")
    value: Value = Unknown("a configuration that must be given", machine.here(node), "config")
    if isinstance(path, Const) and isinstance(path.value, str):
        module = path.value.partition(":")[0].removesuffix(".py").replace("/", ".")
        found = machine.linker.resolve(machine.entry, machine.entry, module, 0)
        function = machine.load(machine.verbs.run_module(found), "get_config") if found is not None else None
        if isinstance(function, FunctionValue):
            value = machine.verbs.call(function, Arguments(), node)
    if isinstance(name, Const):
        machine.notes[("flag", name.value)] = value
    return value


def flag(machine: Machine, owner: str, name: str) -> Value | None:
    """`FLAGS.name`."""
    return machine.notes.get(("flag", name)) if owner in FLAGS else None


def run_main(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`app.run(main)`; without an argument, the entry's own `main`."""
    if arguments.get(0, "main") is None:
        scope = machine.modules.get(machine.entry)
        main = machine.load(scope, "main") if scope is not None else None
        arguments = Arguments([main]) if main is not None else arguments
    return options.fire(machine, Arguments([arguments.get(0, "main") or NONE]), node)


# ------------------------------------------------------------------ instances, processes


def of_instance(machine: Machine, owner: Ref, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """A method that a base class unknown to the knowledge gives: `flow.next(...)`, `Settings().parse_args()` of typed parsers."""
    cls = machine.heap[owner.address].cls
    if (
        name == "parse_args"
        and cls is not None
        and any(isinstance(b, External) and b.name in ("tap.Tap", "tap.tap.Tap") for b in ancestry(cls))
    ):
        fields.fill(machine, cls, owner.address, Arguments(), option=True)
        return owner
    return flows.next_step(machine, arguments, node) if name == "next" else None


def process(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`Process(target=f, args=(a, b))`, `Thread(target=f)`: f runs, as far as the order of events goes at once."""
    function, given, named = (arguments.named.get(n) for n in ("target", "args", "kwargs"))
    if not isinstance(function, CODE):
        return None
    held = machine.load(named.address, "{}") if isinstance(named, Ref) else None
    keywords = {str(k): v for k, v in held.items} if isinstance(held, Entries) else {}
    machine.verbs.call(function, Arguments(hooks.each(machine, given) if given is not None else [], keywords), node)
    return Unknown("a process", machine.here(node))


def spawn(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`torch.multiprocessing.spawn(f, args=(a, b), nprocs=n)`: f gets its rank, then the arguments."""
    function, given = arguments.get(0, "fn"), arguments.get(1, "args")
    if not isinstance(function, CODE):
        return None
    values = list(given.items) if isinstance(given, Tuple) else []
    return machine.verbs.call(function, Arguments([Unknown("a rank", machine.here(node)), *values]), node)


def launch(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`notebook_launcher(f, args=(a, b))`."""
    function, given = arguments.get(0, "function"), arguments.get(1, "args")
    return (
        machine.verbs.call(function, Arguments(list(given.items) if isinstance(given, Tuple) else []), node)
        if isinstance(function, CODE)
        else None
    )


_MODULES = (
    "absl.flags",
    "tensorflow.flags",
    "tensorflow.app.flags",
    "tensorflow.compat.v1.flags",
    "tensorflow.compat.v1.app.flags",
    "gflags",
)
_DEFINED = (
    "string",
    "integer",
    "float",
    "bool",
    "boolean",
    "enum",
    "list",
    "spaceseplist",
    "multi_string",
    "multi_integer",
    "multi_float",
    "enum_class",
)
_GROUPS = {
    define: tuple(f"{module}.DEFINE_{kind}" for module in _MODULES for kind in _DEFINED),
    define_config: (
        "ml_collections.config_flags.DEFINE_config_file",
        "ml_collections.config_flags.config_flags.DEFINE_config_file",
    ),
    run_main: ("absl.app.run", "tensorflow.app.run", "tensorflow.compat.v1.app.run"),
    app: ("typer.Typer", "cyclopts.App", "asyncclick.Group"),
    process: ("torch.multiprocessing.Process", "multiprocessing.Process", "threading.Thread"),
    spawn: ("torch.multiprocessing.spawn", "torch.multiprocessing.start_processes"),
    launch: ("accelerate.notebook_launcher", "accelerate.debug_launcher"),
}
HANDLERS = {name: handler for handler, names in _GROUPS.items() for name in names} | flows.HANDLERS
