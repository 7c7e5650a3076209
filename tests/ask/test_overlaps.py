"""Rows, and copies of rows, on both sides."""

from __future__ import annotations

from pathlib import Path

from mlstd.ask.overlaps import shared_rows
from tests.ask import asking
from tests.ask.asked import lines

HEAD = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
df = pd.read_csv("a.csv")
"""  # the next line is line 7
TAIL = """
a, b, c, d = train_test_split(df[["x"]], df["y"])
LogisticRegression().fit(a, c).score(b, d)
"""


def shared(body: str, tail: str = TAIL) -> list[int]:
    return [line for line, _ in lines(shared_rows, HEAD + body + tail)]


def test_rare_rows_drawn_again_before_the_split() -> None:
    rare = "rare, common = df[df.y == 1], df[df.y == 0]\n"
    assert shared(rare + "df = pd.concat([common, rare.sample(900, replace=True)])") == [8]
    assert shared(rare + "df = pd.concat([common, resample(rare, n_samples=900)])") == [8]
    assert shared(rare + "df = pd.concat([common.sample(100), rare])") == []


def test_the_rare_rows_put_in_twice() -> None:
    assert shared("df = pd.concat([df, df[df.y == 1]])") == [7]


def test_columns_side_by_side_are_no_copies() -> None:
    assert shared('df = pd.concat([df, df[["x"]]], axis=1)') == []


def test_copies_that_a_condition_keeps_together() -> None:
    tail = """
early, late = df[df.year < 2020], df[df.year >= 2020]
LogisticRegression().fit(early[["x"]], early.y).score(late[["x"]], late.y)
"""
    assert shared("df = pd.concat([df, df.rename(columns={})])", tail) == []


def test_slices_with_rows_in_common() -> None:
    tail = "\nLogisticRegression().fit(old[['x']], old.y).score(new[['x']], new.y)\n"
    assert shared("old, new = df[:800], df[700:]", tail) == [7]
    assert shared("old, new = df[:800], df[800:]", tail) == []


CHECKED = """
from sklearn.model_selection import cross_val_score

a, b, c, d = train_test_split(df[["x"]], df["y"], random_state=0)
model = LogisticRegression()
print(cross_val_score(model, df[["x"]], df["y"]).mean())
model.fit({rows})
print(model.score(b, d))
"""


def test_a_model_of_all_rows_is_scored_on_a_part_of_them() -> None:
    """The cross-validation that stands beside it does not make the second score a held-out one."""
    assert shared("", CHECKED.format(rows="df[['x']], df['y']")) == [14]
    assert shared("", CHECKED.format(rows="a, c")) == []
    assert (
        shared("", CHECKED.format(rows="df[['x']], df['y']").replace("model.score(b, d)", "model.score(df[['x']], df['y'])"))
        == []
    )


TWICE = """
def data():
    return train_test_split(df[["x"]], df["y"]SEED)
def train():
    a, b, c, d = data()
    return LogisticRegression().fit(a, c)
a, b, c, d = data()
print(train().score(b, d))
"""


def test_rows_divided_anew_for_the_score() -> None:
    assert shared(TWICE.replace("SEED", ""), "") == [14]
    assert shared(TWICE.replace("SEED", ", random_state=1"), "") == []
    assert shared("np.random.seed(0)" + TWICE.replace("SEED", ""), "") == [14]
    each_time = TWICE.replace("data():\n", "data():\n    np.random.seed(0)\n")
    assert shared(each_time.replace("SEED", ""), "") == []


def test_a_kept_model_is_scored_on_rows_divided_anew() -> None:
    """Another process fitted the model that is read back; the rows are divided once for the fit and once for the score."""
    kept = "def train():\n    a, b, c, d = data()\n    joblib.dump(LogisticRegression().fit(a, c), 'm.pkl')\ntrain()\n"
    read = TWICE[: TWICE.index("def train")] + kept + "a, b, c, d = data()\nprint(joblib.load('m.pkl').score(b, d))\n"
    assert shared("import joblib" + read.replace("SEED", ""), "") == [15]
    assert shared("import joblib" + read.replace("SEED", ", random_state=1"), "") == []


def test_numbers_of_two_groups_are_divided_one_after_the_other() -> None:
    """The train side of each group is no other cut of the test side of the other."""
    body = """
def cut(numbers):
    return train_test_split(numbers, test_size=0.1)
one, two = cut(range(100)), cut(range(100, 200))
train, test = one[0] + two[0], one[1] + two[1]
LogisticRegression().fit(df.iloc[train][["x"]], df.iloc[train].y).score(df.iloc[test][["x"]], df.iloc[test].y)
"""
    assert shared(body, "") == []


def test_pieces_that_a_loop_cuts_and_puts_below_each_other() -> None:
    grown = """
def cut(signal):
    pieces = []
    for n in range(0, len(signal), 128):
        pieces.append(signal[n:n + 128])
    return pieces
info, kept = pd.read_csv("info.csv"), np.array([])
for _, start, end in info.values:
    window = PIECE
    rows = np.zeros((len(window), 128))
    for i in range(len(window)):
        rows[i] = pd.DataFrame(np.concatenate((window[i], window[i]), 1))
    kept = rows if len(kept) == 0 else np.vstack((kept, rows))
df = pd.DataFrame(kept)
"""
    assert shared(grown.replace("PIECE", "cut(df.iloc[start:end + 1])")) == []
    assert shared("for _ in range(9):\n    df = pd.concat([df, df[df.y == 1]])") == [8]


def test_copies_in_the_validation_part_that_stops_the_training() -> None:
    body = """
from tensorflow import keras
x, y, u, v = np.load("x.npy"), np.load("y.npy"), np.load("u.npy"), np.load("v.npy")
few = np.random.randint(len(x), size=100)
x, y = np.concatenate((x, x[few])), np.concatenate((y, y[few]))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(metrics=["accuracy"])
"""
    score = "print(model.evaluate(u, v))\n"
    stops = "model.fit(x, y, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping()])\n"
    assert shared(body, stops + score) == [11]
    assert shared(body, "model.fit(x, y, validation_split=0.2)\n" + score) == []


FOLDS = """
from sklearn.model_selection import KFold
from tensorflow import keras
X, y = np.load("X.npy"), np.load("y.npy")
def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse", metrics=["mae"])
    return model
{before}
for train, test in KFold(5).split(X):
    {inside}
    model.fit(X[train], y[train])
    print(model.evaluate(X[test], y[test]))
"""


def test_a_network_that_learns_on_from_fold_to_fold(tmp_path: Path) -> None:
    def told(before: str, inside: str) -> list[int]:
        return asking.lines("overlapping-splits", HEAD + FOLDS.format(before=before, inside=inside), tmp_path)

    assert told("model = build()", "pass") == [18]
    assert told("", "model = build()") == []
    assert told("model = build()\nfirst = model.get_weights()", "model.set_weights(first)") == []
    assert told("", "model = LogisticRegression()") == []
    assert told("model = LogisticRegression()", "pass") == []  # its fit begins anew
