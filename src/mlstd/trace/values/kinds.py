"""The values of the dry run: few kinds, each small and immutable. What can change is a `Ref` to an object in the state.

The union `Value` is closed. `Data` is the one kind that carries machine learning: rows, and what is computed from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.values.parts import Part

Address: TypeAlias = int
MOST_HOLES = 4  # unknown pieces of a text that are told apart
LONGEST_WAY = 120  # characters; an unknown that goes round a loop must come to rest


@dataclass(frozen=True, slots=True)
class Const:
    """A known value. `option`: it is the default of this option, argument or setting, so another run may change it."""

    value: bool | int | float | str | None
    option: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A string known in part, "*" for what is not known: a path below an unknown folder, a formatted name. `data`: what it tells
    of. `holes`: what tells the unknown pieces apart, so that the same file name in two unknown folders is not the same file."""

    pattern: str
    data: Data | None = None
    holes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple:
    """A sequence of known length that cannot change."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """An object on the heap: instance, list, dict, library object; `Heap` says what stands there."""

    address: Address


@dataclass(frozen=True, slots=True)
class External:
    """Something of a library, by its full name: `sklearn.metrics.accuracy_score`, `numpy`."""

    name: str


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the project."""

    path: str


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function or lambda of the project, with the scope that it closes over and its evaluated defaults (by parameter name)."""

    node: ir.Function | ir.Lambda = field(hash=False)
    path: str
    cell: int | None
    scope: Address
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: Address | None = None  # the class that it was defined in
    wrappers: tuple[str, ...] = ()  # names of decorators of libraries ("torch.no_grad", "staticmethod")

    @property
    def name(self) -> str:
        """As the code calls it."""
        return self.node.name if isinstance(self.node, ir.Function) else "<lambda>"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FunctionValue)
            and self.node is other.node
            and self.scope == other.scope
            and self.defaults == other.defaults
        )


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the project; its attributes are slots of `address`. `bases` are `ClassValue`s and `External`s, in order."""

    node: ir.Class = field(hash=False, compare=False)
    path: str
    cell: int | None
    address: Address
    bases: tuple[Value, ...] = ()
    wrappers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A method with the object it is called on: of the project (`function`) or of a library (`name`)."""

    self: Value
    name: str
    function: Value | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial`, and library wrappers that call what they wrap."""

    function: Value
    arguments: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """Something to iterate over: `items` if all are known (in order), else `element`, the one that stands for all."""

    element: Value
    items: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Stat:
    """Statistics that a fitted transform carries: where they were taken, from which rows, what was learned ("values",
    "target")."""

    at: Place
    parts: frozenset[Part]
    learned: Literal["values", "target", "vocabulary", "copies"]
    name: str
    column: str = ""  # of statistics by group: whose mean it is


DataKind: TypeAlias = Literal[
    "rows",  # rows of data, features or target
    "index",  # positions of rows: what a splitter or permutation yields
    "statistic",  # a number taken over rows: mean, max
    "prediction",  # a model's output for rows
    "score",  # how good predictions are (a loss is a score that can be differentiated)
]
Form: TypeAlias = Literal["", "labels", "probabilities", "scores", "text"]


@dataclass(frozen=True, slots=True)
class Data:
    """Rows, or what was computed from rows. `models`: whose output it depends on. `at`: where a score or prediction was computed.

    `traits`: shuffled, augmented, oversampled, undersampled, item (a single row), batch, loss (can be differentiated), best
    (picked by a score), guess (rests on a call that could not be followed or on a name), constant (a prediction that no model
    made), hits (correct or not, row by row), mean.
    """

    kind: DataKind
    parts: frozenset[Part] = frozenset()
    models: frozenset[Address] = frozenset()
    stats: frozenset[Stat] = frozenset()
    metric: str = ""
    form: Form = ""
    at: Place | None = None
    traits: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()  # names of the columns that were selected, where known
    like: str = ""  # the kind of library object whose methods it has ("" for an array or frame)
    lacks: frozenset[str] | None = None  # a whole table but for these columns; None: which columns it has is not known
    told: tuple[tuple[str, Data], ...] = ()  # columns that hold what was computed for the rows: predictions, right or wrong

    def but(self, **changes: Any) -> Data:
        """The same data with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that nobody knows, and why. `at` identifies it: the same unknown twice is the same rows, the same bound of a
    slice."""

    why: str
    at: Place | None = None
    hint: str = ""  # what the code calls it, for guesses of last resort
    context: int = 0  # the calls that lead there: the same place reached on another way gives another value
    way: str = ""  # what was taken out of the unknown made there: `["train"]`, `.labels`

    @property
    def identity(self) -> str:
        """What tells this unknown from another."""
        return f"{self.at}#{self.context}{self.way}"

    def inner(self, why: str, step: str, hint: str = "") -> Unknown:
        """What was taken out of this unknown: the same step gives the same value, another step another."""
        way = self.way if self.way.endswith(step) or len(self.way) > LONGEST_WAY else self.way + step
        return Unknown(why, self.at, hint or self.hint, self.context, way)


def holes(*values: Value) -> tuple[str, ...]:
    """What tells apart the unknown pieces that a text is put together from. What a loop walks through takes all values there
    are."""
    found: list[str] = []
    for value in values:
        if isinstance(value, Text):
            found += value.holes
        elif isinstance(value, Unknown) and value.why in (COUNTER, ONE_OF_MANY):
            continue
        elif isinstance(value, Unknown) and (value.why == OUTSIDE or (value.at is None and value.hint)):
            found.append(f"{value.hint}{value.way}")  # a setting, by its name
        elif isinstance(value, Unknown) and value.at is not None:
            found.append(value.identity)
    return tuple(dict.fromkeys(found))[:MOST_HOLES]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values: two branches met, or an option decides."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """What a list on the heap holds: known items in order, and `rest`, which stands for any number of others."""

    items: tuple[Value, ...] = ()
    rest: Value | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """What a dict on the heap holds, by constant key, and `rest` for what unknown keys lead to."""

    items: tuple[tuple[Any, Value], ...] = ()
    rest: Value | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A set of facts about an object; facts of two branches are united."""

    items: frozenset[Any] = frozenset()


Value: TypeAlias = (
    Const
    | Text
    | Tuple
    | Ref
    | External
    | ModuleValue
    | FunctionValue
    | ClassValue
    | Bound
    | Partial
    | Stream
    | Data
    | Unknown
    | Choice
    | Items
    | Entries
    | Facts
)

NONE = Const(None)
OUTSIDE = "read from outside the program"
ONE_OF_MANY = "an item of something unknown that is walked through"
DEALT = "divided by chance"  # of rows: they were shuffled before they were cut off
ONE_EACH = "one row a group"  # of rows: each sums up a group of others
COUNTER = "a counter of a loop"  # why an `Unknown` is unknown, where that matters
