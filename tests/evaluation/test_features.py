"""Features are averaged over positions, mirrors and scales; a linear classifier learns."""

import sys

import numpy as np
import pytest
from PIL import Image

from minivgg import data, models
from minivgg.evaluation import protocols
from minivgg.evaluation.features import LinearClassifier, features, similar

SMALL = ([4, 4, "M", 6, "M"], 5, (3, 16, 16), (7, 6))


@pytest.fixture
def net():
    net = models.vgg(*SMALL).eval()
    net.preprocessing = data.Normalize((0.5, 0.4, 0.3), (0.2, 0.3, 0.4))
    return net


@pytest.fixture
def images(rng):
    return rng.integers(0, 256, (3, 3, 16, 16), np.uint8)


def unit(a):
    return a / np.linalg.norm(a, axis=1, keepdims=True)


def test_at_the_nets_own_size_they_are_the_layers_answers(net, images):
    x = net.preprocessing(images)
    found = features(net, images, "fc4", scales=(16,), mirror=False)
    assert found == pytest.approx(unit(models.truncate(net, "fc4")(x)), rel=1e-5, abs=1e-6)
    maps = models.truncate(net, "conv2_1")(x)
    assert features(
        net, images, "conv2_1", scales=(16,), mirror=False, normalize=False
    ) == pytest.approx(maps.mean(axis=(2, 3)), rel=1e-5)
    assert found.dtype == np.float32


def test_a_grid_of_means_says_where_in_the_image_something_is(net, images):
    maps = models.truncate(net, "conv2_1")(net.preprocessing(images))  # of 8×8 positions
    settings = {"scales": 16, "mirror": False, "normalize": False}
    found = features(net, images, "conv2_1", grid=4, **settings)
    cells = maps.reshape(3, 6, 4, 2, 4, 2).mean(axis=(3, 5))
    assert found == pytest.approx(cells.reshape(3, 6 * 16), rel=1e-5, abs=1e-6)
    uneven = features(net, images, "conv2_1", grid=3, **settings).reshape(3, 6, 3, 3)
    assert uneven[..., 1, 2] == pytest.approx(maps[..., 2:5, 5:8].mean(axis=(2, 3)), rel=1e-5)
    for grid, words in ((0, "at least 1"), (9, "finer than the map of 8×8")):
        with pytest.raises(ValueError, match=words):
            features(net, images, "conv2_1", grid=grid, **settings)


def test_mirrors_and_scales_are_averaged_before_the_length_is_1(net, images):
    parts = [
        features(net, pixels, "pool2", scales=(scale,), mirror=False, normalize=False)
        for pixels in (images, images[..., ::-1]) for scale in (16, 20)
    ]  # fmt: skip
    found = features(net, images, "pool2", scales=(16, 20))
    assert found == pytest.approx(unit(np.mean(parts, axis=0)), rel=1e-4, abs=1e-6)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, rel=1e-5)


def test_on_larger_images_dense_answers_are_averaged(net, rng):
    image = rng.integers(0, 256, (3, 20, 28), np.uint8)
    whole = models.truncate(models.to_fully_convolutional(net), "fc3")(
        net.preprocessing(image[None])
    )
    assert whole.shape[2:] == (2, 4)
    assert features(net, [image], "fc3", scales=(20,), mirror=False) == pytest.approx(
        unit(whole.mean(axis=(2, 3))), rel=1e-4, abs=1e-6
    )


def test_each_image_has_its_own_whatever_comes_with_it(net, rng):
    """Images of different sizes, and more than are read at once."""
    varied = [rng.integers(0, 256, (3, 16 + i % 3, 18), np.uint8) for i in range(70)]
    together = features(net, varied, "fc4", scales=(16,))
    assert all(
        features(net, [varied[i]], "fc4", scales=(16,))[0]
        == pytest.approx(together[i], rel=1e-4, abs=1e-6)
        for i in (0, 31, 69)
    )
    dataset = data.ArrayDataset(
        np.stack([image[:, :16, :16] for image in varied]), np.zeros(70, int), ["a"]
    )
    assert features(net, dataset, "pool1").shape == (70, 4)


def test_wrong_calls_get_one_sentence(net, images):
    with pytest.raises(ValueError, match="did you mean 'pool2'"):
        features(net, images, "pool5")
    with pytest.raises(ValueError, match="Q = 8 is smaller than the net's input of 16 pixels"):
        features(net, images, "pool2", scales=(8,))
    with pytest.raises(ValueError, match="at least one image"):
        features(net, images[:0], "pool2")
    net.preprocessing = None
    with pytest.raises(ValueError, match="this net's preprocessing is not known"):
        features(net, images, "pool2")


