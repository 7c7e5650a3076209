"""What do the other experiments of the project score, and is one of them a fair comparison?"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mlstd.ask.baselines import LOADERS, methods
from mlstd.ask.families import families
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Certainty, Score, Thing
from mlstd.trace.library.files import WRITTEN
from mlstd.trace.run import Trace
from mlstd.trace.values.kinds import Data, Ref, Stat, Tuple
from mlstd.trace.values.parts import HOLE, Part

WHOLE_LIBRARIES = ("lightgbm", "xgboost", "catboost", "prophet", "fbprophet")  # one method, whichever interface is used
READY_MADE = ("transformers", "torchvision", "timm")  # whose classes say what a network is, whatever head it is given
GRAPH = "the graph"  # what the variables of TensorFlow 1 belong to
GRAPHS = re.compile(r"tensorflow\.(nn|layers|contrib\.layers|contrib\.slim)\.(?!.*cross_entropy)")
_MADE = re.compile(r"(^|/)(processed|interim|features?|prepared|artifacts?|intermediate)(/|_)", re.IGNORECASE)
ANY_FOLDER = frozenset(
    ("", ".", "..", "~", "data", "dataset", "datasets", "input", "inputs", "kaggle", "content", "images", "raw")
)
WRAPPERS = ("search", "pipeline", "ensemble")


@dataclass(frozen=True, slots=True)
class Learned:
    """A model that was saved to a file: the rows that it has learned from, where."""

    file: str
    parts: frozenset[Part]
    at: Place


@dataclass(frozen=True, slots=True)
class Made:
    """A file of rows that was written: which rows, and what had been learned from them by then."""

    file: str
    parts: frozenset[Part]
    stats: frozenset[Stat]


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
    tests: frozenset[str] = frozenset()  # files that scored models, or their weights, were loaded from
    tested: frozenset[Part] = frozenset()  # the rows that these are scored on
    tests_unknown: bool = False  # it scores a loaded model, and nobody knows from which file
    learned: tuple[Learned, ...] = ()  # what the models that it saves have learned from
    saved: frozenset[str] = frozenset()  # the files that it saves its models to
    files_of_data: frozenset[str] = frozenset()  # the files that hold the rows, with their folders
    fits: bool = True  # a model learns here
    made: tuple[Made, ...] = ()  # the files of rows that it writes


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
        frozenset(map(_table, data | fitted)) - {""},
        frozenset(trace.closure),
        any(not s.value.models and s.by in ("metric", "hand") for s in scores),
        frozenset(file_name(f"file:{t.file}") for t in _scored(view, scores) if LOADERS.search(t.cls) and t.file),
        _loaders(view, scores),
        frozenset(_table(f"file:{name}") for name in read if posixpath.splitext(name)[1]),
        *_tests(view, scores),
        tuple(_learned(view)),
        saved_files(trace),
        frozenset(_path(name) for name in data | fitted if name.startswith("file:")),
        bool(view.fits),
        tuple(_made_files(trace)),
    )


def _loaders(view: View, scores: list[Score]) -> frozenset[str]:
    """The project's files in which data is loaded, or in which rows of an unknown origin begin."""
    rows = [*(s.value for s in scores), *(f.rows for f in view.fits)]
    begun = {p.origin.at.path for data in rows for p in data.parts if not p.origin.known and p.origin.at is not None}
    return frozenset((*begun, *(load.at.path for load in view.loads if not load.pretrained))) - {view.trace.entry}


def _made_files(trace: Trace) -> Iterator[Made]:
    """The files of rows that a run writes."""
    written: Any = trace.notes.get(WRITTEN, {})
    for path, value in written.items():
        held = [v for v in (value.items if isinstance(value, Tuple) else (value,)) if isinstance(v, Data) and v.kind == "rows"]
        if held and not any(d.models for d in held):
            parts = frozenset(p for d in held for p in d.parts)
            yield Made(path, parts, frozenset(s for d in held for s in d.stats))


def _tests(view: View, scores: list[Score]) -> tuple[frozenset[str], frozenset[Part], bool]:
    """The files of the loaded models that are scored; the rows; is there a model of which the file is not known?"""
    loaded = [t for t in _scored(view, scores) if t.pretrained or LOADERS.search(t.cls)]
    weights = {load.source for load in view.loads if load.source and not load.hub and LOADERS.search(load.name)}
    names = {n for n in (*(t.file for t in loaded), *weights) if n.strip("*/")} if loaded else set()
    rows = frozenset(p for s in scores for p in s.value.parts if any(t.address in s.value.models for t in loaded))
    return frozenset(file_name(f"file:{name}") for name in names), rows, bool(loaded) and not names


def _learned(view: View) -> Iterator[Learned]:
    """What each saved model has surely learned from."""
    saved: Any = view.trace.notes.get("saved", {})
    for name, value in saved.items():
        fits = view.fits_of(frozenset((value.address,))) if isinstance(value, Ref) else []
        if fits and all(f.sure is Certainty.SURELY for f in fits):
            yield Learned(file_name(f"file:{name}"), frozenset(p for f in fits for p in f.rows.parts), fits[-1].at)


def saved_files(trace: Trace) -> frozenset[str]:
    """The files that a run saves its models to, by their names."""
    saved: Any = trace.notes.get("saved", ())
    return frozenset(file_name(f"file:{name}") for name in saved if name.strip("*/"))


