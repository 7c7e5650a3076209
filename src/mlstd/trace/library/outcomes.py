"""What becomes of values: recorded, saved, shown, picked from."""

from __future__ import annotations

from mlstd.trace.events import Record, Save, Select, Show
from mlstd.trace.library.reduce import reduced
from mlstd.trace.library.site import Site, file_of, models_in
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Const, Data, Ref, Value


def _outgoing(site: Site) -> tuple[Data, ...]:
    """The data that leaves the program by a call."""
    values = (
        site.values(site.effect.what)
        if site.effect.what
        else [*site.arguments.all(), *([site.receiver] if site.receiver is not None else [])]
    )
    return tuple(reduced(site.machine, d, site.node) for v in values for d in data_in(site.machine, v))


def record(site: Site) -> Value:
    """A value is written somewhere durable."""
    machine = site.machine
    machine.tape.add(
        Record(
            **machine.common(site.at, site.code),
            values=_outgoing(site),
            records=site.effect.records or "everything",
            name=site.name,
        )
    )
    return Const(None)


def save(site: Site) -> Value:
    """A model is written to disk; a score in the same file or in its name is recorded with it."""
    machine = site.machine
    values = site.values(site.effect.what) if site.effect.what else site.arguments.all()
    models = frozenset().union(*(models_in(machine, v) for v in values))
    if site.receiver is not None and not models:
        models = models_in(machine, site.receiver)
    machine.tape.add(Save(**machine.common(site.at, site.code), models=models, name=site.name))
    path = file_of(machine, site.value(site.effect.path) if site.effect.path else None)
    saved = next((v for v in values if isinstance(v, Ref)), site.receiver)
    if path and saved is not None and models:
        machine.notes.setdefault("saved", {})[path] = saved
    scores = tuple(d for v in site.arguments.all() for d in data_in(machine, v) if d.kind == "score")
    if scores:
        machine.tape.add(Record(**machine.common(site.at, site.code), values=scores, records="artifact", name=site.name))
    return Const(None)


def show(site: Site) -> Value:
    """A value goes to the terminal or the screen."""
    machine = site.machine
    machine.tape.add(Show(**machine.common(site.at, site.code), values=_outgoing(site), name=site.name))
    return Const(None)


def select(site: Site) -> Value:
    """The best of several is picked by a score."""
    machine = site.machine
    scores = [d for v in site.arguments.all() for d in data_in(machine, v) if d.kind == "score"]
    for value in scores[:1]:
        machine.tape.add(Select(**machine.common(site.at, site.code), by=value, how="maximum", name=site.name))
    return scores[0] if scores else Const(None)
