"""Is every random generator that shapes the result seeded, before its first use, in a plain run?"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from functools import lru_cache

from mlstd.ask import chance
from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.chance import WORDS
from mlstd.ask.seeds import idle_helpers, idle_numbers
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Certainty, Draw, Load, Predict, Seed, Show
from mlstd.trace.values.kinds import Address
from mlstd.trace.values.parts import LONGEST, contains, overlaps

SHAPING = frozenset(("weights", "split", "shuffle", "sample", "fit", "augment"))


@lru_cache(maxsize=1)
def shaping(view: View) -> tuple[Draw, ...]:
    """The draws without a seed of their own that shape rows or models (numbers drawn for a plot do not)."""
    if not view.fits and not view.evaluations:
        return ()
    return tuple(d for d in view.draws if not d.own_seed and matters(view, d))


def matters(view: View, draw: Draw) -> bool:
    """Does a draw shape rows or a model? Numbers drawn for a plot, rows that are only looked at, weights that stored ones
    replace, and models that nobody uses do not."""
    if draw.name == "sample" and draw.rows is not None and not _takes_part(view, draw):
        return False
    if draw.use == "sample" and not draw.addresses and _only_looked_at(view, draw):
        return False
    if draw.use == "shuffle" and _orders_scores_only(view, draw):
        return False
    if draw.use == "values":
        return draw.at in _places(view, "reached") or _chose_rows(view, draw)
    if draw.use != "weights" or not draw.addresses:
        return draw.use in SHAPING
    return not draw.addresses <= _places(view, "overwritten") and not _thrown_away(view, draw) and not _ready(view, draw)


def _orders_scores_only(view: View, draw: Draw) -> bool:
    """No model learns from these rows, and they are scored whole: a score is the same in any order."""
    drawn = draw.rows.parts if draw.rows is not None else frozenset()
    scored = {part for s in view.evaluations for part in s.value.parts}
    return (
        bool(drawn & scored)
        and all(overlaps(drawn, fit.rows.parts) == "no" for fit in view.fits)
        and not any(part.steps != whole.steps and contains(whole, part) for part in scored for whole in drawn)
    )


def _places(view: View, note: str) -> Set[object]:
    held = view.trace.notes.get(note)
    return held if isinstance(held, set) else frozenset()


def _chose_rows(view: View, draw: Draw) -> bool:
    """Did the number choose rows that a model learns from or is scored on?"""
    place, positions = f"?{draw.at}", f"positions@{draw.at}"
    used = [f.rows.parts for f in view.fits] + [s.value.parts for s in view.evaluations]
    return any(
        part.origin.name == positions or any(step.key.startswith((place, positions)) for step in part.steps)
        for parts in used
        for part in parts
    )


def _only_looked_at(view: View, draw: Draw) -> bool:
    """Are a few rows picked to be shown: outside of any loop, or in one that does nothing but pick and show?"""
    if draw.rows is not None and _takes_part(view, draw):
        return False
    if not draw.loops:
        return True
    inside = [e for e in view.trace.events if e.loops[: len(draw.loops)] == draw.loops]
    return any(isinstance(e, Show) for e in inside) and all(isinstance(e, (Draw, Show, Load, Predict)) for e in inside)


def _takes_part(view: View, draw: Draw) -> bool:
    """Are the rows that `frame.sample(5)` takes among those that a model learns from, predicts or is scored on, as far as it is
    known where these come from?"""
    asked = [p for p in view.of(Predict) if p.text or not view.evaluations]  # a row or two to show that the model answers
    events = [*(f.rows for f in view.fits), *(s.value for s in view.evaluations), *(p.rows for p in asked)]
    parts = frozenset(part for rows in events for part in rows.parts)
    place, mine = str(draw.at), {p.origin for p in draw.rows.parts} if draw.rows is not None else set()
    return any(
        (not p.origin.known and p.origin not in mine) or len(p.steps) >= LONGEST or any(s.at == place for s in p.steps)
        for p in parts
    )


def _thrown_away(view: View, draw: Draw) -> bool:
    """The weights belong to models that learn nothing, predict nothing and are never saved, or to a layer that gave way to
    another."""
    owners = [view.owners[a] for a in draw.addresses if a in view.owners]
    if draw.addresses <= _places(view, "replaced") and all(o <= draw.addresses for o in owners):
        return view.used.isdisjoint(draw.addresses)
    return bool(owners) and all(view.used.isdisjoint(o) for o in owners)


def _ready(view: View, draw: Draw) -> bool:
    """Pretrained models that learn nothing here: their heads were stored with them, and none is drawn."""
    things = [view.thing(address) for address in draw.addresses]
    learn = frozenset[Address]().union(*(f.models for f in view.fits), *(b.models for b in view.trace.blind_spots))
    return all(t is not None and t.pretrained for t in things) and view.related(draw.addresses).isdisjoint(learn)


def seeded(view: View, draw: Draw) -> bool:
    """Was the generator of a draw seeded before it?"""
    return any(draw.generator in s.generators and s.order < draw.order for s in effective(view))


def effective(view: View) -> list[Seed]:
    """The seedings that give every run the same numbers."""
    return [s for s in view.seeds if s.effective and s.repeatable]


def unseeded(view: View) -> list[Draw]:
    """The draws that another run makes differently, of each generator the first of those that are surest to happen."""
    first: dict[str, Draw] = {}
    for draw in sorted(shaping(view), key=lambda d: d.sure):
        if not any(draw.generator in s.generators for s in effective(view)):
            first.setdefault(draw.generator, draw)
    return sorted(first.values(), key=lambda d: d.order)


def some_seed(view: View) -> bool:
    """Does the run seed anything: a generator that is drawn from, or a draw with a seed of its own?"""
    draws = [d for d in view.draws if matters(view, d)]
    drawn = {d.generator for d in draws}
    return any(set(s.generators) & drawn for s in effective(view)) or any(d.own_seed for d in draws)


def _case(view: View, draw: Draw, others: list[Draw], evidence: tuple[Evidence, ...] = ()) -> Case:
    hidden = view.hiding("seed")
    trust: Confidence = "medium" if hidden else "high"
    also = tuple(step(f"{WORDS[o.generator]} draws here", o) for o in others[:3])
    return Case(
        _origin(view, draw),
        weakest([trust, sureness(draw)]),
        (Evidence(f"{WORDS[draw.generator]} draws here, unseeded", draw.at), *also, *evidence, *map(spot_step, hidden[:1])),
        {
            "code": view.code(draw),
            "what": chance.what(view, draw),
            "missing": chance.missing(draw),
            "mend": chance.mend(view, (draw, *others)),
        },
    )


def _origin(view: View, draw: Draw) -> Place:
    """A loader draws where it is iterated; the reader mends it where it is made."""
    for address in sorted(draw.addresses):
        thing = view.thing(address)
        if draw.use == "shuffle" and thing is not None and thing.at is not None and thing.at.path == view.trace.entry:
            return thing.at
    return view.at(draw)


def missing(view: View) -> Iterator[Case]:
    """The run draws, and nothing is seeded at all."""
    draws = unseeded(view)
    if draws and not some_seed(view) and not _waiting(view) and not _useless(view) and not idle_numbers(view):
        yield _case(view, draws[0], draws[1:], tuple(idle_helpers(view)))


def partial(view: View) -> Iterator[Case]:
    """Some generators are seeded; these are drawn from and never are."""
    draws = [d for d in unseeded(view) if d.use != "split"]
    if draws and some_seed(view) and not _waiting(view) and not _useless(view):
        seed, told = chance.only(view, effective(view))
        case = _case(view, draws[0], draws[1:], (step("only this is seeded", seed),) if seed is not None else ())
        yield replace(case, facts={**case.facts, "only": told})


def _waiting(view: View) -> list[Seed]:
    """Seedings that only an option brings about, for generators that are drawn from."""
    drawn = {d.generator for d in shaping(view)}
    return [s for s in view.elsewhere(Seed) if s.effective and set(s.generators) & drawn and not _covered(view, s)]


def _covered(view: View, seed: Seed) -> bool:
    """Every generator of this seeding is seeded by default anyway."""
    sure = {g for s in effective(view) for g in s.generators}
    return set(seed.generators) <= sure


def optional(view: View) -> Iterator[Case]:
    """The run is seeded only if an option is given that defaults to off."""
    waiting = _waiting(view)
    draws = [d for d in unseeded(view) if any(d.generator in s.generators for s in waiting)]
    if waiting and draws:
        first = waiting[0]
        yield Case(
            view.at(first),
            weakest(["high" if first.chosen else "medium", sureness(draws[0]), "medium" if view.hiding("seed") else "high"]),
            (
                step(f"seeded only if `{first.chosen or 'an option'}` is given", first),
                step(f"{WORDS[draws[0].generator]} draws here all the same", draws[0]),
            ),
            {"option": first.chosen or "an option", "code": view.code(first)},
        )


def late(view: View) -> Iterator[Case]:
    """A generator is seeded only after its first draw."""
    for draw in shaping(view):
        seed = _afterwards(view, draw)
        if seed is not None and not (draw.use == "split" and _by_itself(seed)):
            yield Case(
                view.at(seed),
                weakest([sureness(draw, seed), "medium" if view.hiding("seed") else "high"]),
                (step(f"{WORDS[draw.generator]} draws here already", draw), step("seeded only here", seed)),
                _too_late(view, draw, seed),
            )
            return


def _afterwards(view: View, draw: Draw) -> Seed | None:
    """The first seed that a draw's generator is given, if that comes only after the draw."""
    first = next((s for s in effective(view) if draw.generator in s.generators), None)
    late = first is not None and first.order > draw.order and first.sure is Certainty.SURELY and not first.again
    return first if late else None


