"""What does a branch that stands under a comparison of scores choose: what to keep, when to stop, or only the largest number?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.python import truth
from mlstd.trace.values.kinds import Choice, Const, Text, Value
from mlstd.trace.values.text import source

KEEPING = (ir.Assign, ir.Leave, ir.If, ir.Loop, ir.With, ir.Try, ir.Delete)
TELLING = frozenset(("print", "info", "warning", "debug", "write"))
ORDERS = frozenset(("<", ">", "<=", ">="))


def bound(written: ir.Expr) -> bool:
    """Is a score only held against a number that stands there (`if accuracy >= 0.9`)? None of several is best by that."""
    if not isinstance(written, ir.Operation) or written.op not in ORDERS:
        return False
    return any(isinstance(o, ir.Const) and isinstance(o.value, (int, float)) for o in written.operands)


def is_there(written: ir.Expr, test: Value) -> bool:
    """Does the test only ask whether something is there: `if path is not None`, `if message` of a text that tells a score?"""
    options = test.options if isinstance(test, Choice) else (test,)
    return truth.asks_presence(written) or all(isinstance(o, (Text, Const)) for o in options)


def keeps(body: tuple[ir.Stmt, ...]) -> bool:
    """Does the branch keep something (assign, save, stop), or does it only say something?"""
    calls = [s.value for s in body if isinstance(s, ir.Evaluate) and isinstance(s.value, ir.Call)]
    return any(isinstance(s, KEEPING) for s in body) or any(source(c.func).rpartition(".")[2] not in TELLING for c in calls)


def how(machine: Machine, node: ir.If) -> str:
    """The kind of choice: "stop" where the branch leaves a loop, "extreme" where a function keeps the largest of some numbers
    in a variable of its own and nothing else, "best" for all else."""
    if any(isinstance(s, ir.Leave) and s.word == "break" for s in node.body):
        return "stop"
    return "extreme" if _running(machine, node) else "best"


def _running(machine: Machine, node: ir.If) -> bool:
    """`if now < least: least = now` in a function that has made `least` itself."""
    function = machine.frame.function
    if function is None or len(node.body) != 1 or not isinstance(kept := node.body[0], ir.Assign):
        return False
    named = [t.id for t in kept.targets if isinstance(t, ir.Name)]
    own = {*machine.frame.rebound} - {*machine.frame.names}
    own -= {p.name for p in function.node.parameters}
    tests = node.test.operands if isinstance(node.test, ir.Operation) and node.test.op == "and" else (node.test,)
    pairs = [t.operands for t in tests if isinstance(t, ir.Operation) and t.op in ORDERS and len(t.operands) == 2]
    sides = {(source(a), source(b)) for left, right in pairs for a, b in ((left, right), (right, left))}
    return (
        kept.value is not None
        and len(named) == len(kept.targets) == 1
        and named[0] in own
        and (named[0], source(kept.value)) in sides
    )
