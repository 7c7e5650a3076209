"""Which rows: a small algebra of parts, and the question that everything rests on, `overlap`.

A part is an origin (one load of one data set) and the steps by which rows were chosen from it. Two parts whose ways separate at
the same split, into different children, are disjoint; a part whose way begins with another's whole way is contained in it; else
nobody knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, TypeAlias

from mlstd.place import Place

HOLE = "@?"  # between the path of a file and what tells its unknown pieces apart
LONGEST = 12  # steps; a longer way is not told apart


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from. `name` identifies the data ("file:train.csv", "torchvision.datasets.CIFAR10", "?12" for an unknown
    value); `part` is the part that the data set itself offers ("train", "test"); `known`: the name is known, not just made up for
    a place."""

    name: str
    part: str = ""
    known: bool = True
    at: Place | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.name == other.name and self.part == other.part

    def __hash__(self) -> int:
        return hash((self.name, self.part))


@dataclass(frozen=True, slots=True)
class Step:
    """One choice of rows. `kind`: split (child `key` of the split at `at`), fold, slice (`key` is "lower:upper" with bounds as
    they are written or known), mask (`key` is the condition, "~" before its negation), some (rows picked in a way nobody
    knows; `key` "~": those that were left)."""

    kind: Literal["split", "fold", "slice", "mask", "some"]
    at: str
    key: str = ""
    where: Place | None = field(default=None, compare=False)  # for a message: it does not tell one choice from another


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one origin, chosen by `steps`."""

    origin: Origin
    steps: tuple[Step, ...] = ()

    def then(self, step: Step) -> Part:
        """These rows, narrowed by one more step (a step repeated is the same choice; the way is kept short)."""
        if (self.steps and self.steps[-1] == step) or len(self.steps) >= LONGEST:
            return self
        return Part(self.origin, (*self.steps, step))


_CONSTANT = frozenset("'\"0123456789")  # how a known value begins
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")

Overlap: TypeAlias = Literal["no", "yes", "unknown"]


def overlap(a: Part, b: Part) -> Overlap:
    """Do the two parts share rows? "yes" means that one surely contains the other."""
    if a.origin != b.origin:
        return _origins(a.origin, b.origin)
    for mine, theirs in zip(a.steps, b.steps, strict=False):
        if mine != theirs:
            return "no" if _contrary(a, b) else _steps(mine, theirs)
    return "yes"


def _contrary(a: Part, b: Part) -> bool:
    """Do conditions in a row, in whatever order, say the opposite of one another?"""
    start = next(n for n, (mine, theirs) in enumerate(zip(a.steps, b.steps, strict=False)) if mine != theirs)
    mine, theirs = ([*takewhile(lambda s: s.kind == "mask", p.steps[start:])] for p in (a, b))
    return len(mine) + len(theirs) > 2 and any(rest(m) == t for m in mine for t in theirs)


def named_by(name: str, holes: tuple[str, ...]) -> str:
    """The name of an origin, with what tells its unknown folders apart: below other ones the same name may be another file."""
    return f"{name}{HOLE}{';'.join(holes)}" if holes else name


def _origins(a: Origin, b: Origin) -> Overlap:
    """Different files, and the parts that a data set offers, hold different rows; a data set without a part holds them all. The
    same name in two unknown folders may be one file or two."""
    if a.name == b.name:
        return "no" if a.part and b.part else "unknown"
    if a.name.partition(HOLE)[0] == b.name.partition(HOLE)[0]:
        return "unknown"
    return "no" if a.known and b.known else "unknown"


def _steps(a: Step, b: Step) -> Overlap:
    if a.kind in ("split", "fold") and b.kind == a.kind and a.at == b.at:
        return "no"
    if a.kind == "slice" and b.kind == "slice":
        return _slices(a.key, b.key)
    if a.kind == "mask" and b.kind == "mask" and a.at == b.at and a.key.removeprefix("~") == b.key.removeprefix("~"):
        return "no"
    if a.kind == b.kind == "mask" and _other_value(a, b):
        return "no"
    left = a.kind == b.kind == "some" and a.at == b.at and a.key.removeprefix("~") == b.key.removeprefix("~")
    return "no" if left else "unknown"


def _other_value(a: Step, b: Step) -> bool:
    """Are the rows chosen for one column being two different things: `split == "train"`, `split == "test"`?"""
    (column, equal, _), (other, also, _) = a.key.rpartition(" == "), b.key.rpartition(" == ")
    known = all(step.at[:1] in _CONSTANT and not step.key.startswith("~") for step in (a, b))
    return bool(equal and also) and known and column == other and a.at != b.at


def left_by(whole: Part, taken: frozenset[Part], otherwise: Step) -> Part:
    """The rows of `whole` that are not in `taken`; narrowed by `otherwise` where nobody can write down which these are."""
    ways = {t.steps[len(whole.steps) :] for t in taken if contains(whole, t)}
    if len(ways) == 1 and len(taken) == 1 and len(way := next(iter(ways))) == 1 and (others := rest(way[0])) is not None:
        return whole.then(others)
    return whole.then(otherwise)


def rest(step: Step) -> Step | None:
    """The choice that takes what another leaves."""
    if step.kind in ("mask", "some"):
        return Step(step.kind, step.at, step.key[1:] if step.key.startswith("~") else f"~{step.key}", step.where)
    low, _, high = step.key.partition(":")
    if step.kind == "slice" and bool(low) != bool(high):
        return Step("slice", step.at, f":{low}" if low else f"{high}:", step.where)
    return None


def _slices(a: str, b: str) -> Overlap:
    """Slices whose bounds meet are disjoint; slices that both start at the beginning, or both run to the end, share rows."""
    (low_a, _, high_a), (low_b, _, high_b) = a.partition(":"), b.partition(":")
    if _meets(high_a, low_b) or _meets(high_b, low_a):
        return "no"
    bounds = [_number(x) for x in (low_a or "0", high_a, low_b or "0", high_b)]
    first_low, first_high, second_low, second_high = bounds
    if None not in (first_high, second_low) and first_high <= second_low:  # type: ignore[operator]
        return "no"
    if None not in (second_high, first_low) and second_high <= first_low:  # type: ignore[operator]
        return "no"
    if (low_a or "0") == (low_b or "0") or (not high_a and not high_b):
        return "yes"
    return "unknown"


def _meets(high: str, low: str) -> bool:
    """Does a slice that starts at `low` surely come after one that ends at `high`: at the same bound, further on, at a later
    date?"""
    dates = bool(_DATE.match(high) and _DATE.match(low)) and high < low and not low.startswith(high)
    return bool(high) and (low == high or low.startswith(f"{high} + ") or dates)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def meet(a: Part, b: Part) -> bool:
    """Do two parts surely share rows, whether or not one contains the other: slices of one table whose bounds overlap?"""
    if a.origin != b.origin:
        return False
    for mine, theirs in zip(a.steps, b.steps, strict=False):
        if mine != theirs:
            return mine.kind == theirs.kind == "slice" and _bounds_meet(mine.key, theirs.key) and len(a.steps) == len(b.steps)
    return True


def _bounds_meet(a: str, b: str) -> bool:
    (low_a, _, high_a), (low_b, _, high_b) = a.partition(":"), b.partition(":")
    low, other_low = (_number(x or "0") for x in (low_a, low_b))
    high, other_high = (_number(x or "inf") for x in (high_a, high_b))
    if low is None or other_low is None or high is None or other_high is None or min(low, other_low, high, other_high) < 0:
        return False
    return max(low, other_low) < min(high, other_high)


def independent(a: Part, b: Part) -> bool:
    """Were the two cut from the same rows by splits that know nothing of each other? Then they share rows, unless by luck."""
    return bool(_two_cuts(a, b))


def cut_anew(a: Part, b: Part) -> bool:
    """Are two such splits one and the same call, that was reached once more?"""
    return len({place.partition("#")[0] for place in _two_cuts(a, b)}) == 1


def _two_cuts(a: Part, b: Part) -> tuple[str, ...]:
    for mine, theirs in zip(_cuts(a), _cuts(b), strict=False):
        if mine != theirs:
            apart = a.origin == b.origin and mine.kind == theirs.kind == "split" and mine.at != theirs.at
            return (mine.at, theirs.at) if apart else ()
    return ()


def _cuts(part: Part) -> list[Step]:
    return [s for s in part.steps if s.kind != "some"]


def contains(whole: Part, piece: Part) -> bool:
    """Every row of `piece` is surely in `whole`."""
    return whole.origin == piece.origin and piece.steps[: len(whole.steps)] == whole.steps


def among(piece: Part, wholes: frozenset[Part]) -> bool:
    """Every row of `piece` is surely in one of `wholes`."""
    return any(contains(whole, piece) for whole in wholes)


def overlaps(some: frozenset[Part], others: frozenset[Part]) -> Overlap:
    """The overlap of two unions of parts: "yes" if any two overlap, "no" only if all are known to be disjoint."""
    answers = {overlap(a, b) for a in some for b in others}
    return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"
