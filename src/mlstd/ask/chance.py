"""What is left to chance, in words, and which line would seed it?"""

from __future__ import annotations

from collections.abc import Iterable

from mlstd.ask import wording
from mlstd.ask.view import View
from mlstd.trace.events import Draw, Seed

WORDS = {
    "python": "Python's random",
    "numpy": "NumPy",
    "torch": "torch",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "own": "a generator of its own",
}
LINES = {
    "python": "random.seed(0)",
    "numpy": "np.random.seed(0)",
    "torch": "torch.manual_seed(0)",
    "tensorflow": "tf.random.set_seed(0)",
    "jax": "jax.random.PRNGKey(0)",
}
USES = {
    "weights": "starts from random weights",
    "split": "splits the rows at random",
    "shuffle": "shuffles the rows",
    "sample": "picks at random",
    "augment": "changes rows at random",
}
# What to hand to a seed parameter, where that is no number.
GIVEN = {
    "generator": "torch.Generator().manual_seed(0)",
    "sampler": "optuna.samplers.TPESampler(seed=0)",
    "rng": "np.random.default_rng(0)",
    "rstate": "np.random.default_rng(0)",
}
PICKS = ("sample", "choice", "choices")
MODELS = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "imblearn.")


def what(view: View, draw: Draw) -> str:
    """What is random: "`nn.Linear(8, 2)` starts from random weights"."""
    code, cls = f"`{view.code(draw)}`", _class(view, draw)
    if draw.use == "shuffle" and (name := _name(view, draw)):
        code = f"`{name}`"
    code += wording.elsewhere(view, draw)
    if draw.use == "weights" and draw.name.endswith("from_pretrained"):
        return f"{code} draws the weights of a new head"
    if draw.use == "fit":
        return f"{code} draws random numbers" + (f" ({cls})" if cls and cls not in code else "")
    use = "sample" if draw.use == "shuffle" and draw.name.endswith(PICKS) else draw.use
    return f"{code} {USES.get(use, 'draws random numbers')}"


def missing(draw: Draw) -> str:
    """What is not seeded: "torch is never seeded", "`random_state` is not given and NumPy never seeded"."""
    if draw.generator == "own":
        return f"`{draw.seed}` is not given" if draw.seed else "its generator has no seed"
    never = f"{WORDS[draw.generator]} never seeded"
    return f"`{draw.seed}` is not given and {never}" if draw.seed else f"{WORDS[draw.generator]} is never seeded"


def only(view: View, seeds: Iterable[Seed]) -> tuple[Seed | Draw | None, str]:
    """What is seeded in a run that forgets the rest, and the words for it."""
    first = next(iter(seeds), None)
    if first is not None:
        return first, f"`{view.code(first)}` seeds {' and '.join(WORDS[g] for g in first.generators if g in WORDS) or 'the rest'}"
    own = next((d for d in view.draws if d.own_seed), None)
    return own, f"`{view.code(own)}` has a seed of its own" if own is not None else "other parts of the run are"


def mend(view: View, draws: Iterable[Draw]) -> str:
    """The line, or lines, that would seed these draws."""
    lines: dict[str, None] = {}
    for draw in draws:
        callee = _class(view, draw) if draw.use == "fit" else view.code(draw).partition("(")[0]
        own = draw.generator == "own" or draw.use == "split" or (draw.generator == "numpy" and _estimator(view, draw))
        if own and draw.seed and callee:
            lines[f"`{draw.seed}={GIVEN.get(draw.seed, '0')}` in `{callee}(...)`"] = None
        elif draw.generator == "own":
            lines["a fixed number for its generator (`seed=0` or `random_state=0`)"] = None
        elif draw.generator == "tensorflow" and wording.imports(view, "keras"):
            lines["`keras.utils.set_random_seed(0)`"] = None
        else:
            lines[f"`{LINES[draw.generator]}`"] = None
    return " and ".join(lines)


def _estimator(view: View, draw: Draw) -> bool:
    """Is it a model, or a call, of a library whose models take a seed?"""
    things = [t for a in draw.addresses if (t := view.thing(a)) is not None]
    return draw.name.startswith(MODELS) or any(t.cls.startswith(MODELS) for t in things)


def _class(view: View, draw: Draw) -> str:
    thing = next((t for a in sorted(draw.addresses) if (t := view.thing(a)) is not None), None)
    return thing.cls.rpartition(".")[2] if thing is not None and "." in thing.cls else ""


def _name(view: View, draw: Draw) -> str:
    """What the loader that shuffles is called."""
    things = (t for a in sorted(draw.addresses) if (t := view.thing(a)) is not None)
    return next((name for t in things if (name := wording.name_at(view, t.at))), "")
