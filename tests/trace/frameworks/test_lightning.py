"""A Lightning trainer runs the hooks of module and data module."""

from mlstd.ask.overlaps import shared_rows
from mlstd.trace.events import Average, Fit, Record, Score, Seed, Select, Show
from tests.ask.asked import lines
from tests.trace.traced import of, origins, traced

MODULE = """
import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
import pytorch_lightning as pl
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint

class Lit(pl.LightningModule):
    def __init__(self, width=10):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Linear(784, self.hparams.width)
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss
    def validation_step(self, batch, batch_idx):
        x, y = batch
        acc = (self(x).argmax(1) == y).float().mean()
        self.log("val_acc", acc)
    def test_step(self, batch, batch_idx):
        x, y = batch
        self.log("test_loss", F.cross_entropy(self(x), y))
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())

class Numbers(pl.LightningDataModule):
    def setup(self, stage=None):
        self.train_rows = MNIST(".", train=True)
        self.test_rows = MNIST(".", train=False)
    def train_dataloader(self):
        return DataLoader(self.train_rows, shuffle=True)
    def val_dataloader(self):
        return DataLoader(self.test_rows)
    def test_dataloader(self):
        return DataLoader(self.test_rows)
"""


def test_fit_learns_from_the_training_loader_and_validates_on_the_other() -> None:
    told = traced(MODULE + "pl.Trainer().fit(Lit(), datamodule=Numbers())")
    (fit,) = of(told, Fit)
    assert origins(fit.rows) == {"MNIST:train"}
    assert origins(fit.heldout) == {"MNIST:test"}
    accuracy = next(s for s in of(told, Score) if s.metric.startswith("accuracy"))
    assert origins(accuracy.value) == {"MNIST:test"}
    assert accuracy.training is False
    assert accuracy.value.models <= fit.models


def test_a_score_of_the_training_step_is_one_on_seen_rows() -> None:
    told = traced(MODULE + "pl.Trainer().fit(Lit(), datamodule=Numbers())")
    loss = next(s for s in of(told, Score) if s.metric == "loss")
    assert {p.origin.part for p in loss.fitted} == {"train"}


def test_loaders_may_be_handed_over() -> None:
    told = traced(MODULE + "pl.Trainer().fit(Lit(), DataLoader(MNIST('.', train=True)), DataLoader(MNIST('.', train=False)))")
    (fit,) = of(told, Fit)
    assert origins(fit.rows) == {"MNIST:train"}
    assert origins(fit.heldout) == {"MNIST:test"}


def test_what_is_logged_is_recorded_unless_the_trainer_has_no_logger() -> None:
    records = [r for r in of(traced(MODULE + "pl.Trainer().fit(Lit(), datamodule=Numbers())"), Record) if r.records == "metrics"]
    assert {d.metric for r in records for d in r.values} == {"loss", "accuracy by hand"}
    for logger in ("False", "[]"):
        told = traced(MODULE + f"pl.Trainer(logger={logger}).fit(Lit(), datamodule=Numbers())")
        assert not [r for r in told.events if isinstance(r, Record) and r.records == "metrics"]


def test_callbacks_choose_by_what_they_monitor() -> None:
    callbacks = "[EarlyStopping(monitor='val_acc'), ModelCheckpoint(monitor='train_loss')]"
    told = traced(MODULE + f"pl.Trainer(callbacks={callbacks}).fit(Lit(), datamodule=Numbers())")
    chosen = {s.how: origins(s.by) for s in of(told, Select)}
    assert chosen == {"stop": {"MNIST:test"}, "callback": {"MNIST:train"}}


def test_a_checkpoint_that_monitors_nothing_chooses_nothing() -> None:
    told = traced(MODULE + "pl.Trainer(callbacks=[ModelCheckpoint(save_last=True)]).fit(Lit(), datamodule=Numbers())")
    assert not of(told, Select)


def test_test_scores_and_shows_its_table() -> None:
    calls = "m = Lit()\nt = pl.Trainer()\nt.fit(m, datamodule=Numbers())\nresult = t.test(m, datamodule=Numbers())\n"
    told = traced(MODULE + calls + "print(result[0]['test_loss'])")
    assert origins(of(told, Score)[-1].value) == {"MNIST:test"}
    table, printed = of(told, Show)[-2:]
    assert {d.metric for d in table.values} == {"loss"} == {d.metric for d in printed.values}


