"""Accelerate, fastai and Ignite: who runs the loop, and what is shown of it."""

from mlstd.trace.events import Fit, Record, Score, Select, Show, Split
from tests.trace.traced import of, origins, traced

LOOP = """
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from accelerate import Accelerator
accelerator = Accelerator({given})
model, loader = torch.nn.Linear(4, 2), DataLoader(MNIST(".", train=True), shuffle=True)
optimizer = torch.optim.SGD(model.parameters(), 0.1)
model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
for x, y in loader:
    loss = torch.nn.functional.cross_entropy(model(x), y)
    accelerator.backward(loss)
    optimizer.step()
accelerator.log({{"loss": loss.item()}})
"""


def test_accelerate_learns_by_its_own_backward() -> None:
    told = traced(LOOP.format(given=""))
    assert {o for f in of(told, Fit) for o in origins(f.rows)} == {"MNIST:train"}
    assert not of(told, Record)


def test_accelerate_logs_where_it_was_told_to() -> None:
    assert of(traced(LOOP.format(given="log_with='wandb'")), Record)


def test_a_parallel_or_compiled_model_is_the_same_model() -> None:
    told = traced("""
    import torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    model = torch.nn.Sequential(torch.nn.Linear(4, 2))
    parallel = torch.compile(torch.nn.DataParallel(model))
    for x, y in DataLoader(MNIST(".", train=True)):
        torch.nn.functional.cross_entropy(parallel(x), y).backward()
    for x, y in DataLoader(MNIST(".", train=False)):
        score = (model(x).argmax(1) == y).sum()
    """)
    assert {p.origin.part for p in of(told, Score)[-1].fitted} == {"train"}


FASTAI = """
from fastai.vision.all import *
dls = ImageDataLoaders.from_folder("images", valid_pct=0.2{seed})
learn = vision_learner(dls, resnet18, metrics=[error_rate, accuracy]{more})
learn.fine_tune(2)
"""


def test_a_learner_scores_the_validation_part_and_shows_it() -> None:
    told = traced(FASTAI.format(seed=", seed=42", more=""))
    (split,) = of(told, Split)
    assert (split.random, split.seeded) == (True, True)
    (fit,) = of(told, Fit)
    (score,) = of(told, Score)
    assert [s.key for p in fit.rows.parts for s in p.steps] == ["train"]
    assert [s.key for p in score.value.parts for s in p.steps] == ["valid"]
    assert score.metric == "error_rate, accuracy"
    assert score.automatic
    assert of(told, Show)
    assert not of(told, Record)


def test_a_learner_without_a_seed_and_with_callbacks() -> None:
    told = traced(FASTAI.format(seed="", more=", cbs=[SaveModelCallback(monitor='accuracy'), CSVLogger()]"))
    assert not of(told, Split)[0].seeded
    assert [s.how for s in of(told, Select)] == ["callback"]
    assert of(told, Record)


IGNITE = """
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from ignite.engine import Engine, Events, create_supervised_trainer, create_supervised_evaluator
from ignite.metrics import Accuracy
model = torch.nn.Sequential(torch.nn.Linear(4, 2))
optimizer = torch.optim.SGD(model.parameters(), 0.1)
train, test = DataLoader(MNIST(".", train=True)), DataLoader(MNIST(".", train=False))
evaluator = create_supervised_evaluator(model, metrics={"acc": Accuracy()})
"""


def test_a_supervised_trainer_fits_and_its_handlers_run() -> None:
    told = traced(
        IGNITE
        + """
trainer = create_supervised_trainer(model, optimizer, torch.nn.CrossEntropyLoss())
@trainer.on(Events.EPOCH_COMPLETED)
def check(engine):
    state = evaluator.run(test)
    print(state.metrics["acc"])
trainer.run(train, max_epochs=2)
"""
    )
    assert origins(of(told, Fit)[0].rows) == {"MNIST:train"}
    score = next(s for s in of(told, Score) if s.by == "framework")
    assert (score.metric, origins(score.value)) == ("accuracy", {"MNIST:test"})
    assert {p.origin.part for p in score.fitted} == {"train"}
    assert of(told, Show)[-1].values[0].metric == "accuracy"


def test_an_engine_runs_its_process_function() -> None:
    told = traced(
        IGNITE
        + """
def update(engine, batch):
    x, y = batch
    loss = torch.nn.functional.cross_entropy(model(x), y)
    loss.backward()
    return loss.item()
trainer = Engine(update)
trainer.add_event_handler(Events.COMPLETED, lambda engine: evaluator.run(test))
trainer.run(train)
"""
    )
    assert {o for f in of(told, Fit) for o in origins(f.rows)} == {"MNIST:train"}
    assert origins(of(told, Score)[-1].value) == {"MNIST:test"}


def test_a_checkpoint_of_the_evaluator_chooses_by_its_metrics() -> None:
    told = traced(
        IGNITE
        + """
import ignite.distributed as idist
from ignite.handlers import Checkpoint, EarlyStopping
from torchvision import models
def run(rank, name):
    model = idist.auto_model(models.__dict__[name](num_classes=10))
    def update(engine, batch):
        model.train()
        torch.nn.functional.cross_entropy(model(batch[0]), batch[1]).backward()
    def judge(engine, batch):
        model.eval()
        return model(batch[0]), batch[1]
    trainer, evaluator = Engine(update), Engine(judge)
    Accuracy().attach(evaluator, "acc")
    keep = Checkpoint({"model": model}, "folder", score_name="acc", score_function=Checkpoint.get_default_score_fn("acc"))
    evaluator.add_event_handler(Events.COMPLETED, keep)
    evaluator.add_event_handler(Events.COMPLETED, EarlyStopping(3, lambda engine: engine.state.metrics["acc"], trainer))
    trainer.add_event_handler(Events.EPOCH_COMPLETED, Checkpoint({"model": model}, "folder"))
    @trainer.on(Events.EPOCH_COMPLETED(every=1))
    def _():
        evaluator.run(test)
    trainer.run(idist.auto_dataloader(MNIST(".", train=True), shuffle=True))
with idist.Parallel() as parallel:
    parallel.run(run, name=input())
"""
    )
    (fit,) = of(told, Fit)
    assert origins(fit.rows) == {"MNIST:train"}
    chosen = of(told, Select)
    assert [(s.how, origins(s.by)) for s in chosen] == [("callback", {"MNIST:test"}), ("stop", {"MNIST:test"})]
    assert all(s.by.models == fit.models for s in chosen)
