"""Result -> text for people: `full` shows the code and the way to the verdict, `concise` one line a finding."""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.place import Place
from mlstd.report.grouped import together
from mlstd.report.paint import Paint, excerpt
from mlstd.report.result import ErrorRecord, Result, printable
from mlstd.settle.draft import Settled
from mlstd.settle.levels import UNSURE
from mlstd.words import count

MOST_GONE = 10  # known issues that are gone, in the report of a check; the list itself shows all of them as a diff


def full(result: Result, paint: Paint, verbose: bool = False) -> Iterator[str]:
    """Blocks of lines, one a finding, in the order of places, after what could not be read."""
    yield from errors(result, paint, verbose)
    explained: set[str] = set()
    for settled, entries in together(result):
        yield "\n".join(_block(settled, entries, result, paint, verbose, settled.finding.rule not in explained)) + "\n"
        explained.add(settled.finding.rule)


def concise(result: Result, paint: Paint, verbose: bool = False) -> Iterator[str]:
    """One line a finding."""
    yield from errors(result, paint, verbose)
    yield from (_header(settled, paint) for settled, _ in together(result))


def errors(result: Result, paint: Paint, verbose: bool = False) -> Iterator[str]:
    """One line for each thing that could not be read or judged; with `verbose`, the traceback of a defect of ours."""
    return (_error(error, paint, verbose) for error in result.errors)


def summary(result: Result) -> str:
    """The last line: what was found, in how much."""
    levels = result.levels()
    found = [count(levels[level], level) for level in ("error", "warning") if levels[level]]
    where = f"in {count(len(result.experiments), 'experiment')}"
    if not result.experiments:
        line = f"Found {', '.join(found)}." if found else f"No experiments in {count(result.files, 'file')}."
    else:
        line = f"Found {', '.join(found)} {where}." if found else f"No findings {where}."
    broken = len({error.path for error in result.errors})
    if broken:
        line = f"{line[:-1]} ({count(broken, 'file')} could not be read completely)."
    return f"{line} {count(result.known, 'known issue')} not shown." if result.known else line


def gone(result: Result) -> Iterator[str]:
    """The known issues that are gone, and how the list forgets them."""
    if not result.gone:
        return
    are = "1 known issue is" if len(result.gone) == 1 else f"{len(result.gone)} known issues are"
    yield f"{are} gone; `mlstd accept --prune` takes {'it' if len(result.gone) == 1 else 'them'} out of the list:"
    yield from (
        f"  {printable(issue.path)}: {issue.rule}: {_short(printable(issue.code))}".rstrip(" :")
        for issue in result.gone[:MOST_GONE]
    )
    if len(result.gone) > MOST_GONE:
        yield f"  and {len(result.gone) - MOST_GONE} more"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def experiments(result: Result) -> Iterator[str]:
    """One line an experiment that was judged, for `-v`."""
    for experiment in result.experiments:
        frameworks = ", ".join(experiment.frameworks) or "no framework"
        files, spots = count(len(experiment.closure), "file"), count(len(experiment.blind_spots), "blind spot")
        yield f"{printable(experiment.path)}: {experiment.kind}, {frameworks}, {files}, {spots}"


def _header(settled: Settled, paint: Paint) -> str:
    finding = settled.finding
    label = paint(f"{settled.level}[{finding.rule}]", settled.level)
    return f"{paint(printable(str(finding.place)), 'place')}: {label} {printable(finding.message)}"


def _block(settled: Settled, entries: list[str], result: Result, paint: Paint, verbose: bool, explain: bool) -> Iterator[str]:
    finding = settled.finding
    yield _header(settled, paint)
    width = max(len(str(place.line)) for place in (finding.place, *(step.place for step in finding.evidence)))
    yield from _code(finding.place, result, paint, width)
    for number, step in enumerate(finding.evidence, 1):
        yield f"{' ' * width} {paint('=', 'gutter')} {number}. {printable(step.what)}: {printable(str(step.place))}"
        if step.place != finding.place:
            yield from _code(step.place, result, paint, width, carets=False)
    for word, meaning, text in _advice(settled, entries, result, verbose, explain):
        yield f"{' ' * width} {paint('=', 'gutter')} {paint(word, meaning)}: {printable(text)}"


def _code(place: Place, result: Result, paint: Paint, width: int, carets: bool = True) -> Iterator[str]:
    line = result.line(place)
    if line is None:
        return
    code, marks = excerpt(line, place.column, place.end_column if place.end_line == place.line else None)
    bar = paint("|", "gutter")
    yield f"{paint(str(place.line).rjust(width), 'gutter')} {bar} {code}"
    if carets:
        yield f"{' ' * width} {bar} {paint(marks, 'error')}"


def _advice(settled: Settled, entries: list[str], result: Result, verbose: bool, explain: bool) -> Iterator[tuple[str, str, str]]:
    """The closing lines of a block: (word, its colour, text)."""
    finding = settled.finding
    if finding.entry != finding.place.path:
        yield "experiment", "note", finding.entry
    if entries:
        more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
        yield "also in", "note", ", ".join(entries[:3]) + more
    if finding.advice:
        yield "help", "help", finding.advice
    if explain and finding.rule in result.rules:
        yield "standard", "note", f"{result.standard(finding.rule)} (mlstd rule {finding.rule})"
    if verbose:
        yield from (("reason", "note", reason) for reason in settled.reasons)
    elif settled.level == "warning" and finding.confidence in UNSURE and UNSURE[finding.confidence] in settled.reasons:
        yield "note", "note", UNSURE[finding.confidence]


def _error(error: ErrorRecord, paint: Paint, verbose: bool) -> str:
    cell = f":cell {error.cell}" if error.cell is not None else ""
    place = f"{error.path}{cell}" + (f":{error.line}:{error.column or 1}" if error.line is not None else "")
    what = "mlstd failed" if error.crash else "cannot read"
    trace = f"\n{error.crash.rstrip()}" if error.crash and verbose else ""
    return f"{paint(printable(place), 'place')}: {paint(what, 'error')}: {printable(error.message)}{trace}"
