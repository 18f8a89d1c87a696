"""Each part of a planned training gets its own setting, and none that belongs to another."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import backend, data, models, optim
from minivgg.training import training_plan
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.recipes import Recipe
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training

PIXELS = np.random.default_rng(0).integers(0, 256, (60, 3, 8, 8), np.uint8)
IMAGES = data.ArrayDataset(PIXELS, np.arange(60) % 2, ["a", "b"])


def configured(folder="r", images=IMAGES, options=None, **settings):
    recipe = Recipe([4, "M"], 5, (6,), batch_size=8)._replace(**settings)
    return configure_run(folder, "photos", images, (3, 8, 8), recipe, **options or {})


def test_the_trainer_has_all_settings():
    run = configured(
        options={"seed": 4}, clip_norm=2.5, early_stopping=3, label_smoothing=0.1, schedule="step"
    )
    run.config["micro_batch"] = 2
    world, report = SimpleNamespace(rank=0, size=2), []
    found = plan_training(
        run, IMAGES, on_epoch=report.append, world=world, keep=5, save_every=7.5, cuda_graph=True
    ).trainer
    assert (found.seed, found.micro_batch, found.max_gradient_norm) == (4, 2, 2.5)
    assert (found.folder, found.checkpoints.keep, found.save_every) == (run.folder, 5, 7.5)
    assert (found.world, found.checkpoints.world) == (world, world)
    assert (found.progress, found.cuda_graph) == (True, True)
    found.on_epoch("row")
    assert report == ["row"]
    [stopping] = found.callbacks
    assert (type(stopping), stopping.patience, stopping.monitor) == (
        EarlyStopping, 3, "validation_loss",
    )  # fmt: skip
    assert (found.loss.label_smoothing, found.loss.class_weights) == (0.1, None)
    assert found.schedule.optimizer is found.optimizer
    assert found.optimizer.parameters.keys() == found.net.parameters().keys()


def test_the_trainer_has_the_usual_settings():
    found = plan_training(configured(), IMAGES).trainer
    assert (found.checkpoints.keep, found.save_every, found.cuda_graph) == (2, 10.0, False)
    assert (found.progress, found.callbacks, found.max_gradient_norm) == (True, (), None)
    assert (found.world.size, found.on_epoch, found.micro_batch) == (1, None, None)
    assert not plan_training(configured(), IMAGES, progress=False).trainer.progress


@pytest.mark.parametrize("scale", [None, 9])
def test_loaders_share_batches_and_rescale_with_all_threads(monkeypatch, scale):
    monkeypatch.setattr(backend, "get_num_threads", lambda: 3)
    world = SimpleNamespace(rank=1, size=2)
    run = configured(options={"seed": 4, "validation": 0.5}, scale=scale)
    found = plan_training(run, IMAGES, world=world)
    for loader in (found.train_loader, found.validation_loader):
        assert loader.share == (1, 2)
        assert loader.workers == (3 if scale else 1)
        assert len(loader.dataset) == 30
    assert (found.train_loader.shuffle, found.train_loader.seed) == (True, 4)
    assert (found.validation_loader.shuffle, found.train_loader.batch_size) == (False, 8)
    assert plan_training(configured(options={"validation": 0}), IMAGES).validation_loader is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"schedule": "plateau"}, "the plateau schedule"),
        ({"early_stopping": 2}, "early stopping"),
    ],
)  # fmt: skip
def test_what_needs_validation_images(settings, words):
    with pytest.raises(ValueError, match="validation") as refused:
        plan_training(configured(options={"validation": 0}, **settings), IMAGES)
    assert str(refused.value) == f"{words} needs validation images: use --validation 0.1"
    plan_training(configured(options={"validation": 0}), IMAGES)
    plan_training(configured(**settings), IMAGES)


def weights_of(net):
    return {name: array.tolist() for name, array in net.state_dict().items()}


def test_new_weights_depend_on_the_seed_alone():
    first, again, other = (
        weights_of(plan_training(configured(options={"seed": seed}), IMAGES).trainer.net)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_run_with_weights_of_its_own_goes_on_from_them(tmp_path):
    """It does not start from the other run once more, and all its layers can be frozen."""
    for name, options in (("first", {}), ("second", {"init": str(tmp_path / "first")})):
        run = configured(tmp_path / name, options=options)
        run.create()
        plan = plan_training(run, IMAGES)
        assert plan.initialized_layers == ([] if name == "first" else ["conv1_1", "fc2", "fc3"])
        models.save_weights(plan.trainer.net, run.folder / "weights.safetensors")
    assert plan_training(run, IMAGES).initialized_layers == []
    run.config["freeze"] = "fc2"
    net = plan_training(run, IMAGES).trainer.net
    assert [p.frozen for p in net.parameters().values()] == [True] * 4 + [False] * 2
    run.config["freeze"] = ""  # all but the head
    net = plan_training(run, IMAGES).trainer.net
    assert [p.frozen for p in net.parameters().values()] == [True] * 4 + [False] * 2


def test_why_a_layer_to_freeze_has_not_learned_anything(tmp_path):
    def refusal(init, freeze="conv1_1", **settings):
        run = configured("r", options={"init": init, "freeze": freeze}, **settings)
        with pytest.raises(ValueError, match="freeze") as refused:
            plan_training(run, IMAGES)
        return str(refused.value)

    start = "--freeze would freeze conv1_1, which is untrained: "
    first = configured(tmp_path / "first", net=[6, "M"])
    first.create()
    models.save_weights(first.new_net(), first.folder / "weights.safetensors")
    assert refusal(str(first.folder), "fc2") == (
        f"{start}the --init run has this layer, but its net is another one, of which only the "
        "first convolutions that fit are copied: add --net 6,M"
    )
    assert refusal(str(first.folder), "fc3", net=[6, "M"]) == (
        "--freeze fc3 leaves nothing to learn: name an earlier layer"
    )


def test_convolutions_in_pixels_are_rescaled_by_a_shuffled_batch_of_32(tmp_path, monkeypatch):
    net = models.vgg([4, "M"], 5, (3, 8, 8), (7,))
    net.preprocessing = data.Normalize((0.5,) * 3, (1 / 255,) * 3)
    models.save_weights(net, tmp_path / "w.safetensors")
    run = configured(
        options={"init": str(tmp_path / "w.safetensors"), "seed": 4, "validation": 0.1}
    )
    calls = []
    monkeypatch.setattr(training_plan, "rescale_convolutions", lambda *given: calls.append(given))
    found = plan_training(run, IMAGES)
    [(features, images, ratio)] = calls
    assert features is found.trainer.net["features"]
    assert ratio == pytest.approx(run.config["std"][0] * 255)
    train = found.train_loader.dataset
    order = data.Loader(train, 32, shuffle=True, seed=4).order(0)[:32]
    assert np.array_equal(images, run.normalize(train.batch(order)))
    monkeypatch.setattr(training_plan, "inference_batch_size", lambda shape: 5)
    plan_training(run, IMAGES)
    assert len(calls[1][1]) == 5


def test_rare_classes_weigh_more_and_lacking_ones_are_named():
    uneven = data.ArrayDataset(PIXELS[:8], [0, 1, 1, 2, 2, 2, 2, 1], ["a", "b", "c"])
    options = {"validation": 0}
    run = configured(images=uneven, options=options, class_weights="balanced")
    weights = plan_training(run, uneven).trainer.loss.class_weights
    assert list(weights) == pytest.approx([8 / 3, 8 / 9, 8 / 12])
    for labels, name in (([0, 0, 2] * 2, "b"), ([0, 1] * 3, "c"), ([1, 2] * 3, "a")):
        images = data.ArrayDataset(PIXELS[:6], labels, ["a", "b", "c"])
        run = configured(images=images, options=options, class_weights="balanced")
        with pytest.raises(ValueError, match="balanced") as refused:
            plan_training(run, images)
        assert str(refused.value) == (
            f"balanced class weights: the class {name} has no training images, so it has no "
            "weight; train without class weights"
        )


@pytest.mark.parametrize(
    ("settings", "schedule"),
    [
        ({"schedule": "constant"}, "None"),
        ({"schedule": "constant", "warmup": 2}, "WarmUp 2 None"),
        ({"schedule": "cosine", "warmup": 4}, "WarmUp 4 CosineLR 1"),
        ({"schedule": "cosine"}, "CosineLR 5"), ({"schedule": "step"}, "StepLR 2"),
        ({"schedule": "plateau"}, "ReduceOnPlateau"),
    ],
)  # fmt: skip
def test_schedules_of_five_epochs(settings, schedule):
    found = plan_training(configured(**settings), IMAGES).trainer.schedule
    words = []
    if isinstance(found, optim.WarmUp):
        words += ["WarmUp", str(found.epochs)]
        found = found.then
    words.append("None" if found is None else type(found).__name__)
    length = getattr(found, "epochs", getattr(found, "step_size", None))
    assert " ".join(words + [str(length)] * (length is not None)) == schedule
