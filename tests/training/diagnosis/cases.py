"""Trainings with one planted fault each, and healthy ones, for the tests of ``diagnose``.

Each function returns the arguments of ``diagnose``. ``FAULTS`` says which finding must name it.
"""

from functools import cache

import numpy as np
from PIL import Image

from minivgg import backend, data, layers, models, optim
from minivgg.training import recipes
from minivgg.training.run import Run
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training

FAULTS = {}  # {name of the fault: (the finding that names it, function)}
HEALTHY = {}


def fault(finding):
    def add(function):
        FAULTS[function.__name__.replace("_", " ")] = finding, function
        return function

    return add


def healthy(function):
    HEALTHY[function.__name__.replace("_", " ")] = function
    return function


# ------------------------------------------------------------------------------------------- parts


def digits():
    return data.load("digits")


def photographs(count=600, side=32, classes=6, seed=0):
    """Pictures that look like photographs to a net: coloured shapes with noise, no two alike."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    rows, columns = np.mgrid[:side, :side]
    images = np.empty((count, 3, side, side), np.uint8)
    for image, k in zip(images, labels, strict=True):
        cx, cy, r = *rng.uniform(0.35, 0.65, 2), rng.uniform(0.2, 0.35)
        x, y = (columns / side - cx) / r, (rows / side - cy) / r
        inside = [
            x * x + y * y < 1,
            (abs(x) < 1) & (abs(y) < 1),
            abs(x) + abs(y) < 1,
            (abs(x) < 0.4) | (abs(y) < 0.4),
            np.sin(8 * x) > 0,
            np.sin(8 * y) > 0,
        ][k % 6]
        ground, colour = rng.uniform(40, 120, 3), rng.uniform(130, 220, 3)
        picture = np.where(inside, colour[:, None, None], ground[:, None, None])
        image[...] = (picture + 15 * rng.standard_normal(image.shape)).clip(0, 255)
    return data.ArrayDataset(images, labels, [f"kind {k}" for k in range(classes)])


def loader(dataset=None, batch_size=32, transforms=(), **options):
    dataset = dataset or digits()
    normalize = data.Normalize.from_dataset(dataset)
    return data.Loader(
        dataset, batch_size, **{"shuffle": True} | options, transforms=[*transforms, normalize]
    )


def net(configuration="16,M,32,M", seed=0, **options):
    backend.seed(seed)
    options = {"classes": 10, "input_shape": (1, 8, 8), "hidden": (64,)} | options
    parts = [p if p == "M" else int(p) for p in configuration.split(",")]
    return models.vgg(parts, **options)


def training(model=None, images=None, lr=0.02, make=optim.SGD, settings=None, **options):
    model = model or net()
    settings = settings or {}
    optimizer = make(model.parameters(), lr, **settings)
    return {"net": model, "loader": images or loader(), "optimizer": optimizer, **options}


# ------------------------------------------------------------------------------------------ faults


@fault("learning rate")
def rate_too_high():
    return training(lr=5.0)


@fault("learning rate")
def rate_somewhat_too_high():
    return training(lr=0.5)


@fault("learning rate")
def rate_too_low():
    return training(lr=1e-6)


@fault("learning rate")
def rate_too_low_for_adam():
    return training(lr=1e-8, make=optim.Adam)


@fault("loss at the start")
def sigma_of_a_tenth_in_a_wide_net():
    model = net("128,128,M,256,256,M,256,M", initializer="normal", hidden=(256,))
    return training(model, loader(batch_size=16))


@fault("size of the signal")
def sigma_of_a_hundredth_in_a_deep_net():
    from minivgg.layers.initializers import normal

    model = net("32,32,32,32,M,32,32,32,32,M,32,32", initializer=normal(0.01))
    return training(model)


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


@fault("dropout")
def dropout_of_95_percent():
    return training(net(dropout=0.95))


@fault("dead ReLUs")
def dead_relus_by_negative_biases():
    model = net()
    model.parameters()["features.3.bias"].data[...] = -30
    return training(model)


@fault("equal units")
def all_weights_zero():
    return training(net(initializer="zeros"))


@fault("equal units")
def all_weights_equal():
    def equal(shape, stream):
        return np.full(shape, 0.01, np.float32)

    return training(net(initializer=equal))


class _Softmax(layers.Layer):
    """Probabilities from logits."""

    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        return self.save_for_backward(y, y)

    def backward(self, dy):
        y = self.saved_for_backward()
        return y * (dy - (dy * y).sum(axis=1, keepdims=True))


@fault("outputs")
def softmax_before_the_loss():
    model = net()
    model["classifier"].replace("4", _Softmax())
    return training(model)


@fault("outputs")
def relu_after_the_last_layer():
    model = net()
    model["classifier"].replace("4", layers.ReLU())
    return training(model)


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


@fault("frozen layers")
def frozen_layer_in_the_middle():
    model = net()
    model["features"]["3"].freeze()
    return training(model)


@fault("frozen layers")
def frozen_first_layer_that_is_new():
    model = net()
    model["features"]["0"].freeze()
    return training(model)


@fault("optimizer's parameters")
def optimizer_of_another_net():
    model, other = net(), net(seed=1)
    return training(model) | {"optimizer": optim.SGD(other.parameters(), 0.02)}


@fault("optimizer's parameters")
def optimizer_made_before_a_new_head():
    model = net()
    arguments = training(model)
    model["classifier"].replace("3", layers.Linear(64, 10))
    return arguments


@fault("momentum")
def momentum_too_high():
    return training(settings={"momentum": 0.999})


@fault("weight decay")
def weight_decay_too_high():
    return training(settings={"weight_decay": 0.5})


@fault("mode")
def net_in_eval_mode():
    return training(net(batch_norm=True).eval())


@fault("batch norm")
def batch_norm_of_one_image():
    return training(net(batch_norm=True), loader(batch_size=1))


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


class _FlippedSign:
    """Cross-entropy whose gradient has the wrong sign."""

    def __init__(self):
        self.loss = layers.losses.SoftmaxCrossEntropy()

    def forward(self, logits, labels):
        return self.loss.forward(logits, labels)

    def backward(self):
        return -self.loss.backward()


@fault("direction of the loss")
def gradient_of_the_loss_with_the_wrong_sign():
    return training(loss=_FlippedSign())


class _Rewarding(_FlippedSign):
    """The negative cross-entropy, to be minimised."""

    def forward(self, logits, labels):
        return -self.loss.forward(logits, labels)


@fault("direction of the loss")
def negative_loss():
    return training(loss=_Rewarding())


@fault("missing ReLU")
def missing_relu():
    model = net("16,16,M,32,M")
    model["features"].replace("1", layers.Dropout(0))
    return training(model)


class _Scale(layers.Layer):
    """A custom layer whose backward pass returns zeros."""

    def forward(self, x):
        return self.save_for_backward(2 * x, x)

    def backward(self, dy):
        return np.zeros_like(self.saved_for_backward())


@fault("gradients")
def backward_that_returns_zeros():
    model = net()
    model["features"].replace("6", layers.Sequential(_Scale()))
    return training(model)


class _Negated(layers.Layer):
    """A custom layer with the wrong sign in its backward pass."""

    def forward(self, x):
        return self.save_for_backward(1.5 * x, x)

    def backward(self, dy):
        return -1.5 * dy


@fault("gradients")
def backward_with_the_wrong_sign():
    model = net()
    model["features"].replace("6", layers.Sequential(_Negated()))
    return training(model)


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


@fault("weight decay")
def weight_decay_of_adamw_too_high():
    return training(lr=0.1, make=_MyAdamW, settings={"weight_decay": 0.5})


class _MyAdamW(optim.AdamW):
    """A custom optimizer that inherits from AdamW."""


@fault("weight decay")
def weight_decay_of_adam_of_one():
    return training(lr=1e-3, make=optim.Adam, settings={"weight_decay": 1.0})


@fault("weight decay")
def weight_decay_of_sgd_of_one():
    return training(settings={"weight_decay": 1.0})


@fault("gradient clipping")
def clipping_at_a_tiny_norm():
    return training(max_gradient_norm=1e-4)


@fault("number of steps")
def five_steps_in_all():
    return training(images=loader(batch_size=1000), epochs=2, lr=0.05)


@fault("warm-up")
def warm_up_of_nearly_all_epochs():
    return training(epochs=30, warmup=29)


class _Sigmoid(layers.Layer):
    """1 / (1 + e^−x)."""

    def forward(self, x):
        y = 1 / (1 + np.exp(-x))
        return self.save_for_backward(y, y)

    def backward(self, dy):
        y = self.saved_for_backward()
        return dy * y * (1 - y)


@fault("outputs")
def sigmoid_before_the_loss():
    model = net()
    model["classifier"].replace("4", _Sigmoid())
    return training(model)


@fault("size of the gradients")
def ten_layers_with_sigmoids():
    backend.seed(0)
    parts = [layers.Flatten()]
    for _ in range(9):
        parts += [layers.Linear(64, 64), _Sigmoid()]
    model = models.net.Net(
        {"classifier": layers.Sequential(*parts, layers.Linear(64, 10))}, (1, 8, 8)
    )
    return training(model)


@fault("size of the gradients")
def sixteen_layers_with_glorot_weights():
    """Whose gradients are right, though weak."""
    return training(
        net("16,16,16,16,M,32,32,32,32,M,32,32,32,32,32,M", initializer="xavier_uniform")
    )


class _Doubled(layers.Layer):
    """A custom layer whose gradient is twice what it should be."""

    def forward(self, x):
        return self.save_for_backward(1.0 * x, x)

    def backward(self, dy):
        return 2 * dy


@fault("gradients")
def backward_twice_too_large():
    model = net()
    model["features"].replace("6", layers.Sequential(_Doubled()))
    return training(model)


class _FiveTimes(layers.Linear):
    """A Linear with a gradient of its weights that is five times too large."""

    def backward(self, dy):
        dx = super().backward(dy)
        self.parameters()["weight"].grad[...] *= 5
        return dx


@fault("gradients")
def weight_gradient_five_times_too_large():
    model = net()
    model["classifier"].replace("3", _FiveTimes(64, 10))
    return training(model)


class _Scaled(_FlippedSign):
    """Cross-entropy with a gradient that is 32 times too large."""

    def backward(self):
        return 32 * self.loss.backward()


@fault("direction of the loss")
def gradient_of_the_loss_too_large():
    return training(loss=_Scaled())


class _Sum(_FlippedSign):
    """The sum over the images, as with PyTorch's reduction="sum"."""

    def forward(self, logits, labels):
        self.images = len(logits)
        return self.images * self.loss.forward(logits, labels)

    def backward(self):
        return self.images * self.loss.backward()


