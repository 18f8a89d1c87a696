"""What stands in for other modules: nothing, progress bars, and modules that refuse."""

import builtins
import copy
import types

import pytest

from minivgg.classroom.worker import stand_ins
from minivgg.classroom.worker.stand_ins import NOTHING, PROGRESS, find, find_for_missing

REFUSED = "the assignments are solved with NumPy alone"


def test_nothing_is_the_result_of_everything():
    nothing = stand_ins.Nothing()
    for found in (
        nothing.a.b, nothing(1, a=2), nothing[3], nothing * 2, 2 * nothing, round(nothing),
        round(nothing, 2),
    ):  # fmt: skip
        assert found is nothing
    with nothing as found:
        assert found is nothing
    assert (list(nothing), f"a{nothing:>9}b", repr(nothing)) == ([], "ab", "")


def test_nothing_has_no_special_names():
    """Otherwise copying or converting it would do something odd."""
    with pytest.raises(AttributeError, match="__array__"):
        NOTHING.__array__  # noqa: B018
    assert not hasattr(NOTHING, "__wrapped__")
    assert type(copy.copy(NOTHING)) is stand_ins.Nothing


def test_an_error_within_a_block_of_nothing_is_not_hidden():
    with pytest.raises(ValueError, match="no"), NOTHING:
        raise ValueError("no")


def test_a_progress_bar_iterates():
    assert list(PROGRESS) == []
    assert list(PROGRESS([1, 2], "text", leave=False)) == [1, 2]
    assert list(PROGRESS(iterable="ab", total=2)) == ["a", "b"]
    assert list(PROGRESS.trange(1, 4, desc="x")) == [1, 2, 3]
    assert list(PROGRESS.tqdm([3])) == [3]
    with PROGRESS(total=3) as bar:
        bar.update(1)
        assert list(bar) == []


def test_the_modules_that_a_submission_gets():
    modules = stand_ins.stand_ins(None, "")
    assert list(modules) == ["minivgg", "minivgg.classroom", "minivgg.plots"]
    package = modules["minivgg"]
    assert (package.classroom, package.plots) == tuple(modules.values())[1:]
    assert package.__version__ == ""
    assert (package.__name__, package.__path__) == ("minivgg", [])
    for name in ("check", "guess", "hint", "slider", "solution"):
        assert getattr(package.classroom, name) is NOTHING
    assert package.plots.figures is NOTHING
    for module, name in ((package, "ops"), (package.classroom, "reference_solutions")):
        words = f"^imports {module.__name__}.{name}: {REFUSED}$"
        with pytest.raises(ImportError, match=words):
            getattr(module, name)
        with pytest.raises(AttributeError, match="__wrapped__"):
            module.__wrapped__  # noqa: B018


def test_reference_solutions_and_the_file_of_the_assignment_are_added():
    references = types.ModuleType(stand_ins.REFERENCE_MODULE)
    modules = stand_ins.stand_ins(references, "convolution")
    assert list(modules)[3:] == ["minivgg.classroom.reference_solutions", "convolution"]
    assert modules["minivgg.classroom"].reference_solutions is references
    assert modules["minivgg.classroom.reference_solutions"] is references
    assert vars(modules["convolution"])["__name__"] == "convolution"


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("minivgg", (), "minivgg"),
        ("minivgg.plots", (), "minivgg"),
        ("minivgg.plots", ("figures",), "minivgg.plots"),
        ("minivgg.classroom", ("check", "*"), "minivgg.classroom"),
        ("minivgg.classroom", ("check", "bank"), None),
        ("minivgg.classroom", ("bank", "check"), None),
        ("minivgg.classroom.reference_solutions", ("f", "g"),
         "minivgg.classroom.reference_solutions"),
        ("minivgg.ops", (), None),
        ("numpy", ("array",), None),
        ("IPython", ("display",), NOTHING),
        ("IPython.display", (), NOTHING),
        ("google.colab.files", (), NOTHING),
        ("google", (), None),
        ("IPythonic", (), None),
        ("tqdm", ("tqdm",), PROGRESS),
        ("tqdm.notebook", (), PROGRESS),
        ("tqdms", (), None),
        ("matplotlib", (), None),
    ],
)  # fmt: skip
def test_what_an_import_gets(name, wanted, expected):
    references = types.ModuleType(stand_ins.REFERENCE_MODULE)
    references.f = len
    modules = stand_ins.stand_ins(references, "")
    found = find(name, wanted, modules)
    assert found is (modules[expected] if isinstance(expected, str) else expected)


def test_only_libraries_for_plots_and_tables_may_be_missing():
    for name in ("matplotlib", "matplotlib.pyplot", "pandas", "seaborn"):
        assert find_for_missing(name) is NOTHING
    for name in ("scipy", "matplotlibs", "IPython"):
        assert find_for_missing(name) is None


def test_a_later_solution_can_be_imported_and_not_called():
    later = stand_ins.later_function("conv_forward")
    assert later.__name__ == "conv_forward"
    words = "^calls the reference solution of conv_forward, which belongs to a later assignment$"
    with pytest.raises(ImportError, match=words):
        later(1, x=2)


def test_the_names_of_jupyter(monkeypatch):
    for name in ("display", "get_ipython"):
        monkeypatch.setattr(builtins, name, None, raising=False)
    stand_ins.set_names_of_jupyter()
    assert builtins.display is builtins.get_ipython is NOTHING
