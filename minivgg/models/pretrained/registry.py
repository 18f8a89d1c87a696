"""Published weights as data: their URLs and checksums, and the preprocessing that they expect."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from minivgg.data import Normalize
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, LayerSpec
from minivgg.models.vgg import resolve
from minivgg.utils import downloads
from minivgg.utils.remote_file import RemoteFile

# Normalisation of RGB that the weights of each source were trained with. torchvision:
# (x/255 − mean) / std. Caffe (the paper's authors, Keras, Frossard): x − mean, so a std of 1/255.
TORCHVISION = Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CAFFE = Normalize((123.68 / 255, 116.779 / 255, 103.939 / 255), (1 / 255,) * 3)
PREPROCESSING = {
    "torchvision": TORCHVISION,
    "timm": TORCHVISION,
    "keras": CAFFE,
    "frossard": CAFFE,
    "imagenet": TORCHVISION,
}
# What torchvision's transform_input makes of TORCHVISION: its weights of GoogLeNet are conversions
# of weights that were trained with pixels from -1 to 1.
GOOGLENET_PIXELS = Normalize((0.5,) * 3, (0.5,) * 3)
# Weights under torchvision's names that expect something else, told by the checksum in the file's
# name: (what they expect, whether they take BGR). Conversions of Caffe's weights of VGG are
# torchvision's own IMAGENET1K_FEATURES, and Justin Johnson's,
# https://github.com/jcjohnson/pytorch-vgg
PREPROCESSING_BY_CHECKSUM = {
    "1378be20": (GOOGLENET_PIXELS, False),
    "88682ab5": (Normalize((0.48235, 0.45882, 0.40784), (1 / 255,) * 3), False),
    "00b39a1b": (CAFFE, True),
    "d01eb7cb": (CAFFE, True),
}


WEIGHTS_URL = "https://download.pytorch.org/models/"


class Published(NamedTuple):
    """A file of torchvision's.

    Parameters
    ----------
    file : str
        Its name, which ends with the first digits of its SHA-256.
    top1, top5 : float
        Published accuracy in %, on one centre crop.
    size : int
        In bytes.
    sha256 : str
        The whole of it; empty where only the digits in the name are published.
    """

    file: str
    top1: float
    top5: float
    size: int
    sha256: str = ""

    @property
    def remote(self) -> RemoteFile:
        """Where it is, and how it is recognised."""
        if self.sha256:
            return RemoteFile(WEIGHTS_URL + self.file, self.sha256, self.size)
        digits = self.file.rsplit("-", 1)[1].removesuffix(".pth")
        return RemoteFile(WEIGHTS_URL + self.file, digits, self.size, SIZE_ROUNDING)


# torchvision publishes eight digits of each checksum, and sizes in MB (its _file_size) that are
# rounded to 0.001. The whole checksums and the sizes of VGG-16 and VGG-19 were published by several
# projects that downloaded the files, such as LibreYOLO. None were found for VGG-11 and VGG-13.
SIZE_ROUNDING = 2**20 // 2000 + 1
IMAGENET = {
    "vgg11": Published("vgg11-8a719046.pth", 69.020, 88.628, 531_460_260),
    "vgg13": Published("vgg13-19584684.pth", 69.928, 89.246, 532_199_506),
    "vgg16": Published(
        "vgg16-397923af.pth", 71.592, 90.382, 553_433_881,
        "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
    ),
    "vgg19": Published(
        "vgg19-dcbb9e9d.pth", 72.376, 90.876, 574_673_361,
        "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
    ),
    "vgg11_bn": Published("vgg11_bn-6002323d.pth", 70.370, 89.810, 531_503_251),
    "vgg13_bn": Published("vgg13_bn-abd245e5.pth", 71.586, 90.374, 532_246_692),
    "vgg16_bn": Published(
        "vgg16_bn-6c64b313.pth", 73.360, 91.516, 553_507_836,
        "6c64b3138f2f4fcb3bcc4cafde11619c4f440eb1631787e93a682fd88305888a",
    ),
    "vgg19_bn": Published(
        "vgg19_bn-c79401a0.pth", 74.218, 91.842, 574_769_405,
        "c79401a0cf3cb42714e4182f5868c7a6f4f4534f5df9e956e2bb2098de41cbb6",
    ),
}  # fmt: skip
# Of all nets that are known by name: the paper's, and those that they are compared with
PUBLISHED = IMAGENET | {
    "googlenet": Published("googlenet-1378be20.pth", 69.778, 89.530, 52_146_733)
}
# Keras' file. Keras publishes its MD5; a file with that MD5 has this SHA-256 and size.
CLASSES = RemoteFile(
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "a1e7a966a1f601d39e4b43e119b3e7dd4a2ad3ea08cf69847cbaf021013767bc",
    35_363,
)


def published_name(configuration: str | Sequence[LayerSpec], batch_norm: bool = False) -> str:
    """The name under which the weights of a configuration are published.

    Parameters
    ----------
    configuration : str or list
        As for ``vgg``.
    batch_norm : bool
        Whether the net has batch norm; a name can say it as well.

    Returns
    -------
    name : str
        "vgg16" for "D".

    Raises
    ------
    ValueError
        If there are no published weights for it.
    """
    chosen, with_norm = resolve(configuration)
    for alias, letter in ALIASES.items():
        if CONFIGURATIONS[letter] is chosen:
            return f"{alias}_bn" if batch_norm or with_norm else alias
    raise ValueError(
        f"there are no published weights for the net {configuration!r}: there are for "
        f"{', '.join(IMAGENET)}"
    )


def imagenet_file(name: str, progress: bool = True, download: bool = True) -> Path:
    """The published weights of a net.

    They are looked for in ``$MINIVGG_DATA`` and the cache, else downloaded to the cache.

    Parameters
    ----------
    name : str
        "vgg16", "vgg16_bn" or "googlenet", for example.
    progress : bool
        Whether to show a bar while downloading.
    download : bool
        False to use only what is on this machine.

    Returns
    -------
    path : Path
        Of the file.

    Raises
    ------
    ValueError
        If there are no published weights for it.
    OSError
        If they cannot be found or downloaded.
    """
    if name not in PUBLISHED:
        raise ValueError(
            f"there are no published weights for {name!r}: there are for {', '.join(PUBLISHED)}"
        )
    return _find(PUBLISHED[name].remote, progress, download)


def classes_file(progress: bool = False) -> Path:
    """The file of ImageNet's class names, found or downloaded as ``imagenet_file``.

    Parameters
    ----------
    progress : bool
        Whether to show a bar while downloading.

    Returns
    -------
    path : Path
        Of the file.
    """
    return _find(CLASSES, progress)


def _find(file: RemoteFile, progress: bool, download: bool = True) -> Path:
    folders = downloads.search_path("weights")
    for folder in folders:
        if (folder / file.name).is_file():
            return folder / file.name
    missing = f"{file.name} was not found in {', '.join(map(str, folders))}"
    if not download:
        raise FileNotFoundError(missing)
    try:
        return downloads.fetch(file, folders[-1] / file.name, progress)
    except OSError as error:
        raise OSError(f"{missing}, and {error}") from error
