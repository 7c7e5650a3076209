"""What does the dry run tell of questions to language models, of what is fetched, and of settings beside metrics?"""

from __future__ import annotations

from mlstd.trace.events import Draw, Load, Predict, Record, Score, Switch
from tests.trace.traced import of, traced

ASKING = """
import json
import openai

client = openai.OpenAI()
with open("questions.jsonl") as file:
    questions = [json.loads(line) for line in file]
"""


def test_a_question_tells_the_model_and_how_it_samples() -> None:
    told = traced(ASKING + 'client.chat.completions.create(model="m-1", messages=[{"role": "user", "content": "Rate this."}])\n')
    (asked,) = of(told, Predict)
    assert (asked.text, asked.hosted, asked.model, asked.sampling) == (True, True, "m-1", "unset")
    assert "Rate this." in asked.prompt
    assert of(told, Draw) == []  # no seed of the run reaches a hosted model


def test_two_calls_of_one_name_ask_the_same_model() -> None:
    call = 'client.chat.completions.create(model="m-1", temperature=0, messages=[{"content": "a"}])\n'
    first, second = of(traced(ASKING + call + call), Predict)
    assert first.models == second.models
    assert first.sampling == "given"


def test_verdicts_and_matches_that_are_counted_are_scores() -> None:
    told = traced(
        ASKING
        + """
right, approved = 0, 0
for question in questions:
    reply = client.chat.completions.create(model="m", temperature=0, messages=[{"content": question["text"]}])
    output = reply.choices[0].message.content
    if output.strip() == question["answer"]:
        right += 1
    approved += "yes" in output.lower()
print(right, approved)
"""
    )
    assert {s.metric for s in of(told, Score)} == {"accuracy by hand", "verdict by hand"}


def test_examples_that_are_rows_of_the_question_are_marked() -> None:
    told = traced(
        ASKING
        + """
shots = "".join(row["text"] for row in questions[:3])
for question in questions:
    client.chat.completions.create(model="m", messages=[{"content": f"{shots}{question['text']}"}])
"""
    )
    assert ["shots" in asked.rows.traits for asked in of(told, Predict)] == [True]


def test_a_name_on_a_hub_is_no_folder() -> None:
    told = traced(
        """
from transformers import AutoModel
AutoModel.from_pretrained("owner/name")
AutoModel.from_pretrained("owner/name", revision="abc")
AutoModel.from_pretrained("./models/mine")
"""
    )
    assert [(load.source, load.pinned) for load in of(told, Load) if load.hub] == [("owner/name", False), ("owner/name", True)]


def test_settings_of_libraries_and_beside_metrics() -> None:
    told = traced(
        """
import json
import torch
torch.backends.cudnn.benchmark = True
json.dump({"rate": 0.1}, open("settings.json", "w"))
json.dump({"epoch": 3}, open("progress.json", "w"))
"""
    )
    assert [(s.name, s.value) for s in of(told, Switch)] == [("torch.backends.cudnn.benchmark", True)]
    assert [r.settings for r in of(told, Record)] == [True, False]
