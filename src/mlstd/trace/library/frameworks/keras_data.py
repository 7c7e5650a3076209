"""Where do the rows of Keras' image generators and folders come from, which part of them, and are they altered?"""

from __future__ import annotations

from mlstd.trace.events import Draw, Split
from mlstd.trace.library import bounds, effects
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.randomness import own_seed
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import narrowed, with_traits
from mlstd.trace.values.kinds import Address, Const, Data, Ref, Tuple, Value
from mlstd.trace.values.parts import Origin, Part, Step

FLOWS = ("flow", "flow_from_directory", "flow_from_dataframe")
ALTERS = (
    "rotation_range",
    "width_shift_range",
    "height_shift_range",
    "brightness_range",
    "shear_range",
    "zoom_range",
    "channel_shift_range",
    "horizontal_flip",
    "vertical_flip",
)


def flow(site: Site) -> Value:
    """Batches of an `ImageDataGenerator`: the part that `subset` names, altered by chance where the generator was told to."""
    machine = site.machine
    assert site.receiver is not None
    rows = site.rows() if site.effect.rows else None
    value = effects.perform(site)
    subset = given.word(site.value("subset"))
    if rows is not None:
        value = narrowed(rows, Step("split", str(machine.heap[site.receiver.address].at), subset)) if subset else rows
    if not isinstance(value, Data):
        return value
    value = with_traits(value, "batch")
    return _altered(site, value) if alters(machine, site.receiver.address) else value


def alters(machine: Machine, generator: Address) -> bool:
    """Was the generator told to turn, shift or flip its images?"""
    return any(given.flag(machine.load(generator, f"@{name}")) is not False for name in ALTERS)


def _altered(site: Site, rows: Data) -> Data:
    machine = site.machine
    seeded = own_seed(machine, site.value("seed")) is True
    common = machine.common(site.at, site.code)
    machine.tape.add(Draw(**common, generator="numpy", name=site.name, use="augment", own_seed=seeded, rows=rows))
    return with_traits(rows, "augmented")


def directory(site: Site) -> Value | None:
    """`image_dataset_from_directory(validation_split=0.2, subset=...)`: the same seed gives the two parts of one split."""
    if given.flag(site.value("validation_split")) is False:
        return None
    machine = site.machine
    value = effects.perform(site)
    rows = machine.load(value.address, "#rows") if isinstance(value, Ref) else value
    if not isinstance(rows, Data):
        return value
    whole = rows.but(parts=frozenset(Part(Origin(p.origin.name, "", p.origin.known, p.origin.at), p.steps) for p in rows.parts))
    shuffled = given.flag(site.value("shuffle"), True) is not False
    seeded = own_seed(machine, site.value("seed")) is True
    common = machine.common(site.at, site.code)
    machine.tape.add(Split(**common, rows=whole, name=site.name, random=shuffled, seeded=seeded))
    if site.value("subset") == Const("both"):
        return Tuple(tuple(_batches(site, value, rows.but(parts=_part(whole, name))) for name in ("training", "validation")))
    return value


def _batches(site: Site, like: Value, rows: Data) -> Value:
    """Some rows in an object like another one."""
    if not isinstance(like, Ref):
        return rows
    made = site.machine.allocate("thing", site.node, key="-".join(sorted(p.origin.part for p in rows.parts)))
    made.info = site.machine.heap[like.address].info
    site.machine.store(made.address, "#rows", rows)
    return Ref(made.address)


def windows(site: Site) -> Value:
    """`timeseries_dataset_from_array(data, start_index=0, end_index=n)`: the windows between two positions."""
    rows = site.rows()
    effects.perform(site)
    ends = [bounds.of_value(site.machine, site.value(name)) for name in ("start_index", "end_index")]
    return narrowed(rows, Step("slice", "", ":".join(ends))) if any(ends) else rows


def _part(rows: Data, name: str) -> frozenset[Part]:
    return frozenset(Part(Origin(p.origin.name, name, p.origin.known, p.origin.at), p.steps) for p in rows.parts)
