"""From image files to class names: a network with its preprocessing and classes."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg import data, models
from minivgg.evaluation.inference import class_probabilities, image_batches, infer
from minivgg.evaluation.protocols import ModelUnderTest
from minivgg.models.pretrained.preprocessing import CROP, RESCALED
from minivgg.models.zoo import IMAGENET_CLASSES


class Predictor(NamedTuple):
    """A network and all that leads from a file to a class name.

    name: of the run or the architecture. model: the network, its input shape and normalisation.
    classes: K names. transforms: from an image in its own size to the network's input size, a
    ``data.Compose``; empty where files are read in that size. scale: Q of the transforms, in
    pixels. max_smaller_side: pixels that the smaller side of a file is reduced to when it is read;
    None for files in their full size.
    """

    name: str
    model: ModelUnderTest
    classes: list
    transforms: data.Compose
    scale: int
    max_smaller_side: int | None

    @classmethod
    def from_run(cls, run) -> "Predictor":
        """The trained network of a ``training.run.Run``, with its test images' preprocessing."""
        return cls(
            str(run.folder),
            run.model_under_test(),
            run.config["classes"],
            run.centre(),
            run.test_scale,
            run.max_smaller_side,
        )

    @classmethod
    def from_weights(
        cls, model: str = "vgg16", weights: str | Path = "imagenet", progress: bool = True
    ) -> "Predictor":
        """A network of the paper with published weights, or with those in a file.

        model: its name in torchvision ("vgg16"). weights: "imagenet" or a file. The classes are
        ImageNet's if there are 1000 and their names are available (``models.class_names``); else
        they are numbered. Raises ``ValueError`` for an unknown model or weights that do not fit it,
        ``OSError`` when the weights cannot be downloaded or read.
        """
        if model not in models.IMAGENET:
            raise ValueError(f"unknown model {model!r}: there are {', '.join(models.IMAGENET)}")
        path = models.imagenet_file(model, progress) if weights == "imagenet" else weights
        count = models.classes_in(path, model)
        if not count:
            raise ValueError(
                f"{path}: it lacks the fully connected layers of {model}, so it names no classes"
            )
        net = getattr(models, model)(path, classes=count).eval()
        transforms = data.Compose([data.Rescale(RESCALED), data.CenterCrop(CROP)])
        under_test = ModelUnderTest(net, net.input_shape, net.preprocessing)
        return cls(model, under_test, _class_names(count), transforms, RESCALED, None)

    def read(self, path: str | Path) -> np.ndarray:
        """An image file as the network's input before normalisation, uint8 (C, H, W).

        Raises ``OSError`` naming a file that cannot be read.
        """
        channels, *size = self.model.shape
        if not self.transforms:
            return data.read_image(path, channels, tuple(size))
        try:
            image = data.read_image(path, channels, shrink_to=self.max_smaller_side)
            return self.transforms([image])[0]
        except ValueError as error:
            raise OSError(f"{path}: {error}") from error

    def predict(self, images: Sequence[np.ndarray], top: int = 5) -> list[list[tuple[str, float]]]:
        """The ``top`` most probable classes of each image: [(class name, probability)], best first.

        images: (N, C, H, W), or a list of (C, H, W), as ``read`` returns them.
        """
        if not len(images):
            return []
        batches = image_batches(images, self.model.normalize)
        probabilities = np.concatenate(infer(self.model.net, batches, class_probabilities))
        best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
        return [
            [(self.classes[k], float(p[k])) for k in row]
            for p, row in zip(probabilities, best, strict=True)
        ]


def _class_names(count):
    if count == IMAGENET_CLASSES:
        try:
            return [name for _, name in models.class_names()]
        except OSError:
            pass  # without the file of names, numbers are better than no answer
    return [f"class {k}" for k in range(count)]


def images_in(folder: str | Path) -> list[Path]:
    """The image files below a folder, sorted; raises ``FileNotFoundError`` if there are none."""
    found = sorted(
        path for path in Path(folder).rglob("*") if path.is_file() and data.is_image(path.name)
    )
    if not found:
        raise FileNotFoundError(f"there are no images in {folder}")
    return found
