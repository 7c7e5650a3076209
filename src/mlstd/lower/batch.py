"""How are many files lowered at once? Over several processes, when there are enough of them to pay for starting those."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from mlstd.lower import lower
from mlstd.lower.cache import Cache, decode, encode
from mlstd.lower.ir import Module
from mlstd.read.source import read

_ENOUGH = 40  # files; below that, starting processes that import libcst costs more than it saves
_CHUNK = 8  # files a task
_MOST_PROCESSES = 8

Progress = Callable[[int, int], None]
_File = tuple[str, bytes]


def lower_many(files: Mapping[str, bytes], cache: Cache, progress: Progress | None = None) -> dict[str, Module]:
    """Lower files, given as path -> content, in the order in which they are given.

    What the cache holds is taken from there. `progress` is told (done, all) as files are finished.
    """
    keys = {path: cache.module_key(path, data) for path, data in files.items()}
    found = {path: cache.stored_module(key) for path, key in keys.items()}
    missing = [(path, files[path]) for path, module in found.items() if module is None]
    done = len(files) - len(missing)
    for path, module, stored in _worked_out(missing, cache.extra_cell_magics):
        found[path] = module
        cache.store_module(keys[path], stored)
        done += 1
        if progress is not None:
            progress(done, len(files))
    return {path: module for path, module in found.items() if module is not None}


def _worked_out(missing: list[_File], magics: tuple[str, ...]) -> Iterator[tuple[str, Module, bytes | None]]:
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    rest = dict(missing)
    if len(missing) > _ENOUGH and processes > 1:
        try:
            for path, stored in _over_processes(missing, magics, processes):
                module = None if stored is None else decode(stored)
                if module is not None:
                    del rest[path]
                    yield path, module, stored
        except (BrokenProcessPool, OSError, RuntimeError):
            pass  # no processes to be had (a sandbox, no memory): the rest is done here
    for path, data in rest.items():
        module = lower(read(path, data, magics))
        yield path, module, encode(module)


def _over_processes(missing: list[_File], magics: tuple[str, ...], processes: int) -> Iterator[tuple[str, bytes | None]]:
    with ProcessPoolExecutor(processes) as pool:
        tasks: list[Future[list[tuple[str, bytes | None]]]] = [
            pool.submit(_lower_chunk, missing[start : start + _CHUNK], magics) for start in range(0, len(missing), _CHUNK)
        ]
        for task in as_completed(tasks):
            yield from task.result()


def _lower_chunk(files: Iterable[_File], magics: tuple[str, ...]) -> list[tuple[str, bytes | None]]:
    return [(path, encode(lower(read(path, data, magics)))) for path, data in files]
