"""What did the repository hold at a commit? Git objects -> a copy of what matters in a temporary folder.

The work tree and its index are never touched.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from mlstd.discover.listing import SUFFIXES
from mlstd.errors import CannotRun

TEXTS = (".toml", ".yaml", ".yml", ".json", ".cfg", ".ini", ".txt", ".in", ".pip", ".lock", ".gin")
NAMES = ("Pipfile", ".gitignore")
"""What a dry run, or the question what a project runs on, may read besides code."""
MOST_BYTES = 1_000_000  # of a text that is not code: beyond, it is data


def commit_of(top: Path, base: str) -> str:
    """The commit that the work tree came from, as seen from `base`: their last common one, or that of `base` itself. Raises
    `CannotRun` for a base that git does not know."""
    named = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if named is None:
        raise CannotRun(f'--diff: git in {top} knows no commit "{base}"; name a branch, tag or commit that is fetched')
    commit = named.decode().strip()
    shared = _git(top, "merge-base", commit, "HEAD")
    return shared.decode().split()[0] if shared else commit


def changed_since(top: Path, commit: str) -> set[str]:
    """The files that differ between a commit and the work tree, and those that git does not know yet; relative to `top`."""
    tracked = _git(top, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules", "-z", commit, "--")
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    if tracked is None or new is None:
        raise CannotRun(f"--diff: git cannot compare {top} with {commit}; `git status` there tells why")
    return {os.fsdecode(name) for name in (tracked + new).split(b"\0") if name}


@contextmanager
def copy_of(top: Path, commit: str) -> Iterator[Path]:
    """A folder with the code and the small texts of a commit, which is a git tree of its own. Raises `CannotRun` where git cannot
    give them."""
    with tempfile.TemporaryDirectory(prefix="mlstd-", ignore_cleanup_errors=True) as place:
        folder = Path(os.path.realpath(place))
        objects = _git(top, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        kind = _git(top, "rev-parse", "--show-object-format")
        if objects is None or kind is None or _git(folder, "init", "-q", f"--object-format={kind.decode().strip()}") is None:
            raise CannotRun(f"--diff: git cannot read the objects of {top}; a newer git may help")
        (folder / ".git/objects/info").mkdir(exist_ok=True)
        (folder / ".git/objects/info/alternates").write_bytes(objects)
        listed = _git(top, "ls-tree", "-r", "-z", "--long", "--full-tree", commit)
        if listed is None or _git(folder, "read-tree", commit) is None:
            raise CannotRun(f"--diff: git cannot list the files of {commit}; fetch it whole")
        _write(top, folder, listed)
        yield folder


def _write(top: Path, folder: Path, listed: bytes) -> None:
    """Writes the blobs that matter."""
    wanted = [(name, blob) for name, blob in _blobs(listed) if _safe(name)]
    if not wanted:
        return
    content = _git(top, "cat-file", "--batch", text="".join(f"{blob}\n" for _, blob in wanted).encode())
    if content is None:
        raise CannotRun(f"--diff: git cannot read the files of the base in {top}; fetch it whole")
    at = 0
    for name, _ in wanted:
        end = content.index(b"\n", at)
        words = content[at:end].split()
        at = end + 1
        if len(words) != 3:  # "missing": a blob that was never fetched
            continue
        size = int(words[2])
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content[at : at + size])
        at += size + 1


def _blobs(listed: bytes) -> Iterator[tuple[str, str]]:
    """Path and object of the plain files that a copy needs."""
    for row in listed.split(b"\0"):
        head, divider, path = row.partition(b"\t")
        words = head.split()
        if not divider or words[0] not in (b"100644", b"100755", b"100664"):
            continue  # a link or a submodule
        name = os.fsdecode(path)
        small = words[3].isdigit() and int(words[3]) <= MOST_BYTES
        if name.endswith(SUFFIXES) or (small and (name.endswith(TEXTS) or PurePosixPath(name).name in NAMES)):
            yield name, words[2].decode()


def _safe(name: str) -> bool:
    """No path of a tree may lead out of the copy or into its `.git`."""
    parts = name.split("/")
    return not name.startswith("/") and ".." not in parts and not any(part.lower() == ".git" for part in parts)


def _git(folder: Path, *words: str, text: bytes | None = None) -> bytes | None:
    """What git says in a folder; None where it fails. What it hands down to a hook, its folder and index, is not meant."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in ("GIT_SSH", "GIT_EXEC_PATH")}
    try:
        run = subprocess.run(
            ["git", "-C", os.fspath(folder), *words], input=text, capture_output=True, env=environment, check=False
        )
    except OSError:
        raise CannotRun("--diff: needs git, which is not on this machine's PATH") from None
    return run.stdout if run.returncode == 0 else None
