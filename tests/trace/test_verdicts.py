"""A number that depends on a comparison with the truth is the comparison: added up, it is a score."""

import pytest

from mlstd.trace.events import Score
from tests.trace.traced import of, traced

HEAD = """
import json
import numpy as np, pandas as pd
from langchain_openai import ChatOpenAI
from langchain.chains import LLMChain
from langchain_core.prompts import PromptTemplate
from langchain_core.output_parsers import StrOutputParser
rows, prompt = json.load(open("test.json")), PromptTemplate.from_template("{q}")
CHAIN
def same(a, b):
    if a.strip() not in b:
        return np.nan
    elif a == b:
        return 1
    return 0
total, found = 0, []
for row in rows:
    answer = chain.invoke(row["question"])
"""
PIPE = HEAD.replace("CHAIN", 'chain = prompt | ChatOpenAI(model="gpt-4o") | StrOutputParser()')
OLD = HEAD.replace("CHAIN", 'chain = LLMChain(llm=ChatOpenAI(model="gpt-4o"), prompt=prompt)')


@pytest.mark.parametrize(
    "tail",
    [
        '    total += same(answer, row["answer"])\nprint(total / len(rows))',
        '    found.append(same(answer, row["answer"]))\nprint(np.mean(found))',
        '    if same(answer, row["answer"]):\n        total += 1\nprint(total / len(rows))',
        '    total += 1 if answer == row["answer"] else 0\nprint(total / len(rows))',
        '    found.append({"right": answer == row["answer"]})\nprint(sum(1 for f in found if f["right"]) / len(found))',
        '    found.append({"right": answer == row["answer"]})\nprint(len([f for f in found if f["right"]]) / len(found))',
        '    found.append(answer)\ntable = pd.DataFrame(rows)\ntable["told"] = found\n'
        'table["right"] = table["told"] == table["answer"]\nprint(table["right"].mean())',
    ],
)
@pytest.mark.parametrize("head", [PIPE, OLD])
def test_hits_that_pass_through_numbers_lists_and_tables(head: str, tail: str) -> None:
    told = traced(head + tail)
    (score,) = of(told, Score)
    assert score.by == "hand"
    assert {told.things[m].cls for m in score.value.models} == {"gpt-4o"}


def test_numbers_under_other_tests_stay_numbers() -> None:
    told = traced(PIPE + '    total += 1 if len(answer) > 9 else 0\n    found.append(row["n"] if answer else 0)\nprint(total)')
    assert of(told, Score) == []
