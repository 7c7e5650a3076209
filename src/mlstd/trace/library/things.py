"""How are objects of libraries used, once they are made: their attributes, their methods, a call of a model?"""

from __future__ import annotations

from mlstd.knowledge.schema import Effect, Kind
from mlstd.lower import ir
from mlstd.trace.library import averages, blind, effects, importances, masks, modes, passes
from mlstd.trace.library.frameworks import FRAMEWORKS, commands
from mlstd.trace.library.holders import called_as
from mlstd.trace.library.making import initialise
from mlstd.trace.library.models import prediction
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Machine, Object
from mlstd.trace.objects import find, framework_kind
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import (
    NONE,
    Address,
    Bound,
    ClassValue,
    Data,
    External,
    FunctionValue,
    Ref,
    Tuple,
    Unknown,
    Value,
)

FITTED_STEPS = "transformers_"  # of a column transformer: those that it was made of, fitted
OWN_CODE = ""  # the name under which a model's own code is bound while the model runs it


def runs_model(machine: Machine, method: Bound) -> bool:
    """Is a call of a method, `model.forward(x)`, another way to write `model(x)`? The code that a model runs when it is called is
    not, nor is what that inherits (`super().forward(x)`)."""
    made = machine.object(method.self)
    return (
        made is not None
        and made.cls is not None
        and method.name in modes.RUNNING
        and made.base is not None
        and made.base.role in ("model", "layer")
        and find(machine, made.cls, method.name) == method.function
    )


def attribute(machine: Machine, owner: Ref, kind: Kind, name: str, node: ir.Node) -> Value:
    """An attribute that a library gives its objects."""
    if (telling := importances.found_by(machine, owner, name, node)) is not None and name not in kind.methods:
        return telling
    if name == "training" and (mode := modes.asked(machine, owner, node)) is not None:
        return mode
    held = machine.load(owner.address, "#rows")
    if isinstance(held, Data) and kind.role == "dataset" and (part := masks.own_part(held, name)) is not None:
        return part
    effect = kind.attributes.get(name)
    if effect is not None:
        value = effects.perform(Site(machine, node, f"{kind.role}.{name}", effect, Arguments(), owner, kind))
        mine = held if isinstance(held, Data) and value == owner and name in passes.LABELS else value
        return passes.as_stored(machine, mine, name, node)
    if name in kind.methods:
        return Bound(owner, name)
    kept = machine.load(owner.address, f"@{name.removesuffix('_') if name == FITTED_STEPS else name}")
    if kept is not None and not callable(getattr(kept, "node", None)):
        return kept
    rows = machine.load(owner.address, "#rows")
    if isinstance(rows, Data) and name in ("data", "targets", "X", "x", "y", "features", "labels", "dataset"):
        return passes.as_stored(machine, rows, name, node)
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
    if (telling := importances.found_by(machine, owner, name, node)) is not None:
        return telling
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
    site = Site(machine, node, f"{called_as(machine, made)}.{name}", effect or Effect(), arguments, owner, kind)
    for framework in FRAMEWORKS:
        answer = framework.method(site, name)
        if answer is not None:
            return answer
    if effect is None and name in modes.RUNNING and kind.call is not None:
        return called(machine, owner, arguments, node)
    if effect is None:
        return blind.unknown_method(site, name)
    return effects.perform(site)


def called(machine: Machine, value: Ref, arguments: Arguments, node: ir.Node) -> Value:
    """`model(x)`, `criterion(output, target)`, `metric(prediction, target)`."""
    made = machine.heap[value.address]
    kind = made.info.kind if made.info is not None and made.cls is None else made.base
    if kind is None:
        return blind.unknown_call(machine, value, arguments, node)
    site = Site(machine, node, called_as(machine, made), kind.call or Effect(), arguments, value, kind)
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
    return _in_method(site, modes.unruled(site, effects.perform(site)))


def _in_method(site: Site, value: Value) -> Value:
    """What a layer gives in a method that is no `forward` (`model.encode(x)`, `model.rank(user)`) is the model's prediction."""
    machine = site.machine
    learned = site.kind is not None and site.kind.role == "layer" and site.kind.init.draws
    running = modes.at_work(machine) if learned else None
    rows = summary(machine, [value, *site.arguments.all()])
    if running is None or (rows is not None and rows.kind != "rows"):
        return value
    model, given = running
    rows = rows or summary(machine, given) or unknown_rows(given, site.at)
    return as_prediction(machine, value, prediction(machine, rows, frozenset((model,)), site))


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
    own = next((m for m in (find(machine, made.cls, n) for n in modes.RUNNING) if isinstance(m, FunctionValue)), None)
    if own is not None and weightless(machine, value.address):
        machine.notes.setdefault(modes.WEIGHTLESS, set()).add(value.address)
        return machine.verbs.call(Bound(value, OWN_CODE, own), arguments, site.node)
    rows = averages.fed(machine, summary(machine, arguments.all()) or unknown_rows(arguments.all(), site.at))
    predicted = prediction(machine, rows, frozenset((value.address,)), site)
    result: Value = Unknown("")
    if own is not None:
        result = machine.verbs.call(Bound(value, OWN_CODE, own), arguments, site.node)
    return as_prediction(machine, result, modes.marked(machine, predicted, frozenset((value.address,))))


def weightless(machine: Machine, address: Address) -> bool:
    """Is a project's module no model: a loss, an augmentation or an activation, with nothing in it that could be learned?"""
    for one in modes.inside(machine, address):
        made = machine.heap[one]
        if made.cls is None:
            kind = made.info.kind if made.info is not None else None
            if kind is not None and kind.role in ("layer", "model") and (kind.init.draws or kind.role == "model"):
                return False
            if kind is not None and "append" in kind.methods and modes.inside(machine, one) == [one]:
                return False  # a list of no modules may hold bare parameters
        elif not _plain(made.cls) or any(isinstance(v, Unknown) for k, v in machine.slots(one).items() if k[:1] not in "#@"):
            return False
    return True


def _plain(cls: ClassValue) -> bool:
    """Does a class inherit from no library class but the bare module, which brings no weights?"""
    return all(_plain(base) if isinstance(base, ClassValue) else base == External("torch.nn.Module") for base in cls.bases)


def as_prediction(machine: Machine, value: Value, predicted: Data) -> Value:
    """What a model gives, with the rows in it taken for its predictions."""
    if isinstance(value, Tuple):
        return Tuple(tuple(as_prediction(machine, item, predicted) for item in value.items))
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
        told = data_in(machine, value)
        listed = machine.heap[value.address].kind == "list"  # a best path that was put together from the scores of tags
        return value if told and not (listed and all(d.kind in ("rows", "index") for d in told)) else predicted
    if isinstance(value, Data):
        return predicted.but(stats=predicted.stats | value.stats, traits=predicted.traits | (value.traits & {modes.TRAINING}))
    return predicted
