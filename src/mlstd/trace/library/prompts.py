"""What is asked of a language model: which model by name, how it samples, what the prompt says and whose words it repeats?

A model that is named in the call is one object wherever it is asked: two calls of one name ask the same model, two names are two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mlstd.trace.events import Thing
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import repeats
from mlstd.trace.values.collect import data_in, walk
from mlstd.trace.values.kinds import Address, Choice, Const, Data, Text, Unknown, Value

LONGEST = 600
NAMES = ("model", "model_name", "engine", "model_id", "deployment_id", "repo_id")
# Parameters that settle how the next word is chosen, alone or inside a table of settings.
SAMPLING = ("temperature", "top_p", "top_k", "do_sample")
SETTINGS = (
    "options",
    "generation_config",
    "config",
    "sampling_params",
    "params",
    "model_kwargs",
    "inference_config",
    "parameters",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a model. `sampling`: "given", "unset", or "unknown" where the call may be told out of sight."""

    model: str
    sampling: Literal["given", "unset", "unknown"]
    prompt: str
    hosted: bool


def asked(site: Site) -> Asked:
    """What a call asks of a language model."""
    return Asked(name_of(site), sampling_of(site), prompt_of(site), _hosted(site))


def fields(asked: Asked) -> dict[str, Any]:
    """What an event tells of it."""
    return {"text": True, "model": asked.model, "sampling": asked.sampling, "prompt": asked.prompt, "hosted": asked.hosted}


def name_of(site: Site) -> str:
    """The model's name, if the call or its client says it."""
    for parameter in (site.effect.model, *NAMES) if site.effect.model != "self" else NAMES:
        value = site.value(parameter)
        if isinstance(value, Const) and isinstance(value.value, str) and value.value:
            return value.value
        if isinstance(value, Choice):
            names = [o.value for o in value.options if isinstance(o, Const) and isinstance(o.value, str)]
            if names:
                return names[0]
    return ""


def option_of(site: Site) -> str:
    """The option that names the model (`--model gpt-4o`); "" where none does."""
    for parameter in (site.effect.model, *NAMES) if site.effect.model != "self" else NAMES:
        value = site.value(parameter)
        if isinstance(value, Const) and isinstance(value.value, str) and value.option:
            return value.option
        if isinstance(value, Unknown) and value.why.startswith("an option"):
            return value.hint
    return ""


def sampling_of(site: Site) -> Literal["given", "unset", "unknown"]:
    """Does the call say how the next word is chosen?"""
    values = [site.value(p) for p in SAMPLING]
    if any(v is not None and not (isinstance(v, Const) and v.value is None) for v in values):
        return "given"
    if site.arguments.named_rest is not None or any(site.value(p) is not None for p in SETTINGS):
        return "unknown"
    known = "temperature" in site.bound or (site.kind is not None and "temperature" in site.kind.init.args)
    return "unset" if known else "unknown"


def prompt_of(site: Site) -> str:
    """The constant words of the prompt, as far as they are known."""
    words: list[str] = []
    for value in [*site.values(site.effect.rows), *site.values(("system", "instructions"))]:
        for found in walk(site.machine, value):
            if isinstance(found, Const) and isinstance(found.value, str):
                words.append(found.value)
            elif isinstance(found, Text):
                words.append(found.pattern)
    return " ".join(words)[:LONGEST]


def named(site: Site, name: str) -> frozenset[Address]:
    """The object that stands for the model of a name."""
    machine = site.machine
    key = ("language model", name)
    if key not in machine.notes:
        made = machine.allocate("thing", None, key=f"language model {name}")
        machine.notes[key] = made.address
        machine.things[made.address] = Thing(made.address, name, "model", site.at, name, pretrained=True)
    return frozenset((machine.notes[key],))


def _hosted(site: Site) -> bool:
    """Local weights are an object of the program; a hosted model is a name in the call or in its client."""
    return site.effect.model != "self" or (site.kind is not None and "temperature" in site.kind.init.args)


def with_shots(machine: Machine, rows: Data, values: list[Value]) -> Data:
    """The rows of a prompt, marked where it repeats some of the very rows that it asks about (few-shot examples)."""
    found = [d for value in values for d in data_in(machine, value)]
    return rows.but(traits=rows.traits | {"shots"}) if repeats(found) else rows
