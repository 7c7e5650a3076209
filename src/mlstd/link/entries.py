"""Where do experiments start? Decides for a lowered file whether running it does something, and what its name says against it."""

from __future__ import annotations

import posixpath
import re
from typing import Literal, TypeAlias

import msgspec

from mlstd.link.walk import dotted, statements
from mlstd.lower import ir

EntryKind: TypeAlias = Literal["script", "notebook", "library"]
"""library: nobody runs the file and no experiment imports it; its functions are judged by themselves."""
Strength: TypeAlias = Literal["runs", "works", "defines"]
"""runs: a main guard, or calls and loops for their effect; works: only assignments compute something; defines: nothing
happens."""


class Entry(msgspec.Struct, frozen=True):
    """A file that a person runs. `function`: the function that `[project.scripts]` calls after loading it."""

    path: str
    kind: EntryKind
    function: str | None = None


_NEVER = frozenset({"setup.py", "conftest.py", "noxfile.py", "versioneer.py", "fabfile.py", "_version.py", "__init__.py"})
_TESTS = re.compile(r"^(test_.*|.*_test|tests)\.py$")
# Calls that a module of helpers makes when it is loaded; they start no experiment.
_PREPARES = re.compile(
    r"(^|\.)(filterwarnings|simplefilter|basicConfig|getLogger|set_verbosity\w*|set_option|load_dotenv|register\w*|set_theme|set_style"
    r"|set_printoptions|disable_\w+|enable_\w+|manual_seed\w*|seed|set_seed|set_random_seed|seed_everything|import_module|chdir"
    r"|set_float32_matmul_precision|set_start_method|makedirs|mkdir)$"
    r"|\.(setLevel|append|insert|extend|add_argument|set_defaults|setdefault|update|use|addHandler)$"
)


def is_experiment_name(path: str) -> bool:
    """False for files whose name or folder says that they are no experiment: packaging, documentation settings, a test suite."""
    folder, name = posixpath.split(path)
    folders = folder.split("/")
    return not (name in _NEVER or "tests" in folders or (name == "conf.py" and bool({"docs", "doc"} & set(folders))))


def looks_like_tests(path: str, module: ir.Module) -> bool:
    """Whether a file is part of a test suite: named like one, and made of test functions or classes (`test.py` alone is often a
    script)."""
    folder, name = posixpath.split(path)
    if not (_TESTS.match(name) or "test" in folder.split("/")):
        return False
    named = [s.name for unit in module.units for s in unit.body if isinstance(s, (ir.Function, ir.Class))]
    return any(name.startswith(("test_", "Test")) or name.endswith("Test") for name in named)


def strength(module: ir.Module) -> Strength:
    """What running the module does."""
    if module.kind == "notebook":
        return "runs" if any(unit.body for unit in module.units) else "defines"
    if defines_pipeline(module):
        return "runs"
    found: Strength = "defines"
    for unit in module.units:
        for statement in unit.body:
            one = _does(statement)
            if one == "runs":
                return "runs"
            found = "works" if one == "works" else found
    return found


def defines_pipeline(module: ir.Module) -> bool:
    """Does `kedro run` load the file for its pipelines?"""
    body = [statement for unit in module.units for statement in unit.body]
    if not any(isinstance(s, ir.Import) and s.module.partition(".")[0] == "kedro" for s in body):
        return False
    return any(isinstance(s, ir.Function) and s.name in ("create_pipeline", "register_pipelines") for s in body)


def _does(statement: ir.Stmt) -> Strength:
    if isinstance(statement, ir.If):
        if _is_guard(statement.test):
            return "runs"
        inner = [_does(s) for s in (*statement.body, *statement.orelse)]
        return "runs" if "runs" in inner else "works" if "works" in inner else "defines"
    if isinstance(statement, ir.Try):
        inner = [_does(s) for s in (*statement.body, *statement.orelse, *statement.final)]
        return "runs" if "runs" in inner else "works" if "works" in inner else "defines"
    if isinstance(statement, (ir.Loop, ir.With)):
        calls = [s.value for s in statements((statement,)) if isinstance(s, ir.Evaluate) and isinstance(s.value, ir.Call)]
        return "runs" if any(not _prepares(call) for call in calls) or isinstance(statement, ir.With) else "works"
    if isinstance(statement, ir.Evaluate):
        return "runs" if isinstance(statement.value, ir.Call) and not _prepares(statement.value) else "defines"
    if isinstance(statement, ir.RunFile):
        return "runs"
    if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Call):
        return "defines" if _prepares(statement.value) else "works"
    return "defines"


def _prepares(call: ir.Call) -> bool:
    return _PREPARES.search(dotted(call.func)) is not None


def _is_guard(test: ir.Expr) -> bool:
    """`__name__ == "__main__"`, in either order, alone or as part of a condition."""
    if not isinstance(test, ir.Operation):
        return False
    names = [o.id for o in test.operands if isinstance(o, ir.Name)]
    values = [o.value for o in test.operands if isinstance(o, ir.Const)]
    return (test.op == "==" and "__name__" in names and "__main__" in values) or any(
        _is_guard(operand) for operand in test.operands
    )
