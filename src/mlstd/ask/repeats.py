"""How far could a score have come out otherwise: are runs repeated, is the best of them told, is any spread?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, spot_step, step, sureness, weakest
from mlstd.ask.code import call_at, called, mentions
from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Compare, Record, Score, Select, Show
from mlstd.trace.values.kinds import Address, Data

RUN = re.compile(r"^_?(\w+_)?(seeds?|runs?|repeats?|repetitions?|replicates?|reps?)(_\w+)?$", re.IGNORECASE)
SEED = re.compile(r"seed|random_state$", re.IGNORECASE)
SPREAD = re.compile(
    r"std|sem\b|stderr|standard_error|\bvar(iance)?\b|percentile|quantile|bootstrap|confidence|interval|error_?bar|boxplot|violin"
    r"|describe\(|wilcoxon|ttest|mcnemar|\bci\b|_ci\b|tolist\(\)|cv_results_",
    re.IGNORECASE,
)
MEAN = re.compile(r"mean|average|median|std", re.IGNORECASE)


def cherry_picked(view: View) -> Iterator[Case]:
    """The best of several runs that differ in nothing but their seed, if its score is what is reported and no other's."""
    loops = _run_loops(view)
    done: set[Place] = set()
    for select in (s for s in view.selects if s.how in ("maximum", "best") and s.at not in done):
        score = next((s for s in view.scores if s.value.at == select.by.at and set(s.loops) & loops.keys()), None)
        if score is None or not _reported(view, select) or _elsewhere(view, score) or _all_told(view, select, score, loops):
            continue
        done.add(select.at)
        evidence = (step("every run is scored here", score), step("and the best of them is taken", select))
        facts = {"model": view.label(score.value.models), "code": view.code(select)}
        trust = [loops[p][0] for p in score.loops if p in loops]
        yield Case(view.at(select), weakest([sureness(score, select), *trust]), evidence, facts)


def _run_loops(view: View) -> dict[Place, tuple[Confidence, ir.Loop]]:
    """The loops that repeat a run, by their places: what counts them seeds something, or is called a seed or a run."""
    found: dict[Place, tuple[Confidence, ir.Loop]] = {}
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Loop) and isinstance(node.target, ir.Name):
            seeds = any(_seeds(inner, node.target.id) for inner in nodes_of(node.body))
            if seeds or RUN.match(node.target.id):
                found[place(path, unit, node)] = ("high" if seeds else "medium", node)
    return found


def _seeds(node: ir.Node, name: str) -> bool:
    """Is this a call that takes the name as a seed: `manual_seed(name)`, `random_state=name`?"""
    if not isinstance(node, ir.Call):
        return False
    given = [a for a in node.arguments if isinstance(a.value, ir.Name) and a.value.id == name]
    return any(SEED.search(a.name or called(node)) for a in given)


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
    """Are the scores of all runs told, or their mean? They are, where a loop writes them or a list of them is read again."""
    if mentions(view, MEAN):
        return True
    at = next(p for p in score.loops if p in loops)
    if any(at in e.loops for e in (*view.records, *view.shows)):
        return True
    if select.how == "best":
        _, loop = loops[at]
        return any(
            isinstance(n, ir.Call) and isinstance(n.func, ir.Attribute) and n.func.name == "append" for n in nodes_of(loop.body)
        )
    call = call_at(view, select.at)
    first = call.arguments[0].value if call is not None and call.arguments else None
    if not isinstance(first, ir.Name):
        return True
    reads = [n for path, _, n in nodes(view) if path == select.at.path and isinstance(n, ir.Name) and n.id == first.id]
    return len(reads) > 3  # where it is made, where scores are put into it, and where the best is taken


def unspread(view: View) -> Iterator[Case]:
    """The first record of a learned model's score, where nothing tells how far it could have come out otherwise."""
    if mentions(view, SPREAD) or _repeated(view):
        return
    told = {s.value.at: s for s in view.evaluations if s.by != "loss" and s.metric != "loss" and _learned(view, s.value.models)}
    held = {at: s for at, s in told.items() if view.seen(s) != "training"}
    records = [r for r in view.records if r.records != "parameters" and any(_among(v, list(held.values())) for v in r.values)]
    if not records:
        return
    record = next((r for r in records if not r.loops), records[-1])
    score = next(s for s in held.values() if any(_among(v, [s]) for v in record.values))
    hidden = view.hiding("record")
    evidence = (
        step("computed once here", score),
        step("and recorded here, without its spread", record),
        *map(spot_step, hidden[:1]),
    )
    facts = {"model": view.label(score.value.models), "code": view.code(record)}
    yield Case(view.at(record), weakest(["medium" if hidden else "high", sureness(score, record)]), evidence, facts)


def _among(value: Data, scores: list[Score]) -> bool:
    return value.kind == "score" and any(s.value.models <= value.models and s.value.parts <= value.parts for s in scores)


def _repeated(view: View) -> bool:
    """Does the code repeat runs: by a loop over seeds or folds, or by an argument that is a seed or a run?"""
    return bool(_run_loops(view)) or any(s.folds for s in view.splits) or _counted_runs(view)


def _counted_runs(view: View) -> bool:
    """`[run(seed) for seed in range(10)]`."""
    clauses = (c for _, _, n in nodes(view) if isinstance(n, ir.Comprehension) for c in n.clauses)
    return any(isinstance(c.target, ir.Name) and RUN.match(c.target.id) for c in clauses)


def _learned(view: View, models: frozenset[Address]) -> bool:
    things = [t for m in models if (t := view.thing(m)) is not None]
    return bool(things) and not any(t.baseline for t in things)


def ranked_by_one_run(view: View) -> Iterator[Case]:
    """Models that draw random numbers are set beside each other, one score each, and nothing is repeated."""
    if mentions(view, SPREAD) or _repeated(view) or any(_folds(s) for s in view.scores):
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
