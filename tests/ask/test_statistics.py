"""Statistics that held-out rows have a part in: by hand, of columns, by group, from text, from clusters, from a calibrator."""

from __future__ import annotations

import pytest

from mlstd.ask.statistics import early_statistics, learned_on_heldout
from tests.ask.asked import lines

HEAD = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("a.csv")
"""  # the next line is line 8
TAIL = """
a, b, c, d = train_test_split(X, df["y"])
LogisticRegression().fit(a, c).score(b, d)
"""


def early(body: str, learned: str = "values") -> list[tuple[int, str]]:
    return lines(lambda view: early_statistics(view, learned), HEAD + body + TAIL)


def test_scaled_columns_are_rows_of_the_same_table() -> None:
    assert early('df[["x"]] = StandardScaler().fit_transform(df[["x"]])\nX = df.drop(columns="y")') == [(8, "high")]


def test_columns_by_the_names_of_a_variable() -> None:
    assert early('names = [c for c in df.columns if c != "y"]\nX = StandardScaler().fit_transform(df[names])') == [(9, "high")]


def test_minimum_and_maximum_by_hand() -> None:
    assert early("low, high = min(df.x), max(df.x)\nX = (df.x - low) / (high - low)") == [(9, "high")]


def test_numpy_along_the_rows_but_not_along_the_columns() -> None:
    assert early("X = df.values\nX = X - np.mean(X, axis=0)") == [(9, "high")]
    assert early("X = df.values\nX = X / np.linalg.norm(X, axis=1)") == []


def test_filled_with_the_median() -> None:
    assert early('X = df[["x"]].fillna(df["x"].median())') == [(8, "high")]


def test_filled_in_place() -> None:
    assert early('df["x"].fillna(df["x"].median(), inplace=True)\nX = df[["x"]]') == [(8, "high")]
    assert early('df.fillna(df.mean(), inplace=True)\nX = df[["x"]]') == [(8, "high")]
    assert early('df["x"].fillna(0, inplace=True)\nX = df[["x"]]') == []


def test_filled_with_what_is_most_frequent() -> None:
    assert early('X = df[["x"]].fillna(df["x"].dropna().mode().values[0])') == [(8, "high")]
    assert early('X = df[["x"]].fillna(df["x"].value_counts().idxmax())') == [(8, "high")]


def test_a_function_over_whole_columns() -> None:
    assert early("X = df.apply(lambda column: (column - column.mean()) / column.std())") == [(8, "high")]
    assert early("X = df.apply(lambda row: row / row.sum(), axis=1)") == []


def test_means_by_group_and_windows_take_in_no_whole_table() -> None:
    assert early('X = df[["x"]] - df.groupby("shop")["x"].transform("mean")') == []
    assert early('X = df[["x"]] - df["x"].rolling(7).mean()') == []


def test_the_mean_of_the_target_by_group() -> None:
    assert early('df["m"] = df.groupby("shop")["y"].transform("mean")\nX = df[["m"]]', "target") == [(8, "high")]
    assert early('df["m"] = df.groupby("shop")["x"].transform("mean")\nX = df[["m"]]', "target") == []


@pytest.mark.parametrize(
    "means",
    [
        'df["shop"].map(df.groupby("shop")["y"].mean())',
        'df["shop"].map(df.groupby("shop").y.mean().to_dict())',
        'df.merge(df.groupby("shop")["y"].agg(["mean", "std"]), on="shop")["mean"]',
        'df.merge(df.groupby("shop").agg({"y": "mean"}), on="shop")["y_y"]',
        'df.merge(df.groupby("shop").agg(m=("y", "mean")), on="shop")["m"]',
    ],
)
def test_means_of_the_target_that_are_looked_up(means: str) -> None:
    assert early(f'df["m"] = {means}\nX = df[["m"]]', "target") == [(8, "high")]
    assert early(f'df["m"] = {means}\nX = df[["m"]]'.replace('"y"', '"z"').replace(".y.", ".z."), "target") == []


def test_sums_of_the_target_that_are_the_rows() -> None:
    """A table of days that is summed up to months is a table of months; merged into the days, it tells each of the others."""
    months = 'months = df.groupby("month")["y"].sum().reset_index()\n'
    assert early(months + 'X, df = months[["month"]], months', "target") == []
    assert early(months + 'X = df.merge(months, on="month")', "target") == [(8, "high")]


def test_clusters_of_all_rows_as_a_feature() -> None:
    body = 'from sklearn.cluster import KMeans\nX = df[["x"]]\nX["c"] = KMeans(3).fit(X).predict(X)'
    assert early(body) == [(10, "high")]


def test_words_counted_in_training_and_test_files_together() -> None:
    source = """
        import numpy as np, pandas as pd
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
        words = TfidfVectorizer()
        words.fit(pd.concat([train.text, test.text]))
        model = LogisticRegression().fit(words.transform(train.text), train.y)
        model.score(words.transform(test.text), test.y)
        """
    assert lines(lambda view: early_statistics(view, "values"), source) == [(7, "high")]


def test_a_calibrator_on_the_rows_that_are_scored() -> None:
    source = (
        HEAD
        + """
