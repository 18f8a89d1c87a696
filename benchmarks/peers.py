"""The libraries, each as a class that makes steps.

A step is a function without arguments that does the work of a workload once. ``net(net)``,
``layer(layer, backward)`` and ``operation(name, backward)`` return one, or None where a library
does not do that.
"""

import numpy as np

from benchmarks.workloads import BATCH, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY
from minivgg import models


def data(shape, seed=0):
    """Random numbers, the same for every library."""
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def labels(net):
    """The class of each image of a batch."""
    return np.arange(net.batch) % net.classes


class Library:
    """The methods of a library; each returns a step, or None where it does not do that."""

    def net(self, net):
        return None

    def layer(self, layer, backward, batch=BATCH):
        return None

    def operation(self, name, backward):
        return None


class MiniVGG(Library):
    """minivgg itself, on a device."""

    def __init__(self, device="cpu"):
        import minivgg

        self.m, self.device = minivgg, device

    def put(self, a):
        """The array on the device."""
        return self.m.backend.to_device(a, self.device)

    def net(self, net):
        m = self.m
        m.backend.seed(0)
        built = models.vgg(net.configuration, net.classes).to(self.device)
        x, y = self.put(data((net.batch, *net.spec.input_shape))), self.put(labels(net))
        if not net.training:
            built.eval()
            return lambda: built(x)
        loss, optimizer = (
            m.losses.SoftmaxCrossEntropy(),
            m.optim.SGD(built.parameters(), LEARNING_RATE, MOMENTUM, WEIGHT_DECAY),
        )

        def step():
            built.zero_grad()
            loss.forward(built(x), y)
            built.backward_parameters(loss.backward())
            optimizer.step()

        return step

    def layer(self, layer, backward, batch=BATCH):
        m = self.m
        conv = m.layers.Conv2d(layer.c, layer.o, 3, padding=1).to(self.device).train(backward)
        x = self.put(_channels_last(data((batch, layer.side, layer.side, layer.c))))
        if not backward:
            return lambda: conv(x)
        conv(x)
        dy = self.put(_channels_last(data((batch, layer.side, layer.side, layer.o), 1)))

        def step():
            conv.zero_grad()
            conv.backward(dy, need_dx=layer.c > 3)

        return step

    def operation(self, name, backward):
        m = self.m
        if name.startswith("softmax"):
            z, y = data((128, 1000)), np.arange(128)
            return lambda: m.ops.softmax_cross_entropy_backward(
                m.ops.softmax_cross_entropy(z, y)[1]
            )
        layer = m.layers.MaxPool2d(2) if name.startswith("max") else m.layers.ReLU()
        layer.train(backward)
        x = _channels_last(data((BATCH, 224, 224, 64)))
        if not backward:
            return lambda: layer(x)
        dy = layer(x).copy(order="K")
        return lambda: layer.backward(dy)


