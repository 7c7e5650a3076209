"""Which paths a pattern means."""

from __future__ import annotations

import pytest

from mlstd.globs import matches


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.py", ["a.py", "deep/a.py"], ["a.pyc", "a.ipynb"]),
        ("old", ["old/a.py", "x/old/a.py"], ["older/a.py", "old.py"]),
        ("old/", ["old/a.py"], ["older/a.py"]),
        ("jobs/*.py", ["jobs/a.py"], ["jobs/deep/a.py", "x/jobs/a.py"]),
        ("jobs/**", ["jobs/a.py", "jobs/deep/a.py"], ["job/a.py"]),
        ("**/scratch/**", ["scratch/a.py", "x/scratch/y/a.py"], ["scratch.py"]),
        ("./a.py", ["a.py"], ["ab.py"]),
        ("run_[0-9].py", ["run_1.py"], ["run_x.py"]),
        ("run_[!0-9].py", ["run_x.py"], ["run_1.py"]),
        ("a+b (c).py", ["a+b (c).py"], ["aab (c).py"]),
        ("run_?.py", ["run_1.py"], ["run_12.py"]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in (*yes, *no) if matches(pattern, path)] == yes
