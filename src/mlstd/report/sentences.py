"""How does one event read in words? What an event says of itself, without its place: `story` adds the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from mlstd.ask.chance import WORDS
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import (
    AnyEvent,
    Certainty,
    Compare,
    Draw,
    Drop,
    Fit,
    Load,
    Predict,
    Record,
    Save,
    Score,
    Seed,
    Select,
    Show,
    Split,
    Transform,
)
from mlstd.trace.values.kinds import Address, Data
from mlstd.trace.values.names import name_of

WHO = "<who>"
LEARNED = {
    "values": "its statistics",
    "target": "what goes with the target",
    "vocabulary": "its vocabulary",
    "nothing": "nothing",
}
PICKS = {
    "best": "keeps the best by",
    "extreme": "keeps the best number of",
    "stop": "stops early by",
    "search": "searches settings by",
    "callback": "keeps the best by",
    "maximum": "takes the best by",
    "threshold": "sets a threshold by",
}
Saying: TypeAlias = Callable[[View, Any], str]


def sentence(view: View, event: AnyEvent) -> str:
    """What an event says of itself; `WHO` stands where `subject` names who it is about."""
    return SAYS[type(event)](view, event)


def subject(view: View, event: AnyEvent) -> str:
    """Whom it is about, where several may do the same at one place: the models, or nothing."""
    if isinstance(event, (Fit, Predict)):
        return labels(view, event.models)
    return labels(view, event.value.models) if isinstance(event, Score) else ""


def condition(event: AnyEvent) -> str:
    """When a plain run does it: nothing to say where it surely does."""
    if event.sure is Certainty.NOT_BY_DEFAULT:
        return f"only if `{event.chosen}` is given" if event.chosen else "not in a plain run"
    return "perhaps" if event.sure is Certainty.PERHAPS else ""


def labels(view: View, models: Iterable[Address]) -> str:
    """The reader's names for models."""
    names: dict[str, None] = {}
    for address in sorted(models):
        thing = view.thing(address)
        if thing is not None:
            plain = thing.label.replace(".", "").replace(" ", "").isidentifier()
            names[thing.label if plain else thing.cls.rpartition(".")[2]] = None
    return ", ".join(names) or "a model"


def metrics(values: Iterable[Data]) -> str:
    """The metrics among values, each once; predictions and rows by what they are."""
    found: dict[str, None] = {}
    for value in values:
        if value.kind == "score":
            found.update(dict.fromkeys((value.metric or "a score").split(", ")))
    return ", ".join(found)


def _seed(_: View, event: Seed) -> str:
    who = _and(WORDS[g] for g in event.generators)
    if not event.effective:
        return f"`{_call(event)}` looks like a seed for {who} and seeds nothing"
    return f"{event.name} seeds {who}" + ("" if event.repeatable else ", with another number in every run")


def _load(_: View, event: Load) -> str:
    origin = ", whatever version is there" if event.remote and not event.pinned else ""
    if event.pretrained:
        return f"{event.name} brings pretrained weights{origin}"
    return f"{event.name} loads {name_of(event.rows.parts)}{origin}"


def _split(_: View, event: Split) -> str:
    chance = "" if not event.random else ", by chance, with a seed" if event.seeded else ", by chance, without a seed of its own"
    into = " into folds" if event.folds else ""
    return f"{event.name} divides {name_of(event.rows.parts)}{into}{', by group' if event.grouped else ''}{chance}"


def _transform(_: View, event: Transform) -> str:
    rows = name_of(event.rows.parts)
    if event.resamples:
        return f"{event.name} resamples {rows}"
    return f"{event.name} learns {LEARNED[event.learned]} from {rows}"


def _fit(_: View, event: Fit) -> str:
    how = {"backward": ", in a loop written by hand", "cross-validation": ", once a fold"}.get(event.how, "")
    watched = f", watched on {name_of(event.heldout.parts)}" if event.heldout is not None else ""
    return f"{WHO} fitted on {name_of(event.rows.parts)}{how}{watched}"


def _predict(_: View, event: Predict) -> str:
    return f"{WHO} predicting {name_of(event.rows.parts)}"


def _score(_: View, event: Score) -> str:
    return f"{event.metric or 'a score'} of {WHO} on {name_of(event.value.parts)}"


def _compare(_: View, event: Compare) -> str:
    return f"{metrics(event.scores) or 'scores'} set beside {event.beside}"


def _record(view: View, event: Record) -> str:
    held = metrics(event.values)
    if not held:
        made = frozenset[Address]().union(*(v.models for v in event.values))
        models = labels(view, made) if made else ", ".join(dict.fromkeys(name_of(v.parts) for v in event.values))
        held = {"metrics": "metrics", "parameters": "parameters", "everything": "everything by itself"}.get(event.records, models)
    return f"{event.name} records {held or 'a file'}"


def _show(_: View, event: Show) -> str:
    return f"{event.name.removeprefix('builtins.')} shows {metrics(event.values)}"


def _drop(_: View, event: Drop) -> str:
    return f"the value of {metrics(event.values) or 'a score'} goes nowhere"


def _select(view: View, event: Select) -> str:
    what = f"{event.by.metric or 'a score'} on {name_of(event.by.parts)}"
    who = labels(view, event.by.models)
    return f"{event.name or '`' + _call(event) + '`'} {PICKS.get(event.how, 'chooses by')} {what} ({who})"


def _save(view: View, event: Save) -> str:
    return f"{event.name} saves {labels(view, event.models) if event.models else 'a file'}"


def _draw(_: View, event: Draw) -> str:
    use = {
        "weights": "the first weights",
        "split": "a split",
        "shuffle": "an order of rows",
        "sample": "a sample of rows",
        "fit": "what a fit needs",
        "augment": "augmentations",
        "values": "numbers",
    }
    return f"{WORDS[event.generator]} draws {use.get(event.use, event.use)}"


def _call(event: AnyEvent) -> str:
    return event.code or getattr(event, "name", "") or "this line"


def _and(words: Iterable[str]) -> str:
    return ", ".join(words)


SAYS: dict[type, Saying] = {
    Seed: _seed,
    Load: _load,
    Split: _split,
    Transform: _transform,
    Fit: _fit,
    Predict: _predict,
    Score: _score,
    Compare: _compare,
    Record: _record,
    Show: _show,
    Drop: _drop,
    Select: _select,
    Save: _save,
    Draw: _draw,
}


def lines_of(places: Iterable[Place], entry: str = "") -> str:
    """`model.py:7, 12, 16; data.py:3`; in the entry itself `lines 7, 12`."""
    by_file: dict[str, dict[str, None]] = {}
    for place in places:
        cell = f"cell {place.cell}:" if place.cell is not None else ""
        by_file.setdefault(place.path, {})[f"{cell}{place.line}"] = None
    shown = []
    for path, numbers in by_file.items():
        known = list(numbers)
        more = f" and {len(known) - 6} more" if len(known) > 6 else ""
        here = "" if known[0].startswith("cell") else "line " if len(known) == 1 else "lines "
        shown.append(f"{here if path == entry else f'{path}:'}{', '.join(known[:6])}{more}")
    return "; ".join(shown)
