"""A confusion matrix that is counted by hand is a score."""

from __future__ import annotations

import pytest

from tests.trace.frameworks.story import run, scores

HEAD = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

a, b = pd.read_csv("a.csv"), pd.read_csv("b.csv")
guesses = LogisticRegression().fit(a[["x"]], a["y"]).predict(b[["x"]])
number = {name: i for i, name in enumerate(np.unique(b["y"]))}
table = np.zeros((3, 3))
"""


@pytest.mark.parametrize("cell", ["table[number[truth], number[guess]]", "table[truth][guess]", "table[int(truth), int(guess)]"])
def test_pairs_of_truth_and_prediction(cell: str) -> None:
    assert scores(run(f"{HEAD}for truth, guess in zip(b['y'], guesses):\n    {cell} += 1\n")) == [
        "confusion matrix by hand on b.csv"
    ]


@pytest.mark.parametrize("cell", ["table[i, guess]", "table[0, guess]", "table[guess]"])
def test_votes_are_no_score(cell: str) -> None:
    assert scores(run(f"{HEAD}for i, guess in enumerate(guesses):\n    {cell} += 1\n")) == []


def test_the_numbers_of_classes_are_the_truth() -> None:
    told = run(
        HEAD
        + """
import os
truths = []
for i, name in enumerate(os.listdir("data")):
    for row in b["y"]:
        truths.append(i)
for truth, guess in zip(truths, guesses):
    table[truth, guess] += 1
"""
    )
    assert scores(told) == ["confusion matrix by hand on b.csv"]