from sklearn.calibration import CalibratedClassifierCV
a, b, c, d = train_test_split(df[["x"]], df["y"])
base = LogisticRegression().fit(a, c)
sure = CalibratedClassifierCV(base, cv="prefit").fit(b, d)
brier_score_loss(d, sure.predict_proba(b)[:, 1])
"""
    )
    assert [line for line, _ in lines(learned_on_heldout, source)] == [12]


FOREST = "forest = RandomForestClassifier().fit(df[['a', 'b']], df['y'])\n"
IMPORTANT = {
    "a condition": "X = df[df.columns[forest.feature_importances_ > 0.1]]",
    "the first of an order": "X = df.iloc[:, np.argsort(forest.feature_importances_)[:3]]",
    "a table of them": "t = pd.DataFrame({'f': df.columns, 'i': forest.feature_importances_})\nX = df[t.nlargest(3, 'i')['f']]",
}


@pytest.mark.parametrize("body", IMPORTANT.values(), ids=IMPORTANT)
def test_columns_that_a_model_of_all_rows_found_telling(body: str) -> None:
    imports = "from sklearn.ensemble import RandomForestClassifier\n"
    assert early(imports + FOREST + body, "target")
    assert not early(imports + FOREST + "print(forest.feature_importances_)\nX = df[['a']]", "target")


def test_columns_that_a_selector_left() -> None:
    body = "from sklearn.feature_selection import SelectKBest\nbest = SelectKBest(k=3).fit(df[['a', 'b']], df['y'])\n"
    assert early(body + "X = df.loc[:, best.get_support()]", "target") == [(9, "high")]


def test_gaps_filled_in_place() -> None:
    assert early('df["a"].fillna(df["a"].mean(), inplace=True)\nX = df[["a"]]') == [(8, "high")]
    assert early('df.fillna(df.mean(), inplace=True)\nX = df[["a"]]') == [(8, "high")]
    assert early('df["a"].fillna(0, inplace=True)\nX = df[["a"]]') == []


def test_the_part_that_a_fit_holds_out_by_itself_is_a_look_on_the_way() -> None:
    """The scaler saw the validation part of the training rows; the test rows are what counts, if there are any."""
    source = """
import pandas as pd
from keras.layers import Dense
from keras.models import Sequential
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("a.csv")
a, b, c, d = train_test_split(df[["x"]], df["y"], random_state=0)
scaler = StandardScaler().fit(a)
net = Sequential([Dense(1)])
net.compile(loss="mse")
net.fit(scaler.transform(a), c, validation_split=0.1)
"""
    assert [line for line, _ in lines(lambda view: early_statistics(view, "values"), source)] == [10]
    tested = source + "print(net.evaluate(scaler.transform(b), d))\n"
    assert lines(lambda view: early_statistics(view, "values"), tested) == []


BINS = 'df["bin"] = pd.qcut(df["x"], q=10)\nprint(df.groupby("bin")["y"].mean())\n'
GONE = {
    "dropped": 'X = df.drop(columns=["y", "bin"])',
    "deleted": 'del df["bin"]\nX = df.drop(columns="y")',
    "left out": 'X = df[["x", "z"]]',
    "dropped if it is there": 'X = df.drop(columns="y")\nname = "bin"\nif name in X.columns:\n    X = X.drop(columns=[name])',
}


@pytest.mark.parametrize("code", GONE.values(), ids=GONE.keys())
def test_statistics_of_a_column_leave_with_it(code: str) -> None:
    assert early(BINS + code) == []


def test_statistics_of_a_column_stay_with_it() -> None:
    assert early(BINS + 'X = df.drop(columns=["y", "z"])') == [(8, "high")]
    assert early(BINS + 'X = df[["x", "bin"]]') == [(8, "high")]
    assert early(BINS + 'df["rank"] = df["bin"].cat.codes\nX = df.drop(columns=["y", "bin"])') == [(8, "high")]


ENCODED = {
    "a series": 'df["mean"] = df["z"].map(df.groupby("z")["y"].mean())',
    "a dict": 'known = df.groupby("z")["y"].mean().to_dict()\ndf["mean"] = df["z"].map(known)',
    "in a function": 'known = np.array(df.groupby("z")["y"].mean())\ndf["mean"] = df["z"].apply(lambda z: known[int(z)])',
    "kept by a class": """
class Known:
    @staticmethod
    def of(z):
        return Known.means[int(z)]

Known.means = np.array(df.groupby("z")["y"].mean())
df["mean"] = df["z"].apply(Known.of)
""",
}


@pytest.mark.parametrize("code", ENCODED.values(), ids=ENCODED.keys())
def test_means_of_the_target_that_are_looked_up_row_by_row(code: str) -> None:
    assert [sure for _, sure in early(code + '\nX = df[["x", "mean"]]', "target")] == ["high"]


@pytest.mark.parametrize(("more", "trust"), [("", "high"), ('df = pd.concat([df, pd.read_csv("b.csv")])\n', "medium")])
def test_a_mean_by_hand_over_joined_tables_is_less_sure(more: str, trust: str) -> None:
    """It may be one over the rows of each that come before."""
    assert [sure for _, sure in early(f'{more}X = df[["x"]] - df[["x"]].mean()')] == [trust]
