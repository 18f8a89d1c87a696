"""GoogLeNet, the winner of ILSVRC 2014, where VGG was second."""

from collections.abc import Sequence

from minivgg.layers.initializers import Initializer
from minivgg.models.inception import inception_net
from minivgg.models.net import Net
from minivgg.models.pretrained.loading import load_weights
from minivgg.models.pretrained.registry import imagenet_file
from minivgg.models.weights_argument import IMAGENET_CLASSES, Weights, check_weights


def googlenet(
    weights: Weights = None,
    classes: int = IMAGENET_CLASSES,
    input_shape: Sequence[int] = (3, 224, 224),
    dropout: float = 0.2,
    *,
    progress: bool = True,
    initializer: str | Initializer = "kaiming_normal",
) -> Net:
    """Build GoogLeNet as torchvision has it, which maps images to logits (N, classes).

    Three convolutions, nine inception blocks, the mean of each of the last 1024 maps, and one fully
    connected layer: 22 layers deep, with 6,624,904 parameters for 1000 classes, a twentieth of
    VGG-16's. An inception block is a ``layers.Concat`` of 1×1 convolutions, of 3×3 convolutions of
    two kinds, and of a max-pool. 1×1 convolutions before the larger ones, and after the pool,
    reduce the number of channels.

    torchvision's net differs from the paper's, and so does this one: each convolution is followed
    by batch norm (ε = 0.001), there is no local response normalisation, the dropout is 0.2 instead
    of 0.4, and the third branch has 3×3 filters where the paper has 5×5. The two side heads, which
    add their losses in training, are left out; ``load_weights`` leaves out those of a file.

    The names of the parameters are torchvision's: "inception3a.branch2.0.conv.weight".

    Parameters
    ----------
    weights : "imagenet" or path, optional
        New weights by default. "imagenet" means torchvision's published ones, from
        ``$MINIVGG_DATA`` or the cache, or downloaded. For a file see ``load_weights``.
        Published weights expect (x/255 − 0.5) / 0.5: torchvision's net takes images that are
        normalised as for its other nets, and converts them (``transform_input``); here this is
        part of ``net.preprocessing``.
    classes : int
        Number of classes.
    input_shape : (int, int, int)
        (C, H, W) of the images. The net itself takes images of any size from 31×31 pixels.
    dropout : float
        Probability of dropping, before the fully connected layer.
    progress : bool
        Whether to show a bar while downloading.
    initializer : str or callable
        Draws the weights, see ``initializers.get``.

    Returns
    -------
    net : Net
        In training mode, on the default device. Its parts have torchvision's names, from "conv1" to
        "fc".

    Raises
    ------
    ValueError
        If the images are too small, or the weights do not fit.
    TypeError
        If weights are neither a name nor a path.
    OSError
        If the weights cannot be found or read.

    References
    ----------
    Szegedy et al. 2014, "Going Deeper with Convolutions", Table 1 and Figure 2b. Batch norm: Ioffe
    & Szegedy 2015.

    Examples
    --------
    >>> from minivgg import models
    >>> net = models.googlenet(initializer="zeros")  # enough for shapes and counts
    >>> net["inception3a"].output_shape((192, 28, 28))  # 64 + 128 + 32 + 32 channels
    (256, 28, 28)
    >>> models.summary(net, net.input_shape).parameters
    6624904
    """
    check_weights("googlenet", weights, classes)
    net = inception_net(classes, input_shape, dropout, "zeros" if weights else initializer)
    if weights == "imagenet":
        weights = imagenet_file("googlenet", progress)
    return load_weights(net, weights) if weights else net
