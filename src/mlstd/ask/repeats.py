"""How far could a score have come out otherwise: are runs repeated, is the best of them told, is any spread?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, spot_step, step, sureness, weakest
from mlstd.ask.runs import counted_runs, run_loops
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Compare, Record, Score, Select, Show, Summary
from mlstd.trace.values.kinds import Address, Data


def cherry_picked(view: View) -> Iterator[Case]:
    """The best of several runs that differ in nothing but their seed, if its score is what is reported and no other's."""
    loops = run_loops(view)
    done: set[Place] = set()
    for select in (s for s in view.selects if s.how in ("maximum", "best", "extreme") and s.at not in done):
        score = next((s for s in view.scores if s.value.at == select.by.at and set(s.loops) & loops.keys()), None)
        if score is None or not _reported(view, select) or _elsewhere(view, score) or _all_told(view, select, score, loops):
            continue
        done.add(select.at)
        evidence = (step("every run is scored here", score), step("and the best of them is taken", select))
        facts = {"model": wording.model(view, score.value.models), "code": view.code(select)}
        trust = [loops[p][0] for p in score.loops if p in loops]
        yield Case(view.at(select), weakest([sureness(score, select), *trust]), evidence, facts)


def _reported(view: View, select: Select) -> bool:
    """Is a score of these rows recorded or shown, once the choice is made (or in the very statement that makes it)?"""
    outcomes: list[Record | Show] = [*view.records, *view.shows]
    told = [e for e in outcomes if e.order > select.order]
    return any(v.kind == "score" and v.at == select.by.at for e in told for v in e.values)


def _elsewhere(view: View, score: Score) -> bool:
    """Is what was chosen scored on other rows, too?"""
    mine = [s for s in view.evaluations if s.value.models & score.value.models and view.seen(s) != "training"]
    return any(s.value.parts != score.value.parts for s in mine)


def _all_told(view: View, select: Select, score: Score, loops: dict[Place, tuple[Confidence, ir.Loop]]) -> bool:
    """Are the scores of all runs told, or what they come to together? They are, where each round tells something, or where a list
    of them goes anywhere else than to the choice."""
    at = next(p for p in score.loops if p in loops)
    if any(_of(score, s.values) and at not in s.loops for s in view.of(Summary)):
        return True
    if any(at in e.loops for e in (*view.records, *view.shows)):
        return True
    if select.how in ("best", "extreme"):
        _, loop = loops[at]
        return any(
            isinstance(n, ir.Call) and isinstance(n.func, ir.Attribute) and n.func.name == "append" for n in nodes_of(loop.body)
        )
    outcomes: list[Record | Show] = [*view.records, *view.shows]
    told = [v for e in outcomes for v in e.values if _of(score, (v,))]
    return any("best" not in v.traits for v in told) or any(_of(score, b.given) for b in view.trace.blind_spots)


def _of(score: Score, values: tuple[Data, ...]) -> bool:
    """Is this score among the values?"""
    return any(v.parts == score.value.parts and v.models == score.value.models for v in values)


def unspread(view: View) -> Iterator[Case]:
    """The first record of a learned model's score, where nothing tells how far it could have come out otherwise."""
    if _spread(view) or _repeated(view):
        return
    told = {s.value.at: s for s in view.evaluations if s.by != "loss" and s.metric != "loss" and _learned(view, s.value.models)}
    held = {at: s for at, s in told.items() if view.seen(s) != "training"}
    records = [r for r in view.records if r.records != "parameters" and any(_among(v, list(held.values())) for v in r.values)]
    if not records:
        return
    record = next((r for r in records if not r.loops), records[-1])
    among = [s for s in held.values() if any(_among(v, [s]) for v in record.values)]
    score = next((s for s in among if any(s.value.at == v.at for v in record.values)), among[0])
    hidden = [*view.hiding("record"), *(b for b in view.trace.blind_spots if _of(score, b.given))]
    evidence = (
        step("computed once here", score),
        step("and recorded here, without its spread", record),
        *map(spot_step, hidden[:1]),
    )
    facts = {"model": wording.model(view, score.value.models), "code": view.code(record), "metric": wording.metric(view, score)}
    yield Case(view.at(record), weakest(["medium" if hidden else "high", sureness(score, record)]), evidence, facts)


def _among(value: Data, scores: list[Score]) -> bool:
    return value.kind == "score" and any(s.value.models <= value.models and s.value.parts <= value.parts for s in scores)


def _spread(view: View) -> bool:
    """Is the spread of any evaluation told, or every score of a cross-validation kept as it is?"""
    told = [(s.how, v) for s in view.of(Summary) for v in s.values]
    if any(how == "spread" and _among(v.but(kind="score"), view.evaluations) for how, v in told):
        return True
    folds = [s for s in view.evaluations if s.by == "cross-validation" and not any(_of(s, (v,)) for _, v in told)]
    return any(_of(s, r.values) for s in folds for r in view.records)


def _repeated(view: View) -> bool:
    """Does the code repeat runs: by a loop over seeds, or over folds?"""
    return bool(run_loops(view)) or any(s.folds for s in view.splits) or counted_runs(view)


def _learned(view: View, models: frozenset[Address]) -> bool:
    things = [t for m in models if (t := view.thing(m)) is not None]
    return bool(things) and not any(t.baseline for t in things)


def ranked_by_one_run(view: View) -> Iterator[Case]:
    """Models that draw random numbers are set beside each other, one score each, and nothing is repeated."""
    if _spread(view) or _repeated(view) or any(_folds(s) for s in view.scores):
        return
    for compare in view.of(Compare):
        models = {s.models for s in compare.scores if s.models and _learned(view, s.models)}
        apart = [(a, b) for a in models for b in models if not a & b]
        things = [t for pair in models for m in pair if (t := view.thing(m)) is not None]
        if compare.reference or not apart or any(t.plural or t.forecasts for t in things) or not _chancy(view, models):
            continue
        evidence = (step("each of these scores comes from one run", compare),)
        yield Case(view.at(compare), weakest(["medium", sureness(compare)]), evidence, {"code": view.code(compare)})
        return


def _chancy(view: View, models: set[frozenset[Address]]) -> bool:
    """Does the fit or the weights of any of these models draw random numbers?"""
    near = frozenset(a for group in models for a in view.related(group))
    return any(d.addresses & near for d in view.draws) or any(f.how == "backward" and f.models & near for f in view.fits)


def _folds(score: Score) -> bool:
    """Is this a mean over folds: a cross-validation that picked nothing?"""
    return score.by == "cross-validation" and "best" not in score.value.traits