class Torch(Library):
    """PyTorch.

    memory: "nchw" or "nhwc" (channels last). compiled: with torch.compile. device: "cpu" or "cuda".
    """

    def __init__(self, memory, compiled=False, device="cpu"):
        import torch

        self.torch, self.compiled, self.device = torch, compiled, device
        self.format = {
            "memory_format": torch.channels_last if memory == "nhwc" else torch.contiguous_format
        }

    def net(self, net):
        torch, nn = self.torch, self.torch.nn
        modules, c = [], net.spec.input_shape[0]
        for item in net.spec.layers:
            modules += (
                [nn.MaxPool2d(2)]
                if item == "M"
                else [nn.Conv2d(c, item, 3, padding=1), nn.ReLU(inplace=True)]
            )
            c = c if item == "M" else item
        d = c * (net.spec.input_shape[1] >> net.spec.layers.count("M")) ** 2
        modules.append(nn.Flatten())
        for hidden in net.spec.hidden:
            modules += [nn.Linear(d, hidden), nn.ReLU(inplace=True), nn.Dropout(0.5)]
            d = hidden
        built = (
            nn.Sequential(*modules, nn.Linear(d, net.classes))
            .train(net.training)
            .to(self.device, **self.format)
        )
        x = torch.from_numpy(data((net.batch, *net.spec.input_shape))).to(
            self.device, **self.format
        )
        run = torch.compile(built) if self.compiled else built
        if not net.training:

            def infer():
                with torch.inference_mode():
                    return run(x)

            return infer
        y = torch.from_numpy(labels(net)).to(self.device)
        optimizer = torch.optim.SGD(
            built.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY
        )

        def step():
            optimizer.zero_grad()
            nn.functional.cross_entropy(run(x), y).backward()
            optimizer.step()

        return step

    def layer(self, layer, backward, batch=BATCH):
        torch = self.torch
        if self.compiled:
            return None  # one call of oneDNN, compiled or not
        conv = torch.nn.Conv2d(layer.c, layer.o, 3, padding=1).to(self.device, **self.format)
        x = (
            torch.from_numpy(data((batch, layer.side, layer.side, layer.c)))
            .permute(0, 3, 1, 2)
            .to(self.device)
            .contiguous(**self.format)
        )
        return self._step(
            conv, x.requires_grad_(layer.c > 3), conv(x).detach(), list(conv.parameters()), backward
        )

    def operation(self, name, backward):
        torch, f = self.torch, self.torch.nn.functional
        if self.compiled:
            return None
        if name.startswith("softmax"):
            z, y = torch.from_numpy(data((128, 1000))).requires_grad_(), torch.arange(128)

            def step():
                z.grad = None
                f.cross_entropy(z, y).backward()

            return step
        x = (
            torch.from_numpy(data((BATCH, 224, 224, 64)))
            .permute(0, 3, 1, 2)
            .contiguous(**self.format)
            .requires_grad_()
        )
        function = (lambda x: f.max_pool2d(x, 2)) if name.startswith("max") else f.relu
        return self._step(function, x, function(x).detach(), [], backward)

    def _step(self, function, x, dy, parameters, backward):
        """Forward alone, or backward alone of a graph that is built once."""
        torch = self.torch
        if not backward:

            def forward():
                with torch.inference_mode():
                    return function(x)

            return forward
        y = function(x)
        wanted = [t for t in (x, *parameters) if t.requires_grad]
        return lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True)


class OnnxRuntime(Library):
    """ONNX Runtime: inference of PyTorch's export."""

    def net(self, net):
        if net.training:
            return None
        import io
        import warnings

        import onnxruntime

        warnings.simplefilter("ignore")
        torch = Torch("nchw").torch
        file = io.BytesIO()
        built = _module_of(Torch("nchw").net(net))
        torch.onnx.export(
            built,
            torch.zeros(net.batch, *net.spec.input_shape),
            file,
            dynamo=False,
            input_names=["x"],
        )
        options = onnxruntime.SessionOptions()
        session = onnxruntime.InferenceSession(
            file.getvalue(), options, providers=["CPUExecutionProvider"]
        )
        x = data((net.batch, *net.spec.input_shape))
        return lambda: session.run(None, {"x": x})


