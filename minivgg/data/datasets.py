"""Datasets by name: found on this machine, or downloaded and verified; nothing is unpickled."""

import gzip
import tarfile
import zlib
from pathlib import Path
from typing import Literal, overload

import numpy as np

from minivgg.backend.types import Size
from minivgg.data.arrays import ArrayDataset
from minivgg.data.folder import ImageFolder
from minivgg.data.split_images import no_split
from minivgg.utils import downloads
from minivgg.utils.file_names import is_address
from minivgg.utils.files import StrPath
from minivgg.utils.remote_file import RemoteFile
from minivgg.utils.suggest import SIMILAR, suggest

NAMES = ("digits", "cifar10", "mnist", "fashion-mnist")
SPLITS = ("train", "test")
MAX_PART_BYTES = 64 << 20  # of a file of a dataset, unpacked; the largest has 47 MB

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
FASHION_CLASSES = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

# Where the files come from: CIFAR-10 from its author's site, Fashion-MNIST from its authors'
# repository, since their site has no encryption. MNIST's own site no longer serves its files;
# torchvision's mirror has them.
URLS = {
    "cifar10": "https://www.cs.toronto.edu/~kriz/",
    "mnist": "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "fashion-mnist": "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
    "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
}
# SHA-256 and size, as TensorFlow Datasets publishes them (tensorflow_datasets/url_checksums)
CHECKSUMS = {
    "cifar10": {
        "cifar-10-binary.tar.gz": (
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170_052_171
        )
    },
    "mnist": {
        "train-images-idx3-ubyte.gz": (
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422
        ),
        "train-labels-idx1-ubyte.gz": (
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881
        ),
        "t10k-images-idx3-ubyte.gz": (
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542
        ),
    },
    "fashion-mnist": {
        "train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880
        ),
        "train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515
        ),
        "t10k-images-idx3-ubyte.gz": (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148
        ),
    },
}  # fmt: skip


# What is returned for which names; the docstring is that of the definition below.
@overload
def load(
    name: Literal["digits", "mnist", "fashion-mnist"], split: str = ..., *, progress: bool = ...
) -> ArrayDataset: ...


@overload
def load(
    name: StrPath,
    split: str = ...,
    *,
    size: Size | Literal["own"] | None = ...,
    channels: int = ...,
    in_memory: bool = ...,
    progress: bool = ...,
    shrink_to: int | None = ...,
    test_share: float | None = ...,
    seed: int = ...,
) -> ArrayDataset | ImageFolder: ...


def load(
    name: StrPath,
    split: str = "train",
    *,
    size: Size | Literal["own"] | None = None,
    channels: int = 3,
    in_memory: bool = True,
    progress: bool = True,
    shrink_to: int | None = None,
    test_share: float | None = None,
    seed: int = 0,
) -> ArrayDataset | ImageFolder:
    """Load a dataset by name, or the images of a folder, zip or tar by its path.

    Files are looked for in ``$MINIVGG_DATA``, then in the user's cache; else they are downloaded
    and their checksum is verified.

    Parameters
    ----------
    name : {"digits", "cifar10", "mnist", "fashion-mnist"} or path
        Handwritten digits (8×8, with this package), photographs of ten kinds of things (32×32),
        handwritten digits or pieces of clothing (28×28), or images of your own.
    split : str
        "train" or "test"; for a path see ``ImageFolder``.
    size : int, (int, int) or "own", optional
        For a path only, as all that follow: see ``ImageFolder``.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    in_memory : bool
        Read all images now rather than each when it is asked for.
    progress : bool
        Show progress bars.
    shrink_to : int, optional
        With size="own", reduce larger images until their smaller side has this many pixels.
    test_share : float, optional
        The share of test images in a folder of class folders without splits.
    seed : int
        Decides which these are.

    Returns
    -------
    ArrayDataset or ImageFolder
        An ``ImageFolder`` for a path, and for CIFAR-10 as a folder or zip of images.

    Raises
    ------
    ValueError
        If there is no dataset of that name (the nearest one is named), or no such split.
    OSError
        If a file is damaged or cannot be downloaded.

    Examples
    --------
    >>> from minivgg import data
    >>> digits = data.load("digits")
    >>> len(digits), digits.shape, digits.classes
    (1438, (1, 8, 8), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    """
    if str(name) not in NAMES:
        if Path(name).exists():
            return ImageFolder(
                name, split, size, channels, in_memory, progress, shrink_to, test_share, seed
            )
        raise ValueError(_no_data(name))
    if split not in SPLITS:
        raise no_split(name, split, SPLITS)
    name = str(name)
    if name == "digits":
        return _digits(split)
    return _cifar10(split, progress) if name == "cifar10" else _mnist(name, split, progress)


