"""Is a test true, false, or open; which option decides it, and how sure is what stands under it?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Certainty
from mlstd.trace.library.modes import MODES
from mlstd.trace.library.randomness import CHANCE
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import (
    COUNTER,
    Choice,
    Const,
    Data,
    Entries,
    External,
    FunctionValue,
    Items,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
)

REFUSED = "options whose default the program refuses"


def truth(machine: Machine, value: Value) -> bool | None:
    """Is a value true, false, or open (None)?"""
    match value:
        case Const(value=known):
            return bool(known)
        case FunctionValue() | External():
            return True
        case Tuple(items=items):
            return bool(items)
        case Text():
            return True
        case Unknown(why=why) if why in MODES:
            return MODES[why]
        case Ref(address=address):
            return _truth_of_object(machine, address)
        case _:
            return None


def _truth_of_object(machine: Machine, address: int) -> bool | None:
    listed, named = machine.load(address, "[]"), machine.load(address, "{}")
    if isinstance(listed, Items):
        return True if listed.items else None if listed.rest is not None else False
    if isinstance(named, Entries):
        return True if named.items else None if named.rest is not None else False
    return True


def known(machine: Machine, test: Value) -> bool | None:
    """Which way does a test go in a plain run? Open (None) where it rests on a default that the program has refused."""
    return None if option_of(test) in machine.notes.get(REFUSED, ()) and option_of(test) else truth(machine, test)


def refuse(machine: Machine, option: str) -> None:
    """The program ends where an option has its default: whoever runs it gives another value."""
    machine.notes.setdefault(REFUSED, {})[option] = True


def asks_presence(test: ir.Expr) -> bool:
    """Does a test ask no more than whether something is there: `x is not None`, `x != ""`, `found + missed == 0`?"""
    if not isinstance(test, ir.Operation):
        return False
    if test.op in ("and", "or", "not"):
        return all(map(asks_presence, test.operands))
    return test.op in ("is", "is not", "==", "!=") and any(isinstance(o, ir.Const) for o in test.operands)


def option_of(value: Value) -> str:
    """The option whose default makes a value what it is."""
    return value.option if isinstance(value, Const) else ""


def doubt(test: Value) -> Certainty:
    """How sure is what happens under an open test? A test of scores, rows, a counter or a random number is the ordinary way of a
    run."""
    if isinstance(test, Data) or (isinstance(test, Unknown) and test.why in (COUNTER, CHANCE)):
        return Certainty.SURELY
    if isinstance(test, Choice) and any(isinstance(o, Data) for o in test.options):
        return Certainty.SURELY
    return Certainty.PERHAPS
