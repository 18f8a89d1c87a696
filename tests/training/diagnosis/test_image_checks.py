"""Images and labels: numbers, words and bounds of each finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data
from minivgg.training.diagnosis import label_checks
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.image_checks import check_images, check_normalisation
from minivgg.training.diagnosis.label_checks import check_labels
from minivgg.training.diagnosis.probe import Agreement

OK, NOTE, WARNING, PROBLEM = Severity


def of_images(raw, x=None):
    x = np.arange(8.0).reshape(2, 1, 2, 2) if x is None else x
    return check_images(SimpleNamespace(raw=raw, sample=(x, None)))[0]


def pictures(count, constant=0, copies=0):
    images = np.arange(count * 4, dtype=np.uint8).reshape(count, 1, 2, 2).copy()
    images[:constant] = images[:constant, :, :1, :1]
    images[: copies + (copies > 0)] = images[:1]
    return images


@pytest.mark.parametrize(
    ("images", "value", "severity", "sentence"),
    [
        (pictures(20), 1.0, OK, "20 of 20 images are distinct, and none is blank"),
        (pictures(20, constant=1), 1.0, OK, "20 of 20 images are distinct, and none is blank"),
        (pictures(20, constant=2), 0.1, WARNING,
         "in 10 % of the images all pixels have the same value"),
        (pictures(20, constant=10), 0.5, WARNING,
         "in 50 % of the images all pixels have the same value"),
        (pictures(20, constant=11), 0.55, PROBLEM,
         "in 55 % of the images all pixels have the same value"),
        (pictures(20, copies=10), 0.5, OK, "10 of 20 images are distinct, and none is blank"),
        (pictures(20, copies=11), 0.45, PROBLEM, "only 9 of 20 images are distinct"),
    ],
)  # fmt: skip
def test_blank_and_equal_images(images, value, severity, sentence):
    for raw in (images, list(images), images[:, :, ::-1]):
        found = of_images(raw)
        assert (found.name, found.value, found.severity) == ("images", value, severity)
        assert (found.sentence, bool(found.advice)) == (sentence, severity > OK)


def test_what_the_transforms_have_done_to_images():
    found = of_images(pictures(4), np.zeros((4, 1, 2, 2)))
    assert (found.value, found.severity) == (1.0, PROBLEM)
    assert found.sentence == (
        "in 100 % of the images after the transforms all pixels have the same value"
    )
    found = of_images(pictures(4), np.array([[0.0, np.inf]]))
    assert (found.value, found.severity) == (None, PROBLEM)
    assert "not finite" in found.sentence


def normalised(mean, std, transforms=()):
    x = np.float32(mean) + np.float32(std) * np.array([[-1, 1]], np.float32)
    loader = SimpleNamespace(transforms=transforms)
    return check_normalisation(SimpleNamespace(sample=(x, None), loader=loader))[0]


@pytest.mark.parametrize(
    ("mean", "std", "severity", "words"),
    [
        (0, 1, OK, ""), (0.5, 1, OK, ""), (0, 0.101, OK, ""), (0, 5, OK, ""),
        (0, 0.099, PROBLEM, ", as after normalising twice"), (0, 5.01, PROBLEM, "; initial weigh"),
        (0, 20, PROBLEM, "; initial weights"), (9, 21, NOTE, ": the mean is subtracted, but the"),
        (-10, 21, NOTE, ": the mean is subtracted, but the pixels are not scaled"),
        (11, 21, PROBLEM, "; initial weights"), (-11, 21, PROBLEM, "; initial weights"),
        (3, 1, NOTE, ": the mean is not subtracted"), (1, 1, NOTE, ": the mean is not subtracted"),
        (3.25, 1, WARNING, ": nearly all of it has the same sign"),
        (-3.25, 1, WARNING, ": nearly all of it has the same sign"), (-3, 1, OK, ""),
    ],
)  # fmt: skip
def test_mean_and_deviation_of_the_input(mean, std, severity, words):
    found = normalised(mean, std)
    numbers = f"the net's input has a mean of {mean:.3g} and a standard deviation of {std:.3g}"
    assert (found.name, found.severity) == ("normalisation", severity)
    assert found.sentence.startswith(numbers + words)
    assert found.sentence == numbers or words
    decides = mean if "sign" in words or "not subtracted" in words else std
    assert found.value == pytest.approx(decides, rel=1e-6)
    assert bool(found.advice) == (severity > OK)


def test_two_normalize_and_pixels_that_are_no_floats():
    one = data.Normalize((0.5,), (0.5,))
    assert normalised(0, 1, [one]).severity is OK
    found = normalised(0, 1, [one, one])
    assert (found.severity, found.value) == (PROBLEM, 1.0)
    assert found.sentence.endswith(", as after two Normalize")
    x = np.zeros((2, 2), np.uint8)
    (found,) = check_normalisation(SimpleNamespace(sample=(x, None)))
    assert (found.severity, found.value) == (PROBLEM, None)
    assert found.sentence == "the loader yields uint8 pixels, which no layer takes"
    assert "Normalize.from_dataset" in found.advice


# ------------------------------------------------------------------------------------------ labels


def training(count=120, classes=3, seed=0, noise=60, **changed):
    """Images with a bright part for each class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    images = rng.integers(0, noise, (count, 1, 8, 8)).astype(np.uint8)
    for image, k in zip(images, labels, strict=True):
        image[0, 2 * k : 2 * k + 2] += 60
    loader = SimpleNamespace(transforms=[data.CenterCrop(8), data.RandomHorizontalFlip()])
    parts = {
        "raw": images, "raw_labels": labels, "sample": (images / 255, labels), "seed": 0,
        "dataset": data.ArrayDataset(images, labels, list("abcdef")), "loader": loader,
        "indices": np.arange(count),
    } | changed  # fmt: skip
    return SimpleNamespace(**parts)