def test_a_module_called_by_hand_is_a_model() -> None:
    told = traced(
        MODULE
        + "m = Lit()\nfor x, y in DataLoader(MNIST('.', train=True)):\n    loss = F.cross_entropy(m(x), y)\n    loss.backward()\n"
    )
    assert origins(of(told, Fit)[-1].rows) == {"MNIST:train"}


def test_a_module_from_a_checkpoint_is_fitted_already() -> None:
    told = traced(MODULE + "m = Lit.load_from_checkpoint('a.ckpt')\npl.Trainer(logger=False).test(m, datamodule=Numbers())")
    assert any(thing.cls == "Lit" and thing.pretrained for thing in told.things.values())
    assert not of(told, Fit)
    assert origins(of(told, Score)[-1].value) == {"MNIST:test"}


DIVIDED = MODULE.replace(
    """        self.train_rows = MNIST(".", train=True)
        self.test_rows = MNIST(".", train=False)
""",
    """        GUARD
            self.train_rows, self.test_rows = torch.utils.data.random_split(MNIST(".", train=True), [50000, 10000]HOW)
""",
)
RUN = "pl.seed_everything(1)\ntrainer = pl.Trainer()\ntrainer.fit(Lit(), datamodule=rows)\ntrainer.test(datamodule=rows)\n"


def again(guard: str, how: str = "") -> list[tuple[int, str]]:
    data = DIVIDED.replace("GUARD", guard).replace("HOW", how)
    return lines(shared_rows, data + "rows = Numbers()\n" + RUN)


def test_setup_that_divides_the_rows_by_chance_for_each_stage() -> None:
    assert again("if True:") == [(27, "high")]
    assert again("if stage == 'fit':") == []
    assert again("if not hasattr(self, 'train_rows'):") == []
    assert again("if True:", ", generator=torch.Generator().manual_seed(1)") == []


def test_the_command_line_seeds_and_makes_a_module_beside_a_data_module() -> None:
    told = traced(MODULE + "from pytorch_lightning.cli import LightningCLI\nLightningCLI(Lit, Numbers)\n")
    (fit,) = of(told, Fit)
    assert origins(fit.rows) == {"MNIST:train"}
    assert of(told, Seed)


def test_a_command_line_of_the_project_keeps_the_best_by_its_defaults() -> None:
    own = """
from pytorch_lightning.callbacks import ModelCheckpoint
from pytorch_lightning.cli import LightningCLI
class Mine(LightningCLI):
    def add_arguments_to_parser(self, parser):
        parser.add_lightning_class_args(ModelCheckpoint, "keep")
        parser.set_defaults({"keep.monitor": "val_acc", "keep.mode": "max"})
cli = Mine(Lit, Numbers, RUN)
"""
    told = traced(MODULE + own.replace("RUN", "seed_everything_default=7"))
    assert [s.name for s in of(told, Select)]
    assert of(told, Fit)
    told = traced(MODULE + own.replace("RUN", "run=False"))
    assert not of(told, Fit)
    told = traced(MODULE + own.replace("RUN", "run=False") + "cli.trainer.fit(cli.model, cli.datamodule)\n")
    assert of(told, Select)
    assert origins(of(told, Fit)[0].rows) == {"MNIST:train"}


def test_what_an_evaluation_logs_batch_by_batch_is_averaged() -> None:
    def logged(line: str) -> list[str]:
        told = traced(MODULE.replace('self.log("val_acc", acc)', line) + "pl.Trainer().fit(Lit(), datamodule=Numbers())")
        return [e.value.metric for e in of(told, Average)]

    given = "y.cpu(), self(x).argmax(1).cpu(), average='macro'"
    assert logged(f"from sklearn.metrics import f1_score; self.log('val_f1', f1_score({given}))") == ["F1"]
    assert logged(f"from sklearn.metrics import f1_score; self.log('val_f1', f1_score({given}), on_epoch=False)") == []
    assert logged("self.log('val_acc', (self(x).argmax(1) == y).float().mean())") == []
