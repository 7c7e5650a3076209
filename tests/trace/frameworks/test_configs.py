"""Values of configuration files in the repository, and the options of a plain run."""

from mlstd.trace.events import Draw, Fit, Load, Predict, Seed, Select, Show
from mlstd.trace.library.compose import compose
from tests.trace.traced import of, origins, traced


def test_hydra_composes_groups_overrides_and_references() -> None:
    files = {
        "conf/main.yaml": "defaults: [{model: small}, {extra: more}, _self_]\nseed: 3\nrate: ${model.rate}\nout: ${now:%Y}/x",
        "conf/model/small.yaml": "width: 1\nrate: 0.1",
        "conf/model/big.yaml": "width: 9\nrate: 0.5",
        "conf/extra/more.yaml": "# @package _global_\ndefaults:\n  - override /model: big\nmodel:\n  depth: 4",
    }
    assert compose(files.get, "conf", "main") == {
        "model": {"width": 9, "rate": 0.5, "depth": 4},
        "seed": 3,
        "rate": 0.5,
        "out": "${now:%Y}/x",
    }
    assert compose(files.get, "conf", "other") is None


HYDRA = """
import hydra, torch
@hydra.main(config_path="conf", config_name="main")
def main(cfg):
    if cfg.get("seed"):
        torch.manual_seed(cfg.seed)
    model = hydra.utils.instantiate(cfg.model, 4)
main()
"""


def test_a_value_of_the_configuration_decides_and_is_an_option() -> None:
    told = traced(HYDRA, conf__main_yaml="seed: null\nmodel:\n  _target_: torch.nn.Linear\n  out_features: 2")
    (seed,) = [e for e in told.events if isinstance(e, Seed)]
    assert (seed.sure.name, seed.chosen) == ("NOT_BY_DEFAULT", "seed")
    assert of(told, Draw)[0].use == "weights"
    assert of(traced(HYDRA, conf__main_yaml="seed: 7"), Seed)


def test_a_group_that_must_be_given_is_an_option() -> None:
    told = traced(HYDRA, conf__main_yaml="defaults:\n  - model: ???\nseed: 1", conf__model__net_yaml="_target_: torch.nn.Linear")
    assert told.notes.get("options used")
    files = {"conf/main.yaml": "defaults: [{model: net}, _self_]\nmodel: ???", "conf/model/net.yaml": "width: 3"}
    assert compose(files.get, "conf", "main") == {"model": {"width": 3}}


def test_instantiate_finds_classes_of_the_project() -> None:
    source = """
    import hydra
    from hydra.utils import instantiate
    @hydra.main(config_path="conf", config_name="main")
    def main(cfg):
        model = instantiate(cfg.model)
        model.go()
    main()
    """
    made = """
    import pandas as pd
    class Maker:
        def __init__(self, path):
            self.path = path
        def go(self):
            pd.read_csv(self.path)
    """
    told = traced(source, conf__main_yaml="model:\n  _target_: lib.make.Maker\n  path: a.csv", lib__make_py=made)
    assert origins(of(told, Load)[0].rows) == {"csv"}


def test_yaml_and_json_files_of_a_known_path() -> None:
    for reader, name in (("yaml.safe_load", "a_yaml"), ("json.load", "a_json")):
        source = f"""
        import yaml, json
        import pandas as pd
        with open("{name.replace("_", ".")}") as file:
            config = {reader}(file)
        pd.read_csv(config["data"]["path"])
        """
        told = traced(source, **{name: '{"data": {"path": "rows.csv"}}'})
        assert next(iter(of(told, Load)[0].rows.parts)).origin.name == "file:rows.csv"
        assert "files read" in told.notes


def test_flags_and_commands_have_their_defaults() -> None:
    told = traced("""
    from absl import app, flags
    import torch
    FLAGS = flags.FLAGS
    flags.DEFINE_integer("seed", None, "")
    flags.DEFINE_bool("fixed", True, "")
    def main(_):
        if FLAGS.fixed:
            torch.manual_seed(3)
        if FLAGS.seed is not None:
            torch.manual_seed(FLAGS.seed)
    app.run(main)
    """)
    assert [(s.sure.name, s.chosen) for s in told.events if isinstance(s, Seed)] == [("SURELY", ""), ("NOT_BY_DEFAULT", "seed")]


