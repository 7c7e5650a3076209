"""What does an expression say? One function a kind of libcst node, each gives one IR expression."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from mlstd.lower import ir
from mlstd.lower.positions import Positions

_OPERATORS: dict[type[Any], str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%", cst.Power: "**",
    cst.MatrixMultiply: "@", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitOr: "|", cst.BitAnd: "&", cst.BitXor: "^",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/", cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.MatrixMultiplyAssign: "@", cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>", cst.BitOrAssign: "|", cst.BitAndAssign: "&", cst.BitXorAssign: "^",
    cst.And: "and", cst.Or: "or", cst.Not: "not", cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~",
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.Is: "is", cst.IsNot: "is not", cst.In: "in", cst.NotIn: "not in",
}  # fmt: skip
_CONSTANTS = {"None": None, "True": True, "False": False}
_LARGEST = 2**63


class Lowering:
    """What is at hand while one unit is lowered: the places, and whether the function at hand has yielded."""

    def __init__(self, positions: Positions, runs: dict[int, str]) -> None:
        self.positions = positions
        self.span = positions.span
        self.runs = runs
        self.yielded = False
        self.statements: list[tuple[int, int]] = []


def expression(node: Any, low: Lowering) -> ir.Expr:
    """Lower one expression; a kind that is not known (newer than this) is opaque."""
    lowering = _KINDS.get(type(node))
    if lowering is None:
        return ir.Opaque(low.span(node), ())
    return lowering(node, low)


def operator(node: Any) -> str:
    """The Python spelling of a libcst operator, without the `=` of an augmented assignment."""
    return _OPERATORS[type(node)]


def _optional(node: Any, low: Lowering) -> ir.Expr | None:
    return None if node is None else expression(node, low)


def _name(node: cst.Name, low: Lowering) -> ir.Expr:
    value = node.value
    if value in _CONSTANTS:
        return ir.Const(low.span(node), _CONSTANTS[value])
    return ir.Name(low.span(node), value)


def _attribute(node: cst.Attribute, low: Lowering) -> ir.Expr:
    return ir.Attribute(low.span(node), expression(node.value, low), node.attr.value)


def _call(node: cst.Call, low: Lowering) -> ir.Expr:
    return ir.Call(low.span(node), expression(node.func, low), arguments(node.args, low))


def arguments(args: Sequence[cst.Arg], low: Lowering) -> tuple[ir.Argument, ...]:
    """Lower the arguments of a call, or the bases of a class."""
    return tuple(_argument(arg, low) for arg in args)


def _argument(arg: cst.Arg, low: Lowering) -> ir.Argument:
    name = arg.keyword.value if arg.keyword is not None else None
    return ir.Argument(expression(arg.value, low), name, len(arg.star))


def _subscript(node: cst.Subscript, low: Lowering) -> ir.Expr:
    value = expression(node.value, low)
    items = tuple(_index(element.slice, low) for element in node.slice)
    if len(items) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return ir.Subscript(low.span(node), value, items[0])
    at = low.positions.joined(node.slice[0].slice, node.slice[-1].slice)
    return ir.Subscript(low.span(node), value, ir.Sequence(at, "tuple", items))


def _index(node: cst.BaseSlice, low: Lowering) -> ir.Expr:
    if isinstance(node, cst.Index):
        value = expression(node.value, low)
        return ir.Starred(low.span(node), value) if node.star else value
    if isinstance(node, cst.Slice):
        return ir.Slice(low.span(node), _optional(node.lower, low), _optional(node.upper, low), _optional(node.step, low))
    return ir.Opaque(low.span(node), ())


def _integer(node: cst.Integer, low: Lowering) -> ir.Expr:
    value = int(node.value, 0) if len(node.value) < 100 else _LARGEST
    at = low.span(node)
    return ir.Const(at, value) if value < _LARGEST else ir.Opaque(at, ())


def _float(node: cst.Float, low: Lowering) -> ir.Expr:
    return ir.Const(low.span(node), float(node.value))


def _unknown(node: Any, low: Lowering) -> ir.Expr:
    return ir.Opaque(low.span(node), ())


def _operation(node: cst.BinaryOperation, low: Lowering) -> ir.Expr:
    return ir.Operation(low.span(node), operator(node.operator), (expression(node.left, low), expression(node.right, low)))


def _unary(node: cst.UnaryOperation, low: Lowering) -> ir.Expr:
    return ir.Operation(low.span(node), operator(node.operator), (expression(node.expression, low),))


def _boolean(node: cst.BooleanOperation, low: Lowering) -> ir.Expr:
    """`a and b and c` is one operation, though the parser nests it."""
    op = operator(node.operator)
    operands = [node.right]
    left: Any = node.left
    while isinstance(left, cst.BooleanOperation) and not left.lpar and operator(left.operator) == op:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    return ir.Operation(low.span(node), op, tuple(expression(operand, low) for operand in reversed(operands)))


def _comparison(node: cst.Comparison, low: Lowering) -> ir.Expr:
    left: Any = node.left
    value = expression(left, low)
    parts: list[ir.Expr] = []
    for target in node.comparisons:
        right = expression(target.comparator, low)
        at = low.positions.joined(left, target.comparator)
        parts.append(ir.Operation(at, operator(target.operator), (value, right)))
        left, value = target.comparator, right
    return parts[0] if len(parts) == 1 else ir.Operation(low.span(node), "and", tuple(parts))


def _conditional(node: cst.IfExp, low: Lowering) -> ir.Expr:
    return ir.Conditional(low.span(node), expression(node.test, low), expression(node.body, low), expression(node.orelse, low))


def _display(kind: Any) -> Callable[[Any, Lowering], ir.Expr]:
    def lowered(node: Any, low: Lowering) -> ir.Expr:
        return ir.Sequence(low.span(node), kind, tuple(_element(element, low) for element in node.elements))

    return lowered


def _element(element: Any, low: Lowering) -> ir.Expr:
    value = expression(element.value, low)
    return ir.Starred(low.span(element), value) if isinstance(element, cst.StarredElement) else value


def _dict(node: cst.Dict, low: Lowering) -> ir.Expr:
    items = []
    for element in node.elements:
        key = expression(element.key, low) if isinstance(element, cst.DictElement) else None
        items.append((key, expression(element.value, low)))
    return ir.Mapping(low.span(node), tuple(items))


def parameters(node: cst.Parameters, low: Lowering) -> tuple[ir.Parameter, ...]:
    """Lower the parameters of a function or lambda, in the order in which they stand."""
    found = [_parameter(param, low) for param in (*node.posonly_params, *node.params)]
    if isinstance(node.star_arg, cst.Param):
        found.append(_parameter(node.star_arg, low, stars=1))
    found.extend(_parameter(param, low, keyword_only=True) for param in node.kwonly_params)
    if node.star_kwarg is not None:
        found.append(_parameter(node.star_kwarg, low, stars=2))
    return tuple(found)


def _parameter(node: cst.Param, low: Lowering, stars: int = 0, keyword_only: bool = False) -> ir.Parameter:
    annotation = expression(node.annotation.annotation, low) if node.annotation is not None else None
    return ir.Parameter(node.name.value, _optional(node.default, low), annotation, stars, keyword_only)


def _lambda(node: cst.Lambda, low: Lowering) -> ir.Expr:
    params = parameters(node.params, low)
    outer = low.yielded
    body = expression(node.body, low)
    low.yielded = outer
    return ir.Lambda(low.span(node), params, body)


def _comprehension(kind: Any) -> Callable[[Any, Lowering], ir.Expr]:
    def lowered(node: Any, low: Lowering) -> ir.Expr:
        return ir.Comprehension(low.span(node), kind, expression(node.elt, low), None, _clauses(node.for_in, low))

    return lowered


def _dict_comprehension(node: cst.DictComp, low: Lowering) -> ir.Expr:
    element, value = expression(node.key, low), expression(node.value, low)
    return ir.Comprehension(low.span(node), "dict", element, value, _clauses(node.for_in, low))


def _clauses(node: cst.CompFor | None, low: Lowering) -> tuple[ir.Clause, ...]:
    found = []
    while node is not None:
        conditions = tuple(expression(condition.test, low) for condition in node.ifs)
        found.append(ir.Clause(expression(node.target, low), expression(node.iter, low), conditions))
        node = node.inner_for_in
    return tuple(found)


def _await(node: cst.Await, low: Lowering) -> ir.Expr:
    return expression(node.expression, low)


def _yield(node: cst.Yield, low: Lowering) -> ir.Expr:
    low.yielded = True
    if isinstance(node.value, cst.From):
        return ir.Yield(low.span(node), expression(node.value.item, low), True)
    return ir.Yield(low.span(node), _optional(node.value, low), False)


def _named(node: cst.NamedExpr, low: Lowering) -> ir.Expr:
    value = expression(node.value, low)
    if isinstance(node.target, cst.Name):
        return ir.NamedExpr(low.span(node), node.target.value, value)
    return ir.Opaque(low.span(node), (value,))


def _string(node: cst.SimpleString, low: Lowering) -> ir.Expr:
    at = low.span(node)
    value = _literal(node.value)
    return ir.Opaque(at, ()) if value is None else ir.Const(at, value)


def _literal(code: str) -> str | None:
    """The text that a string literal stands for; None for bytes and for text that no file can store."""
    try:
        value = ast.literal_eval(code)
        if isinstance(value, str):
            value.encode()
            return value
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    return None


def _formatted(node: Any, low: Lowering) -> ir.Expr:
    return ir.Text(low.span(node), tuple(_pieces(node, low)))


def _pieces(node: Any, low: Lowering) -> list[ir.Expr]:
    raw = "r" in node.start.lower() if isinstance(node, cst.FormattedString) else False
    found: list[ir.Expr] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            found.append(_piece(part, raw, low))
            continue
        if part.equal is not None:
            found.append(ir.Const(low.span(part), f"{low.positions.text(part.expression)}="))
        found.append(expression(part.expression, low))
        for inner in part.format_spec or ():
            if not isinstance(inner, cst.FormattedStringText):
                found.append(ir.Opaque(low.span(inner), (expression(inner.expression, low),)))
    return found


def _piece(part: cst.FormattedStringText, raw: bool, low: Lowering) -> ir.Expr:
    at = low.span(part)
    text: str | None = part.value.replace("{{", "{").replace("}}", "}")
    if "\\" in part.value and not raw:
        # A quote at the end would close the literal too early, so quotes are escaped unless they are already.
        text = _literal('"""' + part.value.replace("{{", "{").replace("}}", "}").replace('\\"', '"').replace('"', '\\"') + '"""')
    return ir.Opaque(at, ()) if text is None else ir.Const(at, text)


def _concatenated(node: cst.ConcatenatedString, low: Lowering) -> ir.Expr:
    """Adjacent literals are one string; with an f-string among them they are one f-string."""
    parts: list[Any] = []
    rest: Any = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(rest.left)
        rest = rest.right
    parts.append(rest)
    at = low.span(node)
    found: list[ir.Expr] = []
    for part in parts:
        found.extend(_pieces(part, low) if isinstance(part, cst.FormattedString) else [expression(part, low)])
    texts = [piece.value for piece in found if isinstance(piece, ir.Const) and isinstance(piece.value, str)]
    if any(isinstance(part, cst.FormattedString) for part in parts):
        return ir.Text(at, tuple(found))
    return ir.Const(at, "".join(texts)) if len(texts) == len(parts) else ir.Opaque(at, ())


_KINDS: dict[type[Any], Callable[[Any, Lowering], ir.Expr]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.Subscript: _subscript,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _unknown,
    cst.Ellipsis: _unknown,
    cst.BinaryOperation: _operation,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Tuple: _display("tuple"),
    cst.List: _display("list"),
    cst.Set: _display("set"),
    cst.Dict: _dict,
    cst.Lambda: _lambda,
    cst.ListComp: _comprehension("list"),
    cst.SetComp: _comprehension("set"),
    cst.GeneratorExp: _comprehension("generator"),
    cst.DictComp: _dict_comprehension,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.NamedExpr: _named,
    cst.SimpleString: _string,
    cst.FormattedString: _formatted,
    cst.ConcatenatedString: _concatenated,
}
