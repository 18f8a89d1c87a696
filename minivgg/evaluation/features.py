"""Floor 5: a net as an extractor of features for other tasks, and a linear classifier on them (Appendix B of the paper).

An image is rescaled to each scale Q and shown whole, and mirrored; the answers of one layer are averaged over all places, then over
mirrors and scales, and divided by their Euclidean length.
"""

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, models
from minivgg.data import Rescale
from minivgg.evaluation.metrics import device_of_net
from minivgg.evaluation.protocols import at_once
from minivgg.layers import Linear, eval_mode
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.models.pretrained.imagenet import CROP, RESCALED, pictures
from minivgg.optim import SGD, CosineLR

CHUNK = 64  # images that are read at once


def features(net, images, layer="fc7", scales=None, mirror=True, normalize=True, progress=False):
    """(N, D) float32: what a layer of a net answers to images, averaged over places, mirrors and scales, of length 1.

    net: with loaded or trained weights, so that ``net.preprocessing`` is known. images: uint8 (N, C, H, W), a list of (C, H, W) of any
    size or of paths of image files, or a dataset. layer: "fc7" (4096 numbers, the paper's choice), "pool5" (512), "conv4_2", ... after
    its ReLU; see ``models.places``. scales: the Qs to rescale smaller sides to (default: 8/7 of the net's input, 256 for 224). mirror:
    average with the mirrored image; not for nets that tell left from right, as of letters. normalize: divide by the Euclidean length.
    Raises ``ValueError`` for a net without preprocessing, an unknown layer, no images, or a scale smaller than the layer can see.
    """
    if getattr(net, "preprocessing", None) is None:
        raise ValueError(
            "features: this net's preprocessing is not known: load its weights, or set net.preprocessing to a data.Normalize"
        )
    side = max(net.input_shape[1:])
    scales = (
        (round(side * RESCALED / CROP),)
        if scales is None
        else (scales,)
        if isinstance(scales, int)
        else tuple(scales)
    )
    images = images if hasattr(images, "batch") else pictures(images, net.input_shape[0])
    if not len(images) or not scales:
        raise ValueError("features: there must be at least one image and one scale")
    dense = "flatten" in net.layers
    if dense and min(scales) < side:
        raise ValueError(
            f"features: the scale Q = {min(scales)} is smaller than the net's input of {side} pixels: use {side} or more"
        )
    part = models.up_to(
        models.to_fully_convolutional(net, net.input_shape) if dense else net, layer
    )
    batch = images.batch if hasattr(images, "batch") else lambda some: [images[i] for i in some]
    found = []
    with (
        eval_mode(part),
        tqdm(
            total=len(images), desc=layer, unit=" images", leave=False, disable=not progress
        ) as bar,
    ):
        for start in range(0, len(images), CHUNK):
            some = batch(np.arange(start, min(start + CHUNK, len(images))))
            found.append(
                np.mean(
                    [_answers(part, net, Rescale(scale)(some), mirror) for scale in scales], axis=0
                )
            )
            bar.update(len(some))
    found = np.concatenate(found)
    if normalize:
        found /= np.maximum(
            np.linalg.norm(found, axis=1, keepdims=True), np.finfo(found.dtype).tiny
        )
    return found


def _answers(part, net, images, mirror):
    """(N, D), averaged over places and mirrors; images of one size go through the net together."""
    by_shape, found, device = {}, [None] * len(images), device_of_net(part)
    for i, image in enumerate(images):
        by_shape.setdefault(image.shape, []).append(i)
    for shape, indices in by_shape.items():
        step = at_once(shape)
        for start in range(0, len(indices), step):
            some = indices[start : start + step]
            x = net.preprocessing(np.stack([images[i] for i in some]))
            views = [x, np.ascontiguousarray(x[..., ::-1])] if mirror else [x]
            answers = [backend.to_numpy(part(backend.to_device(view, device))) for view in views]
            averaged = np.mean([a.mean(axis=(2, 3)) if a.ndim == 4 else a for a in answers], axis=0)
            for i, row in zip(some, averaged, strict=True):
                found[i] = row
    return np.stack(found)


class LinearClassifier:
    """A linear classifier on features: logits = (x − mean)/std · Wᵀ + b, trained by this package's softmax cross-entropy and SGD.

    ``LinearClassifier(classes).fit(features, labels).accuracy(others, their_labels)``. Each feature is standardised by its mean and
    standard deviation over the training set, so that one learning rate suits all layers.
    classes: names, or how many. epochs, lr, weight_decay, batch_size: as for training; the step is lr/√D and falls along a cosine.
    seed: of the order.
    """

    def __init__(self, classes, epochs=30, lr=0.05, weight_decay=5e-4, batch_size=64, seed=0):
        self.classes = (
            [str(k) for k in range(classes)] if hasattr(classes, "__index__") else list(classes)
        )
        if min(epochs, batch_size) < 1 or not self.classes:
            raise ValueError(
                "LinearClassifier: there is at least one class, one epoch and one image in a batch"
            )
        self.epochs, self.lr, self.weight_decay, self.batch_size, self.seed = (
            epochs,
            lr,
            weight_decay,
            batch_size,
            seed,
        )
        self.net = None

    def fit(self, features, labels):
        """features (N, D), labels (N,) class numbers; returns itself. Raises ``ValueError`` where they do not go together."""
        features, labels = np.asarray(features, np.float32), np.asarray(labels)
        if features.ndim != 2 or len(features) != len(labels) or not len(labels):
            raise ValueError(
                f"LinearClassifier: expects features (N, D) and as many labels, got {features.shape} and {len(labels)}"
            )
        if not np.isfinite(features).all():
            raise ValueError("LinearClassifier: there are features that are not finite")
        self.mean, self.std = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
        x, loss, rng = (
            (features - self.mean) / self.std,
            SoftmaxCrossEntropy(),
            np.random.default_rng(self.seed),
        )
        self.net = Linear(x.shape[1], len(self.classes), initializer="zeros").to("cpu")
        optimizer = SGD(
            self.net.parameters(), self.lr / x.shape[1] ** 0.5, weight_decay=self.weight_decay
        )
        schedule = CosineLR(optimizer, self.epochs)
        for _ in range(self.epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), self.batch_size):
                some = order[start : start + self.batch_size]
                loss.forward(self.net(x[some]), labels[some])
                optimizer.zero_grad()
                self.net.backward_parameters(loss.backward())
                optimizer.step()
            schedule.step()
        self.net.eval()
        return self

    def logits(self, features):
        """(N, K) of features (N, D). Raises ``RuntimeError`` before ``fit``."""
        if self.net is None:
            raise RuntimeError("LinearClassifier: there is nothing to ask yet: call fit first")
        return self.net((np.asarray(features, np.float32) - self.mean) / self.std)

    def accuracy(self, features, labels):
        """The share of features (N, D) whose label is the most probable class, from 0 to 1."""
        return float((self.logits(features).argmax(axis=1) == np.asarray(labels)).mean())
