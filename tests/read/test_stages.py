"""What pipeline files say that they run."""

from __future__ import annotations

import textwrap

import pytest

from mlstd.read.stages import jobs
from mlstd.read.stages.job import Job
from mlstd.read.stages.shell import Call, calls


def read(path: str, text: str, **beside: str) -> list[Job]:
    """The steps of a pipeline file; other files by their names, "_" for a dot."""
    texts = {name.replace("_", "."): textwrap.dedent(more) for name, more in beside.items()}
    return jobs(path, textwrap.dedent(text), texts.get)


@pytest.mark.parametrize(
    ("command", "script", "arguments"),
    [
        ("python train.py --lr 0.1 'a b'", "train.py", ("--lr", "0.1", "a b")),
        ("PYTHONPATH=. python3.11 -u train.py", "train.py", ()),
        ("uv run python train.py data > log.txt", "train.py", ("data",)),
        ("poetry run $(PYTHON) src/train.py $(DATA) ${HOME}/x", "src/train.py", ("*", "*/x")),
        ("torchrun --nproc_per_node 2 train.py", "train.py", ()),
        ("./train.py now", "./train.py", ("now",)),
        ("python train.py -c conf.yaml -m x  # python old.py", "train.py", ("-c", "conf.yaml", "-m", "x")),
        ("if ! python -W ignore train.py 2> errors", "train.py", ()),
        ("(cd a && cd b) > /dev/null; echo python old.py; python train.py", "train.py", ()),
        ("uv run train.py", "train.py", ()),
        ("jupyter nbconvert --execute --to notebook fit.ipynb", "fit.ipynb", ()),
    ],
)
def test_a_command_runs_a_script(command: str, script: str, arguments: tuple[str, ...]) -> None:
    assert [(call.script, call.arguments) for call in calls(command)] == [(script, arguments)]


def test_a_line_may_hold_several_commands() -> None:
    found = list(calls("cd src && python prepare.py\ncd ../lab; accelerate launch -m lab.train a | tee log"))
    assert found == [Call("prepare.py", (), False, "src"), Call("lab.train", ("a",), True, "src/../lab")]


@pytest.mark.parametrize("command", ["pip install x", "python -m pip install x", "python -c 'import x' a.py", "echo 'open", ""])
def test_other_commands_run_no_script(command: str) -> None:
    assert list(calls(command)) == []


def test_dvc_stages_have_values_filled_in() -> None:
    first, second = read(
        "dvc.yaml",
        """
        vars: [{folder: data}]
        stages:
          prepare:
            cmd: python prepare.py ${folder} ${prepare.size}
            outs: ["${folder}/train.csv"]
          train:
            foreach: [forest, linear]
            do:
              wdir: code
              cmd:
                - python train.py ${item}
                - python report.py
              deps: ["${folder}"]
              metrics: [scores.json: {cache: false}]
        """,
        params_yaml="prepare: {size: 0.2}",
    )
    assert first == Job("prepare", ("python prepare.py data 0.2",), (), ("data/train.csv",))
    assert second == Job(
        "train", ("python train.py forest", "python report.py"), ("code/data",), ("code/scores.json",), folder="code"
    )


def test_make_rules_follow_what_they_need_in_order() -> None:
    found = read(
        "Makefile",
        "PY := python\nall: data train  # both\ndata:\n\t@$(PY) data.py\n"
        "train: ; $(PY) \\\n train.py $@\n.PHONY: all\nifdef X\n%.o: %.c\n\tcc $<\n",
    )
    by_name = {job.name: job for job in found}
    assert by_name["data"].commands == ("python data.py",)
    assert [call.arguments for call in calls(by_name["train"].commands[0])] == [("train",)]
    assert by_name["train"].follows == ("data",)
    assert set(by_name["all"].follows) == {"data", "train"}


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("A = --m rf\nA += --fast\nB = x\nB ?= y\nt:\n\tpython t.py $(A) $(B)\n", ["python t.py --m rf --fast x"]),
        ("t:\r\n\tpython t.py \\\r\n\t now\r\n", ["python t.py  \t now"]),
        ("E =\n$(E): x\n\tpython t.py\n./d.csv:\n\tpython d.py\n", ["python d.py"]),
        ("t: X=1\nt:\n\tpython t.py\n", ["python t.py"]),
    ],
)
def test_make_rules_are_read_as_make_does(text: str, commands: list[str]) -> None:
    assert [command for job in read("Makefile", text) for command in job.commands] == commands


def test_snakemake_rules_name_their_files() -> None:
    first, second = read(
        "Snakefile",
        """
        include: "more.smk"
        rule train:
            input:
                data = rules.split.output,
                extra = "extra/{year}.csv"
            output: "model.pkl"
            shell:
                "python train.py {input.extra} "
                "-o {output} --seed {config[seed]} {threads}"
        """,
        more_smk='rule split:\n    output: expand("{n}.csv", n=N)\n    script: "split.py"\n',
    )
    assert first == Job("split", ("python split.py",), (), ("*.csv",), beside=True)
    assert second.follows == ("split",)
    assert second.commands == ("python train.py extra/*.csv -o model.pkl --seed {config[seed]} *",)


def test_mlflow_entry_points_have_defaults() -> None:
    (job,) = read(
        "MLproject",
        """
        entry_points:
          main:
            parameters: {alpha: {type: float, default: 0.5}, data: path}
            command: "python train.py {alpha} {data}"
        """,
    )
    assert job.commands == ("python train.py 0.5 *",)


@pytest.mark.parametrize("path", ["dvc.yaml", "Makefile", "Snakefile", "MLproject"])
@pytest.mark.parametrize(
    "text", ["", "a: [", "stages: 3", "stages: {a: 1, b: {cmd: {}}}", "\t\n:\n= x\nrule\n", "entry_points: {main: {command: 1}}"]
)
def test_a_broken_file_runs_nothing(path: str, text: str) -> None:
    assert not [call for job in read(path, text) for command in job.commands for call in calls(command)]
