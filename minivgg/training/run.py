"""Floor 5: a run folder: the settings of one training, its weights, and how to use the net again.

config.json  history.csv  weights.safetensors  checkpoints/  samples/  and pictures
"""

import json
from pathlib import Path

import minivgg
from minivgg import backend, data, models, optim, weights
from minivgg.evaluation.protocols import Examinee, at_once
from minivgg.training import checkpoint
from minivgg.training.distributed import ALONE
from minivgg.training.recipes import Recipe, step_size
from minivgg.training.trainer import Trainer
from minivgg.utils import files

OWN_SETTINGS = (
    "data",
    "classes",
    "input_shape",
    "mean",
    "std",
    "validation",
    "seed",
    "step_size",
)  # beside the recipe's
LATER_SETTINGS = {
    "colors": None,
    "init": None,
    "micro_batch": None,
    "freeze": None,
}  # which runs of earlier versions lack
OWN_RUNS = Path(models.__file__).with_name("pretrained")
PRETRAINED = (
    "cifar10",
)  # nets that come with the package: run folders of which settings and weights are kept
WEIGHT_SUFFIXES = (".pth", ".pt", ".safetensors", ".h5", ".npz")  # of what is no run folder
CONFIG, WEIGHTS, CHECKPOINTS = "config.json", "weights.safetensors", "checkpoints"


