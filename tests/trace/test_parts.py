"""The algebra of parts: what must hold of any rows, whatever way they were chosen."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlstd.trace.values.names import name_of
from mlstd.trace.values.parts import Origin, Part, Step, among, contains, overlap, overlaps, rest

# What must hold, holds on a busy machine, too.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
ORIGINS = st.builds(
    Origin,
    st.sampled_from(["file:a.csv", "file:b.csv", "torchvision.datasets.MNIST", "?x"]),
    st.sampled_from(["", "train", "test"]),
    st.booleans(),
).map(lambda origin: Origin(origin.name, origin.part, not origin.name.startswith("?")))
BOUNDS = st.one_of(st.just(""), st.integers(0, 9).map(str), st.sampled_from(["n", "m"]))
STEPS = st.one_of(
    st.builds(Step, st.just("split"), st.sampled_from(["s1", "s2"]), st.sampled_from(["train", "test"])),
    st.builds(Step, st.just("fold"), st.just("f"), st.sampled_from(["train", "test"])),
    st.builds(Step, st.just("mask"), st.just(""), st.sampled_from(["c", "~c", "d"])),
    st.builds(Step, st.just("slice"), st.just(""), st.tuples(BOUNDS, BOUNDS).map(":".join)),
    st.builds(Step, st.just("some"), st.sampled_from(["p", "q"])),
)
PARTS = st.builds(Part, ORIGINS, st.lists(STEPS, max_size=4).map(tuple))
UNIONS = st.frozensets(PARTS, min_size=1, max_size=3)


@given(PARTS)
def test_rows_overlap_with_themselves(part: Part) -> None:
    assert overlap(part, part) == "yes"
    assert contains(part, part)


@given(PARTS, PARTS)
def test_overlap_does_not_depend_on_the_order(a: Part, b: Part) -> None:
    assert overlap(a, b) == overlap(b, a)


@given(PARTS, STEPS)
def test_a_narrower_part_is_contained(part: Part, step: Step) -> None:
    narrower = part.then(step)
    assert contains(part, narrower)
    assert overlap(part, narrower) == "yes"


@given(PARTS, PARTS, STEPS)
def test_what_is_disjoint_stays_disjoint_when_narrowed(a: Part, b: Part, step: Step) -> None:
    if overlap(a, b) == "no":
        assert overlap(a, b.then(step)) == "no"


@given(PARTS, PARTS)
def test_a_part_that_contains_another_overlaps_with_it(a: Part, b: Part) -> None:
    if contains(a, b):
        assert overlap(a, b) == "yes"


@given(PARTS, PARTS, PARTS)
def test_containment_is_transitive(a: Part, b: Part, c: Part) -> None:
    if contains(a, b) and contains(b, c):
        assert contains(a, c)


@given(PARTS, st.sampled_from(["split", "fold"]), st.data())
def test_the_two_sides_of_a_split_are_disjoint(part: Part, kind: str, data: st.DataObject) -> None:
    left, right = (part.then(Step(kind, "here", side)) for side in ("train", "test"))  # type: ignore[arg-type]
    if len(part.steps) < 12:
        assert overlap(left.then(data.draw(STEPS)), right.then(data.draw(STEPS))) == "no"


@given(UNIONS, UNIONS)
def test_unions_overlap_as_their_parts_do(some: frozenset[Part], others: frozenset[Part]) -> None:
    answer = overlaps(some, others)
    assert answer == overlaps(others, some)
    assert (answer == "no") == all(overlap(a, b) == "no" for a in some for b in others)


@given(PARTS, UNIONS)
def test_what_is_among_others_overlaps_with_them(piece: Part, wholes: frozenset[Part]) -> None:
    if among(piece, wholes):
        assert overlaps(frozenset((piece,)), wholes) == "yes"


@given(PARTS, UNIONS)
def test_rows_have_a_name(part: Part, others: frozenset[Part]) -> None:
    assert name_of([part])
    assert name_of([part, *others]) == name_of([*others, part])


def test_the_parts_of_a_data_set() -> None:
    whole, train, test = (Part(Origin("torchvision.datasets.MNIST", part)) for part in ("", "train", "test"))
    assert overlap(train, test) == "no"
    assert overlap(whole, test) == "unknown"


def test_slices_whose_bounds_meet() -> None:
    rows = Part(Origin("file:a.csv"))
    first, second, inner = (rows.then(Step("slice", "", key)) for key in (":n", "n:", "10:20"))
    assert overlap(first, second) == "no"
    assert overlap(first, inner) == "unknown"
    assert overlap(inner, rows.then(Step("slice", "", "20:30"))) == "no"


@given(PARTS, STEPS)
def test_a_choice_and_its_rest_share_no_row(part: Part, step: Step) -> None:
    other = rest(step)
    if other is not None:
        chosen, left = (Part(part.origin, (*part.steps, s)) for s in (step, other))
        assert overlap(chosen, left) == "no"


def test_rows_chosen_by_conditions_are_named_briefly() -> None:
    def chosen(file: str, *keys: str) -> Part:
        return Part(Origin(f"file:{file}"), tuple(Step("mask", "", key) for key in keys))

    assert name_of([chosen("a.csv", "age > 3", "~kind == 'x'")]) == "a.csv where age > 3 and not kind == 'x'"
    several = [chosen(f"{name}.csv", "column of the table > 3", "~another column == 'x'") for name in "ab"]
    assert name_of(several) == "some rows of a.csv, some rows of b.csv"
