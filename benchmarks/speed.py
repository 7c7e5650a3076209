"""How long does `mlstd check` take on a repository, the first time and the next?

    python benchmarks/speed.py FOLDER...

For each folder: its Python files and notebooks, its experiments, the seconds of a first run (empty cache) and of a second one
(nothing changed), as a user would wait for them, start of Python included; and the slowest experiment of a third, uncached run
inside this process. The work tree is not written to: the cache lives in a copy of the folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mlstd
from mlstd.pipeline import Request, run

READ = ("*.py", "*.ipynb")


def seconds(folder: Path) -> float:
    """Wall seconds of one `mlstd check .` in a process of its own. Raises where it ends with anything but 0 or 1."""
    command = [sys.executable, "-m", "mlstd", "check", ".", "--isolated", "--quiet"]
    here = {**os.environ, "PYTHONPATH": str(Path(mlstd.__file__).parent.parent)}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "No module named" in done.stderr:
        raise SystemExit(f"{folder}: mlstd ended with {done.returncode}\n{done.stderr}")
    return time.perf_counter() - start


def slowest(folder: Path) -> tuple[int, float, str]:
    """How many experiments there are, and the seconds and path of the one that takes longest to judge."""
    last, took = time.perf_counter(), [(0.0, "")]
    paths: list[str] = []

    def watch(step: str, done: int, of: int) -> None:
        nonlocal last
        if step == "judging":
            took.append((time.perf_counter() - last, str(done - 1)))
        last = time.perf_counter()

    result = run(Request((".",), folder, isolated=True, cache=False), watch)
    took.append((time.perf_counter() - last, str(len(result.experiments) - 1)))
    paths = [experiment.path for experiment in result.experiments]
    most, number = max((pair for pair in took if pair[1].isdigit()), default=(0.0, ""))
    return len(paths), most, paths[int(number)] if number else ""


def main() -> None:
    """One line a folder."""
    print(f"{'files':>6} {'experiments':>11} {'first s':>8} {'next s':>7} {'slowest s':>9}  folder: slowest experiment")
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(
                shutil.copytree(name, Path(scratch) / Path(name).name, ignore=shutil.ignore_patterns(".git", ".mlstd_cache"))
            )
            files = sum(len(list(folder.rglob(pattern))) for pattern in READ)
            first, again = seconds(folder), seconds(folder)
            count, most, path = slowest(folder)
            print(f"{files:>6} {count:>11} {first:>8.1f} {again:>7.2f} {most:>9.1f}  {name}: {path}", flush=True)


if __name__ == "__main__":
    main()
