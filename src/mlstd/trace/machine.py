"""The machine: what all rooms of the dry run share, and the verbs by which they call each other.

A room imports this file and no other room; `run.py` installs the verbs (`evaluate`, `execute`, `call`, `attribute` ...). The
machine holds the state, the heap of objects, the frames, the tape and the budgets. Nothing here knows Python's semantics or a
library: a helper that does belongs into a room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

from mlstd.knowledge.schema import Kind
from mlstd.knowledge.tables import ClassInfo, Knowledge
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import BlindSpot, Certainty, Hidden, Tape, Thing
from mlstd.trace.flow.state import State
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import (
    Address,
    ClassValue,
    Const,
    Data,
    Facts,
    FunctionValue,
    Ref,
    Stream,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Part

MOST_STEPS = 200_000  # IR nodes evaluated in one run, some seconds; a spent budget is a blind spot
SLOTS_A_STEP = 300  # copying so many slots of the state takes as long as one step
MOST_DEPTH = 28  # project calls inside each other
MOST_REENTRY = 2  # times that one function may stand on the stack (recursion)


class Linker(Protocol):
    """What the run asks of the project: `link.Project` answers it."""

    def resolve(self, importer: str, entry: str, module: str, level: int) -> str | None:
        """The path of the file (or package) that an import names, None for what is not of the project."""

    def imports(self, path: str, entry: str) -> tuple[str, ...]:
        """The files of the project that a file loads by itself."""

    def module(self, path: str) -> ir.Module:
        """The lowered file."""

    def text(self, path: str) -> str | None:
        """The text of any file below the project's root (a configuration), None where there is none or it is no text."""


@dataclass(slots=True)
class Object:
    """What stands at an address: its kind, its class (of the project or of a library) and where it was made. Its contents are
    slots."""

    address: Address
    kind: str  # scope, class, instance, list, set, dict, thing
    at: Place | None
    cls: ClassValue | None = None
    info: ClassInfo | None = None
    base: Kind | None = None  # framework kind that a project class inherits from
    parent: Address | None = None  # enclosing scope
    loops: tuple[Place, ...] = ()  # around the place where it was made last
    names: dict[str, None] = field(default_factory=dict)  # slots ever written, in order


@dataclass(slots=True)
class LoopExits:
    """The states in which a loop body was left early."""

    breaks: list[State[Value]] = field(default_factory=list)
    continues: list[State[Value]] = field(default_factory=list)


