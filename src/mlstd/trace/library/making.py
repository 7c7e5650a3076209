"""How are objects of libraries made, and instances of project classes that get their behaviour from one?"""

from __future__ import annotations

from mlstd.knowledge.schema import Kind
from mlstd.knowledge.tables import ClassInfo
from mlstd.lower import ir
from mlstd.trace.events import Thing
from mlstd.trace.library import downloads, effects, modes, parameters
from mlstd.trace.library.frameworks import FRAMEWORKS
from mlstd.trace.library.holders import HOLDS_ROWS, as_listed, rows_of_reference
from mlstd.trace.library.randomness import draws, own_seed
from mlstd.trace.library.rows import origin_of_path, overwrite
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import by_index, narrowed
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import (
    COUNTER,
    Address,
    Const,
    Data,
    External,
    Ref,
    Stream,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Part, Step


def construct(machine: Machine, info: ClassInfo, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A new object of a library's class; a tensor made of rows is these rows."""
    if info.kind_name == "torch_tensor" and summary(machine, arguments.all()) is not None:
        return machine.verbs.call(External("torch.as_tensor"), arguments, node)
    made = machine.allocate("thing", node, info=info, key=info.name)
    made.info = info
    for slot in made.names:
        machine.now().drop((made.address, slot))
    describe_instance(machine, made, name, info.kind, node, "")
    initialise(machine, made, arguments, node)
    return Ref(made.address)


def describe_instance(machine: Machine, made: Object, name: str, kind: Kind, node: ir.Node, label: str) -> None:
    """Keep what the trace tells of an object."""
    init = kind.init
    machine.things[made.address] = Thing(
        made.address,
        name,
        kind.role,
        machine.here(node),
        label or name.rpartition(".")[2],
        plural=bool(machine.loops),
        chosen=machine.chosen,
        baseline=made.info is not None and made.info.kind_name == "dummy",
        dropout=kind.dropout,
        supervised=kind.supervised,
        pretrained=init.pretrained,
        forecasts=kind.forecasts,
        part=_inside_model(machine, made),
        home=made.cls.path if made.cls is not None else "",
    )
    if kind.compares:
        machine.notes.setdefault("methods offered", {})[name] = True
    if kind.role in ("layer", "model") and any(m.mode for m in kind.methods.values()):
        machine.store(made.address, "#mode", Const("train"))
        modes.made(machine, made.address)


def _inside_model(machine: Machine, made: Object) -> bool:
    """Is it made by a method of a project's model, as a part of that?"""
    receivers = [machine.heap[f.receiver.address] for f in machine.frames if isinstance(f.receiver, Ref)]
    return any(r.address != made.address and r.base is not None and r.base.role in ("layer", "model") for r in receivers)


def initialise(machine: Machine, made: Object, arguments: Arguments, node: ir.Node) -> None:
    """What constructing does: keep the arguments, take the rows, draw the weights."""
    kind = made.info.kind if made.info is not None else made.base
    if kind is None:
        return
    site = Site(
        machine,
        node,
        machine.things[made.address].cls if made.address in machine.things else "",
        kind.init,
        arguments,
        Ref(made.address),
        kind,
    )
    for name, value in site.bound.items():
        if kind.role != "layer" or not isinstance(value, (Const, Unknown)):  # of a layer's many numbers nothing is ever asked
            machine.store(made.address, f"@{name}", value)
    if kind.role != "layer":
        _tell_arguments(machine, made.address)
    if kind.role == "generator":
        machine.store(
            made.address, "#seeded", Const(own_seed(machine, site.bound.get(kind.init.seed)) is True or not kind.init.draws)
        )
    downloads.fetched(site)
    parameters.of_tracker(site, kind.role)
    if kind.role in HOLDS_ROWS or kind.init.effect == "load":
        _take_rows(site, made, kind)
    if kind.draws_at == "make" and kind.init.draws:
        draws(site, _use(kind), addresses=frozenset((made.address,)))
        if _comes_with_weights(site):
            overwrite(machine, frozenset((made.address,)))
    if kind.role in ("layer", "model"):
        _part_of_model(site, made, kind)
    if made.info is not None:
        for framework in FRAMEWORKS:
            framework.made(site, made)


def _comes_with_weights(site: Site) -> bool:
    """`resnet18(weights=ResNet18_Weights.DEFAULT)`, `resnet18(pretrained=True)`: stored weights take the place of drawn ones."""
    given = site.values(site.effect.pretrained_by)
    return any(isinstance(v, External) or (isinstance(v, Const) and bool(v.value)) for v in given)


def made_by_function(machine: Machine, made: Object, kind: Kind, site: Site, bound: dict[str, Value]) -> None:
    """An object that a function returns: it keeps the function's arguments, and rows that were handed in are its rows."""
    for name, value in bound.items():
        machine.store(made.address, f"@{name}", value)
    if kind.role == "generator":
        seeded = own_seed(machine, bound.get(site.effect.seed)) if site.effect.seed else None
        machine.store(made.address, "#seeded", Const(seeded is True or not site.effect.draws))
        return
    draws(site, _use(kind), addresses=frozenset((made.address,)))
    if _is_read(site, bound):
        machine.store(
            made.address, "#rows", Data("rows", frozenset((Part(origin_of_path(bound[site.effect.path], site)),)), at=site.at)
        )
    if kind.role in HOLDS_ROWS:
        given = [*site.arguments.all(), *([site.receiver] if site.receiver is not None else [])]
        rows = summary(machine, given, instances=True)
        machine.store(made.address, "#rows", rows if rows is not None else unknown_rows(given, site.at))
    if kind.role in ("layer", "model"):
        if site.effect.pretrained and machine.load(made.address, "#mode") is not None:
            machine.store(made.address, "#mode", Const("eval"))
        _part_of_model(site, made, kind)


def _use(kind: Kind) -> str:
    """What the numbers that an object draws are for: weights, or the candidates that a study proposes."""
    if kind.role in ("layer", "model"):
        return "weights"
    return "fit" if kind.role == "search" or any(m.effect == "select" for m in kind.methods.values()) else "values"


def _is_read(site: Site, bound: dict[str, Value]) -> bool:
    """A file that is opened for reading holds the rows that stand in it."""
    mode = bound.get("mode")
    return (
        site.effect.returns == "kind:file"
        and site.effect.path in bound
        and isinstance(mode, Const)
        and str(mode.value).startswith("r")
    )


def _part_of_model(site: Site, made: Object, kind: Kind) -> None:
    """A layer made while a project's model is being built is a part of that model; dropout of nothing is none."""
    machine = site.machine
    share = next((v for name in ("p", "dropout") if (v := site.bound.get(name)) is not None), None)
    if isinstance(share, Const) and not share.value:
        machine.describe(made.address, dropout=False)
    elif kind.dropout or (kind.role == "layer" and "dropout" in site.arguments.named):
        machine.describe(made.address, dropout=True)


def _take_rows(site: Site, made: Object, kind: Kind) -> None:
    """A data set holds the rows that it is made of, or loads them."""
    machine = site.machine
    if kind.init.effect == "load":
        value = effects.perform(site)
        rows = summary(machine, [value])
    else:
        given = site.values(kind.init.rows) or site.arguments.positional[:1]
        rows = summary(machine, given, instances=True)
        if rows is None and given:
            rows = next((rows_of_reference(machine, v) for v in given if isinstance(v, Ref)), None) or unknown_rows(
                given, site.at
            )
        if rows is not None and len(given) == 1 and isinstance(given[0], Ref):
            rows = as_listed(machine, given[0], rows)
    if rows is not None:
        machine.store(made.address, "#rows", _sampled(site, rows))


def _sampled(site: Site, rows: Data) -> Data:
    """The rows that a sampler or a list of positions leaves."""
    for name in ("sampler", "batch_sampler", "indices"):
        for value in site.values((name,)):
            drawn = value if name == "indices" else _drawn_from(site.machine, value)
            index = summary(site.machine, [drawn if drawn is not None else value], instances=True)
            if index is not None and (index.kind == "index" or drawn is not None):
                return by_index(rows, index)
            if drawn is not None:
                return narrowed(rows, _positions(drawn, str(site.at)))
    return rows


def _drawn_from(machine: Machine, sampler: Value) -> Value | None:
    """The positions that a sampler draws from, where it was given them; None for one that draws from all rows."""
    if not isinstance(sampler, Ref):
        return None
    given = machine.load(sampler.address, "@indices")
    inner = machine.load(sampler.address, "@sampler") if given is None else None  # `BatchSampler(SubsetRandomSampler(...), ...)`
    return given if given is not None else _drawn_from(machine, inner) if inner is not None else None


def _positions(value: Value, otherwise: str) -> Step:
    """The choice that positions make of which nothing is known but where they come from: a range is a slice."""
    element = value.element if isinstance(value, Stream) else value
    if isinstance(element, Unknown) and element.why == COUNTER and element.way:
        return Step("slice", "", element.way)
    return Step("some", f"?{element.identity}" if isinstance(element, Unknown) and element.at is not None else otherwise)


def keep_arguments(machine: Machine, address: Address, arguments: Arguments) -> None:
    """What an instance was made with tells its rows apart from those of another."""
    for number, value in enumerate(arguments.positional):
        machine.store(address, f"@{number}", value)
    for name, value in arguments.named.items():
        machine.store(address, f"@{name}", value)
    _tell_arguments(machine, address)


def _tell_arguments(machine: Machine, address: Address) -> None:
    """The plain arguments that an object was made with, for whoever compares two of a class."""
    kept = ((slot, v.value) for slot, v in machine.slots(address).items() if slot.startswith("@") and isinstance(v, Const))
    machine.describe(address, arguments=tuple(sorted((slot[1:], repr(value)) for slot, value in kept)))
