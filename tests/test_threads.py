"""Threads that use the package at the same time get the results that each would get alone."""

import threading

import numpy as np
import pytest

from minivgg import backend, data, layers, losses, models, optim
from minivgg.evaluation.metrics import evaluate
from minivgg.training.trainer import Trainer


def in_threads(*functions):
    """The results of functions that run at the same time, each in a thread of its own."""
    results, errors = [None] * len(functions), []

    def call(i, function):
        try:
            results[i] = function()
        except BaseException as error:  # raised below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=call, args=item) for item in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def train(seed):
    """A training with dropout, batch norm and augmentation on some of the digits: its weights."""
    digits = data.load("digits")
    backend.seed(seed)
    net = models.vgg([8, "M", 8, "M"], 10, (1, 8, 8), (16,), dropout=0.5, batch_norm=True)
    steps = [data.RandomCrop(8, 1), data.Normalize((0.3,), (0.4,))]
    loader = data.Loader(data.Subset(digits, np.arange(200)), 32, True, seed, steps)
    validation = data.Loader(data.Subset(digits, np.arange(200, 300)), transforms=steps[1:])
    trainer = Trainer(net, optim.SGD(net.parameters(), 0.05), seed=seed, progress=False)
    trainer.fit(loader, validation, epochs=2)
    return {name: array.tobytes() for name, array in net.state_dict().items()}


def test_two_trainings_in_two_threads_end_in_the_bits_of_each_alone():
    alone = [train(1), train(2)]
    assert in_threads(lambda: train(1), lambda: train(2)) == alone


def test_a_seed_belongs_to_the_thread_that_sets_it():
    backend.seed(5)
    expected = backend.rng().random(4).tolist()
    backend.seed(5)

    def other():
        with backend.fixed_seed(1):
            return backend.rng().random(100).tolist()

    first = backend.rng().random(2).tolist()
    found = in_threads(other, other)
    assert found[0] == found[1]
    assert first + backend.rng().random(2).tolist() == expected


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["eval", "eval_mode", "evaluate"])
def test_a_thousand_evaluations_of_one_net_by_eight_threads_are_all_right(mode):
    """Of a net in eval mode, and of one in training mode inside of ``eval_mode``."""
    digits = data.load("digits", "test")
    net = models.vgg([8, "M", 8, "M"], 10, (1, 8, 8), (16,), dropout=0.5, batch_norm=True)
    x = data.Normalize((0.3,), (0.4,))(digits.batch(np.arange(8)))
    loader = data.Loader(data.Subset(digits, np.arange(8)), transforms=[lambda images, rng: x])
    expected = net.eval()(x)
    net.train(mode != "eval")

    def once():
        if mode == "eval":
            return net(x)
        if mode == "eval_mode":
            with layers.eval_mode(net):
                return net(x)
        return evaluate(net, loader).loss

    expected = expected if mode != "evaluate" else once()

    def many():
        return sum(not np.array_equal(once(), expected) for _ in range(125))

    assert in_threads(*[many] * 8) == [0] * 8
    assert net.training == (mode != "eval")


def test_a_net_is_evaluated_while_it_is_trained(rng):
    """An evaluation in another thread neither switches dropout off nor loses what was saved."""
    net = layers.Sequential(layers.Linear(6, 200), layers.Dropout(0.5), layers.Linear(200, 3))
    x, labels = rng.standard_normal((32, 6), "f"), np.arange(32) % 3
    loss = losses.SoftmaxCrossEntropy()
    weights = [p.data.copy() for p in net.parameters().values()]
    stop = threading.Event()

    def step(seed):
        net.zero_grad()
        with backend.fixed_seed(seed):
            value = float(loss.forward(net(x), labels))
        net.backward(loss.backward())
        return value, [p.grad.copy() for p in net.parameters().values()]

    expected = [step(seed) for seed in range(50)]

    def evaluating():
        answers = set()
        while not stop.is_set():
            with layers.eval_mode(net):
                answers.add(net(x).tobytes())
        return len(answers)

    def training():
        try:
            return [step(seed) for seed in range(50)]
        finally:
            stop.set()

    answers, found = in_threads(evaluating, training)
    assert answers == 1
    for (a, grads), (b, want) in zip(found, expected, strict=True):
        assert a == b
        assert all((g == w).all() for g, w in zip(grads, want, strict=True))
    assert all((w == p.data).all() for w, p in zip(weights, net.parameters().values(), strict=True))
