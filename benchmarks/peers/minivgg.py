"""minivgg as a peer."""

from functools import partial

import numpy as np

import minivgg
from benchmarks.peers.library import Library, channels_last, labels, pictures
from benchmarks.workloads import BATCH, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY
from minivgg.evaluation.graphed_net import GraphedNet
from minivgg.training.graphed_pass import GraphedPass


class MiniVGG(Library):
    """minivgg itself, on a device. cuda_graph: whether nets run as CUDA graphs."""

    def __init__(self, device="cpu", cuda_graph=False):
        self.device, self.cuda_graph = device, cuda_graph

    def put(self, a):
        """The array on the device."""
        return minivgg.backend.to_device(a, self.device)

    def net(self, net):
        minivgg.backend.seed(0)
        built = minivgg.models.vgg(net.configuration, net.classes).to(self.device)
        x, y = self.put(self.data((net.batch, *net.spec.input_shape))), self.put(labels(net))
        if not net.training:
            built.eval()
            run = GraphedNet(built) if self.cuda_graph else built
            return lambda: run(x)
        loss, optimizer = (
            minivgg.losses.SoftmaxCrossEntropy(),
            minivgg.optim.SGD(built.parameters(), LEARNING_RATE, MOMENTUM, WEIGHT_DECAY),
        )

        def compute(images, classes):
            value = loss.forward(built(images), classes)
            built.backward_parameters(loss.backward())
            return value, 0.0, 0.0

        compute_gradients = GraphedPass(built, compute) if self.cuda_graph else compute

        def step():
            built.zero_grad()
            compute_gradients(x, y)
            optimizer.step()

        return step

    def layer(self, layer, backward, batch=BATCH):
        conv = minivgg.layers.Conv2d(layer.c, layer.o, 3, padding=1).to(self.device).train(backward)
        x = self.put(channels_last(self.data((batch, layer.side, layer.side, layer.c))))
        if not backward:
            return lambda: conv(x)
        conv(x)
        dy = self.put(channels_last(self.data((batch, layer.side, layer.side, layer.o), 1)))

        def step():
            conv.zero_grad()
            conv.backward(dy, need_dx=layer.c > 3)

        return step

    def operation(self, name, backward):
        if name.startswith("softmax"):
            z, y = self.data((128, 1000)), np.arange(128)
            return lambda: minivgg.ops.softmax_cross_entropy_backward(
                minivgg.ops.softmax_cross_entropy(z, y)[1]
            )
        layer = minivgg.layers.MaxPool2d(2) if name.startswith("max") else minivgg.layers.ReLU()
        layer.train(backward)
        x = channels_last(self.data((BATCH, 224, 224, 64)))
        if not backward:
            return lambda: layer(x)
        dy = layer(x).copy(order="K")
        return lambda: layer.backward(dy)

    def style(self, side):
        from minivgg.evaluation import synthesis

        net = minivgg.models.packaged_net("vgg16-pool3").to(self.device)
        problem = synthesis.style_transfer(net, *pictures(side))
        return partial(next, synthesis.adam_steps(problem))
