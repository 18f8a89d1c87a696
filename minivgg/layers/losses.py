"""Training objectives, as objects that save what their backward passes need.

What else the trainer asks of a loss: ``metric(outputs, targets)``, a number that people read, the
mean over ``metric_weight(targets)`` numbers; and ``weight_sum(labels)``, what the loss is divided
by, where that is not the number of images.
"""

from collections.abc import Sequence

import numpy as np

from minivgg import backend, ops
from minivgg.backend import Array, Saved


class SoftmaxCrossEntropy:
    """Mean of −log softmax(logits)[label] over the batch, in nats.

    See ``ops.softmax_cross_entropy`` for the formula. The arguments and the results are those of
    ``torch.nn.CrossEntropyLoss``.

    Parameters
    ----------
    class_weights : sequence of K numbers, optional
        How much a row counts by its label; the loss is the weighted mean (default: all the same).
    label_smoothing : float, default 0.0
        ε, from 0 to 1: the target is 1 − ε for the label, plus ε/K for each of the K classes.
    ignore_index : int, optional
        The label of rows that do not count. A batch of such rows alone has the loss 0 (PyTorch's is
        NaN).

    Attributes
    ----------
    settings : tuple of str
        Which of the arguments differ from the defaults: training must be resumed with the same.
    metric_name : str
        What ``metric`` is: the accuracy.

    Raises
    ------
    ValueError
        If a class weight is negative or not finite, or the smoothing is not from 0 to 1.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1: the multinomial logistic regression objective. Szegedy et al.
    2016, Rethinking the Inception architecture, §7, for label smoothing.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import losses
    >>> loss = losses.SoftmaxCrossEntropy()
    >>> round(float(loss(np.zeros((2, 10)), np.array([3, 7]))), 4)  # log 10: all classes alike
    2.3026
    >>> loss.backward().shape
    (2, 10)

    The weights of classes that have 900 and 100 images, so that both count the same in all:

    >>> losses.SoftmaxCrossEntropy(class_weights=[1000 / (2 * 900), 1000 / (2 * 100)])
    SoftmaxCrossEntropy(class_weights=[0.5555555555555556, 5.0])
    """

    metric_name = "accuracy"

    def __init__(
        self,
        class_weights: Sequence[float] | None = None,
        label_smoothing: float = 0.0,
        ignore_index: int | None = None,
    ) -> None:
        weights = None if class_weights is None else np.asarray(class_weights, float)
        if weights is not None and not (weights.ndim == 1 and np.isfinite(weights).all()):
            raise ValueError(
                "SoftmaxCrossEntropy: class_weights must be one finite number for each class, got "
                f"{class_weights!r}"
            )
        if weights is not None and (weights < 0).any():
            raise ValueError(
                f"SoftmaxCrossEntropy: class_weights must be at least 0, got {class_weights!r}"
            )
        if not 0 <= label_smoothing <= 1:
            raise ValueError(
                f"SoftmaxCrossEntropy: label_smoothing must be from 0 to 1, got {label_smoothing}"
            )
        self.class_weights = None if weights is None else weights.tolist()
        self.label_smoothing, self.ignore_index = float(label_smoothing), ignore_index
        defaults = {"class_weights": None, "label_smoothing": 0.0, "ignore_index": None}
        self.settings = tuple(name for name in defaults if getattr(self, name) != defaults[name])
        self.saved: Saved | None = None
        self._sent: dict[tuple[str, str], Array] = {}  # class weights by device and dtype

    def forward(self, logits: Array, labels: Array) -> Array:
        """Compute the mean loss, and save what ``backward`` needs.

        Parameters
        ----------
        logits : array of shape (N, K)
            Float32 or float64.
        labels : array of shape (N,)
            Integers in 0..K−1, or ``ignore_index``.

        Returns
        -------
        loss : scalar
            The mean over the batch. Errors are those of ``ops.softmax_cross_entropy``.
        """
        weights = None if self.class_weights is None else self._weights(logits, logits.dtype)
        options = weights, self.label_smoothing, self.ignore_index
        loss, self.saved = ops.softmax_cross_entropy(logits, labels, *options)
        return loss

    def backward(self) -> Array:
        """The gradient of the mean loss with respect to the logits.

        Returns
        -------
        dlogits : array of shape (N, K)
            For the ``backward`` of the net.

        Raises
        ------
        RuntimeError
            If there was no forward pass.
        """
        if self.saved is None:
            raise RuntimeError("SoftmaxCrossEntropy.backward() needs a forward pass first")
        return ops.softmax_cross_entropy_backward(self.saved)

    def weight_sum(self, labels: Array) -> Array | int:
        """What the mean is divided by: the sum of the weights of the rows that count.

        Parameters
        ----------
        labels : array of shape (N,)
            Of a batch, or of a part of it.

        Returns
        -------
        total : int or scalar array
            N without class weights and ignored labels; else a float64 on the device of the labels.
        """
        counted = self._counted(labels)
        if self.class_weights is None:
            return len(labels) if counted is None else counted.sum().astype(np.float64)
        weights = self._weights(labels, np.dtype(np.float64))
        inside = (labels >= 0) & (labels < len(weights))  # others are an error of forward
        counted = inside if counted is None else inside & counted
        return (weights[labels * inside] * counted).sum()

    def metric(self, outputs: Array, targets: Array) -> Array:
        """The accuracy: in what share of the rows that count the label has the largest logit.

        Parameters
        ----------
        outputs : array of shape (N, K)
            Logits.
        targets : array of shape (N,)
            Labels.

        Returns
        -------
        accuracy : scalar array
            From 0 to 1, in float64; 0 where no row counts.
        """
        right, counted = outputs.argmax(axis=1) == targets, self._counted(targets)
        if counted is None:
            return right.mean()
        total = counted.sum()
        return (right & counted).sum() / (total + (total == 0))

    def metric_weight(self, targets: Array) -> Array | int:
        """Of how many rows ``metric`` is the mean.

        Parameters
        ----------
        targets : array of shape (N,)
            Labels.

        Returns
        -------
        count : int or scalar array
            N, or how many labels are not ignored.
        """
        counted = self._counted(targets)
        return len(targets) if counted is None else counted.sum()

    def _counted(self, labels: Array) -> Array | None:
        """Which labels are not ignored; None for all."""
        return None if self.ignore_index is None else labels != self.ignore_index

    def _weights(self, place: Array, dtype: np.dtype) -> Array:
        """The class weights on the device of another array, to which they are sent once."""
        key = backend.numbered_device_of(place), dtype.name
        if key not in self._sent:
            weights = np.array(self.class_weights, dtype)
            self._sent[key] = backend.to_device(weights, key[0])
        return self._sent[key]

    def __call__(self, logits: Array, labels: Array) -> Array:
        """The same as ``forward``."""
        return self.forward(logits, labels)

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)
        return f"SoftmaxCrossEntropy({settings})"


