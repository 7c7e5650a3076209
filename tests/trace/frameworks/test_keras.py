"""What does a Keras fit choose, show and write down by itself?"""

from __future__ import annotations

from mlstd.trace.events import Draw, Fit, Record, Score, Show
from tests.trace.frameworks.story import events, outlets, picks, run, scores

MODEL = """
import pandas as pd
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau

data = pd.read_csv("a.csv")
X, X_test, y, y_test = train_test_split(data.drop(columns=["y"]), data["y"], random_state=0)
model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
"""
HELD = "a.csv/train/validation"


def test_early_stopping_picks_the_epoch_by_the_held_out_rows() -> None:
    told = run(MODEL + "model.fit(X, y, validation_split=0.2, callbacks=[EarlyStopping(patience=3)])")
    assert picks(told) == [f"stop by accuracy on {HELD}"]


def test_stopping_without_held_out_rows_or_by_the_training_loss_picks_nothing() -> None:
    assert picks(run(MODEL + "model.fit(X, y, callbacks=[EarlyStopping()])")) == []
    assert picks(run(MODEL + "model.fit(X, y, validation_split=0.2, callbacks=[EarlyStopping(monitor='loss')])")) == []
    assert picks(run(MODEL + "model.fit(X, y, validation_split=0.2, callbacks=[ReduceLROnPlateau()])")) == []


def test_the_rows_of_validation_data_are_those_that_pick() -> None:
    told = run(MODEL + "model.fit(X, y, validation_data=(X_test, y_test), callbacks=EarlyStopping(monitor='val_accuracy'))")
    assert picks(told) == ["stop by accuracy on a.csv/test"]


def test_a_checkpoint_is_a_choice_once_it_is_loaded() -> None:
    fit = "model.fit(X, y, validation_split=0.2, callbacks=[ModelCheckpoint('best.h5', save_best_only=True)])\n"
    assert picks(run(MODEL + fit)) == []
    assert picks(run(MODEL + fit + "model.load_weights('best.h5')")) == [f"callback by accuracy on {HELD}"]
    assert picks(run(MODEL + fit + "model = keras.models.load_model('best.h5')")) == [f"callback by accuracy on {HELD}"]
    assert picks(run(MODEL + fit + "model.load_weights('other.h5')")) == []
    every = fit.replace(", save_best_only=True", "")
    assert picks(run(MODEL + every + "model.load_weights('best.h5')")) == []


def test_a_model_that_was_saved_is_the_same_when_it_is_loaded() -> None:
    told = run(
        MODEL
        + "model.fit(X, y)\nmodel.save('m.keras')\nagain = keras.models.load_model('m.keras')\nagain.evaluate(X_test, y_test)"
    )
    score = events(told, Score)[-1]
    assert {part.steps[-1].key for part in score.fitted} == {"train"}


def test_the_progress_bar_shows_unless_it_is_silenced() -> None:
    told = run(MODEL + "model.fit(X, y, validation_split=0.2)\nmodel.evaluate(X_test, y_test)")
    assert outlets(told, Show) == [f"Keras' progress bar: a.csv/train/train, {HELD}", "Keras' progress bar: a.csv/test"]
    assert outlets(run(MODEL + "model.fit(X, y, verbose=0)\nmodel.evaluate(X_test, y_test, verbose=0)"), Show) == []


def test_compile_names_the_metrics() -> None:
    assert scores(run(MODEL + "model.evaluate(X_test, y_test)")) == ["accuracy on a.csv/test"]
    several = MODEL.replace("['accuracy']", "").replace('["accuracy"]', "[keras.metrics.AUC(), 'acc']")
    assert scores(run(several + "model.evaluate(X_test, y_test)")) == ["auc, accuracy on a.csv/test"]
    none = MODEL.replace(', metrics=["accuracy"]', "")
    assert scores(run(none + "model.evaluate(X_test, y_test)")) == ["loss on a.csv/test"]


def test_logging_callbacks_record() -> None:
    told = run(MODEL + "model.fit(X, y, validation_split=0.2, callbacks=[CSVLogger('log.csv')])")
    assert outlets(told, Record) == [f"CSVLogger: a.csv/train/train, {HELD}"]


def test_the_project_s_own_callback_sees_the_scores_of_each_epoch() -> None:
    own = """
import json
class Log(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        with open("log.json", "a") as out:
            json.dump(logs["val_accuracy"], out)
model.fit(X, y, validation_split=0.2, callbacks=[Log()])
"""
    told = run(MODEL + own)
    assert HELD in outlets(told, Record)[0]


def test_a_wrapped_network_is_built_when_it_is_fitted() -> None:
    told = run(
        """
        import pandas as pd
        from sklearn.model_selection import cross_val_score
        from tensorflow import keras
        from tensorflow.keras.wrappers.scikit_learn import KerasClassifier
        data = pd.read_csv("a.csv")
        def build():
            net = keras.Sequential()
            net.add(keras.layers.Dense(4))
            net.compile(loss="mse")
            return net
        estimator = KerasClassifier(build_fn=build)
        print(cross_val_score(estimator, data[["x"]], data["y"], cv=5))
        """
    )
    assert next(e.use for e in events(told, Draw) if e.generator == "tensorflow") == "weights"


def test_the_parts_of_a_folder_are_disjoint_and_altered_images_are_marked() -> None:
    told = run(
        """
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
        from tensorflow.keras.models import Sequential
        gen = ImageDataGenerator(rescale=1 / 255, rotation_range=20, validation_split=0.2)
        train = gen.flow_from_directory("data", subset="training", seed=1)
        valid = gen.flow_from_directory("data", subset="validation", seed=1)
        model = Sequential()
        model.compile(metrics=["accuracy"])
        model.fit(train, validation_data=valid)
        """
    )
    fit = events(told, Fit)[0]
    assert [p.origin.part for p in fit.rows.parts] == ["training"]
    assert fit.heldout is not None
    assert [p.origin.part for p in fit.heldout.parts] == ["validation"]
    assert "augmented" in fit.rows.traits


def test_windows_of_a_series_are_told_apart_by_their_positions() -> None:
    told = run(
        """
        import numpy as np
        from tensorflow import keras
        series = np.load("a.npy")
        n = int(len(series) * 0.8)
        train = keras.utils.timeseries_dataset_from_array(series, None, 10, end_index=n)
        test = keras.utils.timeseries_dataset_from_array(series, None, 10, start_index=n)
        model = keras.Sequential()
        model.compile(metrics=["mae"])
        model.fit(train)
        model.evaluate(test)
        """
    )
    (fit,), (score,) = events(told, Fit), events(told, Score)
    assert fit.rows.parts.isdisjoint(score.value.parts)
