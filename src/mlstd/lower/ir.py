"""The intermediate representation: what a file says, without its sugar.

Thirty node kinds at most, so that the dry run can hold one function for each. Every node is a frozen msgspec struct, stored in
the cache as it stands (arrays, no keys); everything after `lower` reads only these.

A `Span` is (line, column, end line, end column), all counted from 1 as an editor counts them, the end exclusive, relative to the
unit (the file, or the notebook cell) that the node stands in.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from mlstd.errors import Problem

Span: TypeAlias = tuple[int, int, int, int]


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """What all nodes share: the place they stand at."""

    at: Span


# ---------------------------------------------------------------- expressions


class Const(Node, frozen=True):
    """A literal whose value is known: None, a truth value, a number or a string."""

    value: bool | int | float | str | None


class Name(Node, frozen=True):
    """A name that is read or bound."""

    id: str


class Attribute(Node, frozen=True):
    """`value.name`."""

    value: Expr
    name: str


class Subscript(Node, frozen=True):
    """`value[index]`; several indices are a tuple `Sequence`."""

    value: Expr
    index: Expr


class Slice(Node, frozen=True):
    """`lower:upper:step` inside a subscript."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One argument of a call: positional, named, or `*` (stars 1) or `**` (stars 2)."""

    value: Expr
    name: str | None = None
    stars: int = 0


class Call(Node, frozen=True):
    """`func(arguments)`."""

    func: Expr
    arguments: tuple[Argument, ...]


class Sequence(Node, frozen=True):
    """A tuple, list or set display; items may be `Starred`."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expr, ...]


class Mapping(Node, frozen=True):
    """A dict display; a key of None is `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]


class Starred(Node, frozen=True):
    """`*value` in a display or an assignment target."""

    value: Expr


class Operation(Node, frozen=True):
    """Unary, binary, boolean and comparing operators, by their Python spelling.

    `-x` is ("-", x); `a and b and c` is ("and", a, b, c); `a < b` is ("<", a, b); `a < b <= c` becomes ("and", ("<", a, b),
    ("<=", b, c)); `x += y` is an `Assign` to x of ("+", x, y). `match` patterns are ("match", subject, ...).
    """

    op: str
    operands: tuple[Expr, ...]


class Conditional(Node, frozen=True):
    """`yes if test else no`."""

    test: Expr
    yes: Expr
    no: Expr


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter of a function: `stars` 1 for *args, 2 for **kwargs; `keyword_only` after a star."""

    name: str
    default: Expr | None = None
    annotation: Expr | None = None
    stars: int = 0
    keyword_only: bool = False


class Lambda(Node, frozen=True):
    """`lambda parameters: body`."""

    parameters: tuple[Parameter, ...]
    body: Expr


class Clause(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`for target in iterable if conditions` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...] = ()


class Comprehension(Node, frozen=True):
    """A list, set, dict or generator comprehension; `value` only for a dict."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None
    clauses: tuple[Clause, ...]


class Text(Node, frozen=True):
    """An f-string: its literal pieces as `Const`, its fields as what they hold."""

    parts: tuple[Expr, ...]


class NamedExpr(Node, frozen=True):
    """`name := value`."""

    name: str
    value: Expr


class Yield(Node, frozen=True):
    """`yield value` or, with `delegate`, `yield from value`. (`await x` is lowered to x.)"""

    value: Expr | None
    delegate: bool


class Opaque(Node, frozen=True):
    """Something whose value cannot be known (`x = !cmd`, a bytes literal, `...`); its children are still evaluated."""

    children: tuple[Expr, ...]


Expr: TypeAlias = (
    Const
    | Name
    | Attribute
    | Subscript
    | Slice
    | Call
    | Sequence
    | Mapping
    | Starred
    | Operation
    | Conditional
    | Lambda
    | Comprehension
    | Text
    | NamedExpr
    | Yield
    | Opaque
)

# ---------------------------------------------------------------- statements


class Evaluate(Node, frozen=True):
    """An expression as a statement (an `assert` is the evaluation of its test). `shown`: the last one of a cell, which
    displays."""

    value: Expr
    shown: bool = False


class Assign(Node, frozen=True):
    """`targets = value`, several targets for `a = b = value`; a bare annotation has no value."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


class If(Node, frozen=True):
    """`if test: body else: orelse`; `elif` and `match` are nested."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class Loop(Node, frozen=True):
    """`for target in over` (word "for") or `while over` (word "while", no target)."""

    word: Literal["for", "while"]
    target: Expr | None
    over: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class Handler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`except types as name: body`; types None is a bare except."""

    at: Span
    types: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(Node, frozen=True):
    """`try` with its handlers, else and finally."""

    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]


class With(Node, frozen=True):
    """`with context as target, ...: body`."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]


class Function(Node, frozen=True):
    """`def name(parameters): body`. `generator`: its own body yields. `at` covers the `def` line's name only."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    generator: bool = False
    doc: str | None = None


class Class(Node, frozen=True):
    """`class name(bases): body`; keyword bases (metaclass=...) keep their names. `at` covers the name only."""

    name: str
    bases: tuple[Argument, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    doc: str | None = None


class Leave(Node, frozen=True):
    """`return value`, `raise value`, `break`, `continue`."""

    word: Literal["return", "raise", "break", "continue"]
    value: Expr | None = None


class Import(Node, frozen=True):
    """`import module as alias` (names empty) or `from module import names` (a name "*" is a star import); level counts dots."""

    module: str
    level: int = 0
    alias: str | None = None
    names: tuple[tuple[str, str | None], ...] | None = None


class Delete(Node, frozen=True):
    """`del targets`."""

    targets: tuple[Expr, ...]


class Scope(Node, frozen=True):
    """`global names` or `nonlocal names`."""

    word: Literal["global", "nonlocal"]
    names: tuple[str, ...]


class RunFile(Node, frozen=True):
    """`%run path`: the other file's statements run in this namespace."""

    path: str


Stmt: TypeAlias = Evaluate | Assign | If | Loop | Try | With | Function | Class | Leave | Import | Delete | Scope | RunFile

# ---------------------------------------------------------------- files


class Comment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A comment that speaks to mlstd (`# mlstd: ...`), kept for `settle`. `alone`: nothing but the comment on its line."""

    line: int
    column: int
    text: str
    alone: bool


class Unit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One stretch of code that is read on its own: a whole script (cell None) or one notebook cell (counted over all cells from
    1).

    `text` is the code as the reader sees it (before magics are made harmless). `json_line` is the line of the .ipynb file on
    which the cell's first source line stands, `json_step` how much further down each following one does (0 where all share one
    line). `count` is the saved execution count. `marks` are the spans of statements (first
    line, last line) so that an inline ignore can cover the whole statement.
    """

    cell: int | None
    text: str
    body: tuple[Stmt, ...]
    comments: tuple[Comment, ...] = ()
    statements: tuple[tuple[int, int], ...] = ()
    json_line: int | None = None
    count: int | None = None
    json_step: int = 1


class Module(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file, lowered. `heading`: the docstring or the first Markdown heading; `writes`: files that `%%writefile` cells create
    (name -> the unit's index in `written`)."""

    kind: Literal["script", "notebook"]
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()
    heading: str | None = None
    written: tuple[tuple[str, Unit], ...] = ()
