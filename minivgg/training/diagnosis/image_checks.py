"""The images: do they have content, are they distinct, and are they normalised?"""

import hashlib

import numpy as np

from minivgg.data import Normalize
from minivgg.training.diagnosis.finding_names import IMAGES, NORMALISATION
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.diagnosis.subject import Subject

# Standard deviation of the net's input. Initializers assume about 1 (LeCun et al. 1998, "Efficient
# BackProp", §4.3). 0.1 and 5 leave room for images that are normalised as those of another dataset.
# 20 and more are pixels from 0 to 255: divided by 255, photographs have 0.2 to 0.3, drawings 0.4.
SMALLEST_STD, LARGEST_STD, PIXELS_STD = 0.1, 5.0, 20.0
# With a mean beyond this many standard deviations all inputs of a unit have the same sign.
FARTHEST_MEAN = 3.0
CENTRED = 0.5  # a smaller mean, in standard deviations, has been subtracted on purpose
MOST_CONSTANT = 0.05  # share of images without any content
MOST_EQUAL = 0.5  # share of images that are copies of others


def check_images(subject: Subject) -> list[Finding]:
    """Look for images without content, and for many copies of one image.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "images".
    """
    raw, (x, _) = list(subject.raw), subject.sample
    if not np.isfinite(x).all():
        sentence = "some numbers in the net's input are not finite (NaN or infinite)"
        return [problem(IMAGES, None, sentence, "look for a division by zero in the transforms")]
    for images, where in ((raw, ""), (list(x), " after the transforms")):
        constant = float(np.mean([image.min() == image.max() for image in images]))
        if constant > MOST_CONSTANT:
            return [_constant(constant, where)]
    different = len({hashlib.blake2b(np.ascontiguousarray(i).tobytes()).digest() for i in raw})
    sentence = f"{different:,} of {len(raw):,} images are distinct, and none is blank"
    if different >= (1 - MOST_EQUAL) * len(raw):
        return [Finding(IMAGES, different / len(raw), sentence)]
    sentence = f"only {different:,} of {len(raw):,} images are distinct"
    advice = "look at some images (plots.grid) and at how the files are read"
    return [problem(IMAGES, different / len(raw), sentence, advice)]


def _constant(share: float, where: str) -> Finding:
    sentence = f"in {percent(share)} of the images{where} all pixels have the same value"
    advice = "look at some images (plots.grid), at how the files are read and at the transforms"
    return (problem if share > 0.5 else warning)(IMAGES, share, sentence, advice)


def check_normalisation(subject: Subject) -> list[Finding]:
    """Compare mean and standard deviation of the net's input with 0 and 1.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "normalisation".
    """
    x, _ = subject.sample
    if x.dtype.kind != "f":
        sentence = f"the loader yields {x.dtype} pixels, which no layer takes"
        return [problem(NORMALISATION, None, sentence, _how_to_normalise())]
    x = x.astype(np.float64)
    mean, std = float(x.mean()), float(x.std())
    numbers = f"the net's input has a mean of {mean:.3g} and a standard deviation of {std:.3g}"
    twice = sum(isinstance(t, Normalize) for t in subject.loader.transforms) > 1
    if std < SMALLEST_STD or twice:
        why = "as after two Normalize" if twice else "as after normalising twice"
        advice = "use one Normalize, as the last transform; it expects pixels from 0 to 255"
        return [problem(NORMALISATION, std, f"{numbers}, {why}", advice)]
    if std > PIXELS_STD and abs(mean) < CENTRED * std:
        sentence = f"{numbers}: the mean is subtracted, but the pixels are not scaled"
        advice = (
            "this suits weights trained that way; new weights of deep nets need Glorot "
            "initialisation (initializer='xavier_uniform')"
        )
        return [note(NORMALISATION, std, sentence, advice)]
    if std > LARGEST_STD:
        sentence = f"{numbers}; initial weights assume a mean of 0 and a standard deviation of 1"
        return [problem(NORMALISATION, std, sentence, _how_to_normalise())]
    if abs(mean) > FARTHEST_MEAN * std:
        sentence = f"{numbers}: nearly all of it has the same sign"
        return [warning(NORMALISATION, mean, sentence, _how_to_normalise())]
    if x.min() >= 0:
        sentence = f"{numbers}: the mean is not subtracted"
        return [note(NORMALISATION, mean, sentence, _how_to_normalise())]
    return [Finding(NORMALISATION, std, numbers)]


def _how_to_normalise() -> str:
    return "end the transforms of all loaders with data.Normalize.from_dataset(training_images)"
