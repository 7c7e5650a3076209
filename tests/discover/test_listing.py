"""Which files lie under a folder?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlstd.discover.listing import list_folder


def make(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("")


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


@pytest.fixture(params=["git", "plain"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "git":
        git(tmp_path, "init", "-q")
    return tmp_path


def test_scripts_and_notebooks_without_what_is_ignored(root: Path) -> None:
    make(root, "a.py", "deep/b.ipynb", "c.txt", "secret.py", "deep/scratch/d.py", "deep/kept.py", "deep/x.py", "with space.py")
    (root / ".gitignore").write_text("secret.py\nscratch/\nx.py\n")
    (root / "deep/.gitignore").write_text("!x.py\n")
    assert list_folder(root) == ("a.py", "deep/b.ipynb", "deep/kept.py", "deep/x.py", "with space.py")


def test_folders_of_tools_are_left_out(root: Path) -> None:
    make(
        root, "a.py", ".venv/lib/b.py", "build/c.py", "node_modules/d.py", ".ipynb_checkpoints/e.ipynb", "lib/site-packages/f.py"
    )
    assert list_folder(root) == ("a.py",)


def test_a_virtual_environment_of_any_name_outside_git(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "myenv/lib/b.py", "myenv/pyvenv.cfg")
    assert list_folder(tmp_path) == ("a.py",)


def test_deleted_files_that_git_still_lists(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    make(tmp_path, "a.py", "b.py")
    git(tmp_path, "add", ".")
    (tmp_path / "b.py").unlink()
    assert list_folder(tmp_path) == ("a.py",)


def test_links(root: Path) -> None:
    make(root, "a.py")
    (root / "linked.py").symlink_to("a.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    assert list_folder(root) == ("a.py", "linked.py")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow only names in Unicode")
def test_names_that_are_no_utf8(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py")).write_text("")
    assert list_folder(root) == ("caf\udce9.py",)
