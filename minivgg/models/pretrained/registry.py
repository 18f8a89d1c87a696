"""Published weights as data: their URLs and checksums, and the preprocessing that they expect."""

from typing import NamedTuple

from minivgg.data import Normalize
from minivgg.models.configurations import ALIASES, CONFIGURATIONS
from minivgg.models.vgg import resolve
from minivgg.utils import downloads

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


class Published(NamedTuple):
    """A file of torchvision's, whose name ends with the first digits of its SHA-256.

    top1, top5: published accuracy in %, on one centre crop.
    """

    file: str
    top1: float
    top5: float

    @property
    def checksum(self):
        """The checksum as ``downloads.fetch`` takes it."""
        return f"sha256:{self.file.rsplit('-', 1)[1].removesuffix('.pth')}"


WEIGHTS_URL = "https://download.pytorch.org/models/"
IMAGENET = {
    "vgg11": Published("vgg11-8a719046.pth", 69.020, 88.628),
    "vgg13": Published("vgg13-19584684.pth", 69.928, 89.246),
    "vgg16": Published("vgg16-397923af.pth", 71.592, 90.382),
    "vgg19": Published("vgg19-dcbb9e9d.pth", 72.376, 90.876),
    "vgg11_bn": Published("vgg11_bn-6002323d.pth", 70.370, 89.810),
    "vgg13_bn": Published("vgg13_bn-abd245e5.pth", 71.586, 90.374),
    "vgg16_bn": Published("vgg16_bn-6c64b313.pth", 73.360, 91.516),
    "vgg19_bn": Published("vgg19_bn-c79401a0.pth", 74.218, 91.842),
}
CLASSES_FILE = "imagenet_class_index.json"
CLASSES_URL = "https://storage.googleapis.com/download.tensorflow.org/data/"
CLASSES_CHECKSUM = "md5:c2c37ea517e94d9795004a39431a14cb"


def published_name(configuration, batch_norm=False):
    """The name under which a configuration is published, "vgg16" for "D".

    Raises ``ValueError`` for a configuration without published weights.
    """
    chosen, with_norm = resolve(configuration)
    for alias, letter in ALIASES.items():
        if CONFIGURATIONS[letter] is chosen:
            return f"{alias}_bn" if batch_norm or with_norm else alias
    raise ValueError(
        f"there are no published weights for the net {configuration!r}: there are for "
        f"{', '.join(IMAGENET)}"
    )


def imagenet_file(name, progress=True, download=True):
    """The path of the published weights of a net ("vgg16", "vgg16_bn", …).

    They are looked for in ``$MINIVGG_DATA`` and the cache, else downloaded to the cache. download:
    False to use only what is on this machine.
    Raises ``ValueError`` for a net without published weights, ``OSError`` when they are not
    available.
    """
    if name not in IMAGENET:
        raise ValueError(
            f"there are no published weights for {name!r}: there are for {', '.join(IMAGENET)}"
        )
    return _find(IMAGENET[name].file, WEIGHTS_URL, IMAGENET[name].checksum, progress, download)


def classes_file(progress=False):
    """The path of the file of ImageNet's class names, found or downloaded in the same way."""
    return _find(CLASSES_FILE, CLASSES_URL, CLASSES_CHECKSUM, progress)


def _find(file, url, checksum, progress, download=True):
    folders = downloads.search_path("weights")
    for folder in folders:
        if (folder / file).is_file():
            return folder / file
    missing = f"{file} was not found in {', '.join(map(str, folders))}"
    if not download:
        raise FileNotFoundError(missing)
    try:
        return downloads.fetch(url + file, folders[-1] / file, checksum, progress)
    except OSError as error:
        raise OSError(f"{missing}, and {error}") from error
