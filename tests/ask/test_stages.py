"""Is it seen what an earlier stage did to the rows that an experiment reads from a file?"""

from __future__ import annotations

from mlstd.ask.questions import Questions
from mlstd.ask.siblings import summarise
from mlstd.ask.statistics import early_statistics
from mlstd.ask.view import View
from tests.trace.frameworks.story import run

HEAD = """
import pandas as pd
from imblearn.over_sampling import SMOTE
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
"""
SCALES = """
table = pd.read_csv("data/raw.csv")
table[["a", "b"]] = StandardScaler().fit_transform(table[["a", "b"]])
table.to_csv("data/clean.csv", index=False)
"""
COPIES = """
table = pd.read_csv("data/raw.csv")
table, target = SMOTE().fit_resample(table.drop(columns="y"), table["y"])
table["y"] = target
table.to_csv("data/clean.csv", index=False)
"""
PLAIN = """
pd.read_csv("data/raw.csv").dropna().to_csv("data/clean.csv", index=False)
"""
TRAINS = """
table = pd.read_csv("{path}")
train, test = train_test_split(table, random_state=0)
model = LogisticRegression().fit(train[["a", "b"]], train["y"])
print(model.score(test[["a", "b"]], test["y"]))
"""


def asked(mine: str, *others: str) -> Questions:
    return Questions(run(HEAD + mine), {}, siblings=lambda: [summarise(run(HEAD + other)) for other in others])


def test_all_rows_are_scaled_by_the_stage_before() -> None:
    (case,) = asked(TRAINS.format(path="data/clean.csv"), SCALES).early_statistics()
    assert case.confidence == "medium"
    assert [e.what for e in case.evidence][1] == "read here"
    assert list(asked(TRAINS.format(path="../data/clean.csv"), SCALES).early_statistics())


def test_rows_are_copied_by_the_stage_before() -> None:
    mine = TRAINS.format(path="data/clean.csv")
    (case,) = asked(mine, COPIES).shared_rows()
    assert case.facts["what"] == "copies rows before they are divided"
    assert not list(asked(mine, COPIES).early_statistics())


def test_another_file_and_a_stage_that_learns_nothing() -> None:
    assert not list(asked(TRAINS.format(path="data/other.csv"), SCALES).early_statistics())
    mine = TRAINS.format(path="data/clean.csv")
    assert not list(asked(mine, PLAIN).early_statistics())
    assert not list(asked(mine, SCALES, PLAIN).early_statistics())  # which of the two is run, nobody knows


def test_a_scaler_that_saw_the_training_file_alone() -> None:
    before = """
table = pd.read_csv("data/raw.csv")
train, test = train_test_split(table, random_state=0)
scaler = StandardScaler().fit(train)
pd.DataFrame(scaler.transform(train)).to_csv("data/train.csv")
pd.DataFrame(scaler.transform(test)).to_csv("data/test.csv")
"""
    mine = """
train, test = pd.read_csv("data/train.csv"), pd.read_csv("data/test.csv")
model = LogisticRegression().fit(train[["a", "b"]], train["y"])
print(model.score(test[["a", "b"]], test["y"]))
"""
    assert not list(asked(mine, before).early_statistics())
    assert not list(early_statistics(View(run(HEAD + before + mine)), "values"))


def test_files_between_the_stages_of_one_run() -> None:
    told = run(HEAD + SCALES + TRAINS.format(path="data/clean.csv"))
    (case,) = early_statistics(View(told), "values")
    assert (case.at.line, case.confidence) == (9, "high")
