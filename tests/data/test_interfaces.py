"""What ``data.Dataset`` and ``data.Transform`` promise: own classes with these names are enough."""

import inspect

import numpy as np
import pytest

from minivgg import data


class Squares:
    """60 images, each with a bright square in one of its halves, made when they are asked for."""

    classes = ("left", "right")
    shape = (1, 6, 6)
    labels = np.arange(60) % 2

    def __len__(self):
        return 60

    def batch(self, indices):
        """In the left half for class 0, in the right half for class 1."""
        images = np.zeros((len(indices), *self.shape), np.uint8)
        for image, index in zip(images, indices, strict=True):
            column = 3 * self.labels[index]
            image[:, 2:4, column : column + 2] = 255
        return images


class Darken:
    """A transform whose arguments have other names."""

    def __call__(self, pictures, random):
        """Half as bright."""
        return pictures // 2


def test_the_names_of_the_protocol_are_enough_for_a_dataset():
    training, validation = data.train_val_split(Squares(), 0.2)
    assert (len(training), len(validation)) == (48, 12)
    normalize = data.Normalize.from_dataset(training)
    images, labels = next(iter(data.Loader(training, batch_size=8, transforms=[normalize])))
    assert images.shape == (8, 1, 6, 6)
    assert (labels == training.labels[:8]).all()
    image, label = training[5]
    assert (image == Squares().batch([training.indices[5]])[0]).all()
    assert label == training.labels[5]


def test_anything_that_can_be_called_with_images_and_rng_is_a_transform():
    transforms = data.Compose([Darken(), lambda images, rng: images + 1])
    images, _ = next(iter(data.Loader(Squares(), transforms=transforms)))
    assert np.unique(images).tolist() == [1, 128]


def test_the_datasets_and_transforms_of_this_package_have_the_names_of_the_protocols():
    names = [name for name in vars(data.Dataset) if not name.startswith("_")]
    assert {"classes", "shape", "labels", "batch"} <= set(names)
    for dataset in (data.load("digits"), data.Subset(data.load("digits"), [1, 2])):
        assert all(hasattr(dataset, name) for name in [*names, "__len__"])


class _Changed(Squares):
    """Some attributes are others."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


class _NoLabels:
    classes, shape = ("a",), (1, 6, 6)

    def __len__(self):
        return 3

    def batch(self, indices):
        return np.zeros((len(indices), 1, 6, 6), np.uint8)


@pytest.mark.parametrize("use", [data.Loader, lambda dataset: data.train_val_split(dataset, 0.5)])
@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (_NoLabels(), r"the dataset _NoLabels lacks labels: see help\('minivgg.data.Dataset'\)"),
        (Squares, "the dataset is the class Squares: make an object of it"),
        (_Changed(labels=None), r"must be an array of shape \(N,\), one for each image, got None"),
        (_Changed(labels=[0, 1] * 30), r"must be an array of shape \(N,\).*got \[0, 1"),
        (_Changed(labels=np.zeros(59, int)), "_Changed has 59 labels for 60 images"),
        (_Changed(classes=2), "classes of _Changed must be a list of their names, got 2"),
    ],
)
def test_a_dataset_that_lacks_something_is_refused_before_a_batch_is_read(use, dataset, words):
    with pytest.raises((TypeError, ValueError), match=words):
        use(dataset)


@pytest.mark.parametrize(
    ("transforms", "words"),
    [
        (Darken(), "a list of callables.*, got <.*Darken object"),
        ([None], "got None in it"),
        ([Darken], "got the class Darken: make an object of it"),
        ([lambda images: images], "is not one: too many positional arguments"),
    ],
)
def test_transforms_that_cannot_be_called_are_refused_at_once(transforms, words):
    with pytest.raises(TypeError, match=words):
        data.Loader(Squares(), transforms=transforms)


def test_a_transform_that_returns_nothing_is_named():
    def forgetful(images, rng):
        images * 2

    with pytest.raises(TypeError, match=r"the transform <function .*forgetful.* returned None"):
        next(iter(data.Loader(Squares(), transforms=[forgetful])))


def test_labels_for_a_regression_are_the_loaders_as_well():
    """For a loop of one's own: a row of numbers for each image."""
    dataset = _NoLabels()
    dataset.labels = np.random.default_rng(0).random((3, 2))
    _, labels = next(iter(data.Loader(dataset, batch_size=2)))
    assert (labels == dataset.labels[:2]).all()


def test_a_function_whose_arguments_python_does_not_know_is_taken(monkeypatch):
    """As of some functions that are written in C."""

    def unknown(function):
        raise ValueError("no signature found")

    monkeypatch.setattr(inspect, "signature", unknown)
    assert data.Loader(Squares(), transforms=[max]).transforms == (max,)


def test_all_that_a_dataset_lacks_is_named():
    class Nothing:
        pass

    with pytest.raises(TypeError, match="dataset Nothing lacks batch and labels and __len__: see"):
        data.Loader(Nothing())
    with pytest.raises(TypeError, match="lacks batch and labels and classes and shape and __len__"):
        data.train_val_split(Nothing(), 0.5)
