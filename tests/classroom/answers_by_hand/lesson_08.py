"""Right answers to the exercises of lesson 8, computed by hand."""

import numpy as np

from minivgg import data


def nearest_neighbours():
    """The class of the training digit that is nearest, which is right for more than 97 %."""
    train, test = data.load("digits", "train"), data.load("digits", "test")
    known, asked = (d.images.reshape(len(d), -1).astype(float) for d in (train, test))
    distances = (known**2).sum(axis=1) - 2 * asked @ known.T
    return train.labels[distances.argmin(axis=1)]


RIGHT = {
    "8.1": 45,
    "8.2": 162,
    "8.3": np.asarray(nearest_neighbours()).tolist(),
}
