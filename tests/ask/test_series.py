"""Rows in their order: parts cut by position or by label, windows along a series, files that a loop reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

HEAD = """
import glob
import numpy as np, pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
"""  # the next line is line 8
SCORE = """
model = Ridge().fit(train[["x"]], train["y"])
print(mean_squared_error(test["y"], model.predict(test[["x"]])))
"""
TRAINED = "evaluated-on-training-data"
WINDOWS = """
data = pd.read_csv("series.csv")["y"].values
X, y = [], []
for i in range({range}):
    X.append(data[{slice}])
    y.append(data[i + n])
a, b, c, d = train_test_split(np.array(X), np.array(y), random_state=0)
print(mean_squared_error(d, Ridge().fit(a, c).predict(b)))
"""
FILES = """
X, y = [], []
for name in sorted(glob.glob("*.csv")):
    table = pd.read_csv(name)
    values = StandardScaler().fit_transform(table[["x"]])
    {gather}
a, b, c, d = train_test_split(np.array(X), np.array(y), random_state=0)
print(mean_squared_error(d, Ridge().fit(a, c).predict(b)))
"""


@pytest.mark.parametrize(
    "cut",
    [
        "train, test = df.drop(df.index[-12:]), df.loc[df.index[-12:], :]",
        "train = df.sample(frac=0.8, random_state=0); test = df.drop(train.index)",
        "test = df.sample(20, random_state=0); train = df.drop(index=test.index)",
        "old = df['year'] < 2020; test = df[~old]; train = df.drop(test.index)",
    ],
)
def test_what_is_dropped_by_its_index_is_apart_from_what_is_left(cut: str, tmp_path: Path) -> None:
    assert lines(TRAINED, HEAD + f'df = pd.read_csv("a.csv")\n{cut}' + SCORE, tmp_path) == []


def test_rows_left_after_several_choices_are_not_those_chosen(tmp_path: Path) -> None:
    cut = "train = df.head(50).dropna(); test = df.drop(train.index)"
    assert lines(TRAINED, HEAD + f'df = pd.read_csv("a.csv")\n{cut}' + SCORE, tmp_path) == []


def test_a_file_of_each_round_is_cut_in_that_round(tmp_path: Path) -> None:
    body = "for name in sorted(glob.glob('*.csv')):\n    df = pd.read_csv(name)\n    train, test = df[:-9], df[-9:]"
    assert lines(TRAINED, HEAD + body + SCORE.replace("\n", "\n    ").rstrip(), tmp_path) == []


@pytest.mark.parametrize(
    ("counted", "slice"),
    [
        ("len(data) - n", "i : i + n"),
        ("60, len(data)", "i - 60 : i"),
        ("0, len(data) - 180, 100", "i : i + 180"),
        ("0, len(data) - n, step", "i : i + n"),
    ],
)
def test_windows_that_overlap_are_not_divided_by_chance(counted: str, slice: str, tmp_path: Path) -> None:
    code = HEAD + "import sys\nn, step = map(int, sys.argv[1:])" + WINDOWS.format(range=counted, slice=slice)
    assert lines("shuffled-time-series", code, tmp_path) == [15]


@pytest.mark.parametrize(
    ("counted", "slice"),
    [("0, len(data) - n, n", "i : i + n"), ("0, len(data), 100", "i : i + 100"), ("len(data) // n", "i * n : (i + 1) * n")],
)
def test_chunks_side_by_side_are_no_windows(counted: str, slice: str, tmp_path: Path) -> None:
    code = HEAD + "import sys\nn = int(sys.argv[1])" + WINDOWS.format(range=counted, slice=slice)
    assert lines("shuffled-time-series", code, tmp_path) == []


def test_a_data_set_that_serves_windows(tmp_path: Path) -> None:
    code = """
import torch
from torch.utils.data import Dataset, random_split

