"""What was already worked out for this very content?

Rows of a SQLite file in `.mlstd_cache/`, each under a hash of all that it depends on, so a row is never wrong, only unused.
The cache may be corrupt, locked, read-only or away at any time: then everything is simply worked out again, and nobody is
told.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from mlstd.lower import lower
from mlstd.lower.ir import Module
from mlstd.read.source import kind_of, read

FOLDER = ".mlstd_cache"
_FILE = "cache.sqlite3"
_MOST_ROWS = 20_000  # of each kind; the oldest go first. A module takes some 10 kB.
_PATIENCE = 5.0  # seconds to wait for another process that is writing
_MODULE = "module"
_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This file marks the folder as a cache made by mlstd. It can be deleted at any time.
# About cache directory tags, see https://bford.info/cachedir/
"""
_TABLE = "CREATE TABLE IF NOT EXISTS rows (kind TEXT, key TEXT, value BLOB, UNIQUE (kind, key))"

_ENCODER = msgspec.msgpack.Encoder()


@lru_cache(maxsize=1)
def _decoder() -> msgspec.msgpack.Decoder[Module]:
    return msgspec.msgpack.Decoder(Module)


@lru_cache(maxsize=1)
def _made_by() -> bytes:
    """A hash of the code that makes modules and of the running Python, so that a change of either empties the cache by itself."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    package = Path(__file__).parent.parent
    for folder in ("read", "lower"):
        for file in sorted((package / folder).glob("*.py")):
            with contextlib.suppress(OSError):
                digest.update(file.read_bytes())
    return digest.digest()


class Cache:
    """The cache of one project; `Cache(None)` remembers nothing."""

    def __init__(self, root: Path | None, extra_cell_magics: Iterable[str] = ()) -> None:
        """`root` is the project's root. `extra_cell_magics` are the configured `%%` magics whose cells are code."""
        self.extra_cell_magics = tuple(sorted(set(extra_cell_magics)))
        self._folder = None if root is None else root / FOLDER
        self._rows: sqlite3.Connection | None = None
        self._may_repair = True
        if self._folder is not None:
            self._open()

    def module(self, path_relative: str, data: bytes) -> Module:
        """The lowered form of a file, from the cache or worked out now. `path_relative` matters only for its ending."""
        key = self.module_key(path_relative, data)
        module = self.stored_module(key)
        if module is None:
            module = lower(read(path_relative, data, self.extra_cell_magics))
            self.store_module(key, encode(module))
        return module

    def module_key(self, path_relative: str, data: bytes) -> str:
        """The hash of all that a file's module depends on."""
        head = "\0".join((kind_of(path_relative), *self.extra_cell_magics)).encode()
        return hashlib.sha256(_made_by() + head + b"\0\0" + hashlib.sha256(data).digest()).hexdigest()

    def stored_module(self, key: str) -> Module | None:
        """The module under a key, if it is there and whole."""
        value = self.get(_MODULE, key)
        return None if value is None else decode(value)

    def store_module(self, key: str, value: bytes | None) -> None:
        """Keep a module that `encode` made bytes of; None (it could not be encoded) is not kept."""
        if value is not None:
            self.put(_MODULE, key, value)

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under this kind and key, or None."""
        if self._rows is None:
            return None
        try:
            row = self._rows.execute("SELECT value FROM rows WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        except sqlite3.Error as error:
            self._failed(error)
            return None
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep a value; whether it could be kept makes no difference to anyone."""
        if self._rows is None:
            return
        try:
            self._rows.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", (kind, key, value))
        except sqlite3.Error as error:
            self._failed(error)

    def close(self) -> None:
        """Drop the oldest rows beyond the bound, and let go of the file."""
        if self._rows is None:
            return
        with contextlib.suppress(sqlite3.Error):
            for kind, count in self._rows.execute("SELECT kind, COUNT(*) FROM rows GROUP BY kind").fetchall():
                if count > _MOST_ROWS:
                    oldest = "SELECT rowid FROM rows WHERE kind = ? ORDER BY rowid LIMIT ?"
                    self._rows.execute(f"DELETE FROM rows WHERE rowid IN ({oldest})", (kind, count - _MOST_ROWS))
        with contextlib.suppress(sqlite3.Error):
            self._rows.close()
        self._rows = None

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        folder = self._folder
        if folder is None:
            return
        try:
            _make(folder)
            # Every statement is its own transaction, and none waits for the disk: a torn file is rebuilt, so speed is free.
            rows = sqlite3.connect(folder / _FILE, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error):
            return
        self._rows = rows
        try:
            rows.execute("PRAGMA synchronous = OFF")
            rows.execute("PRAGMA journal_mode = MEMORY")
            if rows.execute("SELECT 1 FROM sqlite_master WHERE name = 'rows'").fetchone() is None:
                rows.execute(_TABLE)
            rows.execute("SELECT kind, key, value FROM rows LIMIT 0")
        except sqlite3.Error as error:
            self._failed(error)

    def _failed(self, error: sqlite3.Error) -> None:
        """A corrupt or foreign file is replaced, once; a locked, full or read-only one is left alone for this time."""
        text = str(error)
        if any(word in text for word in ("locked", "busy", "readonly", "full")):
            return
        if self._rows is not None:
            with contextlib.suppress(sqlite3.Error):
                self._rows.close()
        self._rows = None
        if self._may_repair and self._folder is not None:
            self._may_repair = False
            with contextlib.suppress(OSError):
                (self._folder / _FILE).unlink()
                self._open()


def encode(module: Module) -> bytes | None:
    """A module as bytes for the cache; None for one that is nested too deeply to be stored."""
    try:
        return _ENCODER.encode(module)
    except (RecursionError, ValueError, OverflowError):
        return None


def decode(value: bytes) -> Module | None:
    """The module that `encode` made bytes of; None if they are damaged, or nested too deeply."""
    try:
        return _decoder().decode(value)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None


def _make(folder: Path) -> None:
    """Make the cache folder, which git and backups then leave out by what stands in it."""
    folder.mkdir(exist_ok=True)
    for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        file = folder / name
        if not file.exists() and os.access(folder, os.W_OK):
            file.write_text(content, encoding="utf-8")
