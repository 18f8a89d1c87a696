"""Right answers to the exercises of lesson 10, computed by hand."""

import numpy as np


def my_grid_means(maps, grid):
    """One image, one channel and one cell after the other."""
    found = []
    for image in maps:
        row = []
        for channel in image:
            for band in np.split(channel, grid, axis=0):
                row += [cell.mean() for cell in np.split(band, grid, axis=1)]
        found.append(row)
    return np.array(found)


RIGHT = {
    "10.1": (256, 384),
    "10.2": 151589,
    "10.3": my_grid_means,
}
