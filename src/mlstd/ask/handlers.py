"""What happens to a fit, a score or an answer that fails: is it seen, or swallowed?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, step, sureness, weakest
from mlstd.ask.prompts import answers, scored
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import AnyEvent, Predict
from mlstd.trace.values.text import source

EVERYTHING = frozenset(("Exception", "BaseException"))


def tries(view: View) -> Iterator[tuple[str, ir.Unit, ir.Try]]:
    """Every `try` with a handler, in the files of the closure."""
    for path, module in view.modules.items():
        for unit in module.units:
            found = [n for n in nodes_of(unit.body) if isinstance(n, ir.Try) and n.handlers]
            yield from ((path, unit, node) for node in sorted(found, key=lambda n: n.at))


def inside(event: AnyEvent, path: str, unit: ir.Unit, node: ir.Try) -> bool:
    """Does an event happen in the body of a `try`, directly or through a call that stands there?"""
    if not node.body:
        return False
    first, last = node.body[0].at[0], max(s.at[2] for s in node.body)
    return any(p.path == path and p.cell == unit.cell and first <= p.line <= last for p in (event.at, *event.calls))


def catches_all(handler: ir.Handler) -> bool:
    """`except:`, `except Exception:`."""
    named = handler.types.items if isinstance(handler.types, ir.Sequence) else (handler.types,)
    return any(t is None or (isinstance(t, ir.Name) and t.id in EVERYTHING) for t in named)


def says_nothing(handler: ir.Handler) -> bool:
    """`pass`, `continue`, or nothing but a constant: the failure leaves no trace."""
    return all(
        (isinstance(s, ir.Leave) and s.word == "continue")
        or (isinstance(s, ir.Evaluate) and isinstance(s.value, (ir.Const, ir.Opaque)))
        for s in handler.body
    )


def swallowed_errors(view: View) -> Iterator[Case]:
    """Handlers that catch everything around a fit or a score, and say nothing."""
    for path, unit, node in tries(view):
        happens: list[AnyEvent] = [*view.fits, *view.evaluations]
        wrapped = next((e for e in happens if inside(e, path, unit, node)), None)
        if wrapped is None:
            continue
        for handler in node.handlers:
            if catches_all(handler) and says_nothing(handler):
                yield Case(
                    Place(path, unit.cell, *handler.at),
                    "high",
                    (step("what fails here is not seen", wrapped),),
                    {"code": view.code(wrapped)},
                )


# What reading the model's own answer raises: an answer that can't be read is the model's mistake, not the instrument's.
PARSING = frozenset(
    ("ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "JSONDecodeError", "ValidationError", "SyntaxError")
)


def swallowed_failures(view: View) -> Iterator[Case]:
    """Failed calls and unreadable answers that leave the count, or are counted as the model's mistake."""
    told = [a for a in answers(view) if scored(view, a) is not None]
    if not told:
        return
    for path, unit, node in tries(view):
        call = next((a for a in told if inside(a, path, unit, node)), None)
        if call is None or _retries(unit, node):
            continue
        for handler in node.handlers:
            how = _swallowed(unit, node, handler)
            if how:
                trust: Confidence = "medium" if any(isinstance(s, ir.Evaluate) for s in handler.body) else "high"
                at = Place(path, unit.cell, *handler.at)
                yield Case(
                    at,
                    weakest([trust, sureness(call)]),
                    (step("this call may fail", call),),
                    {"how": how, "code": view.code(call)},
                )
    yield from _left_out(view, told)


def _swallowed(unit: ir.Unit, node: ir.Try, handler: ir.Handler) -> str:
    """What the handler makes of a failure, in words; "" where it tells or raises it."""
    last = handler.body[-1] if handler.body else None
    if any(not (isinstance(s, ir.Evaluate) and _prints(s.value)) for s in handler.body[:-1]):
        return ""
    loop = _loop_around(unit, node)
    if (
        (last is None or (isinstance(last, ir.Leave) and last.word == "continue"))
        and isinstance(loop, ir.Loop)
        and loop.word == "for"
    ):
        return "leaves the row out of the count"
    if isinstance(last, ir.Leave) and last.word == "return" and isinstance(last.value, ir.Const) and not _own_mistake(handler):
        value = last.value.value
        return "is counted as a wrong answer" if value is False or (value == 0 and isinstance(value, (int, float))) else ""
    return ""


