"""What does a wrong library file say back?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.knowledge.load import KnowledgeError, folder_digest, load_libraries
from mlstd.knowledge.signature import REQUIRED, UNKNOWN, Param, signature

HEAD = 'name = "Acme"\nmodules = ["acme"]\n'


def folder_of(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load_libraries(folder_of(tmp_path, acme=HEAD + text))
    return list(caught.value.problems)


def test_a_file_becomes_a_library(tmp_path: Path) -> None:
    text = '[[calls]]\nnames = ["acme.fit"]\ndoes = { effect = "fit", args = "X, y=None", rows = ["X"] }\n'
    (library,) = load_libraries(folder_of(tmp_path, acme=HEAD + text))
    assert library.calls[0].does.rows == ("X",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[kinds.model.methods]\nfit = { efect = "fit" }',
            "acme.toml: kinds.model.methods.fit.efect: unknown key; did you mean 'effect'?",
        ),
        (
            '[kinds.model]\nrole = "modle"',
            "acme.toml: kinds.model.role: 'modle' is no word for this; did you mean 'model'?",
        ),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { effect = "fitt" }',
            "acme.toml: calls[1: acme.f].does.effect: 'fitt' is no word for this; did you mean 'fit'?",
        ),
        ('[[calls]]\ndoes = { effect = "fit" }', "acme.toml: calls[1].names: is missing"),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { learns = "yes" }',
            "acme.toml: calls[1: acme.f].does.learns: Expected 'bool', got 'str'",
        ),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { args = "X, y", rows = ["Z"] }',
            "acme.toml: calls[1: acme.f].does.rows: args have no parameter 'Z'; allowed: X, self, y",
        ),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { args = "shuffled=True", draws_when = { shuffle = [true] } }',
            "acme.toml: calls[1: acme.f].does.draws_when: args have no parameter 'shuffle'; did you mean 'shuffled'?",
        ),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { args = "X," , returns = "row" }',
            "acme.toml: calls[1: acme.f].does.returns: 'row' is no word for a result; did you mean 'rows'?",
        ),
        (
            '[[calls]]\nnames = ["acme.f"]\ndoes = { args = "X y" }',
            "acme.toml: calls[1: acme.f].does.args: 'X y' is no signature (invalid syntax)",
        ),
        (
            '[kinds.model]\nrole = "model"\n[[classes]]\nkind = "modell"\nnames = ["acme.M"]',
            "acme.toml: classes[1: acme.M].kind: no kind is called 'modell'; did you mean 'model'?",
        ),
        (
            '[[calls]]\nnames = ["other.f"]\ndoes = {}',
            "acme.toml: calls[1]: other.f is not below any of the library's modules (acme)",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    assert problems(tmp_path, text) == [says]


def test_kinds_cannot_go_in_a_circle(tmp_path: Path) -> None:
    found = problems(tmp_path, '[kinds.a]\nextends = "b"\n[kinds.b]\nextends = "a"')
    assert found == [f"acme.toml: kinds.{k}.extends: a kind cannot extend itself, not even by way of others" for k in "ab"]


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder_of(tmp_path, one="name = ", two=HEAD + "x = 1\ny = 2")
    with pytest.raises(KnowledgeError) as caught:
        load_libraries(tmp_path)
    assert [line.split(":")[0] for line in caught.value.problems] == ["one.toml", "two.toml", "two.toml"]


def test_none_can_be_written_where_toml_has_no_word_for_it(tmp_path: Path) -> None:
    text = '[[calls]]\nnames = ["acme.f"]\ndoes = { args = "seed=None", draws_when = { seed = ["None"] } }'
    (library,) = load_libraries(folder_of(tmp_path, acme=HEAD + text))
    assert library.calls[0].does.draws_when == {"seed": (None,)}


def test_a_kind_may_extend_one_of_another_file(tmp_path: Path) -> None:
    base = '[kinds.model.methods]\nfit = { effect = "fit" }\n'
    folder_of(tmp_path, acme=HEAD + base, beta='name = "Beta"\nmodules = ["beta"]\n[kinds.forest]\nextends = "model"')
    assert len(load_libraries(tmp_path)) == 2


def test_a_method_may_refer_to_what_its_object_was_made_with(tmp_path: Path) -> None:
    text = '[kinds.model]\ninit = { args = "X" }\n[kinds.model.methods]\nfit = { effect = "fit", rows = ["X"] }'
    assert load_libraries(folder_of(tmp_path, acme=HEAD + text))


def test_the_digest_changes_with_any_file(tmp_path: Path) -> None:
    before = folder_digest(folder_of(tmp_path, acme=HEAD))
    assert before == folder_digest(tmp_path)
    assert before != folder_digest(folder_of(tmp_path, acme=HEAD + "# more"))


def test_a_signature_keeps_defaults_stars_and_order() -> None:
    assert signature("X, y=None, *rest, size=0.2, fill=nan, **more") == (
        Param("X", REQUIRED),
        Param("y", None),
        Param("rest", (), stars=1),
        Param("size", 0.2, keyword_only=True),
        Param("fill", UNKNOWN, keyword_only=True),
        Param("more", {}, stars=2),
    )