class Windows(Dataset):
    def __init__(self, data, length):
        self.data, self.length = data, length

    def __len__(self):
        return len(self.data) - self.length

    def __getitem__(self, index):
        return self.data[index : index + self.length], self.data[index + self.length]

whole = Windows(torch.load("series.pt"), 24)
train, test = random_split(whole, [800, 200])
model = torch.nn.Linear(24, 1)
"""
    assert lines("shuffled-time-series", code, tmp_path) == [16]


def test_statistics_of_one_file_tell_nothing_of_the_others(tmp_path: Path) -> None:
    code = HEAD + FILES.format(gather='X.append(values); y.append(table["y"])')
    assert lines("fit-before-split", code, tmp_path) == []
    assert lines("split-across-groups", code, tmp_path) == []


def test_pieces_of_a_file_belong_together(tmp_path: Path) -> None:
    code = HEAD + FILES.format(gather="for i in range(0, 900, 50): X.append(values[i : i + 100]); y.append(i)")
    assert lines("split-across-groups", code, tmp_path) == [14]
    assert lines("shuffled-time-series", code, tmp_path) == []


def test_a_path_beside_the_module_is_the_same_in_every_round(tmp_path: Path) -> None:
    read = "def read():\n    return pd.read_csv(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a.csv'))\n"
    body = "import os\n" + read + "for share in (1, 2):\n    df = read()\n    train, test = df[:-share], df[-share:]"
    assert lines(TRAINED, HEAD + body + SCORE.replace("\n", "\n    ").rstrip(), tmp_path) == []


def test_rows_of_a_new_file_are_no_copies_of_those_gathered_before(tmp_path: Path) -> None:
    code = """
X = None
for name in sorted(glob.glob("*.csv")):
    new = pd.read_csv(name)[["x", "y"]].values
    X = new if X is None else np.vstack((X, new))
a, b = train_test_split(X, random_state=0)
print(mean_squared_error(b[:, 1], Ridge().fit(a[:, :1], a[:, 1]).predict(b[:, :1])))
"""
    assert lines("overlapping-splits", HEAD + code, tmp_path) == []
    same = """
table = pd.read_csv("a.csv").values
few = table[:50]
for _ in range(5):
    table = np.vstack((table, few))
a, b = train_test_split(table, random_state=0)
print(mean_squared_error(b[:, 1], Ridge().fit(a[:, :1], a[:, 1]).predict(b[:, :1])))
"""
    assert lines("overlapping-splits", HEAD + same, tmp_path) == [12]


def test_a_scaler_of_held_out_rows_alone_is_one_finding(tmp_path: Path) -> None:
    code = """
train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
scaled = StandardScaler().fit_transform(test[["x"]])
model = Ridge().fit(train[["x"]], train["y"])
print(mean_squared_error(test["y"][:48], model.predict(scaled)[:48]))
"""
    assert lines("fit-before-split", HEAD + code, tmp_path) == []
    assert lines("fit-on-held-out", HEAD + code, tmp_path) == [10]


def test_darts_writes_to_tensorboard_where_it_is_told_to(tmp_path: Path) -> None:
    code = """
from darts import TimeSeries
from darts.models import NBEATSModel
train, val = TimeSeries.from_csv("a.csv").split_after(0.8)
NBEATSModel(24, 12, random_state=0, log_tensorboard={}).fit(train, val_series=val)
"""
    assert lines("untracked-metric", code.format(True), tmp_path) == []
    assert lines("untracked-metric", code.format(False), tmp_path) == [5]


def test_pieces_of_recordings_belong_together(tmp_path: Path) -> None:
    code = """
import librosa, os
X, y = [], []
for name in sorted(os.listdir("songs")):
    sound, rate = librosa.load(os.path.join("songs", name))
    for k in range(10):
        X.append(librosa.feature.mfcc(y=sound[k * 999 : (k + 1) * 999], sr=rate).mean())
        y.append(name[0])
