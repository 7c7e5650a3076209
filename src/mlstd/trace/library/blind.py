"""A call that cannot be followed: what it may hide, and what its result still carries.

What it hides is bounded by what it is given: a call that is handed no model cannot fit one. Its result carries on the rows, the
models and the scores that went in. A method of a well-known name (`fit`, `predict`) on an unknown object is taken for what it
says, as a guess.
"""

from __future__ import annotations

from dataclasses import replace

from mlstd.knowledge.schema import Effect
from mlstd.lower import ir
from mlstd.trace.events import Hidden, Thing
from mlstd.trace.library.randomness import CLOCK
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, models_in
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import Bound, Const, Data, FunctionValue, Partial, Ref, Unknown, Value

GUESSED = frozenset(
    (
        "fit",
        "predict",
        "predict_proba",
        "fit_transform",
        "transform",
        "score",
        "evaluate",
        "fit_resample",
        "partial_fit",
        "decision_function",
        "fit_generator",
        "evaluate_generator",
        "predict_generator",
    )
)
NETWORK_WORDS = frozenset(("epochs", "steps_per_epoch", "callbacks", "validation_steps", "nb_epoch", "initial_epoch"))
SHAPE = "the shape of rows"
NAMELESS = "an unknown function"
SEED_WORDS = ("seed", "determin", "reproduc")
WRITERS = frozenset(("save", "write", "export", "dump", "submit", "submission"))


def unknown_call(machine: Machine, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """A call of a value that nobody knows."""
    if isinstance(function, Unknown) and function.why == SHAPE:
        return machine.unknown(node, SHAPE, function.hint)  # `batch.size(0)`
    if (isinstance(function, Bound) and isinstance(function.self, Unknown)) or isinstance(function, Unknown):
        name = function.name if isinstance(function, Bound) else function.hint
        owner = _owner(machine, node)
        if name in GUESSED and isinstance(owner, Unknown):
            return _guess(machine, owner, name, arguments, node)
        return _hidden(machine, name or NAMELESS, arguments, node, owner)
    name = function.name if isinstance(function, Bound) else NAMELESS
    receiver = function.self if isinstance(function, Bound) else None
    return _hidden(machine, name, arguments, node, receiver)


def _owner(machine: Machine, node: ir.Node) -> Value | None:
    """The object whose method is called, evaluated once more."""
    if isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute):
        with machine.muted():
            return machine.verbs.evaluate(node.func.value)
    return None


FITS = Effect(
    effect="fit",
    args="X, y=None, *args, validation_data=None, eval_set=None, validation_split=None, **params",
    rows=("X",),
    target=("y",),
    heldout=("validation_data", "eval_set"),
    heldout_fraction="validation_split",
    returns="self",
)
"""What `fit` means wherever it is called: the words that the libraries share."""


