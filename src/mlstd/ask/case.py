"""What a question answers with: the places where the answer is yes, each with its evidence and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from mlstd.place import Place

if TYPE_CHECKING:
    from mlstd.trace.events import AnyEvent, BlindSpot

Confidence: TypeAlias = Literal["high", "medium", "low"]
"""high: nothing that could not be followed can overturn it. medium: rests on a call that could not be followed, or on a branch
that is only perhaps taken. low: rests on what things are called."""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One step on the way to a verdict, in words that follow the code: "split here", "the scaler sees all rows"."""

    what: str
    place: Place


ORDER: tuple[Confidence, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Case:
    """One answer. `facts` are the words that a message needs, by name; `evidence` the steps that lead here, in the order of the
    run."""

    at: Place
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


def weakest(levels: Iterable[Confidence]) -> Confidence:
    """An answer is as sure as its weakest link."""
    return min(levels, key=ORDER.index, default="high")


def sureness(*events: AnyEvent) -> Confidence:
    """How sure is it that these events happen in a plain run?"""
    return ORDER[::-1][max((e.sure for e in events), default=0)]


def step(what: str, event: AnyEvent) -> Evidence:
    """An event as a step of the evidence."""
    return Evidence(what, event.at)


def spot_step(spot: BlindSpot) -> Evidence:
    """A blind spot as a step of the evidence."""
    return Evidence(f"{spot.name} {spot.reason}: what it does is not known", spot.at)
