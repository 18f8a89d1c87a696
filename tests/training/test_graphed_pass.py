"""Training by CUDA graphs takes the same steps as training without them."""

import numpy as np
import pytest

from minivgg import backend, data, models, optim
from minivgg.training.trainer import Trainer


def trained(device, cuda_graph, callbacks=(), **options):
    """(history without times, weights) of a few epochs with dropout, batch norm and momentum."""
    backend.seed(0)
    net = models.vgg(
        [4, "M"], classes=10, input_shape=(1, 8, 8), hidden=(8,), dropout=0.3, batch_norm=True
    ).to(device)
    digits = data.Subset(data.load("digits"), np.arange(110))
    loader = data.Loader(
        digits, 32, shuffle=True, seed=1, transforms=[data.Normalize.from_dataset(digits)]
    )
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    schedule = optim.StepLR(optimizer, 1, 0.5)
    trainer = Trainer(
        net, optimizer, schedule=schedule, progress=False, cuda_graph=cuda_graph,
        callbacks=callbacks, **options,
    )  # fmt: skip
    history = trainer.fit(loader, epochs=4)
    rows = [{k: v for k, v in row.items() if k != "images_per_second"} for row in history]
    return rows, {name: backend.to_numpy(a) for name, a in net.state_dict().items()}


class FreezeLater:
    """Freezes the first convolution after the second epoch."""

    def on_epoch(self, trainer, row):
        """Freeze it."""
        if row["epoch"] == 2:
            next(iter(trainer.net.parameters().values())).frozen = True


@pytest.mark.parametrize("options", [{}, {"max_gradient_norm": 0.5}, {"micro_batch": 10}])
def test_steps_are_the_same(device, options):
    """Also of the last batch, which is smaller, and with another learning rate in each epoch."""
    (rows, weights), (expected_rows, expected) = (
        trained(device, cuda_graph, **options) for cuda_graph in (True, False)
    )
    assert rows == expected_rows
    for name in expected:
        np.testing.assert_array_equal(weights[name], expected[name], err_msg=name)


def test_a_layer_that_a_callback_freezes_stays(device):
    (_, weights), (_, expected) = (
        trained(device, cuda_graph, [FreezeLater()]) for cuda_graph in (True, False)
    )
    for name in expected:
        np.testing.assert_array_equal(weights[name], expected[name], err_msg=name)
