"""What a loader needs of its parts: said in one sentence before the first batch is read."""

import inspect
from collections.abc import Iterable, Sequence

from minivgg.data.interfaces import Dataset, Transform

DATASET_NEEDS = ("batch", "labels", "classes", "shape")


def require_dataset(caller: str, dataset: Dataset, names: Sequence[str] = DATASET_NEEDS) -> None:
    """Refuse a dataset that lacks something, or whose labels cannot be indexed by image.

    Parameters
    ----------
    caller : str
        What the message begins with.
    dataset : Dataset
        Of any class.
    names : sequence of str
        What it must have besides ``len()``.

    Raises
    ------
    TypeError
        If it is a class, lacks an attribute or a method, its labels are not an array, or its
        classes are not a sequence.
    ValueError
        If there are not as many labels as images.
    """
    if isinstance(dataset, type):
        raise TypeError(
            f"{caller}: the dataset is the class {dataset.__name__}: make an object of it"
        )
    kind = type(dataset).__name__
    missing = [name for name in (*names, "__len__") if not hasattr(dataset, name)]
    if missing:
        raise TypeError(
            f"{caller}: the dataset {kind} lacks {' and '.join(missing)}: see "
            "help('minivgg.data.Dataset') and the guide 'Your own parts'"
        )
    labels, classes = dataset.labels, getattr(dataset, "classes", ())
    if not getattr(labels, "shape", ()):
        raise TypeError(
            f"{caller}: the labels of {kind} must be an array of shape (N,), one for each image, "
            f"got {labels!r:.60}"
        )
    if len(labels) != len(dataset):
        raise ValueError(f"{caller}: {kind} has {len(labels)} labels for {len(dataset)} images")
    if not hasattr(classes, "__len__"):
        raise TypeError(
            f"{caller}: the classes of {kind} must be a list of their names, got {classes!r:.60}"
        )


def require_transforms(caller: str, transforms: Iterable[Transform]) -> tuple[Transform, ...]:
    """The transforms as a tuple; refuses what cannot be called with images and a generator.

    Parameters
    ----------
    caller : str
        What the message begins with.
    transforms : iterable of Transform
        In the order in which they are applied.

    Returns
    -------
    tuple of Transform
        The same transforms.

    Raises
    ------
    TypeError
        If this is no list, or one of them is a class or cannot be called with two arguments.
    """
    expected = f"{caller}: transforms must be a list of callables (images, rng)"
    if not isinstance(transforms, Iterable):
        raise TypeError(f"{expected}, got {transforms!r:.60}")
    transforms = tuple(transforms)
    for transform in transforms:
        if isinstance(transform, type):
            raise TypeError(f"{expected}, got the class {transform.__name__}: make an object of it")
        if not callable(transform):
            raise TypeError(f"{expected}, got {transform!r:.60} in it")
        try:
            inspect.signature(transform).bind(None, None)
        except ValueError:
            pass  # some functions of C have no signature
        except TypeError as error:
            raise TypeError(f"{expected}, but {transform!r:.60} is not one: {error}") from error
    return transforms
