"""What the explorer's JavaScript is compared with: the package's numbers for the same weights."""

import json
from base64 import b64decode
from pathlib import Path

import numpy as np
from PIL import Image

from minivgg import analysis, data, models
from minivgg.explorer.document import net_document
from minivgg.explorer.named_layers import named_layers
from minivgg.layers import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from minivgg.layers.initializers import without_memory
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.models.net import Net

PAPER_NETS = ("A", "A-LRN", "B", "B-5x5", "C", "D", "E")


def numbers_of(text):
    """The numbers of float16 in base64."""
    return np.frombuffer(b64decode(text), "<f2").astype(np.float32)


def steps_of_document(document):
    """[layers] for each layer of a document: the package's, with the document's weights."""
    channels, is_flat, steps = document["input"]["channels"], False, []
    for about in document["layers"]:
        kind, step = about["kind"], []
        if kind == "linear" and not is_flat:
            step, is_flat = [Flatten()], True
        if kind in ("conv", "linear"):
            weight, bias = numbers_of(about["weight"]), numbers_of(about["bias"])
        if kind == "conv":
            layer = Conv2d(
                channels, about["channels"], about["kernel"], about["stride"], about["padding"],
                about.get("groups", 1), initializer="zeros",
            )  # fmt: skip
            channels = about["channels"]
        elif kind == "linear":
            layer = Linear(weight.size // len(bias), len(bias), initializer="zeros")
        elif kind == "pool":
            layer = MaxPool2d(about["kernel"], about["stride"], about["padding"])
        elif kind == "lrn":
            layer = LocalResponseNorm(about["size"], about["alpha"], about["beta"], about["k"])
        elif kind == "gap":
            layer, is_flat = GlobalAvgPool2d(), True
        else:
            layer = ReLU()
        if kind in ("conv", "linear"):
            layer.weight.data = weight.reshape(layer.weight.array.shape)
            layer.bias.data = bias
        steps.append(Sequential(*step, layer))
    return steps


def write_case(folder, document, picture, units, channels=3):
    """Write a case for the tests in JavaScript.

    picture: uint8 (3, H, W), of which a net with one channel takes the first;
    units: [(index in activations, channel, y, x)].
    """
    folder.mkdir(parents=True)
    _, height, width = picture.shape
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = picture.transpose(1, 2, 0), 255
    pixels.tofile(folder / "pixels")
    preprocess = document["preprocess"]
    x = data.Normalize(preprocess["mean"], preprocess["std"])(picture[None, :channels])
    steps, maps = steps_of_document(document), [x]
    for step in steps:
        maps.append(step.train()(maps[-1]))
    with open(folder / "maps", "wb") as file:
        for values in maps:
            np.ascontiguousarray(values, np.float32).tofile(file)
    with open(folder / "gradients", "wb") as file:
        for index, channel, y, x in units:
            dy = np.zeros_like(maps[index])
            dy[(0, channel, y, x)[: dy.ndim]] = 1
            for step in reversed(steps[:index]):
                dy = step.backward(dy)
            np.ascontiguousarray(dy, np.float32).tofile(file)
    label = None
    if maps[-1].ndim == 2:
        label = int(maps[-1].argmax())
        write_explanations(folder / "explanations", Sequential(*steps), maps[0], label)
    about = {
        "explained": label,
        "document": document,
        "size": {"height": height, "width": width},
        "shapes": [values.shape[1:] for values in maps],
        "units": [dict(zip(("index", "channel", "y", "x"), unit, strict=True)) for unit in units],
    }
    (folder / "case.json").write_text(json.dumps(about), encoding="utf-8")


def write_explanations(path, net, x, label):
    """Saliency, Grad-CAM and occlusion of a class, one after the other in float32."""
    with open(path, "wb") as file:
        for method in (analysis.saliency, analysis.grad_cam, analysis.occlusion):
            np.ascontiguousarray(method(net, x, label), np.float32).tofile(file)


def write_training(folder, document, label):
    """Add the loss of a case's picture for a label, and the gradients of all parameters."""
    about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    shape = about["shapes"][0]
    x = np.fromfile(folder / "maps", np.float32, int(np.prod(shape))).reshape(1, *shape)
    loss, gradients = parameter_gradients(document, x, label)
    with open(folder / "parameters", "wb") as file:
        for values in gradients:
            np.ascontiguousarray(values, np.float32).tofile(file)
    about |= {"label": label, "loss": loss, "counts": [values.size for values in gradients]}
    (folder / "case.json").write_text(json.dumps(about), encoding="utf-8")


def parameter_gradients(document, x, label):
    """(loss, [gradients of the weights and biases of each layer]) for one picture."""
    steps, y = steps_of_document(document), x
    for step in steps:
        y = step.train()(y)
    loss_layer = SoftmaxCrossEntropy()
    loss, dy = float(loss_layer(y, np.array([label]))), loss_layer.backward()
    for step in reversed(steps):
        dy = step.backward(dy)
    parameters = [parameter for step in steps for parameter in step.parameters().values()]
    return loss, [parameter.grad for parameter in parameters]


def write_dense(folder, document, picture):
    """Add a larger picture to a case, and the package's class map for it (scores)."""
    about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    channels, preprocess = document["input"]["channels"], document["preprocess"]
    x = data.Normalize(preprocess["mean"], preprocess["std"])(picture[None, :channels])
    scores = fully_convolutional(document)(x)
    np.ascontiguousarray(x, np.float32).tofile(folder / "large")
    np.ascontiguousarray(scores, np.float32).tofile(folder / "scores")
    about["dense"] = {
        "size": {"height": x.shape[2], "width": x.shape[3]},
        "shape": scores.shape[1:],
    }
    (folder / "case.json").write_text(json.dumps(about), encoding="utf-8")


def fully_convolutional(document):
    """The package's net for pictures of any size, with a document's weights."""
    steps = steps_of_document(document)
    kinds = [layer["kind"] for layer in document["layers"]]
    first = kinds.index("linear")
    # the first of them begins with Flatten
    classifier = [list(step.children().values())[-1] for step in steps[first:]]
    parts = {
        "features": Sequential(*[list(step.children().values())[-1] for step in steps[:first]]),
        "flatten": Flatten(),
        "classifier": Sequential(*classifier),
    }
    net = Net(parts, tuple(document["input"].values()))
    return models.to_fully_convolutional(net.eval())


def run_forward(document, images):
    """The net's outputs, with the document's weights, for normalised images."""
    for step in steps_of_document(document):
        images = step.eval()(images)
    return images


def odd_net(rng):
    """A net with what the shipped nets do not have, for pictures that are not square."""
    layers = Sequential(
        Conv2d(3, 8, 5, 2, 2), BatchNorm2d(8), ReLU(), LocalResponseNorm(5, alpha=0.1),
        MaxPool2d(3, 2, 1), Conv2d(8, 12, 3, 1, 1, groups=4), ReLU(), Conv2d(12, 9, 1), ReLU(),
        Conv2d(9, 10, 3, 1, 0), ReLU(),
    )  # fmt: skip
    parts = {"features": layers, "flatten": Flatten()}
    features = int(np.prod(layers.output_shape((3, 40, 29))))
    parts["classifier"] = Sequential(Linear(features, 7), ReLU(), Linear(7, 4))
    net = Net(parts, (3, 40, 29))
    norm = layers["1"]
    for array in (norm.running_mean, norm.running_var, norm.weight.array, norm.bias.array):
        array[...] = rng.uniform(0.5, 1.5, array.shape)
    return net.eval()


def pooled_net():
    """A net that averages its last maps."""
    parts = {
        "features": Sequential(Conv2d(1, 6, 3, padding=1), ReLU(), MaxPool2d(2)),
        "pool": GlobalAvgPool2d(),
        "classifier": Sequential(Linear(6, 3)),
    }
    return Net(parts, (1, 9, 9)).eval()


def write_shapes(path):
    """What the package says of all layers of the paper's nets and others: fields, costs."""
    nets = {name: models.vgg(name, 1000, initializer=without_memory) for name in PAPER_NETS}
    nets |= {
        "AlexNet": models.alexnet(initializer=without_memory),
        "AlexNet, one group": models.alexnet(groups=1, initializer=without_memory),
        "cifar10": models.packaged_net("cifar10"),
        "small-8x8": models.vgg("small-8x8", 10),
    }
    found = [shapes_of(name, net, net.input_shape) for name, net in nets.items()]
    for count, kernel in ((3, 3), (1, 7), (5, 3), (1, 11)):
        parts = [Conv2d(64, 64, kernel, 1, kernel // 2, bias=False) for _ in range(count)]
        net = Net({"features": Sequential(*parts)}, (64, 56, 56))
        found.append(shapes_of(f"{count} of {kernel}×{kernel}", net, net.input_shape))
    Path(path).write_text(json.dumps(found), encoding="utf-8")


def write_greys(path, rng):
    """Colours, and what Pillow makes of them in grey."""
    colours = rng.integers(256, size=(500, 3), dtype=np.uint8)
    greys = np.asarray(Image.fromarray(colours[None]).convert("L"))[0]
    found = {"colours": colours.tolist(), "greys": greys.tolist()}
    Path(path).write_text(json.dumps(found), encoding="utf-8")


def shapes_of(name, net, input_shape):
    """One net for the test of ``analyse``."""
    rows = models.summary(net, input_shape).rows
    channels, height, width = input_shape
    return {
        "name": name,
        "input": {"channels": channels, "height": height, "width": width},
        "layers": named_layers(net),
        "rows": [
            {
                "shape": list(row.output_shape),
                "parameters": row.parameters,
                "macs": row.macs,
                "memory": 4 * row.activations,
                "field": [axis.size for axis in row.receptive_field],
                "jump": row.receptive_field[0].jump,
            }
            for row in rows
        ],
    }


def document_of(net, name):
    """The document of a net whose pixels are taken as they are, divided by 255."""
    net.preprocessing = net.preprocessing or data.Normalize(
        (0.5,) * net.input_shape[0], (0.25,) * net.input_shape[0]
    )
    return net_document(net, name, name)
