"""What does mlstd say of `examples/`: true findings in the bad ones, nothing in the good ones?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlstd.pipeline import Request, run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy, so that nothing of this repository's own is looked at."""
    return shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns(".*"))


def found(folder: Path, path: str) -> set[str]:
    result = run(Request((path,), folder, cache=False))
    assert result.errors == ()
    return {settled.finding.rule for settled in result.findings}


@pytest.mark.parametrize("path", ["tabular/good.py", "vision/good", "notebook/good.ipynb", "project/src", "project/jobs"])
def test_good_examples_have_no_findings(examples: Path, path: str) -> None:
    assert found(examples, path) == set()


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("tabular/bad.py", {"fit-before-split", "unseeded-run", "discarded-metric", "selected-on-test", "no-baseline"}),
        ("vision/bad", {"unseeded-run", "no-baseline", "untracked-metric", "selected-on-test"}),
        ("notebook/bad.ipynb", {"out-of-order-cells", "evaluated-on-training-data", "hard-coded-path", "untracked-metric"}),
    ],
)
def test_bad_examples_are_found_out(examples: Path, path: str, rules: set[str]) -> None:
    assert rules <= found(examples, path)
