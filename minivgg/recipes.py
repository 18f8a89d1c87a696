"""Floor 4: how to train which net on which data, as data."""

from typing import NamedTuple


class Recipe(NamedTuple):
    """Settings of one training; learning rate, momentum and weight decay as in ``optim.SGD``.

    net, hidden, dropout, batch_norm: as in ``models.vgg`` (hidden None: the net's own).
    schedule: "step" divides the rate by 10 after each 40 % of the epochs, "plateau" when validation accuracy stops improving (the
    paper's rule, ``optim.ReduceOnPlateau``), "constant" never. crop: pixels of random shift; flip: random mirroring.
    """

    net: str | list
    epochs: int
    hidden: tuple | None = None
    batch_size: int = 128
    lr: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 5e-4
    dropout: float = 0.5
    batch_norm: bool = False
    schedule: str = "step"
    crop: int = 0
    flip: bool = False


LARGE = 128  # pixels a side from which on images get a net of the paper
SCHEDULES = ("step", "plateau", "constant")

RECIPES = {
    "digits": Recipe("small-8x8", epochs=30, batch_size=32, lr=0.02),
    "mnist": Recipe("small-28x28", epochs=5, batch_size=64, lr=0.02),
    "fashion-mnist": Recipe("small-28x28", epochs=10, batch_size=64, lr=0.02),
    "cifar10": Recipe("small-32x32", epochs=10, batch_size=32, lr=0.01, flip=True),
}


def hidden_for(shape):
    """Sizes of the hidden fully connected layers that suit a net given as a list of layers, for images of ``shape`` (C, H, W)."""
    return (4096, 4096) if min(shape[1:]) >= LARGE else (256,)


def step_size(epochs):
    """After how many epochs the "step" schedule divides the rate: 40 % of all."""
    return max(1, round(0.4 * epochs))


def recipe_for(data, shape):
    """The recipe of a named dataset, or for other images of ``shape`` (C, H, W) one with the net that fits their size."""
    if data in RECIPES:
        return RECIPES[data]
    side = min(shape[1:])
    net = "A" if side >= LARGE else "small-32x32" if side >= 32 else "small-28x28" if side >= 16 else "small-8x8"
    return Recipe(net, epochs=20, batch_size=64, crop=min(4, side // 8), flip=True)
