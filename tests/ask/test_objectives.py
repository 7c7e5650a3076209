"""Which numbers evaluate a model, and which does it only go down by, or try out its code with?"""

from __future__ import annotations

import pytest

from mlstd.ask.baselines import lonely_scores
from mlstd.ask.outcomes import untracked
from mlstd.ask.view import View
from tests.ask.asked import lines
from tests.trace.traced import origins, traced

TALKER = """
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor


class Talker(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(nn.Linear(784, 8), nn.Dropout(), nn.Linear(8, 10))

    def forward(self, x, y=None):
        told = self.blocks(x)
        loss = F.cross_entropy(told, y) if y is not None else None
        return told, loss


net = Talker()
"""
LEARN = """
train, held = (DataLoader(datasets.MNIST("data", train=t, transform=ToTensor())) for t in (True, False))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in train:
    _, loss = net(x, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
net.eval()
total = 0
for x, y in held:
    _, loss = net(x, y)
    total += loss.item()
print(total / len(held))
"""  # the last line is line 35
TRY = """
x, y = torch.randn(4, 784), torch.randint(0, 10, (4,))
told, loss = net(x, y)
print(told.shape, loss.item())
"""


def test_a_loss_in_the_model_s_own_forward_is_a_score_of_the_model() -> None:
    """It is told where it is shown, and what is learned by is none."""
    view = View(traced(TALKER + LEARN))
    assert [(origins(s.value), {view.label(s.value.models)}) for s in view.evaluations] == [({"MNIST:test"}, {"Talker"})]
    assert [line for line, _ in lines(untracked, TALKER + LEARN)] == [35]


@pytest.mark.parametrize("question", [untracked, lonely_scores])
def test_who_tries_out_the_code_of_a_model_scores_nothing(question: object) -> None:
    """Freshly drawn weights in a run that teaches nothing; what was learned earlier is another matter."""
    assert lines(question, TALKER + TRY) == []  # type: ignore[arg-type]
    assert len(lines(question, TALKER + "net.load_state_dict(torch.load('net.pt'))\n" + TRY)) == 1  # type: ignore[arg-type]


def test_what_gradients_are_taken_of_is_no_evaluation() -> None:
    """A hand-made loss that inputs are fitted to."""
    source = """
import torch
from torchvision.models import resnet18

net = resnet18(pretrained=True)
wanted = torch.load("wanted.pt")
z = torch.randn(1, 3, 8, 8, requires_grad=True)
optimizer = torch.optim.Adam([z])
for step in range(100):
    loss = torch.sum(torch.abs(net(z) - wanted))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(z)
"""
    assert View(traced(source)).evaluations == []


@pytest.mark.parametrize("code", ["p / p.sum(axis=1)[:, None]", "p / np.sum(p, axis=1, keepdims=True)", "p / np.linalg.norm(p)"])
def test_numbers_made_to_add_up_to_one_are_no_score(code: str) -> None:
    """Predictions weighted by a column of a table and then normalised."""
    source = f"""
import joblib
import numpy as np
import pandas as pd

rows, prices = pd.read_csv("rows.csv"), pd.read_csv("prices.csv")
p = joblib.load("model.joblib").predict_proba(rows) * prices["price"].values
print(({code}).argmax(1))
"""
    assert View(traced(source)).evaluations == []


def test_the_loss_of_a_function_is_called_a_loss() -> None:
    """What a function named so adds up by hand."""
    own = "def own_loss(told, y):\n    return -(torch.log_softmax(told, 1) * F.one_hot(y)).sum()\n"
    code = (TALKER + LEARN).replace("_, loss = net(x, y)", "loss = own_loss(net(x)[0], y)")
    source = code.replace("net = Talker()", own + "net = Talker()")
    assert {s.metric for s in View(traced(source)).scores} == {"loss by hand"}
