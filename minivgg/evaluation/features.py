"""A network as a feature extractor for other tasks, and a linear classifier (Appendix B).

An image is rescaled to each scale Q and evaluated whole, and mirrored. The outputs of one layer
are averaged over all positions, then over mirror images and scales, and divided by their
Euclidean norm.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Self, SupportsIndex, cast

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from minivgg import backend, models, ops
from minivgg.backend.types import Array
from minivgg.data import Dataset, Images, Rescale
from minivgg.evaluation.inference import Normalization, group_by_size, image_batches, infer
from minivgg.layers import Linear, Sequential
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.models.net import Net
from minivgg.models.pretrained.photographs import ImageSequence, Photograph, image_sequence
from minivgg.models.pretrained.preprocessing import CROP, RESCALED
from minivgg.optim import SGD, CosineLR

READ_IMAGES = 64  # images that are read together


def features(
    net: Net,
    images: "Dataset | Photograph | Iterable[Photograph]",
    layer: str = "fc7",
    scales: int | Sequence[int] | None = None,
    mirror: bool = True,
    normalize: bool = True,
    progress: bool = False,
    *,
    grid: int = 1,
) -> np.ndarray:
    """A layer's output for images, averaged over positions, mirror images and scales.

    Parameters
    ----------
    net : Net
        With loaded or trained weights, so that ``net.preprocessing`` is known.
    images : array of shape (N, C, H, W), list or Dataset
        Pixels from 0 to 255 in uint8; a list holds arrays of shape (C, H, W) of any size, Pillow's
        images, or paths of image files.
    layer : str
        "fc7" (4096 numbers, the paper's choice), "pool5" (512), "conv4_2", ... after its ReLU; see
        ``models.layer_paths``.
    scales : int or sequence of int, optional
        The Qs, in pixels (default: 8/7 of the input's side, 256 for 224).
    mirror : bool
        Average with the mirror image; not for networks that tell left from right, such as those for
        letters.
    normalize : bool
        Divide by the Euclidean norm.
    progress : bool
        Show a progress bar.
    grid : int
        Average over each cell of a grid of so many rows and columns, not over all positions: 4
        gives 16 means of each channel, which still say where in the image something is.

    Returns
    -------
    array of shape (N, D)
        In float32; with a grid (N, D · grid · grid), ordered by channel, row and column.

    Raises
    ------
    ValueError
        If the network has no preprocessing, the layer is unknown, there are no images, or a scale
        is smaller than the layer's receptive field allows.

    References
    ----------
    Simonyan & Zisserman 2014, appendix B.
    """
    preprocessing = getattr(net, "preprocessing", None)
    if preprocessing is None:
        raise ValueError(
            "features: this net's preprocessing is not known: load its weights, or set "
            "net.preprocessing to a data.Normalize"
        )
    scales = _scales(net, scales)
    source = _source(images, net.input_shape[0])
    if not len(source) or not scales:
        raise ValueError("features: there must be at least one image and one scale")
    if grid < 1:
        raise ValueError(f"features: grid is a number of rows, at least 1, got {grid}")
    extractor, found_by_batch = _extractor(net, layer, min(scales)), []
    with tqdm(
        total=len(source), desc=layer, unit=" images", leave=False, disable=not progress
    ) as bar:
        for start in range(0, len(source), READ_IMAGES):
            batch = _read(source, start, min(start + READ_IMAGES, len(source)))
            outputs = [
                _mean_outputs(extractor, preprocessing, Rescale(scale)(batch), mirror, grid)
                for scale in scales
            ]
            found_by_batch.append(np.mean(outputs, axis=0))
            bar.update(len(batch))
    found = np.concatenate(found_by_batch)
    if normalize:
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(norms, np.finfo(found.dtype).tiny)
    return found


def _scales(net: Net, scales: int | Sequence[int] | None) -> tuple[int, ...]:
    if scales is None:
        return (round(max(net.input_shape[1:]) * RESCALED / CROP),)
    return (scales,) if isinstance(scales, int) else tuple(scales)


def _extractor(net: Net, layer: str, smallest_scale: int) -> Sequential:
    """The network up to a layer, its fully connected layers as convolutions."""
    convolutional: Sequential = net
    if "flatten" in net.layers:
        side = max(net.input_shape[1:])
        if smallest_scale < side:
            raise ValueError(
                f"features: the scale Q = {smallest_scale} is smaller than the net's input of "
                f"{side} pixels: use {side} or more"
            )
        convolutional = models.to_fully_convolutional(net, net.input_shape)
    return models.truncate(convolutional, layer)


def _source(images: object, channels: int) -> Dataset | ImageSequence:
    if hasattr(images, "batch"):
        return cast(Dataset, images)
    return image_sequence(cast("Iterable[Photograph]", images), channels)


def _read(images: Dataset | ImageSequence, start: int, stop: int) -> Images:
    if isinstance(images, ImageSequence):
        return [images[i] for i in range(start, stop)]
    return images.batch(np.arange(start, stop))


def _mean_outputs(
    extractor: Sequential, normalize: Normalization, images: Images, mirror: bool, grid: int
) -> np.ndarray:
    """(N, D): outputs averaged over positions and mirror images, of images of any sizes."""
    mean = partial(_mean_over_positions, grid=grid)
    found: dict[int, np.ndarray] = {}
    for indices, group in group_by_size(images):
        views = [group, group[..., ::-1]] if mirror else [group]
        outputs = [
            np.concatenate(infer(extractor, image_batches(view, normalize), mean)) for view in views
        ]
        for i, row in zip(indices, np.mean(outputs, axis=0), strict=True):
            found[i] = row
    return np.stack([found[i] for i in range(len(images))])


def _mean_over_positions(output: Array, grid: int) -> np.ndarray:
    """(N, D · grid²), on the CPU, of an output (N, D, H, W); (N, D) stays as it is."""
    output = backend.to_numpy(output)
    if output.ndim != 4:
        return output
    n, d, *sides = output.shape
    if min(sides) < grid:
        raise ValueError(
            f"features: a grid of {grid}×{grid} is finer than the map of {sides[0]}×{sides[1]} "
            "positions: use a smaller grid, larger scales or an earlier layer"
        )
    # cells differ by at most one position where the grid does not divide the map
    rows, columns = (
        [slice(k * side // grid, (k + 1) * side // grid) for k in range(grid)] for side in sides
    )
    cells = [output[:, :, row, column].mean(axis=(2, 3)) for row in rows for column in columns]
    return np.stack(cells, axis=2).reshape(n, d * grid * grid)


def similar(features: ArrayLike, count: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """The images most similar to each image, by the cosine of the angle between their features.

    Parameters
    ----------
    features : array of shape (N, D)
        A row for each image, such as ``features(net, images, "pool3")``.
    count : int
        How many, at most N − 1.

    Returns
    -------
    neighbours : array of shape (N, count)
        Numbers of images, the most similar first; an image is not its own neighbour.
    cosines : array of shape (N, count)
        From −1 to 1; of features after a ReLU from 0.

    Raises
    ------
    ValueError
        If the features have another shape or are not finite, or count is not from 1 to N − 1.

    Examples
    --------
    >>> neighbours, cosines = similar([[3.0, 0.0], [1.0, 1.0], [4.0, 0.0]], count=1)
    >>> neighbours.ravel(), cosines.ravel().round(2)
    (array([2, 0, 0]), array([1.  , 0.71, 1.  ]))
    """
    rows = np.asarray(features, np.float64)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ValueError(f"similar: expects finite features (N, D), got shape {rows.shape}")
    if not 1 <= count < len(rows):
        raise ValueError(f"similar: {len(rows)} images have no {count} others: use another count")
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(float).tiny)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    neighbours = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    return neighbours, np.take_along_axis(cosines, neighbours, axis=1)


class LinearClassifier:
    """A linear classifier on features: logits = (x − mean)/std · Wᵀ + b.

    It is trained by this package's softmax cross-entropy and SGD::

        LinearClassifier(classes).fit(features, labels).accuracy(other_features, other_labels)

    Each feature is standardised by its mean and standard deviation over the training set, so that
    one learning rate works for all layers.

    Parameters
    ----------
    classes : sequence of str, or int
        Their names, or how many there are.
    epochs : int
        As in training, like the next three.
    lr : float
        The learning rate is lr/√D and decays along a cosine.
    weight_decay : float
        As in ``optim.SGD``.
    batch_size : int
        Images in a batch.
    seed : int
        Of the order of the images.

    Raises
    ------
    ValueError
        If the settings cannot learn anything.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.integers(0, 2, 100)
    >>> features = labels[:, None] + 0.1 * rng.standard_normal((100, 5))
    >>> classifier = LinearClassifier(["low", "high"]).fit(features, labels)
    >>> classifier.accuracy(features, labels)
    1.0
    """

    def __init__(
        self,
        classes: Sequence[str] | SupportsIndex,
        epochs: int = 30,
        lr: float = 0.05,
        weight_decay: float = 5e-4,
        batch_size: int = 64,
        seed: int = 0,
    ) -> None:
        if isinstance(classes, SupportsIndex):
            self.classes = [str(k) for k in range(classes)]
        else:
            self.classes = list(classes)
        if min(epochs, batch_size) < 1 or not self.classes:
            raise ValueError(
                "LinearClassifier: there must be at least one class, one epoch and one image in "
                "a batch"
            )
        self.epochs, self.batch_size, self.seed = epochs, batch_size, seed
        self.lr, self.weight_decay = lr, weight_decay
        self.net: Linear | None = None

    def fit(self, features: ArrayLike, labels: ArrayLike) -> Self:
        """Train the classifier.

        Parameters
        ----------
        features : array of shape (N, D)
            Finite numbers.
        labels : array of shape (N,)
            Class numbers.

        Returns
        -------
        LinearClassifier
            Itself, trained.

        Raises
        ------
        ValueError
            If the shapes do not match, or a feature is not finite.
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

    def logits(self, features: ArrayLike) -> np.ndarray:
        """The scores of the classes.

        Parameters
        ----------
        features : array of shape (N, D)
            Of other images.

        Returns
        -------
        array of shape (N, K)
            The largest one of a row is that of the predicted class.

        Raises
        ------
        RuntimeError
            If the classifier is not trained yet.
        """
        if self.net is None:
            raise RuntimeError("LinearClassifier is not fitted yet: call fit first")
        return self.net((np.asarray(features, np.float32) - self.mean) / self.std)

    def predict(self, features: ArrayLike) -> np.ndarray:
        """The class with the largest score; ``classes`` has its name.

        Parameters
        ----------
        features : array of shape (N, D)
            Of other images.

        Returns
        -------
        array of shape (N,)
            Class numbers.
        """
        return self.logits(features).argmax(axis=1)

    def predict_proba(self, features: ArrayLike) -> np.ndarray:
        """The probabilities of the classes: softmax of the scores.

        Parameters
        ----------
        features : array of shape (N, D)
            Of other images.

        Returns
        -------
        array of shape (N, K)
            Each row sums to 1.
        """
        return ops.softmax(self.logits(features))

    def accuracy(self, features: ArrayLike, labels: ArrayLike) -> float:
        """How often the predicted class is right.

        Parameters
        ----------
        features : array of shape (N, D)
            Of other images.
        labels : array of shape (N,)
            Their class numbers.

        Returns
        -------
        float
            From 0 to 1.
        """
        return float((self.predict(features) == np.asarray(labels)).mean())