def _by_itself(seed: Seed) -> bool:
    """Does a trainer seed by itself, without a word in the code?"""
    return seed.name.rpartition(".")[2].endswith("Trainer")


def _too_late(view: View, draw: Draw, seed: Seed) -> dict[str, str]:
    """What came before the seed, and where the seed should stand."""
    at, home = view.at(draw), view.at(seed)
    if _by_itself(seed):
        seeding = f"`{seed.name.rpartition('.')[2]}` sets its seed only when it is made, which"
        return {
            "seed": seeding,
            "what": chance.what(view, draw),
            "mend": "call `transformers.set_seed(42)` before the model is made",
        }
    above = f"cell {at.cell}" if at.cell is not None and at.cell != home.cell else f"line {at.line}"
    mend = f"seed before that: move it above {above}" if at.path == home.path else "seed at the top of the script"
    return {"seed": f"`{view.code(seed)}`", "what": chance.what(view, draw), "mend": mend}


def _useless(view: View) -> list[Seed]:
    """Calls that look like a seeding of what is drawn from, and are none. A drawn seed that is written down is one."""
    drawn = {d.generator for d in shaping(view)}
    good = {g for s in effective(view) for g in s.generators}
    bad = [s for s in view.seeds if not (s.effective and s.repeatable) and not _kept(view, s)]
    return [s for s in bad if s.generators == ("own",) or set(s.generators) & drawn - good]


