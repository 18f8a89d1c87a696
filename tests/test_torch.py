"""Agreement with PyTorch, where it is installed: forward and backward, in float64, to 1e-9."""

import itertools

import numpy as np
import pytest
from support.compare import error

from minivgg import analysis, backend, data, layers, models, ops
from minivgg.analysis import feature_losses
from minivgg.analysis.explanations import default_square
from minivgg.analysis.input_gradient import class_score, input_gradient
from minivgg.explorer.sources import DIGITS_FOLDER
from minivgg.layers.containers import innermost_layers
from minivgg.layers.losses import MSELoss, SoftmaxCrossEntropy
from minivgg.models.pretrained.registry import TORCHVISION
from minivgg.optim import SGD, Adam, AdamW, CosineLR, StepLR, WarmUp, clip_gradients
from minivgg.training.run import Run
from minivgg.utils.notices import Notice
from minivgg.weights import save_torch

torch = pytest.importorskip("torch", reason="torch is not installed")

TOLERANCE = 1e-9


def compare(ours, theirs, x):
    """Output and all gradients of a layer and of PyTorch's module with the same weights agree."""
    ours.to(dtype=np.float64)
    theirs = theirs.double()
    theirs.load_state_dict({name: torch.tensor(a) for name, a in ours.state_dict().items()})
    y, tx = ours(x), torch.tensor(x, requires_grad=True)
    ty = theirs(tx)
    assert error(y, ty.detach().numpy()) < TOLERANCE
    dy = np.random.default_rng(7).standard_normal(y.shape)
    dx = ours.backward(dy)
    ty.backward(torch.tensor(dy))
    assert error(dx, tx.grad.numpy()) < TOLERANCE
    # the gradient of a bias before batch norm is zero but for rounding
    noise = TOLERANCE * np.abs(dx).max()
    parameters, arrays = ours.parameters(), ours.arrays()
    for name, p in theirs.named_parameters():
        np.testing.assert_allclose(
            parameters[name].grad, p.grad.numpy(), rtol=TOLERANCE, atol=noise
        )
    for name, buffer in theirs.named_buffers():
        assert error(arrays[name], buffer.numpy()) < TOLERANCE


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "groups", "bias"),
    [
        *itertools.product([1, 3, (3, 2)], [1, 2, (1, 3)], [0, 1, (4, 2)], [1, 2], [True]),
        (5, 4, 3, 4, False),
    ],
)
def test_convolution(rng, kernel, stride, padding, groups, bias):
    arguments = (4, 8, kernel, stride, padding)
    compare(
        layers.Conv2d(*arguments, groups, bias),
        torch.nn.Conv2d(*arguments, groups=groups, bias=bias),
        rng.standard_normal((2, 4, 9, 7)),
    )


@pytest.mark.parametrize("kernel", [1, 2, 3, (4, 3)])
@pytest.mark.parametrize("padding", ["same", 0, (2, 3)])
@pytest.mark.parametrize(("dilation", "groups"), [(1, 1), (2, 2), ((1, 3), 1)])
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_dilation_and_same_padding(rng, kernel, padding, dilation, groups):
    stride = 1 if padding == "same" else (2, 1)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    ours = layers.Conv2d(4, 8, kernel, **options)
    theirs = torch.nn.Conv2d(4, 8, kernel, **options)
    compare(ours, theirs, rng.standard_normal((2, 4, 10, 11)))
    assert ours.output_shape((4, 10, 11)) == ours(np.zeros((1, 4, 10, 11))).shape[1:]


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "ceil_mode"),
    [*itertools.product([2, 3, (3, 2)], [None, 1, (2, 3)], [0, 1], [False, True])],
)
def test_pooling(rng, kernel, stride, padding, ceil_mode):
    x = rng.standard_normal((2, 3, 9, 8))
    arguments = (kernel, stride, padding)
    compare(
        layers.MaxPool2d(*arguments, ceil_mode),
        torch.nn.MaxPool2d(*arguments, ceil_mode=ceil_mode),
        x,
    )
    for count in (True, False):
        theirs = torch.nn.AvgPool2d(*arguments, ceil_mode=ceil_mode, count_include_pad=count)
        compare(layers.AvgPool2d(*arguments, ceil_mode, count), theirs, x)


