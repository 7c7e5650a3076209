"""Does the score mean what it says?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("evaluated-on-training-data")
def evaluated_on_training_data(asked: Questions) -> Iterator[Finding]:
    """Every score of a model is computed on rows that it was fitted on."""
    for case in asked.trained_scores():
        message = "`{score}` scores {model} on {rows}, which it was fitted on; no other score of it is computed"
        advice = "hold rows out before the fit (train_test_split, a validation loader) and score the model on those"
        yield found("evaluated-on-training-data", asked, case, message, advice)


@rule("unevaluated-model")
def unevaluated_model(asked: Questions) -> Iterator[Finding]:
    """A model is fitted and kept and never scored."""
    for case in asked.unevaluated_models():
        message = "{model} is fitted here and never scored on rows that it has not seen"
        advice = "score it on held-out rows before it is saved, and record the score"
        yield found("unevaluated-model", asked, case, message, advice)


@rule("selected-on-test")
def selected_on_test(asked: Questions) -> Iterator[Finding]:
    """A choice is made on the rows whose score is reported."""
    for case in asked.choices_on_reported_rows():
        message = "`{choice}` {does}, and no score on other held-out rows is reported"
        advice = "choose on a validation part of the training rows, and score the chosen model once on rows that chose nothing"
        yield found("selected-on-test", asked, case, message, advice)


@rule("fit-before-split", alone=True)
def fit_before_split(asked: Questions) -> Iterator[Finding]:
    """Statistics are taken over rows that are later held out."""
    for case in asked.early_statistics("values"):
        message = "{name} takes its statistics from {rows}, and some of these rows are held out and scored later"
        advice = "split first, `fit` on the training part and only `transform` the other, or put it into a Pipeline"
        yield found("fit-before-split", asked, case, message, advice)


@rule("selected-before-split", alone=True)
def selected_before_split(asked: Questions) -> Iterator[Finding]:
    """What uses the target is fitted on rows that are later held out."""
    for case in asked.early_statistics("target"):
        message = "{name} learns from the target of {rows}, and some of these rows are held out and scored later"
        advice = "split first, `fit` on the training part and only `transform` the other, or put it into a Pipeline"
        yield found("selected-before-split", asked, case, message, advice)


@rule("fit-on-held-out", alone=True)
def fit_on_held_out(asked: Questions) -> Iterator[Finding]:
    """Statistics or resampling are learned on the held-out part."""
    for case in asked.learned_on_heldout():
        message = "`{code}` learns from {rows}, which are held out"
        yield found("fit-on-held-out", asked, case, message, "{mend}")


@rule("swapped-metric-arguments", alone=True)
def swapped_metric_arguments(asked: Questions) -> Iterator[Finding]:
    """Predictions are passed as truth."""
    for case in asked.swapped_arguments():
        message = "`{code}` is handed the predictions as the truth, and its {metric} {depends} on which is which"
        yield found("swapped-metric-arguments", asked, case, message, "the truth first: {mend}")


@rule("hard-labels-to-ranking-metric", alone=True)
def hard_labels_to_ranking_metric(asked: Questions) -> Iterator[Finding]:
    """A metric that ranks scores is given labels."""
    for case in asked.ranked_labels():
        message = "`{code}` is handed labels, and its {metric} needs scores or probabilities"
        yield found("hard-labels-to-ranking-metric", asked, case, message, "{mend}")


@rule("evaluated-in-train-mode")
def evaluated_in_train_mode(asked: Questions) -> Iterator[Finding]:
    """A model that minds the mode is scored in training mode."""
    for case in asked.scores_in_training_mode():
        message = "`{score}` scores {model} with {parts} in training mode: {why}"
        yield found("evaluated-in-train-mode", asked, case, message, "{mend}")


@rule("trained-in-eval-mode")
def trained_in_eval_mode(asked: Questions) -> Iterator[Finding]:
    """A model that minds the mode learns in evaluation mode."""
    for case in asked.fits_in_evaluation_mode():
        message = "{model} learns at `{code}` in evaluation mode: `{switch}` came before, and no `train()` between"
        yield found("trained-in-eval-mode", asked, case, message, "call `.train()` on the model at the head of every epoch")


@rule("overlapping-splits", alone=True)
def overlapping_splits(asked: Questions) -> Iterator[Finding]:
    """Rows, or copies of them, are in the training part and in the rows that are scored."""
    for case in asked.shared_rows():
        message = "this {what}: {rows}"
        advice = case.facts.get(
            "mend", "drop duplicates, then split at one boundary, then oversample or augment the training part only"
        )
        yield found("overlapping-splits", asked, case, message, advice)


@rule("averaged-batch-metric")
def averaged_batch_metric(asked: Questions) -> Iterator[Finding]:
    """The scores of single batches are averaged."""
    for case in asked.averaged_batches():
        message = "`{code}` averages the {metric} of single batches: {why}"
        yield found("averaged-batch-metric", asked, case, message, "{mend}")


@rule("target-in-features")
def target_in_features(asked: Questions) -> Iterator[Finding]:
    """The target column is among the features."""
    for case in asked.targets_in_features():
        message = "{model} is fitted on features that still hold its target, `{column}`"
        yield found("target-in-features", asked, case, message, 'take it out first: `X = table.drop(columns="{column}")`')


@rule("shuffled-time-series")
def shuffled_time_series(asked: Questions) -> Iterator[Finding]:
    """Rows that follow one another are divided by chance."""
    for case in asked.shuffled_series():
        message = "`{code}` is a random split of {what}: the training part holds what lies just before and after each test row"
        advice = "cut by time: `shuffle=False`, `TimeSeriesSplit`, or a slice by date"
        yield found("shuffled-time-series", asked, case, message, advice)
    for case in asked.features_ahead():
        message = "`{code}` takes values that come later, and {model} learns from it"
        advice = "use what is known at the time: a positive shift, a trailing window, a forward fill"
        yield found("shuffled-time-series", asked, case, message, advice)


@rule("split-across-groups")
def split_across_groups(asked: Questions) -> Iterator[Finding]:
    """Rows of one patient, user or session are in the training part and in the rows that are scored."""
    for case in asked.divided_groups():
        message = "`{code}` divides rows by chance, and {what} come into both parts"
        advice = (
            "divide by {column}: GroupKFold, StratifiedGroupKFold or GroupShuffleSplit with `groups=` the {column} of each row"
        )
        yield found("split-across-groups", asked, case, message, advice)


@rule("limited-evaluation")
def limited_evaluation(asked: Questions) -> Iterator[Finding]:
    """The reported score rests on the first rows or batches of the held-out part."""
    for case in asked.limited_evaluations():
        message = "the score that is reported rests on {what}"
        advice = "score the whole part, or make the limit an option that is off by default"
        yield found("limited-evaluation", asked, case, message, advice)


@rule("accuracy-only")
def accuracy_only(asked: Questions) -> Iterator[Finding]:
    """Classes are known to be unequal, and accuracy is all that is told."""
    for case in asked.bare_accuracies():
        message = "accuracy is all that is told of {model}, whose classes the code treats as unequal"
        advice = "add a metric that sees the rare class: average precision, F1, balanced accuracy, the confusion matrix"
        yield found("accuracy-only", asked, case, message, advice)


@rule("augmented-evaluation")
def augmented_evaluation(asked: Questions) -> Iterator[Finding]:
    """Held-out rows are changed by chance before they are scored."""
    for case in asked.augmented_scores():
        message = "`{code}` changes held-out rows by chance, and they are scored so"
        advice = "give the held-out part a transform of its own: resize, centre crop and normalise, nothing random"
        yield found("augmented-evaluation", asked, case, message, advice)


@rule("cherry-picked-run")
def cherry_picked_run(asked: Questions) -> Iterator[Finding]:
    """The best of several runs is what is reported."""
    for case in asked.lucky_runs():
        message = "`{code}` keeps the best of the runs of {model}, and that is the score that is reported"
        advice = "report the mean and the spread over all runs, or the score of each"
        yield found("cherry-picked-run", asked, case, message, advice)


@rule("mismatched-order", alone=True)
def mismatched_order(asked: Questions) -> Iterator[Finding]:
    """Predictions are compared with labels that stand in another order."""
    for case in asked.mismatched_orders():
        message = "`{code}` sets predictions of shuffled rows against `{labels}`, which stand in stored order"
        advice = "load the rows with `shuffle=False`, or collect predictions and labels in the same pass"
        yield found("mismatched-order", asked, case, message, advice)
