"""Which files are judged, and in which project?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.discover.targets import find_targets
from mlstd.errors import CannotRun
from tests.discover.test_listing import git, make


def test_the_root_is_the_nearest_configured_folder(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    make(tmp_path, "a.py", "inner/b.py", "inner/deep/c.py")
    (tmp_path / "inner/pyproject.toml").write_text("[tool.mlstd]\n")
    outer, inner = find_targets(["."], tmp_path).trees
    assert (outer.root, outer.config, outer.found) == (tmp_path, None, ("a.py",))
    assert (inner.root, inner.config, inner.found) == (
        tmp_path / "inner",
        tmp_path / "inner/pyproject.toml",
        ("b.py", "deep/c.py"),
    )
    assert outer.context() == ("a.py",)
    assert inner.context() == ("b.py", "deep/c.py")
    (alone,) = find_targets(["."], tmp_path, isolated=True).trees
    assert (alone.root, alone.config, len(alone.found)) == (tmp_path, None, 3)


def test_without_configuration_the_root_is_git_s_then_a_package_s_then_here(tmp_path: Path) -> None:
    make(tmp_path, "repo/a/b.py", "package/a/b.py", "plain/a/b.py", "package/pyproject.toml")
    git(tmp_path / "repo", "init", "-q")
    roots = [
        find_targets([f"{name}/a/b.py"], tmp_path / "plain" if name == "plain2" else tmp_path).trees[0].root
        for name in ("repo", "package", "plain")
    ]
    assert roots == [tmp_path / "repo", tmp_path / "package", tmp_path]


def test_a_plain_folder_elsewhere_is_its_own_root(tmp_path: Path) -> None:
    make(tmp_path, "here/x.py", "there/a.py")
    (tree,) = find_targets([str(tmp_path / "there")], tmp_path / "here").trees
    assert (tree.root, tree.found) == (tmp_path / "there", ("a.py",))


def test_named_files_are_targets_whatever_is_excluded_or_ignored(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "old/b.py", "old/c.py", "ignored.py")
    (tmp_path / ".gitignore").write_text("ignored.py")
    (tree,) = find_targets([".", "old/b.py", "ignored.py"], tmp_path).trees
    assert tree.targets(["old"]) == ("a.py", "ignored.py", "old/b.py")
    assert tree.targets(["old"], named_always=False) == ("a.py", "ignored.py")
    assert tree.bystanders(tree.context(), ["old"]) == {"old/c.py"}
    assert "ignored.py" in tree.context()


def test_missing_paths_are_named_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as error:
        find_targets(["no.py", "never/"], tmp_path)
    assert error.value.problems == ("no.py: there is no such file or folder", "never/: there is no such file or folder")


def test_arguments_that_hold_nothing_to_check(tmp_path: Path) -> None:
    make(tmp_path, "read.me", "empty/x.txt")
    found = find_targets(["read.me", "empty"], tmp_path)
    assert found.trees == ()
    assert [note.split(":")[0] for note in found.notes] == ["read.me", "empty"]
