"""What draws random numbers, from which generator, and what seeds it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mlstd.knowledge.schema import Effect
from mlstd.knowledge.signature import signature
from mlstd.trace.events import Certainty, Draw, Seed
from mlstd.trace.library import workers
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import bind
from mlstd.trace.values.collect import references, walk
from mlstd.trace.values.kinds import Address, Choice, Const, Data, Ref, Unknown, Value

CLOCK = "the clock"
CHANCE = "a random number"
RETURNED = "what a call that seeds returns"


def draws(site: Site, use: str, rows: Data | None = None, addresses: frozenset[Address] = frozenset()) -> bool:
    """Put the draws of a call on the tape. Does it surely draw?"""
    return _draw(site.machine, site, site.effect, site.bound, use, rows, addresses)


def draws_of_object(site: Site, address: Address, use: str, rows: Data | None = None) -> bool:
    """The draws that an object makes later than when it was made: a forest at its fit, a loader when it is iterated. Does it
    surely draw?"""
    machine = site.machine
    made = machine.heap[address]
    if made.info is None:
        return False
    kept = {slot[1:]: v for slot, v in machine.slots(address).items() if slot.startswith("@")}
    bound = {**bind(signature(made.info.init.args), site.arguments.__class__()), **kept}
    return _draw(machine, site, made.info.init, bound, use, rows, frozenset((address,)))


def shuffles(site: Site) -> bool:
    """Does the splitter whose folds are asked for shuffle the rows first?"""
    made = site.machine.heap[site.receiver.address] if site.receiver is not None else None
    if made is None or made.info is None or made.info.kind.role != "splitter" or not made.info.init.draws:
        return False
    kept = {slot[1:]: v for slot, v in site.machine.slots(site.receiver.address).items() if slot.startswith("@")}  # type: ignore[union-attr]
    return whether(made.info.init, kept) is not False


def random_parts(site: Site, models: frozenset[Address], rows: Data) -> None:
    """The draws that a fit makes: of the estimators themselves, of all that is inside them, and of the splitter of a search."""
    machine = site.machine
    for address in sorted(_estimators(machine, models)):
        info = machine.heap[address].info
        kind = info.kind if info is not None else None
        if kind is not None and kind.draws_at == "fit" and not kind.deterministic:
            draws_of_object(site, address, "fit", rows)
        elif kind is not None and kind.role == "splitter" and address not in models:
            draws_of_object(site, address, "split", rows)


def _estimators(machine: Machine, models: frozenset[Address]) -> set[Address]:
    """The models and what they were made with, at any depth."""
    todo, seen = sorted(models), set[Address]()
    while todo:
        address = todo.pop(0)
        if address not in seen:
            seen.add(address)
            todo += references(machine, [v for slot, v in machine.slots(address).items() if slot.startswith("@")])
    return seen


def _draw(
    machine: Machine,
    site: Site,
    effect: Effect,
    bound: dict[str, Value],
    use: str,
    rows: Data | None,
    addresses: frozenset[Address],
) -> bool:
    happens = whether(effect, bound) if effect.draws else False
    if happens is False:
        return False
    own = own_seed(machine, bound.get(effect.seed)) if effect.seed else None
    if effect.seed and bound.get(effect.seed) == Const(None, RETURNED):
        machine.tape.add(Seed(**machine.common(site.at, site.code), generators=("own",), name=site.name, effective=False))
    for generator in effect.draws:
        if own is not None:
            seeded, name = own, generator
        elif generator == "own":
            seeded, name = _seeded(machine, site.receiver), "own"
        else:
            seeded, name = False, generator
        if happens is None:
            with machine.under(Certainty.PERHAPS):
                _tape(site, name, use, effect.seed, seeded, rows, addresses)
        else:
            _tape(site, name, use, effect.seed, seeded, rows, addresses)
    return happens is True


def _tape(
    site: Site, generator: str, use: str, seed: str, seeded: bool, rows: Data | None, addresses: frozenset[Address]
) -> None:
    machine = site.machine
    machine.tape.add(
        Draw(
            **machine.common(site.at, site.code),
            generator=generator,
            name=site.name,
            use=use,
            own_seed=seeded,
            seed=seed,
            addresses=addresses,
            rows=rows,
            worker=workers.drawing(machine, generator, site.receiver),
        )
    )


def whether(effect: Effect, bound: dict[str, Value]) -> bool | None:
    """Does a call draw, given its arguments? None: it may."""
    return met(effect.draws_when, bound.get)


def met(conditions: Mapping[str, Iterable[object]], argument: Callable[[str], Value | None]) -> bool | None:
    """Has every parameter one of the values that it must have? None: nobody knows."""
    answer: bool | None = True
    for parameter, values in conditions.items():
        value = argument(parameter)
        if isinstance(value, Const):
            if not any(value.value == v and isinstance(value.value, bool) == isinstance(v, bool) for v in values):
                return False
        elif value is None:
            return False
        elif isinstance(value, Ref):
            answer = answer if True in values else None
        else:
            answer = None
    return answer


def reach(machine: Machine, values: Iterable[Value]) -> None:
    """Numbers drawn by chance meet rows: remember where they were drawn, as that draw shapes the result."""
    drawn = {value.at for value in values if isinstance(value, Unknown) and value.why == CHANCE}
    if drawn:
        machine.notes.setdefault("reached", set()).update(drawn)


def keep(machine: Machine, values: Iterable[Value]) -> None:
    """Numbers drawn by chance are written down: remember where they were drawn."""
    found = {v.at for value in values for v in walk(machine, value) if isinstance(v, Unknown) and v.why in (CHANCE, CLOCK)}
    if found:
        machine.notes.setdefault("kept numbers", set()).update(found)


def own_seed(machine: Machine, value: Value | None) -> bool | None:
    """Does the value of a seed parameter seed the call? None: it leaves the draw to the global generator."""
    match value:
        case None | Const(value=None):
            return None
        case Ref(address=address):
            return _seeded(machine, Ref(address))
        case Choice(options=options):
            found = [own_seed(machine, o) for o in options]
            return None if None in found else all(found)
        case Unknown(why=why) if why in (CLOCK, CHANCE):
            return False
        case _:
            return True


def _seeded(machine: Machine, receiver: Ref | None) -> bool:
    """Was this generator object given a seed?"""
    if receiver is None:
        return False
    held = machine.load(receiver.address, "#seeded")
    return held == Const(True)


def seed(site: Site) -> Value:
    """A call that seeds."""
    machine, effect = site.machine, site.effect
    value = site.value(effect.seed) if effect.seed else None
    given = machine.certainty is Certainty.NOT_BY_DEFAULT  # then the value is not the default either
    none = value is None or (isinstance(value, Const) and value.value is None and not value.option)
    effective = not (effect.seed and none) or given
    optional = isinstance(value, Const) and value.value is None and bool(value.option)
    repeatable = not (isinstance(value, Unknown) and value.why in (CLOCK, CHANCE))
    if "own" in effect.seeds and site.receiver is not None:
        machine.store(site.receiver.address, "#seeded", Const(effective and repeatable))
    if not repeatable and isinstance(value, Unknown):
        machine.notes.setdefault("seeds by chance", {})[site.at] = value.at
    generators = tuple(g for g in effect.seeds if g != "own")
    if generators:
        machine.notes.setdefault("seeded", {}).update(dict.fromkeys(generators, machine.frame.calls))
        with machine.under(
            Certainty.NOT_BY_DEFAULT if optional else None, chosen=value.option if optional and isinstance(value, Const) else ""
        ):
            machine.tape.add(
                Seed(
                    **machine.common(site.at, site.code),
                    generators=generators,
                    name=site.name,
                    effective=effective,
                    repeatable=repeatable,
                    again=isinstance(value, Const) and bool(machine.loops),
                )
            )
    return site.receiver if effect.returns == "self" and site.receiver is not None else Const(None, RETURNED)
