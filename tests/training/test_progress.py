"""The bar of an epoch: what it counts, what it shows, and that it leaves nothing."""

from minivgg.training.history import EpochMetrics
from minivgg.training.progress import ProgressBar


def test_the_bar_shows_means_so_far_and_the_loss_of_the_epoch_before(capsys):
    sums = EpochMetrics(2, 1, 3.0, 1.0, 2, 2)
    with ProgressBar("epoch 2", 10, 4, validation_loss=0.5) as bar:
        assert (bar.bar.total, bar.bar.n, bar.bar.desc) == (10, 4, "epoch 2")
        bar.advance(0, EpochMetrics())
        assert bar.bar.postfix is None
        bar.advance(2, sums)
        assert bar.bar.n == 6
        assert bar.bar.postfix == "loss=1.500, accuracy=0.500, validation_loss=0.500"
    assert "epoch 2:" in capsys.readouterr().err
    for metric, text in (("mae", "loss=1.500, mae=0.500"), (None, "loss=1.500")):
        with ProgressBar("", 10, metric=metric) as bar:
            bar.advance(2, sums)
            assert (bar.bar.n, bar.bar.postfix) == (2, text)
    capsys.readouterr()
    with ProgressBar("x", 10, shown=False) as bar:
        bar.advance(2, sums)
    assert capsys.readouterr().err == ""


def test_numbers_are_shown_with_the_next_images_and_the_bar_is_gone_at_the_end(capsys):
    with ProgressBar("epoch 2", 10) as bar:
        bar.bar.mininterval = 1e9  # seconds between two looks
        bar.advance(2, EpochMetrics(2, 1, 3.0, 1.0, 2, 2))
        shown = capsys.readouterr().err
        assert " images/s]" in shown
        assert "loss" not in shown
    assert capsys.readouterr().err.endswith("\r")
    assert bar.bar.disable
