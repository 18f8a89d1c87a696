"""The nets that come with the package, which work without a network."""

from pathlib import Path

from minivgg.models.net import Net
from minivgg.models.pretrained.loading import load_weights
from minivgg.models.vgg import vgg
from minivgg.utils.suggest import which_there_are

CIFAR10, VGG16_POOL3 = "cifar10", "vgg16-pool3"
PACKAGED = (CIFAR10, VGG16_POOL3)
VGG16_POOL3_LAYERS = "64,64,M,128,128,M,256,256,256,M"  # blocks 1 to 3 of net D


def packaged_folder(name: str) -> Path:
    """The folder of a packaged net, with its weights and its model card.

    Parameters
    ----------
    name : str
        One of PACKAGED.

    Returns
    -------
    folder : Path
        In the installed package.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in PACKAGED:
        raise ValueError(f"there is no packaged net {name!r}: {which_there_are(name, PACKAGED)}")
    return Path(__file__).parent / name


def packaged_net(name: str) -> Net:
    """A net that comes with the package.

    Parameters
    ----------
    name : {"cifar10", "vgg16-pool3"}
        "cifar10" is a classifier of ten classes for 3×32×32 images. "vgg16-pool3" is blocks 1 to 3
        of the authors' VGG-16, without fully connected layers: it takes RGB images of any size of
        at least 8×8 and returns the map of the third max-pool (N, 256, H/8, W/8).

    Returns
    -------
    net : Net
        In eval mode, with its preprocessing. The folder of the weights has a MODEL_CARD.md with the
        licence.

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> from minivgg import models
    >>> models.packaged_net("vgg16-pool3").output_shape((3, 64, 80))
    (256, 8, 10)
    """
    path = packaged_folder(name) / "weights.safetensors"
    if name == CIFAR10:
        net = vgg("medium-32x32", 10, batch_norm=True, initializer="zeros")
    else:
        layers = [part if part == "M" else int(part) for part in VGG16_POOL3_LAYERS.split(",")]
        whole = vgg(layers, 1, (3, 224, 224), (), initializer="zeros")
        net = Net({"features": whole["features"]}, whole.input_shape)
    return load_weights(net, path).eval()
