"""Functions that Python does not report are removed. Other modules stand in for the real ones."""

import os
import types

import pytest

from minivgg.classroom.worker import unreported

END = "which is not allowed during grading"


def test_a_function_that_is_refused_says_its_name():
    with pytest.raises(unreported.Forbidden, match=f"^uses posix.fork, {END}$"):
        unreported.refuse("posix.fork")(1, a=2)
    assert issubclass(unreported.Forbidden, PermissionError)


def test_every_function_of_a_refused_module_is_refused():
    module = unreported.Refused("ctypes")
    with pytest.raises(unreported.Forbidden, match=f"^uses ctypes.CDLL, {END}$"):
        module.CDLL(None)
    with pytest.raises(AttributeError, match="__path__"):
        module.__path__  # noqa: B018
    assert not hasattr(module, "__wrapped__")


@pytest.fixture
def modules(monkeypatch):
    """Modules to be changed instead of the real ones, and the names that were imported."""

    def chmod(): ...

    def send(): ...

    modules = {
        "posix": types.SimpleNamespace(__name__="posix", setsid=chmod, getpid=os.getpid),
        "os": types.SimpleNamespace(__name__="os", setsid=chmod),
        "_signal": types.SimpleNamespace(__name__="_signal", pidfd_send_signal=send),
        "_imp": types.SimpleNamespace(__name__="_imp", create_builtin=send),
    }
    imported = []

    def import_module(name):
        imported.append(name)
        if name not in (*modules, *builtin):
            raise ImportError(name)
        return modules.get(name)

    numpy = {
        "numpy.one": types.SimpleNamespace(ctypes=1),
        "numpy.two": types.SimpleNamespace(ctypes=None),
        "numpy.three": types.SimpleNamespace(),
        "other.one": types.SimpleNamespace(ctypes=1),
    }
    builtin = ("_ctypes", "_testcapi2", "math", "marshal")
    monkeypatch.setattr(unreported, "importlib", types.SimpleNamespace(import_module=import_module))
    monkeypatch.setattr(
        unreported, "sys", types.SimpleNamespace(modules=numpy, builtin_module_names=builtin)
    )
    monkeypatch.setattr(
        unreported, "os", types.SimpleNamespace(supports={chmod, len}, name="posix", listed=[chmod])
    )
    imported_names = modules | {"imported": imported, "numpy": numpy}
    return types.SimpleNamespace(**imported_names)


def test_they_are_removed_from_every_module_that_has_them(modules):
    unreported.remove_unreported()
    assert {"math", "marshal"} <= set(modules.imported)
    assert not {"_ctypes", "_testcapi2"} & set(modules.imported)
    for module, name, sentence in (
        (modules.posix, "setsid", "posix.setsid"),
        (modules.os, "setsid", "os.setsid"),
        (modules._signal, "pidfd_send_signal", "signal.pidfd_send_signal"),
        (modules._imp, "create_builtin", "imp.create_builtin"),
    ):
        with pytest.raises(unreported.Forbidden, match=f"^uses {sentence}, "):
            getattr(module, name)()
    assert modules.posix.getpid is os.getpid
    assert not hasattr(modules.os, "mkfifo")
    assert unreported.os.supports == {len}
    assert len(unreported.os.listed) == 1


def test_ctypes_is_refused_also_where_numpy_has_it(modules):
    unreported.remove_unreported()
    for name in ("ctypes", "_ctypes"):
        with pytest.raises(unreported.Forbidden, match=f"^uses {name}.CDLL, "):
            modules.numpy[name].CDLL(None)
    assert modules.numpy["numpy.one"].ctypes is None
    assert not hasattr(modules.numpy["numpy.three"], "ctypes")
    assert modules.numpy["other.one"].ctypes == 1


def test_a_system_without_a_module_needs_nothing_removed(modules):
    """Windows has no posix; what is behind it in the table is removed all the same."""
    assert "_posixsubprocess" not in vars(modules)
    unreported.remove_unreported()
    names = list(unreported.UNREPORTED)
    assert names.index("_posixsubprocess") < names.index("_imp")
    with pytest.raises(unreported.Forbidden):
        modules._imp.create_builtin()
