"""Which questions can a rule put to one experiment? A check asks these and touches nothing else of the machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from mlstd.ask import (
    augmented,
    averages,
    baselines,
    comparisons,
    evaluation,
    groups,
    handlers,
    imbalance,
    limits,
    listings,
    metrics,
    modes,
    notebook,
    order,
    outcomes,
    overlaps,
    pins,
    prompts,
    randomness,
    repeats,
    rounds,
    selection,
    source,
    stages,
    statistics,
    tables,
)
from mlstd.ask.case import Case, weakest
from mlstd.ask.siblings import Summary, compares, rivals, saved_files, summarise
from mlstd.ask.view import View, seen_by
from mlstd.discover.environment import Environment
from mlstd.link.near import MOST_SIBLINGS
from mlstd.lower import ir
from mlstd.trace.run import Trace


class Questions:
    """One experiment, ready to be asked. `modules` are the lowered files of its closure, the entry first; `reference`: pyproject
    names what it is compared with; `siblings` tells, when it is needed, what the other experiments of the project score;
    `environment` is what the project says it runs on, for the one experiment that speaks for the project; `later` are the scripts
    that a pipeline runs after this one."""

    def __init__(
        self,
        trace: Trace,
        modules: Mapping[str, ir.Module],
        reference: str = "",
        siblings: Callable[[], Iterable[Summary]] = tuple,
        environment: Environment | None = None,
        later: Collection[str] = (),
    ) -> None:
        self.entry = trace.entry
        self._view = View(trace, dict(modules))
        self._reference = reference
        self._siblings = siblings
        self._environment = environment
        self._later = frozenset(later)

    def trained_scores(self) -> Iterator[Case]:
        """Models that are scored on the rows that they were fitted on, and on no others: here, or by what saved them."""
        cases = list(evaluation.trained_scores(self._view))
        if cases and not self._evaluated_elsewhere():
            yield from cases
        if any(t.file for t in self._view.trace.things.values()):
            for other in self._siblings():
                for model in other.learned:
                    yield from evaluation.trained_elsewhere(self._view, model.file, model.parts, model.at)

    def unevaluated_models(self) -> Iterator[Case]:
        """Models that are fitted and kept, and never scored, here or by another experiment that loads what this one saves."""
        cases = list(evaluation.unevaluated(self._view))
        if not cases or self._evaluated_elsewhere():
            return
        saved = saved_files(self._view.trace)
        doubt = any(other.tests_unknown or bool(other.tests and not saved) for other in self._siblings())
        for case in cases:
            yield replace(case, confidence=weakest([case.confidence, "medium"])) if doubt else case

    def _evaluated_elsewhere(self) -> bool:
        """Does another experiment score what this one saves, on other rows; does a later stage of its pipeline score a model?"""
        saved = saved_files(self._view.trace)
        somewhere = bool(self._view.saves) and not saved
        fitted = frozenset(p for f in self._view.fits for p in f.rows.parts)
        for other in self._siblings() if saved or somewhere or self._later else ():
            # where neither file is known, whoever runs both experiments tells them which one it is
            same = other.tests & saved or (other.tests_unknown and somewhere)
            if same and seen_by(other.tested, fitted) not in evaluation.LEARNED:
                return True
            if other.path in self._later and (other.tests or other.tests_unknown):
                return True
        return False

    def choices_on_reported_rows(self) -> Iterator[Case]:
        """Choices made by the score of the only held-out rows that are reported."""
        return selection.chosen_on_test(self._view)

    def early_statistics(self, learned: str = "values") -> Iterator[Case]:
        """Statistics over rows that are divided only afterwards: of the "values", or with the "target"; here, or by a stage that
        wrote the rows to a file."""
        cases = list(statistics.early_statistics(self._view, learned))
        yield from cases or stages.early_statistics(self._view, self._siblings, learned)

    def learned_on_heldout(self) -> Iterator[Case]:
        """Fits of transformers on rows that are only ever held out."""
        return statistics.learned_on_heldout(self._view)

    def shared_rows(self) -> Iterator[Case]:
        """Rows, or copies of them, that are in the training part and in the rows that are scored."""
        cases = list(overlaps.shared_rows(self._view))
        copies = () if cases else stages.early_statistics(self._view, self._siblings, "copies")
        yield from cases
        for case in copies:
            yield replace(case, facts={**case.facts, "what": overlaps.COPIES})

    def swapped_arguments(self) -> Iterator[Case]:
        """Predictions passed as the truth to a metric that is not symmetric."""
        return metrics.swapped(self._view)

    def ranked_labels(self) -> Iterator[Case]:
        """Hard labels given to a metric that wants scores."""
        return metrics.ranked_labels(self._view)

    def scores_in_training_mode(self) -> Iterator[Case]:
        """Models with dropout or batch normalisation that are scored in training mode."""
        return modes.scored_in_training(self._view)

    def fits_in_evaluation_mode(self) -> Iterator[Case]:
        """Models with dropout or batch normalisation that learn in evaluation mode."""
        return modes.trained_in_evaluation(self._view)

    def averaged_batches(self) -> Iterator[Case]:
        """Means over batches of what should be computed over all rows."""
        return averages.averages(self._view)

    def targets_in_features(self) -> Iterator[Case]:
        """Fits whose features still hold the target column."""
        return tables.own_targets(self._view)

    def shuffled_series(self) -> Iterator[Case]:
        """Random splits of rows that follow one another in time."""
        return tables.shuffled_series(self._view)

    def features_ahead(self) -> Iterator[Case]:
        """Features of a series that hold what comes later."""
        return tables.looking_ahead(self._view)

    def lonely_scores(self) -> Iterator[Case]:
        """Held-out scores with nothing beside them."""
        if self._reference:
            return
        lonely = list(baselines.lonely_scores(self._view))
        others = self._siblings() if lonely else ()
        looked_at, near = 0, ""
        mine = summarise(self._view.trace) if lonely else Summary("")
        for other in others:
            looked_at += 1
            if compares(mine, other):
                return
            near = near or (other.path if rivals(mine, other) else "")
        for case in lonely:  # where there are more experiments than are looked at, one of them may be the comparison
            trust = weakest([case.confidence, "medium" if near or looked_at >= MOST_SIBLINGS else "high"])
            hint = f" (what {near} scores, if its rows are the same)" if near else ""
            yield replace(case, confidence=trust, facts={**case.facts, "hint": hint})

    def untracked_scores(self) -> Iterator[Case]:
        """Evaluation metrics that are written nowhere durable."""
        return outcomes.untracked(self._view)

    def discarded_scores(self) -> Iterator[Case]:
        """Metrics whose value is dropped."""
        return outcomes.discarded(self._view)

    def unseeded_draws(self) -> Iterator[Case]:
        """The first draw of a run that seeds nothing."""
        return randomness.missing(self._view)

    def forgotten_generators(self) -> Iterator[Case]:
        """The first draw of a generator that is never seeded, in a run that seeds others."""
        return randomness.partial(self._view)

    def optional_seeds(self) -> Iterator[Case]:
        """Seedings that only an option brings about."""
        return randomness.optional(self._view)

    def late_seeds(self) -> Iterator[Case]:
        """Seedings after the first draw."""
        return randomness.late(self._view)

    def useless_seeds(self) -> Iterator[Case]:
        """Calls that look like a seeding and are none."""
        return randomness.ineffective(self._view)

    def random_splits(self) -> Iterator[Case]:
        """Splits that another run cuts differently."""
        return randomness.random_splits(self._view)

    def disordered_cells(self) -> Iterator[Case]:
        """Cells that were run in another order than they stand in."""
        return notebook.disordered_cells(self._view)

    def undefined_names(self) -> Iterator[Case]:
        """Names that a notebook's cell uses before any cell defines them."""
        return notebook.undefined_names(self._view)

    def fixed_paths(self) -> Iterator[Case]:
        """Absolute and home paths."""
        return source.fixed_paths(self._view)

    def silenced_warnings(self) -> Iterator[Case]:
        """Calls that silence every warning."""
        return source.silenced_warnings(self._view)

    def star_imports(self) -> Iterator[Case]:
        """Star imports."""
        return source.star_imports(self._view)

    def swallowed_errors(self) -> Iterator[Case]:
        """Handlers around a fit or a score that catch everything and say nothing."""
        return handlers.swallowed_errors(self._view)

    def undocumented(self) -> Iterator[Case]:
        """An experiment that says nowhere what is tried."""
        return source.undocumented(self._view)

    def copied_rounds(self) -> Iterator[Case]:
        """Seeds that make the rounds of a loop alike."""
        return rounds.reseeded(self._view)

    def model_aliases(self) -> Iterator[Case]:
        """Hosted models that are scored under a name that moves."""
        return prompts.aliases(self._view)

    def default_sampling(self) -> Iterator[Case]:
        """Scored answers whose temperature nobody sets."""
        return prompts.default_sampling(self._view)

    def unsaved_outputs(self) -> Iterator[Case]:
        """Scored answers that are kept nowhere."""
        return prompts.unsaved(self._view)

    def own_judges(self) -> Iterator[Case]:
        """Models that judge what they wrote themselves."""
        return prompts.own_judges(self._view)

    def shown_answers(self) -> Iterator[Case]:
        """Few-shot examples from the rows that are scored."""
        return prompts.shown_answers(self._view)

    def swallowed_failures(self) -> Iterator[Case]:
        """Failed calls and unreadable answers that leave the count."""
        return handlers.swallowed_failures(self._view)

    def unpinned_models(self) -> Iterator[Case]:
        """Models and data sets that are fetched from a hub without a version."""
        return pins.unpinned_models(self._view)

    def unpinned_rows(self) -> Iterator[Case]:
        """Rows that may change where they come from."""
        return pins.unpinned_rows(self._view)

    def loose_environment(self) -> Iterator[Case]:
        """Packages without versions, said with the project's first experiment."""
        return pins.loose_environment(self._view, self._environment)

    def fast_kernels(self) -> Iterator[Case]:
        """Benchmark mode beside a claim of determinism."""
        return pins.fast_kernels(self._view)

    def unexplained_metrics(self) -> Iterator[Case]:
        """Tracked metrics without the settings that made them."""
        return outcomes.unexplained(self._view)

    def copied_workers(self) -> Iterator[Case]:
        """Loaders whose workers draw the same numbers."""
        return rounds.copied_workers(self._view)

    def unordered_listings(self) -> Iterator[Case]:
        """Folders and sets whose order decides which rows are in which part."""
        return listings.unordered(self._view)

    def divided_groups(self) -> Iterator[Case]:
        """Random splits of rows that belong to groups."""
        return groups.split_across(self._view)

    def limited_evaluations(self) -> Iterator[Case]:
        """Reported scores on the first rows or batches of what is held out."""
        return limits.limited(self._view)

    def bare_accuracies(self) -> Iterator[Case]:
        """Accuracy without any other metric, where classes are known to be unequal."""
        return imbalance.accuracy_only(self._view)

    def augmented_scores(self) -> Iterator[Case]:
        """Held-out rows that are changed by chance before they are scored."""
        return augmented.augmented_scores(self._view)

    def lucky_runs(self) -> Iterator[Case]:
        """The best of several runs, where no other run is told of."""
        return repeats.cherry_picked(self._view)

    def bare_scores(self) -> Iterator[Case]:
        """Recorded scores without anything on how far they could have come out otherwise."""
        return repeats.unspread(self._view)

    def single_runs(self) -> Iterator[Case]:
        """Models that draw random numbers, compared by one run each."""
        return repeats.ranked_by_one_run(self._view)

    def unequal_rows(self) -> Iterator[Case]:
        """Models that are compared by scores on different rows."""
        return comparisons.other_rows(self._view)

    def mismatched_orders(self) -> Iterator[Case]:
        """Predictions of shuffled rows beside labels in stored order."""
        return order.mismatched(self._view)
