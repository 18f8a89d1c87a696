"""From the settings of a run to its training: network, optimizer, schedule, loaders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minivgg import backend, data, losses, models, optim
from minivgg.evaluation.inference import inference_batch_size
from minivgg.models.net import Net
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.checkpoint import KEEP
from minivgg.training.distributed import SINGLE_PROCESS, Ranks
from minivgg.training.history import EpochRow
from minivgg.training.initial_weights import (
    find_initial_weights,
    input_unit_ratio,
    load_initial_weights,
    options_for_all_layers,
)
from minivgg.training.rescaled_convolutions import rescale_convolutions
from minivgg.training.run import Run
from minivgg.training.trainer import SAVE_EVERY, Trainer
from minivgg.utils.files import JsonObject

RESCALED_BY = 32  # training images by whose maps convolutions are rescaled


@dataclass(frozen=True)
class TrainingPlan:
    """Training that can begin.

    It does so by ``plan.trainer.fit(plan.train_loader, plan.validation_loader, epochs)``.

    Parameters
    ----------
    trainer : Trainer
        With network, optimizer and schedule.
    train_loader : Loader
        Of the training images.
    validation_loader : Loader or None
        None without validation images.
    initialized_layers : list of str
        Names of the layers that have started from the run's ``init``.
    """

    trainer: Trainer
    train_loader: data.Loader
    validation_loader: data.Loader | None
    initialized_layers: list[str]


def plan_training(
    run: Run,
    images: data.Dataset,
    progress: bool = True,
    on_epoch: Callable[[EpochRow], object] | None = None,
    world: Ranks = SINGLE_PROCESS,
    keep: int = KEEP,
    save_every: float | None = SAVE_EVERY,
    cuda_graph: bool = False,
) -> TrainingPlan:
    """The training of a run by its settings.

    Parameters
    ----------
    run : Run
        Its config has all settings.
    images : Dataset
        The split "train", from which the validation images are taken if they have no folder.
    progress : bool
        As for ``Trainer``, like the other two.
    on_epoch : function, optional
        Called with each row of the history.
    world : World or SingleProcess
        The ranks that train together.
    keep, save_every, cuda_graph : int, float, bool
        As for ``Trainer``.

    Returns
    -------
    TrainingPlan
        Training that can begin, or be resumed.

    Raises
    ------
    ValueError
        If the plateau schedule has no validation images, or a frozen layer has not learned
        anything.
    """
    c = run.config
    train, validation = run.training_sets(images, progress)
    if c["schedule"] == "plateau" and not len(validation):
        raise ValueError("the plateau schedule needs validation images: use --validation 0.1")
    if c["early_stopping"] and not len(validation):
        raise ValueError("early stopping needs validation images: use --validation 0.1")
    backend.seed(c["seed"])
    net = run.new_net()
    initialized = _initialize(net, run, train, progress)
    optimizer = _optimizer(c, net)
    trainer = Trainer(
        net,
        optimizer,
        loss=losses.SoftmaxCrossEntropy(_class_weights(c, train), c["label_smoothing"]),
        schedule=_schedule(c, optimizer),
        folder=run.folder,
        seed=c["seed"],
        progress=progress,
        on_epoch=on_epoch,
        micro_batch=c["micro_batch"],
        world=world,
        callbacks=[EarlyStopping(c["early_stopping"])] if c["early_stopping"] else [],
        max_gradient_norm=c["clip_norm"],
        keep=keep,
        save_every=save_every,
        cuda_graph=cuda_graph,
    )
    # rescaling takes time, and so does reading the images of a folder
    workers = backend.get_num_threads() if run.scale else 1
    share = (world.rank, world.size)
    train_loader = run.loader(
        train,
        batch_size=c["batch_size"],
        shuffle=True,
        seed=c["seed"],
        transforms=[*run.augmentations(), run.normalize],
        workers=workers,
        share=share,
    )
    validation_loader = None
    if len(validation):
        validation_loader = run.loader(validation, workers=workers, share=share)
    return TrainingPlan(trainer, train_loader, validation_loader, initialized)


def _initialize(net: Net, run: Run, train: data.Dataset, progress: bool) -> list[str]:
    """Load the weights to start from, and freeze layers; returns the names of the layers loaded.

    A run that has weights of its own goes on from them, and all its layers have learned something.
    """
    c, learned = run.config, list(models.layer_names(net))
    initialized: list[str] = []
    start = None if run.weights_file() else find_initial_weights(c["init"], c, progress)
    if start:
        initialized = learned = load_initial_weights(net, start, c["init_pixels"])
        if ratio := input_unit_ratio(net, start, run.normalize, c["init_pixels"]):
            count = min(RESCALED_BY, inference_batch_size(run.shape))
            batch = next(iter(run.loader(train, batch_size=count, shuffle=True, seed=c["seed"])))
            rescale_convolutions(net["features"], batch[0], ratio)
    if c["freeze"] is not None:
        models.freeze(net, c["freeze"] or None)
        _check_frozen_layers(net, learned, run, start)
    return initialized


def _check_frozen_layers(
    net: Net, learned: Sequence[str], run: Run, start: Run | Path | None
) -> None:
    """Frozen layers must have learned something before, and others must be left to learn."""
    parameters = net.parameters()
    frozen = [
        name
        for name, path in models.layer_names(net).items()
        if parameters[f"{path}.weight"].frozen
    ]
    untrained = [name for name in frozen if name not in learned]
    if untrained:
        raise ValueError(
            f"--freeze would freeze {untrained[0]}, which is untrained: "
            f"{_why_not_copied(untrained[0], run, start)}"
        )
    if all(p.frozen for p in parameters.values()):
        raise ValueError(
            f"--freeze {run.config['freeze']} leaves nothing to learn: name an earlier layer"
        )


def _why_not_copied(layer: str, run: Run, start: Run | Path | None) -> str:
    if not isinstance(start, Run) or layer not in models.layer_names(start.new_net("zeros")):
        return "the --init weights have no such layer"
    options = options_for_all_layers(run.config, start)
    return (
        "the --init run has this layer, but its net is another one, of which only the first "
        f"convolutions that fit are copied{f': add {options}' if options else ''}"
    )


def _optimizer(c: JsonObject, net: Net) -> optim.Optimizer:
    if c["optimizer"] == "sgd":
        return optim.SGD(net.parameters(), c["lr"], c["momentum"], c["weight_decay"])
    kind = optim.Adam if c["optimizer"] == "adam" else optim.AdamW
    return kind(net.parameters(), c["lr"], weight_decay=c["weight_decay"])


def _class_weights(c: JsonObject, train: data.Dataset) -> list[float] | None:
    """N / (K · n_k) for each class k, so that all classes weigh the same in all; None without.

    As scikit-learn's class_weight="balanced".
    """
    if c["class_weights"] is None:
        return None
    counts = np.bincount(train.labels, minlength=len(train.classes))
    if not counts.all():
        lacking = train.classes[int(counts.argmin())]
        raise ValueError(
            f"balanced class weights: the class {lacking} has no training images, so it has no "
            "weight; train without class weights"
        )
    weights: list[float] = (counts.sum() / (len(counts) * counts)).tolist()
    return weights


def _schedule(c: JsonObject, optimizer: optim.Optimizer) -> optim.Schedule | None:
    """The learning rate schedule of a config; None for a constant rate."""
    warmup = c["warmup"]
    schedule: optim.Schedule | None = None
    if c["schedule"] == "plateau":
        schedule = optim.ReduceOnPlateau(optimizer)
    elif c["schedule"] == "step":
        schedule = optim.StepLR(optimizer, c["step_size"])
    elif c["schedule"] == "cosine":
        schedule = optim.CosineLR(optimizer, max(1, c["epochs"] - warmup))  # 0 at the end
    return optim.WarmUp(optimizer, warmup, then=schedule) if warmup else schedule
