"""Testing as in §3.2: what each protocol shows a network, and what is averaged.

Probabilities are averaged over positions, mirror images, scales and networks.
"""

import numpy as np
import pytest

from minivgg import data, layers, models, ops
from minivgg.evaluation import inference, protocols
from minivgg.evaluation.protocols import PROTOCOLS, ModelUnderTest

NORMALIZE = data.Normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.3))


@pytest.fixture
def model():
    """A network for images of 8×8, with stride 4."""
    net = models.vgg([6, "M", 8, "M"], 4, (3, 8, 8), hidden=(12,))
    net["classifier"]["3"].weight.data[...] *= 0.3  # probabilities that are neither 0 nor 1
    return ModelUnderTest(net, (3, 8, 8), NORMALIZE)


def photos(rng, *sizes):
    return [rng.integers(0, 256, (3, *size), np.uint8) for size in sizes]


def softmax(model, images):
    """The probabilities of the plain network, in eval mode."""
    with layers.eval_mode(model.net):
        return ops.softmax(model.net(NORMALIZE(np.stack(images)))).astype(np.float64)


def test_the_centre_is_the_middle_of_the_rescaled_image(rng, model):
    images = photos(rng, (16, 24), (30, 20), (8, 8))
    cut = data.Compose([data.Rescale(10), data.CenterCrop(8)])(images)
    assert protocols.probabilities(model, images, "centre", [10]) == pytest.approx(
        softmax(model, cut), abs=1e-6
    )


def test_dense_is_the_mean_of_the_class_map_and_of_the_mirrored_images(rng, model):
    images = photos(rng, (12, 17))
    found = protocols.probabilities(model, images, "dense", [12])
    maps = [protocols.class_map(model, image, 12) for image in (images[0], images[0][..., ::-1])]
    assert maps[0].shape == (4, 2, 3)
    assert found[0] == pytest.approx(np.mean([m.mean(axis=(1, 2)) for m in maps], axis=0), abs=1e-6)
    assert found.sum(axis=1) == pytest.approx(1)


def test_dense_on_the_nets_own_size_is_the_net_on_the_image_and_its_mirror(rng, model):
    image = photos(rng, (8, 8))[0]
    expected = softmax(model, [image, image[..., ::-1]]).mean(axis=0)
    assert protocols.probabilities(model, [image], "dense", [8])[0] == pytest.approx(
        expected, abs=1e-6
    )


def test_multi_crop_shows_a_grid_of_crops_and_their_mirrors(rng, model):
    image = photos(rng, (12, 16))[0]
    cut = [image[:, i : i + 8, j : j + 8] for i in range(5) for j in range(0, 9, 2)]
    expected = softmax(model, [*cut, *(c[..., ::-1] for c in cut)]).mean(axis=0)
    assert protocols.probabilities(model, [image], "multi-crop", [12])[0] == pytest.approx(
        expected, abs=1e-6
    )


