"""Floor 5: a trained net, ready to name what is on image files: from a run folder, or a net of the paper with published weights."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg import backend, data, models, ops
from minivgg.evaluation.metrics import device_of_net
from minivgg.evaluation.protocols import Examinee, at_once
from minivgg.layers import eval_mode
from minivgg.models.pretrained.imagenet import CROP, RESCALED
from minivgg.models.zoo import IMAGENET_CLASSES


class Predictor(NamedTuple):
    """A net and all that leads from a file to a name.

    name: of the run or the model. examinee: the net, what it was made for and how pixels are normalised. classes: K names.
    steps: what brings an image in its own size to what the net sees, a ``data.Compose``; empty where files are read in that size.
    scale: Q of ``steps``, pixels. most: pixels that a smaller side is reduced to when a file is read, or None: all are read.
    """

    name: str
    examinee: Examinee
    classes: list
    steps: data.Compose
    scale: int
    most: int | None

    @classmethod
    def of_run(cls, run):
        """The net of a ``run.Run``, which sees files as it saw its test images."""
        return cls(
            str(run.folder),
            run.examinee(),
            run.config["classes"],
            run.centre(),
            run.test_scale,
            run.most,
        )

    @classmethod
    def of_weights(cls, model="vgg16", weights="imagenet", progress=True):
        """A net by the name that others call it, with published weights or those in a file.

        Classes are ImageNet's where there are 1000 and their names can be had (``models.class_names``), else they are numbered.
        Raises ``ValueError`` for an unknown model or weights that do not fit, ``OSError`` when they cannot be had or read.
        """
        if model not in models.IMAGENET:
            raise ValueError(f"unknown model {model!r}: there are {', '.join(models.IMAGENET)}")
        path = models.imagenet_file(model, progress) if weights == "imagenet" else weights
        count = models.classes_in(path, model)
        if not count:
            raise ValueError(
                f"{path}: it has no fully connected layers as {model} has them, so it names no classes"
            )
        net = getattr(models, model)(path, classes=count).eval()
        steps = data.Compose([data.Rescale(RESCALED), data.CenterCrop(CROP)])
        return cls(
            model,
            Examinee(net, net.input_shape, net.preprocessing),
            _names(count),
            steps,
            RESCALED,
            None,
        )

    def read(self, path):
        """An image file as the net is shown it, uint8 (C, H, W); raises ``OSError`` naming a file that cannot be read."""
        channels, *size = self.examinee.shape
        if not self.steps:
            return data.read_image(path, channels, tuple(size))
        try:
            return self.steps([data.read_image(path, channels, most=self.most)])[0]
        except ValueError as error:
            raise OSError(f"{path}: {error}") from error

    def predict(self, images, top=5):
        """The most probable classes of images (N, C, H, W) as ``read`` gives them: for each [(class name, probability)], best first."""
        net, found = self.examinee.net, []
        step = at_once(self.examinee.shape)
        with eval_mode(net):
            for start in range(0, len(images), step):
                x = self.examinee.normalize(np.stack(images[start : start + step]))
                probabilities = backend.to_numpy(
                    ops.softmax(net(backend.to_device(x, device_of_net(net))))
                )
                best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
                found += [
                    [(self.classes[k], float(p[k])) for k in row]
                    for p, row in zip(probabilities, best, strict=True)
                ]
        return found


def _names(count):
    if count == IMAGENET_CLASSES:
        try:
            return [name for _, name in models.class_names()]
        except OSError:
            pass  # without the network: numbers are better than no answer
    return [f"class {k}" for k in range(count)]


def images_in(folder):
    """The image files below a folder, in order; raises ``FileNotFoundError`` where there are none."""
    found = sorted(
        path for path in Path(folder).rglob("*") if path.is_file() and data.is_image(path.name)
    )
    if not found:
        raise FileNotFoundError(f"there are no images in {folder}")
    return found
