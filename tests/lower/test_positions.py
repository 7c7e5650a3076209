"""Every span covers exactly the text that its node was read from."""

from __future__ import annotations

import ast

import pytest

from mlstd.lower import ir, lower
from mlstd.read.source import read

from .walk import cut, nodes

CLASSES = '''"""About this."""
import numpy as np, os.path as osp
from . import data as d

@decorate(np.float32)
class Model(Base, metaclass=Meta):
    rate: float = (0.5)
'''
CODES = {
    "classes": CLASSES,
    "parentheses": "x = (a)\ny = ((a + b) * (c))\nz = (\n    a\n    , b)\nw = (yield_, *rest)\n",
    "tabs": "if a:\n\tb = c\n\tif d:\n\t\te(f)\n",
    "unicode": "größe = 'ä𝒳' + nächste\nx = '😀', name\n",
    "chains": "a.b.c(d)[e, f:g, ...].h = i < j <= k != l\nq = m and n and not o or p\n",
    "comprehensions": "x = [a for a, b in c if d if e for f in g]\ny = {a: b for a in b}\nz = sum(a for a in b)\n",
    "lambdas": "f = lambda a, *b, c=d, **e: (a, b)\n",
    "strings": "x = f'{a} b {c!r:>{d}} {e=}' 'g' f\"{h:.3f}\"\n",
    "blocks": "for a, b in c:\n    d\nelse:\n    e\nwhile f: g; h\ntry:\n    i\nexcept (j, k) as l:\n    m\nfinally:\n    n\n",
    "with": "async def f():\n    async with a as b, c:\n        await d\n    async for e in g:\n        yield h\n",
    "assignments": "a = b = c\na += d\ndel a, b[0]\nassert c\nf((g), h=(i))\n",
    "continued": "a = b + \\\n    c\nd(\n  e,  # why\n  *g, **h)\n",
    "comments": "# one\n\na  # two\n\n\n# three\nif b:  # four\n    # five\n    c\n    # six\n# seven\n",
    "no newline": "a + b",
    "form feeds": "a = b\n\x0c\nc = d\n\x0ce = f\nif a:\n  \x0c    b\n",
}


def names_by_ast(code: str) -> set[tuple[int, int, int, int, str]]:
    found = set()
    lines = code.replace("\x0c", " ").split("\n")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
            found.add((node.lineno, column, node.lineno, column + len(node.id), node.id))
    return found


def names_by_us(code: str) -> set[tuple[int, int, int, int, str]]:
    module = lower(read("a.py", code.encode()))
    assert module.problems == ()
    return {(*node.at, node.id) for node in nodes(module.units[0].body) if isinstance(node, ir.Name)}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_names_stand_where_python_says(code: str) -> None:
    assert names_by_us(code) >= names_by_ast(code)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
@pytest.mark.parametrize("as_file", ["plain", "crlf", "bom", "utf-16"])
def test_spans_cover_their_text(code: str, as_file: str) -> None:
    data = code.encode()
    if as_file == "crlf":
        data = code.replace("\n", "\r\n").encode()
    elif as_file == "bom":
        data = b"\xef\xbb\xbf" + data
    elif as_file == "utf-16":
        data = code.encode("utf-16")
    unit = lower(read("a.py", data)).units[0]
    assert unit.text == code
    for node in nodes(unit.body):
        text = cut(unit.text, node.at)
        if isinstance(node, ir.Name | ir.Function | ir.Class):
            assert text == (node.id if isinstance(node, ir.Name) else node.name)
        elif isinstance(node, ir.Call):
            assert text.startswith(cut(unit.text, node.func.at))
            assert text.endswith(")")
        elif isinstance(node, ir.Attribute):
            assert text.endswith(node.name)
        assert text
        if not isinstance(node, ir.Const):  # the literal pieces of an f-string may begin or end with blanks
            assert text == text.strip()


def test_statements_have_their_lines() -> None:
    code = "x = f(\n    1,\n)\n@a\n@b\ndef g(\n    y,\n): pass\nif x: y\nelif (\n z):\n    w; v\nelse:\n    pass\n"
    assert lower(read("a.py", code.encode())).units[0].statements == (
        (1, 3),
        (4, 8),
        (8, 8),
        (9, 9),
        (9, 9),
        (10, 11),
        (12, 12),
        (13, 13),
        (14, 14),
    )
