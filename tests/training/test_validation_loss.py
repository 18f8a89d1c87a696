"""The history has loss and metric of the validation images, and the best weights are kept."""

import numpy as np
import pytest
from support import victim

from minivgg import backend, data, layers, losses, models, optim, weights
from minivgg.backend.sharding import Shard
from minivgg.evaluation.metrics import evaluate
from minivgg.training import metric
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.distributed import SINGLE_PROCESS
from minivgg.training.history import best_epoch, history_csv, read_history_csv
from minivgg.training.metric import metric_sums
from minivgg.training.micro_batches import micro_batches, part_weights
from minivgg.training.run import Run
from minivgg.training.trainer import Trainer
from minivgg.training.validation import validation_sums


def test_the_validation_loss_is_that_of_the_net_after_the_epoch(tmp_path):
    run, train, validation = victim.trainer(tmp_path)
    rows = run.fit(train, validation, 2)
    result = evaluate(run.net, validation)
    assert rows[-1]["validation_loss"] == pytest.approx(result.loss, rel=1e-6)
    assert rows[-1]["validation_accuracy"] == result.accuracy
    assert read_history_csv(tmp_path / "history.csv") == rows


class _PerImage:
    """A loss whose mean is over weights: image k weighs its label plus 1; labels 2 do not count."""

    ignore_index = 2

    def _weights(self, labels):
        return np.where(labels == 2, 0.0, labels + 1.0)

    def forward(self, outputs, labels):
        w = self._weights(labels)
        self.w, self.outputs = w / w.sum() if w.any() else w, outputs
        return float((self.w[:, None] * outputs**2).sum())

    def backward(self):
        return (2 * self.w[:, None] * self.outputs).astype(self.outputs.dtype)

    def weight_sum(self, labels):
        return self._weights(labels).sum()

    def metric(self, outputs, labels):
        return ((outputs.argmax(axis=1) == labels) & (labels != 2)).sum() / (labels != 2).sum()

    def metric_weight(self, labels):
        return (labels != 2).sum()


def weighted():
    loss = losses.SoftmaxCrossEntropy(class_weights=[1.0, 5.0, 0.5], label_smoothing=0.1)
    ignoring = losses.SoftmaxCrossEntropy(class_weights=[1.0, 5.0, 0.5], ignore_index=2)
    return [loss, ignoring, _PerImage()]


def small(dtype=np.float64):
    """A net, and a loader whose last images are all of class 2."""
    backend.seed(3)
    net = models.vgg([4, "M"], 3, (1, 4, 4), (6,), dropout=0.0).to(dtype=dtype)
    rng = np.random.default_rng(1)
    labels = np.r_[rng.integers(0, 3, 18), [2] * 6]
    dataset = data.ArrayDataset(rng.integers(0, 256, (24, 1, 4, 4), np.uint8), labels, list("abc"))
    steps = [data.Normalize((0.5,), (0.2,)), lambda x, rng: x.astype(dtype)]
    return net, lambda size: data.Loader(dataset, size, transforms=steps)


@pytest.mark.parametrize("loss", weighted())
def test_validation_does_not_depend_on_the_batches(loss):
    net, loader = small()
    whole, parts = (validation_sums(net, loader(size), loss) for size in (24, 5))
    assert parts == pytest.approx(whole, rel=1e-12)
    x, y = next(iter(loader(24)))
    assert whole[0] / whole[1] == pytest.approx(float(loss.forward(net(x), y)), rel=1e-12)
    assert whole[2] / whole[3] == pytest.approx(float(loss.metric(net(x), y)), rel=1e-12)


