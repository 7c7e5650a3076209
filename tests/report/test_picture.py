"""What `mlstd trace FILE --format mermaid` draws."""

from __future__ import annotations

import re
from pathlib import Path

from mlstd.pipeline import Request, tell

SCRIPT = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv('a "b" <c>.csv')
X = StandardScaler().fit_transform(df.drop(columns="y"))
X_train, X_test, y_train, y_test = train_test_split(X, df["y"], random_state=0)
model = LogisticRegression()
model.fit(X_train, y_train)
print(accuracy_score(y_test, model.predict(X_test)))
"""


def drawn(folder: Path, text: str = SCRIPT) -> str:
    """The picture of a script."""
    (folder / "train.py").write_text(text)
    return tell(Request(("train.py",), folder, isolated=True, cache=False), "mermaid")


def names(text: str) -> dict[str, str]:
    """The first line of each node's label by the node's name."""
    return dict(re.findall(r'^  (n\d+)\W+"(.*?)(?:<br/>.*)?"', text, re.MULTILINE))


def ways(text: str) -> set[tuple[str, str]]:
    """The edges, by the labels of their nodes."""
    called = names(text)
    return {(called[a], called[b]) for a, b in re.findall(r"^  (n\d+) [-=]+>(?:\|.*?\|)? (n\d+)$", text, re.MULTILINE)}


def test_the_way_of_the_data(tmp_path: Path) -> None:
    text = drawn(tmp_path)
    assert text.startswith("```mermaid\nflowchart TD\n")
    data, split = "a #quot;b#quot; #lt;c#gt;.csv", "train_test_split, seeded"
    assert ways(text) >= {
        (data, "StandardScaler learns from rows"),
        (data, split),
        (split, "train side"),
        (split, "test side"),
        ("train side", "LogisticRegression"),
        ("StandardScaler learns from rows", "LogisticRegression"),
        ("LogisticRegression", "accuracy on held-out rows"),
        ("test side", "accuracy on held-out rows"),
        ("accuracy on held-out rows", "shown by print"),
    }


def test_what_leaks_and_what_is_missing_is_marked(tmp_path: Path) -> None:
    text = drawn(tmp_path)
    marked = dict(re.findall(r'"([^"]*?)<br/>[^"]*"\W*:::(error|warning)', text))
    assert marked["StandardScaler learns from rows"] == "error"
    assert "fit-before-split" in text.partition("- ")[2]
    [leak] = [line for line in text.splitlines() if "==>|transforms|" in line]
    assert "linkStyle" in text
    assert names(text)[leak.split()[0]] == "StandardScaler learns from rows"
    assert re.search(r"^- . error `untracked-metric` at `train.py:12:\d+`", text, re.MULTILINE)


def test_metrics_of_the_same_predictions_are_one_node(tmp_path: Path) -> None:
    more = SCRIPT.replace("import accuracy_score", "import accuracy_score, f1_score, precision_score") + (
        "print(f1_score(y_test, model.predict(X_test)))\n"
        "print(precision_score(y_train, model.predict(X_train)))\n"
        "print(f1_score(y_train, model.predict(X_train)))\n"
    )
    text = drawn(tmp_path, more)
    assert '"accuracy, F1 on held-out rows<br/>lines 12, 13' in text
    assert "precision, F1 on rows that it learned from<br/>lines 14, 15" in text
    assert len(re.findall("shown by print", text)) == 2


def test_nothing_to_draw(tmp_path: Path) -> None:
    text = drawn(tmp_path, "import sklearn\n")
    assert "no data, model or score" in text
    assert "No findings." in text


def test_a_large_experiment_is_cut(tmp_path: Path) -> None:
    lines = [f'model.fit(pd.read_csv("{n}.csv"), pd.read_csv("{n}.csv")["y"])' for n in range(200)]
    text = drawn(tmp_path, "\n".join([*SCRIPT.splitlines(), *lines]))
    assert len(names(text)) == 120
    assert "The picture is too large" in text
    assert len(text) < 50_000
