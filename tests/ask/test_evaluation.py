"""Which models are scored on their training rows alone, and which never?"""

from __future__ import annotations

import pytest

from mlstd.ask.evaluation import trained_scores, unevaluated
from mlstd.ask.view import View
from tests.ask.asked import lines as answers
from tests.trace.traced import traced


def test_a_training_score_beside_a_held_out_one() -> None:
    """The training score of one tree says nothing where another tree is scored on held-out rows."""
    source = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

x, y = load_iris(return_X_y=True)
first = DecisionTreeClassifier().fit(x, y)
print(first.score(x, y))
a, b, c, d = train_test_split(x, y, random_state=0)
second = DecisionTreeClassifier().fit(a, c)
print(second.score(b, d))
"""
    assert answers(trained_scores, source) == []


def test_the_whole_is_scored_where_a_part_was_fitted() -> None:
    """`validation_split` holds rows out, and the only score that is shown takes all rows again."""
    source = """
import numpy as np
from keras.layers import Dense
from keras.models import Sequential

table = np.loadtxt("table.csv")
x, y = table[:, :3], table[:, 3]
net = Sequential([Dense(1, activation="sigmoid")])
net.compile(loss="binary_crossentropy", metrics=["accuracy"])
net.fit(x, y, validation_split=0.3, verbose=0)
print(net.evaluate(x, y))
"""
    assert answers(trained_scores, source) == [(11, "high")]


def test_a_calibrated_model_is_its_model() -> None:
    """The model inside is scored on rows that it has not seen."""
    source = """
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

x, y = load_iris(return_X_y=True)
a, b, c, d = train_test_split(x, y, random_state=0)
forest = RandomForestClassifier().fit(a, c)
print(forest.score(b, d))
calibrated = CalibratedClassifierCV(forest, cv="prefit").fit(b, d)
print(calibrated.score(b, d))
"""
    assert answers(trained_scores, source) == []


def test_a_loss_in_evaluation_mode_is_an_evaluation() -> None:
    """Nobody knows which rows they are, but the model does not learn from them."""
    source = """
import torch
from torch import nn
import vault

net = nn.Linear(3, 2)
loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
rows = vault.rows()
for x, y in rows:
    loss = loss_of(net(x), y)
    loss.backward()
    optimizer.step()
net.eval()
for x, y in rows:
    print(loss_of(net(x), y))
torch.save(net.state_dict(), "net.pt")
"""
    assert answers(unevaluated, source) == []


def test_a_fit_forgets_the_one_before() -> None:
    """A model that was fitted on all rows first is fitted anew on some, and scored on the others."""
    source = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
model = LogisticRegression().fit(X, y)
print(model.score(X, y))
for a, b in KFold(5).split(X):
    model.fit(X.iloc[a], y.iloc[a])
    print(model.score(X.iloc[b], y.iloc[b]))
"""
    assert answers(trained_scores, source) == []
    again = source.replace("    model.fit(X.iloc[a], y.iloc[a])\n", "    pass\n")
    assert answers(trained_scores, again) == [(9, "high")]


PASS = """
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
def run(loader, model, optimizer):
    hits = 0
    for x, y in loader:
        out = model(x)
        loss = nn.functional.cross_entropy(out, y)
        if model.training:
            loss.backward()
            optimizer.step()
        hits += (out.argmax(1) == y).sum().item()
    return hits / len(loader.dataset)
DATA
model = nn.Sequential(nn.Linear(3, 2), nn.Dropout())
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model.train()
run(DataLoader(train), model, optimizer)
model.eval()
print(run(DataLoader(test), model, optimizer))
"""


def test_a_pass_that_learns_only_in_training_mode() -> None:
    data = "from torchvision.datasets import MNIST\ntrain, test = MNIST('d', train=True), MNIST('d', train=False)"
    view = View(traced(PASS.replace("DATA", data)))
    assert view.seen(view.evaluations[-1]) == "held-out"
    assert len(view.fits) == 1


