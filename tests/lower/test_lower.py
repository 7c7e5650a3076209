"""What code says in the IR, form by form."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlstd.lower import ir, lower
from mlstd.read.source import read

from .walk import nodes


def script(code: str) -> ir.Module:
    return lower(read("a.py", code.encode()))


def notebook(*cells: str) -> ir.Module:
    found: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells
    ]
    return lower(read("a.ipynb", json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()))


def body(code: str) -> tuple[ir.Stmt, ...]:
    module = script(code)
    assert module.problems == ()
    return module.units[0].body


def shape(value: object) -> Any:
    """A node without its places, short: names as they are, the rest as (kind, fields...)."""
    if isinstance(value, ir.Name):
        return value.id
    if isinstance(value, msgspec.Struct):
        fields = [shape(getattr(value, name)) for name in value.__struct_fields__ if name != "at"]
        return (type(value).__name__, *fields)
    return tuple(shape(item) for item in value) if isinstance(value, tuple) else value


def expr(code: str) -> Any:
    (statement,) = body(code)
    assert isinstance(statement, ir.Evaluate)
    return shape(statement.value)


EXPRESSIONS = {
    "1_000": ("Const", 1000),
    "0x1F": ("Const", 31),
    "1e-3": ("Const", 0.001),
    "None": ("Const", None),
    "True": ("Const", True),
    "9223372036854775807": ("Const", 2**63 - 1),
    "9223372036854775808": ("Opaque", ()),
    "2j": ("Opaque", ()),
    "b'a'": ("Opaque", ()),
    "...": ("Opaque", ()),
    "'\\ud800'": ("Opaque", ()),
    "(a, 'b' r'\\c' \"d\")": ("Sequence", "tuple", ("a", ("Const", "b\\cd"))),
    "(a, b'b' b'c')": ("Sequence", "tuple", ("a", ("Opaque", ()))),
    "[*a, b]": ("Sequence", "list", (("Starred", "a"), "b")),
    "{a}": ("Sequence", "set", ("a",)),
    "{1: a, **b}": ("Mapping", ((("Const", 1), "a"), (None, "b"))),
    "-x": ("Operation", "-", ("x",)),
    "not x": ("Operation", "not", ("x",)),
    "a and b and c": ("Operation", "and", ("a", "b", "c")),
    "a and (b or c)": ("Operation", "and", ("a", ("Operation", "or", ("b", "c")))),
    "a not in b": ("Operation", "not in", ("a", "b")),
    "a < b <= c": ("Operation", "and", (("Operation", "<", ("a", "b")), ("Operation", "<=", ("b", "c")))),
    "a if b else c": ("Conditional", "b", "a", "c"),
    "a[0]": ("Subscript", "a", ("Const", 0)),
    "a[0,]": ("Subscript", "a", ("Sequence", "tuple", (("Const", 0),))),
    "a[:b, c]": ("Subscript", "a", ("Sequence", "tuple", (("Slice", None, "b", None), "c"))),
    "a[1:2:3]": ("Subscript", "a", ("Slice", ("Const", 1), ("Const", 2), ("Const", 3))),
    "f(a, *b, c=d, **e)": (
        "Call",
        "f",
        (("Argument", "a", None, 0), ("Argument", "b", None, 1), ("Argument", "d", "c", 0), ("Argument", "e", None, 2)),
    ),
    "await f": "f",
    "(a := b)": ("NamedExpr", "a", "b"),
    "lambda a, b=c: a": ("Lambda", (("Parameter", "a", None, None, 0, False), ("Parameter", "b", "c", None, 0, False)), "a"),
    "[a for b in c if d for e in f]": (
        "Comprehension",
        "list",
        "a",
        None,
        (("Clause", "b", "c", ("d",)), ("Clause", "e", "f", ())),
    ),
    "{a: b for a, b in c}": (
        "Comprehension",
        "dict",
        "a",
        "b",
        (("Clause", ("Sequence", "tuple", ("a", "b")), "c", ()),),
    ),
    "f'a{b}{{c}}\\n{d:.2f}'": ("Text", (("Const", "a"), "b", ("Const", "{c}\n"), "d")),
    "f'{a=}' 'b'": ("Text", (("Const", "a="), "a", ("Const", "b"))),
    "f'{a:{b}}'": ("Text", ("a", ("Opaque", ("b",)))),
    "f'''{x[\"a\"]}\"\\''''": ("Text", (("Subscript", "x", ("Const", "a")), ("Const", "\"'"))),
}


@pytest.mark.parametrize(("code", "want"), EXPRESSIONS.items(), ids=EXPRESSIONS)
def test_expressions(code: str, want: object) -> None:
    assert expr(code) == want


STATEMENTS = {
    "a = b = c": ("Assign", ("a", "b"), "c", None),
    "a, *b = c": ("Assign", (("Sequence", "tuple", ("a", ("Starred", "b"))),), "c", None),
    "a += b": ("Assign", ("a",), ("Operation", "+", ("a", "b")), None),
    "a: int": ("Assign", ("a",), None, "int"),
    "a: int = b": ("Assign", ("a",), "b", "int"),
    "type X[T] = list[T]": ("Assign", ("X",), ("Opaque", ()), None),
    "assert a, b": ("Evaluate", "a", False),
    "del a, b": ("Delete", ("a", "b")),
    "global a, b": ("Scope", "global", ("a", "b")),
    "return a": ("Leave", "return", "a"),
    "raise a from b": ("Leave", "raise", "a"),
    "import a.b as c": ("Import", "a.b", 0, "c", None),
    "from ..a import b as c, d": ("Import", "a", 2, None, (("b", "c"), ("d", None))),
    "from . import *": ("Import", "", 1, None, (("*", None),)),
    "if a: b\nelif c: d\nelse: e": (
        "If",
        "a",
        (("Evaluate", "b", False),),
        (("If", "c", (("Evaluate", "d", False),), (("Evaluate", "e", False),)),),
    ),
    "for a in b: c\nelse: break": ("Loop", "for", "a", "b", (("Evaluate", "c", False),), (("Leave", "break", None),)),
    "while a: continue": ("Loop", "while", None, "a", (("Leave", "continue", None),), ()),
    "with a as b, c: d": ("With", (("a", "b"), ("c", None)), (("Evaluate", "d", False),)),
    "try: a\nexcept b as c: d\nexcept: e\nelse: f\nfinally: g": (
        "Try",
        (("Evaluate", "a", False),),
        (("Handler", "b", "c", (("Evaluate", "d", False),)), ("Handler", None, None, (("Evaluate", "e", False),))),
        (("Evaluate", "f", False),),
        (("Evaluate", "g", False),),
    ),
    "try: a\nexcept* b: pass": ("Try", (("Evaluate", "a", False),), (("Handler", "b", None, ()),), (), ()),
    "@a\nasync def f[T: int](b, /, c: int = 1, *d, e, **g) -> h:\n  'Doc.'\n  yield b": (
        "Function",
        "f",
        (
            ("Parameter", "b", None, None, 0, False),
            ("Parameter", "c", ("Const", 1), "int", 0, False),
            ("Parameter", "d", None, None, 1, False),
            ("Parameter", "e", None, None, 0, True),
            ("Parameter", "g", None, None, 2, False),
        ),
        (("Evaluate", ("Const", "Doc."), False), ("Evaluate", ("Yield", "b", False), False)),
        ("a",),
        True,
        "Doc.",
    ),
    "class A(B, metaclass=M): pass": (
        "Class",
        "A",
        (("Argument", "B", None, 0), ("Argument", "M", "metaclass", 0)),
        (),
        (),
        None,
    ),
}


@pytest.mark.parametrize(("code", "want"), STATEMENTS.items(), ids=STATEMENTS)
def test_statements(code: str, want: object) -> None:
    (statement,) = body(code)
    assert shape(statement) == want


def test_import_of_several_modules_is_several_imports() -> None:
    assert [shape(node) for node in body("import a, b as c")] == [
        ("Import", "a", 0, None, None),
        ("Import", "b", 0, "c", None),
    ]


def test_only_the_function_that_yields_is_a_generator() -> None:
    code = "def f():\n  def g(): yield from x\n  h = lambda: (yield)\n"
    assert {node.name: node.generator for node in nodes(body(code)) if isinstance(node, ir.Function)} == {"f": False, "g": True}


def test_match_is_a_chain_of_ifs() -> None:
    code = (
        "match x:\n  case 'a' | 'b': p\n  case Point(x=0, y=q) if g: r\n  case [1, *rest]: s\n"
        "  case {'k': v, **others}: t\n  case None as n: n\n  case other: u\n"
    )
    (first,) = body(code)
    assert isinstance(first, ir.If)
    assert shape(first.test) == (
        "Operation",
        "or",
        (("Operation", "match", ("x", ("Const", "a"))), ("Operation", "match", ("x", ("Const", "b")))),
    )
    (second,) = first.orelse
    assert isinstance(second, ir.If)
    assert shape(second.test) == ("Operation", "and", (("Operation", "match", ("x", "Point", ("Const", 0))), "g"))
    assert shape(second.body[0]) == ("Assign", ("q",), ("Opaque", ("x",)), None)
    (third,) = second.orelse
    assert isinstance(third, ir.If)
    assert shape(third.test) == ("Operation", "match", ("x", ("Const", 1)))
    assert shape(third.body[0]) == ("Assign", ("rest",), ("Opaque", ("x",)), None)
    (fourth,) = third.orelse
    assert isinstance(fourth, ir.If)
    assert shape(fourth.test) == ("Operation", "match", ("x", ("Const", "k")))
    assert {shape(node)[1] for node in fourth.body if isinstance(node, ir.Assign)} == {("v",), ("others",)}
    (fifth,) = fourth.orelse
    assert isinstance(fifth, ir.If)
    assert shape(fifth.body[0]) == ("Assign", ("n",), "x", None)
    assert [shape(node) for node in fifth.orelse] == [("Assign", ("other",), "x", None), ("Evaluate", "u", False)]


def test_match_evaluates_its_subject_once() -> None:
    assign, chain = body("match f():\n  case 1: a\n  case 2: b\n")
    assert isinstance(assign, ir.Assign)
    assert isinstance(chain, ir.If)
    assert len([node for node in nodes((assign, chain)) if isinstance(node, ir.Call)]) == 1


def test_heading_is_the_docstrings_first_line() -> None:
    assert script('"""\nTrain it.\n\nMore.\n"""\nx = 1\n').heading == "Train it."


def test_last_expression_of_a_cell_is_shown() -> None:
    module = notebook("x = 1\nx", "x;", "x\n%matplotlib inline", "x # why", "if a:\n    x", "%time f(x)")
    shown = [any(isinstance(node, ir.Evaluate) and node.shown for node in unit.body) for unit in module.units]
    assert shown == [True, False, False, True, False, True]
    assert not any(isinstance(node, ir.Evaluate) and node.shown for node in script("x").units[0].body)


def test_broken_cell_hides_nothing_else() -> None:
    module = notebook("a = 1", "b = (\nc = 2", "d = 3")
    (problem,) = module.problems
    assert (problem.cell, problem.line, problem.message) == (2, 1, "'(' was never closed")
    assert [len(unit.body) for unit in module.units] == [1, 0, 1]


@pytest.mark.parametrize(
    "code",
    [
        "print 'a'",
        "x = 1\nprint x, y\n",
        "if x: print 'a'",
        "try:\n  a\nexcept A, e:\n  print e\n",
        "try:\n  a\nexcept (A, B), e:\n  pass\n",
        "exec 'a'",
        "raise ValueError, 'a'",
        "x = `a`",
        "x = 0777",
        "a <> b",
        "x = 10L",
        "x = ur'a'",
    ],
)
def test_python_2_is_named(code: str) -> None:
    (problem,) = script(code).problems
    assert "Python 2" in problem.message


def test_python_2_is_named_once_a_notebook() -> None:
    module = notebook("print 'a'", "x = 1", "print 'b'", "y = (")
    assert [problem.cell for problem in module.problems] == [1, 4]
    assert "Python 2" in module.problems[0].message
    assert "Python 2" not in module.problems[1].message


@pytest.mark.parametrize(
    "code", ["print ('a')", "print >>f", "x = a, b", "try: a\nexcept (A, B): pass\n", "x = '''\\nexcept A, e:\\n'''"]
)
def test_python_3_is_not_python_2(code: str) -> None:
    assert script(code).problems == ()


def test_problem_has_its_place() -> None:
    (problem,) = script("x = 1\ny = )\n").problems
    assert (problem.cell, problem.line, problem.column) == (None, 2, 5)


@pytest.mark.parametrize(
    "code", ["(" * 5000, "[" * 150 + "]" * 150 + "(", "not " * 30000 + "x", "x" + ".a" * 1500, "+".join("x" * 20000)]
)
def test_deep_nesting_is_a_problem_at_most(code: str) -> None:
    assert len(script(code).problems) <= 1


def test_what_libcst_cannot_take_is_a_problem() -> None:
    assert len(script("x = 'a' t'{b}'").problems) == 1


def test_long_chains_are_no_problem() -> None:
    assert script("if a: pass\n" + "elif b: pass\n" * 300).problems == ()
    assert script("x = " + " + ".join(["a"] * 400)).problems == ()


def test_comments_to_us_are_kept() -> None:
    code = "x = 1  # mlstd: ignore[a-b] -- why\n    \n  # noqa # mlstd: ignore\ny = '# mlstd: no'\n# other\n"
    assert script(code).units[0].comments == (
        ir.Comment(1, 8, "# mlstd: ignore[a-b] -- why", False),
        ir.Comment(3, 3, "# noqa # mlstd: ignore", True),
    )


def test_run_is_a_statement() -> None:
    module = notebook("if x:\n    %run -i './lib/other.py' --a 1\ny = 2\n%run other.ipynb")
    first, _, last = module.units[0].body
    assert isinstance(first, ir.If)
    assert shape(first.body[0]) == ("RunFile", "./lib/other.py")
    assert shape(last) == ("RunFile", "other.ipynb")


def test_exported_magic_calls() -> None:
    code = "get_ipython().system('pip install a')\nget_ipython().run_line_magic('run', 'b.py')\nget_ipython().magic('run c.py')\n"
    assert [shape(node) for node in body(code)] == [
        ("Evaluate", ("Opaque", ()), False),
        ("RunFile", "b.py"),
        ("RunFile", "c.py"),
    ]


def test_written_file_is_a_unit_of_its_own() -> None:
    module = notebook("%%writefile mod.py\ndef f(): pass\n", "import mod")
    ((name, unit),) = module.written
    assert name == "mod.py"
    assert isinstance(unit.body[0], ir.Function)
    assert unit.cell == 1
    assert unit.body[0].at[:2] == (2, 5)
    assert module.units[0].body == ()


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text("abc=()[]{}:'\"\\\n\t #%!?.,f;\x0c\r01", max_size=60))
def test_no_text_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for module in (lower(read("a.py", data)), lower(read("a.ipynb", data)), notebook(text)):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(module), type=ir.Module) == module


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    lower(read("a.py", data))
    lower(read("a.ipynb", data))
