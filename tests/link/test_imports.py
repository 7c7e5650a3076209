"""Which file does an import name?"""

from __future__ import annotations

import pytest

from tests.link.project_of import project_of


@pytest.mark.parametrize(
    ("files", "importer", "module", "level", "found"),
    [
        pytest.param(["train.py", "data.py"], "train.py", "data", 0, "data.py", id="sibling"),
        pytest.param(
            ["a/train.py", "a/data.py", "data.py"], "a/train.py", "data", 0, "a/data.py", id="the script's folder first"
        ),
        pytest.param(
            ["scripts/train.py", "lib/data.py"], "scripts/train.py", "lib.data", 0, "lib/data.py", id="run from the root"
        ),
        pytest.param(
            ["scripts/train.py", "src/acme/data.py", "src/acme/__init__.py"],
            "scripts/train.py",
            "acme.data",
            0,
            "src/acme/data.py",
            id="src layout",
        ),
        pytest.param(
            ["p/jobs/train.py", "p/src/acme/__init__.py"],
            "p/jobs/train.py",
            "acme",
            0,
            "p/src/acme/__init__.py",
            id="src of a project within",
        ),
        pytest.param(["train.py", "pkg/a/b.py"], "train.py", "pkg.a.b", 0, "pkg/a/b.py", id="namespace package"),
        pytest.param(["train.py", "pkg/a.py"], "train.py", "pkg", 0, "pkg/", id="the namespace folder itself"),
        pytest.param(["pkg/m.py", "pkg/n.py", "pkg/__init__.py"], "pkg/m.py", "n", 1, "pkg/n.py", id="one dot"),
        pytest.param(["pkg/sub/m.py", "pkg/n.py"], "pkg/sub/m.py", "n", 2, "pkg/n.py", id="two dots"),
        pytest.param(["pkg/m.py", "pkg/__init__.py"], "pkg/m.py", "", 1, "pkg/__init__.py", id="the package itself"),
        pytest.param(["m.py"], "m.py", "n", 3, None, id="above the root"),
        pytest.param(
            ["mnist/mnist.py", "mnist/data.py"],
            "mnist/mnist.py",
            "mnist.data",
            0,
            "mnist/data.py",
            id="a script named like its package",
        ),
        pytest.param(
            ["train.py", "vendor/lib/acme/__init__.py", "vendor/lib/acme/m.py"],
            "train.py",
            "acme.m",
            0,
            "vendor/lib/acme/m.py",
            id="only package",
        ),
        pytest.param(["a/train.py", "b/utils.py"], "a/train.py", "utils", 0, None, id="a module elsewhere is another one"),
        pytest.param(["train.py"], "train.py", "numpy", 0, None, id="installed"),
        pytest.param(["models/xgboost.py"], "models/xgboost.py", "xgboost", 0, None, id="a script named like the library"),
    ],
)
def test_layouts(files: list[str], importer: str, module: str, level: int, found: str | None) -> None:
    assert project_of(dict.fromkeys(files, "")).resolve(importer, importer, module, level) == found


def test_a_module_named_like_its_package() -> None:
    project = project_of(dict.fromkeys(["train.py", "nets/__init__.py", "nets/nets.py"], ""))
    assert project.resolve("nets/__init__.py", "train.py", "nets.nets", 0) == "nets/nets.py"


@pytest.mark.parametrize(
    ("files", "importer", "module", "found"),
    [
        pytest.param(
            ["train.py", "datasets/__init__.py"], "train.py", "datasets", "datasets/__init__.py", id="beside the script"
        ),
        pytest.param(["train.py", "random.py"], "train.py", "random", "random.py", id="beside the script, standard library"),
        pytest.param(["train.py", "datasets/mine.csv.py"], "train.py", "datasets", None, id="a folder that is no package"),
        pytest.param(["jobs/train.py", "datasets/__init__.py"], "jobs/train.py", "datasets", None, id="elsewhere"),
        pytest.param(
            ["jobs/train.py", "datasets/mine.py"],
            "jobs/train.py",
            "datasets.mine",
            "datasets/mine.py",
            id="elsewhere, a module of ours",
        ),
        pytest.param(["train.py", "datasets/mine.py"], "train.py", "datasets.load", None, id="a module of the library"),
        pytest.param(["jobs/train.py", "types.py"], "jobs/train.py", "types", None, id="standard library, elsewhere"),
    ],
)
def test_what_shadows_a_library(files: list[str], importer: str, module: str, found: str | None) -> None:
    """A folder with a library's name is the library, unless Python itself would take the folder."""
    assert project_of(dict.fromkeys(files, "")).resolve(importer, importer, module) == found


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.path.append('../lib')",
        "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))",
        "import sys, os\nsys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + '/lib')",
        "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).resolve().parent.parent / 'lib'))",
        "import sys\nfrom pathlib import Path\nROOT = Path(__file__).parents[1]\nsys.path.insert(0, f'{ROOT}/lib')",
        "import sys\nsys.path.append('./lib')",
        "import sys\nsys.path += ['../lib']",
        "import sys\nsys.path.extend(['../lib'])",
        "import os\nos.chdir('../lib')",
        "import sys, os\nif True:\n    sys.path.append(os.path.join(os.getcwd(), os.pardir, 'lib'))",
        "import sys\ndef add_path(p):\n    if p not in sys.path:\n        sys.path.insert(0, p)\nadd_path('../lib')",
    ],
)
def test_folders_put_on_the_path(code: str) -> None:
    project = project_of({"jobs/train.py": code, "lib/helper.py": ""})
    assert project.resolve("jobs/train.py", "jobs/train.py", "helper") == "lib/helper.py"


def test_an_inserted_folder_comes_before_the_script_s_own() -> None:
    files = {"train.py": "import sys\nsys.path.insert(0, 'lib')", "lib/helper.py": "", "helper.py": ""}
    assert project_of(files).resolve("train.py", "train.py", "helper") == "lib/helper.py"
    files["train.py"] = "import sys\nsys.path.append('lib')"
    assert project_of(files).resolve("train.py", "train.py", "helper") == "helper.py"


def test_a_helper_that_git_ignores_is_found_on_disk() -> None:
    project = project_of({"train.py": "import secrets_of_team"}, on_disk=lambda path: path == "secrets_of_team.py")
    assert project.closure("train.py") == ("train.py", "secrets_of_team.py")
