"""The kernels of a device: the contract that the packages ``cpu`` and ``cuda`` both keep.

``Kernels`` lists what a device must offer, for whoever writes kernels or adds a device. Operations
check all arguments before they call a kernel, so kernels check nothing. mypy compares both packages
with this list.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from minivgg.backend import cpu, cuda
from minivgg.backend.blocks import ImageBlock
from minivgg.backend.conv_algorithms import Algorithm, Explain
from minivgg.backend.devices import common_device
from minivgg.backend.geometry import Geometry
from minivgg.backend.random import RandomGenerator
from minivgg.backend.types import Array, Shape
from minivgg.backend.winograd import FilterCache


class Kernels(Protocol):
    """The functions that a device offers to the operations.

    N images, C channels in, O channels out, H × W pixels, kh × kw kernel, OH × OW outputs, D and O
    features of a fully connected layer. Images go in and out as (N, C, H, W); only the results of
    pooling are (N, OH, OW, C). All arrays of a call have one device and one dtype, float32 or
    float64, and so have its results. A function that returns nothing fills or changes an argument.
    """

    def conv2d(
        self,
        x: Array,
        w: Array,
        b: Array | None,
        geometry: Geometry,
        algorithm: str | Algorithm = "auto",
        relu: bool = False,
        pool: bool = False,
        filter_cache: FilterCache | None = None,
        explain: Explain | None = None,
    ) -> Array:
        """Convolve images with filters: y = x ⋆ w + b, a cross-correlation.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        w : array of shape (O, C/groups, kh, kw)
            Filters.
        b : array of shape (O,), optional
            Biases.
        geometry : Geometry
            The windows.
        algorithm : str or Algorithm
            What was asked for, see ``conv_algorithms.choose``.
        relu : bool
            Whether to return max(y, 0).
        pool : bool
            Whether to return the largest of each 2×2 pixels of that.
        filter_cache : dict, optional
            Transformed filters of the same w, which the call uses or adds to.
        explain : callable, optional
            Called with one sentence that says which algorithm was chosen and why.

        Returns
        -------
        y : array of shape (N, O, OH, OW), or (N, O, OH//2, OW//2) with ``pool``
            Channels last in memory.
        """

    def conv2d_weight_grad(
        self,
        x: Array,
        dy: Array,
        w_shape: Shape,
        geometry: Geometry,
        algorithm: str | Algorithm = "auto",
    ) -> tuple[Array, Array]:
        """Compute the gradients of the filters and of the biases.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        dy : array of shape (N, O, OH, OW)
            The gradient of the loss with respect to y.
        w_shape : tuple
            (O, C/groups, kh, kw).
        geometry : Geometry
            The windows.
        algorithm : str or Algorithm
            As for ``conv2d``.

        Returns
        -------
        dw : array of shape (O, C/groups, kh, kw)
            In memory (kh, kw, C/groups, O).
        db : array of shape (O,)
            The sum of dy over images and pixels.
        """

    def conv2d_input_grad(
        self,
        dy: Array,
        w: Array,
        x_shape: Shape,
        geometry: Geometry,
        algorithm: str | Algorithm = "auto",
        relu_output: Array | None = None,
    ) -> Array:
        """Compute the gradient of the images.

        Parameters
        ----------
        dy : array of shape (N, O, OH, OW)
            The gradient of the loss with respect to y.
        w : array of shape (O, C/groups, kh, kw)
            Filters.
        x_shape : tuple
            (N, C, H, W).
        geometry : Geometry
            The windows.
        algorithm : str or Algorithm
            As for ``conv2d``.
        relu_output : array of shape (N, C, H, W), optional
            If given, dx is 0 where it is not positive.

        Returns
        -------
        dx : array of shape (N, C, H, W)
            Channels last in memory.
        """

    def filters_channels_last(self, w: Array) -> Array:
        """Bring filters into the order in memory that convolution is fastest with.

        Parameters
        ----------
        w : array of shape (O, C, kh, kw)
            Filters.

        Returns
        -------
        w : array of shape (O, C, kh, kw)
            In memory (kh, kw, C, O). Not a copy where memory has that order already.
        """

    def im2col(self, x: Array, geometry: Geometry) -> Array:
        """Copy every window of the images into a row of a matrix, one matrix for each group.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        geometry : Geometry
            The windows.

        Returns
        -------
        cols : array of shape (groups, N·OH·OW, kh·kw·C/groups)
            Within a row the order is (kernel row, kernel column, channel).
        """

    def col2im(self, cols: Array, shape: Shape, geometry: Geometry) -> Array:
        """Add every number to the pixel that it was copied from: the adjoint of ``im2col``.

        Parameters
        ----------
        cols : array of shape (groups, N·OH·OW, kh·kw·C/groups)
            In the order of ``im2col``.
        shape : tuple
            (N, C, H, W) of the images.
        geometry : Geometry
            The windows.

        Returns
        -------
        x : array of shape (N, C, H, W)
            Channels last in memory.
        """

    def linear_forward(self, x: Array, w: Array, y: Array) -> None:
        """Fill y with x · wᵀ.

        Parameters
        ----------
        x : array of shape (N, D)
            Features.
        w : array of shape (O, D)
            Weights.
        y : array of shape (N, O)
            The result.
        """

    def linear_input_grad(self, dy: Array, w: Array, dx: Array) -> None:
        """Fill dx with dy · w.

        Parameters
        ----------
        dy : array of shape (N, O)
            The gradient of the loss with respect to y.
        w : array of shape (O, D)
            Weights.
        dx : array of shape (N, D)
            The result.
        """

    def linear_weight_grad(self, dy: Array, x: Array, dw: Array) -> None:
        """Fill dw with dyᵀ · x.

        Parameters
        ----------
        dy : array of shape (N, O)
            The gradient of the loss with respect to y.
        x : array of shape (N, D)
            Features.
        dw : array of shape (O, D)
            The result.
        """

    def max_pool(self, x: Array, geometry: Geometry) -> tuple[Array, Array | None]:
        """Take the largest pixel of each window. The border never wins.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        geometry : Geometry
            The windows, which may reach beyond the padding. Its groups play no part.

        Returns
        -------
        y : array of shape (N, OH, OW, C)
            The maxima.
        winners : array or None
            Whatever ``max_pool_backward`` of the same device needs beside x and y.
        """

    def max_pool_backward(
        self,
        dy: Array,
        x: Array,
        y: Array,
        winners: Array | None,
        geometry: Geometry,
        relu: bool,
    ) -> Array:
        """Give each gradient to the pixel that won its window; in a tie, to the first by rows.

        Parameters
        ----------
        dy : array of shape (N, C, OH, OW)
            The gradient of the loss with respect to y.
        x : array of shape (N, C, H, W)
            Images.
        y : array of shape (N, OH, OW, C)
            From ``max_pool``.
        winners : array or None
            From ``max_pool``.
        geometry : Geometry
            The windows.
        relu : bool
            Whether windows whose largest pixel is not positive give nothing.

        Returns
        -------
        dx : array of shape (N, C, H, W)
            Sums where windows overlap.
        """

    def avg_pool(self, x: Array, areas: Array, geometry: Geometry) -> Array:
        """Divide the sum of each window by its area.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        areas : array of shape (OH, OW, 1)
            In pixels.
        geometry : Geometry
            The windows, which may reach beyond the padding. Its groups play no part.

        Returns
        -------
        y : array of shape (N, OH, OW, C)
            The averages.
        """

    def avg_pool_backward(self, dy: Array, areas: Array, shape: Shape, geometry: Geometry) -> Array:
        """Give dy / area to every pixel of a window.

        Parameters
        ----------
        dy : array of shape (N, C, OH, OW)
            The gradient of the loss with respect to y.
        areas : array of shape (OH, OW, 1)
            In pixels.
        shape : tuple
            (N, C, H, W) of the images.
        geometry : Geometry
            The windows.

        Returns
        -------
        dx : array of shape (N, C, H, W)
            Sums where windows overlap.
        """

    def local_response_norm(
        self, x: Array, size: int, alpha: float, beta: float, k: float
    ) -> tuple[Array, Array]:
        """Normalise across channels: y = x · s^−β, s = k + α · Σ x² over neighbouring channels.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.
        size : int
            How many channels a sum has: from i − size // 2 to i + (size − 1) // 2.
        alpha, beta, k : float
            α, β and k.

        Returns
        -------
        y, s : array of shape (N, C, H, W)
            The result, and the sums for ``local_response_norm_backward``.
        """

    def local_response_norm_backward(
        self, dy: Array, x: Array, s: Array, size: int, alpha: float, beta: float
    ) -> Array:
        """Compute the gradient of the images.

        Parameters
        ----------
        dy : array of shape (N, C, H, W)
            The gradient of the loss with respect to y.
        x, s : array of shape (N, C, H, W)
            Images, and the sums from ``local_response_norm``.
        size : int
            As for ``local_response_norm``.
        alpha, beta : float
            As for ``local_response_norm``.

        Returns
        -------
        dx : array of shape (N, C, H, W)
            The gradient of the loss with respect to x.
        """

    def image_blocks(self, x: Array) -> list[ImageBlock]:
        """Divide images into blocks of a size that suits the device.

        Parameters
        ----------
        x : array of shape (N, C, H, W)
            Images.

        Returns
        -------
        blocks : list of (slice, slice, slice)
            Indices of x, which together cover it.
        """

    def sum_by_channel(self, images: Array) -> Array:
        """Sum over images and pixels.

        Parameters
        ----------
        images : array of shape (N, C, H, W)
            Images.

        Returns
        -------
        sums : array of shape (C,)
            One for each channel.
        """

    def relu(self, x: Array, y: Array) -> None:
        """Fill y with max(x, 0).

        Parameters
        ----------
        x, y : array
            Of one shape.
        """

    def relu_backward(self, y: Array, dy: Array, dx: Array) -> None:
        """Fill dx with dy where y > 0, else with 0.

        Parameters
        ----------
        y, dy, dx : array
            Of one shape; dx may be dy.
        """

    def dropout(
        self, x: Array, p: float, scale: float, generator: RandomGenerator
    ) -> tuple[Array, Array]:
        """Set numbers to zero at random: y = x · mask.

        Parameters
        ----------
        x : array
            Of any shape.
        p : float
            The probability of a zero in the mask.
        scale : float
            The other value of the mask.
        generator : RandomGenerator
            Of the device of x.

        Returns
        -------
        y, mask : array
            Of the shape of x.
        """

    def dropout_backward(self, dy: Array, mask: Array, dx: Array) -> None:
        """Fill dx with dy · mask.

        Parameters
        ----------
        dy, mask, dx : array
            Of one shape.
        """

    def find_invalid_label(self, labels: Array, classes: int) -> int | None:
        """Look for a label that is not in 0..classes−1.

        Parameters
        ----------
        labels : array of shape (N,)
            Integers, at least one.
        classes : int
            How many classes there are.

        Returns
        -------
        label : int or None
            None also on a device that would have to wait for its earlier work to read the labels.
        """

    def scores_of_labels(self, z: Array, labels: Array) -> Array:
        """Take from each row the number of its label.

        Parameters
        ----------
        z : array of shape (N, K)
            A number for each of K classes.
        labels : array of shape (N,)
            Integers, of which ``find_invalid_label`` has refused none.

        Returns
        -------
        scores : array of shape (N,)
            z[n, labels[n]], and NaN where there is no such class.
        """

    def softmax_cross_entropy_grad(self, e: Array, sums: Array, labels: Array) -> Array:
        """Compute the gradient of the mean cross-entropy: (softmax − onehot(labels)) / N.

        Parameters
        ----------
        e : array of shape (N, K)
            The exponentials, of which the softmax is e / sums.
        sums : array of shape (N,)
            The sums of the rows of e.
        labels : array of shape (N,)
            As for ``scores_of_labels``.

        Returns
        -------
        dz : array of shape (N, K)
            The gradient with respect to the logits.
        """

    def sgd(
        self,
        steps: Sequence[tuple[Array, Array, Array]],
        lr: float,
        momentum: float,
        weight_decay: float,
        nesterov: bool,
    ) -> None:
        """Change weights and velocities in place by one step of gradient descent.

        v ← momentum · v − lr · (weight_decay · w + g), w ← w + v, or with Nesterov's momentum
        w ← w + momentum · v − lr · (weight_decay · w + g).

        Parameters
        ----------
        steps : sequence of (w, v, g)
            Weights, velocity and gradient of each parameter, of one shape.
        lr, momentum, weight_decay : float
            The settings of the step.
        nesterov : bool
            Whether momentum is Nesterov's.
        """

    def apply_blockwise(self, function: Callable[..., object], *arrays: Array) -> None:
        """Call a function with the same part of each array, part after part.

        Parameters
        ----------
        function : callable
            Treats each number by itself, in place.
        *arrays : array
            Of one shape.
        """

    def sum_of_squares(self, a: Array) -> Array:
        """Add up the squares of all numbers: Σ a².

        Parameters
        ----------
        a : array
            Of any shape.

        Returns
        -------
        total : scalar array
            In float64, on the device of a.
        """


def kernels_of(*arrays: Array | None) -> Kernels:
    """The kernels of the one device that these arrays live on.

    Parameters
    ----------
    *arrays : array or None
        ``None`` is skipped.

    Returns
    -------
    kernels : Kernels
        The package ``cpu`` or ``cuda``.

    Raises
    ------
    RuntimeError
        If the arrays are on two devices.
    TypeError
        If one of them is no array.
    """
    if common_device(*arrays) == "gpu":
        return cuda  # two statements: mypy checks a package against the protocol where it returns
    return cpu