def _kept(view: View, seed: Seed) -> bool:
    """Was the number that it was seeded with written down?"""
    sources = view.trace.notes.get("seeds by chance")
    return isinstance(sources, dict) and sources.get(seed.at) in _places(view, "kept numbers")


def ineffective(view: View) -> Iterator[Case]:
    """A call looks like a seeding and gives every run other numbers, or a seed is set and reaches no generator."""
    for seed in _useless(view)[:1]:
        why = "it is given no seed" if not seed.effective else "its seed is another one in every run"
        why = "what the call gives it is None" if seed.generators == ("own",) else why
        yield Case(
            view.at(seed),
            sureness(seed),
            (step(why, seed),),
            {"code": view.code(seed), "why": why, "mend": "give it a fixed number"},
        )
    draws = unseeded(view)
    if draws and not _useless(view) and not _waiting(view):
        for place, name in idle_numbers(view):
            evidence = (Evidence("nothing reads it", place), step(f"{WORDS[draws[0].generator]} draws here, unseeded", draws[0]))
            number = name.partition(" =")[0]
            mend = chance.mend(view, draws).replace("(0)", f"({number})").replace("=0", f"={number}")
            yield Case(place, sureness(draws[0]), evidence, {"code": name, "why": "nothing reads it", "mend": f"use it: {mend}"})


def random_splits(view: View) -> Iterator[Case]:
    """Random splits that another run cuts differently, in a run that is seeded otherwise."""
    if not some_seed(view):
        return
    done = set()
    for draw in view.draws:
        late = _afterwards(view, draw)
        other = late is not None and not _by_itself(late)  # then that is what is told
        unseeded_split = draw.use == "split" and not draw.own_seed and not seeded(view, draw) and not other
        if unseeded_split and draw.at not in done and not _waiting(view):
            done.add(draw.at)
            yield _case(view, draw, [])
