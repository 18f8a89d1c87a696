"""The largest batch that fits into memory is found, and nothing of the search is left."""

import numpy as np
import pytest

from minivgg import backend, layers, losses
from minivgg.training.out_of_memory import out_of_memory_advice


class Limited(layers.Layer):
    """It fits as many images as it is told, in one of the two passes."""

    def __init__(self, fits, where="forward"):
        super().__init__()
        self.fits, self.where, self.tried = fits, where, []

    def forward(self, x):
        """The same images."""
        self.tried.append(len(x))
        self._take("forward", x)
        return x

    def backward(self, dy):
        """The same gradient."""
        self._take("backward", dy)
        return dy

    def _take(self, where, x):
        if where == self.where and len(x) > self.fits:
            raise MemoryError


def advice(limited, count, free=None):
    """The message for a batch that did not fit, the net and the loss."""
    net = layers.Sequential(layers.Flatten(), layers.Dropout(), layers.Linear(4, 2), limited)
    loss, images = losses.SoftmaxCrossEntropy(), np.ones((count, 1, 2, 2), np.float32)
    before = backend.rng().bit_generator.state
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend, "free_memory", lambda device: free)
        with (
            pytest.raises(MemoryError) as refused,
            out_of_memory_advice(net, loss, images, np.zeros(count, int)),
        ):
            raise MemoryError("7 bytes")
    assert backend.rng().bit_generator.state == before
    return str(refused.value), net, loss


@pytest.mark.parametrize("where", ["forward", "backward"])
@pytest.mark.parametrize(("count", "fits"), [(8, 7), (8, 4), (9, 1), (2, 1), (100, 63)])
def test_the_largest_batch_that_fits(count, fits, where):
    limited = Limited(fits, where)
    message, net, loss = advice(limited, count)
    assert message == (
        f"a training step of {count} images does not fit into the memory of the cpu (7 bytes); the "
        f"largest batch that does is {fits} (micro_batch={fits} takes larger ones in parts)"
    )
    assert max(limited.tried) < count
    assert len(limited.tried) == len(set(limited.tried)) <= 7
    assert loss.saved is None
    assert all(p.grad is None or not p.grad.any() for p in net.parameters().values())


@pytest.mark.parametrize("count", [1, 5])
def test_not_even_one_image_may_fit(count):
    message, *_ = advice(Limited(0), count, free=3 << 29)
    assert message == (
        f"a training step of {count} images does not fit into the memory of the cpu, with 1.5 GiB "
        "free before it (7 bytes); not even one does: use smaller images or a smaller net"
    )


def test_other_errors_are_left_as_they_are_and_no_error_is_no_advice():
    net, images = layers.Sequential(layers.Flatten()), np.ones((2, 1, 2, 2))
    with (
        pytest.raises(ZeroDivisionError, match=r"^x$"),
        out_of_memory_advice(net, losses.SoftmaxCrossEntropy(), images, np.zeros(2, int)),
    ):
        raise ZeroDivisionError("x")


def test_memory_that_the_failed_step_held_is_free_before_the_search():
    """Its local variables, and what the layers and the loss have saved."""
    held = []

    class Big:
        """What a step makes."""

        def __del__(self):
            held.remove(self.number)

        def __init__(self, number):
            self.number = number
            held.append(number)

    def step(net, loss):
        local = Big(1)
        loss.saved = Big(2)
        net(np.ones((2, 1, 2, 2), np.float32))
        raise MemoryError(str(local.number))

    def free(device):
        assert (held, net.children()["1"].saved) == ([], None)

    net, loss = (
        layers.Sequential(layers.Flatten(), layers.Linear(4, 2)),
        losses.SoftmaxCrossEntropy(),
    )
    images = np.ones((2, 1, 2, 2), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend, "free_memory", free)
        with (
            pytest.raises(MemoryError, match="largest batch that does is 1 "),
            out_of_memory_advice(net, loss, images, np.zeros(2, int)),
        ):
            step(net, loss)
