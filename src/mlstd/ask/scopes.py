"""Which names does a stretch of code bind, and which does it use, in the order in which they happen?

What a function's body uses happens when it is called; what a class body, a comprehension or a default uses happens at once.
Names that the inner scope binds itself are not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mlstd.lower import ir

_FORGIVING = frozenset(("NameError", "Exception", "BaseException"))


@dataclass(frozen=True, slots=True)
class Use:
    """A name is read. `later`: by a function's body, when somebody calls it; `guarded`: a `try` answers for its absence."""

    name: str
    node: ir.Node
    later: bool = False
    guarded: bool = False


def bindings(body: Iterable[ir.Stmt]) -> Iterator[tuple[str, ir.Node]]:
    """The names that statements bind in their own scope, or in the module's by `global`."""
    for statement in body:
        yield from _bound(statement)


def _bound(node: ir.Stmt) -> Iterator[tuple[str, ir.Node]]:
    match node:
        case ir.Assign(targets=targets, value=value):
            if value is not None:
                yield from _targets(targets)
        case ir.Loop(target=target):
            yield from _targets((target,) if target is not None else ())
        case ir.With(items=items):
            yield from _targets(tuple(t for _, t in items if t is not None))
        case ir.Function() | ir.Class():
            yield node.name, node
        case ir.Import():
            yield from _imported(node)
        case ir.Try(handlers=handlers):
            yield from ((h.name, node) for h in handlers if h.name)
    for child in _expressions(node):
        yield from _walrus(child)
    if isinstance(node, ir.Function):
        yield from _globals(node)
    for body in _blocks(node):
        yield from bindings(body)


def _targets(targets: Iterable[ir.Expr]) -> Iterator[tuple[str, ir.Node]]:
    for target in targets:
        if isinstance(target, ir.Name):
            yield target.id, target
        elif isinstance(target, ir.Sequence):
            yield from _targets(target.items)
        elif isinstance(target, ir.Starred):
            yield from _targets((target.value,))


def _imported(node: ir.Import) -> Iterator[tuple[str, ir.Node]]:
    if node.names is None:
        yield node.alias or node.module.partition(".")[0], node
    else:
        yield from ((alias or name, node) for name, alias in node.names)