def test_labels_that_fit_before_and_after_the_transforms():
    labels, augmentation = check_labels(training())
    assert (labels.name, labels.severity, labels.value) == ("labels", OK, 1.0)
    assert labels.sentence.startswith(
        "the labels agree with the images: a simple classifier on shrunken images recognises 100 % "
        "of the images (with shuffled labels: "
    )
    assert (augmentation.name, augmentation.severity) == ("augmentation", OK)
    assert augmentation.value == pytest.approx(1, abs=0.02)
    assert "recognises 100 % of the images before the transforms, and 100 % after" in (
        augmentation.sentence
    )


def test_transforms_that_keep_nothing_or_too_little(monkeypatch):
    subject = training()
    subject.sample = np.random.default_rng(1).normal(0, 90, subject.raw.shape), subject.raw_labels
    _, found = check_labels(subject)
    assert found.severity is PROBLEM
    assert found.value == pytest.approx(0, abs=0.1)
    assert "the classes cannot be told apart: a simple classifier on shrunken" in found.sentence
    assert "recognises 100 % of the images before them" in found.sentence
    assert "(CenterCrop, RandomHorizontalFlip)" in found.advice
    monkeypatch.setattr(label_checks, "MOST_DESTROYED", 0.0)
    _, found = check_labels(training())
    assert (found.severity, found.value) == (WARNING, 1.0)
    assert "and make them milder" in found.advice


@pytest.mark.parametrize(
    ("count", "said"), [(59, "59 images are too few to tell"), (60, "the labels")]
)
def test_a_verdict_needs_60_images(count, said):
    found = check_labels(training(count))
    assert found[0].sentence.startswith(said)
    assert found[0].severity is (NOTE if count < 60 else OK)


def test_images_of_one_class_give_no_verdict():
    (found,) = check_labels(training(raw_labels=np.zeros(120, int)))
    assert (found.name, found.value, found.severity) == ("labels", None, NOTE)


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
def test_labels_that_are_some_places_off(shift):
    subject = training()
    wrong = np.roll(subject.raw_labels, shift)
    subject.dataset.labels, subject.raw_labels = wrong, wrong
    (found,) = check_labels(subject)
    assert (found.name, found.value, found.severity) == ("labels", shift, PROBLEM)
    place = (
        f"{abs(shift)} place{'' if abs(shift) == 1 else 's'} {'later' if shift > 0 else 'earlier'}"
    )
    assert found.sentence.startswith(f"the labels are shifted by {abs(shift)}: a simple classifier")
    assert found.sentence.endswith(f", and 100 % with the labels {place}")
    assert f"np.roll(labels, {-shift})," in found.advice
    assert (np.roll(wrong, -shift) == training().raw_labels).all()