@dataclass(slots=True)
class Frame:
    """A running function or module body."""

    scope: Address
    path: str
    cell: int | None
    calls: tuple[Place, ...] = ()
    function: FunctionValue | None = None
    receiver: Value | None = None
    names: dict[str, Address] = field(default_factory=dict)  # names declared global or nonlocal -> the scope that holds them
    returns: list[tuple[State[Value], Value]] = field(default_factory=list)
    raises: list[State[Value]] = field(default_factory=list)
    exits: list[LoopExits] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    rebound: set[str] = field(default_factory=set)  # names that were assigned to
    changed: set[str] = field(default_factory=set)  # parameters whose tables were changed in place
    conditions: int = 0  # how many tests it was called under


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that the run stands under: the data that it depends on; is it made in every round of a loop; has it to be false?"""

    at: Place
    data: Data | None
    repeated: bool = False
    negated: bool = False


@dataclass(slots=True)
class Verbs:
    """How the rooms reach each other; installed once by `run.py`."""

    evaluate: Callable[[ir.Expr], Value]
    execute: Callable[[tuple[ir.Stmt, ...]], None]
    assign: Callable[[ir.Expr, Value], None]
    call: Callable[[Value, Arguments, ir.Node], Value]
    attribute: Callable[[Value, str, ir.Node], Value]
    iterate: Callable[[Value, ir.Node], Stream]
    construct: Callable[[ClassValue, Arguments, ir.Node], Value]
    make: Callable[[Any, str], Value]
    combine: Callable[[str, Value, Value, ir.Node], Value]
    run_module: Callable[[str], Address]


class Machine:
    """One dry run."""

    verbs: Verbs

    def __init__(self, linker: Linker, knowledge: Knowledge, entry: str, most_steps: int = MOST_STEPS) -> None:
        self.linker, self.knowledge, self.entry = linker, knowledge, entry
        self.state: State[Value] | None = State()
        self.heap: dict[Address, Object] = {}
        self.things: dict[Address, Thing] = {}
        self.tape = Tape()
        self.frames: list[Frame] = []
        self.certainty = Certainty.SURELY
        self.whichever: Certainty | None = None
        self.chosen = ""
        self.conditions: list[Condition] = []
        self.loops: tuple[Place, ...] = ()
        self.unrolled: tuple[int, ...] = ()
        self.steps, self.most_steps = 0, most_steps
        self.modules: dict[str, Address] = {}
        self.libraries: set[str] = set()
        self._addresses: dict[tuple[Any, ...], Address] = {}
        self.arguments: tuple[str, ...] | None = None  # on the command line, where a pipeline file tells them
        self.notes: dict[object, Any] = {}  # what a framework must remember for the whole run, under its own key

    # ------------------------------------------------------------ the state

    @property
    def frame(self) -> Frame:
        """The running frame."""
        return self.frames[-1]

    @property
    def spent(self) -> int:
        """The steps that the run has taken, with those that copying took."""
        return self.steps + (self.state.effort.copied if self.state is not None else 0) // SLOTS_A_STEP

    def exhausted(self) -> bool:
        """Is the budget of the run spent?"""
        return self.spent > self.most_steps

    def now(self) -> State[Value]:
        """The state; only reached code asks for it."""
        assert self.state is not None
        return self.state

    def load(self, address: Address, slot: str) -> Value | None:
        """What a slot of an object holds."""
        return self.state.data.get((address, slot)) if self.state is not None else None

    def store(self, address: Address, slot: str, value: Value) -> None:
        """Write a slot of an object."""
        if self.state is not None:
            self.state.put((address, slot), value)
            self.heap[address].names[slot] = None

    def slots(self, address: Address) -> dict[str, Value]:
        """All slots of an object."""
        found = ((name, self.load(address, name)) for name in self.heap[address].names)
        return {name: value for name, value in found if value is not None}

    def add_facts(self, address: Address, slot: str, facts: frozenset[Any]) -> None:
        """Add to the facts about an object."""
        self.store(address, slot, Facts(self.facts(address, slot) | facts))

    def facts(self, address: Address, slot: str) -> frozenset[Any]:
        """The facts about an object."""
        held = self.load(address, slot)
        return held.items if isinstance(held, Facts) else frozenset()

    def fitted(self, models: frozenset[Address]) -> frozenset[Part]:
        """The rows that any of the models has learned from."""
        return frozenset().union(*(self.facts(m, "#fits") for m in models))

    # ------------------------------------------------------------ objects

    def allocate(
        self, kind: str, node: ir.Node | None, cls: ClassValue | None = None, info: ClassInfo | None = None, key: str = ""
    ) -> Object:
        """A new object. The same place reached by the same calls gives the same address, so that a loop comes to rest; without a
        place, the key alone tells which it is."""
        at = self.here(node) if node is not None else None
        identity = (kind, at, key, self.frame.calls if self.frames else (), self.unrolled) if at is not None else (kind, key)
        address = self._addresses.setdefault(identity, len(self._addresses) + 1)
        made = self.heap.get(address)
        if made is None:
            made = self.heap[address] = Object(address, kind, at, cls, info)
        made.loops = self.loops
        return made

    def object(self, value: Value) -> Object | None:
        """The object that a value refers to."""
        return self.heap.get(value.address) if isinstance(value, Ref) else None

    # ------------------------------------------------------------ places and the tape

    def here(self, node: ir.Node) -> Place:
        """The place of a node of the running frame."""
        return Place(self.frame.path, self.frame.cell, *node.at)

    def common(self, at: Place | None = None, code: str = "") -> dict[str, Any]:
        """The fields that every event has, for an event that happens now."""
        return {
            "at": at if at is not None else self.frame.calls[-1],
            "order": self.tape.next(),
            "sure": self.certainty,
            "calls": self.frame.calls,
            "loops": self.loops,
            "chosen": self.chosen,
            "code": code,
        }

    def cannot_see(
        self,
        node: ir.Node,
        name: str,
        reason: str,
        hides: frozenset[Hidden],
        data: tuple[Data, ...] = (),
        models: frozenset[Address] = frozenset(),
    ) -> None:
        """Record a blind spot."""
        self.tape.cannot_see(BlindSpot(self.here(node), name, reason, hides, data, models, self.tape.next(), self.certainty))

    def unknown(self, node: ir.Node, why: str, hint: str = "") -> Unknown:
        """A value that is not known, made here."""
        return Unknown(why, self.here(node), hint, self.context)

    @property
    def context(self) -> int:
        """The way of calls that leads to what runs now, as one number."""
        return hash((self.frame.calls, self.unrolled)) & 0xFFFFFFFF if self.frames else 0

    # ------------------------------------------------------------ circumstances

    @contextmanager
    def under(self, certainty: Certainty | None = None, condition: Condition | None = None, chosen: str = "") -> Iterator[None]:
        """What happens inside stands under a condition."""
        before = self.certainty, self.chosen
        if certainty is not None:
            self.certainty = max(self.certainty, certainty)
        self.chosen = chosen or self.chosen
        if condition is not None:
            self.conditions.append(condition)
        try:
            yield
        finally:
            self.certainty, self.chosen = before
            if condition is not None:
                self.conditions.pop()

    @contextmanager
    def among(self, certainty: Certainty | None) -> Iterator[None]:
        """One and the same method is called, on whichever of several objects there is: that is as sure as the call itself."""
        before, self.whichever = self.whichever, certainty
        try:
            yield
        finally:
            self.whichever = before

    @contextmanager
    def muted(self) -> Iterator[None]:
        """What happens inside is rehearsed: it changes the state and leaves no event."""
        self.tape.muted += 1
        try:
            yield
        finally:
            self.tape.muted -= 1

    def describe(self, address: Address, **changes: Any) -> None:
        """Change what is told of an object."""
        thing = self.things.get(address)
        if thing is not None:
            self.things[address] = replace(thing, **changes)


def constant(value: Value | None) -> Any:
    """The known constant behind a value, None where there is none."""
    return value.value if isinstance(value, Const) else None


Handler: TypeAlias = Callable[[Machine, Arguments, ir.Node], Value | None]
"""What a function of Python or of a library gives; None where it is left to what the knowledge says."""