@fault("sum or mean")
def loss_that_sums():
    return training(loss=_Sum())


class _ZeroGradient(_FlippedSign):
    """Cross-entropy that loses its gradient."""

    def backward(self):
        return 0 * self.loss.backward()


@fault("direction of the loss")
def loss_without_a_gradient():
    return training(loss=_ZeroGradient())


class _Ascending(optim.SGD):
    """SGD with the wrong sign."""

    def step(self):
        for p in self.parameters.values():
            p.data += self.lr * p.grad


@fault("direction of the step")
def optimizer_that_ascends():
    return training(make=_Ascending)


@fault("classes")
def labels_all_alike():
    images = digits()
    images.labels = np.full_like(images.labels, 4)
    return training(images=loader(images))


@fault("classes")
def classes_without_weight():
    weights = [1.0] + [0.0] * 9
    return training(loss=layers.losses.SoftmaxCrossEntropy(class_weights=weights))


# ----------------------------------------------------------------------------------------- healthy


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


# ------------------------------------------------------------------ healthy, with files or CIFAR-10


def photograph_folder(folder, classes=4, count=36):
    """A folder of class folders with pictures of several sizes."""
    images = photographs(classes * count, 48, classes)
    for i, (image, k) in enumerate(zip(images.images, images.labels, strict=True)):
        path = folder / images.classes[k] / f"{i:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        height, width = 48 - i % 9, 48 - i % 7
        Image.fromarray(image.transpose(1, 2, 0)[:height, :width]).save(path)
    return folder


