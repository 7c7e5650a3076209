"""What do `match` statements and IPython's own calls amount to?"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import libcst as cst

from mlstd.lower import ir
from mlstd.lower.expressions import Lowering, expression

_Stmts = tuple[ir.Stmt, ...]
_Suite = Callable[[cst.BaseSuite, Lowering], _Stmts]
_MAGIC_CALLS = ("system", "getoutput", "magic", "run_line_magic", "run_cell_magic")


def match_statement(node: cst.Match, low: Lowering, suite: _Suite) -> _Stmts:
    """A chain of nested `If`s whose tests are ("match", subject, what the pattern names); captures are unknown values."""
    subject = expression(node.subject, low)
    before: _Stmts = ()
    if not isinstance(subject, ir.Name | ir.Const):
        # The subject is evaluated once, so it gets a name that no program can use.
        name = ir.Name(subject.at, f"<match {subject.at[0]}:{subject.at[1]}>")
        before = (ir.Assign(subject.at, (name,), subject),)
        subject = name
    lines = low.positions.lines(node.subject)
    low.statements.append((low.positions.lines(node)[0], lines[1]))
    cases = []
    for case in node.cases:
        low.statements.append(low.positions.header(case, case.body))
        test = _test(case, subject, low)
        body = (*_captures(case.pattern, subject, low), *suite(case.body, low))
        cases.append((low.span(case), test, body))
    orelse: _Stmts = ()
    for at, test, body in reversed(cases):
        orelse = body if test is None else (ir.If(at, test, body, orelse),)
    return (*before, *orelse)


def _test(case: cst.MatchCase, subject: ir.Expr, low: Lowering) -> ir.Expr | None:
    """What must hold for a case; None when it always does."""
    test = _pattern(case.pattern, subject, low)
    if case.guard is None:
        return test
    guard = expression(case.guard, low)
    return guard if test is None else ir.Operation(low.span(case.pattern), "and", (test, guard))


def _pattern(node: Any, subject: ir.Expr, low: Lowering) -> ir.Expr | None:
    if isinstance(node, cst.MatchAs):
        return None if node.pattern is None else _pattern(node.pattern, subject, low)
    if isinstance(node, cst.MatchOr):
        found = [_pattern(element.pattern, subject, low) for element in node.patterns]
        tests = tuple(test for test in found if test is not None)
        return ir.Operation(low.span(node), "or", tests) if len(tests) == len(found) else None
    return ir.Operation(low.span(node), "match", (subject, *_named(node, low)))


def _named(node: Any, low: Lowering) -> list[ir.Expr]:
    """The values and classes that a pattern names, in order."""
    if isinstance(node, cst.MatchValue | cst.MatchSingleton):
        return [expression(node.value, low)]
    found = [expression(node.cls, low)] if isinstance(node, cst.MatchClass) else []
    for element in getattr(node, "elements", ()):
        if isinstance(element, cst.MatchMappingElement):
            found.append(expression(element.key, low))
    for inner in _inner(node):
        found.extend(_named(inner, low))
    return found


def _inner(node: Any) -> list[Any]:
    """The patterns directly inside a pattern."""
    found = []
    for field in ("patterns", "elements", "kwds"):
        for element in getattr(node, field, ()):
            inner = getattr(element, "pattern", None)
            inner = getattr(element, "value", None) if inner is None else inner
            if inner is not None:
                found.append(inner)
    inner = getattr(node, "pattern", None)
    return found if inner is None else [*found, inner]


def _captures(node: Any, subject: ir.Expr, low: Lowering, whole: bool = True) -> _Stmts:
    """Assignments of the names that a pattern binds: the subject itself, or a part of it that is not known."""
    found: list[ir.Stmt] = []
    names = [getattr(node, field, None) for field in ("name", "rest")]
    if isinstance(node, cst.MatchMapping | cst.MatchAs | cst.MatchStar):
        for name in names:
            if isinstance(name, cst.Name):
                at = low.span(name)
                alone = whole and isinstance(node, cst.MatchAs)
                found.append(ir.Assign(at, (ir.Name(at, name.value),), subject if alone else ir.Opaque(at, (subject,))))
    keep = whole and isinstance(node, cst.MatchAs | cst.MatchOr)
    for element in getattr(node, "patterns", ()):
        if isinstance(element, cst.MatchStar):
            found.extend(_captures(element, subject, low, whole=False))
    for inner in _inner(node):
        if not isinstance(inner, cst.Name):
            found.extend(_captures(inner, subject, low, whole=keep))
    return tuple(found)


def notebook_call(node: Any, low: Lowering) -> ir.Stmt | None:
    """What IPython's export makes of magics: `get_ipython().run_line_magic("run", "a.py")` runs a file, others are not known."""
    if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _MAGIC_CALLS):
        return None
    owner = node.func.value
    if not (isinstance(owner, cst.Call) and isinstance(owner.func, cst.Name) and owner.func.value == "get_ipython"):
        return None
    at = low.span(node)
    words: list[str] = []
    for argument in node.args:
        value = expression(argument.value, low)
        if isinstance(value, ir.Const) and isinstance(value.value, str):
            words.extend(_words(value.value))
    if words[:1] == ["run"] and node.func.attr.value in ("magic", "run_line_magic"):
        paths = [word for word in words[1:] if not word.startswith("-")]
        if paths:
            return ir.RunFile(at, paths[0])
    return ir.Evaluate(at, ir.Opaque(at, ()))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
