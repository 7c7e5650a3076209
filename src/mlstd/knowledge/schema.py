"""The vocabulary of library knowledge: what a `rules/libraries/*.toml` file may say.

Behaviour is written once per *kind* of object (classifier, scaler, splitter, loader, tracker ...), a class is then one name in
a list. A file that says anything else is refused at load time, with the file and the key at fault.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

EffectName: TypeAlias = Literal[
    "load",  # rows come into being: read_csv, CIFAR10(train=False), load_iris()
    "split",  # rows are divided into disjoint parts
    "fit",  # a model learns from rows (statistics of a transformer: "transform")
    "transform",  # rows go through a transformer; `learns` says whether this call fits its statistics first
    "predict",  # a model's output for rows
    "score",  # a number that says how good predictions are
    "record",  # a value is written somewhere durable
    "seed",  # generators are seeded
    "draw",  # random numbers are drawn, and nothing else of interest happens
    "select",  # the best of several is picked by a score (search, early stopping, best checkpoint)
    "save",  # a model is written to disk
    "show",  # a value goes to the terminal or the screen
    "frame",  # how far the axes of a figure reach: what is measured for that picks nothing
    "make",  # a new object of kind `returns = "kind:NAME"`
    "pass",  # hands on what it is given: the result has the same rows, predictions and scores as the arguments
    "none",  # nothing of interest, and the result is unknown
]

Generator: TypeAlias = Literal["python", "numpy", "torch", "tensorflow", "jax", "own"]
"""`own`: a generator of the object itself, fresh from the system's entropy when its seed parameter is None."""

Learned: TypeAlias = Literal["values", "target", "vocabulary", "nothing"]
"""What a transformer's fit takes from the rows: their values (scaler, imputer, PCA), the target too (feature selection, target
encoding), only a vocabulary (label, ordinal, one-hot encoder), or nothing (Normalizer, hashing)."""