def test_apps_run_their_commands() -> None:
    app = "import typer, torch\napp = typer.Typer()\n"
    app += "@app.command()\ndef train(seed: int = typer.Option(3)):\n    torch.manual_seed(seed)\n"
    assert of(traced(app + "app()"), Seed)
    two = app + "@app.command()\ndef other():\n    pass\n"
    assert [s.sure.name for s in traced(two + "app()").events if isinstance(s, Seed)] == ["PERHAPS"]
    assert not [e for e in traced(app).events if isinstance(e, Seed)]


def test_sacred_injects_its_configuration() -> None:
    told = traced("""
    from sacred import Experiment
    import torch
    ex = Experiment("x")
    @ex.config
    def config():
        path = "rows.csv"
    @ex.automain
    def main(path):
        import pandas as pd
        pd.read_csv(path)
    """)
    assert next(iter(of(told, Load)[0].rows.parts)).origin.name == "file:rows.csv"


def test_steps_of_flows_and_tasks_run() -> None:
    flow = """
    from metaflow import FlowSpec, step
    import torch
    class Flow(FlowSpec):
        @step
        def start(self):
            self.next(self.train)
        @step
        def train(self):
            torch.manual_seed(1)
    if __name__ == "__main__":
        Flow()
    """
    assert of(traced(flow), Seed)
    tasks = """
    from prefect import flow, task
    import torch
    @task
    def seed():
        torch.manual_seed(1)
    @flow
    def main():
        seed.submit()
    main()
    """
    assert of(traced(tasks), Seed)
    needs = """
    import luigi, torch
    class First(luigi.Task):
        def run(self):
            torch.manual_seed(1)
    class Second(luigi.Task):
        def requires(self):
            return First()
    luigi.build([Second()])
    """
    assert of(traced(needs), Seed)


def test_parsers_take_over_and_sub_commands_choose() -> None:
    told = traced("""
    import argparse
    import pandas as pd
    parent = argparse.ArgumentParser()
    parent.add_argument("--path", default="a.csv")
    def fit(args):
        pd.read_csv(args.path)
    def score(args):
        pd.read_csv("b.csv")
    parser = argparse.ArgumentParser(parents=[parent])
    sub = parser.add_subparsers()
    sub.add_parser("fit").set_defaults(func=fit)
    sub.add_parser("score").set_defaults(func=score)
    args = parser.parse_args()
    args.func(args)
    """)
    loads = [e for e in told.events if isinstance(e, Load)]
    assert [(next(iter(e.rows.parts)).origin.name, e.sure.name) for e in loads] == [
        ("file:a.csv", "PERHAPS"),
        ("file:b.csv", "PERHAPS"),
    ]


def test_a_spawned_function_runs_with_its_arguments() -> None:
    told = traced("""
    import torch, torch.multiprocessing as mp
    from sklearn.linear_model import LogisticRegression
    import pandas as pd
    def work(rank, path):
        x = pd.read_csv(path)
        LogisticRegression().fit(x, x["y"])
    mp.spawn(work, args=("a.csv",), nprocs=2)
    """)
    assert next(iter(of(told, Fit)[0].rows.parts)).origin.name == "file:a.csv"


def test_a_default_that_the_program_refuses_is_not_a_plain_run() -> None:
    told = traced("""
    import argparse
    import pandas as pd
    parser = argparse.ArgumentParser()
    parser.add_argument("--path", default=None)
    args = parser.parse_args()
    if args.path:
        rows = pd.read_csv(args.path)
    else:
        raise ValueError("say where")
    """)
    assert [e.sure.name for e in told.events if isinstance(e, Load)] == ["SURELY"]


def test_a_default_that_the_program_refuses_is_nobodys() -> None:
    told = traced(
        """
        import argparse, sys
        from torch import nn
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", default=None)
        args = parser.parse_args()
        if args.model not in ["small", "big"]:
            sys.exit("which model?")
        if args.model == "small":
            model = nn.Linear(4, 1)
        elif args.model == "big":
            model = nn.LSTM(4, 64)
        """
    )
    assert {d.name for d in of(told, Draw, sure=False)} == {"torch.nn.Linear", "torch.nn.LSTM"}


