"""Which scripts and notebooks lie under a folder? Git says so in a git tree, .gitignore files outside one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".ipynb")
NEVER = frozenset(
    {
        ".git",
        ".venv",
        "node_modules",
        "build",
        "dist",
        ".ipynb_checkpoints",
        "__pycache__",
        "site-packages",
        ".mlstd_cache",
        ".tox",
        ".nox",
    }
)
"""Folders of tools and of installed code: nothing in them is the team's own experiment."""


def list_folder(folder: Path) -> tuple[str, ...]:
    """The scripts and notebooks below `folder` that git does not ignore, relative to it with `/`, sorted."""
    listed = _by_git(folder) if git_top(folder) is not None else None
    names = listed if listed is not None else list(_by_walk(folder))
    return tuple(sorted(name for name in names if NEVER.isdisjoint(name.split("/")[:-1]) and (folder / name).is_file()))


def git_top(folder: Path) -> Path | None:
    """The top folder of the git work tree around `folder`."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def _by_git(folder: Path) -> list[str] | None:
    command = [
        "git",
        "-C",
        os.fspath(folder),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
        "--",
    ]
    # Inside a hook git hands its own index and folder down; the work tree as it stands is what counts here.
    environment = {k: v for k, v in os.environ.items() if k not in {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}}
    try:
        run = subprocess.run(
            [*command, *(f"*{suffix}" for suffix in SUFFIXES)], capture_output=True, env=environment, check=False
        )
    except OSError:  # no git on this machine
        return None
    return [os.fsdecode(name) for name in run.stdout.split(b"\0") if name] if run.returncode == 0 else None


def _by_walk(folder: Path) -> Iterator[str]:
    specs: dict[str, list[tuple[str, GitIgnoreSpec]]] = {"": []}
    for place, folders, files in os.walk(folder):
        here = os.path.relpath(place, folder).replace(os.sep, "/")
        prefix = "" if here == "." else f"{here}/"
        rules = [*specs.pop(prefix, []), *_ignore_file(Path(place), prefix)]
        folders[:] = sorted(
            name
            for name in folders
            if name not in NEVER
            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg"))
            and not _ignored(rules, f"{prefix}{name}/")
        )
        specs.update({f"{prefix}{name}/": rules for name in folders})
        yield from (f"{prefix}{name}" for name in files if name.endswith(SUFFIXES) and not _ignored(rules, prefix + name))


def _ignore_file(place: Path, prefix: str) -> list[tuple[str, GitIgnoreSpec]]:
    try:
        lines = (place / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    from pathspec import GitIgnoreSpec

    return [(prefix, GitIgnoreSpec.from_lines(lines))]


def _ignored(rules: list[tuple[str, GitIgnoreSpec]], path: str) -> bool:
    verdict = False
    for prefix, spec in rules:  # from the outermost folder inwards: the last word is the nearest file's
        said = spec.check_file(path[len(prefix) :]).include
        verdict = verdict if said is None else said
    return verdict
