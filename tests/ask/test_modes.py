"""Is a model in training mode when it is scored, whatever its layers hide in?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

RULE = "evaluated-in-train-mode"
HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(8, 8), nn.Dropout(0.5)]
    def forward(self, x):
        return x

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {made}
    def forward(self, x):
        {run}

train = datasets.MNIST("data", train=True)
test = datasets.MNIST("data", train=False)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in DataLoader(train, batch_size=64):
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
{mode}
correct = 0
for x, y in DataLoader(test, batch_size=64):
    correct += (net(x).argmax(1) == y).sum().item()
print(correct / len(test))
"""
CASES = {
    "functional dropout follows the module": (
        "self.a = nn.Linear(8, 8)",
        "return F.dropout(self.a(x), 0.5, training=self.training)",
    ),
    "dropout in an inner module": ("self.block = Block()", "return self.block(x)"),
    "dropout in a list of a sequential": ("self.a = nn.Sequential(*[nn.Linear(8, 8), nn.BatchNorm1d(8)])", "return self.a(x)"),
    "between the layers of a recurrent net": ("self.a = nn.LSTM(8, 8, 2, dropout=0.5)", "return self.a(x)[0]"),
}


@pytest.mark.parametrize(("made", "run"), CASES.values(), ids=CASES)
def test_a_model_that_minds_the_mode_must_be_told(made: str, run: str, tmp_path: Path) -> None:
    told = HEAD.format(made=made, run=run, mode="net.eval()")
    untold = HEAD.format(made=made, run=run, mode="")
    assert lines(RULE, told, tmp_path) == []
    assert len(lines(RULE, untold, tmp_path)) == 1


@pytest.mark.parametrize(
    ("made", "run"),
    [
        ("self.a = nn.Linear(8, 8)", "return nn.Dropout(0.5)(self.a(x))"),
        ("self.a = nn.Linear(8, 8)", "return F.dropout(self.a(x), 0.5)"),
    ],
)
def test_a_layer_made_while_the_model_runs_never_hears_of_eval(made: str, run: str, tmp_path: Path) -> None:
    assert len(lines(RULE, HEAD.format(made=made, run=run, mode="net.eval()"), tmp_path)) == 1


@pytest.mark.parametrize(
    ("kept", "heard"),
    [
        ("self.layers = layers", False),
        ("self.layers = nn.ModuleList(layers)", True),
        ("self.layers = layers; self.net = nn.Sequential(*layers)", True),
        ("self.layers = layers\n        for i, layer in enumerate(layers): self.add_module(f'layer{i}', layer)", True),
        ("self.layers = layers\n        for i, layer in enumerate(layers): setattr(self, f'layer{i}', layer)", True),
        ("self.layers = (layers[0], layers[1])", False),
    ],
)
def test_torch_looks_into_no_plain_list_of_layers(kept: str, heard: bool, tmp_path: Path) -> None:
    made = f"layers = [nn.Linear(8, 8), nn.Dropout(0.5)]\n        {kept}"
    run = "for layer in self.layers:\n            x = layer(x)\n        return x"
    code = HEAD.format(made=made, run=run, mode="net.eval()")
    assert (lines(RULE, code, tmp_path) == []) is heard
    assert lines(RULE, code.replace("net.eval()", "net.eval()\nfor layer in net.layers: layer.eval()"), tmp_path) == []


def test_gradients_that_are_only_looked_at(tmp_path: Path) -> None:
    code = HEAD.format(made="self.a = nn.Dropout(0.5)", run="return self.a(x)", mode="").partition("optimizer")[0]
    code += "x, y = next(iter(DataLoader(test)))\nloss = F.cross_entropy(net(x), y)\nloss.backward()\nprint(loss)\n"
    assert lines(RULE, code, tmp_path) == []


def test_no_dropout_at_all_is_no_dropout(tmp_path: Path) -> None:
    made, run = "self.a = nn.Linear(8, 8); self.drop = nn.Dropout(0.0)", "return self.drop(self.a(x))"
    assert lines(RULE, HEAD.format(made=made, run=run, mode=""), tmp_path) == []


def test_an_attack_in_evaluation_mode_trains_nothing(tmp_path: Path) -> None:
    attack = "net.eval()\nfor x, y in DataLoader(test):\n    F.cross_entropy(net(x), y).backward()"
    code = HEAD.format(made="self.a = nn.Dropout(0.5)", run="return self.a(x)", mode=attack)
    assert lines("trained-in-eval-mode", code, tmp_path) == []


@pytest.mark.parametrize(("trained", "wrong"), [("", False), ("net.train()", True)])
def test_what_is_loaded_pretrained_is_in_evaluation_mode_until_the_whole_is_told_to_train(
    trained: str, wrong: bool, tmp_path: Path
) -> None:
    made = "self.bert = AutoModel.from_pretrained('bert-base-uncased')\n        self.head = nn.Linear(8, 2)"
    source = HEAD.format(made=made, run="return self.head(self.bert(x)[1])", mode="")
    source = source.replace("\nfor x, y", f"\n{trained}\nfor x, y", 1)
    assert bool(lines(RULE, "from transformers import AutoModel\n" + source, tmp_path)) is wrong


def test_a_model_made_by_an_object_that_is_called(tmp_path: Path) -> None:
    """`Objective.__call__` makes the model; it is no layer that a running model makes anew."""
    made = "self.a, self.b = nn.Linear(8, 8), nn.Dropout(0.5)"
    code = HEAD.format(made=made, run="return self.b(self.a(x))", mode="net.eval()")
    start, end = code.index("net = Net()"), len(code)
    body = "".join(f"        {line}\n" for line in code[start:end].splitlines())
    called = f"{code[:start]}class Objective:\n    def __call__(self, trial):\n{body}Objective()(1)\n"
    assert lines(RULE, called, tmp_path) == []
    assert lines(RULE, called.replace("net.eval()", "pass"), tmp_path) != []


def test_a_look_at_what_a_model_gives_before_it_learns(tmp_path: Path) -> None:
    made, run = "self.a, self.b = nn.Linear(8, 8), nn.Dropout(0.5)", "return self.b(self.a(x))"
    code = HEAD.format(made=made, run=run, mode="net.eval()")
    look = "x, y = next(iter(DataLoader(train)))\nprint(F.cross_entropy(net(x), y))\noptimizer = "
    assert lines(RULE, code.replace("optimizer = ", look, 1), tmp_path) == []