def _no_data(name: StrPath) -> str:
    """The sentence about a name that is neither a dataset nor a path."""
    if is_address(str(name)):
        return f"{name} is an address: download it, and name the folder or archive"
    path = Path(name)
    similar = suggest(str(name).lower(), NAMES, cutoff=SIMILAR)
    if not similar and path.parent.is_dir():
        beside = [other.name for other in path.parent.iterdir() if other.name[0] != "."]
        similar = suggest(path.name, beside, cutoff=SIMILAR)
        similar = similar and str(path.with_name(similar))
    hint = f"did you mean {similar!r}? " if similar else ""
    return (
        f"'{name}' is neither a dataset nor an existing path: {hint}"
        f"{'T' if similar else 't'}he datasets are {', '.join(NAMES)}"
    )


def _digits(split: str) -> ArrayDataset:
    """UCI's 1,797 handwritten digits (CC BY 4.0), as shipped by scikit-learn.

    Every fifth image is a test image.
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as file:
        pixels, labels = file[f"{split}_images"], file[f"{split}_labels"]
    images = np.rint(pixels * (255 / 16)).astype(np.uint8)  # the original values are 0 to 16
    return ArrayDataset(images[:, None], labels, [str(k) for k in range(10)])


def _cifar10(split: str, progress: bool) -> ArrayDataset | ImageFolder:
    for folder in _search_path("cifar10"):
        for candidate in (folder / "cifar10.zip", folder):
            if candidate.is_file() or (candidate / split).is_dir():
                return ImageFolder(candidate, split, in_memory=True, progress=progress)
    archive = _find("cifar10", "cifar-10-binary.tar.gz", progress)
    batches = ["test_batch"] if split == "test" else [f"data_batch_{i}" for i in range(1, 6)]
    try:
        with tarfile.open(archive) as tar:
            content = b"".join(
                _read_member(tar, f"cifar-10-batches-bin/{batch}.bin") for batch in batches
            )
    except (tarfile.TarError, EOFError, KeyError, OSError, zlib.error) as error:
        raise _damaged(archive, error) from error
    # a record is a label, then 32×32 pixels of red, of green and of blue
    records = np.frombuffer(content, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    return ArrayDataset(records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0], CIFAR10_CLASSES)


def _read_member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(f"{name} is not a file")
    content = file.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES:
        raise KeyError(f"{name} has more than {MAX_PART_BYTES:,} bytes")
    return content


def _mnist(name: str, split: str, progress: bool) -> ArrayDataset:
    prefix = "t10k" if split == "test" else "train"
    images, labels = (
        _read_idx(_find(name, f"{prefix}-{kind}-ubyte.gz", progress))
        for kind in ("images-idx3", "labels-idx1")
    )
    digits = [str(k) for k in range(10)]
    return ArrayDataset(
        images[:, None], labels, FASHION_CLASSES if name == "fashion-mnist" else digits
    )


def _read_idx(path: Path) -> np.ndarray:
    """Read LeCun's IDX format.

    Two zeros, the type (8: bytes), the number of axes, their lengths as big-endian integers, the
    data.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MAX_PART_BYTES + 1)
        if len(content) > MAX_PART_BYTES:
            raise ValueError(f"it has more than {MAX_PART_BYTES:,} bytes")
        axes = content[3]
        shape = np.frombuffer(content, ">i4", axes, offset=4)
        return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> OSError:
    return OSError(f"{path} is damaged ({error}): remove it, and it will be downloaded again")


def _search_path(name: str) -> list[Path]:
    """The folders that may hold a dataset's files.

    MNIST and Fashion-MNIST use the same file names, so only the folder's name distinguishes them.
    """
    return downloads.search_path(name, alone=name == "cifar10")


def _find(name: str, file: str, progress: bool) -> Path:
    """The path of one file of a dataset, which is downloaded to the cache if it is not found."""
    folders = _search_path(name)
    for folder in folders:
        for candidate in (folder / file, folder / file.removesuffix(".gz")):
            if candidate.is_file():
                return candidate
    try:
        remote = RemoteFile(URLS[name] + file, *CHECKSUMS[name][file])
        return downloads.fetch(remote, folders[-1] / file, progress)
    except OSError as error:
        raise OSError(
            f"{name} was not found in {', '.join(map(str, folders))}, and {error}"
        ) from error
