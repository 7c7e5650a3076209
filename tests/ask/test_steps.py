"""Choices that are steps on the way to a model that is tested elsewhere, and those that only look so."""

from __future__ import annotations

from mlstd.ask.selection import chosen_on_test
from tests.ask.asked import lines as answers
from tests.ask.test_selection import KEEP, LOOP, PHOTOS, chosen

CODER = """
import pandas as pd
from sklearn.metrics import mean_absolute_error
from tensorflow import keras

x_train, x_test, y_train, y_test = (pd.read_pickle(n) for n in ("x_train.pkl", "x_test.pkl", "y_train.pkl", "y_test.pkl"))
inputs = keras.Input(shape=(9,))
code = keras.layers.Dense(3)(inputs)
coder = keras.Model(inputs, keras.layers.Dense(9)(code))
coder.compile(loss="mse")
stop = keras.callbacks.EarlyStopping(restore_best_weights=True)
coder.fit(x_train, x_train, validation_split=0.2, callbacks=[stop])
"""
USED = """
encoder = keras.Model(inputs, code)
net = keras.Sequential([keras.layers.Dense(1)])
net.compile(loss="mse")
net.fit(encoder.predict(x_train), y_train)
print(mean_absolute_error(y_test, net.predict(encoder.predict(x_test))))
"""


def test_a_part_of_the_chosen_model_is_scored_with_what_it_feeds() -> None:
    assert answers(chosen_on_test, CODER) == [(12, "high")]
    assert answers(chosen_on_test, CODER + USED) == []


def test_the_epochs_of_a_search_s_candidates_choose_for_the_model_made_from_them() -> None:
    body = "a, b, c = range(80), range(80, 90), range(90, 99)\n"
    body += "first, second, third = (DataLoader(Subset(photos, i)) for i in (a, b, c))\n"
    search = "import optuna\ndef objective(trial):\n    lr = trial.suggest_float('lr', 0, 1)\n"
    search += KEEP.strip().replace("\n", "\n    ").replace("best =", "    best =", 1).replace("        best = 0", "    best = 0")
    search = (
        search.replace("\nbest", "\n    best") + "\n    return best\nstudy = optuna.create_study()\nstudy.optimize(objective)\n"
    )
    last = "other = nn.Sequential(nn.Linear(3, 2))\nfor x, y in first:\n    loss_of(other(x), y).backward()\n"
    last += "for x, y in third:\n    print((other(x).argmax(1) == y).sum().item())\n"
    assert answers(chosen_on_test, LOOP + body + search, data_py=PHOTOS) != []
    assert answers(chosen_on_test, LOOP + body + search + last, data_py=PHOTOS) == []


def test_another_model_tested_later_makes_it_less_sure() -> None:
    parts = "first, second, third = (DataLoader(Subset(photos, i)) for i in (range(80), range(80, 90), range(90, 99)))\n"
    last = "other = nn.Sequential(nn.Linear(3, 2))\nfor x, y in first:\n    loss_of(other(x), y).backward()\n"
    last += "for x, y in third:\n    print((other(x).argmax(1) == y).sum().item())\n"
    assert [sure for _, sure in chosen(parts)] == ["high"]
    assert [sure for _, sure in chosen(parts, last)] == ["medium"]


def test_a_cross_validation_beside_the_test_score_that_chose() -> None:
    """The score of the test rows is the best of several and reported, whatever folds of the training rows say."""
    source = """
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split

x, y = load_iris(return_X_y=True)
a, b, c, d = train_test_split(x, y, random_state=0)
best, kept = 0.0, None
for model in (LogisticRegression(), RandomForestClassifier()):
    now = accuracy_score(d, model.fit(a, c).predict(b))
    if now > best:
        best, kept = now, model
print(best)
print(cross_val_score(kept, a, c).mean())
"""
    assert answers(chosen_on_test, source) == [(13, "medium")]


def test_the_shape_of_a_table_chooses_nothing() -> None:
    source = """
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split

a, b, c, d = train_test_split(*load_iris(return_X_y=True), random_state=0)
table, wrong = confusion_matrix(d, LogisticRegression().fit(a, c).predict(b)), 0
if table.shape == (2, 2):
    wrong = table[0, 1]
print(wrong)
"""
    assert answers(chosen_on_test, source) == []


def test_the_same_side_of_a_split_that_is_cut_twice_judges_nothing() -> None:
    source = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split


def parts():
    table = pd.read_csv("a.csv")
    rest, test = train_test_split(table)
    return *train_test_split(rest), test


train, val, test = parts()
best, kept = 0.0, None
for strength in (0.1, 1.0):
    model = LogisticRegression(C=strength).fit(train[["x"]], train["y"])
    now = model.score(val[["x"]], val["y"])
    if now > best:
        best, kept = now, model
train, val, test = parts()
print(kept.score({side}[["x"]], {side}["y"]))
"""
    assert [line for line, _ in answers(chosen_on_test, source.format(side="val"))] == [18]
    assert answers(chosen_on_test, source.format(side="test")) == []


def test_rows_with_labels_from_another_file_are_other_rows() -> None:
    source = """
import vault
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold

rows, labels = vault.load(), np.loadtxt("labels.txt")
best, kept = 0.0, None
for train, val in KFold().split(rows):
    model = LogisticRegression().fit(rows[train], labels[train])
    now = model.score(rows[val], labels[val])
    if now > best:
        best, kept = now, model
print(accuracy_score({}, kept.predict(rows)))
"""
    assert answers(chosen_on_test, source.format('np.loadtxt("new_labels.txt")')) == []
    assert answers(chosen_on_test, source.format("labels")) != []
