"""The same run twice?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("unseeded-run")
def unseeded_run(asked: Questions) -> Iterator[Finding]:
    """Random generators shape the result and none is seeded."""
    for case in asked.unseeded_draws():
        message = "{what}, and the run seeds nothing: another run gives another result"
        yield found("unseeded-run", asked, case, message, "seed first: {mend}")


@rule("partly-seeded-run")
def partly_seeded_run(asked: Questions) -> Iterator[Finding]:
    """Some generators that are drawn from are never seeded."""
    for case in asked.forgotten_generators():
        message = "{what}, and {missing}: only {only}"
        yield found("partly-seeded-run", asked, case, message, "seed it as well: {mend}")


@rule("optional-seed")
def optional_seed(asked: Questions) -> Iterator[Finding]:
    """The run is seeded only if an option is given."""
    for case in asked.optional_seeds():
        message = "`{code}` seeds the run only if `{option}` is given, and by default it is not"
        yield found("optional-seed", asked, case, message, "give `{option}` a number as its default")


@rule("late-seed")
def late_seed(asked: Questions) -> Iterator[Finding]:
    """A generator is seeded after its first draw."""
    for case in asked.late_seeds():
        message = "{seed} comes too late: before it, {what}"
        yield found("late-seed", asked, case, message, "{mend}")


@rule("ineffective-seed", alone=True)
def ineffective_seed(asked: Questions) -> Iterator[Finding]:
    """A call looks like a seeding and is none."""
    for case in asked.useless_seeds():
        yield found(
            "ineffective-seed",
            asked,
            case,
            "`{code}` seeds nothing that another run could repeat: {why}",
            "{mend}",
        )


@rule("unseeded-split")
def unseeded_split(asked: Questions) -> Iterator[Finding]:
    """A random split that another run cuts differently."""
    for case in asked.random_splits():
        message = "`{code}` cuts the rows by chance, differently in every run"
        yield found(
            "unseeded-split",
            asked,
            case,
            message,
            "give the split a seed: {mend}",
        )


@rule("unpinned-pretrained")
def unpinned_pretrained(asked: Questions) -> Iterator[Finding]:
    """A model or data set is fetched from a hub without a revision."""
    for case in asked.unpinned_models():
        message = "`{name}` is fetched in whatever version its owner has put there last"
        yield found(
            "unpinned-pretrained", asked, case, message, "name the commit: `revision=...` (torch.hub: `owner/name:commit`)"
        )


@rule("unpinned-data")
def unpinned_data(asked: Questions) -> Iterator[Finding]:
    """Rows come from an address, a moving path or a table without a version."""
    for case in asked.unpinned_rows():
        message = "the rows come from {what}, `{source}`: they may be others tomorrow"
        yield found(
            "unpinned-data", asked, case, message, "read a dated snapshot or a revision, or compare a checksum before use"
        )


@rule("nondeterministic-kernels")
def nondeterministic_kernels(asked: Questions) -> Iterator[Finding]:
    """Benchmark mode beside a claim of determinism."""
    for case in asked.fast_kernels():
        message = "`{code}` picks algorithms by the clock, although `{claim}` claims determinism"
        yield found(
            "nondeterministic-kernels", asked, case, message, "`torch.backends.cudnn.benchmark = False`, or drop the claim"
        )


@rule("unpinned-environment")
def unpinned_environment(asked: Questions) -> Iterator[Finding]:
    """Neither a lock file nor requirements with versions."""
    for case in asked.loose_environment():
        message = "{what}: a fresh installation runs other code, and gives other scores"
        yield found("unpinned-environment", asked, case, message, "commit a lock file, or write `==` behind every requirement")


@rule("unseeded-workers")
def unseeded_workers(asked: Questions) -> Iterator[Finding]:
    """Loader workers draw from copies of one generator."""
    for case in asked.copied_workers():
        message = "the workers of {loader} draw in `{code}` from copies of one generator: they may all draw the same"
        yield found("unseeded-workers", asked, case, message, "seed them in `worker_init_fn`, or draw with torch")


@rule("unordered-input")
def unordered_input(asked: Questions) -> Iterator[Finding]:
    """The order of a folder or a set decides which rows are in which part."""
    for case in asked.unordered_listings():
        message = "`{code}` comes in an order of its own on every machine, and that order decides which rows are in which part"
        yield found("unordered-input", asked, case, message, "put it in order first: `sorted(...)`")
