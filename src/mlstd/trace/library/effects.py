"""What does a library call do? One function an effect of the vocabulary; `PERFORM` is the dispatch table, checked against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args
from zlib import crc32

import msgspec

from mlstd.knowledge.schema import EffectName
from mlstd.lower import ir
from mlstd.trace.library import averages, files, in_place, joined, meetings, models, modes, outcomes, picks, rows, told, windows
from mlstd.trace.library.randomness import CHANCE, draws, met, reach, seed
from mlstd.trace.library.reduce import REDUCERS, emit, over_rows, reduced, standardised, statistic
from mlstd.trace.library.site import Site, file_of, models_in, unknown_rows
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import as_values, formed, in_forms, narrowed, with_traits
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Bound, Const, Data, FunctionValue, Items, Partial, Ref, Stream, Tuple, Unknown, Value
from mlstd.trace.values.parts import Origin, Part, Step

A_FEW = 25


def perform(site: Site) -> Value:
    """Do what a call's effect says; the value of the call."""
    if met(site.effect.happens_when, site.value) is False:
        return _returned(site)
    if site.effect.pretrained_by and not site.effect.pretrained and _comes_fitted(site):
        site.effect = msgspec.structs.replace(site.effect, pretrained=True)
    modes.switch(site)
    _callback(site)
    value = PERFORM[site.effect.effect](site)
    return modes.of_function(site, value) if site.effect.draws_when else value


def _comes_fitted(site: Site) -> bool:
    """Is one of the parameters that name weights given, so that the model comes fitted?"""
    return any(value not in (Const(False), Const("")) for value in site.values(site.effect.pretrained_by))


def _callback(site: Site) -> None:
    """A project function that the call runs on the rows it is given."""
    if not site.effect.calls:
        return
    function = site.value(site.effect.calls)
    if isinstance(function, (FunctionValue, Partial, Bound)):
        rows = site.data(site.effect.rows) or (summary(site.machine, [site.receiver]) if site.receiver is not None else None)
        given: list[Value] = [rows if rows is not None else site.unknown("what a library hands over")]
        site.machine.verbs.call(function, Arguments(given), site.node)


def _none(site: Site) -> Value:
    draws(site, "values")
    if site.effect.path and (name := file_of(site.machine, site.value(site.effect.path))):
        site.machine.notes.setdefault("read", set()).add(name)
        site.machine.notes[("file", site.at, site.machine.context)] = name
        if (saved := files.read(site)) is not None:
            return saved
    return _returned(site)


def _draw(site: Site) -> Value:
    """Random numbers: indices or rows in random order where the call says so, else a number by chance."""
    if (only := _only_one(site)) is not None:
        return only
    rows = site.data(site.effect.rows) if site.effect.rows else None
    use = "shuffle" if site.effect.shuffled else "augment" if site.effect.augments else "values"
    if use == "shuffle" and _picks_a_few(site):
        use = "sample"  # to look at, unless a model learns from them
    draws(site, use, rows)
    returns = site.effect.returns
    if returns == "index" and site.effect.shuffled:
        return _random_order(site, rows)
    if returns == "none" and site.effect.shuffled and isinstance(site.node, ir.Call) and site.node.arguments:
        in_place.shuffle(site.machine, site.node.arguments[0].value, site.arguments.get(0))
    if rows is not None and rows.kind == "rows" and site.effect.resamples == "over" and site.value("replace") != Const(False):
        rows = joined.copied(site.machine, rows, rows, site.name, site.node)
    if (
        rows is not None
        and returns == "rows"
        and isinstance(count := site.bound.get("k"), Const)
        and isinstance(count.value, int)
    ):
        return narrowed(with_traits(rows, "shuffled"), Step("some", str(site.at)))
    if rows is not None and returns in ("rows", "index", "self", "batches"):
        return with_traits(
            rows, *(["shuffled"] if site.effect.shuffled else []), *(["augmented"] if site.effect.augments else [])
        )
    if returns == "none" or returns == "":
        return site.unknown(CHANCE) if returns == "" else Const(None)
    return _returned(site, site.unknown(CHANCE))


