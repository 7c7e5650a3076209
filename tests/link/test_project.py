"""Entry points and closures of a project."""

from __future__ import annotations

import json

import pytest

from tests.link.project_of import project_of


def notebook(*cells: str) -> str:
    made: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def entries(files: dict[str, str], **options: object) -> list[str]:
    return [entry.path for entry in project_of(files, **options).experiments()]


@pytest.mark.parametrize(
    ("path", "code", "is_entry"),
    [
        ("train.py", "import torch\nif __name__ == '__main__':\n    pass", True),
        ("train.py", "import torch\nif '__main__' == __name__:\n    pass", True),
        ("train.py", "import torch\nprint(1)", True),
        ("train.py", "import torch\nfor i in range(3):\n    fit(i)", True),
        ("model.py", "import torch\nclass Net(torch.nn.Module):\n    pass", False),
        ("model.py", "import torch\nimport logging\nlog = logging.getLogger(__name__)\nlog.setLevel(3)", False),
        ("seeds.py", "import torch\ntorch.manual_seed(0)", False),
        ("notes.py", "print('nothing learned here')", False),
        ("setup.py", "import torch\nsetup()", False),
        ("docs/conf.py", "import torch\nrun()", False),
        ("tests/test_net.py", "import torch\nrun()", False),
        ("test_net.py", "import torch\nrun()\ndef test_shape(): ...", False),
        ("test.py", "import torch\nmodel = torch.load('m')\nevaluate(model)", True),
        ("pkg/__main__.py", "import torch\nmain()", True),
    ],
)
def test_what_is_an_experiment(path: str, code: str, is_entry: bool) -> None:
    assert entries({path: code}) == ([path] if is_entry else [])


def test_a_script_that_only_assigns_is_an_entry_unless_others_import_it() -> None:
    assert entries({"fit.py": "import torch\nmodel = train()"}) == ["fit.py"]
    assert entries({"fit.py": "import torch\nmodel = train()", "main.py": "from fit import model\nuse(model)"}) == ["main.py"]


def test_a_thin_script_is_an_experiment_by_what_it_imports() -> None:
    files = {
        "main.py": "from app.run import go\ngo()",
        "app/run.py": "from app import net",
        "app/net.py": "import torch",
        "other.py": "go()",
    }
    assert entries(files) == ["main.py"]


def test_configured_entry_points_and_commands() -> None:
    files = {"jobs/a.py": "import torch\ndef main(): ...", "src/acme/cli.py": "import torch\ndef go(): ..."}
    assert entries(files) == []
    assert entries(files, entry_points=["jobs/*.py"]) == ["jobs/a.py"]
    project = project_of(files, commands=["acme.cli:go"])
    assert [(entry.path, entry.function) for entry in project.experiments()] == [("src/acme/cli.py", "go")]


def test_bystanders_are_context_only() -> None:
    files = {"main.py": "import old\nrun()", "old.py": "import torch\nrun()"}
    assert entries(files, bystanders=["old.py"]) == ["main.py"]


def test_only_entries_that_touch_the_targets() -> None:
    files = {
        "a.py": "import helper\nrun()",
        "b.py": "import torch\nrun()",
        "helper.py": "import torch",
        "unused.py": "import torch",
    }
    project = project_of(files)
    assert [e.path for e in project.experiments(touching=["helper.py"])] == ["a.py"]
    assert [e.path for e in project.experiments(touching=["b.py"])] == ["b.py"]
    assert project.experiments(touching=["unused.py"]) == ()


def test_files_without_a_known_library_are_never_lowered() -> None:
    project = project_of({"broken.py": "def (", "a.py": "import torch\nrun()"})
    project.experiments()
    assert "broken.py" not in project._modules


def test_closures_hold_packages_cycles_stars_and_functions() -> None:
    files = {
        "train.py": "from pkg.models import *\ndef main():\n    import late\n    from pkg import extra\nmain()",
        "pkg/__init__.py": "",
        "pkg/models.py": "from . import blocks\nimport train",
        "pkg/blocks.py": "from .models import x",
        "pkg/extra.py": "",
        "late.py": "import importlib\nimportlib.import_module('dynamic')",
        "dynamic.py": "",
        "alone.py": "",
    }
    assert project_of(files).closure("train.py") == (
        "train.py",
        "pkg/__init__.py",
        "pkg/models.py",
        "pkg/blocks.py",
        "late.py",
        "dynamic.py",
        "pkg/extra.py",
    )


def test_run_lines_and_written_modules_of_notebooks() -> None:
    files = {
        "nb/a.ipynb": notebook(
            "%run ../tools.py", "%run other", "%%writefile helper.py\nimport torch\nseed = 1", "import helper"
        ),
        "nb/other.ipynb": notebook("1"),
        "tools.py": "",
    }
    project = project_of(files)
    assert project.closure("nb/a.ipynb") == ("nb/a.ipynb", "tools.py", "nb/other.ipynb", "nb/a.ipynb::helper.py")
    written = project.module("nb/a.ipynb::helper.py")
    assert [unit.cell for unit in written.units] == [3]
    assert len(written.units[0].body) == 2


def test_the_empty_module_stands_for_folders() -> None:
    project = project_of({"train.py": "import pkg.a", "pkg/a.py": ""})
    assert project.module("pkg/").units == ()