a, b, c, d = train_test_split(np.array(X), y, random_state=0)
print(mean_squared_error(d, Ridge().fit(a, c).predict(b)))
"""
    assert lines("split-across-groups", HEAD + code, tmp_path) == [16]
    whole = code.replace("sound[k * 999 : (k + 1) * 999]", "sound").replace("for k in range(10):", "if rate:")
    assert lines("split-across-groups", HEAD + whole, tmp_path) == []


DEALT = """
data = pd.read_csv("series.csv")["y"].values
X, y = np.array([data[i : i + 12] for i in range(len(data) - 12)]), data[12:]
n = int(0.8 * len(X))
{deal}
model = Ridge().fit(X[:n], y[:n])
print(mean_squared_error(y[n:], model.predict(X[n:])))
"""


@pytest.mark.parametrize(
    ("deal", "found"),
    [
        ("order = np.random.permutation(len(X)); X, y = X[order], y[order]", [12]),
        ("order = np.arange(len(X)); np.random.shuffle(order); X, y = X[order], y[order]", [12]),
        ("from sklearn.utils import shuffle; X, y = shuffle(X, y, random_state=0)", [12]),
        ("", []),
    ],
)
def test_windows_that_are_shuffled_before_they_are_cut_in_two(deal: str, found: list[int], tmp_path: Path) -> None:
    assert lines("shuffled-time-series", HEAD + DEALT.format(deal=deal), tmp_path) == found


def test_training_windows_that_are_shuffled_after_the_cut(tmp_path: Path) -> None:
    """The order in which a model learns from what came before is its own affair."""
    after = DEALT.format(deal="U = np.random.permutation(X[:n])").replace("fit(X[:n]", "fit(U")
    assert lines("shuffled-time-series", HEAD + after, tmp_path) == []


FOLDS = """
from sklearn.model_selection import KFold
df = pd.read_csv("a.csv").sort_values("day")
df["before"] = df["y"].shift(1)
X, y = df[["before"]], df["y"]
for i, j in KFold(5{options}).split(X):
    print(mean_squared_error(y.iloc[j], Ridge().fit(X.iloc[i], y.iloc[i]).predict(X.iloc[j])))
"""


@pytest.mark.parametrize(("options", "found"), [("", []), (", shuffle=True, random_state=0", [13])])
def test_folds_of_a_loop_that_shuffle(options: str, found: list[int], tmp_path: Path) -> None:
    assert lines("shuffled-time-series", HEAD + FOLDS.format(options=options), tmp_path) == found


def test_folds_of_a_loop_that_shuffle_without_a_seed(tmp_path: Path) -> None:
    assert lines("unseeded-run", HEAD + FOLDS.format(options=", shuffle=True"), tmp_path) == [13]
    assert lines("unseeded-run", HEAD + FOLDS.format(options=""), tmp_path) == []


OWNED = """
table = pd.read_csv("clips.csv")
{known}
train, test = {split}
model = Ridge().fit(train[["x"]], train["y"])
print(mean_squared_error(test["y"], model.predict(test[["x"]])))
"""
RANDOM = "train_test_split(table, random_state=0)"


@pytest.mark.parametrize(
    ("known", "split", "found"),
    [
        ('table["path"] = "fold" + table["fold"].astype(str) + "/" + table["name"]', RANDOM, [11]),
        ('table["fold"] = 0; print(table["fold"])', RANDOM, []),
        ('print(table["fold"])', 'table[table["fold"] != 1], table[table["fold"] == 1]', []),
        ('people = np.loadtxt("subject_train.txt")', RANDOM, [11]),
        ('people = np.load("data/groups.npy")', RANDOM, [11]),
        ('people = pd.read_csv("users.csv")', RANDOM, []),
        ('from sklearn.model_selection import GroupKFold; people = np.load("groups.npy")', RANDOM, []),
    ],
)
def test_what_belongs_together_is_known_from_folds_or_a_file(known: str, split: str, found: list[int], tmp_path: Path) -> None:
    assert lines("split-across-groups", HEAD + OWNED.format(known=known, split=split), tmp_path) == found