def _only_one(site: Site) -> Value | None:
    """`random.choice(sizes)` of a single size leaves nothing to chance."""
    first = site.arguments.get(0)
    held = site.machine.load(first.address, "[]") if isinstance(first, Ref) else first
    if not site.name.endswith(".choice") or len(site.arguments.all()) != 1 or not isinstance(held, (Tuple, Items)):
        return None
    return held.items[0] if len(held.items) == 1 and (isinstance(held, Tuple) or held.rest is None) else None


def _picks_a_few(site: Site) -> bool:
    """`random.sample(files, 5)`, `np.random.choice(n)`: too few to train or test on, unless an object is asked for its items."""
    if any(frame.receiver is not None for frame in site.machine.frames):
        return False
    counts = [site.bound[name] for name in ("k", "size") if name in site.bound]
    return any(c == Const(None) or (isinstance(c, Const) and isinstance(c.value, int) and c.value <= A_FEW) for c in counts)


def _random_order(site: Site, data: Data | None) -> Value:
    """A random order: positions of rows, or rows themselves in that order."""
    if data is not None and data.kind in ("rows", "index"):
        return with_traits(data, "shuffled")
    origin = Origin(f"positions@{site.at}", known=False, at=site.at)
    return Data("index", frozenset((Part(origin),)), traits=frozenset(("shuffled",)))


def _pass(site: Site) -> Value:
    """Hand on what came in."""
    machine, effect = site.machine, site.effect
    values = site.values(effect.rows) if effect.rows else site.arguments.all()
    draws(site, "weights" if effect.returns == "model" else "values")
    if effect.returns == "model" and len(wrapped := models_in(machine, Tuple(tuple(values)))) == 1:
        return models.adapted(machine, min(wrapped), values)  # the model itself, with adapters or on another device
    last = site.name.rpartition(".")[2]
    if site.name.startswith("pandas.DataFrame") and len(values) == 1 and (table := told.table_of(machine, values[0])) is not None:
        reach(machine, values)
        return table
    if effect.returns == "self" and site.receiver is not None:
        return site.receiver
    if (set_beside := meetings.met(machine, last, site.arguments.positional[:3], site.node)) is not None:
        return set_beside
    found = summary(machine, values[:1] if last in REDUCERS else values, instances=False)  # after it stand axes
    if found is not None:
        reach(machine, values)
        if last in averages.PRODUCTS or site.value("weights") not in (None, Const(None)):
            found = averages.multiplied(found)
        picks.by_name(machine, found, last, site.node)
        if last in REDUCERS:
            axis = _axis(site, last)
            if found.kind == "rows" and over_rows(axis):
                return statistic(machine, found, site.node, last)
            return averages.reduced_by(machine, found, reduced(machine, found, site.node, site.code, adds=True), last, site.node)
        if effect.augments:
            return with_traits(found, "augmented")
        if site.like and found.kind == "rows":
            found = found.but(like=site.like)
        return _shaped(site, values, _gathered(site, values, found))
    if site.receiver is not None and not values:
        return site.receiver
    known = [v for v in values if not isinstance(v, Const)]
    if len(known) == 1:
        unread = site.name == "pandas.DataFrame" and isinstance(known[0], Unknown) and known[0].at is not None
        return unknown_rows(values, site.at) if unread else known[0]  # a table, whatever it holds
    if len(known) > 1 and any(isinstance(v, Ref) for v in known):
        return Tuple(tuple(values))
    return site.unknown("made of unknown values")


def _axis(site: Site, name: str) -> Value:
    """The axis that a reduction runs along, named or as the second argument."""
    for parameter in ("axis", "dim"):
        if parameter in site.bound:
            return site.bound[parameter]
    second = site.arguments.get(1) if name not in ("percentile", "quantile", "norm") else None
    return second if isinstance(second, (Const, Tuple)) else Const(None)


