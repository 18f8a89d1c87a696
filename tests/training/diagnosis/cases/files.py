"""Trainings without a fault, on a folder of pictures and on CIFAR-10."""

from functools import cache

import numpy as np
from PIL import Image

from minivgg import backend, data, models
from minivgg.training import recipes
from minivgg.training.run import Run
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training

from .parts import loader, net, photographs, training


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
