"""Features of images in files for other programs: NumPy's .npz, or a table in .csv."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg.cli.table_files import write_csv
from minivgg.utils.files import StrPath, replacing

FEATURE_FORMATS = (".npz", ".csv")


class FeatureTable(NamedTuple):
    """A row of features for each image.

    Parameters
    ----------
    files : sequence of path
        Of the images.
    class_names : sequence of str
        Of each image; "" where it is in no folder of a class.
    features : array of shape (N, D)
        In float32.
    """

    files: Sequence[StrPath]
    class_names: Sequence[str]
    features: np.ndarray

    def classes(self) -> list[str]:
        """The names of all classes, sorted."""
        return sorted(set(self.class_names) - {""})

    def write(self, path: str) -> str:
        """Write the file in the format of its suffix; returns a line of Python that reads it."""
        if Path(path).suffix.lower() == ".csv":
            self._write_csv(path)
            lines = f"Path({path!r}).read_text(encoding='utf-8').splitlines()"
            return f"import csv; from pathlib import Path; rows = list(csv.DictReader({lines}))"
        self._write_npz(path)
        read = f"import numpy as np; stored = np.load({path!r})"
        return f"{read}  # features, labels, classes, files"

    def _write_npz(self, path: str) -> None:
        """Arrays that ``np.load`` reads without pickle: features, labels, classes and files."""
        classes = self.classes()
        numbers = {name: k for k, name in enumerate(classes)}
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                features=self.features,
                labels=np.array([numbers.get(name, -1) for name in self.class_names], np.int64),
                classes=np.array(classes, str),
                files=np.array([str(path) for path in self.files], str),
            )

    def _write_csv(self, path: str) -> None:
        width = self.features.shape[1]
        header = ("image", "class", *(f"feature_{k}" for k in range(1, width + 1)))
        write_csv(path, header, self._csv_rows(), numbers=range(2, 2 + width))

    def _csv_rows(self) -> Iterator[tuple[str, ...]]:
        """One row at a time: as text, all of them need several times the memory of the array."""
        for file, name, row in zip(self.files, self.class_names, self.features, strict=True):
            # nine digits are all of a float32
            yield (str(file), name, *(f"{value:.9g}" for value in row))
