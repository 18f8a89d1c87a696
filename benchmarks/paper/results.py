"""Errors of the trained nets of the grid on the test images.

The class probabilities are kept in the run folders, so that each net is tested once.
"""

import numpy as np

from benchmarks.paper.grid import CELLS, SHAPE, Cell, done, folder_of
from minivgg.data import Subset
from minivgg.evaluation import protocols
from minivgg.training.run import CONFIG, Run
from minivgg.utils.files import replacing

STRIDE_PIXELS = 8  # of the nets
IMAGE_STEP = 5  # multi-crop testing takes 150 crops of an image: on every fifth test image only


class Results:
    """Errors of the trained cells, in %, by seed."""

    def __init__(self, root, seeds, test_images, progress=False):
        self.root, self.seeds, self.test, self.progress = root, seeds, test_images, progress

    def epochs(self):
        """The numbers of epochs of the trained nets."""
        return sorted(
            {
                self._run(cell, seed).config["epochs"]
                for cell in CELLS
                for seed in self.trained(cell)
            }
        )

    def trained(self, cell):
        """The seeds whose training is complete."""
        return [
            seed
            for seed in range(self.seeds)
            if (folder_of(self.root, cell, seed) / CONFIG).exists() and done(self._run(cell, seed))
        ]

    def errors(self, cells, test):
        """{seed: top-1 error} for each seed with which all ``cells`` are trained.

        cells: one, or several to be fused. test: "single", "multi-scale", or "dense", "multi-crop",
        "both", the last three at several scales on every fifth image.
        """
        seeds = sorted(set.intersection(*(set(self.trained(cell)) for cell in cells)))
        return {seed: self._error(cells, test, seed) for seed in seeds}

    def _error(self, cells, test, seed):
        images = (
            Subset(self.test, np.arange(0, len(self.test), IMAGE_STEP))
            if test in protocols.PROTOCOLS
            else self.test
        )
        fused = np.mean([self._probabilities(cell, test, seed, images) for cell in cells], axis=0)
        return 100 * float((fused.argmax(axis=1) != images.labels).mean())

    def _probabilities(self, cell, test, seed, images):
        file = folder_of(self.root, cell, seed) / f"posteriors-{test}.npy"
        if file.exists():
            found = np.load(file)
            if len(found) == len(images):
                return found
        protocol = test if test in protocols.PROTOCOLS else "dense"
        parts = {"both": ("dense", "multi-crop")}.get(protocol)
        if parts:  # their average; each is kept by itself
            return np.mean(
                [self._probabilities(cell, part, seed, images) for part in parts], axis=0
            )
        scales = (cell.test_scale,) if test == "single" else several_scales(cell)
        found = protocols.evaluate(
            self._run(cell, seed).model_under_test(), images, protocol, scales, self.progress
        ).probabilities
        with replacing(file) as temporary, temporary.open("wb") as out:
            np.save(out, found)
        return found

    def _run(self, cell, seed):
        return Run.open(folder_of(self.root, cell, seed))


def several_scales(cell: Cell):
    """The test scales Q of a cell, as in §4.2."""
    return protocols.paper_scales(cell.scale, SHAPE[1], STRIDE_PIXELS)