class DeZero(Library):
    """DeZero, a deep learning framework written from scratch in NumPy for a book."""

    def net(self, net):
        if net.training and net.configuration == "D":
            return None  # its im2col matrices take most of a minute and tens of gigabytes a step
        import warnings

        warnings.simplefilter("ignore")
        np.int = int  # noqa: NPY001 DeZero 0.0.13 uses this name, which NumPy 1.24 removed
        import dezero
        import dezero.functions as f
        import dezero.layers as layers

        features = [
            layers.Conv2d(item, kernel_size=3, stride=1, pad=1) if item != "M" else None
            for item in net.spec.layers
        ]
        hidden = [layers.Linear(size) for size in (*net.spec.hidden, net.classes)]

        class Built(dezero.Model):
            def __init__(self):
                super().__init__()
                for i, layer in enumerate([*filter(None, features), *hidden]):
                    setattr(self, f"l{i}", layer)

            def forward(self, x):
                for layer in features:
                    x = f.relu(layer(x)) if layer else f.pooling(x, 2, 2)
                x = f.reshape(x, (x.shape[0], -1))
                for layer in hidden[:-1]:
                    x = f.dropout(f.relu(layer(x)))
                return hidden[-1](x)

        built, x, y = Built(), data((net.batch, *net.spec.input_shape)), labels(net)
        if not net.training:

            def infer():
                with dezero.no_grad(), dezero.test_mode():
                    return built(x)

            return infer
        optimizer = dezero.optimizers.MomentumSGD(LEARNING_RATE, MOMENTUM).setup(built)
        optimizer.add_hook(dezero.optimizers.WeightDecay(WEIGHT_DECAY))

        def step():
            built.cleargrads()
            f.softmax_cross_entropy(built(x), y).backward()
            optimizer.update()

        return step


class Jax(Library):
    """JAX: inference and training steps compiled by XLA, channels last."""

    def net(self, net):
        import jax
        import jax.numpy as jnp
        from jax import lax

        rng, parameters, c = np.random.default_rng(0), [], net.spec.input_shape[0]
        for item in net.spec.layers:
            if item != "M":
                parameters.append(
                    (
                        rng.standard_normal((3, 3, c, item), np.float32)
                        * np.float32((2 / (9 * c)) ** 0.5),
                        np.zeros(item, "f"),
                    )
                )
                c = item
        d = c * (net.spec.input_shape[1] >> net.spec.layers.count("M")) ** 2
        for size in (*net.spec.hidden, net.classes):
            parameters.append(
                (
                    rng.standard_normal((d, size), np.float32) * np.float32((2 / d) ** 0.5),
                    np.zeros(size, "f"),
                )
            )
            d = size

        def forward(parameters, x, key=None):
            rest = iter(parameters)
            for item in net.spec.layers:
                if item == "M":
                    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
                else:
                    w, b = next(rest)
                    x = jax.nn.relu(
                        lax.conv_general_dilated(
                            x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
                        )
                        + b
                    )
            x = x.reshape(x.shape[0], -1)
            *hidden, (w, b) = rest
            for number, (w_hidden, b_hidden) in enumerate(hidden):
                x = jax.nn.relu(x @ w_hidden + b_hidden)
                if key is not None:
                    x = jnp.where(
                        jax.random.bernoulli(jax.random.fold_in(key, number), 0.5, x.shape),
                        x * 2,
                        0,
                    )
            return x @ w + b

        x = jnp.asarray(data((net.batch, *net.spec.input_shape)).transpose(0, 2, 3, 1))
        state = jax.tree.map(jnp.asarray, parameters)
        if not net.training:
            infer = jax.jit(forward)
            return lambda: infer(state, x).block_until_ready()
        y = jnp.asarray(labels(net))

        def loss(parameters, key):
            log_p = jax.nn.log_softmax(forward(parameters, x, key))
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

        compiled = jax.jit(update, donate_argnums=(0, 1))
        kept = [state, jax.tree.map(jnp.zeros_like, state), jax.random.key(0)]

        def step():
            kept[0], kept[1] = jax.block_until_ready(compiled(*kept))

        return step


PEERS = {
    "minivgg": MiniVGG,
    "PyTorch, NCHW": lambda: Torch("nchw"),
    "PyTorch, channels last": lambda: Torch("nhwc"),
    "PyTorch, compiled": lambda: Torch("nhwc", compiled=True),
    "ONNX Runtime": OnnxRuntime,
    "JAX": Jax,
    "DeZero": DeZero,
}


def _module_of(infer):
    """The PyTorch module that an inference step uses."""
    return next(
        cell.cell_contents
        for cell in infer.__closure__
        if hasattr(cell.cell_contents, "parameters")
    )


def _channels_last(x):
    """(N, H, W, C) -> (N, C, H, W), memory unchanged."""
    return x.transpose(0, 3, 1, 2)
