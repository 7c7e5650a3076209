"""The trace: the ordered list of what matters in an experiment, and what could not be followed.

Events are frozen and hold no part of the machine; a model is named by its address, whose `Thing` the trace keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, TypeAlias

from mlstd.place import Place
from mlstd.trace.values.kinds import Address, Data, Form
from mlstd.trace.values.parts import Part

OBJECTIVES = "objectives"  # the note that says what gradients are taken of: where it is computed, on which rows
TRAINING_STEPS = "training steps"  # the note of a trace that says between which events a framework ran a training step


class Certainty(IntEnum):
    """Does the event happen when the entry is run with its defaults?"""

    SURELY = 0
    PERHAPS = 1
    NOT_BY_DEFAULT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. `order` counts through the run; `calls` are the places of the calls that lead here, outermost first;
    `loops` the places of the loops around it, outermost first; `chosen` the option whose default decides that it (does not)
    happen."""

    at: Place
    order: int
    sure: Certainty
    calls: tuple[Place, ...] = ()
    loops: tuple[Place, ...] = ()
    chosen: str = ""
    code: str = ""  # the call or expression as the reader wrote it, shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Event):
    """Rows, or a fitted model, come into being. `name`: the loader; `pinned`: a version is named; `remote`: from a hub or
    address; `source`: the path, address or name, as far as it is known; `hub`: a name on a hub, where versions have names;
    `altered`: the random step that every row goes through when it is read, and where that is made."""

    rows: Data
    name: str
    pinned: bool = False
    remote: bool = False
    pretrained: bool = False
    source: str = ""
    hub: bool = False
    altered: tuple[str, Place] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Event):
    """Rows are divided. `random`: by chance; `seeded`: that chance has a seed of its own; `folds`: of a cross-validation."""

    rows: Data
    name: str
    random: bool
    seeded: bool
    folds: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform(Event):
    """Statistics are fitted on rows."""

    rows: Data
    name: str
    learned: Literal["values", "target", "vocabulary", "copies", "nothing"]
    resamples: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Event):
    """Models learn from rows. `how`: "fit" (a call), "backward" (a hand-written loop), "cross-validation" (fits that score
    themselves)."""

    models: frozenset[Address]
    rows: Data
    how: str
    heldout: Data | None = None
    features: Data | None = None
    leaked: str = ""  # the target column, where it is still among the features
    inner: frozenset[Address] = frozenset()  # models inside them that had learned before: what a calibrator is put upon
    anew: bool = False  # the models forget what they had learned before


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict(Event):
    """Models give their output for rows."""

    models: frozenset[Address]
    rows: Data
    text: bool = False  # a language model answers a prompt
    model: str = ""  # by this name, where it is known
    sampling: Literal["given", "unset", "unknown"] = "unknown"
    prompt: str = ""  # its constant words
    hosted: bool = False  # somebody else runs it, and may replace it


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Event):
    """A number says how good predictions are. `fitted`: the rows that its models had seen by then. `form`: of the predictions.
    `by`: "metric" (a known one), "hand" (compared in code), "plot" (errors row by row that are only looked at), "loss", "method"
    (model.score, evaluate), "framework", "cross-validation", "guess". `swapped`: predictions stand where truth belongs.
    `training`: its predictions were made in training mode, by a model that minds."""

    value: Data
    metric: str
    by: str
    fitted: frozenset[Part]
    form: Form = ""
    needs: str = "any"
    swapped: bool = False
    symmetric: bool = False
    training: bool = False
    reduces: bool = True
    batch: bool = False
    additive: bool = True
    automatic: bool = False  # shown or recorded by the framework itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Event):
    """A metric object takes in predictions and truth, to be scored later; the fields are those of a `Score`."""

    value: Data
    metric: str
    form: Form = ""
    needs: str = "any"
    swapped: bool = False
    symmetric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(Event):
    """Models are put into training mode ("train"), into evaluation mode ("eval"), or into one that is not known ("")."""

    models: frozenset[Address]
    mode: str
    minds: bool = False  # some layer in them behaves differently in training


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerStep(Event):
    """An optimizer changes the weights of models (none, where nobody knows which)."""

    models: frozenset[Address]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead(Event):
    """A column takes values that come later in time."""

    column: str
    rows: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Average(Event):
    """The means of single batches are averaged. `fitted`: the rows that the models had learned from by then."""

    value: Data
    fitted: frozenset[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Event):
    """Scores are set beside each other, or one beside a number: `reference` where that is known to be what it is compared to."""

    scores: tuple[Data, ...]
    reference: bool = False

    @property
    def beside(self) -> str:
        """What the scores are set beside, in words."""
        return "a number" if self.reference or len(self.scores) == 1 else "each other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Event):
    """Scores are summed up: by their "mean", or by their "spread" (deviation, percentiles, a test)."""

    values: tuple[Data, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Event):
    """Values are written somewhere durable: `metrics`, `parameters`, an `artifact`, or `everything`, by itself."""

    values: tuple[Data, ...]
    records: str
    name: str
    unclear: bool = False  # something that nobody knows is written as well
    settings: bool = False  # how the run was set up is among what is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed(Event):
    """Generators are seeded. `effective` is False where the call seeds nothing (`seed()`, `seed(None)`, `seed(time())`)."""

    generators: tuple[str, ...]
    name: str
    effective: bool = True
    repeatable: bool = True  # the value is the same in every run
    again: bool = False  # a constant seed, given again in a loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Event):
    """Random numbers are drawn. `own_seed`: the draw has a seed of its own, so that no global one matters. `use`: weights, split,
    shuffle, sample, fit, augment, values. `seed`: the parameter that would give it one."""

    generator: str
    name: str
    use: str
    own_seed: bool = False
    seed: str = ""
    addresses: frozenset[Address] = frozenset()
    rows: Data | None = None
    worker: Address | None = None  # the loader whose workers draw, each from a copy of the generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Event):
    """One of several is picked by scores. `how`: "best" (if score > best: keep), "extreme" (only the number is kept), "stop"
    (early stopping), "search" (hyperparameters), "callback", "maximum", "threshold"."""

    by: Data
    how: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save(Event):
    """Models are written to disk."""

    models: frozenset[Address]
    name: str
    settings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Event):
    """Values go to the terminal or the screen."""

    values: tuple[Data, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Event):
    """A score is computed and its value goes nowhere."""

    values: tuple[Data, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Event):
    """A library's own setting is set for the whole run: `torch.backends.cudnn.benchmark = True`."""

    name: str
    value: bool | int | float | str | None


