"""The classes: do the labels fit the outputs, is every class there, and how often?"""

from collections.abc import Sequence

import numpy as np

from minivgg.training.diagnosis.finding_names import BALANCE, CLASSES, ORDER
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.diagnosis.subject import Subject
from minivgg.utils.printable_text import listed

# One class may have this many times the images of another one. With two classes this is a share of
# 20 %, from where Google's machine learning guide speaks of more than mild imbalance
# (developers.google.com/machine-learning, "Imbalanced datasets").
MOST_UNBALANCED = 4
BATCHES = 5  # whose classes are counted
NAMED = 3  # classes in a sentence


def check_classes(subject: Subject, outputs: int) -> list[Finding]:
    """Compare labels, classes and outputs, and count the images of each class.

    Parameters
    ----------
    subject : Subject
        What is examined.
    outputs : int
        How many the net has.

    Returns
    -------
    list of Finding
        "classes", and "balance" if every class has images.
    """
    labels, names = np.asarray(subject.dataset.labels), list(subject.dataset.classes)
    counts = np.bincount(labels, minlength=len(names))
    if len(counts) > outputs:
        return [_too_few_outputs(labels, outputs)]
    if len(names) != outputs:
        sentence = f"the net has {outputs} outputs, but the dataset has {len(names)} classes"
        advice = f"build the net with classes={len(names)}, or replace its head"
        return [warning(CLASSES, outputs, sentence, advice)]
    missing = np.flatnonzero(counts == 0)
    if len(missing) >= len(names) - 1:
        return [_one_class(names, counts)]
    if len(missing):
        return [_missing(names, missing)]
    weights = getattr(subject.loss, "class_weights", None)
    if weights is not None and len(weights) == outputs and (ignored := _ignored(names, weights)):
        return [ignored]
    sentence = f"all {len(names)} classes have images, and the net has an output for each"
    return [Finding(CLASSES, len(names), sentence), _balance(names, counts, weights is not None)]


def _too_few_outputs(labels: np.ndarray, outputs: int) -> Finding:
    sentence = f"the labels go up to {labels.max()}, but the net has " + (
        f"{outputs} outputs, for classes 0 to {outputs - 1}" if outputs > 1 else "one output"
    )
    one_off = labels.min() == 1 and labels.max() == outputs
    advice = (
        "count the classes from 0: use labels - 1"
        if one_off
        else f"build the net with classes={labels.max() + 1}"
    )
    return problem(CLASSES, int(labels.max()), sentence, advice)


def _one_class(names: list[str], counts: np.ndarray) -> Finding:
    sentence = (
        f"all images have the same label, {names[counts.argmax()]!r}: there is nothing to learn"
    )
    advice = "check how the images were divided and how the labels were made"
    return problem(CLASSES, 1, sentence, advice)


def _ignored(names: list[str], weights: Sequence[float]) -> Finding | None:
    """Classes with a weight of 0 in the loss."""
    zero = np.flatnonzero(np.asarray(weights) == 0)
    if not len(zero):
        return None
    verb = "has" if len(zero) == 1 else "have"
    sentence = (
        f"{len(zero)} of {len(names)} classes {verb} a weight of 0 in the loss, and "
        f"{'is' if len(zero) == 1 else 'are'} not learned: {_named(names, zero)}"
    )
    return problem(CLASSES, len(zero), sentence, "give each class a weight above 0")


def _named(names: list[str], which: np.ndarray) -> str:
    return listed([repr(names[k]) for k in which], NAMED)


def _missing(names: list[str], missing: np.ndarray) -> Finding:
    verb = "has" if len(missing) == 1 else "have"
    sentence = (
        f"{len(missing)} of {len(names)} classes {verb} no training image: {_named(names, missing)}"
    )
    advice = "check how the images were divided and how the labels were made; labels count from 0"
    return problem(CLASSES, len(missing), sentence, advice)


def _balance(names: list[str], counts: np.ndarray, is_weighted: bool) -> Finding:
    largest, smallest = counts.argmax(), counts.argmin()
    ratio, share = counts.max() / counts.min(), counts.max() / counts.sum()
    if ratio == 1:
        return Finding(BALANCE, 1.0, f"all classes have {counts.max():,} images")
    sentence = (
        f"the largest class, {names[largest]!r}, has {counts.max():,} images, the smallest, "
        f"{names[smallest]!r}, {counts.min():,}: always answering {names[largest]!r} would be "
        f"right for {percent(share)}"
    )
    if ratio <= MOST_UNBALANCED:
        return Finding(BALANCE, float(ratio), sentence)
    advice = (
        "compare the accuracy with that number, look at the recall of each class (evaluate "
        "prints it), and weight the classes in the loss or collect more images of the small ones"
    )
    if is_weighted:
        return note(BALANCE, float(ratio), f"{sentence}; the loss weights the classes")
    return warning(BALANCE, float(ratio), sentence, advice)


def check_order(subject: Subject, shuffle: bool) -> list[Finding]:
    """Whether batches hold a mixture of the classes.

    Parameters
    ----------
    subject : Subject
        What is examined.
    shuffle : bool
        Whether the loader shuffles.

    Returns
    -------
    list of Finding
        "order of the images".
    """
    labels, size = np.asarray(subject.dataset.labels), subject.loader.batch_size
    order = subject.loader.order(0) if shuffle else np.arange(len(labels))
    batches = [labels[order[k * size : (k + 1) * size]] for k in range(BATCHES)]
    found = float(np.mean([len(np.unique(batch)) for batch in batches if len(batch)]))
    expected = _expected_classes(labels, min(size, len(labels)))
    sentence = (
        f"a batch of {size} holds {found:.1f} different classes, "
        f"where a random order would give {expected:.1f}"
    )
    if found > expected / 2 or shuffle:
        return [Finding(ORDER, found, sentence)]
    advice = "shuffle the training images: Loader(..., shuffle=True)"
    return [problem(ORDER, found, sentence, advice)]


def _expected_classes(labels: np.ndarray, size: int) -> float:
    """How many classes are among ``size`` images that are drawn at random, with replacement."""
    shares = np.bincount(labels) / len(labels)
    return float((1 - (1 - shares) ** size).sum())
