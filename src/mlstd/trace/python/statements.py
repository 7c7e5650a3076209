"""What does a statement do to the state? One function an IR node; `EXECUTE` is the dispatch table, checked against the union.

A block ends where the state becomes None: after `return`, `raise`, `break`, `continue`. The states that left are kept by the
frame and merged where they arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from mlstd.lower import ir
from mlstd.trace.events import Certainty, Drop, Score, Select, Show, Switch
from mlstd.trace.flow.state import merge
from mlstd.trace.library import averages, columns, setting, verdicts
from mlstd.trace.library.frameworks import logs
from mlstd.trace.library.outcomes import draw_on
from mlstd.trace.library.randomness import reach
from mlstd.trace.library.reduce import counted, reduced
from mlstd.trace.library.rows import either_overwrites, perhaps_overwritten
from mlstd.trace.library.site import within
from mlstd.trace.machine import Condition, Machine
from mlstd.trace.python import chains, choices, classes, imports, loops, names, truth, writes
from mlstd.trace.python.expressions import evaluate, ghost, known_items
from mlstd.trace.python.tallies import tallied
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import everything, join
from mlstd.trace.values.kinds import (
    NONE,
    Choice,
    ClassValue,
    Const,
    Data,
    External,
    ModuleValue,
    Ref,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Step
from mlstd.trace.values.text import source

REFUSALS = frozenset(("sys.exit", "exit", "quit", "parser.error"))  # ways to end a run that was called wrongly


MOST_PARTS = 3  # train, validation, test


def execute(machine: Machine, body: tuple[ir.Stmt, ...]) -> None:
    """Run statements until the end or until the state leaves."""
    index = 0
    while index < len(body) and machine.state is not None:
        statement, length = chains.joined(body, index)
        index += length
        machine.steps += 1
        EXECUTE[type(statement)](machine, statement)


def _evaluate(machine: Machine, node: ir.Evaluate) -> None:
    before = len(machine.tape.events)
    value = evaluate(machine, node.value)
    if node.shown:
        shown = tuple(reduced(machine, d, node) for d in data_in(machine, value))
        if shown:
            machine.tape.add(
                Show(**machine.common(machine.here(node), source(node.value)), values=shown, name="the cell's output")
            )
    elif isinstance(value, Data) and value.kind == "score" and len(machine.tape.events) > before:
        _dropped(machine, node, value)


def _dropped(machine: Machine, node: ir.Evaluate, value: Data) -> None:
    """A metric as a bare statement: nobody will ever see it."""
    last = machine.tape.events[-1] if machine.tape.events else None
    if not isinstance(last, Score) or last.value != value or last.automatic or not isinstance(node.value, ir.Call):
        return
    if source(node.value.func).rpartition(".")[2].startswith("plot"):
        draw_on(machine, (value,))  # what is drawn is shown with its figure
        return
    own = last.by == "method" and source(node.value.func).endswith(".score")
    here = last.at == machine.here(node.value) and last.at not in machine.notes.get("accumulated", ())
    if here and (last.by == "metric" or own):
        machine.tape.add(Drop(**machine.common(machine.here(node), source(node.value)), values=(value,)))


def _assign(machine: Machine, node: ir.Assign) -> None:
    if node.value is None:
        return
    if _grows(node) and (found := tallied(machine, node)) is not None:
        assign(machine, *found)
        return
    value = evaluate(machine, node.value)
    began = ("began", machine.frame.scope, source(node.targets[0]))
    if _grows(node) and not _shifts(node, value):
        value = averages.added(machine, counted(machine, value, node), machine.notes.get(began))
    else:
        machine.notes[began] = machine.loops
    for target in node.targets:
        assign(machine, target, value)
        if isinstance(target, ir.Name):
            machine.frame.rebound.add(target.id)


def _grows(node: ir.Assign) -> bool:
    """`x += y`, and `x = x + y`."""
    grown = node.value
    if not isinstance(grown, ir.Operation) or grown.op not in ("+", "-") or len(grown.operands) != 2:
        return False
    return len(node.targets) == 1 and source(node.targets[0]) == source(grown.operands[0])


def _shifts(node: ir.Assign, value: Value) -> bool:
    """`X -= mean` moves rows; it adds nothing up."""
    return isinstance(node.value, ir.Operation) and node.value.op == "-" and isinstance(value, Data) and value.kind == "rows"


def assign(machine: Machine, target: ir.Expr, value: Value) -> None:
    """Bind a value to a target."""
    match target:
        case ir.Name(id=name):
            names.write(machine, name, value)
        case ir.Attribute():
            _assign_attribute(machine, target, value)
        case ir.Subscript():
            writes.write(machine, target, value)
        case ir.Sequence(items=items):
            _unpack(machine, items, value, target)
        case ir.Starred(value=inner):
            assign(machine, inner, value)
        case _:
            evaluate(machine, target)


def _assign_attribute(machine: Machine, target: ir.Attribute, value: Value) -> None:
    owner = evaluate(machine, target.value)
    for option in owner.options if isinstance(owner, Choice) else (owner,):
        if isinstance(option, Ref):
            _replaced(machine, option, target.name, value)
            classes.set_attribute(machine, option, target.name, value, target)
        elif isinstance(option, External):
            logs.redirected(machine, target, option, value)
            setting.external_set(machine, option, "__setattr__", (Const(target.name), value), target)
            _switched(machine, target, f"{option.name}.{target.name}", value)
        elif isinstance(option, ModuleValue):
            machine.store(machine.verbs.run_module(option.path), target.name, value)
        elif isinstance(option, ClassValue):
            machine.store(option.address, target.name, value)
        elif isinstance(option, Data) and isinstance(target.value, (ir.Name, ir.Attribute)):
            new = summary(machine, [value])
            if new is not None and new.kind in ("rows", "prediction"):
                joined = option.but(stats=option.stats | new.stats)
                assign(machine, target.value, joined)


def _replaced(machine: Machine, owner: Ref, name: str, value: Value) -> None:
    """`model.fc = nn.Linear(...)`: the layer that stood there is gone, unless the new one holds it."""
    old = machine.load(owner.address, name)
    if not isinstance(old, Ref) or not isinstance(value, Ref) or old.address not in machine.things:
        return
    if machine.certainty is Certainty.SURELY and old.address not in within(machine, (value.address,)):
        machine.notes.setdefault("replaced", set()).add(old.address)


def _switched(machine: Machine, target: ir.Attribute, name: str, value: Value) -> None:
    """A library's own setting is set for the whole run."""
    if isinstance(value, Const):
        code = f"{source(target)} = {value.value}"
        machine.tape.add(Switch(**machine.common(machine.here(target), code), name=name, value=value.value))


