"""What happens to a fit, a score or an answer that fails: is it seen, or swallowed?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, step
from mlstd.ask.source import nodes_of
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import AnyEvent

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
