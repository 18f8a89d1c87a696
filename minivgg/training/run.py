"""A run folder: the settings of one training run, its weights, and the trained network.

``Run.create`` writes config.json, the trainer checkpoints/, history.csv and best.safetensors; when
the training is finished, the command ``train`` writes weights.safetensors, figures and samples/
(``cli/train_report.py``).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from minivgg import data, models
from minivgg.backend.types import Size
from minivgg.data import NAMES, ArrayDataset, ImageFolder, load
from minivgg.data.folder import has_splits
from minivgg.data.split_images import ALL, class_numbers
from minivgg.evaluation.inference import inference_batch_size
from minivgg.evaluation.protocols import ModelUnderTest
from minivgg.layers.initializers import Initializer
from minivgg.models.net import Net
from minivgg.training import run_config
from minivgg.training.checkpointer import BEST
from minivgg.training.run_lock import LOCK
from minivgg.training.run_weights import files_of_weights, read_newest
from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath
from minivgg.utils.printable_text import listed
from minivgg.utils.suggest import SIMILAR, suggest

CONFIG = "config.json"
PACKAGED_RUNS = Path(models.__file__).with_name("pretrained")
PRETRAINED = ("cifar10",)  # runs in the package: config and weights only
MAX_RUNS = 6  # that a message names


class LoaderOptions(TypedDict, total=False):
    """The options of ``data.Loader``, all of which have defaults."""

    batch_size: int
    shuffle: bool
    seed: int
    transforms: Sequence[data.Transform]
    prefetch: int
    workers: int
    share: tuple[int, int]


class LoadOptions(TypedDict, total=False):
    """The options of ``data.load``."""

    size: Size | Literal["own"] | None
    channels: int
    in_memory: bool
    progress: bool
    shrink_to: int | None
    test_share: float
    seed: int


class Run:
    """A run folder.

    Parameters
    ----------
    folder : path
        It need not exist yet.
    config : dict
        The settings, RUN_SETTINGS and those of the recipe.
    best : bool
        Whether its net has the weights after the best epoch (``history.best_epoch``), rather than
        the newest ones.
    """

    def __init__(self, folder: StrPath, config: JsonObject, best: bool = False) -> None:
        self.folder, self.config, self.best = Path(folder), config, best

    # ---------------------------------------------------------------------------------- the folder

    @classmethod
    def open(cls, folder: StrPath, best: bool = False) -> "Run":
        """The run in a folder, or one that comes with the package.

        Parameters
        ----------
        folder : path or {"cifar10"}
            A run folder, or a name of PRETRAINED.
        best : bool
            Take the weights after the best epoch.

        Returns
        -------
        Run
            With its settings; weights are read by ``net``.

        Raises
        ------
        FileNotFoundError
            If there is no run.
        OSError
            If its config is damaged.
        """
        path = Path(folder) / CONFIG
        if not path.is_file() and str(folder) in PRETRAINED:
            folder = PACKAGED_RUNS / str(folder)
            path = folder / CONFIG
        if not path.is_file() or not str(folder):
            raise FileNotFoundError(_why_no_run(folder))
        return cls(folder, run_config.read_config(path), best)

    def create(self) -> None:
        """Make the folder with its config.json; errors are those of ``require_new``."""
        self.require_new()
        files.make_folder(self.folder)
        self.write_config()

    def require_new(self) -> None:
        """Refuse to write into a folder that is in use.

        Raises
        ------
        FileExistsError
            If the folder is a file, or holds a run or other files.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise FileExistsError(
                f"{self.folder} is a file: choose another name for the run folder"
            )
        if (self.folder / CONFIG).exists():
            raise FileExistsError(
                f"{self.folder} already holds a run: choose another folder, or continue it with "
                f"--resume {self.folder}"
            )
        if self.folder.is_dir() and any(map(_is_strange, self.folder.iterdir())):
            raise FileExistsError(
                f"{self.folder} holds other files: choose an empty or a new folder for the run"
            )

    def write_config(self) -> None:
        """Write the current settings to config.json."""
        run_config.write_config(self.folder / CONFIG, self.config)

    def weights_file(self) -> Path | None:
        """The newest file of weights, or that of the best epoch.

        Returns
        -------
        Path or None
            That of the latest epoch, weights.safetensors or a checkpoint's; best.safetensors for
            the best epoch; None if there is no such file.
        """
        return next(iter(self._files_of_weights()), None)

    def _files_of_weights(self) -> list[Path]:
        """The file of ``weights_file``, and those that can be used if it is damaged."""
        if not self.best:
            return files_of_weights(self.folder)
        path = self.folder / BEST
        return [path] if path.is_file() else []

    @property
    def name(self) -> str:
        """The folder, or the name of a run that comes with the package."""
        return display_name(self.folder)

    # ---------------------------------------------------------------------------------- the images

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the network's input."""
        channels, height, width = self.config["input_shape"]
        return channels, height, width

    @property
    def normalize(self) -> data.Normalize:
        """The last transform of images, to the network's input."""
        return data.Normalize(tuple(self.config["mean"]), tuple(self.config["std"]))

    @property
    def scale(self) -> data.Rescale | None:
        """S of the training images; None if they are not rescaled."""
        scale = self.config["scale"]
        return data.Rescale(tuple(scale) if isinstance(scale, list) else scale) if scale else None

    @property
    def test_scale(self) -> int:
        """Q of a test at a single scale: S, or the middle of its range (§4.1).

        Without S it is the larger side of the network's input.
        """
        return sum(self.scale.range) // 2 if self.scale else max(self.shape[1:])

    @property
    def max_smaller_side(self) -> int:
        """``max_smaller_side`` for this run's scale and input."""
        return max_smaller_side(self.scale, self.shape)

    def augmentations(self) -> data.Compose:
        """The random transforms of training images, before normalisation.

        Returns
        -------
        Compose
            Empty if the recipe has none.
        """
        c = self.config
        transforms: list[data.Transform] = [self.scale] if self.scale else []
        if self.scale or c["crop"]:
            transforms.append(data.RandomCrop(self.shape[1:], c["crop"]))
        if c["flip"]:
            transforms.append(data.RandomHorizontalFlip())
        if c["color"]:
            values, vectors = c["colors"]
            directions = tuple(map(tuple, vectors))
            transforms.append(data.PCAColorShift(tuple(values), directions, c["color"]))
        return data.Compose(transforms)

    def centre(self) -> data.Compose:
        """The transforms of test images before normalisation.

        Returns
        -------
        Compose
            The centre crop at the test scale; empty where images are not rescaled.
        """
        if not self.scale:
            return data.Compose()
        return data.Compose([data.Rescale(self.test_scale), data.CenterCrop(self.shape[1:])])

    def dataset(
        self,
        split: str,
        progress: bool = False,
        own_sizes: bool | None = None,
        largest: int = 0,
        data: StrPath | None = None,
    ) -> ArrayDataset | ImageFolder:
        """The run's dataset, or other images of its classes.

        Parameters
        ----------
        split : str
            Which of its images: "train" (all that are not test images), "test", or a split of
            ``data.load``; the folder of validation images is the test where there is no other.
        progress : bool
            Show a progress bar where reading takes time.
        own_sizes : bool, optional
            Leave each image in its own size, and read the files of a folder only when they are
            needed; by default where the run rescales images.
        largest : int
            The largest scale that the images will be rescaled to, if not the run's own.
        data : path, optional
            Other images, whose classes are found by name among those of the run. A folder without
            splits counts as a whole.

        Returns
        -------
        ArrayDataset or ImageFolder
            Its classes are those of the run.

        Raises
        ------
        ValueError
            If the other images have a class that the run does not know. Other errors are those of
            ``data.load``.
        FileNotFoundError
            If the run's own images are no longer where they were.
        """
        channels, height, width = self.shape
        if own_sizes is None:
            own_sizes = self.scale is not None
        size: Literal["own"] | tuple[int, int] = "own" if own_sizes else (height, width)
        shrink_to = max(self.max_smaller_side, 2 * largest) if own_sizes else None
        name = self.config["data"] if data is None else data
        if data is None and name not in NAMES and not Path(name).exists():
            raise FileNotFoundError(_images_are_gone(self.name, str(name)))
        options: LoadOptions = {
            "size": size,
            "channels": channels,
            "in_memory": not own_sizes,
            "progress": progress,
            "shrink_to": shrink_to,
        }
        if data is not None:
            if str(data) not in NAMES and Path(data).exists() and not has_splits(data):
                split = ALL
            return _with_classes(load(name, split, **options), self.config["classes"], str(data))
        test = self.config["test"]
        if isinstance(test, str):
            split = test if split == "test" else split
        elif test is not None:
            options |= {"test_share": test, "seed": self.config["seed"]}
        return load(name, split, **options)

    def training_sets(
        self, images: data.Dataset, progress: bool = False
    ) -> tuple[data.Dataset, data.Dataset]:
        """The images to train on and those to validate with.

        Parameters
        ----------
        images : Dataset
            The split "train".
        progress : bool
            Show a progress bar where reading takes time.

        Returns
        -------
        training, validation : Dataset
            The validation images are a share of the others, or in a folder of their own.
        """
        validation = self.config["validation"]
        if isinstance(validation, str):
            return images, self.dataset(validation, progress)
        return data.train_val_split(images, validation, self.config["seed"])

    def loader(self, dataset: data.Dataset, **options: Unpack[LoaderOptions]) -> data.Loader:
        """Batches of the network's input.

        Parameters
        ----------
        dataset : Dataset
            Such as one that ``dataset`` returns.
        **options
            Of ``data.Loader``. Images are not augmented, unless ``transforms`` are given.

        Returns
        -------
        Loader
            Of as many images as fit into memory at once, unless ``batch_size`` is given.
        """
        usual: LoaderOptions = {
            "batch_size": inference_batch_size(self.shape),
            "transforms": [*self.centre(), self.normalize],
        }
        return data.Loader(dataset, **(usual | options))

    # ---------------------------------------------------------------------------------- the network

    def new_net(self, initializer: str | Initializer | None = None) -> Net:
        """The network with new weights.

        Parameters
        ----------
        initializer : str or callable, optional
            Another initializer than the run's.

        Returns
        -------
        Net
            In training mode.
        """
        c = self.config
        return models.vgg(
            c["net"],
            len(c["classes"]),
            self.shape,
            hidden=c["hidden"],
            dropout=c["dropout"],
            batch_norm=c["batch_norm"],
            initializer=initializer or c["initializer"],
        )

    def net(self) -> Net:
        """The trained network in eval mode, with the weights of ``weights_file``.

        While training is not finished, these are its newest checkpoint's. If the newest file is
        damaged, those of the one before it are taken, with a notice.

        Returns
        -------
        Net
            With its preprocessing.

        Raises
        ------
        FileNotFoundError
            If there are no weights yet.
        OSError
            If all files are damaged.
        ValueError
            If the weights are those of another network.
        """
        net, paths = self.new_net("zeros"), self._files_of_weights()
        if not paths and self.best:
            raise FileNotFoundError(
                f"{self.folder} has no {BEST}: a run without validation images, or of an earlier "
                "version, does not keep the weights of its best epoch"
            )
        if not paths:
            raise FileNotFoundError(
                f"{self.folder} has no weights yet: train it for at least one epoch first"
            )
        path, found = read_newest(paths)
        try:
            net.load_state_dict(found)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        net.preprocessing = self.normalize
        return net.eval()

    def model_under_test(self) -> ModelUnderTest:
        """The trained network, for ``evaluation.protocols``.

        Returns
        -------
        ModelUnderTest
            Errors are those of ``net``.
        """
        return ModelUnderTest(self.net(), self.shape, self.normalize, mirror=self.config["flip"])