def _unpack(machine: Machine, targets: tuple[ir.Expr, ...], value: Value, node: ir.Node) -> None:
    """`a, *b, c = value`."""
    options = value.options if isinstance(value, Choice) else (value,)
    known = [k for k in (known_items(machine, o) for o in options) if k is not None]
    star = next((i for i, t in enumerate(targets) if isinstance(t, ir.Starred)), None)
    fitting = [k for k in known if len(k) == len(targets) or (star is not None and len(k) >= len(targets) - 1)]
    if fitting and star is None:
        for position, target in enumerate(targets):
            assign(machine, target, everything([items[position] for items in fitting]) or NONE)
        return
    if fitting and star is not None:
        items, after = fitting[0], len(targets) - star - 1
        middle = items[star : len(items) - after]
        values = [*items[:star], Tuple(middle), *items[len(items) - after :]]
        for target, item in zip(targets, values, strict=True):
            assign(machine, target, item)
        return
    element = value if isinstance(value, Data) else machine.verbs.iterate(value, node).element
    for position, target in enumerate(targets):
        if isinstance(element, Unknown) and element.at is not None:
            assign(machine, target, element.inner(element.why, f"({position})", source(target)))
        elif isinstance(element, Unknown):
            assign(machine, target, Unknown(element.why, machine.here(target), source(target)))
        else:
            assign(machine, target, _piece(machine, element, position, len(targets), node))


