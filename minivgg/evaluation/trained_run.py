"""What evaluation needs of a training run, whose class is in a layer above this one."""

from pathlib import Path
from typing import Protocol

from minivgg.data import Compose
from minivgg.evaluation.protocols import ModelUnderTest
from minivgg.utils.files import JsonObject


class TrainedRun(Protocol):
    """A trained network and how its test images are prepared: ``training.run.Run`` has all this.

    Attributes
    ----------
    folder : Path
        Where the run is.
    config : dict
        The settings, of which "classes" are the names of the K classes.
    """

    folder: Path
    config: JsonObject

    @property
    def name(self) -> str:
        """What the run is called."""

    @property
    def test_scale(self) -> int:
        """Q of a test at a single scale, in pixels."""

    @property
    def max_smaller_side(self) -> int | None:
        """Pixels that the smaller side of a file is reduced to when it is read; None: full size."""

    def centre(self) -> Compose:
        """The transforms of test images before normalisation.

        Returns
        -------
        transforms : Compose
            Empty where images are read in the network's input size.
        """

    def model_under_test(self) -> ModelUnderTest:
        """The trained network.

        Returns
        -------
        model : ModelUnderTest
            With its weights.
        """
