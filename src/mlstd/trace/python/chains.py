"""Which other ways does a chain of tests on one setting have, and does the setting name the method that is run?

`if kind == "linear": ... elif kind == "forest": ...`, or the same as one `if` after another that each return.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mlstd.lower import ir
from mlstd.trace.objects import names_method
from mlstd.trace.values.text import source

Body = tuple[ir.Stmt, ...]
ASKS = ("==", "in", "match")


def joined(body: Body, index: int) -> tuple[ir.Stmt, int]:
    """The statement at a position, and how many statements it stands for: tests of one setting that return one after another
    are one chain."""
    statement = body[index]
    if not (_returns(statement) and isinstance(statement, ir.If)):
        return statement, 1
    links: list[ir.If] = [statement]
    for following in body[index + 1 :]:
        if not isinstance(following, ir.If) or not _same(statement, following):
            break
        links.append(following)
        if not _returns(following):
            break
    chain = links[-1]
    for link in reversed(links[:-1]):
        chain = msgspec.structs.replace(link, orelse=(chain,))
    return chain, len(links)


def _returns(statement: ir.Stmt) -> bool:
    if not isinstance(statement, ir.If) or statement.orelse or not statement.body:
        return False
    last = statement.body[-1]
    return isinstance(last, ir.Leave) and last.word == "return"


def others(node: ir.If, holds: bool) -> Iterator[Body]:
    """The branches that a plain run does not take: the own one, or those of the whole chain behind it."""
    if not holds:
        yield node.body
        return
    rest = node.orelse
    while len(rest) == 1 and isinstance(link := rest[0], ir.If) and _same(node, link):
        yield link.body
        rest = link.orelse
    yield rest


def _same(node: ir.If, link: ir.If) -> bool:
    mine = _asked(node.test)
    return bool(mine) and mine == _asked(link.test)


def _asked(test: ir.Expr) -> str:
    """What a test compares with something constant, as it is written; "" for other tests."""
    if not isinstance(test, ir.Operation) or test.op not in ASKS or len(test.operands) < 2:
        return ""
    known = all(isinstance(o, (ir.Const, ir.Sequence)) for o in test.operands[1:])
    return source(test.operands[0]) if known else ""


def method_of(test: ir.Expr) -> str:
    """The name of a setting that says which method is run, where a test compares it with one of their names; "" for none."""
    if not isinstance(test, ir.Operation) or not any(_is_text(o) for o in test.operands[1:]):
        return ""
    name = _asked(test).removesuffix(".lower()").removesuffix(".upper()").rpartition(".")[2].strip("]\"'").rpartition("[")[2]
    return name if names_method(name.strip("\"'")) else ""


def _is_text(node: ir.Expr) -> bool:
    if isinstance(node, ir.Sequence):
        return any(map(_is_text, node.items))
    return isinstance(node, ir.Const) and isinstance(node.value, str)