@pytest.mark.parametrize("ranks", [2, 3, 5])
def test_the_sums_of_all_ranks_are_those_of_one(ranks):
    """Of 24 images in batches of 11: the last batch of two has none for some ranks."""
    net, loader = small()
    whole = validation_sums(net, loader(11), losses.SoftmaxCrossEntropy())
    images = loader(11).dataset
    parts = []
    for rank in range(ranks):
        shares = data.Loader(images, 11, transforms=loader(11).transforms, share=(rank, ranks))
        parts.append(validation_sums(net, shares, losses.SoftmaxCrossEntropy()))
    assert np.sum(parts, axis=0) == pytest.approx(whole, rel=1e-12)
    few = data.Subset(images, np.arange(1))
    of_none = data.Loader(few, 4, transforms=loader(11).transforms, share=(0, ranks))
    assert validation_sums(net, of_none, losses.SoftmaxCrossEntropy()) == [0, 0, 0, 0]


def test_ignored_labels_count_neither_as_right_nor_as_wrong():
    loss, outputs = losses.SoftmaxCrossEntropy(ignore_index=2), np.eye(3)[[0, 0, 1, 0]]
    labels = np.array([0, 1, 2, 2])
    assert metric_sums(loss, outputs, labels) == (1, 2)  # one of the two that count
    assert metric_sums(losses.SoftmaxCrossEntropy(), outputs, labels) == (1, 4)


class _WithoutMetric:
    """As a user writes it who knows ``ignore_index`` of another library."""

    ignore_index = 2

    def forward(self, outputs, labels):
        self.outputs = outputs
        return float((outputs**2).mean())

    def backward(self):
        return 2 * self.outputs / self.outputs.size


def test_an_own_loss_may_ignore_labels_without_a_metric():
    assert metric_sums(_WithoutMetric(), np.eye(3)[[0, 0, 1]], np.array([0, 1, 2])) == (1, 2)


@pytest.mark.parametrize("micro_batch", [5, 6])
@pytest.mark.parametrize("kind", range(3))
def test_parts_of_a_weighted_batch_make_the_step_of_the_whole(kind, micro_batch):
    """In the last part of 6 images no label counts, where the loss ignores class 2."""

    def after(size):
        net, loader = small()
        sgd = optim.SGD(net.parameters(), 0.1)
        run = Trainer(net, sgd, weighted()[kind], progress=False, micro_batch=size)
        return run.fit(loader(24), epochs=2), net.state_dict()

    (rows, whole), (others, parts) = after(None), after(micro_batch)
    for name, array in whole.items():
        assert parts[name] == pytest.approx(array, rel=1e-10, abs=1e-13)
    assert others[1]["loss"] == pytest.approx(rows[1]["loss"], rel=1e-10)


@pytest.mark.parametrize("kind", range(3))
@pytest.mark.parametrize("micro_batch", [None, 3])
@pytest.mark.parametrize("batch", [8, 24])
def test_training_reports_what_validation_reports(kind, batch, micro_batch):
    """Of the same images and weights: with a learning rate of 0, and without dropout."""
    net, loader = small()
    adam = optim.Adam(net.parameters(), 0.0)
    run = Trainer(net, adam, weighted()[kind], progress=False, micro_batch=micro_batch)
    row = run.fit(loader(batch), loader(5), 1)[0]
    assert row["loss"] == pytest.approx(row["validation_loss"], rel=1e-10)
    assert row["train_accuracy"] == row["validation_accuracy"]
    assert 0 < row["train_accuracy"] < 1


@pytest.mark.parametrize("micro_batch", [None, 2])
def test_a_batch_in_which_no_label_counts_is_a_step_without_a_gradient(micro_batch):
    """The last of the four batches; with clipping, which needs gradients."""
    net, loader = small()
    sgd = optim.SGD(net.parameters(), 0.1, momentum=0, weight_decay=0)
    loss = losses.SoftmaxCrossEntropy(ignore_index=2)
    found = []

    class Recorder:
        def on_step(self, trainer, result):
            found.append((result.loss, result.metric, net["classifier"]["0"].weight.data.copy()))

    options = {"progress": False, "micro_batch": micro_batch, "max_gradient_norm": 1.0}
    run = Trainer(net, sgd, loss, callbacks=[Recorder()], **options)
    run.fit(loader(6), epochs=1)
    assert found[3][:2] == (0, 0)
    assert (found[3][2] == found[2][2]).all()
    assert (found[2][2] != found[1][2]).any()


