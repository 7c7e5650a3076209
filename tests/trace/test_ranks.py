"""What recommenders are scored by: is the right one among the best, at which place; and what methods of a model predict."""

from __future__ import annotations

import pytest

from tests.trace.frameworks.story import run, scores

HEAD = """
import numpy as np
import pandas as pd
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.users, self.layer = nn.Embedding(9, 9), nn.Linear(9, 9)
    def forward(self, x):
        return self.layer(self.users(x))
    def rank(self, x):
        return (self.layer(self.users(x)) * x).sum(1)
    def loss(self, x, y):
        return nn.functional.cross_entropy(self.rank(x), y)
    def right(self, x, y):
        found = self.forward(x).argmax(1)
        return len(y[y == found]) / len(y)

net, rows = Net(), pd.read_csv("b.csv")
x, y = torch.tensor(rows["x"]), torch.tensor(rows["y"])

def hit(truth, best):
    if truth in best:
        return 1
    return 0

def near(place):
    return 1.0 if place < 10 else 0.0

"""
LOOP = "hits = 0\nfor best, truth in zip(net(x).topk(5)[1], y):\n    "


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        (LOOP + "if truth in best:\n        hits += 1", "count of hits by hand"),
        (LOOP + "hits += hit(truth, best)", "count of hits by hand"),
        (LOOP + "hits += sum(map(lambda one: one in truth, best))", "count of hits by hand"),
        (LOOP + "hits += len(np.intersect1d(truth, best))", "overlap by hand"),
        (LOOP + "hits += np.isin(best, truth).sum()", "count of hits by hand"),
        (LOOP + "hits += 1 / np.log2(best.tolist().index(truth) + 2)", "rank by hand"),
        ("place = net(x).argsort().argsort()[0]\nif place < 10:\n    hits += 1", "rank by hand"),
        ("for place in (net(x) > net(x)[:, :1]).sum(1):\n    print(np.mean(near(place)))", "rank by hand"),
        ("print(np.mean([near(place) for place in net.rank(x).argsort().argsort()]))", "rank by hand"),
        ("print(net.right(x, y))", "accuracy by hand"),
        ("print(net.loss(x, y))", "loss"),
        ("print((net.rank(x).argmax(1) == y).float().mean())", "accuracy by hand"),
    ],
)
def test_scores_by_place_and_by_method(code: str, metric: str) -> None:
    assert set(scores(run(f"{HEAD}hits = 0\n{code}\n"))) == {f"{metric} on b.csv"}


@pytest.mark.parametrize(
    "code",
    [
        LOOP + "if truth in [1, 2]:\n        hits += 1",
        LOOP + "if best.max() > 3:\n        hits += 1",
        "print(net.rank(x))",
        "print(net(x).argsort().sum(1))",
    ],
)
def test_these_are_none(code: str) -> None:
    assert scores(run(f"{HEAD}{code}\n")) == []


def test_lists_in_a_dict_by_row_are_filled() -> None:
    source = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
seen = {}
for line in open("b.csv"):
    user, item = line.split(",")
    if user not in seen:
        seen[user] = []
    seen[user].append(item)
a = pd.read_csv("a.csv")
net = LogisticRegression().fit(a[["x"]], a["y"])
for user in range(9):
    if len(seen[user]) < 3:
        continue
    print(f1_score(seen[user], net.predict(seen[user])))
"""
    assert scores(run(source)) == ["F1 on b.csv"]
