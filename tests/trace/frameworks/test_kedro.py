"""Kedro projects: nodes run in the order of their data sets, which the catalog and the parameters describe."""

from __future__ import annotations

from mlstd.link.entries import strength
from mlstd.trace.events import Draw, Fit, Load, Record, Save, Score
from mlstd.trace.run import Trace, trace
from tests.link.project_of import project_of
from tests.trace.frameworks.story import knowledge, rows
from tests.trace.traced import of

PIPELINE = """
from kedro.pipeline import Pipeline, node, pipeline
from .nodes import evaluate, split, train

def create_pipeline(**kwargs) -> Pipeline:
    return pipeline([
        node(evaluate, ["forest", "X_test", "y_test"], "metrics"),
        node(train, inputs=dict(X="X_train", y="y_train"), outputs="forest"),
        node(func=split, inputs=["houses", "params:options"], outputs=["X_train", "X_test", "y_train", "y_test"]),
    ])
"""
NODES = """
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

def split(table, options):
    X, y = table[options["features"]], table["price"]
    return train_test_split(X, y, random_state=options["seed"])

def train(X, y):
    return RandomForestRegressor(random_state=0).fit(X, y)

def evaluate(forest, X, y):
    return {"r2": r2_score(y, forest.predict(X))}
"""
CATALOG = """
houses:
  type: pandas.CSVDataset
  filepath: data/houses.csv
forest:
  type: pickle.PickleDataset
  filepath: data/forest.pkl
metrics:
  type: tracking.MetricsDataset
  filepath: data/metrics.json
"""
PARAMETERS = "options:\n  seed: 3\n  features: [rooms, area]\n"
REGISTRY = "src/homes/pipeline_registry.py"
REGISTER = """
from kedro.pipeline import Pipeline
from homes.pipelines.science import pipeline as science

def register_pipelines():
    return {"science": science.create_pipeline(), "__default__": science.create_pipeline()}
"""
FINDS = "from kedro.framework.project import find_pipelines\ndef register_pipelines():\n    return find_pipelines()\n"
FOLDER = "src/homes/pipelines/science"


def ran(entry: str = f"{FOLDER}/pipeline.py", **changed: str) -> Trace:
    files = {
        f"{FOLDER}/__init__.py": "from .pipeline import create_pipeline",
        "src/homes/__init__.py": "",
        "src/homes/pipelines/__init__.py": "",
        f"{FOLDER}/pipeline.py": changed.get("pipeline", PIPELINE),
        f"{FOLDER}/nodes.py": changed.get("nodes", NODES),
        REGISTRY: changed.get("register", REGISTER),
        "conf/base/catalog.yml": CATALOG,
        "conf/base/parameters_science.yml": PARAMETERS,
    }
    return trace(entry, project_of(files, on_disk=files.__contains__), knowledge())


def test_nodes_run_in_the_order_of_their_data_sets() -> None:
    told = ran()
    assert [rows(e.rows) for e in of(told, Load)] == ["data/houses.csv"]
    (fit,), (score,) = of(told, Fit), of(told, Score)
    assert fit.order < score.order
    assert rows(fit.rows) != rows(score.value)
    assert rows(score.value).startswith("data/houses.csv")
    assert fit.at.path == f"{FOLDER}/nodes.py"
    assert fit.calls[-1].path == f"{FOLDER}/pipeline.py"


def test_outputs_of_the_catalog_are_written_and_a_model_once_all_pipelines_run() -> None:
    told = ran()
    assert [(e.records, len(e.values)) for e in of(told, Record)] == [("metrics", 1)]
    assert not of(told, Save)  # another pipeline may evaluate it
    assert len(of(ran(REGISTRY), Save)) == 1


def test_parameters_come_from_their_file() -> None:
    (split,) = [e for e in of(ran(), Draw) if e.use == "split"]
    assert split.own_seed is True


def test_a_register_finds_the_pipelines_beside_it() -> None:
    told = ran(REGISTRY, register=FINDS)
    assert (len(of(told, Load)), len(of(told, Fit)), len(of(told, Score)), len(of(told, Save))) == (1, 1, 1, 1)
    assert {e.calls[0].path for e in of(told, Score)} == {REGISTRY}


def test_a_register_runs_a_pipeline_once_that_it_names_twice() -> None:
    told = ran(REGISTRY)
    assert (len(of(told, Load)), len(of(told, Fit)), len(of(told, Score))) == (1, 1, 1)


def test_a_name_space_stands_before_the_names_that_are_not_mapped() -> None:
    told = ran(pipeline=PIPELINE.replace("    ])", "    ], namespace='b', inputs={'houses': 'houses'})"))
    assert [rows(e.rows) for e in of(told, Load)] == ["data/houses.csv"]
    assert len(of(told, Score)) == 1
    assert not of(told, Record)  # the catalog does not know b.metrics


def test_a_pipeline_of_the_register_is_no_experiment_of_its_own() -> None:
    own = {"src/homes/__init__.py": "", f"{FOLDER}/pipeline.py": PIPELINE, f"{FOLDER}/nodes.py": NODES}
    assert project_of(own).is_entry(f"{FOLDER}/pipeline.py")
    for register in (REGISTER, FINDS):
        whole = project_of({**own, REGISTRY: register})
        assert (whole.is_entry(f"{FOLDER}/pipeline.py"), whole.is_entry(REGISTRY)) == (False, True)


def test_which_files_start_a_run() -> None:
    project = project_of(
        {
            "pipeline.py": PIPELINE,
            "finds.py": FINDS,
            "other.py": "def create_pipeline():\n    return []\n",
        }
    )
    assert [strength(project.module(p)) for p in ("pipeline.py", "finds.py", "other.py")] == ["runs", "runs", "defines"]
