"""Images that are in two datasets, or twice in one with different labels."""

import hashlib
from collections.abc import Iterator

import numpy as np

from minivgg.data import Dataset, ImageFolder
from minivgg.data.duplicates import count_shared
from minivgg.training.diagnosis.finding_names import DUPLICATES
from minivgg.training.diagnosis.findings import Finding, note, percent, warning
from minivgg.training.diagnosis.subject import Subject

READ = 1000  # images at once
MOST_SHARED = 0.01  # share of test images; published datasets have a few
MOST_IMAGES = 100_000  # that are compared


def check_duplicates(subject: Subject) -> list[Finding]:
    """Count the test and validation images that are training images too.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "duplicates", if there are other images to compare with.
    """
    others = {"validation": subject.validation, "test": subject.test}
    given = {what: images for what, images in others.items() if images is not None and len(images)}
    train = subject.dataset
    if not given or len(train) > MOST_IMAGES:
        return []
    own: set[bytes] | None = None
    worst, counts = ("", 0, 1), []
    for what, images in given.items():
        if isinstance(train, ImageFolder) and isinstance(images, ImageFolder):
            count = count_shared(train, images)
        elif not (train.shape[1] and images.shape[1]):
            continue  # files of several sizes, behind a subset: to read them all would take long
        else:
            own = own if own is not None else set(_digests(train))
            count = sum(digest in own for digest in _digests(images))
        counts.append(f"{count:,} of {len(images):,} {what} images")
        worst = max(worst, (what, count, len(images)), key=lambda w: w[1] / w[2])
    if not counts:
        return []
    what, count, n = worst
    sentence = f"{' and '.join(counts)} are among the training images too"
    if not count:
        return [Finding(DUPLICATES, 0.0, sentence)]
    advice = "remove them from the training images: the accuracy is too high, as they are known"
    return [
        (warning if count > MOST_SHARED * n else note)(
            DUPLICATES, count / n, f"{sentence} ({percent(count / n)})", advice
        )
    ]


def _digests(images: Dataset) -> Iterator[bytes]:
    for start in range(0, len(images), READ):
        for image in images.batch(np.arange(start, min(start + READ, len(images)))):
            yield hashlib.blake2b(np.ascontiguousarray(image).tobytes(), digest_size=16).digest()
