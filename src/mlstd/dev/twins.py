"""How else could the same experiment have been written? A script as its twins, whose certain verdicts must be the same.

A twin is the same code moved into `main()`, split into a helper module, as a notebook, as a percent script, or with other names
for its local variables. Marks are comments and move with their lines. `None` comes out where a twin would be another program:
star imports cannot move, notebooks cannot be moved into functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import libcst as cst

from mlstd.dev.marks import Cell, notebook_of

Files: TypeAlias = dict[str, str]
HELPER = "helper_of_twin"
Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def in_main(files: Files, entry: str) -> Files | None:
    """Everything below the imports stands in `def main()`, called behind a guard."""
    module = _script(files, entry)
    head, body = _parts(module) if module is not None else ((), ())
    if module is None or not body or _has_star(body) or _uses_global(module):
        return None
    called = cst.parse_statement('if __name__ == "__main__":\n    main()\n')
    return {**files, entry: module.with_changes(body=[*head, _function("main", body), called]).code}


def in_helper(files: Files, entry: str) -> Files | None:
    """Functions and classes stand in a module of their own; a script without any has all its code in a function there."""
    module = _script(files, entry)
    head, body = _parts(module) if module is not None else ((), ())
    if module is None or not body or _has_star((*head, *body)) or _uses_global(module) or _guards(body):
        return None
    defined = [s for s in body if isinstance(s, (cst.FunctionDef, cst.ClassDef))]
    rest = [s for s in body if s not in defined]
    free = set().union(*(_names(s) for s in defined)) if defined else set()
    if defined and not free & _assigned(rest):
        names = ", ".join(s.name.value for s in defined)
        moved = module.with_changes(header=(), body=[*head, *defined]).code
        kept = module.with_changes(body=[*head, cst.parse_statement(f"from {HELPER} import {names}\n"), *rest]).code
        return {**files, entry: kept, _beside(entry): moved}
    moved = module.with_changes(header=(), body=[*head, _function("run", body)]).code
    called = [cst.parse_statement(f"from {HELPER} import run\n"), cst.parse_statement("run()\n")]
    return {**files, entry: module.with_changes(body=[*_docstring(module), *called]).code, _beside(entry): moved}


def as_notebook(files: Files, entry: str) -> Files | None:
    """Each stretch of statements between blank lines is a cell; none ends in a value, which a notebook would show."""
    cells = _cells(files, entry)
    if cells is None:
        return None
    rest = {path: text for path, text in files.items() if path != entry}
    module = cst.parse_module(files[entry])
    said = [Cell("markdown", f"# {text}")] if (text := module.get_docstring()) else []
    made = [*said, *(Cell("code", f"{cell}\npass") for cell in cells)]
    return {**rest, entry.removesuffix(".py") + ".ipynb": notebook_of(tuple(made))}


def as_percent_script(files: Files, entry: str) -> Files | None:
    """The same cells, divided by `# %%`."""
    cells = _cells(files, entry)
    return {**files, entry: "".join(f"# %%\n{cell}\n" for cell in cells)} if cells is not None else None


def renamed(files: Files, entry: str) -> Files | None:
    """Variables have names that say nothing. Parameters, attributes, and what other modules import keep theirs."""
    module = _script(files, entry)
    if module is None or len(files) > 1:
        return None
    collector = _Variables()
    module.visit(collector)
    names = {name: f"v{number}" for number, name in enumerate(sorted(collector.assigned - collector.fixed))}
    return {**files, entry: module.visit(_Renamer(names)).code} if names else None


TWINS: dict[str, Callable[[Files, str], Files | None]] = {
    "in main": in_main,
    "in a helper": in_helper,
    "as a notebook": as_notebook,
    "as a percent script": as_percent_script,
    "renamed": renamed,
}


def _script(files: Files, entry: str) -> cst.Module | None:
    return cst.parse_module(files[entry]) if entry.endswith(".py") else None


def _beside(entry: str) -> str:
    return f"{entry.rpartition('/')[0]}/{HELPER}.py".lstrip("/")


def _parts(module: cst.Module) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The docstring and imports at the head, and all that follows."""
    body = list(module.body)
    count = 0
    while count < len(body) and (_is_import(body[count]) or (count == 0 and module.get_docstring() is not None)):
        count += 1
    return tuple(body[:count]), tuple(body[count:])


