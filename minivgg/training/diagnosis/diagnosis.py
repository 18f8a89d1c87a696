"""``diagnose``: all checks, worst finding first."""

from dataclasses import dataclass, field

import numpy as np

from minivgg import backend
from minivgg.data import Dataset, Loader
from minivgg.data.checks import require_dataset
from minivgg.layers import Layer
from minivgg.training.diagnosis import class_checks, image_checks, label_checks, setting_checks
from minivgg.training.diagnosis.duplicate_checks import check_duplicates
from minivgg.training.diagnosis.findings import Finding, Severity
from minivgg.training.diagnosis.gradient_checks import check_gradients
from minivgg.training.diagnosis.layer_checks import (
    LayerSizes,
    check_dead_relus,
    check_nonlinearity,
    check_sizes,
    check_symmetry,
    layer_sizes,
    record,
    rms,
)
from minivgg.training.diagnosis.learning_checks import (
    check_learning,
    check_updates,
    update_ratios,
)
from minivgg.training.diagnosis.output_checks import check_outputs
from minivgg.training.diagnosis.parameter_checks import check_parameters
from minivgg.training.diagnosis.range_test import RangeTest, run_range_test
from minivgg.training.diagnosis.subject import Subject
from minivgg.training.interfaces import Loss, OptimizerLike
from minivgg.utils import tables

SIGNS = {Severity.PROBLEM: "problem", Severity.WARNING: "warning", Severity.NOTE: "note"}


@dataclass(frozen=True)
class Diagnosis:
    """What ``diagnose`` has found.

    Parameters
    ----------
    findings : list of Finding
        The worst first; of equally bad ones, causes before what follows from them.
    layers : list of LayerSizes
        A row for each innermost layer; empty if the images do not fit the net.
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
        return next(finding for finding in self.findings if finding.name == name)

    def __str__(self) -> str:
        rows = [
            (SIGNS.get(f.severity, "ok"), f.name, f"{f.sentence}{f'. {f.advice}' * bool(f.advice)}")
            for f in self.findings
        ]
        return tables.text(("", "what", "finding"), rows)


def diagnose(
    net: Layer,
    loader: Loader,
    *,
    loss: Loss | None = None,
    optimizer: OptimizerLike | None = None,
    validation: Dataset | None = None,
    test: Dataset | None = None,
    seed: int = 0,
) -> Diagnosis:
    """Find out why a net does not learn: what an experienced person looks at, in seconds.

    All experiments are made with copies. Net, optimizer, loss, loader and random numbers are the
    same afterwards.

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

    Returns
    -------
    Diagnosis
        ``print`` it, or read ``findings``.

    Raises
    ------
    TypeError
        If the dataset lacks what a training needs, or its labels are not class numbers.

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
    require_dataset("diagnose", loader.dataset)
    labels = np.asarray(loader.dataset.labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise TypeError(
            "diagnose: labels must be class numbers, integers of shape (N,), got "
            f"{labels.dtype} of shape {labels.shape}"
        )
    with backend.fixed_seed([seed]), np.errstate(all="ignore"):
        subject = Subject.copied(net, loader, loss, optimizer, validation, test, seed)
        findings = [
            *image_checks.check_images(subject),
            *image_checks.check_normalisation(subject),
            *label_checks.check_labels(subject),
            *class_checks.check_order(subject, loader.shuffle),
            *check_duplicates(subject),
            *setting_checks.check_modes(subject, net),
            *check_parameters(subject),
            *check_nonlinearity(subject.net),
        ]
        return _examine_net(subject, findings)


def _examine_net(subject: Subject, findings: list[Finding]) -> Diagnosis:
    """The checks for which the net is run, after those of the images."""
    images, _ = next(subject.batches(1))
    outputs = subject.net(images).shape[-1]
    classes = class_checks.check_classes(subject, outputs)
    findings = [*classes, *findings]
    labels = np.asarray(subject.dataset.labels)
    if labels.max() >= outputs or labels.min() < 0:
        return Diagnosis(_worst_first(findings))
    findings += check_outputs(subject)
    recorded = record(subject)
    # these two read the gradients of this pass
    symmetry = check_symmetry(recorded)
    settings = setting_checks.check_optimizer(subject) if subject.has_optimizer else []
    ratios = update_ratios(subject)
    sizes = layer_sizes(recorded, ratios)
    findings += symmetry
    findings += check_dead_relus(sizes)
    findings += check_sizes(sizes, rms(images))
    findings += check_gradients(subject, recorded)
    findings += settings
    test = run_range_test(subject)
    findings += check_learning(subject, test)
    findings += check_updates(ratios) if subject.has_optimizer else []
    return Diagnosis(_worst_first(findings), sizes, test)


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -finding.severity)