def _gathered(site: Site, values: list[Value], found: Data) -> Data:
    """A list of rows made into an array is no single row; a number taken over rows, handed over beside them, is put into them."""
    machine = site.machine
    numbers = [v for v in values if isinstance(v, Data) and v.kind == "statistic"]
    if numbers and found.kind == "rows":
        rows, number = summary(machine, [v for v in values if v not in numbers]), summary(machine, list(numbers))
        return standardised(machine, rows, number, site.node) if rows is not None and number is not None else found
    last = site.name.rpartition(".")[2]
    if last in joined.JOINS and found.kind == "rows" and joined.along_rows(site):
        found = joined.joined(machine, last, joined.pieces(machine, values), found, site.node)
    if values and isinstance(values[0], Ref) and summary(machine, values[1:]) is None:
        found = windows.gathered(found).but(traits=found.traits - {"item"})
    if last == "where" and len(values) > 1:
        found = as_values(found)
    if site.effect.returns == "rows" and found.kind == "index":
        found = found.but(kind="rows")
    return found


def _shaped(site: Site, values: list[Value], found: Data) -> Value:
    """Several models and data handed on together come back in their order (`accelerator.prepare`)."""
    if len(values) > 1 and any(isinstance(v, Ref) and v.address in site.machine.things for v in values):
        return Tuple(tuple(values))
    if len(values) == 1 and isinstance(values[0], Ref) and values[0].address in site.machine.things:
        return values[0]
    if site.effect.structure and len(values) == 1 and len(site.arguments.all()) > 1:
        return in_forms(found, site.effect.structure)
    if found.kind == "score" and site.name.endswith("sqrt"):
        return with_traits(found, averages.INDIVISIBLE)
    return formed(found, site.form)


def _make(site: Site) -> Value:
    return _returned(site)


def _listing(site: Site) -> Value:
    """The files of a folder: on whichever way the run comes there, the same folder holds the same files."""
    folder = file_of(site.machine, site.value(site.effect.path))
    unknown = site.unknown("what a library returns", site.name)
    return replace(unknown, context=crc32(folder.encode())) if folder else unknown


def _returned(site: Site, otherwise: Value | None = None) -> Value:
    """The value that `returns` names."""
    machine, returns = site.machine, site.effect.returns
    if returns.startswith("kind:"):
        return machine.verbs.make(site, returns.removeprefix("kind:"))
    if returns == "self" and site.receiver is not None:
        return site.receiver
    if returns == "none":
        return Const(None)
    if returns == "stored":
        machine.notes.setdefault("stored", set()).add(site.at)
        return site.unknown("what an earlier run has left", site.name)
    if returns == "listing":
        return _listing(site)
    if returns == "model":
        if site.receiver is not None:
            return site.receiver
        found = site.models()
        return Ref(min(found)) if found else site.unknown("a model")
    data = summary(machine, [*site.arguments.all(), *([site.receiver] if site.receiver is not None else [])])
    if returns in ("rows", "batches", "index") and data is not None:
        return Stream(with_traits(data, "batch")) if returns == "batches" else data
    if returns == "score" and site.receiver is not None and (held := _kept_score(site, site.receiver)) is not None:
        return held
    if returns == "folds" and data is not None:
        return rows.folds(site, data)
    if returns == "history" and site.receiver is not None:
        return machine.load(site.receiver.address, "history") or site.unknown("a history")
    if returns in ("score", "labels", "probabilities", "scores") and data is not None:
        return data
    return otherwise if otherwise is not None else site.unknown("what a library returns", site.name)


def _kept_score(site: Site, receiver: Ref) -> Value | None:
    """The score that an object keeps. Who asks a search for its best one (`best_score_`) has cross-validated by it."""
    found = site.machine.load(receiver.address, "#search")
    if isinstance(found, Data):
        emit(site.machine, found, "cross-validation", found.metric, site.at, site.code)
    return found or site.machine.load(receiver.address, "#score")


PERFORM: dict[str, Callable[[Site], Value]] = {
    "load": rows.load,
    "split": rows.split,
    "fit": models.fit,
    "transform": rows.transform,
    "predict": models.predict,
    "score": models.score,
    "record": outcomes.record,
    "seed": seed,
    "draw": _draw,
    "select": outcomes.select,
    "save": outcomes.save,
    "show": outcomes.show,
    "frame": outcomes.frame,
    "make": _make,
    "pass": _pass,
    "none": _none,
}
assert set(PERFORM) == set(get_args(EffectName)), "an effect without its function"
