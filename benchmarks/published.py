"""Files of other libraries, read here: do both give the same logits on real photographs?"""

import os
import tempfile
from pathlib import Path

import numpy as np

from minivgg import data, models


def published(turns):
    """Differences between both libraries, relative to the largest logit (or number of the map).

    Random weights, in files that torchvision, timm and Keras saved their own nets to; five
    photographs of scikit-image and scikit-learn, each through both libraries' preprocessing.
    """
    photos = _photographs()
    yield "| file | pixels | logits |"
    yield "|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights"
        for name in models.IMAGENET:
            for title, ours, theirs, pixels in _torchvision(name, photos, path):
                yield _row(title, ours, theirs, pixels)
        for name in ("vgg16.tv_in1k", "vgg19_bn.tv_in1k"):
            yield _row(*_timm(name, photos, path))
        for name in ("VGG16", "VGG19"):
            for top in (True, False):
                for row in _keras(name, top, photos, Path(folder)):
                    yield _row(*row)


def _row(title, ours, theirs, pixels):
    return f"| {title} | {pixels:.1e} | {np.abs(ours - theirs).max() / np.abs(theirs).max():.1e} |"


def _photographs():
    import skimage.data
    import sklearn.datasets

    return [
        skimage.data.astronaut(),
        skimage.data.coffee(),
        skimage.data.chelsea(),
        *sklearn.datasets.load_sample_images().images,
    ]


def _torch_answers(net, photos):
    """(pixels, logits) as torchvision's recipe has it."""
    import torch
    from PIL import Image
    from torchvision import transforms as t

    recipe = [
        t.Resize(256),
        t.CenterCrop(224),
        t.ToTensor(),
        t.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    with torch.no_grad():
        pixels = torch.stack([t.Compose(recipe)(Image.fromarray(photo)) for photo in photos])
        return pixels.numpy(), net(pixels).numpy()


def _torchvision(name, photos, path):
    import torch
    import torchvision

    net = getattr(torchvision.models, name)(weights=None).eval()
    with torch.no_grad():
        for key, buffer in net.named_buffers():
            if buffer.is_floating_point():
                buffer.uniform_(0.5, 1.5) if key.endswith("var") else buffer.normal_(0, 0.1)
    pixels, theirs = _torch_answers(net, photos)
    for title, zipped in (("zip", True), ("legacy", False)):
        torch.save(net.state_dict(), path, _use_new_zipfile_serialization=zipped)
        mine = getattr(models, name)(path).eval()
        x = models.preprocess(photos, mine)
        yield f"torchvision {name}, .pth ({title})", mine(x), theirs, np.abs(x - pixels).max()


def _timm(name, photos, path):
    import safetensors.torch
    import timm

    net = timm.create_model(name, pretrained=False).eval()
    pixels, theirs = _torch_answers(net, photos)
    safetensors.torch.save_file(net.state_dict(), path)
    mine = getattr(models, name.split(".")[0])(path).eval()
    x = models.preprocess(photos, mine)
    return f"timm {name}, .safetensors", mine(x), theirs, np.abs(x - pixels).max()


def _keras(name, top, photos, folder):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import h5py
    import keras

    net = getattr(keras.applications, name)(
        weights=None, include_top=top, **({"classifier_activation": None} if top else {})
    )
    rng = np.random.default_rng(0)
    net.set_weights(
        [
            rng.normal(0, (2 / np.prod(w.shape[:-1])) ** 0.5 if w.ndim > 1 else 0.1, w.shape)
            for w in net.get_weights()
        ]
    )
    crops = data.CenterCrop(224)(
        data.Rescale(256)([photo.transpose(2, 0, 1) for photo in photos])
    ).transpose(0, 2, 3, 1)
    pixels = keras.applications.vgg16.preprocess_input(crops.astype(np.float32))
    theirs = net.predict(pixels, verbose=0)
    for layout, suffix in (
        ("of Keras 3's save_weights", ".weights.h5"),
        ("of save", ".h5"),
        ("as published", ".h5"),
    ):
        path = folder / f"keras{suffix}"
        path.unlink(missing_ok=True)
        if layout == "of save":
            net.save(path)
        elif layout == "as published":
            with h5py.File(path, "w") as file:
                for layer in net.layers:
                    group = file.create_group(layer.name)
                    for kind, array in zip("Wb", layer.get_weights(), strict=False):
                        group[f"{layer.name}_{kind}_1:0"] = array
        else:
            net.save_weights(path)
        mine = getattr(models, name.lower())(path, include_top=top).eval()
        x = models.preprocess(photos, mine)
        y = mine(x) if top else mine(x).transpose(0, 2, 3, 1)
        yield (
            f"Keras {name}{'' if top else ', notop'}, .h5 {layout}",
            y,
            theirs,
            np.abs(x[:, ::-1].transpose(0, 2, 3, 1) - pixels).max(),
        )
