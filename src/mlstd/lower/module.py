"""How does a file's source become a module of the IR, each cell on its own?"""

from __future__ import annotations

import gc
import sys
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from mlstd.errors import Problem
from mlstd.lower import ir
from mlstd.lower.expressions import Lowering
from mlstd.lower.parse import Unparsable, parse
from mlstd.lower.positions import Positions
from mlstd.lower.statements import block
from mlstd.read.lines import comments
from mlstd.read.source import Cell, Source

_DEPTH = 4000
"""Frames that one deep expression may take: an `a + b + ...` of some hundred terms needs more than Python's 1,000."""


def lower_source(source: Source) -> ir.Module:
    """Lower a file. A cell that cannot be parsed becomes a problem and a unit without statements; the others stay whole."""
    units: list[ir.Unit] = []
    problems = list(source.problems)
    written: list[tuple[str, ir.Unit]] = []
    heading = source.heading
    old = False
    with _prepared():
        for cell in source.cells:
            unit, doc, why = _unit(cell, source.kind == "notebook")
            if why is not None and not (why.python2 and old):
                problems.append(Problem(cell.number, why.line, why.column, why.message))
                old = old or why.python2
            if cell.writes is not None:
                written.append((cell.writes, unit))
                unit = ir.Unit(cell.number, cell.text, (), json_line=cell.json_line, count=cell.count, json_step=cell.json_step)
            elif source.kind == "script":
                heading = heading or doc
            units.append(unit)
    return ir.Module(source.kind, tuple(units), tuple(problems), heading, tuple(written))


@contextmanager
def _prepared() -> Iterator[None]:
    """Work without the collector, as a tree is all live objects, and without warnings about the strings that are met."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _deep() -> Iterator[None]:
    """Allow for deep trees. Not while parsing: there the usual limit keeps off what would take libcst seconds."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _unit(cell: Cell, notebook: bool) -> tuple[ir.Unit, str | None, Unparsable | None]:
    """One cell: its unit, the first line of its docstring, and what is wrong with it."""
    body: tuple[ir.Stmt, ...] = ()
    statements: tuple[tuple[int, int], ...] = ()
    doc, why = None, None
    try:
        if cell.code.strip():
            tree = parse(cell.code)
            with _deep():
                low = Lowering(Positions(tree, cell.code, cell.shifts), dict(cell.runs))
                body = block(tree.body, low)
            statements = tuple(low.statements)
            doc = _first_line(tree)
            if notebook and cell.writes is None:
                body = _with_shown(tree, body)
    except Unparsable as error:
        why = error
    except RecursionError:
        body, statements = (), ()
        why = Unparsable(1, 1, "the code is nested too deeply to be read")
    comments = _comments(cell.text)
    unit = ir.Unit(cell.number, cell.text, body, comments, statements, cell.json_line, cell.count, cell.json_step)
    return unit, doc, _moved(why, cell)


def _moved(why: Unparsable | None, cell: Cell) -> Unparsable | None:
    shift = dict(cell.shifts).get(why.line, 0) if why is not None else 0
    return Unparsable(why.line, why.column + shift, why.message, why.python2) if why is not None and shift else why


def _first_line(tree: cst.Module) -> str | None:
    try:
        doc = tree.get_docstring()
    except (ValueError, SyntaxError):
        return None
    return next((line.strip() for line in (doc or "").splitlines() if line.strip()), None)


def _with_shown(tree: cst.Module, body: tuple[ir.Stmt, ...]) -> tuple[ir.Stmt, ...]:
    """A notebook displays what the last statement of a cell evaluates to, unless a semicolon ends it."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, cst.SimpleStatementLine) or not isinstance(last.body[-1], cst.Expr):
        return body
    if isinstance(last.body[-1].semicolon, cst.Semicolon) or not body or not isinstance(body[-1], ir.Evaluate):
        return body
    return (*body[:-1], ir.Evaluate(body[-1].at, body[-1].value, True))


def _comments(text: str) -> tuple[ir.Comment, ...]:
    """The comments that speak to mlstd; most files have none and are not searched."""
    if "mlstd:" not in text:
        return ()
    starts = [0]
    for length in map(len, text.split("\n")):
        starts.append(starts[-1] + length + 1)
    found = []
    for offset, comment in comments(text):
        if "mlstd:" in comment:
            line = bisect_right(starts, offset)
            before = text[starts[line - 1] : offset]
            found.append(ir.Comment(line, len(before) + 1, comment.rstrip(), not before.strip()))
    return tuple(found)
