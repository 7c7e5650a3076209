"""Which means over batches are means of means?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

RULE = "averaged-batch-metric"
HEAD = """
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.metrics import accuracy_score, f1_score
from torch.utils.data import DataLoader
from torchvision import datasets

class Meter:
    def __init__(self):
        self.sum, self.count, self.avg = 0, 0, 0
    def update(self, value, n=1):
        self.sum += value * n
        self.count += n
        self.avg = self.sum / self.count

train = datasets.MNIST("data", train=True)
test = datasets.MNIST("data", train=False)
model = nn.Linear(784, 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in DataLoader(train, batch_size=64):
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
loader = DataLoader(test, batch_size={size}{more})
total, count, scores, meter = 0, 0, [], Meter()
for x, y in loader:
    guess = model(x).argmax(1)
    {round}
print({told})
"""
MEAN = "(guess == y).float().mean().item()"
DICE = "(2 * (model(x) * y).sum() / (model(x) + y).sum()).item()"
BAD = {
    "mean over the batches": (f"total += {MEAN}", "total / len(loader)"),
    "total = total + x": (f"total = total + {MEAN}", "total / len(loader)"),
    "hits by the size of the batch": ("total += (guess == y).sum().item() / len(y)", "total / len(loader)"),
    "a list": ("scores.append(accuracy_score(y, guess))", "sum(scores) / len(scores)"),
    "an array": ("scores.append(accuracy_score(y, guess))", "np.array(scores).mean()"),
    "a meter that weighs all alike": (f"meter.update({MEAN})", "meter.avg"),
    "hits over full batches": ("total += (guess == y).sum().item()", "total / (len(loader) * 64)"),
    "percent": (f"total += 100 * {MEAN}", "total / len(loader)"),
    "a quotient of sums": (f"total += {DICE}", "total / len(loader)"),
}
GOOD = {
    "hits over rows": ("total += (guess == y).sum().item(); count += len(y)", "total / count"),
    "weighted by hand": (f"total += {MEAN} * x.size(0)", "total / len(test)"),
    "a meter that weighs": (f"meter.update({MEAN}, x.size(0))", "meter.avg"),
    "weights": (f"scores.append({MEAN}); total += 1", "np.average(scores, weights=[1, 2])"),
    "a mean loss": ("total += F.cross_entropy(model(x), y).item()", "total / len(loader)"),
    "a loss that is the rest of a quotient": (f"total += 1 - {DICE}", "total / len(loader)"),
    "images of one batch in a list": (
        "count += len(y) * np.mean([accuracy_score(b, a) for a, b in zip(guess, y)])",
        "count / len(test)",
    ),
    "images of one batch summed up": (
        "inner = 0\n    for a, b in zip(guess, y):\n        inner += accuracy_score(b, a)\n    total += inner / len(y) * len(y)",
        "total / len(test)",
    ),
    "everything scored at once": ("scores.append(guess)", "accuracy_score(test.targets, np.concatenate(scores))"),
}


@pytest.mark.parametrize(("once", "told"), BAD.values(), ids=BAD)
def test_a_mean_of_means(once: str, told: str, tmp_path: Path) -> None:
    assert len(lines(RULE, HEAD.format(size=64, more="", round=once, told=told), tmp_path)) == 1


@pytest.mark.parametrize(("once", "told"), GOOD.values(), ids=GOOD)
def test_no_mean_of_means(once: str, told: str, tmp_path: Path) -> None:
    assert lines(RULE, HEAD.format(size=64, more="", round=once, told=told), tmp_path) == []


ROOT = """
class RootLoss(nn.Module):
    def forward(self, x, y):
        return torch.sqrt(nn.MSELoss()(x, y))
root = RootLoss()
"""
INDEX = """
total = 0
for i, (x, y) in enumerate(loader{start}):
    total += F.cross_entropy(model(x), y).item()
    print(total / (i + 1))
print(total / {divisor})
"""


def test_a_mean_of_roots(tmp_path: Path) -> None:
    code = HEAD.format(size=64, more=", drop_last=True", round="total += root(model(x), y).item()", told="total / len(loader)")
    assert len(lines(RULE, code.replace("total, count", f"{ROOT}total, count", 1), tmp_path)) == 1


@pytest.mark.parametrize(
    ("start", "divisor", "wrong"),
    [("", "i", True), ("", "(i + 1)", False), (", 1", "i", False), (", start=1", "i", False), ("", "len(loader)", False)],
)
def test_the_last_index_is_no_count(start: str, divisor: str, wrong: bool, tmp_path: Path) -> None:
    code = HEAD.format(size=64, more="", round="pass", told="0") + INDEX.format(start=start, divisor=divisor)
    assert bool(lines(RULE, code, tmp_path)) is wrong


def test_what_a_progress_bar_shows_is_not_told_beside_the_result(tmp_path: Path) -> None:
    once = f"total += {MEAN}; count += 1; print(total / count)"
    code = HEAD.format(size=64, more="", round=once, told="total / len(loader)")
    assert lines(RULE, code, tmp_path) == [code.splitlines().index("print(total / len(loader))") + 1]


def test_a_loop_over_something_unknown_that_feeds_a_network(tmp_path: Path) -> None:
    layer = "def __init__(self):\n        super().__init__()\n        self.layer = nn.Linear(784, 10)"
    net = f"class Net(nn.Module):\n    {layer}\n    def forward(self, x):\n        return self.layer(x)\nmodel = Net()"
    code = HEAD.format(size=64, more="", round=f"total += {MEAN}", told="total / len(loader)")
    code = code.replace("model = nn.Linear(784, 10)", net).replace(
        "loader = DataLoader(test, batch_size=64)", "loader = made()['test']"
    )
    assert len(lines(RULE, f"from somewhere import made\n{code}", tmp_path)) == 1


@pytest.mark.parametrize(("size", "more"), [(1, ""), (64, ", drop_last=True"), ("len(test)", "")])
def test_batches_of_one_size(size: object, more: str, tmp_path: Path) -> None:
    once, told = BAD["mean over the batches"]
    assert lines(RULE, HEAD.format(size=size, more=more, round=once, told=told), tmp_path) == []


def test_the_mean_f1_of_equal_batches_is_still_another_number(tmp_path: Path) -> None:
    code = HEAD.format(size=64, more=", drop_last=True", round="scores.append(f1_score(y, guess))", told="np.mean(scores)")
    assert len(lines(RULE, code, tmp_path)) == 1


AGAIN = """
accs = []
for epoch in range(3):
    hits = 0
    for x, y in loader:
        hits += (model(x).argmax(1) == y).sum().item()
    accs.append(hits / len(test))
print(np.mean(accs))
"""


def test_the_mean_over_epochs_is_another_matter(tmp_path: Path) -> None:
    code = HEAD.format(size=64, more="", round="total += (guess == y).sum().item()", told="0")
    assert lines(RULE, code + AGAIN, tmp_path) == []


def test_the_mean_over_epochs_of_one_batch_that_is_all(tmp_path: Path) -> None:
    start = HEAD[: HEAD.index("total, count")].format(size="len(test)", more="")
    code = start + "scores = []\nfor epoch in range(3):\n    x, y = next(iter(loader))\n"
    code += f"    guess = model(x).argmax(1)\n    scores.append({MEAN})\nprint(np.mean(scores))\n"
    assert lines(RULE, code.replace("len(test)", "test.data.shape[0]"), tmp_path) == []
