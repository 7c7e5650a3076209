"""Does the library knowledge that ships say what the libraries do?"""

from __future__ import annotations

import pytest

from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


@pytest.mark.parametrize(
    "kind", ["array", "frame", "classifier", "regressor", "transformer", "splitter", "search", "pipeline", "dummy"]
)
def test_kinds_that_the_dry_run_asks_for_keep_their_plain_names(knowledge: Knowledge, kind: str) -> None:
    assert knowledge.kind(kind)


@pytest.mark.parametrize(
    ("name", "kind", "draws"),
    [
        ("sklearn.ensemble.RandomForestClassifier", "classifier", ("numpy",)),
        ("sklearn.ensemble.forest.RandomForestRegressor", "regressor", ("numpy",)),
        ("sklearn.linear_model.LinearRegression", "regressor", ()),
        ("sklearn.preprocessing.StandardScaler", "transformer", ()),
        ("sklearn.preprocessing.data.StandardScaler", "transformer", ()),
        ("sklearn.preprocessing.LabelEncoder", "label-encoder", ()),
        ("sklearn.dummy.DummyClassifier", "dummy", ("numpy",)),
        ("sklearn.cross_validation.StratifiedKFold", "splitter", ("numpy",)),
        ("xgboost.sklearn.XGBClassifier", "xgb-classifier", ()),
        ("lightgbm.LGBMRegressor", "lgbm-regressor", ()),
        ("catboost.CatBoostClassifier", "catboost-classifier", ()),
        ("imblearn.over_sampling.SMOTE", "resampler", ("numpy",)),
        ("numpy.random.RandomState", "numpy-generator", ("own",)),
        ("statsmodels.tsa.statespace.sarimax.SARIMAX", "stats-forecaster", ()),
        ("darts.models.NaiveSeasonal", "naive-forecaster", ()),
    ],
)
def test_classes(knowledge: Knowledge, name: str, kind: str, draws: tuple[str, ...]) -> None:
    info = knowledge.cls(name)
    assert info is not None
    assert (info.kind_name, info.init.draws) == (kind, draws)
    assert knowledge.call(name) is None


@pytest.mark.parametrize(
    ("name", "effect", "draws"),
    [
        ("sklearn.model_selection.train_test_split", "split", ("numpy",)),
        ("sklearn.cross_validation.train_test_split", "split", ("numpy",)),
        ("sklearn.metrics.accuracy_score", "score", ()),
        ("sklearn.metrics.classification.accuracy_score", "score", ()),
        ("sklearn.preprocessing.scale", "transform", ()),
        ("sklearn.datasets.load_iris", "load", ()),
        ("numpy.random.permutation", "draw", ("numpy",)),
        ("numpy.random.mtrand.shuffle", "draw", ("numpy",)),
        ("numpy.random.seed", "seed", ()),
        ("numpy.concatenate", "pass", ()),
        ("numpy.zeros", "none", ()),
        ("pandas.read_csv", "load", ()),
        ("pandas.DataFrame", "pass", ()),
        ("scipy.stats.zscore", "transform", ()),
        ("random.shuffle", "draw", ("python",)),
        ("builtins.print", "show", ()),
        ("json.dump", "record", ()),
        ("pickle.dump", "save", ()),
        ("joblib.dump", "save", ()),
        ("os.urandom", "none", ()),
        ("matplotlib.pyplot.savefig", "record", ()),
        ("xgboost.train", "fit", ()),
        ("sklearn.externals.joblib.dump", "save", ()),
    ],
)
def test_calls(knowledge: Knowledge, name: str, effect: str, draws: tuple[str, ...]) -> None:
    found = knowledge.call(name)
    assert found is not None
    assert (found.effect, found.draws) == (effect, draws)


def test_naive_models_are_baselines(knowledge: Knowledge) -> None:
    for name in ("sklearn.dummy.DummyRegressor", "darts.models.NaiveDrift", "surprise.NormalPredictor"):
        info = knowledge.cls(name)
        assert info is not None
        assert knowledge.is_a(info.kind_name, "dummy")


def test_a_learning_library_makes_an_experiment_and_the_standard_library_does_not(knowledge: Knowledge) -> None:
    roots = knowledge.roots()
    assert {"sklearn", "xgboost", "statsmodels"} <= roots
    assert not {"os", "json", "numpy", "pandas", "matplotlib"} & roots
