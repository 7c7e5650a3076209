"""Files of functions that no experiment of the project imports."""

from __future__ import annotations

from pathlib import Path

from mlstd.pipeline import Request, run

LIBRARY = """\
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC


def area(model, X, y):
    return roc_auc_score(y, model.predict(X))


class Trainer:
    def fit(self, X, y):
        self.model = SVC().fit(X, y)
        print(roc_auc_score(y, self.model.predict(X)))
        return self.model
"""


def found(folder: Path) -> set[tuple[str, str, int]]:
    result = run(Request((".",), folder, isolated=True, cache=False))
    return {
        (one.level, one.finding.rule, one.finding.place.line) for one in result.findings if one.finding.place.path == "tools.py"
    }


def test_a_single_place_is_judged_as_a_warning_and_nothing_is_missed_there(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(LIBRARY)
    assert found(tmp_path) == {("warning", "hard-labels-to-ranking-metric", 6), ("warning", "hard-labels-to-ranking-metric", 12)}


def test_a_file_that_an_experiment_imports_is_judged_with_it(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(LIBRARY)
    (tmp_path / "train.py").write_text("import tools\nprint(tools)\n")
    assert found(tmp_path) == set()


def test_tests_are_no_library(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_tools.py").write_text(LIBRARY)
    assert not run(Request((".",), tmp_path, isolated=True, cache=False)).findings
