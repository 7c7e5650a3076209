"""Frames, features, models and evaluators of Spark."""

from __future__ import annotations

from mlstd.ask.statistics import early_statistics
from mlstd.ask.view import View
from tests.trace.frameworks.story import run, scores

SPARK = """
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler, StringIndexer, VectorAssembler
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("churn").config("a", "b").getOrCreate()
df = spark.read.option("header", True).csv("a.csv").dropna()
df = StringIndexer(inputCol="a", outputCol="b").fit(df).transform(df)
df = VectorAssembler(inputCols=["b"], outputCol="x").transform(df)
{scaled}
train, test = df.randomSplit([0.8, 0.2], seed=1)
model = LogisticRegression(featuresCol="x", labelCol="y").fit(train)
print(BinaryClassificationEvaluator(labelCol="y").evaluate(model.transform(test)))
"""


def test_a_model_is_scored_on_the_other_side_of_the_split() -> None:
    told = run(SPARK.format(scaled=""))
    assert [line.rpartition("/")[2] for line in scores(told)] == ["part 2"]
    view = View(told)
    assert [view.seen(s) for s in view.evaluations] == ["held-out"]
    assert not list(early_statistics(view, "values"))


def test_a_scaler_of_all_rows() -> None:
    told = run(SPARK.format(scaled='df = StandardScaler(inputCol="x", outputCol="z").fit(df).transform(df)'))
    assert [case.at.line for case in early_statistics(View(told), "values")] == [11]
