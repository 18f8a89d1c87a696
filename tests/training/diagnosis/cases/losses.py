"""Faults of the loss, and outputs that do not suit it."""

import numpy as np

from minivgg import layers

from .parts import Sigmoid, fault, loader, net, training


@fault("loss at the start")
def sigma_of_a_tenth_in_a_wide_net():
    model = net("128,128,M,256,256,M,256,M", initializer="normal", hidden=(256,))
    return training(model, loader(batch_size=16))


class _Softmax(layers.Layer):
    """Probabilities from logits."""

    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        return self.save_for_backward(y, y)

    def backward(self, dy):
        y = self.saved_for_backward()
        return y * (dy - (dy * y).sum(axis=1, keepdims=True))


@fault("outputs")
def softmax_before_the_loss():
    model = net()
    model["classifier"].replace("4", _Softmax())
    return training(model)


@fault("outputs")
def relu_after_the_last_layer():
    model = net()
    model["classifier"].replace("4", layers.ReLU())
    return training(model)


class _FlippedSign:
    """Cross-entropy whose gradient has the wrong sign."""

    def __init__(self):
        self.loss = layers.losses.SoftmaxCrossEntropy()

    def forward(self, logits, labels):
        return self.loss.forward(logits, labels)

    def backward(self):
        return -self.loss.backward()


@fault("direction of the loss")
def gradient_of_the_loss_with_the_wrong_sign():
    return training(loss=_FlippedSign())


class _Rewarding(_FlippedSign):
    """The negative cross-entropy, to be minimised."""

    def forward(self, logits, labels):
        return -self.loss.forward(logits, labels)


@fault("direction of the loss")
def negative_loss():
    return training(loss=_Rewarding())


@fault("outputs")
def sigmoid_before_the_loss():
    model = net()
    model["classifier"].replace("4", Sigmoid())
    return training(model)


class _Scaled(_FlippedSign):
    """Cross-entropy with a gradient that is 32 times too large."""

    def backward(self):
        return 32 * self.loss.backward()


@fault("direction of the loss")
def gradient_of_the_loss_too_large():
    return training(loss=_Scaled())


class _Sum(_FlippedSign):
    """The sum over the images, as with PyTorch's reduction="sum"."""

    def forward(self, logits, labels):
        self.images = len(logits)
        return self.images * self.loss.forward(logits, labels)

    def backward(self):
        return self.images * self.loss.backward()


@fault("sum or mean")
def loss_that_sums():
    return training(loss=_Sum())


class _ZeroGradient(_FlippedSign):
    """Cross-entropy that loses its gradient."""

    def backward(self):
        return 0 * self.loss.backward()


@fault("direction of the loss")
def loss_without_a_gradient():
    return training(loss=_ZeroGradient())
