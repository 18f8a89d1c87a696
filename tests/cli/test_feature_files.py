"""Files of features, to the last digit, and the line of Python that reads each."""

import numpy as np
import pytest

from minivgg.cli.feature_files import FeatureTable

FEATURES = np.array([[0.1, -2.0], [1 / 3, 1e-10], [4.0, 123456792.0]], np.float32)
TABLE = FeatureTable(["a.png", "b/c.png", "d.png"], ["owl", "", "cat"], FEATURES)


def test_classes_are_sorted_and_none_is_no_class():
    assert TABLE.classes() == ["cat", "owl"]


def test_arrays_for_numpy(tmp_path):
    path = str(tmp_path / "f.npz")
    line = TABLE.write(path)
    assert line == (
        f"import numpy as np; stored = np.load({path!r})  # features, labels, classes, files"
    )
    with np.load(path) as stored:
        assert stored["features"].dtype == np.float32
        assert np.array_equal(stored["features"], FEATURES)
        assert stored["labels"].dtype == np.int64
        assert stored["labels"].tolist() == [1, -1, 0]
        assert stored["classes"].tolist() == ["cat", "owl"]
        assert stored["files"].tolist() == TABLE.files


def test_no_classes_at_all(tmp_path):
    table = FeatureTable(["a"], [""], FEATURES[:1])
    table.write(str(tmp_path / "f.npz"))
    with np.load(tmp_path / "f.npz") as stored:
        assert (stored["classes"].dtype.kind, len(stored["classes"])) == ("U", 0)
        assert stored["labels"].tolist() == [-1]


@pytest.mark.parametrize("suffix", [".csv", ".CSV"])
def test_a_table_as_text(suffix, tmp_path):
    path = tmp_path / f"f{suffix}"
    line = TABLE.write(str(path))
    assert path.read_text(encoding="utf-8").splitlines() == [
        "image,class,feature_1,feature_2",
        "a.png,owl,0.100000001,-2",
        "b/c.png,,0.333333343,1.00000001e-10",
        "d.png,cat,4,123456792",
    ]
    found = {}
    exec(line, found)
    assert found["rows"][0] == {
        "image": "a.png", "class": "owl", "feature_1": "0.100000001", "feature_2": "-2",
    }  # fmt: skip


def test_only_numbers_are_written_as_they_are(tmp_path):
    """What a spreadsheet could take for a formula gets an apostrophe, also beside the numbers."""
    features = np.array([[-1.0, -2.5]], np.float32)
    FeatureTable(["-a.png"], ["=b"], features).write(str(tmp_path / "f.csv"))
    assert (tmp_path / "f.csv").read_text(encoding="utf-8").splitlines()[1] == "'-a.png,'=b,-1,-2.5"
