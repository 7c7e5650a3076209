"""What does a Trainer seed, fit, score, log and pick?"""

from __future__ import annotations

from mlstd.ask.outcomes import untracked
from mlstd.ask.view import View
from mlstd.trace.events import Draw, Fit, Record, Seed, Select, Show
from tests.trace.frameworks.story import events, outlets, picks, run, scores

SETUP = """
import numpy as np
from datasets import load_dataset
from sklearn.metrics import accuracy_score
from transformers import AutoModelForSequenceClassification, EarlyStoppingCallback, Trainer, TrainingArguments

data = load_dataset("imdb")

def compute_metrics(pred):
    logits, labels = pred
    return {"accuracy": accuracy_score(labels, np.argmax(logits, axis=-1))}
"""
MODEL = 'model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")\n'
BEST = 'TrainingArguments("out", eval_strategy="epoch", load_best_model_at_end=True, metric_for_best_model="accuracy")'


def trainer(arguments: str, extra: str = "compute_metrics=compute_metrics") -> str:
    """The lines that make a trainer."""
    given = f"model=model, args={arguments}, train_dataset=data['train'], eval_dataset=data['test'], {extra}"
    return SETUP + MODEL + f"trainer = Trainer({given})\n"


def test_the_best_checkpoint_is_picked_by_the_evaluation_rows() -> None:
    told = run(trainer(BEST) + "trainer.train()")
    assert picks(told) == ["callback by accuracy on imdb/test"]
    assert scores(told) == ["accuracy on imdb/test"]
    fit = events(told, Fit)[0]
    assert fit.heldout is not None
    assert [p.origin.part for p in fit.heldout.parts] == ["test"]


def test_without_a_strategy_nothing_is_evaluated_along_the_way() -> None:
    told = run(trainer('TrainingArguments("out")') + "trainer.train()")
    assert (picks(told), scores(told)) == ([], [])
    assert events(told, Fit)[0].heldout is None


def test_the_old_name_of_the_strategy_and_an_unknown_one() -> None:
    old = run(trainer('TrainingArguments("out", evaluation_strategy="steps")') + "trainer.train()")
    assert scores(old) == ["accuracy on imdb/test"]
    unknown = trainer('TrainingArguments("out", evaluation_strategy=config["s"], load_best_model_at_end=config["b"])')
    told = run("import json\nconfig = json.load(open('c.json'))\n" + unknown + "trainer.train()")
    assert picks(told) == ["callback by loss on imdb/test?"]


def test_early_stopping_is_a_choice_too() -> None:
    told = run(trainer(BEST, "callbacks=[EarlyStoppingCallback(3)]") + "trainer.train()")
    assert [p.partition(" ")[0] for p in picks(told)] == ["callback", "stop"]


def test_making_a_trainer_seeds_after_the_head_was_drawn_but_before_model_init() -> None:
    def order(source: str) -> list[str]:
        told = run(source)
        return [type(e).__name__ for e in told.events if type(e).__name__ == "Seed" or getattr(e, "use", "") == "weights"]

    assert order(trainer('TrainingArguments("out")')) == ["Draw", "Seed"]
    late = SETUP + "def init():\n    " + MODEL.replace("model = ", "return ")
    assert order(late + "trainer = Trainer(model_init=init, args=TrainingArguments('out'))") == ["Seed", "Draw"]


def test_its_own_shuffle_is_seeded() -> None:
    told = run(trainer('TrainingArguments("out")') + "trainer.train()")
    assert all(e.own_seed for e in events(told, Draw) if e.use == "fit")


def test_evaluate_and_predict_take_the_rows_that_they_are_given() -> None:
    told = run(
        trainer('TrainingArguments("out")', "compute_metrics=compute_metrics")
        + "trainer.evaluate(data['validation'])\ntrainer.evaluate()"
    )
    assert scores(told) == ["accuracy on imdb/validation", "accuracy on imdb/test"]
    told = run(
        trainer('TrainingArguments("out")') + "out = trainer.predict(data['validation'])\nprint(out.metrics, out.predictions)"
    )
    assert scores(told) == ["accuracy on imdb/validation"]
    assert events(told, Show)[-1].values


