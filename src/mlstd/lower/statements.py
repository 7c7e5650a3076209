"""What does a statement say? One function a kind of libcst node, each gives the IR statements that it amounts to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from mlstd.lower import ir
from mlstd.lower.expressions import Lowering, arguments, expression, operator, parameters
from mlstd.lower.sugar import match_statement, notebook_call

_Stmts = tuple[ir.Stmt, ...]


def block(body: Sequence[Any], low: Lowering) -> _Stmts:
    """Lower the statements of a module, a suite or a line, one after the other."""
    found: list[ir.Stmt] = []
    for node in body:
        lowering = _KINDS.get(type(node))
        if lowering is not None:
            found.extend(lowering(node, low))
    return tuple(found)


def suite(node: cst.BaseSuite, low: Lowering) -> _Stmts:
    """Lower the body of a compound statement, on its own line or indented."""
    if isinstance(node, cst.SimpleStatementSuite):
        low.statements.append(low.positions.lines(node.body[0]) if node.body else (1, 1))
    return block(node.body, low)


def _optional(node: Any, low: Lowering) -> ir.Expr | None:
    return None if node is None else expression(node, low)


def _header(node: Any, body: cst.BaseSuite, low: Lowering) -> None:
    low.statements.append(low.positions.header(node, body))


def _line(node: cst.SimpleStatementLine, low: Lowering) -> _Stmts:
    low.statements.append(low.positions.lines(node))
    return block(node.body, low)


def _expr(node: cst.Expr, low: Lowering) -> _Stmts:
    magic = notebook_call(node.value, low)
    return (magic if magic is not None else ir.Evaluate(low.span(node), expression(node.value, low)),)


def _assert(node: cst.Assert, low: Lowering) -> _Stmts:
    return (ir.Evaluate(low.span(node), expression(node.test, low)),)


def _assign(node: cst.Assign, low: Lowering) -> _Stmts:
    value = expression(node.value, low)
    return (ir.Assign(low.span(node), tuple(expression(target.target, low) for target in node.targets), value),)


def _augmented(node: cst.AugAssign, low: Lowering) -> _Stmts:
    at = low.span(node)
    target = expression(node.target, low)
    return (ir.Assign(at, (target,), ir.Operation(at, operator(node.operator), (target, expression(node.value, low)))),)


def _annotated(node: cst.AnnAssign, low: Lowering) -> _Stmts:
    target = (expression(node.target, low),)
    return (ir.Assign(low.span(node), target, _optional(node.value, low), expression(node.annotation.annotation, low)),)


def _type_alias(node: cst.TypeAlias, low: Lowering) -> _Stmts:
    return (ir.Assign(low.span(node), (expression(node.name, low),), ir.Opaque(low.span(node), ())),)


def _pass(node: cst.Pass, low: Lowering) -> _Stmts:
    """Nothing, unless it stands for a `%run`."""
    if low.runs:
        at = low.span(node)
        path = low.runs.get(at[0])
        if path is not None:
            return (ir.RunFile(at, path),)
    return ()


def _return(node: cst.Return, low: Lowering) -> _Stmts:
    return (ir.Leave(low.span(node), "return", _optional(node.value, low)),)


def _raise(node: cst.Raise, low: Lowering) -> _Stmts:
    return (ir.Leave(low.span(node), "raise", _optional(node.exc, low)),)


def _break(node: cst.Break, low: Lowering) -> _Stmts:
    return (ir.Leave(low.span(node), "break"),)


def _continue(node: cst.Continue, low: Lowering) -> _Stmts:
    return (ir.Leave(low.span(node), "continue"),)


def _global(node: cst.Global, low: Lowering) -> _Stmts:
    return (ir.Scope(low.span(node), "global", tuple(item.name.value for item in node.names)),)


def _nonlocal(node: cst.Nonlocal, low: Lowering) -> _Stmts:
    return (ir.Scope(low.span(node), "nonlocal", tuple(item.name.value for item in node.names)),)


def _delete(node: cst.Del, low: Lowering) -> _Stmts:
    target = expression(node.target, low)
    targets = target.items if isinstance(target, ir.Sequence) else (target,)
    return (ir.Delete(low.span(node), targets),)


def _dotted(node: Any) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _alias(node: cst.ImportAlias) -> str | None:
    return node.asname.name.value if node.asname is not None and isinstance(node.asname.name, cst.Name) else None


def _import(node: cst.Import, low: Lowering) -> _Stmts:
    """One statement a module; each stands where its name does, a single one where the statement does."""
    if len(node.names) == 1:
        return (ir.Import(low.span(node), _dotted(node.names[0].name), alias=_alias(node.names[0])),)
    return tuple(ir.Import(low.span(name), _dotted(name.name), alias=_alias(name)) for name in node.names)


def _import_from(node: cst.ImportFrom, low: Lowering) -> _Stmts:
    names: tuple[tuple[str, str | None], ...] = (("*", None),)
    if not isinstance(node.names, cst.ImportStar):
        names = tuple((_dotted(name.name), _alias(name)) for name in node.names)
    return (ir.Import(low.span(node), _dotted(node.module), len(node.relative), None, names),)


def _if(node: cst.If, low: Lowering) -> _Stmts:
    """A chain of `elif` is nested; it is walked from its end, as long chains would be too deep for recursion."""
    chain = [node]
    while isinstance(chain[-1].orelse, cst.If):
        chain.append(chain[-1].orelse)
    lowered = []
    for link in chain:
        _header(link, link.body, low)
        lowered.append((low.span(link), expression(link.test, low), suite(link.body, low)))
    orelse = _orelse(chain[-1].orelse, low)
    for at, test, body in reversed(lowered):
        orelse = (ir.If(at, test, body, orelse),)
    return orelse


def _orelse(node: cst.Else | cst.Finally | cst.If | None, low: Lowering) -> _Stmts:
    if node is None:
        return ()
    _header(node, node.body, low)
    return suite(node.body, low)


def _for(node: cst.For, low: Lowering) -> _Stmts:
    _header(node, node.body, low)
    target, over = expression(node.target, low), expression(node.iter, low)
    return (ir.Loop(low.span(node), "for", target, over, suite(node.body, low), _orelse(node.orelse, low)),)


def _while(node: cst.While, low: Lowering) -> _Stmts:
    _header(node, node.body, low)
    over = expression(node.test, low)
    return (ir.Loop(low.span(node), "while", None, over, suite(node.body, low), _orelse(node.orelse, low)),)


def _try(node: cst.Try | cst.TryStar, low: Lowering) -> _Stmts:
    _header(node, node.body, low)
    body = suite(node.body, low)
    handlers = tuple(_handler(handler, low) for handler in node.handlers)
    return (ir.Try(low.span(node), body, handlers, _orelse(node.orelse, low), _orelse(node.finalbody, low)),)


def _handler(node: cst.ExceptHandler | cst.ExceptStarHandler, low: Lowering) -> ir.Handler:
    _header(node, node.body, low)
    name = node.name.name.value if node.name is not None and isinstance(node.name.name, cst.Name) else None
    return ir.Handler(low.span(node), _optional(node.type, low), name, suite(node.body, low))


def _with(node: cst.With, low: Lowering) -> _Stmts:
    _header(node, node.body, low)
    items = tuple(
        (expression(item.item, low), _optional(item.asname.name if item.asname is not None else None, low)) for item in node.items
    )
    return (ir.With(low.span(node), items, suite(node.body, low)),)


def _doc(node: cst.FunctionDef | cst.ClassDef | cst.Module) -> str | None:
    try:
        return node.get_docstring()
    except (ValueError, SyntaxError):
        return None


def _decorated_header(node: cst.FunctionDef | cst.ClassDef, low: Lowering) -> None:
    first, last = low.positions.header(node, node.body)
    if node.decorators:
        first = min(first, low.positions.lines(node.decorators[0])[0])
    low.statements.append((first, last))


def _function(node: cst.FunctionDef, low: Lowering) -> _Stmts:
    _decorated_header(node, low)
    decorators = tuple(expression(decorator.decorator, low) for decorator in node.decorators)
    params = parameters(node.params, low)
    outer, low.yielded = low.yielded, False
    body = suite(node.body, low)
    generator, low.yielded = low.yielded, outer
    return (ir.Function(low.span(node.name), node.name.value, params, body, decorators, generator, _doc(node)),)


def _class(node: cst.ClassDef, low: Lowering) -> _Stmts:
    _decorated_header(node, low)
    decorators = tuple(expression(decorator.decorator, low) for decorator in node.decorators)
    bases = arguments((*node.bases, *node.keywords), low)
    return (ir.Class(low.span(node.name), node.name.value, bases, suite(node.body, low), decorators, _doc(node)),)


def _match(node: cst.Match, low: Lowering) -> _Stmts:
    return match_statement(node, low, suite)


_KINDS: dict[type[Any], Callable[[Any, Lowering], _Stmts]] = {
    cst.SimpleStatementLine: _line,
    cst.Expr: _expr,
    cst.Assert: _assert,
    cst.Assign: _assign,
    cst.AugAssign: _augmented,
    cst.AnnAssign: _annotated,
    cst.TypeAlias: _type_alias,
    cst.Pass: _pass,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Del: _delete,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Match: _match,
}
