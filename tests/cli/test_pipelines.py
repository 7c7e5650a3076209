"""Scripts that a pipeline file joins are one experiment: what a stage did is known to those after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.pipeline import Request, run, tell

DVC = """
stages:
  prepare:
    cmd: python prepare.py raw.csv data
    deps: [raw.csv]
    outs: [data]
  train:
    cmd: python train.py --data data --out model.pkl
    deps: [data]
    outs: [model.pkl]
  evaluate:
    cmd: python evaluate.py model.pkl data/{part}.csv
    deps: [model.pkl, data]
"""
MAKE = (
    "all: prepare train evaluate\nprepare:\n\tpython prepare.py raw.csv data\n"
    "train:\n\tpython train.py --data data --out model.pkl\nevaluate:\n\tpython evaluate.py model.pkl data/{part}.csv\n"
)
PREPARE = """
import os
import sys

import pandas as pd
from sklearn.model_selection import train_test_split
{begin}
train, test = train_test_split(frame, random_state=0)
train.to_csv(os.path.join(sys.argv[2], "train.csv"))
test.to_csv(os.path.join(sys.argv[2], "test.csv"))
"""
PLAIN = "frame = pd.read_csv(sys.argv[1])"
SCALED = """from sklearn.preprocessing import StandardScaler
frame = pd.read_csv(sys.argv[1])
frame[["a"]] = StandardScaler().fit_transform(frame[["a"]])"""
TRAIN = """
import argparse
import pickle

import pandas as pd
from sklearn.ensemble import RandomForestClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("-o", "--out", default="other.pkl")
options = parser.parse_args()
frame = pd.read_csv(f"{options.data}/train.csv")
forest = RandomForestClassifier(random_state=0).fit(frame[["a"]], frame["y"])
with open(options.out, "wb") as file:
    pickle.dump(forest, file)
"""
EVALUATE = """
import pickle
import sys

import pandas as pd
from sklearn.metrics import accuracy_score

if len(sys.argv) != 3:
    sys.exit("usage")
forest = pickle.load(open(sys.argv[1], "rb"))
frame = pd.read_csv(sys.argv[2])
print(accuracy_score(frame["y"], forest.predict(frame[["a"]])))
"""


def project(root: Path, part: str = "test", begin: str = PLAIN, make: bool = False) -> None:
    """Three scripts, joined by a pipeline file."""
    (root / ("Makefile" if make else "dvc.yaml")).write_text((MAKE if make else DVC).format(part=part))
    (root / "prepare.py").write_text(PREPARE.format(begin=begin))
    (root / "train.py").write_text(TRAIN)
    (root / "evaluate.py").write_text(EVALUATE)


def found(root: Path, family: str = "evaluation") -> dict[tuple[str, str, int], str]:
    """Rule, file and line of the findings of a family, with their messages."""
    result = run(Request((".",), root, select=(family,), isolated=True))
    assert result.errors == ()
    findings = [one.finding for one in result.findings]
    return {(f.rule, f.place.path, f.place.line): f.message for f in findings if f.rule != "no-baseline"}


@pytest.mark.parametrize("make", [False, True])
def test_a_sound_pipeline_is_clean(tmp_path: Path, make: bool) -> None:
    project(tmp_path, make=make)
    assert found(tmp_path) == {}


@pytest.mark.parametrize("make", [False, True])
def test_rows_of_an_earlier_split_are_known(tmp_path: Path, make: bool) -> None:
    project(tmp_path, part="train", make=make)
    assert {key for key in found(tmp_path) if key[1] == "evaluate.py"} == {("evaluated-on-training-data", "evaluate.py", 12)}


def test_a_scaler_fitted_before_the_split_of_an_earlier_stage_is_told_once_there(tmp_path: Path) -> None:
    project(tmp_path, begin=SCALED)
    assert set(found(tmp_path)) == {("fit-before-split", "prepare.py", 9)}


def test_the_model_is_named_as_it_was_made(tmp_path: Path) -> None:
    project(tmp_path)
    result = run(Request((".",), tmp_path, select=("no-baseline",), isolated=True, cache=False))
    (finding,) = (one.finding for one in result.findings)
    assert (finding.place.path, "RandomForestClassifier" in finding.message) == ("evaluate.py", True)


def test_seeds_end_with_their_process(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "prepare.py").write_text("import numpy as np\nnp.random.seed(0)\n" + PREPARE.format(begin=PLAIN))
    (tmp_path / "train.py").write_text(TRAIN.replace("random_state=0", ""))
    rules = {(one.finding.rule, one.finding.place.path) for one in run(Request((".",), tmp_path, isolated=True)).findings}
    assert ("unseeded-run", "train.py") in rules


def test_a_change_of_an_earlier_stage_is_noticed(tmp_path: Path) -> None:
    project(tmp_path)
    assert found(tmp_path) == {}
    project(tmp_path, begin=SCALED)
    assert found(tmp_path)


def test_a_change_of_the_pipeline_file_is_noticed(tmp_path: Path) -> None:
    project(tmp_path)
    assert found(tmp_path) == {}
    project(tmp_path, part="train")
    assert found(tmp_path)


def test_the_story_names_the_stages_before(tmp_path: Path) -> None:
    project(tmp_path)
    told = tell(Request(("evaluate.py",), tmp_path, isolated=True))
    assert "prepare.py, train.py" in told
    assert "train_test_split" not in told


def test_arguments_that_nobody_tells_are_unknown(tmp_path: Path) -> None:
    plain = TRAIN.partition("parser =")[0] + "import sys\nframe, other = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])\n"
    fit = 'forest = RandomForestClassifier(random_state=0).fit(frame[["a"]], frame["y"])\n'
    (tmp_path / "t.py").write_text(plain + fit + 'print(forest.score(other[["a"]], other["y"]))\n')
    assert found(tmp_path) == {}


def test_other_arguments_of_a_sibling_are_noticed(tmp_path: Path) -> None:
    """What a sibling compares depends on how the pipeline runs it."""
    entry = "import pandas as pd\nfrom sklearn.dummy import DummyClassifier\nfrom sklearn.svm import SVC\n{options}"
    entry += "train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n"
    entry += "model = {model}.fit(train[['x']], train['y'])\nprint(model.score(test[['x']], test['y']))\n"
    options = "import sys\n"
    (tmp_path / "a.py").write_text(entry.format(options="", model="SVC()"))
    (tmp_path / "b.py").write_text(entry.format(options=options, model="(SVC if sys.argv[1] == 'svc' else DummyClassifier)()"))
    verdicts = []
    for method in ("dummy", "svc"):
        (tmp_path / "Makefile").write_text(f"a:\n\tpython a.py\nb:\n\tpython b.py {method}\n")
        result = run(Request(("a.py",), tmp_path, select=("no-baseline",), isolated=True))
        verdicts.append([one.finding.rule for one in result.findings])
    assert verdicts == [[], ["no-baseline"]]


def test_names_that_no_file_can_have_do_no_harm(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "dvc.yaml").write_text(f"vars: [{'a' * 5000}]\nstages:\n  a: {{cmd: python prepare.py}}\n")
    assert set(found(tmp_path)) == {("unevaluated-model", "train.py", 13)}  # nothing says any more that it is evaluated
