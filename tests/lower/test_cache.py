"""The cache saves work, and is never in the way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import mlstd
from mlstd.lower import many
from mlstd.lower.cache import Cache

CODE = b"x = 1\nprint(x)\n"
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}], "metadata": {}, "nbformat": 4}
    | {"nbformat_minor": 4}
).encode()

WARM = """
import sys
from pathlib import Path
from mlstd.lower.cache import Cache
with Cache(Path(sys.argv[1])) as cache:
    assert cache.module("a.py", Path("a.py").read_bytes()).units[0].body
    assert cache.module("a.ipynb", Path("a.ipynb").read_bytes()).units[0].body
print(sorted({"libcst", "nbformat", "rich", "yaml", "jsonschema"} & set(sys.modules)))
"""


def test_warm_run_imports_neither_libcst_nor_nbformat(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(CODE)
    (tmp_path / "a.ipynb").write_bytes(NOTEBOOK)
    said = []
    env = {**os.environ, "PYTHONPATH": str(Path(mlstd.__file__).parent.parent)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", WARM, str(tmp_path)], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        )
        said.append(done.stdout.strip())
    assert "libcst" in said[0]
    assert "nbformat" in said[0]
    assert said[1] == "[]"


def test_what_comes_back_is_what_was_lowered(tmp_path: Path) -> None:
    fresh = Cache(None).module("a.py", CODE)
    with Cache(tmp_path) as cache:
        assert cache.module("a.py", CODE) == fresh
    with Cache(tmp_path) as cache:
        assert cache.stored_module(cache.module_key("a.py", CODE)) == fresh
        assert cache.module("b/c.py", CODE) == fresh


def test_folder_is_kept_out_of_git_and_backups(tmp_path: Path) -> None:
    Cache(tmp_path).close()
    assert (tmp_path / ".mlstd_cache" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / ".mlstd_cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_no_root_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Cache(None) as cache:
        assert cache.module("a.py", CODE).units
        cache.put("trace", "k", b"v")
        assert cache.get("trace", "k") is None
    assert list(tmp_path.iterdir()) == []


def test_values_of_other_kinds(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put("trace", "k", b"v")
        cache.put("trace", "k", b"w")
        assert cache.get("trace", "k") == b"w"
        assert cache.get("module", "k") is None


def test_configured_magics_are_part_of_the_key(tmp_path: Path) -> None:
    keys = {
        Cache(tmp_path, magics).module_key("a.ipynb", NOTEBOOK) for magics in ((), ("spark",), ("spark", "a"), ("a", "spark"))
    }
    assert len(keys) == 3
    with Cache(tmp_path) as cache:
        assert cache.module_key("a.py", CODE) != cache.module_key("a.ipynb", CODE)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_corrupt_file_is_rebuilt(tmp_path: Path, content: bytes) -> None:
    Cache(tmp_path).close()
    (tmp_path / ".mlstd_cache" / "cache.sqlite3").write_bytes(content)
    with Cache(tmp_path) as cache:
        assert cache.module("a.py", CODE).units
    with Cache(tmp_path) as cache:
        assert cache.stored_module(cache.module_key("a.py", CODE)) is not None


def test_foreign_table_is_rebuilt(tmp_path: Path) -> None:
    Cache(tmp_path).close()
    rows = sqlite3.connect(tmp_path / ".mlstd_cache" / "cache.sqlite3")
    rows.executescript("DROP TABLE rows; CREATE TABLE rows (a TEXT)")
    rows.close()
    with Cache(tmp_path) as cache:
        cache.put("trace", "k", b"v")
        assert cache.get("trace", "k") == b"v"


def test_corrupt_row_is_worked_out_again(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        key = cache.module_key("a.py", CODE)
        for broken in (b"", b"\xc1", b"\x93\x01\x02\x03"):
            cache.put("module", key, broken)
            assert cache.module("a.py", CODE).units
            assert cache.stored_module(key) is not None


def test_locked_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path).close()
    monkeypatch.setattr("mlstd.lower.cache._PATIENCE", 0.01)
    holder = sqlite3.connect(tmp_path / ".mlstd_cache" / "cache.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with Cache(tmp_path) as cache:
        assert cache.module("a.py", CODE).units
    holder.execute("COMMIT")
    holder.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_project(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with Cache(tmp_path) as cache:
        assert cache.module("a.py", CODE).units
    tmp_path.chmod(0o700)


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / ".mlstd_cache").write_text("mine")
    with Cache(tmp_path) as cache:
        assert cache.module("a.py", CODE).units
    assert (tmp_path / ".mlstd_cache").read_text() == "mine"


def test_oldest_rows_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlstd.lower.cache._MOST_ROWS", 3)
    with Cache(tmp_path) as cache:
        for number in range(5):
            cache.put("trace", str(number), b"v")
    with Cache(tmp_path) as cache:
        assert [cache.get("trace", str(number)) for number in range(5)] == [None, None, b"v", b"v", b"v"]


def test_two_at_once(tmp_path: Path) -> None:
    with Cache(tmp_path) as one, Cache(tmp_path) as two:
        one.put("trace", "a", b"1")
        two.put("trace", "b", b"2")
        assert (one.get("trace", "b"), two.get("trace", "a")) == (b"2", b"1")


@pytest.mark.parametrize("count", [3, 45])
def test_many_files(tmp_path: Path, count: int) -> None:
    files = {f"m{number}.py": f"x = {number}\n".encode() for number in range(count)}
    told: list[tuple[int, int]] = []
    with Cache(tmp_path) as cache:
        found = many(files, cache, lambda done, total: told.append((done, total)))
        assert list(found) == list(files)
        assert all(found[path] == Cache(None).module(path, data) for path, data in files.items())
        assert told == [(number, count) for number in range(1, count + 1)]
        told.clear()
        assert many(files, cache, lambda done, total: told.append((done, total))) == found
        assert told == []


def test_long_chains_are_stored(tmp_path: Path) -> None:
    code = ("x = " + " + ".join(["a"] * 300) + "\nif a: pass\n" + "elif b: pass\n" * 200).encode()
    with Cache(tmp_path) as cache:
        module = cache.module("a.py", code)
        assert module.problems == ()
        assert cache.stored_module(cache.module_key("a.py", code)) == module
