"""What the cases are made of: images, loaders, nets, and the lists in which they are found."""

import numpy as np

from minivgg import backend, data, layers, models, optim

FAULTS = {}  # {name of the fault: (the finding that names it, function)}
HEALTHY = {}


def fault(finding):
    def add(function):
        name = function.__name__.replace("_", " ")
        assert name not in FAULTS
        FAULTS[name] = finding, function
        return function

    return add


def healthy(function):
    name = function.__name__.replace("_", " ")
    assert name not in HEALTHY
    HEALTHY[name] = function
    return function


def digits():
    return data.load("digits")


def photographs(count=600, side=32, classes=6, seed=0):
    """Pictures that look like photographs to a net: coloured shapes with noise, no two alike."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    rows, columns = np.mgrid[:side, :side]
    images = np.empty((count, 3, side, side), np.uint8)
    for image, k in zip(images, labels, strict=True):
        cx, cy, r = *rng.uniform(0.35, 0.65, 2), rng.uniform(0.2, 0.35)
        x, y = (columns / side - cx) / r, (rows / side - cy) / r
        inside = [
            x * x + y * y < 1,
            (abs(x) < 1) & (abs(y) < 1),
            abs(x) + abs(y) < 1,
            (abs(x) < 0.4) | (abs(y) < 0.4),
            np.sin(8 * x) > 0,
            np.sin(8 * y) > 0,
        ][k % 6]
        ground, colour = rng.uniform(40, 120, 3), rng.uniform(130, 220, 3)
        picture = np.where(inside, colour[:, None, None], ground[:, None, None])
        image[...] = (picture + 15 * rng.standard_normal(image.shape)).clip(0, 255)
    return data.ArrayDataset(images, labels, [f"kind {k}" for k in range(classes)])


def loader(dataset=None, batch_size=32, transforms=(), **options):
    dataset = dataset or digits()
    normalize = data.Normalize.from_dataset(dataset)
    return data.Loader(
        dataset, batch_size, **{"shuffle": True} | options, transforms=[*transforms, normalize]
    )


def net(configuration="16,M,32,M", seed=0, **options):
    backend.seed(seed)
    options = {"classes": 10, "input_shape": (1, 8, 8), "hidden": (64,)} | options
    parts = [p if p == "M" else int(p) for p in configuration.split(",")]
    return models.vgg(parts, **options)


def training(model=None, images=None, lr=0.02, make=optim.SGD, settings=None, **options):
    model = model or net()
    settings = settings or {}
    optimizer = make(model.parameters(), lr, **settings)
    return {"net": model, "loader": images or loader(), "optimizer": optimizer, **options}


class Sigmoid(layers.Layer):
    """1 / (1 + e^−x)."""

    def forward(self, x):
        """Keeps its output."""
        y = 1 / (1 + np.exp(-x))
        return self.save_for_backward(y, y)

    def backward(self, dy):
        """dy y (1 − y)."""
        y = self.saved_for_backward()
        return dy * y * (1 - y)
