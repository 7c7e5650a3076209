"""Loops in TensorFlow and JAX, where a gradient is a value: who applies it, fits."""

from mlstd.trace.events import Draw, Fit, Score
from tests.trace.traced import of, origins, traced

TAPE = """
import tensorflow as tf
(x, y), (xt, yt) = tf.keras.datasets.mnist.load_data()
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(8)
model = tf.keras.Sequential([tf.keras.layers.Dense(10)])
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam()
"""


def test_a_tape_loop_fits_on_its_batches() -> None:
    told = traced(TAPE + """
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss
for x, y in train:
    step(x, y)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(model(xt), 1), yt), tf.float32))
""")  # fmt: skip
    fits = of(told, Fit)
    assert {o for f in fits for o in origins(f.rows)} == {"load_data:train"}
    assert all(f.how == "backward" for f in fits)
    last = of(told, Score)[-1]
    assert (last.metric, origins(last.value)) == ("accuracy by hand", {"load_data:test"})


def test_a_gradient_that_nobody_applies_teaches_nothing() -> None:
    told = traced(TAPE + "with tf.GradientTape() as tape:\n    loss = loss_fn(y, model(x))\nmap = tape.gradient(loss, x)\n")
    assert not of(told, Fit)


def test_take_and_skip_have_no_row_in_common() -> None:
    told = traced("""
    import tensorflow as tf
    whole = tf.data.TFRecordDataset("a.tfrecord")
    model = tf.keras.Sequential([tf.keras.layers.Dense(10)])
    model.compile(loss="mse", metrics=["mae"])
    model.fit(whole.take(80))
    model.evaluate(whole.skip(80))
    """)
    assert {s.key for p in of(told, Fit)[0].rows.parts for s in p.steps} == {":80"}
    assert {s.key for p in of(told, Score)[-1].value.parts for s in p.steps} == {"80:"}


def test_a_session_feeds_rows_to_a_graph() -> None:
    told = traced("""
    import tensorflow as tf
    import pandas as pd
    a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.int64)
    logits = tf.layers.dense(x, 10)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
    step = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(10):
            _, value = sess.run([step, loss], feed_dict={x: a, y: a})
        print(sess.run(accuracy, feed_dict={x: b, y: b}))
    """)
    (fit,) = of(told, Fit)
    assert {p.origin.name for p in fit.rows.parts} == {"file:train.csv"}
    scores = of(told, Score)
    assert {p.origin.name for p in scores[-1].value.parts} == {"file:test.csv"}
    assert {p.origin.name for p in scores[-1].fitted} == {"file:train.csv"}
    assert all(not p.origin.name.startswith("placeholder") for s in scores for p in s.value.parts)


FLAX = """
import jax, optax
import jax.numpy as jnp
from flax import linen as nn
from flax.training.train_state import TrainState
import pandas as pd
a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(10)(x)
net = Net()
params = net.init(jax.random.PRNGKey(0), jnp.ones((1, 4)))["params"]
state = TrainState.create(apply_fn=net.apply, params=params, tx=optax.adam(0.1))
@jax.jit
def work(state, x, y):
    def loss_fn(params):
        logits = state.apply_fn({"params": params}, x)
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean(), logits
    (loss, logits), grads = jax.value_and_grad(loss_fn, has_aux=True)(state.params)
    return grads, loss
grads, loss = work(state, a, a["y"])
state = state.apply_gradients(grads=grads)
_, test_loss = work(state, b, b["y"])
"""


def test_a_train_state_learns_what_its_gradients_come_from() -> None:
    told = traced(FLAX)
    (fit,) = of(told, Fit)
    assert {p.origin.name for p in fit.rows.parts} == {"file:train.csv"}
    last = of(told, Score)[-1]
    assert {p.origin.name for p in last.value.parts} == {"file:test.csv"}
    assert last.value.models == fit.models
    assert {p.origin.name for p in last.fitted} == {"file:train.csv"}
    assert all(d.own_seed for d in of(told, Draw) if d.use == "weights")


def test_a_step_of_descent_by_hand() -> None:
    told = traced("""
    import jax, optax
    from flax import linen as nn
    import pandas as pd
    a = pd.read_csv("train.csv")
    net = nn.Dense(3)
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(1)(x)
    net = Net()
    params = net.init(jax.random.PRNGKey(0), a)
    loss = lambda p, x, y: optax.l2_loss(net.apply(p, x), y).mean()
    grads = jax.grad(loss)(params, a, a["y"])
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    """)
    assert {p.origin.name for f in of(told, Fit) for p in f.rows.parts} == {"file:train.csv"}


def test_a_projects_own_train_state_is_one() -> None:
    own = FLAX.replace("net = Net()", "class State(TrainState):\n    key: object\nnet = Net()").replace(
        "TrainState.create(", "State.create(key=None, "
    )
    (fit,) = of(traced(own), Fit)
    assert {p.origin.name for p in fit.rows.parts} == {"file:train.csv"}


def test_a_described_library_in_its_own_repository_is_not_followed() -> None:
    source = "from flax import nnx\nmodel = nnx.Linear(1, 2, rngs=nnx.Rngs(0))\n"
    told = traced(source, flax____init___py="", flax__nnx_py="raise ValueError", pyproject_toml='[project]\nname = "flax"\n')
    assert told.closure == ()
    assert [t.cls for t in told.things.values()][-1] == "flax.nnx.Linear"


def test_parameters_in_lists_stand_for_a_model_from_the_first_gradient_on() -> None:
    told = traced("""
    import jax
    import jax.numpy as jnp
    import pandas as pd
    a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
    key = jax.random.PRNGKey(0)
    params = [[jax.random.normal(key, (3, 1)), jax.random.normal(key, (1,))]]

    def forward(params, x):
        for w, bias in params:
            x = jnp.dot(x, w) + bias
        return x

    def loss(params, x, y):
        return jnp.mean((forward(params, x) - y) ** 2)

    @jax.jit
    def update(params, x, y):
        value, slopes = jax.value_and_grad(loss)(params, x, y)
        return value, jax.tree_map(lambda p, s: p - 0.1 * s, params, slopes)

    for step in range(10):
        value, params = update(params, a[["x"]], a["y"])
    print(jnp.mean(jnp.argmax(forward(params, b[["x"]]), axis=1) == b["y"]))
    """)
    assert {p.origin.name for f in of(told, Fit) for p in f.rows.parts} == {"file:train.csv"}
    assert {p.origin.name for p in of(told, Score)[-1].value.parts} == {"file:test.csv"}
    assert {p.origin.name for p in of(told, Score)[-1].fitted} == {"file:train.csv"}


def test_an_estimator_trains_and_evaluates_on_the_rows_of_its_specs() -> None:
    told = traced("""
    import tensorflow as tf

    def rows(path):
        return tf.data.TextLineDataset(path).batch(3)

    estimator = tf.estimator.Estimator(lambda features, labels, mode: None, model_dir="out")
    train = tf.estimator.TrainSpec(input_fn=lambda: rows("train.txt"), max_steps=100)
    held = tf.estimator.EvalSpec(lambda: rows("test.txt"))
    tf.estimator.train_and_evaluate(estimator, train, held)
    """)
    assert {p.origin.name for p in of(told, Fit)[0].rows.parts} == {"file:train.txt"}
    (score,) = of(told, Score)
    assert {p.origin.name for p in score.value.parts} == {"file:test.txt"}
    assert score.automatic