def test_a_linear_classifier_learns_what_is_linear(rng):
    labels = rng.integers(0, 3, 300)
    x = rng.standard_normal((300, 20)).astype(np.float32) * np.logspace(
        -3, 3, 20, dtype=np.float32
    )  # features of all sizes
    x[np.arange(300), labels] += 3 * x.std(axis=0)[labels]
    found = LinearClassifier(["a", "b", "c"], epochs=20).fit(x[:200], labels[:200])
    assert found.accuracy(x[200:], labels[200:]) > 0.85
    scores = found.logits(x)
    assert (found.predict(x) == scores.argmax(axis=1)).all()
    powers = np.exp(scores.astype(float) - scores.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.predict_proba(x), expected, atol=1e-6)
    again = LinearClassifier(3, epochs=20).fit(x[:200], labels[:200])
    assert (again.logits(x) == found.logits(x)).all()
    with pytest.raises(ValueError, match=r"expects features \(N, D\) and as many labels"):
        LinearClassifier(3).fit(x, labels[:5])
    for answer in ("logits", "predict", "predict_proba"):
        with pytest.raises(RuntimeError, match="call fit first"):
            getattr(LinearClassifier(3), answer)(x)


def test_a_net_for_images_that_are_not_square(rng):
    net = models.vgg([4, "M", 4, "M"], 3, (3, 16, 4), (5,)).eval()
    net.preprocessing = data.Normalize((0.5,) * 3, (0.25,) * 3)
    image = rng.integers(0, 256, (3, 20, 16), np.uint8)
    found = features(net, [image], "fc3", scales=16, mirror=False)
    whole = models.truncate(models.to_fully_convolutional(net, net.input_shape), "fc3")(
        net.preprocessing(image[None])
    )
    assert whole.shape[2:] == (2, 4)
    assert found == pytest.approx(unit(whole.mean(axis=(2, 3))), rel=1e-4, abs=1e-6)
    assert models.preprocess(image, net).shape == (1, 3, 16, 4)


