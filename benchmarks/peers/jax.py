"""JAX as a peer; it is imported when a net is made."""

import numpy as np

from benchmarks.peers.library import Library, labels
from benchmarks.workloads import LEARNING_RATE, MOMENTUM, WEIGHT_DECAY


class Jax(Library):
    """JAX: inference and training steps compiled by XLA, channels last."""

    def net(self, net):
        import jax
        import jax.numpy as jnp

        x = jnp.asarray(self.data((net.batch, *net.spec.input_shape)).transpose(0, 2, 3, 1))
        state = jax.tree.map(jnp.asarray, _initial_weights(net))
        if not net.training:
            infer = jax.jit(lambda state, x: _forward(net, state, x))
            return lambda: infer(state, x).block_until_ready()
        compiled = jax.jit(_update_of(net, x, jnp.asarray(labels(net))), donate_argnums=(0, 1))
        kept = [state, jax.tree.map(jnp.zeros_like, state), jax.random.key(0)]

        def step():
            kept[0], kept[1] = jax.block_until_ready(compiled(*kept))

        return step


def _initial_weights(net):
    """(weights, biases) of each layer; filters are (3, 3, C, O), matrices (in, out)."""
    rng, shapes, c = np.random.default_rng(0), [], net.spec.input_shape[0]
    for item in net.spec.layers:
        if item != "M":
            shapes.append((3, 3, c, item))
            c = item
    d = c * (net.spec.input_shape[1] >> net.spec.layers.count("M")) ** 2
    for size in (*net.spec.hidden, net.classes):
        shapes.append((d, size))
        d = size
    return [
        (
            rng.standard_normal(shape, np.float32) * np.float32((2 / np.prod(shape[:-1])) ** 0.5),
            np.zeros(shape[-1], np.float32),
        )
        for shape in shapes
    ]


def _forward(net, parameters, x, key=None):
    """Logits of x (N, H, W, C); with a key, with dropout."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    rest = iter(parameters)
    for item in net.spec.layers:
        if item == "M":
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        else:
            w, b = next(rest)
            order = ("NHWC", "HWIO", "NHWC")
            y = lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=order)
            x = jax.nn.relu(y + b)
    x = x.reshape(x.shape[0], -1)
    *hidden, (w, b) = rest
    for number, (w_hidden, b_hidden) in enumerate(hidden):
        x = jax.nn.relu(x @ w_hidden + b_hidden)
        if key is not None:
            mask = jax.random.bernoulli(jax.random.fold_in(key, number), 0.5, x.shape)
            x = jnp.where(mask, x * 2, 0)
    return x @ w + b


def _update_of(net, x, y):
    """The training step on a batch: (parameters, velocity, key) -> (parameters, velocity)."""
    import jax
    import jax.numpy as jnp

    def loss(parameters, key):
        log_p = jax.nn.log_softmax(_forward(net, parameters, x, key))
        return -log_p[jnp.arange(net.batch), y].mean()

    def update(parameters, velocity, key):
        gradients = jax.grad(loss)(parameters, key)
        velocity = jax.tree.map(
            lambda v, w, g: MOMENTUM * v - LEARNING_RATE * (WEIGHT_DECAY * w + g),
            velocity,
            parameters,
            gradients,
        )
        return jax.tree.map(jnp.add, parameters, velocity), velocity

    return update
