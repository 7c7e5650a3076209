"""What else could things be called? Names that say nothing, or other ones, for variables, functions, classes and parameters."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from mlstd.dev.twins.code import Files, Variables, names, script, walk

LOOKS_AT_NAMES = frozenset(("locals", "globals", "eval", "exec", "getattr", "setattr", "query"))


def renamed(files: Files, entry: str) -> Files | None:
    """Variables have names that say nothing."""
    return _renamed(files, entry, "v", False)


def renamed_all(files: Files, entry: str) -> Files | None:
    """Functions, classes and parameters have names that say nothing, too."""
    return _renamed(files, entry, "w", True)


def _renamed(files: Files, entry: str, letter: str, everything: bool) -> Files | None:
    """Attributes, what other libraries call by keyword, and what modules import from each other keep their names."""
    if script(files, entry) is None:
        return None
    modules = {path: cst.parse_module(text) for path, text in files.items() if path.endswith(".py")}
    collector = Variables()
    for module in modules.values():
        module.visit(collector)
    used = set().union(*map(_by_text, modules.values()))
    if used & LOOKS_AT_NAMES:
        return None
    parameters = _parameters(modules.values()) if everything else set()
    wanted = collector.assigned | (collector.defined | parameters if everything else set())
    free = wanted - (_fixed(modules.values(), collector, parameters) | (set() if everything else collector.defined))
    if len(modules) > 1:
        free -= used  # `module.name`
    new = {name: f"{letter}{number}" for number, name in enumerate(sorted(free))}
    return {**files, **{p: m.visit(_Renamer(new)).code for p, m in modules.items()}} if new else None


def _fixed(modules: Iterable[cst.Module], collector: Variables, parameters: set[str]) -> set[str]:
    """Names that must stay: methods, parameters that are not to change, what is imported, fields of classes."""
    methods = {
        f.name.value
        for m in modules
        for c in walk(m)
        if isinstance(c, cst.ClassDef)
        for f in walk(c)
        if isinstance(f, cst.FunctionDef)
    }
    return (collector.fixed - parameters) | methods | {"self", "cls", "main"}


def _parameters(modules: Iterable[cst.Module]) -> set[str]:
    """Parameters of plain functions that no call and no decorator names: nobody else minds what they are called."""
    found: set[str] = set()
    spoken: set[str] = set()
    for node in (n for module in modules for n in walk(module)):
        if isinstance(node, cst.FunctionDef):
            own = {p.name.value for p in walk(node.params) if isinstance(p, cst.Param)}
            found |= own
            spoken |= own if node.decorators else set()
        elif isinstance(node, cst.Arg) and node.keyword is not None:
            spoken.add(node.keyword.value)
        elif isinstance(node, cst.ClassDef):
            spoken |= {n.name.value for n in walk(node) if isinstance(n, cst.Param)}
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            spoken |= names(node)
    return found - spoken


def _by_text(module: cst.Module) -> set[str]:
    """Names that are attributes of something, and functions that look at names."""
    attributes = {n.attr.value for n in walk(module) if isinstance(n, cst.Attribute)}
    called = {n.func.value for n in walk(module) if isinstance(n, cst.Call) and isinstance(n.func, cst.Name)}
    return attributes | (called & LOOKS_AT_NAMES)


class _Renamer(cst.CSTTransformer):
    """Other names for variables; keywords of calls and attributes are not variables."""

    def __init__(self, new: dict[str, str]) -> None:
        self.new = new

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        return updated.with_changes(value=self.new.get(updated.value, updated.value))