def test_files_named_by_two_slices_of_a_list() -> None:
    """One table, read by two data sets; each looks up the names that its slice of the folder left it."""
    data = """
import pandas as pd
from glob import glob
class Photos(Dataset):
    def __init__(self, train):
        self.names = glob("photos/*.jpg")
        self.table = pd.read_csv("a.csv", index_col=0)
        cut = int(len(self.names) * 0.1)
        self.names = self.names[cut:] if train else self.names[:cut]
    def __getitem__(self, index):
        row = self.table.loc[self.names[index]]
        return row["x"], row["y"]
train, test = Photos(True), Photos(False)
"""
    assert answers(trained_scores, PASS.replace("DATA", data)) == []


REST = """
import pandas as pd
from sklearn.linear_model import LogisticRegression

df = pd.read_csv("a.csv")
{cut}
model = LogisticRegression().fit(train[["x"]], train["y"])
print(model.score(test[["x"]], test["y"]))
"""


@pytest.mark.parametrize(
    "cut",
    [
        "test = df.sample(frac=0.2)\ntrain = df.drop(test.index)",
        "test = df.sample(frac=0.2)\ntrain = df.drop(index=test.index)",
        "test = df.sample(100)\ntrain = df[~df.index.isin(test.index)]",
        "names = df.sample(100).index\ntest = df.loc[names]\ntrain = df.loc[~df.index.isin(names)]",
        "test = df.tail(100)\ntrain = df[~df.index.isin(test.index)]",
        "test = df[df.day > 9]\ntrain = df.drop(test.index)",
    ],
)
def test_the_rest_of_the_rows_is_held_out(cut: str) -> None:
    """What is left after some rows were taken out has no row in common with them."""
    assert answers(trained_scores, REST.format(cut=cut)) == []
    swapped = cut.replace("test", "both").replace("train", "test").replace("both", "train")
    assert answers(trained_scores, REST.format(cut=swapped)) == []


def test_a_sample_of_the_rows_that_were_fitted() -> None:
    assert answers(trained_scores, REST.format(cut="train = df\ntest = df.sample(100)")) == [(9, "high")]


def test_the_best_score_of_a_search_is_one() -> None:
    """Who prints `best_score_` has scored the model by cross-validation."""
    source = """
import joblib, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

df = pd.read_csv("a.csv")
search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}).fit(df[["x"]], df["y"])
joblib.dump(search, "m.joblib")
"""
    assert answers(unevaluated, source) == [(7, "high")]
    assert answers(unevaluated, source + "print(search.best_score_)\n") == []


def test_the_score_that_counts_comes_after_a_fit() -> None:
    """A score of the first batch, before the model has learned anything, does not hide the one on the same rows afterwards."""
    source = """
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

net = nn.Linear(784, 10)
loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
rows = DataLoader(datasets.MNIST("data", train=True, transform=ToTensor()))


def right(loader):
    return sum((net(x).argmax(1) == y).sum().item() for x, y in loader) / len(loader.dataset)


print(right(rows))
for x, y in rows:
    loss = loss_of(net(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(right(rows))
"""
    assert [sure for _, sure in answers(trained_scores, source)] == ["high"]


def test_a_sampler_of_some_positions_leaves_these_rows() -> None:
    """Two loaders of the same rows, each with its own range of positions, share none."""
    source = """
import torch
from torch import nn
from torch.utils.data import DataLoader, SubsetRandomSampler
from torchvision import datasets
from torchvision.transforms import ToTensor

net = nn.Linear(784, 10)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
first, second = datasets.MNIST("data", transform=ToTensor()), datasets.MNIST("data", transform=ToTensor())
train = DataLoader(first, sampler=SubsetRandomSampler(range(50000)))
held = DataLoader(second, sampler=SubsetRandomSampler(indices=range({start}, 60000)))
for x, y in train:
    loss = nn.functional.cross_entropy(net(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(sum((net(x).argmax(1) == y).sum().item() for x, y in held))
"""
    assert answers(trained_scores, source.format(start=50000)) == []
    assert view(source.format(start=50000)) == ["held-out"]
    assert view(source.format(start=40000)) == ["unknown"]


def view(source: str) -> list[str]:
    """What the models of the scores that are counted by hand have seen."""
    told = View(traced(source))
    return [told.seen(s) for s in told.scores if s.by == "hand"]


