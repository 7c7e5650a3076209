"""What do operators make of known values, of rows, predictions and scores; and is a test true, false, or open?

Arithmetic on rows keeps their parts. A prediction set beside other rows by `==` or `-` is the beginning of a hand-made score;
rows minus a number taken over rows (their mean) carry that statistic from then on.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import dropwhile
from typing import Any

from mlstd.lower import ir
from mlstd.trace.events import Compare
from mlstd.trace.library import averages, bounds, ranks, spread
from mlstd.trace.library.blind import SHAPE
from mlstd.trace.library.modes import in_forward, in_model
from mlstd.trace.library.randomness import CHANCE, CLOCK, reach
from mlstd.trace.library.reduce import standardised
from mlstd.trace.machine import Machine
from mlstd.trace.python.joins import containers, strings
from mlstd.trace.python.membership import membership
from mlstd.trace.python.truth import option_of, truth
from mlstd.trace.python.written import names_below, shares
from mlstd.trace.values.choose import answered, as_values, by_index, verdict, with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import join, unite
from mlstd.trace.values.kinds import (
    COUNTER,
    Choice,
    Const,
    Data,
    External,
    FunctionValue,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step, rest
from mlstd.trace.values.text import source

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is not": operator.is_not,
    "&": operator.and_,
    "|": operator.or_,
}
COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"))
ORDERS = frozenset(("<", "<=", ">", ">="))
MEETS = frozenset(("==", "!=", "-", "&", "*", "+", "|"))  # how a prediction meets the truth in a score made by hand
TURNS = (0, 1, 100)  # `1 - accuracy` is the error, no comparison

SEVERAL = "several conditions"  # of an index: all of them hold


def operate(machine: Machine, node: ir.Operation) -> Value:
    """The value of an operation."""
    if node.op in ("and", "or"):
        return _boolean(machine, node)
    first = machine.verbs.evaluate(node.operands[0])
    if len(node.operands) == 1:
        return _unary(machine, node, first)
    if isinstance(first, Data) and first.kind == "prediction" and shares(node):
        return first
    return combine(machine, node.op, first, machine.verbs.evaluate(node.operands[-1]), node)


def _boolean(machine: Machine, node: ir.Operation) -> Value:
    """`and` and `or` stop at the first operand that decides; an open one leaves the result open."""
    stop = node.op == "or"
    open_value: Value | None = None
    compared: list[Data] = []
    option = ""
    value: Value = Const(not stop)
    for operand in node.operands:
        value = machine.verbs.evaluate(operand)
        known = truth(machine, value)
        option = option or option_of(value)
        if known is None:
            open_value = value if open_value is None else join(open_value, value)
            if isinstance(operand, ir.Operation) and operand.op in ("==", "!=") and isinstance(value, Data):
                compared.append(value)
        elif known is stop:
            if isinstance(value, Const):
                return Const(value.value, value.option or option)
            return value
    if open_value is not None:
        if len(compared) == len(node.operands) == 2 and (counts := _counts(machine, compared, node)) is not None:
            return counts
        data = summary(machine, [open_value])
        return data if data is not None else open_value
    return Const(value.value, value.option or option) if isinstance(value, Const) else value


def _counts(machine: Machine, compared: list[Data], node: ir.Operation) -> Data | None:
    """`truth == 1 and prediction == 1`: true positives, row by row, are the beginning of a score as `truth == prediction` is."""
    predicted = next((d for d in compared if d.kind == "prediction"), None)
    truths = [d for d in compared if d.kind in ("rows", "index") and not d.models]
    if predicted is None or len(truths) != 1 or in_forward(machine):
        return None
    return ranks.hits(machine, predicted, truths[0], node)


def _unary(machine: Machine, node: ir.Operation, value: Value) -> Value:
    if node.op == "not":
        known = truth(machine, value)
        if known is not None:
            return Const(not known, option_of(value))
        return value
    if node.op == "-" and isinstance(value, Data):
        return averages.turned(value)
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        results: dict[str, Any] = {"-": -value.value, "+": value.value}
        return Const(results.get(node.op, ~int(value.value)), value.option)
    if node.op == "~" and isinstance(value, Data) and value.kind == "index":
        flipped = frozenset(_negated(p, SEVERAL in value.traits, str(machine.here(node))) for p in value.parts)
        return Data("index", flipped, value.models, value.stats, value.metric, value.form, value.at, value.traits)
    if node.op == "~" and isinstance(value, Unknown) and value.at is not None:
        return value.inner(value.why, "~")
    return value


def _negated(part: Part, several: bool, here: str) -> Part:
    """The part that a negated mask chooses; of `several` conditions at once nobody knows which does not hold."""
    if several:
        steps = [*dropwhile(lambda s: s.kind == "mask", reversed(part.steps))]
        return Part(part.origin, (*reversed(steps), Step("some", here)))
    other = rest(part.steps[-1]) if part.steps else None
    return Part(part.origin, (*part.steps[:-1], other)) if other is not None else part


def combine(machine: Machine, op: str, left: Value, right: Value, node: ir.Node) -> Value:
    """The value of a binary operation."""
    if op in ("==", "!=", "is", "is not") and _one_of_several(left, right):
        return machine.unknown(node, "one of several names")
    if isinstance(left, Choice) and not data_in(machine, left):
        left = _one_of(machine, left, node)
    if isinstance(left, Const) and isinstance(right, Const):
        return _constants(machine, op, left, right, node)
    if op in ("in", "not in"):
        return membership(machine, op, left, right, node)
    if op in ("is", "is not", "==", "!=") and (isinstance(left, Const) or isinstance(right, Const)):
        known = _identity(op, left, right)
        if known is not None:
            return known
    if op in ("+", "*", "|", "-", "&") and (listed := containers(machine, op, left, right, node)) is not None:
        return listed
    if op in ("+", "%", "/") and (isinstance(left, (Text, Const)) and isinstance(right, (Text, Const, Unknown))):
        return strings(op, left, right)
    if isinstance(left, Unknown) and names_below(op, right):
        return strings(op, left, right)
    first, second = summary(machine, [left]), summary(machine, [right])
    if op == "%" and isinstance(left, (Const, Text)) and isinstance(getattr(left, "value", ""), str):
        return Text("*", second)  # `"accuracy %.3f" % score`
    if first is not None and second is not None:
        return _two(machine, op, first, second, node)
    alone = first or second
    if alone is not None and alone.kind == "prediction" and op in ("==", "!="):
        truth_value = right if first else left
        if isinstance(truth_value, Unknown) and truth_value.why != COUNTER and truth_value.at is not None:
            return _two(machine, op, alone, _unknown_truth(truth_value), node)
    if alone is not None:
        reach(machine, (left, right))
        other = right if first is not None else left
        value = _one(machine, op, alone, node, other)
        if op == "-" and first is None and isinstance(value, Data):
            value = averages.turned(value)
        return averages.after(machine, op, value, other, first is not None, node)
    for value in (left, right):
        if isinstance(value, Unknown) and value.why in (COUNTER, CHANCE, CLOCK):
            return value
    hints = [v.hint for v in (left, right) if isinstance(v, Unknown) and v.hint]
    hint = option_of(left) or option_of(right) or next(iter(hints), "")
    made = machine.unknown(node, "an operation on unknown values", hint)
    return bounds.added(machine, left, made) if op == "+" else made


def _unknown_truth(value: Unknown) -> Data:
    """What predictions are compared with, where nobody knows it: rows of an origin of their own."""
    origin = Origin(f"?{value.hint}@{value.identity}", known=False, at=value.at)
    return Data("rows", frozenset((Part(origin),)), traits=frozenset(("guess",)))


def _one_of_several(left: Value, right: Value) -> bool:
    """`kind == "forest"`, `valid == True` where the kind may be this or another of several names, or the check has failed:
    nobody knows."""
    if not (isinstance(left, Choice) and isinstance(right, Const) and isinstance(right.value, (str, bool))):
        return False
    alike = [o.value for o in left.options if isinstance(o, Const) and type(o.value) is type(right.value)]
    return len(alike) > 1 and right.value in alike


def _one_of(machine: Machine, choice: Choice, node: ir.Node) -> Value:
    """A choice of constants in an operation: the one that is known, or a counter where a loop has left several numbers."""
    known = [o for o in choice.options if isinstance(o, Const) and o.value is not None]
    numbers = [o for o in known if isinstance(o.value, (int, float)) and not isinstance(o.value, bool)]
    if len(numbers) > 1 and machine.loops:
        return machine.unknown(node, COUNTER)
    return known[0] if known else choice


def _constants(machine: Machine, op: str, left: Const, right: Const, node: ir.Node) -> Value:
    function = ARITHMETIC.get(op)
    option = left.option or right.option
    if op == "/" and isinstance(left.value, str) and isinstance(right.value, str):
        return Const(f"{left.value.rstrip('/')}/{right.value}", option)  # only paths can be divided
    try:
        if op in ("in", "not in"):
            return Const((left.value in right.value) is (op == "in"), option)  # type: ignore[operator]
        if function is not None and not (op == "**" and isinstance(right.value, int) and right.value > 64):
            result = function(left.value, right.value)
            if isinstance(result, str) and len(result) > 4000:
                return Text(result[:200] + "*")
            return Const(result, option)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        pass
    return machine.unknown(node, "an operation that fails or is not followed")


def _identity(op: str, left: Value, right: Value) -> Value | None:
    """`x is None`, `x == "name"` where x is known to be some object: surely not None, surely no constant."""
    const, other = (right, left) if isinstance(right, Const) else (left, right)
    if not isinstance(other, (Ref, FunctionValue, External, Tuple, Text)) and not (
        isinstance(other, Data) and isinstance(const, Const) and const.value is None
    ):
        return None
    if isinstance(const, Const) and const.value is None:
        return Const(op in ("is not", "!="))
    return None


def _one(machine: Machine, op: str, data: Data, node: ir.Node, other: Value) -> Value:
    """Data and something that is not: a comparison of rows is a mask, one of a score a verdict; arithmetic keeps what it was."""
    if op in COMPARISONS:
        if data.kind in ("rows", "statistic") and op not in ("is", "is not"):
            return mask(machine, data, node, other)
        if data.kind == "prediction" and data.form == "text" and op not in ("is", "is not"):
            told = verdict(data, other.value if isinstance(other, Const) else None)
            return told if isinstance(other, Const) or op in ORDERS else answered(data, machine.here(node))
        if data.kind == "score" and op in ORDERS:
            _referred(machine, op, data, other, node)
        return data.but(form="labels") if data.kind == "prediction" and op not in ("is", "is not") else data
    if data.kind == "score" and op in ("-", "/"):
        _referred(machine, op, data, other, node)
    return as_values(data) if isinstance(other, Const) and op in ("*", "+", "-") else data


def _referred(machine: Machine, op: str, score: Data, other: Value, node: ir.Node) -> None:
    """A score set beside a number. One that an earlier run left in a file is a reference, and so is a stated one that the score
    is told as a difference to. A limit that the finished score must pass, or a number that nobody knows, may be one."""
    number = isinstance(other, Const) and type(other.value) in (int, float)
    stored = isinstance(other, Unknown) and other.at in machine.notes.get("stored", set())
    last = not machine.loops  # in a loop over epochs it is the least gain that counts, or a limit to stop at
    known = stored or (last and number and op == "-" and isinstance(other, Const) and other.value not in TURNS)
    perhaps = last and op != "/" and (number or (isinstance(other, Unknown) and other.why not in (COUNTER, SHAPE)))
    if "hits" not in score.traits and (known or perhaps):
        machine.tape.add(Compare(**machine.common(machine.here(node), _code(node)), scores=(score,), reference=known))


def mask(machine: Machine, data: Data, node: ir.Node, other: Value | None = None) -> Data:
    """Which rows satisfy a condition: an index that chooses them. The condition itself identifies the choice, with the value that
    the rows are compared to."""
    written = _code(node, 200)
    negated = False
    if isinstance(node, ir.Operation) and len(node.operands) == 2:
        opposite = {">=": "<", ">": "<=", "!=": "==", "not in": "in"}
        if node.op in opposite:
            negated = True
            written = f"{source(node.operands[0], 100)} {opposite[node.op]} {source(node.operands[1], 100)}"
    limit = repr(other.value) if isinstance(other, Const) else other.identity if isinstance(other, Unknown) and other.at else ""
    step = Step("mask", limit, ("~" if negated else "") + written)
    return Data(
        "index", frozenset(p.then(step) for p in data.parts), data.models, data.stats, traits=data.traits, columns=data.columns
    )


def _two(machine: Machine, op: str, left: Data, right: Data, node: ir.Node) -> Value:
    """Two data values meet."""
    kinds = {left.kind, right.kind}
    spread.of_product(machine, op, left, right, node)
    if "index" in kinds and kinds & {"prediction", "score"} and op not in MEETS:
        return left if right.kind == "index" else right  # a position, a threshold of a grid: not what was predicted
    if left.kind == "score" and right.kind == "score":
        if op in ORDERS or (op == "-" and not left.models & right.models):
            machine.tape.add(Compare(**machine.common(machine.here(node), _code(node)), scores=(left, right)))
        united = unite(left, right)
        return averages.quotient(united) if op == "/" else united
    if "score" in kinds:
        score, other = (left, right) if left.kind == "score" else (right, left)
        if other.kind == "prediction":
            united = unite(score, other).but(kind="score")
            return united.but(traits=united.traits - {"verdict"} | {"hits"}) if "verdict" in other.traits else united
        return averages.after(machine, op, score, other, score is left, node)
    limits = next((d for d in (left, right) if "threshold" in d.traits), None)
    if limits is not None and "prediction" in kinds:
        return left if limits is right else right
    if "prediction" in kinds:
        return _prediction(machine, op, left, right, node)
    if kinds == {"index"}:
        return with_traits(by_index(left, right), SEVERAL) if op in ("&", "and") else unite(left, right)
    if "index" in kinds:
        rows, index = (left, right) if right.kind == "index" else (right, left)
        return unite(rows, Data(rows.kind, index.parts, index.models, index.stats))
    apart = ("difference",) if op in ("-", "==", "!=") else ()
    if kinds == {"rows", "statistic"}:
        met = _standardised(machine, left, right, node) if op in ("-", "/", "*", "+") else mask(machine, left, node)
        return with_traits(met, *apart)
    if op in COMPARISONS:
        return with_traits(mask(machine, unite(left, right), node), *apart)
    return with_traits(unite(left, right), *apart)


def _prediction(machine: Machine, op: str, left: Data, right: Data, node: ir.Node) -> Value:
    """A prediction beside rows: right or wrong (`==`), or by how much (`-`), row by row, is the beginning of a score."""
    if op not in COMPARISONS and "statistic" in (left.kind, right.kind):  # `prediction * deviation + mean`: scaled back
        return left if left.kind == "prediction" else right
    united = unite(left, right)
    both = left.kind == right.kind == "prediction"
    if both or op not in ("==", "!=", "-"):
        if op in COMPARISONS and not both:
            return united
        predicted = left if left.kind == "prediction" else right
        padded = "attention_mask" in left.columns | right.columns
        building = in_model(machine) or any(p.origin.name.startswith("placeholder@") for p in united.parts)
        mixed = {"mixed"} if op in MEETS and not both and not padded and not building else set()
        made = Data(
            "prediction",
            united.parts,
            united.models,
            united.stats,
            "",
            predicted.form,
            predicted.at or machine.here(node),
            united.traits | mixed,
        )
        return ranks.ahead(machine, node, made) if both and op in ORDERS else made
    metric = "error by hand" if op == "-" else "accuracy by hand"
    return Data(
        "score",
        united.parts,
        united.models,
        united.stats,
        metric,
        "",
        machine.here(node),
        (united.traits - {"loss"}) | {"hits", *(("loss",) if op == "-" else ())},
    )


def _standardised(machine: Machine, left: Data, right: Data, node: ir.Node) -> Data:
    """Rows and a number taken over rows."""
    rows, number = (left, right) if left.kind == "rows" else (right, left)
    return standardised(machine, rows, number, node)


def _code(node: ir.Node, longest: int = 60) -> str:
    return source(node, longest) if isinstance(node, ir.Operation) else ""
