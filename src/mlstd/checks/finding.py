"""What a check says, before `settle` makes an error, a warning or silence of it."""

from __future__ import annotations

import msgspec

from mlstd.ask.case import Confidence, Evidence
from mlstd.place import Place


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
