"""The same code under another layout is one line of text; other code is not."""

from __future__ import annotations

import pytest

from mlstd.settle.code import LONGEST, normal, times


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("score( 1,\n    2,\n)  # here", "score(1, 2)"),
        ("x = 'a'", 'x = "a"'),
        ("x = (\n    a + b\n)", "x = a + b"),
        ("if (val > best):  # better\n    best = val", "if val > best:"),
        ("for a in (b):\n    fit(a)", "for a in b:\n    fit(a)\n    score(a)"),
        ("def fit(x, *, y: int = 1) -> None:\n    pass", "def fit(\n    x,\n    *,\n    y: int = 1,\n) -> None: ..."),
        ("from a import (\n    b,\n    c,\n)", "from a import b, c"),
        ("f(u'x', 1E5, R'a')", 'f("x", 1e5, r"a")'),
        ("print('it\\'s')", 'print("it\'s")'),
        ("model \\\n    .fit(x)", "model.fit(x)"),
        ("!pip  install x", "!pip install x"),
        ("score(\n'''a\n  b''')", 'score("a b")'),
    ],
)
def test_layout_does_not_count(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("score(a)", "score(b)"),
        ("not x", "notx"),
        ('f("a b")', 'f("ab")'),
        ("x[1]", "x(1)"),
        ("(a)(b)", "a(b)(c)"),
        ("f'{x}'", "'{x}'"),
    ],
)
def test_other_code_stays_other_code(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_it_reads_like_code() -> None:
    assert normal("print(  'accuracy', accuracy_score(y, model.predict(X)) )") == (
        'print("accuracy", accuracy_score(y, model.predict(X)))'
    )
    assert normal("from a import  *") == "from a import *"
    assert normal("print('a \"b\"')") == "print('a \"b\"')"


def test_long_code_is_cut_and_still_told_apart() -> None:
    long = "f(" + "x, " * 200
    assert len(normal(long + "1)")) <= LONGEST
    assert normal(long + "1)") != normal(long + "2)")


def test_broken_code_has_a_form_as_well() -> None:
    assert normal('print "x') == 'print " x'
    assert normal("") == normal("# only a comment") == ""


def test_how_often_code_stands_in_texts() -> None:
    assert times("score(x)", ["a = score(x)\nscore( x,)", "score(y)"]) == 2
