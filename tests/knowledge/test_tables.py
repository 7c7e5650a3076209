"""Which entry is found under which name?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.knowledge.load import KnowledgeError, load_libraries
from mlstd.knowledge.schema import Calls, Classes, Effect
from mlstd.knowledge.tables import Knowledge

ACME = """
name = "Acme"
modules = ["acme"]
framework = "Acme"

[aliases]
"acme.old" = "acme.new"
"acme.keras" = "beta"

[bases]
"acme.Base" = "forest"

[kinds.model]
role = "model"
draws_at = "fit"
init = { args = "*args, seed=None, **params", seed = "seed" }

[kinds.model.methods]
fit = { effect = "fit", args = "X", rows = ["X"] }
load = { effect = "load", args = "path", path = "path" }

[kinds.forest]
extends = "model"
init = { draws = ["numpy"] }

[kinds.forest.methods]
predict = { effect = "predict", args = "X", rows = ["X"] }

[[classes]]
kind = "forest"
module = "acme.trees"
names = ["Forest"]
init = { args = "*args, seed=7, **params" }

[[classes]]
kind = "forest"
module = "acme.trees"
names = ["Stump"]
deterministic = true

[[calls]]
module = "acme"
names = ["new.split", "a.twice", "b.twice"]
does = { effect = "split" }

[[calls]]
names = ["acme.c.twice"]
does = { effect = "save" }

[[calls]]
names = ["acme.*"]
does = { effect = "pass" }

[[calls]]
names = ["acme.plots.*"]
does = { effect = "show" }
"""

BETA = """
name = "Beta"
modules = ["beta"]

[kinds.model]
role = "layer"

[[classes]]
kind = "model"
names = ["beta.layers.Dense"]

[[calls]]
names = ["beta.make"]
does = { effect = "make", returns = "kind:model" }
"""


@pytest.fixture(params=["built", "read back"])
def knowledge(request: pytest.FixtureRequest, tmp_path: Path) -> Knowledge:
    (tmp_path / "acme.toml").write_text(ACME, encoding="utf-8")
    (tmp_path / "beta.toml").write_text(BETA, encoding="utf-8")
    built = Knowledge.build(load_libraries(tmp_path))
    return built if request.param == "built" else Knowledge.from_bytes(built.to_bytes())


def effect(knowledge: Knowledge, name: str) -> str | None:
    found = knowledge.call(name)
    return found.effect if found is not None else None


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("acme.new.split", "split"),
        ("acme.old.split", "split"),
        ("acme.re.exported.split", "split"),
        ("acme.trees.Forest.load", "load"),
        ("acme.plots.line", "show"),
        ("acme.plots.more.line", "show"),
        ("acme.anything", "pass"),
        ("acme.trees.Forest", None),
        ("beta.anything", None),
        ("gamma.split", None),
    ],
)
def test_a_call_is_found(knowledge: Knowledge, name: str, means: str | None) -> None:
    assert effect(knowledge, name) == means


def test_a_last_name_with_several_meanings_is_not_guessed(knowledge: Knowledge) -> None:
    assert effect(knowledge, "acme.b.twice") == "split"
    assert effect(knowledge, "acme.elsewhere.twice") == "pass"


def test_a_class_has_what_its_kind_takes_over(knowledge: Knowledge) -> None:
    info = knowledge.cls("acme.trees.forest.Forest")
    assert info is not None
    assert (info.name, info.kind_name) == ("acme.trees.Forest", "forest")
    assert set(info.kind.methods) == {"fit", "load", "predict"}
    assert (info.init.args, info.init.draws, info.init.seed) == ("*args, seed=7, **params", ("numpy",), "seed")
    assert info.kind.draws_at == "fit"
    assert knowledge.is_a("forest", "acme.model")
    assert not knowledge.is_a("forest", "beta.model")


def test_a_deterministic_class_draws_nothing(knowledge: Knowledge) -> None:
    info = knowledge.cls("acme.Stump")
    assert info is not None
    assert info.init.draws == ()
    assert info.kind.deterministic


def test_an_alias_may_lead_to_another_library(knowledge: Knowledge) -> None:
    info = knowledge.cls("acme.keras.layers.Dense")
    assert info is not None
    assert (info.name, info.kind.role) == ("beta.layers.Dense", "layer")
    assert knowledge.framework("acme.keras.layers.Dense") == "Acme"


def test_two_files_may_use_the_same_name_for_a_kind(knowledge: Knowledge) -> None:
    found = knowledge.call("beta.make")
    assert found is not None
    assert found.returns == "kind:beta.model"
    assert knowledge.kind("beta.model").role == "layer"
    assert knowledge.kind("acme.model").role == "model"


def test_a_base_class_gives_its_kind(knowledge: Knowledge) -> None:
    for name in ("acme.Base", "acme.trees.Forest"):
        kind = knowledge.base(name)
        assert kind is not None
        assert "predict" in kind.methods
    assert knowledge.base("acme.Other") is None


def test_only_described_modules_are_known(knowledge: Knowledge) -> None:
    assert knowledge.knows("acme.whatever")
    assert knowledge.knows("beta")
    assert not knowledge.knows("acmecorp.whatever")
    assert knowledge.roots() == {"acme"}


def test_an_unknown_kind_is_named(knowledge: Knowledge) -> None:
    with pytest.raises(KnowledgeError, match="did you mean 'forest'"):
        knowledge.kind("forrest")


def test_a_teams_own_entries_win(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME, encoding="utf-8")
    extra = (
        Calls(names=("house.publish", "acme.new.split"), does=Effect(effect="record")),
        Classes(kind="forest", names=("house.Model",)),
    )
    knowledge = Knowledge.build(load_libraries(tmp_path), extra)
    assert effect(knowledge, "house.publish") == effect(knowledge, "acme.new.split") == "record"
    assert effect(knowledge, "house.other") is None
    info = knowledge.cls("house.Model")
    assert info is not None
    assert info.kind.role == "model"
    assert knowledge.knows("house.publish")
    assert not knowledge.knows("house.other")


def test_a_teams_wrong_entry_is_refused(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no kind is called 'forrest'; did you mean 'forest'"):
        Knowledge.build(load_libraries(tmp_path), (Classes(kind="forrest", names=("house.Model",)),))
