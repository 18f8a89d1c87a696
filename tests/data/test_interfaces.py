"""What ``data.Dataset`` and ``data.Transform`` promise: own classes with these names are enough."""

import numpy as np

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
