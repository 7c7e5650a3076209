"""How does an experiment in JAX run? Functions are transformed, parameters are values, randomness is an argument.

The parameters that `module.init` gives stand for the module, so that `module.apply(params, x)` is its prediction, wherever they
went.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Thing
from mlstd.trace.library.frameworks import gradients, hooks, weights
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.models import prediction
from mlstd.trace.library.randomness import draws, own_seed, seed
from mlstd.trace.library.site import Site, models_in, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import everything
from mlstd.trace.values.kinds import NONE, ClassValue, Const, Data, Entries, External, Partial, Ref, Tuple, Unknown, Value

STATE = "flax_train_state"


class Jax(Framework):
    """Flax modules and train states, Optax optimizers."""

    def method(self, site: Site, name: str) -> Value | None:
        """`init`, `apply` of a module, `apply_gradients` of a state, `update` of an optimizer."""
        kind = hooks.kind_name(site.machine, site.receiver)
        if kind == "flax_module" and name in ("init", "init_with_output", "apply", "bind"):
            return _module(site, name)
        if kind == STATE and site.receiver is not None:
            return _state(site, name, site.receiver)
        if kind == "optax_optimizer" and name == "update":
            return Tuple((site.arguments.get(0, "updates") or NONE, Unknown("the state of an optimizer", site.at)))
        if kind == "nnx_optimizer" and name == "update":
            return NONE if gradients.apply(site, models_in(site.machine, site.receiver)) else None
        return None

    def function(self, site: Site) -> Value | None:
        """`TrainState.create(...)`, `optax.apply_updates(params, updates)`, `jax.tree.map(step, params, grads)`."""
        if site.name in ("jax.random.PRNGKey", "jax.random.key"):
            return _key(site)
        if site.name in (
            "flax.training.checkpoints.restore_checkpoint",
            "flax.jax_utils.replicate",
            "flax.jax_utils.unreplicate",
        ):
            return site.arguments.get(1 if "checkpoint" in site.name else 0, "target")
        if site.name.endswith("TrainState.create"):
            return train_state(site.machine, site.arguments, site.node, None)
        if site.name in ("optax.apply_updates", "optax.incremental_update"):
            owner = site.arguments.get(0, "params")
            return owner if gradients.apply(site, models_in(site.machine, owner)) else None
        if site.name in ("jax.tree.map", "jax.tree.tree_map", "jax.tree_map"):
            return _mapped(site)
        return None

    def class_method(
        self, machine: Machine, cls: ClassValue, base: str, name: str, given: Arguments, node: ir.Node
    ) -> Value | None:
        """`State.create(...)` of a project's own train state."""
        if name != "create" or not base.endswith("TrainState"):
            return None
        made = machine.allocate("instance", node, cls)
        made.info = machine.knowledge.cls("flax.training.train_state.TrainState")
        made.base = made.info.kind if made.info is not None else None
        machine.things[made.address] = Thing(made.address, cls.node.name, "thing", machine.here(node), cls.node.name)
        return train_state(machine, given, node, Ref(made.address))


def _key(site: Site) -> Value:
    """A key: whoever is given it draws with a seed of its own."""
    machine = site.machine
    seed(site)
    made = machine.verbs.make(site, "jax_key")
    if isinstance(made, Ref):
        machine.store(made.address, "#seeded", Const(own_seed(machine, site.value("seed")) is True))
    return made


def _module(site: Site, name: str) -> Value:
    """A Linen module: its weights are drawn by `init`, and used by `apply`."""
    machine, module = site.machine, site.receiver
    assert module is not None
    if name == "bind":
        return module
    if name == "apply":
        return _applied(site, module)
    draws(site, "weights", addresses=frozenset((module.address,)))
    made = machine.allocate("dict", site.node, key="parameters")
    machine.store(made.address, "{}", Entries((), module))
    return Ref(made.address) if name == "init" else Tuple((Unknown("an output", site.at), Ref(made.address)))


def _applied(site: Site, module: Ref) -> Value:
    """`module.apply(variables, x)`: a prediction of the module that the variables stand for; the code of `module` runs."""
    from mlstd.trace.library.things import as_prediction

    machine = site.machine
    variables, given = site.arguments.get(0, "variables"), site.arguments.positional[1:]
    models = models_in(machine, variables) or frozenset((module.address,))
    training = site.arguments.named.get("train", site.arguments.named.get("training"))
    for model in models if isinstance(training, Const) and isinstance(training.value, bool) else ():
        machine.store(model, "#mode", Const("train" if isinstance(training, Const) and training.value else "eval"))
    rows = summary(machine, given) or unknown_rows(given, site.at)
    predicted = prediction(machine, rows, models, site)
    special = ("rngs", "method", "mutable", "variables", "capture_intermediates")
    named = {k: v for k, v in site.arguments.named.items() if k not in special}
    result = hooks.run(machine, module, "__call__", given, site.node, **named)
    output = as_prediction(machine, result, predicted) if result is not None else predicted
    mutable = site.arguments.named.get("mutable")
    if mutable is not None and mutable != Const(False):
        return Tuple((output, variables if variables is not None else NONE))
    return output


def train_state(machine: Machine, arguments: Arguments, node: ir.Node, instance: Ref | None) -> Value:
    """`TrainState.create(apply_fn=..., params=..., tx=...)`: an object that holds what it is given."""
    if instance is None:
        made = machine.allocate("thing", node, key=STATE)
        made.info = machine.knowledge.cls("flax.training.train_state.TrainState")
        machine.things[made.address] = Thing(made.address, "TrainState", "thing", machine.here(node), "TrainState")
        instance = Ref(made.address)
    for name, value in arguments.named.items():
        machine.store(instance.address, name, value)
    return instance