def test_the_loss_of_a_framework_s_training_step_scores_nothing() -> None:
    """Two networks learn against each other: their losses, on rows that one of them made up, are no evaluation."""
    source = """
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor


class Pair(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.maker = nn.Sequential(nn.Linear(8, 784), nn.BatchNorm1d(784))
        self.judge = nn.Sequential(nn.Linear(784, 1), nn.Dropout())

    def training_step(self, batch, number, optimizer_idx):
        x, _ = batch
        made = self.maker(torch.randn(len(x), 8))
        told = self.judge(made.detach())
        loss = nn.functional.binary_cross_entropy_with_logits(told, torch.zeros_like(told))
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.judge.parameters()), torch.optim.Adam(self.maker.parameters())


trainer = pl.Trainer(max_epochs=3)
trainer.fit(Pair(), DataLoader(datasets.MNIST("data", transform=ToTensor())))
"""
    assert View(traced(source)).evaluations == []
    assert len(answers(unevaluated, source)) == 1


READ = """
import sys
from pathlib import Path
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

def load(folder):
    return np.load(Path(folder) / "x.npy"), np.load(Path(folder) / "y.npy")

x, y = load(sys.argv[1])
u, v = load(sys.argv[2])
model = LogisticRegression().fit(x, y)
print(accuracy_score({truth}, model.predict({rows})))
"""


def test_files_of_one_name_in_folders_that_nobody_knows() -> None:
    """They are not known to be the same rows; what was read once is."""
    assert answers(trained_scores, READ.format(truth="v", rows="u")) == []
    assert answers(trained_scores, READ.format(truth="y", rows="x")) == [(14, "high")]


def test_what_was_read_once_is_the_same_rows_wherever_it_lies() -> None:
    source = """
import numpy as np
from settings import CLEAN
from sklearn.linear_model import LogisticRegression

x, y = np.load(CLEAN / "x.npy"), np.load(CLEAN / "y.npy")
print(LogisticRegression().fit(x, y).score(x, y))
"""
    assert answers(trained_scores, source) == [(7, "high")]
    assert answers(trained_scores, source.replace("/", ",")) == [(7, "high")]
    placed = "from pathlib import Path\nCLEAN = Path(__file__).resolve().parents[1] / 'data'"
    assert answers(trained_scores, source, settings_py=placed) == [(7, "high")]


GRADIENTS = """
import torch

loader = torch.utils.data.DataLoader(torch.load("x.pt"))
model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout(), torch.nn.Linear(3, 2))
{mode}
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for rows, labels in loader:
    loss = torch.nn.functional.cross_entropy(model(rows), labels)
    loss.backward()
    {step}
torch.save(model.state_dict(), "model.pt")
"""


def test_gradients_that_change_nothing_are_no_fit() -> None:
    assert answers(unevaluated, GRADIENTS.format(mode="model.train()", step="optimizer.step()")) == [(10, "high")]
    assert answers(unevaluated, GRADIENTS.format(mode="model.eval()", step="torch.save(rows.grad, 'grad.pt')")) == []


def test_an_unknown_loss_of_held_out_rows_may_be_a_score() -> None:
    source = """
import torch
from metric_losses import Triplet

train, test = torch.load("train.pt"), torch.load("test.pt")
model, loss_of = torch.nn.Linear(3, 3), Triplet()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for rows in train:
    loss = loss_of(model(rows), rows)
    loss.backward()
    optimizer.step()
{held}
torch.save(model, "model.pt")
"""
    assert answers(unevaluated, source.format(held="")) == [(10, "medium")]
    assert answers(unevaluated, source.format(held="for rows in test:\n    print(loss_of(model(rows), rows))")) == []


def test_a_number_that_the_network_gives_for_held_out_rows_is_tracked() -> None:
    source = """
import torch
from torch.utils.tensorboard import SummaryWriter

train, test = torch.load("train.pt"), torch.load("test.pt")
flow, log = torch.nn.Linear(3, 1), SummaryWriter()
optimizer = torch.optim.SGD(flow.parameters(), lr=0.1)
for rows in train:
    loss = flow(rows).mean()
    loss.backward()
    optimizer.step()
for rows in {rows}:
    log.add_scalar("bits", flow(rows).mean())
torch.save(flow, "flow.pt")
"""
    assert answers(unevaluated, source.format(rows="train")) == [(10, "high")]
    assert answers(unevaluated, source.format(rows="test")) == []