def _prints(value: ir.Expr) -> bool:
    return isinstance(value, ir.Const) or (
        isinstance(value, ir.Call) and source(value.func).rpartition(".")[2] in ("print", "write")
    )


def _own_mistake(handler: ir.Handler) -> bool:
    """Does it catch only what an unreadable answer raises?"""
    if handler.types is None:
        return False
    named = handler.types.items if isinstance(handler.types, ir.Sequence) else (handler.types,)
    return all(source(t).rpartition(".")[2] in PARSING for t in named)


def _loop_around(unit: ir.Unit, node: ir.Node) -> ir.Loop | None:
    """The innermost loop around a node."""
    loops = [n for n in nodes_of(unit.body) if isinstance(n, ir.Loop) and any(inner is node for inner in nodes_of(n.body))]
    return max(loops, key=lambda n: n.at, default=None)


def _retries(unit: ir.Unit, node: ir.Try) -> bool:
    """Does the loop around a `try` try again until an answer comes?"""
    loop = _loop_around(unit, node)
    leaves = any(isinstance(n, ir.Leave) and n.word in ("break", "return") for n in nodes_of((*node.body, *node.orelse)))
    return loop is not None and (loop.word == "while" or leaves)


def _left_out(view: View, told: list[Predict]) -> Iterator[Case]:
    """`if found is None: continue` before the row is counted, in a loop over answers."""
    for path, module in view.modules.items():
        for unit in module.units:
            nodes = list(nodes_of(unit.body))
            divisors = {
                source(n.operands[-1]) for n in nodes if isinstance(n, ir.Operation) and n.op == "/" and len(n.operands) == 2
            }
            for loop in (n for n in nodes if isinstance(n, ir.Loop) and n.word == "for"):
                call = next(
                    (
                        a
                        for a in told
                        if any(p.path == path and loop.at[0] <= p.line <= loop.body[-1].at[2] for p in (a.at, *a.calls))
                    ),
                    None,
                )
                skipped = _uncounted(loop, divisors) if call is not None and loop.body else None
                if call is not None and skipped is not None:
                    at = Place(path, unit.cell, *skipped.at)
                    facts = {"how": "leaves the row out of the count", "code": view.code(call)}
                    yield Case(at, sureness(call), (step("answered here", call),), facts)


def _uncounted(loop: ir.Loop, divisors: set[str]) -> ir.Leave | None:
    """The `continue` that an unreadable answer takes, past the line that counts the rows which are divided by."""
    bound: set[str] = set()
    for number, statement in enumerate(loop.body):
        if isinstance(statement, ir.Assign):
            bound |= {t.id for t in statement.targets if isinstance(t, ir.Name)}
        if (
            isinstance(statement, ir.If)
            and len(statement.body) == 1
            and not statement.orelse
            and _is_missing(statement.test, bound)
        ):
            leave = statement.body[0]
            counted = {name for later in loop.body[number + 1 :] for name in _counts(later)}
            before = {name for earlier in loop.body[:number] for name in _counts(earlier)}
            if isinstance(leave, ir.Leave) and leave.word == "continue" and counted & divisors and not before & divisors:
                return leave
    return None


def _is_missing(test: ir.Expr, bound: set[str]) -> bool:
    """`x is None`, `not x` of a name that this round has bound."""
    if not isinstance(test, ir.Operation) or not isinstance(test.operands[0], ir.Name) or test.operands[0].id not in bound:
        return False
    return test.op == "not" or (
        test.op in ("is", "==") and isinstance(test.operands[-1], ir.Const) and not test.operands[-1].value
    )


def _counts(node: ir.Stmt) -> list[str]:
    """What a statement counts, as it would be divided by: `total += 1`, `rows.append(...)` for `len(rows)`."""
    if isinstance(node, ir.Assign) and isinstance(node.value, ir.Operation) and node.value.op == "+":
        before, one = node.value.operands
        return [source(before)] if isinstance(one, ir.Const) and one.value == 1 else []
    if isinstance(node, ir.Evaluate) and isinstance(node.value, ir.Call) and isinstance(node.value.func, ir.Attribute):
        return [f"len({source(node.value.func.value)})"] if node.value.func.name == "append" else []
    return []
