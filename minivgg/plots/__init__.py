"""Figures: of training runs, images and nets by name here, and those of the lessons in ``figures``.

Each function returns a matplotlib ``Figure``, with one message: show it in a notebook, or ``save``
it.
"""

from minivgg.plots.diagnosis import layer_sizes, learning_rate_range
from minivgg.plots.explanations import explanations
from minivgg.plots.figure import save
from minivgg.plots.images import augmentations, class_map, crops, grid, predictions
from minivgg.plots.nets import architecture, border_effect
from minivgg.plots.runs import compared_curves, confusion, curves, filters, mistakes, most_confident

__all__ = [
    "architecture",
    "augmentations",
    "border_effect",
    "class_map",
    "compared_curves",
    "confusion",
    "crops",
    "curves",
    "explanations",
    "filters",
    "grid",
    "layer_sizes",
    "learning_rate_range",
    "mistakes",
    "most_confident",
    "predictions",
    "save",
]
