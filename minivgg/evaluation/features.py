"""A network as a feature extractor for other tasks, and a linear classifier (Appendix B).

An image is rescaled to each scale Q and evaluated whole, and mirrored. The outputs of one layer
are averaged over all positions, then over mirror images and scales, and divided by their
Euclidean norm.
"""

from collections.abc import Sequence

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, models
from minivgg.data import Rescale
from minivgg.evaluation.inference import group_by_size, image_batches, infer
from minivgg.layers import Layer, Linear
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.models.pretrained.preprocessing import CROP, RESCALED, image_sequence
from minivgg.optim import SGD, CosineLR

READ_IMAGES = 64  # images that are read together


def features(
    net: Layer,
    images,
    layer: str = "fc7",
    scales: int | Sequence[int] | None = None,
    mirror: bool = True,
    normalize: bool = True,
    progress: bool = False,
) -> np.ndarray:
    """(N, D) float32: a layer's output for images, averaged over positions, mirrors and scales.

    net: with loaded or trained weights, so that ``net.preprocessing`` is known.
    images: uint8 (N, C, H, W), a list of (C, H, W) of any size or of paths of image files, or a
    dataset. layer: "fc7" (4096 numbers, the paper's choice), "pool5" (512), "conv4_2", ... after
    its ReLU; see ``models.layer_paths``. scales: the Qs, in pixels (default: 8/7 of the input's
    side, 256 for 224). mirror: average with the mirror image; not for networks that tell left from
    right, such as those for letters. normalize: divide by the Euclidean norm. progress: show a bar.
    Raises ``ValueError`` for a network without preprocessing, an unknown layer, no images, or a
    scale smaller than the layer's receptive field allows.
    """
    if getattr(net, "preprocessing", None) is None:
        raise ValueError(
            "features: this net's preprocessing is not known: load its weights, or set "
            "net.preprocessing to a data.Normalize"
        )
    scales = _scales(net, scales)
    images = images if hasattr(images, "batch") else image_sequence(images, net.input_shape[0])
    if not len(images) or not scales:
        raise ValueError("features: there must be at least one image and one scale")
    extractor, found = _extractor(net, layer, min(scales)), []
    with tqdm(
        total=len(images), desc=layer, unit=" images", leave=False, disable=not progress
    ) as bar:
        for start in range(0, len(images), READ_IMAGES):
            batch = _read(images, start, min(start + READ_IMAGES, len(images)))
            outputs = [
                _mean_outputs(extractor, net.preprocessing, Rescale(scale)(batch), mirror)
                for scale in scales
            ]
            found.append(np.mean(outputs, axis=0))
            bar.update(len(batch))
    found = np.concatenate(found)
    if normalize:
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(norms, np.finfo(found.dtype).tiny)
    return found


def _scales(net, scales):
    if scales is None:
        return (round(max(net.input_shape[1:]) * RESCALED / CROP),)
    return (scales,) if isinstance(scales, int) else tuple(scales)


def _extractor(net, layer, smallest_scale):
    """The network up to a layer, its fully connected layers as convolutions."""
    if "flatten" in net.layers:
        side = max(net.input_shape[1:])
        if smallest_scale < side:
            raise ValueError(
                f"features: the scale Q = {smallest_scale} is smaller than the net's input of "
                f"{side} pixels: use {side} or more"
            )
        net = models.to_fully_convolutional(net, net.input_shape)
    return models.truncate(net, layer)


def _read(images, start, stop):
    if hasattr(images, "batch"):
        return images.batch(np.arange(start, stop))
    return [images[i] for i in range(start, stop)]


def _mean_outputs(extractor, normalize, images, mirror):
    """(N, D): outputs averaged over positions and mirror images, of images of any sizes."""
    found = [None] * len(images)
    for indices, group in group_by_size(images):
        views = [group, group[..., ::-1]] if mirror else [group]
        outputs = [
            np.concatenate(infer(extractor, image_batches(view, normalize), _mean_over_positions))
            for view in views
        ]
        for i, row in zip(indices, np.mean(outputs, axis=0), strict=True):
            found[i] = row
    return np.stack(found)


def _mean_over_positions(output):
    """(N, D), on the CPU, of an output (N, D) or (N, D, H, W)."""
    output = backend.to_numpy(output)
    return output.mean(axis=(2, 3)) if output.ndim == 4 else output


class LinearClassifier:
    """A linear classifier on features: logits = (x − mean)/std · Wᵀ + b.

    It is trained by this package's softmax cross-entropy and SGD::

        LinearClassifier(classes).fit(features, labels).accuracy(other_features, other_labels)

    Each feature is standardised by its mean and standard deviation over the training set, so that
    one learning rate works for all layers. classes: names, or how many. epochs, lr, weight_decay,
    batch_size: as in training; the learning rate is lr/√D and decays along a cosine.
    seed: of the order of the images. Raises ``ValueError`` for settings that cannot learn.
    """

    def __init__(
        self,
        classes,
        epochs: int = 30,
        lr: float = 0.05,
        weight_decay: float = 5e-4,
        batch_size: int = 64,
        seed: int = 0,
    ):
        counted = hasattr(classes, "__index__")
        self.classes = [str(k) for k in range(classes)] if counted else list(classes)
        if min(epochs, batch_size) < 1 or not self.classes:
            raise ValueError(
                "LinearClassifier: there must be at least one class, one epoch and one image in "
                "a batch"
            )
        self.epochs, self.batch_size, self.seed = epochs, batch_size, seed
        self.lr, self.weight_decay = lr, weight_decay
        self.net = None

    def fit(self, features, labels) -> "LinearClassifier":
        """Train on features (N, D) and class numbers (N,); returns itself.

        Raises ``ValueError`` for shapes that do not match, or features that are not finite.
        """
        features, labels = np.asarray(features, np.float32), np.asarray(labels)
        if features.ndim != 2 or len(features) != len(labels) or not len(labels):
            raise ValueError(
                "LinearClassifier: expects features (N, D) and as many labels, got "
                f"{features.shape} and {len(labels)}"
            )
        if not np.isfinite(features).all():
            raise ValueError("LinearClassifier: some features are not finite")
        self.mean, self.std = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
        x, loss = (features - self.mean) / self.std, SoftmaxCrossEntropy()
        d, rng = x.shape[1], np.random.default_rng(self.seed)
        self.net = Linear(d, len(self.classes), initializer="zeros").to("cpu")
        optimizer = SGD(self.net.parameters(), self.lr / d**0.5, weight_decay=self.weight_decay)
        schedule = CosineLR(optimizer, self.epochs)
        for _ in range(self.epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), self.batch_size):
                batch = order[start : start + self.batch_size]
                loss.forward(self.net(x[batch]), labels[batch])
                optimizer.zero_grad()
                self.net.backward_parameters(loss.backward())
                optimizer.step()
            schedule.step()
        self.net.eval()
        return self

    def logits(self, features) -> np.ndarray:
        """(N, K) for features (N, D). Raises ``RuntimeError`` before ``fit``."""
        if self.net is None:
            raise RuntimeError("LinearClassifier is not fitted yet: call fit first")
        return self.net((np.asarray(features, np.float32) - self.mean) / self.std)

    def accuracy(self, features, labels) -> float:
        """The accuracy on features (N, D) with labels (N,), from 0 to 1."""
        return float((self.logits(features).argmax(axis=1) == np.asarray(labels)).mean())
