"""Is a score that is counted by hand found where functions with names take the place of operators?"""

from __future__ import annotations

import pytest

from mlstd.trace.events import Fit, Score
from tests.trace.traced import of, origins, traced

HEAD = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

net = nn.Linear(784, 10)
train = DataLoader(datasets.MNIST("data", train=True, transform=ToTensor()), batch_size=7)
test = DataLoader(datasets.MNIST("data", train=False, transform=ToTensor()), batch_size=7)
for x, y in test:
    guess = net(x).argmax(1)
    truth = y
"""


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        ("torch.logical_and(guess == 1, truth == 1).sum()", "overlap by hand"),
        ("np.logical_and(guess.numpy(), truth.numpy()).sum()", "overlap by hand"),
        ("guess.logical_and(truth).sum()", "overlap by hand"),
        ("torch.mul(guess, truth).sum()", "overlap by hand"),
        ("np.bincount(10 * truth.numpy() + guess.numpy(), minlength=100).reshape(10, 10)", "confusion matrix by hand"),
        ("torch.bincount(10 * truth + guess, minlength=100)", "confusion matrix by hand"),
        ("np.take_along_axis(truth.numpy(), guess.numpy(), axis=1).sum()", "accuracy by hand"),
        ("torch.gather(truth, 1, net(x).topk(5)[1]).sum()", "accuracy by hand"),
    ],
)
def test_truth_meets_predictions_by_name(code: str, metric: str) -> None:
    (score,) = [s for s in of(traced(f"{HEAD}    print({code})\n"), Score) if s.by == "hand"]
    assert (score.metric, origins(score.value)) == (metric, {"MNIST:test"})


@pytest.mark.parametrize(
    "code",
    ["torch.gather(net(x), 1, truth).sum()", "np.bincount(truth.numpy())", "torch.mul(net(x), 0.5).sum()"],
)
def test_what_is_no_meeting(code: str) -> None:
    """Scores at the places of the truth, a count of the truth alone, a prediction that is scaled: no score by hand."""
    assert [s for s in of(traced(f"{HEAD}    print({code})\n"), Score) if s.by == "hand"] == []


def test_a_loss_of_ones_own_measures_what_it_is_handed() -> None:
    """A module without weights that multiplies predictions with the truth: learned by on one part, shown for another."""
    told = traced(
        HEAD
        + """
class Own(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.weights = weights
    def forward(self, outputs, targets):
        return -torch.mean(torch.sum(targets * torch.log(outputs) * self.weights, dim=1))

own = Own(0.5)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in train:
    own(net(x), y).backward()
    optimizer.step()
for x, y in test:
    print(own(net(x), y))
"""
    )
    assert [origins(f.rows) for f in of(told, Fit)] == [{"MNIST:train"}]
    assert [origins(s.value) for s in of(told, Score) if s.by == "hand"] == [{"MNIST:train"}, {"MNIST:test"}]
