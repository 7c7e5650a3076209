"""What does a fastai learner do? It fits on the training part of its loaders and shows its metrics on their validation part."""

from __future__ import annotations

from dataclasses import replace

from mlstd.knowledge.schema import Effect
from mlstd.trace.events import Fit, Record, Select, Show, Split
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.models import learn, prediction
from mlstd.trace.library.randomness import draws, own_seed
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.collect import references, summary
from mlstd.trace.values.kinds import NONE, Const, Data, External, FunctionValue, Ref, Tuple, Unknown, Value
from mlstd.trace.values.parts import Origin, Part, Step

LEARNERS = ("fastai_learner", "fastai_transfer_learner")
LOADERS, BLOCK = "fastai_loaders", "fastai_block"
FITS = ("fit", "fit_one_cycle", "fit_flat_cos", "fit_sgdr", "fine_tune")
KNOWN_SPLITS = ("fastai_splitter",)
CUT = Effect(effect="draw", args="seed=None", draws=("torch",), seed="seed")


class Fastai(Framework):
    """Learners and loaders."""

    def made(self, site: Site, made: Object) -> None:
        """A learner is the model that it trains."""
        if made.info is not None and made.info.kind_name in LEARNERS and made.address in site.machine.things:
            thing = site.machine.things[made.address]
            site.machine.things[made.address] = replace(thing, role="model")

    def function(self, site: Site) -> Value | None:
        """`ImageDataLoaders.from_folder(...)` and its like make loaders with a training and a validation part."""
        if (
            site.effect.returns == f"kind:{LOADERS}"
            and site.effect.effect in ("load", "pass")
            and not site.name.endswith(".from_dsets")
        ):
            return _loaders(site)
        return None

    def method(self, site: Site, name: str) -> Value | None:
        """Fitting, validating, predicting; the loaders of a block."""
        machine, owner = site.machine, site.receiver
        kind = hooks.kind_name(machine, owner)
        if owner is None:
            return None
        if kind in (BLOCK, "fastai_tabular") and name == "dataloaders":
            return _loaders(site)
        if kind == LOADERS and name == "test_dl":
            return site.data(("test_items",))
        if kind not in LEARNERS:
            return None
        if name in FITS:
            return _fit(site, owner)
        if name == "validate":
            rows = site.data(("dl",)) or _parts(machine, owner, site)[1]
            return _validated(site, owner, rows, "method")
        if name in ("get_preds", "tta", "TTA"):
            return _predictions(site, owner)
        return None


def _loaders(site: Site) -> Value:
    """Loaders over two parts: by folder if the code names no fraction, else cut at random."""
    from mlstd.trace.library import rows as loading

    machine = site.machine
    given = site.data(site.effect.rows) if site.effect.rows else None
    whole = (
        given if given is not None else summary(machine, [loading.load(site)]) if site.effect.effect == "load" else site.rows()
    )
    whole = whole if whole is not None else unknown_rows(site.arguments.all(), site.at)
    fraction = site.bound.get("valid_pct")
    by_folder = site.name.endswith("from_folder") and (fraction is None or fraction == NONE)
    if by_folder:
        train, valid = (_of_folder(whole, _text(site.bound.get(part), part)) for part in ("train", "valid"))
    else:
        _announce(site, whole)
        train, valid = (narrowed(whole, Step("split", str(site.at), part)) for part in ("train", "valid"))
    made = machine.allocate("thing", site.node, key=LOADERS)
    made.info = machine.knowledge.cls("fastai.data.core.DataLoaders")
    machine.store(made.address, "#rows", train)
    for slot, value in {"train": train, "valid": valid, "train_ds": train, "valid_ds": valid}.items():
        machine.store(made.address, slot, value)
    return Ref(made.address)


def _text(value: Value | None, otherwise: str) -> str:
    return str(value.value) if isinstance(value, Const) and value.value else otherwise


def _of_folder(whole: Data, part: str) -> Data:
    origins = {Origin(p.origin.name, part, p.origin.known, p.origin.at) for p in whole.parts}
    return whole.but(parts=frozenset(Part(origin) for origin in origins))