def test_what_was_submitted_is_there_as_it_was_returned() -> None:
    told = traced("""
    import pandas as pd
    from prefect import flow, task
    @task
    def split():
        return pd.read_csv("a.csv"), pd.read_csv("b.csv")
    @flow
    def main():
        a, b = split.submit().result()
        print(b)
    main()
    """)
    assert [origins(v) for v in of(told, Show)[-1].values] == [{"csv"}]
    assert len(of(told, Show)[-1].values[0].parts) == 1


FLOW = """
from metaflow import FlowSpec, step
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier
class Flow(FlowSpec):
    @step
    def start(self):
        self.table, self.test, self.depths = pd.read_csv("a.csv"), pd.read_csv("b.csv"), [1, 2]
        self.next(self.fit, foreach="depths")
    @step
    def fit(self):
        model = DecisionTreeClassifier(max_depth=self.input).fit(self.table[["x"]], self.table["y"])
        self.score = accuracy_score(self.test["y"], model.predict(self.test[["x"]]))
        self.next(self.join)
    @step
    def join(self, inputs):
        print(max(inputs, key=lambda run: run.score).score, inputs.fit.score)
Flow()
"""


def test_a_step_that_joins_sees_what_the_others_left() -> None:
    told = traced(FLOW)
    assert [e.code for e in of(told, Select, sure=False)] == ["max(inputs, key=lambda: ...)"]
    assert len(of(told, Show)[-1].values) == 2
    (fit,) = of(told, Fit)
    assert fit.loops


def test_one_of_several_names_is_not_known_to_be_the_first() -> None:
    told = traced("""
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier
    import pandas as pd
    table = pd.read_csv("a.csv")
    def fit(kind):
        if kind == "tree":
            model = DecisionTreeClassifier()
        elif kind == "svm":
            model = SVC()
        model.fit(table[["x"]], table["y"])
    names = ["tree"] * 9 + ["svm"] * 9 + ["tree"] * 99
    for kind in names:
        fit(kind)
    """)
    assert {told.things[m].label for e in of(told, Fit, sure=False) for m in e.models} == {"DecisionTreeClassifier", "SVC"}


def test_paths_beside_a_module_are_known() -> None:
    told = traced(
        "import pandas as pd\nfrom src.settings import TRAIN\npd.read_csv(TRAIN)",
        src__settings_py="from pathlib import Path\nROOT = Path(__file__).resolve().parent.parent\nTRAIN = ROOT / 'd' / 'a.csv'",
    )
    assert [load.source for load in of(told, Load)] == ["./d/a.csv"]


def test_a_tree_of_settings_takes_in_a_file() -> None:
    source = """
    import argparse, torch
    from settings import cfg

    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="run.yaml")
    cfg.merge_from_file(parser.parse_args().config)
    cfg.freeze()
    if cfg.SEED >= 0:
        torch.manual_seed(cfg.SEED)
    if cfg.MODEL.wide:
        torch.nn.Linear(9, 9)
    """
    settings = """
    from yacs.config import CfgNode as CN
    cfg = CN()
    cfg.SEED = -1
    cfg.MODEL = CN()
    cfg.MODEL.wide = True
    cfg.MODEL.deep = True
    """
    told = traced(source, settings_py=settings, run_yaml="SEED: 3\nMODEL: {wide: false}")
    assert (len(of(told, Seed)), of(told, Draw)) == (1, [])


def test_an_option_whose_default_is_no_key_stands_for_all_entries() -> None:
    source = """
    import argparse, torch
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="best")
    args = parser.parse_args()
    nets = {"small": torch.nn.Linear(4, 2), "large": torch.nn.Linear(4, 9)}
    if args.model in nets:
        net = nets[args.model]
    else:
        raise ValueError(args.model)
    net(torch.load("x.pt"))
    """
    assert {m for p in of(traced(source), Predict, sure=False) for m in p.models} == {
        a for a, t in traced(source).things.items() if t.role == "model"
    }


def test_of_one_thing_nothing_is_left_to_chance() -> None:
    source = """
    import random
    class Resize:
        def __init__(self, size):
            self.size = size if isinstance(size, (list, tuple)) else (size,)
    random.choice(Resize({}).size)
    """
    assert [len(of(traced(source.format(size)), Draw)) for size in ("800", "[800]", "[640, 800]")] == [0, 0, 1]