def test_ties_go_to_pytorchs_winner(rng):
    compare(
        layers.MaxPool2d(3, 2, 1),
        torch.nn.MaxPool2d(3, 2, 1),
        rng.integers(0, 3, (2, 3, 9, 8)).astype(float),
    )


@pytest.mark.parametrize("size", [3, 4, 5])
def test_local_response_norm_with_alpha_times_size(rng, size):
    compare(
        layers.LocalResponseNorm(size, 0.1, 0.75, 2.0),
        torch.nn.LocalResponseNorm(size, 0.1 * size, 0.75, 2.0),
        rng.standard_normal((2, 7, 3, 4)),
    )


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
def test_batch_norm(rng, momentum):
    ours, theirs = layers.BatchNorm2d(3, 1e-3, momentum), torch.nn.BatchNorm2d(3, 1e-3, momentum)
    ours.weight.data[:] = [1, 2, 3]
    for _ in range(2):
        compare(ours, theirs, rng.standard_normal((4, 3, 5, 2)) * 3 + 1)
        ours.zero_grad()
        theirs.zero_grad()


def test_linear_relu_flatten(rng):
    compare(layers.Linear(6, 4), torch.nn.Linear(6, 4), rng.standard_normal((3, 6)))
    compare(layers.ReLU(), torch.nn.ReLU(), rng.standard_normal((3, 6)))
    compare(layers.Flatten(), torch.nn.Flatten(), rng.standard_normal((3, 2, 4, 5)))


