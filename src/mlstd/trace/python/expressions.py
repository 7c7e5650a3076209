"""What does an expression evaluate to? One function an IR node; `EVALUATE` is the dispatch table, checked against the union."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from mlstd.lower import ir
from mlstd.trace.events import Certainty
from mlstd.trace.flow.state import merge
from mlstd.trace.library import arrays, averages, verdicts
from mlstd.trace.machine import Condition, Machine
from mlstd.trace.python import names, operators, subscripts, truth
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import repeats, with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import choice, everything, join
from mlstd.trace.values.kinds import (
    NONE,
    Bound,
    Choice,
    Const,
    Data,
    Entries,
    FunctionValue,
    Items,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
    holes,
)

MOST_ITEMS = 40  # a display with more items than this is kept as one that stands for all


def evaluate(machine: Machine, node: ir.Expr) -> Value:
    """The value of an expression; what happens on the way goes to the tape."""
    machine.steps += 1
    if machine.state is None or machine.exhausted():
        if machine.state is not None and not machine.notes.get("exhausted"):
            machine.notes["exhausted"] = True
            machine.tape.muted, muted = 0, machine.tape.muted
            machine.cannot_see(
                node,
                "budget",
                "the run is longer than mlstd follows",
                frozenset(("fit", "score", "record", "seed", "select", "split", "baseline")),
            )
            machine.tape.muted = muted
        return Unknown("budget")
    return EVALUATE[type(node)](machine, node)


def _const(machine: Machine, node: ir.Const) -> Value:
    return Const(node.value)


def _name(machine: Machine, node: ir.Name) -> Value:
    return names.read(machine, node.id, node)


def _attribute(machine: Machine, node: ir.Attribute) -> Value:
    """An attribute that is read: what data has (`frame.values`, a column, `iris.data`) is that data again."""
    value = read_from_data(machine.verbs.attribute(evaluate(machine, node.value), node.name, node))
    return arrays.of_column(machine, value, node.name) if isinstance(value, Data) else value


def read_from_data(value: Value) -> Value:
    """The data behind an attribute of data."""
    if isinstance(value, Bound) and value.function is None and isinstance(value.self, Data):
        return value.self
    if isinstance(value, Choice) and any(isinstance(o, Bound) for o in value.options):
        return choice(tuple(map(read_from_data, value.options)))
    return value


def _subscript(machine: Machine, node: ir.Subscript) -> Value:
    value = evaluate(machine, node.value)
    return subscripts.read(machine, value, node.index, node)


def _slice(machine: Machine, node: ir.Slice) -> Value:
    parts = [evaluate(machine, part) for part in (node.lower, node.upper, node.step) if part is not None]
    return everything(parts) or NONE


def _call(machine: Machine, node: ir.Call) -> Value:
    if isinstance(node.func, ir.Attribute):
        machine.steps += 1
        function = machine.verbs.attribute(evaluate(machine, node.func.value), node.func.name, node.func)
    else:
        function = evaluate(machine, node.func)
    return machine.verbs.call(function, arguments(machine, node.arguments), node)


def arguments(machine: Machine, written: tuple[ir.Argument, ...]) -> Arguments:
    """The evaluated arguments of a call, displays behind stars taken apart where they are known."""
    result = Arguments()
    for argument in written:
        value = evaluate(machine, argument.value)
        if argument.stars == 1:
            known = known_items(machine, value)
            if known is None or result.rest is not None:
                element = machine.verbs.iterate(value, argument.value).element
                result.rest = element if result.rest is None else join(result.rest, element)
            else:
                result.positional.extend(known)
        elif argument.stars == 2:
            _named(machine, value, result)
        elif argument.name is not None:
            result.named[argument.name] = value
        elif result.rest is not None:
            result.rest = join(result.rest, value)
        else:
            result.positional.append(value)
    return result


def _named(machine: Machine, value: Value, result: Arguments) -> None:
    held = machine.load(value.address, "{}") if isinstance(value, Ref) else None
    if isinstance(held, Entries):
        result.named.update({k: v for k, v in held.items if isinstance(k, str)})
        rest = held.rest
    else:
        rest = value if not (isinstance(value, Const) and value.value is None) else None
    if rest is not None:
        result.named_rest = rest if result.named_rest is None else join(result.named_rest, rest)


def known_items(machine: Machine, value: Value) -> tuple[Value, ...] | None:
    """The items of a sequence whose length is known."""
    if isinstance(value, Tuple):
        return value.items
    if isinstance(value, Stream):
        return value.items
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else None
    return held.items if isinstance(held, Items) and held.rest is None else None


def _sequence(machine: Machine, node: ir.Sequence) -> Value:
    known: list[Value] = []
    rest: Value | None = None
    for item in node.items:
        if isinstance(item, ir.Starred):
            value = evaluate(machine, item.value)
            inner = known_items(machine, value)
            found = list(inner) if inner is not None else []
            if inner is None:
                element = machine.verbs.iterate(value, item).element
                rest = element if rest is None else join(rest, element)
        else:
            found = [evaluate(machine, item)]
        if rest is None:
            known.extend(found)
        else:
            rest = everything([rest, *found])
    if node.kind == "tuple" and rest is None:
        return Tuple(tuple(known))
    if len(known) > MOST_ITEMS and not any(isinstance(k, (Ref, FunctionValue)) for k in known):
        known, rest = known[:MOST_ITEMS], everything(known[MOST_ITEMS:] if rest is None else [*known[MOST_ITEMS:], rest])
    return new_list(machine, node, Items(tuple(known), rest), "set" if node.kind == "set" else "list")


def new_list(machine: Machine, node: ir.Node, items: Items, kind: str = "list") -> Value:
    """A fresh list (or set) with these items."""
    made = machine.allocate(kind, node)
    machine.store(made.address, "[]", items)
    return Ref(made.address)


def new_dict(machine: Machine, node: ir.Node, entries: Entries) -> Value:
    """A fresh dict with these entries."""
    made = machine.allocate("dict", node)
    machine.store(made.address, "{}", entries)
    return Ref(made.address)


def _mapping(machine: Machine, node: ir.Mapping) -> Value:
    held: dict[Any, Value] = {}
    rest: Value | None = None
    for key, value_node in node.items:
        if key is None:
            spread = evaluate(machine, value_node)
            inner = machine.load(spread.address, "{}") if isinstance(spread, Ref) else None
            if isinstance(inner, Entries):
                held.update(inner.items)
                rest = inner.rest if rest is None else rest
            else:
                rest = spread
            continue
        name = evaluate(machine, key)
        value = evaluate(machine, value_node)
        if isinstance(name, Const):
            held[name.value] = value
        else:
            rest = value if rest is None else join(rest, value)
    return new_dict(machine, node, Entries(tuple(held.items()), rest))


def _starred(machine: Machine, node: ir.Starred) -> Value:
    return evaluate(machine, node.value)


def _operation(machine: Machine, node: ir.Operation) -> Value:
    return operators.operate(machine, node)


def _conditional(machine: Machine, node: ir.Conditional) -> Value:
    test = evaluate(machine, node.test)
    known = truth.truth(machine, test)
    if known is not None:
        option = truth.option_of(test)
        taken, other = (node.yes, node.no) if known else (node.no, node.yes)
        if option:
            ghost(machine, option, lambda: evaluate(machine, other))
        return evaluate(machine, taken)
    return branches(machine, node, test, lambda: evaluate(machine, node.yes), lambda: evaluate(machine, node.no))


def branches(machine: Machine, node: ir.Node, test: Value, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
    """Both ways of an expression whose test is not known."""
    condition = Condition(machine.here(node), next(iter(data_in(machine, test)), None))
    start = machine.now()
    with machine.under(truth.doubt(test), condition):
        machine.state = start.fork()
        first = yes()
        after = machine.state
        machine.state = start.fork()
        second = no()
    machine.state = merge([s for s in (after, machine.state) if s is not None], join)
    if isinstance(test, Data) and test.kind == "prediction" and isinstance(first, Const) and isinstance(second, Const):
        return test.but(form="labels")  # `1 if probability > 0.5 else 0`
    return verdicts.either(test, first, second) or join(first, second)


def ghost(machine: Machine, option: str, run: Callable[[], object]) -> None:
    """Follow what only another value of an option would do: its events stand under "not by default", its effects are
    forgotten."""
    if machine.certainty is Certainty.NOT_BY_DEFAULT or machine.state is None or machine.tape.muted:
        return
    before = machine.state
    machine.state = before.fork()
    depth = (
        len(machine.frame.returns),
        len(machine.frame.raises),
        [(len(e.breaks), len(e.continues)) for e in machine.frame.exits],
    )
    with machine.under(Certainty.NOT_BY_DEFAULT, chosen=option):
        run()
    del machine.frame.returns[depth[0] :], machine.frame.raises[depth[1] :]
    for exits, (breaks, continues) in zip(machine.frame.exits, depth[2], strict=True):
        del exits.breaks[breaks:], exits.continues[continues:]
    machine.state = before


def _lambda(machine: Machine, node: ir.Lambda) -> Value:
    defaults = tuple((p.name, evaluate(machine, p.default)) for p in node.parameters if p.default is not None)
    return FunctionValue(node, machine.frame.path, machine.frame.cell, machine.frame.scope, defaults)


def _comprehension(machine: Machine, node: ir.Comprehension) -> Value:
    collected: list[Value] = []
    keyed: list[tuple[Value, Value]] = []
    passed: list[Value] = []
    began = machine.loops

    def element(tests: list[Value]) -> None:
        first = verdicts.of_element(machine, evaluate(machine, node.element), tests)
        passed.extend(tests)
        if node.value is not None:
            keyed.append((first, evaluate(machine, node.value)))
        else:
            collected.append(averages.collected(machine, first, began))

    complete = _clauses(machine, node, [], element)
    if node.kind == "dict":
        held = {k.value: v for k, v in keyed if isinstance(k, Const)}
        rest = everything([v for k, v in keyed if not isinstance(k, Const)])
        return new_dict(machine, node, Entries(tuple(held.items()), rest))
    if complete:
        if node.kind == "generator":
            return Stream(everything(collected) or Unknown("empty"), tuple(collected))
        return new_list(machine, node, Items(tuple(collected)), "set" if node.kind == "set" else "list")
    stands = everything(collected)
    if node.kind == "generator":
        return Stream(stands if stands is not None else Unknown("empty"))
    made = new_list(machine, node, Items((), stands), "set" if node.kind == "set" else "list")
    verdicts.passed(machine, made, passed)
    return made


def _clauses(
    machine: Machine, node: ir.Comprehension, tests: list[Value], element: Callable[[list[Value]], None], depth: int = 0
) -> bool:
    """Run the clauses from `depth` on, under `tests`; True if every item was followed one by one."""
    if depth == len(node.clauses):
        element(tests)
        return True
    clause = node.clauses[depth]
    loaders = averages.opened(machine)
    stream = machine.verbs.iterate(evaluate(machine, clause.iterable), clause.iterable)
    items = stream.items if stream.items is not None and len(stream.items) <= 12 else (stream.element,)
    complete = stream.items is not None and len(stream.items) <= 12 and not clause.conditions
    for number, item in enumerate(items):
        before, loops = machine.unrolled, machine.loops
        machine.unrolled, machine.loops = (*before, number), (*loops, machine.here(node))
        averages.entered(machine, loaders)
        machine.verbs.assign(clause.target, item)
        held = [evaluate(machine, condition) for condition in clause.conditions]
        complete = _clauses(machine, node, [*tests, *held], element, depth + 1) and complete
        machine.unrolled, machine.loops = before, loops
    return complete


def _text(machine: Machine, node: ir.Text) -> Value:
    pieces: list[str] = []
    option = ""
    told: list[Value] = []
    for part in node.parts:
        value = evaluate(machine, part)
        if isinstance(value, Const):
            pieces.append(str(value.value))
            option = option or value.option
        elif isinstance(value, Text):
            pieces.append(value.pattern)
        else:
            pieces.append("*")
        told.append(value)
    data = summary(machine, told)
    if data is not None and repeats([d for value in told for d in data_in(machine, value)]):
        data = with_traits(data, "shots")
    pattern = "".join(pieces)
    known = data is None and not any("*" in p for p in pieces)
    return Const(pattern, option) if known else Text(pattern, data, holes(*told))


def _named_expr(machine: Machine, node: ir.NamedExpr) -> Value:
    value = evaluate(machine, node.value)
    names.write(machine, node.name, value)
    return value


def _yield(machine: Machine, node: ir.Yield) -> Value:
    value = evaluate(machine, node.value) if node.value is not None else NONE
    if node.delegate and node.value is not None:
        value = machine.verbs.iterate(value, node.value).element
    machine.frame.yields.append(value)
    return Unknown("sent into a generator")


def _opaque(machine: Machine, node: ir.Opaque) -> Value:
    for child in node.children:
        evaluate(machine, child)
    return machine.unknown(node, "not Python")


EVALUATE: dict[type, Callable[[Machine, Any], Value]] = {
    ir.Const: _const,
    ir.Name: _name,
    ir.Attribute: _attribute,
    ir.Subscript: _subscript,
    ir.Slice: _slice,
    ir.Call: _call,
    ir.Sequence: _sequence,
    ir.Mapping: _mapping,
    ir.Starred: _starred,
    ir.Operation: _operation,
    ir.Conditional: _conditional,
    ir.Lambda: _lambda,
    ir.Comprehension: _comprehension,
    ir.Text: _text,
    ir.NamedExpr: _named_expr,
    ir.Yield: _yield,
    ir.Opaque: _opaque,
}
assert set(EVALUATE) == set(get_args(ir.Expr)), "an expression node without its function"