class _NotANumber(_PerImage):
    """Its mean over nothing is 0/0, as that of a library."""

    def forward(self, outputs, labels):
        w = self._weights(labels)
        self.w, self.outputs = w / w.sum(), outputs
        return float((self.w[:, None] * outputs**2).sum())


def test_a_part_that_does_not_count_may_have_a_loss_that_is_no_number():
    """Of a batch of all images, the last 6 are such a part; validation has it as a batch."""
    net, loader = small()
    sgd = optim.SGD(net.parameters(), 0.1)
    run = Trainer(net, sgd, _NotANumber(), progress=False, micro_batch=6)
    row = run.fit(loader(24), loader(6), 1)[0]
    assert np.isfinite([row["loss"], row["validation_loss"]]).all()
    assert all(np.isfinite(array).all() for array in net.state_dict().values())


class _Rank:
    """One of two ranks; the other one has the weights that the test says."""

    size = 2

    def __init__(self, other):
        self.other = other

    def sum(self, values):
        return np.array([value + self.other for value in values])


def test_ranks_share_the_weight_of_the_whole_batch():
    loss, labels = losses.SoftmaxCrossEntropy(class_weights=[1.0, 3.0]), np.array([0, 1, 1, 0])
    parts = micro_batches(Shard(0, 4, 6), None)
    assert part_weights(loss, parts, labels, _Rank(4.0)) == [8 / 12]
    plain = losses.SoftmaxCrossEntropy()
    assert part_weights(plain, parts, labels, _Silent()) == [4 / 6]


class _Silent:
    """One of two ranks, which must not wait for the other."""

    size = 2


def test_losses_without_weights_need_no_sum_over_the_ranks():
    parts = micro_batches(Shard(0, 4, 8), 2)
    for loss in (losses.SoftmaxCrossEntropy(label_smoothing=0.1), losses.MSELoss()):
        assert part_weights(loss, parts, np.zeros(4, int), _Silent()) == [0.25, 0.25]


def test_the_weights_of_parts_stay_on_the_device(device):
    """Where nothing reads them, nothing waits for a GPU."""
    loss = losses.SoftmaxCrossEntropy(class_weights=[1.0, 3.0], ignore_index=2)
    labels = backend.to_device(np.array([0, 1, 2, 2]), device)
    parts = micro_batches(Shard(0, 4, 4), 2)
    found = part_weights(loss, parts, labels, SINGLE_PROCESS)
    assert [float(weight) for weight in found] == [1, 0]
    assert backend.device_of(found[0]) == device
    gradient = backend.to_device(np.full((2, 2), np.nan, np.float32), device)
    nothing = metric.weighted(gradient, found[1])
    assert nothing.dtype == np.float32
    assert not backend.to_numpy(nothing).any()


ROWS = [
    {"epoch": 1, "validation_accuracy": 0.8, "validation_loss": 0.5},
    {"epoch": 2, "validation_accuracy": 0.9, "validation_loss": 0.4},
    {"epoch": 3, "validation_accuracy": 0.9, "validation_loss": 0.3},
    {"epoch": 4, "validation_accuracy": 0.7, "validation_loss": 0.2},
    {"epoch": 5, "validation_accuracy": 0.9, "validation_loss": 0.3},
]


def test_the_best_epoch_has_the_highest_accuracy_then_the_lowest_loss():
    assert best_epoch(ROWS) == 3
    assert best_epoch([row | {"validation_accuracy": None} for row in ROWS]) == 4
    assert best_epoch([row | {"validation_loss": None} for row in ROWS]) == 2
    nothing = {"validation_accuracy": None, "validation_loss": None}
    assert best_epoch([row | nothing for row in ROWS]) is None


