"""DeZero as a peer; it is imported when it is asked for."""

import numpy as np

from benchmarks.peers.library import Library, labels
from benchmarks.workloads import LEARNING_RATE, MOMENTUM, WEIGHT_DECAY


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

        built, x, y = Built(), self.data((net.batch, *net.spec.input_shape)), labels(net)
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
