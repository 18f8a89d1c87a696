"""Trainings without a fault, on images in memory."""

import numpy as np

from minivgg import backend, data, layers, models, optim

from .parts import digits, healthy, loader, net, photographs, training


@healthy
def digits_by_the_recipe():
    backend.seed(0)
    return training(models.vgg("small-8x8", 10), test=data.load("digits", "test"))


@healthy
def digits_with_another_seed():
    backend.seed(5)
    return training(models.vgg("small-8x8", 10), seed=5)


@healthy
def plain_small_net():
    return training()


@healthy
def plain_sgd_without_momentum():
    return training(lr=0.05, settings={"momentum": 0.0, "weight_decay": 0.0})


@healthy
def nesterov():
    return training(settings={"nesterov": True})


@healthy
def batch_norm():
    return training(net(batch_norm=True), lr=0.05)


@healthy
def no_hidden_layer():
    return training(net(hidden=()))


@healthy
def linear_model():
    model = models.net.Net(
        {"flatten": layers.Flatten(), "classifier": layers.Sequential(layers.Linear(64, 10))},
        (1, 8, 8),
    )
    return training(model)


@healthy
def adam():
    return training(lr=1e-3, make=optim.Adam)


@healthy
def adamw_with_batch_norm():
    return training(net(batch_norm=True), lr=1e-3, make=optim.AdamW)


@healthy
def large_batches():
    return training(images=loader(batch_size=256), lr=0.05)


@healthy
def small_batches():
    return training(images=loader(batch_size=4), lr=0.005)


@healthy
def glorot():
    return training(net("16,16,M,32,32,M", initializer="xavier_uniform"))


@healthy
def few_digits():
    return training(images=loader(data.Subset(digits(), np.arange(200)), batch_size=16), lr=0.01)


@healthy
def two_classes():
    images = digits()
    two = np.flatnonzero(images.labels < 2)
    pair = data.ArrayDataset(images.images[two], images.labels[two], ["0", "1"])
    return training(net(classes=2), loader(pair))


@healthy
def shifted_digits():
    return training(images=loader(transforms=[data.RandomCrop(8, padding=1)]), lr=0.01)


@healthy
def residual_net():
    model = models.cifar_net(14, classes=6, input_shape=(3, 16, 16))
    return training(model, loader(photographs(side=16), 32), lr=0.05)


@healthy
def deep_plain_net_with_batch_norm():
    model = models.cifar_net(14, residual=False, classes=6, input_shape=(3, 16, 16))
    return training(model, loader(photographs(side=16), 32), lr=0.05)


@healthy
def colour_images_with_augmentation():
    model = net("16,16,M,32,32,M", classes=6, input_shape=(3, 32, 32))
    transforms = [data.RandomCrop(32, padding=4), data.RandomHorizontalFlip()]
    return training(model, loader(photographs(), transforms=transforms), lr=0.01)


@healthy
def head_of_zeros():
    model = net()
    model["classifier"].replace("3", layers.Linear(64, 10, initializer="zeros"))
    return training(model)


@healthy
def trained_net_with_frozen_features():
    model = net()
    arguments = training(model)
    for images, labels in arguments["loader"].epoch(0):
        model.zero_grad()
        loss = layers.losses.SoftmaxCrossEntropy()
        loss.forward(model(images), labels)
        model.backward(loss.backward())
        arguments["optimizer"].step()
    model["classifier"].replace("3", layers.Linear(64, 10))
    models.freeze(model)
    return training(model, lr=0.005)


@healthy
def much_label_smoothing():
    backend.seed(0)
    loss = layers.losses.SoftmaxCrossEntropy(label_smoothing=0.3)
    model = models.vgg("small-8x8", 10)
    return training(model, lr=1e-3, make=optim.AdamW, loss=loss)


@healthy
def label_smoothing_for_a_hundred_classes():
    rng = np.random.default_rng(0)
    means = rng.integers(0, 256, (100, 1, 8, 8))
    labels = rng.permutation(np.arange(1500) % 100)
    noise = rng.normal(0, 20, (1500, 1, 8, 8))
    images = (means[labels] + noise).clip(0, 255).astype(np.uint8)
    names = [str(k) for k in range(100)]
    loss = layers.losses.SoftmaxCrossEntropy(label_smoothing=0.2)
    return training(net(classes=100), loader(data.ArrayDataset(images, labels, names)), loss=loss)


@healthy
def weighted_classes_of_different_sizes():
    images = digits()
    keep = (images.labels == 1) | (np.arange(len(images)) % 6 == 0)
    subset = data.Subset(images, keep)
    counts = np.bincount(subset.labels)
    loss = layers.losses.SoftmaxCrossEntropy((counts.sum() / (10 * counts)).tolist())
    return training(images=loader(subset), lr=0.01, loss=loss)


@healthy
def head_of_zeros_with_adam():
    return training(head_of_zeros()["net"], lr=1e-3, make=optim.Adam)


@healthy
def frozen_batch_norm():
    model = net(batch_norm=True)
    for layer in model.descendants():
        if isinstance(layer, layers.BatchNorm2d):
            layer.freeze()
    return training(model)


@healthy
def depthwise_and_pointwise_convolutions():
    backend.seed(0)
    parts = [layers.Conv2d(1, 16, 3, padding=1), layers.ReLU()]
    for _ in range(2):
        parts += [layers.Conv2d(16, 16, 3, padding=1, groups=16), layers.Conv2d(16, 16, 1)]
        parts += [layers.ReLU()]
    head = [layers.Flatten(), layers.Linear(16 * 64, 10)]
    model = models.net.Net(
        {"features": layers.Sequential(*parts), "classifier": layers.Sequential(*head)}, (1, 8, 8)
    )
    return training(model, lr=0.01)


class _Doubles:
    """Normalised images in float64."""

    def __call__(self, images, rng):
        return (images.astype(np.float64) - 78) / 96


@healthy
def float64():
    model = net().to("cpu", np.float64)
    images = data.Loader(digits(), 32, shuffle=True, transforms=[_Doubles()])
    return training(model, images)


@healthy
def clipping_and_a_plan():
    return training(max_gradient_norm=1.0, epochs=30, warmup=3)
