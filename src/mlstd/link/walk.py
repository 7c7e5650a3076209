"""Which imports stand in a module, at any depth? IR -> flat lists; no name is resolved here."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mlstd.lower import ir


class Wanted(msgspec.Struct, frozen=True):
    """One thing that a module asks for: `import module`, `from module import names`, or, with `run`, `%run module`."""

    module: str
    level: int = 0
    names: tuple[str, ...] = ()
    run: bool = False


def wanted(module: ir.Module) -> tuple[Wanted, ...]:
    """Everything that the module imports, in functions too, in the order of the text and each once."""
    found: dict[Wanted, None] = {}
    for unit in module.units:
        for statement in statements(unit.body):
            if isinstance(statement, ir.Import):
                found[Wanted(statement.module, statement.level, tuple(name for name, _ in statement.names or ()))] = None
            elif isinstance(statement, ir.RunFile):
                found[Wanted(statement.path, run=True)] = None
        if "import_module" in unit.text or "__import__" in unit.text:
            found.update(dict.fromkeys(_dynamic(unit)))
    return tuple(found)


def statements(body: tuple[ir.Stmt, ...], functions: bool = True) -> Iterator[ir.Stmt]:
    """The statements of a body and those inside them; without `functions`, only what runs when the module is loaded."""
    for statement in body:
        yield statement
        if isinstance(statement, (ir.Function, ir.Class)) and not functions:
            continue
        for inner in _blocks(statement):
            yield from statements(inner, functions)


def _blocks(statement: ir.Stmt) -> tuple[tuple[ir.Stmt, ...], ...]:
    if isinstance(statement, (ir.If, ir.Loop)):
        return (statement.body, statement.orelse)
    if isinstance(statement, ir.Try):
        return (statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.final)
    if isinstance(statement, (ir.With, ir.Function, ir.Class)):
        return (statement.body,)
    return ()


def dotted(expression: ir.Expr) -> str:
    """`a.b.c` for attributes of a name, empty for anything else."""
    if isinstance(expression, ir.Name):
        return expression.id
    if isinstance(expression, ir.Attribute):
        before = dotted(expression.value)
        return f"{before}.{expression.name}" if before else ""
    return ""


def _dynamic(unit: ir.Unit) -> Iterator[Wanted]:
    for call in _calls(unit.body):
        name = dotted(call.func).rsplit(".", 1)[-1]
        first = call.arguments[0].value if call.arguments else None
        if name in ("import_module", "__import__") and isinstance(first, ir.Const) and isinstance(first.value, str):
            level = len(first.value) - len(first.value.lstrip("."))
            yield Wanted(first.value[level:], level)


def _calls(value: object) -> Iterator[ir.Call]:
    if isinstance(value, ir.Call):
        yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _calls(item)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _calls(getattr(value, name))