class MSELoss:
    """The mean squared error, (1/M) Σ (outputs − targets)² over all M numbers, for regression.

    As ``torch.nn.MSELoss``. Under normally distributed errors of one variance, the parameters of
    the least squared error are the most likely ones.

    Attributes
    ----------
    metric_name : str
        What ``metric`` is: the mean absolute error.

    References
    ----------
    Goodfellow, Bengio & Courville 2016, Deep learning, §5.5.1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import losses
    >>> loss = losses.MSELoss()
    >>> float(loss(np.array([[1.0], [5.0]]), np.array([[2.0], [2.0]])))
    5.0
    >>> loss.backward()
    array([[-1.],
           [ 3.]])
    """

    metric_name = "mean_absolute_error"

    def __init__(self) -> None:
        self.saved: Saved | None = None

    def forward(self, outputs: Array, targets: Array) -> Array:
        """Compute the mean loss, and save what ``backward`` needs.

        Parameters
        ----------
        outputs : array
            Of any shape, float32 or float64.
        targets : array of the shape of the outputs
            Numbers, which are converted to the dtype of the outputs.

        Returns
        -------
        loss : scalar
            The mean over all numbers. Errors are those of ``ops.mse_loss``.
        """
        loss, self.saved = ops.mse_loss(outputs, targets)
        return loss

    def backward(self) -> Array:
        """The gradient of the mean loss with respect to the outputs.

        Returns
        -------
        doutputs : array
            For the ``backward`` of the net.

        Raises
        ------
        RuntimeError
            If there was no forward pass.
        """
        if self.saved is None:
            raise RuntimeError("MSELoss.backward() needs a forward pass first")
        return ops.mse_loss_backward(self.saved)

    def metric(self, outputs: Array, targets: Array) -> Array:
        """The mean absolute error, in the unit of the targets.

        Parameters
        ----------
        outputs, targets : array
            Of one shape.

        Returns
        -------
        error : scalar array
            The mean of the absolute differences.
        """
        return abs(outputs - targets.astype(outputs.dtype)).mean()

    def metric_weight(self, targets: Array) -> int:
        """Of how many numbers ``metric`` is the mean.

        Parameters
        ----------
        targets : array
            Of any shape.

        Returns
        -------
        count : int
            All of them.
        """
        return int(targets.size)

    def __call__(self, outputs: Array, targets: Array) -> Array:
        """The same as ``forward``."""
        return self.forward(outputs, targets)

    def __repr__(self) -> str:
        return "MSELoss()"