class Run:
    """A run folder. ``config`` holds the settings: OWN_SETTINGS and those of the recipe."""

    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config

    @classmethod
    def plan(
        cls,
        folder,
        name,
        images,
        shape,
        recipe,
        validation=0.1,
        seed=0,
        init=None,
        freeze=None,
        progress=False,
    ):
        """A run that is to train by a ``recipes.Recipe``; nothing is written yet.

        name: of the data, as for ``data.load``; images: its training images. shape: (C, H, W) that the net sees. validation: the share of
        the images kept for validation. init: the folder of a run whose weights to start from, a file of weights that
        ``models.load_weights`` reads, or "imagenet"; from a file, colours are normalised as its weights expect it. freeze: the name of
        the last layer to leave as it is, "" for all but the head. progress: show a bar while the mean colour is measured.
        Raises ``ValueError`` when no image is left to train on, or the run to start from saw another unit of colour.
        """
        start = _start(init, recipe, progress)
        if isinstance(start, Run) and start.config["mean_only"] != recipe.mean_only:
            other = "--no-mean-only" if recipe.mean_only else "--mean-only"
            raise ValueError(
                f"{init} was trained on colours in another unit (its input was about 60 times as large or small): add {other}"
            )
        kept = data.train_val_split(images, validation, seed)[0]
        if not len(kept):
            raise ValueError(
                f"keeping a share of {validation:g} for validation leaves none of the {len(images)} images to train on"
            )
        data.statistics(kept, progress)  # which the next two lines share
        theirs = models.preprocessing_of(start) if isinstance(start, Path) else None
        if theirs and len(theirs.mean) != shape[0]:
            raise ValueError(
                f"{init} is for images of {len(theirs.mean)} channels, and these have {shape[0]}"
            )
        normalize = theirs or data.Normalize.from_dataset(kept, recipe.mean_only)
        recipe = recipe._replace(mean_only=all(abs(255 * std - 1) < 1e-6 for std in normalize.std))
        colors = data.PCAColorShift.from_dataset(kept) if recipe.color else None
        config = {
            "minivgg": minivgg.__version__,
            "data": name,
            "classes": images.classes,
            "input_shape": list(shape),
        }
        config |= {
            "mean": normalize.mean,
            "std": normalize.std,
            "validation": validation,
            "seed": seed,
            "init": init,
            "freeze": freeze,
        }
        config |= {
            "colors": colors and [colors.values, colors.vectors],
            "step_size": step_size(recipe.epochs),
        }
        return cls(folder, LATER_SETTINGS | config | recipe._asdict())

    def create(self):
        """Make the folder with its config.json. Raises ``FileExistsError`` when it holds a run already, or is a file."""
        self.require_new()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_config()

    def write_config(self):
        """Put the settings as they are now into config.json."""
        files.write_text(self.folder / CONFIG, json.dumps(self.config, indent=1) + "\n")

    def require_new(self):
        """Raise ``FileExistsError`` when the folder holds a run already, or is a file."""
        if self.folder.exists() and not self.folder.is_dir():
            raise FileExistsError(
                f"{self.folder} is a file: choose another name for the run folder"
            )
        if (
            self.folder.is_dir()
            and not (self.folder / CONFIG).exists()
            and any(self.folder.iterdir())
        ):
            raise FileExistsError(
                f"{self.folder} holds other files: choose an empty or a new folder for the run"
            )
        if (self.folder / CONFIG).exists():
            raise FileExistsError(
                f"{self.folder} already holds a run: choose another folder, or go on with --resume {self.folder}"
            )

    @classmethod
    def open(cls, folder):
        """The run in a folder, or by its name one that comes with the package (PRETRAINED).

        Raises ``FileNotFoundError`` when there is none and ``OSError`` when its config is damaged.
        """
        path = Path(folder) / CONFIG
        if not path.is_file() and str(folder) in PRETRAINED:
            folder = OWN_RUNS / str(folder)
            path = folder / CONFIG
        if not path.is_file():
            raise FileNotFoundError(f"{folder} is no run folder: it has no {CONFIG}")
        needs = [
            *OWN_SETTINGS,
            *(name for name in Recipe._fields if name not in Recipe._field_defaults),
        ]
        return cls(
            folder, Recipe._field_defaults | LATER_SETTINGS | files.read_json(path, needs=needs)
        )

    @property
    def normalize(self):
        """The transform that makes the net's input of images."""
        return data.Normalize(tuple(self.config["mean"]), tuple(self.config["std"]))

    @property
    def scale(self):
        """S of the training images, a ``data.Rescale``, or None where they were taken in their own size."""
        scale = self.config["scale"]
        return data.Rescale(tuple(scale) if isinstance(scale, list) else scale) if scale else None

    @property
    def test_scale(self):
        """Q, the smaller side at which a single scale is tested: S, or the middle of its range (§4.1); without S the net's own side."""
        return sum(self.scale.range) // 2 if self.scale else max(self.shape[1:])

    def augmentations(self):
        """What happens to training images, at random, before they are normalised; a ``data.Compose``."""
        c, steps = self.config, [self.scale] if self.scale else []
        steps += [data.RandomCrop(self.shape[1:], c["crop"])] if self.scale or c["crop"] else []
        steps += [data.RandomHorizontalFlip()] if c["flip"] else []
        if c["color"]:
            values, vectors = c["colors"]
            steps.append(data.PCAColorShift(tuple(values), tuple(map(tuple, vectors)), c["color"]))
        return data.Compose(steps)

    def centre(self):
        """How an image is shown to the net where nothing is random: at the test scale, its middle; a ``data.Compose``."""
        return data.Compose(
            [data.Rescale(self.test_scale), data.CenterCrop(self.shape[1:])] if self.scale else []
        )

    @property
    def shape(self):
        """(C, H, W) of the images."""
        return tuple(self.config["input_shape"])

    def dataset(self, split, progress=False, own_sizes=None, largest=0):
        """The run's data: "train" or "test"; progress: show a bar where reading takes time.

        own_sizes: leave each image in its own size, and read a folder's when they are asked for; by default where the run rescales them.
        largest: the largest scale that they will be brought to, where that is not the run's own.
        """
        channels, *size = self.shape
        rescaled = self.scale if own_sizes is None else own_sizes
        own = (
            {"size": "own", "in_memory": False, "shrink_to": max(self.most, 2 * largest)}
            if rescaled
            else {"size": tuple(size)}
        )
        return data.load(self.config["data"], split, channels=channels, progress=progress, **own)

    @property
    def most(self):
        """``most_pixels`` of this run."""
        return most_pixels(self.scale, self.shape)

    def loader(self, dataset, **options):
        """Batches of a dataset as the net wants them, without anything random; options: as for ``data.Loader``."""
        usual = {"batch_size": at_once(self.shape), "transforms": [*self.centre(), self.normalize]}
        return data.Loader(dataset, **usual | options)

    def training(self, images, **options):
        """(``Trainer``, loader of the training images, loader of those kept for validation or None, names of layers started from ``init``).

        images: of the split "train". options: the trainer's, such as progress, on_epoch, micro_batch, world.
        Raises ``ValueError`` for the plateau schedule without validation images.
        """
        c, workers = (
            self.config,
            backend.get_num_threads() if self.scale else 1,
        )  # rescaling is work, and of a folder reading too
        mine, kept = data.train_val_split(images, c["validation"], c["seed"])
        if c["schedule"] == "plateau" and not len(kept):
            raise ValueError("the plateau schedule needs validation images: keep a larger share")
        world = options.get("world", ALONE)
        share = {"workers": workers, "share": (world.rank, world.size)}
        order = {"batch_size": c["batch_size"], "shuffle": True, "seed": c["seed"], **share}
        loader = self.loader(mine, **order, transforms=[*self.augmentations(), self.normalize])
        backend.seed(c["seed"])
        net = self.new_net()
        started = (
            self._begin(net, options.get("progress", True))
            if c["init"] and not self.weights_file()
            else []
        )
        if c["freeze"] is not None:
            models.freeze(net, c["freeze"] or None)
            _require_sense(
                net,
                started if c["init"] and not self.weights_file() else models.layer_names(net),
                c["freeze"],
            )
        optimizer = optim.SGD(net.parameters(), c["lr"], c["momentum"], c["weight_decay"])
        schedules = {
            "plateau": optim.ReduceOnPlateau,
            "step": lambda optimizer: optim.StepLR(optimizer, c["step_size"]),
            "cosine": lambda optimizer: optim.CosineLR(optimizer, c["epochs"]),
        }
        schedule = schedules[c["schedule"]](optimizer) if c["schedule"] in schedules else None
        options = {"micro_batch": c["micro_batch"]} | options
        trainer = Trainer(
            net, optimizer, schedule=schedule, folder=self.folder, seed=c["seed"], **options
        )
        return trainer, loader, self.loader(kept, **share) if len(kept) else None, started

    def _begin(self, net, progress):
        """Give a net the weights to start from; returns the names of the layers that have them."""
        start = _start(self.config["init"], self.config, progress)
        if isinstance(start, Run):
            return models.transfer_weights(net, start.net())
        names = list(models.layer_names(net))
        if not models.classes_in(start, net):  # convolutions alone, as Keras' notop
            models.load_weights(models.Net({"features": net["features"]}, net.input_shape), start)
            return [name for name in names if not name.startswith("fc")]
        try:
            models.load_weights(net, start)
        except ValueError:  # other classes: all but the head
            models.load_weights(net, start, new_head=True)
            return names[:-1]
        return names

    def new_net(self, initializer=None):
        """The net with fresh weights, by the run's initializer or another."""
        c = self.config
        options = {"hidden": c["hidden"], "dropout": c["dropout"], "batch_norm": c["batch_norm"]}
        options["initializer"] = initializer or c["initializer"]
        return models.vgg(c["net"], len(c["classes"]), self.shape, **options)

    def net(self):
        """The trained net in eval mode: the final weights, or the newest checkpoint's when training has not ended or was taken up again.

        Raises ``FileNotFoundError`` when there are no weights yet, ``OSError`` for a damaged file, ``ValueError`` for another net's.
        """
        net, path = self.new_net("zeros"), self.weights_file()
        if path is None:
            raise FileNotFoundError(
                f"{self.folder} has no weights yet: let it train for an epoch first"
            )
        try:
            net.load_state_dict(weights.read(path))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        net.preprocessing = self.normalize
        return net.eval()

    def examinee(self):
        """The trained net, to be tested by ``protocols``."""
        return Examinee(self.net(), self.shape, self.normalize, mirror=self.config["flip"])

    def weights_file(self):
        """The newest file of weights, or None: weights.safetensors, unless a checkpoint was written after it."""
        newest = checkpoint.latest(self.folder / CHECKPOINTS)
        found = [
            path
            for path in (self.folder / WEIGHTS, newest and newest / "model.safetensors")
            if path and path.is_file()
        ]
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def _require_sense(net, learned, until):
    """Frozen layers have learned something before, and others are left to learn."""
    parameters = net.parameters()
    frozen = [
        name
        for name, place in models.layer_names(net).items()
        if parameters[f"{place}.weight"].frozen
    ]
    fresh = [name for name in frozen if name not in learned]
    if fresh:
        raise ValueError(
            f"--freeze would leave {fresh[0]} as it is, which has fresh weights: what --init names has no such layer"
        )
    if all(p.frozen for p in parameters.values()):
        raise ValueError(f"--freeze {until} leaves nothing to learn: name an earlier layer")


