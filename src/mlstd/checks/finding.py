"""What a check says, before `settle` makes an error, a warning or silence of it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from mlstd.place import Place

Confidence: TypeAlias = Literal["high", "medium", "low"]
"""high: nothing that could not be followed can overturn it. medium: rests on a call that could not be followed, or on a branch
that is only perhaps taken. low: rests on what things are called."""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One step on the way to a verdict, in words that follow the code: "split here", "the scaler sees all rows"."""

    what: str
    place: Place


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A breach of one rule. `entry`: the path of the experiment's entry file; `place` may lie in a helper of its closure.

    `message` names the things of the reader's own code; `advice` is a line that would satisfy the rule there. `confidence` comes
    from the answers that the check used, it is never typed in.
    """

    rule: str
    message: str
    place: Place
    entry: str
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    advice: str = ""
