"""How code reads in a message: as its author wrote it, near enough."""

from __future__ import annotations

import pytest

from mlstd.lower import ir, lower
from mlstd.read.source import read
from mlstd.trace.values.text import source


@pytest.mark.parametrize(
    "code",
    [
        "(pred == target).sum().item()",
        "model.predict(X)[:, 1]",
        "(a - b) * 2",
        "f(*args, key=-x)",
        "(a if b else c)[0]",
        "not (a and b)",
    ],
)
def test_code_reads_as_it_was_written(code: str) -> None:
    statement = lower(read("a.py", code.encode())).units[0].body[0]
    assert isinstance(statement, ir.Evaluate)
    assert source(statement.value) == code
