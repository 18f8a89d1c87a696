"""What is measured, as data: the same for every library."""

from typing import NamedTuple

from minivgg.models.configurations import CONFIGURATIONS


class Layer(NamedTuple):
    """A convolution of VGG-16: name, channels c → o, side of its map, how many layers have it."""

    name: str
    c: int
    o: int
    side: int
    times: int = 1


LAYERS = [
    Layer("conv1_1", 3, 64, 224),
    Layer("conv1_2", 64, 64, 224),
    Layer("conv2_1", 64, 128, 112),
    Layer("conv2_2", 128, 128, 112),
    Layer("conv3_1", 128, 256, 56),
    Layer("conv3_2, 3_3", 256, 256, 56, 2),
    Layer("conv4_1", 256, 512, 28),
    Layer("conv4_2, 4_3", 512, 512, 28, 2),
    Layer("conv5_1 to 5_3", 512, 512, 14, 3),
]


class Net(NamedTuple):
    """A net to run: a configuration's name, classes, batch, and training step or inference."""

    configuration: str
    classes: int
    batch: int
    training: bool

    @property
    def spec(self):
        """The configuration: layers, input shape, sizes of the hidden fully connected layers."""
        return CONFIGURATIONS[self.configuration]


NETS = {
    "VGG-16 inference, batch 1": Net("D", 1000, 1, False),
    "VGG-16 inference, batch 4": Net("D", 1000, 4, False),
    "VGG-16 inference, batch 16": Net("D", 1000, 16, False),
    "VGG-16 training step, batch 4": Net("D", 1000, 4, True),
    "32×32 VGG training step, batch 128": Net("small-32x32", 10, 128, True),
}

BATCH = 4  # of the single layers and the small operations

OPERATIONS = [
    "max-pool 2×2 of 64 maps 224×224",
    "ReLU of 64 maps 224×224",
    "softmax cross-entropy, 128 × 1000",
]

LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 1e-3, 0.9, 5e-4

STYLE_SIDES = (128, 256)  # pixels of the pictures of style transfer
