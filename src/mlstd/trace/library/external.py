"""A call of something by its full name in a library."""

from __future__ import annotations

import re

from mlstd.knowledge.schema import Effect
from mlstd.knowledge.tables import ClassInfo
from mlstd.lower import ir
from mlstd.trace.events import Switch
from mlstd.trace.library import blind, downloads, effects, making, parameters, things
from mlstd.trace.library.frameworks import FRAMEWORKS
from mlstd.trace.library.randomness import CLOCK
from mlstd.trace.library.site import Site, file_of
from mlstd.trace.machine import Machine
from mlstd.trace.objects import note_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Const, Ref, Text, Unknown, Value
from mlstd.trace.values.text import source

SWITCHES = frozenset(("torch.use_deterministic_algorithms", "torch.set_deterministic"))

CLOCKS = frozenset(
    f"{owner}.{name}"
    for owner, names in {
        "time": ("time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time"),
        "datetime.datetime": ("now", "utcnow", "today"),
        "datetime.date": ("today",),
        "os": ("getpid",),
    }.items()
    for name in names
)
MAKES_MODEL = re.compile(r"from_pretrained$|hub\.load$|(create|get|build|make|load)_?(model|net|backbone|encoder)")


def _by_name(machine: Machine, arguments: Arguments, node: ir.Node) -> None:
    """A model that a library makes by a name: if an option gives the name, another run has another model."""
    for value in arguments.all():
        if isinstance(value, Const):
            note_method(machine, value.option, node)
        elif isinstance(value, Unknown) and value.why.startswith("an option"):
            note_method(machine, value.hint, node)


def call(machine: Machine, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """The value of a library call: a function, a class, or something that nobody described."""
    machine.libraries.add(name)
    if name in CLOCKS:
        return machine.unknown(node, CLOCK, name.rpartition(".")[2])
    effect = machine.knowledge.call(name)
    if name in SWITCHES:
        _switch(machine, name, arguments, node)
    if MAKES_MODEL.search(name) or (effect is not None and effect.pretrained):
        _by_name(machine, arguments, node)
    if effect is not None:
        site = Site(machine, node, machine.knowledge.normal(name), effect, arguments)
        for framework in FRAMEWORKS:
            answer = framework.function(site)
            if answer is not None:
                return answer
        return effects.perform(site)
    info = machine.knowledge.cls(name)
    if info is not None:
        return making.construct(machine, info, name, arguments, node)
    return blind.unknown_external(machine, name, arguments, node)


def of_path(machine: Machine, path: Const | Text, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """A method of a path, which the run keeps as a string: what writes to its file, reads or opens it; None for all others."""
    info = machine.knowledge.cls("pathlib.Path")
    effect = info.kind.methods.get(name) if info is not None else None
    if info is None or effect is None or (effect.effect not in ("record", "make", "load") and effect.returns != "stored"):
        return None
    owner = making.construct(machine, info, "pathlib.Path", Arguments([path]), node)
    return things.method(machine, owner, name, arguments, node) if isinstance(owner, Ref) else None


def _switch(machine: Machine, name: str, arguments: Arguments, node: ir.Node) -> None:
    """A call that only sets a library's own setting."""
    value = arguments.get(0, "mode")
    if isinstance(value, Const):
        code = source(node, 80) if isinstance(node, ir.Call) else name
        machine.tape.add(Switch(**machine.common(machine.here(node), code), name=name, value=value.value))


def make(site: Site, kind_name: str) -> Value:
    """A new object of a kind, returned by a function."""
    machine = site.machine
    kind = machine.knowledge.kind(kind_name)
    made = machine.allocate("thing", site.node, key=kind_name)
    for slot in made.names:
        machine.now().drop((made.address, slot))
    made.info = ClassInfo(site.name, kind_name, kind)
    made.base = kind
    label = f"{site.name.partition('.')[0]} model" if site.effect.effect == "fit" else ""  # `lightgbm.train` names no model
    making.describe_instance(machine, made, site.name, kind, site.node, label)
    if site.effect.pretrained:
        path = file_of(machine, site.value(site.effect.path)) if site.effect.path else ""
        machine.describe(made.address, pretrained=True, file=path)
    downloads.fetched(site)
    if kind.role == "model" and (option := downloads.by_option(site)):
        own = downloads.is_local(site, downloads.identity(site)[0])
        machine.notes.setdefault("checkpoints by option" if own else "options used", {})[option] = site.at
    parameters.of_tracker(site, kind.role)
    passed = Site(machine, site.node, site.name, Effect(args=site.effect.args), site.arguments)
    making.made_by_function(machine, made, kind, site, passed.bound)
    return Ref(made.address)
