"""What is a model, what only stands in one, and which branch of it runs in which mode?"""

from __future__ import annotations

import json

from mlstd.ask.randomness import shaping
from mlstd.ask.view import View
from mlstd.trace.events import Draw, Fit, Predict, Record, Score
from mlstd.trace.run import Trace, trace
from tests.link.project_of import project_of
from tests.trace.traced import knowledge, of, origins, traced

LOOP = """
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

class Twist(nn.Module):
    def __init__(self):
        super().__init__()
        self.way = transforms.RandomHorizontalFlip()
    def forward(self, x):
        return self.way(x)

class Apart(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.CrossEntropyLoss()
    def forward(self, guess, truth):
        return self.inner(guess, truth) * 2

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(784, 10)
        self.b = nn.Dropout()
    def forward(self, x, y=None):
        x = self.b(self.a(x))
        if self.training:
            return nn.functional.cross_entropy(x, y)
        return x.argmax(1)

train = DataLoader(datasets.MNIST("data", train=True), batch_size=4)
test = DataLoader(datasets.MNIST("data", train=False), batch_size=4)
"""


def drawn(told: Trace) -> list[str]:
    """The weights whose draw shapes the result."""
    return [d.name.rpartition(".")[2] for d in shaping(View(told)) if d.use == "weights"]


def test_a_loss_and_an_augmentation_of_ones_own_are_no_models() -> None:
    told = traced(
        LOOP
        + """
twist, apart, net = Twist(), Apart(), nn.Linear(784, 10)
for x, y in train:
    apart(net(twist(x)), y).backward()
"""
    )
    (fit,) = of(told, Fit)
    assert [told.things[m].cls for m in fit.models] == ["torch.nn.Linear"]
    assert {told.things[m].cls for p in of(told, Predict) for m in p.models} == {"torch.nn.Linear"}


def test_a_model_that_was_switched_runs_the_branch_of_its_mode() -> None:
    told = traced(
        LOOP
        + """
net = Net()
net.train()
for x, y in train:
    net(x, y).backward()
net.eval()
correct = 0
for x, y in test:
    correct += (net(x) == y).sum()
print(correct)
"""
    )
    assert [(s.metric, origins(s.value)) for s in of(told, Score, sure=False)] == [
        ("loss", {"MNIST:train"}),
        ("accuracy by hand", {"MNIST:test"}),
    ]


def test_stored_weights_are_not_drawn_but_a_new_head_is() -> None:
    learn = "for x, y in train:\n    nn.functional.cross_entropy(net(x), y).backward()"
    assert drawn(traced(LOOP + "net = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)\n" + learn)) == []
    assert drawn(traced(LOOP + "net = models.resnet18(pretrained=True)\nnet.fc = nn.Linear(512, 2)\n" + learn)) == ["Linear"]
    assert drawn(traced(LOOP + "net = models.resnet18()\n" + learn)) == ["resnet18"]


def test_a_layer_that_gave_way_to_another_shapes_nothing() -> None:
    score = "net.fc = nn.Linear(512, 9)\nnet.fc = nn.Linear(512, 2)\nnet.load_state_dict(torch.load('a.pt'))\n"
    score += "correct = 0\nfor x, y in test:\n    correct += (net(x).argmax(1) == y).sum()\nprint(correct)"
    told = traced(LOOP + "net = models.resnet18(pretrained=True)\n" + score)
    assert len(of(told, Draw)) == 3
    assert drawn(told) == []


def test_weights_are_loaded_into_whichever_model_there_is() -> None:
    told = traced(
        LOOP
        + """
stored = torch.load("a.pt")
if stored["kind"] == "linear":
    net = nn.Linear(784, 10)
elif stored["kind"] == "deep":
    net = nn.Sequential(nn.Linear(784, 10))
else:
    raise ValueError
net.load_state_dict(stored["net"])
correct = 0
for x, y in test:
    correct += (net(x).argmax(1) == y).sum()
print(correct)
"""
    )
    assert drawn(told) == []


def test_a_parallel_model_is_the_model_whatever_devices_it_is_given() -> None:
    told = traced(
        LOOP
        + """
net = nn.DataParallel(nn.Linear(784, 10), device_ids=[0, 1])
for x, y in train:
    nn.functional.cross_entropy(net(x), y).backward()
"""
    )
    assert [len(f.models) for f in of(told, Fit)] == [1]


def test_bare_parameters_make_a_model() -> None:
    trace = traced("""
        import torch
        from torch import nn


        class Learner(nn.Module):
            def __init__(self):
                super().__init__()
                self.weights = nn.ParameterList()
                self.weights.append(nn.Parameter(torch.ones(3)))

            def forward(self, x):
                return x @ self.weights[0]


        Learner()(torch.load("x.pt"))
    """)
    assert [p.models for p in of(trace, Predict)] != []


