"""What do the folders, data sets and loaded networks of Keras and TensorFlow give?"""

from __future__ import annotations

from mlstd.trace.events import Draw, Fit, Record, Split
from tests.trace.frameworks.story import events, outlets, picks, rows, run, scores

NETWORK = """
from tensorflow import keras
import tensorflow as tf

model = keras.Sequential([keras.layers.Dense(3)])
model.compile(metrics=["accuracy"])
"""


def test_a_folder_read_as_both_parts_gives_two_parts_of_one_split() -> None:
    told = run(
        NETWORK
        + """
train, valid = keras.utils.image_dataset_from_directory("data", subset="both", validation_split=0.2, seed=1)
model.fit(train.map(lambda x, y: (x / 255, y)).prefetch(1), validation_data=valid)
"""
    )
    fit = events(told, Fit)[0]
    assert (rows(fit.rows), rows(fit.heldout)) == ("data/training", "data/validation")
    assert [s.seeded for s in events(told, Split)] == [True]


def test_a_data_set_shuffles_by_the_generator_of_tensorflow() -> None:
    told = run(
        NETWORK
        + """
data = keras.utils.image_dataset_from_directory("data", shuffle=False)
model.fit(data.shuffle(1000), epochs=3)
model.fit(data.shuffle(1000, seed=1))
"""
    )
    drawn = [(d.generator, d.own_seed) for d in events(told, Draw) if d.use == "shuffle"]
    assert drawn == [("tensorflow", False), ("tensorflow", True)]


def test_a_batch_of_a_folder_is_pictures_and_labels() -> None:
    told = run(
        NETWORK
        + """
for pictures, labels in keras.utils.image_dataset_from_directory("data"):
    model.fit(pictures, labels)
"""
    )
    assert rows(events(told, Fit)[0].rows) == "data"


def test_an_unknown_model_that_is_fitted_in_epochs_is_one_of_keras() -> None:
    told = run(
        """
        from tensorflow import keras
        from elsewhere import build
        import pandas as pd

        data, held = pd.read_csv("a.csv"), pd.read_csv("b.csv")
        model = build()("large")
        calls = [keras.callbacks.EarlyStopping(), keras.callbacks.TensorBoard("logs")]
        model.fit(data, epochs=3, validation_data=held, callbacks=calls)
        """
    )
    assert picks(told) == ["stop by validation score on b.csv"]
    assert outlets(told, Record) == ["TensorBoard: a.csv, b.csv"]


def test_a_tensor_is_evaluated_with_what_it_is_fed() -> None:
    told = run(
        """
        import tensorflow as tf
        from tensorflow.examples.tutorials.mnist import input_data

        data = input_data.read_data_sets(".")
        x, y = tf.placeholder("float"), tf.placeholder("float")
        logits = tf.matmul(x, tf.Variable(tf.random_normal([784, 10])))
        hits = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
        accuracy = tf.reduce_mean(tf.cast(hits, "float"))
        with tf.Session() as session:
            print(accuracy.eval({x: data.test.images, y: data.test.labels}))
        """
    )
    assert scores(told) == ["accuracy by hand on dataset.test"]


def test_a_module_finds_its_own_functions_by_name() -> None:
    told = run(
        """
        from zoo import find

        find("small")(1)
        """,
        zoo="""
        import sys
        import numpy as np

        def small(n):
            return np.random.rand(n)

        def find(name):
            return getattr(sys.modules[__name__], name)
        """,
    )
    assert [d.at.path for d in events(told, Draw)] == ["zoo.py"]


def test_data_sets_come_with_what_is_known_of_them() -> None:
    told = run(
        NETWORK
        + """
import tensorflow_datasets as tfds
(train, held), info = tfds.load("food101", split=["train", "validation"], as_supervised=True, with_info=True)
model.fit(train.map(lambda x, y: (x / 255, y)).batch(32), validation_data=held.batch(32))
"""
    )
    fit = events(told, Fit)[0]
    assert (rows(fit.rows), rows(fit.heldout)) == ("food101/train", "food101/validation")