def _piece(machine: Machine, element: Value, position: int, of: int, node: ir.Node) -> Value:
    """One of the pieces that a call named like a split gives: two or three are parts, in more the order is not known."""
    if not isinstance(element, Data) or "parts" not in element.traits:
        return element
    step = Step("split" if of <= MOST_PARTS else "some", f"{machine.here(node)}", str(position))
    return narrowed(element.but(traits=element.traits - {"parts"}), step)


def _if(machine: Machine, node: ir.If) -> None:
    test = evaluate(machine, node.test)
    if machine.state is None:
        return
    known = truth.known(machine, test)
    if known is False and _dead_end(machine, node, test):
        known = None
    if known is not None:
        taken, other = (node.body, node.orelse) if known else (node.orelse, node.body)
        option = truth.option_of(test) or ("" if known else _empty_setting(node.test))
        if truth.option_of(test) and _refuses(taken):
            truth.refuse(machine, truth.option_of(test))
            execute(machine, other)  # a default that the program refuses is not what anybody runs it with
            return
        if machine.notes.get(("choices", option), 0) > 1:
            machine.notes.setdefault("options compared", {})[option] = machine.here(node)
        if option or (option := chains.method_of(node.test)):
            for way in filter(None, chains.others(node, known)):
                ghost(machine, option, partial(execute, machine, way))
        execute(machine, taken)
        return
    _either(machine, node, test)


def _dead_end(machine: Machine, node: ir.If, test: Value) -> bool:
    """Does a default fall through every test of a chain into a refusal? Then it is nobody's, and each test is open."""
    chain = [node]
    while len(chain[-1].orelse) == 1 and isinstance(following := chain[-1].orelse[0], ir.If):
        chain.append(following)
    if len(chain) == 1 or not _refuses(chain[-1].orelse):
        return False
    tests = [test, *(evaluate(machine, later.test) for later in chain[1:])]
    options = {truth.option_of(t) for t in tests if truth.known(machine, t) is False}
    if len(options) != 1 or "" in options or any(truth.known(machine, t) is not False for t in tests):
        return False
    truth.refuse(machine, options.pop())
    return True


