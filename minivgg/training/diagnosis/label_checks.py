"""The labels: do they belong to the images, before and after the transforms?"""

import numpy as np

from minivgg import models
from minivgg.data import Images
from minivgg.evaluation.features import features as net_features
from minivgg.training.diagnosis.finding_names import AUGMENTATION, LABELS
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.diagnosis.probe import Agreement, Probe, coarse_pixels
from minivgg.training.diagnosis.subject import Subject

PIXELS = "a simple classifier on shrunken images"
SHIFTS = (-3, -2, -1, 1, 2, 3)  # by how many places labels may be off
FEWEST_IMAGES = 60  # for a verdict
# Without a visible accuracy below this, in addition to chance, images are too few for a verdict.
MOST_UNCERTAIN = 0.2
# The transforms may cost this share of what shrunken images tell about the class.
MOST_DESTROYED = 0.75
# Images that the packaged VGG-16 is asked about: their smallest side in pixels, the side that they
# are brought to, and how many.
SMALLEST_SIDE, VGG_SCALE, VGG_IMAGES = 24, 64, 400


def check_labels(subject: Subject) -> list[Finding]:
    """Whether a simple classifier can predict the labels from the images better than by chance.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "labels", and "augmentation" if the labels agree with the images before the transforms.
    """
    labels = subject.raw_labels
    if len(np.unique(labels)) < 2:
        sentence = "all images have the same label: whether it belongs to them cannot be told"
        return [note(LABELS, None, sentence)]
    if len(labels) < FEWEST_IMAGES:
        sentence = f"{len(labels)} images are too few to tell whether the labels belong to them"
        return [note(LABELS, None, sentence)]
    probe = Probe(coarse_pixels(subject.raw))
    found = probe.agreement(labels, subject.seed)
    if shift := _shift(subject, probe, found):
        return [shift]
    if found.is_certain:
        sentence = (
            f"the labels agree with the images: {_numbers(found, PIXELS)} (a part of the labels "
            "may still be wrong)"
        )
        return [Finding(LABELS, found.accuracy, sentence), _augmentation(subject, found)]
    what = PIXELS
    if _suit_vgg(subject.raw):
        what = "a simple classifier on the features of a VGG-16"
        found = Probe(_vgg_features(subject.raw[:VGG_IMAGES])).agreement(
            labels[:VGG_IMAGES], subject.seed
        )
    if found.is_certain:
        sentence = f"the labels agree with the images: {_numbers(found, what)}"
        return [Finding(LABELS, found.accuracy, sentence)]
    return [_unrelated(found, what)]


def _numbers(found: Agreement, what: str) -> str:
    low, high = found.chance - 2 * found.spread, found.chance + 2 * found.spread
    return (
        f"{what} recognises {percent(found.accuracy)} of the images (with shuffled labels: "
        f"{percent(max(low, 0))} to {percent(high)})"
    )


def _unrelated(found: Agreement, what: str) -> Finding:
    if found.smallest_visible - found.chance > MOST_UNCERTAIN:
        sentence = (
            "there are too few images to tell whether the labels belong to them: "
            f"{_numbers(found, what)}"
        )
        return note(LABELS, found.accuracy, sentence)
    sentence = f"the labels look as if they were shuffled: {_numbers(found, what)}"
    advice = (
        "look at some images with their labels; arrays of images and labels must be shuffled, "
        "sorted and filtered by the same indices"
    )
    return problem(LABELS, found.accuracy, sentence, advice)


def _shift(subject: Subject, probe: Probe, found: Agreement) -> Finding | None:
    """Whether the labels of the next or the previous images would fit."""
    labels, n = np.asarray(subject.dataset.labels), len(subject.dataset)
    by_shift = {s: probe.accuracy(labels[(subject.indices + s) % n]) for s in SHIFTS}
    shift = max(by_shift, key=lambda s: by_shift[s])
    own = max(found.accuracy, found.chance)
    if not Agreement(by_shift[shift], own, found.spread).is_certain:
        return None
    where = f"{abs(shift)} place{'s' * (abs(shift) > 1)} {'later' if shift > 0 else 'earlier'}"
    sentence = (
        f"the labels are shifted by {abs(shift)}: {_numbers(found, PIXELS)}, and "
        f"{percent(by_shift[shift])} with the labels {where}"
    )
    advice = f"use np.roll(labels, {-shift}), and look for the line that was left out"
    return problem(LABELS, float(shift), sentence, advice)


def _augmentation(subject: Subject, raw: Agreement) -> Finding:
    """Compare what images tell about their class before and after the transforms."""
    images, labels = subject.sample
    found = Probe(coarse_pixels(images)).agreement(labels, subject.seed)
    kept = (found.accuracy - found.chance) / (raw.accuracy - raw.chance)
    before = percent(raw.accuracy)
    if not found.is_certain:
        sentence = (
            f"after the transforms the classes cannot be told apart: {PIXELS} recognises "
            f"{before} of the images before them, and {percent(found.accuracy)} after them, as "
            "with shuffled labels"
        )
        return problem(AUGMENTATION, kept, sentence, _how_to_look(subject))
    sentence = (
        f"{PIXELS} recognises {before} of the images before the transforms, and "
        f"{percent(found.accuracy)} after them (chance: {percent(found.chance)})"
    )
    if kept > 1 - MOST_DESTROYED:
        return Finding(AUGMENTATION, kept, sentence)
    return warning(AUGMENTATION, kept, sentence, _how_to_look(subject))


def _how_to_look(subject: Subject) -> str:
    names = ", ".join(type(t).__name__ for t in subject.loader.transforms)
    return f"look at images after the transforms ({names}), and make them milder"


def _suit_vgg(images: Images) -> bool:
    """Whether the images are photographs of a size that the packaged net knows."""
    return all(len(image) == 3 and min(image.shape[1:]) >= SMALLEST_SIDE for image in images)


def _vgg_features(images: Images) -> np.ndarray:
    """What blocks 1 to 3 of VGG-16 see in images: textures and colours."""
    net = models.packaged_net("vgg16-pool3")
    return net_features(net, images, "pool3", VGG_SCALE, mirror=False)