def _globals(function: ir.Function) -> Iterator[tuple[str, ir.Node]]:
    """What a function binds in the module's scope."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Scope) and node.word == "global":
            yield from ((name, function) for name in node.names)
        waiting.extend(s for body in _blocks(node, functions=True) for s in body)


def _blocks(node: ir.Stmt, functions: bool = False) -> list[tuple[ir.Stmt, ...]]:
    """The blocks of a statement that run in its own scope; with `functions`, those of a function or class, too."""
    match node:
        case ir.If(body=body, orelse=orelse) | ir.Loop(body=body, orelse=orelse):
            return [body, orelse]
        case ir.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            return [body, *(h.body for h in handlers), orelse, final]
        case ir.With(body=body):
            return [body]
        case ir.Function(body=body) | ir.Class(body=body) if functions:
            return [body]
        case _:
            return []


def _expressions(node: ir.Stmt) -> list[ir.Expr]:
    """The expressions that a statement evaluates itself, in order; assignment targets are not among them."""
    match node:
        case ir.Evaluate(value=value):
            return [value]
        case ir.Assign(targets=targets, value=value):
            return [*([value] if value is not None else []), *_places(targets)]
        case ir.If(test=test):
            return [test]
        case ir.Loop(over=over):
            return [over]
        case ir.With(items=items):
            return [context for context, _ in items]
        case ir.Function(parameters=parameters, decorators=decorators):
            return [*decorators, *(p.default for p in parameters if p.default is not None)]
        case ir.Class(bases=bases, decorators=decorators):
            return [*decorators, *(b.value for b in bases)]
        case ir.Leave(value=value):
            return [value] if value is not None else []
        case ir.Delete(targets=targets):
            return list(targets)
        case _:
            return []


def _places(targets: Iterable[ir.Expr]) -> list[ir.Expr]:
    """The targets that are read to be written into: `owner.name = ...`, `table[key] = ...`."""
    found: list[ir.Expr] = []
    for target in targets:
        if isinstance(target, ir.Sequence):
            found += _places(target.items)
        elif isinstance(target, ir.Starred):
            found += _places((target.value,))
        elif not isinstance(target, ir.Name):
            found.append(target)
    return found


def children(node: ir.Expr) -> list[ir.Expr]:
    """The expressions directly inside one, in the order of evaluation; what opens a scope of its own has none here."""
    match node:
        case ir.Attribute(value=value) | ir.Starred(value=value) | ir.NamedExpr(value=value):
            return [value]
        case ir.Subscript(value=value, index=index):
            return [value, index]
        case ir.Slice(lower=lower, upper=upper, step=step):
            return [part for part in (lower, upper, step) if part is not None]
        case ir.Call(func=func, arguments=arguments):
            return [func, *(a.value for a in arguments)]
        case ir.Sequence(items=items):
            return list(items)
        case ir.Mapping(items=items):
            return [part for pair in items for part in pair if part is not None]
        case ir.Operation(operands=operands):
            return list(operands)
        case ir.Conditional(test=test, yes=yes, no=no):
            return [test, yes, no]
        case ir.Text(parts=parts):
            return list(parts)
        case ir.Yield(value=value):
            return [value] if value is not None else []
        case ir.Opaque(children=inner):
            return list(inner)
        case _:
            return []


def _walrus(node: ir.Expr) -> Iterator[tuple[str, ir.Node]]:
    if isinstance(node, ir.NamedExpr):
        yield node.name, node
    inner = children(node)
    if isinstance(node, ir.Comprehension):
        inner = [node.element, *([node.value] if node.value is not None else [])]
        inner += [part for clause in node.clauses for part in (clause.iterable, *clause.conditions)]
    for child in inner:
        yield from _walrus(child)


def uses(body: Iterable[ir.Stmt]) -> Iterator[Use | str]:
    """The names that statements read, and (as plain strings) those that they bind, in the order of the run."""
    for statement in body:
        yield from _used(statement)


def _used(node: ir.Stmt) -> Iterator[Use | str]:
    if isinstance(node, ir.Scope):
        return
    for child in _expressions(node):
        yield from _read(child, frozenset())
    if isinstance(node, ir.Function):
        yield node.name
        yield from _deferred(node.parameters, node.body)
    elif isinstance(node, ir.Class):
        own = frozenset(name for name, _ in bindings(node.body))
        yield from (u for u in uses(node.body) if isinstance(u, Use) and u.name not in own)
        yield node.name
    elif isinstance(node, ir.Try):
        yield from _tried(node)
        return
    for name, _ in _own(node):
        yield name
    for block in _blocks(node):
        yield from uses(block)


def _own(node: ir.Stmt) -> list[tuple[str, ir.Node]]:
    """What a statement binds by itself, the blocks below it left aside."""
    inside = {id(n) for block in _blocks(node) for _, n in bindings(block)}
    return [(name, at) for name, at in _bound(node) if id(at) not in inside]


def _tried(node: ir.Try) -> Iterator[Use | str]:
    forgiving = any(_forgives(handler.types) for handler in node.handlers)
    for use in uses(node.body):
        yield replace(use, guarded=True) if forgiving and isinstance(use, Use) else use
    for handler in node.handlers:
        if handler.name:
            yield handler.name
        yield from uses(handler.body)
    yield from uses(node.orelse)
    yield from uses(node.final)


def _forgives(types: ir.Expr | None) -> bool:
    if types is None:
        return True
    named = types.items if isinstance(types, ir.Sequence) else (types,)
    return any(isinstance(t, ir.Name) and t.id in _FORGIVING for t in named)


def _deferred(parameters: tuple[ir.Parameter, ...], body: Iterable[ir.Stmt]) -> Iterator[Use]:
    """What a function's body reads from outside, when it is called."""
    statements = tuple(body)
    declared = {name for s in statements if isinstance(s, ir.Scope) and s.word == "global" for name in s.names}
    own = ({p.name for p in parameters} | {name for name, _ in bindings(statements)}) - declared
    for use in uses(statements):
        if isinstance(use, Use) and use.name not in own:
            yield replace(use, later=True)


def _read(node: ir.Expr, own: frozenset[str]) -> Iterator[Use | str]:
    """The names that an expression reads; `own` are those of the comprehensions around it."""
    match node:
        case ir.Name(id=name):
            if name not in own:
                yield Use(name, node)
        case ir.Lambda(parameters=parameters, body=body):
            for parameter in parameters:
                if parameter.default is not None:
                    yield from _read(parameter.default, own)
            inner = own | {p.name for p in parameters}
            yield from (replace(u, later=True) for u in _read(body, inner) if isinstance(u, Use))
        case ir.Comprehension():
            yield from _comprehended(node, own)
        case _:
            for child in children(node):
                yield from _read(child, own)
            if isinstance(node, ir.NamedExpr):
                yield node.name


def _comprehended(node: ir.Comprehension, own: frozenset[str]) -> Iterator[Use | str]:
    for clause in node.clauses:
        yield from _read(clause.iterable, own)
        own = own | {name for name, _ in _targets((clause.target,))}
        for condition in clause.conditions:
            yield from _read(condition, own)
    yield from _read(node.element, own)
    if node.value is not None:
        yield from _read(node.value, own)
