"""What does `LightningCLI(Model, DataModule)` do? It seeds, makes both and a trainer with their defaults, and fits."""

from __future__ import annotations

from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine, Object
from mlstd.trace.objects import find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import NONE, ClassValue, Const, Entries, External, FunctionValue, Items, Ref, Value

COMMANDS, PARSER = "lightning_cli", "lightning_parser"
CLASSES = (ClassValue, External)


class LightningCommands(Framework):
    """Command lines of Lightning: what a run without options does."""

    def made(self, site: Site, made: Object) -> None:
        """`LightningCLI(...)`, or a subclass of it, runs where it is made."""
        if made.info is not None and made.info.kind_name == COMMANDS:
            _run(site, Ref(made.address))

    def method(self, site: Site, name: str) -> Value | None:
        """What `add_arguments_to_parser` tells the parser: classes to make, and defaults for their arguments."""
        if hooks.kind_name(site.machine, site.receiver) == PARSER and site.receiver is not None:
            address = site.receiver.address
            if name == "set_defaults":
                for argument, default in (_entries(site.machine, site.value("defaults")) | site.arguments.named).items():
                    site.machine.store(address, f"default {argument}", default)
            elif name == "add_lightning_class_args" and isinstance(key := site.value("nested_key"), Const):
                site.machine.store(address, f"class {key.value}", site.value("lightning_class") or NONE)
        return None


def _run(site: Site, own: Ref) -> None:
    machine = site.machine
    model, data = site.value("model_class"), site.value("datamodule_class")
    if not isinstance(model, ClassValue):
        return
    parser = machine.verbs.call(External("lightning.pytorch.cli.LightningArgumentParser"), Arguments(), site.node)
    hooks.run(machine, own, "add_arguments_to_parser", (parser,), site.node)
    told = machine.slots(parser.address) if isinstance(parser, Ref) else {}
    defaults = {name.removeprefix("default "): v for name, v in told.items() if name.startswith("default ")}
    if site.bound.get("seed_everything_default") != Const(False):
        machine.verbs.call(External("lightning.pytorch.seed_everything"), Arguments([Const(0)]), site.node)
    module = machine.verbs.construct(model, Arguments([], _options(machine, model) | _under("model", defaults)), site.node)
    datamodule: Value = NONE
    if isinstance(data, ClassValue):
        datamodule = machine.verbs.construct(data, Arguments([], _options(machine, data) | _under("data", defaults)), site.node)
    given = dict(_entries(machine, site.value("trainer_defaults"))) | _under("trainer", defaults)
    added = [
        machine.verbs.call(v, Arguments([], _under(name.removeprefix("class "), defaults)), site.node)
        for name, v in told.items()
        if name.startswith("class ") and isinstance(v, CLASSES)
    ]
    if added:
        listed = machine.allocate("list", site.node, key="callbacks")
        machine.store(listed.address, "[]", Items((*added, *([given["callbacks"]] if "callbacks" in given else []))))
        given["callbacks"] = Ref(listed.address)
    trainer = machine.verbs.call(External("lightning.pytorch.Trainer"), Arguments([], given), site.node)
    for name, value in (("model", module), ("datamodule", datamodule), ("trainer", trainer)):
        machine.store(own.address, name, value)
    if site.bound.get("run") != Const(False):
        fit = machine.verbs.attribute(trainer, "fit", site.node)
        machine.verbs.call(fit, Arguments([module], {"datamodule": datamodule}), site.node)


def _options(machine: Machine, cls: ClassValue) -> dict[str, Value]:
    """Every parameter of a class is an option of the command line."""
    method = find(machine, cls, "__init__")
    defaults = method.defaults if isinstance(method, FunctionValue) else ()
    return {name: Const(value.value, name) for name, value in defaults if isinstance(value, Const)}


def _entries(machine: Machine, value: Value | None) -> dict[str, Value]:
    """A dict's values by name."""
    held = machine.load(value.address, "{}") if isinstance(value, Ref) else None
    return {str(k): v for k, v in held.items} if isinstance(held, Entries) else {}


def _under(prefix: str, defaults: dict[str, Value]) -> dict[str, Value]:
    """The arguments of one class: `model_checkpoint.monitor` is the `monitor` of `model_checkpoint`."""
    return {k.removeprefix(f"{prefix}."): v for k, v in defaults.items() if k.startswith(f"{prefix}.") and k.count(".") == 1}