def _start(init, settings, progress):
    """What ``init`` names: a ``Run``, the ``Path`` of a file of weights, or None.

    settings: a recipe, or a run's config, which say the net. Raises ``FileNotFoundError`` for what is neither.
    """
    if not init:
        return None
    if init == "imagenet":
        settings = settings if isinstance(settings, dict) else settings._asdict()
        return models.imagenet_file(
            models.published_name(settings["net"], settings["batch_norm"]), progress
        )
    if Path(init).is_file():
        return Path(init)
    if Path(init).suffix in WEIGHT_SUFFIXES:
        raise FileNotFoundError(f"there is no file of weights {init}")
    return Run.open(init)


def most_pixels(scale, shape):
    """What the smaller side of a folder's images is reduced to when they are read, for memory and for time: twice what is asked for.

    scale: a ``data.Rescale`` or None; shape: (C, H, W) that the net sees.
    """
    return 2 * max([*(scale.range if scale else ()), 2 * max(shape[1:])])


def newest_run(root="runs"):
    """The folder of the run with weights that was started or extended last below ``root``; ``FileNotFoundError`` without one."""
    configs = sorted(Path(root).glob(f"*/{CONFIG}"), key=lambda path: path.stat().st_mtime)
    configs = [path for path in configs if Run(path.parent, {}).weights_file()]
    if not configs:
        raise FileNotFoundError(
            f"there are no runs below {root}/: train a net first, or name its folder"
        )
    return configs[-1].parent


def free_folder(name, root="runs"):
    """runs/NAME, or runs/NAME-2, runs/NAME-3, ... when that is taken."""
    folder, number = Path(root) / name, 1
    while folder.exists():
        number += 1
        folder = Path(root) / f"{name}-{number}"
    return folder
