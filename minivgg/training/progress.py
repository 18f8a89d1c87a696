"""The progress bar of an epoch."""

from typing import Self

from tqdm.auto import tqdm

from minivgg.training.history import EpochMetrics


class ProgressBar:
    """Shows how many images of an epoch are done, and the mean loss and accuracy so far.

    Parameters
    ----------
    title : str
        Text in front of the bar.
    images : int
        How many images the epoch has.
    done : int
        How many of them are done before this bar starts.
    shown : bool
        False for no bar at all.
    validation_loss : float, optional
        Of the epoch before, to show as well.
    metric : str or None
        The name of the metric.
    """

    def __init__(
        self,
        title: str,
        images: int,
        done: int = 0,
        shown: bool = True,
        validation_loss: float | None = None,
        metric: str | None = "accuracy",
    ) -> None:
        self.metric = metric
        self.numbers: dict[str, str] = {}
        if validation_loss is not None:
            self.numbers["validation_loss"] = f"{validation_loss:.3f}"
        self.bar = tqdm(
            total=images,
            initial=done,
            desc=title,
            unit=" images",
            leave=False,
            disable=not shown,
        )

    def advance(self, images: int, metrics: EpochMetrics) -> None:
        """Count more images as done.

        Parameters
        ----------
        images : int
            How many more.
        metrics : EpochMetrics
            Loss and accuracy to show.
        """
        self.bar.update(images)
        if metrics.seen:
            now = {"loss": f"{metrics.loss:.3f}"}
            if self.metric:
                now[self.metric] = f"{metrics.metric:.3f}"
            self.bar.set_postfix(now | self.numbers, refresh=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()
