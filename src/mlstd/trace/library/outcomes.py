"""What becomes of values: recorded, saved, shown, picked from."""

from __future__ import annotations

from mlstd.trace.events import Record, Save, Select, Show
from mlstd.trace.library import files, parameters, told
from mlstd.trace.library.randomness import CHANCE, CLOCK, keep
from mlstd.trace.library.reduce import reduced
from mlstd.trace.library.site import Site, file_of, models_in
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in, walk
from mlstd.trace.values.kinds import Const, Data, External, Ref, Unknown, Value

KEEP_FIGURES = frozenset(("savefig", "write_html", "write_image", "write_json", "log_figure", "log_image", "add_figure"))
PLOTTERS = ("matplotlib.", "seaborn.", "scikitplot.", "yellowbrick.", "pandas.plotting.")
DRAWN_ON = frozenset(("axes", "figure", "plotly-figure", "metric-display"))
LOGS = ("logging.", "loguru.", "absl.logging.")
PRINTS = frozenset(("builtins.print", "pprint.pprint", "sys.stdout.write"))


def _outgoing(site: Site) -> tuple[Data, ...]:
    """The data that leaves the program by a call."""
    values = (
        site.values(site.effect.what)
        if site.effect.what
        else [*site.arguments.all(), *([site.receiver] if site.receiver is not None else [])]
    )
    found = [d for v in values for d in data_in(site.machine, v)]
    found += [score for d in found for score in told.scores(d)]
    return tuple(reduced(site.machine, d, site.node, by="plot" if _is_drawn(site) else "hand") for d in found)


def _settings(site: Site) -> bool:
    """Is how the run was set up among what is written? Of a metric that is not known, nobody would say so."""
    values = site.values(site.effect.what) if site.effect.what else site.arguments.all()
    return parameters.told(site.machine, values, sure=site.effect.records == "metrics")


def record(site: Site) -> Value:
    """A value is written somewhere durable; with a figure, what was drawn in it."""
    machine = site.machine
    values = _outgoing(site)
    keep(machine, site.arguments.all())
    if site.effect.path:
        files.write(site, site.values(site.effect.what))
    if site.name.rpartition(".")[2] in KEEP_FIGURES:
        values = tuple(dict.fromkeys((*values, *machine.notes.pop("drawn", ()))))
    machine.tape.add(
        Record(
            **machine.common(site.at, site.code),
            values=values,
            records=site.effect.records or "artifact",
            name=site.name,
            unclear=_is_unclear(site),
            settings=_settings(site),
        )
    )
    return Const(None)


def _is_unclear(site: Site) -> bool:
    """Is something written of which nobody knows what it tells of?"""
    values = site.values(site.effect.what) if site.effect.what else site.arguments.all()
    return any(isinstance(v, Unknown) and v.why not in (CHANCE, CLOCK) for value in values for v in walk(site.machine, value))


def save(site: Site) -> Value:
    """A model is written to disk; a score in the same file or in its name is recorded with it."""
    machine = site.machine
    values = site.values(site.effect.what) if site.effect.what else site.arguments.all()
    models = frozenset().union(*(models_in(machine, v) for v in values))
    if site.receiver is not None and not models:
        models = models_in(machine, site.receiver)
    machine.tape.add(Save(**machine.common(site.at, site.code), models=models, name=site.name, settings=_settings(site)))
    path = file_of(machine, site.value(site.effect.path) if site.effect.path else None)
    saved = next((v for v in values if isinstance(v, Ref)), site.receiver)
    if path and saved is not None and models:
        machine.notes.setdefault("saved", {})[path] = saved
    files.write(site, [saved] if saved is not None and models else values)
    results = not models and all(isinstance(v, Ref) for v in values)  # an object of results, with all that it holds
    scores = tuple(d for v in site.arguments.all() for d in data_in(machine, v, results) if d.kind == "score")
    if scores:
        machine.tape.add(Record(**machine.common(site.at, site.code), values=scores, records="artifact", name=site.name))
    return Const(None)


def show(site: Site) -> Value:
    """A value goes to the terminal or the screen, or to a file that was put in their place."""
    machine, values = site.machine, _outgoing(site)
    if _is_drawn(site):
        draw_on(machine, values)
        if site.effect.what and not any("best" in v.traits for v in values):
            frame(site)
    if values and (_into_file(site) or _into_log_file(site)):
        machine.tape.add(Record(**machine.common(site.at, site.code), values=values, records="artifact", name=site.name))
    machine.tape.add(Show(**machine.common(site.at, site.code), values=values, name=site.name))
    return Const(None)


def frame(site: Site) -> Value:
    """The best or worst score says how far a figure reaches, or where in it something stands: that picks nothing."""
    site.machine.tape.forget(site.at, lambda event: isinstance(event, Select) and event.how == "maximum")
    return site.unknown("a figure", site.name)


def _kind_name(site: Site) -> str:
    receiver = site.machine.object(site.receiver) if site.receiver is not None else None
    return receiver.info.kind_name if receiver is not None and receiver.info is not None else ""


def _is_drawn(site: Site) -> bool:
    """Does the call draw into a figure?"""
    return site.name.startswith(PLOTTERS) or _kind_name(site) in DRAWN_ON


def _into_log_file(site: Site) -> bool:
    """Is it a message of a log that goes to a file?"""
    return bool(site.machine.notes.get("log file")) and (_kind_name(site) == "logger" or site.name.startswith(LOGS))


def draw_on(machine: Machine, values: tuple[Data, ...]) -> None:
    """Values are in the figure that is being drawn: saving it saves them."""
    found = [v for v in values if v.kind == "score"]
    machine.notes["drawn"] = tuple(dict.fromkeys((*machine.notes.get("drawn", ()), *found)))


def _into_file(site: Site) -> bool:
    """`print(..., file=results)`, or a print while a file stands in for the terminal."""
    if site.name not in PRINTS:
        return False
    file = site.bound.get("file")
    if file is None or file == Const(None):
        return bool(site.machine.notes.get("output file"))
    return not (isinstance(file, External) and file.name.startswith("sys."))


def select(site: Site) -> Value:
    """The best of several is picked by a score."""
    machine = site.machine
    if site.effect.cross_validated:  # `compare_models()`: several methods, ranked
        machine.notes.setdefault("methods offered", {})[site.name] = True
    scores = [d for v in site.arguments.all() for d in data_in(machine, v) if d.kind == "score"]
    for value in scores[:1]:
        machine.tape.add(Select(**machine.common(site.at, site.code), by=value, how="maximum", name=site.name))
    return scores[0] if scores else Const(None)
