"""What is fetched from outside by a call: under which name, and does the call say which version?"""

from __future__ import annotations

import re

from mlstd.trace.events import Load
from mlstd.trace.library.site import Site
from mlstd.trace.values.kinds import Const, Data, Text

OWN_WORDS = ("revision", "version")
OWN_FILES = ("config.json", "adapter_config.json", "preprocessor_config.json", "tokenizer_config.json")
# Builders that read local files; a hub's data sets have other names.
FILES = frozenset(
    ("csv", "json", "text", "parquet", "arrow", "pandas", "xml", "webdataset", "imagefolder", "audiofolder", "videofolder")
)
_FOLDERS = (
    "models|model|checkpoints?|ckpts?|outputs?|results?|runs?|saved|saved_models?|weights|data|datasets?|pretrained|pretrained_models?|logs?"
    "|experiments?|artifacts|trained|tmp|cache|local|src|content|kaggle|input|finetuned?|best_?model|final_?model"
)
_LOCAL = re.compile(
    rf"^([./~]|[A-Za-z]:)|^({_FOLDERS})(/|$|_)|\\|(/[^/]*){{2,}}|/$|\.(pth?|bin|ckpt|json|pkl|h5|keras|safetensors|onnx|model|csv|py|gz|zip)$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"^[\w.-]+/[\w.-]+:[\w./-]+$")  # owner/name:ref
_NUMBERED = re.compile(r"/\d+$|#[0-9a-f]+$")


def fetched(site: Site) -> None:
    """Put on the tape that a call fetches a model from a hub, if it does."""
    if not site.effect.revision:
        return
    name, pinned = identity(site)
    if name and not is_local(site, name):
        site.machine.tape.add(
            Load(
                **site.machine.common(site.at, site.code),
                rows=Data("rows"),
                name=site.name,
                pinned=pinned,
                remote=True,
                pretrained=True,
                source=name,
                hub=True,
            )
        )


def by_option(site: Site) -> str:
    """The option that says what is fetched from a hub or a folder, whatever it is called (`--bert_path roberta-base`); "" where
    none does."""
    named = site.effect.path if site.effect.revision in OWN_WORDS else site.effect.revision
    value = site.value(named) if named else None
    return value.option if isinstance(value, Const) and isinstance(value.value, str) and value.value else ""


def identity(site: Site) -> tuple[str, bool]:
    """The name under which something is fetched ("" where it is not known), and whether a version stands beside it."""
    effect = site.effect
    if effect.revision in OWN_WORDS:
        name = written(site, effect.path)
        version = site.value(effect.revision)
        given = site.was_given(effect.revision) and not (isinstance(version, Const) and version.value in (None, "active"))
        return name, given or _numbered(site)
    name = written(site, effect.revision)
    return name, bool(_REFERENCE.search(name) or _NUMBERED.search(name))


def _numbered(site: Site) -> bool:
    """A number of its own in the catalogue, which names one version."""
    number = site.value("data_id")
    return number is not None and not (isinstance(number, Const) and number.value is None)


def written(site: Site, parameter: str) -> str:
    """A parameter's known value; "" where another part of the program decides it."""
    value = site.value(parameter) if parameter else None
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def address(site: Site) -> str:
    """The path or address that is read, as far as it is known."""
    value = site.value(site.effect.path) if site.effect.path else None
    return value.pattern if isinstance(value, Text) else written(site, site.effect.path)


def is_local(site: Site, name: str) -> bool:
    """Is it a path of this machine or repository, not a name on a hub?"""
    source = site.value("source")
    if isinstance(source, Const) and source.value == "local":
        return True
    if name.startswith(("http://", "https://")):
        return False
    saved = site.machine.notes.get("saved", {})
    if name in FILES or name in saved or f"./{name}" in saved:
        return True
    if _REFERENCE.search(name):
        return False
    return bool(_LOCAL.search(name)) or any(site.machine.linker.text(f"{name}/{file}") is not None for file in OWN_FILES)