def _state(site: Site, name: str, state: Ref) -> Value | None:
    machine = site.machine
    if name == "apply_gradients":
        gradients.apply(site, models_in(machine, machine.load(state.address, "params")))
        return state
    if name == "replace":
        for slot, value in site.arguments.named.items():
            if slot not in ("params", "apply_fn"):
                machine.store(state.address, slot, value)
        return state
    return None


def _mapped(site: Site) -> Value | None:
    """`tree.map(lambda p, g: p - rate * g, params, grads)` is a step of gradient descent written by hand."""
    given = site.arguments.positional[1:]
    owners = weights.owners(site.machine, given[0]) if len(given) > 1 else frozenset()
    return given[0] if owners and gradients.apply(site, owners) else None


# ------------------------------------------------------------------ functions of functions


def first(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`jit(f)`, `vmap(f)`, `tf.function(f)`: what they give behaves like f."""
    return next(iter(arguments.all()), None)


def value_and_grad(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`jax.value_and_grad(f)`: a function that calls f."""
    return _differentiated(machine, arguments, node, "mlstd.value_and_grad")


def grad(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`jax.grad(f)`: a function that calls f and gives the gradient alone."""
    return _differentiated(machine, arguments, node, "mlstd.grad")


def _differentiated(machine: Machine, arguments: Arguments, node: ir.Node, name: str) -> Value:
    function = next(iter(arguments.all()), None)
    if function is None:
        return Unknown("the gradient of nothing", machine.here(node))
    return Partial(External(name), (function, arguments.named.get("has_aux", Const(False))))


def called_with_gradient(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """The value of the loss function and its gradient."""
    result, slope = _slope(machine, arguments, node)
    return Tuple((result, slope))


def called_for_gradient(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """The gradient alone, with what else the function gives."""
    result, slope = _slope(machine, arguments, node)
    if arguments.positional[1] != Const(True):
        return slope
    return Tuple((slope, result.items[1] if isinstance(result, Tuple) and len(result.items) > 1 else result))


def _slope(machine: Machine, arguments: Arguments, node: ir.Node) -> tuple[Value, Value]:
    function, given = arguments.positional[0], arguments.positional[2:]
    if given:
        given = [weights.adopt(machine, given[0]) or given[0], *given[1:]]
    result = machine.verbs.call(function, Arguments(given, arguments.named, arguments.rest, arguments.named_rest), node)
    loss = result.items[0] if isinstance(result, Tuple) and result.items else result
    sources = given[0] if given else None
    return result, gradients.gradient(machine, loss, sources, Unknown("a gradient", machine.here(node)))


def scan(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`lax.scan(f, carry, xs)`."""
    function, carry, over = (arguments.get(i, n) for i, n in enumerate(("f", "init", "xs")))
    if function is None:
        return None
    element = machine.verbs.iterate(over, node).element if over is not None else NONE
    with hooks.repeated(machine, machine.here(node)):
        result = machine.verbs.call(function, Arguments([carry or NONE, element]), node)
    return result if isinstance(result, Tuple) else Tuple((result, result))


def fori_loop(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`lax.fori_loop(lower, upper, body, state)`."""
    body, state = arguments.get(2, "body_fun"), arguments.get(3, "init_val")
    if body is None:
        return None
    with hooks.repeated(machine, machine.here(node)):
        return machine.verbs.call(body, Arguments([Unknown("a counter of a loop", machine.here(node)), state or NONE]), node)


def tree_map(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`jax.tree.map(f, tree)` over data: the function sees the data; None leaves models and gradients to the framework."""
    function, trees = arguments.get(0), arguments.positional[1:]
    whole = everything(trees) if trees else None
    if (
        function is None
        or whole is None
        or weights.owners(machine, whole)
        or any(isinstance(d, Data) and gradients.TRAIT in d.traits for d in data_in(machine, whole))
    ):
        return None
    return trees[0] if isinstance(trees[0], (Ref, Tuple)) else None


_GROUPS = {
    first: (
        "jax.jit",
        "jax.pmap",
        "jax.vmap",
        "jax.checkpoint",
        "jax.remat",
        "jax.named_call",
        "jax.shard_map",
        "jax.experimental.shard_map.shard_map",
        "jax.experimental.pjit.pjit",
        "flax.nnx.jit",
        "flax.nnx.vmap",
        "flax.nnx.pmap",
        "flax.nnx.remat",
        "flax.nnx.cached_partial",
        "flax.linen.jit",
        "flax.linen.remat",
        "flax.linen.compact",
        "tensorflow.function",
        "equinox.filter_jit",
        "equinox.filter_vmap",
        "haiku.jit",
    ),
    value_and_grad: ("jax.value_and_grad", "flax.nnx.value_and_grad", "equinox.filter_value_and_grad"),
    grad: ("jax.grad", "flax.nnx.grad", "equinox.filter_grad"),
    called_with_gradient: ("mlstd.value_and_grad",),
    called_for_gradient: ("mlstd.grad",),
    scan: ("jax.lax.scan",),
    fori_loop: ("jax.lax.fori_loop",),
    tree_map: ("jax.tree.map", "jax.tree_util.tree_map", "jax.tree_map"),
}
HANDLERS = {name: handler for handler, names in _GROUPS.items() for name in names}
