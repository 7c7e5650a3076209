"""Which choices are made on the rows that are reported?"""

from __future__ import annotations

import pytest

from mlstd.ask.selection import chosen_on_test
from tests.ask.asked import lines as answers

LOOP = """
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from data import Photos

net = nn.Linear(3, 2)
loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)


def accuracy(loader):
    net.eval()
    right = 0
    for x, y in loader:
        right += (net(x).argmax(1) == y).sum().item()
    return right


def learn(loader):
    net.train()
    for x, y in loader:
        loss = loss_of(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


photos = Photos("photos")
"""
PHOTOS = """
from torch.utils.data import Dataset
import vault


class Photos(Dataset):
    def __init__(self, folder):
        self.folder = folder

    def __len__(self):
        return vault.count(self.folder)

    def __getitem__(self, at):
        return vault.read(self.folder, at)
"""
KEEP = """
best = 0.0
for epoch in range(9):
    learn(first)
    now = accuracy(second)
    if now > best:
        best = now
        torch.save(net.state_dict(), "net.pt")
"""


def chosen(parts: str, tail: str = "") -> list[tuple[int, str]]:
    """The answers for a loop that keeps the best epoch."""
    return answers(chosen_on_test, LOOP + parts + KEEP + tail, data_py=PHOTOS)


@pytest.mark.parametrize(
    "parts",
    [
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(range(100))\n",
        "order = list(range(len(photos)))\na, b = order[:80], order[80:]\n",
        "a, b = range(0, 80), range(80, 100)\n",
    ],
)
def test_positions_divide_rows(parts: str) -> None:
    """Two subsets by the two sides of a list of positions have no row in common."""
    loaders = parts + "first, second = DataLoader(Subset(photos, a)), DataLoader(Subset(photos, b))\n"
    assert [sure for _, sure in chosen(loaders)] == ["high"]


def test_a_test_of_every_round_divides_a_list() -> None:
    """What a branch appends to one list is not in the list that the other branch fills."""
    loaders = """
first, second = [], []
for at, item in enumerate(DataLoader(photos)):
    if at % 5:
        first.append(item)
    else:
        second.append(item)
"""
    assert [sure for _, sure in chosen(loaders)] == ["high"]


def test_another_part_is_scored_at_the_end() -> None:
    """The rows of a third part chose nothing."""
    loaders = "first, second, third = (DataLoader(Subset(photos, s)) for s in (range(0, 60), range(60, 80), range(80, 100)))\n"
    assert chosen(loaders, "print(accuracy(third))\n") == []


def test_unknown_parts_are_told_apart_by_their_keys() -> None:
    """`bundle["train"]` and `bundle["val"]` of something unknown are two things, as far as anybody knows."""
    parts = 'import vault\nbundle = vault.open("photos")\nfirst, second = bundle["train"], bundle["val"]\n'
    assert [sure for _, sure in chosen(parts)] == ["medium"]


def test_a_copy_of_the_code_on_other_data_is_another_experiment() -> None:
    """The same function, run on two data sets, chooses on the reported rows both times."""
    source = """
from sklearn.datasets import load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split


def study(load):
    x, y = load(return_X_y=True)
    a, b, c, d = train_test_split(x, y, random_state=0)
    best = 0.0
    for strength in [0.1, 1.0, 10.0]:
        model = LogisticRegression(C=strength).fit(a, c)
        now = model.score(b, d)
        if now > best:
            best = now
    print(best)


study(load_iris)
study(load_wine)
"""
    assert [line for line, _ in answers(chosen_on_test, source)] == [14, 14]


def test_the_chosen_settings_are_fitted_again_and_scored_elsewhere() -> None:
    """A fresh model of the loop's class is scored on rows that chose nothing."""
    source = """
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

x, y = load_iris(return_X_y=True)
rest, test, rest_y, test_y = train_test_split(x, y, random_state=0)
a, b, c, d = train_test_split(rest, rest_y, random_state=0)
best, kept = 0.0, None
for strength in [0.1, 1.0, 10.0]:
    now = LogisticRegression(C=strength).fit(a, c).score(b, d)
    if now > best:
        best, kept = now, strength
print(LogisticRegression(C=kept).fit(rest, rest_y).score(test, test_y))
"""
    assert answers(chosen_on_test, source) == []


def test_a_second_split_of_the_same_rows_holds_nothing_out() -> None:
    """Two splits that know nothing of each other share rows."""
    source = """
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

x, y = load_iris(return_X_y=True)
a, b, c, d = train_test_split(x, y, random_state=0)
best, kept = 0.0, None
for strength in [0.1, 1.0, 10.0]:
    model = LogisticRegression(C=strength).fit(a, c)
    now = model.score(b, d)
    if now > best:
        best, kept = now, model
_, e, _, f = train_test_split(x, y, random_state=1)
print(kept.score(e, f))
"""
    assert [line for line, _ in answers(chosen_on_test, source)] == [12]


def test_an_overlap_counted_by_hand_is_a_score() -> None:
    """Dice: what prediction and truth have in common over what they have together."""
    source = LOOP.replace(
        """    right = 0
    for x, y in loader:
        right += (net(x).argmax(1) == y).sum().item()
    return right
""",
        """    dice = 0.0
    for x, y in loader:
        p = net(x) > 0.5
        common = torch.sum((p + y) == 2)
        dice += float(2 * common) / (float(torch.sum(p) + torch.sum(y)) + 1e-6)
    return dice
""",
    )
    parts = "first, second = DataLoader(Subset(photos, range(0, 80))), DataLoader(Subset(photos, range(80, 100)))\n"
    assert [sure for _, sure in answers(chosen_on_test, source + parts + KEEP, data_py=PHOTOS)] == ["high"]


def test_the_step_counter_decides_when_to_evaluate() -> None:
    """`if step % every == 0` comes true in the course of the loop, whatever the counter begins with."""
    parts = "first, second = DataLoader(Subset(photos, range(0, 80))), DataLoader(Subset(photos, range(80, 100)))\n"
    keep = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--every", type=int, default=100)
args = parser.parse_args()
best, step = 0, 0
while True:
    for x, y in first:
        loss = loss_of(net(x), y)
        loss.backward()
        optimizer.step()
        step += 1
        if step % args.every == 0:
            now = accuracy(second)
            if best < now:
                best = now
    if step > 1000:
        break
print(best)
"""
    assert [sure for _, sure in answers(chosen_on_test, LOOP + parts + keep, data_py=PHOTOS)] == ["high"]
