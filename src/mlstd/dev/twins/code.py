"""What do all ways of rewriting a script need to know of it: its head and body, the names that it reads and binds?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import libcst as cst

Files: TypeAlias = dict[str, str]
Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def script(files: Files, entry: str) -> cst.Module | None:
    """The entry, if it is a script."""
    return cst.parse_module(files[entry]) if entry.endswith(".py") else None


def parts(module: cst.Module) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The docstring and imports at the head, and all that follows."""
    body = list(module.body)
    count = 0
    while count < len(body) and (is_import(body[count]) or (count == 0 and module.get_docstring() is not None)):
        count += 1
    return tuple(body[:count]), tuple(body[count:])


def movable(files: Files, entry: str) -> tuple[cst.Module, tuple[Statement, ...], tuple[Statement, ...]] | None:
    """A script with its head and body, if its body can stand in a function: no star import, no `global`."""
    module = script(files, entry)
    head, body = parts(module) if module is not None else ((), ())
    if module is None or not body or has_star(body) or uses_global(module):
        return None
    return module, head, body


def docstring(module: cst.Module) -> list[Statement]:
    """The docstring, if there is one."""
    return [s for s in module.body[:1] if module.get_docstring() is not None]


def is_import(statement: cst.CSTNode) -> bool:
    """Does this line do nothing but import?"""
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, (cst.Import, cst.ImportFrom)) for part in statement.body
    )


def has_star(body: Sequence[cst.CSTNode]) -> bool:
    """Is there a star import, which cannot stand in a function?"""
    return any(
        isinstance(part, cst.ImportFrom) and isinstance(part.names, cst.ImportStar)
        for statement in body
        if isinstance(statement, cst.SimpleStatementLine)
        for part in statement.body
    )


def is_guard(statement: cst.CSTNode) -> bool:
    """Is this `if __name__ == "__main__":`?"""
    return isinstance(statement, cst.If) and "__name__" in names(statement.test)


def unguarded(body: Sequence[Statement]) -> tuple[Statement, ...] | None:
    """The body with what stands behind the guard in the guard's place; None if code asks for its own name otherwise."""
    flat: list[Statement] = []
    for statement in body:
        if isinstance(statement, cst.If) and is_guard(statement) and statement.orelse is None:
            flat += [s for s in statement.body.body if isinstance(s, (cst.SimpleStatementLine, cst.BaseCompoundStatement))]
        elif "__name__" in names(statement):
            return None
        else:
            flat.append(statement)
    return tuple(flat)


def uses_global(module: cst.Module) -> bool:
    """Does any function bind a name of the module?"""
    return any(isinstance(node, cst.Global) for node in walk(module))


def walk(node: cst.CSTNode) -> list[cst.CSTNode]:
    """A node and all nodes in it."""
    found, waiting = [], [node]
    while waiting:
        found.append(one := waiting.pop())
        waiting.extend(one.children)
    return found


def names(node: cst.CSTNode) -> set[str]:
    """Every name in some code, bound or read, attribute or keyword."""
    return {one.value for one in walk(node) if isinstance(one, cst.Name)}


def bound(statements: Iterable[cst.CSTNode]) -> set[str]:
    """The names that some statements bind where they stand: functions and classes, too, but nothing inside of these."""
    collector = Variables(inner=False)
    for statement in statements:
        statement.visit(collector)
    return collector.assigned | collector.defined


def function(
    name: str, body: Sequence[Statement], parameters: Sequence[str] = (), returned: Sequence[str] = ()
) -> cst.FunctionDef:
    """`def name(parameters): body; return returned`."""
    last = [cst.parse_statement(f"return {', '.join(returned)}\n")] if returned else []
    return cst.FunctionDef(
        name=cst.Name(name),
        params=cst.Parameters(params=[cst.Param(cst.Name(p)) for p in parameters]),
        body=cst.IndentedBlock(body=[*body, *last]),
        leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)],
    )


def guarded(call: str) -> Statement:
    """A call behind the guard."""
    return cst.parse_statement(f'if __name__ == "__main__":\n    {call}\n')


class Variables(cst.CSTVisitor):
    """Which names are assigned, which are those of functions and classes, and which must stay: parameters, attributes of classes,
    imports."""

    def __init__(self, inner: bool = True) -> None:
        self.inner = inner
        self.assigned: set[str] = set()
        self.defined: set[str] = set()
        self.fixed: set[str] = {"_"}

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._target(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._target(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._target(node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._target(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._target(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        if self.inner:
            self._target(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self._target(node.name)

    def visit_Param(self, node: cst.Param) -> None:
        self.fixed.add(node.name.value)

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return self.inner

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.defined.add(node.name.value)
        return self.inner

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.defined.add(node.name.value)
        if self.inner:
            self.fixed |= bound(node.body.body)
        return self.inner

    def visit_Import(self, node: cst.Import) -> bool:
        self._imported(node)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        self._imported(node)
        return False

    def visit_Global(self, node: cst.Global) -> None:
        self.fixed |= names(node)

    def _imported(self, node: cst.Import | cst.ImportFrom) -> None:
        self.fixed |= names(node)
        if not self.inner and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                self.defined.add(alias.evaluated_alias or alias.evaluated_name.partition(".")[0])

    def _target(self, node: cst.CSTNode) -> None:
        match node:
            case cst.Name(value=name):
                (self.fixed if name.startswith("__") else self.assigned).add(name)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for element in elements:
                    self._target(element.value)
            case cst.StarredElement(value=value):
                self._target(value)
            case _:
                pass