def _refuses(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a branch do nothing but end the run, with a message at most?"""
    if not body or not all(isinstance(s, ir.Evaluate) for s in body[:-1]):
        return False
    last = body[-1]
    if isinstance(last, ir.Leave):
        return last.word == "raise"
    return isinstance(last, ir.Evaluate) and isinstance(last.value, ir.Call) and source(last.value.func) in REFUSALS


def _empty_setting(test: ir.Expr) -> str:
    """A seed that a configuration leaves empty is an option as well: `if settings["seed"]:`. "" for all other tests."""
    written = source(test, 60)
    return written if "seed" in written.lower() else ""


def _either(machine: Machine, node: ir.If, test: Value) -> None:
    """Both branches of an open test, joined."""
    data = next((d for d in data_in(machine, test) if d.kind == "score"), None) or next(iter(data_in(machine, test)), None)
    condition = Condition(machine.here(node), data, repeated=bool(machine.loops))
    hint = test.hint if isinstance(test, Unknown) else ""
    start = machine.now()
    loaded = perhaps_overwritten(machine)
    if choices.keeps(node.body):
        reach(machine, [test])
    with machine.under(truth.doubt(test), condition, chosen=hint):
        measured = data is not None and data.kind == "score" and "hits" not in data.traits
        chooses = measured and choices.keeps(node.body) and not choices.is_there(node.test, test)
        chooses = chooses and bool(machine.loops or not choices.bound(node.test))
        if data is not None and chooses and not (_refuses(node.body) and not machine.loops):
            how = choices.how(machine, node)
            machine.tape.add(Select(**machine.common(machine.here(node), source(node.test)), by=data, how=how))
        machine.state = start.fork()
        execute(machine, node.body)
        first = machine.state
    ways = [perhaps_overwritten(machine)] if first is not None else []
    with machine.under(truth.doubt(test), replace(condition, negated=True), chosen=hint):
        machine.state = start
        execute(machine, node.orelse)
    ways += [perhaps_overwritten(machine)] if machine.state is not None else []
    either_overwrites(machine, loaded, ways)
    machine.state = merge([s for s in (first, machine.state) if s is not None], join)


def _try(machine: Machine, node: ir.Try) -> None:
    start = machine.now().fork()
    outer, machine.frame.raises = machine.frame.raises, []
    execute(machine, node.body)
    raised, machine.frame.raises = machine.frame.raises, outer
    done = machine.state
    if done is not None and node.orelse:
        execute(machine, node.orelse)
        done = machine.state
    ends = [done] if done is not None else []
    for handler in node.handlers:
        if done is not None and not raised and _only_imports(node.body):
            continue
        sources = [s for s in (start.fork(), done.fork() if done is not None else None, *raised) if s is not None]
        machine.state = merge(sources, join)
        if handler.name:
            names.write(machine, handler.name, Unknown("an exception"))
        with machine.under(Certainty.PERHAPS if not (raised and done is None) else None):
            execute(machine, handler.body)
        if machine.state is not None:
            ends.append(machine.state)
    machine.state = merge(ends, join)
    if node.final:
        reached = machine.state
        if reached is None:
            machine.state = start
        execute(machine, node.final)
        if reached is None:
            machine.state = None


def _only_imports(body: tuple[ir.Stmt, ...]) -> bool:
    """An import that mlstd could follow has not failed, so its fallback is not what runs."""
    return all(isinstance(s, (ir.Import, ir.Assign)) for s in body) and any(isinstance(s, ir.Import) for s in body)


def _with(machine: Machine, node: ir.With) -> None:
    entered: list[Value] = []
    for context, target in node.items:
        value = evaluate(machine, context)
        entered.append(value)
        result = classes.enter_context(machine, value, context)
        if target is not None:
            assign(machine, target, result)
    execute(machine, node.body)
    if machine.state is None:
        return
    for value, (context, _) in zip(reversed(entered), reversed(node.items), strict=True):
        classes.exit_context(machine, value, context)


def _leave(machine: Machine, node: ir.Leave) -> None:
    value = evaluate(machine, node.value) if node.value is not None else NONE
    if machine.state is None:
        return
    frame = machine.frame
    if node.word == "return":
        frame.returns.append((machine.state, verdicts.returned(machine, value)))
    elif node.word == "raise":
        frame.raises.append(machine.state)
    elif frame.exits:
        (frame.exits[-1].breaks if node.word == "break" else frame.exits[-1].continues).append(machine.state)
    machine.state = None


def _delete(machine: Machine, node: ir.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ir.Name):
            names.forget(machine, target.id)
        elif isinstance(target, ir.Subscript) and isinstance(data := evaluate(machine, target.value), Data):
            assign(machine, target.value, columns.deleted(machine, data, evaluate(machine, target.index)))


def _scope(machine: Machine, node: ir.Scope) -> None:
    names.declare(machine, node.word, node.names)


EXECUTE: dict[type, Callable[[Machine, Any], None]] = {
    ir.Evaluate: _evaluate,
    ir.Assign: _assign,
    ir.If: _if,
    ir.Loop: loops.run,
    ir.Try: _try,
    ir.With: _with,
    ir.Function: classes.define_function,
    ir.Class: classes.define_class,
    ir.Leave: _leave,
    ir.Import: imports.run,
    ir.Delete: _delete,
    ir.Scope: _scope,
    ir.RunFile: imports.run_file,
}
assert set(EXECUTE) == set(get_args(ir.Stmt)), "a statement node without its function"
