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


STUDY = """
import numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_curve, roc_curve
from sklearn.model_selection import train_test_split
df = pd.read_csv("a.csv")
a, b, c, d = train_test_split(df[["x"]], df["y"], random_state=0)
results, scores = [], {}
for model in [LogisticRegression(), RandomForestClassifier(random_state=0)]:
    model.fit(a, c)
    f1 = f1_score(d, model.predict(b))
    results.append({"Model": model, "F1": f1})
    scores[str(model)] = f1
table = pd.DataFrame(results)
chance = model.predict_proba(b)[:, 1]
"""  # the next line is line 17


@pytest.mark.parametrize(
    "pick",
    [
        'table.loc[table["F1"].idxmax()]',
        'table.sort_values("F1", ascending=False).iloc[0]["Model"]',
        'table.sort_values("F1", ascending=False).reset_index()["Model"][0]',
        'table.nlargest(1, "F1")',
        'table[table["F1"] == table["F1"].max()]',
        "pd.Series(scores).idxmax()",
        'results[np.argmax([r["F1"] for r in results])]',
        'sorted(results, key=lambda r: r["F1"])[-1]',
        "sorted(scores.items(), key=lambda r: r[1], reverse=True)[0]",
    ],
)
def test_the_best_row_of_a_table_of_results(pick: str) -> None:
    assert answers(chosen_on_test, STUDY + f"print({pick})") == [(17, "high")]


@pytest.mark.parametrize(
    "look",
    [
        'table.sort_values("F1", ascending=False)',
        'table.sort_values("F1", ascending=False).head(10)',
        'sorted(results, key=lambda r: r["F1"])',
        "confusion_matrix(d, chance > 0.5).max() / 2",
        "max(f1, 0.0)",
        "roc_curve(d, chance)[0].max()",
    ],
)
def test_a_look_at_all_results_picks_nothing(look: str) -> None:
    assert answers(chosen_on_test, STUDY + f"print({look})") == []


@pytest.mark.parametrize(
    "pick",
    [
        "fpr, tpr, limits = roc_curve(d, chance); best = limits[np.argmax(tpr - fpr)]",
        "p, r, limits = precision_recall_curve(d, chance); best = limits[np.argmax(2 * p * r / (p + r))]",
        "limits = np.linspace(0, 1); best = limits[np.argmax([f1_score(d, chance > x) for x in limits])]",
    ],
)
def test_a_threshold_from_the_curve_of_the_test_rows(pick: str) -> None:
    assert answers(chosen_on_test, STUDY + f"{pick}\nprint(f1_score(d, chance > best))") == [(17, "high")]


TRIED = """
import matplotlib.pyplot as plt, numpy as np, pandas as pd
from sklearn.linear_model import Lasso, Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

table = pd.read_csv("a.csv")
a, b, c, d = train_test_split(table[["x"]], table["y"], random_state=0)
results = {}
for name, model in {"ridge": Ridge(), "lasso": Lasso()}.items():
    model.fit(a, c)
    results[name] = {
        "train": r2_score(c, model.predict(a)),
        "test": r2_score(d, model.predict(b)),
    }
scores = [results["ridge"]["test"], results["lasso"]["test"]]
"""  # the next line is line 17
NO_CHOICES = {
    "how high the figure is": "plt.bar([0, 1], scores)\nplt.ylim(0, max(scores) * 1.1)",
    "where a label stands": "_, ax = plt.subplots()\nax.annotate('', xy=(0, max(scores)))\nax.set_ylim(0, np.max(scores))",
    "how far apart they lie": "print(min(scores), max(scores))",
    "a number that is checked": "if scores[0] != 0.7:\n    raise ValueError(f'not {scores[0]}')",
}


@pytest.mark.parametrize("code", NO_CHOICES.values(), ids=NO_CHOICES.keys())
def test_not_every_largest_score_is_a_choice(code: str) -> None:
    assert answers(chosen_on_test, TRIED + code) == []


@pytest.mark.parametrize(
    "code",
    ["print(max(results.items(), key=lambda item: item[1]['test'])[0])", "print(max(scores))"],
)
def test_the_largest_by_a_key_or_by_itself(code: str) -> None:
    """Of several scores of each thing, the key says which one decides."""
    assert answers(chosen_on_test, TRIED + code) == [(17, "high")]


METRIC = """
def farthest(loader):
    net.eval()
    most = 0.0
    for x, y in loader:
        for guess, truth in zip(net(x), y):
            off = ((guess - truth) ** 2).mean()
            if off > most:
                most = off
            if off > 9:
                break
    return most


"""


def test_the_largest_number_within_a_metric_chooses_nothing() -> None:
    """A metric that keeps a maximum over rows, and leaves its loop early, neither picks an epoch nor stops the training."""
    loop = "for epoch in range(9):\n    learn(first)\n    print(farthest(second))\n"
    loaders = "first, second = (DataLoader(Subset(photos, s)) for s in (range(0, 60), range(60, 80)))\n"
    assert answers(chosen_on_test, LOOP + METRIC + loaders + loop, data_py=PHOTOS) == []


def test_the_best_number_of_all_epochs_is_a_choice() -> None:
    """A function that trains and keeps the largest score of all epochs reports the best of them, though it saves none."""
    loop = """
def study(first, second):
    best = 0
    for epoch in range(9):
        learn(first)
        now = accuracy(second)
        if now > best:
            best = now
    print(best)


study(*(DataLoader(Subset(photos, s)) for s in (range(0, 60), range(60, 80))))
"""
    assert [sure for _, sure in answers(chosen_on_test, LOOP + loop, data_py=PHOTOS)] == ["high"]


def test_a_curve_between_its_ends_is_no_choice() -> None:
    """Least and largest score of the same list put it between 0 and 1."""
    loop = """
first, second = (DataLoader(Subset(photos, s)) for s in (range(0, 60), range(60, 80)))
told = []
for epoch in range(9):
    learn(first)
    told.append(accuracy(second) / 20)
low = min(told)
print([(t - low) / (max(told) - low) for t in told])
"""
    assert answers(chosen_on_test, LOOP + loop, data_py=PHOTOS) == []


def test_rows_that_make_a_choice_of_their_own_are_no_judge_of_another() -> None:
    source = (
        LOOP
        + """
first, second, third = Photos("train"), Photos("here"), Photos("there")
best = other = 0.0
for epoch in range(9):
    learn(DataLoader(first))
    now, then = accuracy(DataLoader(second)), accuracy(DataLoader(third))
    if now > best:
        best = now
    if then > other:
        other = then
print(best, other)
"""
    )
    assert len(answers(chosen_on_test, source, data_py=PHOTOS)) == 1
    assert not answers(chosen_on_test, source.replace("if then > other:", "if epoch == 3:"), data_py=PHOTOS)
