"""Which reports go into files? `--output` -> files that are known to be writable before the work begins."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from mlstd.discover.listing import SUFFIXES
from mlstd.errors import CannotRun
from mlstd.report.formats import FORMATS
from mlstd.words import suggestion

_NAMED = re.compile(r"([a-z][\w-]*)=(.+)", re.DOTALL)


class Output(msgspec.Struct, frozen=True):
    """A report that goes into a file; `instead` of standard output, where the word named no format."""

    form: str
    file: str
    instead: bool = False


def outputs(words: Sequence[str], form: str) -> tuple[Output, ...]:
    """`FORMAT=FILE`, or `FILE` alone, which gets the format `form`. Raises `CannotRun` for wrong words, all at once."""
    found: list[Output] = []
    problems: list[str] = []
    for word in words:
        named = _NAMED.fullmatch(word)
        one = Output(named[1], named[2]) if named else Output(form, word, instead=True)
        if one.form not in FORMATS:
            hint = f' (for a file whose name holds "=", write "./{word}")'
            problems.append(f'--output: there is no format "{one.form}"{suggestion(one.form, FORMATS)}{hint}')
        elif one.file.endswith(SUFFIXES):
            problems.append(f"--output: {one.file} is the name of a script or notebook; a report would replace it")
        elif any(os.path.abspath(one.file) == os.path.abspath(other.file) for other in found):
            problems.append(f"--output: two reports go into {one.file}; give each a file of its own")
        found.append(one)
    if problems:
        raise CannotRun(problems)
    return tuple(found)


@contextmanager
def writable(wanted: Sequence[Output]) -> Iterator[None]:
    """Makes sure that the files can be written; those that did not exist are taken away again if the work fails. Raises
    `CannotRun` with all that cannot."""
    made: list[Path] = []
    problems = []
    for one in wanted:
        file = Path(one.file)
        new = not file.exists()
        try:
            file.open("ab").close()
            made += [file] * new
        except OSError as error:
            problems.append(_problem(one, error))
    try:
        if problems:
            raise CannotRun(problems)
        yield
    except BaseException:
        for file in made:
            with suppress(OSError):
                file.unlink()
        raise


def write_file(one: Output, text: str) -> None:
    """Writes a report. Raises `CannotRun` where the disk is full or the file has become unwritable."""
    try:
        Path(one.file).write_text(text.rstrip("\n") + "\n", encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CannotRun(_problem(one, error)) from None


def _problem(one: Output, error: OSError) -> str:
    folder = Path(one.file).parent
    if isinstance(error, FileNotFoundError) and not folder.exists():
        return f"{one.file}: the {one.form} report cannot be written, as there is no folder {folder}: make it first"
    return f"{one.file}: the {one.form} report cannot be written: {error.strerror or error}; name another file"
