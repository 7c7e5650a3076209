"""What may change under the experiment: models and data fetched without a version, kernels picked by the clock?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, step, sureness
from mlstd.ask.view import View
from mlstd.discover.environment import Environment
from mlstd.place import Place
from mlstd.trace.events import Certainty, Load, Switch

# What counts as a version in an address: a date, a numbered version, a commit or hash, a tag.
VERSION = re.compile(
    r"(19|20)\d{2}([-_/.]?\d{2}){1,2}|[/_.-]v?\d+(\.\d+)+|[/_.-]v\d+|[0-9a-f]{7,64}(?=[/._-]|$)|/(tags|releases)/|version(Id)?=|@v?\d"
)
MOVING = re.compile(r"(^|[/_.-])latest([/_.-]|$)", re.IGNORECASE)
QUERY = re.compile(r"^\s*(select|with)\b|^[\w.`\"]+$", re.IGNORECASE | re.DOTALL)
SNAPSHOT = re.compile(r"\b(version|timestamp|system_time)\s+as\s+of\b|@v\d", re.IGNORECASE)
TABLES = ("read_sql", "read_sql_query", "read_sql_table", "read_gbq")
SAMPLES = ("gutenberg", "archive.ics.uci.edu", "openml.org")  # archives whose files never change


def unpinned_models(view: View) -> Iterator[Case]:
    """Models and data sets that are fetched from a hub without a version; each name once."""
    done: set[str] = set()
    for load in view.loads:
        if load.hub and not load.pinned and load.source not in done:
            done.add(load.source)
            facts = {"name": load.source, "code": view.code(load)}
            yield Case(view.at(load), sureness(load), (step("fetched here, in its newest version", load),), facts)


def unpinned_rows(view: View) -> Iterator[Case]:
    """Rows from an address, a moving folder or a table, of which no version is named; each source once."""
    done: set[str] = set()
    for load in view.loads:
        what = "" if load.hub or load.pretrained or load.pinned else _moves(load)
        if what and load.source not in done:
            done.add(load.source)
            yield Case(view.at(load), sureness(load), (step("read here", load),), {"what": what, "source": load.source})


def _moves(load: Load) -> str:
    """In words: why what stands behind the source may change; "" if it can't, or nobody knows."""
    source = load.source
    if load.name.rpartition(".")[2] in TABLES:
        return "a table without a version" if QUERY.search(source) and not SNAPSHOT.search(source) else ""
    if MOVING.search(source):
        return "a path that moves on"
    if load.remote and not VERSION.search(source.partition("://")[2]) and not any(s in source for s in SAMPLES):
        return "an address without a version"
    return ""


def loose_environment(view: View, told: Environment | None) -> Iterator[Case]:
    """Packages whose versions nothing pins: at the first such requirement, or where the experiment begins."""
    if told is None or told.pinned:
        return
    if told.at is not None:
        yield Case(told.at, "high", (), {"what": f"`{told.said}` is not pinned, and there is no lock file"})
        return
    first = next((u for u in view.modules[view.trace.entry].units if u.text.strip()), None)
    at = Place(view.trace.entry, first.cell if first is not None else None, 1, 1, 1, 2)
    yield Case(at, "high", (), {"what": "nothing in the project says which packages it runs on"})


def fast_kernels(view: View) -> Iterator[Case]:
    """Benchmark mode, in a run that claims to be deterministic."""
    switches = [s for s in view.of(Switch) if s.sure is Certainty.SURELY]
    last = {s.name: s for s in switches}
    fast = last.get("torch.backends.cudnn.benchmark")
    claims = [
        s
        for name, s in last.items()
        if s.value is True and name.rpartition(".")[2] in ("deterministic", "use_deterministic_algorithms")
    ]
    if fast is not None and fast.value is True and claims:
        yield Case(
            view.at(fast),
            sureness(fast, claims[0]),
            (step("the run claims to be deterministic", claims[0]), step("and lets cuDNN time its algorithms", fast)),
            {"code": view.code(fast), "claim": view.code(claims[0])},
        )
