"""Are held-out pictures cropped, flipped or turned by chance before they are scored?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Evidence, step, sureness
from mlstd.ask.code import argument, bound, call_at, called
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Load, Score

CHANCE = re.compile(
    r"^Random(?!Sampler|State|Choice$|Order$)[A-Z]\w+$|^(ColorJitter|AutoAugment|RandAugment|TrivialAugmentWide|AugMix|ElasticTransform)$"
)


def augmented_scores(view: View) -> Iterator[Case]:
    """Held-out parts that are loaded with a random transform, and scored so.

    Nothing is said where the same part is loaded plainly, too: then the score of many views may be what is wanted."""
    names, drawn = bound(view), {d.at for d in view.draws if d.use == "augment"}
    chance: list[tuple[Load, Evidence]] = []
    plain: list[Load] = []
    for load in view.loads:
        why = _chance(view, names, load, drawn)
        if why is None:
            plain.append(load)
        else:
            chance.append((load, why))
    done: set[Place] = set()
    for load, why in chance:
        parts = load.rows.parts
        score = next((s for s in view.evaluations if parts and s.value.parts == parts and _heldout(view, s)), None)
        if score is None or load.at in done or any(p.rows.parts & parts for p in plain) or _fitted(view, load):
            continue
        done.add(load.at)
        yield Case(
            view.at(load), sureness(load, score), (why, step("and these rows are scored here", score)), {"code": view.code(load)}
        )


def _heldout(view: View, score: Score) -> bool:
    return view.seen(score) == "held-out" and view.reported(score) is not None


def _fitted(view: View, load: Load) -> bool:
    """Is the load divided later, so that a part of it trains?"""
    return any(p.origin == q.origin for f in view.fits for p in f.rows.parts for q in load.rows.parts)


def _chance(
    view: View, names: dict[tuple[str, str], tuple[int | None, ir.Expr]], load: Load, drawn: set[Place]
) -> Evidence | None:
    """The random step that this load puts upon its rows, as far as it is written where it can be read."""
    if load.at in drawn:
        return step("loaded with random changes here", load)
    call = call_at(view, load.at)
    transform = argument(call, "transform") if call is not None else None
    cell = load.at.cell
    if isinstance(transform, ir.Name):
        cell, transform = names.get((load.at.path, transform.id), (None, None))
    if not isinstance(transform, ir.Call) or called(transform) not in ("Compose", "Sequential"):
        return None
    inner = next((c for c in nodes_of((transform,)) if isinstance(c, ir.Call) and CHANCE.match(called(c)) and not _sure(c)), None)
    return Evidence(f"`{called(inner)}` changes every row by chance", Place(load.at.path, cell, *inner.at)) if inner else None


def _sure(call: ir.Call) -> bool:
    """`p=0` and `p=1`: it happens never, or always."""
    chance = argument(call, "p")
    return isinstance(chance, ir.Const) and chance.value in (0, 1)