def _docstring(module: cst.Module) -> list[Statement]:
    return [s for s in module.body[:1] if module.get_docstring() is not None]


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, (cst.Import, cst.ImportFrom)) for part in statement.body
    )


def _has_star(body: Sequence[cst.CSTNode]) -> bool:
    return any(
        isinstance(part, cst.ImportFrom) and isinstance(part.names, cst.ImportStar)
        for statement in body
        if isinstance(statement, cst.SimpleStatementLine)
        for part in statement.body
    )


def _guards(body: Sequence[cst.CSTNode]) -> bool:
    """Does the code ask for its own name? In a helper the answer would be another."""
    return any("__name__" in _names(statement) for statement in body if isinstance(statement, cst.If))


def _uses_global(module: cst.Module) -> bool:
    return "global" in {type(node).__name__.lower() for node in _walk(module)}


def _walk(node: cst.CSTNode) -> list[cst.CSTNode]:
    found, waiting = [], [node]
    while waiting:
        found.append(one := waiting.pop())
        waiting.extend(one.children)
    return found


def _names(node: cst.CSTNode) -> set[str]:
    return {one.value for one in _walk(node) if isinstance(one, cst.Name)}


def _assigned(statements: Sequence[cst.CSTNode]) -> set[str]:
    collector = _Variables()
    for statement in statements:
        statement.visit(collector)
    return collector.assigned


def _function(name: str, body: Sequence[Statement]) -> cst.FunctionDef:
    return cst.FunctionDef(
        name=cst.Name(name),
        params=cst.Parameters(),
        body=cst.IndentedBlock(body=body),
        leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)],
    )


def _cells(files: Files, entry: str) -> list[str] | None:
    """The text of a script, divided at the blank lines between its statements."""
    module = _script(files, entry)
    if module is None or "# %%" in files[entry]:
        return None
    cells: list[list[str]] = [[]]
    for statement in module.body:
        text = module.code_for_node(statement)
        if text.startswith("\n") and cells[-1]:
            cells.append([])
        cells[-1].append(text.strip("\n"))
    cells[0][:0] = [line.comment.value for line in module.header if line.comment is not None]
    return ["\n".join(cell) for cell in cells if cell]


class _Variables(cst.CSTVisitor):
    """Names that are assigned, and names that must stay: of parameters, attributes, imports, functions and classes."""

    def __init__(self) -> None:
        self.assigned: set[str] = set()
        self.fixed: set[str] = {"_"}
        self.classes = 0

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._target(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._target(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._target(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._target(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._target(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self._target(node.name)

    def visit_Param(self, node: cst.Param) -> None:
        self.fixed.add(node.name.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.fixed.add(node.name.value)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.fixed.add(node.name.value)
        self.fixed |= _assigned([s for s in node.body.body if not isinstance(s, cst.FunctionDef)])

    def visit_Import(self, node: cst.Import) -> bool:
        self._imported(node)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        self._imported(node)
        return False

    def visit_Global(self, node: cst.Global) -> None:
        self._imported(node)

    def _imported(self, node: cst.CSTNode) -> None:
        self.fixed |= _names(node)

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


class _Renamer(cst.CSTTransformer):
    """Other names for variables; keywords of calls and attributes are not variables."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Attribute_attr(self, node: cst.Attribute) -> None:
        """Attributes are put back in `leave_Attribute`."""

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        return updated.with_changes(value=self.names.get(updated.value, updated.value))
