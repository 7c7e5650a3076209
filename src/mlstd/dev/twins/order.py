"""In which other order could the same statements stand? Neighbours change places where neither minds the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from mlstd.dev.twins.code import Files, bound, is_import, names, script, walk


def reordered(files: Files, entry: str) -> Files | None:
    """In the module and in every function, neighbours have changed places: imports, definitions, and what calls nothing."""
    module = script(files, entry)
    if module is None:
        return None
    changed = module.visit(_Swapper())
    return {**files, entry: changed.code} if not changed.deep_equals(module) else None


S = TypeVar("S", bound=cst.BaseStatement)


class _Swapper(cst.CSTTransformer):
    """Swaps neighbours in every block."""

    def leave_Module(self, original: cst.Module, updated: cst.Module) -> cst.Module:
        first = 1 if updated.get_docstring() is not None else 0
        return updated.with_changes(body=[*updated.body[:first], *_swapped(updated.body[first:])])

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        return updated.with_changes(body=_swapped(updated.body))


def _swapped(body: Sequence[S]) -> list[S]:
    made = list(body)
    n = 0
    while n + 1 < len(made):
        if _indifferent(made[n], made[n + 1]):
            made[n], made[n + 1] = made[n + 1], made[n]
            n += 2
        else:
            n += 1
    return made


def _indifferent(one: cst.BaseStatement, other: cst.BaseStatement) -> bool:
    """May they change places? One of them does nothing but bind names, and neither binds or changes what the other one reads."""
    if _stays(one) or _stays(other) or bound([one]) & names(other) or bound([other]) & names(one):
        return False
    if _defines(one) or _defines(other) or (_computes(one) and _computes(other)):
        return True
    return (_computes(one) or _computes(other)) and not names(one) & names(other)


def _defines(statement: cst.BaseStatement) -> bool:
    """An import, or the definition of a function or class."""
    if is_import(statement):
        return "__future__" not in names(statement)
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef)) and not statement.decorators


def _computes(statement: cst.BaseStatement) -> bool:
    """An assignment to names of something that calls nothing."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    inside = walk(statement)
    targets = [t for n in inside if isinstance(n, cst.AssignTarget) for t in walk(n.target)]
    plain = not any(isinstance(n, (cst.Call, cst.Await, cst.Yield, cst.AugAssign, cst.Del)) for n in inside)
    return plain and bool(targets) and not any(isinstance(t, (cst.Attribute, cst.Subscript)) for t in targets)


def _stays(statement: cst.BaseStatement) -> bool:
    """Is this a docstring, or something behind which the next statement perhaps does not happen?"""
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return False
    first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    said = isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString)
    return said or any(isinstance(n, (cst.Return, cst.Raise, cst.Break, cst.Continue)) for n in walk(statement))
