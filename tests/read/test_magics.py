"""What is not Python is made harmless, line for line; what is Python stays as it is."""

from __future__ import annotations

import pytest

from mlstd.read.magics import harmless_cell, harmless_script

UNTOUCHED = [
    "x = 1",
    "a = (b\n% c)",
    "s = '''\n%time x\n!ls\n'''",
    "ls -la",
    "cd",
    "x = a \\\n  % b",
    "run (x)",
    "'what?'",
    "await f()",
    "# %matplotlib inline",
]


@pytest.mark.parametrize("code", UNTOUCHED)
def test_python_stays(code: str) -> None:
    assert harmless_cell(code).code == code


REWRITTEN = {
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "if a:\n    !pip install b\n    c": "if a:\n    pass\n    c",
    "!echo \"it's\nx = 1": "pass\nx = 1",
    "!pip install \\\n   a \\\n   b\nx": "pass\n\n\nx",
    "?print": "pass",
    "print?": "pass",
    "a.b??\nx": "pass\nx",
    "%pdoc a": "pass",
    "x = !ls": "x = ...",
    "a, b = !ls\ny": "a, b = ...\ny",
    "x = %env HOME": "x = ...",
    "x = %time f(y)": "x =       f(y)",
    "%time x = f(y)": "x = f(y)",
    "%timeit -n 10 -r3 f(y)": "f(y)",
    "%lprun -f a.b f(y)": "f(y)",
    "%time for": "pass",
    "%time": "pass",
    "pip install a": "pass",
    "cd data/raw\nx = 1": "pass\nx = 1",
    "conda install -y a": "pass",
    "s = '''\n%time x\n'''\n%time y": "s = '''\n%time x\n'''\ny",
    "a = [1,\n  2]\n!ls": "a = [1,\n  2]\npass",
    "    x = 1\n    !ls\n    y": "x = 1\npass\ny",
    "%%time\nx = 1": "\nx = 1",
    "\n# why\n%%capture out\nx = 1\n!ls": "\n\n\nx = 1\npass",
    "%%time\n%%capture\nx": "\n\nx",
    "%%bash\nls\npwd": "\n\n",
    "%%html\n<b>": "\n",
    "%sql\nselect a": "\n",
    "%sql select a\nfrom b": "\n",
    "%sql select a\nb = 1": "pass\nb = 1",
    "%md\n# Title": "\n",
    "%md-sandbox\n<b>": "\n",
    "%sh ls": "pass",
    "%python\nx = 1": "\nx = 1",
    "%load_ext a\nx = 1": "pass\nx = 1",
}


@pytest.mark.parametrize(("code", "want"), REWRITTEN.items(), ids=REWRITTEN)
def test_cells(code: str, want: str) -> None:
    safe = harmless_cell(code)
    assert safe.code == want
    assert safe.code.count("\n") == code.count("\n")


def test_shifts_tell_what_was_taken_off() -> None:
    assert harmless_cell("%time x = f(y)").shifts == ((1, 6),)
    assert harmless_cell("    x\n    %time y").shifts == ((1, 4), (2, 10))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("%run a.py", "a.py"),
        ("%run -i a.py --epochs 3", "a.py"),
        ("%run './a b.ipynb'", "./a b.ipynb"),
        ("%run ..\\a.py", "../a.py"),
        ("%run ./helpers/load", "./helpers/load"),
        ("run a.py", "a.py"),
    ],
)
def test_run(line: str, path: str) -> None:
    safe = harmless_cell(f"x = 1\n{line}\n")
    assert safe.runs == ((2, path),)
    assert safe.code == "x = 1\npass\n"


def test_configured_cell_magics_are_code() -> None:
    assert harmless_cell("%%spark\nx = 1").code == "\n"
    assert harmless_cell("%%spark\nx = 1", frozenset({"spark"})).code == "\nx = 1"


def test_written_files() -> None:
    safe = harmless_cell("%%writefile -a lib/mod.py\nx = 1")
    assert (safe.writes, safe.code) == ("lib/mod.py", "\nx = 1")
    assert harmless_cell("%%writefile a.txt\nx = 1").writes is None


def test_exported_script_reads_like_a_cell() -> None:
    assert harmless_script("# In[1]:\n\n!pip install a\n%matplotlib inline\nx = 1\n").code == "# In[1]:\n\npass\npass\nx = 1\n"


def test_databricks_script_runs_others() -> None:
    code = "# Databricks notebook source\n# MAGIC %run ./a\n\n# COMMAND ----------\n# MAGIC %md\n# MAGIC # Title\nx = 1\n"
    safe = harmless_script(code)
    assert safe.runs == ((2, "./a"),)
    assert safe.code == code.replace("# MAGIC %run ./a", "pass")