def _methods(view: View, scores: list[Score]) -> set[str]:
    """The methods that are scored; of a search, a pipeline or an ensemble, the models that it is made of."""
    scored = _scored(view, scores)
    if any(t.role in WRAPPERS for t in scored):
        scored = [
            *(t for t in scored if t.role not in WRAPPERS),
            *(t for t in methods(view) if not t.part and t.role not in WRAPPERS),
        ]
    known = [t for t in scored if "." in t.cls or t.home or t.cls == GRAPH]  # the others are models by what is asked of them
    return {_method(view, t) for t in known or scored if not LOADERS.search(t.cls)}


def _scored(view: View, scores: list[Score]) -> list[Thing]:
    """The models that are scored as a whole."""
    things = [t for s in scores for m in s.value.models if (t := view.thing(m)) is not None]
    return [t for t in things if t.role != "layer" and not t.part]


def _method(view: View, thing: Thing) -> str:
    """What tells a method from another: its class, or the library that is one method; of a network, its layers, too."""
    root, last = thing.cls.partition(".")[0], thing.cls.rpartition(".")[2]
    if root in WHOLE_LIBRARIES:
        return root
    bare = root in ("keras", "tensorflow", "torch")
    if (thing.dropout and root not in READY_MADE) or bare or thing.home:
        home = thing.home if thing.home != view.trace.entry else ""
        return f"{home}:{last}({', '.join(_layers(view, counted=bare and not thing.home))})"
    if thing.cls == GRAPH:
        return f"{GRAPH}({', '.join(sorted(n for n in view.trace.libraries if GRAPHS.match(n)))})"
    adapters = {told.partition(" ")[0] for name, told in thing.arguments if name == "adapter"}
    plain = thing.cls if "-" in thing.cls else re.sub(r"(Classifier|Regressor|CV)$", "", last)  # `gpt-3.5-turbo` is one name
    return " with ".join((plain, *sorted(adapters)))


def _layers(view: View, counted: bool) -> list[str]:
    """The kinds of layers that the run makes; with their number where nothing but its layers tells what a network is."""
    kinds = Counter(t.cls.rpartition(".")[2] for t in view.trace.things.values() if t.role == "layer")
    return [f"{number} {name}" if counted and number > 1 else name for name, number in sorted(kinds.items())]


def file_name(name: str) -> str:
    """A file by its name alone: the folder that it lies in differs from script to script."""
    if not name.startswith("file:"):
        return name
    return posixpath.basename(_path(name).removeprefix("file:").replace("\\", "/")).lower()


def _path(name: str) -> str:
    """The name of an origin, without what only one run knows of its unknown folders."""
    return name.partition(HOLE)[0]


def _table(name: str) -> str:
    """Data by its name alone: the format that it is kept in differs from script to script, too. Of files in a folder the
    name of the folder; "" where that tells nothing."""
    if not name.startswith("file:"):
        return name
    words = name.removeprefix("file:").replace("\\", "/").rstrip("/").split("/")
    while words and not words[-1].partition(".")[0].strip("*"):
        words.pop()
    wild = len(words) < name.count("/") + 1
    return "" if not words or (wild and words[-1].lower() in ANY_FOLDER) else file_name(f"file:{words[-1]}").partition(".")[0]


def _made(summary: Summary) -> bool:
    """Are all its rows what another script of a pipeline has made of the data, so that the names of files tell nothing?"""
    return bool(summary.files_of_data) and all(_MADE.search(name) for name in summary.files_of_data)


def _unnamed(mine: Summary, other: Summary) -> bool:
    """Do the names of their data tell nothing? A public data set has a name that tells, whatever a test of saved models reads."""
    public = not mine.files_of_data or not other.files_of_data
    return _made(mine) or _made(other) or (not public and bool(mine.tests or other.tests))


def _alike(one: str, another: str) -> bool:
    """Are two names of data the same, as far as both are known (`subject_*` and `subject_9`)?"""
    telling = all(name.strip("*") for name in (one, another))
    return one == another or (telling and (fnmatchcase(one, another) or fnmatchcase(another, one)))


def _classes(summary: Summary) -> set[str]:
    """The models by their classes alone; a bare container is nothing without its layers."""
    return {name if re.match(r":(Sequential|Model)\(", name) else name.partition("(")[0] for name in summary.models}


def rivals(mine: Summary, other: Summary) -> bool:
    """Does another experiment score another method with the same kind of metric, on whatever data?"""
    another_file = bool(mine.files and other.files - mine.files)
    if other.models <= mine.models and not other.naive and not another_file:
        return False
    if mine.fits != other.fits and _classes(other) <= _classes(mine) and not other.naive and not another_file:
        return False  # one of them scores what the other has fitted, however its last layers are put together
    if mine.tests & other.saved and len(other.models) == 1 and not other.naive:
        return False  # it is the same model, scored once more
    known = mine.families and other.families
    return not known or bool(mine.families & other.families) or "any" in mine.families | other.families


def compares(mine: Summary, other: Summary) -> bool:
    """Does another experiment score another method on the same data with the same kind of metric?"""
    if not rivals(mine, other):
        return False
    if mine.data and other.data:
        return any(_alike(one, another) for one in mine.data for another in other.data) or _unnamed(mine, other)
    beside = posixpath.dirname(mine.path) == posixpath.dirname(other.path)
    shared = mine.loaders & other.loaders or mine.path in other.loaders or other.path in mine.loaders
    return beside or bool(shared or mine.read & other.read)