def _guess(machine: Machine, owner: Unknown, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """`unknown.predict(X)`: a model that came from somewhere."""
    made = machine.allocate("thing", None, key=f"guess {owner.hint} {owner.identity}")
    kind = machine.knowledge.kind("classifier")
    if made.address not in machine.things:
        called = owner.hint if owner.hint != NAMELESS else ""
        learns = name in ("fit", "fit_resample", "partial_fit", "fit_generator")
        machine.things[made.address] = Thing(
            made.address,
            called or "an unknown model",
            "model",
            owner.at,
            called,
            pretrained=not learns,
            file=machine.notes.get(("file", owner.at, owner.context), ""),
        )
    if _is_network(machine, name, arguments):
        made.info = machine.knowledge.cls("keras.Model")
    if made.info is not None:
        return machine.verbs.call(Bound(Ref(made.address), name), arguments, node)
    effect = FITS if name in ("fit", "partial_fit") else kind.methods.get(name)
    if effect is None:
        data = summary(machine, arguments.all())
        return with_traits(data, "guess") if data is not None else machine.unknown(node, "a guess", name)
    from mlstd.trace.library import effects

    return effects.perform(Site(machine, node, f"{owner.hint or 'unknown'}.{name}", effect, arguments, Ref(made.address), kind))


def _is_network(machine: Machine, name: str, arguments: Arguments) -> bool:
    """Is a model fitted as Keras fits its own: by a name that nobody else has, or in epochs where Keras is in use?"""
    if name.endswith("_generator"):
        return True
    in_use = any(library.startswith(("keras.", "tensorflow.")) for library in machine.libraries)
    return name == "fit" and in_use and not NETWORK_WORDS.isdisjoint(arguments.named)


def unknown_external(machine: Machine, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A function of a library that nobody described."""
    last = name.rpartition(".")[2]
    if name.startswith(("time.", "datetime.")):
        return machine.unknown(node, CLOCK, last)
    if machine.knowledge.knows(name) and not _suspicious(last):
        return _result(machine, arguments, node, None, last)
    return _hidden(machine, name, arguments, node, None)


def unknown_method(site: Site, name: str) -> Value:
    """A method that the knowledge of its class does not list: harmless if the class is known, its data handed on."""
    return _result(site.machine, site.arguments, site.node, site.receiver, name)


def _suspicious(name: str) -> bool:
    return any(word in name.lower() for word in SEED_WORDS)


def _hidden(machine: Machine, name: str, arguments: Arguments, node: ir.Node, receiver: Value | None) -> Value:
    """Record the blind spot."""
    given = [*arguments.all(), *([receiver] if receiver is not None else [])]
    data = tuple(dict.fromkeys(d for v in given for d in data_in(machine, v)))
    models = frozenset().union(*(models_in(machine, v) for v in given)) if given else frozenset()
    last = name.rpartition(".")[2]
    hides: set[Hidden] = set()
    if _suspicious(last):
        hides.add("seed")
    if models:
        hides |= {"fit", "score", "select"}
    if any(d.kind == "score" for d in data):
        hides |= {"record", "baseline"}
    if any(d.kind == "rows" for d in data):
        hides |= {"split", "score"}
        if not models:
            hides |= {"baseline"}
    if any(map(_is_code, given)):
        hides |= {"fit", "score", "seed", "record"}
    if _writes(last):
        hides -= {"score", "select", "fit"}
    if hides:
        machine.cannot_see(node, name, "is not in the repository and not known to mlstd", frozenset(hides), data, models)
    return _result(machine, arguments, node, receiver, last)


def _result(machine: Machine, arguments: Arguments, node: ir.Node, receiver: Value | None, name: str) -> Value:
    """What an unknown call returns carries what it was given."""
    given = [*arguments.all(), *([receiver] if receiver is not None else [])]
    for value in given:
        if _is_code(value):
            rows = summary(machine, [v for v in given if v is not value])
            machine.verbs.call(
                value,
                Arguments([with_traits(rows, "item")] if rows is not None else [], {}, Unknown("handed over by a library"), None),
                node,
            )
    found = summary(machine, given)
    models = frozenset().union(*(models_in(machine, v) for v in given)) if given else frozenset()
    if found is None:
        return _no_data(machine, given, node, name)
    kinds = {d.kind for v in given for d in data_in(machine, v)}
    if kinds >= {"prediction", "rows"} and _two(machine, arguments) and not (_names_class(name) or _writes(name)):
        value = Data(
            "score",
            found.parts,
            found.models | models,
            found.stats,
            name,
            "",
            machine.here(node),
            (found.traits - {"hits"}) | {"guess"},
        )
        emit(machine, value, "guess", name, machine.here(node), name)
        return value
    if models and found.kind == "rows":
        return Data(
            "prediction", found.parts, found.models | models, found.stats, at=machine.here(node), traits=found.traits | {"guess"}
        )
    return with_traits(found, "guess", *(["parts"] if "split" in name.lower() else [])).but(lacks=None)


def _names_class(name: str) -> bool:
    """`MetricTrainer` makes an object, `MSE` and `mse` compute a number."""
    return name[:1].isupper() and not name.isupper()


def _writes(name: str) -> bool:
    """`save_predictions(rows, guesses)` writes what it is given, `generate_submission(rows, guesses)` does too."""
    return not WRITERS.isdisjoint(name.lower().split("_"))


def _is_code(value: Value) -> bool:
    """Is this the project's own code, which a library may run: a function, or a method of an object?"""
    return isinstance(value, (FunctionValue, Partial)) or (isinstance(value, Bound) and isinstance(value.function, FunctionValue))


def _two(machine: Machine, arguments: Arguments) -> bool:
    """Predictions and rows come as separate arguments, as they do to a metric."""
    found = [summary(machine, [v]) for v in arguments.all()]
    kinds = [d.kind for d in found if d is not None]
    return "prediction" in kinds and "rows" in kinds


def _no_data(machine: Machine, given: list[Value], node: ir.Node, name: str) -> Value:
    """Without data, the one object that went in is taken to come out again (a wrapper around a model)."""
    things = [v for v in given if isinstance(v, Ref) and v.address in machine.things]
    if len(things) == 1 and not name.startswith(("is_", "has_")):
        return things[0]
    unknown = [v for v in given if isinstance(v, Unknown) and v.at is not None]
    if len(unknown) == 1:
        inner = unknown[0].inner(unknown[0].why, _step(name, given))
        return unknown[0] if _same_rows(machine, name) else replace(inner, hint=name) if _names_class(name) else inner
    return machine.unknown(node, "what an unknown function returns", name)


def _same_rows(machine: Machine, name: str) -> bool:
    """Is this a method of arrays and frames, which hands on the rows it is called on?"""
    return any(name in machine.knowledge.kind(kind).methods for kind in ("frame", "torch_tensor"))


def _step(name: str, given: list[Value]) -> str:
    """What tells one call on an unknown value from another: `get("train")` from `get("test")`."""
    words = [repr(v.value) for v in given if isinstance(v, Const) and isinstance(v.value, (str, bool))]
    return f".{name}({', '.join(words)})"
