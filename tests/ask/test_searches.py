"""Which searches choose on the rows that are reported, and how sure is that?"""

from __future__ import annotations

from mlstd.ask.selection import chosen_on_test
from mlstd.ask.view import View
from tests.ask.asked import lines as answers
from tests.trace.traced import traced

FOLDS = """
import json, optuna, pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold

table = pd.read_csv("a.csv")
x, y = table[["x"]], table["y"]


def objective(trial):
    found = []
    for learn, rest in KFold(5).split(x):
        model = Ridge(trial.suggest_float("alpha", 0, 1)).fit(x.iloc[learn], y.iloc[learn])
        found.append(r2_score(y.iloc[rest], model.predict(x.iloc[rest])))
    return sum(found) / len(found)


study = optuna.create_study()
study.optimize(objective)
print(study.best_value)
"""


def test_a_search_over_folds_of_ones_own_is_not_sure() -> None:
    """Its best score may be there for the search alone, as that of `GridSearchCV` is."""
    assert [sure for _, sure in answers(chosen_on_test, FOLDS)] == ["medium"]


def test_the_recorded_best_score_of_a_search_is_told_in_words() -> None:
    source = """
import json, pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

table = pd.read_csv("a.csv")
search = GridSearchCV(Ridge(), {"alpha": [1, 2]}).fit(table[["x"]], table["y"])
json.dump(search.best_score_, open("best.json", "w"))
"""
    (case,) = chosen_on_test(View(traced(source)))
    assert case.facts["does"] == "chooses the hyperparameters of GridSearchCV by its score on a.csv"


def test_a_bound_that_a_score_must_reach_picks_none_of_several() -> None:
    source = """
import joblib, pandas as pd
from sklearn.linear_model import LogisticRegression

train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
kept = {start}
for c in {values}:
    model = LogisticRegression(C=c).fit(train[["x"]], train["y"])
    accuracy = model.score(test[["x"]], test["y"])
    if accuracy > kept:
        kept = accuracy
        joblib.dump(model, "model.joblib")
print(accuracy)
"""
    once = source.replace("for c in {values}:", "if True:").replace("C=c", "C=1").replace("> kept", ">= 0.8")
    assert answers(chosen_on_test, once.format(start=0)) == []
    assert answers(chosen_on_test, source.format(start=0, values="(0.1, 1)"))