def test_default_that_falls_through_all_tests_into_a_refusal_leaves_each_model_open() -> None:
    trace = traced("""
        import argparse
        import pandas as pd
        from sklearn.linear_model import LogisticRegression, RidgeClassifier
        from sklearn.svm import SVC

        parser = argparse.ArgumentParser()
        parser.add_argument("--model")
        args = parser.parse_args()
        rows = pd.read_csv("rows.csv")
        if args.model == "lr":
            model = LogisticRegression()
        elif args.model in ("ridge", "r"):
            model = RidgeClassifier()
        elif args.model == "svm":
            model = SVC()
        else:
            raise ValueError(args.model)
        model.fit(rows, rows.y)
    """)
    assert len({m for f in of(trace, Fit, sure=False) for m in f.models}) == 3


def test_weights_loaded_on_every_way_are_loaded() -> None:
    trace = traced("""
        import sys
        import torch
        from torch import nn

        model, other = nn.Sequential(nn.Linear(3, 1)), nn.Sequential(nn.Linear(3, 1))
        stored = torch.load("model.pt")
        try:
            if "model" in stored:
                model.load_state_dict(stored["model"])
            elif "net" in stored:
                model.load_state_dict(stored["net"])
                other.load_state_dict(stored["net"])
            elif "nothing" in stored:
                sys.exit(1)
            else:
                model.load_state_dict(stored)
        except RuntimeError:
            sys.exit(1)
        rows = torch.load("rows.pt")
        print(model(rows), other(rows))
    """)
    first, second = (d.addresses for d in of(trace, Draw))
    overwritten = trace.notes["overwritten"]
    assert isinstance(overwritten, set)
    assert first <= overwritten
    assert not second & overwritten


def test_what_an_unseen_test_step_gives_goes_to_the_logger() -> None:
    code = """
        import pytorch_lightning as pl
        from toolbox import Base


        class Net(pl.LightningModule):
            def training_step(self, batch, index):
                return batch.sum()


        pl.Trainer(logger={logger}).test(Net(), Base("rows"))
    """
    assert len(of(traced(code.format(logger="True")), Record)) == 1
    assert of(traced(code.format(logger="False")), Record) == []


def test_an_unknown_class_makes_no_score() -> None:
    code = """
        import pandas as pd
        import toolbox
        from sklearn.tree import DecisionTreeClassifier

        rows = pd.read_csv("rows.csv")
        model = DecisionTreeClassifier().fit(rows, rows.y)
        toolbox.{name}(model.predict(rows), rows.y)
    """
    assert [len(of(traced(code.format(name=name)), Score)) for name in ("rmse", "RMSE", "MetricTrainer")] == [1, 1, 0]


def test_forward_by_its_name_is_a_call_of_the_model() -> None:
    """`net.forward(x)` predicts as `net(x)` does; what a model inherits and runs by `super().forward(x)` is one prediction."""
    told = traced(
        LOOP
        + """
class Deeper(Net):
    def forward(self, x, y=None):
        return super().forward(x, y)

net = Deeper()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in train:
    net.forward(x, y).backward()
    optimizer.step()
net.eval()
for x, y in test:
    print((net.forward(x) == y).float().mean())
"""
    )
    assert [origins(p.rows) for p in of(told, Predict) if told.things[min(p.models)].cls.endswith("Deeper")] == [
        {"MNIST:train"},
        {"MNIST:test"},
    ]
    assert [s.metric for s in of(told, Score) if s.by == "hand"] == ["accuracy by hand"]


def test_an_object_of_an_unknown_class_goes_by_the_name_of_the_class() -> None:
    told = traced("""
import vault
table = vault.read("a.csv")
vault.models.DeepRegressor(1, width=table.X.shape[-1]).fit(table)
""")
    assert [t.label for t in told.things.values() if t.role == "model"] == ["DeepRegressor"]


def test_what_writes_guesses_is_no_metric() -> None:
    """An unknown function of rows and guesses may be a metric, unless it says that it writes them."""
    code = """
import pandas as pd, helpers
from sklearn.linear_model import LogisticRegression
a, b = pd.read_csv("a.csv"), pd.read_csv("b.csv")
model = LogisticRegression().fit(a[["x"]], a.y)
helpers.{name}(b, model.predict(b[["x"]]), "out.csv")
"""
    assert [len(of(traced(code.format(name=n)), Score)) for n in ("compare", "save_guesses", "make_submission")] == [1, 0, 0]


def test_what_a_cell_that_cannot_be_parsed_may_do() -> None:
    """Its words say what it could hide."""
    cells = ["import pandas as pd", "print classification_report(y, model.predict(x))", "a plan, in words"]
    notebook = json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells],
        }
    )
    told = trace("a.ipynb", project_of({"a.ipynb": notebook}), knowledge())
    assert [(b.at.cell, sorted(b.hides)) for b in told.blind_spots] == [(2, ["baseline", "score"])]
