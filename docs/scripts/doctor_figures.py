"""Draw the figures of docs/guides/why-does-it-not-learn.md with the code that they show.

Run in the root of a checkout, after a change of these figures::

    python docs/scripts/doctor_figures.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from minivgg import backend, data, initializers, models, optim, plots, training  # noqa: E402

FIGURES = ROOT / "docs" / "figures"
DEEP = [32, 32, 32, "M", 32, 32, 32, "M", 32, 32]


def loader():
    """Batches of the digits."""
    digits = data.load("digits")
    normalize = data.Normalize.from_dataset(digits)
    return data.Loader(digits, 32, shuffle=True, transforms=[normalize])


def diagnosed(initializer, lr):
    """The diagnosis of a net of ten layers."""
    backend.seed(0)
    net = models.vgg(DEEP, 10, (1, 8, 8), hidden=(64,), initializer=initializer)
    return training.diagnose(net, loader(), optimizer=optim.SGD(net.parameters(), lr))


def main():
    """Draw a signal that vanishes, and the range test of a net that learns."""
    vanishing = diagnosed(initializers.normal(0.01), 0.02)
    plots.save(plots.layer_sizes(vanishing.layers), FIGURES / "doctor_layers.png")
    healthy = diagnosed("kaiming_normal", 1e-5)
    figure = plots.learning_rate_range(healthy.range_test)
    plots.save(figure, FIGURES / "doctor_learning_rate.png")
    print(vanishing, healthy, sep="\n\n")


if __name__ == "__main__":
    main()