def display_name(folder: StrPath) -> str:
    """What a run is called in tables and documents.

    Parameters
    ----------
    folder : path
        Of the run.

    Returns
    -------
    str
        The folder, or the name under which a run that comes with the package is opened.
    """
    path = Path(folder)
    packaged = path.parent.resolve() == PACKAGED_RUNS.resolve() and path.name in PRETRAINED
    return path.name if packaged else str(folder)


def _is_strange(path: Path) -> bool:
    """Whether a file is not one that a run leaves behind if it is killed at its beginning."""
    return path.name != LOCK and not (
        files.LEFTOVER.fullmatch(path.name) and files.is_regular(path)
    )


def _images_are_gone(run: str, data: str) -> str:
    """The sentence about a run whose images have been moved, renamed or removed."""
    return (
        f"the images that {run} was trained on are no longer at {data}: move them back, or write "
        f'where they are now as "data" into {Path(run) / CONFIG} (to test the net on other images: '
        "--data)"
    )


def _why_no_run(folder: StrPath) -> str:
    """The sentence about a path at which there is no run."""
    if not str(folder):
        return "the name of a run folder is empty"
    path = Path(folder)
    if path.is_file():
        above = next((p for p in list(path.parents)[:3] if (p / CONFIG).is_file()), None)
        its_run = f": its run is {above}" if above else ""
        return f"{folder} is a file, not a run folder{its_run}"
    if path.exists():
        inside = _runs_in(path)
        if inside:
            example = max(inside.values(), key=lambda run: (Path(run) / CONFIG).stat().st_mtime)
            return f"{folder} is a folder of run folders: name one of them, such as {example}"
        return f"{folder} is not a run folder: it has no {CONFIG}"
    written = Path(str(folder).replace("\\", "/"))  # by a user of Windows, perhaps elsewhere
    runs = {name: name for name in PRETRAINED} | _runs_in(Path("runs")) | _runs_in(written.parent)
    nearest = suggest(written.name.lower(), runs, cutoff=SIMILAR)
    if nearest:
        return f"there is no folder {folder}: did you mean {runs[nearest]}?"
    return f"there is no folder {folder}: the runs are {listed([*runs.values()], MAX_RUNS)}"


def _runs_in(folder: Path) -> dict[str, str]:
    """{name: path} of the run folders in a folder."""
    return {config.parent.name: str(config.parent) for config in sorted(folder.glob(f"*/{CONFIG}"))}


def _with_classes(
    images: ArrayDataset | ImageFolder, classes: Sequence[str], name: str
) -> ArrayDataset | ImageFolder:
    """The images with the class numbers of a run."""
    if isinstance(images, ImageFolder):
        return images.with_classes(classes)
    numbers = class_numbers(images.classes, classes, name)
    return ArrayDataset(images.images, numbers[images.labels], classes)


def max_smaller_side(scale: data.Rescale | None, shape: tuple[int, int, int]) -> int:
    """The pixels that the smaller side of a folder's images is reduced to when they are read.

    Parameters
    ----------
    scale : Rescale or None
        S; None if images are not rescaled.
    shape : (int, int, int)
        (C, H, W) of the network's input.

    Returns
    -------
    int
        Twice what is needed, which saves memory and time.
    """
    return 2 * max([*(scale.range if scale else ()), 2 * max(shape[1:])])
