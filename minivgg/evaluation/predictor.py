"""From image files to class names: a network with its preprocessing and classes."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg import data, models
from minivgg import weights as weights_files
from minivgg.data.centre_view import without_ends
from minivgg.evaluation.inference import class_probabilities, image_batches, infer
from minivgg.evaluation.protocols import ModelUnderTest
from minivgg.evaluation.trained_run import TrainedRun
from minivgg.models.pretrained.file_net import net_in_file
from minivgg.models.pretrained.file_preprocessing import Pixels
from minivgg.models.pretrained.preprocessing import CROP, RESCALED
from minivgg.models.weights_argument import IMAGENET_CLASSES
from minivgg.utils.file_names import natural_order
from minivgg.utils.files import StrPath
from minivgg.utils.folders import contents
from minivgg.utils.suggest import which_there_are

PUBLISHED = "vgg16"  # whose published weights are taken unless a model is named


class Predictor(NamedTuple):
    """A network and all that leads from a file to a class name.

    Parameters
    ----------
    name : str
        Of the run or the architecture.
    model : ModelUnderTest
        The network, its input shape and normalisation.
    classes : list of str
        The names of the K classes.
    transforms : Compose
        From an image in its own size to the network's input size; empty where files are read in
        that size.
    scale : int
        Q of the transforms, in pixels.
    max_smaller_side : int or None
        Pixels that the smaller side of a file is reduced to when it is read; None for files in
        their full size.
    """

    name: str
    model: ModelUnderTest
    classes: list[str]
    transforms: data.Compose
    scale: int
    max_smaller_side: int | None

    @classmethod
    def from_run(cls, run: TrainedRun) -> "Predictor":
        """The trained network of a run, with the preprocessing of its test images.

        Parameters
        ----------
        run : TrainedRun
            Such as ``training.run.Run``, with weights.

        Returns
        -------
        Predictor
            Errors are those of ``Run.net``.
        """
        return cls(
            run.name,
            run.model_under_test(),
            run.config["classes"],
            run.centre(),
            run.test_scale,
            run.max_smaller_side,
        )

    @classmethod
    def from_weights(
        cls,
        model: str | None = None,
        weights: StrPath = "imagenet",
        progress: bool = True,
        *,
        pixels: Pixels = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> "Predictor":
        """A network with published weights, or with those in a file.

        Parameters
        ----------
        model : str, optional
            Its name in torchvision, such as "vgg16"; by default the net that the file is for, as
            the names and shapes in it say, or vgg16 with published weights.
        weights : "imagenet" or path
            Published weights, or a file.
        progress : bool
            Show a progress bar while weights are downloaded.
        pixels, mean, std : optional
            What the weights expect of pixels, as for ``models.load_weights``.

        Returns
        -------
        Predictor
            Its classes are those that the file names; ImageNet's if there are 1000 and their names
            are available (``models.class_names``); else they are numbered.

        Raises
        ------
        ValueError
            If the model is unknown, or the weights do not fit it.
        OSError
            If the weights cannot be downloaded or read.
        """
        if model is not None and model not in models.PUBLISHED:
            raise ValueError(f"unknown model {model!r}: {which_there_are(model, models.PUBLISHED)}")
        published = weights == "imagenet"
        path = models.imagenet_file(model or PUBLISHED, progress) if published else weights
        settings = net_in_file(path, model)
        net = models.load_weights(settings.build(), path, pixels=pixels, mean=mean, std=std).eval()
        _, side, _ = settings.input_shape  # of square images
        # nets for small images, such as CIFAR-10's, see whole images
        scale = RESCALED if side == CROP else side
        transforms = data.Compose([data.Rescale(scale), data.CenterCrop((side, side))])
        assert net.preprocessing is not None  # loaded with the weights
        under_test = ModelUnderTest(net, settings.input_shape, net.preprocessing)
        names = _class_names(settings.classes, path)
        return cls(settings.name, under_test, names, transforms, scale, None)

    def read(self, path: StrPath) -> np.ndarray:
        """Read an image file as the network's input before normalisation.

        Parameters
        ----------
        path : path
            Of an image in any size.

        Returns
        -------
        image : array of shape (C, H, W)
            Pixels from 0 to 255 in uint8.

        Raises
        ------
        OSError
            If the file cannot be read; the message names it.
        """
        channels, height, width = self.model.shape
        if not self.transforms:
            return data.read_image(path, channels, (height, width))
        try:
            image = data.read_image(
                path, channels, shrink_to=self.max_smaller_side, needed=self.scale
            )
            return self.transforms([without_ends(image)])[0]
        except ValueError as error:
            raise OSError(f"{path}: {error}") from error

    def predict(
        self, images: np.ndarray | Sequence[np.ndarray], top: int = 5
    ) -> list[list[tuple[str, float]]]:
        """The most probable classes of each image.

        Parameters
        ----------
        images : array of shape (N, C, H, W), or sequence of arrays of shape (C, H, W)
            As ``read`` returns them.
        top : int
            How many classes.

        Returns
        -------
        list of lists of (str, float)
            For each image, class names and probabilities, the most probable first.

        Raises
        ------
        ValueError
            If the network's answers are NaN or infinite.
        """
        if not len(images):
            return []
        batches = image_batches(images, self.model.normalize)
        with np.errstate(invalid="ignore", over="ignore"):  # said below, once
            probabilities = np.concatenate(infer(self.model.net, batches, class_probabilities))
        if not np.isfinite(probabilities).all():
            raise ValueError(
                f"{self.name} answers NaN or infinity instead of probabilities: its weights hold "
                "such numbers, or are for other pixels (mean, std)"
            )
        best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
        return [
            [(self.classes[k], float(p[k])) for k in row]
            for p, row in zip(probabilities, best, strict=True)
        ]


def _class_names(count: int, path: StrPath) -> list[str]:
    """Those in the file's metadata (ONNX files of this package have them), or ImageNet's."""
    with suppress(ValueError, RecursionError):
        names = json.loads(weights_files.read(path).metadata.get("classes", ""))
        if isinstance(names, list) and len(names) == count:
            return list(map(str, names))
    if count == IMAGENET_CLASSES:
        try:
            return [name for _, name in models.class_names()]
        except OSError:
            pass  # without the file of names, numbers are better than no answer
    return [f"class {k}" for k in range(count)]


def visible_files(folder: StrPath) -> list[Path]:
    """The files below a folder, without hidden ones.

    Parameters
    ----------
    folder : path
        Searched with all folders in it; links are followed, but not in circles.

    Returns
    -------
    list of Path
        In natural order, 2.jpg before 10.jpg.
    """
    root = Path(folder)
    return sorted((root / file for file in contents(root).files), key=natural_order)


def images_in(folder: StrPath) -> list[Path]:
    """The image files below a folder.

    Parameters
    ----------
    folder : path
        Searched with all folders in it.

    Returns
    -------
    list of Path
        In natural order, 2.jpg before 10.jpg; hidden files and folders are left out.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    found = [path for path in visible_files(folder) if data.is_image(path.name)]
    if not found:
        raise FileNotFoundError(f"there are no images in {folder}")
    return found
