"""The limits that are asked for, and imports that are refused; nothing is limited here."""

import builtins
import sys
import threading
import types
from types import SimpleNamespace

import pytest

from minivgg.classroom.worker import restrictions, stand_ins

REFUSED = "the assignments are solved with NumPy alone"


class Resource:
    """The module ``resource``: hard limits, and what was set."""

    RLIM_INFINITY = -1

    def __init__(self, refused=()):
        names = ("AS", "CPU", "FSIZE", "CORE", "NPROC", "NOFILE")
        self.hard = dict.fromkeys(names, -1)
        self.refused, self.set = refused, {}
        for name in names:
            setattr(self, f"RLIMIT_{name}", name)

    def getrlimit(self, name):
        """The soft limit is never what counts."""
        return 7, self.hard[name]

    def setrlimit(self, name, limits):
        """Records it."""
        if name in self.refused:
            raise OSError(name)
        self.set[name] = limits


@pytest.fixture
def limit(monkeypatch):
    """Calls ``limit_resources`` with a module and with a memory that can be reserved or not."""
    reserved = []

    def limit(module, can_reserve=False):
        def reserve(number, size):
            reserved.append((number, size))
            if not can_reserve:
                raise OSError("too much")
            return SimpleNamespace(close=lambda: reserved.append("closed"))

        monkeypatch.setitem(sys.modules, "resource", module)
        monkeypatch.setattr(restrictions.mmap, "mmap", reserve)
        return restrictions.limit_resources(1000, 60, 5000), reserved

    before = threading.stack_size()
    yield limit
    threading.stack_size(before)


def test_all_limits_are_set_twice(limit):
    """The soft limit and the hard one, which cannot be raised again."""
    module = Resource()
    assert limit(module) == ([], [(-1, 1000)])
    expected = {"AS": 1000, "CPU": 60, "FSIZE": 5000, "CORE": 0, "NPROC": 256, "NOFILE": 64}
    assert module.set == {name: (value, value) for name, value in expected.items()}
    assert threading.stack_size() == 2**20


def test_a_limit_is_not_raised(limit):
    module = Resource()
    module.hard |= {"CPU": 59, "NPROC": 300, "NOFILE": 64}
    limit(module)
    assert [module.set[name][1] for name in ("CPU", "NPROC", "NOFILE")] == [59, 256, 64]


def test_what_is_not_enforced_is_named(limit):
    assert limit(Resource(["CPU", "AS"])) == ([], [(-1, 1000)])
    assert limit(Resource(["FSIZE"]))[0] == ["size of files"]
    names, reserved = limit(Resource(["FSIZE"]), can_reserve=True)
    assert names == ["memory", "size of files"]
    assert reserved[-2:] == [(-1, 1000), "closed"]
    older = Resource()
    del older.RLIMIT_NPROC
    assert limit(older)[0] == []
    assert len(older.set) == 5
    assert limit(None)[0] == ["memory", "size of files"]


def test_the_finder_gives_stand_ins_and_refuses_the_rest():
    module = types.ModuleType("minivgg.plots")
    finder = restrictions.ModuleFinder({"minivgg.plots": module})
    spec = finder.find_spec("minivgg.plots", None)
    assert (spec.name, spec.loader) == ("minivgg.plots", finder)
    assert finder.create_module(spec) is module
    assert finder.exec_module(module) is None
    for name in ("minivgg", "minivgg.ops", "torch.nn"):
        with pytest.raises(ImportError, match=f"^imports {name}: {REFUSED}$"):
            finder.find_spec(name)
    for name in ("json", "own.torch", "torches"):
        assert finder.find_spec(name) is None


@pytest.fixture
def guarded(monkeypatch):
    """A namespace of a submission, in which imports are guarded."""
    original = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", original)
    restrictions.forbid_imports(stand_ins.stand_ins(None, ""))
    assert builtins.__import__ is not original
    return {"__name__": "submission"}


def test_a_submission_gets_stand_ins_and_others_the_modules(guarded):
    exec("import minivgg.plots, json.decoder, os.path as path\nfrom math import pi", guarded)
    assert guarded["minivgg"].__version__ == ""
    assert guarded["json"].decoder.JSONDecoder
    assert guarded["path"].join
    other = {"__name__": "another"}
    exec("import minivgg", other)
    assert other["minivgg"].__version__ != ""
    for lines in ("import torch", "import minivgg.ops", "from scipy.special import expit"):
        name = lines.split()[1]
        with pytest.raises(ImportError, match=f"^imports {name}: {REFUSED}$"):
            exec(lines, guarded)


def test_the_import_function_can_be_called_with_its_name_alone(guarded):
    assert builtins.__import__("json").__name__ == "json"
    assert builtins.__import__("xml.dom", {"__name__": "other"}).__name__ == "xml"
    found = builtins.__import__("minivgg.plots", guarded, None, None)
    assert found.__name__ == "minivgg"
    assert builtins.__import__("json", guarded, None, None).loads


def test_what_is_missing_is_replaced_only_if_it_makes_plots(guarded, monkeypatch):
    for name in ("seaborn", "seaborn.objects", "not_there"):
        monkeypatch.setitem(sys.modules, name, None)
    exec("import seaborn.objects as so\nfound = so", guarded)
    assert guarded["found"] is stand_ins.NOTHING
    with pytest.raises(ModuleNotFoundError, match="not_there"):
        exec("import not_there", guarded)
    with pytest.raises(ModuleNotFoundError, match="seaborn"):
        exec("import seaborn", {"__name__": "another"})
