"""Objects of libraries, and instances of project classes that get their behaviour from one: how they are made and used."""

from __future__ import annotations

from mlstd.knowledge.schema import Effect, Kind
from mlstd.knowledge.tables import ClassInfo
from mlstd.lower import ir
from mlstd.trace.events import Thing
from mlstd.trace.library import averages, blind, downloads, effects, modes, parameters, workers
from mlstd.trace.library.frameworks import FRAMEWORKS, commands
from mlstd.trace.library.models import prediction
from mlstd.trace.library.randomness import draws, draws_of_object, own_seed
from mlstd.trace.library.rows import origin_of_path
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Machine, Object
from mlstd.trace.objects import find, framework_kind
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import by_index, narrowed, with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import (
    COUNTER,
    NONE,
    Address,
    Bound,
    ClassValue,
    Const,
    Data,
    FunctionValue,
    Ref,
    Stream,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step

HOLDS_ROWS = frozenset(("dataset", "batches"))


def construct(machine: Machine, info: ClassInfo, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A new object of a library's class."""
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
    if kind.role in ("layer", "model"):
        _part_of_model(site, made, kind)
    if made.info is not None:
        for framework in FRAMEWORKS:
            framework.made(site, made)


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
    return "fit" if any(m.effect == "select" for m in kind.methods.values()) else "values"


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
            rows = next((_of_reference(machine, v) for v in given if isinstance(v, Ref)), None) or unknown_rows(given, site.at)
    if rows is not None:
        machine.store(made.address, "#rows", _sampled(site, rows))


def _sampled(site: Site, rows: Data) -> Data:
    """The rows that a sampler or a list of positions leaves."""
    for name in ("sampler", "batch_sampler", "indices"):
        for value in site.values((name,)):
            index = summary(site.machine, [value], instances=True)
            if index is not None and (index.kind == "index" or name == "indices"):
                return by_index(rows, index)
            if name == "indices":
                return narrowed(rows, _positions(value, str(site.at)))
    return rows


def _positions(value: Value, otherwise: str) -> Step:
    """The choice that positions make of which nothing is known but where they come from: a range is a slice."""
    element = value.element if isinstance(value, Stream) else value
    if isinstance(element, Unknown) and element.why == COUNTER and element.way:
        return Step("slice", "", element.way)
    return Step("some", f"?{element.identity}" if isinstance(element, Unknown) and element.at is not None else otherwise)


def _of_reference(machine: Machine, value: Ref) -> Data | None:
    """The rows that a project's own data set stands for."""
    held = machine.load(value.address, "#rows")
    if isinstance(held, Data):
        return held
    made = machine.heap[value.address]
    return rows_of_instance(machine, value) if made.kind == "instance" else None


def rows_of_instance(machine: Machine, value: Ref) -> Data:
    """The rows that an instance of a project class holds: those in its attributes, else rows told apart by what it was made
    with."""
    found = [d for d in data_in(machine, value, instances=True) if d.kind in ("rows", "index")]
    if found:
        united = summary(machine, [d for d in found if d.kind == "rows"] or list(found))
        assert united is not None
        return Data("rows", united.parts, united.models, united.stats, traits=united.traits)
    made = machine.heap[value.address]
    kept = [v for slot, v in machine.slots(value.address).items() if slot.startswith("@")]
    told = [str(v.value) for v in kept if isinstance(v, Const) and isinstance(v.value, (str, bool))]
    name = made.cls.node.name if made.cls is not None else made.info.name if made.info is not None else "?"
    origin = Origin(f"{name}({', '.join(told)})" if told else f"{name}@{made.at}", known=bool(told), at=made.at)
    return Data("rows", frozenset((Part(origin),)))


def as_rows(machine: Machine, value: Ref, item: Value) -> Value:
    """An item of a project's data set: what its `__getitem__` gives, unknown pieces taken for rows of the data set."""
    rows = rows_of_instance(machine, value)
    marked = with_traits(rows, "batch")

    def fill(piece: Value) -> Value:
        if isinstance(piece, Tuple):
            return Tuple(tuple(fill(p) for p in piece.items))
        if isinstance(piece, Unknown) or (isinstance(piece, Ref) and not data_in(machine, piece)):
            return marked
        if isinstance(piece, Data) and not piece.parts:
            return marked
        return piece.but(traits=piece.traits - {"item"} | {"batch"}) if isinstance(piece, Data) else piece

    return fill(item)


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


def attribute(machine: Machine, owner: Ref, kind: Kind, name: str, node: ir.Node) -> Value:
    """An attribute that a library gives its objects."""
    effect = kind.attributes.get(name)
    if effect is not None:
        return effects.perform(Site(machine, node, f"{kind.role}.{name}", effect, Arguments(), owner, kind))
    if name in kind.methods:
        return Bound(owner, name)
    kept = machine.load(owner.address, f"@{name}")
    if kept is not None and not callable(getattr(kept, "node", None)):
        return kept
    rows = machine.load(owner.address, "#rows")
    if isinstance(rows, Data) and name in ("data", "targets", "X", "x", "y", "features", "labels", "dataset"):
        return rows
    if name.endswith("_") and "fit" in kind.methods:  # scikit-learn's mark of what a fit has learned
        return machine.unknown(node, "what a fit has learned", name)
    return Bound(owner, name)


def class_method(machine: Machine, cls: ClassValue, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A class method that a library gives a project's class: `Net.load_from_checkpoint(path)`, `State.create(...)`."""
    known = framework_kind(machine, cls)
    if known is None:
        return blind.unknown_call(machine, Bound(cls, name), arguments, node)
    for framework in FRAMEWORKS:
        answer = framework.class_method(machine, cls, known[0], name, arguments, node)
        if answer is not None:
            return answer
    effect = known[1].methods.get(name)
    if effect is None or not effect.pretrained:
        return blind.unknown_call(machine, Bound(cls, name), arguments, node)
    made = machine.verbs.construct(cls, Arguments([], arguments.named, None, arguments.named_rest), node)
    if isinstance(made, Ref):
        effects.perform(Site(machine, node, f"{cls.node.name}.{name}", pretrained(effect), arguments, made, known[1]))
        machine.describe(made.address, pretrained=True)
    return made


def pretrained(effect: Effect) -> Effect:
    """The effect of a call that loads what was learned into an object."""
    return Effect(effect="load", args=effect.args, path=effect.path, revision=effect.revision, pretrained=True, returns="self")


def decorated(machine: Machine, by: Bound, given: Arguments | None, wrapped: Value, node: ir.Node) -> None:
    """A method of an object decorates a function of the project: frameworks may keep it, or run it."""
    if isinstance(by.self, FunctionValue):
        commands.register(machine, by.self, by.name, wrapped)
    elif isinstance(by.self, Ref):
        for framework in FRAMEWORKS:
            framework.decorated(machine, by.self, by.name, given, wrapped, node)


def method(machine: Machine, owner: Ref, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method that a library gives its objects."""
    made = machine.heap[owner.address]
    kind = made.info.kind if made.info is not None else made.base
    if kind is None and (followed := commands.of_instance(machine, owner, name, arguments, node)) is not None:
        return followed
    if kind is None:
        return blind.unknown_call(machine, Bound(owner, name), arguments, node)
    if name == "__init__":
        initialise(machine, made, arguments, node)
        return NONE
    effect = kind.methods.get(name)
    site = Site(machine, node, f"{_called(machine, made)}.{name}", effect or Effect(), arguments, owner, kind)
    for framework in FRAMEWORKS:
        answer = framework.method(site, name)
        if answer is not None:
            return answer
    if effect is None:
        return blind.unknown_method(site, name)
    return effects.perform(site)


def _called(machine: Machine, made: Object) -> str:
    thing = machine.things.get(made.address)
    return thing.cls.rpartition(".")[2] if thing is not None else made.info.name if made.info is not None else "object"


def called(machine: Machine, value: Ref, arguments: Arguments, node: ir.Node) -> Value:
    """`model(x)`, `criterion(output, target)`, `metric(prediction, target)`."""
    made = machine.heap[value.address]
    kind = made.info.kind if made.info is not None and made.cls is None else made.base
    if kind is None:
        return blind.unknown_call(machine, value, arguments, node)
    site = Site(machine, node, _called(machine, made), kind.call or Effect(), arguments, value, kind)
    if _is_whole_model(machine, made, kind):
        machine.describe(value.address, role="model")
        return prediction(
            machine,
            summary(machine, arguments.all()) or unknown_rows(arguments.all(), site.at),
            frozenset((value.address,)),
            site,
        )
    for framework in FRAMEWORKS:
        answer = framework.called(site)
        if answer is not None:
            return answer
    if made.cls is not None and kind.role in ("model", "layer"):
        return forward(machine, value, made, arguments, site)
    if kind.call is None:
        return blind.unknown_call(machine, value, arguments, node)
    return modes.unruled(site, effects.perform(site))


def _is_whole_model(machine: Machine, made: Object, kind: Kind) -> bool:
    """`nn.Linear(4, 1)` that is called outside of any model's own code is the model."""
    if (
        kind.role != "layer"
        or made.cls is not None
        or not kind.init.draws
        or made.info is None
        or not made.info.name.startswith("torch.")
    ):
        return False
    receivers = [f.receiver.address for f in machine.frames if isinstance(f.receiver, Ref)]
    return not any(machine.things[r].role in ("model", "layer") for r in receivers if r in machine.things)


def forward(machine: Machine, value: Ref, made: Object, arguments: Arguments, site: Site) -> Value:
    """A project's model is called: its own `forward` runs, and what comes out is its prediction for the rows that went in."""
    assert made.cls is not None
    rows = summary(machine, arguments.all()) or unknown_rows(arguments.all(), site.at)
    predicted = prediction(machine, rows, frozenset((value.address,)), site)
    result: Value = Unknown("")
    own = next(
        (m for m in (find(machine, made.cls, n) for n in ("forward", "call", "__call__")) if isinstance(m, FunctionValue)), None
    )
    if own is not None:
        result = machine.verbs.call(Bound(value, own.name, own), arguments, site.node)
    return _as_prediction(machine, result, modes.marked(machine, predicted, frozenset((value.address,))))


def _as_prediction(machine: Machine, value: Value, predicted: Data) -> Value:
    if isinstance(value, Tuple):
        return Tuple(tuple(_as_prediction(machine, item, predicted) for item in value.items))
    if isinstance(value, Data) and value.kind == "score":
        return Data(
            "score",
            value.parts | predicted.parts,
            predicted.models,
            value.stats | predicted.stats,
            value.metric,
            value.form,
            value.at,
            value.traits | (predicted.traits & {modes.TRAINING}),
        )
    if isinstance(value, Ref) and machine.heap[value.address].kind in ("dict", "list"):
        return value if data_in(machine, value) else predicted
    if isinstance(value, Data):
        return predicted.but(stats=predicted.stats | value.stats, traits=predicted.traits | (value.traits & {modes.TRAINING}))
    return predicted


def iterate(machine: Machine, value: Ref, node: ir.Node) -> Stream:
    """Iterating over a library's object: batches of its rows."""
    made = machine.heap[value.address]
    kind = made.info.kind if made.info is not None else made.base
    rows = machine.load(value.address, "#rows")
    if kind is not None and kind.draws_at == "iterate":
        draws_of_object(
            Site(machine, node, _called(machine, made), Effect(), Arguments(), value, kind),
            value.address,
            "shuffle",
            rows if isinstance(rows, Data) else None,
        )
    inner = machine.load(value.address, "@dataset")
    if isinstance(rows, Data):
        rows = with_traits(rows, *averages.of_loader(machine, value.address))
    if isinstance(inner, Ref) and isinstance(rows, Data):
        with workers.working(machine, value):
            return Stream(_batch(machine, inner, rows, node))
    if isinstance(rows, Data):
        return Stream(with_traits(rows, "batch"))
    if kind is not None and kind.iterate is not None:
        result = effects.perform(Site(machine, node, _called(machine, made), kind.iterate, Arguments(), value, kind))
        if isinstance(result, Stream):
            return result
        if result == value:  # a grid of axes
            return Stream(value)
        return (
            machine.verbs.iterate(result, node)
            if not isinstance(result, (Const, Ref))
            else Stream(machine.unknown(node, "an item"))
        )
    return Stream(machine.unknown(node, "an item of an object"))


def _batch(machine: Machine, dataset: Ref, rows: Data, node: ir.Node) -> Value:
    """One batch of a loader: shaped as the items of its data set, holding the loader's rows."""
    marked = Data("rows", rows.parts, rows.models, rows.stats, traits=rows.traits | {"batch"})
    if machine.heap[dataset.address].cls is None:
        return marked
    item = machine.verbs.iterate(dataset, node).element

    def fill(piece: Value) -> Value:
        if isinstance(piece, Tuple):
            return Tuple(tuple(fill(p) for p in piece.items))
        if isinstance(piece, Data):
            return Data(
                "rows", marked.parts, marked.models, marked.stats | piece.stats, traits=marked.traits | (piece.traits - {"item"})
            )
        return marked

    return fill(item)