AnyEvent: TypeAlias = (
    Load
    | Split
    | Transform
    | Fit
    | Predict
    | Score
    | Update
    | Mode
    | OptimizerStep
    | Average
    | Ahead
    | Compare
    | Summary
    | Record
    | Seed
    | Draw
    | Select
    | Save
    | Show
    | Drop
    | Switch
)
Hidden: TypeAlias = Literal["fit", "score", "record", "seed", "draw", "split", "select", "show", "baseline"]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A place that the run could not follow. `reason` in words; `hides`: what it could do, as far as its arguments allow;
    `given`: the data that it was handed; `models`: the models that it was handed."""

    at: Place
    name: str
    reason: str
    hides: frozenset[Hidden]
    given: tuple[Data, ...] = ()
    models: frozenset[Address] = frozenset()
    order: int = 0
    sure: Certainty = Certainty.SURELY


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that the run made: what it is called, of which class, where. `plural`: made again in every round of a loop;
    `chosen`: an option decides which class it is; `baseline`: a naive one (Dummy*); `dropout`: it behaves differently in
    training; `copied`: a copy of it goes by the same address; `stochastic`: its fit or its weights draw random numbers;
    `part`: it was made inside a model that is being made."""

    address: Address
    cls: str
    role: str
    at: Place | None
    label: str = ""
    plural: bool = False
    chosen: str = ""
    baseline: bool = False
    dropout: bool = False
    copied: bool = False
    supervised: bool | None = None
    pretrained: bool = False
    forecasts: bool = False
    part: bool = False
    home: str = ""  # the file that defines its class, where that is the project's own
    arguments: tuple[tuple[str, str], ...] = ()
    file: str = ""  # of a model that was loaded: from where, as far as it is known
    inside: frozenset[Address] = frozenset()  # the models that it holds or was made with, when the run ends


@dataclass(slots=True)
class Tape:
    """The events in order. While `muted` (a rehearsal of a loop), nothing is kept."""

    events: list[AnyEvent] = field(default_factory=list)
    blind: list[BlindSpot] = field(default_factory=list)
    muted: int = 0
    order: int = 0

    def next(self) -> int:
        """The next number in the order of the run."""
        self.order += 1
        return self.order

    def add(self, event: AnyEvent) -> None:
        """Keep an event, unless muted."""
        if not self.muted:
            self.events.append(event)

    def forget(self, place: Place, is_so: Callable[[AnyEvent], bool]) -> None:
        """Take back what was told of a stretch of code, where that turns out to mean nothing."""
        self.events = [e for e in self.events if e.at not in place or not is_so(e)]

    def cannot_see(self, spot: BlindSpot) -> None:
        """Keep a blind spot, unless muted or already known."""
        if not self.muted and not any(spot.at == b.at and spot.name == b.name and spot.given == b.given for b in self.blind):
            self.blind.append(spot)