@pytest.mark.parametrize("q", [256, 384, 512])
@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 2, 3), (3, 3, 2)])
def test_crops_go_from_edge_to_edge(q, shape):
    """25 corners on a square, a landscape and a portrait image.

    None lies outside, they are evenly spread, and all four corners of the image are among them.
    """
    height, width = (q * side // min(shape[1:]) for side in shape[1:])
    corners = protocols.crop_corners((3, height, width), (224, 224))
    assert len(corners) == len({tuple(c) for c in corners}) == 25
    for axis, whole in enumerate((height, width)):
        places = np.unique(corners[:, axis])
        assert (places[0], places[-1]) == (0, whole - 224)
        assert np.ptp(np.diff(places)) <= 1


@pytest.mark.parametrize(("scales", "crops"), [([10], 50), ([8, 10, 12], 150)])
def test_fifty_crops_a_scale(rng, model, monkeypatch, scales, crops):
    shown = []
    run = protocols._Tester.run
    monkeypatch.setattr(
        protocols._Tester,
        "run",
        lambda self, net, images: shown.append(len(images)) or run(self, net, images),
    )
    protocols.probabilities(model, photos(rng, (20, 30)), "multi-crop", scales)
    assert sum(shown) == crops


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_scales_are_averaged(rng, model, protocol):
    images = photos(rng, (16, 24), (30, 20))
    alone = [protocols.probabilities(model, images, protocol, [q]) for q in (8, 13)]
    assert protocols.probabilities(model, images, protocol, [8, 13]) == pytest.approx(
        np.mean(alone, axis=0), abs=1e-12
    )
    assert np.abs(alone[0] - alone[1]).max() > 1e-3


def test_both_is_the_average_of_dense_and_crops(rng, model):
    images = photos(rng, (16, 24))
    dense, crops, both = (
        protocols.probabilities(model, images, protocol, [12])
        for protocol in ("dense", "multi-crop", "both")
    )
    assert both == pytest.approx((dense + crops) / 2, abs=1e-12)


@pytest.mark.parametrize("protocol", ["dense", "multi-crop"])
def test_nets_that_know_no_mirrors_are_shown_none(rng, model, protocol):
    image = photos(rng, (12, 16))[0]  # five crops of 8 in 16 lie alike from both sides
    both_ways, one_way = (
        protocols.probabilities(model._replace(mirror=m), [image], protocol, [12])
        for m in (True, False)
    )
    mirrored = protocols.probabilities(
        model._replace(mirror=False), [image[..., ::-1]], protocol, [12]
    )
    assert both_ways == pytest.approx((one_way + mirrored) / 2, abs=1e-6)
    assert np.abs(one_way - mirrored).max() > 1e-4


def dataset(rng, n=11, side=10):
    return data.ArrayDataset(
        rng.integers(0, 256, (n, 3, side, side), np.uint8), rng.integers(0, 4, n), list("abcd")
    )


@pytest.mark.parametrize("n", [1, 5, 8, 11])
def test_evaluation_counts_every_image_whatever_the_chunks(rng, model, monkeypatch, n):
    """Also where one image is left for the last chunk."""
    images = dataset(rng, n)
    expected = protocols.probabilities(model, images.images, "dense", [10, 12])
    monkeypatch.setattr(protocols, "READ_IMAGES", 4)
    monkeypatch.setattr(inference, "MAX_BATCH_PIXELS", 1)  # one image at a time
    result = protocols.evaluate(model, images, "dense", [10, 12])
    assert result.probabilities == pytest.approx(expected, abs=1e-6)
    assert result.accuracy == pytest.approx((expected.argmax(axis=1) == images.labels).mean())
    assert result.loss == pytest.approx(
        -np.log(expected[np.arange(n), images.labels]).mean(), rel=1e-5
    )
    assert result.wrong == round(n * (1 - result.accuracy))


def test_the_net_is_left_as_it_was(rng, model):
    before = model.net.state_dict()
    model.net.train()
    protocols.probabilities(model, photos(rng, (9, 9)), "both", [9])
    assert model.net.training
    assert model.net["features"]["0"].training
    assert all((a == before[k]).all() for k, a in model.net.state_dict().items())


def test_on_every_device(rng, model, device):
    images = photos(rng, (12, 17), (9, 9))
    expected = protocols.probabilities(model._replace(net=model.net.to("cpu")), images, "both", [9])
    model.net.to(device)
    assert protocols.probabilities(model, images, "both", [9]) == pytest.approx(expected, abs=1e-5)
    model.net.to("cpu")


def test_memory_is_bounded_by_pixels(rng, model, monkeypatch):
    """A batch has at most MAX_BATCH_PIXELS pixels or one image, whatever their number and size."""
    seen = []
    forward = models.to_fully_convolutional(model.net).forward.__func__
    monkeypatch.setattr(
        type(model.net), "forward", lambda self, x: seen.append(x.shape) or forward(self, x)
    )
    monkeypatch.setattr(inference, "MAX_BATCH_PIXELS", 1000)
    protocols.probabilities(model, photos(rng, *[(8, 8)] * 20), "both", [16, 40])
    shapes = [s for s in seen if s[1] == 3]
    assert max(n for n, *_ in shapes) > 1
    assert all(n == 1 or n * h * w <= 1000 for n, _, h, w in shapes)


@pytest.mark.parametrize(
    ("scale", "side", "stride", "expected"),
    [
        (256, 224, 32, (224, 256, 288)),
        (384, 224, 32, (352, 384, 416)),
        ((256, 512), 224, 32, (256, 384, 512)),
        (32, 32, 8, (32, 40)),
    ],
)
def test_the_papers_scales(scale, side, stride, expected):
    assert protocols.paper_scales(scale, side, stride) == expected


def test_the_border_effect_begins_at_the_border_and_creeps_inward(rng):
    net = models.vgg([4, "M", 4, "M", 4, "M"], 3, (3, 32, 32), hidden=())
    maps = protocols.border_effect(
        net, rng.standard_normal((1, 3, 48, 48)).astype(np.float32), (8, 8)
    )
    assert [m.shape for m in maps.values()] == [(16, 16), (8, 8), (4, 4)]
    assert list(maps) == ["pool1", "pool2", "pool3"]
    shares = [(m > 1e-6).mean() for m in maps.values()]
    assert 0 < shares[0] < shares[1] < shares[2]
    assert not maps["pool1"][2:-2, 2:-2].any()
    assert maps["pool1"][0].max() > 0.1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"protocol": "sparse"},
            "unknown protocol 'sparse': there are centre, dense, multi-crop, both",
        ),
        ({"scales": [7]}, "Q = 7 is smaller than the net's input of 8×8 pixels: use 8 or more"),
        ({"scales": []}, "at least one scale"),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(rng, model, change, words):
    with pytest.raises(ValueError, match=words):
        protocols.probabilities(model, photos(rng, (9, 9)), **change)


def test_nets_and_data_with_different_classes_are_refused(rng, model):
    images = dataset(rng)
    images.classes = list("abcde")
    with pytest.raises(ValueError, match="the net has 4 outputs, but the data have 5 classes"):
        protocols.evaluate(model, images, scales=[8])


def test_the_smallest_of_several_scales_must_be_large_enough(rng, model):
    """As large as the larger side of the net's input, whatever the order of the scales."""
    images = photos(rng, (20, 20))
    assert protocols.probabilities(model, images, "dense", [8, 20]).shape == (1, 4)
    for scales in ([7, 20], [20, 7]):
        with pytest.raises(ValueError, match="Q = 7 is smaller than the net's input of 8×8 pixels"):
            protocols.probabilities(model, images, "dense", scales)
    wide = ModelUnderTest(models.vgg([4, "M"], 4, (3, 4, 8), hidden=()), (3, 4, 8), NORMALIZE)
    with pytest.raises(
        ValueError, match="Q = 7 is smaller than the net's input of 4×8 pixels: use 8"
    ):
        protocols.probabilities(wide, images, "centre", [7])
