"""Pictures: of runs and nets (``runs``, whose functions are here by name), and the lessons' (``figures``)."""

from minivgg.plots.runs import (
    architecture,
    augmentations,
    border_effect,
    class_map,
    confusion,
    crops,
    curves,
    filters,
    grid,
    mistakes,
    predictions,
    save,
    surest,
)

__all__ = [
    "architecture",
    "augmentations",
    "border_effect",
    "class_map",
    "confusion",
    "crops",
    "curves",
    "filters",
    "grid",
    "mistakes",
    "predictions",
    "save",
    "surest",
]
