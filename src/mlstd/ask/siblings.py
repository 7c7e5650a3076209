"""What do the other experiments of the project score, and is one of them a fair comparison?"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from mlstd.ask.baselines import methods
from mlstd.ask.families import families
from mlstd.ask.view import View
from mlstd.trace.events import Score, Thing
from mlstd.trace.run import Trace

WHOLE_LIBRARIES = ("lightgbm", "xgboost", "catboost", "prophet", "fbprophet")  # one method, whichever interface is used
LOADERS = re.compile(r"(^|\.)load(_model|s)?$")  # a model that another experiment of the project has saved
GRAPH = "the graph"  # what the variables of TensorFlow 1 belong to
GRAPHS = re.compile(r"tensorflow\.(nn|layers|contrib\.layers|contrib\.slim)\.(?!.*cross_entropy)")
WRAPPERS = ("search", "pipeline", "ensemble")


@dataclass(frozen=True, slots=True)
class Summary:
    """What one experiment compares: its scored methods, its metrics by family, the data that it scores on; `naive`: it scores
    predictions that no model makes."""

    path: str
    models: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    closure: frozenset[str] = frozenset()
    naive: bool = False
    files: frozenset[str] = frozenset()  # of the scored models that were loaded
    loaders: frozenset[str] = frozenset()  # project files that load data
    read: frozenset[str] = frozenset()  # files of unknown content


def summarise(trace: Trace) -> Summary:
    """The summary of a trace."""
    view = View(trace)
    scores = [s for s in view.evaluations if s.value.models or s.by in ("metric", "hand")]
    kinds = {f for s in scores for f in families(s)}
    data = {p.origin.name for s in scores for p in s.value.parts if p.origin.known}
    fitted = {p.origin.name for f in view.fits for p in f.rows.parts if p.origin.known}
    read: Any = trace.notes.get("read", ())
    return Summary(
        trace.entry,
        frozenset(_methods(view, scores)),
        frozenset(kinds),
        frozenset(map(_base, data | fitted)),
        frozenset(trace.closure),
        any(not s.value.models and s.by in ("metric", "hand") for s in scores),
        frozenset(_base(f"file:{t.file}") for t in _scored(view, scores) if LOADERS.search(t.cls) and t.file),
        frozenset(load.at.path for load in view.loads if not load.pretrained and load.at.path != trace.entry),
        frozenset(_base(f"file:{name}") for name in read if posixpath.splitext(name)[1]),
    )


def _methods(view: View, scores: list[Score]) -> set[str]:
    """The methods that are scored; of a search, a pipeline or an ensemble, the models that it is made of."""
    scored = _scored(view, scores)
    if any(t.role in WRAPPERS for t in scored):
        scored = [
            *(t for t in scored if t.role not in WRAPPERS),
            *(t for t in methods(view) if not t.part and t.role not in WRAPPERS),
        ]
    return {_method(view, t) for t in scored if not LOADERS.search(t.cls)}


def _scored(view: View, scores: list[Score]) -> list[Thing]:
    """The models that are scored as a whole."""
    things = [t for s in scores for m in s.value.models if (t := view.thing(m)) is not None]
    return [t for t in things if t.role != "layer" and not t.part]


def _method(view: View, thing: Thing) -> str:
    """What tells a method from another: its class, or the library that is one method; of a network, its layers, too."""
    root, last = thing.cls.partition(".")[0], thing.cls.rpartition(".")[2]
    if root in WHOLE_LIBRARIES:
        return root
    if thing.dropout or root in ("keras", "tensorflow", "torch") or thing.home:
        home = thing.home if thing.home != view.trace.entry else ""
        return f"{home}:{last}({', '.join(_layers(view, counted=not thing.home))})"
    if thing.cls == GRAPH:
        return f"{GRAPH}({', '.join(sorted(n for n in view.trace.libraries if GRAPHS.match(n)))})"
    return re.sub(r"(Classifier|Regressor|CV)$", "", last)


def _layers(view: View, counted: bool) -> list[str]:
    """The kinds of layers that the run makes; with their number where nothing but its layers tells what a network is."""
    kinds = Counter(t.cls.rpartition(".")[2] for t in view.trace.things.values() if t.role == "layer")
    return [f"{number} {name}" if counted and number > 1 else name for name, number in sorted(kinds.items())]


def _base(name: str) -> str:
    """Data by its name alone: the folder that it lies in, and the format that it is kept in, differ from script to script."""
    return posixpath.basename(name.removeprefix("file:")).lower().partition(".")[0] if name.startswith("file:") else name


def compares(mine: Summary, other: Summary) -> bool:
    """Does another experiment score another method on the same data with the same kind of metric?"""
    another_file = bool(mine.files and other.files - mine.files)
    if other.models <= mine.models and not other.naive and not another_file:
        return False
    if mine.families and other.families and not (mine.families & other.families or "any" in mine.families | other.families):
        return False
    if mine.data and other.data:
        return bool(mine.data & other.data)
    beside = posixpath.dirname(mine.path) == posixpath.dirname(other.path)
    return beside or bool(mine.loaders & other.loaders or mine.read & other.read)