def test_softmax_cross_entropy(rng):
    logits, labels = 50 * rng.standard_normal((6, 5)), np.array([0, 4, 2, 2, 1, 3])
    t = torch.tensor(logits, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(t, torch.tensor(labels))
    expected.backward()
    loss = SoftmaxCrossEntropy()
    assert float(loss.forward(logits, labels)) == pytest.approx(expected.item(), rel=1e-12)
    assert error(loss.backward(), t.grad.numpy()) < TOLERANCE
    assert error(ops.softmax(logits), t.softmax(1).detach().numpy()) < TOLERANCE


def test_momentum_at_a_constant_rate(rng):
    """At a constant learning rate the paper's rule and PyTorch's give the same weights."""
    w = rng.standard_normal(5)
    p, t = layers.Parameter(w.copy()), torch.tensor(w, requires_grad=True)
    ours = SGD([p], 0.1, 0.9, 0.01)
    theirs = torch.optim.SGD([t], 0.1, 0.9, weight_decay=0.01)
    for _ in range(5):
        g = rng.standard_normal(5)
        p.grad, t.grad = g, torch.tensor(g)
        ours.step()
        theirs.step()
    assert error(p.data, t.detach().numpy()) < TOLERANCE


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_fifty_steps_of_adam(rng, kind, weight_decay):
    """To 1e-12, over changes of the rate and gradients of very different sizes."""
    w = rng.standard_normal((4, 3))
    p, t = layers.Parameter(w.copy()), torch.tensor(w, requires_grad=True)
    settings = {"betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": weight_decay}
    ours = kind([p], 0.02, **settings)
    theirs = getattr(torch.optim, kind.__name__)([t], 0.02, **settings)
    defaults = kind([p]), getattr(torch.optim, kind.__name__)([t])
    for name in ("lr", "betas", "eps", "weight_decay"):
        assert getattr(defaults[0], name) == defaults[1].defaults[name]
    for step in range(50):
        g = rng.standard_normal((4, 3)) * 10.0 ** rng.integers(-9, 3, (4, 3))
        p.grad, t.grad = g, torch.tensor(g)
        ours.lr = theirs.param_groups[0]["lr"] = 0.02 / (1 + step // 20)
        ours.step()
        theirs.step()
        assert error(p.data, t.detach().numpy()) < 1e-12


@pytest.mark.parametrize("after", ["StepLR", "CosineLR"])
def test_warm_up_before_a_schedule(after):
    ours, t = SGD([layers.Parameter(np.ones(1))], 0.3), torch.ones(1, requires_grad=True)
    theirs = torch.optim.SGD([t], 0.3)
    schedules = torch.optim.lr_scheduler
    if after == "StepLR":
        then, next_one = StepLR(ours, 2, 0.5), schedules.StepLR(theirs, 2, 0.5)
    else:
        then, next_one = CosineLR(ours, 6), schedules.CosineAnnealingLR(theirs, 6)
    linear = schedules.LinearLR(theirs, 0.01, total_iters=4)
    schedule = WarmUp(ours, 4, then=then)
    reference = schedules.SequentialLR(theirs, [linear, next_one], milestones=[4])
    for _ in range(10):
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)
        schedule.step()
        theirs.step()
        reference.step()


@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_clipping(rng, max_norm):
    gradients = [rng.standard_normal((3, 4)), rng.standard_normal(5)]
    ours = [layers.Parameter(np.zeros_like(g)) for g in gradients]
    theirs = [torch.zeros(g.shape, dtype=torch.float64) for g in gradients]
    for p, t, g in zip(ours, theirs, gradients, strict=True):
        p.grad, t.grad = g.copy(), torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_(theirs, max_norm).item()
    assert float(clip_gradients(ours, max_norm)) == pytest.approx(norm, rel=1e-14)
    for p, t in zip(ours, theirs, strict=True):
        assert error(p.grad, t.grad.numpy()) < 1e-14


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("ignored", [None, 3, -100])
def test_options_of_the_cross_entropy(rng, weighted, smoothing, ignored):
    weights = rng.uniform(0, 2, 5) if weighted else None
    logits, labels = 5 * rng.standard_normal((9, 5)), rng.integers(0, 5, 9)
    labels[[2, 4]] = 0 if ignored is None else ignored
    loss = SoftmaxCrossEntropy(weights, smoothing, ignored)
    t = torch.tensor(logits, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(
        t,
        torch.tensor(labels),
        weight=torch.tensor(weights) if weighted else None,
        label_smoothing=smoothing,
        ignore_index=-1 if ignored is None else ignored,
    )
    expected.backward()
    assert float(loss(logits, labels)) == pytest.approx(expected.item(), rel=1e-12)
    assert error(loss.backward(), t.grad.numpy()) < 1e-12


def test_mean_squared_error(rng):
    outputs, targets = rng.standard_normal((2, 4, 3))
    loss, t = MSELoss(), torch.tensor(outputs, requires_grad=True)
    expected = torch.nn.functional.mse_loss(t, torch.tensor(targets))
    expected.backward()
    assert float(loss(outputs, targets)) == pytest.approx(expected.item(), rel=1e-14)
    assert error(loss.backward(), t.grad.numpy()) < 1e-14


@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_whole_vgg_with_pytorchs_own_layout_of_modules(rng, batch_norm):
    """The state_dict loads, name by name, into torchvision's modules, and the nets agree."""
    ours = models.vgg(
        [8, 8, "M", 16, "M"], 5, (3, 8, 12), (10,), dropout=0.0, batch_norm=batch_norm
    )
    features, channels = [], 3
    for item in [8, 8, "M", 16, "M"]:
        if item == "M":
            features.append(torch.nn.MaxPool2d(2, 2))
            continue
        features += [
            torch.nn.Conv2d(channels, item, 3, padding=1),
            *([torch.nn.BatchNorm2d(item)] if batch_norm else []),
            torch.nn.ReLU(),
        ]
        channels = item
    classifier = [
        torch.nn.Linear(16 * 2 * 3, 10),
        torch.nn.ReLU(),
        torch.nn.Dropout(0),
        torch.nn.Linear(10, 5),
    ]
    theirs = torch.nn.Sequential()
    theirs.add_module("features", torch.nn.Sequential(*features))
    theirs.add_module("flatten", torch.nn.Flatten())
    theirs.add_module("classifier", torch.nn.Sequential(*classifier))
    with backend.fixed_seed(0):
        compare(ours, theirs, rng.standard_normal((2, 3, 8, 12)))


def torchvisions_googlenet(**options):
    """With random weights, and statistics that fit them, so that logits are neither 0 nor huge."""
    torchvision = pytest.importorskip("torchvision", reason="torchvision is not installed")
    torch.manual_seed(0)
    net = torchvision.models.googlenet(weights=None, init_weights=True, **options)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias)
            module.momentum = 1.0
    with torch.no_grad():
        net(torch.randn(4, 3, 64, 64))
    return net.eval()


@pytest.mark.slow
def test_a_training_step_of_googlenet(rng):
    """All gradients and running statistics, as torchvision's own model computes them."""
    theirs = torchvisions_googlenet(num_classes=5, aux_logits=False, dropout=0.0)
    ours = models.googlenet(classes=5, dropout=0.0)
    for module in theirs.modules():
        module.momentum = 0.1
    with backend.fixed_seed(0):
        compare(ours, theirs.train(), rng.standard_normal((2, 3, 64, 80)))


# -------------------------------------------------------------------------------- explanations


def as_torch(net):
    """(the same net of torch's modules, the number of modules up to its last feature maps)."""
    theirs, end = torch.nn.Sequential(), 0
    for _, layer in innermost_layers(net):
        if isinstance(layer, layers.Conv2d):
            module = torch.nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
        elif isinstance(layer, layers.Linear):
            module = torch.nn.Linear(layer.in_features, layer.out_features)
        elif isinstance(layer, layers.BatchNorm2d):
            module = torch.nn.BatchNorm2d(layer.num_features, layer.eps)
        elif isinstance(layer, layers.MaxPool2d):
            end, module = len(theirs), torch.nn.MaxPool2d(2)
        else:
            module = getattr(torch.nn, type(layer).__name__)()  # ReLU, Flatten, Dropout
        module.load_state_dict({name: torch.tensor(a) for name, a in layer.state_dict().items()})
        theirs.append(module)
    return theirs.eval(), end


@pytest.mark.parametrize("name", ["digits", "cifar10"])
def test_explanations_with_the_gradients_that_torch_computes(name, rng):
    """In float32, with the weights of the packaged nets, for the best and for another class."""
    net = Run.open(DIGITS_FOLDER if name == "digits" else name).net()
    theirs, end = as_torch(net)
    pixels = (
        data.load("digits", "test").images[3:4]
        if name == "digits"
        else rng.integers(256, size=(1, 3, 32, 32), dtype=np.uint8)  # no ties in max-pools
    )
    x = net.preprocessing(pixels)
    for label in (int(net(x).argmax()), 5):
        t = torch.tensor(x, requires_grad=True)
        maps = theirs[:end](t)
        maps.retain_grad()
        scores = theirs[end:](maps)
        scores[0, label].backward()
        saliency = t.grad[0].abs().amax(0).numpy()
        assert error(analysis.saliency(net, x, label), saliency) < 1e-4
        alpha = maps.grad.mean((2, 3), keepdim=True)
        cam = torch.relu((alpha * maps).sum(1))[0].detach().numpy()
        assert cam.max() > 0
        assert error(analysis.grad_cam(net, x, label), cam) < 1e-4
        size, stride = default_square(*x.shape[2:])
        with torch.no_grad():
            whole, found = theirs(t).softmax(1)[0, label], analysis.occlusion(net, x, label)
            for i, j in itertools.product(range(0, len(found), 2), range(0, len(found[0]), 3)):
                covered = t.clone()
                covered[..., stride * i : stride * i + size, stride * j : stride * j + size] = 0
                fall = (whole - theirs(covered).softmax(1)[0, label]).item()
                assert found[i, j] == pytest.approx(fall, abs=1e-4)


# -------------------------------------------------------------------------------- weight files


@pytest.mark.slow
@pytest.mark.parametrize("aux_logits", [False, True])
def test_a_googlenet_that_torchvision_saved_answers_the_same(aux_logits, tmp_path):
    theirs = torchvisions_googlenet(aux_logits=aux_logits)
    torch.save(theirs.state_dict(), tmp_path / "googlenet.pth")
    with pytest.warns(Notice) as notices:
        net = models.googlenet(tmp_path / "googlenet.pth").eval()
    told = "\n".join(str(notice.message) for notice in notices)
    assert "assumed: RGB, mean 0.5 and std 0.5, as torchvision's transform_input" in told
    assert ("18 tensors beside" in told and "left out (aux1, aux2)" in told) == aux_logits
    x = torch.randn(2, 3, 224, 224)
    logits = theirs(x).detach().numpy()
    assert np.abs(logits).max() > 0.1
    assert error(net(x.numpy()), logits) < 1e-5
    # the published weights are used with transform_input, which is part of the preprocessing here
    theirs.transform_input = True
    mean, std = (np.array(v)[:, None, None] for v in (TORCHVISION.mean, TORCHVISION.std))
    pixels = (255 * (x.numpy() * std + mean)).astype(np.float32)
    assert error(net(net.preprocessing(pixels)), theirs(x).detach().numpy()) < 1e-5


@pytest.mark.slow
def test_torchvision_reads_a_googlenet_that_is_written_here(tmp_path):
    theirs = torchvisions_googlenet(num_classes=3, aux_logits=False)
    net = models.googlenet(classes=3).eval()
    models.save_weights(net, tmp_path / "w.pth")
    theirs.load_state_dict(torch.load(tmp_path / "w.pth"))  # strict
    x = torch.randn(2, 3, 64, 64)
    assert error(net(x.numpy()), theirs(x).detach().numpy()) < 1e-5


def torchvisions(batch_norm):
    """A small VGG with torchvision's names."""
    features, channels = [], 3
    for item in (4, "M", 6, 6, "M"):
        if item == "M":
            features.append(torch.nn.MaxPool2d(2))
            continue
        features += [
            torch.nn.Conv2d(channels, item, 3, padding=1),
            *([torch.nn.BatchNorm2d(item)] if batch_norm else []),
            torch.nn.ReLU(),
        ]
        channels = item
    classifier = [
        torch.nn.Linear(6 * 4, 7),
        torch.nn.ReLU(),
        torch.nn.Dropout(),
        torch.nn.Linear(7, 5),
    ]
    parts = {
        "features": torch.nn.Sequential(*features),
        "flatten": torch.nn.Flatten(),
        "classifier": torch.nn.Sequential(*classifier),
    }
    net = torch.nn.Sequential()
    for name, part in parts.items():
        net.add_module(name, part)
    with torch.no_grad():
        for name, buffer in net.named_buffers():
            if "running" in name:
                buffer.uniform_(0.5, 1.5)
    return net.eval()


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(
    "kind", ["zip", "legacy", "inside a checkpoint", "half precision", "a view of something larger"]
)
def test_files_of_torch_save_make_the_same_net(kind, batch_norm, tmp_path):
    theirs = torchvisions(batch_norm)
    state = theirs.state_dict()
    if kind == "half precision":
        theirs.load_state_dict(
            {name: a.half() if a.is_floating_point() else a for name, a in state.items()}
        )
        state = {
            name: a.half() if a.is_floating_point() else a
            for name, a in theirs.state_dict().items()
        }
    if kind == "a view of something larger":  # shared storage, offsets, strides
        whole = torch.empty(3, 24, 7)
        whole[1] = state["classifier.0.weight"].T
        state["classifier.0.weight"] = whole[1].T
    saved = (
        {"epoch": 3, "optimizer": {"lr": 0.1}, "state_dict": state}
        if kind == "inside a checkpoint"
        else state
    )
    torch.save(saved, tmp_path / "w.pth", _use_new_zipfile_serialization=kind != "legacy")
    net = models.vgg([4, "M", 6, 6, "M"], 5, (3, 8, 8), (7,), batch_norm=batch_norm).eval()
    with pytest.warns(Notice, match="does not say what its net expects of pixels"):
        models.load_weights(net, tmp_path / "w.pth")
    x = torch.randn(2, 3, 8, 8)
    assert net(x.numpy()) == pytest.approx(theirs(x).detach().numpy(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_torch_reads_what_is_exported(batch_norm, tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    net = models.vgg([4, "M", 6, 6, "M"], 5, (3, 8, 8), (7,), batch_norm=batch_norm).eval()
    models.save_weights(net, tmp_path / "w.safetensors")
    theirs = torchvisions(batch_norm)
    theirs.load_state_dict(
        safetensors.load_file(tmp_path / "w.safetensors")
    )  # strict: no name is missing or superfluous
    x = torch.randn(2, 3, 8, 8)
    assert net(x.numpy()) == pytest.approx(theirs(x).detach().numpy(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("mmap", [False, True])
def test_torch_reads_a_pth_that_is_written_without_it(mmap, tmp_path):
    net = models.vgg([4, "M", 6, 6, "M"], 5, (3, 8, 8), (7,), batch_norm=True).eval()
    models.save_weights(net, tmp_path / "w.pth", {"classes": "[]"})
    theirs = torchvisions(True)
    theirs.load_state_dict(torch.load(tmp_path / "w.pth", weights_only=True, mmap=mmap))
    x = torch.randn(2, 3, 8, 8)
    assert net(x.numpy()) == pytest.approx(theirs(x).detach().numpy(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i8", "i4", "i2", "i1", "u1", "?"])
def test_torch_reads_every_dtype_that_is_written(dtype, tmp_path):
    for shape in ((), (0, 3), (2, 3)):
        array = np.ones(shape, dtype)
        save_torch(tmp_path / "a.pth", {"a": array})
        found = torch.load(tmp_path / "a.pth", weights_only=True)["a"].numpy()
        assert (found.dtype, found.shape) == (array.dtype, shape)
        assert (found == array).all()


def test_a_model_that_was_saved_whole_is_read_without_its_code(tmp_path):
    theirs = torchvisions(False)
    torch.save(theirs, tmp_path / "model.pth")
    net = models.vgg([4, "M", 6, 6, "M"], 5, (3, 8, 8), (7,)).eval()
    with pytest.warns(Notice, match="does not say what its net expects of pixels"):
        models.load_weights(net, tmp_path / "model.pth")
    x = torch.randn(2, 3, 8, 8)
    assert net(x.numpy()) == pytest.approx(theirs(x).detach().numpy(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("memory", ["nchw", "nhwc"])
def test_style_transfer(memory):
    """The losses of Adam's steps with the authors' weights, in float32: content, style, variation.

    A step of Adam is the sign of the gradient at first, so that the picture agrees where that is
    not 0 but for rounding.
    """
    from benchmarks.peers import MiniVGG, Torch

    ours, theirs = MiniVGG().style(40), Torch(memory).style(40)
    for _ in range(5):
        (loss, picture), (expected, their_picture) = ours(), theirs()
        assert loss == pytest.approx(expected, rel=1e-4)
    difference = np.abs(picture - their_picture.detach().numpy())
    assert difference.mean() < 1e-4


def plain(net):
    """PyTorch's modules for the layers of a net with maps of one size, with the same weights."""
    modules, nn = [], torch.nn
    for _, layer in innermost_layers(net):
        if isinstance(layer, layers.Conv2d):
            module = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
        elif isinstance(layer, layers.Linear):
            module = nn.Linear(layer.in_features, layer.out_features)
        elif isinstance(layer, layers.BatchNorm2d):
            module = nn.BatchNorm2d(layer.num_features)
        elif isinstance(layer, layers.MaxPool2d):
            module = nn.MaxPool2d(2)
        else:
            module = {"ReLU": nn.ReLU, "Flatten": nn.Flatten, "Dropout": nn.Dropout}[
                type(layer).__name__
            ]()
        state = {name: torch.tensor(a) for name, a in layer.state_dict().items()}
        module.to(next(iter(state.values())).dtype if state else None).load_state_dict(state)
        modules.append(module)
    return nn.Sequential(*modules).eval()


@pytest.mark.parametrize("name", models.PACKAGED)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float64, TOLERANCE)])
def test_the_gradient_with_respect_to_the_input(rng, name, dtype, tolerance):
    net = models.packaged_net(name).to(dtype=dtype)
    x = rng.standard_normal((2, 3, 32, 32)).astype(dtype)
    x *= 1 if name == "cifar10" else 60  # the authors' net sees values up to 130
    tx, tnet = torch.tensor(x, requires_grad=True), plain(net)
    found = input_gradient(net, x, class_score(3))
    expected = tnet(tx)[:, 3].sum()
    expected.backward()
    assert found.value == pytest.approx(expected.item(), rel=tolerance)
    assert error(found.gradient, tx.grad.numpy()) < tolerance


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float64, TOLERANCE)])
def test_losses_of_feature_maps(rng, dtype, tolerance):
    maps, others = rng.standard_normal((2, 2, 5, 7, 6)).astype(dtype)
    wanted, _ = feature_losses.gram_matrix(others)
    loss, saved = feature_losses.style_loss(maps, wanted)
    variation, saved_variation = feature_losses.total_variation(maps)
    t = torch.tensor(maps, requires_grad=True)
    f = t.flatten(2)
    gram = f @ f.mT / maps[0].size
    expected = ((gram - torch.tensor(wanted)) ** 2).sum() / 4
    expected.backward()
    assert float(loss) == pytest.approx(expected.item(), rel=tolerance)
    assert error(feature_losses.style_loss_backward(saved), t.grad.numpy()) < tolerance
    t.grad = None
    expected = ((t.diff(dim=3) ** 2).sum() + (t.diff(dim=2) ** 2).sum()) / maps.size
    expected.backward()
    assert float(variation) == pytest.approx(expected.item(), rel=tolerance)
    found = feature_losses.total_variation_backward(saved_variation)
    assert error(found, t.grad.numpy()) < tolerance
