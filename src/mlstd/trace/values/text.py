"""How a value or a piece of code reads to a person."""

from __future__ import annotations

from mlstd.lower import ir

LONGEST = 60
BRACKETS = {"tuple": ("(", ")"), "list": ("[", "]"), "set": ("{", "}")}


def source(node: ir.Expr | None, longest: int = LONGEST) -> str:
    """The expression as the reader wrote it, near enough to be recognised, shortened to `longest` characters."""
    text = _source(node)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _source(node: ir.Expr | None) -> str:
    match node:
        case None:
            return ""
        case ir.Const(value=value):
            return repr(value)
        case ir.Name(id=name):
            return name
        case ir.Attribute(value=value, name=name):
            return f"{_tight(value)}.{name}"
        case ir.Subscript(value=value, index=index):
            inner = ", ".join(map(_source, index.items)) if isinstance(index, ir.Sequence) else _source(index)
            return f"{_tight(value)}[{inner}]"
        case ir.Slice(lower=lower, upper=upper, step=step):
            return f"{_source(lower)}:{_source(upper)}" + (f":{_source(step)}" if step else "")
        case ir.Call(func=func, arguments=arguments):
            return f"{_tight(func)}({', '.join(map(_argument, arguments))})"
        case ir.Sequence(kind=kind, items=items):
            left, right = BRACKETS[kind]
            return left + ", ".join(map(_source, items)) + right
        case ir.Operation(op=op, operands=operands):
            if len(operands) == 1:
                return f"{op}{' ' if op.isalpha() else ''}{_tight(operands[0])}"
            return f" {op} ".join(map(_tight, operands))
        case ir.Starred(value=value):
            return f"*{_source(value)}"
        case ir.Conditional(test=test, yes=yes, no=no):
            return f"{_source(yes)} if {_source(test)} else {_source(no)}"
        case ir.Lambda():
            return "lambda: ..."
        case _:
            return "..."


def _tight(node: ir.Expr | None) -> str:
    """In brackets where it would fall apart otherwise."""
    loose = isinstance(node, (ir.Operation, ir.Conditional, ir.Lambda))
    return f"({_source(node)})" if loose else _source(node)


def _argument(argument: ir.Argument) -> str:
    return "*" * argument.stars + (f"{argument.name}=" if argument.name else "") + _source(argument.value)
