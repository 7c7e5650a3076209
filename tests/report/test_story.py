"""What `mlstd trace` tells of an experiment, line by line."""

from __future__ import annotations

from pathlib import Path

from mlstd.pipeline import Request, tell

SCRIPT = """\
import argparse

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler

from helpers import split, unheard_of

parser = argparse.ArgumentParser()
parser.add_argument("--score-twice", action="store_true")
args = parser.parse_args()

df = pd.read_csv("churn.csv")
X_train, X_test, y_train, y_test = split(df)
scaler = StandardScaler().fit(X_train)
model = LogisticRegression()
model.fit(scaler.transform(X_train), y_train)
print(accuracy_score(y_test, model.predict(scaler.transform(X_test))))
if args.score_twice:
    print(accuracy_score(y_train, model.predict(scaler.transform(X_train))))
"""
HELPERS = """\
from sklearn.model_selection import train_test_split


def split(df):
    return train_test_split(df.drop(columns="y"), df["y"])
"""
NET = """\
import torch
from torch import nn
from torchvision.datasets import MNIST


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(10, 10) for _ in range(8)], nn.Linear(10, 2))

    def forward(self, x):
        return self.layers(x)


torch.manual_seed(0)
net = Net()
loader = torch.utils.data.DataLoader(MNIST("data", train=True), shuffle=True)
optimizer = torch.optim.Adam(net.parameters())
for x, y in loader:
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
"""


def told(folder: Path, **files: str) -> str:
    """The story of the first file."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    first = folder / f"{next(iter(files))}.py"
    return tell(Request((str(first),), folder, isolated=True, cache=False))


def test_the_chapters_of_a_script_with_a_helper(tmp_path: Path) -> None:
    text = told(tmp_path, train=SCRIPT, helpers=HELPERS)
    titles = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert [title.partition(":")[0] for title in titles] == [
        "train.py",
        "Data",
        "Chance",
        "Training",
        "Scores",
        "Results",
        "What mlstd makes of it",
        "Blind spots",
    ]
    lines = [line.strip() for line in text.splitlines()]
    assert "followed into helpers.py" in lines
    assert "14  pandas.read_csv loads churn.csv" in lines
    assert "18  LogisticRegression fitted on the train side of churn.csv" in lines
    assert "19  accuracy of LogisticRegression on the test side of churn.csv" in lines
    assert "19  accuracy of LogisticRegression: on held-out rows; only shown (line 19)" in lines


def test_a_helper_stands_at_the_line_that_leads_to_it(tmp_path: Path) -> None:
    text = " ".join(told(tmp_path, train=SCRIPT, helpers=HELPERS).split())
    assert (
        " 15 sklearn.model_selection.train_test_split divides churn.csv, by chance, without a seed of its own (helpers.py:5) "
        in text
    )
    assert " 15 NumPy draws a split, UNSEEDED (helpers.py:5) " in text


def test_what_only_an_option_brings_says_so(tmp_path: Path) -> None:
    text = told(tmp_path, train=SCRIPT, helpers=HELPERS)
    assert "21  accuracy of LogisticRegression on the train side of churn.csv [only if `score_twice` is given]" in text


def test_layers_are_one_line(tmp_path: Path) -> None:
    text = told(tmp_path, train=NET)
    weights = [line for line in text.splitlines() if "first weights" in line]
    assert len(weights) == 1
    assert "9  torch draws the first weights, seeded at line 15" in weights[0]
    assert "every draw has a seed before it" in text


def test_a_call_that_could_not_be_followed_tells_what_it_could_hide(tmp_path: Path) -> None:
    text = told(tmp_path, train="from sklearn.svm import SVC\nimport acme\nmodel = SVC()\nacme.train(model)\n")
    assert "acme.train (train.py:4)" in text
    assert " may " in text.partition("Blind spots")[2]


def test_a_file_without_an_experiment_says_so(tmp_path: Path) -> None:
    assert "nothing that belongs to an experiment happens here" in told(tmp_path, train="x = 1\n")