def test_shuffled_labels_are_a_problem():
    subject = training(300)
    shuffled = np.random.default_rng(3).permutation(subject.raw_labels)
    subject.dataset.labels, subject.raw_labels = shuffled, shuffled
    (found,) = check_labels(subject)
    assert (found.name, found.severity) == ("labels", PROBLEM)
    assert found.sentence.startswith("the labels look as if they were shuffled: a simple class")


def test_what_can_be_seen_decides_between_shuffled_and_too_few():
    """The accuracy from which on it would be certain: chance and four standard deviations."""
    for spread, severity, words in (
        (0.0499, PROBLEM, "the labels look as if they were shuffled: x recognises 30 % of the "
         "images (with shuffled labels: 15 % to 35 %)"),
        (0.0501, NOTE, "there are too few images to tell whether the labels belong to them: x "
         "recognises 30 % of the images (with shuffled labels: 15 % to 35 %)"),
        (0.2, NOTE, "there are too few images to tell whether the labels belong to them: x "
         "recognises 30 % of the images (with shuffled labels: 0 % to 65 %)"),
    ):  # fmt: skip
        found = label_checks._unrelated(Agreement(0.3, 0.25, spread), "x")
        assert (found.value, found.severity, found.sentence) == (0.3, severity, words)


def test_an_agreement_is_certain_beyond_four_deviations():
    assert not Agreement(0.5, 0.25, 0.0625).is_certain
    assert Agreement(0.51, 0.25, 0.0625).is_certain
    assert Agreement(0.5, 0.25, 0.0625).smallest_visible == 0.5
    assert Agreement(0.5, 0.25, 0.125).z == 2


@pytest.mark.parametrize(
    ("shapes", "suit"),
    [
        ([(3, 24, 24)], True), ([(3, 23, 99)], False), ([(3, 99, 23)], False),
        ([(1, 64, 64)], False), ([(3, 64, 64), (1, 64, 64)], False),
        ([(3, 24, 25), (3, 30, 24)], True),
    ],
)  # fmt: skip
def test_photographs_that_the_packaged_net_is_asked_about(shapes, suit):
    assert label_checks._suit_vgg([np.zeros(shape) for shape in shapes]) == suit


def test_features_of_a_vgg_are_asked_where_shrunken_photographs_say_nothing(monkeypatch):
    """Of the first images alone: the net takes longer."""
    monkeypatch.setattr(label_checks, "VGG_IMAGES", 100)
    rng = np.random.default_rng(2)
    raw, labels = rng.integers(0, 256, (120, 3, 24, 24), np.uint8), rng.integers(0, 3, 120)
    asked = []

    def vgg(informative):
        def features(images):
            asked.append(images)
            informs = labels[:100] if informative else np.zeros(100, int)
            return np.eye(3)[informs] + 0.01 * np.random.default_rng(3).normal(size=(100, 3))

        return features

    subject = training(120, raw=raw, raw_labels=labels, sample=(raw / 255, labels))
    subject.dataset = data.ArrayDataset(raw, labels, list("abc"))
    monkeypatch.setattr(label_checks, "_vgg_features", vgg(True))
    (found,) = check_labels(subject)
    assert (found.name, found.value, found.severity) == ("labels", 1.0, OK)
    assert found.sentence.startswith(
        "the labels agree with the images: a simple classifier on the features of a VGG-16 "
        "recognises 100 % of the images (with shuffled labels: "
    )
    assert (asked[0] == raw[:100]).all()
    monkeypatch.setattr(label_checks, "_vgg_features", vgg(False))
    (found,) = check_labels(subject)
    assert "a simple classifier on the features of a VGG-16 recognises" in found.sentence
    assert found.severity > OK
