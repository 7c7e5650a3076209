"""Which rows: a small algebra of parts, and the question that everything rests on, `overlap`.

A part is an origin (one load of one data set) and the steps by which rows were chosen from it. Two parts whose ways separate at
the same split, into different children, are disjoint; a part whose way begins with another's whole way is contained in it; else
nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mlstd.place import Place

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


Overlap: TypeAlias = Literal["no", "yes", "unknown"]


def overlap(a: Part, b: Part) -> Overlap:
    """Do the two parts share rows? "yes" means that one surely contains the other."""
    if a.origin != b.origin:
        return _origins(a.origin, b.origin)
    for mine, theirs in zip(a.steps, b.steps, strict=False):
        if mine != theirs:
            return _steps(mine, theirs)
    return "yes"


def _origins(a: Origin, b: Origin) -> Overlap:
    """Different files, and the parts that a data set offers, hold different rows; a data set without a part holds them all."""
    if a.name == b.name:
        return "no" if a.part and b.part else "unknown"
    return "no" if a.known and b.known else "unknown"


def _steps(a: Step, b: Step) -> Overlap:
    if a.kind in ("split", "fold") and b.kind == a.kind and a.at == b.at:
        return "no"
    if a.kind == "slice" and b.kind == "slice":
        return _slices(a.key, b.key)
    if a.kind == "mask" and b.kind == "mask" and a.key.removeprefix("~") == b.key.removeprefix("~"):
        return "no"
    if a.kind == b.kind == "some" and a.at == b.at and a.key != b.key:
        return "no"
    return "unknown"


def left_by(whole: Part, taken: frozenset[Part], otherwise: Step) -> Part:
    """The rows of `whole` that are not in `taken`; narrowed by `otherwise` where nobody can write down which these are."""
    ways = {t.steps[len(whole.steps) :] for t in taken if contains(whole, t)}
    if len(ways) == 1 and len(taken) == 1 and len(way := next(iter(ways))) == 1 and (others := rest(way[0])) is not None:
        return whole.then(others)
    return whole.then(otherwise)


def rest(step: Step) -> Step | None:
    """The choice that takes what another leaves."""
    if step.kind == "mask":
        return Step("mask", step.at, step.key[1:] if step.key.startswith("~") else f"~{step.key}", step.where)
    if step.kind == "some":
        return Step("some", step.at, "" if step.key else "~", step.where)
    low, _, high = step.key.partition(":")
    if step.kind == "slice" and bool(low) != bool(high):
        return Step("slice", step.at, f":{low}" if low else f"{high}:", step.where)
    return None


def _slices(a: str, b: str) -> Overlap:
    """Slices whose bounds meet are disjoint; slices that both start at the beginning, or both run to the end, share rows."""
    (low_a, _, high_a), (low_b, _, high_b) = a.partition(":"), b.partition(":")
    if (high_a and high_a == low_b) or (high_b and high_b == low_a):
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
    for mine, theirs in zip(_cuts(a), _cuts(b), strict=False):
        if mine != theirs:
            return a.origin == b.origin and mine.kind == theirs.kind == "split" and mine.at != theirs.at
    return False


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
