"""Which scripts a pipeline runs, and after which others."""

from __future__ import annotations

from tests.link.project_of import project_of

DVC = """
stages:
  evaluate: {cmd: python src/evaluate.py m.pkl, deps: [m.pkl]}
  split: {cmd: python src/split.py, outs: [data]}
  train: {cmd: [python src/train.py, python -m src.calibrate], deps: [data/train.csv], outs: [m.pkl]}
  other: {cmd: python elsewhere.py}
"""
SCRIPTS = {f"src/{name}.py": "import sklearn\n" for name in ("evaluate", "split", "train", "calibrate")}


def test_stages_follow_their_files() -> None:
    project = project_of({"dvc.yaml": DVC, **SCRIPTS})
    line = project.line("src/evaluate.py")
    assert [stage.path for stage in line] == ["src/split.py", "src/train.py", "src/calibrate.py", "src/evaluate.py"]
    assert (line[-1].arguments, line[-1].name, line[-1].file) == (("m.pkl",), "evaluate", "dvc.yaml")
    assert project.stages.after("src/train.py") == {"src/calibrate.py", "src/evaluate.py"}


def test_a_script_that_no_pipeline_runs_stands_alone() -> None:
    project = project_of({"dvc.yaml": DVC, **SCRIPTS, "alone.py": ""})
    assert [stage.path for stage in project.line("alone.py")] == ["alone.py"]


def test_a_circle_is_cut() -> None:
    project = project_of({"Makefile": "a: b\n\tpython a.py\nb: a\n\tpython b.py\n", "a.py": "", "b.py": ""})
    assert [stage.path for stage in project.line("a.py")] == ["b.py", "a.py"]


def test_a_snakefile_in_its_folder_speaks_of_the_one_above() -> None:
    text = 'rule a:\n    output: "x"\n    shell: "python a.py"\nrule b:\n    input: "x"\n    shell: "python b.py"\n'
    project = project_of({"lab/workflow/Snakefile": text, "lab/a.py": "", "lab/b.py": ""})
    assert [stage.path for stage in project.line("lab/b.py")] == ["lab/a.py", "lab/b.py"]


def test_a_change_of_an_earlier_stage_touches_the_later_ones() -> None:
    guarded = dict.fromkeys(SCRIPTS, 'import sklearn\nif __name__ == "__main__":\n    print()\n')
    project = project_of({"dvc.yaml": DVC, **guarded})
    assert "src/evaluate.py" in [entry.path for entry in project.experiments(touching=["src/split.py"])]


def test_scripts_of_a_snakefile_lie_beside_it() -> None:
    text = 'include: "rules/more.smk"\ninclude: "Snakefile"\n'
    more = 'rule a:\n    output: "x"\n    script: "../scripts/a.py"\n'
    project = project_of({"workflow/Snakefile": text, "workflow/rules/more.smk": more, "workflow/scripts/a.py": ""})
    assert list(project.stages.of) == ["workflow/scripts/a.py"]


def test_a_script_that_is_run_in_several_ways_has_no_known_arguments() -> None:
    project = project_of({"Makefile": "smoke:\n\tpython a.py --quick\nfull:\n\tpython a.py\n", "a.py": "", "b.py": ""})
    assert (project.line("a.py")[-1].arguments, project.line("b.py")[-1].arguments) == (None, None)


def test_a_long_chain_is_followed() -> None:
    rules = "".join(f"r{n}: r{n - 1}\n\techo {n}\n" for n in range(1, 3000))
    project = project_of({"Makefile": f"r0:\n\tpython a.py\n{rules}last: r2999\n\tpython b.py\n", "a.py": "", "b.py": ""})
    assert [stage.path for stage in project.line("b.py")] == ["a.py", "b.py"]
