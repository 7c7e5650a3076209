"""Which profiles suit a repository that has none yet? Paths of its scripts and notebooks -> a proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from mlstd.config.settings import Profile
from mlstd.globs import matches_any
from mlstd.words import count

SCRATCH = frozenset(
    {
        "drafts",
        "eda",
        "exploration",
        "exploratory",
        "explore",
        "nbs",
        "notebook",
        "notebooks",
        "playground",
        "sandbox",
        "scratch",
        "scratchpad",
    }
)
FOREIGN = frozenset({"external", "submodules", "third-party", "third_party", "thirdparty", "vendor", "vendored"})
TESTS = frozenset({"test", "tests"})
FEWEST = 3  # notebooks that make a folder one of notebooks


class Proposed(msgspec.Struct, frozen=True):
    """A profile for a glob, with what speaks for it."""

    glob: str
    profile: Profile
    why: str


class Proposal(msgspec.Struct, frozen=True):
    """What `mlstd init` would write. `exclude`: globs of code that is not the team's own."""

    profile: Profile = "experiment"
    profiles: tuple[Proposed, ...] = ()
    exclude: tuple[str, ...] = ()


def propose(files: Sequence[str]) -> Proposal:
    """A proposal for the scripts and notebooks of a repository, as paths from its top."""
    exclude = tuple(f"{folder}/**" for folder in _folders(files, FOREIGN))
    own = [file for file in files if not matches_any(exclude, file)]
    scratch = _scratch(own)
    inside = [proposed.glob for proposed in scratch]
    production = [one for one in _production(own) if not matches_any(inside, one.glob.removesuffix("/**"))]
    return Proposal(profiles=(*scratch, *production), exclude=exclude)


def _scratch(files: Sequence[str]) -> list[Proposed]:
    named = list(_folders(files, SCRATCH))
    found = [Proposed(f"{folder}/**", "exploration", _held(files, folder)) for folder in named]
    inside = [one.glob for one in found]
    tops = Counter(file.split("/")[0] for file in files if "/" in file and not matches_any(inside, file))
    for top, all_files in sorted(tops.items()):
        notebooks = sum(file.startswith(f"{top}/") and file.endswith(".ipynb") for file in files if not matches_any(inside, file))
        if notebooks >= FEWEST and notebooks * 5 >= all_files * 4:
            found.append(Proposed(f"{top}/**", "exploration", _held(files, top)))
    return found


def _production(files: Sequence[str]) -> list[Proposed]:
    found = []
    if any(file.startswith("src/") and file.endswith(".py") for file in files):
        found.append(Proposed("src/**", "production", _held(files, "src")))
    tested = any(file.endswith(".py") and _is_test(file) for file in files)
    packages = sorted({file.split("/")[0] for file in files if file.count("/") == 1 and file.endswith("/__init__.py")})
    for package in packages:
        if tested and package not in TESTS | {"src"}:
            found.append(Proposed(f"{package}/**", "production", f"a package with tests, {_held(files, package)}"))
    return found


def _is_test(file: str) -> bool:
    name = file.rsplit("/", 1)[-1]
    return name.startswith("test_") or name.endswith("_test.py")


def _folders(files: Sequence[str], names: frozenset[str]) -> list[str]:
    """The outermost folders that have one of the names."""
    found = set()
    for file in files:
        parts = file.split("/")[:-1]
        hit = next((number for number, part in enumerate(parts) if part.lower() in names), None)
        if hit is not None:
            found.add("/".join(parts[: hit + 1]))
    return sorted(found)


def _held(files: Sequence[str], folder: str) -> str:
    held = Counter(file.rsplit(".", 1)[-1] for file in files if file.startswith(f"{folder}/"))
    told = [count(held[suffix], noun) for suffix, noun in (("ipynb", "notebook"), ("py", "script")) if held[suffix]]
    return " and ".join(told)