Role: TypeAlias = Literal[
    "model",  # learns from rows and predicts
    "layer",  # a part of a model (nn.Linear, keras.layers.Dense), or a function that models apply
    "transformer",  # learns statistics and transforms rows
    "sampler",  # resamples rows (SMOTE)
    "splitter",  # yields train and test indices
    "search",  # a model that picks the best of several by a score (GridSearchCV)
    "pipeline",  # a chain of transformers with a model at its end
    "ensemble",  # a model made of models (VotingClassifier, OneVsRestClassifier)
    "dataset",  # rows, indexable
    "batches",  # iterates over the rows of a dataset (DataLoader)
    "optimizer",
    "loss",  # called with predictions and targets
    "metric",  # an object that accumulates a score (torchmetrics, keras.metrics)
    "trainer",  # runs the fit of a model by itself (HF Trainer, Lightning Trainer)
    "tracker",  # records what it is given
    "callback",
    "generator",  # a source of random numbers
    "thing",  # anything else that has methods worth knowing
]


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one call does. Parameter names refer to `args`; "self" is the object a method is called on."""

    effect: EffectName = "none"
    args: str = ""  # signature as Python writes it, without self: "X, y=None, *, shuffle=True"
    rows: tuple[str, ...] = ()  # parameters that hold rows (features, or features and target together)
    target: tuple[str, ...] = ()  # parameters that hold the target of those rows
    heldout: tuple[str, ...] = ()  # parameters that hold evaluation rows (validation_data, eval_set, eval_dataset)
    heldout_fraction: str = ""  # parameter that cuts a held-out part off the rows by itself (validation_split)
    model: str = "self"  # parameter that holds the model (cross_val_score's estimator)
    truth: str = ""  # score: the true values
    prediction: str = ""  # score: the predictions
    metric: str = ""  # score: its usual name ("accuracy")
    needs: Literal["labels", "scores", "any"] = "any"  # score: hard labels, or scores/probabilities (roc_auc)
    symmetric: bool = False  # score: swapping truth and prediction changes nothing
    additive: bool = True  # score: the mean over equal batches is the score of the whole
    better: Literal["higher", "lower", ""] = ""  # score
    reduces: bool = True  # score: gives one number (confusion_matrix and roc_curve: false)
    cross_validated: bool = False  # score: fits and scores on folds of its rows
    learns: bool = False  # transform: this call fits the statistics (fit, fit_transform)
    applies: bool = True  # transform: this call also transforms (fit alone: false)
    draws: tuple[Generator, ...] = ()
    seed: str = ""  # parameter that seeds those draws when it is not None
    # it draws only when all these parameters have one of these values ("None" stands for None)
    draws_when: dict[str, tuple[str | int | float | bool | None, ...]] = {}
    seeds: tuple[Generator, ...] = ()  # seed: the generators that it seeds
    what: tuple[str, ...] = ()  # record/save/show: parameters whose values go out; empty: all
    records: Literal["metrics", "parameters", "artifact", "everything", ""] = ""  # record
    path: str = ""  # load/save: parameter with the path or name that identifies the data
    part: str = ""  # load: parameter that says which part (train=True, split="test")
    also: tuple[str, ...] = ()  # load: parameters that tell the data from other data of the same name (files, a configuration)
    parts: tuple[str, ...] = ()  # split: names of the parts, in order
    structure: str = ""  # load: how the result unpacks: "(train.x, train.y), (test.x, test.y)", "x, y"
    benchmark: bool = False  # load: a public benchmark with its own parts
    shuffled: bool = False  # split/draw: the order of the rows becomes random (judged with draws_when)
    augments: bool = False  # the result is randomly altered rows
    resamples: Literal["over", "under", ""] = ""
    revision: str = ""  # load: parameter that pins what is downloaded
    pretrained: bool = False  # load/make: the model comes fitted
    pretrained_by: tuple[str, ...] = ()  # load/make: the model comes fitted when one of these is neither None nor False
    mode: Literal["train", "eval", ""] = ""  # the call puts its model into this mode
    happens_when: dict[str, tuple[str | int | float | bool | None, ...]] = {}  # else the effect is "none" (save_best_only=True)
    calls: str = ""  # parameter holding a project function that this call runs (map, apply, compute_metrics)
    # self, rows, index, folds, parts (a tuple), dict (of the parts by name), batches, labels, probabilities, scores, text, score,
    # history, model, none, unknown, listing (the files of a folder), stored (by an earlier run), kind:NAME
    returns: str = ""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A kind of object: what it is, and what its methods do. `extends` takes over another kind's methods and fields."""

    extends: str = ""
    role: Role = "thing"
    init: Effect = Effect()  # what constructing does; its `args` are the constructor's
    call: Effect | None = None  # what calling the object does
    iterate: Effect | None = None  # what iterating over it does
    methods: dict[str, Effect] = {}
    attributes: dict[str, Effect] = {}  # best_score_, history, feature_importances_ ...
    learns: Learned | Literal[""] = ""  # transformers
    draws_at: Literal["make", "fit", "iterate", "call"] = "make"  # when `init.draws` happen
    supervised: bool | None = None  # models: whether a target is learned (clustering: false)
    deterministic: bool = False  # fits draw nothing
    dropout: bool = False  # layers: behaves differently in training (dropout, batch norm)
    forecasts: bool = False  # models of time series
    compares: bool = False  # searches that fit several methods and rank them by their scores (AutoML)
    records_itself: bool = False  # trainers and callbacks that write metrics to disk or to a tracker by default


class Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Classes of one kind: full names, or last names below `module`; `init` fields given here override those of the kind."""

    kind: str
    names: tuple[str, ...]
    module: str = ""
    init: Effect | None = None
    learns: Learned | Literal[""] = ""
    deterministic: bool | None = None


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Functions that share one effect: their full names, or last names below `module`. A last name `*` stands for every other
    function below its module."""

    names: tuple[str, ...]
    does: Effect
    module: str = ""


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of library knowledge."""

    name: str  # as people say it: "scikit-learn"
    modules: tuple[str, ...]  # top-level import names
    docs: str = ""  # where signatures and defaults were checked
    framework: str = ""  # the name under which `experiments[].frameworks` lists it; empty: not a learning library
    aliases: dict[str, str] = {}  # prefix of a name -> the prefix under which it is described here
    kinds: dict[str, Kind] = {}
    classes: tuple[Classes, ...] = ()
    calls: tuple[Calls, ...] = ()
    bases: dict[str, str] = {}  # framework base class that projects inherit from -> kind of the instances
    examples: tuple[str, ...] = ()  # marked code that runs as a test