def test_files_and_a_single_picture(net, rng, tmp_path):
    pixels = rng.integers(0, 256, (20, 24, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = [
        features(net, given, "pool1")
        for given in (
            pixels,
            [pixels.transpose(2, 0, 1)],
            str(tmp_path / "x.png"),
            [tmp_path / "x.png"],
        )
    ]
    assert all((other == found[0]).all() for other in found)
    with pytest.raises(TypeError, match="whole numbers from 0 to 255"):
        features(net, pixels / 255, "pool1")


def test_a_pooled_net_with_a_new_head_has_features(rng):
    net = models.replace_head(
        models.vgg11(include_top=False, pooling="avg", input_shape=(3, 32, 32)), 2
    )
    net.preprocessing = data.Normalize((0.5,) * 3, (0.25,) * 3)
    assert features(net, rng.integers(0, 256, (2, 3, 40, 40), np.uint8), "pool5").shape == (2, 512)


@pytest.mark.parametrize(
    "options", [{"classes": 0}, {"classes": 2, "batch_size": 0}, {"classes": 2, "epochs": 0}]
)
def test_a_classifier_that_cannot_learn_is_refused(options):
    with pytest.raises(ValueError, match="at least one class, one epoch and one image"):
        LinearClassifier(**options)


def test_features_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        LinearClassifier(np.int64(2)).fit(np.array([[np.nan], [1.0]]), [0, 1])


def test_without_a_scale_images_are_as_much_larger_as_the_papers(rng):
    """256 for 224, by the larger side of the net's input; a scale of just that side is enough."""
    net = models.vgg([4, "M", 4, "M"], 3, (1, 16, 28), (5,)).eval()
    net.preprocessing = data.Normalize((0.5,), (0.25,))
    images = rng.integers(0, 256, (2, 1, 30, 30), np.uint8)
    assert (features(net, images, "pool1") == features(net, images, "pool1", scales=32)).all()
    assert (features(net, images, "pool1") != features(net, images, "pool1", scales=31)).any()
    assert features(net, images, "pool1", scales=28).shape == (2, 4)
    with pytest.raises(ValueError, match="Q = 27 is smaller than the net's input of 28 pixels"):
        features(net, images, "pool1", scales=(40, 27))


def test_a_grid_as_fine_as_the_smaller_side_of_a_map(net, rng):
    image = rng.integers(0, 256, (3, 16, 24), np.uint8)
    maps = models.truncate(models.to_fully_convolutional(net), "pool2")(
        net.preprocessing(image[None])
    )
    assert maps.shape[2:] == (4, 6)
    settings = {"scales": 16, "mirror": False, "normalize": False}
    assert features(net, [image], "pool2", grid=4, **settings).shape == (1, 96)
    with pytest.raises(ValueError, match="a grid of 5×5 is finer than the map of 4×6 positions"):
        features(net, [image], "pool2", grid=5, **settings)


def test_one_epoch_and_batches_of_one_image_are_enough():
    x = np.array([[-1.0, 1.0], [1.0, 1.0]] * 10)
    found = LinearClassifier(2, epochs=1, batch_size=1, lr=1.0).fit(x, [0, 1] * 10)
    assert found.accuracy(x, [0, 1] * 10) == 1
    assert found.std.tolist() == pytest.approx([1, 1e-6])


def test_the_classifier_takes_a_rate_by_the_square_root_of_the_features():
    """One step from zeros, by hand: w = −lr/√D · gradient; the cosine begins with the full rate."""
    x = np.array([[-1.0] * 4, [1.0] * 4])
    found = LinearClassifier(2, epochs=1, lr=0.5, weight_decay=0).fit(x, [0, 1])
    expected = 0.25 * np.array([[-0.5] * 4, [0.5] * 4])
    assert found.net.weight.data == pytest.approx(expected)
    assert LinearClassifier(["a", "b"]).classes == ["a", "b"]
    assert LinearClassifier(2).classes == ["0", "1"]
    with pytest.raises(ValueError, match=r"got \(0, 2\) and 0"):
        found.fit(np.zeros((0, 2)), [])
    with pytest.raises(ValueError, match=r"got \(2,\) and 2"):
        found.fit(np.zeros(2), [0, 1])


def test_the_bar_counts_the_images(net, rng, monkeypatch):
    """And is there only where it is asked for, and not afterwards."""
    bars = []

    class Bar:
        """What tqdm is told."""

        def __init__(self, **settings):
            bars.append((settings, []))

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def update(self, count):
            """Count images."""
            bars[-1][1].append(count)

    monkeypatch.setattr(sys.modules["minivgg.evaluation.features"], "tqdm", Bar)
    monkeypatch.setattr(protocols, "tqdm", Bar)
    images = rng.integers(0, 256, (5, 3, 16, 16), np.uint8)
    features(net, images, "pool1", scales=16, progress=True)
    dataset = data.ArrayDataset(images, [0] * 5, list("abcde"))
    model = protocols.ModelUnderTest(net, (3, 16, 16), net.preprocessing)
    protocols.evaluate(model, dataset, "centre", (16, 20), progress=False)
    assert [(settings, sum(counts)) for settings, counts in bars] == [
        ({"total": 5, "desc": title, "unit": " images", "leave": False, "disable": disable}, 5)
        for title, disable in (("pool1", False), ("centre at 16, 20", True))
    ]


def test_similar_images_are_those_at_the_smallest_angles(rng):
    rows = rng.standard_normal((6, 4)) * rng.uniform(0.1, 10, (6, 1))  # lengths do not count
    neighbours, cosines = similar(rows, 5)
    for k in range(6):
        expected = {
            j: rows[k] @ rows[j] / np.linalg.norm(rows[k]) / np.linalg.norm(rows[j])
            for j in range(6)
            if j != k
        }
        assert neighbours[k].tolist() == sorted(expected, key=expected.get, reverse=True)
        assert cosines[k] == pytest.approx(sorted(expected.values(), reverse=True))
    fewer, _ = similar(rows, 2)
    assert np.array_equal(fewer, neighbours[:, :2])


def test_an_image_is_found_among_crops_of_itself_and_others(rng):
    """Smooth and noisy images, two of each."""
    smooth = np.cumsum(np.cumsum(rng.standard_normal((2, 3, 40, 40)), axis=2), axis=3)
    smooth = 255 * (smooth - smooth.min()) / (smooth.max() - smooth.min())
    noisy = rng.integers(0, 256, (2, 3, 40, 40))
    images = np.concatenate([smooth, noisy]).astype(np.uint8)
    net = models.packaged_net("vgg16-pool3")
    neighbours, _ = similar(features(net, images, "pool3", scales=40), 1)
    assert neighbours.ravel().tolist() == [1, 0, 3, 2]


@pytest.mark.parametrize(
    ("rows", "count", "message"),
    [
        ([[1.0], [2.0]], 2, "2 images have no 2 others"),
        ([[1.0], [2.0]], 0, "2 images have no 0 others"),
        ([[1.0], [np.nan]], 1, r"expects finite features \(N, D\)"),
        ([1.0, 2.0], 1, r"expects finite features \(N, D\), got shape \(2,\)"),
    ],
)
def test_what_cannot_be_compared_is_said(rows, count, message):
    with pytest.raises(ValueError, match=message):
        similar(rows, count)


def test_an_image_without_any_activity_is_similar_to_none():
    neighbours, cosines = similar([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]], 1)
    assert cosines[0] == 0
    assert neighbours[1:].ravel().tolist() == [2, 1]
