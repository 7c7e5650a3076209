"""Which file does a path name, and is the same name in two folders that nobody knows the same file?"""

from __future__ import annotations

import pytest

from mlstd.ask.evaluation import trained_scores
from mlstd.trace.events import Load
from tests.ask.asked import lines
from tests.trace.traced import of, traced

HEAD = "import argparse\nimport os\nimport sys\nfrom pathlib import Path\nimport pandas as pd\n"
OPTIONS = """
parser = argparse.ArgumentParser()
parser.add_argument("--first", required=True)
parser.add_argument("--second", required=True)
args = parser.parse_args()
"""


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ('Path(__file__).resolve().parents[1] / "data" / "a.csv"', "data/a.csv"),
        ('Path(__file__).parents[0] / "a.csv"', "a.csv"),
        ('str(Path(__file__).resolve().parent / "data") + "/a.csv"', "data/a.csv"),
        ('Path(os.environ["HOME"]) / "a.csv"', "*/a.csv"),
        ('vault.folder() / "a.csv"', "*/a.csv"),
    ],
)
def test_paths_are_put_together(path: str, file: str) -> None:
    (load,) = of(traced(f"{HEAD}import vault\npd.read_csv({path})\n"), Load)
    assert load.source.removeprefix("./") == file


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("os.path.join(args.first, 'a.csv')", "os.path.join(args.first, 'a.csv')", True),
        ("os.path.join(args.first, 'a.csv')", "os.path.join(args.second, 'a.csv')", False),
        ("f'{args.first}/a.csv'", "f'{args.first}/a.csv'", True),
        ("f'{args.first}/a.csv'", "f'{args.second}/a.csv'", False),
        ("args.first + '/a.csv'", "args.second + '/a.csv'", False),
        ("'{}/a.csv'.format(args.first)", "'{}/a.csv'.format(args.second)", False),
        ("Path(args.first) / 'a.csv'", "Path(args.second) / 'a.csv'", False),
        ("Path(args.first) / 'a.csv'", "Path(args.first) / 'a.csv'", True),
        ("sys.argv[1] + '/a.csv'", "sys.argv[2] + '/a.csv'", False),
        ("os.environ['DATA'] + '/a.csv'", "os.environ['DATA'] + '/a.csv'", True),
    ],
)
def test_a_name_in_two_unknown_folders_is_perhaps_two_files(first: str, second: str, same: bool) -> None:
    """Only what is surely read from the same file was surely learned."""
    source = f"""{HEAD}{OPTIONS}
from sklearn.linear_model import LogisticRegression
rows, others = pd.read_csv({first}), pd.read_csv({second})
model = LogisticRegression().fit(rows[["x"]], rows["y"])
print(model.score(others[["x"]], others["y"]))
"""
    assert [sure for _, sure in lines(trained_scores, source)] == (["high"] if same else [])
