"""What a run writes to a file comes back when it reads the file."""

from __future__ import annotations

import pytest

from mlstd.trace.events import Load, Score
from tests.trace.traced import of, traced

BEGIN = """
import joblib, pickle
import numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
train, test = train_test_split(pd.read_csv("raw.csv"), random_state=0)
forest = RandomForestClassifier(random_state=0).fit(train[["a"]], train["y"])
"""


@pytest.mark.parametrize(
    "again",
    [
        "test.to_csv('./data/test.csv')\nheld = pd.read_csv('data/test.csv')",
        "np.save('test.npy', test.values)\nheld = np.load('test.npy')",
        "np.savez('all.npz', before=train.values, after=test.values)\nheld = np.load('all.npz')['after']",
        "with open('all.pkl', 'wb') as file:\n    pickle.dump((train, test), file)\n"
        "with open('all.pkl', 'rb') as file:\n    _, held = pickle.load(file)",
    ],
)
def test_rows_come_back(again: str) -> None:
    (score,) = of(traced(BEGIN + again + "\nforest.score(held, held)"), Score)
    assert {s.key for p in score.value.parts for s in p.steps} == {"test"}


def test_a_model_comes_back() -> None:
    told = traced(BEGIN + "joblib.dump(forest, 'a.joblib')\nagain = joblib.load('a.joblib')\nagain.score(test, test)")
    (score,) = of(told, Score)
    assert [told.things[m].cls for m in score.value.models] == ["sklearn.ensemble.RandomForestClassifier"]


def test_a_file_that_is_appended_to_holds_more_than_was_written() -> None:
    told = traced(BEGIN + "train.to_csv('x.csv')\ntest.to_csv('x.csv', mode='a')\nheld = pd.read_csv('x.csv')")
    assert "x.csv" in [load.source for load in of(told, Load)]


FOLDER = "import datetime\nfolder = f'out/{datetime.datetime.now():%H}'\n"


def test_a_folder_named_after_the_hour_holds_what_was_written_there_once() -> None:
    def sources(code: str) -> list[str]:
        return [load.source for load in of(traced(BEGIN + FOLDER + code), Load)]

    read = "held = pd.read_csv(f'{folder}/x.csv')"
    assert sources(f"test.to_csv(f'{{folder}}/x.csv')\n{read}") == ["raw.csv"]
    assert sources(f"train.to_csv(f'{{folder}}/x.csv')\ntest.to_csv(f'{{folder}}/x.csv')\n{read}")[1:]
    assert sources(f"for part in (train, test):\n    part.to_csv(f'{{folder}}/x.csv')\n{read}")[1:]
