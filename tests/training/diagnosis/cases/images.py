"""Faults of the images and their labels."""

import numpy as np

from minivgg import data, layers

from .parts import digits, fault, loader, net, photographs, training


@fault("labels")
def labels_shifted_by_one():
    images = digits()
    images.labels = np.roll(images.labels, 1)
    return training(images=loader(images))


@fault("labels")
def labels_shuffled():
    images = digits()
    images.labels = np.random.default_rng(0).permutation(images.labels)
    return training(images=loader(images))


@fault("labels")
def labels_of_colour_images_shuffled():
    images = photographs()
    images.labels = np.random.default_rng(0).permutation(images.labels)
    model = net("16,M,32,M", classes=6, input_shape=(3, 32, 32))
    return training(model, loader(images))


class _Floats:
    """Pixels as floats from 0 to 255, without normalisation."""

    def __call__(self, images, rng):
        return images.astype(np.float32)


@fault("normalisation")
def no_normalisation():
    images = data.Loader(digits(), 32, shuffle=True, transforms=[_Floats()])
    return training(images=images)


@fault("normalisation")
def bytes_without_normalisation():
    return training(images=data.Loader(digits(), 32, shuffle=True))


@fault("normalisation")
def normalised_twice():
    normalize = data.Normalize.from_dataset(digits())
    return training(
        images=data.Loader(digits(), 32, shuffle=True, transforms=[normalize, normalize])
    )


@fault("classes")
def missing_class():
    images = digits()
    return training(images=loader(data.Subset(images, images.labels != 3)))


@fault("classes")
def wrong_number_of_classes():
    return training(net(classes=5))


@fault("balance")
def unbalanced_classes():
    images = digits()
    keep = (images.labels == 1) | (np.arange(len(images)) % 12 == 0)
    return training(images=loader(data.Subset(images, keep)))


@fault("order of the images")
def sorted_and_not_shuffled():
    images = digits()
    return training(images=loader(data.Subset(images, np.argsort(images.labels)), shuffle=False))


@fault("images")
def constant_images():
    images = digits()
    images.images = np.full_like(images.images, 128)
    normalize = data.Normalize((0.5,), (0.3,))
    return training(images=data.Loader(images, 32, shuffle=True, transforms=[normalize]))


@fault("images")
def the_same_image_for_all():
    images = digits()
    images.images = np.broadcast_to(images.images[:1], images.images.shape).copy()
    return training(images=loader(images))


@fault("images")
def not_a_number_in_the_images():
    def divide(x, rng):
        return np.where(x > 200, np.float32(np.nan), x.astype(np.float32))

    return training(images=data.Loader(digits(), 32, shuffle=True, transforms=[divide]))


@fault("duplicates")
def test_images_among_the_training_images():
    images = digits()
    return training(images=loader(images), test=data.Subset(images, np.arange(0, 1000, 7)))


class _Noise:
    """Augmentation that leaves nothing of an image."""

    def __call__(self, images, rng):
        return rng.integers(0, 256, images.shape).astype(np.uint8)


@fault("augmentation")
def augmentation_that_destroys_the_class():
    return training(images=loader(transforms=[_Noise()]))


class _OtherOrder:
    """A transform that changes the order of the images, but not of the labels."""

    def __call__(self, images, rng):
        return images[rng.permutation(len(images))]


@fault("augmentation")
def transform_that_shuffles_the_images():
    return training(images=loader(transforms=[_OtherOrder()]))


@fault("classes")
def labels_all_alike():
    images = digits()
    images.labels = np.full_like(images.labels, 4)
    return training(images=loader(images))


@fault("classes")
def classes_without_weight():
    weights = [1.0] + [0.0] * 9
    return training(loss=layers.losses.SoftmaxCrossEntropy(class_weights=weights))