def from_files(folder, recipe, **options):
    """The training of a run on a folder of pictures, as the command line makes it."""
    pictures = photograph_folder(folder / "pictures")
    size = "own" if recipe.scale else 32
    images = data.load(pictures, size=size, in_memory=not recipe.scale, progress=False)
    run = configure_run(
        folder / "run", str(pictures), images, (3, 32, 32), recipe, test=0.2, **options
    )
    plan = plan_training(run, images, progress=False)
    return {
        "net": plan.trainer.net,
        "loader": plan.train_loader,
        "optimizer": plan.trainer.optimizer,
        "validation": plan.validation_loader.dataset,
    }


def folder_from_scratch(folder):
    return from_files(folder, recipes.recipe_for("pictures", (3, 32, 32)))


def folder_with_scale_jitter(folder):
    recipe = recipes.Recipe([16, "M", 32, "M"], 10, (64,), 32, scale=(36, 48), flip=True)
    return from_files(folder, recipe)


def folder_from_packaged_weights(folder):
    start = recipes.Recipe([64, 64, "M", 128, 128, "M", 256, 256, 256, "M"], 20, (), mean_only=True)
    return from_files(folder, recipes.for_start(start, False), init="vgg16-pool3")


WITH_FILES = {
    "folder from scratch": folder_from_scratch,
    "folder with scale jitter": folder_with_scale_jitter,
    "folder from packaged weights": folder_from_packaged_weights,
}


@cache
def cifar(count=2000):
    images = data.load("cifar10", progress=False)
    return data.Subset(images, np.arange(0, len(images), len(images) // count))


def cifar_by_the_recipe():
    backend.seed(0)
    model = models.vgg("medium-32x32", 10, dropout=0.3, batch_norm=True)
    transforms = [data.RandomCrop(32, padding=4), data.RandomHorizontalFlip()]
    return training(model, loader(cifar(), 128, transforms), lr=0.05)


def cifar_without_batch_norm():
    backend.seed(1)
    return training(models.vgg("small-32x32", 10), loader(cifar(), 64), lr=0.01)


def cifar_with_ten_layers():
    model = net("16,16,M,32,32,M,64,64,M,64,64,M", input_shape=(3, 32, 32))
    return training(model, loader(cifar(), 64), lr=0.01)


def cifar_residual():
    backend.seed(0)
    return training(models.cifar_net(8), loader(cifar(), 128), lr=0.1)


def cifar_from_the_packaged_net():
    run = Run.open("cifar10")
    model = run.net().train()
    images = data.Loader(cifar(), 64, shuffle=True, transforms=[run.normalize])
    return training(model, images, lr=0.003)


WITH_CIFAR = {
    "CIFAR-10 by the recipe": cifar_by_the_recipe,
    "CIFAR-10 without batch norm": cifar_without_batch_norm,
    "CIFAR-10 with ten layers": cifar_with_ten_layers,
    "CIFAR-10, residual": cifar_residual,
    "CIFAR-10 from the packaged net": cifar_from_the_packaged_net,
}
