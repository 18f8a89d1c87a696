"""A run folder: the settings of one training, its weights, and the trained network.

``Run.create`` writes config.json, the trainer checkpoints/ and history.csv; when the training is
finished, the command ``train`` writes weights.safetensors, figures and samples/
(``cli/train_report.py``).
"""

import json
from pathlib import Path

from minivgg import data, models, weights
from minivgg.evaluation.inference import inference_batch_size
from minivgg.evaluation.protocols import ModelUnderTest
from minivgg.layers import Layer
from minivgg.layers.initializers import canonical_name
from minivgg.training import checkpoint
from minivgg.training.recipes import Recipe
from minivgg.utils import files

CONFIG, WEIGHTS, CHECKPOINTS = "config.json", "weights.safetensors", "checkpoints"

# settings in config.json beside those of the recipe
RUN_SETTINGS = ("data", "classes", "input_shape", "mean", "std", "validation", "seed", "step_size")
# settings that runs of earlier versions lack, and what they mean there
LATER_SETTINGS = {"colors": None, "init": None, "micro_batch": None, "freeze": None}

PACKAGED_RUNS = Path(models.__file__).with_name("pretrained")
PRETRAINED = ("cifar10",)  # runs in the package: config and weights only


class Run:
    """A run folder. config: the settings, RUN_SETTINGS and those of the recipe."""

    def __init__(self, folder: str | Path, config: dict):
        self.folder, self.config = Path(folder), config

    # ---------------------------------------------------------------------------------- the folder

    @classmethod
    def open(cls, folder: str | Path) -> "Run":
        """The run in a folder, or one that comes with the package by its name (PRETRAINED).

        Raises ``FileNotFoundError`` when there is none and ``OSError`` when its config is damaged.
        """
        path = Path(folder) / CONFIG
        if not path.is_file() and str(folder) in PRETRAINED:
            folder = PACKAGED_RUNS / str(folder)
            path = folder / CONFIG
        if not path.is_file():
            raise FileNotFoundError(f"{folder} is not a run folder: it has no {CONFIG}")
        defaults = Recipe._field_defaults
        needs = [*RUN_SETTINGS, *(name for name in Recipe._fields if name not in defaults)]
        config = defaults | LATER_SETTINGS | files.read_json(path, needs=needs)
        config["initializer"] = canonical_name(config["initializer"])
        return cls(folder, config)

    def create(self) -> None:
        """Make the folder with its config.json. Raises ``FileExistsError`` as ``require_new``."""
        self.require_new()
        files.make_folder(self.folder)
        self.write_config()

    def require_new(self) -> None:
        """Raise ``FileExistsError`` when the folder is a file, or holds a run or other files."""
        if self.folder.exists() and not self.folder.is_dir():
            raise FileExistsError(
                f"{self.folder} is a file: choose another name for the run folder"
            )
        if (self.folder / CONFIG).exists():
            raise FileExistsError(
                f"{self.folder} already holds a run: choose another folder, or continue it with "
                f"--resume {self.folder}"
            )
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise FileExistsError(
                f"{self.folder} holds other files: choose an empty or a new folder for the run"
            )

    def write_config(self) -> None:
        """Write the current settings to config.json."""
        files.write_text(self.folder / CONFIG, json.dumps(self.config, indent=1) + "\n")

    def weights_file(self) -> Path | None:
        """The newest file of weights: weights.safetensors or, if it is newer, the checkpoint's."""
        newest = checkpoint.latest(self.folder / CHECKPOINTS)
        candidates = [self.folder / WEIGHTS, *([newest / "model.safetensors"] if newest else [])]
        found = [path for path in candidates if path.is_file()]
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)

    # ---------------------------------------------------------------------------------- the images

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the network's input."""
        return tuple(self.config["input_shape"])

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
        """The random transforms of training images, before normalisation."""
        c, transforms = self.config, [self.scale] if self.scale else []
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
        """The transforms of test images before normalisation: the centre crop at the test scale.

        Nothing where images are not rescaled.
        """
        if not self.scale:
            return data.Compose()
        return data.Compose([data.Rescale(self.test_scale), data.CenterCrop(self.shape[1:])])

    def dataset(
        self, split: str, progress: bool = False, own_sizes: bool | None = None, largest: int = 0
    ):
        """The run's dataset.

        split: "train" or "test". progress: show a bar where reading takes time.
        own_sizes: leave each image in its own size, and read the files of a folder only when they
        are needed; by default where the run rescales images.
        largest: the largest scale that the images will be rescaled to, if not the run's own.
        """
        channels, *size = self.shape
        own_sizes = self.scale if own_sizes is None else own_sizes
        shrink_to = max(self.max_smaller_side, 2 * largest)
        reading = (
            {"size": "own", "in_memory": False, "shrink_to": shrink_to}
            if own_sizes
            else {"size": tuple(size)}
        )
        name = self.config["data"]
        return data.load(name, split, channels=channels, progress=progress, **reading)

    def loader(self, dataset, **options) -> data.Loader:
        """Batches of the network's input; options: of ``data.Loader``.

        Images are not augmented, unless ``transforms`` are given.
        """
        usual = {
            "batch_size": inference_batch_size(self.shape),
            "transforms": [*self.centre(), self.normalize],
        }
        return data.Loader(dataset, **usual | options)

    # ---------------------------------------------------------------------------------- the network

    def new_net(self, initializer: str | None = None) -> Layer:
        """The network with new weights, by the run's initializer or another one."""
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

    def net(self) -> Layer:
        """The trained network in eval mode, with the weights of ``weights_file``.

        While a training is not finished, these are its newest checkpoint's. Raises
        ``FileNotFoundError`` when there are no weights yet, ``OSError`` for a damaged file,
        ``ValueError`` for weights of another network.
        """
        net, path = self.new_net("zeros"), self.weights_file()
        if path is None:
            raise FileNotFoundError(
                f"{self.folder} has no weights yet: train it for at least one epoch first"
            )
        try:
            net.load_state_dict(weights.read(path))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        net.preprocessing = self.normalize
        return net.eval()

    def model_under_test(self) -> ModelUnderTest:
        """The trained network, for ``evaluation.protocols``."""
        return ModelUnderTest(self.net(), self.shape, self.normalize, mirror=self.config["flip"])


def max_smaller_side(scale: data.Rescale | None, shape: tuple[int, int, int]) -> int:
    """The pixels that the smaller side of a folder's images is reduced to when they are read.

    It is twice what is needed, which saves memory and time. scale: S, or None. shape: (C, H, W) of
    the network's input.
    """
    return 2 * max([*(scale.range if scale else ()), 2 * max(shape[1:])])
