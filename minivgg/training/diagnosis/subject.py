"""The training that is examined: copies to experiment with, and a sample of its images."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

import numpy as np

from minivgg import backend, optim
from minivgg.backend import Array
from minivgg.data import Dataset, Images, Loader
from minivgg.evaluation.inference import device_of_net
from minivgg.layers import Dropout, Layer, Parameter
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.training.diagnosis.passes import RecordedPass
from minivgg.training.interfaces import Loss, OptimizerLike
from minivgg.utils.progress import progress_bar

SAMPLE, OWN_SIZE_SAMPLE = 600, 300  # images that are looked at; fewer where each is a file to read
# The work of a forward pass over the images of one step of an experiment, in multiply-adds. It
# decides on the number of images, so that the checks of a small net take seconds, and are the same
# on any machine. Writing and reading an output of a layer takes as long as some multiply-adds.
STEP_WORK, WORK_OF_OUTPUT = 1.5e9, 200
FEWEST, MOST = 16, 128  # images in a step
# Outputs of layers that are kept at once, 400 MB: a VGG-16 gets SMALLEST images in a step.
KEPT_OUTPUTS, SMALLEST = 1e8, 4
# Of a whole experiment; only with nets of about 1e9 multiply-adds for an image, or more, is it less
# than all steps need. A VGG-16 on 224×224 pixels, with its outputs, has 2e10.
EXPERIMENT_WORK = 2e12
DEFAULT_LR = 0.01


@dataclass
class Subject:
    """Copies of the parts of a training.

    Parameters
    ----------
    net : Layer
        A copy, in training mode.
    loss : Loss
        A copy.
    optimizer : Optimizer
        A copy, of the parameters of the copied net where the original is of the net's.
    has_optimizer : bool
        Whether the user has given it; False for one with the defaults.
    was_training : bool
        Whether the net was in training mode.
    loader : Loader
        Of the training images.
    validation, test : Dataset or None
        Images to compare with the training images.
    seed : int
        Of everything that is drawn.
    max_gradient_norm : float or None
        To which gradients are clipped.
    progress : bool
        Whether experiments show a bar.
    start : dict of str to array
        The net's weights, from which each experiment begins.
    """

    net: Layer
    loss: Loss
    optimizer: OptimizerLike
    has_optimizer: bool
    was_training: bool
    loader: Loader
    validation: Dataset | None = None
    test: Dataset | None = None
    seed: int = 0
    max_gradient_norm: float | None = None
    progress: bool = False
    start: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def copied(
        cls,
        net: Layer,
        loader: Loader,
        loss: Loss | None,
        optimizer: OptimizerLike | None,
        validation: Dataset | None,
        test: Dataset | None,
        seed: int,
        max_gradient_norm: float | None = None,
        progress: bool = False,
    ) -> "Subject":
        """Copies of net, loss and optimizer, which share the parameters that the originals share.

        Parameters
        ----------
        net : Layer
            As for ``diagnose``, like all others.
        loader : Loader
            Of the training images.
        loss : Loss or None
            None for ``SoftmaxCrossEntropy``.
        optimizer : Optimizer or None
            None for an SGD with the defaults.
        validation, test : Dataset or None
            Images to compare with the training images.
        seed : int
            Of everything that is drawn.
        max_gradient_norm : float or None
            As for ``Trainer``.
        progress : bool
            Whether experiments show a bar.

        Returns
        -------
        Subject
            With dropout switched off: experiments of a few steps are to be repeatable.
        """
        given = (net, loss or SoftmaxCrossEntropy(), optimizer)
        own_net, own_loss, own_optimizer = copy.deepcopy(given)
        own_net.clear_saved()
        for parameter in own_net.parameters().values():
            parameter.post_accumulate_grad_hook = None  # of a training with several processes
        was_training = own_net.training
        own_net.train()
        for layer in own_net.descendants():
            if isinstance(layer, Dropout):
                layer.p = 0.0
        if own_optimizer is None:
            own_optimizer = optim.SGD(own_net.parameters(), DEFAULT_LR)
        subject = cls(
            own_net,
            own_loss,
            own_optimizer,
            optimizer is not None,
            was_training,
            _shuffled(loader),
            validation,
            test,
            seed,
            max_gradient_norm,
            progress,
        )
        subject.start = own_net.state_dict()
        return subject

    # ---------------------------------------------------------------------------------- the images

    @property
    def dataset(self) -> Dataset:
        """The training images before the transforms."""
        return self.loader.dataset

    @cached_property
    def indices(self) -> np.ndarray:
        """The numbers of the images of the sample, in the order of the loader."""
        most = SAMPLE if self.dataset.shape[1] else OWN_SIZE_SAMPLE
        return self.loader.order(0)[:most]

    @cached_property
    def raw(self) -> Images:
        """The images of the sample before the transforms."""
        return self.dataset.batch(self.indices)

    @cached_property
    def raw_labels(self) -> np.ndarray:
        """Their class numbers."""
        return np.asarray(self.dataset.labels)[self.indices]

    @cached_property
    def sample(self) -> tuple[np.ndarray, np.ndarray]:
        """(images, labels) of the sample as the net gets them."""
        images, labels, count = [], [], 0
        for x, y in self.loader.epoch(0):
            images.append(np.asarray(x))
            labels.append(y)
            count += len(y)
            if count >= len(self.indices):
                break
        n = len(self.indices)
        return np.concatenate(images)[:n], np.concatenate(labels)[:n]

    @cached_property
    def images_per_step(self) -> int:
        """How many images a step of an experiment has, at most those of a batch."""
        return min(self.loader.batch_size, MOST, max(FEWEST, int(STEP_WORK / self._work)))

    def steps_within_budget(self, most: int, fewest: int) -> int:
        """How many steps an experiment has: the larger the net, the fewer.

        Parameters
        ----------
        most : int
            For a small net.
        fewest : int
            However large the net is.

        Returns
        -------
        int
            It depends on the net and the size of its images, not on the speed of the machine.
        """
        work = self._work * min(self.images_per_step, self._most_images)
        return max(fewest, min(most, int(EXPERIMENT_WORK / work)))

    @cached_property
    def _work(self) -> int:
        """Of a forward pass over one image."""
        return self.net.macs(self.sample[0].shape[1:]) + WORK_OF_OUTPUT * self._outputs

    @property
    def _most_images(self) -> int:
        """For which there is memory."""
        return max(SMALLEST, int(KEPT_OUTPUTS / self._outputs))

    @property
    def _dtype(self) -> np.dtype:
        """That of the net's input."""
        dtype = self.sample[0].dtype
        return dtype if dtype.kind == "f" else np.dtype(np.float32)

    @cached_property
    def _outputs(self) -> int:
        """How many numbers the layers compute for one image."""
        x = np.zeros((2, *self.sample[0].shape[1:]), self._dtype)
        recorded = RecordedPass(self.net, backend.to_device(x, device_of_net(self.net)))
        self.net.load_state_dict(self.start)  # batch norm has taken statistics
        return int(sum(layer.output.size for layer in recorded.layers)) // 2

    def batches(self, count: int, images: int | None = None) -> Iterator[tuple[Array, np.ndarray]]:
        """Batches of an experiment, the same each time, on the net's device.

        Parameters
        ----------
        count : int
            How many.
        images : int, optional
            In each, or fewer where memory could be short (default: ``images_per_step``).

        Yields
        ------
        images : array of shape (N, C, H, W)
            As floats.
        labels : array of shape (N,)
            Class numbers.
        """
        loader = copy.copy(self.loader)
        wanted = self.images_per_step if images is None else images
        loader.batch_size = min(self._most_images, wanted)
        device, epoch, done = device_of_net(self.net), 0, 0
        while done < count:
            for x, y in loader.epoch(epoch):
                if done >= count:
                    break
                if len(y) == min(loader.batch_size, len(self.dataset)):  # no rest
                    done += 1
                    x = np.asarray(x)
                    yield (
                        backend.to_device(x.astype(self._dtype, copy=False), device),
                        backend.to_device(y, device),
                    )
            epoch += 1

    # ------------------------------------------------------------------------------ the experiments

    def steps_of(self, name: str, count: int) -> Iterable[int]:
        """The numbers of the steps of an experiment, with a bar where progress is shown.

        Parameters
        ----------
        name : str
            Of the experiment.
        count : int
            How many steps at most.

        Returns
        -------
        iterable of int
            From 0 on.
        """
        return progress_bar(range(count), name, leave=False, disable=not self.progress)

    def restart(self) -> None:
        """Give the copied net the weights that the net has."""
        self.net.load_state_dict(self.start)
        self.net.zero_grad()

    def new_optimizer(self, lr: float | None = None, without_decay: bool = False) -> OptimizerLike:
        """Another copy of the optimizer, for the same copied net.

        Parameters
        ----------
        lr : float, optional
            Another learning rate.
        without_decay : bool
            Whether its weight decay is 0.

        Returns
        -------
        Optimizer
            With the state of the one that was given.
        """
        shared: dict[int, object] = {id(p): p for p in self._all_parameters()}
        optimizer = copy.deepcopy(self.optimizer, shared)
        if lr is not None:
            optimizer.lr = lr
        if without_decay:
            optimizer.weight_decay = 0.0  # type: ignore[attr-defined]
        return optimizer

    def _all_parameters(self) -> list[Parameter]:
        return [*self.net.parameters().values(), *self.optimizer.parameters.values()]

    def loss_of(self, x: Array, labels: Array) -> float:
        """The loss of a batch in training mode.

        Parameters
        ----------
        x, labels : array
            As ``batches`` yields them.

        Returns
        -------
        float
            Perhaps not finite.
        """
        with backend.fixed_seed([self.seed]):
            return float(self.loss.forward(self.net(x), labels))

    def train_step(self, optimizer: OptimizerLike, x: Array, labels: Array) -> float:
        """Change the copied net once.

        Parameters
        ----------
        optimizer : Optimizer
            Of ``new_optimizer``.
        x, labels : array
            As ``batches`` yields them.

        Returns
        -------
        float
            The loss before the step. There is no step if it is not finite.
        """
        self.net.zero_grad()
        loss = self.loss_of(x, labels)
        if isfinite(loss):
            self.net.backward_parameters(self.loss.backward())
            if self.max_gradient_norm is not None:
                optim.clip_gradients(self.net.parameters(), self.max_gradient_norm)
            optimizer.step()
        return loss


def _shuffled(loader: Loader) -> Loader:
    """The loader, but with its images in a random order."""
    shuffled = copy.copy(loader)
    shuffled.shuffle, shuffled.share = True, (0, 1)
    return shuffled
