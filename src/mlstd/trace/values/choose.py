"""Which rows are left when an index chooses among them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlstd.place import Place
from mlstd.trace.values.kinds import DEALT, Data, Form, Tuple, Unknown
from mlstd.trace.values.parts import Part, Step, contains

_SLICE = re.compile(r"\[([^\[\]']*:[^\[\]']*)\]")
MOST_PARTS = 60  # more ways than this through unions of parts are not told apart
PRESENT = "present"  # the key of a step that leaves the rows without gaps
CARRIED = frozenset(("shuffled", "best", "oversampled", "undersampled", "guess", "folds", DEALT))


def by_index(data: Data, index: Data) -> Data:
    """The rows at the positions of an index: its way is added to theirs."""
    if len(data.parts) * len(index.parts) > MOST_PARTS:
        parts = frozenset(part.then(Step("some", f"{index.at or len(index.parts)}")) for part in data.parts)
    else:
        parts = frozenset(_follow(part, way) for part in data.parts for way in index.parts)
    return data.but(parts=parts or data.parts, stats=data.stats | index.stats, traits=data.traits | (index.traits & CARRIED))


def narrowed(data: Data, step: Step) -> Data:
    """The rows that one more step leaves; to cut shuffled rows in two is to divide them by chance."""
    dealt = step.kind == "slice" and "shuffled" in data.traits and step.key.startswith(":") != step.key.endswith(":")
    traits = data.traits | {DEALT} if dealt else data.traits
    return data.but(parts=frozenset(p.then(step) for p in data.parts), traits=traits)


def repeats(pieces: Sequence[Data]) -> bool:
    """Do some pieces hold a chosen few of the very rows that others hold?"""
    few = {p for d in pieces if len(d.parts) == 1 for p in d.parts if p.steps and p.steps[-1].kind in ("slice", "some")}
    return any(w != p and contains(w, p) for p in few for d in pieces for w in d.parts)


def slices_of(value: Unknown) -> tuple[Step, ...]:
    """The choice of rows by what comes out of slices of an unknown list: of the list, then between the bounds; () if it is not
    sliced."""
    bounds = _SLICE.findall(value.way)
    return (Step("some", f"?{_SLICE.sub('', value.identity)}"), *(Step("slice", "", b) for b in bounds)) if bounds else ()


def with_traits(data: Data, *traits: str) -> Data:
    """The same data, and what is now known of it."""
    return data.but(traits=data.traits | set(traits))


FAILED = re.compile(r"^(err|error|fail|failed|invalid|none|null|nan|n/a|unknown|)$", re.IGNORECASE)  # marks a call that failed
FORMS: dict[str, Form] = {"labels": "labels", "probabilities": "probabilities", "scores": "scores", "text": "text"}


def formed(data: Data, form: str) -> Data:
    """A prediction in the form that a call gives it; what a call says nothing of stays as it was."""
    return data.but(form=FORMS[form]) if data.kind == "prediction" and form in FORMS else data


def in_forms(data: Data, structure: str) -> Tuple:
    """`values, indices = output.max(1)`: the same data in several forms."""
    return Tuple(tuple(formed(data, form.strip()) for form in structure.split(",")))


def verdict(data: Data, against: object = None) -> Data:
    """An answer in words, read as yes or no, or as a number: added up, such verdicts are a score. What is compared with the mark
    of a call that failed is none."""
    if isinstance(against, str) and FAILED.search(against):
        return data
    return data.but(traits=data.traits | {"verdict"}) if data.kind == "prediction" and data.form == "text" else data


def answered(data: Data, at: Place) -> Data:
    """An answer in words beside something that is not known can only be beside the right one: right or wrong, row by row."""
    return data.but(kind="score", metric="accuracy by hand", form="", at=at, traits=data.traits - {"loss"} | {"hits"})


def _follow(part: Part, way: Part) -> Part:
    steps = way.steps
    if way.origin == part.origin:
        common = 0
        while common < min(len(steps), len(part.steps)) and steps[common] == part.steps[common]:
            common += 1
        steps = steps[common:]
    for step in steps:
        part = part.then(step)
    return part


def as_values(data: Data) -> Data:
    """A condition that is turned into numbers (`(x > 0).astype(int)`) chooses no rows: it is one more column of them."""
    if data.kind != "index":
        return data
    parts = frozenset(Part(p.origin, p.steps[:-1]) if p.steps and p.steps[-1].kind == "mask" else p for p in data.parts)
    return data.but(kind="rows", parts=parts) if parts != data.parts else data