def _announce(site: Site, whole: Data) -> None:
    """The random cut, unless a splitter that draws nothing makes it."""
    machine = site.machine
    splitter = machine.load(site.receiver.address, "@splitter") if site.receiver is not None else None
    random = hooks.kind_name(machine, splitter) not in KNOWN_SPLITS
    kept = (
        site.bound.get("seed")
        if splitter is None
        else machine.load(splitter.address, "@seed")
        if isinstance(splitter, Ref)
        else None
    )
    seeded = bool(own_seed(machine, kept))
    machine.tape.add(Split(**machine.common(site.at, site.code), rows=whole, name=site.name, random=random, seeded=seeded))
    if random:
        draws(Site(machine, site.node, site.name, CUT, Arguments([], {"seed": kept or NONE})), "split", whole)


def _parts(machine: Machine, learner: Ref, site: Site) -> tuple[Data, Data]:
    """The training and the validation rows of a learner's loaders."""
    loaders = next(
        (v for slot in ("dls", "data", "@dls", "@data") if (v := machine.load(learner.address, slot)) is not None), None
    )
    if isinstance(loaders, Ref):
        train, valid = machine.load(loaders.address, "train"), machine.load(loaders.address, "valid")
        if isinstance(train, Data) and isinstance(valid, Data):
            return train, valid
    whole = summary(machine, [loaders] if loaders is not None else [], instances=True)
    whole = whole if whole is not None else unknown_rows([loaders] if loaders is not None else [], site.at)
    train, valid = (narrowed(whole, Step("split", "the loaders' own parts", part)) for part in ("train", "valid"))
    return train, valid


def _fit(site: Site, learner: Ref) -> Value:
    machine = site.machine
    rows, heldout = _parts(machine, learner, site)
    models = frozenset((learner.address,))
    learn(machine, hooks.inner_models(machine, learner), rows)
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="fit", heldout=heldout))
    draws(site, "fit", rows, models)
    with hooks.repeated(machine, site.at):
        score = _validated(site, learner, heldout, "framework")
        machine.tape.add(Show(**machine.common(site.at, site.code), values=(score,), name="the table of epochs"))
        _callbacks(site, learner, score)
    return NONE


def _validated(site: Site, learner: Ref, rows: Data, by: str) -> Data:
    """The metrics of the learner on some rows."""
    machine = site.machine
    metric = _metric(machine, machine.load(learner.address, "@metrics"))
    value = Data(
        "score", rows.parts, frozenset((learner.address,)), rows.stats, metric, at=site.at, traits=rows.traits & {"guess"}
    )
    machine.store(learner.address, "#mode", Const("eval"))
    emit(machine, value, by, metric, site.at, site.code, automatic=by == "framework")
    machine.store(learner.address, "#score", value)
    return value


def _metric(machine: Machine, value: Value | None) -> str:
    """What the learner's metrics are called."""
    options = hooks.each(machine, value) if value is not None and value != NONE else []
    names = [o.name.rpartition(".")[2] for o in options if isinstance(o, (External, FunctionValue))]
    names += [machine.things[o.address].label.lower() for o in options if isinstance(o, Ref) and o.address in machine.things]
    return ", ".join(names) or "validation loss"


def _callbacks(site: Site, learner: Ref, score: Data) -> None:
    """Callbacks of the call or of the learner: save the best, stop early, record."""
    machine = site.machine
    slots = machine.slots(learner.address)
    held = [v for slot, v in slots.items() if slot.startswith("@") and ("cb" in slot or "callback" in slot or slot == "@*")]
    named = [v for k, v in site.arguments.named.items() if "cb" in k or "callback" in k]
    for address in dict.fromkeys(references(machine, [*held, *named])):
        kind = hooks.kind_name(machine, Ref(address))
        label = machine.things[address].label if address in machine.things else ""
        if kind == "fastai_save_best":
            how = "stop" if "Stop" in label else "callback"
            machine.tape.add(Select(**machine.common(site.at, site.code), by=score, how=how, name=label))
        elif kind == "fastai_recording_callback":
            machine.tape.add(Record(**machine.common(site.at, site.code), values=(score,), records="metrics", name=label))


def _predictions(site: Site, learner: Ref) -> Value:
    """`learn.get_preds()`: predictions for the validation part, with its targets; with `dl`, for those rows."""
    machine = site.machine
    other = site.data(("dl",)) or summary(machine, [v for v in (site.bound.get("dl"),) if v is not None], instances=True)
    rows = other if other is not None else _parts(machine, learner, site)[1]
    machine.store(learner.address, "#mode", Const("eval"))
    predicted = prediction(machine, rows, frozenset((learner.address,)), site).but(form="probabilities")
    third = (Unknown("decoded", site.at),) if site.bound.get("with_decoded") == Const(True) else ()
    return Tuple((predicted, rows, *third))
