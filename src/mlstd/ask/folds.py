"""Is every fold of a cross-validation scored by a model that has not learned in another fold?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, step, sureness, weakest
from mlstd.ask.rounds import loop_at
from mlstd.ask.source import nodes
from mlstd.ask.view import View, known
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Fit, Score
from mlstd.trace.values.kinds import Address
from mlstd.trace.values.parts import Part
from mlstd.trace.values.text import source

GOES_ON = frozenset(("keras", "tensorflow", "tf_keras", "torch", "transformers"))  # whose fit does not begin anew
_RESETS = re.compile(
    r"(^|\.|_)(re_?set|re_?init|init(ial)?(ize|ise)?(_|$)|weights?_init|load_weights|set_weights|load_state_dict|clone|deepcopy|copy)",
    re.IGNORECASE,
)
MEND = "make the model anew in every fold, or give it back its first weights"


def carried_on(view: View) -> Iterator[Case]:
    """Models made before the folds, that learn on in each of them: all rows of a later fold's test part were trained on."""
    done: set[frozenset[Address]] = set()
    for score in view.evaluations:
        models = score.value.models
        if not models or models in done or not known(score.value.parts):
            continue
        fit = next((f for f in view.fits_of(models) if f.order < score.order and _same_folds(f, score)), None)
        loop = _rounds(view, fit, score) if fit is not None else None
        if fit is None or loop is None or not _goes_on(view, fit) or _begins_again(view, loop):
            continue
        done.add(models)
        yield Case(
            view.at(fit),
            weakest([sureness(fit, score)]),
            (
                step("it learns on here, in every fold", fit),
                step("and is scored here on rows of an earlier training part", score),
            ),
            {
                "what": f"trains {wording.model(view, fit.models)} on from fold to fold, and scores it on rows that earlier folds"
                " have taught it",
                "rows": wording.rows(score.value.parts),
                "mend": MEND,
            },
        )


def _folds(parts: frozenset[Part], side: str) -> frozenset[str]:
    return frozenset(s.at for p in parts for s in p.steps if s.kind == "fold" and s.key == side)


def _same_folds(fit: Fit, score: Score) -> bool:
    return bool(_folds(fit.rows.parts, "train") & _folds(score.value.parts, "test"))


def _rounds(view: View, fit: Fit, score: Score) -> Place | None:
    """The loop over the folds, where the fit and the score stand in it."""
    at = _folds(score.value.parts, "test")
    split = next((s for s in view.splits if s.folds and str(s.at) in at), None)
    if split is None:
        return None
    heads = [
        p for p in split.loops if p.path == split.at.path and p.line == split.at.line
    ]  # `for train, test in folds.split(X):`
    around = split.loops[: len(split.loops) - len(heads)]
    if fit.loops[: len(around)] != around or len(fit.loops) <= len(around):
        return None
    loop = fit.loops[len(around)]
    return loop if loop in score.loops else None


def _goes_on(view: View, fit: Fit) -> bool:
    """Do these very models learn in every round, from where the round before has left them?"""
    things = [t for m in fit.models if (t := view.thing(m)) is not None]
    roots = {t.cls.partition(".")[0] for t in things if not t.home}
    return (
        bool(things)
        and not fit.anew
        and not any(t.plural or t.copied for t in things)
        and (roots <= GOES_ON if roots else fit.how == "backward")
    )


def _begins_again(view: View, at: Place) -> bool:
    """Does the code put the first weights back anywhere, or could a call in the loop do so?"""
    if any(isinstance(node, ir.Call) and _RESETS.search(source(node.func)) for _, _, node in nodes(view)):
        return True
    loop = loop_at(view, at)
    inner = nodes_of(loop.body) if isinstance(loop, ir.Loop) else []
    return loop is None or any(isinstance(n, ir.Call) and source(n.func).endswith(".apply") for n in inner)
