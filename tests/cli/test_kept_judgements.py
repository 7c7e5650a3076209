"""A second run gives the same findings from the cache, and notices every change that matters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mlstd.pipeline import Request, run

HELPER = "import torch\n\n\ndef seed():\n    torch.manual_seed(0)\n"
TRAIN = """import torch
from torch import nn
from helper import seed

seed()
model = nn.Linear(4, 1)
loss = nn.MSELoss()(model(torch.load("train.pt")), torch.load("target.pt"))
loss.backward()
"""


def rules(root: Path) -> list[str]:
    """The rules with a finding in the project."""
    result = run(Request(paths=(".",), cwd=root, isolated=True))
    assert result.errors == ()
    return sorted(settled.finding.rule for settled in result.findings)


def project(root: Path) -> None:
    """A training script whose seed is set by a helper."""
    (root / "helper.py").write_text(HELPER)
    (root / "train.py").write_text(TRAIN)


def test_a_second_run_gives_the_same_findings(tmp_path: Path) -> None:
    project(tmp_path)
    assert rules(tmp_path) == rules(tmp_path)


def test_a_change_of_a_helper_is_noticed(tmp_path: Path) -> None:
    project(tmp_path)
    before = rules(tmp_path)
    (tmp_path / "helper.py").write_text("def seed():\n    pass\n")
    assert "unseeded-run" not in before
    assert "unseeded-run" in rules(tmp_path)


def test_a_warm_run_neither_parses_nor_traces(tmp_path: Path) -> None:
    project(tmp_path)
    rules(tmp_path)
    code = (
        "import sys, pathlib; from mlstd.pipeline import Request, run;"
        "run(Request(paths=('.',), cwd=pathlib.Path(sys.argv[1]), isolated=True));"
        "print([m for m in ('nbformat', 'libcst', 'mlstd.trace', 'importlib.metadata') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