def test_with_a_monitor_the_best_epoch_is_the_first_best_by_it():
    assert best_epoch(ROWS, "validation_loss") == 4
    assert best_epoch(ROWS, "validation_accuracy") == 2
    assert best_epoch(ROWS, "loss") is None


OLD = """epoch,loss,train_accuracy,validation_accuracy,learning_rate,images_per_second
1,1.5,0.5,0.75,0.02,100.0
2,1.25,0.625,,0.02,
"""


def test_a_history_of_an_earlier_version_is_read_and_written_anew(tmp_path):
    (tmp_path / "history.csv").write_text(OLD, encoding="utf-8")
    rows = read_history_csv(tmp_path / "history.csv")
    assert [row["validation_loss"] for row in rows] == [None, None]
    assert [row["validation_accuracy"] for row in rows] == [0.75, None]
    (tmp_path / "new.csv").write_text(history_csv(rows), encoding="utf-8")
    assert read_history_csv(tmp_path / "new.csv") == rows


def test_a_run_opens_with_the_weights_of_its_best_epoch(tmp_path):
    config = Run.open("cifar10").config | {"net": [8, "M", 16, "M"], "hidden": [32]}
    config |= {"input_shape": [1, 8, 8], "mean": [0.3], "std": [0.4]}
    run = Run(tmp_path, config)
    run.write_config()
    with pytest.raises(FileNotFoundError, match=r"has no best\.safetensors: a run without valid"):
        Run.open(tmp_path, best=True).net()
    backend.seed(0)
    last, best = run.new_net().state_dict(), run.new_net().state_dict()
    weights.save(tmp_path / "best.safetensors", best)
    weights.save(tmp_path / "weights.safetensors", last)
    for is_best, expected in ((False, last), (True, best)):
        found = Run.open(tmp_path, best=is_best).net().state_dict()
        assert all((found[name] == array).all() for name, array in expected.items())


def test_a_regression_trains_validates_resumes_and_stops(tmp_path):
    """Brightness is what the net is to predict, a number that it can learn exactly."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (120, 1, 4, 4), np.uint8)
    brightness = images.mean(axis=(1, 2, 3))[:, None] / 255
    dataset = data.ArrayDataset(images, brightness)
    rest, held = data.train_val_split(dataset, 0.25)
    assert (len(rest), len(held), held[0][1].shape) == (90, 30, (1,))
    transforms = [data.Normalize((0.5,), (0.3,))]
    train = data.Loader(rest, 30, shuffle=True, transforms=transforms)
    validation = data.Loader(held, 7, transforms=transforms)

    def trainer(folder):
        backend.seed(0)
        net = layers.Sequential(layers.Flatten(), layers.Linear(16, 1))
        adam = optim.Adam(net.parameters(), 0.03)
        stopping = EarlyStopping(2, "validation_metric")
        loss = losses.MSELoss()
        return Trainer(net, adam, loss, folder=folder, progress=False, callbacks=[stopping])

    run = trainer(tmp_path / "whole")
    rows = run.fit(train, validation, 200)
    assert run.stop_reason
    assert rows[-1]["validation_metric"] < rows[0]["validation_metric"] / 4
    assert rows[-1]["metric"] == "mean_absolute_error"
    assert rows[-1]["validation_accuracy"] is rows[-1]["train_accuracy"] is None
    outputs = np.concatenate([run.net(x) for x, _ in validation])
    error = np.abs(outputs - held.labels).mean()
    assert rows[-1]["validation_metric"] == pytest.approx(error, rel=1e-5)
    assert read_history_csv(tmp_path / "whole" / "history.csv") == rows
    best = weights.read(tmp_path / "whole" / "best.safetensors").metadata["epoch"]
    assert best == str(1 + int(np.argmin([row["validation_metric"] for row in rows])))

    trainer(tmp_path / "parts").fit(train, validation, 5)
    again = trainer(tmp_path / "parts").fit(train, validation, 200, resume=True)
    assert [row["loss"] for row in again] == [row["loss"] for row in rows]
