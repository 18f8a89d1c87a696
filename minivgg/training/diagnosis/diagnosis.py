"""``diagnose``: all checks, worst finding first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from minivgg import backend
from minivgg.data import Dataset, Loader
from minivgg.layers import Layer
from minivgg.training.diagnosis.arguments import check_arguments
from minivgg.training.diagnosis.class_checks import check_classes, check_order
from minivgg.training.diagnosis.course_checks import check_history, check_length
from minivgg.training.diagnosis.duplicate_checks import check_duplicates
from minivgg.training.diagnosis.finding_names import LEARNING_RATE, ONE_BATCH, STEP_DIRECTION
from minivgg.training.diagnosis.findings import Finding
from minivgg.training.diagnosis.gradient_checks import check_gradients
from minivgg.training.diagnosis.image_checks import check_images, check_normalisation
from minivgg.training.diagnosis.label_checks import check_labels
from minivgg.training.diagnosis.layer_sizes import LayerSizes, layer_sizes, record, rms
from minivgg.training.diagnosis.learning_checks import check_learning
from minivgg.training.diagnosis.nonlinearity_check import check_nonlinearity
from minivgg.training.diagnosis.output_checks import check_outputs
from minivgg.training.diagnosis.parameter_checks import check_parameters
from minivgg.training.diagnosis.range_test import RangeTest, run_range_test
from minivgg.training.diagnosis.report import findings_as_text
from minivgg.training.diagnosis.setting_checks import check_modes, check_optimizer
from minivgg.training.diagnosis.signal_checks import check_gradient_sizes, check_signal
from minivgg.training.diagnosis.subject import Subject
from minivgg.training.diagnosis.unit_checks import check_dead_relus, check_symmetry
from minivgg.training.diagnosis.update_checks import check_updates, first_step
from minivgg.training.history import EpochRow
from minivgg.training.interfaces import Loss, OptimizerLike


@dataclass(frozen=True)
class Diagnosis:
    """What ``diagnose`` has found.

    Parameters
    ----------
    findings : list of Finding
        The worst first; among equally severe ones, causes before their consequences.
    layers : list of LayerSizes
        A row for each innermost layer; empty if the labels do not fit the net, or the images are
        not finite.
    range_test : RangeTest or None
        The learning-rate range test; None where it could not be made.
    """

    findings: list[Finding]
    layers: list[LayerSizes] = field(default_factory=list)
    range_test: RangeTest | None = None

    @property
    def troubles(self) -> list[Finding]:
        """The warnings and problems."""
        return [finding for finding in self.findings if finding.is_trouble]

    def __getitem__(self, name: str) -> Finding:
        for finding in self.findings:
            if finding.name == name:
                return finding
        names = ", ".join(finding.name for finding in self.findings)
        raise KeyError(f"no finding {name!r}; there are: {names}")

    def __str__(self) -> str:
        return findings_as_text(self.findings, how_to_show="findings has them")


def diagnose(
    net: Layer,
    loader: Loader,
    *,
    loss: Loss | None = None,
    optimizer: OptimizerLike | None = None,
    validation: Dataset | None = None,
    test: Dataset | None = None,
    seed: int = 0,
    max_gradient_norm: float | None = None,
    epochs: int | None = None,
    warmup: int = 0,
    history: Sequence[EpochRow] = (),
    progress: bool = False,
) -> Diagnosis:
    """Find out why a net does not learn: what an experienced person looks at.

    All experiments are made with copies. Net, optimizer, loss, loader and random numbers are the
    same afterwards. They take seconds for a small net, and minutes for a VGG-16 on 224×224 pixels,
    although large nets have fewer steps.

    Parameters
    ----------
    net : Layer
        As it is when the training begins.
    loader : Loader
        Of the training images.
    loss : Loss, optional
        As for ``Trainer`` (default: ``SoftmaxCrossEntropy``).
    optimizer : Optimizer, optional
        As for ``Trainer``. Without it, rates and settings are not judged.
    validation, test : Dataset, optional
        Images that should not be among the training images.
    seed : int
        Of everything that is drawn. The same seed gives the same findings.
    max_gradient_norm : float, optional
        As for ``Trainer``.
    epochs : int, optional
        How many are planned; without it the length of the training is not judged.
    warmup : int
        In how many of them the learning rate rises.
    history : sequence of EpochRow, optional
        Of the training, if there has been one: whether it stayed at chance, or overfits.
    progress : bool
        Show a bar for each experiment: those of a large net take minutes.

    Returns
    -------
    Diagnosis
        ``print`` it, or read ``findings`` and ``troubles``.

    Raises
    ------
    TypeError
        If an argument is of another kind, the dataset lacks what a training needs, or its labels
        are not class numbers: ``diagnose`` is for classification.
    ValueError
        If max_gradient_norm is not a finite number above 0, there are no training images, a label
        is negative, or the images do not fit the net.

    Examples
    --------
    >>> from minivgg import backend, data, models, optim, training
    >>> digits = data.load("digits")
    >>> normalize = data.Normalize.from_dataset(digits)
    >>> loader = data.Loader(digits, 32, shuffle=True, transforms=[normalize])
    >>> backend.seed(0)
    >>> net = models.vgg([8, "M", 16, "M"], 10, (1, 8, 8), hidden=(32,))
    >>> sgd = optim.SGD(net.parameters(), lr=1e-7)
    >>> found = training.diagnose(net, loader, optimizer=sgd)
    >>> [finding.name for finding in found.troubles][0]
    'learning rate'
    """
    others = {"validation": validation, "test": test}
    check_arguments(net, loader, loss, optimizer, others, max_gradient_norm)
    with backend.fixed_seed([seed]), np.errstate(all="ignore"):
        subject = Subject.copied(
            net, loader, loss, optimizer, validation, test, seed, max_gradient_norm, progress
        )
        images = check_images(subject)
        if not np.isfinite(subject.sample[0]).all():
            return Diagnosis(images)  # nothing can be computed from them
        course = _course(subject, epochs, warmup, history)
        findings = [
            *images,
            *check_normalisation(subject),
            *check_labels(subject),
            *check_order(subject, loader.shuffle),
            *check_duplicates(subject),
            *check_modes(subject, net),
            *check_parameters(subject),
            *check_nonlinearity(subject.net),
            *course,
        ]
        return _examine_net(subject, findings)


def _course(
    subject: Subject, epochs: int | None, warmup: int, history: Sequence[EpochRow]
) -> list[Finding]:
    """What the plan and the history of the training say."""
    counts = np.bincount(np.asarray(subject.dataset.labels))
    found = check_history(history, float(counts.max() / counts.sum()))
    if epochs is not None:
        batches = -(-len(subject.dataset) // subject.loader.batch_size)
        found += check_length(batches, epochs, warmup)
    return found


def _examine_net(subject: Subject, findings: list[Finding]) -> Diagnosis:
    """The checks for which the net is run, after those of the images."""
    images, _ = next(subject.batches(1))
    outputs = subject.net(images).shape[-1]
    classes = check_classes(subject, outputs)
    findings = [*classes, *findings]
    if np.asarray(subject.dataset.labels).max() >= outputs:
        return Diagnosis(_worst_first(findings))
    findings += check_outputs(subject)
    recorded = record(subject)
    findings += check_symmetry(recorded)  # reads the gradients of this pass
    updates = first_step(subject)
    sizes = layer_sizes(recorded, updates.ratios)
    findings += check_dead_relus(sizes)
    findings += check_signal(sizes, rms(images))
    findings += check_gradients(subject, recorded)
    test = run_range_test(subject)
    learning = check_learning(subject, test, outputs)
    if any(f.name == ONE_BATCH and f.is_trouble for f in learning):
        findings += check_gradient_sizes(sizes)
    findings += _settings(subject, test, learning)
    if subject.has_optimizer:
        length = check_updates(updates)
        learning = [*(f for f in length if f.name == STEP_DIRECTION), *learning]
        learning += [f for f in length if f.name != STEP_DIRECTION]
    return Diagnosis(_worst_first([*findings, *learning]), sizes, test)


def _settings(subject: Subject, test: RangeTest, learning: list[Finding]) -> list[Finding]:
    """Momentum and weight decay, by their numbers; an experiment with one of them says more."""
    if not subject.has_optimizer:
        return []
    troubles = {finding.name for finding in learning if finding.is_trouble}
    suggested = test.suggested if LEARNING_RATE in troubles else None
    found = check_optimizer(subject, suggested)
    return [finding for finding in found if finding.name not in troubles]


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -finding.severity)