def test_predictions_can_be_scored_by_hand() -> None:
    lines = "out = trainer.predict(data['test'])\nprint(accuracy_score(out.label_ids, out.predictions.argmax(-1)))"
    told = run(trainer('TrainingArguments("out")', "tokenizer=None") + lines)
    assert scores(told) == ["accuracy on imdb/test"]


def test_the_log_is_kept_unless_nobody_gets_it() -> None:
    told = run(trainer('TrainingArguments("out", report_to="wandb")') + "trainer.evaluate()")
    assert outlets(told, Record) == ["the Trainer's log: imdb/test"]
    silent = run(trainer('TrainingArguments("out", report_to="none")') + "trainer.evaluate()")
    assert outlets(silent, Record) == []
    assert outlets(silent, Show) == ["the Trainer's log: imdb/test"]


def test_a_subclass_keeps_its_trainer_s_behaviour() -> None:
    own = """
class Weighted(Trainer):
    def __init__(self, *args, weight=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.weight = weight
    def compute_loss(self, model, inputs, return_outputs=False):
        outputs = model(**inputs)
        return outputs.loss * self.weight
"""
    told = run((trainer(BEST) + "trainer.train()").replace("trainer = Trainer(", own + "trainer = Weighted("))
    assert len(events(told, Seed)) == 1
    assert picks(told) == ["callback by accuracy on imdb/test"]


def test_a_hyperparameter_search_picks_by_the_evaluation_rows() -> None:
    late = SETUP + "def init():\n    " + MODEL.replace("model = ", "return ")
    made = "Trainer(model_init=init, args=TrainingArguments('out'), train_dataset=data['train'], eval_dataset=data['test'])"
    told = run(late + f"trainer = {made}\nbest = trainer.hyperparameter_search(n_trials=3)")
    assert picks(told) == ["search by loss on imdb/test"]


def test_a_training_that_saves_no_checkpoint_and_reports_to_nobody_keeps_no_log() -> None:
    silent = 'TrainingArguments("out", eval_strategy="epoch", report_to="none", save_strategy="no")'
    assert events(run(trainer(silent) + "trainer.train()"), Record) == []
    kept = 'TrainingArguments("out", eval_strategy="epoch", report_to="none")'
    assert events(run(trainer(kept) + "trainer.train()"), Record) != []


APART = """
from peft import LoraConfig, get_peft_model
model = get_peft_model(model, LoraConfig(r=8))
model = model.to("cuda")
"""


def test_adapters_and_a_move_leave_the_model_what_it_is() -> None:
    told = run(SETUP + MODEL + APART + "Trainer(model=model, args=TrainingArguments('o'), train_dataset=data['train']).train()\n")
    (fit,) = [e for e in told.events if isinstance(e, Fit)]
    assert [told.things[m].role for m in fit.models] == ["model"]


def test_the_losses_of_a_training_are_no_record_of_scores_taken_apart() -> None:
    fitted = trainer("TrainingArguments('o'STRATEGY)") + "trainer.train()\n"
    by_hand = "test = data['test']\nprint(accuracy_score(test['label'], np.argmax(model(**test).logits, -1)))\n"
    assert list(untracked(View(run(fitted.replace("STRATEGY", "") + by_hand))))
    assert not list(untracked(View(run(fitted.replace("STRATEGY", ", eval_strategy='epoch'") + by_hand))))


SENTENCES = """
import pandas as pd
from sentence_transformers import SentenceTransformer, evaluation, losses
from torch.utils.data import DataLoader
train, dev = pd.read_csv("train.csv"), pd.read_csv("dev.csv")
model = SentenceTransformer("all-mpnet-base-v2")
judge = evaluation.EmbeddingSimilarityEvaluator(dev["a"].tolist(), dev["b"].tolist(), dev["score"].tolist())
model.fit([(DataLoader(train, shuffle=True), losses.CosineSimilarityLoss(model))], evaluator=judge{more})
"""


def test_an_evaluator_with_a_folder_writes_its_scores_and_keeps_the_best() -> None:
    told = run(SENTENCES.format(more=', output_path="out"'))
    assert [e.records for e in told.events if isinstance(e, Record)] == ["everything"]
    assert [(s.how, {p.origin.name for p in s.by.parts}) for s in told.events if isinstance(s, Select)] == [
        ("callback", {"file:dev.csv"})
    ]
    assert not any(isinstance(e, (Record, Select)) for e in run(SENTENCES.format(more="")).events)
