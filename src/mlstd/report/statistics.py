"""How often is what found, and where? Result -> counts by rule, by family, by path, and of what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from mlstd.report.grouped import together
from mlstd.report.paint import Paint
from mlstd.report.result import BlindSpot, Result, printable
from mlstd.settle.draft import Settled

MOST_NAMES = 3  # of blind spots that share a reason


def statistics(result: Result, paint: Paint) -> Iterator[str]:
    """Lines of numbers; each finding counts once, however many experiments share it."""
    found = [settled for settled, _ in together(result)]
    yield from _rules(found, result, paint)
    for title, key in (("family", _family), ("path", _path)):
        if found:
            yield ""
            yield paint(f"{'errors':>6} {'warnings':>8}  {title}", "note")
            yield from _counted(found, key)
    yield from _blind([spot for experiment in result.experiments for spot in experiment.blind_spots], paint)


def _family(settled: Settled) -> str:
    return settled.family


def _path(settled: Settled) -> str:
    return printable(settled.finding.place.path)


def _rules(found: list[Settled], result: Result, paint: Paint) -> Iterator[str]:
    counted = Counter((settled.level, settled.finding.rule) for settled in found)
    longest = max((len(rule) for _, rule in counted), default=0)
    for (level, rule), number in sorted(counted.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        yield f"{number:5}  {paint(level.ljust(7), level)}  {rule.ljust(longest)}  {result.standard(rule)}".rstrip()


def _counted(found: list[Settled], key: Callable[[Settled], str]) -> Iterator[str]:
    """Errors and warnings of each key, the worst first."""
    levels: dict[str, Counter[str]] = {}
    for settled in found:
        levels.setdefault(key(settled), Counter())[settled.level] += 1
    for name, count in sorted(levels.items(), key=lambda item: (-item[1]["error"], -item[1]["warning"], item[0])):
        yield f"{count['error']:6} {count['warning']:8}  {name}"


def _blind(spots: list[BlindSpot], paint: Paint) -> Iterator[str]:
    if not spots:
        return
    yield ""
    yield paint(f"{'spots':>6}  could not be followed", "note")
    by_reason: dict[str, Counter[str]] = {}
    for spot in spots:
        by_reason.setdefault(spot.reason, Counter())[spot.name] += 1
    for reason, names in sorted(by_reason.items(), key=lambda item: (-item[1].total(), item[0])):
        most = [printable(name) for name, _ in names.most_common(MOST_NAMES)]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield f"{names.total():6}  {reason}: {', '.join(most)}{more}"
