"""The path of one convolution through the package is short: see ``benchmarks/call_path.py``."""

import pytest

from benchmarks.call_path import call_path, main


@pytest.mark.parametrize(
    ("algorithm", "max_calls", "max_files"),
    [("textbook", 25, 3), ("im2col", 56, 12), ("auto", 107, 12)],
)
def test_a_convolution_takes_few_calls_in_few_files(algorithm, max_calls, max_files):
    """At most half of the 112 and 215 calls that im2col and Winograd took before."""
    path = call_path(algorithm)
    assert path.calls <= max_calls, "\n".join(path.order)
    assert path.files <= max_files


def test_the_path_begins_with_the_operation_and_ends_in_its_algorithm():
    assert call_path("textbook").order[0] == "ops/conv.py: conv2d"
    assert any(name.startswith("textbook/im2col.py") for name in call_path("textbook").order)
    assert any(name.startswith("backend/cpu/conv_im2col.py") for name in call_path("im2col").order)
    assert any(name.startswith("backend/cpu/conv_winograd.py") for name in call_path("auto").order)


def test_the_table_has_a_row_for_each_algorithm(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["call_path"])
    main()
    rows = [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()]
    assert rows[2:] == ["| textbook", "| im2col", "| auto"]
