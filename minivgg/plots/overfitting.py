"""A figure of overfitting: training and validation loss of one or more trainings."""

from collections.abc import Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box
from minivgg.plots.runs import HistoryRow

PANEL_WIDTH = 2.45  # inches


def losses_by_epoch(
    histories: Mapping[str, Sequence[HistoryRow]], drops: Sequence[int] = ()
) -> Figure:
    """The training loss and the validation loss by epoch, a panel for each training.

    All panels have the same logarithmic scale of the loss. A dot marks the lowest validation loss.

    Parameters
    ----------
    histories : dict of str to sequence of dict
        The rows that ``Trainer.fit`` returns, with validation losses, by the title of the panel.
    drops : sequence of int
        The epochs after which the learning rate became smaller: dotted lines.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(max(4.2, PANEL_WIDTH * len(histories)), 3.1)
    panels = figure.subplots(1, len(histories), squeeze=False, sharey=True)[0]
    for axes, (title, history) in zip(panels, histories.items(), strict=True):
        epochs = [row["epoch"] for row in history]
        held_out = [float(row["validation_loss"] or 0) for row in history]
        axes.semilogy(epochs, [row["loss"] for row in history], color=BLUE, label="training")
        axes.semilogy(epochs, held_out, "--", color=ORANGE, label="validation")
        loss, epoch = min(zip(held_out, epochs, strict=True))
        axes.plot([epoch], [loss], "o", color=ORANGE, label="lowest validation loss")
        for epoch in drops:
            axes.axvline(epoch + 0.5, color=GREY, linewidth=1, linestyle=":")
        axes.set(xlabel="epoch")
        axes.set_title(title, fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        remove_box(axes)
    panels[0].set_ylabel("loss (mean −log p)")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9,
        columnspacing=1,
    )  # fmt: skip
    return figure
