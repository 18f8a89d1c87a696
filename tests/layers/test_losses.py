"""The loss object: value, gradient of the mean, and order of calls."""

import numpy as np
import pytest

from minivgg import backend
from minivgg.analysis.gradcheck import gradcheck
from minivgg.layers.losses import SoftmaxCrossEntropy


def test_gradient(rng):
    result = gradcheck(SoftmaxCrossEntropy(), (rng.standard_normal((4, 3)), np.array([0, 2, 1, 1])))
    assert result, str(result)


def test_runs_on_every_device(device, rng):
    logits = backend.to_device(rng.standard_normal((4, 3)).astype(np.float32), device)
    labels = backend.to_device(np.array([0, 2, 1, 1]), device)
    loss = SoftmaxCrossEntropy()
    assert float(loss.forward(logits, labels)) > 0
    assert backend.device_of(loss.backward()) == device


def test_calling_it_is_forward_also_in_a_subclass():
    class Doubled(SoftmaxCrossEntropy):
        def forward(self, logits, labels):
            return 2 * super().forward(logits, labels)

    arguments = np.zeros((2, 3)), np.array([0, 1])
    assert Doubled()(*arguments) == 2 * SoftmaxCrossEntropy()(*arguments)
    assert not gradcheck(Doubled(), arguments)


def test_backward_needs_forward():
    with pytest.raises(RuntimeError, match="forward pass first"):
        SoftmaxCrossEntropy().backward()
