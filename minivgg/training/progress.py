"""The progress bar of an epoch."""

from tqdm.auto import tqdm

from minivgg.training.history import EpochMetrics


class ProgressBar:
    """Shows how many images of an epoch are done, and the mean loss and accuracy so far.

    title: text in front of the bar. images: in the epoch. done: before this bar starts.
    """

    def __init__(self, title: str, images: int, done: int = 0, shown: bool = True):
        self.bar = tqdm(
            total=images,
            initial=done,
            desc=title,
            unit=" images",
            leave=False,
            disable=not shown,
        )

    def advance(self, images: int, metrics: EpochMetrics) -> None:
        """Count this many more images as done."""
        self.bar.update(images)
        if metrics.seen:
            loss, accuracy = f"{metrics.loss:.3f}", f"{metrics.accuracy:.3f}"
            self.bar.set_postfix(loss=loss, accuracy=accuracy, refresh=False)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.bar.close()
