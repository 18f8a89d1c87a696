"""From the settings of a run to its training: network, optimizer, schedule, loaders."""

from collections.abc import Callable
from dataclasses import dataclass

from minivgg import backend, data, models, optim
from minivgg.layers import Layer
from minivgg.training.distributed import SINGLE_PROCESS
from minivgg.training.initial_weights import find_initial_weights, load_initial_weights
from minivgg.training.run import Run
from minivgg.training.trainer import Trainer


@dataclass(frozen=True)
class TrainingPlan:
    """A training that can begin::

        plan.trainer.fit(plan.train_loader, plan.validation_loader, epochs)

    validation_loader: None without validation images. initialized_layers: names of the layers that
    have started from the run's ``init``.
    """

    trainer: Trainer
    train_loader: data.Loader
    validation_loader: data.Loader | None
    initialized_layers: list[str]


def plan_training(
    run: Run,
    images,
    progress: bool = True,
    on_epoch: Callable[[dict], None] | None = None,
    world=SINGLE_PROCESS,
) -> TrainingPlan:
    """The training of a run by its settings.

    images: the dataset of the split "train". progress, on_epoch, world: as for ``Trainer``.
    Raises ``ValueError`` for the plateau schedule without validation images, and for frozen layers
    that have not learned anything.
    """
    c = run.config
    train, validation = data.train_val_split(images, c["validation"], c["seed"])
    if c["schedule"] == "plateau" and not len(validation):
        raise ValueError("the plateau schedule needs validation images: keep a larger share")
    backend.seed(c["seed"])
    net = run.new_net()
    initialized = _initialize(net, run, progress)
    optimizer = optim.SGD(net.parameters(), c["lr"], c["momentum"], c["weight_decay"])
    trainer = Trainer(
        net,
        optimizer,
        schedule=_schedule(c, optimizer),
        folder=run.folder,
        seed=c["seed"],
        progress=progress,
        on_epoch=on_epoch,
        micro_batch=c["micro_batch"],
        world=world,
    )
    # rescaling takes time, and so does reading the images of a folder
    workers = backend.get_num_threads() if run.scale else 1
    options = {"workers": workers, "share": (world.rank, world.size)}
    train_loader = run.loader(
        train,
        batch_size=c["batch_size"],
        shuffle=True,
        seed=c["seed"],
        transforms=[*run.augmentations(), run.normalize],
        **options,
    )
    validation_loader = run.loader(validation, **options) if len(validation) else None
    return TrainingPlan(trainer, train_loader, validation_loader, initialized)


def _initialize(net: Layer, run: Run, progress: bool) -> list[str]:
    """Load the weights to start from, and freeze layers; returns the names of the layers loaded.

    A run that has weights of its own goes on from them, and all its layers have learned something.
    """
    c, initialized, learned = run.config, [], list(models.layer_names(net))
    if c["init"] and not run.weights_file():
        start = find_initial_weights(c["init"], c, progress)
        initialized = learned = load_initial_weights(net, start)
    if c["freeze"] is not None:
        models.freeze(net, c["freeze"] or None)
        _check_frozen_layers(net, learned, c["freeze"])
    return initialized


def _check_frozen_layers(net, learned, until):
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
            f"--freeze would freeze {untrained[0]}, which is untrained: the --init weights have "
            "no such layer"
        )
    if all(p.frozen for p in parameters.values()):
        raise ValueError(f"--freeze {until} leaves nothing to learn: name an earlier layer")


def _schedule(c, optimizer):
    """The learning rate schedule of a config; None for a constant rate."""
    if c["schedule"] == "plateau":
        return optim.ReduceOnPlateau(optimizer)
    if c["schedule"] == "step":
        return optim.StepLR(optimizer, c["step_size"])
    if c["schedule"] == "cosine":
        return optim.CosineLR(optimizer, c["epochs"])
    return None
